//! Uses of the files of a folder: imports, and lists of programs to start.
//! It must not know which folders are copies.

use std::collections::{BTreeMap, BTreeSet};

use analyzer_facts::ImportsProjection;
use rustc_hash::FxHashMap;

use super::{KnownFile, is_around, lies_below};
use crate::is_stdlib;
use crate::network::NetworkProjection;
use crate::roots::search_folder;

/// A module or a script that a file needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use<'a> {
    /// The file that names it.
    pub by: &'a str,
    /// Its path without suffix, or the end of it.
    pub target: String,
    /// How `target` is to be read.
    pub named: Named,
}

/// How something is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// By its whole path without suffix.
    Path,
    /// By the end of its path without suffix.
    End,
    /// By the path of a folder that it may be in.
    Folder,
}

/// The modules that the imports of a file name.
pub fn uses_in_imports<'a>(path: &'a str, imports: &ImportsProjection, out: &mut Vec<Use<'a>>) {
    let by = path;
    for added in &imports.names.search_paths {
        if let Some(folder) = search_folder(path, added) {
            out.push(Use { by, target: folder.to_string(), named: Named::Folder });
        }
    }
    for import in &imports.imports {
        let mut base = import.module.replace('.', "/");
        let whole = import.level > 0;
        if whole {
            let above = path.rsplit('/').skip(usize::from(import.level)).collect::<Vec<_>>();
            let folder: Vec<&str> = above.into_iter().rev().collect();
            let folder = folder.join("/");
            base = match (folder.is_empty(), base.is_empty()) {
                (true, _) => base,
                (false, true) => folder,
                (false, false) => format!("{folder}/{base}"),
            };
        }
        let known = !whole && is_stdlib(base.split('/').next().unwrap_or(""));
        if known {
            continue;
        }
        let named = if whole { Named::Path } else { Named::End };
        for name in &import.names {
            let target =
                if base.is_empty() { name.name.to_string() } else { format!("{base}/{}", name.name) };
            out.push(Use { by, target, named });
        }
        if !base.is_empty() {
            out.push(Use { by, target: base, named });
        }
    }
}

/// The programs that the lists of services in a file of configuration start.
pub fn uses_in_services<'a>(path: &'a str, says: &NetworkProjection, out: &mut Vec<Use<'a>>) {
    for program in says.services.iter().map(|service| service.program.as_str()).filter(|one| !one.is_empty())
    {
        let target = match program.strip_suffix(".py") {
            Some(stem) => stem.trim_start_matches("./").trim_start_matches('/').to_owned(),
            None => program.replace('.', "/"),
        };
        out.push(Use { by: path, target, named: Named::End });
    }
}

/// Something that files need, and which.
pub(super) struct Needed<'a> {
    target: String,
    named: Named,
    by: Vec<&'a str>,
}

/// The modules of a project by the last part of their paths.
pub(super) struct Index<'a> {
    by_last: FxHashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(files: &[KnownFile<'a>]) -> Self {
        let mut by_last: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for file in files {
            let stem = file.path.rsplit_once('.').map_or(file.path, |(stem, _)| stem);
            let stem = stem.strip_suffix("/__init__").or(stem.strip_suffix("/__main__")).unwrap_or(stem);
            by_last.entry(stem.rsplit('/').next().unwrap_or(stem)).or_default().push(stem);
        }
        Self { by_last }
    }

    /// The uses that may mean something in these folders.
    pub(super) fn needed<'u>(&self, uses: Vec<Use<'u>>, folders: &BTreeSet<&str>) -> Vec<Needed<'u>> {
        let mut by: BTreeMap<(String, Named), Vec<&str>> = BTreeMap::new();
        for one in uses {
            by.entry((one.target, one.named)).or_default().push(one.by);
        }
        let needed = by.into_iter().map(|((target, named), by)| Needed { target, named, by });
        let touches = |one: &Needed| match one.named {
            Named::Folder => is_around(&one.target, folders),
            Named::Path | Named::End => self.fitting(one).any(|stem| is_around(stem, folders)),
        };
        needed.filter(touches).collect()
    }

    /// Whether a file that `counts` holds for needs something in `folder` that cannot be something outside of `copies` just as
    /// well.
    pub(super) fn is_needed(
        &self,
        folder: &str,
        needed: &[Needed],
        counts: impl Fn(&str) -> bool,
        copies: &[String],
    ) -> bool {
        needed.iter().any(|one| self.leads_into(one, folder, copies) && one.by.iter().any(|by| counts(by)))
    }

    /// Whether it names something in `folder` in a way that names the folder too: the end of a path that lies in the folder
    /// as a whole may as well be what the folder is a copy of.
    fn leads_into(&self, one: &Needed, folder: &str, copies: &[String]) -> bool {
        if one.named == Named::Folder {
            return !one.target.is_empty() && lies_below(&one.target, folder);
        }
        let mut inside = false;
        for stem in self.fitting(one) {
            if lies_below(stem, folder) {
                inside |= folder.is_empty() || stem.len() - one.target.len() < folder.len();
            } else if !copies.iter().any(|copy| lies_below(stem, copy)) {
                return false;
            }
        }
        inside
    }

    /// The modules that it may be.
    fn fitting<'s>(&'s self, one: &'s Needed) -> impl Iterator<Item = &'a str> + 's {
        let last = one.target.rsplit('/').next().unwrap_or(&one.target);
        let stems = self.by_last.get(last).map(Vec::as_slice).unwrap_or_default();
        stems.iter().copied().filter(|stem| {
            let before = stem.strip_suffix(one.target.as_str());
            before.is_some_and(|before| before.is_empty() || one.named == Named::End && before.ends_with('/'))
        })
    }
}
