//! Changes that rules propose. Applying fixes to files is the engine's work, not this module's.

use analyzer_source::TextRange;
use serde::{Deserialize, Serialize};

/// Who may apply a fix. Ordered: `Display < Unsafe < Safe`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown only, never applied by the tool.
    Display,
    /// May change what the program does: needs opt-in.
    Unsafe,
    /// The program behaves exactly as before.
    Safe,
}

impl Applicability {
    /// The name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// One replacement in the file of the diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub range: TextRange,
    /// The new text.
    pub content: String,
}

/// A change that removes the cause of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fix {
    /// The change, as an imperative: "Replace `except:` by `except BaseException:`".
    pub title: String,
    /// Who may apply it.
    pub applicability: Applicability,
    /// Sorted by start, without overlaps.
    pub edits: Vec<Edit>,
}
