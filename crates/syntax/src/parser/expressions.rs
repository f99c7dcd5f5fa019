//! Operators: conditionals, lambdas, boolean operators, comparisons, arithmetic. The order of precedence is the grammar's.

use super::state::{Parser, Step};
use crate::kind::{self, Kind, field};
use crate::lexer::token;

/// Precedence of a binary operator; 0 for what is none. The grammar has `^` and `&` the other way round than CPython.
const fn precedence(kind: Kind) -> u8 {
    match kind {
        kind::PIPE => 1,
        token::AMPERSAND => 2,
        token::CARET => 3,
        token::SHIFT_LEFT | kind::SHIFT_RIGHT => 4,
        kind::PLUS | kind::MINUS => 5,
        kind::STAR | kind::AT | kind::SLASH | kind::PERCENT | kind::DOUBLE_SLASH => 6,
        _ => 0,
    }
}

impl Parser<'_> {
    /// An expression, which may assign a name by `:=`.
    pub(super) fn named_expression(&mut self) -> Step {
        if self.kind != kind::IDENTIFIER || self.next_kind() != kind::WALRUS {
            return self.expression();
        }
        let mark = self.begin();
        self.take_as(kind::IDENTIFIER, field::NAME);
        self.take();
        if self.kind == kind::KW_LAMBDA {
            self.lambda()?;
        } else {
            self.disjunction()?;
        }
        self.field(field::VALUE);
        self.finish(mark, kind::NAMED_EXPRESSION);
        self.conditional(mark)
    }

    /// An expression.
    pub(super) fn expression(&mut self) -> Step {
        if self.kind == kind::KW_LAMBDA {
            return self.lambda();
        }
        let mark = self.begin();
        self.disjunction()?;
        self.conditional(mark)
    }

    /// Parses the rest after an operand that began at `mark`: `if … else …`, and `as …` where that is allowed.
    fn conditional(&mut self, mark: usize) -> Step {
        if self.kind != kind::KW_IF {
            return if self.kind == kind::KW_AS && self.as_allowed { self.as_target(mark) } else { Ok(()) };
        }
        let base = self.marks.len();
        let mut operand = mark;
        while self.kind == kind::KW_IF {
            self.marks.push(operand);
            self.take();
            self.disjunction()?;
            self.require(kind::KW_ELSE)?;
            operand = self.begin();
            if self.kind == kind::KW_LAMBDA {
                self.lambda()?;
                break;
            }
            self.disjunction()?;
        }
        if self.kind == kind::KW_AS && self.as_allowed {
            self.as_target(operand)?;
        }
        while self.marks.len() > base {
            if let Some(mark) = self.marks.pop() {
                self.finish(mark, kind::CONDITIONAL_EXPRESSION);
            }
        }
        Ok(())
    }

    /// `as` and its target after an expression that began at `mark`.
    pub(super) fn as_target(&mut self, mark: usize) -> Step {
        self.take();
        let allowed = std::mem::replace(&mut self.as_allowed, false);
        let target = self.begin();
        if self.kind == kind::STAR {
            return self.stop("star before a target");
        }
        self.primary()?;
        self.check_target(self.nodes.len() - 1, false)?;
        self.finish(target, kind::AS_PATTERN_TARGET);
        self.field(field::ALIAS);
        self.as_allowed = allowed;
        self.finish(mark, kind::AS_PATTERN);
        Ok(())
    }

    /// A lambda; its body takes everything up to a comma.
    pub(super) fn lambda(&mut self) -> Step {
        self.deeper()?;
        let mark = self.begin();
        self.take();
        if self.kind != kind::COLON {
            let parameters = self.begin();
            self.parameter_list(kind::COLON, false)?;
            self.finish(parameters, kind::LAMBDA_PARAMETERS);
            self.field(field::PARAMETERS);
        }
        self.require(kind::COLON)?;
        self.expression()?;
        self.field(field::BODY);
        self.finish(mark, kind::LAMBDA);
        self.shallower();
        Ok(())
    }

    /// Operands of `or`.
    pub(super) fn disjunction(&mut self) -> Step {
        let mark = self.begin();
        self.conjunction()?;
        while self.kind == kind::KW_OR {
            self.field(field::LEFT);
            self.take_as(kind::KW_OR, field::OPERATOR);
            self.conjunction()?;
            self.field(field::RIGHT);
            self.finish(mark, kind::BOOLEAN_OPERATOR);
        }
        Ok(())
    }

    /// Operands of `and`.
    fn conjunction(&mut self) -> Step {
        let mark = self.begin();
        self.inversion()?;
        while self.kind == kind::KW_AND {
            self.field(field::LEFT);
            self.take_as(kind::KW_AND, field::OPERATOR);
            self.inversion()?;
            self.field(field::RIGHT);
            self.finish(mark, kind::BOOLEAN_OPERATOR);
        }
        Ok(())
    }

    /// A comparison, perhaps after `not`.
    fn inversion(&mut self) -> Step {
        if self.kind == kind::KW_NOT {
            self.deeper()?;
            let mark = self.begin();
            self.take();
            self.inversion()?;
            self.field(field::ARGUMENT);
            self.finish(mark, kind::NOT_OPERATOR);
            self.shallower();
            return Ok(());
        }
        let mark = self.begin();
        self.operation(1)?;
        let mut compared = false;
        loop {
            match self.kind {
                kind::LESS
                | kind::LESS_EQUAL
                | kind::EQUAL_EQUAL
                | kind::NOT_EQUAL
                | kind::GREATER_EQUAL
                | kind::GREATER
                | kind::KW_IN => self.take_as(self.kind, field::OPERATORS),
                kind::KW_NOT => {
                    let operator = self.begin();
                    self.take();
                    self.require(kind::KW_IN)?;
                    self.finish(operator, kind::NOT_IN);
                    self.field(field::OPERATORS);
                }
                kind::KW_IS if self.next_kind() == kind::KW_NOT => {
                    let operator = self.begin();
                    self.take();
                    self.take();
                    self.finish(operator, kind::IS_NOT);
                    self.field(field::OPERATORS);
                }
                kind::KW_IS => self.take_as(kind::KW_IS, field::OPERATORS),
                _ => break,
            }
            self.operation(1)?;
            compared = true;
        }
        if compared {
            self.finish(mark, kind::COMPARISON_OPERATOR);
        }
        Ok(())
    }

    /// Operands of the binary operators from a precedence on.
    pub(super) fn operation(&mut self, least: u8) -> Step {
        let mark = self.begin();
        self.factor()?;
        loop {
            let level = precedence(self.kind);
            if level < least || level == 0 {
                return Ok(());
            }
            self.field(field::LEFT);
            self.take_as(self.kind, field::OPERATOR);
            self.operation(level + 1)?;
            self.field(field::RIGHT);
            self.finish(mark, kind::BINARY_OPERATOR);
        }
    }

    /// An operand, perhaps with signs.
    fn factor(&mut self) -> Step {
        if !matches!(self.kind, kind::MINUS | kind::PLUS | kind::TILDE) {
            return self.power();
        }
        self.deeper()?;
        let mark = self.begin();
        self.take_as(self.kind, field::OPERATOR);
        self.factor()?;
        self.field(field::ARGUMENT);
        self.finish(mark, kind::UNARY_OPERATOR);
        self.shallower();
        Ok(())
    }

    /// An operand, perhaps with a power. The grammar has `await a ** b` as the awaiting of a power.
    fn power(&mut self) -> Step {
        let mark = self.begin();
        if self.kind == kind::KW_AWAIT {
            self.deeper()?;
            self.take();
            if self.kind == kind::KW_AWAIT {
                return self.refuse("await after await");
            }
            self.power()?;
            self.finish(mark, kind::AWAIT);
            self.shallower();
            return Ok(());
        }
        self.primary()?;
        if self.kind == kind::DOUBLE_STAR {
            self.deeper()?;
            self.field(field::LEFT);
            self.take_as(kind::DOUBLE_STAR, field::OPERATOR);
            self.factor()?;
            self.field(field::RIGHT);
            self.finish(mark, kind::BINARY_OPERATOR);
            self.shallower();
        }
        Ok(())
    }

    /// `yield`, alone or with what it yields.
    pub(super) fn yield_expression(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        match self.kind {
            kind::KW_FROM => {
                self.take();
                self.expression()?;
            }
            kind::R_PAREN | kind::R_BRACE | kind::EQUAL | kind::COLON | kind::SEMICOLON | token::NEWLINE => {}
            kind::TYPE_CONVERSION => {}
            _ => self.expressions()?,
        }
        self.finish(mark, kind::YIELD);
        Ok(())
    }

    /// An expression, or an `expression_list` of several.
    pub(super) fn expressions(&mut self) -> Step {
        let mark = self.begin();
        if self.elements()? {
            self.finish(mark, kind::EXPRESSION_LIST);
        }
        Ok(())
    }

    /// Expressions with commas between them, without a node around them. True if there is a comma.
    pub(super) fn elements(&mut self) -> Step<bool> {
        let starred = self.kind == kind::STAR;
        self.element()?;
        if starred && self.kind != kind::COMMA {
            return self.refuse("star without a list");
        }
        let (mut comma, mut chain) = (false, false);
        while self.kind == kind::COMMA {
            self.take();
            comma = true;
            chain = false;
            match self.kind {
                token::NEWLINE | kind::SEMICOLON | kind::EQUAL | kind::COLON => break,
                kind::R_PAREN | kind::R_BRACE | kind::TYPE_CONVERSION => break,
                _ => chain = self.element()?,
            }
        }
        if chain && comma && self.kind == token::NEWLINE && self.is_last_statement() {
            self.widen_star(self.nodes.len() - 1, kind::LIST_SPLAT)?;
        }
        Ok(comma)
    }

    /// An expression, or a starred one outside brackets. True for a star before a chain that could be a target: the
    /// grammar's parser follows several readings of it, and what comes after the statement decides.
    fn element(&mut self) -> Step<bool> {
        if self.kind != kind::STAR {
            self.expression()?;
            return Ok(false);
        }
        self.loose_star()?;
        Ok(matches!(self.last_kind(), kind::ATTRIBUTE | kind::SUBSCRIPT))
    }

    /// A star where the grammar has no element of its own for it: it binds to the name that follows alone, else to the
    /// shortest part that is an attribute or a subscript. Before anything else the grammar has an error; the whole operand
    /// is starred then.
    pub(super) fn loose_star(&mut self) -> Step {
        if !self.is_bare_star() {
            return self.whole_star();
        }
        self.bare_star = true;
        self.operation(1)
    }

    /// As [`Self::loose_star`] among subscripts, where any expression may be starred.
    pub(super) fn subscript_star(&mut self) -> Step {
        if self.is_bare_star() {
            self.bare_star = true;
            return self.expression();
        }
        let mark = self.begin();
        self.take();
        self.expression()?;
        self.finish(mark, kind::LIST_SPLAT);
        Ok(())
    }

    /// The star at hand binds to less than the operand after it.
    fn is_bare_star(&self) -> bool {
        let operand = self.after(self.at);
        self.kind_at(operand) == kind::IDENTIFIER || self.has_link(operand)
    }

    /// A star before a whole operand.
    pub(super) fn whole_star(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.operation(1)?;
        self.finish(mark, kind::LIST_SPLAT);
        Ok(())
    }
}
