//! Addresses and paths of one machine in texts of configuration: YAML, JSON, scripts of a shell.
//! It must not know what a program does with them.

use analyzer_source::TextRange;
use compact_str::CompactString;

use super::ConfigKind;
use crate::usage::machine_of_path;
use crate::{Address, PathSite, Tier, names_a_machine};

/// Longer lines are data.
const LONGEST_LINE: usize = 2_000;
/// Longer texts of JSON are data.
const LONGEST_JSON: usize = 1_000_000;

/// Whether texts of a kind are read.
fn is_read(kind: ConfigKind, length: usize) -> bool {
    match kind {
        ConfigKind::Ports
        | ConfigKind::Services
        | ConfigKind::Conda
        | ConfigKind::Yaml
        | ConfigKind::Shell => true,
        ConfigKind::Json => length <= LONGEST_JSON,
        _ => false,
    }
}

/// Whether a text may name a machine by its address, or a path below somebody's home.
#[must_use]
pub fn may_name_machines(text: &[u8], kind: ConfigKind) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    // Three dots with digits around each, at most three between.
    let quads = || {
        let mut dots = 0;
        let mut last = 0;
        memchr::memchr_iter(b'.', text).any(|at| {
            let between = digit(at.checked_sub(1)) && digit(Some(at + 1));
            dots = if between && dots > 0 && at - last <= 4 { dots + 1 } else { u32::from(between) };
            last = at;
            dots == 3
        })
    };
    is_read(kind, text.len()) && (has(b"/home/") || has(b"/Users/") || quads())
}

/// The addresses and the paths of a text, in order. All of one text are one table: they are reported together.
pub(crate) fn machines(text: &str, kind: ConfigKind) -> (Vec<Address>, Vec<PathSite>) {
    let (mut addresses, mut paths) = (Vec::new(), Vec::new());
    let shell = kind == ConfigKind::Shell;
    if !may_name_machines(text.as_bytes(), kind) {
        return (addresses, paths);
    }
    let table = Some(TextRange::new(0, text.len() as u32));
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let trimmed = line.trim_start();
        if line.len() > LONGEST_LINE || trimmed.starts_with('#') || trimmed.starts_with("//") {
            continue;
        }
        let code = without_comment(line, kind);
        for (from, to) in words(code, shell) {
            let Some(word) = code.get(from..to) else { continue };
            let range = |from: usize, to: usize| TextRange::new((at + from) as u32, (at + to) as u32);
            if let Some((host_at, host)) = address(word)
                && !is_something_else(code.get(..from).unwrap_or(""))
            {
                addresses.push(Address {
                    range: range(from + host_at, from + host_at + host.len()),
                    address: host.into(),
                    table,
                    prose: false,
                    scope: 0,
                    tier: Tier::A,
                });
            }
            // What a container has below its home, every container has.
            let mounted = code.get(..from).unwrap_or("").trim_end().ends_with('-') && word.contains(':');
            let within = kind == ConfigKind::Services && !(mounted && word.starts_with('/'));
            if let Some((path_at, machine)) = path(word, shell).filter(|_| !within) {
                paths.push(PathSite {
                    range: range(from + path_at, to),
                    machine,
                    table,
                    scope: 0,
                    tier: Tier::A,
                });
            }
        }
    }
    (addresses, paths)
}

/// A line without the comment at its end.
fn without_comment(line: &str, kind: ConfigKind) -> &str {
    let end = if kind == ConfigKind::Json { None } else { line.find(" #") };
    end.map_or(line, |end| line.get(..end).unwrap_or(line)).trim_end()
}

/// The values of a line: texts in quotes or between blanks. In YAML and JSON a text of several words is prose.
fn words(line: &str, shell: bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(c) = rest.chars().next() else { break };
        if c == '"' || c == '\'' {
            let inside = rest.get(1..).unwrap_or("");
            let length = inside.find(c).unwrap_or(inside.len());
            let text = inside.get(..length).unwrap_or("");
            if !text.contains(' ') {
                found.push((at + 1, at + 1 + length));
            } else if shell {
                let mut from = at + 1;
                for word in text.split(' ') {
                    found.push((from, from + word.len()));
                    from += word.len() + 1;
                }
            }
            at += length + 2;
        } else if c.is_whitespace() || matches!(c, '[' | ']' | '{' | '}' | ',' | '(' | ')' | ';' | '|' | '&')
        {
            at += c.len_utf8();
        } else {
            let length = rest
                .find(|c: char| {
                    c.is_whitespace()
                        || matches!(c, '"' | '\'' | '[' | ']' | '{' | '}' | ',' | '(' | ')' | ';' | '|' | '&')
                })
                .unwrap_or(rest.len());
            found.push((at, at + length));
            at += length;
        }
    }
    if shell || found.len() < 6 || line.contains([',', '"', '\'']) {
        return found;
    }
    Vec::new()
}

