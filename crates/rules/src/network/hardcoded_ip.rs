//! `hardcoded-ip`: the address of one machine in the code. It must not know other files.

use std::collections::BTreeMap;

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Host, TextRange, Tier, names_a_machine};

use super::places::excuse;
use crate::Check;

/// Public resolvers, which are also asked to find out whether and how the network is reached.
const RESOLVERS: [&str; 10] = [
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "1.0.0.1",
    "9.9.9.9",
    "2001:4860:4860::8888",
    "2001:4860:4860::8844",
    "2606:4700:4700::1111",
    "2606:4700:4700::1001",
    "2620:fe::fe",
];

/// Reports each address once for each literal.
pub fn hardcoded_ip(cx: &Check, out: &mut Vec<Diagnostic>) {
    let mut found: BTreeMap<u32, (TextRange, &str, bool, Tier)> = BTreeMap::new();
    for endpoint in &cx.facts.endpoints {
        if let Host::Named(host) = &endpoint.host
            && names_a_machine(host)
        {
            let entry = (endpoint.host_range, host.as_str(), endpoint.prose, endpoint.tier);
            found.entry(endpoint.host_range.start).or_insert(entry);
        }
    }
    for address in &cx.facts.addresses {
        let entry = (address.range, address.address.as_str(), address.prose, address.tier);
        found.entry(address.range.start).or_insert(entry);
    }
    let place = excuse(cx.path);
    for (range, address, prose, tier) in found.into_values() {
        let mut diagnostic = cx
            .diagnostic(range, format!("the address {address} is hard-coded"))
            .tier(tier)
            .note("the machine behind it changes its address, or is another one in the next environment")
            .help("use a host name, or read the address from the configuration")
            .property("host", address);
        let known = RESOLVERS.contains(&address).then_some("everyone knows this address");
        if let Some(why) = place.or(known).or(prose.then_some("it is only shown")) {
            diagnostic.severity = Severity::Note;
            diagnostic = diagnostic.property("excuse", why);
        }
        out.push(diagnostic);
    }
}
