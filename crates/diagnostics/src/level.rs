//! How bad a finding is, and how sure a rule is.

use serde::{Deserialize, Serialize};

/// How bad a finding is. Ordered: `Note < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a run by default.
    Note,
    /// Worth mending; fails a run by default.
    Warning,
    /// Wrong or dangerous.
    Error,
}

impl Severity {
    /// The name in configuration, JSON and SARIF's `level`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The next lower severity; `Note` stays.
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::Error => Self::Warning,
            Self::Warning | Self::Note => Self::Note,
        }
    }
}

/// How sure a rule is of its findings, in SARIF's and code scanning's words. Ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Many findings will be false.
    Low,
    /// Some findings will be false.
    Medium,
    /// Few findings will be false.
    High,
    /// Practically none will be false.
    VeryHigh,
}

impl Precision {
    /// The name in rule files and in SARIF's `precision`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::VeryHigh => "very-high",
        }
    }

    /// The next lower class; `Low` stays. Findings of tier B and C lose one class.
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::VeryHigh => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}
