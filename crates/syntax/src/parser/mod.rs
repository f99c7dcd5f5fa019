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
pub(crate) use state::GAP;
use state::{Parser, Post};

/// Buffers that are kept from text to text, and the tokens of the last one.
#[derive(Default)]
pub struct Buffers {
    tokens: Tokens,
    nodes: Vec<Post>,
}

impl Buffers {
    /// As [`parse`], and keeps the tokens.
    ///
    /// # Errors
    /// As [`parse`].
    pub fn parse(&mut self, text: &str) -> Result<Tree, Refused> {
        self.parse_text(text, false)
    }

    /// Parses a text in which single statements may be refused: each becomes a node [`GAP`], together with those after it on
    /// its line.
    ///
    /// # Errors
    /// As [`parse`], where the refused part is no such statement.
    pub(crate) fn parse_with_gaps(&mut self, text: &str) -> Result<Tree, Refused> {
        self.parse_text(text, true)
    }

    fn parse_text(&mut self, text: &str, gaps: bool) -> Result<Tree, Refused> {
        let Self { tokens, nodes } = self;
        if gaps {
            tokens.read_leniently(text)?;
        } else {
            tokens.read(text)?;
        }
        parse_nodes(text, tokens, nodes, gaps)
    }

    /// The tokens of the text that was parsed last; of one that was refused those up to there.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }
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
        Ok(mut buffers) => buffers.parse(text),
        Err(_) => Err(Refused { offset: 0, reason: "the buffers are in use", certain: false }),
    })
}

/// Parses a text whose tokens have been read.
///
/// # Errors
/// As [`parse`].
pub fn parse_tokens(text: &str, tokens: &Tokens) -> Result<Tree, Refused> {
    parse_nodes(text, tokens, &mut Vec::new(), false)
}

fn parse_nodes(text: &str, tokens: &Tokens, nodes: &mut Vec<Post>, gaps: bool) -> Result<Tree, Refused> {
    let mut parser = Parser::new(text, tokens.list(), nodes);
    parser.gaps = gaps;
    if parser.module().is_err() {
        return Err(parser.refused);
    }
    Ok(Tree::from_nodes(order::preorder(nodes)))
}
