//! Ports and sockets of all files together: who binds what, what the registry says, which sockets meet.
//! It must not know places in texts: sites are numbers, so that an edit that moves lines changes nothing.

mod configured;
mod conflicts;
mod drift;
mod machines;
mod names;
mod projection;
mod startup;
mod topology;

use std::sync::Arc;

use compact_str::CompactString;

pub use conflicts::is_well_known;
pub use projection::{
    ConstantUse, DefaultUse, EndpointUse, LookupUse, NetworkProjection, PortUse, RegistryUse, ServiceUse,
    Site, projection, sites,
};
pub use startup::startup;

/// One file with what it says.
#[derive(Debug, Clone, Copy)]
pub struct NetworkFile<'a> {
    /// Relative to the project root.
    pub path: &'a Arc<str>,
    /// Its ports, sockets and services.
    pub says: &'a NetworkProjection,
}

/// A place that a finding points to besides its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkPlace {
    /// The file.
    pub path: Arc<str>,
    /// The site there.
    pub site: Site,
    /// The use of the port or socket there.
    pub role: PlaceRole,
}

/// The use of a port or socket at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceRole {
    /// A program binds it.
    Binds,
    /// Configuration gives it to a service.
    Declares(CompactString),
    /// The registry gives it to a name.
    Registers(CompactString),
    /// Another program connects to it, with the same mistake.
    Connects,
    /// The host is written there.
    Host,
    /// A list starts the first service there that is like it.
    Starts(CompactString),
}

/// A fault of ports, sockets or services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkProblem {
    /// A list starts a program that does not exist: the service, the program.
    NoProgram(CompactString, CompactString),
    /// A list starts one program twice: the service, the program, the first service.
    ProgramTwice(CompactString, CompactString, CompactString),
    /// A service needs one that no list has: the service, what it needs.
    NotListed(CompactString, CompactString),
    /// A program is like those that a list starts, and no list starts it: the list; whether it has their base, and which.
    NotStarted(Arc<str>, CompactString),
    /// Several services have one port; whether they may run on several machines.
    Conflict(u16, bool),
    /// A server listens to every network, with a host that another file gives.
    EveryInterface,
    /// A port is asked for under a name that the registry lacks.
    Undeclared(CompactString),
    /// Nothing uses a name of the registry; the owner, where it is given.
    Unused(CompactString, u16, CompactString),
    /// Two names of the registry have one number: the second, the first, the number.
    Duplicate(CompactString, CompactString, u16),
    /// A default is not what the registry says: the variable, its default, the registry's name and number.
    Default(CompactString, u16, CompactString, u16),
    /// Configuration is not what the registry says: the service, its number, the registry's name and number.
    Configured(CompactString, u16, CompactString, u16),
    /// A socket connects where nothing binds; whether every bind is known.
    NoBinder(CompactString, bool),
    /// Two sockets of one function bind the same.
    TwoBinders(CompactString),
    /// A socket meets one of a type that it cannot talk to: the endpoint, its type, the other's.
    Pair(CompactString, CompactString, CompactString),
    /// A loop binds the same again.
    Loop(CompactString),
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkFinding {
    /// The file that it is made in.
    pub path: Arc<str>,
    /// The site there.
    pub site: Site,
    /// The fault.
    pub problem: NetworkProblem,
    /// Other places, in order.
    pub related: Vec<NetworkPlace>,
    /// Whether an earlier finding has this one's place among its own.
    pub elsewhere: bool,
}

/// All findings over a project, by path and site. `files` are sorted by path; `registry` is the path of the registry of
/// ports where it is configured.
#[must_use]
pub fn network(files: &[NetworkFile], registry: Option<&str>) -> Vec<NetworkFinding> {
    let registry = drift::registry(files, registry);
    let mut found = conflicts::conflicts(files, registry);
    if let Some(registry) = registry {
        found.extend(drift::drift(files, registry));
    }
    found.extend(topology::topology(files));
    found.sort_by(|a, b| (&a.path, a.site).cmp(&(&b.path, b.site)));
    found
}

/// Every number of the registry that has exactly one name there, sorted. See [`network`].
#[must_use]
pub fn registered(files: &[NetworkFile], registry: Option<&str>) -> Vec<(u16, CompactString)> {
    let entries = drift::registry(files, registry).and_then(|index| files.get(index));
    let entries = entries.map(|file| file.says.registry.as_slice()).unwrap_or_default();
    let alone =
        |entry: &&RegistryUse| entries.iter().filter(|other| other.number == entry.number).count() == 1;
    let mut names: Vec<(u16, CompactString)> =
        entries.iter().filter(alone).map(|entry| (entry.number, entry.name.clone())).collect();
    names.sort_unstable();
    names
}

/// Whether nothing starts a file together with the others: it was put aside, or shows how something is used.
fn is_aside(path: &str) -> bool {
    crate::places::is_aside(path) || crate::places::is_put_aside(path)
}
