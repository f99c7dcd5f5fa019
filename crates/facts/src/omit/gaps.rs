//! The parts of an outline that the parser need not even read: the insides of names that stand for something long, of
//! docstrings and of comments. It must not know what they are.

use std::ops::Range;

use analyzer_syntax::string_contents;
use analyzer_syntax::tokens::{Keyword, Line, LineKind};

/// The least length of a gap, in bytes: at each token, the parser looks for its place among them.
const LEAST: usize = 24;
/// The more tokens, the more a gap costs: bytes of the text for each byte that a gap must have.
const SHARE: usize = 480;

/// Collects the gaps of a text.
pub(super) struct Gaps {
    least: usize,
    found: Vec<Range<usize>>,
}

impl Gaps {
    /// None yet.
    pub(super) fn new(text: &str) -> Self {
        Self { least: LEAST.max(text.len() / SHARE), found: Vec::new() }
    }

    /// Nothing between two bytes need be read.
    pub(super) fn push(&mut self, gap: Range<usize>) {
        if gap.len() >= self.least {
            self.found.push(gap);
        }
    }

    /// Of a name only both ends are read.
    pub(super) fn name(&mut self, name: Range<usize>) {
        self.push(name.start + 1..name.end.saturating_sub(1).max(name.start + 1));
    }

    /// Adds those of docstrings and comments; returns all of them, in order.
    pub(super) fn finish(mut self, text: &str, lines: &[Line]) -> Vec<Range<usize>> {
        let bytes = text.as_bytes();
        for line in lines {
            for &(start, end) in &line.comments {
                self.ends_kept(bytes, start..end);
            }
            if line.kind == LineKind::Code
                && line.keyword == Keyword::None
                && line.end - line.start >= self.least
                && let Some(contents) = string_contents(&bytes[line.start..line.end])
            {
                self.ends_kept(bytes, line.start + contents.start..line.start + contents.end);
            }
        }
        self.found.sort_unstable_by_key(|gap| gap.start);
        let mut end = 0;
        self.found.retain(|gap| {
            let apart = gap.start >= end;
            end = end.max(gap.end);
            apart
        });
        self.found
    }

    /// The first and the last character are read: a string's quotes and a comment's end depend on them.
    fn ends_kept(&mut self, text: &[u8], range: Range<usize>) {
        if range.len() < self.least + 2 {
            return;
        }
        let harmless = |at: usize| {
            text.get(at).is_some_and(|&byte| byte.is_ascii() && !matches!(byte, b'\\' | b'"' | b'\''))
        };
        if harmless(range.start) && harmless(range.end - 1) {
            self.push(range.start + 1..range.end - 1);
        }
    }
}
