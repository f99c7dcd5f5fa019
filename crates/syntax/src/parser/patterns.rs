//! `match` statements and their patterns.

use super::state::{Parser, Step};
use crate::kind::{self, Kind, field};
use crate::lexer::{Soft, token};

impl Parser<'_> {
    pub(super) fn match_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take_as(kind::KW_MATCH, 0);
        loop {
            if self.kind == kind::STAR {
                self.loose_star()?;
            } else {
                self.named_expression()?;
            }
            self.field(field::SUBJECT);
            if !self.eat(kind::COMMA) || self.kind == kind::COLON {
                break;
            }
        }
        self.require(kind::COLON)?;
        if self.kind != token::NEWLINE {
            return self.stop("a block of cases is missing");
        }
        self.pass();
        // The block has its indentation in it, and so the comments before the first case.
        let start = self.last_end;
        let block = self.nodes.len();
        if self.kind != token::INDENT {
            return self.stop("a block of cases is missing");
        }
        self.deeper()?;
        self.pass();
        while self.kind != token::DEDENT {
            self.case_clause()?;
        }
        self.pass();
        self.finish_from(block, kind::BLOCK, start);
        self.field(field::BODY);
        self.shallower();
        self.finish(mark, kind::MATCH_STATEMENT);
        Ok(())
    }

    fn case_clause(&mut self) -> Step {
        if self.soft() != Soft::Case {
            return self.stop("a case is missing");
        }
        let mark = self.begin();
        self.take_as(kind::KW_CASE, 0);
        loop {
            self.case_pattern()?;
            if !self.eat(kind::COMMA) || matches!(self.kind, kind::COLON | kind::KW_IF) {
                break;
            }
        }
        if self.kind == kind::KW_IF {
            let guard = self.begin();
            self.take();
            self.named_expression()?;
            self.finish(guard, kind::IF_CLAUSE);
            self.field(field::GUARD);
        }
        self.suite(field::CONSEQUENCE)?;
        self.finish(mark, kind::CASE_CLAUSE);
        self.field(field::ALTERNATIVE);
        Ok(())
    }

    /// A pattern with the node around it.
    fn case_pattern(&mut self) -> Step {
        self.deeper()?;
        let mark = self.begin();
        if self.kind == kind::IDENTIFIER && self.next_kind() == kind::EQUAL {
            self.take();
            self.take();
            self.alternatives()?;
            self.finish(mark, kind::KEYWORD_PATTERN);
        } else {
            self.alternatives()?;
        }
        if self.kind == kind::KW_AS {
            self.finish(mark, kind::CASE_PATTERN);
            self.take();
            if self.soft() == Soft::Underscore {
                return self.refuse("target of a pattern");
            }
            self.name(0)?;
            self.finish(mark, kind::AS_PATTERN);
        }
        self.finish(mark, kind::CASE_PATTERN);
        self.shallower();
        Ok(())
    }

    /// Patterns with `|` between them.
    fn alternatives(&mut self) -> Step {
        let mark = self.begin();
        self.simple_pattern()?;
        if self.kind != kind::PIPE {
            return Ok(());
        }
        while self.eat(kind::PIPE) {
            self.simple_pattern()?;
        }
        self.finish(mark, kind::UNION_PATTERN);
        Ok(())
    }

    fn simple_pattern(&mut self) -> Step {
        let mark = self.begin();
        match self.kind {
            kind::TRUE | kind::FALSE | kind::NONE => {
                self.take();
                Ok(())
            }
            kind::STRING_START => {
                let start = self.text.get(self.token().range()).unwrap_or_default();
                if start.contains(['f', 'F', 't', 'T']) {
                    return self.refuse("formatted string in a pattern");
                }
                self.strings()
            }
            kind::MINUS | kind::INTEGER | kind::FLOAT => self.number_pattern(),
            kind::L_PAREN => {
                self.take();
                self.sequence(kind::R_PAREN)?;
                self.finish(mark, kind::TUPLE_PATTERN);
                Ok(())
            }
            kind::L_BRACKET => {
                self.take();
                self.sequence(kind::R_BRACKET)?;
                self.finish(mark, kind::LIST_PATTERN);
                Ok(())
            }
            kind::L_BRACE => self.mapping(),
            kind::STAR => self.rest_pattern(),
            kind::IDENTIFIER if self.soft() == Soft::Underscore => {
                self.take_as(kind::UNDERSCORE, 0);
                if matches!(self.kind, kind::DOT | kind::L_PAREN) {
                    return self.stop("underscore in a pattern");
                }
                Ok(())
            }
            kind::IDENTIFIER => {
                self.dotted_name()?;
                if self.kind == kind::L_PAREN {
                    self.take();
                    self.sequence(kind::R_PAREN)?;
                    self.finish(mark, kind::CLASS_PATTERN);
                }
                Ok(())
            }
            _ => self.stop("a pattern is missing"),
        }
    }

    /// Patterns up to a closing bracket.
    fn sequence(&mut self, close: Kind) -> Step {
        while self.kind != close {
            self.case_pattern()?;
            if self.kind != close {
                self.require(kind::COMMA)?;
            }
        }
        self.require(close)
    }

    /// `*rest` or `**rest`
    fn rest_pattern(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        let underscore = self.soft() == Soft::Underscore;
        if self.kind != kind::IDENTIFIER {
            return self.stop("a name is missing");
        }
        self.take_as(if underscore { kind::UNDERSCORE } else { kind::IDENTIFIER }, 0);
        self.finish(mark, kind::SPLAT_PATTERN);
        Ok(())
    }

    /// A number, perhaps with a sign; or a complex number of two parts. The sign is no node of its own.
    fn number_pattern(&mut self) -> Step {
        let mark = self.begin();
        self.eat(kind::MINUS);
        if !matches!(self.kind, kind::INTEGER | kind::FLOAT) {
            return self.stop("a number is missing");
        }
        self.take();
        if matches!(self.kind, kind::PLUS | kind::MINUS) {
            self.take();
            if !matches!(self.kind, kind::INTEGER | kind::FLOAT) {
                return self.stop("a number is missing");
            }
            self.take();
            self.finish(mark, kind::COMPLEX_PATTERN);
        }
        Ok(())
    }

    /// A pattern of a mapping.
    fn mapping(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        while self.kind != kind::R_BRACE {
            if self.kind == kind::DOUBLE_STAR {
                self.rest_pattern()?;
            } else {
                let key = self.begin();
                let name = self.kind == kind::IDENTIFIER;
                self.simple_pattern()?;
                if matches!(self.last_kind(), kind::TUPLE_PATTERN | kind::LIST_PATTERN | kind::DICT_PATTERN)
                    || matches!(
                        self.last_kind(),
                        kind::CLASS_PATTERN | kind::SPLAT_PATTERN | kind::UNDERSCORE
                    )
                    || name && self.nodes.len() - key < 3
                {
                    return self.refuse("key of a mapping pattern");
                }
                self.field_since(key, field::KEY);
                self.require(kind::COLON)?;
                self.case_pattern()?;
                self.field(field::VALUE);
            }
            if self.kind != kind::R_BRACE {
                self.require(kind::COMMA)?;
            }
        }
        self.take();
        self.finish(mark, kind::DICT_PATTERN);
        Ok(())
    }

    /// Puts the nodes since `mark` that have no parent yet into a field.
    fn field_since(&mut self, mark: usize, field: u16) {
        let mut end = self.nodes.len();
        while end > mark {
            let Some(node) = self.nodes.get_mut(end - 1) else { return };
            if !matches!(node.kind, kind::COMMENT | kind::LINE_CONTINUATION) {
                node.field = field as u8;
            }
            end -= node.size as usize;
        }
    }
}
