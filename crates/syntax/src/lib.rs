//! tree-sitter for Python: parsing with bounds, node kinds as constants, tiers of parse quality, and logical
//! lines for text that does not parse. It must not know salsa, files, or what a rule looks for.

pub mod kind;
mod parse;
pub mod query;
mod scan;
mod tier;
pub mod tokens;

pub use parse::{Aborted, Parser};
pub use scan::{joined, logical_line_end};
pub use tier::Tier;
pub use tree_sitter::{Node, Tree, TreeCursor};
