//! `hardcoded-ip`: the address of one machine in the code. It must not know other files.

use std::collections::BTreeMap;

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Address, Host, TextRange, Tier, names_a_machine};

use super::places::{excuse, further, is_configuration, keeps_constants};
use super::tables::{beside, first_of_each, in_table};
use crate::Check;
use crate::secrets::is_translation_path;

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

/// An address in a literal.
struct Place<'a> {
    range: TextRange,
    address: &'a str,
    prose: bool,
    tier: Tier,
    table: Option<TextRange>,
}

/// Reports each address once for each literal, those of one table at the first of them.
pub fn hardcoded_ip(cx: &Check, out: &mut Vec<Diagnostic>) {
    let place = excuse(cx.path);
    let configured = is_configuration(cx.path);
    // Words of a screen, and what runs on machines that exist for a few minutes.
    if configured && (is_translation_path(cx.path) || cx.path.starts_with(".github/")) {
        return;
    }
    // There they are data, or stand for any machine.
    if place.is_some() && !cx.flag("tests") {
        return;
    }
    let mut found: BTreeMap<u32, Place> = BTreeMap::new();
    for endpoint in &cx.facts.endpoints {
        if let Host::Named(host) = &endpoint.host
            && names_a_machine(host)
            && !endpoint.probe
        {
            let (range, prose, tier) = (endpoint.host_range, endpoint.prose, endpoint.tier);
            let entry = Place { range, address: host, prose, tier, table: endpoint.table };
            found.entry(endpoint.host_range.start).or_insert(entry);
        }
    }
    let asked = |start: u32| {
        cx.facts.endpoints.iter().any(|endpoint| endpoint.probe && endpoint.host_range.start == start)
    };
    for address in cx.facts.addresses.iter().filter(|address| !asked(address.range.start)) {
        let Address { range, prose, tier, table, .. } = *address;
        let entry = Place { range, address: &address.address, prose, tier, table };
        found.entry(address.range.start).or_insert(entry);
    }
    let found: Vec<Place> = found.into_values().collect();
    for group in first_of_each(&found, |place| place.table) {
        let [Place { range, address, prose, tier, .. }, others @ ..] = group.as_slice() else { continue };
        let mut diagnostic = cx
            .diagnostic(*range, format!("the address {address} is hard-coded{}", beside(others.len())))
            .tier(*tier)
            .note("the machine behind it changes its address, or is another one in the next environment")
            .help("use a host name, or read the address from the configuration")
            .property("host", *address);
        if configured {
            diagnostic.message =
                format!("the address {address} is that of one machine{}", further(others.len()));
            diagnostic.help = Some("use a host name, or have each environment give the address".into());
        }
        let known = group.iter().all(|place| RESOLVERS.contains(&place.address));
        let known = known.then_some("everyone knows this address");
        if let Some(why) = place
            .or(known)
            .or(prose.then_some("it is only shown"))
            .or((configured || keeps_constants(cx.path)).then_some("it stands in the configuration"))
        {
            diagnostic.severity = Severity::Note;
            diagnostic = diagnostic.property("excuse", why);
        }
        out.push(in_table(
            cx,
            diagnostic,
            others.iter().map(|other| (other.range, other.address.to_owned())),
        ));
    }
}
