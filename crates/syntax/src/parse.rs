//! Text to tree, within bounds. It must not know what becomes of the tree.
//!
//! Work is counted in what the parser does and reads, so that a text is refused on every machine or on none. Time is the
//! last resort.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Point};

use crate::convert::converted;
use crate::gaps::Gaps;
use crate::lexer::Tokens;
use crate::parser;
use crate::scanner;
use crate::tree::Tree;

/// Who reads a text first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Builder {
    /// Our own parser, and tree-sitter for what that refuses.
    #[default]
    Own,
    /// Tree-sitter alone: slower, with the same facts; what tests and reports of defects compare with.
    TreeSitter,
}

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

/// A reusable Python parser; one a thread. Sound text is read by our own, and what that refuses by tree-sitter.
pub struct Parser {
    other: tree_sitter::Parser,
    effort: Effort,
    builder: Builder,
    buffers: parser::Buffers,
}

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
        let (effort, builder) = (Effort { left: u64::MAX, aborted: None }, Builder::Own);
        Self { other: parser, effort, builder, buffers: parser::Buffers::default() }
    }
}

impl Parser {
    /// Decides who reads the texts from now on.
    pub fn use_builder(&mut self, builder: Builder) {
        self.builder = builder;
    }

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
        self.run(text, Instant::now() + limit)
    }

    /// Grants the work for a text of this length; what is parsed until the next call shares it.
    pub fn grant(&mut self, length: usize) {
        self.effort = Effort { left: LEAST_WORK + WORK_A_BYTE * length as u64, aborted: None };
    }

    /// Why a parse was aborted since work was granted, if one was.
    #[must_use]
    pub fn aborted(&self) -> Option<Aborted> {
        self.effort.aborted
    }

    /// The tree of a text that our own parser takes: sound Python.
    #[must_use]
    pub fn parse_sound(&mut self, text: &str) -> Option<Tree> {
        if self.builder == Builder::Own { self.buffers.parse(text).ok() } else { None }
    }

    /// The tokens of the text that [`Parser::parse_sound`] had a tree of last.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        self.buffers.tokens()
    }

    /// The tree of a text that our own parser refuses.
    ///
    /// # Errors
    /// [`Aborted`] when it takes more work than is granted, or is not done before `deadline`.
    pub fn parse_refused(&mut self, text: &str, deadline: Instant) -> Result<Tree, Aborted> {
        self.run(text, deadline).map(|tree| converted(&tree))
    }

    /// The tree of a text that our own parser refuses, perhaps for single statements: these alone are read by tree-sitter
    /// then.
    ///
    /// # Errors
    /// As [`Parser::parse_refused`].
    pub fn parse_in_parts(&mut self, text: &str, deadline: Instant) -> Result<Tree, Aborted> {
        self.filled(text, deadline).map_or_else(|| self.parse_refused(text, deadline), Ok)
    }

    fn filled(&mut self, text: &str, deadline: Instant) -> Option<Tree> {
        if self.builder == Builder::TreeSitter {
            return None;
        }
        let tree = self.buffers.parse_with_gaps(text).ok()?;
        let gaps = Gaps::of(&tree, text);
        if gaps.text.is_empty() {
            return Some(tree);
        }
        // Not worth it where little of the text is left.
        if gaps.text.len() > text.len() / 2 {
            return None;
        }
        let read = converted(&self.run(&gaps.text, deadline).ok()?);
        if read.root_node().has_error() { None } else { gaps.filled(&tree, &read) }
    }

    /// As [`Parser::parse`], with the work that was granted before.
    ///
    /// # Errors
    /// As [`Parser::parse`], with the moment at which it must be done.
    pub fn parse_until(&mut self, text: &str, deadline: Instant) -> Result<Tree, Aborted> {
        self.parse_sound(text).map_or_else(|| self.parse_refused(text, deadline), Ok)
    }

    fn run(&mut self, text: &str, deadline: Instant) -> Result<tree_sitter::Tree, Aborted> {
        if !scanner::can_hold(text) {
            self.effort.aborted = Some(Aborted::Columns);
            return Err(Aborted::Columns);
        }
        let left = Cell::new(self.effort.left);
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
        let tree = self.other.parse_with_options(&mut input, None, Some(options));
        self.effort.left = left.get();
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
                    self.other.reset();
                }
                let refused = refused.unwrap_or(Aborted::Work);
                self.effort.aborted = Some(refused);
                Err(refused)
            }
        }
    }
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
    fn single_statements_are_read_alone() {
        let deadline = Instant::now() + LIMIT;
        let mut parser = Parser::default();
        parser.grant(1_000);
        for text in [
            "import a\nprint 'b'; c()\n\ndef d():\n    if e: print f  # g\n    return h\n",
            "import a\nb = 0777 + c.d\ne(10L)\n\ndef f():\n    return 1\n",
            "def f():\n    exec 'a' in b, (c,  # d\n      e)\n    g()\nclass A:\n    h = 1\n",
        ] {
            let (filled, whole) = (parser.filled(text, deadline), parser.parse_with_tree_sitter(text, LIMIT));
            assert_eq!(filled, whole.ok(), "{text}");
            assert!(parser::parse(text).is_err());
        }
        for text in [
            "import a\nimport b\nprint 'c\n",
            "import a\nimport b\nif c d:\n    e\n",
            "import a\nimport b\nc +\n",
            "print 'a'\nimport b\n",
        ] {
            assert_eq!(parser.filled(text, deadline), None, "{text}");
        }
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
