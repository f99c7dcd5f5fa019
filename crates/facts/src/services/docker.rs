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
    for instruction in instructions {
        match instruction.name {
            "EXPOSE" => {
                for word in &instruction.words {
                    exposed(*word, text, &mut service.ports, problems);
                }
            }
            "ENV" => variables(&instruction.words, text, &mut service.variables),
            "CMD" | "ENTRYPOINT" => {
                let clean =
                    |word: &TextRange| word.slice(text).trim_matches(['[', ']', ',', '"', '\'']).to_owned();
                let words: Vec<String> = instruction.words.iter().map(clean).collect();
                if let Some(program) = program(&words) {
                    service.program = program;
                }
            }
            _ => {}
        }
    }
    (!service.ports.is_empty() || !service.variables.is_empty()).then_some(service)
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
