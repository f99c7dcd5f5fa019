//! From an expression to the literal that it stands for, defaults included: of parameters, of the environment, of
//! command-line options. It must not know what the literal is for.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::arguments::Arguments;
use super::constants::{Fold, elements};
use super::{Site, last_name};
use crate::ScopeId;

/// How many steps are taken.
const STEPS: usize = 16;

/// The literal behind `node`, its scope, and whether it is only a default; none where there is none.
pub(super) fn trace<'t>(
    node: Node<'t>,
    scope: ScopeId,
    calls: &[Site<'t>],
    fold: &Fold<'_, '_, 't>,
) -> Option<(Node<'t>, ScopeId, bool)> {
    let (mut node, mut scope, mut default) = (node, scope, false);
    for _ in 0..STEPS {
        match node.kind_id() {
            kind::INTEGER | kind::STRING | kind::CONCATENATED_STRING | kind::TUPLE => {
                return Some((node, scope, default));
            }
            kind::PARENTHESIZED_EXPRESSION => node = elements(node).into_iter().next()?,
            kind::IDENTIFIER | kind::ATTRIBUTE => {
                let found = fold.bindings.find(fold.cx.slice(&node), scope);
                let constant = found.as_ref().and_then(|found| found.constant());
                match (found, constant) {
                    (Some(found), Some(value)) => (node, scope) = (value, found.scope),
                    (Some(found), None) if found.bindings.is_empty() => {
                        node = found.parameter??;
                        // Defaults are read outside the function.
                        scope = fold.cx.scopes.get(found.scope as usize)?.parent;
                        default = true;
                    }
                    (None, _) if node.kind_id() == kind::ATTRIBUTE => {
                        (node, scope) = option_default(node, scope, calls, fold)?;
                        default = true;
                    }
                    _ => return None,
                }
            }
            kind::BOOLEAN_OPERATOR => {
                let operator = node.child_by_field_id(field::OPERATOR)?;
                if operator.kind_id() != kind::KW_OR {
                    return None;
                }
                node = node.child_by_field_id(field::RIGHT)?;
                default = true;
            }
            kind::CALL => {
                let function = node.child_by_field_id(field::FUNCTION)?;
                let arguments = Arguments::read(node, scope, fold);
                match last_name(fold.cx.slice(&function)) {
                    "int" | "str" => node = arguments.positional.first().copied()?,
                    "getenv" | "get" | "getint" | "env" | "get_env" => {
                        node = arguments.positional.get(1).copied().or_else(|| {
                            arguments.keyword("default").or_else(|| arguments.keyword("fallback"))
                        })?;
                        default = true;
                    }
                    "Field" | "field" => {
                        node = arguments.get(0, "default")?;
                        default = true;
                    }
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
    None
}

/// The default of the option behind `args.port`: that of `add_argument("--port", default=…)` in the same file.
fn option_default<'t>(
    node: Node<'t>,
    scope: ScopeId,
    calls: &[Site<'t>],
    fold: &Fold<'_, '_, 't>,
) -> Option<(Node<'t>, ScopeId)> {
    let object = node.child_by_field_id(field::OBJECT)?;
    let name = fold.cx.slice(&node.child_by_field_id(field::ATTRIBUTE)?);
    let found = fold.bindings.find(fold.cx.slice(&object), scope)?;
    let value = found.constant()?;
    let made_by = value.child_by_field_id(field::FUNCTION).map_or("", |f| last_name(fold.cx.slice(&f)));
    if !matches!(made_by, "parse_args" | "parse_known_args") {
        return None;
    }
    for site in calls {
        let function = site.node.child_by_field_id(field::FUNCTION);
        if function.is_none_or(|function| last_name(fold.cx.slice(&function)) != "add_argument") {
            continue;
        }
        let arguments = Arguments::read(site.node, site.scope, fold);
        let named = arguments.positional.iter().any(|flag| {
            fold.literal(*flag).is_some_and(|flag| flag.trim_start_matches('-').replace('-', "_") == name)
        });
        if named {
            return Some((arguments.keyword("default")?, site.scope));
        }
    }
    None
}
