//! Comments that ask for silence: what they name and which bytes they cover. It must not know which names are rules.

use analyzer_source::TextRange;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// The tool that a comment speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SuppressionOrigin {
    /// `# analyzer: ignore[rule-name]`.
    Own,
    /// `# noqa: E722`, `# ruff: noqa: E722`, `# flake8: noqa: E722`.
    Noqa,
    /// `# nosec B602`.
    Nosec,
    /// `# pylint: disable=bare-except`.
    Pylint,
    /// `# nosemgrep: rule-id`.
    Nosemgrep,
    /// `# NOSONAR`.
    Nosonar,
    /// `# gitleaks:allow`.
    Gitleaks,
    /// `# pragma: allowlist secret`.
    AllowlistSecret,
}

/// How far a suppression reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SuppressionForm {
    /// The logical line that contains it; alone on a line, the header of the statement that encloses it.
    Line,
    /// The next logical line.
    NextLine,
    /// The whole file.
    File,
    /// From here to the `ignore-end` that belongs to it, or to the end of the block.
    Start,
    /// Ends what a `Start` began; covers nothing itself.
    End,
    /// It begins like our own syntax and goes on differently; covers nothing.
    Malformed,
}

/// One rule, family or code that a suppression names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SuppressedName {
    /// As written.
    pub name: CompactString,
    /// Where.
    pub range: TextRange,
}

/// A comment, or a part of one, that asks for silence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Suppression {
    /// Whose syntax it is.
    pub origin: SuppressionOrigin,
    /// How far it reaches.
    pub form: SuppressionForm,
    /// Names in it; none where it asks for silence in general.
    pub names: Vec<SuppressedName>,
    /// From its `#` to the end of its reason.
    pub range: TextRange,
    /// A finding that begins in one of these is covered; both ends belong to them.
    pub covers: Vec<TextRange>,
    /// Range to delete so that it is gone without a trace.
    pub removal: TextRange,
    /// Whether it is an `ignore-start` without its end, or the other way round.
    pub unpaired: bool,
}

impl Suppression {
    /// Whether a finding that begins at `offset` is covered.
    #[must_use]
    pub fn covers(&self, offset: u32) -> bool {
        self.covers.iter().any(|range| range.start <= offset && offset <= range.end)
    }
}
