//! Statements with blocks: conditions, loops, `try`, `with`.

use super::state::{Parser, Step};
use crate::kind::{self, field};

impl Parser<'_> {
    pub(super) fn if_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.named_expression()?;
        self.field(field::CONDITION);
        self.suite(field::CONSEQUENCE)?;
        while self.kind == kind::KW_ELIF {
            let clause = self.begin();
            self.take();
            self.named_expression()?;
            self.field(field::CONDITION);
            self.suite(field::CONSEQUENCE)?;
            self.finish(clause, kind::ELIF_CLAUSE);
            self.field(field::ALTERNATIVE);
        }
        self.else_clause(field::ALTERNATIVE)?;
        self.finish(mark, kind::IF_STATEMENT);
        Ok(())
    }

    /// The `else` at hand, if there is one.
    fn else_clause(&mut self, field: u16) -> Step {
        if self.kind != kind::KW_ELSE {
            return Ok(());
        }
        let mark = self.begin();
        self.take();
        self.suite(field::BODY)?;
        self.finish(mark, kind::ELSE_CLAUSE);
        self.field(field);
        Ok(())
    }

    pub(super) fn while_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.named_expression()?;
        self.field(field::CONDITION);
        self.suite(field::BODY)?;
        self.else_clause(field::ALTERNATIVE)?;
        self.finish(mark, kind::WHILE_STATEMENT);
        Ok(())
    }

    pub(super) fn for_statement(&mut self) -> Step {
        let mark = self.begin();
        self.eat(kind::KW_ASYNC);
        self.take();
        self.target_list()?;
        self.field(field::LEFT);
        self.require(kind::KW_IN)?;
        self.expressions()?;
        self.field(field::RIGHT);
        self.suite(field::BODY)?;
        self.else_clause(field::ALTERNATIVE)?;
        self.finish(mark, kind::FOR_STATEMENT);
        Ok(())
    }

    pub(super) fn try_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.suite(field::BODY)?;
        let mut groups = None;
        while self.kind == kind::KW_EXCEPT {
            let clause = self.begin();
            self.take();
            let group = self.eat(kind::STAR);
            if groups.replace(group).is_some_and(|groups| groups != group) {
                return self.refuse("except of two kinds");
            }
            if group && self.kind == kind::COLON {
                return self.refuse("`except*` without a type");
            }
            if self.kind != kind::COLON {
                self.caught()?;
            }
            self.suite(0)?;
            self.finish(clause, kind::EXCEPT_CLAUSE);
        }
        if groups.is_some() {
            self.else_clause(0)?;
        }
        if self.kind == kind::KW_FINALLY {
            let clause = self.begin();
            self.take();
            self.suite(0)?;
            self.finish(clause, kind::FINALLY_CLAUSE);
        } else if groups.is_none() {
            return self.refuse("try without except or finally");
        }
        self.finish(mark, kind::TRY_STATEMENT);
        Ok(())
    }

    /// Parses the exceptions that an `except` catches.
    fn caught(&mut self) -> Step {
        self.as_allowed = true;
        self.expression()?;
        self.as_allowed = false;
        self.field(field::VALUE);
        if self.last_kind() == kind::AS_PATTERN {
            // The target is a name: the alias and the name in it are the two nodes before the pattern.
            let target = self.nodes.len().checked_sub(3).and_then(|index| self.nodes.get(index));
            if target.is_none_or(|node| node.kind != kind::IDENTIFIER) {
                return self.refuse("target of an except");
            }
            return Ok(());
        }
        while self.eat(kind::COMMA) {
            if self.kind == kind::COLON {
                return self.refuse("comma at the end of an except");
            }
            self.expression()?;
            self.field(field::VALUE);
        }
        Ok(())
    }

    pub(super) fn with_statement(&mut self) -> Step {
        let mark = self.begin();
        self.eat(kind::KW_ASYNC);
        self.take();
        let clause = self.begin();
        let inside = if self.kind == kind::L_PAREN { Some(self.inside(self.at)) } else { None };
        match inside.filter(|inside| self.kind_at(inside.after) == kind::COLON) {
            Some(inside) if inside.named && !inside.comma => self.named_in_parentheses()?,
            Some(inside) if inside.named && !inside.several => self.named_in_tuple()?,
            Some(inside) if inside.several && !inside.comprehension && self.next_kind() != kind::KW_YIELD => {
                if inside.unusual && inside.named {
                    return self.refuse("tuple after with");
                }
                self.take();
                loop {
                    self.with_item(true)?;
                    if self.eat(kind::R_PAREN) {
                        break;
                    }
                    self.require(kind::COMMA)?;
                    if self.eat(kind::R_PAREN) {
                        break;
                    }
                }
            }
            _ => loop {
                self.with_item(false)?;
                if !self.eat(kind::COMMA) {
                    break;
                }
            },
        }
        self.finish(clause, kind::WITH_CLAUSE);
        self.suite(field::BODY)?;
        self.finish(mark, kind::WITH_STATEMENT);
        Ok(())
    }

    /// An item; in parentheses it may be an element of a tuple, which the grammar takes for items.
    fn with_item(&mut self, inside: bool) -> Step {
        let mark = self.begin();
        self.as_allowed = true;
        match self.kind {
            kind::STAR if inside => self.loose_star()?,
            kind::IDENTIFIER if inside => self.named_expression()?,
            _ => self.expression()?,
        }
        self.as_allowed = false;
        self.field(field::VALUE);
        self.finish(mark, kind::WITH_ITEM);
        Ok(())
    }

    /// `with (a as b):` has one item, an expression in parentheses.
    fn named_in_parentheses(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.as_allowed = true;
        self.expression()?;
        self.as_allowed = false;
        self.require(kind::R_PAREN)?;
        self.finish(mark, kind::PARENTHESIZED_EXPRESSION);
        self.field(field::VALUE);
        self.finish(mark, kind::WITH_ITEM);
        Ok(())
    }

    /// `with (a as b,):` has one item, a tuple.
    fn named_in_tuple(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.as_allowed = true;
        self.expression()?;
        self.as_allowed = false;
        self.require(kind::COMMA)?;
        self.require(kind::R_PAREN)?;
        self.finish(mark, kind::TUPLE);
        self.field(field::VALUE);
        self.finish(mark, kind::WITH_ITEM);
        Ok(())
    }
}
