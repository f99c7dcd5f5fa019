//! State of the lexer while it reads a text, and what all of its parts do with it.

use super::table::{BLANK, class};
use super::token::{self, Refused, Soft, Token};
use crate::kind::{self, Kind};

/// Deepest nesting of brackets, as in CPython.
const MOST_BRACKETS: usize = 200;

/// Result of a step.
pub(super) type Step<T = ()> = Result<T, Refused>;

/// A bracket that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    /// `(`, `[` or `{`.
    Plain(u8),
    /// The `{` of a replacement field in the text of a string.
    Field,
    /// The `{` of a replacement field in a format specification.
    Nested,
}

/// Columns of an indentation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// With eight columns for each tab.
    pub(super) grammar: u32,
    /// With tabs that go to the next multiple of eight.
    pub(super) wide: u32,
    /// With one column for each tab.
    pub(super) narrow: u32,
}

/// A comment on a line of its own that is not yet a token, or a continuation that ended a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnComment {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) column: u32,
}

/// Quotes and prefix of a string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quotes {
    pub(super) quote: u8,
    pub(super) triple: bool,
    pub(super) raw: bool,
    pub(super) bytes: bool,
    pub(super) format: bool,
}

/// Buffers that are kept from text to text.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    pub(super) brackets: Vec<Bracket>,
    /// Strings with replacement fields that are open.
    pub(super) strings: Vec<Quotes>,
    pub(super) indents: Vec<Columns>,
    pub(super) comments: Vec<OwnComment>,
}

/// A text while it is read.
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) tokens: &'a mut Vec<Token>,
    pub(super) stacks: &'a mut Stacks,
    /// The next token is the first of its line.
    pub(super) first: bool,
    /// A number that is not well formed becomes a token of its own kind.
    pub(super) lenient: bool,
}

impl Lexer<'_> {
    /// Byte at an offset; 0 after the end.
    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// A refusal of what CPython refuses as well.
    #[cold]
    pub(super) fn refuse(&self, offset: usize, reason: &'static str) -> Refused {
        Refused { offset: offset as u32, reason, certain: true }
    }

    /// A refusal of what may be sound.
    #[cold]
    pub(super) fn doubt(&self, offset: usize, reason: &'static str) -> Refused {
        Refused { offset: offset as u32, reason, certain: false }
    }

    /// Adds a token.
    #[inline]
    pub(super) fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.push_soft(kind, Soft::No, start, end);
    }

    /// Adds a token that may be a soft keyword.
    #[inline]
    pub(super) fn push_soft(&mut self, kind: Kind, soft: Soft, start: usize, end: usize) {
        let token = Token { start: start as u32, end: end as u32, kind, soft, first: self.first };
        self.first = false;
        self.tokens.push(token);
    }

    /// Adds a token without width, which is never the first of its line.
    #[inline]
    pub(super) fn mark(&mut self, kind: Kind) {
        let at = self.tokens.last().map_or(0, |token| token.end);
        self.tokens.push(Token { start: at, end: at, kind, soft: Soft::No, first: false });
    }

    /// Adds a token of the bytes from here on.
    #[inline]
    pub(super) fn take(&mut self, kind: Kind, length: usize) {
        let start = self.at;
        self.at += length;
        self.push(kind, start, self.at);
    }

    /// Goes past blanks.
    #[inline]
    pub(super) fn skip_blanks(&mut self) {
        while class(self.byte(self.at)) & BLANK != 0 {
            self.at += 1;
        }
    }

    /// End of the line that an offset is in: the offset of its line feed, or the end of the text.
    pub(super) fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |length| from + length)
    }

    /// Adds the bracket that opens here.
    pub(super) fn open(&mut self, kind: Kind, bracket: Bracket) -> Step {
        if self.stacks.brackets.len() >= MOST_BRACKETS {
            return Err(self.doubt(self.at, "brackets are nested too deeply"));
        }
        self.stacks.brackets.push(bracket);
        self.take(kind, 1);
        Ok(())
    }

    /// The end of the continuation whose backslash is at `start`.
    pub(super) fn continuation_end(&self, start: usize) -> Step<usize> {
        let carriage = usize::from(self.byte(start + 1) == b'\r');
        if self.byte(start + 1 + carriage) != b'\n' {
            return Err(self.refuse(start, "backslash inside a line"));
        }
        Ok(start + 2 + carriage)
    }

    /// Adds a continuation of the line. True if nothing is on the next one, so that the logical line ends.
    pub(super) fn continuation(&mut self) -> Step<bool> {
        let start = self.at;
        let end = self.continuation_end(start)?;
        self.at = end;
        self.skip_blanks();
        let ends = matches!(self.byte(self.at), b'\n' | b'\r' | 0) && self.stacks.brackets.is_empty();
        if !ends {
            self.push(kind::LINE_CONTINUATION, start, end);
            self.first = true;
            return Ok(false);
        }
        if self.at >= self.bytes.len() {
            return Err(self.refuse(start, "continued line without more"));
        }
        self.end_line();
        let column = u32::MAX;
        self.stacks.comments.push(OwnComment { kind: kind::LINE_CONTINUATION, start, end, column });
        Ok(true)
    }

    /// Removes the continuations of lines before a string: they are no nodes there, also where blank lines follow them.
    pub(super) fn drop_continuations(&mut self) {
        while self.tokens.last().is_some_and(|token| token.kind == kind::LINE_CONTINUATION) {
            self.tokens.pop();
        }
        let continued = |token: &&Token| token.kind == kind::LINE_CONTINUATION || token.start == token.end;
        if !self.tokens.last().as_ref().is_some_and(continued) {
            return;
        }
        let first = self.tokens.len() - self.tokens.iter().rev().take_while(continued).count();
        let place = first.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |last| last.end);
        if self.tokens.iter().skip(first).any(|token| token.start < token.end) {
            let marks = self.tokens.split_off(first).into_iter().filter(|token| token.start == token.end);
            self.tokens.extend(marks.map(|mark| Token { start: place, end: place, ..mark }));
        }
    }

    /// Ends the logical line.
    #[inline]
    pub(super) fn end_line(&mut self) {
        self.mark(token::NEWLINE);
        self.first = true;
    }
}
