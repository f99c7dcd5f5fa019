//! Texts of configuration: which kinds there are, how they are written, and what reads each.
//! It must not know what a key means.

pub(crate) mod docker;
pub(crate) mod entry;
pub(crate) mod ini;
mod kind;
pub(crate) mod lines;
pub(crate) mod machines;
pub(crate) mod notebook;
mod stretches;
pub(crate) mod yaml;

pub use kind::ConfigKind;
pub use yaml::{yaml_list_len, yaml_lists};

/// How values are written without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// YAML, compose files included: `key: value # comment`, and `- KEY=value`.
    Yaml,
    /// TOML: values that are strings are quoted.
    Quoted,
    /// JSON: the same, without comments.
    Json,
    /// `key = value` to the end of the line: ini, `.env`, Dockerfiles.
    Line,
}
