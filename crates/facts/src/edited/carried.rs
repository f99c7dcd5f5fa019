//! Facts carried over an edit inside a function. The function is read in an excerpt of the text, before the edit and
//! after it. Where the excerpt says the same as before, at other places, so does the text; what the edit may change
//! beyond that is how complex its functions are, and where a broken text first fails.
//! It must not know what any other fact is.
//!
//! What an edit says to the rest of the file besides is told from its words: lines with a word that some collector looks
//! for in the whole text, or follows to other statements, are not carried over.

use std::sync::Arc;

use analyzer_source::{Moves, TextRange};
use analyzer_syntax::tokens::{Line, logical_lines};

use super::excerpt::Excerpt;
use super::{LONGEST, common, is_silent};
use crate::extract::{Live, Sound, extract_live, recount};
use crate::handlers::LONGEST_FUNCTION;
use crate::imports::names::plain_binding;
use crate::model::file::SyntaxProblem;
use crate::{FileFacts, ImportKind, Limits, Metrics};

/// Longest excerpt, in bytes: a longer one takes as long as the whole text.
const LONGEST_EXCERPT: usize = 40_000;

/// What a text says of which parts depend on each other.
#[derive(Debug, Clone)]
pub(super) struct Dependence {
    /// Whether functions say nothing of each other but by the names below.
    by_function: bool,
    /// Names that imports in functions and classes bind, with the places of the imports.
    inner: Vec<(String, TextRange)>,
    /// Names of loggers.
    loggers: Vec<String>,
    /// The place of the first statement of each outermost scope.
    outermost: Vec<TextRange>,
}

impl Dependence {
    /// Of a text with these lines and facts.
    pub(super) fn of(text: &str, facts: &FileFacts, sound: &Sound) -> Self {
        let shares = memchr::memmem::find(text.as_bytes(), b"global ").is_some();
        let by_function = sound.by_function && !shares && !makes_urls(text, &sound.lines);
        let mut inner = Vec::new();
        for import in facts.imports.iter().filter(|import| import.scope != 0) {
            match import.kind {
                ImportKind::Dynamic => {}
                ImportKind::Plain => inner.push((plain_binding(import).to_owned(), import.range)),
                ImportKind::From => {
                    let bound = import.names.iter().map(|name| name.alias.as_ref().unwrap_or(&name.name));
                    inner.extend(bound.map(|bound| (bound.to_string(), import.range)));
                }
            }
        }
        let sites = facts.handlers.iter().filter_map(|handler| handler.log_site.as_ref());
        let outermost = facts.scopes.iter().skip(1).filter(|scope| scope.parent == 0);
        Self {
            by_function,
            inner,
            loggers: sites.map(|site| site.logger.to_string()).collect(),
            outermost: outermost.map(|scope| scope.range).collect(),
        }
    }

    /// Whether lines of a function, which lies at `function`, may tell something of statements elsewhere.
    fn leads(&self, lines: &str, function: (usize, usize)) -> bool {
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        lines.split(|c| !is_word(c)).filter(|word| !word.is_empty()).any(|word| {
            let outside =
                |place: &TextRange| (place.start as usize) < function.0 || place.end as usize > function.1;
            self.inner.iter().any(|(name, place)| name == word && outside(place))
                || word == "logger"
                || self.loggers.iter().any(|name| name == word)
        })
    }

    /// Whether the outermost scope around the function becomes so long or short that it is looked at in another way.
    fn crosses_bound(&self, at: usize, longer: i64) -> bool {
        let around = self.outermost.iter().find(|range| range.contains(at as u32));
        let length = around.map_or(0, |range| i64::from(range.len()));
        let bound = i64::from(LONGEST_FUNCTION);
        (length > bound) != (length + longer > bound)
    }
}

/// Whether code of a text has a URL with a port, or one that is put together: what it is made of may stand anywhere.
fn makes_urls(text: &str, lines: &[Line]) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), b"://").any(|at| {
        let host = text.get(at + 3..).unwrap_or("");
        let host = host.split(['"', '\'', '\n']).next().unwrap_or("");
        if !host.contains([':', '@', '{']) && !host.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let after = lines.partition_point(|line| line.start <= at);
        let Some(line) = after.checked_sub(1).and_then(|line| lines.get(line)) else { return true };
        let comment = line.comments.iter().any(|&(start, end)| start <= at && at < end);
        let docstring = text.get(line.start..).is_some_and(|line| line.starts_with(['"', '\'']));
        !comment && !docstring
    })
}

/// A version of a text, its facts, encoded, and those of the excerpt that was asked for last.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) text: Arc<str>,
    pub(super) facts: Vec<u8>,
    pub(super) read: Option<(String, Vec<u8>)>,
}

