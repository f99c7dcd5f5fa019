//! Finding the files of a repository: fast, in a fixed order, each once, and never failing.
//!
//! A path that cannot be read is a [`WalkProblem`]. It must not read files, and not know their use.

use std::fs::FileType;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use crate::exclude::Excludes;
use crate::files::reason;
use crate::kind::FileKind;

mod braces;
mod downloaded;
mod ignores;
mod links;
mod named;
mod threads;

pub use named::why_left_out;

use braces::Braces;
use ignores::{Lists, repository};
use threads::{startable, visit_alone};

/// The extent of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkOptions {
    /// Globs of what is left out: a name at any depth, or with a slash a path from the root.
    pub exclude: Vec<String>,
    /// Whether [`crate::DEFAULT_EXCLUDES`] are left out too, and modules in [`crate::LISTED_ONLY`] are only listed.
    pub default_excludes: bool,
    /// Globs of folders that are taken in although they are left out by default.
    pub include: Vec<String>,
    /// Whether to leave out what git ignores (and `.ignore` files say), inside a git repository or not.
    pub respect_gitignore: bool,
    /// Whether symbolic links are followed. Each file is listed once, and no link is followed in a circle.
    pub follow_links: bool,
    /// How many threads look; 0 for one a core. The result does not depend on it.
    pub threads: usize,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self {
            exclude: Vec::new(),
            default_excludes: true,
            include: Vec::new(),
            respect_gitignore: true,
            follow_links: true,
            threads: 0,
        }
    }
}

/// A file that an analysis has a use for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// From the root, with forward slashes.
    pub path: Utf8PathBuf,
    /// The kind of file, by its name.
    pub kind: FileKind,
    /// Bytes.
    pub size: u64,
}

/// Something that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WalkProblem {
    /// From the root, with forward slashes; empty for the root itself or a pattern.
    pub path: Utf8PathBuf,
    /// One line that says what is wrong, without the path.
    pub message: String,
}

/// The result of a walk; its lists are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalkResult {
    /// The files.
    pub files: Vec<SourceFile>,
    /// Paths that could not be read.
    pub problems: Vec<WalkProblem>,
    /// The folders of downloaded code that were left out, or of which only the modules are listed; the outermost ones,
    /// sorted.
    pub downloaded: Vec<Utf8PathBuf>,
    /// The lists of files that git ignores, where they count, sorted.
    pub ignore_lists: Vec<Utf8PathBuf>,
}

/// Lists the files below `root`, which is walked whatever its own name is. Folders whose name begins with a dot
/// are entered unless they are excluded.
pub fn walk(root: &Utf8Path, options: &WalkOptions) -> WalkResult {
    let (excludes, errors) = Excludes::new(&options.exclude, &options.include, options.default_excludes);
    let mut result = WalkResult::default();
    for error in errors {
        result.problems.push(WalkProblem { path: Utf8PathBuf::new(), message: error.to_string() });
    }
    match root.canonicalize_utf8() {
        Ok(real) if real.is_dir() => {
            let walker = Walker { options, excludes: Arc::new(excludes) };
            let tree = walker.tree(&real, Utf8Path::new(""));
            links::resolve(&walker, &real, tree, &mut result);
        }
        Ok(_) => result
            .problems
            .push(WalkProblem { path: Utf8PathBuf::new(), message: format!("`{root}` is not a folder") }),
        Err(error) => result.problems.push(WalkProblem {
            path: Utf8PathBuf::new(),
            message: format!("cannot list `{root}`: {}", reason(&error)),
        }),
    }
    // As bytes: comparing component by component costs more than the walk.
    result.files.sort_unstable_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
    result.problems.sort_unstable();
    result.problems.dedup();
    result.ignore_lists.sort_unstable();
    downloaded::outermost(&mut result.downloaded);
    result
}

struct Walker<'a> {
    options: &'a WalkOptions,
    excludes: Arc<Excludes>,
}

