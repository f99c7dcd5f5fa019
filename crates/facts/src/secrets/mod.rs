//! Secrets in a text, whatever else the text is: one pass of an automaton over it, and a closer look at each hit.
//! Its results never hold a value. It must not know rules, paths or other files.
//!
//! A name is found by the automaton and read on from there as far as its value, token by token; so a secret is found
//! in code, comments and docstrings alike, and no damage elsewhere in the file can hide it.

mod beside;
mod binding;
mod calls;
mod chosen;
mod config;
mod joined;
mod literal;
mod names;
mod python;
mod tokens;
mod value;
mod words;

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use analyzer_source::TextRange;
use compact_str::CompactString;

use crate::{Secret, SecretKind, SecretPlace};
use binding::Bound;
pub(crate) use config::in_config;
pub use joined::{secret_pieces, secret_value};
use names::Class;
use value::{Position, Verdict, judge};

/// Parts of names that mean a credential, in the spellings that occur; a first letter that may be a capital is left out.
const NAMES: [&str; 46] = [
    "assw",
    "ASSW",
    "assphrase",
    "ASSPHRASE",
    "asscode",
    "PASSCODE",
    "pwd",
    "PWD",
    "_pass",
    "_PASS",
    "ecret",
    "ECRET",
    "oken",
    "OKEN",
    "redential",
    "REDENTIAL",
    "_key",
    "_KEY",
    "-key",
    "-Key",
    "ikey",
    "iKey",
    "IKEY",
    "sskey",
    "ssKey",
    "tKey",
    "hKey",
    "eKey",
    "gKey",
    "nKey",
    "rKey",
    "-KEY",
    "tkey",
    "jwt",
    "JWT",
    "uthorization",
    "UTHORIZATION",
    "PASS",
    "\"pass\"",
    "'pass'",
    "\"pw\"",
    "'pw'",
    "_pw",
    "_PW",
    "Pass",
    "Pwd",
];
/// Calls that take credentials by position.
const CALLS: [&str; 5] = ["login(", "connect(", "uth(", "uth=(", "enticate("];
/// How the name of one more goes on after `_pw`.
const PW_SET: &str = "_set(";
/// Names of accounts, as keys of configuration whose value may be the same word, and the shortest name of a password.
const ACCOUNTS: [&str; 6] = ["admin", "root", "guest", "postgres", "pass", "PASS"];

/// Where the patterns of each group begin in an automaton.
struct Finder {
    automaton: Option<AhoCorasick>,
    tokens: usize,
    calls: usize,
    accounts: usize,
}

impl Finder {
    fn new(accounts: &[&str]) -> Self {
        let names = NAMES.iter().copied();
        let patterns = names.chain(tokens::KEYWORDS).chain(CALLS).chain(accounts.iter().copied());
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns);
        let calls = NAMES.len() + tokens::KEYWORDS.len();
        Self { automaton: automaton.ok(), tokens: NAMES.len(), calls, accounts: calls + CALLS.len() }
    }
}

static PYTHON: LazyLock<Finder> = LazyLock::new(|| Finder::new(&[]));
static CONFIG: LazyLock<Finder> = LazyLock::new(|| Finder::new(&ACCOUNTS));

/// Whether a text may hold a secret at all.
#[must_use]
pub fn may_hold_secrets(text: &[u8]) -> bool {
    CONFIG.automaton.as_ref().is_some_and(|automaton| automaton.is_match(text))
}

/// The secrets of a Python text, in its order.
#[must_use]
pub fn in_python(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    let Some(automaton) = &PYTHON.automaton else { return found };
    let mut seen = 0;
    for hit in automaton.find_iter(text.as_bytes()) {
        let pattern = hit.pattern().as_usize();
        if pattern >= PYTHON.calls {
            calls::positional(text, hit.start(), hit.end(), &mut |bound| add(text, bound, &mut found));
        } else if pattern >= PYTHON.tokens {
            let number = pattern - PYTHON.tokens;
            let token = joined::token(text, number, hit.start());
            found.extend(token.or_else(|| tokens::at(text, number, hit.start())));
        } else if hit.end() > seen {
            if text.get(hit.end()..).is_some_and(|rest| rest.starts_with(PW_SET)) {
                let behind = hit.end() + PW_SET.len();
                calls::positional(text, hit.start(), behind, &mut |bound| add(text, bound, &mut found));
            }
            let (start, end) = unquoted(text, hit.start(), hit.end());
            let name = binding::name_at(text, start, end);
            seen = name.end;
            binding::values_of(text, &name, &mut |bound| add(text, bound, &mut found));
        }
    }
    if !found.is_empty() {
        python::place(text, &mut found);
    }
    settle(found)
}

