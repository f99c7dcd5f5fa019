//! A file's imports as typed edges to other files, and the imports that lead nowhere.
//! It must not know the graph: edges of one file depend on that file's imports and on where names resolve to.

use analyzer_facts::{ImportKind, ImportsProjection, Position, ProjectedImport};
use compact_str::{CompactString, format_compact};

use crate::modules::{FileId, ModuleIndex, is_below, is_init, parent};
use crate::resolve::{Located, Resolution, Target};
use crate::roots::RootContext;

/// When an import runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// With its module, always.
    Eager,
    /// With its module, perhaps.
    Conditional,
    /// When a function is called.
    Deferred,
    /// Never: only type checkers see it.
    Typing,
    /// Only when its module runs as a script.
    MainGuard,
}

impl EdgeKind {
    /// The kind of an import at this position.
    #[must_use]
    pub fn of(position: Position) -> Self {
        if position.has(Position::TYPING) {
            Self::Typing
        } else if position.has(Position::MAIN_GUARD) {
            Self::MainGuard
        } else if position.has(Position::DEFERRED) {
            Self::Deferred
        } else if position.has(Position::CONDITIONAL) {
            Self::Conditional
        } else {
            Self::Eager
        }
    }

    /// The name in `analyzer graph`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::Conditional => "conditional",
            Self::Deferred => "deferred",
            Self::Typing => "typing",
            Self::MainGuard => "main-guard",
        }
    }

    /// Its letter: E, C, D, T or M.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Eager => 'E',
            Self::Conditional => 'C',
            Self::Deferred => 'D',
            Self::Typing => 'T',
            Self::MainGuard => 'M',
        }
    }
}

/// A set of edge kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct KindSet(u8);

impl KindSet {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// Every kind.
    pub const ALL: Self = Self(0b1_1111);
    /// What runs on import: eager and conditional, literal dynamic imports at such places included.
    pub const ON_IMPORT: Self = Self(0b0_0011);
    /// What runs at all when the module is imported and used: also deferred imports.
    pub const AT_RUN_TIME: Self = Self(0b0_0111);

    /// This set and one more kind.
    #[must_use]
    pub const fn with(self, kind: EdgeKind) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    /// The kinds of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the sets share a kind.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// One import's way to one file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edge {
    /// The imported file.
    pub target: FileId,
    /// Index of the import among the file's imports.
    pub import: u32,
    /// Indices of the names of a `from` import that lead there, sorted; empty for other forms and for `*`.
    pub names: Vec<u16>,
    /// Whether `names` are attributes of the target, not the target itself.
    pub attributes: bool,
    /// When it runs.
    pub kind: EdgeKind,
    /// Whether the import is a call with a literal name: kind Y of the specification.
    pub dynamic: bool,
    /// Whether the statement does not name the target: a package on the way, or a submodule that `*` brings.
    pub implicit: bool,
    /// Whether a root proves it.
    pub confident: bool,
    /// The folder at which the name starts, so that a file found under two names can be told.
    pub root: CompactString,
}

impl Edge {
    /// Whether the name with this index leads there.
    #[must_use]
    pub fn has_name(&self, name: u16) -> bool {
        self.names.binary_search(&name).is_ok()
    }

    /// The letters of its kind, such as `E` or `YD`.
    #[must_use]
    pub fn letters(&self) -> String {
        let dynamic = if self.dynamic { "Y" } else { "" };
        format!("{dynamic}{}", self.kind.letter())
    }
}

/// An import of the project's own code for which there is no module; whether that is a fault is for [`unresolved`] to
/// say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Dangling {
    import: u32,
    parents: Vec<FileId>,
}

/// The edges of one file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FileEdges {
    /// In the order of the imports; a statement's own target in front of the implicit ones.
    pub edges: Vec<Edge>,
    dangling: Vec<Dangling>,
}

impl FileEdges {
    /// The edges of one import.
    pub fn of_import(&self, import: u32) -> std::slice::Iter<'_, Edge> {
        let first = self.edges.partition_point(|edge| edge.import < import);
        let end = self.edges.partition_point(|edge| edge.import <= import);
        self.edges.get(first..end).unwrap_or_default().iter()
    }
}

/// What edges of a file ask of the rest of the project.
pub trait ImportLookup {
    /// See [`ModuleIndex::resolve`].
    fn resolve(&self, name: &str, context: &RootContext) -> Resolution;