/// The content of one folder, all paths as they are listed, before links are followed. In no order.
#[derive(Default)]
struct Tree {
    files: Vec<SourceFile>,
    folders: Vec<Utf8PathBuf>,
    links: Vec<Utf8PathBuf>,
    problems: Vec<WalkProblem>,
    downloaded: Vec<Utf8PathBuf>,
    ignore_lists: Vec<Utf8PathBuf>,
}

impl Walker<'_> {
    /// A walk of a folder in the tree of `root`. Lists above the repository say nothing of it, and where there is none, those
    /// above the tree.
    fn builder(&self, root: &Utf8Path, folder: &Utf8Path, lists: Lists) -> WalkBuilder {
        let mut builder = WalkBuilder::new(folder);
        let in_repository = repository(folder).is_some();
        builder
            .standard_filters(self.options.respect_gitignore)
            .ignore(lists.plain)
            .git_ignore(lists.git && !lists.braces)
            .git_exclude(lists.exclude)
            .hidden(false)
            .require_git(in_repository)
            .parents(self.options.respect_gitignore && (in_repository || folder != root))
            .follow_links(false);
        builder
    }

    /// Lists the folder at the canonical path `real`, whose files are to be called `prefix`/….
    fn tree(&self, real: &Utf8Path, prefix: &Utf8Path) -> Tree {
        let found = Mutex::new(Tree::default());
        let naming = Naming::new(real, prefix);
        let lists = Lists::all(self.options.respect_gitignore).fit_below(real);
        // A folder with a list that must not be read is walked by itself, without lists of that kind.
        let mut open = vec![(
            real.to_owned(),
            lists.fit_for(real, &mut |name, message| {
                lock(&found)
                    .problems
                    .push(WalkProblem { path: naming.named(real.join(name).as_str()), message });
            }),
        )];
        while let Some((folder, lists)) = open.pop() {
            open.append(&mut self.walk_with(real, &folder, lists, &naming, &found));
        }
        found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what a folder holds to `found`; the folders that are left to walk, each with the lists that may be read there.
    fn walk_with(
        &self,
        root: &Utf8Path,
        folder: &Utf8Path,
        lists: Lists,
        naming: &Naming,
        found: &Mutex<Tree>,
    ) -> Vec<(Utf8PathBuf, Lists)> {
        let mut builder = self.builder(root, folder, lists);
        let braces = braces_of(root, lists);
        let (excludes, names) = (Arc::clone(&self.excludes), naming.clone());
        let apart: Arc<Mutex<Apart>> = Arc::default();
        let aside = Arc::clone(&apart);
        let left_out = Arc::new(Mutex::new(Vec::new()));
        let leaving = Arc::clone(&left_out);
        builder.filter_entry(move |entry| {
            if entry.depth() > 0 && is_ignored(entry, braces.as_ref()) {
                return false;
            }
            let taken = entry.depth() == 0 || !is_excluded(entry, &excludes, &names);
            if !taken {
                downloaded::note(entry, &names, &leaving);
            }
            taken && (entry.depth() == 0 || !is_apart(entry, lists, &names, &aside))
        });
        let (excludes, respects) = (&*self.excludes, lists.git);
        let mut collectors = Collectors { found, naming, excludes, respects };
        let threads = startable(self.options.threads);
        if threads == 0 {
            visit_alone(builder.build(), &mut *collectors.build());
        } else {
            builder.threads(threads).build_parallel().visit(&mut collectors);
        }
        let mut apart = lock(&apart);
        let mut tree = lock(found);
        tree.problems.append(&mut apart.problems);
        tree.downloaded.append(&mut lock(&left_out));
        tree.folders.extend(apart.folders.iter().map(|(folder, _)| naming.named(folder.as_str())));
        std::mem::take(&mut apart.folders)
    }
}