impl Version {
    /// None if they cannot be encoded.
    pub(super) fn new(text: &Arc<str>, facts: &FileFacts) -> Option<Self> {
        Some(Self { text: Arc::clone(text), facts: postcard::to_stdvec(facts).ok()?, read: None })
    }

    /// The facts of an excerpt of it, encoded; read anew unless they are known.
    fn excerpt(&mut self, excerpt: &mut Excerpt, limits: Limits, broken: bool) -> Option<&[u8]> {
        let text = excerpt.of(&self.text)?;
        if self.read.as_ref().is_none_or(|(known, _)| *known != text) {
            let mut facts = read(&text, excerpt, limits, broken)?;
            set_apart(&mut facts);
            self.read = Some((text, postcard::to_stdvec(&facts).ok()?));
        }
        self.read.as_ref().map(|(_, facts)| facts.as_slice())
    }
}

/// The facts of the next version of a text, whose last `sound` version has these `lines` and depends on itself as given,
/// and of which there was a `broken` one; none where they are not certainly those that reading it anew would give. Its
/// shape is left as it was.
pub(super) fn carried(
    text: &str,
    sound: &mut Version,
    lines: &[Line],
    dependence: &Dependence,
    broken: Option<&mut Version>,
    known: &mut Option<Excerpt>,
    limits: Limits,
) -> Option<FileFacts> {
    dependence.by_function.then_some(())?;
    let change = Change::between(&sound.text, text)?;
    if known.as_ref().is_none_or(|known| !known.holds(change.start, sound.text.len() - change.old_end)) {
        let from = lines.partition_point(|line| line.end.max(line.comment_end) < change.start);
        let to = from + lines.get(from..)?.partition_point(|line| line.start < change.old_end);
        *known = Some(Excerpt::around(&sound.text, lines, from, to)?);
    }
    let excerpt = known.as_mut()?;
    if !excerpt.holds(change.start, sound.text.len() - change.old_end) {
        return None;
    }
    let function = excerpt.place(&sound.text)?;
    let longer = text.len() as i64 - sound.text.len() as i64;
    let tells = |lines: &str| !is_silent(lines) || dependence.leads(lines, function);
    if change.swaps_strings()
        || dependence.crosses_bound(change.start, longer)
        || tells(change.old_lines())
        || tells(change.new_lines())
    {
        return None;
    }
    let now = excerpt.of(text).filter(|now| now.len() <= LONGEST_EXCERPT)?;
    let mut facts = read_either(&now, excerpt, limits)?;
    let base = if facts.syntax.is_none() {
        sound
    } else {
        let broken = broken.filter(|broken| excerpt.is_all(&broken.text, text) && excerpt.firm)?;
        let change = Change::between(&broken.text, text)?;
        if change.swaps_strings() || tells(change.old_lines()) || tells(change.new_lines()) {
            return None;
        }
        broken
    };
    let earlier = Arc::clone(&base.text);
    let change = Change::between(&earlier, text)?;
    let old = excerpt.of(&earlier)?.len();
    let before = base.excerpt(excerpt, limits, facts.syntax.is_some())?;
    let (syntax, metrics) = (facts.syntax.take(), set_apart(&mut facts));
    let moves = change.moves(old, now.len(), |at| excerpt.inner(at))?;
    let same: FileFacts = moves.applied(|| postcard::from_bytes(before).ok())?;
    if same != facts {
        return None;
    }
    let moves = change.moves(earlier.len(), text.len(), Some)?;
    let mut all: FileFacts = moves.applied(|| postcard::from_bytes(&base.facts).ok())?;
    if let Some(site) = all.import_site {
        // Everything in front of the function is where it was.
        (site.at as usize <= change.start).then_some(())?;
    }
    let moved = |range: TextRange| {
        let (start, end) = (excerpt.offset(range.start as usize)?, excerpt.offset(range.end as usize)?);
        Some(TextRange::new(start as u32, end as u32))
    };
    let end = excerpt.place(text)?.1;
    let inside = |range: TextRange| moved(range).is_some_and(|range| range.end as usize <= end);
    let measured = facts.scopes.iter().zip(metrics);
    let mut measured = measured.filter(|(scope, metrics)| metrics.is_some() && inside(scope.range));
    for scope in &mut all.scopes {
        // Functions of the excerpt stand in the order of the text's.
        let mut rest = measured.clone();
        if let Some((_, metrics)) =
            rest.next().filter(|(one, _)| moved(one.name_range) == Some(scope.name_range))
        {
            scope.metrics = metrics;
            measured = rest;
        }
    }
    measured.next().is_none().then_some(())?;
    if let Some(syntax) = syntax {
        all.syntax = Some(SyntaxProblem { range: moved(syntax.range)?, ..syntax });
    }
    recount(text, &mut all);
    Some(all)
}

