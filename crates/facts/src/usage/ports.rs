//! Port numbers under the name of a port: read off the ancestors of a number, while the walk passes it.
//! It must not know endpoints.

use analyzer_syntax::Node;
use analyzer_syntax::kind;
use compact_str::CompactString;

use super::sinks::listens;
use super::tables::table;
use super::{constants, last_name};
use crate::walk::{Context, Frame};
use crate::{PortSite, PortSiteKind};

/// How many ancestors are asked.
const LEVELS: usize = 12;
/// Under a name alone, smaller numbers are ports of hardware, or counts.
const LEAST_BY_NAME: u16 = 20;
/// How much of a call is searched for the name of an option, in bytes.
const LONGEST_CALL: usize = 400;

/// Port site of a number, or of a text of digits, if that is a port.
pub(super) fn port_site(node: &Node, cx: &Context) -> Option<PortSite> {
    let literal = cx.slice(node);
    let digits = if node.kind_id() == kind::STRING { constants::content(literal) } else { literal };
    let number = u16::try_from(constants::integer(digits)?).ok().filter(|number| *number > 0)?;
    let (kind, name, group) = given_to(node, cx)?;
    let textual = node.kind_id() == kind::STRING;
    if textual && !matches!(kind, PortSiteKind::Default | PortSiteKind::DictEntry | PortSiteKind::Name) {
        return None;
    }
    (number >= LEAST_BY_NAME).then(|| PortSite {
        range: cx.range(node),
        number,
        kind,
        name,
        group: group.map(|at| cx.file_range(at, at).start),
        table: table(cx),
        scope: cx.scope,
        tier: cx.tier(),
    })
}

type Given = (PortSiteKind, CompactString, Option<usize>);

fn given_to(node: &Node, cx: &Context) -> Option<Given> {
    let (mut start, mut default) = (node.start_byte(), false);
    let mut group = None;
    let mut above = cx.ancestors.iter().rev();
    let mut left = LEVELS;
    while let Some(frame) = above.next() {
        left = left.checked_sub(1)?;
        let before = cx.text.get(frame.start..start).unwrap_or("");
        let kind = if default { PortSiteKind::Default } else { PortSiteKind::Name };
        match frame.kind {
            kind::LIST | kind::TUPLE | kind::SET | kind::PARENTHESIZED_EXPRESSION => {}
            kind::CONDITIONAL_EXPRESSION => {
                // Ports of URLs that name none.
                let number = constants::content(cx.slice(node));
                if matches!(number, "80" | "443") || matches!(cx.slice(node), "80" | "443") {
                    return None;
                }
                default = true;
            }
            kind::BOOLEAN_OPERATOR => {
                // `a.port or 5556`; of `5556 or x` nothing is known.
                if !before.trim_end().ends_with("or") {
                    return None;
                }
                default = true;
            }
            kind::PAIR => {
                let key = before.trim_end().strip_suffix(':')?.trim_end();
                let key = if key.contains(['"', '\'']) { constants::content(key) } else { key };
                let dictionary = above.next()?;
                if is_port_name(key) {
                    return Some((PortSiteKind::DictEntry, last_name(key).into(), Some(dictionary.start)));
                }
                group = Some(dictionary.start);
                start = dictionary.start;
                continue;
            }
            kind::KEYWORD_ARGUMENT => {
                let name = before.split('=').next().unwrap_or("").trim();
                let (_list, call) = (above.next()?, above.next()?);
                return keyword(name, call, group, cx);
            }
            kind::ARGUMENT_LIST => {
                let call = above.next().filter(|call| call.kind == kind::CALL)?;
                let callee = cx.text.get(call.start..frame.start).unwrap_or("").trim_end();
                let first = cx.text.get(frame.start + 1..start).unwrap_or("").trim_start();
                match last_name(callee) {
                    "int" | "str" if first.is_empty() => {}
                    "Field" | "field" if first.is_empty() => default = true,
                    "getenv" | "get" | "getint" | "env" | "get_env" | "pop" | "setdefault" | "getattr"
                    | "int" | "get_int" | "get_setting" | "get_config" | "config" => {
                        let first = first.trim_start_matches(|c: char| !matches!(c, '"' | '\'') && c != ',');
                        let quote = first.chars().next().filter(|c| matches!(c, '"' | '\''))?;
                        let key = first[1..].split(quote).next()?;
                        let last = key.rsplit('.').next().unwrap_or(key);
                        return is_port_name(last).then(|| (PortSiteKind::Default, key.into(), None));
                    }
                    _ => return None,
                }
                start = call.start;
                continue;
            }
            kind::ASSIGNMENT | kind::NAMED_EXPRESSION => {
                let target = before.split(['=', ':']).next().unwrap_or("").trim();
                if before.is_empty() || !is_port_name(last_name(target)) {
                    return None;
                }
                let unset =
                    above.take(3).find(|frame| frame.kind == kind::IF_STATEMENT).is_some_and(|frame| {
                        let condition = cx.text.get(frame.start..).unwrap_or("");
                        let tested =
                            condition.strip_prefix("if not ").or_else(|| condition.strip_prefix("if "));
                        let rest = tested.and_then(|rest| rest.strip_prefix(target)).unwrap_or("x");
                        rest.starts_with(':') && condition.starts_with("if not")
                            || rest.starts_with(" is None")
                    });
                let kind = match group {
                    Some(_) => PortSiteKind::DictEntry,
                    None if unset => PortSiteKind::Default,
                    None => kind,
                };
                return Some((kind, target.into(), group));
            }
            kind::DEFAULT_PARAMETER | kind::TYPED_DEFAULT_PARAMETER => {
                let name = before.split(['=', ':']).next().unwrap_or("").trim();
                let kind = if group.is_some() { PortSiteKind::DictEntry } else { PortSiteKind::Parameter };
                return is_port_name(name).then(|| (kind, name.into(), group));
            }
            _ => return None,
        }
        start = frame.start;
    }
    None
}

