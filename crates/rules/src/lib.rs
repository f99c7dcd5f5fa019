//! The rules: their pages, their registry, and the built-in ones, one file each.
//! It must not know salsa, files on disk, or output formats.

pub mod r#async;
mod check;
pub mod commands;
pub mod complexity;
pub mod custom;
pub mod dependencies;
pub mod exceptions;
mod gathered;
pub mod gpu;
pub mod hygiene;
pub mod imports;
mod inserted;
pub mod network;
pub mod page;
mod registry;
pub mod secrets;
pub mod services;
pub mod syntax;
pub mod web;

pub use check::{Check, CheckFn};
pub use registry::{
    Rule, all, facts_read, find, queries, queries_concern, reads_configuration, reads_copies,
};
pub use secrets::{is_example_path, is_translation_path};
