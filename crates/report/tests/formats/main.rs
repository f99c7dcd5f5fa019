//! Every output format over one hand-made report.

mod common;
mod graph;
mod json;
mod sarif;
mod text;
