//! Statements without a block, and blocks.

use super::state::{Parser, Step};
use crate::kind::{self, Kind, field};
use crate::lexer::{Soft, token};

impl Parser<'_> {
    /// The whole text.
    pub(super) fn module(&mut self) -> Step {
        let mark = self.nodes.len();
        while self.kind != token::END {
            self.statement()?;
        }
        self.begin();
        let end = self.text.len() as u32;
        self.last_end = end;
        self.finish(mark, kind::MODULE);
        Ok(())
    }

    /// A statement of any kind.
    pub(super) fn statement(&mut self) -> Step {
        match self.kind {
            kind::KW_IF => self.if_statement(),
            kind::KW_FOR => self.for_statement(),
            kind::KW_WHILE => self.while_statement(),
            kind::KW_TRY => self.try_statement(),
            kind::KW_WITH => self.with_statement(),
            kind::KW_DEF => self.function(),
            kind::KW_CLASS => self.class(),
            kind::AT => self.decorated(),
            kind::KW_ASYNC => match self.next_kind() {
                kind::KW_DEF => self.function(),
                kind::KW_FOR => self.for_statement(),
                kind::KW_WITH => self.with_statement(),
                _ => self.refuse("unexpected `async`"),
            },
            kind::IDENTIFIER if self.soft() == Soft::Match && self.is_match() => self.match_statement(),
            _ => self.simple_statements(),
        }
    }

    /// A name `match` that begins a `match` statement: a block follows its line.
    fn is_match(&self) -> bool {
        !matches!(self.next_kind(), kind::EQUAL | kind::DOT | kind::COLON | kind::COMMA | token::NEWLINE)
            && self.is_header()
    }

    /// Statements of one line; a gap where they are refused and gaps are allowed.
    fn simple_statements(&mut self) -> Step {
        if !self.gaps {
            return self.statements_of_line();
        }
        let place = self.place();
        if self.statements_of_line().is_err() {
            self.go_back(place);
            self.gap()?;
        }
        Ok(())
    }

    fn statements_of_line(&mut self) -> Step {
        loop {
            self.simple_statement()?;
            if !self.eat(kind::SEMICOLON) || self.kind == token::NEWLINE {
                break;
            }
        }
        if self.kind != token::NEWLINE {
            return self.unexpected("unexpected token after a statement");
        }
        self.pass();
        Ok(())
    }

    /// The body after a colon: statements on the same line, or an indented block.
    pub(super) fn suite(&mut self, field: u16) -> Step {
        self.require(kind::COLON)?;
        self.deeper()?;
        if self.kind == token::NEWLINE {
            self.pass();
            if self.kind != token::INDENT {
                return self.stop("an indented block is missing");
            }
            self.pass();
            let mark = self.begin();
            while self.kind != token::DEDENT {
                self.statement()?;
            }
            self.pass();
            self.finish(mark, kind::BLOCK);
        } else {
            let mark = self.begin();
            self.simple_statements()?;
            self.finish(mark, kind::BLOCK);
        }
        self.field(field);
        self.shallower();
        Ok(())
    }

    fn simple_statement(&mut self) -> Step {
        match self.kind {
            kind::KW_IMPORT => self.import(),
            kind::KW_FROM => self.import_from(),
            kind::KW_RETURN => self.return_statement(),
            kind::KW_PASS => self.word(kind::PASS_STATEMENT),
            kind::KW_BREAK => self.word(kind::BREAK_STATEMENT),
            kind::KW_CONTINUE => self.word(kind::CONTINUE_STATEMENT),
            kind::KW_RAISE => self.raise_statement(),
            kind::KW_ASSERT => self.assert_statement(),
            kind::KW_DEL => self.delete_statement(),
            kind::KW_GLOBAL => self.names(kind::GLOBAL_STATEMENT),
            kind::KW_NONLOCAL => self.names(kind::NONLOCAL_STATEMENT),
            kind::IDENTIFIER => match self.soft() {
                Soft::Lazy if matches!(self.next_kind(), kind::KW_IMPORT | kind::KW_FROM) => {
                    self.lazy_import()
                }
                Soft::Type if self.next_kind() == kind::IDENTIFIER => self.type_alias(),
                Soft::Print if self.next_kind() == kind::SHIFT_RIGHT => self.print_statement(),
                Soft::Print | Soft::Match | Soft::Type => {
                    self.chained_stars = self.next_kind() == kind::L_PAREN;
                    self.expression_statement()
                }
                _ => self.expression_statement(),
            },
            _ => self.expression_statement(),
        }
    }

    /// `print >> a, b`, which the grammar has as a statement of Python 2: a tuple in Python 3.
    fn print_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take_as(kind::KW_PRINT, 0);
        let chevron = self.begin();
        self.take();
        if matches!(self.kind, kind::KW_NOT | kind::KW_LAMBDA) {
            return self.refuse("operand of `>>`");
        }
        self.expression()?;
        self.finish(chevron, kind::CHEVRON);
        while self.eat(kind::COMMA) && !self.ends_statement() {
            if self.kind == kind::STAR {
                return self.stop("star in a statement of Python 2");
            }
            self.expression()?;
            self.field(field::ARGUMENT);
        }
        self.finish(mark, kind::PRINT_STATEMENT);
        Ok(())
    }

    /// A statement that is a keyword alone.
    fn word(&mut self, kind: Kind) -> Step {
        let mark = self.begin();
        self.take();
        self.finish(mark, kind);
        Ok(())
    }

    fn ends_statement(&self) -> bool {
        matches!(self.kind, token::NEWLINE | kind::SEMICOLON)
    }

    fn return_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        if !self.ends_statement() {
            self.expressions()?;
        }
        self.finish(mark, kind::RETURN_STATEMENT);
        Ok(())
    }

    fn raise_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        if !self.ends_statement() {
            self.expression()?;
            if self.eat(kind::KW_FROM) {
                self.expression()?;
                self.field(field::CAUSE);
            }
            if self.kind == kind::COMMA {
                return self.refuse("Python 2 raise statement");
            }
        }
        self.finish(mark, kind::RAISE_STATEMENT);
        Ok(())
    }

    fn assert_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        self.expression()?;
        if self.eat(kind::COMMA) {
            self.expression()?;
        }
        self.finish(mark, kind::ASSERT_STATEMENT);
        Ok(())
    }

    fn delete_statement(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        let list = self.begin();
        let mut several = false;
        loop {
            self.primary()?;
            self.check_target(self.nodes.len() - 1, true)?;
            if !self.eat(kind::COMMA) {
                break;
            }
            several = true;
            if self.ends_statement() {
                break;
            }
        }
        if several {
            self.finish(list, kind::EXPRESSION_LIST);
        }
        self.finish(mark, kind::DELETE_STATEMENT);
        Ok(())
    }

    /// `global` or `nonlocal` and its names.
    fn names(&mut self, kind: Kind) -> Step {
        let mark = self.begin();
        self.take();
        loop {
            self.name(0)?;
            if !self.eat(kind::COMMA) {
                break;
            }
        }
        self.finish(mark, kind);
        Ok(())
    }
}
