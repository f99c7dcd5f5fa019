//! GitLab's Code Quality report. It must not know GitLab's pipelines.
//!
//! The fields are those of "Code Quality report format" in GitLab's documentation.

use std::collections::BTreeSet;
use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Report, RuleInfo, Severity};
use serde::Serialize;

use crate::RenderOptions;
use crate::finding::{details, mark, rule_of, score};
use crate::inert::Json;

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Place<'a>,
    content: Content,
    categories: [&'static str; 1],
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

/// Writes a JSON array with one finding per line; paths count from the repository's root.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut used = BTreeSet::new();
    out.write_all(b"[")?;
    for (index, finding) in options.reported(report).enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let rule = rule_of(finding, rules);
        // GitLab takes two issues with one fingerprint for one issue.
        let mut fingerprint = finding.fingerprint.clone();
        let mut copy = 1;
        while !used.insert(fingerprint.clone()) {
            copy += 1;
            fingerprint = format!("{}-{copy}", finding.fingerprint);
        }
        let issue = Issue {
            description: &format!("{}{}", finding.message, mark(finding)),
            check_name: &finding.rule,
            fingerprint: &fingerprint,
            severity: severity(finding, rule),
            location: Place {
                path: &format!("{}{}", options.path_prefix, finding.location.path),
                lines: Lines { begin: finding.location.start.line, end: finding.location.end.line },
            },
            content: Content { body: details(finding) },
            categories: [category(rule)],
            kind: "issue",
        };
        serde_json::to_writer(Json(&mut *out), &issue)?;
    }
    out.write_all(if options.reported(report).next().is_none() { b"]\n" } else { b"\n]\n" })
}

/// GitLab knows five severities; security rules use the upper two by their score, as CVSS classes it.
fn severity(finding: &Finding, rule: Option<&RuleInfo>) -> &'static str {
    match (finding.severity, rule.map_or(0, score)) {
        (Severity::Note, _) => "info",
        (Severity::Warning, _) => "minor",
        (Severity::Error, 90..) => "blocker",
        (Severity::Error, 70..) => "critical",
        (Severity::Error, _) => "major",
    }
}

/// Code Climate's category, which the report format is a subset of.
fn category(rule: Option<&RuleInfo>) -> &'static str {
    match rule {
        Some(rule) if rule.security_severity.is_some() || !rule.cwe.is_empty() => "Security",
        Some(rule) if rule.family == "complexity" => "Complexity",
        _ => "Bug Risk",
    }
}
