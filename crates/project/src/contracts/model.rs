//! A contract as it is declared. It must not know how one is written or checked.

use analyzer_source::TextRange;
use compact_str::CompactString;

/// The kind of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ContractKind {
    /// Higher layers may import lower ones, and never the other way round.
    #[default]
    Layers,
    /// Some modules must not import some others.
    Forbidden,
    /// Modules must not import each other.
    Independence,
    /// Only some modules may import certain ones directly.
    Protected,
}

impl ContractKind {
    /// As `type` names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Layers => "layers",
            Self::Forbidden => "forbidden",
            Self::Independence => "independence",
            Self::Protected => "protected",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Layers, Self::Forbidden, Self::Independence, Self::Protected];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// A name of modules in a contract: a module with everything below it, or a pattern in which `*` matches one part of
/// a name and `**` for one or more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContractName {
    /// Dotted.
    pub name: CompactString,
    /// Where the configuration says it.
    pub range: TextRange,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Layer {
    /// Its modules.
    pub modules: Vec<ContractName>,
    /// Whether these must not import each other.
    pub independent: bool,
    /// Whether the layer need not exist.
    pub optional: bool,
}

/// Imports that a contract leaves alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IgnoredImport {
    /// Pattern of the importer's name.
    pub from: CompactString,
    /// Pattern of the imported module's name.
    pub to: CompactString,
}

/// One contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Contract {
    /// Its name in reports; empty where nothing is said.
    pub name: String,
    /// Its kind.
    pub kind: ContractKind,
    /// From the highest to the lowest.
    pub layers: Vec<Layer>,
    /// Packages, each of which holds the layers; none: their names are absolute.
    pub containers: Vec<ContractName>,
    /// The modules that must not import, or must be independent, or are protected.
    pub modules: Vec<ContractName>,
    /// The modules that `modules` must not import.
    pub forbidden: Vec<ContractName>,
    /// The modules that may import `modules`.
    pub allowed: Vec<ContractName>,
    /// Imports that count for nothing.
    pub ignore: Vec<IgnoredImport>,
    /// Whether imports through other modules count.
    pub chains: bool,
    /// Whether imports for type checkers only count.
    pub typing: bool,
    /// Whether imports inside functions count.
    pub deferred: bool,
}

impl Default for Contract {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: ContractKind::Layers,
            layers: Vec::new(),
            containers: Vec::new(),
            modules: Vec::new(),
            forbidden: Vec::new(),
            allowed: Vec::new(),
            ignore: Vec::new(),
            chains: true,
            typing: true,
            deferred: true,
        }
    }
}
