//! Writing suppressions for findings into their files. It must not know what is to be suppressed, nor why.

use std::collections::{BTreeMap, BTreeSet};

use analyzer_diagnostics::Finding;
use analyzer_facts::{
    CommentPlaces, ConfigKind, FileFacts, Limits, Suppression, SuppressionForm, SuppressionOrigin, extract,
    extract_config,
};
use camino::Utf8Path;

use super::RULE;
use crate::disk::DiskFile;
use crate::queries::config_kind;

/// Findings of these rules are about a file as a whole that was not analysed, or about suppressions.
const NOT_SUPPRESSIBLE: [&str; 3] = ["internal-error", "skipped-file", RULE];

/// Findings of these rules are about a file as a whole, whatever is in its first line.
const ABOUT_FILES: [&str; 3] = ["backup-file", "duplicate-module", "startup-list-drift"];

/// The outcome of adding suppressions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Added {
    /// Files that were changed, relative to the project root, with the number of findings that are suppressed now.
    pub files: Vec<(String, u32)>,
    /// Findings that were left as they were.
    pub left: Vec<NotAdded>,
}

/// A finding for which no comment was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAdded {
    /// The file, relative to the project root.
    pub path: String,
    /// The line of the finding, from 1.
    pub line: u32,
    /// The rule's name.
    pub rule: String,
    /// Why, in one line.
    pub reason: String,
}

/// Writes comments for `findings`, all of one file, which was `analysed` as what it is and whose bytes must still have
/// that hash.
pub(crate) fn add_to_file(
    root: &Utf8Path,
    analysed: (Option<u128>, Option<ConfigKind>),
    findings: &[Finding],
    limits: Limits,
    added: &mut Added,
) {
    let (wanted, not): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| !NOT_SUPPRESSIBLE.contains(&finding.rule.as_str()));
    leave(&not, "such findings cannot be suppressed by a comment", added);
    let Some(first) = wanted.first() else { return };
    let path = &*first.location.path;
    match write(root, path, analysed, &wanted, limits) {
        Ok(left) => {
            let left: Vec<&Finding> =
                left.into_iter().filter_map(|index| wanted.get(index).copied()).collect();
            let done = wanted.len() - left.len();
            if done > 0 {
                added.files.push((path.to_owned(), done as u32));
            }
            leave(&left, "there is no place for a comment", added);
        }
        Err(reason) => leave(&wanted, &reason, added),
    }
}

fn leave(findings: &[&Finding], reason: &str, added: &mut Added) {
    added.left.extend(findings.iter().map(|finding| NotAdded {
        path: finding.location.path.to_string(),
        line: finding.location.start.line,
        rule: finding.rule.to_string(),
        reason: reason.to_owned(),
    }));
}

/// Writes one file; the indices of the findings that had to be left, or why it was not written at all.
fn write(
    root: &Utf8Path,
    path: &str,
    (analysed, kind): (Option<u128>, Option<ConfigKind>),
    findings: &[&Finding],
    limits: Limits,
) -> Result<Vec<usize>, String> {
    let file = DiskFile::read(root, path, analysed.ok_or("it is no file on disk")?)?;
    let source = &file.source;
    let wanted: Vec<(u32, &str)> =
        findings.iter().map(|finding| (finding.location.range.start, finding.rule.as_str())).collect();
    let (text, left) = suppressed(&source.text, kind, source.newline(), &wanted, limits);
    if text != source.text {
        file.replace(root, path, &text)?;
    }
    Ok(left)
}

/// Where a comment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Alone at the start of the file, in front of this offset.
    File(u32),
    /// Alone on the line above the one that starts here.
    Above(u32, u32),
    /// As further names of the suppression whose last name ends here.
    Extend(u32),
    /// Behind the logical line that ends here.
    Behind(u32),
}

impl Place {
    fn offset(self) -> u32 {
        match self {
            Self::File(at) | Self::Above(at, _) | Self::Extend(at) | Self::Behind(at) => at,
        }
    }
}

