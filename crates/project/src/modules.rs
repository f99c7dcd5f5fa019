//! Which modules there are: from the list of files to names, packages and namespace folders.
//! It must not look into files; their names and places are all it needs.

use analyzer_facts::{ImportsProjection, SearchPath};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::ignored::Ignored;
use crate::installed::Installed;
use crate::roots::{RootContext, RootOrigin, Roots, search_folder};

/// A file of the project; the owner of the files gives the numbers, which need not be in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// The files of a project, and what says where imports start. Paths are relative to the repository, with forward
/// slashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Tree {
    /// All `.py` and `.pyi` files.
    pub python: Vec<(FileId, CompactString)>,
    /// Modules whose text is not read: `.so`, `.pyd` and `.pyx` files, and downloaded ones.
    pub compiled: Vec<CompactString>,
    /// Folders with a pyproject.toml, setup.py or setup.cfg.
    pub project_folders: Vec<CompactString>,
    /// Roots that the configuration names.
    pub configured_roots: Vec<CompactString>,
    /// Additions to `sys.path`, each with the path of the file that makes it.
    pub search_paths: Vec<(CompactString, SearchPath)>,
    /// The distributions that lists of requirements ask for.
    pub installed: Vec<CompactString>,
    /// Globs of modules that lists of ignored files name, from [`crate::ignored_modules`].
    pub ignored: Vec<CompactString>,
}

/// All that one path without its suffix names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    /// `x.py`
    source: Option<FileId>,
    /// `x.pyi`
    stub: Option<FileId>,
    /// `x/__init__.py`
    init: Option<FileId>,
    /// `x/__init__.pyi`
    init_stub: Option<FileId>,
    /// There is Python somewhere below `x/`.
    folder: bool,
    /// `x.so` or the like, or a downloaded `x.py` or `x/__init__.py`.
    compiled: bool,
}

/// The one thing that a path names in an import, by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A folder with `__init__`: that file.
    Package(FileId),
    /// A file.
    Module(FileId),
    /// A module without Python text.
    Compiled,
    /// A folder without `__init__`.
    Namespace,
}

/// Paths without suffixes, and what they name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entries {
    by_path: FxHashMap<CompactString, Entry>,
}

impl Entries {
    fn new(tree: &Tree) -> Self {
        let mut found = Self::default();
        for (file, path) in &tree.python {
            // A script without a suffix cannot be imported.
            if !path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
                found.add_folders(path);
                continue;
            }
            let (stem, is_stub) = stem(path);
            let entry = match init_folder(stem) {
                Some(folder) => {
                    let entry = found.by_path.entry(folder.into()).or_default();
                    if is_stub { &mut entry.init_stub } else { &mut entry.init }
                }
                None => {
                    let entry = found.by_path.entry(stem.into()).or_default();
                    if is_stub { &mut entry.stub } else { &mut entry.source }
                }
            };
            entry.get_or_insert(*file);
            found.add_folders(path);
        }
        for path in &tree.compiled {
            let name = path.rsplit('/').next().unwrap_or(path);
            let tag = name.len() - name.find('.').unwrap_or(name.len());
            let stem = &path[..path.len() - tag];
            let module = init_folder(stem).filter(|folder| !folder.is_empty()).unwrap_or(stem);
            found.by_path.entry(module.into()).or_default().compiled = true;
            found.add_folders(path);
        }
        found
    }

    fn add_folders(&mut self, path: &str) {
        let mut folder = parent(path);
        while !folder.is_empty() {
            let entry = self.by_path.entry(folder.into()).or_default();
            if entry.folder {
                return;
            }
            entry.folder = true;
            folder = parent(folder);
        }
    }

    /// The module or package that a path without suffix names.
    pub(crate) fn unit(&self, path: &str) -> Option<Unit> {
        let entry = self.by_path.get(path)?;
        let package = entry.init.or(entry.init_stub).map(Unit::Package);
        // The interpreter prefers an extension module to its source, but the source is what can be read.
        let module = entry.source.or(entry.stub.filter(|_| !entry.compiled)).map(Unit::Module);
        let compiled = entry.compiled.then_some(Unit::Compiled);
        package.or(module).or(compiled).or(entry.folder.then_some(Unit::Namespace))
    }

    /// Whether there is Python below the folder.
    pub(crate) fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.by_path.get(path).is_some_and(|entry| entry.folder)
    }

    /// Whether the folder has an `__init__`.
    pub(crate) fn is_package(&self, path: &str) -> bool {
        matches!(self.unit(path), Some(Unit::Package(_)))
    }

    fn stub_beside(&self, path: &str) -> Option<FileId> {
        let (stem, _) = stem(path);
        match init_folder(stem) {
            Some(folder) => self.by_path.get(folder)?.init_stub,
            None => self.by_path.get(stem)?.stub,
        }
    }
}

