//! Statements and expressions that belong into a function, a coroutine or a loop, and the order of handlers.

use super::state::{Check, Scope, is_comprehension};
use crate::kind::{self, field};

impl Check<'_> {
    pub(super) fn return_statement(&mut self, node: usize) {
        let function = match self.scope(node) {
            Scope::Function { node, is_async } => Some(node).filter(|_| is_async),
            _ => return self.report(node, "`return` outside a function"),
        };
        if self.in_group_handler(node) {
            return self.report(node, "`return` in an `except*` block");
        }
        if let Some(function) = function
            && self.named(node).next().is_some()
            && self.yields(function)
        {
            self.report(node, "`return` with a value in an async generator");
        }
    }

    /// An async function yields.
    fn yields(&mut self, function: usize) -> bool {
        match self.generator {
            Some((known, yields)) if known == function => yields,
            _ => {
                let inside = function..self.subtree_end(function);
                let yields = inside.into_iter().any(|node| {
                    self.kind(node) == kind::YIELD
                        && self.scope(node) == Scope::Function { node: function, is_async: true }
                });
                self.generator = Some((function, yields));
                yields
            }
        }
    }

    pub(super) fn yield_expression(&mut self, node: usize) {
        if self.kind(node + 1) != kind::KW_YIELD {
            return;
        }
        let from = self.children(node).any(|child| self.kind(child) == kind::KW_FROM);
        match self.scope(node) {
            Scope::Module | Scope::Class(_) => self.report(node, "`yield` outside a function"),
            Scope::Comprehension(_) => self.report(node, "`yield` inside a comprehension"),
            Scope::Function { is_async: true, .. } if from => {
                self.report(node, "`yield from` inside an async function");
            }
            _ => {}
        }
    }

    pub(super) fn await_expression(&mut self, node: usize) {
        match self.scope(node) {
            Scope::Module | Scope::Class(_) | Scope::Lambda(_) | Scope::Function { is_async: false, .. } => {
                self.report(node, "`await` outside an async function");
            }
            _ => {}
        }
    }

    /// `async for` and `async with`
    pub(super) fn async_statement(&mut self, node: usize) {
        if self.is_async(node)
            && !matches!(self.scope(node), Scope::Function { is_async: true, .. } | Scope::Other)
        {
            self.report(node, "`async` statement outside an async function");
        }
        let left = self.child_in(node, field::LEFT);
        if left.is_some_and(|left| self.kind(left) == kind::LIST_SPLAT_PATTERN) {
            self.report(node, "starred target without a list or tuple");
        }
    }

    /// `async for` in a comprehension; a generator may have it anywhere.
    pub(super) fn async_clause(&mut self, node: usize) {
        let Some(parent) = self.parent(node).filter(|_| self.is_async(node)) else { return };
        if self.kind(parent) == kind::GENERATOR_EXPRESSION {
            return;
        }
        match self.scope(parent) {
            Scope::Module | Scope::Class(_) | Scope::Lambda(_) | Scope::Function { is_async: false, .. } => {
                self.report(parent, "asynchronous comprehension outside an async function");
            }
            _ => {}
        }
    }

    pub(super) fn loop_control(&mut self, node: usize) {
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            let in_body = self.field(at) == field::BODY;
            match self.kind(parent) {
                kind::FOR_STATEMENT | kind::WHILE_STATEMENT if in_body => return,
                kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION => break,
                kind::EXCEPT_CLAUSE if self.is_group(parent) => {
                    return self.report(node, "`break` or `continue` in an `except*` block");
                }
                _ => {}
            }
            at = parent;
        }
        self.report(node, "`break` or `continue` outside a loop");
    }

    /// An `except*`.
    fn is_group(&self, clause: usize) -> bool {
        self.children(clause).nth(1).is_some_and(|second| self.kind(second) == kind::STAR)
    }

    /// A node is in an `except*` of its function.
    fn in_group_handler(&self, node: usize) -> bool {
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            match self.kind(parent) {
                kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION => return false,
                kind::EXCEPT_CLAUSE if self.is_group(parent) => return true,
                _ => at = parent,
            }
        }
        false
    }

    /// A bare `except` is the last one, and several types have no name without parentheses.
    pub(super) fn handlers(&mut self, node: usize) {
        let mut bare = None;
        for clause in self.children(node) {
            if self.kind(clause) != kind::EXCEPT_CLAUSE {
                continue;
            }
            if let Some(bare) = bare {
                self.report(bare, "`except:` is not the last one");
            }
            let values: Vec<usize> =
                self.children(clause).filter(|&child| self.field(child) == field::VALUE).collect();
            if values.is_empty() {
                bare = Some(clause);
            } else if values.len() > 1 && values.iter().any(|&value| self.kind(value) == kind::AS_PATTERN) {
                self.report(clause, "several exception types need parentheses before `as`");
            }
        }
    }

    /// `:=` in a comprehension.
    pub(super) fn named_expression(&mut self, node: usize) {
        let name = self.child_in(node, field::NAME).map_or("", |name| self.slice(name));
        let mut at = node;
        let mut inside = false;
        while let Some(parent) = self.parent(at) {
            match self.kind(parent) {
                kind::FUNCTION_DEFINITION | kind::LAMBDA | kind::TYPE => return,
                kind::CLASS_DEFINITION => {
                    if inside {
                        self.report(node, "`:=` within a comprehension of a class body");
                    }
                    return;
                }
                kind::FOR_IN_CLAUSE if self.field(at) == field::RIGHT => {
                    return self.report(node, "`:=` in the iterable of a comprehension");
                }
                kind if is_comprehension(kind) => {
                    inside = true;
                    let clauses =
                        self.children(parent).filter(|&child| self.kind(child) == kind::FOR_IN_CLAUSE);
                    let targets: Vec<usize> =
                        clauses.filter_map(|clause| self.child_in(clause, field::LEFT)).collect();
                    for target in targets {
                        let names = target..self.subtree_end(target);
                        let rebound = names.into_iter().any(|part| {
                            self.kind(part) == kind::IDENTIFIER
                                && self.slice(part) == name
                                && self.parent(part).is_some_and(|parent| {
                                    matches!(
                                        self.kind(parent),
                                        kind::FOR_IN_CLAUSE
                                            | kind::PATTERN_LIST
                                            | kind::TUPLE_PATTERN
                                            | kind::LIST_PATTERN
                                            | kind::LIST_SPLAT_PATTERN
                                    )
                                })
                        });
                        if rebound {
                            return self.report(node, "`:=` rebinds the variable of a comprehension");
                        }
                    }
                }
                _ => {}
            }
            at = parent;
        }
    }

    /// A star that is in no list.
    pub(super) fn star(&mut self, node: usize) {
        let Some(parent) = self.parent(node) else { return };
        let alone = match self.kind(parent) {
            kind::ASSIGNMENT | kind::RETURN_STATEMENT => true,
            kind::EXPRESSION_STATEMENT => self.children(parent).nth(1).is_none(),
            _ => false,
        };
        if alone {
            self.report(node, "star outside a list, a tuple or a call");
        }
    }

    /// A pattern has one star at most.
    pub(super) fn stars(&mut self, node: usize) {
        let starred = |&child: &usize| {
            let pattern = self.named(child).next();
            let starred = self.kind(child) == kind::CASE_PATTERN
                && pattern.is_some_and(|pattern| self.kind(pattern) == kind::SPLAT_PATTERN);
            starred || self.kind(child) == kind::LIST_SPLAT_PATTERN
        };
        if let Some(second) = self.named(node).filter(starred).nth(1) {
            self.report(second, "second star of a pattern");
        }
    }
}