/// A hit without the quotes that some patterns have.
fn unquoted(text: &str, start: usize, end: usize) -> (usize, usize) {
    let quoted = matches!(text.as_bytes().get(start), Some(b'"' | b'\''));
    if quoted { (start + 1, end - 1) } else { (start, end) }
}

/// Judges a value, and keeps it if it is a credential.
fn add(text: &str, bound: Bound, found: &mut Vec<Secret>) {
    let place = match (bound.prose, bound.fallback) {
        _ if bound.setting => SecretPlace::Config,
        (true, _) => SecretPlace::Text,
        (_, true) => SecretPlace::Fallback,
        _ => SecretPlace::Code,
    };
    add_at(text, bound, place, found);
}

fn add_at(text: &str, bound: Bound, place: SecretPlace, found: &mut Vec<Secret>) {
    let pieces = if bound.joined { literal::pieces(text, bound.value) } else { vec![bound.value] };
    let texts: Vec<&str> = pieces.iter().filter_map(|&(start, end)| text.get(start..end)).collect();
    let [first, more @ ..] = texts.as_slice() else { return };
    let whole = if more.is_empty() { Cow::Borrowed(*first) } else { Cow::Owned(texts.concat()) };
    let mut value = &*whole;
    let mut start = bound.value.0;
    if bound.class == Class::Header {
        let Some(rest) = value::without_scheme(value) else { return };
        start += value.len() - rest.len();
        value = rest;
    }
    let Bound { name, class, loose, compared, .. } = bound;
    let expected =
        bound.expected || compared && class.is_password() && beside::compares_user(text, bound.value.0);
    // In Python code a bare setting is one of a connection string; words are judged there as in code.
    let judged = if bound.setting { SecretPlace::Code } else { place };
    let mut position = Position { name, class, place: judged, loose, compared, expected };
    let mut verdict = judge(value, &position);
    let names_user = || !name.is_empty() && bound.at > 0 && beside::expects(text, bound.at);
    if matches!(verdict, Verdict::None | Verdict::Word)
        && class.is_password()
        && !(loose || expected || bound.prose || compared)
        && names_user()
    {
        position.expected = true;
        verdict = judge(value, &position);
    }
    let (kind, doubtful) = match verdict {
        Verdict::None => return,
        Verdict::Doubtful if class == Class::Password => (SecretKind::Password, true),
        Verdict::Credential if bound.class == Class::Password => (SecretKind::Password, false),
        Verdict::Credential => (SecretKind::Key, false),
        Verdict::Doubtful => (SecretKind::Key, true),
        Verdict::Default => (SecretKind::Default, false),
        Verdict::Placeholder => (SecretKind::Placeholder, false),
        Verdict::Word => (SecretKind::Word, true),
    };
    let mut secret = secret(kind, text, (start, bound.value.1), bound.name, place);
    secret.length = value.chars().count() as u32;
    secret.joined = bound.joined;
    secret.doubtful = doubtful;
    secret.literal = bound.literal.map(|(start, end)| TextRange::new(start as u32, end as u32));
    secret.bytes = bound.bytes;
    found.push(secret);
}

/// The description of a value; a name that is no name is left out.
fn secret(
    kind: SecretKind,
    text: &str,
    (start, end): (usize, usize),
    name: &str,
    place: SecretPlace,
) -> Secret {
    const LONGEST_NAME: usize = 64;
    let name = if name.len() <= LONGEST_NAME { name } else { "" };
    Secret {
        kind,
        range: TextRange::new(start as u32, end as u32),
        literal: None,
        bytes: false,
        joined: false,
        name: CompactString::new(name),
        length: text.get(start..end).unwrap_or("").chars().count() as u32,
        prefix: CompactString::default(),
        place,
        doubtful: false,
    }
}

/// Sorts, and leaves one secret where several overlap: the one whose form says most. It keeps the name of the others,
/// unless that holds a secret itself.
fn settle(mut found: Vec<Secret>) -> Vec<Secret> {
    found.sort_by_key(|one| (one.range.start, !one.kind.is_structured(), one.kind, one.literal.is_none()));
    let mut kept: Vec<Secret> = Vec::with_capacity(found.len());
    for next in found {
        let Some(last) = kept.last_mut().filter(|last| next.range.start < last.range.end) else {
            kept.push(next);
            continue;
        };
        let (mut winner, loser) = if next.kind.is_structured() && !last.kind.is_structured() {
            (next, last.clone())
        } else {
            (last.clone(), next)
        };
        // Of `password = os.getenv("DB_PASSWORD", "value")` the second name is the one to look for.
        if winner.name.is_empty() || loser.place == SecretPlace::Fallback && !loser.name.is_empty() {
            winner.name = loser.name;
        }
        if loser.range == winner.range && winner.literal.is_none() {
            (winner.literal, winner.bytes) = (loser.literal, loser.bytes);
        }
        *last = winner;
    }
    kept
}

#[cfg(test)]
mod tests;
