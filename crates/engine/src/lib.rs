//! The incremental engine: ties files, facts, the project and the rules together, and keeps facts on disk.
//! It must not know command lines, editors or output formats.

mod cache;
mod cycles;
mod db;
mod finish;
mod graph;
mod identity;
mod inputs;
mod load;
mod locate;
mod queries;
mod run;
mod secrets;
mod store;

pub use cache::{CACHE_FOLDER, clean};
pub use db::QueryLog;
pub use identity::{KEY_VARIABLE, fingerprint_identity};
pub use load::{CancelFlag, Progress};
pub use run::{Cancelled, Engine, Options, family_of};
pub use store::panic_message;
