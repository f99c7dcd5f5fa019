//! From an expression to the literal that it stands for, defaults included: of parameters, of the environment, of
//! command-line options, through attributes, objects and sums with numbers. It must not know what the literal is for.

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::arguments::Arguments;
use super::bindings::{Binding, Found, How};
use super::constants::{Fold, elements};
use super::{Site, address, last_name};
use crate::{Imported, PortNumber, ScopeId};

/// How many steps are taken.
const STEPS: usize = 16;

/// Where a step leads.
enum Step<'t> {
    /// To a literal.
    Literal,
    /// To another expression, in its scope; and whether that is only a default.
    Next(Node<'t>, ScopeId, bool),
}

/// The literal that `node` leads to, its scope, and whether it is only a default; none where there is none.
pub(super) fn trace<'t>(
    node: Node<'t>,
    scope: ScopeId,
    calls: &[Site<'t>],
    fold: &Fold<'_, '_, 't>,
) -> Option<(Node<'t>, ScopeId, bool)> {
    let (mut node, mut scope, mut default) = (node, scope, false);
    for _ in 0..STEPS {
        match step(node, scope, calls, fold)? {
            Step::Literal => return Some((node, scope, default)),
            Step::Next(next, at, is_default) => (node, scope, default) = (next, at, default || is_default),
        }
    }
    None
}

/// The port number that an expression stands for.
pub(super) fn number<'t>(
    node: Node<'t>,
    scope: ScopeId,
    calls: &[Site<'t>],
    fold: &Fold<'_, '_, 't>,
) -> Option<PortNumber> {
    let (mut node, mut scope, mut default) = (node, scope, false);
    let mut added: Option<i64> = None;
    for _ in 0..STEPS {
        if let Some((rest, number)) = sum(node, scope, calls, fold) {
            (node, added) = (rest, Some(added.unwrap_or(0).checked_add(number)?));
            continue;
        }
        match step(node, scope, calls, fold)? {
            Step::Literal => {
                let text = fold.fold(node, scope).constant()?;
                let number = address::port_number(&text)?;
                let Some(added) = added else {
                    return Some(PortNumber { number, range: fold.cx.range(&node), default });
                };
                let number = u16::try_from(i64::from(number).checked_add(added)?).ok().filter(|n| *n > 0)?;
                return Some(PortNumber { number, range: TextRange::default(), default });
            }
            Step::Next(next, at, is_default) => (node, scope, default) = (next, at, default || is_default),
        }
    }
    None
}

/// Takes a known number out of a sum: what is left, and the number.
fn sum<'t>(
    node: Node<'t>,
    scope: ScopeId,
    calls: &[Site<'t>],
    fold: &Fold<'_, '_, 't>,
) -> Option<(Node<'t>, i64)> {
    if node.kind_id() != kind::BINARY_OPERATOR {
        return None;
    }
    let (left, right) = (node.child_by_field_id(field::LEFT)?, node.child_by_field_id(field::RIGHT)?);
    let operator = fold.cx.slice(&node.child_by_field_id(field::OPERATOR)?);
    let known = |side: Node<'t>| {
        let (literal, ..) = trace(side, scope, calls, fold)?;
        let number = super::constants::integer(fold.cx.slice(&literal));
        i64::try_from(number.filter(|_| literal.kind_id() == kind::INTEGER)?).ok()
    };
    match operator {
        "+" => known(right).map(|number| (left, number)).or_else(|| Some((right, known(left)?))),
        "-" => known(right).map(|number| (left, -number)),
        _ => None,
    }
}