    /// The literal `__all__` of a file; asked only for targets of `from m import *`.
    fn exports(&self, file: FileId) -> Option<Vec<CompactString>>;
}

/// The edges of a file.
#[must_use]
pub fn edges(
    file: FileId,
    imports: &ImportsProjection,
    index: &ModuleIndex,
    lookup: &dyn ImportLookup,
) -> FileEdges {
    let context = index.context(file, imports);
    let is_stub = index.path(file).ends_with(".pyi");
    let mut found = FileEdges::default();
    for (at, import) in imports.imports.iter().enumerate() {
        let kind = if is_stub { EdgeKind::Typing } else { EdgeKind::of(import.position) };
        let mut builder = Builder { file, import, at: at as u32, kind, index, found: &mut found };
        let resolution = if import.level > 0 {
            index
                .relative_folder(file, import.level)
                .map_or(Resolution::External, |folder| index.resolve_below(folder, &import.module))
        } else {
            lookup.resolve(&import.module, &context)
        };
        match resolution {
            Resolution::Found(located) => builder.found(&located, &context, lookup),
            Resolution::Missing { parents } => builder.dangling(parents),
            Resolution::External => {}
        }
    }
    found
}

/// Adds the edges of one import.
struct Builder<'a> {
    file: FileId,
    import: &'a ProjectedImport,
    at: u32,
    kind: EdgeKind,
    index: &'a ModuleIndex,
    found: &'a mut FileEdges,
}

impl Builder<'_> {
    fn found(&mut self, located: &Located, context: &RootContext, lookup: &dyn ImportLookup) {
        if self.import.kind != ImportKind::From || self.import.star {
            self.itself(located, Vec::new(), false);
            if self.import.star {
                self.star(located, lookup);
            }
            return;
        }
        let mut attributes = Vec::new();
        let mut targets: Vec<(FileId, Vec<u16>)> = Vec::new();
        for (at, name) in (0u16..).zip(&self.import.names) {
            match self.submodule(located, &name.name, context, lookup) {
                Some(target) => {
                    let Some(file) = target.file() else { continue };
                    match targets.iter_mut().find(|(known, _)| *known == file) {
                        Some((_, names)) => names.push(at),
                        None => targets.push((file, vec![at])),
                    }
                }
                None => attributes.push(at),
            }
        }
        let has_submodules = !targets.is_empty();
        for (target, names) in targets {
            self.push(target, names, false, false, located);
        }
        if !attributes.is_empty() {
            match &located.target {
                // A namespace folder has no attributes of its own.
                Target::Namespace(folder) if self.import.level > 0 || self.is_inside_package(folder) => {
                    self.dangling(located.parents.clone());
                }
                _ => self.itself(located, attributes, true),
            }
        } else if has_submodules && let Some(package) = located.target.file() {
            self.implicit(package, located);
        }
        if has_submodules || located.target.file().is_none() {
            self.parents(located);
        }
    }

    /// Whether a namespace folder lies in a regular package, so that nobody else can add to it.
    fn is_inside_package(&self, folder: &str) -> bool {
        self.index.entries.is_package(parent(folder))
    }

    fn submodule(
        &self,
        located: &Located,
        name: &str,
        context: &RootContext,
        lookup: &dyn ImportLookup,
    ) -> Option<Target> {
        let direct = self.index.submodule(&located.target, name);
        if direct.is_some() || self.import.level > 0 || !matches!(located.target, Target::Namespace(_)) {
            return direct;
        }
        // The portion of another root may have it.
        match lookup.resolve(&format_compact!("{}.{name}", self.import.module), context) {
            Resolution::Found(found) => Some(found.target),
            _ => None,
        }
    }

    /// The edge to the named module, and those to the packages on the way.
    fn itself(&mut self, located: &Located, names: Vec<u16>, attributes: bool) {
        if let Some(target) = located.target.file() {
            self.push(target, names, attributes, false, located);
            self.parents(located);
        }
    }

    fn star(&mut self, located: &Located, lookup: &dyn ImportLookup) {
        let Target::Package(package, _) = &located.target else { return };
        for name in lookup.exports(*package).unwrap_or_default() {
            let submodule = self.index.submodule(&located.target, &name);
            if let Some(target) = submodule.and_then(|target| target.file()) {
                self.push(target, Vec::new(), false, true, located);
            }
        }
    }

    fn parents(&mut self, located: &Located) {
        for &package in &located.parents {
            self.implicit(package, located);
        }
    }

    /// An edge to a package on the way, which runs first; except where the importer lies inside it.
    fn implicit(&mut self, package: FileId, located: &Located) {
        let inside = is_below(self.index.path(self.file), parent(self.index.path(package)));
        let known = self.found.edges.iter().rev().take_while(|edge| edge.import == self.at);
        if !inside && !known.into_iter().any(|edge| edge.target == package) {
            self.push(package, Vec::new(), false, true, located);
        }
    }

    fn push(&mut self, target: FileId, names: Vec<u16>, attributes: bool, implicit: bool, located: &Located) {
        self.found.edges.push(Edge {
            target,
            import: self.at,
            names,
            attributes,
            kind: self.kind,
            dynamic: self.import.kind == ImportKind::Dynamic,
            implicit,
            confident: located.confident,
            root: located.root.clone(),
        });
    }

    fn dangling(&mut self, parents: Vec<FileId>) {
        self.found.dangling.push(Dangling { import: self.at, parents });
    }
}

