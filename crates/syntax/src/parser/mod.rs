//! Tokens to the tree that tree-sitter-python gives for the same text: the same kinds, fields and ranges.
//!
//! It takes sound Python only and refuses everything else, and whatever it does not know for certain. Nesting recurses, to a
//! bounded depth; chains are loops. It must not know files, facts, or what becomes of a refused text.

mod ahead;
mod atoms;
mod compound;
mod definitions;
mod expressions;
mod imports;
mod order;
mod patterns;
mod state;
mod statements;
mod strings;
mod targets;
mod types;

use std::cell::RefCell;

use crate::lexer::{Refused, Tokens};
use crate::tree::Tree;
use state::{Parser, Post};

/// Buffers that are kept from text to text.
#[derive(Default)]
struct Buffers {
    tokens: Tokens,
    nodes: Vec<Post>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Parses a text.
///
/// # Errors
/// [`Refused`] where the text is not sound, or is not read for certain as tree-sitter reads it.
pub fn parse(text: &str) -> Result<Tree, Refused> {
    BUFFERS.with(|buffers| match buffers.try_borrow_mut() {
        Ok(mut buffers) => {
            let Buffers { tokens, nodes } = &mut *buffers;
            tokens.read(text)?;
            parse_nodes(text, tokens, nodes)
        }
        Err(_) => Err(Refused { offset: 0, reason: "the buffers are in use", certain: false }),
    })
}

/// Parses a text whose tokens have been read.
///
/// # Errors
/// As [`parse`].
pub fn parse_tokens(text: &str, tokens: &Tokens) -> Result<Tree, Refused> {
    parse_nodes(text, tokens, &mut Vec::new())
}

fn parse_nodes(text: &str, tokens: &Tokens, nodes: &mut Vec<Post>) -> Result<Tree, Refused> {
    let mut parser = Parser::new(text, tokens.list(), nodes);
    if parser.module().is_err() {
        return Err(parser.refused);
    }
    Ok(Tree::from_nodes(order::preorder(nodes)))
}
