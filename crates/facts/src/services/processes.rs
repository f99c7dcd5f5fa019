//! Lists of processes: a Procfile as honcho and foreman start it, and programs of supervisor.
//! It must not know other files.

use analyzer_source::TextRange;
use compact_str::CompactString;

use super::compose::port;
use super::program::program;
use crate::config_text::ini::IniOption;
use crate::{Host, Service, ServiceKind, ServicePort};

/// The port of the first process of a Procfile, and how far the next ones are from it, where nothing else is set.
const FIRST: u16 = 5_000;
const STEP: u16 = 100;
/// From so many processes of one program on, ports are not counted one by one.
const MOST: u16 = 200;

/// The processes of a Procfile: each type gets a `$PORT` of its own, 5000, 5100, … in the order of the lines.
pub(super) fn procfile(text: &str) -> Vec<Service> {
    let mut found: Vec<Service> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        let Some((name, rest)) = content.split_once(':').filter(|(name, _)| is_name(name)) else { continue };
        let command = rest.trim_start();
        if command.is_empty() || rest.len() == command.len() && name.len() == 1 {
            continue;
        }
        let command_at = start + content.len() - command.len();
        let given =
            u16::try_from(found.len()).ok().and_then(|index| FIRST.checked_add(index.checked_mul(STEP)?));
        let value = |word: &str| match (word, given) {
            ("$PORT" | "${PORT}", Some(given)) => vec![given],
            _ => {
                with_default(word, given).map_or_else(|| port(word).into_iter().collect(), |port| vec![port])
            }
        };
        let name_range = TextRange::new(start as u32, (start + name.len()) as u32);
        found.push(service(name, name_range, command, command_at, &value));
    }
    found
}

/// `${PORT:-8000}`: a process of a Procfile has a port in any case.
fn with_default(word: &str, given: Option<u16>) -> Option<u16> {
    word.strip_prefix("${PORT:-")?.strip_suffix('}')?;
    given
}

/// The programs of supervisor. `numprocs` starts several processes of one, each with its number in the command.
pub(super) fn supervisor(options: &[IniOption], text: &str) -> Vec<Service> {
    let mut found = Vec::new();
    for command in options.iter().filter(|option| option.key.trim() == "command") {
        let Some(name) =
            ["program:", "fcgi-program:"].iter().find_map(|kind| command.section.strip_prefix(kind))
        else {
            continue;
        };
        let number = |key: &str, default: u16| {
            let same = |option: &&IniOption| option.section == command.section && option.key.trim() == key;
            let value = options.iter().find(same).map(|option| option.value.slice(text).trim());
            value.map_or(Some(default), |value| value.split(';').next().unwrap_or("").trim().parse().ok())
        };
        let (Some(count), Some(first)) = (number("numprocs", 1), number("numprocs_start", 0)) else {
            continue;
        };
        let value = |word: &str| -> Vec<u16> {
            if !word.contains("%(process_num)") {
                return port(word).into_iter().collect();
            }
            let numbers = first..first.saturating_add(count.min(MOST));
            numbers.filter_map(|number| port(&expanded(word, number)?)).collect()
        };
        let written = command.value.slice(text);
        let shown = written.trim_start();
        // Behind ` ;` stands a comment.
        let shown = shown.split(" ;").next().unwrap_or(shown).trim_end();
        let at = command.value.start as usize + written.len() - written.trim_start().len();
        let range = TextRange::new(command.at, command.at + command.key.len() as u32);
        found.push(service(name, range, shown, at, &value));
    }
    found
}

/// A word in which `%(process_num)02d` and `%(process_num)s` are the number of a process.
fn expanded(word: &str, number: u16) -> Option<String> {
    let (before, rest) = word.split_once("%(process_num)")?;
    let end = rest.find(['d', 's'])?;
    let (format, after) = rest.split_at(end);
    let after = after.get(1..)?;
    let width =
        if format.is_empty() { 0 } else { format.parse::<usize>().ok().filter(|width| *width < 6)? };
    let shown = match format.starts_with('0') {
        true => format!("{number:0width$}"),
        false if width == 0 => number.to_string(),
        false => return None,
    };
    (!after.contains('%')).then(|| format!("{before}{shown}{after}"))
}

