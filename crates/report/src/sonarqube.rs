//! SonarQube's generic issues, as versions since 10.3 import them. It must not know SonarQube's quality profiles.
//!
//! The scanner's `ExternalIssueReportValidator` defines the required and the forbidden fields. Columns count UTF-16 code
//! units from 0. An empty range is refused there, and is left out with its columns.

use std::collections::BTreeSet;
use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Location, Report, RuleInfo, Severity};
use serde::Serialize;

use crate::RenderOptions;
use crate::finding::{details, mark, score};
use crate::inert::Json;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    name: &'a str,
    description: &'a str,
    engine_id: &'static str,
    clean_code_attribute: &'static str,
    /// For servers in their standard mode.
    #[serde(rename = "type")]
    kind: &'static str,
    severity: &'static str,
    impacts: [Impact; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Impact {
    software_quality: &'static str,
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Issue<'a> {
    rule_id: &'a str,
    primary_location: Place<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secondary_locations: Vec<Place<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    message: String,
    file_path: &'a str,
    text_range: Range,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

/// Writes the rules that found something, and one issue per line.
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
    let found: BTreeSet<&str> = options.reported(report).map(|finding| finding.rule.as_str()).collect();
    out.write_all(b"{\"rules\": [")?;
    for (index, name) in found.into_iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let known = rules.iter().find(|rule| rule.name == name);
        serde_json::to_writer(&mut *out, &rule(name, known.copied()))?;
    }
    out.write_all(b"\n],\n\"issues\": [")?;
    for (index, finding) in options.reported(report).enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &issue(finding))?;
    }
    out.write_all(b"\n]}\n")
}

fn rule<'a>(name: &'a str, rule: Option<&'a RuleInfo>) -> Rule<'a> {
    let severity = rule.map_or(Severity::Warning, |rule| rule.severity);
    let secure = rule.is_some_and(|rule| rule.security_severity.is_some());
    let critical = rule.is_some_and(|rule| score(rule) >= 70);
    let family = rule.map_or("", |rule| rule.family.as_str());
    let upkeep = matches!(family, "complexity" | "hygiene");
    let summary = rule.map_or(name, |rule| rule.summary.trim());
    let summary = if summary.is_empty() { name } else { summary };
    Rule {
        id: name,
        name: summary,
        description: summary,
        engine_id: "analyzer",
        clean_code_attribute: match family {
            _ if secure => "TRUSTWORTHY",
            "complexity" => "FOCUSED",
            "hygiene" => "CLEAR",
            "imports" => "MODULAR",
            _ => "LOGICAL",
        },
        kind: if secure {
            "VULNERABILITY"
        } else if upkeep {
            "CODE_SMELL"
        } else {
            "BUG"
        },
        severity: match severity {
            Severity::Error if critical => "BLOCKER",
            Severity::Error => "CRITICAL",
            Severity::Warning => "MAJOR",
            Severity::Note => "INFO",
        },
        impacts: [Impact {
            software_quality: if secure {
                "SECURITY"
            } else if upkeep {
                "MAINTAINABILITY"
            } else {
                "RELIABILITY"
            },
            severity: match severity {
                Severity::Error => "HIGH",
                Severity::Warning => "MEDIUM",
                Severity::Note => "LOW",
            },
        }],
    }
}

fn issue(finding: &Finding) -> Issue<'_> {
    let related = finding.related.iter().map(|related| Place {
        message: related.message.clone(),
        file_path: &related.location.path,
        text_range: range(&related.location),
    });
    Issue {
        rule_id: &finding.rule,
        primary_location: Place {
            message: format!("{}{}", details(finding), mark(finding)),
            file_path: &finding.location.path,
            text_range: range(&finding.location),
        },
        secondary_locations: related.collect(),
    }
}

fn range(location: &Location) -> Range {
    let (start, end) = (location.start, location.end);
    let (from, to) = ((start.line, start.column_utf16), (end.line, end.column_utf16));
    if from >= to {
        let start_line = start.line.max(1);
        return Range { start_line, end_line: None, start_column: None, end_column: None };
    }
    Range {
        start_line: start.line.max(1),
        end_line: Some(end.line.max(1)),
        start_column: Some(start.column_utf16.saturating_sub(1)),
        end_column: Some(end.column_utf16.saturating_sub(1)),
    }
}
