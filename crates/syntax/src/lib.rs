//! Python's text to trees: parsing with bounds, node kinds as constants, tiers of parse quality, and logical
//! lines for text that does not parse. It must not know salsa, files, or what a rule looks for.

mod convert;
pub mod kind;
pub mod lexer;
mod operands;
mod parse;
pub mod parser;
pub mod query;
mod reader;
mod scan;
mod scanner;
mod simple;
mod tier;
pub mod tokens;
pub mod tree;

pub use operands::{Operand, OperandKind, OperandWord, operands};
pub use parse::{Aborted, Parser};
pub use reader::Word;
pub use scan::{joined, logical_line_end, string_contents};
pub use simple::{Action, Simple, simple_statement};
pub use tier::Tier;
pub use tree::{Node, Tree, TreeCursor};
