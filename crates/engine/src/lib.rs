//! The incremental engine: ties files, facts, the project and the rules together, and keeps facts on disk.
//! It must not know command lines, editors or output formats.

mod cache;
mod contracts;
mod copies;
mod custom;
mod cycles;
mod db;
mod disk;
mod drift;
mod examples;
mod finish;
mod fix;
mod graph;
mod helpers;
mod identity;
mod imported;
mod inputs;
mod inventory;
mod lists;
mod live;
mod load;
mod locate;
mod neighbours;
mod network;
mod queries;
mod reach;
mod refresh;
mod run;
mod secrets;
mod store;
mod summary;
mod suppress;
mod taken;
mod web;

pub use cache::{CACHE_FOLDER, clean};
pub use examples::{Broken, run_examples};
pub use fix::{FixRequest, Fixed, FixedFile, LeftAlone, Moves, Wanted, Written, apply_edits, can_apply};
pub use identity::{KEY_VARIABLE, fingerprint_identity};
pub use live::{Cacheable, Changes, Checked, FactsOf, Snapshot, Stamp};
pub use load::{CancelFlag, Progress};
pub use neighbours::Neighbours;
pub use refresh::{Disk, Look};
pub use run::{Cancelled, Engine, Options};
pub use store::panic_message;
pub use summary::{recount, weigh};
pub use suppress::{Added, NotAdded, pylint_code, suppressed_file, suppressed_text};
