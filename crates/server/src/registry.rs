//! The project's registry of ports as text: which names it has, and where another one goes.
//! It must not know what ports are used for.

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_facts::{ConfigKind, RegisteredPort, extract_config};
use analyzer_source::{LineIndex, files};

use crate::document::Document;
use crate::server::Server;

/// The registry of a project.
pub(crate) struct Registry<'a> {
    /// The file's path from the project's root.
    pub(crate) path: Arc<str>,
    pub(crate) text: String,
    /// The document that shows it, if it is open.
    pub(crate) open: Option<&'a Document>,
}

impl Server {
    /// The registry of a project, as it is in the editor or on disk.
    pub(crate) fn registry(&self, project: usize) -> Option<Registry<'_>> {
        let (number, project) = (project, self.projects.get(project)?);
        let place = project.place.as_ref()?;
        project.engine.port_registries().into_iter().find_map(|path| {
            let open = self.documents.values().find(|other| other.project == number && other.path == path);
            let text = match open {
                Some(open) => open.text.to_string(),
                None => files::read_to_string(&place.root.join(&*path)).ok()?,
            };
            Some(Registry { path, text, open })
        })
    }
}

/// The entries of a registry, in its order.
fn entries(text: &str) -> Vec<RegisteredPort> {
    extract_config(text, ConfigKind::Ports).config.map(|config| config.registry).unwrap_or_default()
}

/// The names that a registry registers, each with its line, from 1.
pub(crate) fn registered(text: &str) -> BTreeMap<String, u32> {
    let index = LineIndex::new(text);
    let mut names = BTreeMap::new();
    for entry in entries(text) {
        names.entry(entry.name.to_string()).or_insert(index.line(entry.range.start) + 1);
    }
    names
}

/// Where a further entry goes, as an offset of bytes, and what to write there; none where the name or the number is
/// registered already, or entries are not on lines of their own.
pub(crate) fn addition(text: &str, name: &str, port: u64) -> Option<(usize, String)> {
    let all = entries(text);
    if all.iter().any(|entry| entry.name == name || u64::from(entry.number) == port) {
        return None;
    }
    let (at, indentation, plain) = match (all.first(), all.last()) {
        (Some(first), Some(last)) => {
            let indentation = indentation_of(text, first)?;
            (end_of(text, last, indentation_of(text, last)?), indentation, is_plain(text, first))
        }
        _ => first_place(text)?,
    };
    let value = if plain { port.to_string() } else { format!("{{port: {port}}}") };
    let before =
        if text.get(..at).is_none_or(|text| text.is_empty() || text.ends_with('\n')) { "" } else { "\n" };
    Some((at, format!("{before}{:indentation$}{name}: {value}\n", "")))
}

/// Blanks before an entry, if it begins a line.
fn indentation_of(text: &str, entry: &RegisteredPort) -> Option<usize> {
    let before = text.get(..entry.range.start as usize)?;
    let line = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?.trim_end_matches(['"', '\'']);
    line.bytes().all(|byte| byte == b' ').then_some(line.len())
}

/// Whether an entry is its name and number alone.
fn is_plain(text: &str, entry: &RegisteredPort) -> bool {
    let between = text.get(entry.range.end as usize..entry.number_range.start as usize);
    between.is_some_and(|between| between.trim_matches(['"', '\'', ' ']) == ":" && !between.contains('\n'))
}

/// Where an entry ends, with all lines that are further in.
fn end_of(text: &str, entry: &RegisteredPort, indentation: usize) -> usize {
    let start = entry.number_range.end as usize;
    let line_end = |from: usize| {
        text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| from + at + 1)
    };
    let mut end = line_end(start);
    let mut next = end;
    while let Some(line) = text.get(next..line_end(next)).filter(|line| !line.is_empty()) {
        next += line.len();
        let inner = line.trim_start_matches(' ');
        if inner.trim().is_empty() || inner.starts_with('#') {
            continue;
        }
        if line.len() - inner.len() <= indentation {
            break;
        }
        end = next;
    }
    end
}

/// Where the first entry of a registry without any goes, its indentation, and whether it is its name and number alone.
fn first_place(text: &str) -> Option<(usize, usize, bool)> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let content = line.split('#').next().unwrap_or_default().trim_end();
        if content == "ports:" {
            return Some((end, 2, false));
        }
        if !content.is_empty() {
            return None;
        }
    }
    Some((end, 0, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_are_read_in_both_forms() {
        let nested =
            "# all\nversion: 1\nports:\n  # x\n  A: {port: 1}\n  'B':\n    port: 2\nother:\n  C: 3\n";
        assert_eq!(registered(nested), BTreeMap::from([("A".to_owned(), 5), ("B".to_owned(), 6)]));
        assert_eq!(registered("A: 1\nB: 2\n"), BTreeMap::from([("A".to_owned(), 1), ("B".to_owned(), 2)]));
        assert!(registered("").is_empty());
    }

    #[test]
    fn an_entry_goes_behind_the_others_in_their_form() {
        let with = |text: &str| {
            addition(text, "NEW", 7).map(|(at, entry)| format!("{}{entry}{}", &text[..at], &text[at..]))
        };
        for (text, expected) in [
            ("A: 1\nB: 2\n", "A: 1\nB: 2\nNEW: 7\n"),
            ("A: 1", "A: 1\nNEW: 7\n"),
            ("", "NEW: 7\n"),
            ("ports:\n", "ports:\n  NEW: {port: 7}\n"),
            (
                "ports:\n  A: {port: 1}\n\n# end\nother: 3\n",
                "ports:\n  A: {port: 1}\n  NEW: {port: 7}\n\n# end\nother: 3\n",
            ),
            ("ports:\n    A:\n        port: 1\n", "ports:\n    A:\n        port: 1\n    NEW: {port: 7}\n"),
            ("ports:\n  A: 1\n", "ports:\n  A: 1\n  NEW: 7\n"),
        ] {
            assert_eq!(with(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(
            with("ports:\n  A:\n    port: 1\n    # why\n    host: x\n").as_deref(),
            Some("ports:\n  A:\n    port: 1\n    # why\n    host: x\n  NEW: {port: 7}\n")
        );
        for text in ["A: 7\n", "NEW: 1\n", "ports: {A: 1}\n", "other: text\n"] {
            assert_eq!(with(text), None, "{text}");
        }
    }
}
