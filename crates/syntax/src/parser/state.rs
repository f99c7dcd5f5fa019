//! State of the parser: the token at hand, the nodes so far, and the few steps that everything is made of.
//!
//! Nodes are kept in postorder with the size of their subtree, so that wrapping what is already read costs nothing.

use crate::kind::{self, Kind};
use crate::lexer::token::{self, Refused, Soft, Token};

/// Deepest nesting of what recurses.
const MOST_DEPTH: u32 = 220;

/// Parsing stopped; [`Parser::refused`] says where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop;

/// Kind of a node for statements that were refused.
pub(crate) const GAP: Kind = token::END;

/// A place at which a statement begins, with what is known there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    at: usize,
    held: usize,
    kind: Kind,
    last_end: u32,
    depth: u32,
    nodes: usize,
    marks: usize,
}

/// Result of a step.
pub(super) type Step<T = ()> = Result<T, Stop>;

/// A node after its children.
#[derive(Debug, Clone, Copy)]
pub(super) struct Post {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Nodes of its subtree, itself included.
    pub(super) size: u32,
    pub(super) kind: Kind,
    pub(super) field: u8,
}

/// A parse of one text.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    tokens: &'a [Token],
    /// Index of the token at hand, which is no comment and no continuation.
    pub(super) at: usize,
    /// First of the comments and continuations before it that are not yet nodes.
    held: usize,
    /// Kind of the token at hand.
    pub(super) kind: Kind,
    /// End of the last node.
    pub(super) last_end: u32,
    pub(super) nodes: &'a mut Vec<Post>,
    /// Begins of what is open in loops for chains.
    pub(super) marks: Vec<usize>,
    depth: u32,
    /// `as` may follow an expression: in the items of a `with` and in an `except`.
    pub(super) as_allowed: bool,
    /// A star may come before the next operand and binds to its name alone.
    pub(super) bare_star: bool,
    /// The call at hand begins a statement that the grammar might take for one of another kind.
    pub(super) chained_stars: bool,
    /// A statement that is refused becomes a gap.
    pub(super) gaps: bool,
    pub(super) refused: Refused,
}

