//! `hardcoded-port`: the number of a port in the code. It must not know other files.

use std::collections::{BTreeMap, BTreeSet};

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{
    Endpoint, EndpointRole, EndpointVia, Host, PortSite, PortSiteKind, ScopeKind, TextRange, Tier,
};

use super::fix::from_registry;
use super::places::{excuse, is_of_a_protocol, is_well_known, keeps_constants};
use super::tables::{beside, in_table};
use crate::Check;

/// One number in the text, with the strongest of what is said about it.
struct Number<'a> {
    number: u16,
    range: TextRange,
    tier: Tier,
    /// The number's own name, where it has one.
    site: Option<&'a PortSite>,
    /// The endpoint that is bound or connected with it.
    endpoint: Option<&'a Endpoint>,
}

/// Reports each number once, where it is written.
pub fn hardcoded_port(cx: &Check, out: &mut Vec<Diagnostic>) {
    let place = excuse(cx.path);
    // There they are data, or stand for any port.
    if place.is_some() && !cx.flag("tests") {
        return;
    }
    let mut numbers: BTreeMap<(u32, u16), Number> = BTreeMap::new();
    for endpoint in &cx.facts.endpoints {
        let Some(port) = endpoint.port.filter(|port| !port.range.is_empty()) else { continue };
        if endpoint.probe || endpoint.via == EndpointVia::Url && is_somebody_elses(&endpoint.host) {
            continue;
        }
        let entry = numbers.entry((port.range.start, port.number)).or_insert(Number {
            number: port.number,
            range: port.range,
            tier: endpoint.tier,
            site: None,
            endpoint: Some(endpoint),
        });
        // A listening endpoint says more than a connecting one.
        if endpoint.role == EndpointRole::Bind {
            entry.endpoint = Some(endpoint);
        }
    }
    let mut groups: BTreeMap<Group, Vec<(TextRange, u16)>> = BTreeMap::new();
    numbers.retain(|_, number| {
        let table = number.endpoint.and_then(|endpoint| endpoint.table);
        let Some(table) = table else { return true };
        let members = groups.entry(Group::Urls(table.start)).or_default();
        members.push((number.range, number.number));
        members.len() == 1
    });
    for site in &cx.facts.ports {
        if is_of_a_request(site)
            || is_no_port(site)
            || is_where_it_belongs(cx, site)
            || is_of_a_protocol(site.number)
        {
            numbers.remove(&(site.range.start, site.number));
            continue;
        }
        let key = (site.range.start, site.number);
        if let Some(found) = numbers.get_mut(&key) {
            found.site = Some(site);
            continue;
        }
        if let Some(group) = group(site) {
            let members = groups.entry(group).or_default();
            members.push((site.range, site.number));
            if members.len() > 1 {
                continue;
            }
        }
        numbers.insert(
            key,
            Number {
                number: site.number,
                range: site.range,
                tier: site.tier,
                site: Some(site),
                endpoint: None,
            },
        );
    }
    numbers.retain(|_, number| {
        // Whoever knows the product knows its port; what listens there is another matter.
        let binds = number.endpoint.is_some_and(|endpoint| endpoint.role == EndpointRole::Bind)
            || number.site.is_some_and(|site| site.kind == PortSiteKind::BindKeyword);
        !is_of_a_protocol(number.number)
            && !is_of_a_scheme(cx, number)
            && (binds || !is_well_known(number.number))
    });
    let listed = listed(&mut numbers);
    for number in numbers.values() {
        let members = match number.endpoint {
            None => number.site.and_then(group),
            Some(endpoint) => endpoint.table.map(|table| Group::Urls(table.start)),
        };
        let more = members.and_then(|group| groups.get(&group)?.get(1..)).unwrap_or_default();
        let listed = number.list().and_then(|scope| listed.get(&scope)).copied();
        out.push(diagnostic(cx, number, more, listed, place));
    }
}

/// Numbers that are reported together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// Those of a table of literals.
    Table(u32),
    /// Those of a dictionary that is in none.
    Dictionary(u32),
    /// Those of URLs in a table.
    Urls(u32),
    /// One number that is the default of several parameters and options.
    Default(u16),
}

/// The group of a number, if it is an element of data, or repeats one.
fn group(site: &PortSite) -> Option<Group> {
    let table = site.table.map(|table| Group::Table(table.start));
    match site.kind {
        PortSiteKind::DictEntry => table.or(site.group.map(Group::Dictionary)),
        PortSiteKind::Name | PortSiteKind::Keyword => table,
        PortSiteKind::Parameter | PortSiteKind::Default => Some(Group::Default(site.number)),
        PortSiteKind::BindKeyword => None,
    }
}

/// Whether a URL is that of another one's server: its port is the other one's as well.
fn is_somebody_elses(host: &Host) -> bool {
    let Host::Named(name) = host else { return false };
    let own = [".local", ".localhost", ".lan", ".internal", ".svc", ".home", ".test", ".docker", ".cluster"];
    let public = name.contains('.') && name.parse::<std::net::IpAddr>().is_err();
    public && !own.iter().any(|end| name.ends_with(end)) && !name.contains(".svc.")
}

