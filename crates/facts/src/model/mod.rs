//! The facts themselves: plain data, without behaviour beyond look-ups.

pub(crate) mod asynchrony;
pub(crate) mod command;
pub(crate) mod config;
pub(crate) mod file;
pub(crate) mod gpu;
pub(crate) mod handler;
pub(crate) mod hygiene;
pub(crate) mod import;
pub(crate) mod network;
pub(crate) mod position;
pub(crate) mod projection;
pub(crate) mod requirement;
pub(crate) mod scope;
pub(crate) mod secret;
pub(crate) mod suppression;
pub(crate) mod web;
