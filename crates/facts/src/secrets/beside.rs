//! Neighbours of the name of a password: a user that it is given with, other settings of a connection.
//! It must not judge values.

use super::literal::{byte_at, is_word, literal_at, skip_blanks, word_end};
use super::words::folded;

/// How far a call or a dictionary is read in either direction, in bytes.
const FARTHEST: usize = 600;
/// How many lines above and below a statement are read.
const LINES: usize = 3;

/// Names of users, in lower case and with a capital.
const USERS: [&str; 9] = ["user", "User", "USER", "login", "LOGIN", "account", "uid", "email", "EMAIL"];
/// Values that merely repeat such a name, or give its type.
const NO_USERS: [&str; 14] = [
    "user",
    "username",
    "login",
    "uid",
    "name",
    "email",
    "account",
    "userid",
    "str",
    "string",
    "text",
    "none",
    "accountname",
    "loginname",
];
/// Other settings of a connection string, in lower case.
const SETTINGS: [&str; 11] = [
    "host=",
    "user=",
    "uid=",
    "user id=",
    "username=",
    "server=",
    "dbname=",
    "database=",
    "driver=",
    "data source=",
    "dsn=",
];

/// Whether a password at `at`, where its name begins, is given together with a user, or is the default of a parameter.
pub(super) fn expects(text: &str, at: usize) -> bool {
    match opening(text, at) {
        Some(open) => is_signature(text, open) || has_user(between(text, open)),
        None => has_user(around(text, at)),
    }
}

/// The bracket that encloses `at`, if it is near.
fn opening(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_u32;
    // The quote of a key opens nothing.
    let key = at.checked_sub(1).is_some_and(|before| matches!(byte_at(text, before), b'"' | b'\''));
    let mut at = at - usize::from(key);
    let limit = at.saturating_sub(FARTHEST);
    while at > limit {
        at -= 1;
        match byte_at(text, at) {
            quote @ (b'"' | b'\'') => {
                let line = bytes.get(limit..at)?;
                let line = line.rsplit(|&byte| byte == b'\n').next().unwrap_or(line);
                at -= line.len() - line.iter().rposition(|&byte| byte == quote)?;
            }
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' if depth == 0 => return Some(at),
            b'(' | b'[' | b'{' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a bracket opens the parameters of a function.
fn is_signature(text: &str, open: usize) -> bool {
    let before = text.get(..open).unwrap_or("");
    let name = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
    name.len() < before.len() && name.trim_end_matches([' ', '\t']).ends_with("def")
}

/// Text after an opening bracket, up to the one that closes it.
fn between(text: &str, open: usize) -> &str {
    let limit = open + 2 * FARTHEST;
    let mut depth = 0_u32;
    let mut at = open + 1;
    while at < limit {
        match byte_at(text, at) {
            0 => break,
            b'"' | b'\'' => {
                if let Some(literal) = literal_at(text, at) {
                    at = literal.whole.1;
                    continue;
                }
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => break,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    text.get(open + 1..at).unwrap_or("")
}

/// Some lines above and below `at`.
fn around(text: &str, at: usize) -> &str {
    let (before, behind) = (text.get(..at).unwrap_or(""), text.get(at..).unwrap_or(""));
    let start = memchr::memrchr_iter(b'\n', before.as_bytes()).nth(LINES).unwrap_or(0);
    let end = memchr::memchr_iter(b'\n', behind.as_bytes()).nth(LINES).map_or(text.len(), |line| at + line);
    text.get(start..end).unwrap_or("")
}

/// Whether a literal is bound to the name of a user.
fn has_user(text: &str) -> bool {
    USERS.iter().any(|user| {
        text.match_indices(user).any(|(at, _)| {
            let before = at.checked_sub(1).map_or(0, |before| byte_at(text, before));
            !before.is_ascii_alphanumeric() && names_someone(text, word_end(text, at))
        })
    })
}

/// Whether a literal is bound to the name that ends at `at`, which says who somebody is.
fn names_someone(text: &str, mut at: usize) -> bool {
    while matches!(byte_at(text, at), b'"' | b'\'' | b']') {
        at += 1;
    }
    at = skip_blanks(text, at);
    if !matches!(byte_at(text, at), b'=' | b':') || byte_at(text, at + 1) == b'=' {
        return false;
    }
    let literal = literal_at(text, skip_blanks(text, at + 1));
    let value = literal.and_then(|literal| text.get(literal.value.0..literal.value.1)).unwrap_or("");
    is_someone(value)
}

/// Whether the line around `at` compares the name of a user with a literal too: `user == "bob" and password == "…"`.
pub(super) fn compares_user(text: &str, at: usize) -> bool {
    let (before, behind) = (text.get(..at).unwrap_or(""), text.get(at..).unwrap_or(""));
    let start = before.rfind('\n').map_or(0, |line| line + 1);
    let line = text.get(start..at + behind.find('\n').unwrap_or(behind.len())).unwrap_or("");
    line.match_indices("==").any(|(sign, _)| {
        let name = line.get(..sign).unwrap_or("").trim_end().trim_end_matches(['"', '\'', ']']);
        let from = name.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        let name = name.get(from..).unwrap_or("").to_lowercase();
        let user = name == "name" || USERS.iter().any(|user| name.contains(user));
        let literal = literal_at(line, skip_blanks(line, sign + 2));
        let value = literal.and_then(|literal| line.get(literal.value.0..literal.value.1)).unwrap_or("");
        user && is_someone(value)
    })
}

/// Whether a value says who somebody is, rather than what a user is called.
pub(super) fn is_someone(value: &str) -> bool {
    !value.is_empty() && !value.contains(' ') && !NO_USERS.contains(&folded(value).as_str())
}

/// Setting `name=value` inside a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    /// Where the value begins and ends.
    pub(super) value: (usize, usize),
    /// Whether the string names a user too.
    pub(super) user: bool,
}

/// The setting of a connection string, `host=db user=app password=…` or `Server=db;Pwd=…`, or the option of a command line,
/// whose name is at `start` and whose value begins at `at`.
pub(super) fn setting(text: &str, start: usize, at: usize) -> Option<Setting> {
    let before = text.get(..start)?;
    let line = before.get(before.rfind('\n').map_or(0, |line| line + 1)..)?;
    let from = start - line.len() + line.rfind(['"', '\''])?;
    let quote = byte_at(text, from);
    let rest = text.get(start..)?;
    let end = start + rest.find([char::from(quote), '\n'])?;
    let inner = text.get(from + 1..end)?.to_lowercase();
    let option = before.ends_with("--") || before.ends_with("--db-");
    let parted = before.ends_with([' ', ';', char::from(quote)]);
    let known = SETTINGS.iter().any(|setting| {
        inner
            .match_indices(setting)
            .any(|(at, _)| at.checked_sub(1).is_none_or(|before| !is_word(byte_at(&inner, before))))
    });
    if !(option || parted && known) {
        return None;
    }
    let value = text.get(at..end)?;
    let (skip, stop) = match byte_at(text, at) {
        b'\'' => (1, value.get(1..)?.find('\'')?),
        _ => (0, value.find([' ', ';', '\\', ',']).unwrap_or(value.len())),
    };
    let user = ["user=", "uid=", "user id=", "username="].iter().any(|user| inner.contains(user));
    (stop > 0).then_some(Setting { value: (at + skip, at + skip + stop), user })
}
