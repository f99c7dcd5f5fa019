//! Targets of assignments: checked, and turned from expressions into the grammar's patterns.

use super::state::{Parser, Post, Step};
use super::types::Place;
use crate::kind::{self, Kind, field};

/// Use of a target.
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
            // A star in its first name is that of the only element of a list, which the grammar leaves there.
            kind::ATTRIBUTE | kind::SUBSCRIPT => return Ok(()),
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
                kind::ATTRIBUTE | kind::SUBSCRIPT
                    if node.kind == kind::PARENTHESIZED_EXPRESSION && self.begins_with_star(child) =>
                {
                    return self.refuse("star in parentheses");
                }
                _ => self.change_target(child, purpose)?,
            }
        }
        if purpose == Use::Assigned {
            self.set_kind(root, pattern);
        }
        self.shallower();
        Ok(())
    }

    /// A star around a target. In the first element of a pattern the grammar binds it to the name alone.
    fn change_star(&mut self, root: usize, purpose: Use, first: bool) -> Step {
        if purpose == Use::Deleted {
            return self.refuse("star before a target");
        }
        let Some(inner) = root.checked_sub(1) else {
            return self.stop("a target is missing");
        };
        if matches!(self.nodes.get(inner).map_or(0, |node| node.kind), kind::ATTRIBUTE | kind::SUBSCRIPT) {
            if first && purpose == Use::Assigned {
                self.narrow_star(root);
                return Ok(());
            }
        } else {
            self.change_target(inner, purpose)?;
        }
        if purpose == Use::Assigned {
            self.set_kind(root, kind::LIST_SPLAT_PATTERN);
        }
        Ok(())
    }

    /// A star around a chain becomes a star around what it begins with: its name, else the shortest part that is an
    /// attribute or a subscript.
    fn narrow_star(&mut self, root: usize) {
        let star = self.first_of(root);
        let is_base = |index: &usize| {
            let kind = self.nodes.get(*index).map_or(0, |node| node.kind);
            matches!(kind, kind::IDENTIFIER | kind::ATTRIBUTE | kind::SUBSCRIPT)
                && self.first_of(*index) == star + 1
        };
        let Some(base) = (star + 1..root).find(is_base) else { return };
        let (Some(outer), Some(part)) = (self.nodes.get(root).copied(), self.nodes.get(base).copied()) else {
            return;
        };
        if base + 1 == root {
            self.set_kind(root, kind::LIST_SPLAT_PATTERN);
            return;
        }
        let Some(chain) = self.nodes.get_mut(base..=root) else { return };
        chain.rotate_right(1);
        chain.swap(0, 1);
        let length = chain.len();
        for (offset, node) in chain.iter_mut().enumerate() {
            match offset {
                0 => node.field = 0,
                1 => {
                    let size = (base + 2 - star) as u32;
                    *node = Post { end: part.end, size, kind: kind::LIST_SPLAT, field: part.field, ..outer };
                }
                // The parts that begin with the operand begin with the star now.
                _ if node.size as usize == base + offset - star - 1 => {
                    node.size += 2;
                    node.start = outer.start;
                }
                _ => {}
            }
            if offset + 1 == length {
                node.field = outer.field;
            }
        }
    }

    /// A chain that begins with a star becomes a star around the chain.
    pub(super) fn widen_star(&mut self, root: usize, kind: Kind) -> Step {
        let star = self.first_of(root);
        let is_splat = |index: &usize| {
            self.nodes.get(*index).is_some_and(|node| node.kind == kind::LIST_SPLAT)
                && self.first_of(*index) == star
        };
        let Some(splat) = (star + 1..=root).find(is_splat) else {
            return self.stop("a target is missing");
        };
        let (Some(inner), Some(part), Some(outer)) = (
            self.nodes.get(splat).copied(),
            self.nodes.get(splat - 1).copied(),
            self.nodes.get(root).copied(),
        ) else {
            return self.stop("a target is missing");
        };
        if let Some(chain) = self.nodes.get_mut(splat..=root) {
            chain.rotate_left(1);
            for (offset, node) in chain.iter_mut().enumerate() {
                // The parts that began with the star begin with its operand now.
                if node.size as usize == splat + offset + 2 - star {
                    node.size -= 2;
                    node.start = part.start;
                }
            }
        }
        if let Some(node) = self.nodes.get_mut(splat - 1) {
            node.field = inner.field;
        }
        if let Some(node) = self.nodes.get_mut(root - 1) {
            node.field = 0;
        }
        if let Some(node) = self.nodes.get_mut(root) {
            let size = (root + 1 - star) as u32;
            *node = Post { size, kind, ..outer };
        }
        Ok(())
    }

    /// Gives a node another kind.
    fn set_kind(&mut self, node: usize, kind: Kind) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.kind = kind;
        }
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
                self.annotation(Place::Alone)?;
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

    /// Parses the value of an assignment.
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
                        self.widen_star(root, kind::LIST_SPLAT_PATTERN)?;
                    }
                }
                _ => self.make_pattern(root)?,
            }
        }
        self.finish(mark, kind::PATTERN_LIST);
        Ok(())
    }
}
