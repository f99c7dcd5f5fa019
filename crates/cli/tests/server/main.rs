//! `analyzer server` as an editor sees it: the binary on standard input and output, over projects in temporary folders.

mod accepted;
mod actions;
mod client;
mod diagnostics;
mod disk;
mod network;
mod parity;
mod reading;
mod robustness;
mod session;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod support;
