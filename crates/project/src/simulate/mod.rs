//! A simulator of CPython's import system: which order, which names exist when, what raises.
//! It must not know texts or salsa, and but for [`gather`] no files: its input is a [`program::Program`].

mod compile;
pub mod gather;
mod machine;
mod namespace;
pub mod program;
pub mod reach;
pub mod trace;
pub mod verdict;
