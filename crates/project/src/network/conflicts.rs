//! Ports that several services have. It must not know what a service does with its port.

use std::collections::{BTreeMap, BTreeSet};

use analyzer_facts::{Host, ServiceKind};

use super::names::{are_twins, is_program, normal, stem};
use super::{
    NetworkFile, NetworkFinding, NetworkPlace, NetworkProblem, PlaceRole, ServiceUse, Site, overlap,
};
use crate::places::{is_aside, is_test};

/// Ports that belong to a protocol or to a product that everyone knows by its number.
const WELL_KNOWN: &[u16] = &[
    20, 21, 22, 23, 25, 53, 67, 68, 69, 80, 110, 119, 123, 135, 137, 138, 139, 143, 161, 162, 389, 443, 445,
    465, 514, 587, 636, 853, 989, 990, 993, 995, 1433, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 3306, 3389,
    4317, 4318, 5432, 5671, 5672, 5984, 5985, 5986, 6379, 6443, 8086, 8125, 8883, 9042, 9090, 9092, 11211,
    15672, 26379, 27017, 27018, 27019,
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
    let started = Started::new(files);
    for (number, binds) in binds(files) {
        found.extend(among_programs(files, number, &binds, &started, registry));
    }
    for file in files.iter().filter(|file| !is_aside(file.path)) {
        found.extend(within_configuration(file));
    }
    found
}

/// The binds of every number, in the order of the files.
fn binds<'a>(files: &[NetworkFile<'a>]) -> BTreeMap<u16, Vec<Bind<'a>>> {
    let mut binds: BTreeMap<u16, Vec<Bind>> = BTreeMap::new();
    for (index, file) in
        files.iter().enumerate().filter(|(_, file)| !is_test(file.path) && !is_aside(file.path))
    {
        for endpoint in file.says.endpoints.iter().filter(|endpoint| endpoint.binds) {
            if let Some(number) = endpoint.number.filter(|number| !is_well_known(*number)) {
                let bind = Bind { file: index, site: endpoint.site, host: &endpoint.host };
                binds.entry(number).or_default().push(bind);
            }
        }
    }
    binds
}

/// Which lists of services start which files.
struct Started(BTreeMap<usize, BTreeSet<usize>>);

impl Started {
    fn new(files: &[NetworkFile]) -> Self {
        let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, file) in files.iter().enumerate().filter(|(_, file)| !file.says.endpoints.is_empty()) {
            by_stem.entry(normal(stem(file.path))).or_default().push(index);
        }
        let mut started: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (list, file) in files.iter().enumerate() {
            for service in file.says.services.iter().filter(|service| service.kind == ServiceKind::Startup) {
                let programs = by_stem.get(&normal(stem(&service.program))).into_iter().flatten();
                for program in programs.filter(|program| {
                    files.get(**program).is_some_and(|file| is_program(&service.program, file.path))
                }) {
                    started.entry(*program).or_default().insert(list);
                }
            }
        }
        Self(started)
    }

    /// Whether two files are only started by different lists: each list is a machine of its own.
    fn apart(&self, a: usize, b: usize) -> bool {
        match (self.0.get(&a), self.0.get(&b)) {
            (Some(a), Some(b)) => a.is_disjoint(b),
            _ => false,
        }
    }
}

fn among_programs(
    files: &[NetworkFile],
    number: u16,
    binds: &[Bind],
    started: &Started,
    registry: Option<usize>,
) -> Option<NetworkFinding> {
    let clashes = |a: &Bind, b: &Bind| {
        let (one, other) = (files.get(a.file), files.get(b.file));
        let twins = one.zip(other).is_some_and(|(one, other)| are_twins(stem(one.path), stem(other.path)));
        // Copies of one program in several folders are several services.
        let same = a.file == b.file || twins && !same_stem(files, a.file, b.file);
        !same && overlap(a.host, b.host) && !started.apart(a.file, b.file)
    };
    let mut owners: Vec<&Bind> =
        binds.iter().filter(|bind| binds.iter().any(|other| clashes(bind, other))).collect();
    owners.dedup_by_key(|bind| bind.file);
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
    let problem = NetworkProblem::Conflict(number);
    Some(NetworkFinding { path, site: anchor.site, problem, related, elsewhere: false })
}

fn same_stem(files: &[NetworkFile], a: usize, b: usize) -> bool {
    let name = |index: usize| files.get(index).map(|file| stem(file.path));
    name(a) == name(b)
}

/// Where configuration gives a port to a service.
fn declared(files: &[NetworkFile], number: u16) -> Vec<NetworkPlace> {
    let mut places = Vec::new();
    for file in files.iter().filter(|file| !is_aside(file.path)) {
        for service in &file.says.services {
            let port = service.ports.iter().find(|(_, port, ..)| *port == number);
            places.extend(port.map(|(site, ..)| NetworkPlace {
                path: file.path.clone(),
                site: *site,
                role: PlaceRole::Declares(title(service)),
            }));
        }
    }
    places
}

fn title(service: &ServiceUse) -> compact_str::CompactString {
    if service.name.is_empty() { stem(&service.program).into() } else { service.name.clone() }
}

/// Services of one file of configuration that take one port of the machine.
fn within_configuration(file: &NetworkFile) -> Vec<NetworkFinding> {
    let mut taken: BTreeMap<u16, Vec<(&ServiceUse, Site, &Host)>> = BTreeMap::new();
    for service in &file.says.services {
        for (site, number, host, _) in
            service.ports.iter().filter(|(_, number, _, published)| *published && !is_well_known(*number))
        {
            taken.entry(*number).or_default().push((service, *site, host));
        }
    }
    let mut found = Vec::new();
    for (number, takers) in taken {
        let clashes = |a: &(&ServiceUse, Site, &Host), b: &(&ServiceUse, Site, &Host)| {
            let same = a.0.name == b.0.name && a.0.program == b.0.program || are_twins(&a.0.name, &b.0.name);
            !same && overlap(a.2, b.2)
        };
        let mut owners: Vec<_> =
            takers.iter().filter(|one| takers.iter().any(|other| clashes(one, other))).collect();
        owners.dedup_by(|b, a| a.0.name == b.0.name && a.0.program == b.0.program);
        let [first, others @ .., last] = owners.as_slice() else { continue };
        let place = |owner: &(&ServiceUse, Site, &Host)| NetworkPlace {
            path: file.path.clone(),
            site: owner.1,
            role: PlaceRole::Declares(title(owner.0)),
        };
        let mut related = vec![place(first)];
        related.extend(others.iter().map(|owner| place(owner)));
        found.push(NetworkFinding {
            path: file.path.clone(),
            site: last.1,
            problem: NetworkProblem::Conflict(number),
            related,
            elsewhere: false,
        });
    }
    found
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
