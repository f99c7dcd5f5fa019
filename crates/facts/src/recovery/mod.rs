//! Broken files: the text is read as logical lines, arranged so that they nest, and damaged lines are rewritten
//! or left out, until the rest parses as one tree. It must not know rules or collectors.
//!
//! One repaired tree rather than many fragments: scopes, positions, complexity and the order of events then come
//! out of the same walk as for sound files, and nothing can be found twice.

pub(crate) mod accepted;
mod line;
mod map;
mod structure;

use std::time::Instant;

use analyzer_source::TextRange;
use analyzer_syntax::tokens::{Keyword, Line, LineKind};
use analyzer_syntax::{Parser, Tree, kind};

use crate::model::file::SyntaxProblem;
pub(crate) use line::lazily;
use line::{Piece, Rewrite, WAYS, give_up, rewrite};
pub(crate) use map::SourceMap;
use structure::{Item, Role};
pub(crate) use structure::{Layout, arrange};

/// How often the repaired text is parsed as a whole.
const MAX_ROUNDS: usize = 8;
/// Bytes that may be parsed on the way, as a multiple of the text's.
const WORK_FACTOR: usize = 12;
/// See `WORK_FACTOR`: so much is always granted.
const WORK_BASE: usize = 100_000;

/// Bytes of a damaged line of which the ways to write it are tried; a longer one is given up at once. No file of the usual
/// length holds one.
const LONGEST_TRIED: usize = 1 << 20;

/// A text that parses, made from one that does not.
pub(crate) struct Repaired {
    /// The text.
    pub(crate) text: String,
    /// Its tree; with errors only where repair failed or ran out of time.
    pub(crate) tree: Tree,
    /// Where its bytes come from.
    pub(crate) map: SourceMap,
    /// The lines that were not kept as they were, or found no place, by offsets of the file, in order.
    pub(crate) changed: Vec<(usize, usize)>,
    /// The first problem; none where only the grammar was at fault.
    pub(crate) problem: Option<SyntaxProblem>,
}

/// Whether tokens alone show that no parser can read a text.
pub(crate) fn is_damaged(text: &str, lines: &[Line], layout: &Layout) -> bool {
    !layout.problems.is_empty() || lines.iter().any(|line| is_suspect(text, line))
}

/// Whether an unchanged line cannot be one.
fn is_suspect(text: &str, line: &Line) -> bool {
    line.is_damaged() || line.keyword.opens_block() && line.colon.is_none() || line.is_unfinished(text)
}

/// Repairs `text`, whose lines were arranged as `layout`, and in which a parser found `known` errors, if it was asked; none
/// when it cannot be done before `deadline`.
pub(crate) fn repair(
    text: &str,
    lines: Vec<Line>,
    layout: Layout,
    known: &[(usize, usize)],
    parser: &mut Parser,
    deadline: Instant,
) -> Option<Repaired> {
    let budget = WORK_BASE + WORK_FACTOR * text.len();
    let mut repair = Repair {
        text,
        rewrites: vec![None; lines.len()],
        checked: vec![false; lines.len()],
        lines,
        layout,
        parser,
        deadline,
        budget,
    };
    let mut suspects: Vec<usize> =
        (0..repair.lines.len()).filter(|&index| is_suspect(text, &repair.lines[index])).collect();
    let starts: Vec<(usize, usize)> =
        repair.lines.iter().enumerate().map(|(index, line)| (line.start, index)).collect();
    suspects.extend(covered(&starts, known));
    let mut best: Option<Built> = None;
    for _ in 0..MAX_ROUNDS {
        for &index in &suspects {
            repair.check(index);
        }
        let Some(mut built) = repair.build() else { break };
        let errors = self::errors(&built.tree);
        if errors.is_empty() {
            best = Some(built);
            break;
        }
        built.errors = errors.len();
        suspects = repair.suspects(&built, &errors);
        let is_better = best.as_ref().is_none_or(|best| built.errors <= best.errors);
        if is_better {
            best = Some(built);
        }
        if suspects.is_empty() {
            break;
        }
    }
    best.map(|built| repair.finish(built))
}

