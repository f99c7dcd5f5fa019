//! Rules of hygiene: what piles up in a code base that nobody sweeps. They must not know other files.

pub mod backup_file;
pub mod duplicate_module;
pub mod global_singleton;
pub mod python2_syntax;
pub mod todo_without_ticket;
