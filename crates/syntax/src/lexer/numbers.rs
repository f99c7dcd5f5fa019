//! Numbers, as strictly as CPython reads them.

use super::state::{Lexer, Step};
use super::table::{DIGIT, WORD, class, keyword};
use super::token::{self, Refused};
use crate::kind;

/// Keywords that may follow a number without a blank.
const AFTER_A_NUMBER: [u16; 7] =
    [kind::KW_AND, kind::KW_ELSE, kind::KW_FOR, kind::KW_IF, kind::KW_IN, kind::KW_IS, kind::KW_OR];

/// Most decimal digits of an integer that CPython reads.
const MOST_DIGITS: usize = 4_300;

impl Lexer<'_> {
    /// Adds the number that begins here.
    pub(super) fn number(&mut self) -> Step {
        let start = self.at;
        let read = self.well_formed_number();
        if read.is_err() && self.lenient {
            self.at = start;
            while class(self.byte(self.at)) & WORD != 0 || self.at == start {
                self.at += 1;
            }
            self.push(token::BAD_NUMBER, start, self.at);
            return Ok(());
        }
        read
    }

    fn well_formed_number(&mut self) -> Step {
        let start = self.at;
        let radix = match (self.byte(start), self.byte(start + 1) | 0x20) {
            (b'0', b'x') => 16,
            (b'0', b'o') => 8,
            (b'0', b'b') => 2,
            _ => return self.decimal(start),
        };
        self.at += 2;
        loop {
            if self.byte(self.at) == b'_' {
                self.at += 1;
            }
            let digits = self.at;
            while (self.byte(self.at) as char).is_digit(radix) {
                self.at += 1;
            }
            if digits == self.at {
                return Err(self.bad_number());
            }
            if self.byte(self.at) != b'_' {
                break;
            }
        }
        self.end_number(start, false)
    }

    fn decimal(&mut self, start: usize) -> Step {
        let mut float = false;
        if self.byte(start) != b'.' {
            self.digits()?;
        }
        let whole = start..self.at;
        if self.byte(self.at) == b'.' {
            float = true;
            self.at += 1;
            if class(self.byte(self.at)) & DIGIT != 0 {
                self.digits()?;
            }
        }
        if self.byte(self.at) | 0x20 == b'e' {
            let sign = usize::from(matches!(self.byte(self.at + 1), b'+' | b'-'));
            if class(self.byte(self.at + 1 + sign)) & DIGIT != 0 {
                float = true;
                self.at += 1 + sign;
                self.digits()?;
            } else if sign != 0 || self.byte(self.at + 1) | 0x20 != b'l' {
                // `1else` is a number and a keyword.
                return Err(self.bad_number());
            }
        }
        if self.byte(self.at) | 0x20 == b'j' {
            self.at += 1;
        } else if !float && self.byte(start) == b'0' {
            let digits = self.bytes.get(whole).unwrap_or_default();
            if digits.iter().any(|&digit| !matches!(digit, b'0' | b'_')) {
                return Err(self.bad_number());
            }
        } else if !float && whole.len() > MOST_DIGITS {
            let digits = self.bytes.get(whole).unwrap_or_default();
            if digits.iter().filter(|&&digit| digit != b'_').count() > MOST_DIGITS {
                return Err(self.bad_number());
            }
        }
        self.end_number(start, float)
    }

    /// Goes past digits with single underscores between them.
    fn digits(&mut self) -> Step {
        loop {
            while class(self.byte(self.at)) & DIGIT != 0 {
                self.at += 1;
            }
            if self.byte(self.at) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if class(self.byte(self.at)) & DIGIT == 0 {
                return Err(self.bad_number());
            }
        }
    }

    fn end_number(&mut self, start: usize, float: bool) -> Step {
        if class(self.byte(self.at)) & WORD != 0 {
            let mut end = self.at;
            while class(self.byte(end)) & WORD != 0 {
                end += 1;
            }
            if !AFTER_A_NUMBER.contains(&keyword(self.bytes, self.at, end).0) {
                return Err(self.bad_number());
            }
        }
        self.push(if float { kind::FLOAT } else { kind::INTEGER }, start, self.at);
        Ok(())
    }

    #[cold]
    fn bad_number(&self) -> Refused {
        self.refuse(self.at, "number is not well formed")
    }
}