/// A text with comments that suppress `wanted`: offsets of bytes at which findings begin, with their rules' names.
/// `path` decides what is a comment.
///
/// Also returns the indices of those for which there is no place. The result has no syntax error that the text has
/// not, and each of the others is suppressed in it; where this cannot be had, the text stays as it is.
#[must_use]
pub fn suppressed_text(
    text: &str,
    path: &str,
    newline: &str,
    wanted: &[(u32, &str)],
    limits: Limits,
) -> (String, Vec<usize>) {
    suppressed(text, config_kind(path), newline, wanted, limits)
}

/// The same, for a text of this kind; of none for Python.
fn suppressed(
    text: &str,
    kind: Option<ConfigKind>,
    newline: &str,
    wanted: &[(u32, &str)],
    limits: Limits,
) -> (String, Vec<usize>) {
    let all = || (text.to_owned(), (0..wanted.len()).collect());
    let facts = |text: &str| match kind {
        None => extract(text, limits).ok(),
        // It has no comments.
        Some(ConfigKind::Json) => None,
        Some(kind) => Some(extract_config(text, kind)),
    };
    let Some(before) = facts(text) else { return all() };
    let places = match kind {
        None => CommentPlaces::new(text),
        Some(kind) => CommentPlaces::of_config(text, kind),
    };
    // How often a place for it has failed.
    let mut failed = vec![0_u8; wanted.len()];
    for _ in 0..4 {
        let mut edits: BTreeMap<(u32, Place), BTreeSet<&str>> = BTreeMap::new();
        for (&(offset, rule), failed) in wanted.iter().zip(&failed) {
            if let Some(place) = place(text, &before, &places, (offset, rule), *failed) {
                edits.entry((place.offset(), place)).or_default().insert(rule);
            }
        }
        let edited = edited(text, newline, &edits);
        let moved = |offset: u32| moved(offset, &edited.inserted);
        let Some(after) = facts(&edited.text) else { return all() };
        let sound = match (&before.syntax, &after.syntax) {
            (None, None) => true,
            (Some(old), Some(new)) => moved(old.range.start) == new.range.start,
            _ => false,
        };
        let missing: Vec<usize> = (0..wanted.len())
            .filter(|&index| !sound || !is_suppressed(&after, moved(wanted[index].0), wanted[index].1))
            .collect();
        // Whoever has failed twice has no place; all others have one.
        if sound && missing.iter().all(|&index| failed[index] >= 2) {
            return (edited.text, missing);
        }
        for index in missing {
            failed[index] += 1;
        }
    }
    all()
}

/// A text with a comment at its start that suppresses a rule in all of it; none where such findings cannot be suppressed,
/// or are already.
#[must_use]
pub fn suppressed_file(text: &str, rule: &str, limits: Limits) -> Option<String> {
    if NOT_SUPPRESSIBLE.contains(&rule) {
        return None;
    }
    let facts = extract(text, limits).ok()?;
    let whole = |one: &&Suppression| one.form == SuppressionForm::File;
    let of_rule = |one: &Suppression| one.names.iter().any(|name| name.name == rule);
    if facts.suppressions.iter().filter(whole).any(of_rule) {
        return None;
    }
    let place = extendable(&facts, 0, whole).unwrap_or(Place::File(behind_cookie(text)));
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let edits = BTreeMap::from([((place.offset(), place), BTreeSet::from([rule]))]);
    let text = edited(text, newline, &edits).text;
    let after = extract(&text, limits).ok()?;
    after.suppressions.iter().filter(whole).any(of_rule).then_some(text)
}

fn is_suppressed(facts: &FileFacts, offset: u32, rule: &str) -> bool {
    let names = |one: &Suppression| one.names.iter().any(|name| name.name == rule);
    let own = |one: &&Suppression| one.origin == SuppressionOrigin::Own && one.covers(offset);
    facts.suppressions.iter().filter(own).any(names)
}

