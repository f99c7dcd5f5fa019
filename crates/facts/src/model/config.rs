//! What a file of configuration says beside its secrets.

use serde::{Deserialize, Serialize};

use crate::SyntaxProblem;

/// What is read from configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConfigFacts {
    /// What cannot be read, or is said twice, in the order of the text.
    pub problems: Vec<SyntaxProblem>,
}

impl ConfigFacts {
    /// Whether there is nothing that anyone would ask for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
