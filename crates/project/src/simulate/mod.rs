//! What CPython does when a program of modules is imported: which order, which names exist when, what raises.
//! It must not know files, texts or salsa: its input is a [`program::Program`], its output plain data.

mod compile;
mod machine;
mod namespace;
pub mod program;
pub mod trace;
pub mod verdict;
