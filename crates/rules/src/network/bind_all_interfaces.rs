//! `bind-all-interfaces`: a server that listens to every network that the machine is in. It must not know other files.

use std::collections::BTreeSet;

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{EndpointRole, Host};

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
        if !seen.insert(endpoint.host_range.start) {
            continue;
        }
        let elsewhere = !(endpoint.range.start..endpoint.range.end).contains(&endpoint.host_range.start);
        let message = if elsewhere {
            format!("`{}` binds to every interface with this host", endpoint.callee)
        } else {
            format!("`{}` binds to every interface", endpoint.callee)
        };
        let mut found = cx
            .diagnostic(endpoint.host_range, message)
            .tier(endpoint.tier)
            .note("whoever reaches the machine over any of its networks reaches this service")
            .help("bind to `127.0.0.1`, or to the one address that others use; in a container say so in the configuration")
            .property("callee", endpoint.callee.as_str());
        if let Some(port) = endpoint.port {
            found = found.property("port", port.number);
        }
        if let Some(why) = excuse(cx.path) {
            found.severity = Severity::Note;
            found = found.property("excuse", why);
        }
        out.push(found);
    }
}
