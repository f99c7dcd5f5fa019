//! One requirement, as PEP 508 writes it. It must not know what kind of file it is in.

use std::str::FromStr;

use analyzer_source::TextRange;
use compact_str::{CompactString, ToCompactString};
use pep508_rs::{Requirement as Pep508, VerbatimUrl, VersionOrUrl};

use crate::{Requirement, SyntaxProblem};

/// Reads the requirement in the bytes from `start` to `end`; none where it names only a place, or is filled in later.
pub(super) fn read(
    text: &str,
    start: usize,
    end: usize,
    list: &str,
) -> Result<Option<Requirement>, SyntaxProblem> {
    let written = text.get(start..end).unwrap_or("");
    if written.is_empty() || is_place(written) || written.contains('$') || written.contains("{{") {
        return Ok(None);
    }
    // Line breaks that a backslash hides are blanks, so that every offset stays.
    let joined = written.replace("\\\r\n", "   ").replace("\\\n", "  ");
    let range = TextRange::new(start as u32, (start + written.trim_end().len()) as u32);
    if a_name_ends_in_a_sign(&joined) {
        let message = "not a requirement: a name must end with a letter or a digit".to_owned();
        return Err(SyntaxProblem { range, message });
    }
    let mut arbitrary = false;
    let parsed = match Pep508::<VerbatimUrl>::from_str(&joined) {
        Ok(parsed) => parsed,
        Err(error) => match arbitrary_left_out(&joined) {
            Some(parsed) => {
                arbitrary = true;
                parsed
            }
            None => return Err(SyntaxProblem { range, message: told(&error.message.to_string()) }),
        },
    };
    let (versions, direct) = match &parsed.version_or_url {
        Some(VersionOrUrl::VersionSpecifier(versions)) => (versions.to_compact_string(), false),
        Some(VersionOrUrl::Url(_)) => (CompactString::default(), true),
        None => (CompactString::default(), false),
    };
    let (from, to) = versions_at(&joined);
    Ok(Some(Requirement {
        name: parsed.name.to_compact_string(),
        range,
        versions_range: TextRange::new((start + from) as u32, (start + to) as u32),
        versions,
        extras: extras(parsed.extras.iter().map(|extra| extra.to_string())),
        marker: parsed.marker.try_to_string().map(CompactString::from).unwrap_or_default(),
        list: CompactString::new(list),
        plain: !joined.contains('('),
        direct: direct || arbitrary,
    }))
}

/// Whether the name, or one in brackets after it, ends with `.`, `-` or `_`: the parser panics there.
fn a_name_ends_in_a_sign(written: &str) -> bool {
    let names = written.split(['=', '<', '>', '!', '~', ';', '@', '(']).next().unwrap_or("");
    let is_sign = |c: char| matches!(c, '.' | '-' | '_');
    let following = names.chars().skip(1).map(Some).chain([None]);
    names.chars().zip(following).any(|(c, next)| {
        is_sign(c) && !next.is_some_and(|next| next.is_ascii_alphanumeric() || is_sign(next))
    })
}

/// A requirement without its `===`, which may come before any text and so is not compared with other versions.
fn arbitrary_left_out(written: &str) -> Option<Pep508<VerbatimUrl>> {
    let (before, rest) = written.split_once("===")?;
    let rest = rest.trim_start();
    let end = rest.find([' ', ',', ';', ')']).unwrap_or(rest.len());
    let (text, behind) = rest.split_at_checked(end)?;
    (!text.is_empty()).then_some(())?;
    Pep508::from_str(&format!("{before}{behind}")).ok()
}

/// The first line of a parser's message, as the end of a sentence.
fn told(message: &str) -> String {
    let reason = message.lines().next().unwrap_or("");
    let mut letters = reason.chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    format!("not a requirement: {first}{}", letters.as_str())
}

/// Whether a requirement is a path or an address and not a name.
fn is_place(written: &str) -> bool {
    let first = written.split([' ', ';', '@']).next().unwrap_or("");
    first.starts_with(['.', '/', '~', '<', '{', '%'])
        || first.contains("://")
        || first.contains('\\')
        || [".whl", ".zip", ".tar.gz"].iter().any(|end| first.ends_with(end))
        || first.contains('/')
        || written.starts_with("git+")
}

/// Place of the versions in a requirement: an empty place after the name and its extras if there are none.
fn versions_at(written: &str) -> (usize, usize) {
    let head = written.split(';').next().unwrap_or(written);
    let end = head.trim_end().len();
    let name =
        head.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(end);
    let extras = head.get(name..).and_then(|rest| {
        let rest_start = name + (rest.len() - rest.trim_start().len());
        let rest = rest.trim_start().strip_prefix('[')?;
        Some(rest_start + 1 + rest.find(']')? + 1)
    });
    let behind = extras.unwrap_or(name).min(end);
    let from = head.get(behind..end).map_or(end, |rest| behind + (rest.len() - rest.trim_start().len()));
    if from >= end { (behind, behind) } else { (from, end) }
}

/// Extras as they are compared.
pub(super) fn extras(named: impl Iterator<Item = String>) -> CompactString {
    let mut named: Vec<String> = named.collect();
    named.sort_unstable();
    named.dedup();
    named.join(",").into()
}

/// A name as package indexes compare it (PEP 503).
pub(super) fn normalised(name: &str) -> CompactString {
    let mut out = CompactString::default();
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            c => out.push(c.to_ascii_lowercase()),
        }
    }
    out
}

/// The place of a string's content, if it is written without escapes.
pub(super) fn content_at(text: &str, span: std::ops::Range<usize>, content: &str) -> Option<(usize, usize)> {
    let start = span.start + text.get(span)?.find(content)?;
    Some((start, start + content.len()))
}
