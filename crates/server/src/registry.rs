//! The project's registry of ports as text: which names it has, and where another one goes.
//! It must not know what ports are used for.

use std::collections::BTreeMap;

use analyzer_source::files;

use crate::document::Document;
use crate::server::Server;

/// Where the names of ports are registered, from the project's root.
const REGISTRIES: [&str; 2] = ["ports.yaml", "ports.yml"];

/// The registry of a project.
pub(crate) struct Registry<'a> {
    /// The file's path from the project's root.
    pub(crate) path: &'static str,
    pub(crate) text: String,
    /// The document that shows it, if it is open.
    pub(crate) open: Option<&'a Document>,
}

impl Server {
    /// The registry of a project, as it is in the editor or on disk.
    pub(crate) fn registry(&self, project: usize) -> Option<Registry<'_>> {
        let place = self.projects.get(project)?.place.as_ref()?;
        REGISTRIES.iter().find_map(|path| {
            let open =
                self.documents.values().find(|other| other.project == project && &*other.path == *path);
            let text = match open {
                Some(open) => open.text.to_string(),
                None => files::read_to_string(&place.root.join(path)).ok()?,
            };
            Some(Registry { path, text, open })
        })
    }
}

/// The entries of a registry: keys of `ports:`, or of the file where there is none.
struct Entries<'t> {
    /// Name, number of the line from 1, and what stands behind the colon.
    all: Vec<(&'t str, usize, &'t str)>,
    /// Blanks before each.
    indentation: usize,
    /// Number of the last line that belongs to them, from 1.
    last: usize,
}

fn entries(text: &str) -> Entries<'_> {
    let nested = text.lines().any(|line| line.trim_end() == "ports:");
    let mut found = Entries { all: Vec::new(), indentation: if nested { 2 } else { 0 }, last: 0 };
    let mut inside = !nested;
    let mut level = None;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim_start();
        let indentation = line.len() - trimmed.len();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if nested && indentation == 0 {
            inside = line.trim_end() == "ports:";
            if inside {
                level = None;
                found.last = number;
            }
            continue;
        }
        if !inside {
            continue;
        }
        found.last = number;
        if *level.get_or_insert(indentation) != indentation {
            continue;
        }
        found.indentation = indentation;
        if let Some((name, value)) = trimmed.split_once(':') {
            found.all.push((name.trim_matches(['"', '\'', ' ']), number, value.trim()));
        }
    }
    found
}

/// The names that a registry registers, each with its line, from 1.
pub(crate) fn registered(text: &str) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for (name, line, _) in entries(text).all {
        names.entry(name.to_owned()).or_insert(line);
    }
    names
}

/// Where a further entry goes, as an offset of bytes, and what to write there; none where the name or the number is
/// registered already.
pub(crate) fn addition(text: &str, name: &str, port: u64) -> Option<(usize, String)> {
    let found = entries(text);
    let digits = port.to_string();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    if found.all.iter().any(|(known, _, _)| *known == name) || words.any(|word| word == digits) {
        return None;
    }
    let plain =
        found.all.first().is_some_and(|(_, _, value)| value.starts_with(|c: char| c.is_ascii_digit()));
    let value = if plain || (found.all.is_empty() && found.indentation == 0) {
        digits
    } else {
        format!("{{port: {digits}}}")
    };
    let at: usize = text.split_inclusive('\n').take(found.last).map(str::len).sum();
    let before =
        if text.get(..at).is_none_or(|text| text.is_empty() || text.ends_with('\n')) { "" } else { "\n" };
    Some((at, format!("{before}{:indent$}{name}: {value}\n", "", indent = found.indentation)))
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
        assert_eq!(with("A: 7\n"), None);
        assert_eq!(with("NEW: 1\n"), None);
    }
}