/// The indices of the lines that errors cover, from places where lines start.
fn covered(starts: &[(usize, usize)], errors: &[(usize, usize)]) -> Vec<usize> {
    let mut found = Vec::new();
    for &(start, end) in errors {
        let first = starts.partition_point(|&(at, _)| at <= start).saturating_sub(1);
        let last = starts.partition_point(|&(at, _)| at < end.max(start + 1));
        let covered = starts.get(first..last.max(first + 1)).unwrap_or_default();
        found.extend(covered.iter().map(|&(_, index)| index));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The repaired text of one round.
struct Built {
    text: String,
    map: SourceMap,
    tree: Tree,
    /// Where the logical lines start in `text`, with their indices.
    starts: Vec<(usize, usize)>,
    errors: usize,
}

struct Repair<'a> {
    text: &'a str,
    lines: Vec<Line>,
    layout: Layout,
    rewrites: Vec<Option<Rewrite>>,
    checked: Vec<bool>,
    parser: &'a mut Parser,
    deadline: Instant,
    /// Bytes that may still be parsed.
    budget: usize,
}

impl Repair<'_> {
    /// Parses within the bounds.
    fn parse(&mut self, text: &str) -> Option<Tree> {
        self.grant(text.len())?;
        self.parser.parse_in_parts(text, self.deadline).ok()
    }

    /// Whether so many bytes may be parsed.
    fn grant(&mut self, length: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(length)?;
        // A short text would be done before the parser looks at the clock.
        self.deadline.checked_duration_since(Instant::now()).map(drop)
    }

    /// Parses a line on its own; the first way to write it that parses is taken.
    fn check(&mut self, index: usize) {
        if std::mem::replace(&mut self.checked[index], true) {
            return;
        }
        let line = &self.lines[index];
        if line.kind != LineKind::Code {
            return;
        }
        let line = line.clone();
        let lacks_colon = line.keyword.opens_block() && line.colon.is_none();
        let slice = self.text.get(line.start..line.end).unwrap_or("");
        let alarmed = line.is_damaged();
        if alarmed && slice.len() > LONGEST_TRIED {
            self.rewrites[index] = Some(give_up(self.text, &line));
            return;
        }
        // Damage that only tree-sitter noticed is to be written as tree-sitter reads it.
        let by_tokens = is_suspect(self.text, &line);
        if !lacks_colon && self.is_sound(&line, slice, by_tokens).map_or(!alarmed, |sound| sound) {
            // Sound on its own; but the grammar may have taken one of its lines for the end of a block.
            if slice.contains('\n') {
                self.rewrites[index] = rewrite(self.text, &line, 0);
            }
            return;
        }
        for way in 0..WAYS {
            let Some(rewrite) = rewrite(self.text, &line, way) else { continue };
            // The last two rewrites are accepted unchecked, so this terminates even when the budget is spent.
            if way + 2 >= WAYS && (line.keyword != Keyword::None || way + 1 == WAYS) {
                self.rewrites[index] = Some(rewrite);
                return;
            }
            let written = rewrite.write(self.text);
            match self.is_sound(&line, &written, by_tokens) {
                Some(true) => {
                    self.rewrites[index] = Some(rewrite);
                    return;
                }
                Some(false) => {}
                None => continue,
            }
        }
    }

    /// Whether a line parses in surroundings that fit it, by tree-sitter unless our `own` parser may say so; none when it is
    /// not known.
    fn is_sound(&mut self, line: &Line, written: &str, own: bool) -> Option<bool> {
        let before = match line.keyword {
            Keyword::Except | Keyword::Finally => "try:\n pass\n",
            Keyword::Else | Keyword::Elif => "if 1:\n pass\n",
            Keyword::Case => "match x:\n ",
            _ => "",
        };
        let after = match line.keyword {
            Keyword::Decorator => "\ndef f(): pass",
            Keyword::Match => " \n case 1: pass",
            Keyword::Try if written.trim_end().ends_with(':') => " pass\nfinally: pass",
            Keyword::Try => "\nfinally: pass",
            keyword if keyword != Keyword::None && written.trim_end().ends_with(':') => " pass",
            _ => "",
        };
        let text = [before, written, after, "\n"].concat();
        self.grant(text.len())?;
        if own && self.parser.parse_sound(&text).is_some() {
            return Some(true);
        }
        let tree = self.parser.parse_refused(&text, self.deadline).ok()?;
        Some(!tree.root_node().has_error())
    }

    /// Writes the text of this round and parses it.
    fn build(&mut self) -> Option<Built> {
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut map = SourceMap::default();
        let mut starts = Vec::with_capacity(self.layout.items.len());
        for item in &self.layout.items {
            match *item {
                Item::Text { text: made, depth, anchor } => {
                    map.push(text.len(), anchor, 0);
                    text.extend(std::iter::repeat_n(' ', depth as usize));
                    text.push_str(made);
                }
                Item::Line { index, depth, role } => {
                    let line = &self.lines[index];
                    map.push(text.len(), line.start, 0);
                    // A comment above a blank line says nothing of the line below it.
                    if is_below_blank(self.text, line.start) {
                        text.push('\n');
                    }
                    text.extend(std::iter::repeat_n(' ', depth as usize));
                    starts.push((text.len(), index));
                    self.write_line(line, self.rewrites[index].as_ref(), role, &mut text, &mut map);
                }
            }
            text.push('\n');
        }
        let tree = self.parse(&text)?;
        Some(Built { text, map, tree, starts, errors: 0 })
    }

    fn write_line(
        &self,
        line: &Line,
        rewrite: Option<&Rewrite>,
        role: Role,
        out: &mut String,
        map: &mut SourceMap,
    ) {
        let whole = [Piece::Copy(line.start, line.comment_end)];
        let pieces = rewrite.map_or(&whole[..], |rewrite| &rewrite.pieces);
        let mut skip = match role {
            Role::Normal => 0,
            Role::OrphanElif => 2,
            Role::Undecorated => 1,
            Role::OrphanElse => {
                map.push(out.len(), line.start, 0);
                out.push_str("if 1 ");
                4
            }
        };
        for piece in pieces {
            let (new, origin) = match piece {
                Piece::Copy(start, end) => (self.text.get(*start..*end).unwrap_or(""), Some(*start)),
                Piece::Changed(new, origin) => (new.as_str(), Some(*origin)),
                Piece::Made(new) => (new.as_str(), None),
            };
            let cut = if new.len() >= skip && new.is_char_boundary(skip) { skip } else { 0 };
            let new = &new[cut..];
            skip = 0;
            match origin {
                Some(origin) => map.push(out.len(), origin + cut, new.len()),
                None => map.push(out.len(), line.end, 0),
            }
            out.push_str(new);
        }
        map.push(out.len(), line.comment_end, 0);
    }

    /// The lines to look at, or else to give up, because of the errors of a round.
    fn suspects(&mut self, built: &Built, errors: &[(usize, usize)]) -> Vec<usize> {
        let found = covered(&built.starts, errors);
        let unchecked: Vec<usize> = found.iter().copied().filter(|&index| !self.checked[index]).collect();
        if !unchecked.is_empty() {
            return unchecked;
        }
        // Each line is sound on its own, or was made so: the first one of each error goes.
        let mut dropped = Vec::new();
        for &(start, _) in errors {
            let first = built.starts.partition_point(|&(at, _)| at <= start).saturating_sub(1);
            let Some(&(_, index)) = built.starts.get(first) else { continue };
            let line = &self.lines[index];
            let given_up = Some(give_up(self.text, line));
            if self.rewrites[index] != given_up {
                self.rewrites[index] = given_up;
                dropped.push(index);
            }
        }
        dropped
    }

    fn finish(self, built: Built) -> Repaired {
        let problems = &self.layout.problems;
        let place = |range: TextRange| (range.start as usize, range.end as usize);
        let mut changed: Vec<(usize, usize)> = problems.iter().map(|problem| place(problem.range)).collect();
        let layout = problems.iter().min_by_key(|problem| place(problem.range)).map(|problem| problem.told());
        let mut damaged = None;
        for (line, rewrite) in self.lines.iter().zip(&self.rewrites) {
            if rewrite.as_ref().is_some_and(|rewrite| !rewrite.harmless) {
                changed.push((line.start, line.end));
                damaged.get_or_insert_with(|| line::problem(self.text, line));
            }
        }
        let found = layout.into_iter().chain(damaged).min_by_key(|problem| place(problem.range));
        let problem = found.or_else(|| {
            let &(start, end) = errors(&built.tree).first().filter(|_| built.errors > 0)?;
            let (start, end) = (built.map.start(start), built.map.end(end).max(built.map.start(start)));
            let range = TextRange::new(start as u32, end as u32);
            Some(SyntaxProblem { range, message: "invalid syntax".to_owned() })
        });
        changed.sort_unstable();
        flatten(&mut changed);
        Repaired { text: built.text, tree: built.tree, map: built.map, changed, problem }
    }
}

/// Whether the line in which `start` is has a blank line above it.
fn is_below_blank(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or("").trim_end_matches([' ', '\t', '\x0c']);
    let above = before.strip_suffix('\n').map(|above| above.trim_end_matches([' ', '\t', '\x0c', '\r']));
    above.is_some_and(|above| above.ends_with('\n'))
}

/// Joins ranges that overlap.
fn flatten(ranges: &mut Vec<(usize, usize)>) {
    ranges.dedup_by(|next, kept| {
        let joins = next.0 <= kept.1;
        if joins {
            kept.1 = kept.1.max(next.1);
        }
        joins
    });
}

/// The bytes of the outermost error and missing nodes of a tree, in order.
pub(crate) fn errors(tree: &Tree) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    if !tree.root_node().has_error() {
        return found;
    }
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let is_error = node.kind_id() == kind::ERROR || node.is_missing();
        if is_error {
            found.push((node.start_byte(), node.end_byte()));
        }
        if !is_error && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}
