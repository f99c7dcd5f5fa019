//! A file's imports as typed edges to other files, and the imports that lead nowhere.
//! It must not know the graph: edges of one file depend on that file's imports and on where names resolve to.

use analyzer_facts::{Answers, Event, ImportKind, ImportsProjection, Position, ProjectedImport};
use compact_str::{CompactString, format_compact};

use crate::collected::bindings;
use crate::modules::{FileId, ModuleIndex, is_below, parent};
use crate::resolve::{Located, Resolution, Target};
use crate::roots::RootContext;
use crate::stdlib::is_stdlib;
use crate::unresolved::{Dangling, is_generated};

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
    /// The kind of an import.
    fn of_import(import: &ProjectedImport) -> Self {
        let called = import.called.then(|| import.position.without(Position::DEFERRED));
        Self::of(called.unwrap_or(import.position))
    }

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
    /// Imports that run on import: eager and conditional, literal dynamic imports at such places included.
    pub const ON_IMPORT: Self = Self(0b0_0011);
    /// Imports that run at all when the module is imported and used: also deferred ones.
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
    /// The folder at which the name starts, so that a file found under two names can be recognised.
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

/// The edges of one file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FileEdges {
    /// In the order of the imports; a statement's own target in front of the implicit ones.
    pub edges: Vec<Edge>,
    pub(crate) dangling: Vec<Dangling>,
}

impl FileEdges {
    /// The edges of one import.
    pub fn of_import(&self, import: u32) -> std::slice::Iter<'_, Edge> {
        let first = self.edges.partition_point(|edge| edge.import < import);
        let end = self.edges.partition_point(|edge| edge.import <= import);
        self.edges.get(first..end).unwrap_or_default().iter()
    }
}

/// Questions about the rest of the project that the edges of a file depend on.
pub trait ImportLookup {
    /// See [`ModuleIndex::resolve`].
    fn resolve(&self, name: &str, context: &RootContext) -> Resolution;

    /// The literal `__all__` of a file; asked only for targets of `from m import *`.
    fn exports(&self, file: FileId) -> Option<Vec<CompactString>>;

    /// Whether a package answers a name by itself, so that no submodule of that name is imported.
    fn answers(&self, package: FileId, name: &str) -> bool;
}

/// The answers of a module's `__getattr__`, if it exists before the module imports anything that could come back to it: every
/// importer of the module, even while it is being imported, gets these answers.
#[must_use]
pub fn answers(imports: &ImportsProjection) -> Answers {
    let is_it =
        |event: &&Event| matches!(event, Event::Bind(name) | Event::Unbind(name) if name == "__getattr__");
    let leads_on = |number: u32| {
        let import = imports.imports.get(number as usize);
        import.is_none_or(|one| one.level > 0 || !is_stdlib(one.module.split('.').next().unwrap_or_default()))
    };
    let mut program = imports.program.iter();
    let first =
        program.find(|event| is_it(event) || matches!(event, Event::Import(number) if leads_on(*number)));
    let early = matches!(first, Some(Event::Bind(_)));
    let once = !program.any(|event| is_it(&event)) && !imports.names.dynamic;
    if early && once { imports.names.answers.clone() } else { Answers::default() }
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
        let kind = if is_stub { EdgeKind::Typing } else { EdgeKind::of_import(import) };
        let mut builder = Builder { file, import, at: at as u32, kind, index, found: &mut found };
        let resolution = if import.level > 0 {
            index
                .relative_folder(file, import.level)
                .map_or(Resolution::External, |folder| index.resolve_below(folder, &import.module))
        } else {
            lookup.resolve(&import.module, &context)
        };
        match resolution {
            Resolution::Found(located)
                if is_namesake(file, import, &located, index) || is_option(import, &located, index) => {}
            Resolution::Found(located) => builder.found(&located, (imports, &context), lookup),
            Resolution::Missing { parents, namespace } => builder.dangling(parents, namespace),
            Resolution::External => {}
        }
    }
    found
}

/// Whether a script only has the name of what it imports: its folder is no root, so that something installed is meant.
fn is_namesake(file: FileId, import: &ProjectedImport, located: &Located, index: &ModuleIndex) -> bool {
    let is_root = || index.roots.all().iter().any(|root| root.path == located.root);
    import.level == 0 && located.target.file() == Some(file) && !is_root()
}

/// Whether something installed is meant that may be missing: only a program that adds a package's folder to `sys.path` has a
/// module of that name.
fn is_option(import: &ProjectedImport, located: &Located, index: &ModuleIndex) -> bool {
    import.level == 0
        && !located.confident
        && import.position.has(Position::GUARDED)
        && index.entries.is_package(&located.root)
}

/// Whether anything but the import with this number binds a name in the module.
fn binds_otherwise(imports: &ImportsProjection, number: u32, name: &str) -> bool {
    let program = imports.program.iter().any(|event| matches!(event, Event::Bind(bound) if bound == name));
    let others = (0..).zip(&imports.imports).filter(|(other, _)| *other != number);
    let imported = others
        .into_iter()
        .any(|(_, import)| import.star || bindings(import).any(|(_, bound, _)| bound == name));
    program || imported || imports.names.dynamic || imports.makes_up_attributes()
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
    fn found(
        &mut self,
        located: &Located,
        (imports, context): (&ImportsProjection, &RootContext),
        lookup: &dyn ImportLookup,
    ) {
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
                // What a module takes from itself and nothing else binds there is a submodule that a build makes.
                None if self.is_own_package(located)
                    && (is_generated(&name.name) || !binds_otherwise(imports, self.at, &name.name)) => {}
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
                    self.dangling(located.parents.clone(), None);
                }
                Target::Namespace(_) => {
                    if let Some(top) = self.index.own_namespace(&located.root, &self.import.module) {
                        self.dangling(located.parents.clone(), Some(top));
                    }
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

    /// Whether a package imports from itself.
    fn is_own_package(&self, located: &Located) -> bool {
        matches!(located.target, Target::Package(file, _) if file == self.file)
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
        if let Target::Package(package, _) = &located.target
            && direct.is_some()
            && lookup.answers(*package, name)
        {
            return None;
        }
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

    fn dangling(&mut self, parents: Vec<FileId>, namespace: Option<CompactString>) {
        self.found.dangling.push(Dangling { import: self.at, parents, namespace });
    }
}

/// The top folders without `__init__` from which a file imports by their names, sorted.
#[must_use]
pub fn namespaces(
    imports: &ImportsProjection,
    edges: &FileEdges,
    index: &ModuleIndex,
    file: FileId,
) -> Vec<CompactString> {
    let mut found = Vec::new();
    for edge in edges.edges.iter().filter(|edge| !edge.implicit && edge.target != file && edge.confident) {
        let import = imports.imports.get(edge.import as usize).filter(|import| import.level == 0);
        found.extend(import.and_then(|import| index.own_namespace(&edge.root, &import.module)));
    }
    found.sort_unstable();
    found.dedup();
    found
}
