//! Services of compose files, startup lists and manifests of Kubernetes. It must not know paths or other files.

use analyzer_source::TextRange;
use compact_str::CompactString;

use super::program::program;
use crate::config_text::yaml::{NodeId, Yaml};
use crate::{Host, Needed, PortVariable, Service, ServiceKind, ServicePort};

/// Keys whose value is the program that a list of services starts.
pub(super) const PROGRAM_KEYS: [&str; 4] = ["script_path", "script", "module", "entry_point"];

/// The services of a text.
pub(super) fn services(yaml: &Yaml, text: &str) -> Vec<Service> {
    let mut found = Vec::new();
    for &document in &yaml.documents {
        if yaml.get(document, "apiVersion").is_some() && yaml.get(document, "kind").is_some() {
            found.extend(manifest(yaml, document));
            continue;
        }
        let listed = yaml.get(document, "services").filter(|services| yaml.is_mapping(*services));
        let before = found.len();
        started(yaml, document, &mut found);
        if found.len() == before
            && let Some(services) = listed
        {
            let entries = yaml.entries(services).into_iter().filter(|(.., value)| yaml.is_mapping(*value));
            found.extend(entries.map(|(name, key, value)| {
                let mut service = composed(yaml, text, name, yaml.range(key), value);
                service.ports.extend(inherited(yaml, services, value));
                service
            }));
        }
    }
    found.sort_by_key(|service| service.range.start);
    found
}

/// Compose files that a compose file includes.
pub(super) fn includes(yaml: &Yaml) -> Vec<CompactString> {
    let included = yaml.documents.iter().filter_map(|document| yaml.get(*document, "include"));
    let items = included.flat_map(|list| yaml.items(list)).copied();
    let paths = items.flat_map(|item| match yaml.get(item, "path") {
        Some(path) if !yaml.items(path).is_empty() => yaml.items(path).to_vec(),
        Some(path) => vec![path],
        None => vec![item],
    });
    paths.filter_map(|path| yaml.text(path).map(CompactString::from)).collect()
}

/// The ports of the services of the same file that a service extends, each where it says so.
fn inherited(yaml: &Yaml, services: NodeId, service: NodeId) -> Vec<ServicePort> {
    let mut found = Vec::new();
    let mut at = service;
    let mut place = None;
    for _ in 0..8 {
        let Some((range, file, base)) = extended(yaml, at) else { break };
        let Some(next) = yaml.get(services, base).filter(|_| file.is_empty()) else { break };
        let place = *place.get_or_insert(range);
        found.extend(ports(yaml, next).into_iter().map(|port| ServicePort { range: place, ..port }));
        at = next;
    }
    found
}

/// Base of a service: where it is named, its file (empty for the same), and the service there.
fn extended(yaml: &Yaml, service: NodeId) -> Option<(TextRange, &str, &str)> {
    let extends = yaml.get(service, "extends")?;
    if let Some(name) = yaml.text(extends) {
        return Some((yaml.range(extends), "", name));
    }
    let name = yaml.get(extends, "service")?;
    let file = yaml.get(extends, "file").and_then(|file| yaml.text(file)).unwrap_or("");
    Some((yaml.range(name), file, yaml.text(name)?))
}

/// The ports of a service of a compose file.
fn ports(yaml: &Yaml, node: NodeId) -> Vec<ServicePort> {
    let mut ports = Vec::new();
    for (key, published) in [("ports", true), ("expose", false)] {
        let items = yaml.get(node, key).map(|ports| yaml.items(ports)).unwrap_or_default();
        ports.extend(items.iter().filter_map(|item| {
            if yaml.is_mapping(*item) { long_port(yaml, *item) } else { short_port(yaml, *item, published) }
        }));
    }
    ports
}

