//! What a Dockerfile says of ports. It must not know other files.

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
    let mut service = Service {
        range: TextRange::default(),
        name: CompactString::default(),
        kind: ServiceKind::Docker,
        program: CompactString::default(),
        ports: Vec::new(),
        variables: Vec::new(),
    };
    let mut told = None;
    for instruction in instructions {
        match instruction.name {
            "EXPOSE" => {
                for word in &instruction.words {
                    exposed(*word, text, &mut service.ports, problems);
                }
            }
            "ENV" => variables(&instruction.words, text, &mut service.variables),
            "CMD" | "ENTRYPOINT" => {
                let places: Vec<TextRange> =
                    instruction.words.iter().flat_map(|word| arguments(*word, text)).collect();
                let words: Vec<String> = places.iter().map(|word| word.slice(text).to_owned()).collect();
                told = told.or(option(&places, text));
                if let Some(program) = program(&words) {
                    service.program = program;
                }
            }
            _ => {}
        }
    }
    let is_new = |port: &ServicePort| service.ports.iter().all(|known| known.number != port.number);
    let told = told.filter(is_new);
    service.ports.extend(told);
    (!service.ports.is_empty() || !service.variables.is_empty()).then_some(service)
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

/// The port that a command is told to listen on: `-p 5556`, `--port 5556`, `--port=5556`.
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
        Some(ServicePort { range: value, number, host: Host::All, published: false, key })
    })
}

/// `EXPOSE 5556 8000-8002/tcp $PORT`
fn exposed(word: TextRange, text: &str, ports: &mut Vec<ServicePort>, problems: &mut Vec<SyntaxProblem>) {
    let written = word.slice(text).trim_matches('"');
    if written.contains('$') {
        return;
    }
    let number = written.split('/').next().unwrap_or("");
    if let Some(number) = port(number) {
        let key = CompactString::const_new("EXPOSE");
        ports.push(ServicePort { range: word, number, host: Host::All, published: false, key });
        return;
    }
    let is_range =
        number.split_once('-').is_some_and(|(from, to)| port(from).is_some() && port(to).is_some());
    if !is_range {
        let message = format!("`EXPOSE` takes ports, not `{written}`");
        problems.push(SyntaxProblem { range: word, message });
    }
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
