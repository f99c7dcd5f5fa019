//! Tokens of a Python text: kinds, ranges and what else a reader of tokens asks for.

use std::ops::Range;

use crate::kind::Kind;

/// End of the text.
pub const END: Kind = 0;
/// `&`
pub const AMPERSAND: Kind = 61;
/// `^`
pub const CARET: Kind = 62;
/// `<<`
pub const SHIFT_LEFT: Kind = 63;
/// `+=`
pub const PLUS_EQUAL: Kind = 74;
/// `-=`
pub const MINUS_EQUAL: Kind = 75;
/// `*=`
pub const STAR_EQUAL: Kind = 76;
/// `/=`
pub const SLASH_EQUAL: Kind = 77;
/// `@=`
pub const AT_EQUAL: Kind = 78;
/// `//=`
pub const DOUBLE_SLASH_EQUAL: Kind = 79;
/// `%=`
pub const PERCENT_EQUAL: Kind = 80;
/// `**=`
pub const DOUBLE_STAR_EQUAL: Kind = 81;
/// `>>=`
pub const SHIFT_RIGHT_EQUAL: Kind = 82;
/// `<<=`
pub const SHIFT_LEFT_EQUAL: Kind = 83;
/// `&=`
pub const AMPERSAND_EQUAL: Kind = 84;
/// `^=`
pub const CARET_EQUAL: Kind = 85;
/// `|=`
pub const PIPE_EQUAL: Kind = 86;
/// Text of a format specification.
pub const FORMAT_TEXT: Kind = 91;
/// End of a logical line; without width.
pub const NEWLINE: Kind = 101;
/// Begin of an indented block; without width.
pub const INDENT: Kind = 102;
/// End of an indented block; without width.
pub const DEDENT: Kind = 103;
/// A stretch of a string's contents; the escapes inside it follow as tokens of their own.
pub const CONTENT: Kind = 105;

/// A number that is not well formed, where these are read: no symbol of the grammar, so that no statement takes it.
pub const BAD_NUMBER: Kind = 279;

/// A word that is a keyword in some places only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soft {
    /// No such word.
    No,
    /// `print`
    Print,
    /// `exec`
    Exec,
    /// `match`
    Match,
    /// `case`
    Case,
    /// `type`
    Type,
    /// `_`
    Underscore,
    /// `lazy`
    Lazy,
    /// `__future__`
    Future,
}

/// A token. Its kind is the symbol of the grammar; names and soft keywords are identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// End of the last byte.
    pub end: u32,
    /// Symbol of the grammar, or one of the constants of this module.
    pub kind: Kind,
    /// Soft keyword that an identifier spells.
    pub soft: Soft,
    /// First token of its physical line.
    pub first: bool,
}

impl Token {
    /// Range in bytes.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place at which reading stopped, and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Byte of the text.
    pub offset: u32,
    /// Reason in a few words.
    pub reason: &'static str,
    /// CPython refuses it as well; else it is only not known how tree-sitter reads it.
    pub certain: bool,
}
