//! The fix of a port: the number becomes a look-up in the registry, by the project's own `get_port`.
//! It must not know how the registry and the function were found.

use analyzer_diagnostics::{Applicability, Edit, Fix};
use analyzer_facts::{ImportKind, PortSite, PortSiteKind, Position, TextRange};
use analyzer_project::PortRegistry;

use crate::{Check, inserted};

/// The function that looks a port up.
const HELPER: &str = "get_port";

/// Replaces the number at `range`, if the registry has exactly this number under this name, and the function can be
/// imported.
pub(super) fn from_registry(
    cx: &Check,
    number: u16,
    range: TextRange,
    site: Option<&PortSite>,
) -> Option<Fix> {
    let registry = cx.project.registry.as_ref().filter(|_| cx.facts.syntax.is_none())?;
    let at = registry.names.binary_search_by_key(&number, |(number, _)| *number).ok()?;
    let (_, name) = registry.names.get(at)?;
    if !site.is_none_or(|site| agrees(&site.name, name)) {
        return None;
    }
    let mut edits = import(cx, registry, range.start)?;
    let text = (cx.text)()?;
    edits.push(Edit { range, content: replacement(&text, range, number, name)? });
    edits.sort_by_key(|edit| edit.range);
    let mut title = format!("Read the port with `{HELPER}(\"{name}\")`");
    if site.is_some_and(|site| site.kind == PortSiteKind::Parameter) {
        title.push_str(": once, when the function is defined");
    }
    Some(Fix { title, applicability: Applicability::Unsafe, edits })
}

/// Whether a name in the code may be the registry's: it is the same, or says no more than that it is a port.
fn agrees(own: &str, name: &str) -> bool {
    let bare = |name: &str| {
        let upper = name.to_ascii_uppercase();
        upper.strip_suffix("_PORT").unwrap_or(&upper).to_owned()
    };
    let own = bare(own.rsplit('.').next().unwrap_or(own));
    own == "PORT" || own == bare(name)
}

/// The edit that imports the function in front of the byte `before`; none needed where it is imported there for the whole
/// module.
fn import(cx: &Check, registry: &PortRegistry, before: u32) -> Option<Vec<Edit>> {
    let imported = cx.facts.imports.iter().any(|import| {
        import.kind == ImportKind::From
            && import.level == 0
            && import.range.end <= before
            && import.module == registry.helper
            && import.scope == 0
            && import.position == Position::EAGER
            && import.names.iter().any(|name| name.name == HELPER && name.alias.is_none())
    });
    if imported {
        return Some(Vec::new());
    }
    if cx.facts.names.bindings.iter().any(|name| name == HELPER) {
        return None;
    }
    let statement = format!("from {} import {HELPER}", registry.helper);
    let edit = inserted::import(&(cx.text)()?, cx.facts, &statement)?;
    (edit.range.end <= before).then(|| vec![edit])
}

/// Replacement for the literal.
fn replacement(text: &str, range: TextRange, number: u16, name: &str) -> Option<String> {
    let literal = range.slice(text);
    let digits = number.to_string();
    if literal == digits {
        return Some(format!("{HELPER}(\"{name}\")"));
    }
    let formatted = literal.starts_with(['f', 'F']);
    let body = if formatted { literal.get(1..)? } else { literal };
    let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = body.get(1..)?.strip_suffix(quote)?;
    // Triple quotes, several literals side by side.
    if inner.contains(quote) || inner.contains('\\') || !formatted && inner.contains(['{', '}']) {
        return None;
    }
    let before = text.get(..range.start as usize)?.trim_end();
    let after = text.get(range.end as usize..)?.trim_start();
    if before.ends_with(['"', '\'']) || after.starts_with(['"', '\'', '%', '.']) {
        return None;
    }
    if inner == digits {
        return Some(format!("str({HELPER}(\"{name}\"))"));
    }
    let marked = format!(":{digits}");
    let (head, tail) = inner.split_once(&marked)?;
    if tail.starts_with(|c: char| c.is_ascii_digit()) || tail.contains(&marked) {
        return None;
    }
    // Before Python 3.12 the quotes inside must be others.
    let other = if quote == '"' { '\'' } else { '"' };
    Some(format!("f{quote}{head}:{{{HELPER}({other}{name}{other})}}{tail}{quote}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str, literal: &str) -> Option<String> {
        let start = text.find(literal)?;
        let range = TextRange::new(start as u32, (start + literal.len()) as u32);
        replacement(text, range, 5556, "MEMORY")
    }

    #[test]
    fn literals_become_look_ups() {
        for (text, literal, expected) in [
            ("x = 5556", "5556", Some("get_port(\"MEMORY\")")),
            ("x = '5556'", "'5556'", Some("str(get_port(\"MEMORY\"))")),
            ("b(\"tcp://*:5556\")", "\"tcp://*:5556\"", Some("f\"tcp://*:{get_port('MEMORY')}\"")),
            ("b('tcp://*:5556/a')", "'tcp://*:5556/a'", Some("f'tcp://*:{get_port(\"MEMORY\")}/a'")),
            ("b(f'tcp://{h}:5556')", "f'tcp://{h}:5556'", Some("f'tcp://{h}:{get_port(\"MEMORY\")}'")),
            ("b('tcp://%s:5556' % h)", "'tcp://%s:5556'", None),
            ("b('tcp://{}:5556'.format(h))", "'tcp://{}:5556'", None),
            ("b('tcp://*' ':5556')", "':5556'", None),
            ("b('''tcp://*:5556''')", "'''tcp://*:5556'''", None),
            ("b('tcp://*:55560')", "'tcp://*:55560'", None),
        ] {
            assert_eq!(replaced(text, literal).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_agree_without_the_word_port() {
        assert!(
            agrees("MEMORY_PORT", "MEMORY")
                && agrees("self.port", "MEMORY")
                && agrees("memory_port", "MEMORY_PORT")
        );
        assert!(!agrees("VISION_PORT", "MEMORY") && !agrees("health_port", "MEMORY"));
    }
}
