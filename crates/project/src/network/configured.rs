//! Services of configuration that take one port of the machine: of one list, or of the compose files of one application.
//! It must not know programs' texts.

use std::collections::{BTreeMap, BTreeSet};

use analyzer_facts::{Host, ServiceKind};

use super::conflicts::{is_well_known, title};
use super::names::are_twins;
use super::{
    NetworkFile, NetworkFinding, NetworkPlace, NetworkProblem, PlaceRole, ServiceUse, Site, is_aside,
};

/// How many ports of one range are looked at.
const LONGEST_RANGE: u16 = 2_000;

/// A port that a service takes, and where that is said.
struct Taker<'a> {
    file: &'a NetworkFile<'a>,
    service: &'a ServiceUse,
    site: Site,
    host: &'a Host,
}

impl Taker<'_> {
    /// Whether it is the same service as another one, or its health check.
    fn is(&self, other: &Taker) -> bool {
        let (a, b) = (self.service, other.service);
        let same = match a.kind {
            // An override says more of the same service.
            ServiceKind::Compose => a.name == b.name,
            ServiceKind::Startup if !a.program.is_empty() => a.program == b.program,
            _ => a.name == b.name && a.program == b.program,
        };
        same || are_twins(&a.name, &b.name)
    }

    /// Whether both are started together.
    fn meets(&self, other: &Taker) -> bool {
        let (a, b) = (&self.service.profiles, &other.service.profiles);
        let together = a.is_empty() || b.is_empty() || a.iter().any(|profile| b.contains(profile));
        together && !self.is(other) && self.host.overlaps(other.host)
    }
}

/// Ports that several services of one application take.
pub(super) fn conflicts(files: &[NetworkFile]) -> Vec<NetworkFinding> {
    let mut found = Vec::new();
    for application in applications(files) {
        let mut taken: BTreeMap<(bool, u16), Vec<Taker>> = BTreeMap::new();
        for file in &application {
            for service in &file.says.services {
                for (site, port) in ports(files, file, service) {
                    for number in port.number..=port.last.min(port.number.saturating_add(LONGEST_RANGE)) {
                        let taker = Taker { file, service, site, host: &port.host };
                        taken.entry((port.udp, number)).or_default().push(taker);
                    }
                }
            }
        }
        // Of two ranges that overlap the first number is reported.
        let mut told: BTreeSet<Vec<(&str, Site)>> = BTreeSet::new();
        for ((_, number), takers) in &taken {
            let mut owners: Vec<&Taker> =
                takers.iter().filter(|one| takers.iter().any(|other| one.meets(other))).collect();
            owners.dedup_by(|b, a| a.is(b));
            let [first, others @ .., last] = owners.as_slice() else { continue };
            if !told.insert(owners.iter().map(|one| (&**one.file.path, one.site)).collect()) {
                continue;
            }
            let place = |owner: &Taker| NetworkPlace {
                path: owner.file.path.clone(),
                site: owner.site,
                role: PlaceRole::Declares(title(owner.service)),
            };
            let mut related = vec![place(first)];
            related.extend(others.iter().map(|owner| place(owner)));
            found.push(NetworkFinding {
                path: last.file.path.clone(),
                site: last.site,
                problem: NetworkProblem::Conflict(*number, false),
                related,
                elsewhere: false,
            });
        }
    }
    found
}

/// The ports of the machine that a service takes, those of a service of another file that it extends included, each with
/// the place that says so in the service's own file.
fn ports<'a>(
    files: &'a [NetworkFile<'a>],
    file: &NetworkFile,
    service: &'a ServiceUse,
) -> Vec<(Site, &'a super::PortUse)> {
    let taken = |port: &&super::PortUse| port.published && !is_well_known(port.number);
    let mut found: Vec<(Site, &super::PortUse)> =
        service.ports.iter().filter(taken).map(|port| (port.site, port)).collect();
    if let Some((path, name)) = &service.extends {
        let path = beside(file.path, path);
        let base = files.iter().find(|other| **other.path == *path);
        let base = base.and_then(|base| base.says.services.iter().find(|one| one.name == *name));
        let inherited = base.into_iter().flat_map(|base| base.ports.iter().filter(taken));
        found.extend(inherited.map(|port| (service.site, port)));
    }
    found
}

/// Files of configuration whose services are started together: a compose file with its override and what it includes; any
/// other by itself.
fn applications<'a>(files: &'a [NetworkFile<'a>]) -> Vec<Vec<&'a NetworkFile<'a>>> {
    let by_path: BTreeMap<&str, &NetworkFile> = files.iter().map(|file| (&**file.path, file)).collect();
    let of_compose =
        |file: &&&NetworkFile| file.says.services.iter().all(|service| service.kind == ServiceKind::Compose);
    let mut found = Vec::new();
    let mut belongs: BTreeSet<&str> = BTreeSet::new();
    let listed = |file: &&NetworkFile| {
        !(is_aside(file.path) || file.says.services.is_empty() && file.says.includes.is_empty())
    };
    for file in files.iter().filter(listed) {
        let mut application = vec![file];
        let overriding = override_of(file.path);
        let includes = file.says.includes.iter().map(|path| beside(file.path, path));
        for path in overriding.into_iter().chain(includes) {
            let other = by_path.get(path.as_str()).filter(of_compose);
            if let Some(other) = other.filter(|other| application.iter().all(|one| one.path != other.path)) {
                belongs.insert(other.path);
                application.push(other);
            }
        }
        found.push(application);
    }
    // What belongs to another one is not started by itself.
    found.retain(|application| {
        application.len() > 1 || application.first().is_some_and(|file| !belongs.contains(&**file.path))
    });
    found
}

/// The override that compose reads after a file of this name.
fn override_of(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let (stem, end) = name.rsplit_once('.')?;
    let is_base = matches!(stem, "docker-compose" | "compose") && matches!(end, "yml" | "yaml");
    is_base.then(|| beside(&format!("{folder}/x"), &format!("{stem}.override.{end}")))
}

/// A path that is written in a file.
fn beside(file: &str, path: &str) -> String {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_beside_others() {
        assert_eq!(beside("a/b.yml", "../c/./d.yml"), "c/d.yml");
        assert_eq!(override_of("docker-compose.yml").as_deref(), Some("docker-compose.override.yml"));
        assert_eq!(override_of("x/compose.yaml").as_deref(), Some("x/compose.override.yaml"));
        assert_eq!(override_of("x/compose.prod.yaml"), None);
    }
}
