//! Record of one simulated start of the program: how it ended, what was swallowed, what is loaded.
//! It must not know how to judge a component; one run is one order of import.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use compact_str::CompactString;

use super::machine::Machine;
use super::program::{ModuleId, Program};

/// Where a program can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// `import m`, before anything else of the program.
    Import(ModuleId),
    /// The module's file runs as `__main__`: its parents are not imported first, and importing it by its name runs
    /// it a second time.
    Script(ModuleId),
}

impl Entry {
    /// The module at which the program begins.
    #[must_use]
    pub const fn module(self) -> ModuleId {
        match self {
            Self::Import(module) | Self::Script(module) => module,
        }
    }
}

/// A step of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The module.
    pub module: ModuleId,
    /// Index into its steps.
    pub step: u32,
}

/// The exception that an import order leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// `cannot import name …`.
    ImportError,
    /// `module … has no attribute …`.
    AttributeError,
    /// `name … is not defined`, because the import that would bind it failed and that was swallowed.
    NameError,
}

impl ErrorKind {
    /// The exception's class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::ImportError => "ImportError",
            Self::AttributeError => "AttributeError",
            Self::NameError => "NameError",
        }
    }
}

/// An exception, where it was raised and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its class.
    pub kind: ErrorKind,
    /// The statement that raises.
    pub site: Site,
    /// The name that is missing.
    pub name: CompactString,
    /// The module that lacks it; none for a `NameError`.
    pub from: Option<ModuleId>,
    /// Whether that module was only partially imported at that moment.
    pub partial: bool,
    /// The imports in progress, outermost first; the last one is `site`.
    pub chain: Vec<Site>,
}

impl Failure {
    /// One line for a message, such as "importing p.a first raises ImportError: cannot import name 'g' from p.b
    /// (partially imported), in p.a".
    #[must_use]
    pub fn describe(&self, program: &Program, entry: Entry) -> String {
        let how = match entry {
            Entry::Import(module) => format!("importing {} first", program.name(module)),
            Entry::Script(module) => format!("running {} as a script", program.name(module)),
        };
        let mut text = format!("{how} raises {}: ", self.kind.class());
        let lacking = self.from.map_or("", |module| program.name(module));
        let partial = if self.partial { " (partially imported)" } else { "" };
        // Writing to a string cannot fail.
        let _ = match self.kind {
            ErrorKind::ImportError => {
                write!(text, "cannot import name '{}' from {lacking}{partial}", self.name)
            }
            ErrorKind::AttributeError => {
                write!(text, "module {lacking}{partial} has no attribute '{}'", self.name)
            }
            ErrorKind::NameError => write!(text, "name '{}' is not defined", self.name),
        };
        let _ = write!(text, ", in {}", program.name(self.site.module));
        text
    }
}

/// An exception that a handler caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swallowed {
    /// The exception.
    pub failure: Failure,
    /// The handler.
    pub by: Site,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was imported.
    Passes,
    /// An exception reached the entry.
    Fails(Failure),
    /// The bound on steps was reached: nothing is claimed.
    Unfinished,
}

/// Which alternatives the branches of a run take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branches {
    /// The first alternative of each.
    First,
    /// The last alternative of each; of an `if` without `else` the empty one.
    Last,
    /// As listed by branch, from 0; those that are not listed take their first.
    Listed(BTreeMap<Site, u32>),
}

/// The assumptions of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Which alternatives the branches take.
    pub branches: Branches,
    /// Whether the program is known to be complete, so that every name that is not bound is an error. Otherwise only a
    /// missing name that some step binds, or a submodule that is being imported, is one; and what an alternative that
    /// does not run would bind counts as bound.
    pub strict: bool,
    /// Bound on the steps.
    pub steps: u64,
}

/// The attributes of a loaded module: each with the module that it is, if it is one.
pub type Names = BTreeMap<CompactString, Option<ModuleId>>;

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// How it ended.
    pub outcome: Outcome,
    /// Failures that handlers caught, in order.
    pub swallowed: Vec<Swallowed>,
    /// The modules that are loaded at the end, with the names that their steps bound.
    pub loaded: BTreeMap<ModuleId, Names>,
    /// Steps that it took.
    pub steps: u64,
}

/// Runs the program from one entry.
#[must_use]
pub fn run(program: &Program, entry: Entry, plan: &Plan) -> Trace {
    let mut machine = Machine::new(&program.compiled, plan);
    let outcome = machine.run(entry);
    Trace { outcome, loaded: machine.loaded(), steps: machine.steps, swallowed: machine.swallowed }
}

/// How a run ended, and which modules it left loaded.
pub(super) struct Ended {
    pub(super) outcome: Outcome,
    pub(super) swallowed: Vec<Swallowed>,
    pub(super) steps: u64,
    loaded: Vec<bool>,
}

impl Ended {
    /// Whether importing `module`, a part of the package that was imported in this run, ends in the same way: the package
    /// did not get that far, or has loaded the module on its way.
    pub(super) fn settles(&self, module: ModuleId) -> bool {
        self.outcome != Outcome::Passes || self.loaded.get(module as usize).is_some_and(|loaded| *loaded)
    }
}

/// The same without the names of what is loaded, which cost more than the run.
pub(super) fn ending(program: &Program, entry: Entry, plan: &Plan) -> Ended {
    let mut machine = Machine::new(&program.compiled, plan);
    let outcome = machine.run(entry);
    let loaded = machine.is_loaded();
    Ended { outcome, swallowed: machine.swallowed, steps: machine.steps, loaded }
}
