//! Code between strings: names, keywords, operators, brackets, ends of lines.

use super::state::{Bracket, Lexer, Step};
use super::table::{DIGIT, WORD, WORD_START, class, keyword};
use super::token::{self, Soft};
use crate::kind::{self, Kind};

impl Lexer<'_> {
    /// Reads the whole text.
    pub(super) fn run(&mut self) -> Step {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        while self.begin_line()? {
            self.logical_line()?;
        }
        self.mark(token::END);
        Ok(())
    }

    /// Adds the tokens of a logical line.
    fn logical_line(&mut self) -> Step {
        loop {
            self.skip_blanks();
            let start = self.at;
            let byte = self.byte(start);
            if class(byte) & WORD_START != 0 {
                self.word()?;
                continue;
            }
            if class(byte) & DIGIT != 0 {
                self.number()?;
                continue;
            }
            match byte {
                b'\r' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    self.first = true;
                    if self.stacks.brackets.is_empty() {
                        self.end_line();
                        return Ok(());
                    }
                }
                0 => {
                    if !self.stacks.brackets.is_empty() {
                        return Err(self.refuse(start, "bracket is not closed"));
                    }
                    self.end_line();
                    return Ok(());
                }
                b'#' => {
                    self.at = self.line_end(start);
                    self.push(kind::COMMENT, start, self.at);
                }
                b'"' | b'\'' => self.string(start)?,
                b'\\' => {
                    if self.continuation()? {
                        return Ok(());
                    }
                }
                b'(' => self.open(kind::L_PAREN, Bracket::Plain(b')'))?,
                b'[' => self.open(kind::L_BRACKET, Bracket::Plain(b']'))?,
                b'{' => self.open(kind::L_BRACE, Bracket::Plain(b'}'))?,
                b')' => self.close(kind::R_PAREN, b')')?,
                b']' => self.close(kind::R_BRACKET, b']')?,
                b'}' => {
                    if matches!(self.stacks.brackets.last(), Some(Bracket::Field | Bracket::Nested)) {
                        self.close_field()?;
                    } else {
                        self.close(kind::R_BRACE, b'}')?;
                    }
                }
                _ => self.operator(byte)?,
            }
        }
    }

    /// Adds the closing bracket that is here.
    fn close(&mut self, kind: Kind, bracket: u8) -> Step {
        if self.stacks.brackets.pop() != Some(Bracket::Plain(bracket)) {
            return Err(self.refuse(self.at, "bracket without an opening one"));
        }
        self.take(kind, 1);
        Ok(())
    }

    /// Adds a name, a keyword, or the string whose prefix the word is.
    fn word(&mut self) -> Step {
        let start = self.at;
        let mut end = start + 1;
        while class(self.byte(end)) & WORD != 0 {
            end += 1;
        }
        if matches!(self.byte(end), b'"' | b'\'') && self.is_prefix(start, end) {
            return self.string(end);
        }
        let (kind, soft) = keyword(self.bytes, start, end);
        let word = self.text.get(start..end).unwrap_or_default();
        if !word.is_ascii() && !is_name(word) {
            return Err(self.refuse(start, "character that no name may have"));
        }
        self.at = end;
        self.push_soft(kind, soft, start, end);
        Ok(())
    }

    /// A prefix of a string: `r`, `b`, `u`, `f` or `t`, or `r` with another but `u`.
    fn is_prefix(&self, start: usize, end: usize) -> bool {
        let letter = |at: usize| self.byte(at).to_ascii_lowercase();
        match end - start {
            1 => matches!(letter(start), b'r' | b'b' | b'u' | b'f' | b't'),
            2 => match (letter(start), letter(start + 1)) {
                (b'r', other) | (other, b'r') => matches!(other, b'b' | b'f' | b't'),
                _ => false,
            },
            _ => false,
        }
    }

    /// Adds an operator or a delimiter.
    fn operator(&mut self, byte: u8) -> Step {
        let next = self.byte(self.at + 1);
        let third = self.byte(self.at + 2);
        let in_field = matches!(self.stacks.brackets.last(), Some(Bracket::Field | Bracket::Nested));
        let (kind, length) = match (byte, next) {
            (b',', _) => (kind::COMMA, 1),
            (b'.', b'.') if third == b'.' => (kind::ELLIPSIS, 3),
            (b'.', b'0'..=b'9') => return self.number(),
            (b'.', _) => (kind::DOT, 1),
            // Outside brackets of its own a field has no `:=`: what follows is the format `=`.
            (b':', _) if in_field => {
                self.take(kind::COLON, 1);
                return self.format_text();
            }
            (b':', b'=') => (kind::WALRUS, 2),
            (b':', _) => (kind::COLON, 1),
            (b'=', b'=') => (kind::EQUAL_EQUAL, 2),
            (b'=', _) => (kind::EQUAL, 1),
            (b'!', b'=') => (kind::NOT_EQUAL, 2),
            (b'!', b'a' | b'r' | b's') if in_field && class(third) & WORD == 0 => (kind::TYPE_CONVERSION, 2),
            (b'-', b'>') => (kind::ARROW, 2),
            (b'-', b'=') => (token::MINUS_EQUAL, 2),
            (b'-', _) => (kind::MINUS, 1),
            (b'+', b'=') => (token::PLUS_EQUAL, 2),
            (b'+', _) => (kind::PLUS, 1),
            (b'*', b'*') if third == b'=' => (token::DOUBLE_STAR_EQUAL, 3),
            (b'*', b'*') => (kind::DOUBLE_STAR, 2),
            (b'*', b'=') => (token::STAR_EQUAL, 2),
            (b'*', _) => (kind::STAR, 1),
            (b'/', b'/') if third == b'=' => (token::DOUBLE_SLASH_EQUAL, 3),
            (b'/', b'/') => (kind::DOUBLE_SLASH, 2),
            (b'/', b'=') => (token::SLASH_EQUAL, 2),
            (b'/', _) => (kind::SLASH, 1),
            (b'%', b'=') => (token::PERCENT_EQUAL, 2),
            (b'%', _) => (kind::PERCENT, 1),
            (b'@', b'=') => (token::AT_EQUAL, 2),
            (b'@', _) => (kind::AT, 1),
            (b'&', b'=') => (token::AMPERSAND_EQUAL, 2),
            (b'&', _) => (token::AMPERSAND, 1),
            (b'|', b'=') => (token::PIPE_EQUAL, 2),
            (b'|', _) => (kind::PIPE, 1),
            (b'^', b'=') => (token::CARET_EQUAL, 2),
            (b'^', _) => (token::CARET, 1),
            (b'~', _) => (kind::TILDE, 1),
            (b'<', b'<') if third == b'=' => (token::SHIFT_LEFT_EQUAL, 3),
            (b'<', b'<') => (token::SHIFT_LEFT, 2),
            (b'<', b'=') => (kind::LESS_EQUAL, 2),
            (b'<', b'>') => return Err(self.refuse(self.at, "operator of Python 2")),
            (b'<', _) => (kind::LESS, 1),
            (b'>', b'>') if third == b'=' => (token::SHIFT_RIGHT_EQUAL, 3),
            (b'>', b'>') => (kind::SHIFT_RIGHT, 2),
            (b'>', b'=') => (kind::GREATER_EQUAL, 2),
            (b'>', _) => (kind::GREATER, 1),
            (b';', _) => (kind::SEMICOLON, 1),
            _ => return Err(self.refuse(self.at, "character that begins no token")),
        };
        self.at += length;
        self.push_soft(kind, Soft::No, self.at - length, self.at);
        Ok(())
    }
}

/// A name with characters beyond ASCII.
#[cold]
fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first))
        && letters.all(unicode_ident::is_xid_continue)
}
