//! On which machines programs run, as far as lists of started programs show. It must not know ports.

use std::collections::{BTreeMap, BTreeSet};

use analyzer_facts::ServiceKind;

use super::NetworkFile;
use super::names::{is_program, normal, stem};

/// Which lists of services start which files, and which folder is whose.
pub(super) struct Machines {
    started: BTreeMap<usize, BTreeSet<usize>>,
    /// The folder that most programs of a list share, by the list.
    folders: Vec<(usize, String)>,
}

/// The chance that two files run on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Together {
    /// They run on one machine, or nothing shows that they do not.
    May,
    /// One of them lies in the folder of a machine, the other one does not.
    Doubtful,
    /// They run on two machines.
    Never,
}

impl Machines {
    pub(super) fn new(files: &[NetworkFile]) -> Self {
        let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, file) in files.iter().enumerate().filter(|(_, file)| !file.says.endpoints.is_empty()) {
            by_stem.entry(normal(stem(file.path))).or_default().push(index);
        }
        let mut started: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut folders: Vec<(usize, String)> = Vec::new();
        for (list, file) in files.iter().enumerate() {
            let services = file.says.services.iter().filter(|service| service.kind == ServiceKind::Startup);
            let mut paths: Vec<&str> = Vec::new();
            for service in services {
                let programs = by_stem.get(&normal(stem(&service.program))).into_iter().flatten();
                let mut found = programs
                    .filter(|program| {
                        files.get(**program).is_some_and(|file| is_program(&service.program, file.path))
                    })
                    .peekable();
                let first = found.peek().and_then(|program| files.get(**program)).map(|file| &**file.path);
                paths.push(first.unwrap_or(&service.program));
                for program in found {
                    started.entry(*program).or_default().insert(list);
                }
            }
            folders.extend(shared(&paths).map(|folder| (list, folder)));
        }
        let all: Vec<String> = folders.iter().map(|(_, folder)| folder.clone()).collect();
        for (_, folder) in &mut folders {
            *folder = widest(folder, &all);
        }
        Self { started, folders }
    }

    /// Whether two files may run on one machine.
    pub(super) fn together(&self, files: &[NetworkFile], a: usize, b: usize) -> Together {
        if let (Some(a), Some(b)) = (self.started.get(&a), self.started.get(&b)) {
            return if a.is_disjoint(b) { Together::Never } else { Together::May };
        }
        let folder = |index: usize| files.get(index).and_then(|file| self.folder(file.path));
        match (folder(a), folder(b)) {
            (Some(a), Some(b)) if a != b => Together::Never,
            (Some(_), None) | (None, Some(_)) => Together::Doubtful,
            _ => Together::May,
        }
    }

    /// The folder of a machine that a file lies in.
    fn folder(&self, path: &str) -> Option<&str> {
        let around = self.folders.iter().map(|(_, folder)| folder.as_str());
        around
            .filter(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
            .max_by_key(|folder| folder.len())
    }
}

/// The deepest folder that two thirds of the paths lie in; none where that is the top.
fn shared(paths: &[&str]) -> Option<String> {
    if paths.len() < 2 {
        return None;
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths.iter().map(|path| path.trim_start_matches("./")) {
        for (at, _) in path.match_indices('/').filter(|(at, _)| *at > 0) {
            *counts.entry(path.get(..at).unwrap_or("")).or_default() += 1;
        }
    }
    let most = counts.into_iter().filter(|(_, count)| count * 3 >= paths.len() * 2);
    most.max_by_key(|(folder, _)| folder.len()).map(|(folder, _)| folder.to_owned())
}

/// The widest folder around this one that is around none of the others.
fn widest(folder: &str, all: &[String]) -> String {
    let around = folder.match_indices('/').map(|(at, _)| folder.get(..at).unwrap_or(folder));
    let alone = |wide: &&str| {
        all.iter().filter(|other| *other != folder).all(|other| {
            other.strip_prefix(wide).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/'))
        })
    };
    around.chain([folder]).find(alone).unwrap_or(folder).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_have_the_folder_that_most_of_their_programs_share() {
        assert_eq!(shared(&["a/x/m.py", "a/y/n.py", "b/o.py"]).as_deref(), Some("a"));
        assert_eq!(shared(&["a/x/m.py", "a/x/n.py"]).as_deref(), Some("a/x"));
        assert_eq!(shared(&["voice/m.py", "vision/n.py"]), None);
        assert_eq!(shared(&["a/m.py"]), None);
        let all = ["src/main/agents".to_owned(), "src/pc2".to_owned()];
        assert_eq!(widest("src/main/agents", &all), "src/main");
        assert_eq!(widest("a/b", &[]), "a");
    }
}
