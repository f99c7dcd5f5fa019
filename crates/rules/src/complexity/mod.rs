//! How hard functions and classes are to follow.

pub mod cognitive_complexity;
pub mod complex_function;
pub mod god_class;
mod metric;
