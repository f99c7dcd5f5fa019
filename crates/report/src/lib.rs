//! Renders findings, summaries and the import graph. It must not know how they are made, nor read files: a
//! [`Report`](analyzer_diagnostics::Report) carries all the source text that is shown.
//!
//! Every renderer takes the report, the rules sorted by name, and options, and writes as it goes; give it a
//! buffered writer. The same report gives the same bytes.

pub mod advice;
pub mod azure;
pub mod checkstyle;
pub mod concise;
pub mod csv;
pub mod diff;
mod figures;
mod finding;
pub mod full;
pub mod github;
pub mod gitlab;
pub mod graph;
pub mod grouped;
mod inert;
pub mod json;
pub mod json_lines;
pub mod junit;
pub mod markdown;
mod options;
pub mod overview;
pub mod prometheus;
mod properties;
pub mod pylint;
pub mod rdjson;
mod route;
pub mod sarif;
pub mod sonarqube;
pub mod statistics;
pub mod summary;
mod table;
mod text;
mod xml;

pub use inert::{inert, is_obeyed};
pub use options::{RenderOptions, RunInfo};
pub use text::hanging;
