//! Secrets in a text of configuration. It must not know how entries are written, nor judge values.

use crate::config_text::ConfigKind;
use crate::config_text::entry::{Entries, Entry};
use crate::config_text::notebook;
use crate::{Secret, SecretKind, SecretPlace};

use super::binding::Bound;
use super::names::{self, Class};
use super::words::{self, folded};
use super::{CONFIG, add_at, in_python, secret, settle, tokens};

/// How far entries beside one are looked for: lines in either direction, and bytes within braces.
const LINES: usize = 8;
const BYTES: usize = 600;

/// The secrets of a text of configuration, in its order.
pub(crate) fn in_config(text: &str, kind: ConfigKind) -> Vec<Secret> {
    let mut found = Vec::new();
    let Some(automaton) = &CONFIG.automaton else { return found };
    let entries = Entries::new(text, kind);
    let tokens_only = matches!(kind, ConfigKind::Notebook | ConfigKind::KeyFile);
    let mut seen = 0;
    for hit in automaton.find_iter(text.as_bytes()) {
        let pattern = hit.pattern().as_usize();
        if (CONFIG.tokens..CONFIG.calls).contains(&pattern) {
            found.extend(token(text, pattern - CONFIG.tokens, hit.start(), &entries));
            continue;
        }
        if tokens_only || (CONFIG.calls..CONFIG.accounts).contains(&pattern) || hit.end() <= seen {
            continue;
        }
        let (start, end) = super::unquoted(text, hit.start(), hit.end());
        let entry = entries.at(start, end).or_else(|| entries.pair_at(start, end));
        let Some(entry) = entry else { continue };
        seen = entry.key.1;
        add_entry(text, kind, &entry, &mut found);
    }
    if kind == ConfigKind::Notebook {
        found.extend(notebook::cells(text).iter().flat_map(in_cell));
    }
    settle(found)
}

/// A token, and a URL with a password, unless a description shows how one is written.
fn token(text: &str, number: usize, at: usize, entries: &Entries) -> Option<Secret> {
    let mut token = tokens::at(text, number, at)?;
    if token.kind == SecretKind::UrlPassword {
        if is_example_entry(text, at) {
            return None;
        }
        if entries.in_comment(at) {
            token.place = SecretPlace::Comment;
            return (!token.doubtful).then_some(token);
        }
    }
    token.place = SecretPlace::Config;
    Some(token)
}

/// The secrets of a cell of a notebook, at their places in its file.
fn in_cell(cell: &notebook::Cell) -> Vec<Secret> {
    let mut found = in_python(&cell.text);
    found.retain_mut(|secret| {
        let (start, end) = (secret.range.start as usize, secret.range.end as usize);
        let Some((start, end)) = cell.range(start, end) else { return false };
        secret.range = analyzer_source::TextRange::new(start as u32, end as u32);
        // Pieces are told apart by quotes, which are escaped there.
        (secret.literal, secret.joined) = (None, false);
        true
    });
    found
}

fn add_entry(text: &str, kind: ConfigKind, entry: &Entry, found: &mut Vec<Secret>) {
    let (Some(key), Some(value)) =
        (text.get(entry.key.0..entry.key.1), text.get(entry.value.0..entry.value.1))
    else {
        return;
    };
    if words::is_account(key) && key == value && !entry.embedded && !entry.inner {
        found.push(secret(SecretKind::Default, text, entry.value, key, SecretPlace::Config));
        return;
    }
    let Some(class) = names::class(key) else { return };
    let connection = if entry.inner { connection(text, entry) } else { None };
    let bound = Bound {
        name: key,
        value: entry.value,
        class,
        loose: entry.embedded || entry.inner && connection.is_none(),
        expected: class == Class::Password
            && (entry.variable && kind != ConfigKind::Shell
                || is_exported(key)
                || connection == Some(true)
                || has_user(text, kind, entry)),
        ..Bound::default()
    };
    add_at(text, bound, SecretPlace::Config, found);
}

/// Whether a key is written like a variable of the environment: `DB_PASSWORD`.
fn is_exported(key: &str) -> bool {
    key.contains('_')
        && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Of `host=db user=app password=…` whether it names a user; none where it is no connection string and no option.
fn connection(text: &str, entry: &Entry) -> Option<bool> {
    let line_start = text.get(..entry.key.0)?.rfind('\n').map_or(0, |line| line + 1);
    let line_end = text.get(entry.key.0..)?.find('\n').map_or(text.len(), |line| entry.key.0 + line);
    let line = text.get(line_start..line_end)?.to_lowercase();
    let settings =
        ["host=", "uid=", "user id=", "server=", "dbname=", "database=", "driver=", "data source="];
    let user = ["user=", "uid=", "user id=", "username="].iter().any(|user| line.contains(user));
    let option = text.get(..entry.key.0)?.ends_with("--");
    (option || user || settings.iter().any(|setting| line.contains(setting))).then_some(user)
}

/// Whether an entry is beside that of a user.
fn has_user(text: &str, kind: ConfigKind, entry: &Entry) -> bool {
    let at = entry.key.0;
    let before = text.get(..at).unwrap_or("");
    let behind = text.get(entry.value.1..).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |line| line + 1);
    let own = before.get(start..).unwrap_or("");
    if kind == ConfigKind::Json || own.contains('{') {
        let near = before.get(before.ceil_char_boundary(before.len().saturating_sub(BYTES))..).unwrap_or("");
        let near = near.rsplit(['{', '}']).next().unwrap_or("");
        let far = behind.get(..behind.floor_char_boundary(BYTES)).unwrap_or("");
        let far = far.split(['{', '}']).next().unwrap_or("");
        return near.split([',', '\n']).chain(far.split([',', '\n'])).any(is_user);
    }
    let column = own.len() - own.trim_start_matches([' ', '\t', '-']).len();
    let parted = |line: &&str| !line.trim_start().starts_with('[');
    let beside =
        |line: &str| line.len() - line.trim_start_matches([' ', '\t', '-']).len() == column && is_user(line);
    let above = before.get(..start).unwrap_or("").lines().rev().take(LINES).take_while(parted);
    let below = behind.lines().skip(1).take(LINES).take_while(parted);
    above.chain(below).any(beside)
}

/// Whether a line binds the name of a user to a value.
fn is_user(line: &str) -> bool {
    let Some((key, value)) = line.split_once([':', '=']) else { return false };
    let names = words::words(key.trim_matches([' ', '\t', '-', '"', '\'']));
    let user = names.last().is_some_and(|last| {
        matches!(
            last.as_str(),
            "user" | "username" | "login" | "uid" | "account" | "userid" | "usr" | "email"
        )
    });
    let value = value.trim().trim_end_matches(',').trim_matches(['"', '\'']);
    let repeats =
        matches!(folded(value).as_str(), "" | "user" | "username" | "login" | "string" | "text" | "email");
    user && !repeats && !value.contains(' ')
}

/// Whether the line that holds `at` is the entry `example` of a description: it shows how a value is written.
fn is_example_entry(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let line = before.get(before.rfind('\n').map_or(0, |line| line + 1)..).unwrap_or("");
    let key = line.split_once(':').map_or("", |(key, _)| key.trim_matches([' ', '\t', '-', '"', '\'']));
    matches!(key, "example" | "examples")
}
