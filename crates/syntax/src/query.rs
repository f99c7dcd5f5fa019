//! tree-sitter's queries over Python. It must not know whose queries they are.

pub use tree_sitter::{
    CaptureQuantifier, Query, QueryCursor, QueryCursorOptions, QueryCursorState, QueryError, QueryErrorKind,
    QueryMatch, StreamingIterator,
};

/// Compiles a query for the grammar of Python.
///
/// # Errors
/// When it is no query, or names what the grammar does not have; rows and columns count from 0, columns in bytes.
pub fn compile(text: &str) -> Result<Query, QueryError> {
    Query::new(&tree_sitter_python::LANGUAGE.into(), text)
}
