//! Purpose of a plain socket: its protocol, and whether anybody is served. It must not know addresses.

use analyzer_syntax::Node;
use analyzer_syntax::kind;

use super::Site;
use super::constants::{Fold, is_word};

/// How many ancestors of a node are asked.
const LEVELS: usize = 64;
/// Words of sockets that send to many, or get from many: these have to listen on every interface.
const GROUPS: [&str; 5] =
    ["ADD_MEMBERSHIP", "IPV6_JOIN_GROUP", "SO_BROADCAST", "add_membership", "MULTICAST"];
/// Methods of a socket that serve nobody.
const HARMLESS: [&str; 12] = [
    "bind",
    "close",
    "detach",
    "fileno",
    "getsockname",
    "getsockopt",
    "setblocking",
    "setsockopt",
    "settimeout",
    "shutdown",
    "__enter__",
    "__exit__",
];

/// Whether what a call binds is of UDP.
pub(super) fn is_udp(site: &Site, receiver: &str, last: &str, fold: &Fold) -> bool {
    if last.contains("UDP") || receiver.contains("SOCK_DGRAM") {
        return true;
    }
    let Some(found) = (!receiver.is_empty()).then(|| fold.bindings.find(receiver, site.scope)).flatten()
    else {
        return false;
    };
    let datagrams = |value: Node| fold.cx.slice(&value).contains("SOCK_DGRAM");
    found.bindings.iter().any(|binding| binding.value.is_some_and(datagrams))
}

/// Whether a call binds a socket that serves nobody: it only asks for a free port, or whether one is free; or one of a
/// group of machines, which is bound to every interface or to none.
pub(super) fn serves_nobody(site: &Site, receiver: &str, fold: &Fold) -> bool {
    let Some(function) = around(site.node, kind::FUNCTION_DEFINITION) else { return false };
    let owner = if receiver.contains('.') { around(function, kind::CLASS_DEFINITION) } else { None };
    let text = fold.cx.slice(&owner.unwrap_or(function));
    if GROUPS.iter().any(|word| text.contains(word)) || is_client(site, fold) {
        return true;
    }
    let Some(found) = fold.bindings.find(receiver, site.scope) else { return false };
    let made = |value: Node| fold.cx.slice(&value).contains("socket(");
    let own = found.scope == site.scope && found.parameter.is_none();
    // Any free port, whose number is all that is wanted, of sockets that are kept for a while.
    let serves = [".listen(", ".accept(", ".recv", "serve", "yield", &format!("return {receiver}")];
    let any_port = fold.cx.slice(&site.node).ends_with(", 0))") && text.contains("getsockname");
    if own && any_port && !serves.iter().any(|word| text.contains(word)) {
        return true;
    }
    if !own || receiver.contains('.') || !found.bindings.iter().all(|one| one.value.is_some_and(made)) {
        return false;
    }
    text.match_indices(receiver).all(|(at, _)| harmless(text, at, receiver.len()))
}

/// Whether a function binds a socket that it connects then: what it binds is where the connection comes from.
pub(super) fn is_client(site: &Site, fold: &Fold) -> bool {
    let Some(function) = around(site.node, kind::FUNCTION_DEFINITION) else { return false };
    let behind = fold.cx.text.get(site.node.end_byte()..function.end_byte()).unwrap_or("");
    let serves = [".listen(", ".accept(", ".recvfrom", "serve"];
    behind.contains(".connect(") && !serves.iter().any(|word| fold.cx.slice(&function).contains(word))
}

/// Whether a socket of UDP is connected only to see which address the machine has towards the other one: nothing is sent.
pub(super) fn asks_nobody(site: &Site, fold: &Fold) -> bool {
    around(site.node, kind::FUNCTION_DEFINITION)
        .is_some_and(|function| fold.cx.slice(&function).contains("getsockname"))
}

/// Whether the code at a place in a text is no use of a name that hands it on or serves with it.
fn harmless(text: &str, at: usize, len: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let after = text.get(at + len..).unwrap_or("");
    if before.chars().next_back().is_some_and(is_word) || after.chars().next().is_some_and(is_word) {
        return true;
    }
    if before.ends_with('.') || before.ends_with(['"', '\'']) {
        return true;
    }
    if let Some(method) = after.strip_prefix('.') {
        let name = method.split(|c: char| !is_word(c)).next().unwrap_or("");
        return HARMLESS.contains(&name);
    }
    let after = after.trim_start();
    after.starts_with('=') && !after.starts_with("==")
        || before.trim_end().ends_with(" as") && after.starts_with(':')
}

/// The innermost node of a kind around another one.
fn around(node: Node<'_>, wanted: kind::Kind) -> Option<Node<'_>> {
    let mut at = node;
    for _ in 0..LEVELS {
        at = at.parent()?;
        if at.kind_id() == wanted {
            return Some(at);
        }
    }
    None
}
