//! From a module's name to its file, as the interpreter would find it.
//! It must not know who imports beyond the roots that apply there, so that answers can be shared between importers.

use compact_str::{CompactString, format_compact};

use crate::installed::is_shared;
use crate::modules::{FileId, ModuleIndex, Unit, is_below, parent};
use crate::roots::RootContext;
use crate::stdlib::is_stdlib;

/// The module or package that a name resolves to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A package: its `__init__`, and its folder.
    Package(FileId, CompactString),
    /// A module that is a file.
    Module(FileId),
    /// A folder without `__init__`.
    Namespace(CompactString),
    /// A module whose text is not read, by its path without the suffix.
    Compiled(CompactString),
}

impl Target {
    /// The file that runs when the target is imported.
    #[must_use]
    pub fn file(&self) -> Option<FileId> {
        match self {
            Self::Package(file, _) | Self::Module(file) => Some(*file),
            Self::Namespace(_) | Self::Compiled(_) => None,
        }
    }
}

/// A module that was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Located {
    /// The module or package that the whole name resolves to.
    pub target: Target,
    /// The `__init__` files of the packages on the way, outermost first: they run too.
    pub parents: Vec<FileId>,
    /// The folder at which the name starts.
    pub root: CompactString,
    /// Whether a root proves it; else it lies beside the importer, or beside a folder around it.
    pub confident: bool,
}

/// How a name resolves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// To a module of the project.
    Found(Located),
    /// To nothing, though its first part is a package or module of the project.
    Missing {
        /// The files of the packages and of the module on the way, outermost first.
        parents: Vec<FileId>,
        /// The outermost folder of the name, where that has no `__init__`: others may add to it.
        namespace: Option<CompactString>,
    },
    /// To something outside the project, or to several modules of it.
    External,
}

/// The result of walking down from a folder, part by part.
enum Descent {
    Found(Target, Vec<FileId>),
    /// The first part is a regular package or module, the rest is not there: the files on the way.
    Broken(Vec<FileId>),
    /// The first part is a namespace folder, the rest is not there: the files on the way.
    Hole(Vec<FileId>),
    /// There is nothing at all.
    Nothing,
}

impl ModuleIndex {
    /// Resolves an absolute name for importers with this context.
    #[must_use]
    pub fn resolve(&self, name: &str, context: &RootContext) -> Resolution {
        let first = name.split('.').next().unwrap_or(name);
        if first.is_empty() {
            return Resolution::External;
        }
        let standard = is_stdlib(first);
        let installed = self.installed.has(first);
        let (near, far) = self.search_order(context);
        // As in the interpreter, a regular package or module anywhere on the path beats a namespace folder.
        let (mut portion, mut hole) = (None, None);
        for folder in near.iter().filter(|folder| folder.proves || !standard) {
            let inside = self.entries.is_package(folder.path);
            // That a file in a package also runs as a script is a guess.
            if installed && !folder.proves && inside {
                continue;
            }
            let regular = self.is_regular(folder.path, first);
            match self.descend(folder.path, name) {
                Descent::Found(target, parents) if regular => {
                    return found(target, parents, folder.path, folder.proves || !inside);
                }
                // Below the namespace folder of a standard name lies nothing that shadows it.
                Descent::Found(target, parents) if portion.is_none() && !standard => {
                    portion = Some(found(target, parents, folder.path, true));
                }
                // A script may have a neighbour of the same name as an installed package.
                Descent::Broken(parents) if folder.proves && regular => {
                    return self.missing(folder.path, name, parents, None);
                }
                Descent::Broken(parents) | Descent::Hole(parents)
                    if folder.proves && !standard && hole.is_none() =>
                {
                    let top = self.own_namespace(folder.path, first);
                    hole = top.map(|top| self.missing(folder.path, name, parents, Some(top)));
                }
                _ => {}
            }
        }
        if standard {
            return portion.unwrap_or(Resolution::External);
        }
        let mut elsewhere = far.iter().filter_map(|folder| {
            let regular = self.is_regular(folder.path, first);
            let meant = regular || portion.is_none();
            if !meant || installed && !folder.is_named(first) {
                return None;
            }
            match self.descend(folder.path, name) {
                Descent::Found(target @ (Target::Package(..) | Target::Module(_)), parents) => {
                    Some((target, parents, folder.path))
                }
                _ => None,
            }
        });
        if let Some((target, parents, folder)) = elsewhere.next() {
            let unique = elsewhere.all(|other| other.0 == target);
            // Who adds a package to `sys.path` does so for itself: others import the package.
            let proves = !self.entries.is_package(folder);
            return if unique { found(target, parents, folder, proves) } else { Resolution::External };
        }
        if let Some(portion) = portion {
            return portion;
        }
        let around = if installed { Resolution::External } else { self.around(name, context) };
        match (around, hole) {
            (Resolution::External, Some(hole)) => hole,
            (around, _) => around,
        }
    }

    /// Whether a folder holds a regular package or a module of this name.
    fn is_regular(&self, folder: &str, name: &str) -> bool {
        let unit = self.entries.unit(&join(folder, name));
        matches!(unit, Some(Unit::Package(_) | Unit::Module(_) | Unit::Compiled))
    }

    /// The resolution of a name of which a part is missing; `External` where a list of ignored files names it.
    fn missing(
        &self,
        folder: &str,
        name: &str,
        parents: Vec<FileId>,
        namespace: Option<CompactString>,
    ) -> Resolution {
        let mut path = CompactString::new(folder);
        for part in name.split('.') {
            path = join(&path, part);
            if self.ignored.names(&path) {
                return Resolution::External;
            }
        }
        Resolution::Missing { parents, namespace }
    }

