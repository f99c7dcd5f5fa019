//! How modules depend on each other.

mod cycle;
pub mod deferred_import_cycle;
mod fix;
pub mod import_cycle;
pub mod self_import;
pub mod unresolved_import;
