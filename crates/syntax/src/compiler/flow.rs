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
            Scope::Generic => self.report(node, "`yield` in the scope of type parameters"),
            Scope::Annotation => self.report(node, "`yield` in an annotation"),
            _ => {}
        }
    }

    pub(super) fn await_expression(&mut self, node: usize) {
        match self.scope(node) {
            Scope::Module | Scope::Class(_) | Scope::Lambda(_) | Scope::Function { is_async: false, .. } => {
                if !self.is_never_compiled(node) {
                    self.report(node, "`await` outside an async function");
                }
            }
            Scope::Comprehension(comprehension) => self.async_comprehension(comprehension),
            Scope::Generic => self.report(node, "`await` in the scope of type parameters"),
            Scope::Annotation => self.report(node, "`await` in an annotation"),
            Scope::Function { is_async: true, .. } | Scope::Other => {}
        }
    }

    /// A comprehension that awaits something; so does every one around it, up to a generator, which may be anywhere.
    fn async_comprehension(&mut self, comprehension: usize) {
        let mut at = comprehension;
        while self.kind(at) != kind::GENERATOR_EXPRESSION {
            let Some(work) = self.work.checked_sub(64) else { return };
            self.work = work;
            match self.scope(at) {
                Scope::Comprehension(outer) => at = outer,
                Scope::Function { is_async: true, .. } | Scope::Other | Scope::Annotation => return,
                _ if self.is_never_compiled(at) => return,
                _ => return self.report(at, "asynchronous comprehension outside an async function"),
            }
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
        if let Some(parent) = self.parent(node).filter(|_| self.is_async(node)) {
            self.async_comprehension(parent);
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

    /// `:=` in a comprehension, and where nothing may be bound.
    pub(super) fn named_expression(&mut self, node: usize) {
        let name = self.child_in(node, field::NAME).map_or("", |name| self.slice(name));
        let mut at = node;
        // The node is in a comprehension; in a lambda only the iterables around that count.
        let (mut inside, mut in_lambda) = (false, false);
        while let Some(parent) = self.parent(at) {
            match self.kind(parent) {
                kind::LAMBDA if self.field(at) == field::BODY => in_lambda = true,
                kind::BLOCK | kind::MODULE | kind::TYPE | kind::PARAMETERS | kind::ARGUMENT_LIST
                    if self.is_end_of_expression(parent) =>
                {
                    break;
                }
                kind::FOR_IN_CLAUSE if self.field(at) == field::RIGHT => {
                    return self.report(node, "`:=` in the iterable of a comprehension");
                }
                kind if is_comprehension(kind) && !in_lambda => {
                    // Clauses are read before the element; of one further out those after the place do not count.
                    let in_clause = matches!(self.kind(at), kind::FOR_IN_CLAUSE | kind::IF_CLAUSE);
                    let clauses = self.children(parent).filter(|&child| {
                        self.kind(child) == kind::FOR_IN_CLAUSE && (!inside || !in_clause || child <= at)
                    });
                    let targets: Vec<usize> =
                        clauses.filter_map(|clause| self.child_in(clause, field::LEFT)).collect();
                    if targets.iter().any(|&target| self.binds(target, name)) {
                        return self.report(node, "`:=` rebinds the variable of a comprehension");
                    }
                    inside = true;
                }
                _ => {}
            }
            at = parent;
        }
        if in_lambda {
            return;
        }
        match self.scope(at) {
            Scope::Generic => self.report(node, "`:=` in the scope of type parameters"),
            Scope::Annotation => self.report(node, "`:=` in an annotation"),
            Scope::Class(_) if inside => self.report(node, "`:=` within a comprehension of a class body"),
            _ => {}
        }
    }

    /// No expression goes on beyond a node: it is a block, an annotation, parameters, or the bases of a class.
    fn is_end_of_expression(&self, node: usize) -> bool {
        self.kind(node) != kind::ARGUMENT_LIST || self.field(node) == field::SUPERCLASSES
    }

    /// A target has a name among those that it binds.
    fn binds(&self, target: usize, name: &str) -> bool {
        let mut open = vec![target];
        while let Some(part) = open.pop() {
            match self.kind(part) {
                kind::IDENTIFIER if self.slice(part) == name => return true,
                kind::PATTERN_LIST | kind::TUPLE_PATTERN | kind::LIST_PATTERN | kind::LIST_SPLAT_PATTERN => {
                    open.extend(self.named(part));
                }
                _ => {}
            }
        }
        false
    }

    /// A lazy import, which only a module may have, outside `try`, and of names.
    pub(super) fn lazy_import(&mut self, node: usize) {
        if !self.slice(node).starts_with("lazy") {
            return;
        }
        let mut at = node;
        let mut allowed = true;
        while let Some(parent) = self.parent(at) {
            allowed &= !matches!(
                self.kind(parent),
                kind::TRY_STATEMENT | kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION
            );
            at = parent;
        }
        if !allowed {
            self.report(node, "lazy import outside the module level, or in a `try`");
        } else if self.children(node).any(|child| self.kind(child) == kind::WILDCARD_IMPORT) {
            self.report(node, "lazy import of everything");
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
        if alone || self.is_in_annotated_subscript(node) {
            self.report(node, "star outside a list, a tuple or a call");
        }
    }

    /// A star among the subscripts of a target that has an annotation and no value.
    fn is_in_annotated_subscript(&self, star: usize) -> bool {
        let start = |node: usize| self.nodes.get(node).map(|data| data.start);
        let mut at = star;
        // Operators after the operand are around the star in the tree.
        while self.field(at) != field::SUBSCRIPT {
            match self.parent(at) {
                Some(parent) if start(parent) == start(star) || self.kind(parent) == kind::TUPLE => {
                    at = parent
                }
                _ => return false,
            }
        }
        let Some(mut target) = self.parent(at) else { return false };
        while let Some(outer) = self.parent(target).filter(|&outer| self.kind(outer) == kind::TUPLE_PATTERN) {
            target = outer;
        }
        let assignment = self.parent(target).filter(|&parent| self.kind(parent) == kind::ASSIGNMENT);
        assignment.is_some_and(|assignment| {
            self.field(target) == field::LEFT
                && self.child_in(assignment, field::TYPE).is_some()
                && self.child_in(assignment, field::RIGHT).is_none()
        })
    }

    /// The target after `as`, whose patterns are lists and tuples in the tree.
    pub(super) fn named_targets(&mut self, node: usize) {
        let mut open = vec![node];
        while let Some(part) = open.pop() {
            let mut stars = self.named(part).filter(|&child| self.kind(child) == kind::LIST_SPLAT);
            if let Some(second) = stars.nth(1) {
                return self.report(second, "second star of a pattern");
            }
            let nested = |child: &usize| {
                matches!(self.kind(*child), kind::TUPLE | kind::LIST | kind::PARENTHESIZED_EXPRESSION)
            };
            open.extend(self.named(part).filter(nested));
        }
    }

    /// A part of an annotation that CPython does not compile, though it looks for names in it.
    pub(super) fn is_never_compiled(&self, node: usize) -> bool {
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            match self.kind(parent) {
                kind::BLOCK | kind::MODULE => return false,
                kind::ASSIGNMENT if self.field(at) == field::TYPE => {
                    return !matches!(self.scope(parent), Scope::Module | Scope::Class(_))
                        || self.future_annotations;
                }
                kind::TYPED_PARAMETER | kind::TYPED_DEFAULT_PARAMETER | kind::FUNCTION_DEFINITION
                    if self.future_annotations && self.kind(at) == kind::TYPE =>
                {
                    return true;
                }
                _ => at = parent,
            }
        }
        false
    }

    /// A pattern has one star at most.
    pub(super) fn stars(&mut self, node: usize) {
        let starred = |&child: &usize| {
            let pattern = self.named(child).next();
            let starred = self.kind(child) == kind::CASE_PATTERN
                && pattern.is_some_and(|pattern| self.kind(pattern) == kind::SPLAT_PATTERN);
            starred || self.kind(child) == kind::LIST_SPLAT_PATTERN
        };
        if let Some(second) = self.named(node).filter(starred).nth(1)
            && !self.is_never_compiled(node)
        {
            self.report(second, "second star of a pattern");
        }
    }
}
