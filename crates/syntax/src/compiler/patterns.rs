//! Patterns of `match`: what makes the next ones unreachable, names twice.

use super::names::duplicate;
use super::state::Check;
use crate::kind::{self, field};

/// The value of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'t> {
    None,
    Number(i64),
    /// Bytes or not, and the contents.
    Text(bool, &'t str),
}

impl Check<'_> {
    /// A case that takes everything is the last one; a name is captured once.
    pub(super) fn case_clause(&mut self, node: usize) {
        self.stars(node);
        let mut patterns = self.named(node).filter(|&child| self.kind(child) == kind::CASE_PATTERN);
        if let (Some(pattern), None) = (patterns.next(), patterns.next()) {
            let comma = self.children(node).any(|child| self.kind(child) == kind::COMMA);
            let guarded = self.child_in(node, field::GUARD).is_some();
            let last = self.nodes.get(node).is_none_or(|data| {
                std::iter::successors(Some(data.next as usize), |&next| {
                    self.nodes.get(next).map(|data| data.next as usize)
                })
                .take_while(|&next| next < self.nodes.len())
                .all(|next| self.kind(next) != kind::CASE_CLAUSE)
            });
            if !comma && !guarded && !last && self.takes_everything(pattern) {
                self.report(pattern, "pattern that makes the remaining ones unreachable");
            }
        }
        self.captures(node);
    }

    /// A pattern that is a name or `_`, perhaps in parentheses or with another name.
    fn takes_everything(&self, pattern: usize) -> bool {
        let mut at = pattern;
        loop {
            match self.kind(at) {
                kind::UNION_PATTERN => {
                    let last = self.children(at).filter(|&child| self.kind(child) != kind::COMMENT).last();
                    let Some(last) = last else { return false };
                    at = last;
                    continue;
                }
                kind::UNDERSCORE => return true,
                kind::DOTTED_NAME => return self.named(at).nth(1).is_none(),
                kind::CASE_PATTERN | kind::AS_PATTERN => {}
                kind::TUPLE_PATTERN => {
                    if self.children(at).any(|child| self.kind(child) == kind::COMMA) {
                        return false;
                    }
                }
                _ => return false,
            }
            let inner =
                self.children(at).find(|&child| !matches!(self.kind(child), kind::L_PAREN | kind::COMMENT));
            match inner {
                Some(inner) if self.kind(inner) != kind::R_PAREN => at = inner,
                _ => return false,
            }
        }
    }

    /// A dotted name of one part that captures what it is compared with.
    pub(super) fn is_capture(&self, dotted: usize) -> bool {
        let Some(outer) = self.parent(dotted) else { return false };
        self.named(dotted).nth(1).is_none()
            && match self.kind(outer) {
                kind::CASE_PATTERN | kind::UNION_PATTERN => true,
                kind::KEYWORD_PATTERN => self.named(outer).next() != Some(dotted),
                kind::DICT_PATTERN => self.field(dotted) == field::VALUE,
                _ => false,
            }
    }

    /// The names that a part of a pattern captures; of alternatives, which bind the same names, those of the first.
    fn captured(&self, from: usize, to: usize) -> Vec<usize> {
        let mut names = Vec::new();
        let mut part = from;
        while part < to {
            let parent = self.parent(part);
            if part > from
                && let Some(union) = parent.filter(|&parent| self.kind(parent) == kind::UNION_PATTERN)
                && self.named(union).next() != Some(part)
            {
                part = self.subtree_end(part);
                continue;
            }
            match self.kind(part) {
                kind::IF_CLAUSE => break,
                kind::IDENTIFIER => {
                    let captured = parent.is_some_and(|parent| match self.kind(parent) {
                        kind::DOTTED_NAME => self.is_capture(parent),
                        kind::AS_PATTERN | kind::SPLAT_PATTERN => true,
                        _ => false,
                    });
                    if captured {
                        names.push(part);
                    }
                }
                _ => {}
            }
            part += 1;
        }
        names
    }

    /// Names captured twice.
    fn captures(&mut self, clause: usize) {
        let end = self.child_in(clause, field::CONSEQUENCE).unwrap_or(clause);
        let names = self.captured(clause, end);
        if let Some(second) = duplicate(self, &names) {
            self.report(second, "name captured twice in a pattern");
        }
    }

    /// Keys of a mapping that are the same constant.
    pub(super) fn keys(&mut self, node: usize) {
        let mut keys: Vec<Key> = self
            .children(node)
            .filter(|&child| self.field(child) == field::KEY)
            .filter_map(|child| self.key(child))
            .collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            self.report(node, "key twice in a mapping pattern");
        }
    }

    /// A constant key, if its value is known for certain: a sign makes it of two nodes.
    fn key(&self, node: usize) -> Option<Key<'_>> {
        let text = self.slice(node);
        let before = node.checked_sub(1).filter(|&before| self.kind(before) == kind::MINUS);
        let after = self.nodes.get(node).map(|data| data.next as usize);
        if after.is_some_and(|after| self.field(after) == field::KEY) && self.kind(node) != kind::MINUS {
            return None;
        }
        match self.kind(node) {
            kind::NONE => Some(Key::None),
            kind::TRUE => Some(Key::Number(1)),
            kind::FALSE => Some(Key::Number(0)),
            kind::INTEGER if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                let number: i64 = text.parse().ok()?;
                Some(Key::Number(if before.is_some() { -number } else { number }))
            }
            kind::FLOAT => {
                let whole = text.strip_suffix(".0").or_else(|| text.strip_suffix('.'))?;
                let number: i64 = whole.parse().ok().filter(|number| *number < 1 << 50)?;
                Some(Key::Number(if before.is_some() { -number } else { number }))
            }
            kind::STRING if !text.contains('\\') => {
                let text = text.trim_start_matches(['u', 'U', 'r', 'R']);
                let bytes = text.starts_with(['b', 'B']);
                let text = text.trim_start_matches(['b', 'B', 'r', 'R']);
                let quotes = if text.starts_with("\"\"\"") || text.starts_with("'''") { 3 } else { 1 };
                Some(Key::Text(bytes, text.get(quotes..text.len().checked_sub(quotes)?)?))
            }
            _ => None,
        }
    }

    /// An alternative that takes everything is the last one.
    pub(super) fn union_pattern(&mut self, node: usize) {
        let parts: Vec<usize> = self
            .children(node)
            .filter(|&child| !matches!(self.kind(child), kind::PIPE | kind::COMMENT))
            .collect();
        let Some((_, before)) = parts.split_last() else { return };
        if let Some(&first) = before.iter().find(|&&part| self.takes_everything(part)) {
            return self.report(first, "pattern that makes the remaining ones unreachable");
        }
        let Some(work) = self.work.checked_sub(self.subtree_end(node) - node) else { return };
        self.work = work;
        let names = |part: usize| -> Vec<&str> {
            let mut names: Vec<&str> = self
                .captured(part, self.subtree_end(part))
                .into_iter()
                .map(|name| self.slice(name))
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let mut sets = parts.iter().map(|&part| names(part));
        if let Some(first) = sets.next()
            && sets.any(|set| set != first)
        {
            self.report(node, "alternatives that bind different names");
        }
    }

    /// Keywords of a class pattern come last, and each once.
    pub(super) fn class_pattern(&mut self, node: usize) {
        let mut keywords = Vec::new();
        for pattern in self.named(node) {
            if self.kind(pattern) != kind::CASE_PATTERN {
                continue;
            }
            // A keyword with another name for it is a pattern in a pattern.
            let mut inner = self.named(pattern).next();
            while let Some(wrapped) =
                inner.filter(|&inner| matches!(self.kind(inner), kind::AS_PATTERN | kind::CASE_PATTERN))
            {
                inner = self.named(wrapped).next();
            }
            match inner.filter(|&inner| self.kind(inner) == kind::KEYWORD_PATTERN) {
                Some(keyword) => keywords.extend(self.named(keyword).next()),
                None if keywords.is_empty() => {}
                None => return self.report(pattern, "positional pattern after a keyword"),
            }
        }
        if let Some(second) = duplicate(self, &keywords) {
            self.report(second, "keyword twice in a pattern");
        }
    }
}
