//! Contracts on who may import whom: what `[[layers]]` declares, and the imports that break it.
//! It must not know TOML, files or messages.

mod check;
mod model;
mod names;

pub(crate) use check::layering;
pub use check::{Violation, contract_problems, covers_any, violations};
pub use model::{Contract, ContractKind, ContractName, IgnoredImport, Layer};
