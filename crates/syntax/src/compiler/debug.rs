//! `__debug__`, which nothing may bind: it is a constant.

use super::state::Check;
use crate::kind::{self, field};

impl Check<'_> {
    /// A name `__debug__` that something binds.
    pub(super) fn debug(&mut self, node: usize) {
        let Some(parent) = self.parent(node) else { return };
        let within = self.field(node);
        let bound = match self.kind(parent) {
            kind::ATTRIBUTE => within == field::ATTRIBUTE && self.is_assigned(parent, true),
            kind::KEYWORD_ARGUMENT
            | kind::FUNCTION_DEFINITION
            | kind::CLASS_DEFINITION
            | kind::DEFAULT_PARAMETER
            | kind::TYPED_DEFAULT_PARAMETER => within == field::NAME,
            kind::PARAMETERS
            | kind::LAMBDA_PARAMETERS
            | kind::DICTIONARY_SPLAT_PATTERN
            | kind::SPLAT_PATTERN
            | kind::SPLAT_TYPE => true,
            kind::TYPED_PARAMETER | kind::KEYWORD_PATTERN | kind::GENERIC_TYPE => {
                self.named(parent).next() == Some(node)
                    && (self.kind(parent) != kind::GENERIC_TYPE || self.is_alias(parent))
            }
            kind::ALIASED_IMPORT => within == field::ALIAS,
            kind::DOTTED_NAME => self.is_bound_by_dotted_name(node, parent),
            kind::AS_PATTERN => within != field::ALIAS && self.named(parent).next() != Some(node),
            kind::TYPE => self.is_alias(node) || self.is_type_parameter(parent),
            _ => self.is_assigned(node, false),
        };
        if bound {
            self.report(node, "assignment to `__debug__`");
        }
    }

    /// The name of a type alias, or the node around it.
    fn is_alias(&self, node: usize) -> bool {
        let Some(parent) = self.parent(node) else { return false };
        self.field(parent) == field::LEFT
            && self.parent(parent).is_some_and(|outer| self.kind(outer) == kind::TYPE_ALIAS_STATEMENT)
    }

    /// A dotted name of an import or a pattern that binds one of its parts.
    fn is_bound_by_dotted_name(&self, node: usize, dotted: usize) -> bool {
        let Some(outer) = self.parent(dotted) else { return false };
        match self.kind(outer) {
            kind::IMPORT_STATEMENT => self.named(dotted).next() == Some(node),
            kind::IMPORT_FROM_STATEMENT => self.field(dotted) == field::NAME,
            _ => self.is_capture(dotted),
        }
    }

    /// A target of an assignment, alone or in a pattern; an attribute may be deleted and changed in place.
    fn is_assigned(&self, node: usize, attribute: bool) -> bool {
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            let within = self.field(at);
            match self.kind(parent) {
                kind::PATTERN_LIST
                | kind::TUPLE_PATTERN
                | kind::LIST_PATTERN
                | kind::LIST_SPLAT_PATTERN
                | kind::LIST_SPLAT
                | kind::TUPLE
                | kind::LIST
                | kind::PARENTHESIZED_EXPRESSION
                | kind::EXPRESSION_LIST => at = parent,
                kind::ASSIGNMENT | kind::FOR_STATEMENT | kind::FOR_IN_CLAUSE => return within == field::LEFT,
                kind::AUGMENTED_ASSIGNMENT => return within == field::LEFT && !attribute,
                kind::NAMED_EXPRESSION => return within == field::NAME,
                kind::AS_PATTERN_TARGET | kind::PARAMETERS | kind::LAMBDA_PARAMETERS => return true,
                kind::TYPED_PARAMETER => return within != field::TYPE,
                kind::DELETE_STATEMENT => return !attribute,
                _ => return false,
            }
        }
        false
    }
}