/// One service of a compose file.
fn composed(yaml: &Yaml, text: &str, name: &str, range: TextRange, node: NodeId) -> Service {
    let commands = ["entrypoint", "command"].iter().filter_map(|key| yaml.get(node, key));
    let program = commands.map(|command| words(yaml, command)).find_map(|words| program(&words));
    let variables = yaml.get(node, "environment").map(|environment| variables(yaml, text, environment));
    let extends = extended(yaml, node).filter(|(_, file, _)| !file.is_empty());
    Service {
        range,
        name: name.into(),
        kind: ServiceKind::Compose,
        program: program.unwrap_or_default(),
        ports: ports(yaml, node),
        variables: variables.unwrap_or_default(),
        profiles: texts(yaml, node, &["profiles"]).into_iter().map(|one| one.name).collect(),
        extends: extends.map(|(_, file, name)| (file.into(), name.into())),
        needs: texts(yaml, node, &["depends_on"]),
    }
}

/// The texts of a list, or the keys of a mapping, under any of these keys.
fn texts(yaml: &Yaml, node: NodeId, keys: &[&str]) -> Vec<Needed> {
    let mut found = Vec::new();
    for list in keys.iter().filter_map(|key| yaml.get(node, key)) {
        let named = |node: NodeId| {
            let name = yaml.text(node).filter(|name| !name.is_empty())?;
            Some(Needed { range: yaml.range(node), name: name.into() })
        };
        found.extend(yaml.items(list).iter().filter_map(|item| named(*item)));
        found.extend(yaml.entries(list).iter().filter_map(|(_, key, _)| named(*key)));
        found.extend(named(list));
    }
    found
}

/// A command as words: a list, or a text.
fn words(yaml: &Yaml, node: NodeId) -> Vec<String> {
    match yaml.text(node) {
        Some(text) => text.split_whitespace().map(str::to_owned).collect(),
        None => yaml.items(node).iter().filter_map(|item| yaml.text(*item).map(str::to_owned)).collect(),
    }
}

/// `"127.0.0.1:8000:80/tcp"`
fn short_port(yaml: &Yaml, node: NodeId, published: bool) -> Option<ServicePort> {
    let written = filled(yaml.text(node)?);
    let (bare, protocol) = written.split_once('/').unwrap_or((&written, "tcp"));
    let (rest, _inside) = match bare.rsplit_once(':') {
        Some((rest, inside)) => (Some(rest), inside),
        None => (None, bare),
    };
    let (host, number, published) = match rest {
        // Only the container's side: the machine's is any free one.
        None => (Host::Absent, bare, false),
        Some(rest) => match rest.rsplit_once(':') {
            Some((host, number)) => (host_of(host), number, published),
            None => (Host::All, rest, published),
        },
    };
    let (number, last) = range_of(number.trim())?;
    let udp = protocol.eq_ignore_ascii_case("udp");
    let key = CompactString::default();
    Some(ServicePort { range: yaml.range(node), number, host, published, last, udp, key })
}

/// A port, or the first and the last one of a range.
fn range_of(written: &str) -> Option<(u16, u16)> {
    match written.split_once('-') {
        Some((from, to)) => port(from.trim()).zip(port(to.trim())).filter(|(from, to)| from <= to),
        None => port(written).map(|number| (number, number)),
    }
}

/// `{target: 80, published: 8000}`
fn long_port(yaml: &Yaml, node: NodeId) -> Option<ServicePort> {
    let published = yaml.get(node, "published");
    let value = published.or_else(|| yaml.get(node, "target"))?;
    let word = |key: &str| yaml.get(node, key).and_then(|node| yaml.text(node));
    let (number, last) = range_of(filled(yaml.text(value)?).trim())?;
    Some(ServicePort {
        range: yaml.range(value),
        number,
        host: word("host_ip").map_or(Host::All, host_of),
        published: published.is_some(),
        last,
        udp: word("protocol").is_some_and(|protocol| protocol.eq_ignore_ascii_case("udp")),
        key: CompactString::default(),
    })
}

