//! Where absolute imports start: the folders that are entries of `sys.path`.
//! It must not read files: folders are known through the files below them.

use analyzer_facts::{SearchPath, SearchPathBase};
use compact_str::{CompactString, format_compact};

use crate::backups::is_aside;
use crate::modules::{Entries, Tree, is_below, parent};

/// Why a folder is a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RootOrigin {
    /// The configuration names it.
    Configured,
    /// A `src` folder of the repository or of a project folder.
    Source,
    /// It holds a pyproject.toml, setup.py or setup.cfg.
    Project,
    /// The repository itself.
    Repository,
    /// A file adds it to `sys.path`.
    SearchPath,
}

/// A folder at which absolute imports start.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root {
    /// Why it is one.
    pub origin: RootOrigin,
    /// Relative to the repository, with forward slashes; empty for the repository itself.
    pub path: CompactString,
}

/// All roots, in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Roots {
    all: Vec<Root>,
    /// Folders that would be roots if they had no `__init__`: what lies in them is a package, and may be run from there all the
    /// same.
    strays: Vec<CompactString>,
}

/// The part of an importer's place that decides how its absolute imports resolve; many files share one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RootContext {
    /// The innermost root that encloses the file, by its path.
    pub home: CompactString,
    /// The file's own folder.
    pub folder: CompactString,
    /// The file's own folder, where it may run as a script.
    pub script: Option<CompactString>,
    /// Folders that the file itself adds to `sys.path`.
    pub own: Vec<CompactString>,
}

impl Roots {
    /// The roots of a tree of files.
    ///
    /// A project folder that is a package is no root: its modules are imported through the package.
    pub(crate) fn find(tree: &Tree, entries: &Entries) -> Self {
        let mut found = Self::default();
        let is_source = |path: &str| entries.is_folder(path) && !entries.is_package(path);
        for path in &tree.configured_roots {
            found.add(RootOrigin::Configured, path.trim_matches('/'));
        }
        if is_source("src") {
            found.add(RootOrigin::Source, "src");
        }
        let mut folders: Vec<&str> = tree.project_folders.iter().map(CompactString::as_str).collect();
        folders.sort_unstable();
        folders.retain(|folder| !folder.is_empty() && is_source(folder));
        // A copy that was put aside answers an import only if nothing else does.
        let (aside, live): (Vec<&str>, Vec<&str>) = folders.into_iter().partition(|folder| is_aside(folder));
        let project = |found: &mut Self, folder: &str| {
            let source = format_compact!("{folder}/src");
            if is_source(&source) {
                found.add(RootOrigin::Source, &source);
            }
            found.add(RootOrigin::Project, folder);
        };
        live.into_iter().for_each(|folder| project(&mut found, folder));
        found.add(RootOrigin::Repository, "");
        aside.into_iter().for_each(|folder| project(&mut found, folder));
        let stray = |path: &str| entries.is_folder(path) && entries.is_package(path);
        let projects = tree.project_folders.iter().map(CompactString::as_str).chain([""]);
        for folder in projects {
            let source = if folder.is_empty() { "src".into() } else { format_compact!("{folder}/src") };
            found.strays.extend(stray(&source).then_some(source));
            found.strays.extend((!folder.is_empty() && stray(folder)).then(|| folder.into()));
        }
        found.strays.sort_unstable();
        found.strays.dedup();
        let mut hints: Vec<CompactString> =
            tree.search_paths.iter().filter_map(|(file, path)| search_folder(file, path)).collect();
        hints.sort_unstable();
        for hint in hints.into_iter().filter(|hint| entries.is_folder(hint)) {
            found.add(RootOrigin::SearchPath, &hint);
        }
        found
    }

    /// In the order in which they are tried.
    #[must_use]
    pub fn all(&self) -> &[Root] {
        &self.all
    }

    /// Folders that would be roots if they had no `__init__`.
    pub(crate) fn strays(&self) -> &[CompactString] {
        &self.strays
    }

    /// The innermost root around a path, except those that only `sys.path` names.
    pub(crate) fn home(&self, path: &str) -> &str {
        let around =
            self.all.iter().filter(|r| r.origin != RootOrigin::SearchPath && is_below(path, &r.path));
        around.map(|root| root.path.as_str()).max_by_key(|path| path.len()).unwrap_or("")
    }

    fn add(&mut self, origin: RootOrigin, path: &str) {
        if !self.all.iter().any(|root| root.path == path) {
            self.all.push(Root { origin, path: path.into() });
        }
    }
}

/// The folder that an entry of `sys.path` names, relative to the repository; none where it lies outside.
///
/// A plain relative literal depends on the working directory, which is taken to be the repository.
pub(crate) fn search_folder(file: &str, path: &SearchPath) -> Option<CompactString> {
    let mut folder = match path.base {
        SearchPathBase::FileFolder => parent(file),
        SearchPathBase::WorkingDirectory => "",
    };
    let mut rest = path.path.as_str();
    loop {
        match rest.strip_prefix("..") {
            Some(after) if after.is_empty() || after.starts_with('/') => {
                if folder.is_empty() {
                    return None;
                }
                folder = parent(folder);
                rest = after.trim_start_matches('/');
            }
            _ => break,
        }
    }
    Some(match (folder, rest) {
        ("", rest) => rest.into(),
        (folder, "") => folder.into(),
        (folder, rest) => format_compact!("{folder}/{rest}"),
    })
}
