//! tree-sitter for Python: parsing with bounds, node kinds as constants, tiers of parse quality.
//! It must not know salsa, files, or what a rule looks for.

pub mod kind;
mod parse;
mod tier;

pub use parse::{Aborted, Parser};
pub use tier::Tier;
pub use tree_sitter::{Node, Tree, TreeCursor};