/// The reader of a tree's lists that replaces the walker's own, if that would misread them.
fn braces_of(root: &Utf8Path, lists: Lists) -> Option<Braces> {
    (lists.git && lists.braces).then(|| Braces::below(repository(root).unwrap_or(root)))
}

fn is_ignored(entry: &DirEntry, braces: Option<&Braces>) -> bool {
    let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    braces.is_some_and(|braces| braces.ignore(entry.path(), folder))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Folders that are walked by themselves, and why.
#[derive(Default)]
struct Apart {
    folders: Vec<(Utf8PathBuf, Lists)>,
    problems: Vec<WalkProblem>,
}

/// Whether an entry is a folder that holds a list of ignored files that must not be read.
fn is_apart(entry: &DirEntry, lists: Lists, naming: &Naming, apart: &Mutex<Apart>) -> bool {
    let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let Some(folder) = Utf8Path::from_path(entry.path()).filter(|_| folder) else { return false };
    let mut problems = Vec::new();
    let fit = lists.fit_for(folder, &mut |name, message| {
        problems.push(WalkProblem { path: naming.named(folder.join(name).as_str()), message });
    });
    if fit == lists {
        return false;
    }
    let mut apart = lock(apart);
    apart.folders.push((folder.to_owned(), fit));
    apart.problems.append(&mut problems);
    true
}

fn is_excluded(entry: &DirEntry, excludes: &Excludes, naming: &Naming) -> bool {
    let may_be_folder = entry.file_type().is_some_and(|kind| kind.is_dir() || kind.is_symlink());
    let listed = || naming.listed(entry.path()).ok().map(Utf8PathBuf::into_string);
    if may_be_folder && entry.file_name().to_str().is_some_and(|name| excludes.is_default(name, listed)) {
        return !is_package(entry);
    }
    naming.listed(entry.path()).is_ok_and(|path| excludes.matches(&path))
}

/// Whether a folder that is called like what a build makes is a package in a package: `tools/build/__init__.py`.
fn is_package(entry: &DirEntry) -> bool {
    let named = matches!(entry.file_name().to_str(), Some("build" | "dist"));
    let has_init = |folder: &std::path::Path| folder.join("__init__.py").is_file();
    named && has_init(entry.path()) && entry.path().parent().is_some_and(has_init)
}

/// How paths on disk become paths in a report.
#[derive(Clone)]
struct Naming {
    /// The bytes to cut off: the folder and a separator.
    cut: usize,
    prefix: Utf8PathBuf,
}

impl Naming {
    fn new(real: &Utf8Path, prefix: &Utf8Path) -> Self {
        let separator = usize::from(!real.as_str().ends_with(std::path::MAIN_SEPARATOR));
        Self { cut: real.as_str().len() + separator, prefix: prefix.to_owned() }
    }

    /// The listed path, or a lossy one if the name is not UTF-8.
    fn listed(&self, path: &Path) -> Result<Utf8PathBuf, Utf8PathBuf> {
        match path.to_str() {
            Some(path) => Ok(self.named(path)),
            None => Err(self.named(&path.to_string_lossy())),
        }
    }

    fn named(&self, path: &str) -> Utf8PathBuf {
        let rest = path.get(self.cut..).unwrap_or_default();
        let named = if self.prefix.as_str().is_empty() {
            Utf8PathBuf::from(rest)
        } else {
            Utf8PathBuf::from(format!("{}/{rest}", self.prefix))
        };
        if cfg!(windows) { named.as_str().replace('\\', "/").into() } else { named }
    }
}

struct Collectors<'a> {
    found: &'a Mutex<Tree>,
    naming: &'a Naming,
    excludes: &'a Excludes,
    /// Whether lists of ignored files count.
    respects: bool,
}

impl<'a> ParallelVisitorBuilder<'a> for Collectors<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'a> {
        Box::new(Collector {
            found: self.found,
            naming: self.naming,
            excludes: self.excludes,
            respects: self.respects,
            tree: Tree::default(),
        })
    }
}

