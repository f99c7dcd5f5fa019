//! Taking an import, or one name of it, out of a text, as an edit. Everything else stays as it is written.
//! It must not know why a name is to go.

use std::collections::BTreeMap;

use analyzer_source::{LineIndex, TextRange};
use analyzer_syntax::kind::{self, Kind};
use analyzer_syntax::{Node, Tier};

use super::TextEdit;
use crate::extract::{Limits, with_tree};
use crate::walk::{Context, Visit, walk};
use crate::{FileFacts, ImportKind};

/// A name that an import binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImportedPlace {
    /// Index into [`FileFacts::imports`].
    pub import: u32,
    /// Index among the names of a `from` import; none for a plain one.
    pub name: Option<u16>,
}

/// For each name the edit that takes it out; none where a comment would go along, in a `try`, whose handlers may count
/// on the import, and where the text around is not simple enough. Each edit is made as if it were the only one.
#[must_use]
pub fn remove_names(text: &str, facts: &FileFacts, names: &[ImportedPlace]) -> Vec<Option<TextEdit>> {
    if facts.syntax.is_some() {
        return vec![None; names.len()];
    }
    let mut surroundings = Surroundings::default();
    for name in names {
        let Some(import) = facts.imports.get(name.import as usize) else { continue };
        if begins_line(text, import.range.start) {
            surroundings.0.insert(import.range, Surrounding::default());
        } else {
            // Only the tree shows the surroundings of an indented statement.
            let (mut context, all) = (Context::new(text, Tier::A), &mut surroundings);
            with_tree(text, Limits::default(), |tree| walk(tree, &mut context, all));
            break;
        }
    }
    let mut entries: BTreeMap<TextRange, Vec<u32>> = BTreeMap::new();
    for import in &facts.imports {
        entries.entry(import.range).or_default().push(import.module_range.start);
    }
    entries.values_mut().for_each(|starts| starts.sort_unstable());
    let lines = Lines { text, index: LineIndex::new(text) };
    names.iter().map(|name| remove_name(&lines, facts, &surroundings, &entries, *name)).collect()
}

/// Whether a statement begins a line that continues no other, so that it belongs to no block.
fn begins_line(text: &str, start: u32) -> bool {
    let before = text.get(..start as usize).unwrap_or("");
    before.is_empty() || before.ends_with('\n') && !before.trim_end_matches(['\r', '\n']).ends_with('\\')
}

/// A text by its lines, of which one can be as long as the text.
struct Lines<'t> {
    text: &'t str,
    index: LineIndex,
}

impl Lines<'_> {
    /// The line of an offset, from its beginning to after its end.
    fn around(&self, offset: usize) -> (usize, usize) {
        let range = self.index.line_range(self.index.line(offset as u32));
        (range.start as usize, range.end as usize)
    }
}

/// Surroundings of import statements, by their places.
#[derive(Default)]
struct Surroundings(BTreeMap<TextRange, Surrounding>);

#[derive(Clone, Copy, Default)]
struct Surrounding {
    /// Whether the statement is the only one of its block.
    alone: bool,
    /// Whether it is the first one of its block.
    first: bool,
    /// Whether it is in a `try`, in the same function.
    in_try: bool,
}

impl Visit<'_> for Surroundings {
    fn enter(&mut self, node: &Node, node_kind: Kind, cx: &mut Context) {
        let is_import = |kind| matches!(kind, kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT);
        let in_try = || {
            let around =
                cx.ancestors.iter().rev().take_while(|frame| frame.kind != kind::FUNCTION_DEFINITION);
            around.into_iter().any(|frame| frame.kind == kind::TRY_STATEMENT)
        };
        if is_import(node_kind) && cx.parent_kind() != kind::BLOCK {
            self.0.insert(cx.range(node), Surrounding { in_try: in_try(), ..Surrounding::default() });
        } else if node_kind == kind::BLOCK {
            // All at once: asking each statement for its neighbours takes quadratic time.
            let in_try = in_try();
            let mut cursor = node.walk();
            let (mut imports, mut statements) = (Vec::new(), 0_usize);
            for (at, child) in node.named_children(&mut cursor).enumerate() {
                statements += usize::from(child.kind_id() != kind::COMMENT);
                if is_import(child.kind_id()) {
                    imports.push((cx.range(&child), at == 0));
                }
            }
            let alone = statements == 1;
            self.0.extend(
                imports.into_iter().map(|(range, first)| (range, Surrounding { alone, first, in_try })),
            );
        }
    }
}

