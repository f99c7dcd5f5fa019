//! The oracle: abstract cases, their text and program, and CPython's answer to them.
//! It must not know what the simulator answers.

pub(crate) mod case;
pub(crate) mod cpython;
pub(crate) mod fixed;
pub(crate) mod generate;
pub(crate) mod text;
