//! Patterns of `match`: what makes the next ones unreachable, names twice.

use super::names::duplicate;
use super::state::Check;
use crate::kind::{self, field};

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
                kind::UNDERSCORE => return true,
                kind::DOTTED_NAME => return self.named(at).count() == 1,
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

    /// Names captured twice; alternatives bind the same names.
    fn captures(&mut self, clause: usize) {
        let end = self.child_in(clause, field::CONSEQUENCE).unwrap_or(clause);
        let mut names = Vec::new();
        for part in clause..end {
            match self.kind(part) {
                kind::UNION_PATTERN => return,
                kind::IDENTIFIER => {
                    let Some(parent) = self.parent(part) else { continue };
                    let captured = match self.kind(parent) {
                        kind::DOTTED_NAME => {
                            let outer = self.parent(parent);
                            let alone = self.named(parent).count() == 1;
                            alone
                                && outer.is_some_and(|outer| {
                                    self.kind(outer) == kind::CASE_PATTERN
                                        || self.kind(outer) == kind::KEYWORD_PATTERN
                                        || self.kind(outer) == kind::DICT_PATTERN
                                            && self.field(parent) == field::VALUE
                                })
                        }
                        kind::AS_PATTERN | kind::SPLAT_PATTERN => true,
                        kind::IF_CLAUSE => break,
                        _ => false,
                    };
                    if captured {
                        names.push(part);
                    }
                }
                kind::IF_CLAUSE => break,
                _ => {}
            }
        }
        if let Some(second) = duplicate(self, &names) {
            self.report(second, "name captured twice in a pattern");
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
            self.report(first, "pattern that makes the remaining ones unreachable");
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
