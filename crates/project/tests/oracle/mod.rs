//! The oracle: abstract cases, their text and program, and CPython's answer to them.
//! It must not know what the simulator answers.

pub mod case;
pub mod cpython;
pub mod fixed;
pub mod generate;
pub mod text;
