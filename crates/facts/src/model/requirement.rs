//! Packages that a project asks its installer for. It must not know which of them are faults.

use analyzer_source::TextRange;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// One package that a list asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Requirement {
    /// The package's name, normalised: lower-case, with single dashes.
    pub name: CompactString,
    /// The requirement as it is written.
    pub range: TextRange,
    /// Place of its versions; empty after the name where it takes any.
    pub versions_range: TextRange,
    /// The versions that it takes, as PEP 440 writes them, sorted out of other notations; empty for any.
    pub versions: CompactString,
    /// The extras that it takes along, sorted and parted by commas.
    pub extras: CompactString,
    /// The circumstances in which it holds, as PEP 508 writes them; empty for all.
    pub marker: CompactString,
    /// The list that contains it, within the file: equal for what is installed together.
    pub list: CompactString,
    /// Whether another version may be at `versions_range` as PEP 440 writes it, and nothing else need change.
    pub plain: bool,
    /// Whether it names a place to take the package from, and so no versions.
    pub direct: bool,
}

/// Another list that a list names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequirementLink {
    /// The path.
    pub range: TextRange,
    /// The path as it is written, from the folder of the list.
    pub path: CompactString,
    /// Whether it only limits versions (`-c`); else it is installed too (`-r`).
    pub constrains: bool,
}
