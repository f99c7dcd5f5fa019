//! tree-sitter's queries over Python, and the trees that they are made for. It must not know whose queries they are.

use std::time::Duration;

pub use tree_sitter::{
    CaptureQuantifier, Node, Query, QueryCursor, QueryCursorOptions, QueryCursorState, QueryError,
    QueryErrorKind, QueryMatch, StreamingIterator, Tree,
};

use crate::{Aborted, Parser};

/// Compiles a query for the grammar of Python.
///
/// # Errors
/// When it is no query, or names what the grammar does not have; rows and columns count from 0, columns in bytes.
pub fn compile(text: &str) -> Result<Query, QueryError> {
    Query::new(&tree_sitter_python::LANGUAGE.into(), text)
}

/// Parses a text for queries.
///
/// # Errors
/// [`Aborted`] when it takes longer than `limit`.
pub fn parse(text: &str, limit: Duration) -> Result<Tree, Aborted> {
    Parser::default().original(text, limit)
}
