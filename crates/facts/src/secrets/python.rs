//! Place of a secret in a Python text: in code, in a longer string, or in a comment.
//! It must not know how secrets are found.

use analyzer_source::TextRange;
use memchr::memchr3;

use super::value::is_random;
use super::words::is_wordy;
use crate::{Secret, SecretKind, SecretPlace};

/// A stretch of text that is no code.
struct Stretch {
    start: usize,
    end: usize,
    comment: bool,
}

/// Strings and comments in order. A string that is not closed ends with its line, a triple-quoted one with the text.
fn stretches(text: &str) -> Vec<Stretch> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr3(b'#', b'"', b'\'', rest)) {
        let start = at + next;
        let end = if bytes[start] == b'#' {
            memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |line| start + line)
        } else {
            string_end(bytes, start)
        };
        found.push(Stretch { start, end, comment: bytes[start] == b'#' });
        at = end;
    }
    found
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let triple = bytes.get(start + 1) == Some(&quote) && bytes.get(start + 2) == Some(&quote);
    let mut at = start + if triple { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if !triple => return at,
            _ if byte == quote && !triple => return at + 1,
            _ if byte == quote && bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) => {
                return at + 3;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The literal that a token fills: prefix, quotes, token, quotes, and nothing around it that makes more of it.
fn whole_literal(text: &str, stretch: &Stretch, end: usize, quotes: &str) -> Option<TextRange> {
    if text.get(end..stretch.end)? != quotes {
        return None;
    }
    let before = text.get(..stretch.start)?;
    let prefix = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    let letters = before.get(before.len() - prefix..)?;
    let behind = text.get(stretch.end..)?.trim_start_matches([' ', '\t']).chars().next().unwrap_or('\n');
    let around = before.get(..before.len() - prefix)?.trim_end().chars().next_back().unwrap_or('\n');
    let plain = prefix <= 2 && letters.chars().all(|c| "bBrRuU".contains(c));
    let alone = "\n\r),]}:#;".contains(behind) && "=(,[{:".contains(around);
    (plain && alone).then(|| TextRange::new((stretch.start - prefix) as u32, stretch.end as u32))
}

fn is_triple(text: &str, quote: usize) -> bool {
    text.get(quote..).is_some_and(|rest| rest.starts_with("\"\"\"") || rest.starts_with("'''"))
}

/// Whether a comment behind a value says that it is made up: `# noqa: mock`, `# dummy`. Tokens of services are told anyway.
fn says_made_up(text: &str, secret: &Secret) -> bool {
    const WORDS: [&str; 6] = ["mock", "mocked", "dummy", "fake", "fictitious", "placeholder"];
    let rest = text.get(secret.range.end as usize..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("");
    !secret.kind.is_structured()
        && line.split_once('#').is_some_and(|(_, comment)| {
            comment
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()))
        })
}

/// Tells each secret its place, and drops what only would be one elsewhere.
pub(super) fn place(text: &str, found: &mut Vec<Secret>) {
    let stretches = stretches(text);
    found.retain_mut(|secret| {
        let start = secret.range.start as usize;
        let after = stretches.partition_point(|stretch| stretch.start <= start);
        let stretch =
            after.checked_sub(1).and_then(|at| stretches.get(at)).filter(|stretch| start < stretch.end);
        let Some(stretch) = stretch else {
            // A bare word of code is no value; a token is one everywhere.
            return secret.kind.is_structured();
        };
        let literal = secret.literal.map(|literal| literal.start as usize);
        let opens = |literal: usize| (literal..literal + 3).contains(&stretch.start);
        let quotes = text.get(stretch.start..start).unwrap_or("");
        let fills = quotes.bytes().all(|byte| matches!(byte, b'"' | b'\''));
        let prose = stretch.comment || is_triple(text, stretch.start);
        if prose && secret.doubtful && secret.kind == SecretKind::UrlPassword {
            return false;
        }
        if stretch.comment {
            secret.place = SecretPlace::Comment;
        } else if fills || literal.is_some_and(opens) {
            // `name: "text"` of code is an annotation.
            if secret.place == SecretPlace::Text {
                return false;
            }
            // Behind a scheme, or as one of several joined strings, it is not all of the literal.
            let whole =
                secret.literal.or_else(|| whole_literal(text, stretch, secret.range.end as usize, quotes));
            secret.literal = whole.filter(|_| fills);
            if says_made_up(text, secret) {
                return false;
            }
            secret.bytes |= secret.literal.is_some_and(|literal| literal.slice(text).starts_with(['b', 'B']));
            return true;
        } else if (secret.kind.is_structured() || secret.place == SecretPlace::Config)
            && !is_triple(text, stretch.start)
        {
            // A part of a string of code: the password of a URL.
            return true;
        } else if secret.place != SecretPlace::Fallback || literal.is_some() {
            secret.place = SecretPlace::Text;
        }
        secret.literal = None;
        // A password of prose is mostly made up; what was drawn at random may have been pasted.
        let value = secret.range.slice(text);
        if !secret.kind.is_structured() && (is_wordy(value) || !is_random(value)) {
            return false;
        }
        // Placeholders and defaults belong in documentation.
        !matches!(secret.kind, SecretKind::Placeholder | SecretKind::Default)
    });
}
