//! Where in a Python text a secret stands: in code, in a longer string, or in a comment.
//! It must not know how secrets are found.

use memchr::memchr3;

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

/// Tells each secret its place, and drops what only would be one elsewhere.
pub(super) fn place(text: &str, found: &mut Vec<Secret>) {
    let stretches = stretches(text);
    found.retain_mut(|secret| {
        let start = secret.range.start as usize;
        let after = stretches.partition_point(|stretch| stretch.start <= start);
        let stretch = after.checked_sub(1).and_then(|at| stretches.get(at)).filter(|stretch| start < stretch.end);
        let Some(stretch) = stretch else {
            // A bare word of code is no value; a token is one everywhere.
            return secret.kind.is_structured();
        };
        let literal = secret.literal.map(|literal| literal.start as usize);
        let opens = |literal: usize| (literal..literal + 3).contains(&stretch.start);
        if stretch.comment {
            secret.place = SecretPlace::Comment;
        } else if let Some(literal) = literal
            && opens(literal)
        {
            return true;
        } else if text.as_bytes().get(stretch.start..start).is_some_and(|before| before.iter().all(|b| matches!(b, b'"' | b'\''))) {
            // The whole of a string that is one of several joined ones, or a token that fills it.
            return true;
        } else if secret.place != SecretPlace::Fallback || literal.is_some() {
            secret.place = SecretPlace::Text;
        }
        secret.literal = None;
        // What asks to be replaced does so in documentation.
        !matches!(secret.kind, SecretKind::Placeholder | SecretKind::Default)
    });
}
