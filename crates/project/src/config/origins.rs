//! The keys that a configuration sets, with their places. It must not know what the values come to.

use analyzer_source::TextRange;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigSource;

/// A key that a configuration sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetKey {
    /// The names of the tables around it and its own, such as `rules`, `complex-function`, `max`.
    pub names: Vec<String>,
    /// Its place.
    pub range: TextRange,
    /// Whether it is `requires-python` of a `pyproject.toml`, which stands in for `target-version`.
    pub requires_python: bool,
}

/// The keys that a configuration sets, in no order; none where the text is no TOML. Tables of rules and globs are named with each
/// of their keys, contracts once.
#[must_use]
pub fn set_keys(text: &str, source: ConfigSource) -> Vec<SetKey> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let document = document.get_ref();
    let mut keys = Vec::new();
    match source {
        ConfigSource::Analyzer => add_table(document, &mut keys),
        ConfigSource::Pyproject => {
            let section = |name: &str, key: &str| -> Option<&Spanned<DeValue>> {
                document.get(name)?.get_ref().as_table()?.get(key)
            };
            if let Some(table) = section("tool", "analyzer").and_then(|own| own.get_ref().as_table()) {
                add_table(table, &mut keys);
            }
            let asked = section("project", "requires-python");
            if let Some(asked) = asked.filter(|_| keys.iter().all(|key| key.names != ["target-version"])) {
                let names = vec!["target-version".to_owned()];
                keys.push(SetKey { names, range: range(asked.span()), requires_python: true });
            }
        }
    }
    keys
}

fn add_table(table: &DeTable, keys: &mut Vec<SetKey>) {
    for (key, value) in table {
        let name = key.get_ref().to_string();
        let inner = value.get_ref().as_table().filter(|_| matches!(name.as_str(), "rules" | "per-file"));
        let Some(inner) = inner else {
            keys.push(set(vec![name], key));
            continue;
        };
        for (of, value) in inner {
            for (key, _) in value.get_ref().as_table().into_iter().flatten() {
                let names = vec![name.clone(), of.get_ref().to_string(), key.get_ref().to_string()];
                keys.push(set(names, key));
            }
        }
    }
}

fn set(names: Vec<String>, key: &Spanned<std::borrow::Cow<'_, str>>) -> SetKey {
    SetKey { names, range: range(key.span()), requires_python: false }
}

fn range(span: std::ops::Range<usize>) -> TextRange {
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    TextRange::new(at(span.start), at(span.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, source: ConfigSource) -> Vec<(String, usize)> {
        let line = |key: &SetKey| text[..key.range.start as usize].matches('\n').count() + 1;
        let mut found: Vec<_> =
            set_keys(text, source).iter().map(|key| (key.names.join("/"), line(key))).collect();
        found.sort();
        found
    }

    #[test]
    fn every_key_has_its_line() {
        let text = "fail-on = \"error\"\n[rules.complex-function]\nmax = 3\n[per-file.\"a/**\"]\nignore = []\n\
            [[layers]]\nname = \"x\"\n[[layers]]\nname = \"y\"\n";
        let found = lines(text, ConfigSource::Analyzer);
        let found: Vec<(&str, usize)> = found.iter().map(|(name, line)| (name.as_str(), *line)).collect();
        assert_eq!(
            found,
            [("fail-on", 1), ("layers", 6), ("per-file/a/**/ignore", 5), ("rules/complex-function/max", 3)]
        );
    }

    #[test]
    fn what_a_project_requires_stands_in() {
        let asked = "[project]\nrequires-python = \">=3.11\"\n";
        let found = set_keys(asked, ConfigSource::Pyproject);
        assert!(found.len() == 1 && found[0].requires_python, "{found:?}");
        let both = format!("{asked}[tool.analyzer]\ntarget-version = \"3.10\"\n");
        assert_eq!(lines(&both, ConfigSource::Pyproject), [("target-version".to_owned(), 4)]);
        assert!(set_keys("[", ConfigSource::Analyzer).is_empty());
    }
}
