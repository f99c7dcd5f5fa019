//! What a rule may see of the project: results over all files, projected on one file.
//! It must not hold anything that changes when an unrelated file does.

/// The project's results for one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectView {}
