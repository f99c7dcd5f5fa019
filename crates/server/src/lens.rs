//! Lenses above lines of code: a function's complexity, and on the first line the module's import cycle; and links
//! from names of ports to where they are registered. It must not know how any of it is found out.

use analyzer_facts::TextRange;
use analyzer_source::LineIndex;
use serde_json::{Value, json};

use crate::convert::Teller;
use crate::document::{Document, position};
use crate::registry::registered;
use crate::server::Server;
use crate::wire::{Position, Range};

/// Functions of this complexity and above carry a lens: below it everybody sees it at a glance.
const NOTEWORTHY: u32 = 5;
/// Command that a client must offer, for a lens to show a cycle when it is clicked.
pub(crate) const SHOW_CYCLE: &str = "analyzer.showCycle";

impl Server {
    /// The lenses of a document whose text was checked.
    pub(crate) fn code_lenses(&self, document: &Document) -> Value {
        let Some(project) = self.projects.get(document.project) else { return Value::Null };
        let facts = project.open_result(&document.path).and_then(|open| open.facts.as_ref()?.get());
        let Some(facts) = facts else { return Value::Null };
        let index = LineIndex::new(&document.text);
        let range = |range: TextRange| {
            let at = |offset| position(&document.text, &index, offset, self.client.unit);
            Range { start: at(range.start), end: at(range.end) }
        };
        let mut lenses = Vec::new();
        for scope in &facts.scopes {
            let Some(metrics) = scope.metrics.as_ref().filter(|metrics| metrics.ruff >= NOTEWORTHY) else {
                continue;
            };
            let title = format!("complexity {} · cognitive {}", metrics.ruff, metrics.cognitive);
            lenses
                .push(json!({"range": range(scope.name_range), "command": {"title": title, "command": ""}}));
        }
        lenses.extend(self.cycle_lens(document));
        Value::Array(lenses)
    }

    /// The lens of the import cycle that a module lies on.
    fn cycle_lens(&self, document: &Document) -> Option<Value> {
        let project = self.projects.get(document.project)?;
        let teller = Teller::new(&self.client, document.project, project, &self.documents);
        let own = project.findings(&document.path).iter().filter(|finding| !finding.suppressed);
        let on = own.chain(project.findings_about(&document.path));
        let finding = on.into_iter().find(|finding| finding.rule == "import-cycle")?;
        let size = finding.properties.get("componentSize").and_then(Value::as_u64).unwrap_or(0);
        let title = format!("on an import cycle of {size} modules");
        let first = Position { line: 0, character: 0 };
        let mut command = json!({"title": title, "command": ""});
        if self.client_commands.contains(SHOW_CYCLE) {
            let hops = finding.related.iter().map(|related| teller.location(&related.location));
            let hops: Vec<_> = hops.collect();
            command =
                json!({"title": title, "command": SHOW_CYCLE, "arguments": [document.uri, first, hops]});
        }
        Some(json!({"range": Range { start: first, end: first }, "command": command}))
    }

    /// Links from the names of ports in a document to their registry.
    pub(crate) fn document_links(&self, document: &Document) -> Value {
        let Some(place) = self.projects.get(document.project).and_then(|project| project.place.as_ref())
        else {
            return Value::Null;
        };
        let Some(registry) = self.registry(document.project) else { return Value::Null };
        if document.path == registry.path {
            return Value::Null;
        }
        let (names, path) = (registered(&registry.text), &*registry.path);
        let target = crate::uri::of_path(&place.shown.join(path));
        let index = LineIndex::new(&document.text);
        let at = |offset: usize| {
            position(&document.text, &index, u32::try_from(offset).unwrap_or(u32::MAX), self.client.unit)
        };
        let links = quoted_words(&document.text).filter_map(|(start, word)| {
            let line = names.get(word)?;
            let range = Range { start: at(start), end: at(start + word.len()) };
            let tooltip = format!("{word} in {path}");
            Some(json!({"range": range, "target": format!("{target}#L{line}"), "tooltip": tooltip}))
        });
        Value::Array(links.collect())
    }
}

/// The words that are alone between quotes, with their offsets.
fn quoted_words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let quotes = text.match_indices(['"', '\'']);
    quotes.filter_map(|(at, quote)| {
        let rest = text.get(at + 1..)?;
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))?;
        let word = rest.get(..end).filter(|word| !word.is_empty())?;
        rest.get(end..)?.starts_with(quote).then_some((at + 1, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_quotes_are_found() {
        let found: Vec<_> = quoted_words("f('A', \"B-c\") + 'not this' + 'é_1' + '").collect();
        assert_eq!(found, [(3, "A"), (8, "B-c"), (30, "é_1")]);
    }
}
