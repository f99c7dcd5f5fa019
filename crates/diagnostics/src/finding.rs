//! A diagnostic with its places resolved to lines and columns: what every output format renders.
//! It must not know a format.

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_source::TextRange;
use compact_str::CompactString;
use serde_json::Value;

use crate::{Applicability, Fix, Precision, Severity, Tier};

/// A place in a text, counted as people and formats count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in characters (Unicode scalar values).
    pub column: u32,
    /// From 1, in UTF-16 code units, as SARIF and most editors count.
    pub column_utf16: u32,
    /// From 1, in bytes of UTF-8, as some editors count.
    pub column_utf8: u32,
}

/// A range in one file. `end` is exclusive: the position after the last character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Relative to the project root, with forward slashes.
    pub path: Arc<str>,
    /// The bytes, for tools that hold the text.
    pub range: TextRange,
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// A further place that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedLocation {
    /// Where.
    pub location: Location,
    /// A note on that place, for the reader.
    pub message: String,
    /// The source lines of the place, for the full text output.
    pub source: SourceLines,
}

/// The lines of the text that a location covers, whole, so that renderers need no file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceLines {
    /// Number of the first line, from 1.
    pub first_line: u32,
    /// Byte offset of `text` in the file.
    pub offset: u32,
    /// The lines, with their line ends, at most eight of them.
    pub text: String,
}

/// A finding as it is reported.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's kebab-case name.
    pub rule: CompactString,
    /// As configured and graded.
    pub severity: Severity,
    /// The rule's precision, lowered by one class for tiers B and C.
    pub precision: Precision,
    /// How well the code parsed that it was read from.
    pub tier: Tier,
    /// The fault, in one line.
    pub message: String,
    /// Where.
    pub location: Location,
    /// The source lines of `location`.
    pub source: SourceLines,
    /// Further places, in reading order.
    pub related: Vec<RelatedLocation>,
    /// Why it is wrong.
    pub notes: Vec<String>,
    /// Advice on how to mend it.
    pub help: Option<String>,
    /// Machine-readable details; `parseTier` among them.
    pub properties: BTreeMap<&'static str, Value>,
    /// The change that mends it, with its edits' places.
    pub fix: Option<Fix>,
    /// A safe change for those who do not want an unsafe `fix`.
    pub safe_fix: Option<Fix>,
    /// The places of the edits of `fix`, and after them of `safe_fix`, in their order.
    pub fix_locations: Vec<Location>,
    /// 32 hexadecimal digits that survive moved lines and reformatting.
    pub fingerprint: String,
    /// 32 hexadecimal digits as well, of the same without the path and the count of equal ones: what is left of the
    /// fingerprint when the file is renamed.
    pub identity: String,
    /// GitHub's `primaryLocationLineHash` of the line where it begins.
    pub line_hash: String,
    /// Whether a comment in the source suppresses it; left out of reports unless asked for.
    pub suppressed: bool,
    /// Whether the baseline knows it; left out of reports unless asked for.
    pub baselined: bool,
}

impl Finding {
    /// The changes that mend it, the thorough one first.
    pub fn fixes(&self) -> impl Iterator<Item = &Fix> {
        self.fix.iter().chain(&self.safe_fix)
    }

    /// Whether it counts: nobody has agreed to live with it.
    #[must_use]
    pub const fn counts(&self) -> bool {
        !self.suppressed && !self.baselined
    }

    /// The change to make where nothing below `least` is wanted.
    #[must_use]
    pub fn fix_for(&self, least: Applicability) -> Option<&Fix> {
        self.fixes().find(|fix| fix.applicability >= least)
    }
}
