//! `bind-all-interfaces`: a server that listens to every network that the machine is in. It must not know how hosts of
//! other files were found.

use std::collections::BTreeSet;

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Endpoint, EndpointRole, Host};
use analyzer_project::network::{NetworkProblem, Site};

use super::placed::diagnostic;
use super::places::excuse;
use super::zmq_bind_without_curve::is_open;
use crate::Check;

/// Reports hosts of servers that mean every interface, once for each literal.
pub fn bind_all_interfaces(cx: &Check, out: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for endpoint in &cx.facts.endpoints {
        // Of a ZeroMQ socket the other rule says more: which networks it is open to, and that nothing protects it.
        if endpoint.role != EndpointRole::Bind || endpoint.host != Host::All || is_open(endpoint) {
            continue;
        }
        if endpoint.probe {
            continue;
        }
        // Where no host is given the call says it all.
        let place = if endpoint.host_range.is_empty() { endpoint.range } else { endpoint.host_range };
        if !seen.insert(place.start) {
            continue;
        }
        let elsewhere = !(endpoint.range.start..endpoint.range.end).contains(&place.start);
        let message = if elsewhere {
            format!("`{}` binds to every interface with this host", endpoint.callee)
        } else if endpoint.host_range.is_empty() {
            format!("`{}` binds to every interface, since it is given no host", endpoint.callee)
        } else {
            format!("`{}` binds to every interface", endpoint.callee)
        };
        let found = cx.diagnostic(place, message).tier(endpoint.tier);
        out.push(told(cx, found, endpoint));
    }
    for placed in cx.project.network.iter().filter(|one| one.problem == NetworkProblem::EveryInterface) {
        let Site::Endpoint(index) = placed.site else { continue };
        let Some(endpoint) = cx.facts.endpoints.get(index as usize).filter(|one| one.zmq.is_none()) else {
            continue;
        };
        let message = format!("`{}` binds to every interface, with a host of another file", endpoint.callee);
        out.push(told(cx, diagnostic(cx, placed, message), endpoint));
    }
}

/// A finding with what is said of every one.
fn told(cx: &Check, found: Diagnostic, endpoint: &Endpoint) -> Diagnostic {
    let mut found = found
        .note("whoever reaches the machine over any of its networks reaches this service")
        .help("bind to `127.0.0.1`, or to the one address that others use; in a container say so in the configuration")
        .property("callee", endpoint.callee.as_str());
    if let Some(port) = endpoint.port {
        found = found.property("port", port.number);
    }
    let announced = || announces(cx).then_some("it announces itself to the network");
    if let Some(why) = excuse(cx.path).or_else(announced) {
        found.severity = Severity::Note;
        found = found.property("excuse", why);
    }
    found
}

/// Whether a file speaks of what tells other machines about a service: those are to reach it.
fn announces(cx: &Check) -> bool {
    const WORDS: [&str; 6] = ["zeroconf", "mdns", "ssdp", "upnp", "bonjour", "avahi"];
    (cx.text)().is_some_and(|text| {
        let lower = text.to_ascii_lowercase();
        WORDS.iter().any(|word| lower.contains(word))
    })
}
