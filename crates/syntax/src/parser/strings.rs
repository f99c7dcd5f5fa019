//! Strings, their replacement fields, and strings side by side.

use super::state::{Parser, Step};
use crate::kind::{self, Kind, field};
use crate::lexer::token;

impl Parser<'_> {
    /// A string, or several side by side.
    pub(super) fn strings(&mut self) -> Step {
        let mark = self.begin();
        let sort = self.sort_of_string();
        self.string()?;
        if self.kind != kind::STRING_START {
            return Ok(());
        }
        while self.kind == kind::STRING_START {
            if self.sort_of_string() != sort {
                return self.refuse("strings of two kinds side by side");
            }
            self.string()?;
        }
        self.finish(mark, kind::CONCATENATED_STRING);
        Ok(())
    }

    /// `b` for bytes, `t` for a template, 0 for text.
    fn sort_of_string(&self) -> u8 {
        let start = self.text.get(self.token().range()).unwrap_or_default();
        let sort = start.bytes().map(|letter| letter | 0x20).find(|letter| matches!(letter, b'b' | b't'));
        sort.unwrap_or(0)
    }

    fn string(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        loop {
            match self.kind {
                token::CONTENT => self.content(),
                kind::L_BRACE => self.replacement(kind::INTERPOLATION)?,
                kind::STRING_END => {
                    self.take();
                    self.finish(mark, kind::STRING);
                    return Ok(());
                }
                _ => return self.stop("string that does not end"),
            }
        }
    }

    /// A stretch of contents with its escapes.
    fn content(&mut self) {
        let mark = self.begin();
        let content = self.token();
        self.pass();
        while matches!(self.kind, kind::ESCAPE_SEQUENCE | kind::BACKSLASH | kind::ESCAPE_INTERPOLATION) {
            self.take();
        }
        self.last_end = content.end;
        self.finish_from(mark, kind::STRING_CONTENT, content.start);
    }

    /// A replacement field of a string, or of a format specification.
    fn replacement(&mut self, kind: Kind) -> Step {
        self.deeper()?;
        let allowed = std::mem::replace(&mut self.as_allowed, false);
        let mark = self.begin();
        self.take();
        if self.kind == kind::KW_YIELD {
            self.yield_expression()?;
        } else {
            self.expressions()?;
        }
        self.field(field::EXPRESSION);
        self.eat(kind::EQUAL);
        if self.kind == kind::TYPE_CONVERSION {
            self.take_as(kind::TYPE_CONVERSION, field::TYPE_CONVERSION);
        }
        if self.kind == kind::COLON {
            let specifier = self.begin();
            self.take();
            loop {
                match self.kind {
                    token::FORMAT_TEXT => self.pass(),
                    kind::L_BRACE => self.replacement(kind::FORMAT_EXPRESSION)?,
                    _ => break,
                }
            }
            self.finish(specifier, kind::FORMAT_SPECIFIER);
            self.field(field::FORMAT_SPECIFIER);
        }
        self.require(kind::R_BRACE)?;
        self.finish(mark, kind);
        self.as_allowed = allowed;
        self.shallower();
        Ok(())
    }
}