fn host_of(text: &str) -> Host {
    match text.trim_matches(['[', ']']) {
        "" | "0.0.0.0" | "::" => Host::All,
        host if host.contains('$') => Host::Unknown,
        host => Host::Named(host.into()),
    }
}

/// A text with the defaults of its variables filled in: `${PORT:-5556}`.
pub(super) fn filled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, variable) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = variable.find('}') else { break };
        let inner = variable.get(2..end).unwrap_or("");
        let default =
            inner.split_once(":-").or_else(|| inner.split_once('-')).map_or("$", |(_, default)| default);
        out.push_str(default);
        rest = variable.get(end + 1..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// A port number as text.
pub(super) fn port(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number| *number > 0)
}

/// A port that is given with an offset for all of them: `${PORT_OFFSET}+7140`, of which 7140 is left for whoever sets none.
fn port_with_offset(text: &str) -> Option<u16> {
    let filled = filled(text);
    let bare = filled.trim().trim_start_matches("$((").trim_end_matches("))");
    let (mut sum, mut open) = (0_u16, false);
    for term in bare.split('+').map(str::trim) {
        if let Ok(number) = term.parse::<u16>() {
            sum = sum.checked_add(number)?;
        } else if is_offset(term) {
            open = true;
        } else {
            return None;
        }
    }
    // The number added to an unknown base is small.
    Some(sum).filter(|number| *number > if open { 1_023 } else { 0 })
}

/// Whether a term of a sum is a variable, which is empty where it is not set.
fn is_offset(term: &str) -> bool {
    let bare = term.trim_matches(['{', '}', ' ']);
    term == "$"
        || bare.to_ascii_lowercase().contains("offset")
            && bare.trim_start_matches('$').chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}

/// Whether a name is that of a port.
pub(super) fn names_port(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower == "port" || lower.ends_with("_port")
}

/// Ports in an environment: a mapping, or a list of `NAME=value`.
fn variables(yaml: &Yaml, text: &str, node: NodeId) -> Vec<PortVariable> {
    let mut found = Vec::new();
    for (name, _, value) in yaml.entries(node) {
        let number = yaml.text(value).and_then(|value| port(filled(value).trim()));
        if let Some(number) = number.filter(|_| names_port(name)) {
            found.push(PortVariable { range: yaml.range(value), name: name.into(), number });
        }
    }
    for item in yaml.items(node) {
        let Some((name, value)) = yaml.text(*item).and_then(|item| item.split_once('=')) else { continue };
        if let Some(number) = port(filled(value).trim()).filter(|_| names_port(name)) {
            let range = yaml.range(*item);
            let start = range.slice(text).find('=').map_or(range.start, |at| range.start + at as u32 + 1);
            let quote = u32::from(range.slice(text).ends_with(['"', '\'']));
            let range = TextRange::new(start, range.end.saturating_sub(quote).max(start));
            found.push(PortVariable { range, name: name.into(), number });
        }
    }
    found
}

/// Every mapping below `top` that names a program, with the key under which it hangs.
fn started(yaml: &Yaml, top: NodeId, out: &mut Vec<Service>) {
    let mut open: Vec<(NodeId, Option<(String, TextRange)>)> = vec![(top, None)];
    let mut seen = rustc_hash::FxHashSet::default();
    while let Some((node, hung)) = open.pop() {
        if !seen.insert(node) {
            continue;
        }
        let entries = yaml.entries(node);
        let program = entries.iter().find_map(|(key, _, value)| {
            let text = yaml.text(*value).filter(|_| PROGRAM_KEYS.contains(key))?;
            let runs =
                text.ends_with(".py") || *key == "module" && text.contains('.') && !text.contains([' ', '/']);
            runs.then(|| CompactString::from(text))
        });
        if let Some(program) = program {
            let own = entries.iter().find(|(key, ..)| matches!(*key, "name" | "agent" | "id"));
            let own = own.and_then(|(.., value)| Some((yaml.text(*value)?.to_owned(), yaml.range(*value))));
            let (name, range) = own.or(hung).unwrap_or_else(|| (String::new(), yaml.range(node)));
            let host = entries.iter().find(|(key, ..)| matches!(*key, "host" | "bind_address"));
            let host = host.and_then(|(.., value)| yaml.text(*value)).map_or(Host::All, host_of);
            let mut service = Service {
                range,
                name: name.into(),
                kind: ServiceKind::Startup,
                program,
                ports: ports_of(yaml, &entries, &host),
                variables: Vec::new(),
                profiles: Vec::new(),
                extends: None,
                needs: texts(yaml, node, &["dependencies", "depends_on"]),
            };
            for (key, _, value) in &entries {
                if matches!(*key, "config" | "params" | "settings") {
                    service.ports.extend(ports_of(yaml, &yaml.entries(*value), &host));
                }
            }
            out.push(service);
            continue;
        }
        let below =
            entries.iter().map(|(name, key, value)| (*value, Some(((*name).to_owned(), yaml.range(*key)))));
        open.extend(below);
        open.extend(yaml.items(node).iter().map(|item| (*item, None)));
    }
}

