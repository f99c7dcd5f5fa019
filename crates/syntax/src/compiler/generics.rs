//! Type parameters: names twice, defaults, and what their scopes do not allow.

use super::names::duplicate;
use super::state::Check;
use crate::kind::{self, field};

impl Check<'_> {
    /// Type parameters of a definition or an alias, not the arguments of a generic type.
    fn are_parameters(&self, list: usize) -> bool {
        let Some(parent) = self.parent(list) else { return false };
        match self.kind(parent) {
            kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION => true,
            kind::GENERIC_TYPE => self.parent(parent).is_some_and(|outer| {
                self.field(outer) == field::LEFT
                    && self.parent(outer).is_some_and(|alias| self.kind(alias) == kind::TYPE_ALIAS_STATEMENT)
            }),
            _ => false,
        }
    }

    /// A `type` that is a type parameter, or the name of one that has a bound.
    pub(super) fn is_type_parameter(&self, node: usize) -> bool {
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            match self.kind(parent) {
                kind::CONSTRAINED_TYPE if self.named(parent).next() == Some(at) => {}
                kind::TYPE if self.kind(at) == kind::CONSTRAINED_TYPE => {}
                kind::TYPE_PARAMETER => return self.are_parameters(parent) && !self.is_default(at),
                _ => return false,
            }
            at = parent;
        }
        false
    }

    /// A part of type parameters that comes after `=`.
    fn is_default(&self, part: usize) -> bool {
        let before = (0..part).rev().find(|&before| self.kind(before) != kind::COMMENT);
        before.is_some_and(|before| {
            self.kind(before) == kind::EQUAL && self.parent(before) == self.parent(part)
        })
    }

    /// The name of a type parameter.
    fn name_of_parameter(&self, parameter: usize) -> Option<usize> {
        let mut at = parameter;
        while self.kind(at) != kind::IDENTIFIER {
            at = self.named(at).next()?;
        }
        Some(at)
    }

    /// The names of type parameters.
    pub(super) fn type_parameter_names(&self, list: usize) -> Vec<usize> {
        let parts = self.children(list).filter(|&part| self.kind(part) == kind::TYPE);
        parts.filter(|&part| !self.is_default(part)).filter_map(|part| self.name_of_parameter(part)).collect()
    }

    /// Names twice, and parameters without a default after one that has it.
    pub(super) fn type_parameters(&mut self, list: usize) {
        if !self.are_parameters(list) {
            return;
        }
        let names = self.type_parameter_names(list);
        if let Some(second) = duplicate(self, &names) {
            self.report(second, "type parameter twice");
        }
        let mut defaults = false;
        let mut parts = self.children(list).peekable();
        while let Some(part) = parts.next() {
            if self.kind(part) != kind::TYPE || self.is_default(part) {
                continue;
            }
            let has_default = parts.peek().is_some_and(|&next| self.kind(next) == kind::EQUAL);
            if defaults && !has_default {
                return self.report(part, "type parameter without a default after one with it");
            }
            defaults = has_default;
        }
    }
}