fn keyword(name: &str, call: &Frame, group: Option<usize>, cx: &Context) -> Option<Given> {
    if call.kind != kind::CALL {
        // The arguments of a class definition.
        return None;
    }
    let text = cx.text.get(call.start..call.end).unwrap_or("");
    let text = text.get(..text.floor_char_boundary(LONGEST_CALL)).unwrap_or("");
    let (callee, arguments) = text.split_once('(')?;
    // Where a search for a port that nobody has begins.
    let searches = ["free_port", "freeport", "available_port", "unused_port", "open_port"];
    let called = last_name(callee.trim());
    if searches.iter().any(|word| called.contains(word)) && !called.starts_with("is_") {
        return None;
    }
    if is_port_name(name) {
        let kind = match (group, listens(last_name(callee.trim()))) {
            (Some(_), _) => PortSiteKind::DictEntry,
            (None, true) => PortSiteKind::BindKeyword,
            (None, false) => PortSiteKind::Keyword,
        };
        return Some((kind, name.into(), group));
    }
    if !matches!(name, "default" | "fallback") {
        return None;
    }
    // `add_argument("--port", default=5556)`, `Option("--port", default=…)`; else the name that it is assigned to.
    for quoted in arguments.split(['"', '\'']).skip(1).step_by(2).take(4) {
        let option = quoted.trim_start_matches('-').replace('-', "_");
        if is_port_name(&option) {
            return Some((PortSiteKind::Default, option.into(), None));
        }
    }
    let field = matches!(last_name(callee.trim()), "Field" | "field" | "Option" | "Column" | "mapped_column");
    let line = cx.text.get(..call.start)?.rsplit('\n').next()?;
    let target = line.split(['=', ':']).next().unwrap_or("").trim();
    (field && is_port_name(target)).then(|| (PortSiteKind::Default, target.into(), None))
}

/// Whether a name is that of a port: its last word is `port` or `ports`, a number apart, or it opens with `PORT_`.
pub(super) fn is_port_name(name: &str) -> bool {
    let name = last_name(name);
    if name.len() > 80 {
        return false;
    }
    let words = words(name);
    let is_port = |word: &String| matches!(word.as_str(), "port" | "ports");
    let trailing = |word: &&String| {
        word.bytes().all(|b| b.is_ascii_digit())
            || matches!(
                word.as_str(),
                "number" | "num" | "no" | "nr" | "default" | "value" | "int" | "str" | "start"
            )
    };
    let significant: Vec<&String> = {
        let extra = words.iter().rev().take_while(trailing).count();
        words[..words.len() - extra].iter().collect()
    };
    if significant.last().is_some_and(|word| is_port(word)) {
        return true;
    }
    let constant = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    const OTHERS: &[&str] = &[
        "count", "range", "timeout", "max", "min", "size", "len", "length", "width", "height", "offset",
        "step", "retries", "ok", "id", "index", "limit", "delay", "interval", "speed", "type", "status",
        "wait",
    ];
    constant
        && words.first().is_some_and(is_port)
        && !words.iter().any(|word| OTHERS.contains(&word.as_str()))
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut previous = ' ';
    for c in name.chars() {
        let boundary = !c.is_alphanumeric()
            || (c.is_uppercase() && previous.is_lowercase())
            || (c.is_ascii_digit() != previous.is_ascii_digit() && previous.is_alphanumeric());
        if boundary && !current.is_empty() {
            words.push(std::mem::take(&mut current));
        }
        if c.is_alphanumeric() {
            current.extend(c.to_lowercase());
        }
        previous = c;
    }
    if !current.is_empty() {
        words.push(current);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ports_end_with_the_word() {
        for yes in [
            "port",
            "PORT",
            "X_PORT",
            "self.http_port",
            "httpPort",
            "ports",
            "port2",
            "PORT_REP",
            "port_number",
        ] {
            assert!(is_port_name(yes), "{yes}");
        }
        for no in [
            "report",
            "import",
            "support",
            "transport",
            "status_port_ok",
            "viewport_width",
            "portfolio",
            "PORT_TIMEOUT",
            "port_count",
            "passport",
            "export",
        ] {
            assert!(!is_port_name(no), "{no}");
        }
    }
}
