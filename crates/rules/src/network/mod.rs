//! Addresses, ports and paths that are written into the code, and what all files together say of them.

pub mod bind_all_interfaces;
mod fix;
pub mod hardcoded_ip;
pub mod hardcoded_path;
pub mod hardcoded_port;
pub(crate) mod placed;
mod places;
pub mod port_conflict;
pub mod port_registry_drift;
mod tables;
pub mod zmq_bind_without_curve;
pub mod zmq_topology_mismatch;