/// Whether it is the port that HTTP has by itself, chosen in a function: whoever splits a URL has to write it.
fn is_of_a_scheme(cx: &Check, number: &Number) -> bool {
    let chosen = number.site.filter(|site| site.kind == PortSiteKind::Name).is_some_and(|site| {
        let scope = cx.facts.scopes.get(site.scope as usize).filter(|_| site.scope != 0);
        scope.is_some_and(|scope| matches!(scope.kind, ScopeKind::Function | ScopeKind::AsyncFunction))
    });
    matches!(number.number, 80 | 443) && chosen && number.endpoint.is_none()
}

impl Number<'_> {
    /// The function whose list of records it may be in: the keyword of a call that opens nothing.
    fn list(&self) -> Option<u32> {
        let site = self.site.filter(|site| site.kind == PortSiteKind::Keyword)?;
        self.endpoint.is_none().then_some(site.scope)
    }
}

/// From so many on, keywords of one function are a list of data.
const LIST: usize = 4;

/// The functions that list ports as data, each with how many more than the first: that one stays, the others go.
fn listed(numbers: &mut BTreeMap<(u32, u16), Number>) -> BTreeMap<u32, usize> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for number in numbers.values() {
        *counts.entry(number.list().unwrap_or(u32::MAX)).or_default() += 1;
    }
    counts.retain(|scope, count| *scope != u32::MAX && *count >= LIST);
    let mut first = BTreeSet::new();
    numbers.retain(|_, number| {
        number.list().is_none_or(|scope| !counts.contains_key(&scope) || first.insert(scope))
    });
    counts.values_mut().for_each(|count| *count -= 1);
    counts
}

/// Whether a name that has `port` in it is that of an error, a count or a kind, or of ports that others may have open, or among which a free one is looked for;
/// or the number is plainly made up.
fn is_no_port(site: &PortSite) -> bool {
    const WORDS: [&str; 35] = [
        "wrong",
        "invalid",
        "bad",
        "missing",
        "unknown",
        "error",
        "err",
        "code",
        "type",
        "count",
        "failed",
        "unreachable",
        "knock",
        "scan",
        "scanned",
        "probe",
        "common",
        "known",
        "popular",
        "candidate",
        "candidates",
        "start",
        "end",
        "first",
        "last",
        "min",
        "max",
        "lowest",
        "highest",
        "from",
        "to",
        "reserved",
        "forbidden",
        "blocked",
        "allowed",
    ];
    const MADE_UP: [u16; 3] = [1234, 12345, 54321];
    let named = site
        .name
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()));
    let listens = matches!(site.kind, PortSiteKind::BindKeyword);
    !listens && (named || site.kind == PortSiteKind::Keyword && MADE_UP.contains(&site.number))
}

/// Whether it is part of the description of a request as CGI and WSGI have it.
fn is_of_a_request(site: &PortSite) -> bool {
    site.kind == PortSiteKind::DictEntry && matches!(site.name.as_str(), "SERVER_PORT" | "REMOTE_PORT")
}

/// Whether it is the one name of a port in a module of constants or settings, or a default that says so.
fn is_where_it_belongs(cx: &Check, site: &PortSite) -> bool {
    let scope = cx.facts.scopes.get(site.scope as usize).filter(|_| site.scope != 0);
    let outside = scope.is_none_or(|scope| scope.kind == ScopeKind::Class);
    let settings = scope.is_some_and(|class| {
        class.kind == ScopeKind::Class
            && ["settings", "config", "configuration", "constants", "defaults"]
                .iter()
                .any(|word| class.name.to_ascii_lowercase().ends_with(word))
    });
    match site.kind {
        PortSiteKind::Name => {
            says_default(&site.name)
                || outside && (settings || keeps_constants(cx.path))
                || is_of_a_class(cx, site) && is_well_known(site.number)
        }
        PortSiteKind::DictEntry => outside && (settings || keeps_constants(cx.path)),
        // Whoever knows the product knows its port, and may give another one.
        PortSiteKind::Default => {
            outside && (settings || keeps_constants(cx.path))
                || says_default(&site.name)
                || is_well_known(site.number)
        }
        PortSiteKind::Parameter => is_well_known(site.number),
        PortSiteKind::BindKeyword | PortSiteKind::Keyword => false,
    }
}

/// Whether it is an attribute of a class, which objects and subclasses replace.
fn is_of_a_class(cx: &Check, site: &PortSite) -> bool {
    cx.facts.scopes.get(site.scope as usize).is_some_and(|scope| scope.kind == ScopeKind::Class)
}

/// Whether a name says that its value is only a default.
fn says_default(name: &str) -> bool {
    name.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("default"))
}

