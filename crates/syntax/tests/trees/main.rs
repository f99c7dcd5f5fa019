//! Our trees equal tree-sitter's, node by node: kind, field, range, parent and next sibling.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

mod altered;
mod corpora;
mod parts;
mod programs;
mod shapes;
mod support;
mod tokens;