/// A file and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    path: CompactString,
    name: CompactString,
}

/// All modules of a project under their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleIndex {
    pub(crate) entries: Entries,
    pub(crate) roots: Roots,
    pub(crate) installed: Installed,
    pub(crate) ignored: Ignored,
    known: FxHashMap<FileId, Known>,
    order: Vec<FileId>,
}

impl ModuleIndex {
    /// The index of a tree of files.
    #[must_use]
    pub fn new(tree: &Tree) -> Self {
        let entries = Entries::new(tree);
        let roots = Roots::find(tree, &entries);
        let (installed, ignored) = (Installed::new(&tree.installed), Ignored::new(&tree.ignored));
        let mut index = Self { entries, roots, installed, ignored, ..Self::default() };
        for (file, path) in &tree.python {
            let name = dotted(path, index.roots.home(path));
            index.known.insert(*file, Known { path: path.clone(), name });
            index.order.push(*file);
        }
        let known = &index.known;
        index.order.sort_by_key(|file| known.get(file).map(|k| (k.name.as_str(), k.path.as_str())));
        index
    }

    /// All files, by module name, then path: the order of nodes in graphs and of everything that is printed.
    #[must_use]
    pub fn order(&self) -> &[FileId] {
        &self.order
    }

    /// The roots, in the order in which they are tried.
    #[must_use]
    pub fn roots(&self) -> &Roots {
        &self.roots
    }

    /// A file's path; empty for a file that the tree does not have.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.known.get(&file).map_or("", |known| known.path.as_str())
    }

    /// A file's module name under its innermost root, such as `p.a`; a package's without `__init__`.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        self.known.get(&file).map_or("", |known| known.name.as_str())
    }

    /// All names under which a file can be imported, each with the root that gives it, in the order of the roots.
    /// More than one name means that the module may exist twice in one process.
    #[must_use]
    pub fn names(&self, file: FileId) -> Vec<(&str, CompactString)> {
        let path = self.path(file);
        let around = self.roots.all().iter().filter(|root| is_below(path, &root.path));
        around.map(|root| (root.path.as_str(), dotted(path, &root.path))).collect()
    }

    /// The name of a file for imports that start at the folder `root`; empty where the file does not lie below it.
    #[must_use]
    pub fn name_under(&self, file: FileId, root: &str) -> CompactString {
        let path = self.path(file);
        if is_below(path, root) { dotted(path, root) } else { CompactString::default() }
    }

    /// The stub that describes a source file: `a.pyi` beside `a.py`.
    #[must_use]
    pub fn stub_of(&self, file: FileId) -> Option<FileId> {
        self.entries.stub_beside(self.path(file)).filter(|stub| *stub != file)
    }

    /// The part of a file's place that decides how its absolute imports resolve.
    ///
    /// Its own folder counts where it may run as a script: outside every package, or with a main guard. Not though
    /// where it imports from its own package: then it is run with `-m`, and its folder is not on the path.
    #[must_use]
    pub fn context(&self, file: FileId, imports: &ImportsProjection) -> RootContext {
        let path = self.path(file);
        let folder = parent(path);
        let own_package = self.name(file).split('.').next().unwrap_or("");
        let mut absolute = imports.imports.iter().map(|i| (i.level, i.module.split('.').next()));
        let is_script = !self.is_inside_package(folder)
            || (imports.main_guard
                && !absolute.any(|(level, first)| level > 0 || first == Some(own_package)));
        let own = imports.names.search_paths.iter().filter_map(|entry| search_folder(path, entry));
        RootContext {
            home: self.roots.home(path).into(),
            folder: folder.into(),
            script: is_script.then(|| folder.into()),
            own: own.filter(|folder| self.entries.is_folder(folder)).collect(),
        }
    }

    /// Whether a folder is a package or lies in one, up to the root around it.
    fn is_inside_package(&self, folder: &str) -> bool {
        let home = self.roots.home(folder);
        let mut folder = folder;
        while !folder.is_empty() && folder != home {
            if self.entries.is_package(folder) {
                return true;
            }
            folder = parent(folder);
        }
        false
    }

    /// The folders tried for an importer, best first; and roots of other projects, of which one must be the only match.
    pub(crate) fn search_order<'a>(
        &'a self,
        context: &'a RootContext,
    ) -> (Vec<SearchFolder<'a>>, Vec<FarFolder<'a>>) {
        let (mut near, mut far) = (Vec::new(), Vec::new());
        let mut enclosing: Vec<&str> = Vec::new();
        let mut hinted = Vec::new();
        for root in self.roots.all() {
            let path = root.path.as_str();
            match root.origin {
                RootOrigin::Configured => near.push(SearchFolder { path, proves: true }),
                RootOrigin::Repository => enclosing.push(path),
                // A project's `src` and the project folder itself serve the files of both.
                RootOrigin::Source | RootOrigin::Project => {
                    let source = root.origin == RootOrigin::Source;
                    let reach = if source { project_of(path) } else { path };
                    if is_below(&context.home, reach) || context.home == reach {
                        enclosing.push(path);
                    } else {
                        far.push(FarFolder { path, source });
                    }
                }
                RootOrigin::SearchPath => hinted.push(path),
            }
        }
        // Deeper folders first; `x/src` is deeper than `x`.
        enclosing
            .sort_by_key(|path| std::cmp::Reverse(path.matches('/').count() + usize::from(!path.is_empty())));
        near.extend(enclosing.into_iter().map(|path| SearchFolder { path, proves: true }));
        let scripts = context.script.iter().chain(&context.own);
        near.extend(scripts.map(|path| SearchFolder { path, proves: false }));
        let strays = self.roots.strays().iter().map(CompactString::as_str);
        let strays = strays.filter(|path| {
            let reach = project_of(path);
            context.folder == reach || is_below(&context.folder, reach)
        });
        near.extend(strays.map(|path| SearchFolder { path, proves: false }));
        let hinted = hinted.into_iter().filter(|path| !context.own.iter().any(|own| own == path));
        far.extend(hinted.map(|path| FarFolder { path, source: true }));
        (near, far)
    }
}

