//! Exception handlers, graded by what they do.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// One `except` clause.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Handler {
    /// From `except` to the colon.
    pub range: TextRange,
    /// The whole clause with its body.
    pub clause: TextRange,
    /// Where it stands.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}
