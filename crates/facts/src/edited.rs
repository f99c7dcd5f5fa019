//! Facts of a text that is being edited. What most edits change tells nothing: a comment, a blank line, or a statement
//! of the kind that `omit` leaves out. The facts of the earlier version are then those of the new one, at other places.
//! Where they are not, but the edit stays within a function, that function alone is read again.
//! It must not know what any fact is, but those that count lines or tokens.

mod carried;
mod excerpt;

use std::sync::Arc;

use analyzer_source::{Moves, TextRange};
use analyzer_syntax::Tree;
use analyzer_syntax::tokens::{Keyword, Line, LineKind, logical_lines};

use self::carried::{Dependence, Version, carried};
use self::excerpt::Excerpt;
use crate::extract::{Live, Sound, extract_live, prepared, recount};
use crate::omit::tells_nothing;
use crate::winnow::LivePrints;
use crate::{Aborted, FactSet, FileFacts, Limits, Shape, secrets_in};

/// Longest part of a text, in bytes, that is looked at for having changed nothing.
const LONGEST: usize = 20_000;

/// The last version of a text that parsed, kept so that the next ones take less time.
#[derive(Debug, Clone)]
pub struct Parsed {
    version: Version,
    sound: Sound,
    dependence: Dependence,
    /// A version that did not parse, read as a whole.
    broken: Option<Version>,
    /// The function that was edited last.
    excerpt: Option<Excerpt>,
    /// What copies of the last version are recognised by.
    prints: Option<LivePrints>,
}

impl Parsed {
    /// The text that is kept.
    #[must_use]
    pub const fn text(&self) -> &Arc<str> {
        &self.version.text
    }

    fn tree(&self) -> (&str, &Tree) {
        (&self.version.text, &self.sound.tree)
    }

    /// The facts of the next version of the text, if an edit within one function does not change them but in ways that
    /// the function alone shows.
    fn carried(&mut self, text: &str, limits: Limits) -> Option<FileFacts> {
        let Self { version, sound, dependence, broken, excerpt, .. } = self;
        carried(text, version, &sound.lines, dependence, broken.as_mut(), excerpt, limits)
    }

    /// What copies of the next version of the text are recognised by.
    fn shape(&mut self, text: &Arc<str>) -> Shape {
        let prints = self.prints.get_or_insert_with(|| LivePrints::new(&self.version.text));
        let (line, behind) = common(prints.text().as_bytes(), text.as_bytes());
        prints.edit(text, line, behind);
        prints.shape()
    }
}

/// As [`crate::extract`], with the same result, of the next version of a text of which an earlier one was kept; keeps this
/// one, unless its facts are made from those of the earlier one.
///
/// # Errors
/// As [`crate::extract`].
pub fn extract_edited(
    text: &Arc<str>,
    limits: Limits,
    kept: &mut Option<Parsed>,
) -> Result<FileFacts, Aborted> {
    if let Some(kept) = kept {
        if let Some((mut facts, statements)) = reused(kept, text) {
            if statements {
                facts.shape = kept.shape(text);
            }
            return Ok(facts);
        }
        if let Some(facts) = kept.carried(text, limits) {
            return Ok(FileFacts { shape: kept.shape(text), ..facts });
        }
    }
    let mut live = Live { old: kept.as_ref().map(Parsed::tree), ..Live::default() };
    let facts = extract_live(text, &mut live, limits)?;
    let sound = live.sound;
    let Some(version) = Version::new(text, &facts) else { return Ok(facts) };
    match (sound, kept.as_mut()) {
        (Some(sound), _) => {
            let dependence = Dependence::of(text, &facts, &sound);
            let (broken, prints) = kept.take().map_or((None, None), |kept| (kept.broken, kept.prints));
            *kept = Some(Parsed { version, sound, dependence, broken, excerpt: None, prints });
        }
        (None, Some(kept)) => kept.broken = Some(version),
        (None, None) => {}
    }
    Ok(facts)
}

/// The facts of a text, if nothing changed since the one that was kept but what tells nothing, and whether statements did.
/// Its shape is left as it was.
fn reused(kept: &Parsed, text: &str) -> Option<(FileFacts, bool)> {
    let change = Change::between(kept, text)?;
    let mut moves = Moves::default();
    let statements = change.compare(kept.sound.telling.is_some(), &mut moves, |statement| {
        kept.sound.telling.as_ref().is_some_and(|telling| tells_nothing(statement, telling))
    })?;
    let (mut facts, site) = moves_applied(kept, moves, &change)?;
    let (from, to) = change.commented();
    let beside = |range: &TextRange| (range.start as usize) < to && from < range.end as usize;
    let asks = facts.suppressions.iter().map(|suppression| &suppression.range);
    if asks.chain(facts.markers.iter().map(|marker| &marker.range)).any(beside) {
        return None;
    }
    if let (Some(site), Some(at)) = (&mut facts.import_site, site) {
        site.at = at;
    }
    recount(text, &mut facts);
    Some((facts, statements))
}

