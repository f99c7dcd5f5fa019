//! The input of the simulator: modules, and what each does while it is imported, with every import resolved.
//! It must not know how imports were found or resolved.

use compact_str::CompactString;

use super::compile::Compiled;

/// Index of a module in its [`Program`].
pub type ModuleId = u32;

/// Which exceptions a handler catches, of those that a failed import can raise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Catches {
    /// None of them.
    Neither,
    /// `ImportError`.
    ImportError,
    /// `AttributeError`.
    AttributeError,
    /// Every one, as `except Exception` does; `NameError` too.
    Both,
}

/// The module that an import names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A module of the program; its parents are imported first.
    Module(ModuleId),
    /// Anything else, by its dotted name: importing it always succeeds and has every name.
    External(CompactString),
}

/// One name of a `from` import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromName {
    /// The name in the imported module.
    pub name: CompactString,
    /// The name after `as`.
    pub alias: Option<CompactString>,
}

/// The form of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// `import a.b` (binds `a`) or `import a.b as c` (binds `c` to the submodule).
    Plain {
        /// The name after `as`.
        alias: Option<CompactString>,
    },
    /// `from m import n, o as p`.
    From(Vec<FromName>),
    /// `from m import *`.
    Star,
    /// `import_module("m")`: binds nothing by itself.
    Dynamic,
}

/// Where an import statement binds its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binds {
    /// In the module.
    Module,
    /// In the body of a class: visible to the uses there, not to importers.
    Class,
}

/// An import statement (one module of it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportStep {
    /// The module.
    pub target: Target,
    /// The form.
    pub form: Form,
    /// Where its names go.
    pub binds: Binds,
    /// Whether it runs only if the module is the script: it is under a main guard.
    pub main_only: bool,
}

/// A step of what a module does while it is imported; a flat tree, closed by `End`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An import.
    Import(ImportStep),
    /// A name becomes bound to a value of which nothing is known.
    Bind(CompactString),
    /// A name is deleted.
    Unbind(CompactString),
    /// A dotted path such as `p.b.g` is read.
    Use(CompactString),
    /// A `try` begins: its body up to the first `Handler`, `OrElse`, `Finally` or `End`.
    Try,
    /// A handler of the innermost `Try`.
    Handler(Catches),
    /// The exception that the innermost running handler caught is raised again.
    Raise,
    /// The `else` of the innermost `Try`.
    OrElse,
    /// The `finally` of the innermost `Try`.
    Finally,
    /// A branch of unknown condition begins: exactly one of its alternatives runs, which may be an empty one.
    Branch,
    /// A further alternative of the innermost `Branch`.
    Alternative,
    /// Closes the innermost `Try` or `Branch`.
    End,
}

/// A module or package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its full dotted name.
    pub name: CompactString,
    /// Whether it is a package: a folder, with or without `__init__.py`.
    pub package: bool,
    /// The package that it lies in; it is imported first, and gets the module as an attribute.
    pub parent: Option<ModuleId>,
    /// The names of `__all__`, where it is a literal; in effect once a step has bound `__all__`.
    pub exports: Option<Vec<CompactString>>,
    /// Whether its inside is not part of the question: importing it succeeds, and it has every name.
    pub opaque: bool,
    /// Its statements, in order.
    pub steps: Vec<Step>,
}

/// Modules that import one another.
///
/// Every first-party module that an import or `__all__` names must be among them (opaque where it cannot come back to
/// the component in question), and so must the parents of each: a submodule that is absent counts as missing.
#[derive(Debug)]
pub struct Program {
    modules: Vec<Module>,
    pub(super) compiled: Compiled,
}

impl Program {
    /// Prepares modules for simulation. Ids out of range count as external, unbalanced steps as closed at their end.
    #[must_use]
    pub fn new(modules: Vec<Module>) -> Self {
        let compiled = Compiled::new(&modules);
        Self { modules, compiled }
    }

    /// The modules, by id.
    #[must_use]
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The dotted name of a module; empty for an unknown id.
    #[must_use]
    pub fn name(&self, module: ModuleId) -> &str {
        self.modules.get(module as usize).map_or("", |found| found.name.as_str())
    }
}
