//! Where requirements stand in files for pip, and in its command lines. It must not know what a requirement says.

use analyzer_source::TextRange;

/// Options of pip that take a value as the next word.
const WITH_VALUE: [&str; 20] = [
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-e",
    "--editable",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "--platform",
    "--python-version",
    "--prefix",
    "--root",
    "--trusted-host",
    "--timeout",
    "--cache-dir",
];

/// The places of requirements in a file for pip: no options, comments or hashes.
pub(super) fn requirement_lines(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = logical_end(text, at);
        let whole = text.get(at..end).unwrap_or("");
        let blanks = whole.len() - whole.trim_start().len();
        let start = at + blanks;
        let mut content = whole.trim_start();
        if !content.starts_with('#') {
            for mark in [" #", "\t#", " --", "\t--", "\n--"] {
                content = content.split(mark).next().unwrap_or(content);
            }
            let content = content.trim_end().trim_end_matches('\\').trim_end();
            if !content.is_empty() && !content.starts_with('-') {
                found.push((start, start + content.len()));
            }
        }
        at = end + 1;
    }
    found
}

/// The end of the line at `at`, with the lines that a backslash joins to it; a comment is never continued.
fn logical_end(text: &str, at: usize) -> usize {
    let mut from = at;
    loop {
        let rest = text.get(from..).unwrap_or("");
        let Some(end) = rest.find('\n') else { return text.len() };
        let line = rest[..end].trim_end_matches('\r');
        if !line.ends_with('\\') || line.trim_start().starts_with('#') {
            return from + end;
        }
        from += end + 1;
    }
}

/// The places of what `pip install` names in the words of a shell's command.
pub(super) fn installed_words(text: &str, words: &[TextRange]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut state = State::Elsewhere;
    let mut skip = false;
    for word in words {
        let written = word.slice(text);
        let separates = matches!(written, "&&" | "||" | "|" | ";" | "\\");
        let plain = written.trim_end_matches(';');
        state = match state {
            _ if separates => State::Elsewhere,
            State::Elsewhere if is_pip(plain) => State::Pip,
            State::Pip if plain == "install" => State::Install,
            State::Pip if plain.starts_with('-') => State::Pip,
            State::Pip | State::Elsewhere => State::Elsewhere,
            State::Install => {
                let content = plain.trim_matches(['"', '\'']);
                let start = word.start as usize + plain.find(content).unwrap_or_default();
                let name = content.starts_with(|c: char| c.is_ascii_alphanumeric());
                if name && !std::mem::take(&mut skip) {
                    found.push((start, start + content.len()));
                }
                skip = WITH_VALUE.contains(&content);
                State::Install
            }
        };
        if plain.len() < written.len() || state == State::Elsewhere {
            (state, skip) = (State::Elsewhere, false);
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Elsewhere,
    Pip,
    Install,
}

fn is_pip(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    name == "pip"
        || name.strip_prefix("pip").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
