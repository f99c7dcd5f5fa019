//! A rule's view of the project: results over all files, projected on one file and placed in the texts.
//! It must not hold anything that changes when an unrelated file does.

use std::sync::Arc;

use analyzer_facts::relocate::Wanted;
use analyzer_facts::{Blocking, CookieUse, TextRange};
use compact_str::CompactString;

use crate::Backup;
use crate::breaks::suggest::BreakKind;
use crate::contracts::Contract;
use crate::drift::Disagreement;
use crate::mirrors::Fold;
use crate::network::{NetworkProblem, PlaceRole, Site};
use crate::simulate::verdict::Verdict;
use crate::unused::Unused;

/// One step of a cycle, with the place of its first import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedHop {
    /// The importer's file.
    pub path: Arc<str>,
    /// The importer's module name.
    pub from: String,
    /// The imported module's name.
    pub to: String,
    /// The imported name in the importer's first statement.
    pub range: TextRange,
    /// Number of statements that lead there.
    pub statements: usize,
    /// Whether a function must be called for it to run.
    pub deferred: bool,
    /// Whether no statement names `to`: it is a package that runs because something below it is imported.
    pub implicit: bool,
    /// Whether a comment at one of the statements asks pylint to say nothing of cycles.
    pub silenced: bool,
}

/// An edge to give up, with the place of its first import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCut {
    /// The edge.
    pub hop: PlacedHop,
    /// How.
    pub kind: BreakKind,
    /// See [`crate::Cut::cost`].
    pub cost: u64,
}

/// A cycle whose finding is anchored in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCycle {
    /// Module names of the whole component, sorted.
    pub members: Vec<String>,
    /// The shortest cycle, beginning at the smallest name.
    pub hops: Vec<PlacedHop>,
    /// Whether only imports inside functions close it.
    pub deferred: bool,
    /// The result of importing.
    pub verdict: Verdict,
    /// Whether the verdict holds however unknown conditions turn out.
    pub certain: bool,
    /// Which import fails, from which entry and why, in one line.
    pub failure: Option<String>,
    /// The edges to give up; the finding is anchored on the first one.
    pub cuts: Vec<PlacedCut>,
    /// Index of the import to anchor on, among the file's.
    pub anchor: u32,
    /// The imports of the first edge to give up, all of them in the file.
    pub anchored: Vec<Wanted>,
    /// Whether a package's `__init__` and a module inside it import each other.
    pub init_reexport: bool,
}

/// An import that certainly fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedUnresolved {
    /// Index of the import among the file's.
    pub import: u32,
    /// Index of the name that its module lacks; none where the module itself is missing.
    pub name: Option<u16>,
    /// The full name of the module that is missing.
    pub module: CompactString,
    /// The other imports of it; where there are any, the finding is made at one of them.
    pub others: Gathered,
}

/// The part of one place in a finding whose cause has several places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Gathered {
    /// It is the only one.
    #[default]
    Alone,
    /// The finding is made here, and these are the others.
    Here(Vec<(Arc<str>, TextRange)>),
    /// The finding is made at another one.
    Elsewhere,
}

/// A comment that says that something is left to do, and that is elsewhere too, in the same words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedMarker {
    /// Index of the marker among the file's.
    pub index: u32,
    /// The other places.
    pub others: Gathered,
}

/// Imports that bring a file under one of its names, by the first of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedNameUse {
    /// The name of the module.
    pub name: String,
    /// The importer's file.
    pub path: Arc<str>,
    /// The imported name in the importer's statement.
    pub range: TextRange,
    /// How many imports use the name.
    pub count: u32,
}

/// A file that is imported under several names, one of them in an import of the file that is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedTwoNames {
    /// The imported file.
    pub target: Arc<str>,
    /// Index of the import among the file's.
    pub import: u32,
    /// The names, that of the import first.
    pub names: Vec<PlacedNameUse>,
}

/// An import that breaks a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedViolation {
    /// The contract.
    pub contract: Contract,
    /// See [`crate::Violation::from`].
    pub from: String,
    /// See [`crate::Violation::to`].
    pub to: String,
    /// The imports from the one to the other, the first of them in the file.
    pub hops: Vec<PlacedHop>,
    /// Index of the first import among the file's.
    pub import: u32,
    /// See [`crate::Violation::more`].
    pub more: u32,
}

/// A secret of the file, compared with those of all other files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedSecret {
    /// Index of the secret among the file's.
    pub index: u32,
    /// A short keyed hash of the value, in hexadecimal; it distinguishes values and reveals none.
    pub tag: String,
    /// The other places of the value; the finding is made at the first of all.
    pub others: Vec<(Arc<str>, TextRange)>,
}

/// The file was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedBackup {
    /// Why that is thought.
    pub backup: Backup,
    /// The files that still import it, with the place of the first import.
    pub importers: Vec<(Arc<str>, TextRange)>,
    /// How much of it is in what it is a version of, in percent; none where its name says that it was put aside.
    pub share: Option<u32>,
}