/// The parameter that an expression is, or is made from by adding a number: its function, its name, the number.
pub(super) fn parameter<'a, 't>(
    node: Node<'t>,
    scope: ScopeId,
    fold: &Fold<'_, 'a, 't>,
) -> Option<(ScopeId, &'a str, i64)> {
    let (mut node, mut scope, mut added) = (node, scope, 0_i64);
    for _ in 0..STEPS {
        if let Some((rest, number)) = sum(node, scope, &[], fold) {
            (node, added) = (rest, added.checked_add(number)?);
            continue;
        }
        if node.kind_id() == kind::IDENTIFIER {
            let name = fold.cx.slice(&node);
            let found = fold.bindings.find(name, scope)?;
            if found.parameter.is_some() && is_kept(&found, name, fold) {
                return Some((found.scope, name, added));
            }
        }
        match (node.kind_id(), step(node, scope, &[], fold)) {
            // `port or 5556`, `port if port else 5556`: the caller's, where there is one.
            (kind::BOOLEAN_OPERATOR, _) => node = node.child_by_field_id(field::LEFT)?,
            (kind::CONDITIONAL_EXPRESSION, _) => node = chosen(node, fold)?.0,
            (kind::IDENTIFIER | kind::ATTRIBUTE | kind::CALL, Some(Step::Next(next, at, false))) => {
                (node, scope) = (next, at);
            }
            (kind::PARENTHESIZED_EXPRESSION, Some(Step::Next(next, ..))) => node = next,
            _ => return None,
        }
    }
    None
}

/// The name of another module that an expression is, as far as this file shows.
pub(super) fn imported<'t>(node: Node<'t>, scope: ScopeId, fold: &Fold<'_, '_, 't>) -> Option<Box<Imported>> {
    let (mut node, mut scope) = (node, scope);
    for _ in 0..STEPS {
        if matches!(node.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
            let written = fold.cx.slice(&node);
            let (name, path) = written.split_once('.').unwrap_or((written, ""));
            let found = fold.bindings.find(name, scope)?;
            if found.import.is_some() && found.parameter.is_none() && found.bindings.is_empty() {
                let plain = !path.contains(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.'));
                return plain.then(|| Box::new(Imported { name: name.into(), path: path.into() }));
            }
        }
        match step(node, scope, &[], fold)? {
            Step::Next(next, at, _) => (node, scope) = (next, at),
            Step::Literal => return None,
        }
    }
    None
}

