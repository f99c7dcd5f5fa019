//! The scopes of a file: its module, classes and functions.

use analyzer_source::TextRange;
use analyzer_syntax::Tier;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Index into [`crate::FileFacts::scopes`]; 0 is the module.
pub type ScopeId = u32;

/// Construct that opens a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScopeKind {
    /// The file itself.
    Module,
    /// `class`.
    Class,
    /// `def`.
    Function,
    /// `async def`.
    AsyncFunction,
}

/// A function's complexity under each metric; rules-spec §3 states their formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Metrics {
    /// ruff's C901, nested functions included.
    pub ruff: u32,
    /// The mccabe package, nested functions included.
    pub mccabe: u32,
    /// radon's cyclomatic complexity.
    pub radon: u32,
    /// Cognitive complexity, nested functions included one level deeper.
    pub cognitive: u32,
    /// `ruff` without what nested functions add.
    pub own_ruff: u32,
    /// `mccabe` without what nested functions add.
    pub own_mccabe: u32,
    /// `cognitive` without what nested functions add; `radon` never has it.
    pub own_cognitive: u32,
    /// Lines of the body, at least 1.
    pub lines: u32,
}

/// A module, class or function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Construct that opens it.
    pub kind: ScopeKind,
    /// The scope that encloses it; the module encloses itself.
    pub parent: ScopeId,
    /// Its own name; empty for the module.
    pub name: CompactString,
    /// The name's place.
    pub name_range: TextRange,
    /// The whole definition, from `def`, `async` or `class` to its end, without decorators.
    pub range: TextRange,
    /// How well it parsed.
    pub tier: Tier,
    /// Complexity; only of functions that have a body.
    pub metrics: Option<Metrics>,
    /// Of a function in a class: that it does nothing of its own. A property, an abstract method, one that only passes
    /// the call on to what has the same name elsewhere, or one that only type checkers read.
    pub passive: bool,
}
