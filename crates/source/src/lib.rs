//! Files and text.

mod range;

pub use range::TextRange;
