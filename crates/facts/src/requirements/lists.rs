//! The words of files for pip and of its command lines. It must not know what a requirement or an option says.

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

/// The words of each line of a file for pip: lines that a backslash joins are one, comments and empty lines are none.
/// Then the lines that are lost: pip joins lines before it takes comments out, so one that a backslash at the end of a
/// comment joins to it is a part of that comment. Only a line that is nothing but a comment joins none.
pub(super) fn entries(text: &str) -> (Vec<Vec<TextRange>>, Vec<TextRange>) {
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    let mut open = Vec::new();
    let mut in_comment = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let whole = line.trim_end();
        let begins = comment(whole);
        let alone = whole.trim_start().starts_with('#');
        let joins = whole.ends_with('\\') && !alone;
        let code = whole.get(..begins).unwrap_or("");
        let code = code.strip_suffix('\\').filter(|_| joins).unwrap_or(code);
        if !in_comment {
            open.extend(words(text, start, start + code.len()));
        } else if !code.trim().is_empty() {
            let indent = code.len() - code.trim_start().len();
            lost.push(TextRange::new((start + indent) as u32, (start + code.trim_end().len()) as u32));
        }
        in_comment = joins && (in_comment || begins < whole.len());
        if !joins && !open.is_empty() {
            found.push(std::mem::take(&mut open));
        }
    }
    found.extend((!open.is_empty()).then_some(open));
    (found, lost)
}

/// The words of the bytes from `start` to `end`.
pub(super) fn words(text: &str, start: usize, end: usize) -> Vec<TextRange> {
    let content = text.get(start..end).unwrap_or("");
    let place = |word: &str| {
        let from = start + (word.as_ptr() as usize - content.as_ptr() as usize);
        TextRange::new(from as u32, (from + word.len()) as u32)
    };
    content.split_whitespace().map(place).collect()
}

/// Where the comment of a line begins: at a `#` in front or after a blank. The line's length if there is none.
fn comment(line: &str) -> usize {
    let begins =
        |at: usize| line.get(..at).is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']));
    line.match_indices('#').map(|(at, _)| at).find(|at| begins(*at)).unwrap_or(line.len())
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