/// One step from an expression towards what it stands for.
fn step<'t>(node: Node<'t>, scope: ScopeId, calls: &[Site<'t>], fold: &Fold<'_, '_, 't>) -> Option<Step<'t>> {
    match node.kind_id() {
        kind::INTEGER | kind::STRING | kind::CONCATENATED_STRING | kind::TUPLE | kind::NONE => {
            Some(Step::Literal)
        }
        kind::PARENTHESIZED_EXPRESSION => Some(Step::Next(elements(node).into_iter().next()?, scope, false)),
        kind::IDENTIFIER | kind::ATTRIBUTE => name(node, scope, calls, fold),
        kind::BOOLEAN_OPERATOR => {
            let operator = node.child_by_field_id(field::OPERATOR)?;
            if operator.kind_id() != kind::KW_OR {
                return None;
            }
            let left = node.child_by_field_id(field::LEFT)?;
            // `port or 5556`, where the parameter has a default that counts.
            if left.kind_id() == kind::IDENTIFIER && default_of(left, scope, fold).is_some() {
                return Some(Step::Next(left, scope, true));
            }
            Some(Step::Next(node.child_by_field_id(field::RIGHT)?, scope, true))
        }
        kind::CONDITIONAL_EXPRESSION => {
            let (given, otherwise) = chosen(node, fold)?;
            let known = given.kind_id() == kind::IDENTIFIER && default_of(given, scope, fold).is_some();
            Some(Step::Next(if known { given } else { otherwise }, scope, true))
        }
        kind::CALL => {
            let function = node.child_by_field_id(field::FUNCTION)?;
            let arguments = Arguments::read(node, scope, fold);
            match last_name(fold.cx.slice(&function)) {
                "int" | "str" => Some(Step::Next(arguments.positional.first().copied()?, scope, false)),
                "getenv" | "get" | "getint" | "env" | "get_env" | "getattr" => {
                    let at = if fold.cx.slice(&function) == "getattr" { 2 } else { 1 };
                    let default =
                        arguments.positional.get(at).copied().or_else(|| {
                            arguments.keyword("default").or_else(|| arguments.keyword("fallback"))
                        })?;
                    Some(Step::Next(default, scope, true))
                }
                "Field" | "field" => Some(Step::Next(arguments.get(0, "default")?, scope, true)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// One step from a name or an attribute.
fn name<'t>(node: Node<'t>, scope: ScopeId, calls: &[Site<'t>], fold: &Fold<'_, '_, 't>) -> Option<Step<'t>> {
    let written = fold.cx.slice(&node);
    let Some(found) = fold.bindings.find(written, scope).or_else(|| fold.bindings.of_object(written, scope))
    else {
        if node.kind_id() != kind::ATTRIBUTE {
            return None;
        }
        let (next, at) = option_default(node, scope, calls, fold)?;
        return Some(Step::Next(next, at, true));
    };
    if found.import.is_some() {
        return None;
    }
    if let Some(parameter) = found.parameter {
        let rebound = only_value(&found);
        if !is_kept(&found, written, fold) {
            // `if port is None: port = 5556`
            let unset = parameter.default.is_none_or(|default| default.kind_id() == kind::NONE);
            let (value, at) = rebound.filter(|_| unset)?;
            return Some(Step::Next(value, at, true));
        }
        // Defaults are read outside the function.
        let outside = fold.cx.scopes.get(found.scope as usize)?.parent;
        return Some(Step::Next(parameter.default?, outside, true));
    }
    let (value, at) = only_value(&found)?;
    Some(Step::Next(value, at, false))
}

/// The one value of a name; that it is nothing at first does not count.
fn only_value<'t>(found: &Found<'_, 't>) -> Option<(Node<'t>, ScopeId)> {
    let mut values = found
        .bindings
        .iter()
        .filter(|binding| binding.value.is_none_or(|value| value.kind_id() != kind::NONE));
    match (values.next()?, values.next()) {
        (Binding { value: Some(value), how: How::Whole, scope }, None) => Some((*value, *scope)),
        _ => None,
    }
}

/// Whether a parameter stays what it is given: nothing else is assigned to it, but for `int(port)`.
fn is_kept(found: &Found<'_, '_>, name: &str, fold: &Fold<'_, '_, '_>) -> bool {
    found.bindings.iter().all(|binding| {
        let written = binding.value.map_or("", |value| fold.cx.slice(&value));
        let inner = written.strip_prefix("int(").or_else(|| written.strip_prefix("str("));
        inner.and_then(|rest| rest.strip_suffix(')')) == Some(name)
    })
}

/// The default of a parameter, unless that is none at all.
fn default_of<'t>(node: Node<'t>, scope: ScopeId, fold: &Fold<'_, '_, 't>) -> Option<Node<'t>> {
    let found = fold.bindings.find(fold.cx.slice(&node), scope)?;
    found.parameter?.default.filter(|default| default.kind_id() != kind::NONE)
}

/// Both values of `port if port is not None else 5556`: the one asked for, and the one taken where that is none.
fn chosen<'t>(node: Node<'t>, fold: &Fold<'_, '_, 't>) -> Option<(Node<'t>, Node<'t>)> {
    let parts = elements(node);
    let [then, condition, otherwise] = parts.as_slice() else { return None };
    let condition = fold.cx.slice(condition);
    let (subject, negated) = match condition.strip_suffix("is None") {
        Some(subject) => (subject.trim(), true),
        None => (condition.strip_suffix("is not None").unwrap_or(condition).trim(), false),
    };
    let (given, otherwise) = if negated { (*otherwise, *then) } else { (*then, *otherwise) };
    let written = fold.cx.slice(&given);
    let inner = written.strip_prefix("int(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(written);
    (inner == subject).then_some((given, otherwise))
}

/// The default of the option of `args.port`: that of `add_argument("--port", default=…)` in the same file.
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
