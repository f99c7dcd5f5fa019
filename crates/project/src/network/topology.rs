//! Which ZeroMQ sockets meet, and which do not. What is not known makes no claim.
//! It must not know places in texts.

use std::collections::{BTreeMap, BTreeSet};

use analyzer_facts::Host;
use compact_str::CompactString;

use super::{EndpointUse, NetworkFile, NetworkFinding, NetworkPlace, NetworkProblem, PlaceRole, is_aside};
use crate::places::is_test;

/// Types that can talk to each other.
const PAIRS: &[(&str, &str)] = &[
    ("REQ", "REP"),
    ("REQ", "ROUTER"),
    ("DEALER", "REP"),
    ("DEALER", "DEALER"),
    ("DEALER", "ROUTER"),
    ("ROUTER", "ROUTER"),
    ("PUB", "SUB"),
    ("PUB", "XSUB"),
    ("XPUB", "SUB"),
    ("XPUB", "XSUB"),
    ("PUSH", "PULL"),
    ("PAIR", "PAIR"),
    ("CLIENT", "SERVER"),
    ("RADIO", "DISH"),
    ("SCATTER", "GATHER"),
    ("STREAM", "STREAM"),
];

/// Whether two types can talk to each other.
fn fit(a: &str, b: &str) -> bool {
    let (a, b) = (modern(a), modern(b));
    PAIRS.iter().any(|(one, other)| *one == a && *other == b || *one == b && *other == a)
}

/// The name that a type has today.
fn modern(kind: &str) -> &str {
    match kind {
        "XREQ" => "DEALER",
        "XREP" => "ROUTER",
        other => other,
    }
}

type Socket<'a> = (&'a NetworkFile<'a>, &'a EndpointUse);

/// Sockets that do not meet what they need.
pub(super) fn topology(files: &[NetworkFile]) -> Vec<NetworkFinding> {
    let mut binders: BTreeMap<CompactString, Vec<Socket>> = BTreeMap::new();
    let (mut any, mut unknown) = (false, BTreeSet::new());
    let mut elsewhere: BTreeSet<u16> = BTreeSet::new();
    for file in files {
        for service in &file.says.services {
            elsewhere.extend(service.ports.iter().flat_map(|port| port.number..=port.last));
        }
        elsewhere.extend(file.says.registry.iter().map(|entry| entry.number));
        for endpoint in file.says.endpoints.iter().filter(|endpoint| endpoint.binds) {
            if !endpoint.zmq || is_aside(file.path) {
                // Whatever listens there; of what was put aside nothing more is claimed.
                elsewhere.extend(endpoint.number);
                continue;
            }
            any = true;
            match endpoint.key() {
                Some(key) => binders.entry(key).or_default().push((file, endpoint)),
                None if endpoint.scheme == "ipc" && endpoint.address == "*" => {}
                None => {
                    unknown.insert(endpoint.scheme.as_str());
                }
            }
        }
    }
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !is_test(file.path) && !is_aside(file.path)) {
        for endpoint in file.says.endpoints.iter().filter(|endpoint| endpoint.zmq) {
            let Some(key) = endpoint.key() else { continue };
            let met = binders.get(&key).map(Vec::as_slice).unwrap_or_default();
            let problem = if endpoint.binds {
                bound(file, endpoint, &key, met)
            } else {
                let met: Vec<Socket> =
                    met.iter().filter(|(_, other)| endpoint.host.reaches(&other.host)).copied().collect();
                let elsewhere = endpoint.number.is_some_and(|number| elsewhere.contains(&number));
                // A bind of which not even the scheme is known may be any.
                let known = !unknown.contains("") && !unknown.contains(endpoint.scheme.as_str());
                connected(endpoint, &key, &met, elsewhere || !any, known)
            };
            found.extend(problem.map(|(problem, others)| {
                NetworkFinding {
                    path: file.path.clone(),
                    site: endpoint.site,
                    problem,
                    related: others
                        .iter()
                        .map(|(file, other)| NetworkPlace {
                            path: file.path.clone(),
                            site: other.site,
                            role: PlaceRole::Binds,
                        })
                        .collect(),
                    elsewhere: false,
                }
            }));
        }
    }
    gather(&mut found);
    found
}

