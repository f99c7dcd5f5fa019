//! A repository's settings: `analyzer.toml`, or `[tool.analyzer]` in `pyproject.toml`.
//! It must not read files: it is given texts.

mod contracts;
mod keys;
mod options;
mod origins;
mod problem;
mod read;
mod schema;
mod select;
mod settings;

pub use keys::{contract_documentation, documentation};
pub use options::{OptionProblem, OptionValue, RuleOptions};
pub use origins::{SetKey, set_keys};
pub use problem::ConfigProblem;
pub use read::{ConfigSource, Layer, Mistakes, configures_analyzer, parse, parse_layers};
pub use schema::schema;
pub use select::{Catalogue, UnknownSelector};
pub use settings::{Copies, MOST_BYTES, PerFile, PythonVersion, Settings};
