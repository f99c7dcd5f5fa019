//! The fingerprints of a text that is being edited: only what follows a change is read again, up to where the reading
//! goes on as it did before. It must not know what changed a text.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{RUN, SKETCH, SMALLEST, Scanner, WINDOW, Winnow, in_digest, is_too_short};
use crate::Shape;

/// Bytes between two marks at least.
const SPACING: usize = 512;

/// A text with its fingerprints, and marks from which reading can go on.
#[derive(Debug, Clone)]
pub(crate) struct LivePrints {
    text: Arc<str>,
    marks: Vec<Mark>,
    /// Those that were kept, in the order of the text.
    kept: Vec<u32>,
    /// How often each was.
    counts: BTreeMap<u32, u32>,
    digest: u64,
}

/// A place behind a token, and everything that what follows depends on.
#[derive(Debug, Clone)]
struct Mark {
    at: usize,
    /// How many fingerprints were kept in front of it.
    kept: usize,
    depth: u32,
    import: bool,
    start: bool,
    winnow: State,
}

impl Mark {
    fn is_like(&self, other: &Self) -> bool {
        (self.depth, self.import, self.start, &self.winnow)
            == (other.depth, other.import, other.start, &other.winnow)
    }
}

/// What the next fingerprints depend on, however many tokens there were.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    /// Oldest first.
    tokens: [u64; RUN],
    /// Oldest first.
    hashes: [u32; WINDOW],
    rolling: u64,
    /// How many hashes ago the last one was kept.
    age: usize,
}

impl State {
    /// None as long as there were too few tokens for the rings to be full.
    fn of(winnow: &Winnow) -> Option<Self> {
        let next = (winnow.count + 1).checked_sub(RUN)?;
        (next >= WINDOW && winnow.lowest != usize::MAX).then(|| Self {
            tokens: std::array::from_fn(|at| winnow.tokens[(winnow.count + at) % RUN]),
            hashes: std::array::from_fn(|at| winnow.hashes[(next + at) % WINDOW]),
            rolling: winnow.rolling,
            age: next - 1 - winnow.lowest,
        })
    }

    fn winnow(&self) -> Winnow {
        /// Any number of tokens will do that leaves room for the hashes before.
        const COUNT: usize = RUN * WINDOW;
        let next = COUNT + 1 - RUN;
        let mut winnow = Winnow { count: COUNT, rolling: self.rolling, ..Winnow::default() };
        for (at, token) in self.tokens.iter().enumerate() {
            winnow.tokens[(COUNT + at) % RUN] = *token;
        }
        for (at, hash) in self.hashes.iter().enumerate() {
            winnow.hashes[(next + at) % WINDOW] = *hash;
        }
        winnow.lowest = next - 1 - self.age;
        winnow
    }
}

/// A part of a text that was read.
#[derive(Default)]
struct Part {
    marks: Vec<Mark>,
    kept: Vec<u32>,
}

impl LivePrints {
    /// Of a text that was not read before.
    pub(crate) fn new(text: &Arc<str>) -> Self {
        let mut all = Self {
            text: Arc::clone(text),
            marks: Vec::new(),
            kept: Vec::new(),
            counts: BTreeMap::new(),
            digest: 0,
        };
        let Part { marks, kept } = read(text, None, |_| false);
        kept.iter().for_each(|print| all.add(*print));
        (all.marks, all.kept) = (marks, kept);
        all
    }

    /// The text.
    pub(crate) const fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Goes on to the next version, which is the same up to the byte `start`, and in its last `behind` bytes.
    pub(crate) fn edit(&mut self, next: &Arc<str>, start: usize, behind: usize) {
        let (old, new) = (self.text.len(), next.len());
        let changed = new - behind;
        // What a token is depends on the byte behind it.
        let before = self.marks.partition_point(|mark| mark.at < start);
        let from = before.checked_sub(1).and_then(|at| self.marks.get(at)).cloned();
        let mut after = self.marks.partition_point(|mark| mark.at <= old - behind);
        let mut joined = None;
        let part = read(next, from.as_ref(), |here| {
            if here.at <= changed {
                return false;
            }
            // Where this place was.
            let was = here.at + old - new;
            while self.marks.get(after).is_some_and(|mark| mark.at < was) {
                after += 1;
            }
            let same = |mark: &&Mark| mark.at == was && mark.is_like(here);
            joined = self.marks.get(after).filter(same).map(|mark| (after, mark.kept));
            joined.is_some()
        });
        let (rest, end) = joined.unwrap_or((self.marks.len(), self.kept.len()));
        let begin = from.map_or(0, |mark| mark.kept);
        let gone: Vec<u32> = self.kept.splice(begin..end, part.kept.iter().copied()).collect();
        for mark in self.marks.iter_mut().skip(rest) {
            mark.at = mark.at + new - old;
            mark.kept = mark.kept + begin + part.kept.len() - end;
        }
        let marks = part.marks.into_iter().map(|mark| Mark { kept: begin + mark.kept, ..mark });
        self.marks.splice(before..rest, marks);
        part.kept.iter().for_each(|print| self.add(*print));
        gone.iter().for_each(|print| self.remove(*print));
        self.text = Arc::clone(next);
    }