/// Makes the connects that miss one endpoint in one way the places of the first of them.
fn gather(found: &mut [NetworkFinding]) {
    let mut places: Vec<(usize, NetworkPlace)> = Vec::new();
    let mut firsts: Vec<usize> = Vec::new();
    for (index, finding) in found.iter_mut().enumerate() {
        if !matches!(finding.problem, NetworkProblem::Pair(..) | NetworkProblem::NoBinder(..)) {
            continue;
        }
        finding.elsewhere = true;
        let place =
            NetworkPlace { path: finding.path.clone(), site: finding.site, role: PlaceRole::Connects };
        places.push((index, place));
    }
    for (index, place) in places {
        let problem = found.get(index).map(|finding| finding.problem.clone());
        let known = firsts
            .iter()
            .copied()
            .find(|first| found.get(*first).map(|finding| &finding.problem) == problem.as_ref());
        match known.and_then(|first| found.get_mut(first)) {
            Some(first) => first.related.push(place),
            None => {
                firsts.push(index);
                if let Some(first) = found.get_mut(index) {
                    first.elsewhere = false;
                }
            }
        }
    }
}

/// The fault of a bind, with the sockets that are part of it; none where there is no fault.
fn bound<'a>(
    file: &NetworkFile,
    endpoint: &EndpointUse,
    key: &CompactString,
    met: &[Socket<'a>],
) -> Option<(NetworkProblem, Vec<Socket<'a>>)> {
    if endpoint.repeats {
        return Some((NetworkProblem::Loop(key.clone()), Vec::new()));
    }
    // Ports that several programs bind are conflicts of ports. A name of `ipc` is the machine's, one of `inproc` the
    // process's.
    let first = met.iter().find(|(other_file, other)| {
        let earlier = (other_file.path, other.site) < (file.path, endpoint.site);
        let same_function = other_file.path == file.path && other.scope == endpoint.scope;
        let shared = same_function || endpoint.scheme == "ipc" && other_file.path != file.path;
        earlier
            && shared
            && !other.conditional
            && !endpoint.conditional
            && other.until.is_none_or(|until| endpoint.site < until)
            && other.host.overlaps(&endpoint.host)
    })?;
    Some((NetworkProblem::TwoBinders(key.clone()), vec![*first]))
}

/// The fault of a connect, with the sockets that are part of it; none where there is no fault.
fn connected<'a>(
    endpoint: &EndpointUse,
    key: &CompactString,
    met: &[Socket<'a>],
    elsewhere: bool,
    all_known: bool,
) -> Option<(NetworkProblem, Vec<Socket<'a>>)> {
    if met.is_empty() {
        // A process's own names are made up in many ways: what is not known there makes no claim.
        let here = endpoint.host.is_loopback() || matches!(endpoint.host, Host::Absent) && all_known;
        return (here && !elsewhere).then(|| (NetworkProblem::NoBinder(key.clone(), all_known), Vec::new()));
    }
    let kinds: BTreeSet<&str> = met.iter().map(|(_, other)| other.kind.as_str()).collect();
    let unknown = endpoint.kind.is_empty() || kinds.contains("");
    if unknown || kinds.iter().any(|kind| fit(kind, &endpoint.kind)) {
        return None;
    }
    let other = kinds.first().copied().unwrap_or_default();
    let problem = NetworkProblem::Pair(key.clone(), endpoint.kind.clone(), other.into());
    Some((problem, met.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_fit_both_ways() {
        assert!(fit("REQ", "REP") && fit("REP", "REQ") && fit("XREQ", "REP") && fit("SUB", "PUB"));
        assert!(!fit("REQ", "REQ") && !fit("PUB", "PUB") && !fit("REQ", "PULL") && !fit("", "REP"));
    }
}
