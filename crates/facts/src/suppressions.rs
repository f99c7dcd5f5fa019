//! Comments that ask for silence, with the bytes that they cover. Which comments are real the tree says; where
//! the text is broken, tokens do. It must not know rules: any name is taken.
//!
//! The coverage of a comment follows from logical lines, the same way in sound and in broken text: a line with all
//! its continuations, brackets and strings; decorators are one with the header below them.

mod directive;
mod places;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use analyzer_source::TextRange;
use analyzer_syntax::kind::{self, Kind};
use analyzer_syntax::lexer::Tokens;
use analyzer_syntax::tokens::{Keyword, Line, LineKind, logical_lines};
use analyzer_syntax::{Node, sound_lines};
use compact_str::CompactString;

use crate::config_text::Dialect;
use crate::config_text::lines::{Bodies, lines};
use crate::interest::Interest;
use crate::spoken::{Spoken, Subject};
use crate::walk::Context;
use crate::{SuppressedName, Suppression, SuppressionForm, SuppressionOrigin};
use directive::{Directive, Place, directives};
pub use places::{CommentPlace, CommentPlaces};

/// Words of which every request for silence contains one.
pub(crate) const MARKERS: [&str; 9] =
    ["analyzer:", "noqa", "nosec", "pylint:", "nosemgrep", "nosonar", "gitleaks:allow", "pragma:", "ruff:"];

/// None only if the automaton could not be built; nothing is silenced then.
static FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(MARKERS).ok());

fn has_marker(text: &str) -> bool {
    FINDER.as_ref().is_some_and(|finder| finder.is_match(text))
}

/// Remembers where comments begin that may ask for silence.
#[derive(Default)]
pub(crate) struct SuppressionCollector {
    comments: Vec<(usize, usize)>,
}

impl SuppressionCollector {
    /// Where something may ask for silence, every comment must be seen.
    pub(crate) fn interest(spoken: &Spoken, interest: &mut Interest) {
        interest.kept(spoken.hits(Subject::Silence).map(|hit| hit.start));
    }

    pub(crate) fn enter(&mut self, node: &Node, kind: Kind, cx: &Context) {
        if kind == kind::COMMENT && has_marker(cx.slice(node)) {
            self.comments.push((node.start_byte(), node.end_byte()));
        }
    }

    /// The suppressions of a text that parsed, and whose own tree was walked; from its `tokens`, if they have been read.
    pub(crate) fn in_sound_text(&self, text: &str, tokens: Option<&Tokens>) -> Vec<Suppression> {
        if self.comments.is_empty() {
            return Vec::new();
        }
        let mut lines = tokens.map_or_else(|| logical_lines(text), |tokens| sound_lines(text, tokens));
        // A comment that only tokens see is none, and one that they miss covers no more than its own line.
        let mut seen = vec![false; self.comments.len()];
        for line in &mut lines {
            line.comments.retain(|comment| {
                let real = self.comments.binary_search_by_key(&comment.0, |real| real.0);
                if let Ok(index) = real {
                    seen[index] = true;
                }
                real.is_ok()
            });
        }
        let mut found = Reader::new(text, &lines).read();
        let missed = self.comments.iter().zip(seen).filter(|(_, seen)| !seen);
        for (&(start, end), _) in missed {
            let comment = text.get(start..end).unwrap_or("").trim_end();
            for directive in directives(comment, Place::default()) {
                let line = text.get(..start).unwrap_or("").rfind('\n').map_or(0, |at| at + 1);
                let mut suppression = placed(text, (start, start + comment.len()), &directive, false);
                if directive.form == SuppressionForm::Line {
                    suppression.covers.push(TextRange::new(line as u32, end as u32));
                }
                found.push(suppression);
            }
        }
        found.sort_by_key(|suppression| suppression.range);
        found
    }
}

/// The suppressions of a text that no parser reads unchanged.
pub(crate) fn in_broken_text(text: &str) -> Vec<Suppression> {
    if !has_marker(text) {
        return Vec::new();
    }
    Reader::new(text, &logical_lines(text)).read()
}

/// The suppressions of a text of configuration.
pub(crate) fn in_config(text: &str, dialect: Dialect) -> Vec<Suppression> {
    if !has_marker(text) {
        return Vec::new();
    }
    Reader::new(text, &lines(text, dialect, Bodies::Apart)).read()
}

/// Whether a text may ask for silence in our own words, so that it is looked at although there is nothing to silence.
#[must_use]
pub fn may_suppress(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"analyzer:").is_some()
}

/// Directive of a comment, without its coverage.
fn placed(text: &str, comment: (usize, usize), directive: &Directive, alone: bool) -> Suppression {
    let at = |offset: usize| (comment.0 + offset) as u32;
    let range = TextRange::new(at(directive.range.start), at(directive.range.end));
    let names = directive.names.iter().map(|name| {
        let range = TextRange::new(at(name.start), at(name.end));
        SuppressedName { name: CompactString::new(range.slice(text)), range }
    });
    let whole = directive.range == (0..comment.1 - comment.0);
    Suppression {
        origin: directive.origin,
        form: directive.form,
        names: names.collect(),
        range,
        covers: Vec::new(),
        removal: removal(text, comment, range, whole && alone),
        unpaired: false,
    }
}

