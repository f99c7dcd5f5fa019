//! `zmq-bind-without-curve`: ZeroMQ sockets that are open to the network without encryption. It must not know how
//! hosts of other files were found.

use analyzer_diagnostics::{Diagnostic, Related, Severity};
use analyzer_facts::{Endpoint, EndpointRole, EndpointVia, Host, Protection, ZmqUse};
use analyzer_project::network::{NetworkProblem, Site};

use super::places::is_test;
use crate::Check;

/// Reports binds beyond loopback that nothing protects, or something too late.
pub fn zmq_bind_without_curve(cx: &Check, out: &mut Vec<Diagnostic>) {
    let open: Vec<(&Endpoint, &ZmqUse)> = cx.facts.endpoints.iter().filter_map(open).collect();
    for (endpoint, zmq) in &open {
        // A helper binds what it is given: the finding is made where it is called.
        let called = |(other, _): &&(&Endpoint, &ZmqUse)| {
            other.range != endpoint.range
                && !endpoint.host_range.is_empty()
                && other.host_range == endpoint.host_range
        };
        if zmq.protection == Protection::Unknown && open.iter().any(|other| called(&other)) {
            continue;
        }
        out.extend(diagnostic(cx, endpoint, zmq));
    }
    // Open by a host that another file gives.
    for placed in cx.project.network.iter().filter(|one| one.problem == NetworkProblem::EveryInterface) {
        let Site::Endpoint(index) = placed.site else { continue };
        let Some(endpoint) = cx.facts.endpoints.get(index as usize).filter(|one| encrypts(one)) else {
            continue;
        };
        out.extend(endpoint.zmq.as_deref().and_then(|zmq| diagnostic(cx, endpoint, zmq)));
    }
}

/// Whether this rule reports a bind, or the calls of the helper around it.
pub(super) fn is_open(endpoint: &Endpoint) -> bool {
    open(endpoint).is_some_and(|(_, zmq)| zmq.protection != Protection::On)
}

/// A bind that others can reach.
fn open(endpoint: &Endpoint) -> Option<(&Endpoint, &ZmqUse)> {
    let zmq = endpoint.zmq.as_deref()?;
    let reachable = match &endpoint.host {
        Host::All => true,
        Host::Named(name) => !endpoint.host.is_loopback() && name != "lo",
        Host::Unknown | Host::Absent => false,
    };
    let binds = endpoint.role == EndpointRole::Bind && endpoint.via == EndpointVia::Zmq;
    (binds && reachable && encrypts(endpoint)).then_some((endpoint, zmq))
}

/// Whether CURVE can protect a transport.
fn encrypts(endpoint: &Endpoint) -> bool {
    matches!(endpoint.scheme.as_str(), "tcp" | "ws")
}

fn diagnostic(cx: &Check, endpoint: &Endpoint, zmq: &ZmqUse) -> Option<Diagnostic> {
    let callee = &endpoint.callee;
    let (message, id, lower) = match zmq.protection {
        Protection::On => return None,
        Protection::None => {
            (format!("`{callee}` opens a ZeroMQ socket to the network without CURVE"), "none", false)
        }
        Protection::Unknown => (
            format!("`{callee}` opens a ZeroMQ socket from elsewhere to the network; CURVE is not set here"),
            "unknown",
            true,
        ),
        Protection::Plain => (
            format!(
                "`{callee}` opens a ZeroMQ socket to the network with PLAIN, which sends passwords in clear text"
            ),
            "plain",
            true,
        ),
        Protection::Late => (
            format!("CURVE is set too late: `{callee}` has opened the socket to the network before"),
            "late",
            false,
        ),
        Protection::Conditional => (
            format!("`{callee}` opens a ZeroMQ socket to the network with CURVE on a condition only"),
            "conditional",
            true,
        ),
    };
    let mut found = cx
        .diagnostic(endpoint.range, message)
        .tier(endpoint.tier)
        .note("anyone who can reach the port can read and inject messages")
        .help("set `curve_secretkey`, `curve_publickey` and `curve_server = True` before `bind`, or bind to 127.0.0.1")
        .property("protection", id);
    if let Some(port) = endpoint.port {
        found = found.property("port", port.number);
    }
    if !zmq.protected_at.is_empty() {
        let message = "set here".to_owned();
        found.related.push(Related { path: cx.path.into(), range: zmq.protected_at, message });
    }
    // Given back after the keys were set, to be bound again: open only until then.
    let given_back = zmq.protection == Protection::Late && zmq.released_at.start > zmq.protected_at.start;
    if lower || given_back || is_test(cx.path) {
        found.severity = Severity::Note;
    }
    Some(found)
}
