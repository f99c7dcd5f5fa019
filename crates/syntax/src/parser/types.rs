//! Annotations and type parameters.

use super::state::{Parser, Step};
use crate::kind::{self, field};
use crate::lexer::{Soft, token};

impl Parser<'_> {
    /// An annotation: a `type` around what it is. `inside` brackets, a colon may follow with a bound.
    pub(super) fn annotation(&mut self, inside: bool) -> Step {
        self.deeper()?;
        let mark = self.begin();
        if matches!(self.kind, kind::STAR | kind::DOUBLE_STAR) {
            self.starred_type()?;
            self.shallower();
            return Ok(());
        }
        let mut generic = self.part_of_union()?;
        while generic {
            match self.kind {
                kind::PIPE => {
                    self.take();
                    generic = self.part_of_union()?;
                    if self.kind == kind::DOT {
                        return self.stop("member of a union's last part");
                    }
                    self.finish(mark, kind::UNION_TYPE);
                    self.finish(mark, kind::TYPE);
                }
                kind::DOT => {
                    self.take();
                    self.name(0)?;
                    self.finish(mark, kind::MEMBER_TYPE);
                    self.finish(mark, kind::TYPE);
                }
                _ => break,
            }
        }
        if inside && self.kind == kind::COLON {
            self.take();
            self.annotation(true)?;
            self.finish(mark, kind::CONSTRAINED_TYPE);
            self.finish(mark, kind::TYPE);
        }
        self.shallower();
        Ok(())
    }

    /// `*Ts` or `**P`: the star binds to the name alone, and is of another kind before a subscript.
    fn starred_type(&mut self) -> Step {
        let mark = self.begin();
        let mut end = self.after(self.after(self.at));
        while self.kind_at(end) == kind::DOT {
            end = self.after(self.after(end));
        }
        if self.kind == kind::STAR && matches!(self.kind_at(end), kind::L_BRACKET | kind::L_PAREN) {
            self.loose_star()?;
            self.finish(mark, kind::TYPE);
            return Ok(());
        }
        self.take();
        self.name(0)?;
        self.finish(mark, kind::SPLAT_TYPE);
        self.finish(mark, kind::TYPE);
        while self.eat(kind::DOT) {
            self.name(0)?;
            self.finish(mark, kind::MEMBER_TYPE);
            self.finish(mark, kind::TYPE);
        }
        if self.ends_annotation() { Ok(()) } else { self.stop("star before an operation") }
    }

    /// A generic type or an expression, with the `type` around it. True for a generic type.
    fn part_of_union(&mut self) -> Step<bool> {
        let mark = self.begin();
        let generic = self.is_generic();
        if generic {
            self.generic_type()?;
        } else if self.kind == kind::STAR {
            return self.stop("star in an annotation");
        } else {
            self.expression()?;
        }
        self.finish(mark, kind::TYPE);
        Ok(generic)
    }

    /// `A[…]`
    fn generic_type(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.type_parameters(true)?;
        self.finish(mark, kind::GENERIC_TYPE);
        Ok(())
    }

    fn ends_annotation(&self) -> bool {
        matches!(
            self.kind,
            kind::COMMA | kind::R_BRACKET | kind::R_PAREN | kind::EQUAL | kind::COLON | token::NEWLINE
        )
    }

    /// A name with brackets after it, and after those nothing that makes an ordinary expression of it. The grammar
    /// cannot go on after a generic type other than by `|` and `.name`; such an annotation is read as an expression.
    fn is_generic(&self) -> bool {
        if self.kind != kind::IDENTIFIER || matches!(self.soft(), Soft::Print | Soft::Exec | Soft::Match) {
            return false;
        }
        let open = self.after(self.at);
        if self.kind_at(open) != kind::L_BRACKET || self.kind_at(self.after(open)) == kind::COLON {
            return false;
        }
        let mut at = self.inside(open).after;
        while self.kind_at(at) == kind::DOT {
            at = self.after(self.after(at));
        }
        matches!(
            self.kind_at(at),
            kind::COMMA
                | kind::R_BRACKET
                | kind::R_PAREN
                | kind::EQUAL
                | kind::COLON
                | kind::PIPE
                | kind::SEMICOLON
                | token::NEWLINE
        )
    }

    /// Type parameters, or the arguments of a generic type, in their brackets.
    pub(super) fn type_parameters(&mut self, arguments: bool) -> Step {
        let mark = self.begin();
        self.take();
        loop {
            let named = matches!(self.kind, kind::IDENTIFIER | kind::STAR | kind::DOUBLE_STAR);
            if !arguments && !named {
                return self.stop("a type parameter is missing");
            }
            self.annotation(true)?;
            // The grammar has no default of a type parameter; its parts follow each other.
            if self.kind == kind::EQUAL {
                self.take();
                self.annotation(false)?;
            }
            if self.kind == kind::R_BRACKET {
                break;
            }
            self.require(kind::COMMA)?;
            if self.kind == kind::R_BRACKET {
                break;
            }
        }
        self.take();
        self.finish(mark, kind::TYPE_PARAMETER);
        Ok(())
    }

    /// `type A[T] = …`
    pub(super) fn type_alias(&mut self) -> Step {
        let mark = self.begin();
        self.take_as(kind::KW_TYPE, 0);
        let left = self.begin();
        if self.next_kind() == kind::L_BRACKET {
            self.generic_type()?;
        } else {
            self.take();
        }
        self.finish(left, kind::TYPE);
        self.field(field::LEFT);
        self.require(kind::EQUAL)?;
        self.annotation(false)?;
        self.field(field::RIGHT);
        self.finish(mark, kind::TYPE_ALIAS_STATEMENT);
        Ok(())
    }
}
