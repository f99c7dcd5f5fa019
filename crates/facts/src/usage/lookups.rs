//! Ports that are asked for by name: of a registry, of the environment. It must not know what any name stands for.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::arguments::Arguments;
use super::constants::Fold;
use super::{Site, last_name, ports};
use crate::PortLookup;

/// Names of functions that ask a registry.
pub(super) const NAMES: [&str; 5] = ["get_port", "port_of", "port_for", "lookup_port", "resolve_port"];

/// Whether a callee whose last name is this may ask for a port by name.
pub(super) fn may_look_up(last: &str) -> bool {
    asks_registry(last) || asks_environment(last)
}

fn asks_registry(last: &str) -> bool {
    NAMES.contains(&last)
}

fn asks_environment(last: &str) -> bool {
    matches!(last, "getenv" | "get" | "getint" | "env" | "get_env" | "int")
}

/// The name that a call asks for.
pub(super) fn lookup<'t>(site: &Site<'t>, fold: &Fold<'_, '_, 't>) -> Option<PortLookup> {
    let function = site.node.child_by_field_id(field::FUNCTION)?;
    let written = fold.cx.slice(&function);
    let last = last_name(written);
    let registry = asks_registry(last);
    if !registry && !(asks_environment(last) && (last != "get" || written.contains("environ"))) {
        return None;
    }
    let arguments = Arguments::read(site.node, site.scope, fold);
    let argument: Node = arguments.get(0, "name")?;
    if argument.kind_id() != kind::STRING {
        return None;
    }
    let name = fold.literal(argument)?;
    let is_name = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    if !is_name || !registry && !ports::is_port_name(&name) {
        return None;
    }
    Some(PortLookup { range: fold.cx.range(&argument), name: name.into(), registry, tier: site.tier })
}
