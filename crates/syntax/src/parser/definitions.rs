//! Functions, classes, their parameters and decorators.

use super::state::{Parser, Step};
use super::types::Place;
use crate::kind::{self, Kind, field};
use crate::lexer::token;

/// Parameters that have been read, as far as they decide what may follow.
#[derive(Default)]
struct Seen {
    any: bool,
    slash: bool,
    star: bool,
    /// A star alone, after which a name must follow.
    lone_star: bool,
    default: bool,
}

impl Parser<'_> {
    /// A definition with its decorators.
    pub(super) fn decorated(&mut self) -> Step {
        let mark = self.begin();
        while self.kind == kind::AT {
            let decorator = self.begin();
            self.take();
            self.named_expression()?;
            if self.kind != token::NEWLINE {
                return self.unexpected("unexpected token after a decorator");
            }
            self.pass();
            self.finish(decorator, kind::DECORATOR);
        }
        match self.kind {
            kind::KW_DEF => self.function()?,
            kind::KW_ASYNC if self.next_kind() == kind::KW_DEF => self.function()?,
            kind::KW_CLASS => self.class()?,
            _ => return self.stop("a definition is missing"),
        }
        self.field(field::DEFINITION);
        self.finish(mark, kind::DECORATED_DEFINITION);
        Ok(())
    }

    /// `def`, perhaps after `async`.
    pub(super) fn function(&mut self) -> Step {
        let mark = self.begin();
        self.eat(kind::KW_ASYNC);
        self.take();
        self.name(field::NAME)?;
        if self.kind == kind::L_BRACKET {
            self.type_parameters(false)?;
            self.field(field::TYPE_PARAMETERS);
        }
        let parameters = self.begin();
        self.require(kind::L_PAREN)?;
        if self.kind != kind::R_PAREN {
            self.parameter_list(kind::R_PAREN, true)?;
        }
        self.require(kind::R_PAREN)?;
        self.finish(parameters, kind::PARAMETERS);
        self.field(field::PARAMETERS);
        if self.eat(kind::ARROW) {
            self.annotation(Place::Alone)?;
            self.field(field::RETURN_TYPE);
        }
        self.suite(field::BODY)?;
        self.finish(mark, kind::FUNCTION_DEFINITION);
        Ok(())
    }

    /// `class`
    pub(super) fn class(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.name(field::NAME)?;
        if self.kind == kind::L_BRACKET {
            self.type_parameters(false)?;
            self.field(field::TYPE_PARAMETERS);
        }
        if self.kind == kind::L_PAREN {
            self.arguments(false)?;
            self.field(field::SUPERCLASSES);
        }
        self.suite(field::BODY)?;
        self.finish(mark, kind::CLASS_DEFINITION);
        Ok(())
    }

    /// Parameters up to the token that closes them.
    pub(super) fn parameter_list(&mut self, close: Kind, typed: bool) -> Step {
        self.deeper()?;
        let mut seen = Seen::default();
        loop {
            let last = self.kind == kind::DOUBLE_STAR;
            self.parameter(&mut seen, typed)?;
            seen.any = true;
            if self.kind == close {
                break;
            }
            self.require(kind::COMMA)?;
            if self.kind == close {
                break;
            }
            if last {
                return self.refuse("parameter after the last one");
            }
        }
        if seen.lone_star {
            return self.refuse("star without a parameter after it");
        }
        self.shallower();
        Ok(())
    }

    fn parameter(&mut self, seen: &mut Seen, typed: bool) -> Step {
        let mark = self.begin();
        match self.kind {
            kind::SLASH => {
                if seen.slash || seen.star || !seen.any {
                    return self.refuse("slash among parameters");
                }
                seen.slash = true;
                self.take();
                self.finish(mark, kind::POSITIONAL_SEPARATOR);
                Ok(())
            }
            kind::STAR if self.next_kind() != kind::IDENTIFIER => {
                if seen.star {
                    return self.refuse("second star among parameters");
                }
                seen.star = true;
                seen.lone_star = true;
                self.take();
                self.finish(mark, kind::KEYWORD_SEPARATOR);
                Ok(())
            }
            kind::STAR | kind::DOUBLE_STAR => {
                let single = self.kind == kind::STAR;
                if single && seen.star || !single && seen.lone_star {
                    return self.refuse("second star among parameters");
                }
                seen.star = true;
                self.take();
                self.name(0)?;
                let kind = if single { kind::LIST_SPLAT_PATTERN } else { kind::DICTIONARY_SPLAT_PATTERN };
                self.finish(mark, kind);
                if typed && self.eat(kind::COLON) {
                    self.annotation(if single { Place::Starred } else { Place::Alone })?;
                    self.field(field::TYPE);
                    self.finish(mark, kind::TYPED_PARAMETER);
                }
                Ok(())
            }
            kind::IDENTIFIER => self.named_parameter(mark, seen, typed),
            kind::L_PAREN => self.refuse("parameters in parentheses"),
            _ => self.unexpected("a parameter is missing"),
        }
    }

    fn named_parameter(&mut self, mark: usize, seen: &mut Seen, typed: bool) -> Step {
        seen.lone_star = false;
        self.take();
        let annotated = typed && self.kind == kind::COLON;
        let name = self.nodes.len() - 1;
        if annotated {
            self.take();
            self.annotation(Place::Alone)?;
            self.field(field::TYPE);
        }
        if self.kind != kind::EQUAL {
            if seen.default && !seen.star {
                return self.refuse("parameter without a default after one with it");
            }
            if annotated {
                self.finish(mark, kind::TYPED_PARAMETER);
            }
            return Ok(());
        }
        seen.default = true;
        if let Some(node) = self.nodes.get_mut(name) {
            node.field = field::NAME as u8;
        }
        self.take();
        self.expression()?;
        self.field(field::VALUE);
        let kind = if annotated { kind::TYPED_DEFAULT_PARAMETER } else { kind::DEFAULT_PARAMETER };
        self.finish(mark, kind);
        Ok(())
    }
}