/// A process type of a Procfile, as honcho reads its name.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// A service by its command, with the ports that options of the command give it.
fn service(
    name: &str,
    range: TextRange,
    command: &str,
    at: usize,
    value: &dyn Fn(&str) -> Vec<u16>,
) -> Service {
    let words: Vec<(usize, &str)> = words(command);
    let mut ports: Vec<ServicePort> = Vec::new();
    for (index, (word_at, word)) in words.iter().enumerate() {
        let (option, given_at, given) = match word.split_once('=') {
            Some((option, given)) if option.starts_with('-') => (option, word_at + option.len() + 1, given),
            _ => match words.get(index + 1) {
                Some((given_at, given)) => (*word, *given_at, *given),
                None => continue,
            },
        };
        let (host, number_at) = match option {
            "--port" | "-p" => (Host::All, given_at),
            "--bind" | "-b" | "--http" | "--http-socket" => match given.rfind(':') {
                Some(colon) => (Host::of(given.get(..colon).unwrap_or(""), true), given_at + colon + 1),
                None => continue,
            },
            _ => continue,
        };
        let number = given.get(number_at - given_at..).unwrap_or("");
        let range = TextRange::new((at + number_at) as u32, (at + number_at + number.len()) as u32);
        // Of other programs a small number may be anything: how many processes, say.
        let wanted = |number: &u16| option != "-p" || *number >= 1_024;
        ports.extend(value(number).into_iter().filter(wanted).map(|number| ServicePort {
            range,
            number,
            host: host.clone(),
            published: true,
            last: number,
            udp: false,
            key: CompactString::from(option),
        }));
    }
    let plain: Vec<String> = words.iter().map(|(_, word)| (*word).to_owned()).collect();
    Service {
        range,
        name: name.into(),
        kind: ServiceKind::Processes,
        program: program(&plain).unwrap_or_default(),
        ports,
        variables: Vec::new(),
        profiles: Vec::new(),
        extends: None,
        needs: Vec::new(),
    }
}

/// The words of a command with their offsets, without quotes around them.
fn words(command: &str) -> Vec<(usize, &str)> {
    command
        .split_whitespace()
        .map(|word| {
            let inner = word.trim_matches(['"', '\'']);
            (inner.as_ptr() as usize - command.as_ptr() as usize, inner)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config_text::ini;

    fn told(services: &[Service], text: &str) -> Vec<(String, String, Vec<u16>)> {
        let ports = |service: &Service| service.ports.iter().map(|port| port.number).collect();
        services
            .iter()
            .map(|service| {
                assert!(service.ports.iter().all(|port| !port.range.slice(text).is_empty()));
                (service.name.to_string(), service.program.to_string(), ports(service))
            })
            .collect()
    }

    #[test]
    fn processes_of_a_procfile_have_ports_by_their_order() {
        let text = "web: gunicorn app.wsgi:app -b 0.0.0.0:$PORT\n# clock: x\nworker: python worker.py --port 5000\n\
                    api: uvicorn api:app --port ${PORT}\nquiet: sleep 1\nmore: serve --port=${PORT:-8000}\n  web: x\n";
        let wanted = [
            ("web", "app.wsgi", vec![5000]),
            ("worker", "worker.py", vec![5000]),
            ("api", "api", vec![5200]),
            ("quiet", "", vec![]),
            ("more", "", vec![5400]),
        ];
        let wanted: Vec<_> = wanted
            .into_iter()
            .map(|(name, program, ports)| (name.to_owned(), program.to_owned(), ports))
            .collect();
        let found: Vec<_> = told(&procfile(text), text);
        assert_eq!(found.len(), 5, "{found:?}");
        for (found, wanted) in found.iter().zip(&wanted) {
            assert_eq!((&found.0, &found.2), (&wanted.0, &wanted.2));
        }
        assert_eq!(found[1].1, "worker.py");
    }

    #[test]
    fn processes_of_supervisor_are_counted() {
        let text = "[supervisord]\ncommand=x --port 1\n[program:web]\ncommand = python web.py --port=80%(process_num)02d ; four\n\
                    numprocs=4\nprocess_name=%(program_name)s_%(process_num)02d\n[program:late]\n\
                    command=python late.py -b 127.0.0.1:700%(process_num)s\nnumprocs = 2\nnumprocs_start = 5\n\
                    [program:one]\ncommand=python one.py --port 8002\n";
        let found = told(&supervisor(&ini::read(text).0, text), text);
        let ports: Vec<&[u16]> = found.iter().map(|one| one.2.as_slice()).collect();
        assert_eq!(ports, [&[8000, 8001, 8002, 8003][..], &[7005, 7006], &[8002]], "{found:?}");
        assert_eq!(found[0].1, "web.py");
    }
}
