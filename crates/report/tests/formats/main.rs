//! Every output format over one hand-made report.
//!
//! The modules say `cfg(test)` so that the lints know them for tests.

#[cfg(test)]
mod ci;
#[cfg(test)]
mod common;
#[cfg(test)]
mod graph;
#[cfg(test)]
mod json;
#[cfg(test)]
mod machines;
#[cfg(test)]
mod overview;
#[cfg(test)]
mod sarif;
#[cfg(test)]
mod summary;
#[cfg(test)]
mod text;
