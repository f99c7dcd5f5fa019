//! The registry of ports: `ports: {NAME: {port: …}}`, `ports: {NAME: 5556}`, or flat `NAME: 5556`.
//! It must not know who uses it.

use crate::config_text::yaml::{NodeId, Yaml};
use crate::{RegisteredPort, SyntaxProblem};

/// The entries of a registry; `certain`: the file surely is one, so that what cannot be read is a problem.
pub(super) fn entries(yaml: &Yaml, certain: bool, problems: &mut Vec<SyntaxProblem>) -> Vec<RegisteredPort> {
    let mut found = Vec::new();
    for &document in &yaml.documents {
        let ports = yaml.get(document, "ports").filter(|ports| yaml.is_mapping(*ports));
        let Some(table) = ports.or_else(|| (certain && yaml.is_mapping(document)).then_some(document)) else {
            if certain {
                let message = "a registry of ports is a mapping from names to numbers".to_owned();
                problems.push(SyntaxProblem { range: yaml.range(document), message });
            }
            continue;
        };
        for (name, key, value) in yaml.entries(table) {
            match entry(yaml, name, key, value) {
                Ok(entry) => found.push(entry),
                Err(problem) if certain => problems.push(problem),
                Err(_) => {}
            }
        }
    }
    found.sort_by_key(|entry: &RegisteredPort| entry.range.start);
    found
}

fn entry(yaml: &Yaml, name: &str, key: NodeId, value: NodeId) -> Result<RegisteredPort, SyntaxProblem> {
    let number = if yaml.is_mapping(value) { yaml.get(value, "port") } else { Some(value) };
    let Some(node) = number else {
        let message = format!("`{name}` has no `port`");
        return Err(SyntaxProblem { range: yaml.range(key), message });
    };
    let Some(number) = yaml.number(node).and_then(|number| u16::try_from(number).ok()).filter(|n| *n > 0)
    else {
        let message = format!("the port of `{name}` must be a number from 1 to 65535");
        let range = if yaml.text(node).is_some_and(|text| !text.is_empty()) {
            yaml.range(node)
        } else {
            yaml.range(key)
        };
        return Err(SyntaxProblem { range, message });
    };
    let word = |key: &str| yaml.get(value, key).and_then(|node| yaml.text(node)).unwrap_or("").into();
    Ok(RegisteredPort {
        range: yaml.range(key),
        name: name.into(),
        number_range: yaml.range(node),
        number,
        host: word("host"),
        protocol: word("proto"),
        owner: word("owner"),
    })
}
