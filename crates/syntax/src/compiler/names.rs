//! Names: parameters and keywords twice, `global` and `nonlocal`, imports that belong at the top.

use super::state::{Check, Scope};
use crate::kind::{self, field};

/// Features of `from __future__`.
const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// The first of the nodes whose text an earlier one has.
pub(super) fn duplicate(check: &Check, nodes: &[usize]) -> Option<usize> {
    let mut names: Vec<(&str, usize)> = nodes.iter().map(|&node| (check.slice(node), node)).collect();
    names.sort_unstable();
    let twice = names.windows(2).filter_map(|pair| match pair {
        [one, other] if one.0 == other.0 => Some(other.1),
        _ => None,
    });
    twice.min()
}

impl Check<'_> {
    /// The names of parameters.
    fn parameter_names(&self, parameters: usize) -> Vec<usize> {
        let mut names = Vec::new();
        for parameter in self.named(parameters) {
            let mut at = parameter;
            while let Some(inner) = match self.kind(at) {
                kind::IDENTIFIER => {
                    names.push(at);
                    None
                }
                kind::TYPED_PARAMETER
                | kind::DEFAULT_PARAMETER
                | kind::TYPED_DEFAULT_PARAMETER
                | kind::LIST_SPLAT_PATTERN
                | kind::DICTIONARY_SPLAT_PATTERN => self.named(at).next(),
                _ => None,
            } {
                at = inner;
            }
        }
        names
    }

    pub(super) fn parameters(&mut self, node: usize) {
        let names = self.parameter_names(node);
        if let Some(second) = duplicate(self, &names) {
            self.report(second, "parameter twice");
        }
    }

    pub(super) fn keywords(&mut self, node: usize) {
        let keywords: Vec<usize> = self
            .children(node)
            .filter(|&child| self.kind(child) == kind::KEYWORD_ARGUMENT)
            .filter_map(|keyword| self.child_in(keyword, field::NAME))
            .collect();
        if let Some(second) = duplicate(self, &keywords)
            && !self.is_never_compiled(node)
        {
            self.report(second, "keyword argument twice");
        }
    }

    pub(super) fn wildcard(&mut self, node: usize) {
        if self.scope(node) != Scope::Module {
            self.report(node, "`import *` outside the module level");
        }
    }

    /// Future imports come first, after the docstring.
    pub(super) fn future_import(&mut self, node: usize) {
        let mut names = self.children(node).filter(|&child| self.field(child) == field::NAME);
        let known = names.all(|name| {
            let aliased = self.kind(name) == kind::ALIASED_IMPORT;
            let feature = if aliased { self.child_in(name, field::NAME) } else { None };
            FEATURES.contains(&self.slice(feature.unwrap_or(name)))
        });
        if !known {
            self.report(node, "future feature that is not defined");
        }
        self.future_annotations |= self.slice(node).contains("annotations");
        let parent = self.parent(node);
        let module = parent.filter(|&parent| self.kind(parent) == kind::MODULE);
        let first = module.is_some_and(|module| {
            let before = self.named(module).take_while(|&statement| statement < node);
            before.enumerate().all(|(position, statement)| match self.kind(statement) {
                kind::FUTURE_IMPORT_STATEMENT | kind::LINE_CONTINUATION => true,
                kind::EXPRESSION_STATEMENT => {
                    position == 0
                        && matches!(self.kind(statement + 1), kind::STRING | kind::CONCATENATED_STRING)
                }
                _ => false,
            })
        });
        if !first {
            self.report(node, "`from __future__` after other statements");
        }
    }

    /// `global` or `nonlocal`: at a place that may have it, before the names are used, and with a name to find.
    pub(super) fn declaration(&mut self, node: usize) {
        let global = self.kind(node) == kind::GLOBAL_STATEMENT;
        let scope = self.scope(node);
        let function = match scope {
            Scope::Module if !global => return self.report(node, "`nonlocal` at module level"),
            Scope::Function { node, .. } => Some(node),
            Scope::Module | Scope::Class(_) => None,
            _ => return,
        };
        let names: Vec<&str> = self
            .named(node)
            .filter(|&child| self.kind(child) == kind::IDENTIFIER)
            .map(|child| self.slice(child))
            .collect();
        if let Some(parameters) = function.and_then(|function| self.child_in(function, field::PARAMETERS)) {
            let parameters = self.parameter_names(parameters);
            if parameters.iter().any(|&parameter| names.contains(&self.slice(parameter))) {
                return self.report(node, "parameter declared `global` or `nonlocal`");
            }
        }
        let start = match scope {
            Scope::Function { node, .. } | Scope::Class(node) => node,
            _ => 0,
        };
        let cost = node - start;
        if cost > self.work {
            return;
        }
        self.work -= cost;
        let used = (start..node).any(|part| {
            self.kind(part) == kind::IDENTIFIER
                && names.contains(&self.slice(part))
                && self.is_name(part)
                && self.scope(part) == scope
        });
        self.other_declarations(node, scope, (start, self.subtree_end(start)), &names);
        if used {
            return self.report(node, "name used before its `global` or `nonlocal` declaration");
        }
        // Methods have `__class__` around them.
        if !global && names.iter().any(|name| *name != "__class__" && !self.is_bound_outside(node, name)) {
            self.report(node, "`nonlocal` without a binding in an outer function");
        }
    }

    /// A name that is declared `global` or `nonlocal` is not declared as the other as well, and has no annotation.
    fn other_declarations(&mut self, node: usize, scope: Scope, within: (usize, usize), names: &[&str]) {
        let cost = (within.1 - within.0).saturating_mul(1 + names.len() / 16);
        if scope == Scope::Module || cost > self.work {
            return;
        }
        self.work -= cost;
        for part in within.0..within.1 {
            let first = self.kind(part + 1) == kind::IDENTIFIER && names.contains(&self.slice(part + 1));
            match self.kind(part) {
                kind::ASSIGNMENT
                    if first && self.child_in(part, field::TYPE).is_some() && self.scope(part) == scope =>
                {
                    self.report(part.max(node), "annotation of a name declared `global` or `nonlocal`");
                }
                kind::GLOBAL_STATEMENT | kind::NONLOCAL_STATEMENT
                    if part > node && self.kind(part) != self.kind(node) =>
                {
                    let shared = self.named(part).any(|name| names.contains(&self.slice(name)));
                    if shared && self.scope(part) == scope {
                        self.report(node, "name declared both `global` and `nonlocal`");
                    }
                }
                _ => {}
            }
        }
    }

    /// An identifier that is a variable: no attribute, keyword, parameter, or part of a dotted name.
    fn is_name(&self, node: usize) -> bool {
        let Some(parent) = self.parent(node) else { return false };
        let within = self.field(node);
        match self.kind(parent) {
            kind::ATTRIBUTE => within == field::OBJECT,
            kind::KEYWORD_ARGUMENT | kind::DEFAULT_PARAMETER | kind::TYPED_DEFAULT_PARAMETER => {
                within == field::VALUE
            }
            kind::PARAMETERS
            | kind::LAMBDA_PARAMETERS
            | kind::TYPED_PARAMETER
            | kind::ALIASED_IMPORT
            | kind::KEYWORD_PATTERN
            | kind::GLOBAL_STATEMENT
            | kind::NONLOCAL_STATEMENT
            | kind::DICTIONARY_SPLAT_PATTERN
            | kind::MEMBER_TYPE => false,
            kind::DOTTED_NAME => self.is_capture(parent),
            kind::LIST_SPLAT_PATTERN => self.parent(parent).is_some_and(|outer| {
                !matches!(
                    self.kind(outer),
                    kind::PARAMETERS | kind::LAMBDA_PARAMETERS | kind::TYPED_PARAMETER
                )
            }),
            _ => true,
        }
    }

    /// A name occurs in a function around the one that declares it; only where it does not, nothing can bind it.
    fn is_bound_outside(&self, declaration: usize, name: &str) -> bool {
        let mut at = declaration;
        let mut own = None;
        while let Some(parent) = self.parent(at) {
            if self.kind(parent) == kind::FUNCTION_DEFINITION && self.field(at) == field::BODY {
                let parameters = self.child_in(parent, field::TYPE_PARAMETERS);
                let is_parameter = parameters.is_some_and(|list| {
                    self.type_parameter_names(list).iter().any(|&parameter| self.slice(parameter) == name)
                });
                let Some((start, end)) = own else {
                    // A type parameter is the nearest of that name, and nothing may bind it.
                    if is_parameter {
                        return false;
                    }
                    own = Some((parent, self.subtree_end(parent)));
                    at = parent;
                    continue;
                };
                let parameters = parameters.map_or(0..0, |list| list..self.subtree_end(list));
                let inside = (parent..self.subtree_end(parent))
                    .filter(|part| !(start..end).contains(part) && !parameters.contains(part));
                if inside
                    .into_iter()
                    .any(|part| self.kind(part) == kind::IDENTIFIER && self.slice(part) == name)
                {
                    return true;
                }
                if is_parameter {
                    return false;
                }
                // The name of the inner definition itself is bound in the outer function.
                if self.child_in(start, field::NAME).is_some_and(|inner| self.slice(inner) == name) {
                    return true;
                }
            } else if self.kind(parent) == kind::CLASS_DEFINITION
                && own.is_none()
                && self.field(at) == field::BODY
            {
                own = Some((parent, self.subtree_end(parent)));
            }
            at = parent;
        }
        false
    }
}
