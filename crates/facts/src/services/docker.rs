//! Ports in a Dockerfile. It must not know other files.

use analyzer_source::TextRange;
use compact_str::CompactString;

use super::compose::port;
use super::program::program;
use crate::config_text::docker::Instruction;
use crate::{Host, PortVariable, Service, ServiceKind, ServicePort, SyntaxProblem};

/// The service that a Dockerfile builds; none where it says nothing of ports.
pub(super) fn service(
    instructions: &[Instruction],
    text: &str,
    problems: &mut Vec<SyntaxProblem>,
) -> Option<Service> {
    let mut stages: Vec<(&str, Service)> = Vec::new();
    // Values of `ARG` and `ENV`; those before the first stage are for `FROM` alone.
    let mut values: Vec<(&str, &str)> = Vec::new();
    let mut service = empty();
    let mut told = None;
    for instruction in instructions {
        let words = instruction.words.as_slice();
        match instruction.name {
            "FROM" => {
                let mut names =
                    words.iter().map(|word| word.slice(text)).filter(|word| !word.starts_with("--"));
                let (from, name) = (names.next().unwrap_or(""), names.nth(1).unwrap_or(""));
                // Nothing of an earlier stage is in the image, unless this one is built on it.
                let base =
                    stages.iter().find(|(stage, _)| stage.eq_ignore_ascii_case(from) && !stage.is_empty());
                service = base.map_or_else(empty, |(_, service)| service.clone());
                (told, values) = (None, Vec::new());
                stages.push((name, service.clone()));
            }
            "EXPOSE" => {
                for word in words {
                    exposed(*word, text, &values, &mut service.ports, problems);
                }
            }
            "ARG" => values.extend(words.iter().filter_map(|word| word.slice(text).split_once('='))),
            "ENV" => {
                variables(words, text, &mut service.variables);
                match words {
                    [name, value] if !name.slice(text).contains('=') => {
                        values.push((name.slice(text), value.slice(text)));
                    }
                    _ => values.extend(words.iter().filter_map(|word| word.slice(text).split_once('='))),
                }
            }
            "CMD" | "ENTRYPOINT" => {
                let places: Vec<TextRange> = words.iter().flat_map(|word| arguments(*word, text)).collect();
                let words: Vec<String> = places.iter().map(|word| word.slice(text).to_owned()).collect();
                told = told.or(option(&places, text));
                if let Some(program) = program(&words) {
                    service.program = program;
                }
            }
            _ => {}
        }
        if let Some((_, stage)) = stages.last_mut() {
            stage.clone_from(&service);
        }
    }
    let is_new = |port: &ServicePort| service.ports.iter().all(|known| known.number != port.number);
    let told = told.filter(is_new);
    service.ports.extend(told);
    (!service.ports.is_empty() || !service.variables.is_empty()).then_some(service)
}

fn empty() -> Service {
    Service {
        range: TextRange::default(),
        name: CompactString::default(),
        kind: ServiceKind::Docker,
        program: CompactString::default(),
        ports: Vec::new(),
        variables: Vec::new(),
        profiles: Vec::new(),
        extends: None,
        needs: Vec::new(),
    }
}

/// The arguments in a word of a command: `["python","-m",` holds three.
fn arguments(word: TextRange, text: &str) -> impl Iterator<Item = TextRange> {
    let written = word.slice(text);
    let parts = written.split(['[', ']', ',', '"', '\'']).filter(|part| !part.is_empty());
    parts.map(move |part| {
        let start = word.start + (part.as_ptr() as usize - written.as_ptr() as usize) as u32;
        TextRange::new(start, start + part.len() as u32)
    })
}

/// The port that a command is given to listen on: `-p 5556`, `--port 5556`, `--port=5556`.
fn option(words: &[TextRange], text: &str) -> Option<ServicePort> {
    words.iter().enumerate().find_map(|(at, word)| {
        let written = word.slice(text);
        let (name, value) = match written.split_once('=') {
            Some((name, _)) => (name, TextRange::new(word.start + name.len() as u32 + 1, word.end)),
            None => (written, *words.get(at + 1)?),
        };
        let number = port(value.slice(text)).filter(|number| match name {
            "--port" => true,
            // Of other programs a small number may be anything: how many processes, say.
            "-p" => *number >= 1_024,
            _ => false,
        })?;
        let key = CompactString::from(name);
        Some(inside(value, number, number, false, key))
    })
}

/// A port inside the container.
fn inside(range: TextRange, number: u16, last: u16, udp: bool, key: CompactString) -> ServicePort {
    ServicePort { range, number, host: Host::All, published: false, last, udp, key }
}

/// `EXPOSE 5556 8000-8002/tcp $PORT`
fn exposed(
    word: TextRange,
    text: &str,
    values: &[(&str, &str)],
    ports: &mut Vec<ServicePort>,
    problems: &mut Vec<SyntaxProblem>,
) {
    let written = word.slice(text).trim_matches('"');
    let Some(filled) = filled_in(written, values) else { return };
    let (number, protocol) = filled.split_once('/').unwrap_or((&filled, "tcp"));
    let range = match number.split_once('-') {
        Some((from, to)) => port(from).zip(port(to)),
        None => port(number).map(|number| (number, number)),
    };
    if let Some((number, last)) = range {
        let key = CompactString::const_new("EXPOSE");
        ports.push(inside(word, number, last, protocol.eq_ignore_ascii_case("udp"), key));
        return;
    }
    if !written.contains('$') {
        let message = format!("`EXPOSE` takes ports, not `{written}`");
        problems.push(SyntaxProblem { range: word, message });
    }
}

/// A word with its variables filled in: `$PORT`, `${PORT}`, `${PORT:-5556}`; none where one of them is not known.
fn filled_in(word: &str, values: &[(&str, &str)]) -> Option<String> {
    let mut out = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, default, tail) = match after.strip_prefix('{') {
            Some(inner) => {
                let (inner, tail) = inner.split_once('}')?;
                let (name, default) = inner.split_once(":-").map_or((inner, None), |(n, d)| (n, Some(d)));
                (name, default, tail)
            }
            None => {
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                let (name, tail) = after.split_at(end);
                (name, None, tail)
            }
        };
        let known = values.iter().rev().find(|(known, _)| *known == name);
        let value = known.map(|(_, value)| value.trim_matches(['"', '\''])).or(default)?;
        if value.contains('$') {
            return None;
        }
        out.push_str(value);
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

/// `ENV A_PORT=5556`, `ENV A_PORT 5556`
fn variables(words: &[TextRange], text: &str, out: &mut Vec<PortVariable>) {
    let mut add = |name: &str, value: &str, range: TextRange| {
        let is_port = name == "PORT" || name.ends_with("_PORT");
        if let Some(number) = port(value.trim_matches(['"', '\''])).filter(|_| is_port) {
            out.push(PortVariable { range, name: name.into(), number });
        }
    };
    if let [name, value] = words
        && !name.slice(text).contains('=')
    {
        add(name.slice(text), value.slice(text), *value);
        return;
    }
    for word in words {
        if let Some((name, value)) = word.slice(text).split_once('=') {
            add(name, value, TextRange::new(word.start + name.len() as u32 + 1, word.end));
        }
    }
}