/// The facts of an excerpt; none where it is not what it was made for.
fn read(text: &str, excerpt: &mut Excerpt, limits: Limits, broken: bool) -> Option<FileFacts> {
    read_either(text, excerpt, limits).filter(|facts| facts.syntax.is_some() == broken)
}

/// The facts of an excerpt that is sound, or in which each line was repaired by itself, as it would be in the whole text.
fn read_either(text: &str, excerpt: &mut Excerpt, limits: Limits) -> Option<FileFacts> {
    if !excerpt.is_whole(text, &logical_lines(text)) {
        return None;
    }
    let (sound, repaired) = (excerpt.sound.take(), excerpt.repaired.take());
    let old = sound.as_ref().map(|(text, tree)| (text.as_str(), tree));
    let mut live = Live { old, keeps_repaired: true, repaired, ..Live::default() };
    let facts = extract_live(text, &mut live, limits);
    let Live { sound: read, repaired, repaired_by_line, .. } = live;
    let is_sound = read.is_some();
    excerpt.repaired = repaired;
    excerpt.sound = read.map(|read| (text.to_owned(), read.tree)).or(sound);
    let facts = facts.ok()?;
    (facts.syntax.is_none() && is_sound || repaired_by_line).then_some(facts)
}

/// Takes away what is told apart from the rest: the metrics of all scopes, which it returns, and what counts lines,
/// tokens or bytes of the whole text.
fn set_apart(facts: &mut FileFacts) -> Vec<Option<Metrics>> {
    facts.syntax = None;
    facts.lines = 0;
    facts.shape = crate::Shape::default();
    facts.scopes.iter_mut().map(|scope| scope.metrics.take()).collect()
}

/// What differs between two versions of a text.
struct Change<'a> {
    old: &'a str,
    new: &'a str,
    /// Where the first line begins that differs, the first byte that does, and where the bytes end that do.
    line: usize,
    start: usize,
    old_end: usize,
    new_end: usize,
}

impl<'a> Change<'a> {
    /// None where it is too long.
    fn between(old: &'a str, new: &'a str) -> Option<Self> {
        let (line, suffix) = common(old.as_bytes(), new.as_bytes());
        let (old_end, new_end) = (old.len() - suffix, new.len() - suffix);
        let (a, b) = (old.as_bytes().get(line..old_end)?, new.as_bytes().get(line..new_end)?);
        let start = line + a.iter().zip(b).take_while(|(x, y)| x == y).count();
        (old_end - line + new_end - line <= LONGEST).then_some(Self {
            old,
            new,
            line,
            start,
            old_end,
            new_end,
        })
    }

    /// The whole lines that differ, as they were.
    fn old_lines(&self) -> &'a str {
        whole_lines(self.old, self.line, self.old_end)
    }

    /// The whole lines that differ, as they are.
    fn new_lines(&self) -> &'a str {
        whole_lines(self.new, self.line, self.new_end)
    }

    /// Whether the ends of strings that go over several lines may be others now.
    fn swaps_strings(&self) -> bool {
        let triple = |lines: &str| lines.contains("\"\"\"") || lines.contains("'''");
        let marks = |text: &str, start: usize, end: usize| {
            let differing = text.as_bytes().get(start..end).unwrap_or_default();
            differing.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'#' | b'\\'))
        };
        (marks(self.old, self.start, self.old_end) || marks(self.new, self.start, self.new_end))
            && (triple(self.old_lines()) || triple(self.new_lines()))
    }

    /// Where everything is now, of a text and its next version with these lengths, in which an offset is as `at` says.
    fn moves(&self, old: usize, new: usize, at: impl Fn(usize) -> Option<usize>) -> Option<Moves> {
        let mut moves = Moves::default();
        moves.part(0, at(self.start)?, 0);
        moves.part(at(self.old_end)?, old, at(self.new_end)?);
        (at(self.new_end)? + (old - at(self.old_end)?) == new).then_some(moves)
    }
}

/// A part of a text that begins with a line, up to the end of its last line.
fn whole_lines(text: &str, start: usize, end: usize) -> &str {
    let bytes = text.as_bytes();
    let over = end == start || end.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'\n');
    let behind = bytes.get(end..).unwrap_or_default();
    let end = if over { end } else { memchr::memchr(b'\n', behind).map_or(bytes.len(), |at| end + at) };
    text.get(start..end).unwrap_or("")
}