    /// As [`super::shape`] gives it.
    pub(crate) fn shape(&self) -> Shape {
        if is_too_short(&self.text) || self.counts.len() < SMALLEST {
            return Shape::default();
        }
        Shape { digest: self.digest, lowest: self.counts.keys().take(SKETCH).copied().collect() }
    }

    fn add(&mut self, print: u32) {
        let count = self.counts.entry(print).or_default();
        *count += 1;
        if *count == 1 {
            self.digest = self.digest.wrapping_add(in_digest(print));
        }
    }

    fn remove(&mut self, print: u32) {
        let Some(count) = self.counts.get_mut(&print) else { return };
        *count -= 1;
        if *count == 0 {
            self.counts.remove(&print);
            self.digest = self.digest.wrapping_sub(in_digest(print));
        }
    }
}

/// Reads a text from a mark on, or from its beginning, until `over` says so of a place.
fn read(text: &str, from: Option<&Mark>, mut over: impl FnMut(&Mark) -> bool) -> Part {
    let mut scanner = Scanner::new(text);
    let mut winnow = Winnow::default();
    let mut last = 0;
    if let Some(mark) = from {
        winnow = mark.winnow.winnow();
        (scanner.at, last) = (mark.at, mark.at);
        (scanner.depth, scanner.import, scanner.start) = (mark.depth, mark.import, mark.start);
    }
    let mut marks = Vec::new();
    while let Some(token) = scanner.next() {
        winnow.token(token);
        let Some(state) = State::of(&winnow) else { continue };
        let (depth, import, start) = (scanner.depth, scanner.import, scanner.start);
        let here = Mark { at: scanner.at, kept: winnow.kept.len(), depth, import, start, winnow: state };
        if over(&here) {
            break;
        }
        if here.at >= last + SPACING {
            last = here.at;
            marks.push(here);
        }
    }
    Part { marks, kept: winnow.kept }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::super::{fingerprints, shape};
    use super::*;

    const PIECES: &[&str] = &[
        "",
        "x",
        "(",
        ")",
        "\"",
        "'''",
        "# c\n",
        "\n",
        "\\\n",
        "import os, sys\n",
        ";",
        " 1.5",
        "rb'",
        "é",
        "value_1 = self.read(a)\n",
        "\n\ndef g(x, y):\n    return x + y\n",
    ];

    fn module(functions: std::ops::Range<u32>) -> String {
        let function = |n| {
            format!(
                "def step_{n}(self, v{n}):\n    \"\"\"Doc.\"\"\"\n    t = self.r{n}(v{n}, [{n}, 'a']) + 1\n    return t * {n}\n\n"
            )
        };
        functions.map(function).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_read_again_is_what_reading_everything_gives(
            size in 0_u32..120,
            edits in prop::collection::vec((any::<Index>(), 0_usize..90, select(PIECES)), 1..12),
        ) {
            let mut text: Arc<str> = module(0..size).into();
            let mut live = LivePrints::new(&text);
            for (at, length, piece) in edits {
                let start = text.floor_char_boundary(at.index(text.len() + 1));
                let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
                let next: Arc<str> = [&text[..start], piece, &text[end..]].concat().into();
                live.edit(&next, start, text.len() - end);
                text = next;
                prop_assert_eq!(live.shape(), shape(&text));
                let all: Vec<u32> = live.counts.keys().copied().collect();
                prop_assert_eq!(all, fingerprints(&text));
            }
        }
    }

    #[test]
    fn an_edit_reads_little_of_a_long_text() {
        let text: Arc<str> = module(0..400).into();
        let mut live = LivePrints::new(&text);
        let at = text.len() / 2;
        let next: Arc<str> = [&text[..at], "value ", &text[at..]].concat().into();
        let marks = live.marks.len();
        let from = live.marks.iter().rev().find(|mark| mark.at < at).cloned();
        let later: Vec<Mark> = live.marks.iter().filter(|mark| mark.at > at).cloned().collect();
        let part = read(&next, from.as_ref(), |here| {
            later.iter().any(|mark| mark.at + 6 == here.at && mark.is_like(here))
        });
        assert!(part.kept.len() < live.kept.len() / 20, "{} of {}", part.kept.len(), live.kept.len());
        live.edit(&next, at, text.len() - at);
        assert!(marks > 50 && live.marks.len().abs_diff(marks) < 5);
        assert_eq!(live.shape(), shape(&next));
    }
}
