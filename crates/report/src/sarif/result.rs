//! A finding as a SARIF result. It must not know the other results.

use std::borrow::Cow;
use std::fmt::Write as _;

use analyzer_diagnostics::{Finding, Location, RelatedLocation, RuleInfo, SourceLines};

use super::limits::Budget;
use super::model::{
    Artifact, Change, CodeFlow, Context, Fingerprints, Fix, Physical, Place, Region, Replacement,
    SarifResult, Step, Suppression, Text, ThreadFlow,
};
use super::{ROOT, rules, uri};
use crate::properties::properties;

/// Bytes of source that are shown of one place; longer ones are left out rather than misquoted.
const MAX_SNIPPET: usize = 1_000;
/// Related places that a message links to.
const MAX_LINKS: usize = 20;

/// How places are written.
#[derive(Clone, Copy)]
pub(super) struct Style<'a> {
    /// Prefix of paths; see [`crate::RenderOptions::path_prefix`].
    pub(super) prefix: &'a str,
    pub(super) budget: Budget,
    /// Whether each result says if the baseline knows it.
    pub(super) baseline: bool,
}

pub(super) fn result<'a>(finding: &'a Finding, rules: &[&RuleInfo], style: Style<'_>) -> SarifResult<'a> {
    let related = style.budget.related(finding);
    let place = |related| place(related, style);
    let numbered =
        |(index, related): (usize, &'a RelatedLocation)| Place { id: Some(index + 1), ..place(related) };
    // Two places or more are a way through the code, such as the hops of an import cycle.
    let flow = || CodeFlow {
        thread_flows: [ThreadFlow {
            locations: related.iter().map(|related| Step { location: place(related) }).collect(),
        }],
    };
    SarifResult {
        rule_id: &finding.rule,
        rule_index: rules::index(&finding.rule, rules),
        level: finding.severity.as_str(),
        baseline_state: style.baseline.then_some(if finding.baselined { "unchanged" } else { "new" }),
        message: Text { text: message(finding, related) },
        locations: [Place {
            id: None,
            physical_location: physical(&finding.location, &finding.source, style),
            message: None,
        }],
        related_locations: related.iter().enumerate().map(numbered).collect(),
        code_flows: if related.len() >= 2 { vec![flow()] } else { Vec::new() },
        partial_fingerprints: Fingerprints { line_hash: &finding.line_hash, own: &finding.fingerprint },
        fixes: fixes(finding, style),
        suppressions: if finding.suppressed { vec![Suppression { kind: "inSource" }] } else { Vec::new() },
        properties: properties(finding),
    }
}

/// The finding's message, and links to its related places by their ids.
fn message<'a>(finding: &'a Finding, related: &[RelatedLocation]) -> Cow<'a, str> {
    let text = if finding.message.trim().is_empty() { finding.rule.as_str() } else { &finding.message };
    if related.is_empty() {
        return rules::sentence(text);
    }
    // Brackets that would read as a link are the only ones that must be escaped.
    let mut linked = rules::sentence(text).replace("](", "]\\(");
    linked.push_str(" See ");
    for (index, related) in related.iter().take(MAX_LINKS).enumerate() {
        if index > 0 {
            linked.push_str(", ");
        }
        linked.push('[');
        for c in label(related).chars() {
            match c {
                '[' | ']' | '\\' => linked.extend(['\\', c]),
                '\n' | '\r' => linked.push(' '),
                _ => linked.push(c),
            }
        }
        // Writing into a string cannot fail.
        let _ = write!(linked, "]({})", index + 1);
    }
    match related.len().saturating_sub(MAX_LINKS) {
        0 => linked.push('.'),
        more => {
            let _ = write!(linked, " and {more} more.");
        }
    }
    Cow::Owned(linked)
}

fn label(related: &RelatedLocation) -> Cow<'_, str> {
    if related.message.trim().is_empty() {
        Cow::Owned(format!("{}:{}", related.location.path, related.location.start.line))
    } else {
        Cow::Borrowed(&related.message)
    }
}

fn place<'a>(related: &'a RelatedLocation, style: Style<'_>) -> Place<'a> {
    Place {
        id: None,
        physical_location: physical(&related.location, &related.source, style),
        message: Some(Text { text: label(related) }),
    }
}

fn physical<'a>(location: &'a Location, source: &'a SourceLines, style: Style<'_>) -> Physical<'a> {
    let shown = style.budget.source;
    Physical {
        artifact_location: artifact(&location.path, style),
        region: Region { snippet: if shown { snippet(location, source) } else { None }, ..region(location) },
        context_region: if shown { context(location, source) } else { None },
    }
}

fn artifact<'a>(path: &'a str, style: Style<'_>) -> Artifact<'a> {
    let uri = uri::relative(path);
    let uri = if style.prefix.is_empty() {
        uri
    } else {
        Cow::Owned(uri::relative(style.prefix).into_owned() + &uri)
    };
    Artifact { uri, uri_base_id: ROOT }
}

/// All four numbers, as code scanning wants them; what is not known counts as the first.
fn region(location: &Location) -> Region<'_> {
    let (start, end) = (location.start, location.end.max(location.start));
    Region {
        start_line: start.line.max(1),
        start_column: start.column_utf16.max(1),
        end_line: end.line.max(1),
        end_column: end.column_utf16.max(1),
        snippet: None,
    }
}

/// The text of the range, where all of it was kept.
fn snippet<'a>(location: &Location, source: &'a SourceLines) -> Option<Text<'a>> {
    let start = location.range.start.checked_sub(source.offset)? as usize;
    let end = location.range.end.checked_sub(source.offset)? as usize;
    let text = source.text.get(start..end)?;
    (!text.is_empty() && text.len() <= MAX_SNIPPET).then(|| Text { text: text.into() })
}

/// The whole lines of the range, where they hold more than the range itself and all of them were kept.
fn context<'a>(location: &Location, source: &'a SourceLines) -> Option<Context<'a>> {
    let text = source.text.as_str();
    let fits = !text.is_empty() && text.len() <= MAX_SNIPPET && source.first_line >= 1;
    let kept = location.range.start >= source.offset
        && location.range.end as usize <= source.offset as usize + text.len();
    let more =
        location.range.len() as usize + text.len() - text.trim_end_matches(['\n', '\r']).len() < text.len();
    (fits && kept && more && location.start.line >= source.first_line).then(|| Context {
        start_line: source.first_line,
        end_line: location.end.line.max(source.first_line),
        snippet: Text { text: text.into() },
    })
}

fn fixes<'a>(finding: &'a Finding, style: Style<'_>) -> Vec<Fix<'a>> {
    let mut places = finding.fix_locations.iter();
    let fixes = finding.fixes().map(|fix| {
        let edits = fix.edits.iter().zip(places.by_ref());
        let replacements = edits.map(|(edit, at)| Replacement {
            deleted_region: region(at),
            inserted_content: Text { text: edit.content.as_str().into() },
        });
        let artifact_location = artifact(&finding.location.path, style);
        Fix {
            description: Text { text: rules::sentence(&fix.title) },
            artifact_changes: [Change { artifact_location, replacements: replacements.collect() }],
        }
    });
    fixes.filter(|fix| fix.artifact_changes.iter().all(|change| !change.replacements.is_empty())).collect()
}
