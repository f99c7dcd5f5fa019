//! Groups of facts that need not be gathered where nobody reads them.
//! It must not know which rules read what.

/// Groups of facts. Those that belong to no group are always gathered: imports, handlers, complexity, secrets,
/// suppressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactSet(u8);

impl FactSet {
    /// No group.
    pub const NONE: Self = Self(0);
    /// Commands, endpoints, ports, addresses, paths.
    pub const USAGE: Self = Self(1);
    /// Coroutines, routes, models on graphics cards.
    pub const FLOWS: Self = Self(1 << 1);
    /// Comments that mark something as left to do.
    pub const MARKERS: Self = Self(1 << 2);
    /// The sketch by which copies of a module are recognised.
    pub const SHAPE: Self = Self(1 << 3);
    /// All groups.
    pub const ALL: Self = Self((1 << 4) - 1);

    /// The groups of either.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all groups of `other` are among these.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// A number that no other set has.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }
}

impl Default for FactSet {
    fn default() -> Self {
        Self::ALL
    }
}