/// Where the comment for a finding goes after so many failures; none where there is no further place.
fn place(
    text: &str,
    facts: &FileFacts,
    places: &CommentPlaces,
    (offset, rule): (u32, &str),
    failed: u8,
) -> Option<Place> {
    let line = places.at(offset).filter(|_| !ABOUT_FILES.contains(&rule));
    let Some(line) = line else {
        let whole = |one: &&Suppression| one.form == SuppressionForm::File;
        let place = extendable(facts, offset, whole).unwrap_or(Place::File(behind_cookie(text)));
        return (failed == 0).then_some(place);
    };
    let narrow = |one: &&Suppression| matches!(one.form, SuppressionForm::Line | SuppressionForm::NextLine);
    match failed {
        0 => extendable(facts, offset, narrow)
            .or(if line.damaged { None } else { Some(Place::Behind(line.behind)) })
            .or(Some(Place::Above(line.above, line.first))),
        1 => Some(Place::Above(line.above, line.first)),
        _ => None,
    }
}

/// The place after the last name of a suppression of ours that covers `offset` and that `fits`.
fn extendable(facts: &FileFacts, offset: u32, fits: impl Fn(&&Suppression) -> bool) -> Option<Place> {
    let mut own = facts.suppressions.iter().filter(|one| one.origin == SuppressionOrigin::Own);
    let found = own.find(|one| fits(one) && one.covers(offset) && !one.names.is_empty())?;
    found.names.last().map(|name| Place::Extend(name.range.end))
}

/// Behind the lines that must come first in a file: `#!` and the one that declares the encoding.
fn behind_cookie(text: &str) -> u32 {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(2) {
        if !(line.starts_with("#!") || (line.starts_with('#') && line.contains("coding")))
            || !line.ends_with('\n')
        {
            break;
        }
        at += line.len();
    }
    at as u32
}

/// A text with insertions.
struct Edited {
    text: String,
    /// Where something was inserted in front of the byte at this offset, with its length, ascending.
    inserted: Vec<(u32, u32)>,
}

fn edited(text: &str, newline: &str, edits: &BTreeMap<(u32, Place), BTreeSet<&str>>) -> Edited {
    let mut out = String::with_capacity(text.len() + 40 * edits.len());
    let mut inserted = Vec::with_capacity(edits.len());
    let mut done = 0;
    for ((offset, place), rules) in edits {
        let at = *offset as usize;
        out.push_str(text.get(done..at).unwrap_or(""));
        done = at;
        let rules: Vec<&str> = rules.iter().copied().collect();
        let rules = rules.join(", ");
        let new = match place {
            Place::File(_) => format!("# analyzer: ignore-file[{rules}]{newline}"),
            Place::Above(start, first) => {
                let indentation = text.get(*start as usize..*first as usize).unwrap_or("");
                format!("{indentation}# analyzer: ignore-next-line[{rules}]{newline}")
            }
            Place::Extend(_) => format!(", {rules}"),
            Place::Behind(_) => format!("  # analyzer: ignore[{rules}]"),
        };
        out.push_str(&new);
        inserted.push((*offset, new.len() as u32));
    }
    out.push_str(text.get(done..).unwrap_or(""));
    Edited { text: out, inserted }
}

