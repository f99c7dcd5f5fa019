//! Python's text to trees: parsing with bounds, node kinds as constants, tiers of parse quality, and logical
//! lines for text that does not parse. It must not know salsa, files, or what a rule looks for.

pub mod compiler;
mod convert;
mod gaps;
pub mod kind;
pub mod lexer;
mod parse;
pub mod parser;
pub mod query;
mod scan;
mod scanner;
mod sound_lines;
mod tier;
pub mod tokens;
pub mod tree;

pub use parse::{Aborted, Builder, Parser};
pub use scan::{joined, logical_line_end};
pub use sound_lines::sound_lines;
pub use tier::Tier;
pub use tree::{Node, Tree, TreeCursor};
