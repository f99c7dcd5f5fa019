//! Facts of a file's imports that the project needs, without any position: equal as long as imports are.
//! It must not hold offsets or ranges: project-wide results are computed from it, and a moved line must not touch them.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{Event, FileFacts, ImportKind, Position, ScopeKind, Tier, Uses};

/// Base of a literal `sys.path` entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SearchPathBase {
    /// The folder of the file that adds it: built from `__file__`.
    FileFolder,
    /// The working directory: a relative path as a plain literal.
    WorkingDirectory,
}

/// A folder that a file adds to `sys.path`, where it is a literal or computed from `__file__`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SearchPath {
    /// Base that `path` is relative to.
    pub base: SearchPathBase,
    /// With forward slashes, normalised: `..` only in front; empty for the base itself.
    pub path: CompactString,
}

/// A function that pytest gives to tests which have a parameter of its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fixture {
    /// The function's name.
    pub name: CompactString,
    /// The names of its parameters: fixtures that it needs.
    pub needs: Vec<CompactString>,
    /// Whether it is used without being asked for by the function's name: it has another one, or is `autouse`.
    pub unasked: bool,
}

/// The names that a module's `__getattr__` answers with a plain value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Answers {
    /// The names that it compares with, sorted.
    pub names: Vec<CompactString>,
    /// Whether it answers all others.
    pub all: bool,
}

impl Answers {
    /// Whether it answers a name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.all || holds(&self.names, name)
    }
}

/// Names of a module, and what else matters when others import from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct ModuleNames {
    /// Names bound at module level in any way, imports included, or through `global` in a function; sorted.
    pub bindings: Vec<CompactString>,
    /// Those of the bindings that are not there once the module is imported; in a stub they are. Sorted.
    pub unbound: Vec<CompactString>,
    /// Whether further names may be bound: `globals()`, `vars()`, `exec`, `setattr`, `sys.modules[…]`.
    pub dynamic: bool,
    /// Whether it looks into the globals of whoever calls it, and so may bind names in other modules.
    pub reaches_callers: bool,
    /// Whether names may be read by their text: `globals()`, `locals()`, `vars()`, `exec`, `eval`.
    pub looked_up: bool,
    /// Names that its `__getattr__` answers by itself.
    pub answers: Answers,
    /// Its fixtures, in the order of the text.
    pub fixtures: Vec<Fixture>,
    /// Its classes of tests that are recognised by their bases, in the order of the text.
    pub test_classes: Vec<CompactString>,
    /// Whether it extends or replaces its `__path__`: its submodules may lie anywhere.
    pub extends_path: bool,
    /// Entries that it adds to `sys.path`, in order.
    pub search_paths: Vec<SearchPath>,
}

/// One name of a `from` import.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProjectedName {
    /// The name in the imported module.
    pub name: CompactString,
    /// The name after `as`.
    pub alias: Option<CompactString>,
    /// How the bound name is used.
    pub uses: Uses,
}

/// One import; its index is that of [`FileFacts::imports`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProjectedImport {
    /// The form.
    pub kind: ImportKind,
    /// Dotted name without leading dots.
    pub module: CompactString,
    /// Number of leading dots; 0 is absolute.
    pub level: u8,
    /// Names of a `from` import.
    pub names: Vec<ProjectedName>,
    /// Whether it is `from m import *`.
    pub star: bool,
    /// The name after `as`, of a plain import.
    pub alias: Option<CompactString>,
    /// How the name that a plain import binds is used.
    pub uses: Uses,
    /// When it runs.
    pub position: Position,
    /// Whether it is in a function that the module calls while it is imported.
    pub called: bool,
    /// The kind of its scope.
    pub scope: ScopeKind,
    /// Whether it was read from damaged code: tier C.
    pub damaged: bool,
}

/// Everything that project-wide analysis needs of a file. Whether the file has a syntax error is not part of it: that
/// changes with every other character that is typed, and hardly anything depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct ImportsProjection {
    /// The imports, in the order of the text.
    pub imports: Vec<ProjectedImport>,
    /// Events while the module is imported.
    pub program: Arc<[Event]>,
    /// The names of `__all__`, where it is a literal.
    pub exports: Option<Vec<CompactString>>,
    /// Names and openness of the module.
    pub names: Arc<ModuleNames>,
    /// Whether annotations are lazy.
    pub lazy_annotations: bool,
    /// Whether there is an `if __name__ == "__main__"`.
    pub main_guard: bool,
}

impl FileFacts {
    /// The position-free part that project-wide analysis sees.
    #[must_use]
    pub fn imports_projection(&self) -> ImportsProjection {
        let imports = self.imports.iter().map(|import| ProjectedImport {
            kind: import.kind,
            module: import.module.clone(),
            level: import.level,
            names: import
                .names
                .iter()
                .map(|name| ProjectedName {
                    name: name.name.clone(),
                    alias: name.alias.clone(),
                    uses: name.uses,
                })
                .collect(),
            star: import.star,
            alias: import.alias.clone(),
            uses: import.uses,
            position: import.position,
            called: import.called,
            scope: self.scopes.get(import.scope as usize).map_or(ScopeKind::Module, |scope| scope.kind),
            damaged: import.tier == Tier::C,
        });
        ImportsProjection {
            imports: imports.collect(),
            program: Arc::clone(&self.program),
            exports: self.exports.clone(),
            names: Arc::clone(&self.names),
            lazy_annotations: self.lazy_annotations,
            main_guard: self.main_guard,
        }
    }
}

impl ImportsProjection {
    /// Whether the module has no attribute `name`, submodules and what its star imports bring aside, if it is not broken.
    /// In a stub every name is there.
    ///
    /// False wherever it cannot be known: `__getattr__`, names bound dynamically or listed in `__all__`, and attributes that
    /// every module has.
    #[must_use]
    pub fn lacks(&self, name: &str, stub: bool) -> bool {
        let dunder = name.starts_with("__") && name.ends_with("__");
        let binds = holds(&self.names.bindings, name) && (stub || !holds(&self.names.unbound, name));
        !(self.names.dynamic
            || dunder
            || binds
            || self.makes_up_attributes()
            || self.exports.as_ref().is_some_and(|names| names.iter().any(|export| export == name)))
    }

    /// The star imports of the module, by index.
    pub fn stars(&self) -> impl Iterator<Item = u32> {
        let imports = (0..).zip(&self.imports);
        imports.filter(|(_, import)| import.star && import.scope == ScopeKind::Module).map(|(index, _)| index)
    }

    /// Whether anything in the module binds a name, in any way.
    #[must_use]
    pub fn binds(&self, name: &str) -> bool {
        holds(&self.names.bindings, name)
    }

    /// Whether the module answers for attributes that it does not bind: it has a `__getattr__`.
    #[must_use]
    pub fn makes_up_attributes(&self) -> bool {
        self.binds("__getattr__")
    }
}

/// Whether a sorted list holds a name.
fn holds(names: &[CompactString], name: &str) -> bool {
    names.binary_search_by(|one| one.as_str().cmp(name)).is_ok()
}