/// Where the byte at `offset` is after the insertions.
fn moved(offset: u32, inserted: &[(u32, u32)]) -> u32 {
    offset + inserted.iter().take_while(|(at, _)| *at <= offset).map(|(_, length)| length).sum::<u32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with a suppression of rule `r` for what begins at each `¤`.
    fn add(marked: &str) -> (String, Vec<usize>) {
        let mut text = String::new();
        let mut wanted = Vec::new();
        for part in marked.split_inclusive('¤') {
            text.push_str(part.trim_end_matches('¤'));
            if part.ends_with('¤') {
                wanted.push((text.len() as u32, "r"));
            }
        }
        let newline = if marked.contains("\r\n") { "\r\n" } else { "\n" };
        suppressed_text(&text, "a.py", newline, &wanted, Limits::default())
    }

    #[test]
    fn configuration_gets_comments_where_they_are_comments() {
        let add = |text: &str, at: &str, path: &str| {
            let wanted = [(text.find(at).unwrap() as u32, "r")];
            suppressed_text(text, path, "\n", &wanted, Limits::default())
        };
        let gives = |text: &str, path: &str, expected: &str| {
            assert_eq!(add(text, "V", path), (expected.to_owned(), Vec::new()));
        };
        gives("a:\n  b: V\n", "a.yaml", "a:\n  b: V  # analyzer: ignore[r]\n");
        gives("b: |\n  V\n  x\n", "a.yaml", "# analyzer: ignore-next-line[r]\nb: |\n  V\n  x\n");
        gives("b: \"V\n  x\"\n", "a.yaml", "# analyzer: ignore-next-line[r]\nb: \"V\n  x\"\n");
        gives("b = \"V\"\n", "a.toml", "b = \"V\"  # analyzer: ignore[r]\n");
        gives("ENV A=1 \\\n  B=V\n", "Dockerfile", "# analyzer: ignore-next-line[r]\nENV A=1 \\\n  B=V\n");
        gives("# V\n", "Dockerfile", "# V  # analyzer: ignore[r]\n");
        let json = "{\"b\": \"V\"}\n";
        assert_eq!(add(json, "V", "a.json"), (json.to_owned(), vec![0]));
    }

    #[track_caller]
    fn gives(marked: &str, expected: &str) {
        assert_eq!(add(marked), (expected.to_owned(), Vec::new()));
    }

    #[test]
    fn the_comment_goes_behind_the_logical_line() {
        gives("¤a = 1\n", "a = 1  # analyzer: ignore[r]\n");
        gives("¤a = 1", "a = 1  # analyzer: ignore[r]");
        gives("¤a = 1  \r\nb = 2\r\n", "a = 1  # analyzer: ignore[r]  \r\nb = 2\r\n");
        gives("f(\n    ¤1,\n    2,\n)\n", "f(\n    1,\n    2,\n)  # analyzer: ignore[r]\n");
        gives("a = ¤1 + \\\n    2\n", "a = 1 + \\\n    2  # analyzer: ignore[r]\n");
        gives("a = '''\n¤text\n'''\nb = 2\n", "a = '''\ntext\n'''  # analyzer: ignore[r]\nb = 2\n");
        gives("def ¤f(\n    a,\n):\n    pass\n", "def f(\n    a,\n):  # analyzer: ignore[r]\n    pass\n");
        gives("if a: ¤b = '#'; c = 2\n", "if a: b = '#'; c = 2  # analyzer: ignore[r]\n");
        gives("¤a = 1; ¤b = 2\n", "a = 1; b = 2  # analyzer: ignore[r]\n");
    }

    #[test]
    fn what_stands_there_is_kept_or_extended() {
        gives("¤a = 1  # why\n", "a = 1  # why  # analyzer: ignore[r]\n");
        gives("¤a = 1  # analyzer: ignore[x] why\n", "a = 1  # analyzer: ignore[x, r] why\n");
        gives("# analyzer: ignore-next-line[x]\n¤a = 1\n", "# analyzer: ignore-next-line[x, r]\na = 1\n");
        gives("# a ¤token\n", "# a token  # analyzer: ignore[r]\n");
    }

    #[test]
    fn a_finding_without_a_line_is_suppressed_for_the_file() {
        gives("¤\na = 1\n", "# analyzer: ignore-file[r]\n\na = 1\n");
        gives(
            "#!/usr/bin/python\n# coding: latin-1\n¤\na = 1\n",
            "#!/usr/bin/python\n# coding: latin-1\n# analyzer: ignore-file[r]\n\na = 1\n",
        );
    }

    #[test]
    fn a_broken_line_gets_its_comment_above() {
        let (text, left) = add("def f():\n    ¤x = 'open\n    y = 1\n");
        assert!(left.is_empty());
        assert_eq!(text, "def f():\n    # analyzer: ignore-next-line[r]\n    x = 'open\n    y = 1\n");
        let (text, left) = add("x = = 1\ntry:\n    pass\n¤except:\n    pass\n");
        assert!(left.is_empty());
        assert_eq!(text, "x = = 1\ntry:\n    pass\nexcept:  # analyzer: ignore[r]\n    pass\n");
    }
}