/// The facts that were kept, at their new places, and where imports are added now.
fn moves_applied(kept: &Parsed, moves: Moves, change: &Change) -> Option<(FileFacts, Option<u32>)> {
    let facts: FileFacts = moves.applied(|| postcard::from_bytes(&kept.version.facts).ok())?;
    let site = facts.import_site.map(|site| site.at as usize);
    let moved = |at: usize| {
        if at <= change.start {
            Some(at as u32)
        } else {
            Some((at.checked_sub(change.old_end)? + change.new_end) as u32)
        }
    };
    match site {
        Some(at) => Some((facts, Some(moved(at)?))),
        None => Some((facts, None)),
    }
}

/// What differs between two versions of a text: whole logical lines in a function.
struct Change<'a> {
    old: &'a str,
    new: &'a str,
    /// Where the lines start, in both versions.
    start: usize,
    old_end: usize,
    new_end: usize,
    /// The lines, by offsets of their version.
    old_lines: &'a [Line],
    new_lines: Vec<Line>,
    /// Columns of the statements before and behind, and whether the one before is a header.
    before: u32,
    behind: u32,
    header: bool,
}

impl<'a> Change<'a> {
    /// None where the difference is too large, or not in a function.
    fn between(kept: &'a Parsed, new: &'a str) -> Option<Self> {
        let old: &str = &kept.version.text;
        let all = &kept.sound.lines;
        let (line, suffix) = common(old.as_bytes(), new.as_bytes());
        let (mut start, mut old_end) = (line, old.len() - suffix);
        // Whole lines, physical ones first.
        let line_start = |at: usize| memchr::memrchr(b'\n', old.as_bytes().get(..at)?).map(|at| at + 1);
        let line_end = |at: usize| Some(memchr::memchr(b'\n', old.as_bytes().get(at..)?)? + at + 1);
        let begins =
            |text: &str, at: usize| text.as_bytes().get(..at).is_some_and(|before| before.ends_with(b"\n"));
        if !(begins(old, old_end) && begins(new, new.len() - suffix)) {
            old_end = line_end(old_end)?;
        }
        let from = all.partition_point(|line| line.end.max(line.comment_end) < start);
        let to = all.partition_point(|line| line.start < old_end);
        if let Some(first) = all.get(from..to)?.first() {
            start = start.min(line_start(first.start)?);
        }
        if let Some(last) = all.get(from..to)?.last() {
            old_end = old_end.max(line_end(last.end.max(last.comment_end))?);
        }
        let new_end = new.len().checked_sub(old.len() - old_end)?;
        let changed = new.get(start..new_end)?;
        if new_end < start || changed.len() + (old_end - start) > LONGEST || ends_open(changed) {
            return None;
        }
        let before = all.get(..from)?;
        let code = |line: &&Line| line.kind == LineKind::Code;
        let behind = all.get(to..)?.iter().find(code).map_or(u32::MAX, |line| line.column);
        let last = before.iter().rev().find(code)?;
        let (before, header) = (last.column, last.is_header());
        let mut new_lines = logical_lines(changed);
        if new_lines.iter().any(|line| line.is_damaged() || line.kind == LineKind::Marker) {
            return None;
        }
        for line in &mut new_lines {
            line.start += start;
            line.end += start;
            line.comment_end += start;
            line.comments.iter_mut().for_each(|comment| *comment = (comment.0 + start, comment.1 + start));
        }
        let old_lines = all.get(from..to)?;
        let columns = old_lines.iter().chain(&new_lines).filter(code).map(|line| line.column);
        if !is_plain_function(all.get(..from)?, columns.min().unwrap_or(u32::MAX)) {
            return None;
        }
        Some(Self { old, new, start, old_end, new_end, old_lines, new_lines, before, behind, header })
    }

    /// Whether statements differ, all of which tell nothing; none where something else does. Notes where everything is
    /// now.
    fn compare(
        &self,
        exchangeable: bool,
        moves: &mut Moves,
        tells_nothing: impl Fn(&str) -> bool,
    ) -> Option<bool> {
        let code = |line: &&Line| line.kind == LineKind::Code;
        let (mut old_said, mut new_said) = (String::new(), String::new());
        let mut statements = false;
        let mut columns = if self.header { Vec::new() } else { vec![self.before] };
        let mut new_code = self.new_lines.iter().filter(code);
        moves.part(0, self.start, 0);
        for old in self.old_lines.iter().filter(code) {
            let new = new_code.next().filter(|_| !old.is_header())?;
            let (before, after) = (self.old.get(old.start..old.end)?, self.new.get(new.start..new.end)?);
            if (old.column, old.keyword) != (new.column, new.keyword) {
                return None;
            }
            columns.push(old.column);
            if before == after {
                moves.part(old.start, old.end, new.start);
                continue;
            }
            let plain = exchangeable && old.keyword == Keyword::None;
            if !plain || !tells_nothing(before) || !tells_nothing(after) {
                return None;
            }
            statements = true;
            say(&mut old_said, before);
            say(&mut new_said, after);
            moves.part(old.start, old.start, new.start);
            moves.part(old.end, old.end, new.end);
        }
        if new_code.next().is_some() {
            return None;
        }
        moves.part(self.old_end, self.old.len(), self.new_end);
        for (text, lines, said) in
            [(self.old, self.old_lines, &mut old_said), (self.new, &self.new_lines, &mut new_said)]
        {
            for comment in lines.iter().flat_map(|line| &line.comments) {
                say(said, text.get(comment.0..comment.1)?);
            }
        }
        let count = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
        let only_statements =
            self.old_lines.iter().chain(&self.new_lines).all(|line| line.comments.is_empty())
                && count(self.old_text()) == count(self.new_text());
        // Between statements of different blocks, a comment may belong to either, unless it stands below a header.
        let one_block = columns.iter().all(|column| *column == self.behind)
            && (!self.header || self.before < self.behind && self.behind < u32::MAX);
        let silent = |said: &str| said.is_empty() || is_silent(said);
        ((only_statements || one_block) && silent(&old_said) && silent(&new_said)).then_some(statements)
    }

