//! Import statements as text: written anew, taken out, or cut down to the names that stay.
//! It must not know where they go.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use analyzer_source::TextRange;

use super::{TextEdit, Wanted};
use crate::{FileFacts, Import, ImportKind};

/// Width up to which a statement stays on one line, in bytes.
const WIDTH: usize = 88;

/// An import statement with these names of it; with all of a plain import.
pub(super) fn statement_text(import: &Import, names: &[u16]) -> String {
    let alias = |name: &str, alias: Option<&str>| {
        alias.map_or_else(|| name.to_owned(), |alias| format!("{name} as {alias}"))
    };
    match import.kind {
        ImportKind::From => {
            let (head, entries) = from_parts(import, names);
            format!("{head}{}", entries.join(", "))
        }
        ImportKind::Plain | ImportKind::Dynamic => {
            format!("import {}", alias(&import.module, import.alias.as_deref()))
        }
    }
}

/// `from m import ` and its entries.
fn from_parts(import: &Import, names: &[u16]) -> (String, Vec<String>) {
    let dots = ".".repeat(usize::from(import.level));
    let chosen = (0..).zip(&import.names).filter(|(at, _)| names.contains(at));
    let entries = chosen.map(|(_, name)| match &name.alias {
        Some(alias) => format!("{} as {alias}", name.name),
        None => name.name.to_string(),
    });
    (format!("from {dots}{} import ", import.module), entries.collect())
}

/// The statements that lose what they import.
pub(super) struct Removal<'a> {
    text: &'a str,
    /// By statement what stays of it, as a new statement; none if nothing does.
    rest: BTreeMap<TextRange, Option<String>>,
    /// The comment after a statement that goes; it has to go along.
    comment: Option<&'a str>,
}

impl<'a> Removal<'a> {
    /// None where a statement shares its line with another, or a comment would be lost.
    pub(super) fn new(
        text: &'a str,
        facts: &FileFacts,
        comments: &[TextRange],
        wanted: &[Wanted],
    ) -> Option<Self> {
        let newline = facts.import_site?.newline();
        let mut rest = BTreeMap::new();
        let mut comment = None;
        for one in wanted {
            let range = facts.imports.get(one.import as usize)?.range;
            if rest.contains_key(&range) {
                continue;
            }
            if comments.iter().any(|comment| comment.start < range.end && comment.end > range.start) {
                return None;
            }
            let before = text.get(..range.start as usize)?;
            let tail = text.get(range.end as usize..)?.lines().next().unwrap_or("").trim();
            if !(before.is_empty() || before.ends_with('\n')) || !(tail.is_empty() || tail.starts_with('#')) {
                return None;
            }
            let stays = staying(facts, wanted, range, newline);
            if stays.is_none() && !tail.is_empty() && comment.replace(tail).is_some() {
                return None;
            }
            rest.insert(range, stays);
        }
        Some(Self { text, rest, comment })
    }

    /// Whether a comment still has to find a place.
    pub(super) fn has_comment(&self) -> bool {
        self.comment.is_some()
    }

    /// The comment that goes along with the statement; none where it cannot, since code follows on the same line.
    #[expect(clippy::option_option, reason = "no place for a comment is not the same as no comment")]
    pub(super) fn take_comment(&mut self, inline: bool) -> Option<Option<&'a str>> {
        if inline && self.comment.is_some() { None } else { Some(self.comment.take()) }
    }

    /// The edits that take the statements out; `instead` takes the place of the first one. `others` are the edits that
    /// put them elsewhere.
    pub(super) fn edits(&self, instead: Option<(&str, &str)>, others: &[TextEdit]) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        for (at, (range, rest)) in self.rest.iter().enumerate() {
            let instead = instead.filter(|_| at == 0);
            let edit = match (rest, instead) {
                (None, None) => TextEdit { range: self.whole_lines(*range, others), content: String::new() },
                (None, Some((statement, _))) => TextEdit { range: *range, content: statement.to_owned() },
                (Some(rest), None) => TextEdit { range: *range, content: rest.clone() },
                (Some(rest), Some((statement, newline))) => {
                    TextEdit { range: *range, content: format!("{statement}{newline}{rest}") }
                }
            };
            edits.push(edit);
        }
        edits
    }

    /// The lines of a statement, and the blank ones in front of it where nothing but blank ones follows.
    fn whole_lines(&self, range: TextRange, others: &[TextEdit]) -> TextRange {
        let (mut start, end) = (range.start as usize, range.end as usize);
        let rest = self.text.get(end..).unwrap_or("");
        let mut end = end + rest.find('\n').map_or(rest.len(), |at| at + 1);
        let is_blank = |line: &str| line.trim().is_empty();
        let follows_blank = self.text.get(end..).and_then(|rest| rest.split_inclusive('\n').next());
        let in_place =
            |edit: &TextEdit| edit.range.start as usize == end && !edit.content.starts_with(['\r', '\n']);
        if follows_blank.is_none_or(|line| !is_blank(line)) || others.iter().any(in_place) {
            return TextRange::new(start as u32, end as u32);
        }
        if start == 0 {
            let rest = self.text.get(end..).unwrap_or("");
            end += rest.split_inclusive('\n').take_while(|line| is_blank(line)).map(str::len).sum::<usize>();
        } else {
            let before = self.text.get(..start).unwrap_or("");
            let blank = before.split_inclusive('\n').rev().take_while(|line| is_blank(line));
            start -= blank.map(str::len).sum::<usize>();
        }
        TextRange::new(start as u32, end as u32)
    }
}

/// Text that stays of the statement at `range`.
fn staying(facts: &FileFacts, wanted: &[Wanted], range: TextRange, newline: &str) -> Option<String> {
    let mut modules = Vec::new();
    for (index, import) in (0..).zip(&facts.imports).filter(|(_, import)| import.range == range) {
        let gone = wanted.iter().find(|one| one.import == index);
        match import.kind {
            ImportKind::From => {
                let gone = gone?;
                let stay: Vec<u16> = (0..).zip(&import.names).map(|(at, _)| at).collect();
                let stay: Vec<u16> = stay.into_iter().filter(|at| !gone.names.contains(at)).collect();
                if gone.names.is_empty() || stay.is_empty() {
                    return None;
                }
                let one_line = statement_text(import, &stay);
                if one_line.len() <= WIDTH {
                    return Some(one_line);
                }
                let (head, entries) = from_parts(import, &stay);
                let mut lines = format!("{head}({newline}");
                for entry in entries {
                    let _ = write!(lines, "    {entry},{newline}");
                }
                lines.push(')');
                return Some(lines);
            }
            ImportKind::Plain if gone.is_none() => {
                modules.push(statement_text(import, &[]).trim_start_matches("import ").to_owned());
            }
            ImportKind::Plain | ImportKind::Dynamic => {}
        }
    }
    if modules.is_empty() { None } else { Some(format!("import {}", modules.join(", "))) }
}
