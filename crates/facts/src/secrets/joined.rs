//! Tokens that are written as several string literals, which Python joins. It must not know what a token looks like.

use std::borrow::Cow;

use analyzer_source::TextRange;

use super::literal::{MOST_PIECES, byte_at, joint, pieces};
use super::tokens;
use crate::Secret;

/// How much of a text is joined, in bytes.
const LONGEST: usize = 8192;

/// The token of the form with this number whose keyword is at `start`, if the literal that holds it ends before the
/// token does.
pub(super) fn token(text: &str, number: usize, start: usize) -> Option<Secret> {
    let end = piece_end(text, start);
    let mut next = joint(text, end)?;
    // A scheme or a word may be in front of the keyword.
    let from = text.floor_char_boundary(start.saturating_sub(40));
    let mut folded = text.get(from..end)?.to_owned();
    // Where each piece begins, in what is joined and in the text.
    let mut origins = vec![(0, from)];
    for _ in 0..MOST_PIECES {
        let end = piece_end(text, next);
        origins.push((folded.len(), next));
        folded.push_str(text.get(next..end)?);
        match joint(text, end) {
            Some(more) if folded.len() < LONGEST => next = more,
            _ => break,
        }
    }
    // A token is followed by what ends it.
    folded.push('"');
    let mut secret = tokens::at(&folded, number, start - from)?;
    let origin = |offset: u32| {
        let piece = origins.partition_point(|&(begins, _)| begins <= offset as usize).checked_sub(1)?;
        let &(begins, at) = origins.get(piece)?;
        Some((piece, (at + offset as usize - begins) as u32))
    };
    let (first, start) = origin(secret.range.start)?;
    let (last, end) = origin(secret.range.end.checked_sub(1)?)?;
    secret.range = TextRange::new(start, end + 1);
    secret.joined = first != last;
    Some(secret)
}

/// Where the text of a literal ends that holds `at`: at a quote, or at what no token holds.
fn piece_end(text: &str, mut at: usize) -> usize {
    while !matches!(byte_at(text, at), 0 | b'"' | b'\'' | b'\\' | b'{' | 0x09..=0x0D | b' ') {
        at += 1;
    }
    at
}

/// The stretches of a text that hold a secret's value.
#[must_use]
pub fn secret_pieces<'a>(text: &'a str, secret: &Secret) -> Vec<&'a str> {
    let range = (secret.range.start as usize, secret.range.end as usize);
    let ranges = if secret.joined { pieces(text, range) } else { vec![range] };
    ranges.into_iter().filter_map(|(start, end)| text.get(start..end)).collect()
}

/// A secret's value.
#[must_use]
pub fn secret_value<'a>(text: &'a str, secret: &Secret) -> Cow<'a, str> {
    match secret_pieces(text, secret).as_slice() {
        [only] => Cow::Borrowed(only),
        several => Cow::Owned(several.concat()),
    }
}