    fn old_text(&self) -> &str {
        self.old.get(self.start..self.old_end).unwrap_or("")
    }

    fn new_text(&self) -> &str {
        self.new.get(self.start..self.new_end).unwrap_or("")
    }

    /// The changed lines in the new text, with the comments and blank lines around them, and the lines with comments that
    /// these follow or precede: a comment may belong to what stands beside it.
    fn commented(&self) -> (usize, usize) {
        let above = self.new.get(..self.start).unwrap_or("").split_inclusive('\n').rev();
        let below = self.new.get(self.new_end..).unwrap_or("").split_inclusive('\n');
        (self.start - comments(above), self.new_end + comments(below))
    }
}

/// How many bytes the comments and blank lines have that come first, with the line behind them if that has a comment.
fn comments<'t>(lines: impl Iterator<Item = &'t str>) -> usize {
    let mut bytes = 0;
    for line in lines {
        let code = line.trim();
        let alone = code.is_empty() || code.starts_with('#');
        if alone || code.contains('#') {
            bytes += line.len();
        }
        if !alone {
            break;
        }
    }
    bytes
}

/// Adds a line.
fn say(said: &mut String, line: &str) {
    said.push_str(line);
    said.push('\n');
}

/// Whether no collector would look for anything because of these words, and no secret is among them.
fn is_silent(said: &str) -> bool {
    prepared(said, FactSet::ALL).1.equals(&prepared("", FactSet::ALL).1) && secrets_in(said).is_empty()
}

/// Whether what ends here goes on below although no bracket is open.
fn ends_open(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text).ends_with('\\')
}

/// Whether what follows these lines, in this column or behind it, stands in a function, and in no handler.
fn is_plain_function(lines: &[Line], column: u32) -> bool {
    let mut open: Vec<(u32, Keyword)> = Vec::new();
    for line in lines.iter().filter(|line| line.kind == LineKind::Code) {
        open.truncate(open.partition_point(|open| open.0 < line.column));
        if line.is_header() {
            open.push((line.column, line.keyword));
        }
    }
    open.truncate(open.partition_point(|open| open.0 < column));
    let around = open.iter().rev().find(|open| matches!(open.1, Keyword::Def | Keyword::Class));
    around.is_some_and(|open| open.1 == Keyword::Def) && open.iter().all(|open| open.1 != Keyword::Except)
}

/// Where the line begins in which two texts first differ, and how many bytes they have in common behind it, at their end.
fn common(a: &[u8], b: &[u8]) -> (usize, usize) {
    const STEP: usize = 64;
    let steps = a.chunks_exact(STEP).zip(b.chunks_exact(STEP)).take_while(|(x, y)| x == y).count();
    let pairs = a.iter().zip(b).skip(steps * STEP);
    let same = pairs.take_while(|(x, y)| x == y).count();
    let same = a.get(..steps * STEP + same).unwrap_or_default();
    let line = memchr::memrchr(b'\n', same).map_or(0, |at| at + 1);
    let (a, b) = (a.get(line..).unwrap_or_default(), b.get(line..).unwrap_or_default());
    let steps = a.rchunks_exact(STEP).zip(b.rchunks_exact(STEP)).take_while(|(x, y)| x == y).count() * STEP;
    let pairs = a.iter().rev().zip(b.iter().rev()).skip(steps);
    (line, steps + pairs.take_while(|(x, y)| x == y).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_texts_have_in_common_begins_and_ends_with_lines() {
        let long = "abc\n".repeat(100);
        let other = format!("{}x\n{}", &long[..200], &long[200..]);
        assert_eq!(common(long.as_bytes(), other.as_bytes()), (200, 200));
        assert_eq!(common(b"  a\n  b\n", b"  a\n  #\n  b\n"), (4, 4));
        assert_eq!(common(b"a\na\n", b"a\na\na\n"), (4, 0));
        assert_eq!(common(b"", b"x"), (0, 0));
    }
}