/// An import that fails whenever it runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unresolved {
    /// Index of the import among the file's imports.
    pub import: u32,
    /// Index of the name that the module lacks; none where the module itself is not there.
    pub name: Option<u16>,
}

/// The imports of a file's own project that certainly fail.
///
/// `imports_of` gives the imports of other files, and `is_broken` tells which of them have a syntax error. Left out,
/// because it cannot be known or is meant to fail: imports in a `try` that catches the failure, for type checkers only, or
/// of tier C; packages that change their `__path__` or put modules into `sys.modules`, and modules that may pose as a
/// package by `__getattr__`; names that builds generate; and
/// modules that bind names in ways that cannot be followed.
#[must_use]
pub fn unresolved<'a>(
    imports: &ImportsProjection,
    edges: &FileEdges,
    index: &ModuleIndex,
    imports_of: &dyn Fn(FileId) -> Option<&'a ImportsProjection>,
    is_broken: &dyn Fn(FileId) -> bool,
) -> Vec<Unresolved> {
    let excused = |import: &ProjectedImport| {
        import.position.has(Position::GUARDED) || import.position.has(Position::TYPING) || import.damaged
    };
    let mut found = Vec::new();
    for dangling in &edges.dangling {
        let Some(import) = imports.imports.get(dangling.import as usize) else { continue };
        let open = dangling.parents.iter().any(|parent| {
            // A module that makes up its attributes may make up the `__path__` of a package.
            let made_up = |p: &ImportsProjection| p.makes_up_attributes() && !is_init(index.path(*parent));
            imports_of(*parent).is_none_or(|p| p.names.extends_path || p.names.dynamic || made_up(p))
                || is_broken(*parent)
        });
        let generated = import.module.split('.').next_back().is_some_and(is_generated);
        if !excused(import) && !open && !generated {
            found.push(Unresolved { import: dangling.import, name: None });
        }
    }
    for edge in edges.edges.iter().filter(|edge| edge.attributes && edge.confident) {
        let Some(import) = imports.imports.get(edge.import as usize) else { continue };
        if excused(import) {
            continue;
        }
        let files = std::iter::once(edge.target).chain(index.stub_of(edge.target));
        let modules: Option<Vec<&ImportsProjection>> = files.clone().map(imports_of).collect();
        let Some(modules) = modules else { continue };
        if modules.iter().any(|module| module.names.extends_path) {
            continue;
        }
        for &at in &edge.names {
            let Some(name) = import.names.get(at as usize) else { continue };
            let lacks = modules.iter().all(|module| module.lacks(&name.name));
            if lacks && !is_generated(&name.name) && !files.clone().any(is_broken) {
                found.push(Unresolved { import: edge.import, name: Some(at) });
            }
        }
    }
    found.sort_unstable();
    found
}

/// Modules that builds write and repositories do not hold.
fn is_generated(name: &str) -> bool {
    matches!(name, "_version" | "version" | "__version__" | "_build" | "_generated" | "__about__")
        || name.ends_with("_pb2")
        || name.ends_with("_pb2_grpc")
        || name.starts_with("_generated_")
}