/// A folder that is tried for an importer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SearchFolder<'a> {
    /// Relative to the repository.
    pub(crate) path: &'a str,
    /// Whether a module there takes precedence over the standard library's of the same name.
    pub(crate) proves: bool,
}

/// A root of another project.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FarFolder<'a> {
    /// Relative to the repository.
    pub(crate) path: &'a str,
    /// Whether it holds what the project is made of and nothing else.
    source: bool,
}

impl FarFolder<'_> {
    /// Whether the project may be the distribution that has this module, as others ask for it.
    pub(crate) fn is_named(&self, module: &str) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        self.source || name.replace('-', "_").eq_ignore_ascii_case(module)
    }
}

/// The folder of the project whose sources lie in a folder: the one around `src`, else the folder itself.
fn project_of(source: &str) -> &str {
    match source.strip_suffix("src") {
        Some("") => "",
        Some(project) => project.strip_suffix('/').unwrap_or(source),
        None => source,
    }
}

/// A path without its suffix, and whether it is a stub's.
fn stem(path: &str) -> (&str, bool) {
    match path.strip_suffix(".pyi") {
        Some(stem) => (stem, true),
        None => (path.strip_suffix(".py").unwrap_or(path), false),
    }
}

/// The folder of a stem that ends with `__init__`.
fn init_folder(stem: &str) -> Option<&str> {
    match stem.strip_suffix("__init__")? {
        "" => Some(""),
        folder => folder.strip_suffix('/'),
    }
}

/// Whether a file is a package's own.
pub(crate) fn is_init(path: &str) -> bool {
    init_folder(stem(path).0).is_some()
}

/// The folder of a path; empty at the top.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether `path` lies below `folder`.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The module name of a path under a root; a root's own `__init__` keeps that name.
fn dotted(path: &str, root: &str) -> CompactString {
    let inside = if root.is_empty() { path } else { path.get(root.len() + 1..).unwrap_or(path) };
    let (stem, _) = stem(inside);
    let stem = init_folder(stem).filter(|folder| !folder.is_empty()).unwrap_or(stem);
    stem.chars().map(|c| if c == '/' { '.' } else { c }).collect()
}
