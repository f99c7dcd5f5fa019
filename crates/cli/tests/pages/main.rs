//! Checks the pages of the documentation: every block of code and every command on them is run, or read by the program
//! for which it is written. It must not know what the pages are about.

#![expect(clippy::unwrap_used, reason = "tests")]

mod architecture;
mod blocks;
mod claims;
mod commands;
mod readme;
mod rules;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod support;
mod suppressions;
mod transcripts;
