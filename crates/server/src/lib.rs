//! The language server: answers to requests of editors, over the same engine as every other door. The only crate that
//! knows the protocol's shapes or an async runtime. It must not know how findings are made, nor where configuration
//! comes from: a [`Host`] reads that.

mod accepted;
mod actions;
mod capabilities;
mod checks;
mod client;
mod commands;
mod convert;
mod document;
mod elsewhere;
mod host;
mod hover;
mod lens;
mod lifecycle;
mod malformed;
mod outbox;
mod parent;
mod progress;
mod project;
mod prose;
mod publish;
mod pull;
mod registry;
mod server;
mod service;
mod stdio;
mod uri;
mod watch;
mod wire;
mod workers;

pub use host::{BrokenFile, Configuration, ConfigurationFailure, Host};
pub use stdio::serve;
