//! Imports.

use super::state::{Parser, Step};
use crate::kind::{self, field};
use crate::lexer::{Soft, token};

impl Parser<'_> {
    /// `import a.b as c, d`
    pub(super) fn import(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        loop {
            self.imported(true)?;
            if !self.eat(kind::COMMA) {
                break;
            }
        }
        self.finish(mark, kind::IMPORT_STATEMENT);
        Ok(())
    }

    /// `from … import …`
    pub(super) fn import_from(&mut self) -> Step {
        let mark = self.begin();
        self.take();
        let future = self.soft() == Soft::Future;
        if future {
            self.take_as(kind::KW___FUTURE__, 0);
        } else if matches!(self.kind, kind::DOT | kind::ELLIPSIS) {
            self.relative()?;
            self.field(field::MODULE_NAME);
        } else {
            self.dotted_name()?;
            self.field(field::MODULE_NAME);
        }
        self.require(kind::KW_IMPORT)?;
        if self.kind == kind::STAR && future {
            return self.refuse("future feature that is not defined");
        }
        if self.kind == kind::STAR {
            let wildcard = self.begin();
            self.take();
            self.finish(wildcard, kind::WILDCARD_IMPORT);
        } else {
            let parentheses = self.eat(kind::L_PAREN);
            loop {
                self.imported(false)?;
                if !self.eat(kind::COMMA) || parentheses && self.kind == kind::R_PAREN {
                    break;
                }
                if matches!(self.kind, token::NEWLINE | kind::SEMICOLON) {
                    return self.refuse("comma at the end of an import");
                }
            }
            if parentheses {
                self.require(kind::R_PAREN)?;
            }
        }
        let kind = if future { kind::FUTURE_IMPORT_STATEMENT } else { kind::IMPORT_FROM_STATEMENT };
        self.finish(mark, kind);
        Ok(())
    }

    /// `lazy import …` or `lazy from …`: the import, which begins at the word that the grammar does not know.
    pub(super) fn lazy_import(&mut self) -> Step {
        self.begin();
        let start = self.token().start;
        self.pass();
        if self.kind == kind::KW_IMPORT {
            self.import()?
        } else {
            self.import_from()?
        }
        if self.last_kind() == kind::FUTURE_IMPORT_STATEMENT {
            return self.refuse("lazy import of a future feature");
        }
        if let Some(import) = self.nodes.last_mut() {
            import.start = start;
        }
        Ok(())
    }

    /// Dots, perhaps with a name after them.
    fn relative(&mut self) -> Step {
        let mark = self.begin();
        while matches!(self.kind, kind::DOT | kind::ELLIPSIS) {
            if self.kind == kind::DOT {
                self.take();
            } else {
                self.take_dots();
            }
        }
        self.finish(mark, kind::IMPORT_PREFIX);
        if self.kind == kind::IDENTIFIER {
            self.dotted_name()?;
        }
        self.finish(mark, kind::RELATIVE_IMPORT);
        Ok(())
    }

    /// A name that is imported, perhaps with another one for it.
    fn imported(&mut self, dotted: bool) -> Step {
        let mark = self.begin();
        if dotted {
            self.dotted_name()?;
        } else {
            self.name(0)?;
            self.finish(mark, kind::DOTTED_NAME);
        }
        self.field(field::NAME);
        if self.kind == kind::KW_AS {
            self.take();
            self.name(field::ALIAS)?;
            self.finish(mark, kind::ALIASED_IMPORT);
            self.field(field::NAME);
        }
        Ok(())
    }

    /// `a.b.c`
    pub(super) fn dotted_name(&mut self) -> Step {
        let mark = self.begin();
        self.name(0)?;
        while self.eat(kind::DOT) {
            self.name(0)?;
        }
        self.finish(mark, kind::DOTTED_NAME);
        Ok(())
    }
}
