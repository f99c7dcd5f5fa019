//! The arguments of a call, literal splats included. It must not know callees.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::constants::{Fold, elements};
use crate::ScopeId;

/// The arguments of a call.
#[derive(Default)]
pub(crate) struct Arguments<'a, 't> {
    /// In order; arguments after a splat are left out.
    pub(crate) positional: Vec<Node<'t>>,
    /// Keywords, and the entries of dictionaries that are splatted as literals or constants.
    pub(crate) keywords: Vec<(&'a str, Node<'t>)>,
    /// Whether there are splats whose content is not known.
    pub(crate) open: bool,
}

impl<'a, 't> Arguments<'a, 't> {
    /// Reads the arguments of a call.
    pub(crate) fn read(call: Node<'t>, scope: ScopeId, fold: &Fold<'_, 'a, 't>) -> Self {
        let mut found = Self::default();
        let Some(list) = call.child_by_field_id(field::ARGUMENTS) else { return found };
        let mut splat = false;
        for argument in elements(list) {
            match argument.kind_id() {
                kind::KEYWORD_ARGUMENT => {
                    let name = argument.child_by_field_id(field::NAME);
                    if let (Some(name), Some(value)) = (name, argument.child_by_field_id(field::VALUE)) {
                        found.keywords.push((fold.cx.slice(&name), value));
                    }
                }
                kind::LIST_SPLAT => {
                    splat = true;
                    found.open = true;
                }
                kind::DICTIONARY_SPLAT => found.splat(argument, scope, fold),
                _ if splat => {}
                _ => found.positional.push(argument),
            }
        }
        found
    }

    fn splat(&mut self, argument: Node<'t>, scope: ScopeId, fold: &Fold<'_, 'a, 't>) {
        let value = elements(argument).into_iter().next().map(|value| fold.value(value, scope));
        if let Some((call, scope)) = value.filter(|(value, _)| value.kind_id() == kind::CALL) {
            self.made(call, scope, fold);
            return;
        }
        let value = value.map(|(value, _)| value);
        let Some(dictionary) = value.filter(|value| value.kind_id() == kind::DICTIONARY) else {
            self.open = true;
            return;
        };
        for pair in elements(dictionary) {
            let key = pair.child_by_field_id(field::KEY).filter(|key| key.kind_id() == kind::STRING);
            match (key, pair.child_by_field_id(field::VALUE)) {
                (Some(key), Some(value)) => {
                    self.keywords.push((super::constants::content(fold.cx.slice(&key)), value));
                }
                _ => self.open = true,
            }
        }
    }

    /// The entries of `dict(shell=True)`.
    fn made(&mut self, call: Node<'t>, scope: ScopeId, fold: &Fold<'_, 'a, 't>) {
        let function = call.child_by_field_id(field::FUNCTION).and_then(|made| fold.path(made, scope));
        let listed = call.child_by_field_id(field::ARGUMENTS).filter(|_| function.as_deref() == Some("dict"));
        let Some(listed) = listed else {
            self.open = true;
            return;
        };
        for entry in elements(listed) {
            let name = entry.child_by_field_id(field::NAME);
            match (name, entry.child_by_field_id(field::VALUE)) {
                (Some(name), Some(value)) if entry.kind_id() == kind::KEYWORD_ARGUMENT => {
                    self.keywords.push((fold.cx.slice(&name), value));
                }
                _ => self.open = true,
            }
        }
    }

    /// The value of a keyword.
    pub(crate) fn keyword(&self, name: &str) -> Option<Node<'t>> {
        self.keywords.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The argument at a position, or under a keyword.
    pub(crate) fn get(&self, position: usize, name: &str) -> Option<Node<'t>> {
        self.positional.get(position).copied().or_else(|| self.keyword(name))
    }
}
