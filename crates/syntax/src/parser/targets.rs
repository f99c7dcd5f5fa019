//! Targets of assignments: checked, and turned from expressions into the grammar's patterns.

use super::state::{Parser, Post, Step};
use crate::kind::{self, field};

/// What a target is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Assigned,
    Named,
    Deleted,
}

impl Parser<'_> {
    /// Index of the first node of a subtree.
    fn first_of(&self, root: usize) -> usize {
        self.nodes.get(root).map_or(0, |node| root + 1 - node.size as usize)
    }

    /// The subtree begins with a star.
    fn begins_with_star(&self, root: usize) -> bool {
        self.nodes.get(self.first_of(root)).is_some_and(|node| node.kind == kind::STAR)
    }

    /// Roots of the children of a node, the last one first.
    fn children_of(&self, root: usize) -> Vec<usize> {
        let first = self.first_of(root);
        let mut children = Vec::new();
        let mut end = root;
        while end > first {
            let child = end - 1;
            children.push(child);
            end = self.first_of(child);
        }
        children
    }

    /// Turns an expression that is assigned to into a pattern, or stops where it is none.
    pub(super) fn make_pattern(&mut self, root: usize) -> Step {
        self.change_target(root, Use::Assigned)
    }

    /// Stops where an expression can be no target of `del` or `as`, which stay expressions.
    pub(super) fn check_target(&mut self, root: usize, deleted: bool) -> Step {
        self.change_target(root, if deleted { Use::Deleted } else { Use::Named })
    }

    fn change_target(&mut self, root: usize, purpose: Use) -> Step {
        let Some(node) = self.nodes.get(root).copied() else {
            return self.stop("a target is missing");
        };
        let pattern = match node.kind {
            kind::IDENTIFIER => return Ok(()),
            kind::ATTRIBUTE | kind::SUBSCRIPT => {
                return if self.begins_with_star(root) { self.stop("star before a chain") } else { Ok(()) };
            }
            kind::TUPLE | kind::PARENTHESIZED_EXPRESSION => kind::TUPLE_PATTERN,
            kind::LIST => kind::LIST_PATTERN,
            _ => return self.refuse("no target of an assignment"),
        };
        self.deeper()?;
        for (position, child) in self.children_of(root).into_iter().rev().enumerate() {
            match self.nodes.get(child).map_or(0, |part| part.kind) {
                kind::L_PAREN
                | kind::R_PAREN
                | kind::L_BRACKET
                | kind::R_BRACKET
                | kind::COMMA
                | kind::COMMENT
                | kind::LINE_CONTINUATION => {}
                kind::LIST_SPLAT => self.change_star(child, purpose, position == 1)?,
                _ => self.change_target(child, purpose)?,
            }
        }
        if purpose == Use::Assigned
            && let Some(node) = self.nodes.get_mut(root)
        {
            node.kind = pattern;
        }
        self.shallower();
        Ok(())
    }

    /// A star around a target. In the first element of a pattern the grammar binds it to the name alone.
    fn change_star(&mut self, root: usize, purpose: Use, first: bool) -> Step {
        let inner = self.nodes.get(root.wrapping_sub(1)).map_or(0, |node| node.kind);
        let simple = inner == kind::IDENTIFIER;
        if purpose == Use::Deleted
            || !simple && (first || !matches!(inner, kind::ATTRIBUTE | kind::SUBSCRIPT))
        {
            return self.stop("star before a target");
        }
        if purpose == Use::Assigned
            && let Some(node) = self.nodes.get_mut(root)
        {
            node.kind = kind::LIST_SPLAT_PATTERN;
        }
        Ok(())
    }

    /// A chain whose first name has the star becomes a star around the chain.
    fn widen_star(&mut self, root: usize) -> Step {
        let first = self.first_of(root);
        let (Some(star), Some(inner), Some(outer)) = (
            self.nodes.get(first).copied(),
            self.nodes.get(first + 2).copied(),
            self.nodes.get(root).copied(),
        ) else {
            return self.stop("a target is missing");
        };
        if inner.kind != kind::LIST_SPLAT || inner.size != 3 {
            return self.stop("star before a chain");
        }
        if let Some(chain) = self.nodes.get_mut(first + 2..=root) {
            chain.rotate_left(1);
        }
        let name = first + 1;
        let start = self.nodes.get(name).map_or(0, |node| node.start);
        for index in name..root {
            let whole = index + 1 - name;
            let Some(node) = self.nodes.get_mut(index) else { break };
            if index == name {
                node.field = inner.field;
            } else if node.size as usize == whole + 2 {
                node.size = whole as u32;
                node.start = start;
            }
            if index + 1 == root {
                node.field = 0;
            }
        }
        let whole = (root + 1 - first) as u32;
        if let Some(node) = self.nodes.get_mut(root) {
            *node = Post { size: whole, kind: kind::LIST_SPLAT_PATTERN, start: star.start, ..outer };
        }
        Ok(())
    }

    /// An expression is a single target: a name, an attribute, a subscript, perhaps in parentheses.
    pub(super) fn is_single_target(&self, root: usize) -> bool {
        let mut root = root;
        loop {
            match self.nodes.get(root).map(|node| node.kind) {
                Some(kind::IDENTIFIER | kind::ATTRIBUTE | kind::SUBSCRIPT) => {
                    return !self.begins_with_star(root);
                }
                Some(kind::PARENTHESIZED_EXPRESSION) => {
                    let children = self.children_of(root);
                    let Some(&inner) = children.iter().find(|&&child| {
                        let kind = self.nodes.get(child).map_or(0, |node| node.kind);
                        !matches!(kind, kind::R_PAREN | kind::COMMENT | kind::LINE_CONTINUATION)
                    }) else {
                        return false;
                    };
                    root = inner;
                }
                _ => return false,
            }
        }
    }

    /// The targets of a `for`: a pattern, or a `pattern_list` of several.
    pub(super) fn target_list(&mut self) -> Step {
        let mark = self.begin();
        self.target()?;
        let mut several = false;
        while self.kind == kind::COMMA {
            self.take();
            several = true;
            if self.kind == kind::KW_IN {
                break;
            }
            self.target()?;
        }
        if several {
            self.finish(mark, kind::PATTERN_LIST);
        } else if self.last_kind() == kind::LIST_SPLAT_PATTERN {
            return self.refuse("star without a list");
        }
        Ok(())
    }

    fn target(&mut self) -> Step {
        if self.kind != kind::STAR {
            self.primary()?;
            return self.make_pattern(self.nodes.len() - 1);
        }
        let mark = self.begin();
        self.take();
        if self.kind != kind::IDENTIFIER {
            return self.stop("star before a target");
        }
        self.primary()?;
        self.make_pattern(self.nodes.len() - 1)?;
        self.finish(mark, kind::LIST_SPLAT_PATTERN);
        Ok(())
    }

    /// An expression statement, or an assignment of any kind.
    pub(super) fn expression_statement(&mut self) -> Step {
        let mark = self.begin();
        self.assignment()?;
        self.finish(mark, kind::EXPRESSION_STATEMENT);
        Ok(())
    }

    fn assignment(&mut self) -> Step {
        let mark = self.begin();
        if self.kind == kind::KW_YIELD {
            return self.yield_expression();
        }
        let several = self.elements()?;
        match self.kind {
            kind::EQUAL => self.chain_of_assignments(mark, several),
            kind::COLON if !several && self.is_single_target(self.nodes.len() - 1) => {
                self.make_pattern(self.nodes.len() - 1)?;
                self.field(field::LEFT);
                self.take();
                self.annotation(false)?;
                self.field(field::TYPE);
                if self.eat(kind::EQUAL) {
                    self.assigned()?;
                    self.field(field::RIGHT);
                }
                self.finish(mark, kind::ASSIGNMENT);
                Ok(())
            }
            74..=86 if !several && self.is_single_target(self.nodes.len() - 1) => {
                self.make_pattern(self.nodes.len() - 1)?;
                self.field(field::LEFT);
                self.take_as(self.kind, field::OPERATOR);
                self.assigned()?;
                self.field(field::RIGHT);
                self.finish(mark, kind::AUGMENTED_ASSIGNMENT);
                Ok(())
            }
            kind::COLON => self.refuse("annotation of more than one target"),
            74..=86 => self.refuse("target of an augmented assignment"),
            kind::WALRUS => self.refuse("`:=` without parentheses"),
            _ => Ok(()),
        }
    }

    /// What is assigned.
    fn assigned(&mut self) -> Step {
        if self.kind == kind::KW_YIELD { self.yield_expression() } else { self.expressions() }
    }

    /// `a = b = c`: each assignment is the right side of the one before it.
    fn chain_of_assignments(&mut self, mark: usize, mut several: bool) -> Step {
        let base = self.marks.len();
        let mut mark = mark;
        loop {
            self.make_patterns(mark, several)?;
            self.field(field::LEFT);
            self.marks.push(mark);
            self.take();
            mark = self.begin();
            if self.kind == kind::KW_YIELD {
                self.yield_expression()?;
                break;
            }
            several = self.elements()?;
            if self.kind != kind::EQUAL {
                if several {
                    self.finish(mark, kind::EXPRESSION_LIST);
                }
                break;
            }
        }
        while self.marks.len() > base {
            if let Some(mark) = self.marks.pop() {
                self.field(field::RIGHT);
                self.finish(mark, kind::ASSIGNMENT);
            }
        }
        Ok(())
    }

    /// Turns the expressions since `mark` into targets: a pattern, or a `pattern_list`.
    fn make_patterns(&mut self, mark: usize, several: bool) -> Step {
        if !several {
            return self.make_pattern(self.nodes.len() - 1);
        }
        let mut end = self.nodes.len();
        while end > mark {
            let root = end - 1;
            end = self.first_of(root);
            match self.nodes.get(root).map_or(0, |node| node.kind) {
                kind::COMMA | kind::COMMENT | kind::LINE_CONTINUATION => {}
                kind::LIST_SPLAT => self.change_star(root, Use::Assigned, end == mark)?,
                kind::ATTRIBUTE | kind::SUBSCRIPT if self.begins_with_star(root) => {
                    // In the first target it stays with the name.
                    if end != mark {
                        self.widen_star(root)?;
                    }
                }
                _ => self.make_pattern(root)?,
            }
        }
        self.finish(mark, kind::PATTERN_LIST);
        Ok(())
    }
}
