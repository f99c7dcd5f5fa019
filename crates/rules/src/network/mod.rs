//! Addresses and ports that are written into the code.

pub mod bind_all_interfaces;
pub mod hardcoded_ip;
pub mod hardcoded_port;
mod places;
