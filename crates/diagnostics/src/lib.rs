//! The vocabulary that rules and doors share: diagnostics, fixes, severities, fingerprints.
//! It must not know Python, tree-sitter, configuration or any output format.

mod baseline;
mod diagnostic;
mod finding;
mod fingerprint;
mod fix;
mod graph;
mod level;
mod line_hash;
mod prose;
mod rule;
mod run;

pub use analyzer_syntax::Tier;
pub use baseline::{BASELINE_FILE, Baseline, BaselineEntry, BaselineError, Matched};
pub use diagnostic::{Anchor, Diagnostic, Related};
pub use finding::{Finding, Location, Position, RelatedLocation, SourceLines};
pub use fingerprint::{fingerprint, normalised_snippet};
pub use fix::{Applicability, Edit, Fix};
pub use graph::{GraphEdge, GraphNode, GraphView};
pub use level::{Precision, Severity};
pub use line_hash::{LineHashes, line_hashes};
pub use prose::{Piece, pieces, starts_entry};
pub use rule::{FixKind, OptionInfo, RuleInfo, Scope};
pub use run::{CycleSummary, Hotspot, ImportedPackage, Inventory, Origin, Report, Summary};