/// The address of a machine that a word is: by itself, with a port, as the host of a URL, or after `KEY=`.
fn address(word: &str) -> Option<(usize, &str)> {
    let value = word.rfind('=').map_or(0, |at| at + 1);
    let scheme = word.get(value..)?.find("://").map_or(value, |at| value + at + 3);
    let host_at = word.get(scheme..)?.find('@').map_or(scheme, |at| scheme + at + 1);
    let rest = word.get(host_at..)?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    let (host, behind) = (rest.get(..end)?, rest.get(end..)?);
    let port = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || c == '$');
    let ends = match behind.chars().next() {
        None => true,
        // Behind a scheme a path; else a network: `10.0.0.0/8`.
        Some('/') => scheme > value,
        Some(':') => {
            behind.get(1..).is_some_and(port) || behind.get(1..).is_some_and(|rest| rest.starts_with('/'))
        }
        Some('\\') => true,
        _ => false,
    };
    let quads = host.split('.').count() == 4 && host.split('.').all(|part| part.parse::<u8>().is_ok());
    (ends && quads && names_a_machine(host)).then_some((host_at, host))
}

/// Whether the text before a number of four parts says that it is no address of a machine.
fn is_something_else(before: &str) -> bool {
    const WORDS: [&str; 14] = [
        "version",
        "ipv4_address",
        "gateway",
        "firmware",
        "release",
        "subnet",
        "netmask",
        "mask",
        "broadcast",
        "example",
        "oid",
        "range",
        "deny",
        "block",
    ];
    let key = before.trim_end().to_ascii_lowercase();
    let key = key.rsplit([',', '{', ';']).next().unwrap_or("").to_owned();
    WORDS.iter().any(|word| key.contains(word))
}

/// The path below somebody's home that a word is, or ends with: what ties it to the machine, and where it begins.
fn path(word: &str, shell: bool) -> Option<(usize, CompactString)> {
    let at = ["/home/", "/Users/"].iter().filter_map(|top| word.find(top)).min()?;
    let before = word.get(..at)?;
    let alone = before.is_empty() || before.ends_with(['=', '@', '<', '>']) || before.ends_with("file://");
    // `${PATH}:/home/ann/bin`; in YAML what stands behind a colon is the place in a container.
    if !(alone || shell && before.ends_with(':')) {
        return None;
    }
    let path = word.get(at..)?;
    let path = path.get(..path.find(':').unwrap_or(path.len()))?;
    Some((at, machine_of_path(path)?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, kind: ConfigKind) -> Vec<String> {
        let (addresses, paths) = machines(text, kind);
        let addresses = addresses.into_iter().map(|one| one.range.slice(text).to_owned());
        addresses.chain(paths.into_iter().map(|one| one.range.slice(text).to_owned())).collect()
    }

    #[test]
    fn machines_of_yaml() {
        for (text, wanted) in [
            ("host: 192.168.1.77\n", &["192.168.1.77"][..]),
            ("hosts: [10.0.3.4, \"10.0.3.5\"]\n", &["10.0.3.4", "10.0.3.5"]),
            ("- 10.0.3.4:5555\n", &["10.0.3.4"]),
            ("url: \"http://ann@192.168.1.20:8080/api\"\n", &["192.168.1.20"]),
            ("rtsp: rtsp://192.168.1.20/live # 10.0.0.9\n", &["192.168.1.20"]),
            ("model: /home/ann/models/x.gguf\n", &["/home/ann/models/x.gguf"]),
            ("- MODELS=/home/ann/models\n", &["/home/ann/models"]),
            ("version: 1.10.2.31\nsubnet: 10.1.2.3\nnet: 10.2.0.0/16\nipv4_address: 10.1.2.9\n", &[]),
            ("a: 127.0.0.1\nb: 0.0.0.0\nc: 203.0.113.7\n", &[]),
            ("# host: 10.0.0.9\nhelp: the camera at 192.168.1.4 is asked for pictures\n", &[]),
            ("p: /home/user/x\nq: /home/$USER/x\nr: /home/{{ user }}/x\ns: ./x:/home/ann/x\n", &[]),
        ] {
            assert_eq!(told(text, ConfigKind::Yaml), wanted, "{text:?}");
        }
    }

    #[test]
    fn machines_of_compose_json_and_shell() {
        let compose = "    volumes:\n      - /home/ann/data:/data\n      - ./x:/home/ann/x\n      - HOME=/home/ann/y\n    working_dir: /home/ann/x\n";
        assert_eq!(told(compose, ConfigKind::Services), ["/home/ann/data:/data"]);
        let json = "{\"host\": \"192.168.1.78\", \"data\": \"/Users/ann/data/x.db\", \"help\": \"e.g. 10.0.0.9 or so\"}";
        assert_eq!(told(json, ConfigKind::Json), ["192.168.1.78", "/Users/ann/data/x.db"]);
        let shell = "export BROKER=192.168.1.79\ncd /home/ann/p && run --host 10.1.2.3 -p $PATH:/home/ann/bin\nx=\"tcp://10.1.2.4:5 b\"\n";
        assert_eq!(
            told(shell, ConfigKind::Shell),
            ["192.168.1.79", "10.1.2.3", "10.1.2.4", "/home/ann/p", "/home/ann/bin"]
        );
        assert_eq!(told("host = 10.1.2.3\n", ConfigKind::Ini), Vec::<String>::new());
    }
}
