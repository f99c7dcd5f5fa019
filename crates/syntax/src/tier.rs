//! How well the code around a node parsed.

use serde::{Deserialize, Serialize};

/// How well the code that a fact was read from parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Tier {
    /// The whole file parsed.
    #[default]
    A,
    /// The file is broken, but this node lies outside every error.
    B,
    /// Under an error node, or recovered from tokens.
    C,
}

impl Tier {
    /// The value of the property `parseTier`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}
