//! All files together: configuration, module resolution, the import graph and its cycles.
//! It must not know salsa, files on disk, rules or output formats.

pub mod config;
mod view;

pub use config::{OptionValue, RuleOptions, Settings};
pub use view::ProjectView;
