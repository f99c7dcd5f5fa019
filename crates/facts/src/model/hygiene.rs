//! Signs of the state of a code base rather than faults: markers, statements of Python 2, singletons that use `global`,
//! and the shape by which copies are recognised. It must not know which of them are findings.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// The word of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MarkerWord {
    /// `TODO`
    Todo,
    /// `FIXME`
    Fixme,
    /// `XXX`
    Xxx,
    /// `HACK`
    Hack,
}

impl MarkerWord {
    /// The word as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Todo => "TODO",
            Self::Fixme => "FIXME",
            Self::Xxx => "XXX",
            Self::Hack => "HACK",
        }
    }
}

/// A comment that says that something is left to do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Marker {
    /// The word.
    pub word: MarkerWord,
    /// The word's place.
    pub range: TextRange,
    /// The name in `TODO(name)` or after `TODO @`.
    pub author: Option<CompactString>,
    /// Description of the task, on one line; at most about 200 bytes.
    pub text: CompactString,
    /// The ticket that its block of comments names: `#123`, `ABC-123` or an address.
    pub ticket: Option<CompactString>,
    /// How well the file parsed.
    pub tier: Tier,
}

impl Marker {
    /// Its statement, alike for all comments in the same words; none where it says nothing, or a ticket is named.
    #[must_use]
    pub fn said(&self) -> Option<CompactString> {
        if self.ticket.is_some() || self.text.is_empty() {
            return None;
        }
        let words: Vec<&str> = self.text.split_whitespace().collect();
        let text = words.join(" ").to_lowercase();
        Some(format_compact!("{} {}", self.word.as_str(), text.trim_end_matches(['.', '!', ':', ';'])))
    }
}

/// A statement that only Python 2 understands as it was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Python2Form {
    /// `print x`
    Print,
    /// `print >>f, x`: a comparison of tuples to Python 3, which fails when it runs.
    PrintTo,
    /// `exec x`
    Exec,
    /// `except X, e`
    Except,
}

/// One replacement in the text of the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rewrite {
    /// Range to replace; empty for an insertion.
    pub range: TextRange,
    /// Its replacement.
    pub content: CompactString,
}

/// A statement of Python 2.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Python2 {
    /// Which one.
    pub form: Python2Form,
    /// The statement, or the header of the clause up to its colon.
    pub range: TextRange,
    /// Rewrites that make it Python 3, in the order of the text.
    pub rewrites: Vec<Rewrite>,
    /// How well it parsed.
    pub tier: Tier,
}

/// A name of the module that a function creates on first use, without a lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Singleton {
    /// The name.
    pub name: CompactString,
    /// Callee that creates it.
    pub class: CompactString,
    /// The test and the code below it up to the assignment's end.
    pub range: TextRange,
    /// The function.
    pub scope: ScopeId,
    /// Whether other tasks run between the test and the assignment: the call is awaited.
    pub awaited: bool,
    /// How well it parsed.
    pub tier: Tier,
}

/// The shape of a module: which runs of tokens it is made of, without literals, comments, docstrings and imports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Shape {
    /// Equal where all fingerprints are.
    pub digest: u64,
    /// The lowest fingerprints, sorted: a MinHash sketch. Empty for modules that are too small to compare.
    pub lowest: Vec<u32>,
}
