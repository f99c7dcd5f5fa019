//! The options that a file for pip may have: which there are, and what they name. It must not know what they do.

use analyzer_source::TextRange;

use crate::SyntaxProblem;

/// Purpose of an option, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Names another list, which is installed too.
    Requirements,
    /// Names another list, which limits versions.
    Constraints,
    /// Names a hash of the requirement before it.
    Hash,
    /// Anything else.
    Other,
}

/// An option as it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) purpose: Purpose,
    /// Its value, without quotes.
    pub(super) value: Option<TextRange>,
}

/// Options: name, one letter or none, whether a value follows. Older ones too: pip says only that they do nothing.
const OPTIONS: [(&str, &str, bool); 31] = [
    ("--requirement", "r", true),
    ("--constraint", "c", true),
    ("--hash", "", true),
    ("--editable", "e", true),
    ("--index-url", "i", true),
    ("--pypi-url", "", true),
    ("--extra-index-url", "", true),
    ("--no-index", "", false),
    ("--find-links", "f", true),
    ("--no-binary", "", true),
    ("--only-binary", "", true),
    ("--prefer-binary", "", false),
    ("--no-build", "", false),
    ("--no-build-isolation", "", false),
    ("--require-hashes", "", false),
    ("--pre", "", false),
    ("--all-releases", "", true),
    ("--only-final", "", true),
    ("--uploaded-prior-to", "", true),
    ("--trusted-host", "", true),
    ("--use-feature", "", true),
    ("--global-option", "", true),
    ("--install-option", "", true),
    ("--config-settings", "C", true),
    ("--always-unzip", "Z", false),
    ("--use-wheel", "", false),
    ("--no-use-wheel", "", false),
    ("--allow-external", "", true),
    ("--allow-all-external", "", false),
    ("--allow-unverified", "", true),
    ("--process-dependency-links", "", false),
];

/// The algorithms that a hash may have.
const HASHES: [&str; 3] = ["sha256", "sha384", "sha512"];

/// Reads the words after a requirement, or of a line that begins with an option.
pub(super) fn read(text: &str, words: &[TextRange]) -> Result<Vec<Given>, SyntaxProblem> {
    let mut found = Vec::new();
    let words = joined(text, words);
    let mut rest = words.iter();
    while let Some(&word) = rest.next() {
        let written = word.slice(text);
        let problem = |message: String| SyntaxProblem { range: word, message };
        let (name, attached) = parted(written);
        let Some(&(long, letter, takes_value)) = OPTIONS.iter().find(|option| is_named(option, name)) else {
            return Err(problem(format!("a list for pip has no option `{name}`")));
        };
        let purpose = match letter {
            "r" => Purpose::Requirements,
            "c" => Purpose::Constraints,
            _ if long == "--hash" => Purpose::Hash,
            _ => Purpose::Other,
        };
        let mut value = None;
        if takes_value {
            let behind = attached.map(|at| TextRange::new(word.start + at as u32, word.end));
            value = behind.or_else(|| rest.next().copied()).map(|value| unquoted(text, value));
            if value.is_none_or(|value| value.is_empty()) {
                return Err(problem(format!("`{name}` names nothing")));
            }
        }
        if let (Purpose::Hash, Some(value)) = (purpose, value) {
            let algorithm = value.slice(text).split(':').next().unwrap_or("");
            if !HASHES.contains(&algorithm) || algorithm.len() + 1 >= value.slice(text).len() {
                return Err(problem("a hash is `sha256:`, `sha384:` or `sha512:` and its digits".to_owned()));
            }
        }
        found.push(Given { purpose, value });
    }
    Ok(found)
}

/// The words as a shell parts them: one that opens a quotation goes on to the word that closes it.
fn joined(text: &str, words: &[TextRange]) -> Vec<TextRange> {
    let mut found: Vec<TextRange> = Vec::new();
    let mut open = None;
    for &word in words {
        let written = word.slice(text);
        let quote = open.or_else(|| written.chars().find(|c| matches!(c, '"' | '\'')));
        let odd = quote.is_some_and(|quote| written.matches(quote).count() % 2 == 1);
        match found.last_mut() {
            Some(last) if open.is_some() => last.end = word.end,
            _ => found.push(word),
        }
        open = if odd == open.is_none() { quote } else { None };
    }
    found
}

/// The name of an option, and where in its word a value begins that is attached to it.
fn parted(word: &str) -> (&str, Option<usize>) {
    if word.starts_with("--") {
        let end = word.find('=');
        return (word.get(..end.unwrap_or(word.len())).unwrap_or(word), end.map(|end| end + 1));
    }
    let end = word.char_indices().nth(2).map(|(at, _)| at);
    (word.get(..end.unwrap_or(word.len())).unwrap_or(word), end)
}

/// Whether an option is meant by a name, which may leave its last letters out.
fn is_named((long, letter, _): &(&str, &str, bool), name: &str) -> bool {
    match name.strip_prefix("--") {
        Some(begin) => !begin.is_empty() && long.starts_with(name),
        None => name.strip_prefix('-').is_some_and(|short| !short.is_empty() && short == *letter),
    }
}

/// A word without the quotes around it.
fn unquoted(text: &str, word: TextRange) -> TextRange {
    let written = word.slice(text);
    let quoted = ['"', '\'']
        .iter()
        .any(|quote| written.len() > 1 && written.starts_with(*quote) && written.ends_with(*quote));
    if quoted { TextRange::new(word.start + 1, word.end - 1) } else { word }
}
