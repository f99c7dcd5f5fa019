//! What the pages of the documentation show is what happens: every block of code and every command on them is run, or
//! read by what it is written for. It must not know what the pages are about.

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
