//! Annotations and type parameters.

use super::state::{Parser, Step};
use crate::kind::{self, field};
use crate::lexer::{Soft, token};

/// Where an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is all of an annotation, without a star.
    Alone,
    /// As above, where a star may begin it.
    Starred,
    /// In the brackets of another one: a star may begin it, and a bound may follow after a colon.
    Inside,
}

impl Parser<'_> {
    /// An annotation: a `type` around what it is.
    pub(super) fn annotation(&mut self, place: Place) -> Step {
        self.deeper()?;
        let mark = self.begin();
        let mut generic = match self.kind {
            kind::STAR | kind::DOUBLE_STAR if place == Place::Alone => {
                return self.refuse("star in an annotation");
            }
            kind::STAR | kind::DOUBLE_STAR => self.starred_type()?,
            _ => self.part_of_union(place == Place::Inside)?,
        };
        while generic {
            match self.kind {
                kind::PIPE => {
                    self.take();
                    generic = self.part_of_union(false)?;
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
        if place == Place::Inside && self.kind == kind::COLON {
            self.take();
            self.annotation(Place::Inside)?;
            self.finish(mark, kind::CONSTRAINED_TYPE);
            self.finish(mark, kind::TYPE);
        }
        self.shallower();
        Ok(())
    }

    /// `*Ts` or `**P`: the star binds to the name alone, and is of another kind before a subscript and in operations. True
    /// for what a union or a member may go on with.
    fn starred_type(&mut self) -> Step<bool> {
        let mark = self.begin();
        let mut end = self.after(self.after(self.at));
        while self.kind_at(end) == kind::DOT {
            end = self.after(self.after(end));
        }
        // A word that is a keyword of the grammar somewhere is an operand here.
        let word = self.soft_at(self.after(self.at));
        let named = self.next_kind() == kind::IDENTIFIER
            && !matches!(word, Soft::Print | Soft::Exec | Soft::Match | Soft::Type)
            && self.ends_type(end);
        if self.kind == kind::STAR && !named {
            self.subscript_star()?;
            self.finish(mark, kind::TYPE);
            return Ok(false);
        }
        self.take();
        self.name(0)?;
        self.finish(mark, kind::SPLAT_TYPE);
        self.finish(mark, kind::TYPE);
        Ok(true)
    }

    /// A generic type or an expression, with the `type` around it. True for a generic type.
    fn part_of_union(&mut self, inside: bool) -> Step<bool> {
        let mark = self.begin();
        let generic = self.is_generic();
        if generic {
            self.generic_type(true)?;
        } else if inside {
            self.named_expression()?;
        } else {
            self.expression()?;
        }
        self.finish(mark, kind::TYPE);
        Ok(generic)
    }

    /// `A[…]`
    fn generic_type(&mut self, arguments: bool) -> Step {
        let mark = self.begin();
        self.take();
        self.type_parameters(arguments)?;
        self.finish(mark, kind::GENERIC_TYPE);
        Ok(())
    }

    /// After the token at an index nothing follows that makes an ordinary expression of a type.
    fn ends_type(&self, index: usize) -> bool {
        matches!(
            self.kind_at(index),
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

    /// A name with brackets after it, and after those nothing that makes an ordinary expression of it. The grammar
    /// cannot go on after a generic type other than by `|` and `.name`; such an annotation is read as an expression.
    fn is_generic(&self) -> bool {
        if self.kind != kind::IDENTIFIER || matches!(self.soft(), Soft::Print | Soft::Exec | Soft::Match) {
            return false;
        }
        let open = self.after(self.at);
        if self.kind_at(open) != kind::L_BRACKET {
            return false;
        }
        let inside = self.inside(open);
        if inside.open_slice {
            return false;
        }
        let mut at = inside.after;
        while self.kind_at(at) == kind::DOT {
            at = self.after(self.after(at));
        }
        self.ends_type(at)
    }

    /// Type parameters, or the arguments of a generic type, in their brackets.
    pub(super) fn type_parameters(&mut self, arguments: bool) -> Step {
        let mark = self.begin();
        self.take();
        loop {
            if !arguments && !self.is_type_parameter() {
                let starred = matches!(self.kind, kind::STAR | kind::DOUBLE_STAR);
                if starred && self.kind_at(self.after(self.after(self.at))) == kind::COLON {
                    return self.refuse("bound of a starred type parameter");
                }
                return self.stop("a type parameter is missing");
            }
            let place = if self.kind == kind::STAR { Place::Starred } else { Place::Alone };
            self.annotation(Place::Inside)?;
            // The grammar has no default of a type parameter; its parts follow each other.
            if !arguments && self.kind == kind::EQUAL {
                self.take();
                self.annotation(place)?;
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

    /// A name, perhaps with stars, and after it a bound, a default, or the next parameter.
    fn is_type_parameter(&self) -> bool {
        let starred = self.kind != kind::IDENTIFIER;
        let name = if starred { self.after(self.at) } else { self.at };
        let follows = self.kind_at(self.after(name));
        matches!(self.kind, kind::IDENTIFIER | kind::STAR | kind::DOUBLE_STAR)
            && self.kind_at(name) == kind::IDENTIFIER
            && (matches!(follows, kind::EQUAL | kind::COMMA | kind::R_BRACKET)
                || follows == kind::COLON && !starred)
    }

    /// `type A[T] = …`
    pub(super) fn type_alias(&mut self) -> Step {
        let mark = self.begin();
        self.take_as(kind::KW_TYPE, 0);
        let left = self.begin();
        if self.next_kind() == kind::L_BRACKET {
            self.generic_type(false)?;
        } else {
            self.take();
        }
        self.finish(left, kind::TYPE);
        self.field(field::LEFT);
        self.require(kind::EQUAL)?;
        self.annotation(Place::Alone)?;
        self.field(field::RIGHT);
        self.finish(mark, kind::TYPE_ALIAS_STATEMENT);
        Ok(())
    }
}
