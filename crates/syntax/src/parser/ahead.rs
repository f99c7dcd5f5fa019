//! Looks at the tokens ahead where the token at hand does not decide: what is in brackets, how long a chain is.

use super::state::Parser;
use crate::kind::{self, Kind};
use crate::lexer::token;

/// Contents of a pair of brackets at its top level.
#[derive(Debug, Default)]
pub(super) struct Inside {
    /// A comma, other than between the parameters of a lambda.
    pub(super) comma: bool,
    /// A comma after which more follows.
    pub(super) several: bool,
    /// `for`
    pub(super) comprehension: bool,
    /// `:=`, or a star before an element.
    pub(super) unusual: bool,
    /// `as`
    pub(super) named: bool,
    /// A slice that lacks a bound before a colon or after it.
    pub(super) open_slice: bool,
    /// Index of the token after the closing bracket.
    pub(super) after: usize,
}

impl Parser<'_> {
    /// Looks at the brackets that open at an index.
    pub(super) fn inside(&self, open: usize) -> Inside {
        let mut inside = Inside::default();
        let mut at = self.after(open);
        let mut depth = 0_u32;
        let mut lambdas = 0_u32;
        // The token at hand begins an element.
        let mut element = true;
        loop {
            let kind = self.kind_at(at);
            let next = self.after(at);
            match kind {
                kind::L_PAREN | kind::L_BRACKET | kind::L_BRACE => depth += 1,
                kind::R_PAREN | kind::R_BRACKET | kind::R_BRACE => {
                    if depth == 0 {
                        inside.after = next;
                        return inside;
                    }
                    depth -= 1;
                }
                token::NEWLINE | token::END => {
                    inside.after = at;
                    return inside;
                }
                _ if depth > 0 => {}
                kind::KW_LAMBDA => lambdas += 1,
                kind::COLON if lambdas == 0 => {
                    inside.open_slice |=
                        element || matches!(self.kind_at(next), kind::COMMA | kind::R_BRACKET | kind::COLON);
                }
                kind::COLON => lambdas -= 1,
                kind::COMMA if lambdas == 0 => {
                    inside.comma = true;
                    let closes =
                        matches!(self.kind_at(next), kind::R_PAREN | kind::R_BRACKET | kind::R_BRACE);
                    inside.several |= !closes;
                }
                kind::KW_FOR => inside.comprehension = true,
                kind::KW_AS => inside.named = true,
                kind::WALRUS | kind::KW_YIELD => inside.unusual = true,
                kind::STAR if element && lambdas == 0 => inside.unusual = true,
                _ => {}
            }
            element = kind == kind::COMMA;
            at = next;
        }
    }

    /// Index of the token that ends the logical line at hand.
    pub(super) fn line_end(&self) -> usize {
        let mut at = self.at;
        while !matches!(self.kind_at(at), token::NEWLINE | token::END) {
            at = self.after(at);
        }
        at
    }

    /// The first token of the line after the logical line at hand, which may begin or end blocks.
    fn next_line(&self) -> Kind {
        let mut at = self.after(self.line_end());
        while matches!(self.kind_at(at), token::INDENT | token::DEDENT) {
            at = self.after(at);
        }
        self.kind_at(at)
    }

    /// Nothing follows the logical line at hand.
    pub(super) fn is_last_statement(&self) -> bool {
        self.next_line() == token::END
    }

    /// A block follows the logical line at hand.
    pub(super) fn is_header(&self) -> bool {
        let end = self.line_end();
        self.kind_at(end) == token::NEWLINE && self.kind_at(end + 1) == token::INDENT
    }

    /// The operand at an index, which is no name, has an attribute or a subscript after it, perhaps after calls.
    pub(super) fn has_link(&self, index: usize) -> bool {
        let mut at = match self.kind_at(index) {
            kind::L_PAREN | kind::L_BRACKET | kind::L_BRACE => self.inside(index).after,
            kind::STRING_START => self.after_strings(index),
            kind::INTEGER | kind::FLOAT | kind::TRUE | kind::FALSE | kind::NONE | kind::ELLIPSIS => {
                self.after(index)
            }
            _ => return false,
        };
        while self.kind_at(at) == kind::L_PAREN {
            at = self.inside(at).after;
        }
        matches!(self.kind_at(at), kind::DOT | kind::L_BRACKET)
    }

    /// Index of the token after strings side by side.
    fn after_strings(&self, index: usize) -> usize {
        let (mut at, mut depth) = (index, 0_u32);
        loop {
            match self.kind_at(at) {
                kind::STRING_START => depth += 1,
                kind::STRING_END => depth = depth.saturating_sub(1),
                token::END => return at,
                _ if depth == 0 => return at,
                _ => {}
            }
            at = self.after(at);
        }
    }

    /// Trailers, up to the last attribute or subscript, of the name at an index.
    pub(super) fn chain(&self, name: usize) -> usize {
        let mut at = self.after(name);
        let (mut length, mut read) = (0, 0);
        loop {
            read += 1;
            match self.kind_at(at) {
                kind::DOT => {
                    at = self.after(self.after(at));
                    length = read;
                }
                kind::L_BRACKET => {
                    at = self.inside(at).after;
                    length = read;
                }
                kind::L_PAREN => at = self.inside(at).after,
                _ => return length,
            }
        }
    }
}
