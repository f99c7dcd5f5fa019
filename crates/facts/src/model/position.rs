//! When the code at a place runs, as far as its surroundings show.

use serde::{Deserialize, Serialize};

/// When code runs relative to the import of its module: a set of marks, empty for code that always runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Position(u8);

impl Position {
    /// Runs with the module, always.
    pub const EAGER: Self = Self(0);
    /// In the body of a function or lambda: runs when that is called.
    pub const DEFERRED: Self = Self(1);
    /// Under `if`, `try`, `with`, `for`, `while` or `match`.
    pub const CONDITIONAL: Self = Self(2);
    /// Under `if TYPE_CHECKING` or `if False`: never runs.
    pub const TYPING: Self = Self(4);
    /// Under `if __name__ == "__main__"`: never runs on import.
    pub const MAIN_GUARD: Self = Self(8);
    /// An import in the body of a `try` whose handlers catch a missing module, in one of these handlers, or under
    /// `contextlib.suppress` of it, or under an `if` that asks for the version or the platform. Only imports carry it.
    pub const GUARDED: Self = Self(16);
    /// Inside a type annotation.
    pub const ANNOTATION: Self = Self(32);

    /// Whether every mark of `other` is set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets of marks.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These marks without those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the code runs, or may run, while the module is being imported.
    #[must_use]
    pub const fn runs_on_import(self) -> bool {
        self.0 & (Self::DEFERRED.0 | Self::TYPING.0 | Self::MAIN_GUARD.0) == 0
    }
}
