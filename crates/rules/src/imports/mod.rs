//! How modules depend on each other.

mod cycle;
pub mod deferred_import_cycle;
mod fix;
pub mod import_cycle;
pub mod layer_violation;
pub mod module_under_two_names;
pub mod self_import;
pub mod unresolved_import;
pub mod unused_import;
