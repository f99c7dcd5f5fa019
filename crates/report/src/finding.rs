//! Parts of a finding that several formats show in the same way. It must not know any format's syntax.

use std::borrow::Cow;
use std::cmp::Reverse;

use analyzer_diagnostics::{Finding, Report, RuleInfo};

use crate::RenderOptions;

/// Message, notes and help, each on a line of its own.
pub(crate) fn details(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    for note in &finding.notes {
        text.push_str("\nnote: ");
        text.push_str(note);
    }
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    text
}

/// Mark after the message of a finding that is only shown because it was asked for.
pub(crate) const fn mark(finding: &Finding) -> &'static str {
    if finding.suppressed {
        " (suppressed)"
    } else if finding.baselined {
        " (in the baseline)"
    } else {
        ""
    }
}

/// The path of a file from the repository's root.
pub(crate) fn in_repository<'a>(path: &'a str, options: &RenderOptions) -> Cow<'a, str> {
    if options.path_prefix.is_empty() {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(format!("{}{path}", options.path_prefix))
    }
}

/// The reported findings, most severe first; of equal ones those of security rules, by their score, then those of
/// more precise rules, then in the report's order.
pub(crate) fn ranked<'a>(
    report: &'a Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
) -> Vec<&'a Finding> {
    let mut findings: Vec<&Finding> = options.reported(report).collect();
    findings.sort_by_key(|finding| {
        let score = rule_of(finding, rules).map_or(0, score);
        Reverse((finding.severity, score, finding.precision))
    });
    findings
}

/// The rule of a finding, if `rules`, sorted by name, hold it.
pub(crate) fn rule_of<'a>(finding: &Finding, rules: &[&'a RuleInfo]) -> Option<&'a RuleInfo> {
    let index = rules.binary_search_by(|rule| rule.name.as_str().cmp(&finding.rule)).ok()?;
    rules.get(index).copied()
}

/// The security severity in tenths; 0 for rules without one.
pub(crate) fn score(rule: &RuleInfo) -> u32 {
    let value = rule.security_severity.as_deref().and_then(|text| text.parse::<f32>().ok()).unwrap_or(0.0);
    (value.clamp(0.0, 10.0) * 10.0).round() as u32
}