const fn is_held(kind: Kind) -> bool {
    kind == kind::COMMENT || kind == kind::LINE_CONTINUATION
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [Token], nodes: &'a mut Vec<Post>) -> Self {
        nodes.clear();
        nodes.reserve(text.len() / 4 + 8);
        let mut parser = Self {
            text,
            tokens,
            at: 0,
            held: 0,
            kind: token::END,
            last_end: 0,
            nodes,
            marks: Vec::new(),
            depth: 0,
            as_allowed: false,
            bare_star: false,
            chained_stars: false,
            gaps: false,
            refused: Refused { offset: 0, reason: "", certain: false },
        };
        parser.at = parser.significant(0);
        parser.kind = parser.kind_at(parser.at);
        parser
    }

    /// Where the parser is, to come back to before it takes more nodes than are there now.
    pub(super) fn place(&self) -> Place {
        let Self { at, held, kind, last_end, depth, .. } = *self;
        Place { at, held, kind, last_end, depth, nodes: self.nodes.len(), marks: self.marks.len() }
    }

    /// Goes back to a place at which a statement begins.
    pub(super) fn go_back(&mut self, place: Place) {
        let Place { at, held, kind, last_end, depth, nodes, marks } = place;
        (self.at, self.held, self.kind, self.last_end, self.depth) = (at, held, kind, last_end, depth);
        self.nodes.truncate(nodes);
        self.marks.truncate(marks);
        (self.as_allowed, self.bare_star, self.chained_stars) = (false, false, false);
    }

    /// Makes a gap of the rest of the logical line; comments after it are no part of it.
    pub(super) fn gap(&mut self) -> Step {
        if matches!(self.kind, token::NEWLINE | token::INDENT | token::DEDENT | token::END) {
            return Err(Stop);
        }
        self.begin();
        let start = self.token().start;
        let mut last = self.at;
        loop {
            let next = self.after(last);
            match self.kind_at(next) {
                token::NEWLINE => break,
                token::END => return Err(Stop),
                _ => last = next,
            }
        }
        let end = self.tokens.get(last).map_or(start, |token| token.end);
        self.nodes.push(Post { start, end, size: 1, kind: GAP, field: 0 });
        self.last_end = end;
        self.held = last + 1;
        self.at = self.significant(self.held);
        self.kind = self.kind_at(self.at);
        self.pass();
        Ok(())
    }

    /// The first token from an index on that is no comment and no continuation.
    #[inline]
    fn significant(&self, mut index: usize) -> usize {
        while is_held(self.kind_at(index)) {
            index += 1;
        }
        index
    }

    /// Kind of a token.
    #[inline]
    pub(super) fn kind_at(&self, index: usize) -> Kind {
        self.tokens.get(index).map_or(token::END, |token| token.kind)
    }

    /// Index of the token after another, comments left out.
    #[inline]
    pub(super) fn after(&self, index: usize) -> usize {
        self.significant(index + 1)
    }

    /// Kind of the token after the one at hand.
    #[inline]
    pub(super) fn next_kind(&self) -> Kind {
        self.kind_at(self.after(self.at))
    }

    /// The token at hand.
    #[inline]
    pub(super) fn token(&self) -> Token {
        self.tokens.get(self.at).copied().unwrap_or(Token {
            start: self.last_end,
            end: self.last_end,
            kind: token::END,
            soft: Soft::No,
            first: false,
        })
    }

    /// Soft keyword at hand.
    #[inline]
    pub(super) fn soft(&self) -> Soft {
        if self.kind == kind::IDENTIFIER { self.token().soft } else { Soft::No }
    }

    /// Soft keyword that a token spells.
    pub(super) fn soft_at(&self, index: usize) -> Soft {
        self.tokens.get(index).map_or(Soft::No, |token| token.soft)
    }

    /// Stops here, at what may be sound.
    #[cold]
    pub(super) fn stop<T>(&mut self, reason: &'static str) -> Step<T> {
        self.refused = Refused { offset: self.token().start, reason, certain: false };
        Err(Stop)
    }

    /// Stops here, at what CPython refuses as well.
    #[cold]
    pub(super) fn refuse<T>(&mut self, reason: &'static str) -> Step<T> {
        self.refused = Refused { offset: self.token().start, reason, certain: true };
        Err(Stop)
    }

    /// Stops at a token that cannot be there. CPython refuses it as well; of lines and blocks it tells so at another place.
    #[cold]
    pub(super) fn unexpected<T>(&mut self, reason: &'static str) -> Step<T> {
        match self.kind {
            token::INDENT | token::DEDENT | token::NEWLINE | token::END => self.stop(reason),
            _ => self.refuse(reason),
        }
    }

    /// Makes nodes of the comments and continuations before the token at hand.
    #[inline]
    fn release(&mut self) {
        while self.held < self.at {
            if let Some(&Token { start, end, kind, .. }) = self.tokens.get(self.held) {
                self.nodes.push(Post { start, end, size: 1, kind, field: 0 });
                self.last_end = end;
            }
            self.held += 1;
        }
    }

    /// Begins a node: its first child will have this index.
    #[inline]
    pub(super) fn begin(&mut self) -> usize {
        self.release();
        self.nodes.len()
    }

    /// Goes to the next token.
    #[inline]
    fn advance(&mut self) {
        self.held = self.at + 1;
        self.at = self.significant(self.held);
        self.kind = self.kind_at(self.at);
    }

    /// Takes the token at hand as a node of a kind.
    #[inline]
    pub(super) fn take_as(&mut self, kind: Kind, field: u16) {
        self.release();
        let Token { start, end, .. } = self.token();
        self.nodes.push(Post { start, end, size: 1, kind, field: field as u8 });
        self.last_end = end;
        self.advance();
    }

    /// Takes an ellipsis as three dots.
    pub(super) fn take_dots(&mut self) {
        self.release();
        let Token { start, end, .. } = self.token();
        for dot in start..end {
            self.nodes.push(Post { start: dot, end: dot + 1, size: 1, kind: kind::DOT, field: 0 });
        }
        self.last_end = end;
        self.advance();
    }

    /// Takes the token at hand.
    #[inline]
    pub(super) fn take(&mut self) {
        self.take_as(self.kind, 0);
    }

    /// Takes a token that becomes no node, with the comments before it.
    #[inline]
    pub(super) fn pass(&mut self) {
        self.release();
        self.last_end = self.last_end.max(self.token().end);
        self.advance();
    }

    /// Takes a token of this kind or stops.
    #[inline]
    pub(super) fn require(&mut self, kind: Kind) -> Step {
        if self.kind != kind {
            return self.unexpected("unexpected token");
        }
        self.take();
        Ok(())
    }

    /// Takes a name or stops.
    #[inline]
    pub(super) fn name(&mut self, field: u16) -> Step {
        if self.kind != kind::IDENTIFIER {
            return self.unexpected("a name is missing");
        }
        self.take_as(kind::IDENTIFIER, field);
        Ok(())
    }

    /// Takes a token of this kind, if it is at hand.
    #[inline]
    pub(super) fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind == kind;
        if found {
            self.take();
        }
        found
    }

    /// Ends a node that began at `mark`.
    #[inline]
    pub(super) fn finish(&mut self, mark: usize, kind: Kind) {
        let start = self.nodes.get(mark).map_or(self.last_end, |first| first.start);
        self.finish_from(mark, kind, start);
    }

    /// Ends a node that began at `mark` and whose range begins at `start`.
    #[inline]
    pub(super) fn finish_from(&mut self, mark: usize, kind: Kind, start: u32) {
        let size = (self.nodes.len() - mark + 1) as u32;
        self.nodes.push(Post { start, end: self.last_end, size, kind, field: 0 });
    }

    /// Puts the node that ended last into a field of its parent.
    #[inline]
    pub(super) fn field(&mut self, field: u16) {
        if let Some(node) = self.nodes.last_mut() {
            node.field = field as u8;
        }
    }

    /// Kind of the node that ended last.
    #[inline]
    pub(super) fn last_kind(&self) -> Kind {
        self.nodes.last().map_or(token::END, |node| node.kind)
    }

    /// Counts one more level of recursion.
    #[inline]
    pub(super) fn deeper(&mut self) -> Step {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return self.stop("nested too deeply");
        }
        Ok(())
    }

    /// Leaves a level of recursion.
    #[inline]
    pub(super) fn shallower(&mut self) {
        self.depth -= 1;
    }
}
