//! Reviewdog's diagnostic format, as JSON. It must not know reviewdog's reporters.
//!
//! The fields are those of `proto/rdf/reviewdog.proto`. Columns count bytes of UTF-8, and the end of a range is exclusive.

use std::io::{self, Write};

use analyzer_diagnostics::{Applicability, Finding, Location, Position, Report, RuleInfo, Severity};
use serde::Serialize;

use crate::RenderOptions;
use crate::finding::{details, mark, rule_of};
use crate::inert::Json;
use crate::json::{Point, Range};

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Place<'a>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Place<'a>,
}

/// Writes one result with one diagnostic per line.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let out = &mut Json(out);
    let source = serde_json::json!({"name": "analyzer", "url": options.tool_url});
    write!(out, "{{\"source\": {source},\n\"severity\": \"WARNING\",\n\"diagnostics\": [")?;
    for (index, finding) in options.reported(report).enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &diagnostic(finding, rules, options))?;
    }
    out.write_all(b"\n]}\n")
}

fn diagnostic<'a>(finding: &'a Finding, rules: &[&RuleInfo], options: &RenderOptions) -> Diagnostic<'a> {
    let url = rule_of(finding, rules).and_then(|rule| options.rule_url(&rule.family, &rule.name));
    let related = finding
        .related
        .iter()
        .map(|related| Related { message: &related.message, location: place(&related.location) });
    Diagnostic {
        message: format!("{}{}", details(finding), mark(finding)),
        location: place(&finding.location),
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: Code { value: &finding.rule, url },
        suggestions: suggestions(finding),
        related_locations: related.collect(),
    }
}

/// The fixes that consist of one edit: suggestions are taken one by one, and a part of a fix is none.
fn suggestions(finding: &Finding) -> Vec<Suggestion<'_>> {
    let mut places = finding.fix_locations.iter();
    let mut suggestions = Vec::new();
    for fix in finding.fixes() {
        let at: Vec<&Location> = places.by_ref().take(fix.edits.len()).collect();
        if let ([edit], [at]) = (fix.edits.as_slice(), at.as_slice())
            && fix.applicability > Applicability::Display
        {
            suggestions.push(Suggestion { range: range(at), text: &edit.content });
        }
    }
    suggestions
}

fn place(location: &Location) -> Place<'_> {
    Place { path: &location.path, range: range(location) }
}

fn range(location: &Location) -> Range {
    Range { start: point(location.start), end: point(location.end.max(location.start)) }
}

fn point(position: Position) -> Point {
    Point { line: position.line.max(1), column: position.column_utf8.max(1) }
}
