//! Text to tree, within bounds. It must not know what becomes of the tree.
//!
//! Work is counted in what the parser does and reads, so that a text is refused on every machine or on none. Time is the
//! last resort.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use tree_sitter::{InputEdit, ParseOptions, ParseState, Point};

use crate::convert::converted;
use crate::scanner;
use crate::tree::Tree;

/// Why there is no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aborted {
    /// Parsing takes far more work than texts of that length do.
    Work,
    /// It took longer than the last resort.
    Time,
    /// The text begins its lines at more columns than the grammar's scanner can hold.
    Columns,
}

/// Work that every text is granted: 2 s of it.
const LEAST_WORK: u64 = 500_000_000;
/// Work for each byte of a text; ordinary code takes a twentieth of it.
const WORK_A_BYTE: u64 = 400;
/// The parser reports its progress after a hundred steps, each of which takes as long as reading 32 bytes.
const WORK_A_REPORT: u64 = 3_200;
/// Bytes that the parser is given at once: it asks again for those that it goes back to.
const AT_ONCE: usize = 4_096;

/// A reusable Python parser; one a thread.
pub struct Parser(tree_sitter::Parser, Effort);

/// Work on one text, which may be parsed several times.
struct Effort {
    left: u64,
    aborted: Option<Aborted>,
}

impl Default for Parser {
    fn default() -> Self {
        let mut parser = tree_sitter::Parser::new();
        // Fails only when the grammar's ABI differs from the library's; every parse is `Aborted` then,
        // which the tests of this crate would show.
        let _ = parser.set_language(&tree_sitter_python::LANGUAGE.into());
        Self(parser, Effort { left: u64::MAX, aborted: None })
    }
}

impl Parser {
    /// Parses `text`.
    ///
    /// # Errors
    /// [`Aborted`] when it takes more work than is granted, or longer than `limit`.
    pub fn parse(&mut self, text: &str, limit: Duration) -> Result<Tree, Aborted> {
        self.grant(text.len());
        self.parse_until(text, Instant::now() + limit)
    }

    /// As [`Parser::parse`], by tree-sitter alone, which reads broken text as well.
    ///
    /// # Errors
    /// As [`Parser::parse`].
    pub fn parse_with_tree_sitter(&mut self, text: &str, limit: Duration) -> Result<Tree, Aborted> {
        self.original(text, limit).map(|tree| converted(&tree))
    }

    /// As [`Parser::parse_with_tree_sitter`]: its own tree.
    pub(crate) fn original(&mut self, text: &str, limit: Duration) -> Result<tree_sitter::Tree, Aborted> {
        self.grant(text.len());
        self.run(text, None, Instant::now() + limit)
    }

    /// Grants the work for a text of this length; what is parsed until the next call shares it.
    pub fn grant(&mut self, length: usize) {
        self.1 = Effort { left: LEAST_WORK + WORK_A_BYTE * length as u64, aborted: None };
    }

    /// Why a parse was aborted since work was granted, if one was.
    #[must_use]
    pub fn aborted(&self) -> Option<Aborted> {
        self.1.aborted
    }

    /// As [`Parser::parse_until`], reusing what is unchanged since `old`, a text and its tree that came from here.
    ///
    /// # Errors
    /// [`Aborted`] when it is not.
    pub fn parse_edited(
        &mut self,
        text: &str,
        old: Option<(&str, &Tree)>,
        deadline: Instant,
    ) -> Result<Tree, Aborted> {
        let edited = old.and_then(|(old_text, tree)| {
            let mut tree = tree.origin.clone()?;
            if let Some(edit) = difference(old_text, text) {
                tree.edit(&edit);
            }
            Some(tree)
        });
        let tree = self.run(text, edited.as_ref(), deadline)?;
        let mut converted = converted(&tree);
        converted.origin = Some(tree);
        Ok(converted)
    }

    /// Parses `text` from nothing.
    ///
    /// # Errors
    /// [`Aborted`] when it is not done before `deadline`.
    pub fn parse_until(&mut self, text: &str, deadline: Instant) -> Result<Tree, Aborted> {
        self.run(text, None, deadline).map(|tree| converted(&tree))
    }

    /// As [`Parser::parse_until`], without reading the `gaps`, which are in order and apart from each other. A token that
    /// begins before a gap and goes on behind it is one.
    ///
    /// # Errors
    /// [`Aborted`] when it is not done before `deadline`.
    pub fn parse_around(
        &mut self,
        text: &str,
        gaps: &[Range<usize>],
        deadline: Instant,
    ) -> Result<Tree, Aborted> {
        let parts = parts(text.as_bytes(), gaps);
        // Parts that are in order are always taken.
        let _ = self.0.set_included_ranges(&parts);
        let tree = self.run(text, None, deadline);
        let _ = self.0.set_included_ranges(&[]);
        tree.map(|tree| converted(&tree))
    }