/// A module that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCopy {
    /// Its file.
    pub path: Arc<str>,
    /// The member of the family that it is most alike.
    pub nearest: Arc<str>,
    /// In percent: how much the two have in common.
    pub share: u32,
}

/// A family of copied modules; the file is its first member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFamily {
    /// All members, sorted by path.
    pub members: Vec<PlacedCopy>,
}

/// A coroutine's call of a function of another file that blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedHelper {
    /// Index of the call among the file's calls of helpers.
    pub call: u32,
    /// The file that defines the function.
    pub path: Arc<str>,
    /// The blocking call in it.
    pub range: TextRange,
    /// The full name of what that calls.
    pub callee: CompactString,
    /// The kind of wait.
    pub what: Blocking,
}

/// The registry of ports, and what looks ports up in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortRegistry {
    /// Every number that has exactly one name, sorted.
    pub names: Vec<(u16, CompactString)>,
    /// The module of the project that defines `get_port`, under a name that the file can import.
    pub helper: String,
}

/// Something wrong with ports or sockets, made in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedNetwork {
    /// The port, socket or service in question.
    pub site: Site,
    /// Its place.
    pub range: TextRange,
    /// The fault.
    pub problem: NetworkProblem,
    /// Other places, in order.
    pub related: Vec<(Arc<str>, TextRange, PlaceRole)>,
    /// Whether another finding has this place among its own.
    pub elsewhere: bool,
}

/// Whether a guard protects a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RouteGuard {
    /// On every way to it.
    Guarded,
    /// Not on every way from the application.
    Open,
    /// None is seen, and the application neither.
    #[default]
    Unknown,
}

/// The position of a route in its application.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteStanding {
    /// Whether a guard protects it.
    pub guard: RouteGuard,
    /// The path prefix that routers add.
    pub prefix: CompactString,
}

/// The project's knowledge of a file's routes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebView {
    /// Of each route of the file.
    pub routes: Vec<RouteStanding>,
    /// Indices of the ignored guards that make no dependency.
    pub ignored_guards: Vec<u32>,
    /// How the files below its first folder keep sessions in cookies.
    pub cookies: CookieUse,
    /// Whether anything in the project speaks of protection against forged requests.
    pub protection: bool,
    /// Whether anything in the project asks for credentials.
    pub guards: bool,
}

/// A requirement of some file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedRequirement {
    /// The file.
    pub path: Arc<str>,
    /// The requirement as it is written.
    pub range: TextRange,
    /// The versions that it takes, as PEP 440 writes them; empty for any.
    pub versions: CompactString,
}

/// A requirement of the file that disagrees with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedDrift {
    /// How.
    pub how: Disagreement,
    /// Index of the requirement among the file's.
    pub index: u32,
    /// The one that it disagrees with.
    pub with: PlacedRequirement,
    /// All other requirements of the package.
    pub others: Vec<PlacedRequirement>,
    /// A version that every list takes.
    pub common: Option<CompactString>,
    /// How many more requirements of the package disagree in this way.
    pub more: u32,
    /// Whether an earlier finding is about this one too.
    pub elsewhere: bool,
}

/// An import that leads to the file that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfImport {
    /// Its index.
    pub import: u32,
    /// Index of the name that is the file itself, where it is taken from the package around it.
    pub name: Option<u16>,
}

/// The project's results for one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectView {
    /// Cycles that are anchored in the file.
    pub cycles: Vec<PlacedCycle>,
    /// Names that other files import from the file, sorted; `*` for all. Only where cycles are anchored in the file.
    pub taken: Vec<CompactString>,
    /// Imports that import the file itself.
    pub self_imports: Vec<SelfImport>,
    /// Imports that certainly fail.
    pub unresolved: Vec<PlacedUnresolved>,
    /// Comments in the file that are elsewhere too.
    pub markers: Vec<PlacedMarker>,
    /// Secrets whose finding is made in the file.
    pub secrets: Vec<PlacedSecret>,
    /// Whether the file was put aside.
    pub backup: Option<PlacedBackup>,
    /// The folder that is a copy, where the file is the one that represents it.
    pub fold: Option<Fold>,
    /// The family of copies whose finding is made in the file.
    pub family: Option<PlacedFamily>,
    /// Calls in coroutines of other files' blocking functions.
    pub blocking_helpers: Vec<PlacedHelper>,
    /// Ports and sockets whose finding is made in the file.
    pub network: Vec<PlacedNetwork>,
    /// The registry of ports, if there is one that the file can read ports from.
    pub registry: Option<PortRegistry>,
    /// Routes of the file, seen from the application.
    pub web: WebView,
    /// Requirements of the file that disagree with others.
    pub drifts: Vec<PlacedDrift>,
    /// Indices of the lists of requirements that the file names and that are not there.
    pub missing_lists: Vec<u32>,
    /// Imports that nothing needs.
    pub unused: Vec<Unused>,
    /// Imports that break contracts.
    pub violations: Vec<PlacedViolation>,
    /// Imports of modules that others import under another name.
    pub two_names: Vec<PlacedTwoNames>,
}
