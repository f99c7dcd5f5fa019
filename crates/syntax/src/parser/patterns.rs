//! `match` statements and their patterns.

use super::state::{Parser, Step};
use crate::kind::{self, Kind, field};
use crate::lexer::{Soft, token};

/// The construct that a pattern is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// A sequence, the one without brackets included: a star may come before a name.
    Sequence,
    /// A class: a keyword may come before a pattern.
    Class,
    /// A mapping.
    Mapping,
}

impl Parser<'_> {
    pub(super) fn match_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take_as(kind::KW_MATCH, 0);
        let mut starred = false;
        let mut several = false;
        loop {
            if self.kind == kind::STAR {
                starred = true;
                self.loose_star()?;
            } else {
                self.named_expression()?;
            }
            self.field(field::SUBJECT);
            several |= self.kind == kind::COMMA;
            if !self.eat(kind::COMMA) || self.kind == kind::COLON {
                break;
            }
        }
        if starred && !several {
            return self.refuse("star without a list");
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
        let starred = self.kind == kind::STAR;
        self.case_pattern(Within::Sequence)?;
        if starred && self.kind != kind::COMMA {
            return self.refuse("star without a list");
        }
        while self.eat(kind::COMMA) && !matches!(self.kind, kind::COLON | kind::KW_IF) {
            self.case_pattern(Within::Sequence)?;
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
    fn case_pattern(&mut self, within: Within) -> Step {
        self.deeper()?;
        let mark = self.begin();
        let starred = self.kind == kind::STAR;
        if self.kind == kind::IDENTIFIER && self.next_kind() == kind::EQUAL {
            if within != Within::Class {
                return self.refuse("keyword outside a class pattern");
            }
            self.take();
            self.take();
            self.alternatives()?;
            self.finish(mark, kind::KEYWORD_PATTERN);
        } else if starred {
            if within != Within::Sequence {
                return self.refuse("star outside a sequence");
            }
            self.rest_pattern()?;
        } else {
            self.alternatives()?;
        }
        if self.kind == kind::KW_AS && !starred {
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
                let starred = self.kind == kind::STAR;
                let commas = self.sequence(kind::R_PAREN, Within::Sequence)?;
                if starred && !commas {
                    return self.refuse("star without a list");
                }
                self.finish(mark, kind::TUPLE_PATTERN);
                Ok(())
            }
            kind::L_BRACKET => {
                self.take();
                self.sequence(kind::R_BRACKET, Within::Sequence)?;
                self.finish(mark, kind::LIST_PATTERN);
                Ok(())
            }
            kind::L_BRACE => self.mapping(),
            kind::STAR => self.refuse("star outside a sequence"),
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
                    self.sequence(kind::R_PAREN, Within::Class)?;
                    self.finish(mark, kind::CLASS_PATTERN);
                }
                Ok(())
            }
            _ => self.unexpected("a pattern is missing"),
        }
    }

    /// Patterns up to a closing bracket. True if there is a comma.
    fn sequence(&mut self, close: Kind, within: Within) -> Step<bool> {
        let mut comma = false;
        while self.kind != close {
            self.case_pattern(within)?;
            if self.kind != close {
                self.require(kind::COMMA)?;
                comma = true;
            }
        }
        self.require(close)?;
        Ok(comma)
    }

    /// The rest that was read last is `_`.
    fn is_wildcard_rest(&self) -> bool {
        let name = self.nodes.len().checked_sub(2).and_then(|index| self.nodes.get(index));
        name.is_some_and(|name| name.kind == kind::UNDERSCORE)
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
            return self.unexpected("a number is missing");
        }
        let imaginary = self.is_imaginary();
        self.take();
        if matches!(self.kind, kind::PLUS | kind::MINUS) {
            if imaginary {
                return self.refuse("imaginary number before the sign of a complex one");
            }
            self.take();
            if !matches!(self.kind, kind::INTEGER | kind::FLOAT) {
                return self.unexpected("a number is missing");
            }
            if !self.is_imaginary() {
                return self.refuse("real number after the sign of a complex one");
            }
            self.take();
            self.finish(mark, kind::COMPLEX_PATTERN);
        }
        Ok(())
    }

    /// The number at hand ends with `j`.
    fn is_imaginary(&self) -> bool {
        let number = self.text.get(self.token().range()).unwrap_or_default();
        number.ends_with(['j', 'J'])
    }

    /// A pattern of a mapping.
    fn mapping(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        while self.kind != kind::R_BRACE {
            if self.kind == kind::DOUBLE_STAR {
                self.rest_pattern()?;
                if self.last_kind() == kind::SPLAT_PATTERN && self.is_wildcard_rest() {
                    return self.refuse("rest of a mapping without a name");
                }
                self.eat(kind::COMMA);
                if self.kind != kind::R_BRACE {
                    return self.refuse("pattern after the rest of a mapping");
                }
                break;
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
                self.case_pattern(Within::Mapping)?;
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
