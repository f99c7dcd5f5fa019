//! All files of a project together: configuration, roots, modules, import edges and the graph they form.
//! It must not read files or know the engine: inputs are paths, texts of configuration and projections of facts.

mod backups;
pub mod breaks;
mod collected;
mod components;
pub mod config;
mod contracts;
mod cycles;
pub mod drift;
pub mod duplicates;
mod edges;
mod graph;
mod ignored;
mod installed;
mod mentioned;
pub mod mirrors;
mod modules;
pub mod network;
pub mod places;
mod programs;
mod resolve;
mod roots;
pub mod simulate;
mod stdlib;
mod two_names;
mod unresolved;
mod unused;
mod view;

pub use backups::{Backup, backup, is_aside, version_of};
pub use collected::{Collected, Defining, collected};
pub use components::{Components, components, shortest_cycle};
pub use config::{OptionValue, RuleOptions, Settings};
pub use contracts::{
    Contract, ContractKind, ContractName, IgnoredImport, Layer, Violation, contract_problems, covers_any,
    violations,
};
pub use cycles::{Cut, Cycle, CycleInput, Hop, cycles};
pub use edges::{Edge, EdgeKind, FileEdges, ImportLookup, KindSet, answers, edges, namespaces};
pub use graph::{EdgeFilter, Graph, Shard, shard};
pub use ignored::ignored_modules;
pub use mentioned::{ANY, DOUBT, EVERYWHERE, mentioned};
pub use modules::{FileId, ModuleIndex, Tree};
pub use programs::Programs;
pub use resolve::{Located, Resolution, Target};
pub use roots::{Root, RootContext, RootOrigin, Roots};
pub use stdlib::is_stdlib;
pub use two_names::{NameUse, TwoNames, name_uses, two_names};
pub use unresolved::{Others, Unresolved, unresolved};
pub use unused::{Unused, has_unused, unused};
pub use view::{
    Gathered, PlacedBackup, PlacedCopy, PlacedCut, PlacedCycle, PlacedDrift, PlacedFamily, PlacedHelper,
    PlacedHop, PlacedMarker, PlacedNameUse, PlacedNetwork, PlacedRequirement, PlacedSecret, PlacedTwoNames,
    PlacedUnresolved, PlacedViolation, PortRegistry, ProjectView, RouteGuard, RouteStanding, SelfImport,
    WebView,
};