/// The ports that a mapping gives to its service. The port beside a host of the same name is where another one is
/// reached.
fn ports_of(yaml: &Yaml, entries: &[(&str, NodeId, NodeId)], host: &Host) -> Vec<ServicePort> {
    let beside = |name: &str| {
        let of = name.to_ascii_lowercase();
        let of = of.strip_suffix("_port").filter(|of| !is_own(of)).unwrap_or("");
        !of.is_empty()
            && entries.iter().any(|(key, ..)| {
                let rest = key.to_ascii_lowercase();
                let rest = rest.strip_prefix(of).unwrap_or("");
                matches!(rest, "_host" | "_hostname" | "_address" | "_addr" | "_ip" | "_url" | "_endpoint")
            })
    };
    let named = entries.iter().filter(|(key, ..)| names_port(key) && !beside(key));
    let port = |(key, _, value): &(&str, NodeId, NodeId)| {
        let number = port_with_offset(yaml.text(*value)?)?;
        Some(ServicePort {
            range: yaml.range(*value),
            number,
            host: host.clone(),
            published: true,
            last: number,
            udp: false,
            key: (*key).into(),
        })
    };
    named.filter_map(port).collect()
}

/// Whether the text before `_port` says what the service itself listens with.
fn is_own(prefix: &str) -> bool {
    matches!(
        prefix,
        "bind"
            | "listen"
            | "server"
            | "own"
            | "service"
            | "local"
            | "health"
            | "health_check"
            | "healthcheck"
            | "metrics"
    )
}

/// The service of a manifest: ports of nodes and machines are taken there, those of containers inside.
fn manifest(yaml: &Yaml, document: NodeId) -> Option<Service> {
    let name = yaml.get(yaml.get(document, "metadata")?, "name")?;
    let mut ports = Vec::new();
    let mut open = vec![document];
    let mut seen = rustc_hash::FxHashSet::default();
    while let Some(node) = open.pop() {
        if !seen.insert(node) {
            continue;
        }
        for (key, _, value) in yaml.entries(node) {
            let published = matches!(key, "hostPort" | "nodePort");
            if let Some(number) = yaml.text(value).and_then(port)
                && (published || key == "containerPort")
            {
                let (range, key) = (yaml.range(value), key.into());
                let (host, last, udp) = (Host::All, number, false);
                ports.push(ServicePort { range, number, host, published, last, udp, key });
            }
            open.push(value);
        }
        open.extend_from_slice(yaml.items(node));
    }
    ports.sort_by_key(|port| port.range.start);
    (!ports.is_empty()).then(|| Service {
        range: yaml.range(name),
        name: yaml.text(name).unwrap_or("").into(),
        kind: ServiceKind::Kubernetes,
        program: CompactString::default(),
        ports,
        variables: Vec::new(),
        profiles: Vec::new(),
        extends: None,
        needs: Vec::new(),
    })
}
