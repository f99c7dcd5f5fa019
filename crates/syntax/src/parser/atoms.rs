//! Operands: names, constants, brackets and what follows them: attributes, calls, subscripts.

use super::state::{Parser, Step};
use crate::kind::{self, Kind, field};

impl Parser<'_> {
    /// An operand with its attributes, calls and subscripts.
    pub(super) fn primary(&mut self) -> Step {
        let mark = self.begin();
        self.atom()?;
        self.trailers(mark, usize::MAX)
    }

    /// At most so many attributes, calls and subscripts of what began at `mark`.
    pub(super) fn trailers(&mut self, mark: usize, most: usize) -> Step {
        let mut count = 0;
        while count < most {
            match self.kind {
                kind::DOT => {
                    self.field(field::OBJECT);
                    self.take();
                    self.name(field::ATTRIBUTE)?;
                    self.finish(mark, kind::ATTRIBUTE);
                }
                kind::L_PAREN => {
                    self.field(field::FUNCTION);
                    self.arguments(true)?;
                    self.field(field::ARGUMENTS);
                    self.finish(mark, kind::CALL);
                }
                kind::L_BRACKET => {
                    self.field(field::VALUE);
                    self.subscripts()?;
                    self.finish(mark, kind::SUBSCRIPT);
                }
                _ => break,
            }
            count += 1;
        }
        Ok(())
    }

    /// An operand without what follows it.
    fn atom(&mut self) -> Step {
        match self.kind {
            kind::IDENTIFIER
            | kind::INTEGER
            | kind::FLOAT
            | kind::TRUE
            | kind::FALSE
            | kind::NONE
            | kind::ELLIPSIS => {
                self.take();
                Ok(())
            }
            kind::STRING_START => self.strings(),
            kind::L_PAREN => self.parentheses(),
            kind::L_BRACKET => self.list(),
            kind::L_BRACE => self.braces(),
            kind::STAR if self.bare_star => {
                self.bare_star = false;
                let mark = self.begin();
                self.take();
                let operand = self.begin();
                self.atom()?;
                while !matches!(self.last_kind(), kind::IDENTIFIER | kind::ATTRIBUTE | kind::SUBSCRIPT) {
                    if !matches!(self.kind, kind::DOT | kind::L_BRACKET | kind::L_PAREN) {
                        return self.stop("star before an operand");
                    }
                    self.trailers(operand, 1)?;
                }
                self.finish(mark, kind::LIST_SPLAT);
                Ok(())
            }
            _ => self.unexpected("an expression is missing"),
        }
    }

    /// An element of brackets that hold several.
    fn member(&mut self) -> Step {
        if self.kind == kind::STAR { self.whole_star() } else { self.named_expression() }
    }

    /// The first element of brackets: a star binds to its name alone, unless there is a comma.
    fn first_member(&mut self, open: usize) -> Step {
        if self.kind != kind::STAR {
            self.named_expression()
        } else if self.inside(open).comma {
            self.whole_star()
        } else {
            self.loose_star()
        }
    }

    /// Elements after the first one, up to the closing bracket.
    fn members(&mut self, close: Kind) -> Step {
        while self.kind == kind::COMMA {
            self.take();
            if self.kind == close {
                break;
            }
            self.member()?;
        }
        self.require(close)
    }

    fn is_comprehension(&self) -> bool {
        matches!(self.kind, kind::KW_FOR | kind::KW_ASYNC)
    }

    /// Parses parentheses and their contents.
    fn parentheses(&mut self) -> Step {
        self.deeper()?;
        let allowed = std::mem::replace(&mut self.as_allowed, false);
        let mark = self.begin();
        let open = self.at;
        self.take();
        let kind = match self.kind {
            kind::R_PAREN => {
                self.take();
                kind::TUPLE
            }
            kind::KW_YIELD => {
                self.yield_expression()?;
                self.require(kind::R_PAREN)?;
                kind::PARENTHESIZED_EXPRESSION
            }
            _ => {
                let starred = self.kind == kind::STAR;
                self.first_member(open)?;
                if self.is_comprehension() {
                    self.field(field::BODY);
                    self.comprehension()?;
                    self.require(kind::R_PAREN)?;
                    kind::GENERATOR_EXPRESSION
                } else if self.kind == kind::COMMA {
                    self.members(kind::R_PAREN)?;
                    kind::TUPLE
                } else if starred {
                    return self.refuse("star in parentheses");
                } else {
                    self.require(kind::R_PAREN)?;
                    kind::PARENTHESIZED_EXPRESSION
                }
            }
        };
        self.finish(mark, kind);
        self.as_allowed = allowed;
        self.shallower();
        Ok(())
    }

    /// A list, or a list comprehension.
    fn list(&mut self) -> Step {
        self.deeper()?;
        let allowed = std::mem::replace(&mut self.as_allowed, false);
        let mark = self.begin();
        let open = self.at;
        self.take();
        let mut kind = kind::LIST;
        if !self.eat(kind::R_BRACKET) {
            self.first_member(open)?;
            if self.is_comprehension() {
                self.field(field::BODY);
                self.comprehension()?;
                self.require(kind::R_BRACKET)?;
                kind = kind::LIST_COMPREHENSION;
            } else {
                self.members(kind::R_BRACKET)?;
            }
        }
        self.finish(mark, kind);
        self.as_allowed = allowed;
        self.shallower();
        Ok(())
    }

    /// A set, a dictionary, or a comprehension of either.
    fn braces(&mut self) -> Step {
        self.deeper()?;
        let allowed = std::mem::replace(&mut self.as_allowed, false);
        let mark = self.begin();
        let open = self.at;
        self.take();
        let kind = match self.kind {
            kind::DOUBLE_STAR if self.inside(open).comprehension => {
                let splat = self.begin();
                self.take();
                self.expression()?;
                self.finish(splat, kind::DICTIONARY_SPLAT);
                self.field(field::BODY);
                self.comprehension()?;
                self.require(kind::R_BRACE)?;
                kind::DICTIONARY_COMPREHENSION
            }
            kind::R_BRACE | kind::DOUBLE_STAR => {
                self.dictionary()?;
                kind::DICTIONARY
            }
            _ => {
                let first = self.begin();
                let starred = self.kind == kind::STAR;
                self.first_member(open)?;
                if self.kind == kind::COLON && !starred {
                    self.value_of_pair(first)?;
                    if self.is_comprehension() {
                        self.field(field::BODY);
                        self.comprehension()?;
                        self.require(kind::R_BRACE)?;
                        kind::DICTIONARY_COMPREHENSION
                    } else {
                        if self.kind != kind::R_BRACE {
                            self.require(kind::COMMA)?;
                        }
                        self.dictionary()?;
                        kind::DICTIONARY
                    }
                } else if self.is_comprehension() {
                    self.field(field::BODY);
                    self.comprehension()?;
                    self.require(kind::R_BRACE)?;
                    kind::SET_COMPREHENSION
                } else {
                    self.members(kind::R_BRACE)?;
                    kind::SET
                }
            }
        };
        self.finish(mark, kind);
        self.as_allowed = allowed;
        self.shallower();
        Ok(())
    }

    /// Pairs of a dictionary up to its closing brace.
    fn dictionary(&mut self) -> Step {
        while self.kind != kind::R_BRACE {
            let mark = self.begin();
            if self.kind == kind::DOUBLE_STAR {
                self.take();
                self.operation(1)?;
                self.finish(mark, kind::DICTIONARY_SPLAT);
            } else {
                self.expression()?;
                self.value_of_pair(mark)?;
            }
            if self.kind != kind::R_BRACE {
                self.require(kind::COMMA)?;
            }
        }
        self.require(kind::R_BRACE)
    }

    /// The colon and the value after a key that began at `mark`.
    fn value_of_pair(&mut self, mark: usize) -> Step {
        if self.last_kind() == kind::NAMED_EXPRESSION {
            return self.refuse("key of a dictionary");
        }
        self.field(field::KEY);
        self.require(kind::COLON)?;
        self.expression()?;
        self.field(field::VALUE);
        self.finish(mark, kind::PAIR);
        Ok(())
    }

    /// The clauses of a comprehension.
    fn comprehension(&mut self) -> Step {
        while self.is_comprehension() {
            let mark = self.begin();
            self.eat(kind::KW_ASYNC);
            self.require(kind::KW_FOR)?;
            self.target_list()?;
            self.field(field::LEFT);
            self.require(kind::KW_IN)?;
            self.disjunction()?;
            self.field(field::RIGHT);
            self.finish(mark, kind::FOR_IN_CLAUSE);
            while self.kind == kind::KW_IF {
                let mark = self.begin();
                self.take();
                self.disjunction()?;
                self.finish(mark, kind::IF_CLAUSE);
            }
        }
        Ok(())
    }

    /// Subscripts in their brackets.
    fn subscripts(&mut self) -> Step {
        self.deeper()?;
        let allowed = std::mem::replace(&mut self.as_allowed, false);
        self.take();
        loop {
            let mark = self.begin();
            if self.kind == kind::STAR {
                self.subscript_star()?;
                if self.kind == kind::COLON {
                    return self.refuse("star before a slice");
                }
            } else if self.kind != kind::COLON {
                self.named_expression()?;
            }
            if self.kind == kind::COLON {
                self.slice(mark)?;
            }
            self.field(field::SUBSCRIPT);
            if self.kind == kind::R_BRACKET {
                break;
            }
            self.require(kind::COMMA)?;
            if self.kind == kind::R_BRACKET {
                break;
            }
        }
        self.take();
        self.as_allowed = allowed;
        self.shallower();
        Ok(())
    }

    /// The rest of a slice that began at `mark`.
    fn slice(&mut self, mark: usize) -> Step {
        if matches!(self.last_kind(), kind::NAMED_EXPRESSION) && self.nodes.len() > mark {
            return self.refuse("bound of a slice");
        }
        self.take();
        if !matches!(self.kind, kind::COLON | kind::COMMA | kind::R_BRACKET) {
            self.expression()?;
        }
        if self.eat(kind::COLON) && !matches!(self.kind, kind::COMMA | kind::R_BRACKET) {
            self.expression()?;
        }
        self.finish(mark, kind::SLICE);
        Ok(())
    }

    /// Arguments in their parentheses; a generator alone takes their place, in a call.
    pub(super) fn arguments(&mut self, call: bool) -> Step {
        self.deeper()?;
        let allowed = std::mem::replace(&mut self.as_allowed, false);
        let chained = std::mem::replace(&mut self.chained_stars, false);
        let mark = self.begin();
        let open = self.at;
        self.take();
        let mut kind = kind::ARGUMENT_LIST;
        let (mut named, mut unpacked) = (false, false);
        let mut first = true;
        while self.kind != kind::R_PAREN {
            let argument = self.begin();
            match self.kind {
                kind::STAR => {
                    if unpacked {
                        return self.refuse("star after two stars");
                    }
                    if first && call && self.is_starred_generator(open) {
                        self.loose_star()?;
                        self.field(field::BODY);
                        self.comprehension()?;
                        kind = kind::GENERATOR_EXPRESSION;
                        break;
                    }
                    self.starred_argument(chained && !first && !named)?;
                }
                kind::DOUBLE_STAR => {
                    self.take();
                    self.expression()?;
                    self.finish(argument, kind::DICTIONARY_SPLAT);
                    unpacked = true;
                }
                kind::IDENTIFIER if self.next_kind() == kind::EQUAL => {
                    self.take_as(kind::IDENTIFIER, field::NAME);
                    self.take();
                    self.expression()?;
                    self.field(field::VALUE);
                    self.finish(argument, kind::KEYWORD_ARGUMENT);
                    named = true;
                }
                _ => {
                    if named || unpacked {
                        return self.refuse("positional argument after a keyword");
                    }
                    self.named_expression()?;
                    if self.is_comprehension() {
                        if !first || !call {
                            return self.refuse("generator among arguments");
                        }
                        self.field(field::BODY);
                        self.comprehension()?;
                        kind = kind::GENERATOR_EXPRESSION;
                        break;
                    }
                    if self.kind == kind::EQUAL {
                        return self.refuse("keyword that is no name");
                    }
                }
            }
            first = false;
            if self.kind != kind::R_PAREN {
                self.require(kind::COMMA)?;
            }
        }
        self.require(kind::R_PAREN)?;
        self.finish(mark, kind);
        self.as_allowed = allowed;
        self.shallower();
        Ok(())
    }

    fn is_starred_generator(&self, open: usize) -> bool {
        let inside = self.inside(open);
        inside.comprehension && !inside.comma
    }

    /// A starred argument. In statements that begin like one of another kind (`print(…`, `match(…`, `type(…`) the
    /// grammar has the star around the longest part that ends in an attribute or a subscript.
    fn starred_argument(&mut self, chained: bool) -> Step {
        let mark = self.begin();
        if chained && self.next_kind() == kind::IDENTIFIER {
            let length = self.chain(self.after(self.at));
            self.take();
            let name = self.begin();
            self.take();
            self.trailers(name, length)?;
            self.finish(mark, kind::LIST_SPLAT);
            self.trailers(mark, usize::MAX)?;
            if !matches!(self.kind, kind::COMMA | kind::R_PAREN) {
                return self.stop("operator after a starred argument");
            }
            return Ok(());
        }
        self.take();
        self.expression()?;
        self.finish(mark, kind::LIST_SPLAT);
        Ok(())
    }
}
