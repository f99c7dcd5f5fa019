//! One level of helper functions: where a function binds or connects what it is given, each call of it in the file that
//! gives a known value is an endpoint of its own. It must not know which endpoints are faults.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::arguments::Arguments;
use super::bindings::Binder;
use super::constants::{Fold, elements};
use super::endpoints::{self, Hole};
use super::zmq::Zmq;
use super::{Site, last_name};
use crate::{Endpoint, ScopeKind};

/// Calls of one helper that are looked at.
const MOST_CALLS: usize = 50;

/// Endpoints of the calls of helpers; `open` are the endpoints of which a parameter gives
/// some part.
pub(super) fn through_helpers<'t>(
    open: &[(Endpoint, Hole)],
    binders: &[Binder<'t>],
    calls: &[Site<'t>],
    zmq: &Zmq<'_, '_, '_, '_, 't>,
) -> Vec<Endpoint> {
    let fold = zmq.fold;
    let mut out = Vec::new();
    for (inner, hole) in open {
        let Some(scope) = fold.cx.scopes.get(hole.function as usize) else { continue };
        let definition = binders.iter().find(|binder| {
            binder.scope == hole.function && binder.node.kind_id() == kind::FUNCTION_DEFINITION
        });
        let Some(definition) = definition else { continue };
        let names = parameters(definition.node, fold);
        let in_class = fold.cx.scopes.get(scope.parent as usize).is_some_and(|s| s.kind == ScopeKind::Class);
        // `Agent(port=5556)` calls `__init__`, and so does `super().__init__(port=5556)`.
        let makes = scope.name == "__init__" && in_class;
        let class =
            fold.cx.scopes.get(scope.parent as usize).filter(|_| makes).map(|class| class.name.as_str());
        let called: Vec<&Site> = calls
            .iter()
            .filter(|site| {
                let function = site.node.child_by_field_id(field::FUNCTION);
                function.is_some_and(|function| {
                    let written = fold.cx.slice(&function);
                    let named = last_name(written) == scope.name && (!makes || written.starts_with("super("));
                    named && !makes
                        || class == Some(written)
                        || named && fold.bindings.derives(site.scope, scope.parent)
                })
            })
            .take(MOST_CALLS)
            .collect();
        for site in called {
            let written = site.node.child_by_field_id(field::FUNCTION).map_or("", |f| fold.cx.slice(&f));
            let bound = in_class && (written.contains('.') || makes);
            let argument = |name: &str| -> Option<Node<'t>> {
                let position = names.iter().position(|known| *known == name)?;
                let position = position.checked_sub(usize::from(bound))?;
                Arguments::read(site.node, site.scope, fold).get(position, name)
            };
            out.extend(endpoints::given(inner, hole, site, calls, zmq, &argument));
        }
    }
    out
}

/// The names of a function's parameters, in order.
fn parameters<'a>(function: Node, fold: &Fold<'_, 'a, '_>) -> Vec<&'a str> {
    let Some(list) = function.child_by_field_id(field::PARAMETERS) else { return Vec::new() };
    let name = |parameter: Node| {
        let text = fold.cx.slice(&parameter);
        text.split([':', '=']).next().unwrap_or(text).trim()
    };
    elements(list).into_iter().map(name).collect()
}