/// Gathers what one thread sees, and hands it over at the end.
struct Collector<'a> {
    found: &'a Mutex<Tree>,
    naming: &'a Naming,
    excludes: &'a Excludes,
    respects: bool,
    tree: Tree,
}

impl ParallelVisitor for Collector<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => {
                if let Some(error) = entry.error() {
                    self.fault(error, entry.path());
                }
                self.entry(&entry)
            }
            Err(error) => {
                self.fault(&error, Path::new(""));
                WalkState::Continue
            }
        }
    }
}

impl Collector<'_> {
    fn entry(&mut self, entry: &DirEntry) -> WalkState {
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        if entry.depth() == 0 {
            return WalkState::Continue;
        }
        let path = match self.naming.listed(entry.path()) {
            Ok(path) => path,
            Err(lossy) => {
                if kind.is_dir() || FileKind::of(&lossy).is_some() {
                    self.problem(lossy, "the name is not UTF-8; rename it".to_owned());
                }
                return WalkState::Skip;
            }
        };
        if kind.is_dir() {
            self.tree.folders.push(path);
        } else if kind.is_symlink() {
            self.tree.links.push(path);
        } else if let Some(file_kind) = FileKind::of(&path) {
            self.file(entry, path, kind, file_kind);
        } else if self.respects && kind.is_file() && path.file_name() == Some(".gitignore") {
            self.tree.ignore_lists.push(path);
        }
        WalkState::Continue
    }

    fn file(&mut self, entry: &DirEntry, path: Utf8PathBuf, kind: FileType, file_kind: FileKind) {
        let Some(file_kind) = downloaded::kind(self.excludes, &path, file_kind, &mut self.tree.downloaded)
        else {
            return;
        };
        if !kind.is_file() {
            self.problem(path, "it is not a regular file".to_owned());
            return;
        }
        match entry.metadata() {
            Ok(metadata) => self.tree.files.push(SourceFile { path, kind: file_kind, size: metadata.len() }),
            // Deleted since the folder was listed: it is no longer there to be analysed.
            Err(error) if error.io_error().is_some_and(|error| error.kind() == ErrorKind::NotFound) => {}
            Err(error) => self.fault(&error, entry.path()),
        }
    }

    fn problem(&mut self, path: Utf8PathBuf, message: String) {
        self.tree.problems.push(WalkProblem { path, message });
    }

    /// Unpacks the walker's nested errors: a path, perhaps a line, and the cause.
    fn fault(&mut self, error: &ignore::Error, at: &Path) {
        let mut at = at.to_owned();
        let mut line = None;
        let mut pending = vec![error];
        while let Some(error) = pending.pop() {
            match error {
                ignore::Error::Partial(errors) => pending.extend(errors.iter().rev()),
                ignore::Error::WithPath { path, err } => {
                    at.clone_from(path);
                    pending.push(err);
                }
                ignore::Error::WithLineNumber { line: number, err } => {
                    line = Some(*number);
                    pending.push(err);
                }
                ignore::Error::WithDepth { err, .. } => pending.push(err),
                cause => {
                    let what = match cause {
                        ignore::Error::Io(error) => reason(error),
                        other => other.to_string(),
                    };
                    let message = match line.take() {
                        Some(line) => format!("line {line} is left out: {what}"),
                        None => format!("it cannot be looked at: {what}"),
                    };
                    let path = self.naming.listed(&at).unwrap_or_else(|lossy| lossy);
                    self.problem(path, message);
                }
            }
        }
    }
}

impl Drop for Collector<'_> {
    fn drop(&mut self) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.files.append(&mut self.tree.files);
        found.folders.append(&mut self.tree.folders);
        found.links.append(&mut self.tree.links);
        found.problems.append(&mut self.tree.problems);
        found.downloaded.append(&mut self.tree.downloaded);
        found.ignore_lists.append(&mut self.tree.ignore_lists);
    }
}