    /// The top folder of a name below a root, if it has no `__init__` and belongs to the project alone, as far as its name and
    /// place tell.
    pub(crate) fn own_namespace(&self, root: &str, name: &str) -> Option<CompactString> {
        let first = name.split('.').next().unwrap_or(name);
        let top = join(root, first);
        let own = self.entries.unit(&top) == Some(Unit::Namespace)
            && !is_shared(first)
            && !is_stdlib(first)
            && !self.installed.reaches(first)
            && !self.roots.all().iter().any(|root| root.path == top || is_below(&root.path, &top));
        own.then_some(top)
    }

    /// Resolves a name below a folder, such as that of a relative import; an empty name is the folder itself.
    pub(crate) fn resolve_below(&self, folder: &str, name: &str) -> Resolution {
        if name.is_empty() {
            return match self.entries.unit(folder) {
                Some(Unit::Package(file)) => {
                    found(Target::Package(file, folder.into()), Vec::new(), folder, true)
                }
                _ => found(Target::Namespace(folder.into()), Vec::new(), folder, true),
            };
        }
        let own = match self.entries.unit(folder) {
            Some(Unit::Package(file)) => Some(file),
            _ => None,
        };
        // `from .__init__ import name`: the package's own file once more.
        if let (Some(file), "__init__") = (own, name) {
            return found(Target::Module(file), vec![file], folder, true);
        }
        match self.descend(folder, name) {
            Descent::Found(target, parents) => {
                found(target, own.into_iter().chain(parents).collect(), folder, true)
            }
            Descent::Broken(parents) | Descent::Hole(parents) if own.is_some() || !parents.is_empty() => {
                self.missing(folder, name, own.into_iter().chain(parents).collect(), None)
            }
            // Only a package can be sure of its relative imports.
            Descent::Nothing if own.is_some() => self.missing(folder, name, own.into_iter().collect(), None),
            Descent::Broken(_) | Descent::Hole(_) | Descent::Nothing => Resolution::External,
        }
    }

    /// The submodule `name` of what an import found.
    pub(crate) fn submodule(&self, of: &Target, name: &str) -> Option<Target> {
        match of {
            Target::Package(_, folder) | Target::Namespace(folder) => {
                let path = join(folder, name);
                self.target(&path).or_else(|| self.ignored.names(&path).then_some(Target::Compiled(path)))
            }
            Target::Module(_) | Target::Compiled(_) => None,
        }
    }

    /// The folder at which a relative import of a file starts; none above the repository.
    pub(crate) fn relative_folder(&self, file: FileId, level: u8) -> Option<&str> {
        let mut folder = parent(self.path(file));
        for _ in 1..level {
            if folder.is_empty() {
                return None;
            }
            folder = parent(folder);
        }
        Some(folder)
    }

    fn target(&self, path: &str) -> Option<Target> {
        Some(match self.entries.unit(path)? {
            Unit::Package(file) => Target::Package(file, path.into()),
            Unit::Module(file) => Target::Module(file),
            Unit::Compiled => Target::Compiled(path.into()),
            Unit::Namespace => Target::Namespace(path.into()),
        })
    }

    fn descend(&self, folder: &str, name: &str) -> Descent {
        let mut path = CompactString::new(folder);
        let (mut parents, mut regular, mut below, mut target) = (Vec::new(), false, false, None);
        for part in name.split('.') {
            match &target {
                // `p.__init__` is the same file once more.
                Some(Target::Package(file, _)) if part == "__init__" => {
                    target = Some(Target::Module(*file));
                    continue;
                }
                Some(Target::Package(file, _)) => parents.push(*file),
                // The names in a module that is not read cannot be known.
                Some(Target::Compiled(_)) => {
                    return target.map_or(Descent::Nothing, |target| Descent::Found(target, parents));
                }
                Some(Target::Module(file)) => {
                    parents.push(*file);
                    return Descent::Broken(parents);
                }
                Some(Target::Namespace(_)) | None => {}
            }
            path = join(&path, part);
            target = self.target(&path);
            match &target {
                None if regular => return Descent::Broken(parents),
                None if below => return Descent::Hole(parents),
                None => return Descent::Nothing,
                Some(found) => regular |= found.file().is_some(),
            }
            below = true;
        }
        target.map_or(Descent::Nothing, |target| Descent::Found(target, parents))
    }

    /// The module of a name of two parts or more below a folder around the importer: what runs there may have it as its working
    /// directory. The innermost one counts, and none that is a package.
    fn around(&self, name: &str, context: &RootContext) -> Resolution {
        let mut folder = context.folder.as_str();
        while name.contains('.') && folder != context.home && !folder.is_empty() {
            if !self.entries.is_package(folder)
                && let Descent::Found(target @ (Target::Package(..) | Target::Module(_)), parents) =
                    self.descend(folder, name)
            {
                return found(target, parents, folder, false);
            }
            folder = parent(folder);
        }
        Resolution::External
    }
}

fn found(target: Target, parents: Vec<FileId>, root: &str, confident: bool) -> Resolution {
    Resolution::Found(Located { target, parents, root: root.into(), confident })
}

fn join(folder: &str, name: &str) -> CompactString {
    if folder.is_empty() { name.into() } else { format_compact!("{folder}/{name}") }
}
