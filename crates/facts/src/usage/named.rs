//! Meaning of the name that a literal is given to. It must not know what is reported.

use analyzer_syntax::Node;
use analyzer_syntax::kind;

use super::{constants, last_name};
use crate::walk::Context;

/// How many ancestors are asked.
const LEVELS: usize = 12;
/// Words of names that say that four numbers are a version or an object identifier.
const NUMBERS: [&str; 16] = [
    "version", "versions", "ver", "oid", "oids", "release", "releases", "revision", "rev", "fw", "firmware",
    "minimum", "maximum", "min", "max", "build",
];
/// Words of names that say that addresses are.
const HOSTS: [&str; 14] = [
    "host",
    "hosts",
    "ip",
    "ips",
    "addr",
    "addrs",
    "address",
    "addresses",
    "server",
    "servers",
    "peer",
    "gateway",
    "url",
    "endpoint",
];
/// Words of names of lists that hold addresses to be refused or distinguished; and of names of what stands in for a missing value.
const REFUSED: [&str; 19] = [
    "default",
    "block",
    "blocked",
    "blocklist",
    "blacklist",
    "blacklisted",
    "deny",
    "denied",
    "denylist",
    "ban",
    "banned",
    "forbidden",
    "disallowed",
    "reject",
    "rejected",
    "refused",
    "reserved",
    "bogon",
    "bogons",
];
/// Addresses at which clouds inform a machine about itself, the same for everyone.
const OF_CLOUDS: [&str; 3] = ["100.100.100.200", "168.63.129.16", "fd00:ec2::254"];
/// Addresses that stand for any.
const MADE_UP: [&str; 3] = ["1.2.3.4", "5.6.7.8", "10.20.30.40"];

/// Whether an address in a literal is none, or is there because it is the same everywhere.
pub(super) fn is_no_machine(host: &str, node: &Node, cx: &Context) -> bool {
    if OF_CLOUDS.contains(&host) || MADE_UP.contains(&host) {
        return true;
    }
    let names = names(node, cx);
    let says = |list: &[&str], name: &str| words(name).any(|word| list.contains(&word.as_str()));
    if names.iter().any(|name| says(&REFUSED, name)) {
        return true;
    }
    if names.first().is_some_and(|name| says(&HOSTS, name)) {
        return false;
    }
    if is_identifier(host) || names.iter().any(|name| says(&NUMBERS, name)) {
        return true;
    }
    let from = cx.text.get(..node.start_byte()).unwrap_or("");
    let line = from.rsplit('\n').next().unwrap_or("").to_ascii_lowercase();
    ["version", "oid", "release", "__v", "revision"].iter().any(|word| line.contains(word))
}

/// Whether four numbers begin as the object identifiers of ISO and ITU do, which nobody's own machine is likely to.
fn is_identifier(host: &str) -> bool {
    ["1.2.", "1.3.", "2.5.", "2.16.", "2.23."].iter().any(|arc| host.starts_with(arc))
}

/// The names that a literal is given to, the nearest first: keys, keywords, targets, and those of calls and lists around
/// it.
pub(super) fn names<'a>(node: &Node, cx: &Context<'a>) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut start = node.start_byte();
    for frame in cx.ancestors.iter().rev().take(LEVELS) {
        let before = cx.text.get(frame.start..start).unwrap_or("");
        match frame.kind {
            kind::PAIR => {
                let key = before.trim_end().trim_end_matches(':').trim_end();
                let quoted = key.contains(['"', '\'']);
                found.push(if quoted { constants::content(key) } else { last_name(key) });
            }
            kind::KEYWORD_ARGUMENT
            | kind::ASSIGNMENT
            | kind::NAMED_EXPRESSION
            | kind::DEFAULT_PARAMETER
            | kind::TYPED_DEFAULT_PARAMETER => {
                found.push(last_name(before.split(['=', ':']).next().unwrap_or("")));
            }
            kind::COMPARISON_OPERATOR => found.push(last_name(before.split([' ', '=']).next().unwrap_or(""))),
            kind::BLOCK | kind::MODULE => break,
            _ => {}
        }
        start = frame.start;
    }
    found
}

/// The words of a name, in lower case.
fn words(name: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
        let first = rest.chars().next()?;
        let mut previous = first;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let ends = !c.is_alphabetic() || c.is_uppercase() && previous.is_lowercase();
            previous = *c;
            ends
        });
        let (word, left) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = left;
        Some(word.to_lowercase())
    })
}

/// Whether what looks like a path is the route of a web application, or a part of a URL.
pub(super) fn is_route(node: &Node, cx: &Context) -> bool {
    const ROUTES: [&str; 14] = [
        "url",
        "urls",
        "uri",
        "route",
        "routes",
        "href",
        "link",
        "links",
        "endpoint",
        "endpoints",
        "location",
        "src",
        "prefix",
        "redirect",
    ];
    if names(node, cx).first().is_some_and(|name| words(name).any(|word| ROUTES.contains(&word.as_str()))) {
        return true;
    }
    let mut above = cx.ancestors.iter().rev();
    let Some(list) = above.next().filter(|frame| frame.kind == kind::ARGUMENT_LIST) else { return false };
    let Some(call) = above.next().filter(|frame| frame.kind == kind::CALL) else { return false };
    let callee = cx.text.get(call.start..list.start).unwrap_or("").trim_end();
    matches!(
        last_name(callee),
        "get"
            | "post"
            | "put"
            | "delete"
            | "patch"
            | "head"
            | "options"
            | "route"
            | "add_route"
            | "add_url_rule"
            | "websocket"
            | "mount"
            | "url"
            | "re_path"
            | "request"
            | "redirect"
            | "startswith"
    )
}

/// Whether a path is only looked for: whatever the answer is, the program goes on.
pub(super) fn is_asked_for(cx: &Context) -> bool {
    let mut above = cx.ancestors.iter().rev();
    let Some(list) = above.next().filter(|frame| frame.kind == kind::ARGUMENT_LIST) else { return false };
    let Some(call) = above.next().filter(|frame| frame.kind == kind::CALL) else { return false };
    let callee = cx.text.get(call.start..list.start).unwrap_or("").trim_end();
    if matches!(
        last_name(callee),
        "exists" | "isfile" | "isdir" | "lexists" | "ismount" | "islink" | "access"
    ) {
        return true;
    }
    // `Path("/…").exists()`
    let after = cx.text.get(call.end..).unwrap_or("");
    let asks = [".exists()", ".is_file()", ".is_dir()", ".is_mount()", ".is_symlink()"];
    matches!(last_name(callee), "Path" | "PosixPath") && asks.iter().any(|method| after.starts_with(method))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        let told = |name| words(name).collect::<Vec<_>>();
        assert_eq!(told("MIN_FW"), ["min", "fw"]);
        assert_eq!(told("minFirmware2Version"), ["min", "firmware", "version"]);
        assert_eq!(told(""), [""; 0]);
    }
}