fn diagnostic(
    cx: &Check,
    number: &Number,
    more: &[(TextRange, u16)],
    listed: Option<usize>,
    place: Option<&'static str>,
) -> Diagnostic {
    let port = number.number;
    let (message, role) = message(number);
    let also = match (more.len(), listed) {
        (0, Some(others)) => format!(", beside {others} more in the same function"),
        (count, _) if number.site.and_then(group) == Some(Group::Default(port)) => match count {
            0 => String::new(),
            1 => ", here and in one more place".to_owned(),
            _ => format!(", here and in {count} more places"),
        },
        (count, _) => beside(count),
    };
    let mut found = cx
        .diagnostic(number.range, format!("{message}{also}"))
        .tier(number.tier)
        .property("port", port)
        .property("role", role)
        .property("confidence", confidence(number));
    if let Some(name) = number.site.map(|site| site.name.as_str()).filter(|name| !name.is_empty()) {
        found = found.property("name", name);
    }
    if let Some(endpoint) = number.endpoint {
        if let Host::Named(host) = &endpoint.host {
            found = found.property("host", host.as_str());
        }
        if !endpoint.scheme.is_empty() {
            found = found.property("scheme", endpoint.scheme.as_str());
        }
    }
    found = found.fix(from_registry(cx, port, number.range, number.site));
    let records =
        number.site.is_some_and(|site| site.kind == PortSiteKind::Keyword) && more.len() + 1 >= LIST;
    let lower =
        place.or_else(|| lowered(cx, number)).or((records || listed.is_some()).then_some("it is data"));
    if let Some(why) = lower {
        found.severity = Severity::Note;
        found = found.property("excuse", why);
    }
    let found = found
        .note("a port that is written down in several places is changed in some of them")
        .help("give the port one name, in the configuration or in one module, and read it from there");
    in_table(cx, found, more.iter().map(|(range, other)| (*range, format!("port {other}"))))
}

/// Why a number weighs less, if it does.
fn lowered(cx: &Check, number: &Number) -> Option<&'static str> {
    let default = number.endpoint.and_then(|endpoint| endpoint.port).is_some_and(|port| port.default);
    let kind = number.site.map(|site| site.kind);
    if is_well_known(number.number) {
        return Some("everyone knows this port");
    }
    match kind {
        Some(PortSiteKind::Default | PortSiteKind::Parameter) => return Some("it is only a default"),
        Some(PortSiteKind::Name)
            if number.endpoint.is_none() && number.site.is_some_and(|site| is_of_a_class(cx, site)) =>
        {
            return Some("it is only a default");
        }
        Some(PortSiteKind::DictEntry) if number.endpoint.is_none() => return Some("it is data"),
        _ => {}
    }
    let of_class = |endpoint: &Endpoint| {
        let scope = cx.facts.scopes.get(endpoint.scope as usize);
        endpoint.via == EndpointVia::Url && scope.is_some_and(|scope| scope.kind == ScopeKind::Class)
    };
    if number.endpoint.is_some_and(of_class) {
        return Some("it is only a default");
    }
    // A parameter's own default is a declaration; that of an option or of the environment is a default.
    if default && kind.is_none() {
        return Some("it is only a default");
    }
    number.endpoint.is_some_and(|endpoint| endpoint.prose).then_some("it is only shown")
}

/// Certainty that the number is a port in use.
fn confidence(number: &Number) -> &'static str {
    match number.endpoint.map(|endpoint| endpoint.via) {
        Some(EndpointVia::Zmq | EndpointVia::Socket | EndpointVia::Library) => "high",
        Some(EndpointVia::Url) | None => "medium",
    }
}

/// The message, and the role as a property.
fn message(number: &Number) -> (String, &'static str) {
    let port = number.number;
    if let Some(endpoint) = number.endpoint {
        return match (endpoint.role, endpoint.via) {
            (EndpointRole::Bind, _) => {
                (format!("port {port} is hard-coded where `{}` binds", endpoint.callee), "bind")
            }
            (EndpointRole::Connect, EndpointVia::Url) => {
                (format!("port {port} is hard-coded in a URL"), "connect")
            }
            (EndpointRole::Connect, _) => {
                (format!("port {port} is hard-coded where `{}` connects", endpoint.callee), "connect")
            }
        };
    }
    let name = number.site.map_or("", |site| site.name.as_str());
    match number.site.map(|site| site.kind) {
        Some(PortSiteKind::Parameter) => {
            (format!("port {port} is hard-coded as the default of the parameter `{name}`"), "declare")
        }
        Some(PortSiteKind::BindKeyword) => {
            (format!("port {port} is hard-coded as `{name}=` of a server"), "bind")
        }
        Some(PortSiteKind::Keyword) => (format!("port {port} is hard-coded as `{name}=`"), "connect"),
        Some(PortSiteKind::DictEntry) => (format!("port {port} is hard-coded under `{name}`"), "declare"),
        Some(PortSiteKind::Default) => (format!("port {port} is the default of `{name}`"), "declare"),
        Some(PortSiteKind::Name) | None => (format!("port {port} is hard-coded in `{name}`"), "declare"),
    }
}
