//! Which imports to give up so that a component has no cycle any more: the cheapest set, exactly where that is
//! feasible, and how to give each of them up.
//! It must not know files, texts or how cycles are found: its input is plain graph data.

mod exact;
mod heuristic;
pub mod suggest;