/// Range to delete with a directive: its whole line, or the blanks before it.
fn removal(text: &str, comment: (usize, usize), range: TextRange, line: bool) -> TextRange {
    let (start, end) = (range.start as usize, range.end as usize);
    let before = text.get(..start).unwrap_or("");
    if line {
        let first = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(end..).unwrap_or("");
        return TextRange::new(first as u32, (end + rest.find('\n').map_or(rest.len(), |at| at + 1)) as u32);
    }
    if end < comment.1 && start == comment.0 {
        // The text after it takes its place.
        let rest = text.get(end..comment.1).unwrap_or("");
        return TextRange::new(range.start, (comment.1 - rest.trim_start().len()) as u32);
    }
    TextRange::new(before.trim_end_matches([' ', '\t']).len() as u32, range.end)
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a [Line],
    /// Range that a comment in the line of the same index covers.
    units: Vec<TextRange>,
    found: Vec<Suppression>,
    /// Our own, pylint's and ruff's requests that are still in effect.
    open: Vec<Open>,
    /// Those of pylint that a block inside theirs takes back until it ends, and how far that is indented.
    paused: Vec<(Open, u32)>,
}

/// A request that is in effect up to its end, or that of its block.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// Index in what was found.
    index: usize,
    /// Indentation of its block.
    column: u32,
    /// Where it begins to cover.
    from: u32,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, lines: &'a [Line]) -> Self {
        Self { text, lines, units: units(lines), found: Vec::new(), open: Vec::new(), paused: Vec::new() }
    }

    fn read(mut self) -> Vec<Suppression> {
        // Headers of the blocks that the current line lies in, outermost first: indentation and what to cover.
        let mut headers: Vec<(u32, TextRange)> = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            if line.kind == LineKind::Code {
                while headers.last().is_some_and(|header| header.0 >= line.column) {
                    headers.pop();
                }
                self.close_blocks(line);
            }
            for &comment in &line.comments {
                let enclosing = headers.iter().rev().find(|header| header.0 < line.column);
                self.comment(index, comment, enclosing.map(|header| header.1));
            }
            if line.kind == LineKind::Code && line.is_header() {
                headers.push((line.column, self.units[index]));
            }
        }
        let end = self.text.len() as u32;
        for Open { index, from, .. } in std::mem::take(&mut self.open) {
            let start = &mut self.found[index];
            if start.origin == SuppressionOrigin::Own {
                start.unpaired = true;
            } else {
                start.covers.push(TextRange::new(from, end));
            }
        }
        self.found
    }

    /// Ends the requests of other tools whose block ends before `line`, and takes up those that were paused in one.
    fn close_blocks(&mut self, line: &Line) {
        let found = &mut self.found;
        let before = (line.start as u32).saturating_sub(1);
        self.open.retain(|open| {
            let ends = found[open.index].origin != SuppressionOrigin::Own && line.column < open.column;
            if ends {
                found[open.index].covers.push(TextRange::new(open.from, before));
            }
            !ends
        });
        let open = &mut self.open;
        self.paused.retain(|&(paused, column)| {
            let ends = line.column < column;
            if ends && line.column >= paused.column {
                open.push(Open { from: line.start as u32, ..paused });
            }
            !ends
        });
    }

    fn comment(&mut self, index: usize, (start, end): (usize, usize), enclosing: Option<TextRange>) {
        let line = &self.lines[index];
        let alone = line.kind == LineKind::Comment;
        let comment = self.text.get(start..end).unwrap_or("").trim_end();
        if !has_marker(comment) {
            return;
        }
        let place = (start, start + comment.len());
        let own_line = TextRange::new(start as u32, end as u32);
        let first = self.text.get(..start).unwrap_or("").rfind('\n').map_or(0, |at| at + 1);
        let starts_line = self.text.get(first..start).unwrap_or("").trim().is_empty();
        let written = Place { alone, first: starts_line, column: line.column };
        for directive in directives(comment, written) {
            let mut suppression = placed(self.text, place, &directive, starts_line);
            let own = suppression.origin == SuppressionOrigin::Own;
            match suppression.form {
                SuppressionForm::Line if alone => {
                    suppression.covers.push(own_line);
                    suppression.covers.extend(enclosing.filter(|_| own));
                }
                SuppressionForm::Line if self.speaks_of_its_line(index, start, suppression.origin) => {
                    suppression.covers.push(self.joined_lines(line, start, end));
                }
                SuppressionForm::Line => suppression.covers.push(self.units[index]),
                SuppressionForm::NextLine if self.speaks_of_its_line(index, start, suppression.origin) => {
                    let rest = self.text.get(end + 1..).unwrap_or("");
                    let next = end + 1 + rest.find('\n').unwrap_or(rest.len());
                    suppression.covers.push(TextRange::new(end as u32, next as u32));
                }
                // Inside brackets the next line belongs to the same logical line.
                SuppressionForm::NextLine if !alone && end < line.end => {
                    suppression.covers.push(self.units[index]);
                }
                SuppressionForm::NextLine => {
                    let next =
                        (index + 1..self.lines.len()).find(|&at| self.lines[at].kind == LineKind::Code);
                    suppression.covers.extend(next.map(|next| self.units[next]));
                }
                SuppressionForm::File => {
                    suppression.covers.push(TextRange::new(0, self.text.len() as u32));
                }
                SuppressionForm::Start if suppression.origin == SuppressionOrigin::Pylint => {
                    // Each name may be taken back by itself.
                    for name in std::mem::take(&mut suppression.names) {
                        self.start(Suppression { names: vec![name], ..suppression.clone() }, line.column);
                    }
                    continue;
                }
                SuppressionForm::Start => {
                    self.start(suppression, line.column);
                    continue;
                }
                SuppressionForm::End => suppression.unpaired = !self.end(&suppression, line.column),
                SuppressionForm::Malformed => {}
            }
            if !(directive.enables && suppression.form == SuppressionForm::End) {
                self.found.push(suppression);
            }
        }
    }

    /// Whether a comment is one of those that ruff reads line by line, and is below the first line of an import, of
    /// which each line has names of its own.
    fn speaks_of_its_line(&self, index: usize, comment: usize, origin: SuppressionOrigin) -> bool {
        let line = &self.lines[index];
        let statement = self.text.get(line.start..comment).unwrap_or("");
        origin == SuppressionOrigin::Noqa
            && line.kind == LineKind::Code
            && (statement.starts_with("from ") || statement.starts_with("import "))
            && statement.contains('\n')
    }

    /// The line of a comment, with those before it that backslashes join to it.
    fn joined_lines(&self, line: &Line, start: usize, end: usize) -> TextRange {
        let mut first = start;
        loop {
            let before = self.text.get(line.start..first).unwrap_or("");
            let Some(newline) = before.rfind('\n') else { break first = line.start };
            first = line.start + newline;
            if !before.get(..newline).unwrap_or("").trim_end_matches('\r').ends_with('\\') {
                break;
            }
        }
        TextRange::new(first as u32, end as u32)
    }

    fn start(&mut self, suppression: Suppression, column: u32) {
        self.open.push(Open { index: self.found.len(), column, from: suppression.range.start });
        self.found.push(suppression);
    }

    /// Closes what an end belongs to: of our own the last open one that names the same, or just the last one where
    /// it names nothing; of pylint each that names one of these, in a block of its own until that ends; of ruff the one
    /// that names the same. False if there is none.
    fn end(&mut self, end: &Suppression, column: u32) -> bool {
        let names = |suppression: &Suppression| {
            let mut names: Vec<CompactString> = suppression.names.iter().map(|n| n.name.clone()).collect();
            names.sort_unstable();
            names
        };
        let wanted = names(end);
        if end.origin == SuppressionOrigin::Pylint {
            for open in std::mem::take(&mut self.open) {
                let start = &self.found[open.index];
                if start.origin == SuppressionOrigin::Pylint
                    && names(start).iter().any(|n| wanted.contains(n))
                {
                    self.close(open, end);
                    if column > open.column {
                        self.paused.push((open, column));
                    }
                } else {
                    self.open.push(open);
                }
            }
            return true;
        }
        let own = end.origin == SuppressionOrigin::Own;
        let matching = self.open.iter().rposition(|open| {
            let start = &self.found[open.index];
            start.origin == end.origin && (own && wanted.is_empty() || names(start) == wanted)
        });
        let Some(position) = matching else { return false };
        let open = self.open.remove(position);
        self.close(open, end);
        true
    }

    fn close(&mut self, open: Open, end: &Suppression) {
        self.found[open.index].covers.push(TextRange::new(open.from, end.range.end));
    }
}

/// Range that a comment in each line covers: the line, or decorators together with the header below them.
fn units(lines: &[Line]) -> Vec<TextRange> {
    let own = |line: &Line| TextRange::new(line.start as u32, line.comment_end.max(line.end) as u32);
    let mut units: Vec<TextRange> = lines.iter().map(own).collect();
    let mut first = None;
    for (index, line) in lines.iter().enumerate() {
        match (line.kind, line.keyword) {
            (LineKind::Comment, _) => {}
            (LineKind::Code, Keyword::Decorator) => {
                first.get_or_insert(index);
            }
            (LineKind::Code, Keyword::Def | Keyword::Class) => {
                if let Some(first) = first.take() {
                    let unit = TextRange::new(units[first].start, units[index].end);
                    for at in first..=index {
                        if lines[at].kind == LineKind::Code {
                            units[at] = unit;
                        }
                    }
                }
            }
            _ => first = None,
        }
    }
    units
}
