//! tree-sitter for Python: parsing with bounds, node kinds as constants, tiers of parse quality, and logical
//! lines for text that does not parse. It must not know salsa, files, or what a rule looks for.

mod groups;
pub mod kind;
mod parse;
pub mod query;
mod scan;
mod simple;
mod tier;
pub mod tokens;

pub use groups::{Group, simple_groups};
pub use parse::{Aborted, Parser};
pub use scan::{joined, logical_line_end};
pub use simple::{Action, Simple, simple_statement};
pub use tier::Tier;
pub use tree_sitter::{Node, Tree, TreeCursor};
