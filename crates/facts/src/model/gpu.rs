//! Where a file uses the graphics card, and where it lets a model go without giving its memory back.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// How a model is let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ModelRelease {
    /// `del model`, or out of the container that holds it.
    Deleted,
    /// `self.model = None`
    Cleared,
    /// Another model is loaded into the same name, again and again.
    Replaced,
}

/// A function or loop that lets a model go and does not release the cache of its memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeptCache {
    /// The statement.
    pub range: TextRange,
    /// The model as written.
    pub model: CompactString,
    /// How it is let go.
    pub release: ModelRelease,
    /// The function.
    pub scope: ScopeId,
    /// How well it parsed.
    pub tier: Tier,
}

/// Use of the graphics card by a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct GpuFacts {
    /// Where something is moved to the card or made on it, or the card is asked, in the order of the text.
    pub uses: Vec<TextRange>,
    /// Where the memory of a model is kept, in the order of the text.
    pub kept: Vec<KeptCache>,
}
