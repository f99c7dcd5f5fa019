//! The imports of a file that certainly fail: of modules that are not there, and of names that modules lack.
//! It must not know places, nor how names resolve.

use analyzer_facts::{ImportsProjection, Position, ProjectedImport};
use compact_str::CompactString;

use crate::edges::FileEdges;
use crate::modules::{FileId, ModuleIndex, is_init, parent};
use crate::resolve::Target;

/// How many modules a name is looked for in, from star import to star import.
const STEPS: usize = 64;

/// An import of the project's own code for which there is no module; whether that is a fault is for [`unresolved`] to
/// say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Dangling {
    pub(crate) import: u32,
    pub(crate) parents: Vec<FileId>,
    /// The outermost folder of the name, where that has no `__init__`: others may add to it.
    pub(crate) namespace: Option<CompactString>,
}

/// An import that fails whenever it runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// Index of the import among the file's imports.
    pub import: u32,
    /// Index of the name that the module lacks; none where the module itself is not there.
    pub name: Option<u16>,
}

/// Questions about other files.
pub struct Others<'o, 'a> {
    /// Their imports; none for a file that was not analysed.
    pub imports_of: &'o dyn Fn(FileId) -> Option<&'a ImportsProjection>,
    /// Their edges.
    pub edges_of: &'o dyn Fn(FileId) -> Option<&'a FileEdges>,
    /// Which of them have a syntax error.
    pub is_broken: &'o dyn Fn(FileId) -> bool,
    /// Which top folders without `__init__` the project imports from by their names.
    pub is_imported: &'o dyn Fn(&str) -> bool,
}

/// The imports of a file's own project that certainly fail.
///
/// Left out, because it cannot be known or is meant to fail: imports in a `try` that catches the failure, for type checkers only, or
/// of tier C; packages that change their `__path__` or put modules into `sys.modules`, and modules that may pose as a
/// package by `__getattr__`; names that builds generate; modules that bind names in ways that cannot be followed; and folders
/// without `__init__` from which nothing else is imported.
#[must_use]
pub fn unresolved(
    imports: &ImportsProjection,
    edges: &FileEdges,
    index: &ModuleIndex,
    others: &Others,
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
            (others.imports_of)(*parent).is_none_or(|p| p.names.extends_path || p.names.dynamic || made_up(p))
                || (others.is_broken)(*parent)
        });
        let generated = import.module.split('.').next_back().is_some_and(is_generated);
        let foreign = dangling.namespace.as_ref().is_some_and(|folder| !(others.is_imported)(folder));
        if !excused(import) && !open && !generated && !foreign {
            found.push(Unresolved { import: dangling.import, name: None });
        }
    }
    for edge in edges.edges.iter().filter(|edge| edge.attributes && edge.confident) {
        let Some(import) = imports.imports.get(edge.import as usize) else { continue };
        if excused(import) {
            continue;
        }
        let files = || std::iter::once(edge.target).chain(index.stub_of(edge.target));
        let extends = |file: FileId| (others.imports_of)(file).is_none_or(|module| module.names.extends_path);
        if files().any(extends) {
            continue;
        }
        for &at in &edge.names {
            let Some(name) = import.names.get(at as usize) else { continue };
            if !is_generated(&name.name) && files().all(|file| lacks(file, &name.name, index, others)) {
                found.push(Unresolved { import: edge.import, name: Some(at) });
            }
        }
    }
    found.sort_unstable();
    found
}

/// Whether a module surely has no attribute of this name, those included that its star imports bring.
fn lacks(file: FileId, name: &str, index: &ModuleIndex, others: &Others) -> bool {
    let mut open = vec![file];
    let mut seen: Vec<FileId> = Vec::new();
    while let Some(file) = open.pop() {
        if seen.contains(&file) {
            continue;
        }
        if seen.len() == STEPS {
            return false;
        }
        seen.push(file);
        let Some(module) = (others.imports_of)(file) else { return false };
        if !module.lacks(name, index.path(file).ends_with(".pyi")) || is_reached(file, others) {
            return false;
        }
        for star in module.stars() {
            let targets = (others.edges_of)(file).into_iter().flat_map(|edges| &edges.edges);
            let targets = targets.filter(|edge| edge.import == star && !edge.implicit);
            let mut known = false;
            for target in targets.map(|edge| edge.target) {
                known = true;
                let Some(taken) = (others.imports_of)(target) else { return false };
                match &taken.exports {
                    Some(exports) if exports.iter().any(|export| export == name) => return false,
                    Some(_) => {}
                    // What `__all__` lists where it is computed is not known.
                    None if taken.binds("__all__") => return false,
                    None if name.starts_with('_') => {}
                    None if is_submodule(target, name, index) => return false,
                    None => open.push(target),
                }
            }
            if !known {
                return false;
            }
        }
    }
    !seen.into_iter().any(others.is_broken)
}

/// Whether a module imports from one that may bind names in whoever calls it.
fn is_reached(file: FileId, others: &Others) -> bool {
    let edges = (others.edges_of)(file).into_iter().flat_map(|edges| &edges.edges);
    let mut targets = edges.filter(|edge| !edge.implicit).map(|edge| edge.target);
    targets.any(|target| (others.imports_of)(target).is_some_and(|module| module.names.reaches_callers))
}

/// Whether a package has a submodule of this name, which is its attribute once anybody imports it.
fn is_submodule(package: FileId, name: &str, index: &ModuleIndex) -> bool {
    let path = index.path(package);
    is_init(path) && index.submodule(&Target::Package(package, parent(path).into()), name).is_some()
}

/// Modules that builds write and repositories do not hold.
pub(crate) fn is_generated(name: &str) -> bool {
    matches!(name, "_version" | "version" | "__version__" | "_build" | "_generated" | "__about__")
        || name.ends_with("_pb2")
        || name.ends_with("_pb2_grpc")
        || name.starts_with("_generated_")
}
