//! A tree while it is checked: its nodes by index, scopes, and the first thing found.

use crate::kind::{self, Kind, field};
use crate::tree::{NONE, NodeData};

/// Error of CPython's compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// First byte.
    pub start: u32,
    /// End of the last byte.
    pub end: u32,
    /// Description, without code.
    pub message: &'static str,
}

/// Where code is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Module,
    Class(usize),
    Function {
        node: usize,
        is_async: bool,
    },
    Lambda(usize),
    Comprehension(usize),
    /// Type parameters, the value of a type alias, and what the scope of type parameters holds besides a body.
    Generic,
    /// Annotations that are never run.
    Annotation,
    /// Annotations of variables in a function, which are not run, and are checked in part.
    Other,
}

/// A check of one tree.
pub(super) struct Check<'t> {
    pub(super) nodes: &'t [NodeData],
    pub(super) text: &'t str,
    pub(super) found: Option<Problem>,
    /// The async function looked at last, and whether it yields.
    pub(super) generator: Option<(usize, bool)>,
    /// Nodes that may still be looked at for declarations of names.
    pub(super) work: usize,
    /// Annotations are not run: `from __future__ import annotations`.
    pub(super) future_annotations: bool,
}

/// A comprehension, or a generator.
pub(super) const fn is_comprehension(kind: Kind) -> bool {
    matches!(
        kind,
        kind::LIST_COMPREHENSION
            | kind::SET_COMPREHENSION
            | kind::DICTIONARY_COMPREHENSION
            | kind::GENERATOR_EXPRESSION
    )
}

impl<'t> Check<'t> {
    /// Kind of a node.
    pub(super) fn kind(&self, node: usize) -> Kind {
        self.nodes.get(node).map_or(0, |node| node.kind)
    }

    /// Field of a node in its parent.
    pub(super) fn field(&self, node: usize) -> u16 {
        self.nodes.get(node).map_or(0, |node| u16::from(node.field))
    }

    /// Parent of a node.
    pub(super) fn parent(&self, node: usize) -> Option<usize> {
        self.nodes
            .get(node)
            .map(|node| node.parent)
            .filter(|&parent| parent != NONE)
            .map(|parent| parent as usize)
    }

    /// Text of a node.
    pub(super) fn slice(&self, node: usize) -> &'t str {
        let range = self.nodes.get(node).map_or(0..0, |node| node.start as usize..node.end as usize);
        self.text.get(range).unwrap_or_default()
    }

    /// Children of a node.
    pub(super) fn children(&self, node: usize) -> impl Iterator<Item = usize> + use<'t> {
        let nodes = self.nodes;
        let first =
            Some(node + 1).filter(|&child| nodes.get(child).is_some_and(|data| data.parent as usize == node));
        std::iter::successors(first, move |&child| {
            nodes.get(child).map(|data| data.next).filter(|&next| next != NONE).map(|next| next as usize)
        })
    }

    /// Children of a node that are neither punctuation nor comments.
    pub(super) fn named(&self, node: usize) -> impl Iterator<Item = usize> + use<'t> {
        let nodes = self.nodes;
        self.children(node).filter(move |&child| {
            nodes
                .get(child)
                .is_some_and(|data| data.flags & crate::tree::flag::NAMED != 0 && data.kind != kind::COMMENT)
        })
    }

    /// First child in a field.
    pub(super) fn child_in(&self, node: usize, field: u16) -> Option<usize> {
        self.children(node).find(|&child| self.field(child) == field)
    }

    /// Index after the last node of a subtree.
    pub(super) fn subtree_end(&self, node: usize) -> usize {
        let mut at = node;
        loop {
            match self.nodes.get(at) {
                Some(data) if data.next != NONE => return data.next as usize,
                Some(data) if data.parent != NONE => at = data.parent as usize,
                _ => return self.nodes.len(),
            }
        }
    }

    /// Notes a problem at a node, if it is the first one of the text.
    pub(super) fn report(&mut self, node: usize, message: &'static str) {
        let Some(&NodeData { start, end, .. }) = self.nodes.get(node) else { return };
        if self.found.as_ref().is_none_or(|found| start < found.start) {
            self.found = Some(Problem { start, end, message });
        }
    }

    /// A node begins with the keyword `async`.
    pub(super) fn is_async(&self, node: usize) -> bool {
        self.kind(node + 1) == kind::KW_ASYNC
    }

    /// An alias of a name: tree-sitter takes `type(a).b = c` for one as well.
    fn is_alias_statement(&self, node: usize) -> bool {
        let left = self.child_in(node, field::LEFT).and_then(|left| self.named(left).next());
        left.is_some_and(|left| matches!(self.kind(left), kind::IDENTIFIER | kind::GENERIC_TYPE))
    }

    /// The scope that a node is run in.
    pub(super) fn scope(&self, node: usize) -> Scope {
        let mut at = node;
        // The part of a comprehension's clause that was passed last.
        let mut part = 0;
        // An annotation was passed, and one of a variable.
        let (mut annotation, mut variable) = (false, false);
        while let Some(parent) = self.parent(at) {
            let within = self.field(at);
            annotation |= self.kind(at) == kind::TYPE;
            match self.kind(parent) {
                kind::FUNCTION_DEFINITION if within == field::BODY && variable => return Scope::Other,
                kind::FUNCTION_DEFINITION if within == field::BODY => {
                    return Scope::Function { node: parent, is_async: self.is_async(parent) };
                }
                kind::CLASS_DEFINITION if within == field::BODY => return Scope::Class(parent),
                kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION => {
                    let generic = self.child_in(parent, field::TYPE_PARAMETERS).is_some();
                    if within == field::TYPE_PARAMETERS
                        || generic && (annotation || within == field::SUPERCLASSES)
                    {
                        return Scope::Generic;
                    }
                    if annotation && self.future_annotations {
                        return Scope::Annotation;
                    }
                    annotation = false;
                }
                kind::ASSIGNMENT if within == field::TYPE => {
                    if self.future_annotations {
                        return Scope::Annotation;
                    }
                    (annotation, variable) = (false, true);
                }
                kind::LAMBDA if within == field::BODY => return Scope::Lambda(parent),
                kind::TYPE_ALIAS_STATEMENT if self.is_alias_statement(parent) => return Scope::Generic,
                kind if is_comprehension(kind) => {
                    let first = self.children(parent).find(|&child| self.kind(child) == kind::FOR_IN_CLAUSE);
                    if first != Some(at) || part != field::RIGHT {
                        return Scope::Comprehension(parent);
                    }
                }
                _ => {}
            }
            part = within;
            at = parent;
        }
        Scope::Module
    }
}