fn remove_name(
    lines: &Lines,
    facts: &FileFacts,
    surroundings: &Surroundings,
    entries: &BTreeMap<TextRange, Vec<u32>>,
    place: ImportedPlace,
) -> Option<TextEdit> {
    let text = lines.text;
    let import = facts.imports.get(place.import as usize)?;
    let surrounding = surroundings.0.get(&import.range)?;
    if surrounding.in_try {
        return None;
    }
    // The number of entries, the start of this one and of the next.
    let (count, start, next) = match import.kind {
        ImportKind::From => {
            let at = usize::from(place.name?);
            let start = |at: usize| import.names.get(at).map(|name| name.range.start);
            (import.names.len(), start(at), start(at + 1))
        }
        ImportKind::Plain => {
            let starts = entries.get(&import.range)?;
            let at = starts.binary_search(&import.module_range.start).ok()?;
            (starts.len(), starts.get(at).copied(), starts.get(at + 1).copied())
        }
        ImportKind::Dynamic => return None,
    };
    let start = start?;
    if count == 1 {
        return whole_statement(lines, import.range, *surrounding);
    }
    let edit = match next {
        Some(next) => own_line(lines, start, next).unwrap_or_else(|| TextRange::new(start, next)),
        None => {
            let end = match import.kind {
                ImportKind::From => import.names.get(usize::from(place.name?))?.range.end,
                ImportKind::Plain | ImportKind::Dynamic => import.range.end,
            };
            let (_, next_line) = lines.around(end as usize);
            let end_of_line =
                next_line - usize::from(text.get(..next_line).is_some_and(|line| line.ends_with('\n')));
            let (line_start, _) = lines.around(start as usize);
            let first_on_line = is_blank(text.get(line_start..start as usize)?);
            if first_on_line && text.get(end as usize..end_of_line)?.contains('#') {
                // The comment is about this name.
                return None;
            }
            match own_line(lines, start, end_of_line as u32) {
                Some(line) => line,
                None => {
                    let before = text.get(..start as usize)?.trim_end_matches(is_gap).strip_suffix(',')?;
                    TextRange::new(before.trim_end_matches(is_gap).len() as u32, end)
                }
            }
        }
    };
    removed(text, edit, "")
}

/// Whether a character may be between the entries of an import besides commas and comments.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || c == '\\'
}

/// The line of an entry that begins at `start`, if nothing but its comma is on it; `next` is where the text
/// goes on.
fn own_line(lines: &Lines, start: u32, next: u32) -> Option<TextRange> {
    let (line_start, line_end) = lines.around(start as usize);
    // The first line is that of the statement itself.
    if line_start == 0 || !is_blank(lines.text.get(line_start..start as usize)?) {
        return None;
    }
    let line = lines.text.get(start as usize..line_end)?;
    let entry = line.trim_end();
    let one_entry = line.ends_with('\n') && entry.ends_with(',') && entry.find(',') == Some(entry.len() - 1);
    (one_entry && next as usize >= line_end - 1).then(|| TextRange::new(line_start as u32, line_end as u32))
}

/// Whether nothing but blanks is there; read from the end, where there is most often something else.
fn is_blank(text: &str) -> bool {
    text.trim_end().is_empty()
}

fn whole_statement(lines: &Lines, range: TextRange, surrounding: Surrounding) -> Option<TextEdit> {
    let text = lines.text;
    let (start, end) = (range.start as usize, range.end as usize);
    let (line_start, _) = lines.around(start);
    let (_, line_end) = lines.around(end);
    let before = text.get(line_start..start)?.trim_end();
    let after = text.get(end..line_end)?.trim();
    if after.starts_with('#') {
        return None;
    }
    if surrounding.alone {
        return removed(text, range, "pass");
    }
    if before.is_empty() && matches!(after, "" | ";") {
        let mut to = line_end;
        // No blank line is left at the beginning of the text or of a block.
        if line_start == 0 || surrounding.first {
            let rest = text.get(line_end..)?.split_inclusive('\n');
            to += rest.take_while(|line| line.trim().is_empty()).map(str::len).sum::<usize>();
        }
        return removed(text, TextRange::new(line_start as u32, to as u32), "");
    }
    if let Some(rest) = after.strip_prefix(';').filter(|rest| !rest.trim().is_empty()) {
        let next = line_end - text.get(end..line_end)?.trim_start().len() + 1;
        let next = next + (rest.len() - rest.trim_start().len());
        return removed(text, TextRange::new(range.start, next as u32), "");
    }
    let before = before.strip_suffix(';')?;
    removed(text, TextRange::new((line_start + before.trim_end().len()) as u32, range.end), "")
}