    fn run(
        &mut self,
        text: &str,
        edited: Option<&tree_sitter::Tree>,
        deadline: Instant,
    ) -> Result<tree_sitter::Tree, Aborted> {
        if !scanner::can_hold(text) {
            self.1.aborted = Some(Aborted::Columns);
            return Err(Aborted::Columns);
        }
        let left = Cell::new(self.1.left);
        let late = Cell::new(false);
        let mut progress = |_: &ParseState| {
            left.set(left.get().saturating_sub(WORK_A_REPORT));
            late.set(Instant::now() > deadline);
            if late.get() || left.get() == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let bytes = text.as_bytes();
        // Where no work is left the text seems to end, so that the parser comes to report its progress.
        let mut input = |offset: usize, _: Point| {
            left.set(left.get().saturating_sub(AT_ONCE as u64));
            let end = if left.get() == 0 { offset } else { bytes.len().min(offset + AT_ONCE) };
            bytes.get(offset..end).unwrap_or_default()
        };
        let tree = self.0.parse_with_options(&mut input, edited, Some(options));
        self.1.left = left.get();
        let refused = match (late.get(), left.get()) {
            (true, _) => Some(Aborted::Time),
            (false, 0) => Some(Aborted::Work),
            _ => None,
        };
        match (tree, refused) {
            (Some(tree), None) => Ok(tree),
            (tree, refused) => {
                if tree.is_none() {
                    // Otherwise the next parse would resume this one.
                    self.0.reset();
                }
                let refused = refused.unwrap_or(Aborted::Work);
                self.1.aborted = Some(refused);
                Err(refused)
            }
        }
    }
}

/// The edit between two texts as their common prefix and suffix show it; none where they are equal.
fn difference(old: &str, new: &str) -> Option<InputEdit> {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    if prefix == old.len() && prefix == new.len() {
        return None;
    }
    let suffix =
        old[prefix..].iter().rev().zip(new[prefix..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_end, new_end) = (old.len() - suffix, new.len() - suffix);
    Some(InputEdit {
        start_byte: prefix,
        old_end_byte: old_end,
        new_end_byte: new_end,
        start_position: point(old, prefix),
        old_end_position: point(old, old_end),
        new_end_position: point(new, new_end),
    })
}

/// What lies around the gaps of a text; nothing where there are none, which stands for everything.
fn parts(text: &[u8], gaps: &[Range<usize>]) -> Vec<tree_sitter::Range> {
    let mut parts = Vec::with_capacity(gaps.len() + 1);
    // Where the last place lies, and where its line begins.
    let (mut at, mut row, mut line) = (0, 0, 0);
    let mut place = |offset: usize| {
        for feed in memchr::memchr_iter(b'\n', &text[at..offset]) {
            (row, line) = (row + 1, at + feed + 1);
        }
        at = offset;
        Point { row, column: offset - line }
    };
    let (mut start, mut start_point) = (0, Point { row: 0, column: 0 });
    for gap in gaps {
        let end_point = place(gap.start);
        parts.push(tree_sitter::Range { start_byte: start, end_byte: gap.start, start_point, end_point });
        (start, start_point) = (gap.end, place(gap.end));
    }
    if !gaps.is_empty() {
        let end_point = place(text.len());
        parts.push(tree_sitter::Range { start_byte: start, end_byte: text.len(), start_point, end_point });
    }
    parts
}

/// Row and column, in bytes, of an offset.
fn point(text: &[u8], offset: usize) -> Point {
    let before = &text[..offset];
    let row = memchr::memchr_iter(b'\n', before).count();
    let column = memchr::memrchr(b'\n', before).map_or(offset, |at| offset - at - 1);
    Point { row, column }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    const LIMIT: Duration = Duration::from_secs(10);

    fn kinds(text: &str) -> Vec<Kind> {
        let tree = Parser::default().parse(text, LIMIT).unwrap();
        tree.nodes().iter().map(|node| node.kind).collect()
    }

    #[test]
    fn parses_python() {
        use crate::kind::{DOTTED_NAME, IDENTIFIER, IMPORT_STATEMENT, KW_IMPORT, MODULE};
        assert_eq!(kinds("import os\n"), [MODULE, IMPORT_STATEMENT, KW_IMPORT, DOTTED_NAME, IDENTIFIER]);
    }

    #[test]
    fn an_edited_tree_equals_a_fresh_one() {
        let mut parser = Parser::default();
        let old_text = "def f(x):\n    return x\n";
        let new_text = "def f(x):\n    y = x + 1\n    return y\n";
        let deadline = Instant::now() + LIMIT;
        let old = parser.parse_edited(old_text, None, deadline).unwrap();
        let edited = parser.parse_edited(new_text, Some((old_text, &old)), deadline).unwrap();
        assert_eq!(edited, parser.parse(new_text, LIMIT).unwrap());
    }

    #[test]
    fn a_parse_over_its_bounds_is_aborted_and_the_next_one_is_unharmed() {
        let mut parser = Parser::default();
        let long = "x = [1, 2, 3]\n".repeat(200_000);
        assert_eq!(parser.parse_with_tree_sitter(&long, Duration::ZERO).err(), Some(Aborted::Time));
        // At each comment the scanner reads all those after it.
        let comments = format!("x\n{}", "#\n".repeat(40_000));
        assert_eq!(parser.parse_with_tree_sitter(&comments, LIMIT * 6).err(), Some(Aborted::Work));
        assert_eq!(parser.aborted(), Some(Aborted::Work));
        let columns: String = (0..400).map(|column| format!("{}x\n", " ".repeat(column))).collect();
        assert_eq!(parser.parse_with_tree_sitter(&columns, LIMIT).err(), Some(Aborted::Columns));
        let tree = parser.parse_with_tree_sitter("pass\n", LIMIT).unwrap();
        assert_eq!(tree.nodes().len(), 3);
    }
}
