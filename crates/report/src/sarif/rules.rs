//! Rules as SARIF's reporting descriptors. It must not know findings.

use std::borrow::Cow;

use analyzer_diagnostics::{RuleInfo, Severity};

use super::model::{Configuration, Help, Rule, RuleProperties, Text};
use crate::RenderOptions;

/// Bytes that a full description may have; code scanning takes 1,024 characters.
const MAX_DESCRIPTION: usize = 1_024;
/// Tags that code scanning keeps of a rule.
const MAX_TAGS: usize = 10;

/// Where a rule lies in a list that is sorted by name.
pub(super) fn index(rule: &str, rules: &[&RuleInfo]) -> Option<usize> {
    rules.binary_search_by(|info| info.name.as_str().cmp(rule)).ok()
}

pub(super) fn descriptor<'a>(rule: &'a RuleInfo, options: &RenderOptions) -> Rule<'a> {
    let summary = if rule.summary.trim().is_empty() { &rule.name } else { &rule.summary };
    Rule {
        id: &rule.name,
        name: pascal_case(&rule.name),
        short_description: Text { text: sentence(summary) },
        full_description: Text { text: description(rule, summary) },
        help: help(rule, summary),
        help_uri: options.rule_url(&rule.family, &rule.name),
        default_configuration: Configuration { level: rule.severity.as_str() },
        properties: RuleProperties {
            tags: tags(rule),
            precision: rule.precision.as_str(),
            problem_severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
            security_severity: rule.security_severity.as_deref(),
        },
    }
}

/// `bare-except` as `BareExcept`, the form that SARIF wants for names beside ids.
fn pascal_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split('-') {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// The text with a full stop, unless it ends a sentence already.
pub(super) fn sentence(text: &str) -> Cow<'_, str> {
    if text.ends_with(['.', '!', '?']) { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}.")) }
}

/// Description of the rule's findings, in running text without Markdown's line breaks.
fn description<'a>(rule: &'a RuleInfo, summary: &'a str) -> Cow<'a, str> {
    let section = rule.section("What it finds");
    if section.is_empty() {
        return sentence(summary);
    }
    let mut text = section.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() > MAX_DESCRIPTION {
        let end = text.floor_char_boundary(MAX_DESCRIPTION - '…'.len_utf8());
        text.truncate(text.get(..end).and_then(|text| text.rfind(' ')).unwrap_or(end));
        text.push('…');
    }
    Cow::Owned(text)
}

fn help<'a>(rule: &'a RuleInfo, summary: &'a str) -> Help<'a> {
    let sections: Vec<&str> = ["Why it matters", "How to fix"]
        .into_iter()
        .map(|title| rule.section(title))
        .filter(|text| !text.is_empty())
        .collect();
    let text = if sections.is_empty() { sentence(summary) } else { Cow::Owned(sections.join("\n\n")) };
    let page = rule.page.trim();
    let markdown = if page.is_empty() { text.clone() } else { Cow::Borrowed(page) };
    Help { text, markdown }
}

fn tags(rule: &RuleInfo) -> Vec<Cow<'_, str>> {
    let mut tags: Vec<Cow<'_, str>> = Vec::new();
    if rule.security_severity.is_some() {
        tags.push("security".into());
    }
    if !rule.family.is_empty() && rule.family != "security" {
        tags.push(rule.family.as_str().into());
    }
    tags.extend(rule.cwe.iter().map(|cwe| format!("external/cwe/cwe-{cwe:03}").into()));
    tags.truncate(MAX_TAGS);
    tags
}