/// An edit, unless a comment may lie in what it replaces.
fn removed(text: &str, range: TextRange, content: &str) -> Option<TextEdit> {
    (!range.slice(text).contains('#')).then(|| TextEdit { range, content: content.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, extract};

    /// The text without the name, which is bound by only one import.
    fn without(text: &str, bound: &str) -> Option<String> {
        let facts = extract(text, Limits::default()).unwrap();
        let mut places = Vec::new();
        for (at, import) in (0..).zip(&facts.imports) {
            if import.kind == ImportKind::Plain && crate::imports::names::plain_binding(import) == bound {
                places.push(ImportedPlace { import: at, name: None });
            }
            for (name, one) in (0..).zip(&import.names) {
                if one.alias.as_ref().unwrap_or(&one.name) == bound {
                    places.push(ImportedPlace { import: at, name: Some(name) });
                }
            }
        }
        assert_eq!(places.len(), 1, "{text}");
        let edit = remove_names(text, &facts, &places).remove(0)?;
        let mut after = text.to_owned();
        after.replace_range(edit.range.start as usize..edit.range.end as usize, &edit.content);
        Some(after)
    }

    #[test]
    fn whole_statements_go_with_their_lines() {
        let cases = [
            ("import x\n\n\ny = 1\n", "y = 1\n"),
            ("import os\nimport x\ny = os\n", "import os\ny = os\n"),
            ("import os; import x\ny = os\n", "import os\ny = os\n"),
            ("import x; import os\ny = os\n", "import os\ny = os\n"),
            ("a = 1\nimport x;\ny = os\n", "a = 1\ny = os\n"),
            ("from a import (\n    x,\n)\ny = 1\n", "y = 1\n"),
            ("def f():\n    import x\n", "def f():\n    pass\n"),
            ("if a: import x\n", "if a: pass\n"),
            ("if a: import x; b()\n", "if a: b()\n"),
            ("def f():\n    \"\"\"Doc.\"\"\"\n    import x\n", "def f():\n    \"\"\"Doc.\"\"\"\n"),
            ("if a:\n    # why\n    import x\n", "if a:\n    # why\n    pass\n"),
            ("y = 1\nimport x", "y = 1\n"),
            ("import x.y\r\nz = 1\r\n", "z = 1\r\n"),
            ("if a:\n    import x\n\n    b()\n", "if a:\n    b()\n"),
            ("def f():\n    import x\n\n    # why\n    b()\n", "def f():\n    # why\n    b()\n"),
            ("if a:\n    b()\n    import x\n\n    c()\n", "if a:\n    b()\n\n    c()\n"),
            ("if a:\n    b()\n    import x\n\nc()\n", "if a:\n    b()\n\nc()\n"),
        ];
        for (before, after) in cases {
            assert_eq!(without(before, "x").as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn one_name_of_several_goes_alone() {
        let cases = [
            ("from a import b, x, c\n", "from a import b, c\n"),
            ("from a import b, x\n", "from a import b\n"),
            ("from a import (x, b)\n", "from a import (b)\n"),
            ("from a import b as x, c as d\n", "from a import c as d\n"),
            ("import os, sys as x\n", "import os\n"),
            ("import q as x, os\n", "import os\n"),
            ("from a import b, \\\n    x\n", "from a import b\n"),
            (
                "from a import (\n    b,\n    x,\n    c,  # why\n)\n",
                "from a import (\n    b,\n    c,  # why\n)\n",
            ),
            ("from a import (\n    b,  # why\n    x,\n)\n", "from a import (\n    b,  # why\n)\n"),
            ("from a import (\n    b,\n    x\n)\n", "from a import (\n    b\n)\n"),
            ("from a import (b, x,\n               c)\n", "from a import (b, c)\n"),
        ];
        for (before, after) in cases {
            assert_eq!(without(before, "x").as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn comments_and_probes_stay() {
        for text in [
            "import x  # why\n",
            "from a import (\n    b,\n    x,  # why\n)\n",
            "from a import (  # why\n    x,\n)\n",
            "from a import (\n    x,  # why\n    b,\n)\n",
            "try:\n    import x\nfinally:\n    pass\n",
        ] {
            assert_eq!(without(text, "x"), None, "{text}");
        }
    }
}
