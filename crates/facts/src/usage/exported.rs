//! Hosts and ports that other modules may take from this one: constants of the module, attributes of its classes and of
//! the objects that it makes of them. It must not know who takes them.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::{CompactString, format_compact};

use super::bindings::Binder;
use super::constants::Fold;
use super::{ports, trace};
use crate::walk::Context;
use crate::{Constant, ConstantValue, ScopeKind};

/// Words of names that hosts are given to.
const HOSTS: [&str; 6] = ["host", "addr", "bind", "interface", "listen", "ip"];
/// Largest number of constants of one module.
const MOST: usize = 200;

/// Whether a file may give anything to others.
pub(super) fn any(binders: &[Binder], cx: &Context) -> bool {
    binders.iter().filter(|binder| binder.node.kind_id() == kind::ASSIGNMENT).any(|binder| {
        let named = binder.node.child(0).filter(|left| left.kind_id() == kind::IDENTIFIER);
        let outside = cx.scopes.get(binder.scope as usize).is_none_or(|scope| scope.kind == ScopeKind::Class)
            || binder.scope == 0;
        outside && named.is_some_and(|left| is_wanted(cx.slice(&left)))
    })
}

fn is_wanted(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    HOSTS.iter().any(|word| lower.contains(word)) || ports::is_port_name(name)
}

/// Constants that a file gives to others.
pub(super) fn constants<'t>(
    binders: &[Binder<'t>],
    classes: &[Binder<'t>],
    fold: &Fold<'_, '_, 't>,
) -> Vec<Constant> {
    let mut found = Vec::new();
    let mut objects: Vec<(&str, &str)> = Vec::new();
    for binder in binders.iter().filter(|binder| binder.node.kind_id() == kind::ASSIGNMENT) {
        let (Some(left), Some(right)) = (binder.node.child(0), binder.node.child_by_field_id(field::RIGHT))
        else {
            continue;
        };
        if left.kind_id() != kind::IDENTIFIER || found.len() >= MOST {
            continue;
        }
        let name = fold.cx.slice(&left);
        let scope = fold.cx.scopes.get(binder.scope as usize).filter(|_| binder.scope != 0);
        match scope {
            None => {
                let made_by =
                    right.child_by_field_id(field::FUNCTION).filter(|_| right.kind_id() == kind::CALL);
                objects.extend(made_by.map(|made_by| (name, fold.cx.slice(&made_by))));
                let once = fold.bindings.find(name, 0).is_some_and(|found| found.constant().is_some());
                found.extend(value(left, right, 0, name.into(), fold).filter(|_| once));
            }
            // Classes at the top.
            Some(class) if class.kind == ScopeKind::Class && class.parent == 0 => {
                let name = format_compact!("{}.{name}", class.name);
                found.extend(value(left, right, binder.scope, name, fold));
            }
            Some(_) => {}
        }
    }
    if classes.is_empty() {
        return found;
    }
    for (object, class) in objects {
        let own = found.iter().filter_map(|constant| {
            let attribute = constant.name.strip_prefix(class)?.strip_prefix('.')?;
            Some(Constant { name: format_compact!("{object}.{attribute}"), ..constant.clone() })
        });
        let own: Vec<Constant> = own.collect();
        found.extend(own);
    }
    found.sort_by_key(|constant| constant.range.start);
    found
}

/// The host or the port that is assigned to a name.
fn value<'t>(
    target: Node<'t>,
    right: Node<'t>,
    scope: crate::ScopeId,
    name: CompactString,
    fold: &Fold<'_, '_, 't>,
) -> Option<Constant> {
    let last = fold.cx.slice(&target);
    if ports::is_port_name(last) {
        let number = trace::number(right, scope, &[], fold)?;
        return Some(Constant { range: number.range, name, value: ConstantValue::Port(number.number) });
    }
    if !is_wanted(last) {
        return None;
    }
    let (literal, ..) = trace::trace(right, scope, &[], fold)?;
    let text = fold.literal(literal)?;
    let plain = text.len() <= 60 && !text.contains(['/', ' ']);
    plain.then(|| Constant { range: fold.cx.range(&literal), name, value: ConstantValue::Host(text.into()) })
}
