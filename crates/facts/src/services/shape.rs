//! Mistakes in a list of services although it is YAML: values of the wrong kind, and ports that are none.
//! It must not know what the services are for.

use super::compose::{PROGRAM_KEYS, filled, names_port, port};
use crate::SyntaxProblem;
use crate::config_text::yaml::{NodeId, Yaml};

/// Words in the place of a port that programs understand in their own way.
const UNSET: [&str; 7] = ["0", "none", "auto", "any", "dynamic", "random", "false"];

/// Problems of the services of a compose file, or of a list of programs to start.
pub(super) fn problems(yaml: &Yaml) -> Vec<SyntaxProblem> {
    let mut found = Vec::new();
    for &document in &yaml.documents {
        if written(yaml, document).is_some() {
            found.push(problem(yaml, document, "this is a text, and no list of services"));
            continue;
        }
        started(yaml, document, &mut found);
        if let Some(services) = yaml.get(document, "services") {
            composed(yaml, services, &mut found);
        }
    }
    found
}

fn problem(yaml: &Yaml, node: NodeId, message: impl Into<String>) -> SyntaxProblem {
    SyntaxProblem { range: yaml.range(node), message: message.into() }
}

/// The text of a scalar that holds something.
fn written(yaml: &Yaml, node: NodeId) -> Option<&str> {
    yaml.text(node).filter(|text| !matches!(*text, "" | "~" | "null"))
}

/// The services of a compose file.
fn composed(yaml: &Yaml, services: NodeId, found: &mut Vec<SyntaxProblem>) {
    let items = yaml.items(services);
    let names = !items.is_empty() && items.iter().all(|item| yaml.text(*item).is_some());
    if names || written(yaml, services).is_some() {
        found.push(problem(yaml, services, "`services` must be a mapping from names to services"));
    }
    let entries = yaml.entries(services);
    let of_compose = |node: NodeId| ["image", "build"].iter().any(|key| yaml.get(node, key).is_some());
    let certain = entries.iter().any(|(.., value)| of_compose(*value));
    for (name, key, value) in &entries {
        if certain && yaml.text(*value).is_some() {
            found.push(problem(yaml, *key, format!("the service `{name}` must be a mapping")));
        }
        for list in ["ports", "expose"] {
            let Some(ports) = yaml.get(*value, list) else { continue };
            if yaml.is_mapping(ports) || written(yaml, ports).is_some() {
                found.push(problem(yaml, ports, format!("`{list}` must be a list")));
            }
            for item in yaml.items(ports) {
                if let Some(port) = written(yaml, *item).filter(|port| !is_port(&filled(port))) {
                    found.push(problem(yaml, *item, format!("`{port}` is no port")));
                }
            }
        }
    }
}

/// Whether a text is a port or a range of them, on one side or on both, as compose files have it; what a variable stands
/// for is not known.
fn is_port(written: &str) -> bool {
    let (bare, protocol) = written.split_once('/').unwrap_or((written, "tcp"));
    if bare.contains('$') {
        return true;
    }
    let one = |part: &str| match part.split_once('-') {
        Some((from, to)) => port(from).is_some() && port(to).is_some(),
        None => port(part).is_some() || part == "0",
    };
    let mut sides = bare.rsplitn(3, ':');
    let inside = sides.next().is_some_and(one);
    inside && sides.next().is_none_or(|side| side.is_empty() || one(side)) && !protocol.is_empty()
}

/// Ports of programs that are started.
fn started(yaml: &Yaml, top: NodeId, found: &mut Vec<SyntaxProblem>) {
    let mut open = vec![top];
    let mut seen = rustc_hash::FxHashSet::default();
    while let Some(node) = open.pop() {
        if !seen.insert(node) {
            continue;
        }
        let entries = yaml.entries(node);
        let starts = entries.iter().any(|(key, ..)| PROGRAM_KEYS.contains(key));
        for (name, _, value) in entries.iter().filter(|(key, ..)| starts && names_port(key)) {
            let Some(number) = written(yaml, *value) else { continue };
            let lower = number.to_ascii_lowercase();
            if !number.contains(['$', '{']) && port(number).is_none() && !UNSET.contains(&lower.as_str()) {
                found.push(problem(yaml, *value, format!("`{name}` must be a number from 1 to 65535")));
            }
        }
        open.extend(entries.iter().map(|(.., value)| *value));
        open.extend_from_slice(yaml.items(node));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String)> {
        let mut found = problems(&Yaml::parse(text));
        found.sort_by_key(|one| one.range);
        found.into_iter().map(|one| (one.range.slice(text).to_owned(), one.message)).collect()
    }

    #[test]
    fn values_of_the_wrong_kind_are_told() {
        for (text, place, message) in [
            ("just text\n", "just text", "this is a text, and no list of services"),
            ("services: nothing\n", "nothing", "`services` must be a mapping from names to services"),
            ("services: [a, b]\n", "[a, b]", "`services` must be a mapping from names to services"),
            ("services: {a: x, b: {image: y}}\n", "a", "the service `a` must be a mapping"),
            ("services:\n  a:\n  b: {build: .}\n", "a", "the service `a` must be a mapping"),
            ("services: {a: {ports: 80}}\n", "80", "`ports` must be a list"),
            ("services: {a: {ports: [abc]}}\n", "abc", "`abc` is no port"),
            ("services: {a: {ports: [\"80:99999\"]}}\n", "\"80:99999\"", "`80:99999` is no port"),
            ("x: {script_path: a.py, port: eighty}\n", "eighty", "`port` must be a number from 1 to 65535"),
            (
                "- {script: a.py, health_port: 70000}\n",
                "70000",
                "`health_port` must be a number from 1 to 65535",
            ),
        ] {
            assert_eq!(told(text), [(place.to_owned(), message.to_owned())], "{text}");
        }
    }

    #[test]
    fn what_programs_read_is_let_through() {
        for text in [
            "",
            "services:\n",
            "services:\n  a: {image: x, ports: [80, \"80:80\", \"127.0.0.1:80:80/udp\", \"8000-8010:8000-8010\"]}\n",
            "services:\n  a: {image: x, ports: [\"${PORT}:80\", \"${PORT:-80}:80\", \":80\", \"[::1]:80:80\"], expose: [\"80\"]}\n",
            "services:\n  a: {image: x, ports: [{target: 80}]}\n  b: &b {image: y}\n  c: *b\n",
            "services: {a: agents/a.py}\n",
            "services: [{name: a, script_path: a.py, port: 80}]\n",
            "agents: {a: {script_path: a.py, port: auto, health_port: null, other_port: \"${P}\"}}\n",
            "a: {port: eighty}\n",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }
}
