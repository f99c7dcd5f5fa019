//! Ports that several services have. It must not know what a service does with its port.

use std::collections::BTreeMap;

use analyzer_facts::Host;

use super::machines::{Machines, Together};
use super::names::{are_one, are_twins, normal, stem};
use super::{
    NetworkFile, NetworkFinding, NetworkPlace, NetworkProblem, PlaceRole, ServiceUse, Site, configured,
    is_aside,
};
use crate::places::is_test;

/// Ports that belong to a protocol or to a product that everyone knows by its number.
const WELL_KNOWN: &[u16] = &[
    20, 21, 22, 23, 25, 53, 67, 68, 69, 80, 110, 119, 123, 135, 137, 138, 139, 143, 161, 162, 389, 443, 445,
    465, 514, 587, 636, 853, 989, 990, 993, 995, 1433, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 3306, 3389,
    4222, 4317, 4318, 5432, 5671, 5672, 5984, 5985, 5986, 6379, 6443, 8086, 8125, 8883, 9042, 9090, 9092,
    11211, 15672, 26257, 26379, 27017, 27018, 27019, 61613, 61614,
];

/// Whether a port is known by its number.
#[must_use]
pub fn is_well_known(port: u16) -> bool {
    WELL_KNOWN.binary_search(&port).is_ok()
}

/// A bind in a program.
struct Bind<'a> {
    file: usize,
    site: Site,
    host: &'a Host,
}

/// One finding for each number that several services have.
pub(super) fn conflicts(files: &[NetworkFile], registry: Option<usize>) -> Vec<NetworkFinding> {
    let mut found = Vec::new();
    let machines = Machines::new(files);
    for ((_, number), binds) in binds(files) {
        found.extend(among_programs(files, number, &binds, &machines, registry));
    }
    found.extend(configured::conflicts(files));
    found
}

/// The binds of every number of each protocol, in the order of the files.
fn binds<'a>(files: &[NetworkFile<'a>]) -> BTreeMap<(bool, u16), Vec<Bind<'a>>> {
    let mut binds: BTreeMap<(bool, u16), Vec<Bind>> = BTreeMap::new();
    for (index, file) in
        files.iter().enumerate().filter(|(_, file)| !is_test(file.path) && !is_aside(file.path))
    {
        for endpoint in file.says.endpoints.iter().filter(|endpoint| endpoint.binds) {
            if let Some(number) = endpoint.number.filter(|number| !is_well_known(*number)) {
                let bind = Bind { file: index, site: endpoint.site, host: &endpoint.host };
                binds.entry((endpoint.udp, number)).or_default().push(bind);
            }
        }
    }
    binds
}

fn among_programs(
    files: &[NetworkFile],
    number: u16,
    binds: &[Bind],
    machines: &Machines,
    registry: Option<usize>,
) -> Option<NetworkFinding> {
    let clashes = |a: &Bind, b: &Bind, wanted: Together| {
        let (Some(one), Some(other)) = (files.get(a.file), files.get(b.file)) else { return false };
        let (stem_a, stem_b) = (stem(one.path), stem(other.path));
        // Copies of one program in several folders are several services.
        let twins = are_twins(stem_a, stem_b) && stem_a != stem_b;
        let same = a.file == b.file || twins || are_one(one.path, other.path);
        !same && a.host.overlaps(b.host) && machines.together(files, a.file, b.file) == wanted
    };
    let among = |wanted: Together| -> Vec<&Bind> {
        let mut owners: Vec<&Bind> =
            binds.iter().filter(|bind| binds.iter().any(|other| clashes(bind, other, wanted))).collect();
        owners.dedup_by_key(|bind| bind.file);
        // Of variants and ways to start one service the first one represents all.
        let mut services: Vec<&Bind> = Vec::new();
        for owner in owners {
            let path = |bind: &Bind| files.get(bind.file).map_or("", |file| file.path);
            if !services.iter().any(|known| known.file != owner.file && are_one(path(known), path(owner))) {
                services.push(owner);
            }
        }
        services
    };
    let mut owners = among(Together::May);
    let doubtful = owners.len() < 2;
    if doubtful {
        owners = among(Together::Doubtful);
    }
    let entry = registry.and_then(|index| {
        let file = files.get(index)?;
        file.says.registry.iter().find(|entry| entry.number == number).map(|entry| (file, entry))
    });
    let owns = |bind: &Bind| {
        let path = files.get(bind.file).map_or("", |file| file.path);
        entry.is_some_and(|(_, entry)| normal(&entry.owner) == normal(stem(path)))
    };
    // Made where the port is taken that the registry gives to somebody else.
    let anchor = owners.iter().position(|bind| !owns(bind)).unwrap_or(0);
    if owners.len() < 2 {
        return None;
    }
    let anchor = owners.remove(anchor);
    let mut related: Vec<NetworkPlace> = owners
        .iter()
        .filter_map(|bind| {
            let path = files.get(bind.file)?.path.clone();
            Some(NetworkPlace { path, site: bind.site, role: PlaceRole::Binds })
        })
        .collect();
    related.extend(declared(files, number));
    related.extend(entry.map(|(file, entry)| NetworkPlace {
        path: file.path.clone(),
        site: entry.number_site,
        role: PlaceRole::Registers(entry.name.clone()),
    }));
    let path = files.get(anchor.file)?.path.clone();
    let problem = NetworkProblem::Conflict(number, doubtful);
    Some(NetworkFinding { path, site: anchor.site, problem, related, elsewhere: false })
}

/// Where configuration gives a port to a service.
fn declared(files: &[NetworkFile], number: u16) -> Vec<NetworkPlace> {
    let mut places = Vec::new();
    for file in files.iter().filter(|file| !is_aside(file.path)) {
        for service in &file.says.services {
            let port = service.ports.iter().find(|port| (port.number..=port.last).contains(&number));
            places.extend(port.map(|port| NetworkPlace {
                path: file.path.clone(),
                site: port.site,
                role: PlaceRole::Declares(title(service)),
            }));
        }
    }
    places
}

/// A service as it is named.
pub(super) fn title(service: &ServiceUse) -> compact_str::CompactString {
    if service.name.is_empty() { stem(&service.program).into() } else { service.name.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_ports_are_sorted() {
        assert!(WELL_KNOWN.is_sorted());
        assert!(is_well_known(6379) && !is_well_known(5556) && !is_well_known(9200));
    }
}
