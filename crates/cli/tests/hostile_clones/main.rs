//! Repositories that somebody wrote to do harm: what docs/security.md promises of them, each guarantee with several ways to break
//! it. Whatever they contain is harmless: programs leave a mark, files outside are watched.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod fixes;
mod outside;
mod programs;
mod reads;
mod secrets;
mod server;
mod text;
mod world;
mod writes;

#[path = "../server/client.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod client;
#[path = "../support/formats.rs"]
mod formats;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod support;
