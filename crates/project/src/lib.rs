//! All files of a project together: roots, modules, import edges, the graph they form, and what importing does.
//! It must not read files or know the engine: inputs are paths and projections of facts, outputs plain data.

pub mod breaks;
mod components;
mod edges;
mod graph;
mod modules;
mod resolve;
mod roots;
pub mod simulate;
mod stdlib;

pub use components::{Components, components, shortest_cycle};
pub use edges::{Edge, EdgeKind, FileEdges, ImportLookup, KindSet, Unresolved, edges, unresolved};
pub use graph::{EdgeFilter, Graph, Shard, shard};
pub use modules::{FileId, ModuleIndex, Tree};
pub use resolve::{Located, Resolution, Target};
pub use roots::{Root, RootContext, RootOrigin, Roots};
