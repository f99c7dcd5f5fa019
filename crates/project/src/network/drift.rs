//! Where code and configuration say something else of ports than the registry. It must not know who runs what.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::is_aside;
use super::names::{normal, stem};
use super::{
    NetworkFile, NetworkFinding, NetworkPlace, NetworkProblem, PlaceRole, RegistryUse, ServiceUse, Site,
};
use crate::places::is_test;

/// The file that is the registry of ports: the configured one, else the `ports.yaml` nearest to the root.
pub(super) fn registry(files: &[NetworkFile], configured: Option<&str>) -> Option<usize> {
    let named = |path: &str| match configured {
        Some(configured) => path == configured,
        None => matches!(path.rsplit('/').next(), Some("ports.yaml" | "ports.yml")),
    };
    let found =
        files.iter().enumerate().filter(|(_, file)| !file.says.registry.is_empty() && named(file.path));
    found.min_by_key(|(_, file)| (file.path.matches('/').count(), file.path.clone())).map(|(index, _)| index)
}

/// Everything that disagrees with the registry.
pub(super) fn drift(files: &[NetworkFile], registry: usize) -> Vec<NetworkFinding> {
    let Some(file) = files.get(registry) else { return Vec::new() };
    let drift = Drift { files, file, entries: &file.says.registry };
    let mut found = drift.duplicates();
    found.extend(drift.unused());
    for file in files.iter().filter(|file| !is_test(file.path) && !is_aside(file.path)) {
        drift.code(file, &mut found);
        for service in &file.says.services {
            drift.service(file, service, &mut found);
        }
    }
    found
}

struct Drift<'a> {
    files: &'a [NetworkFile<'a>],
    file: &'a NetworkFile<'a>,
    entries: &'a [RegistryUse],
}

impl Drift<'_> {
    /// The entry that a variable is about: `MEMORY_PORT` is that of `MEMORY`.
    fn named(&self, variable: &str) -> Option<&RegistryUse> {
        let bare = variable.strip_suffix("_PORT").unwrap_or(variable);
        let exact = self.entries.iter().find(|entry| entry.name == variable);
        exact.or_else(|| self.entries.iter().find(|entry| entry.name == bare))
    }

    fn finding(&self, file: &NetworkFile, site: Site, problem: NetworkProblem) -> NetworkFinding {
        NetworkFinding { path: file.path.clone(), site, problem, related: Vec::new(), elsewhere: false }
    }

    fn registered(&self, entry: &RegistryUse) -> NetworkPlace {
        NetworkPlace {
            path: self.file.path.clone(),
            site: entry.number_site,
            role: PlaceRole::Registers(entry.name.clone()),
        }
    }

    /// One number under several names, on one machine.
    fn duplicates(&self) -> Vec<NetworkFinding> {
        let mut found = Vec::new();
        let same = |a: &CompactString, b: &CompactString| a == b || a.is_empty() || b.is_empty();
        for (index, entry) in self.entries.iter().enumerate() {
            let earlier = self.entries.iter().take(index);
            let mut earlier = earlier.filter(|other| {
                other.number == entry.number
                    && same(&other.on.0, &entry.on.0)
                    && same(&other.on.1, &entry.on.1)
            });
            if let Some(first) = earlier.next() {
                let names = (entry.name.clone(), first.name.clone());
                let problem = NetworkProblem::Duplicate(names.0, names.1, entry.number);
                let mut finding = self.finding(self.file, entry.number_site, problem);
                finding.related.push(self.registered(first));
                found.push(finding);
            }
        }
        found
    }

    /// Names that nothing asks for, whose number nothing has, and whose owner nothing starts.
    fn unused(&self) -> Vec<NetworkFinding> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut numbers: BTreeSet<u16> = BTreeSet::new();
        let mut services: BTreeSet<String> = BTreeSet::new();
        let mut programs: BTreeSet<String> = BTreeSet::new();
        let mut lists = false;
        for file in self.files {
            let says = file.says;
            names.extend(says.names.iter().map(CompactString::as_str));
            names.extend(says.lookups.iter().map(|lookup| lookup.name.as_str()));
            numbers.extend(&says.numbers);
            if !says.endpoints.is_empty() && !is_test(file.path) {
                programs.insert(normal(stem(file.path)));
            }
            for service in &says.services {
                lists |= !service.program.is_empty();
                services.extend([normal(&service.name), normal(stem(&service.program))]);
                numbers.extend(service.ports.iter().flat_map(|port| port.number..=port.last));
                names.extend(service.variables.iter().map(|(_, name, _)| name.as_str()));
            }
        }
        let used = |entry: &&RegistryUse| {
            let variable = format!("{}_PORT", entry.name);
            let of = if entry.owner.is_empty() { &entry.name } else { &entry.owner };
            let owner = normal(of);
            names.contains(entry.name.as_str())
                || names.contains(variable.as_str())
                || numbers.contains(&entry.number)
                || services.contains(&owner)
                // Without any list of what is started, a program that exists may run.
                || !lists && programs.contains(&owner)
        };
        let unused = self.entries.iter().filter(|entry| !used(entry));
        let finding = |entry: &RegistryUse| {
            let problem = NetworkProblem::Unused(entry.name.clone(), entry.number, entry.owner.clone());
            self.finding(self.file, entry.site, problem)
        };
        unused.map(finding).collect()
    }

    /// Names that the registry lacks, and defaults that it contradicts.
    fn code(&self, file: &NetworkFile, found: &mut Vec<NetworkFinding>) {
        let lookups = file.says.lookups.iter().filter(|lookup| lookup.registry);
        for lookup in lookups.filter(|lookup| !self.entries.iter().any(|entry| entry.name == lookup.name)) {
            let problem = NetworkProblem::Undeclared(lookup.name.clone());
            found.push(self.finding(file, lookup.site, problem));
        }
        for default in &file.says.defaults {
            if let Some(entry) = self.named(&default.name).filter(|entry| entry.number != default.port) {
                let problem = NetworkProblem::Default(
                    default.name.clone(),
                    default.port,
                    entry.name.clone(),
                    entry.number,
                );
                let mut finding = self.finding(file, default.site, problem);
                finding.related.push(self.registered(entry));
                found.push(finding);
            }
        }
    }

    /// Ports of a service of configuration that differ from those that the registry gives it.
    fn service(&self, file: &NetworkFile, service: &ServiceUse, found: &mut Vec<NetworkFinding>) {
        let mut add = |site: Site, name: &CompactString, number: u16, entry: &RegistryUse| {
            let problem = NetworkProblem::Configured(name.clone(), number, entry.name.clone(), entry.number);
            let mut finding = self.finding(file, site, problem);
            finding.related.push(self.registered(entry));
            found.push(finding);
        };
        for (site, name, number) in &service.variables {
            if let Some(entry) = self.named(name).filter(|entry| entry.number != *number) {
                add(*site, name, *number, entry);
            }
        }
        let own: Vec<String> = [normal(&service.name), normal(stem(&service.program))]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
        let mut entries: BTreeMap<u16, &RegistryUse> = BTreeMap::new();
        for entry in self.entries {
            let of = if entry.owner.is_empty() { &entry.name } else { &entry.owner };
            if own.contains(&normal(of)) {
                entries.insert(entry.number, entry);
            }
        }
        let Some((_, entry)) = entries.first_key_value() else { return };
        let known = service.ports.iter().any(|port| entries.range(port.number..=port.last).next().is_some());
        if let (Some(port), false) = (service.ports.first(), known) {
            let name = if service.name.is_empty() { &service.program } else { &service.name };
            add(port.site, name, port.number, entry);
        }
    }
}
