//! The examples of a page, run: what is marked must be found, and nothing else of the rule. It must not know where
//! pages come from.

use std::collections::BTreeSet;
use std::sync::Arc;

use analyzer_diagnostics::{Applicability, Finding, RuleInfo, Tier};
use analyzer_project::Settings;
use analyzer_project::config::{Catalogue, ConfigSource, parse};
use analyzer_rules::custom::CustomRules;
use analyzer_rules::page::{Example, parse_examples};

use crate::{Engine, FixRequest, LineMoves, Options};

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The example's heading.
    pub title: String,
    /// The line of the heading in the page, from 1.
    pub line: usize,
    /// The faults, each in one line or as a text with the file's lines.
    pub problems: Vec<String>,
}

/// Runs every example on the page of a rule, among the repository's own rules `all`. Returns their number and those
/// that do not hold; an example that cannot be read is reported by `parse_examples`.
///
/// The rule itself runs, and all that are marked.
#[must_use]
pub fn run_examples(rule: &RuleInfo, page: &str, all: &Arc<CustomRules>) -> (usize, Vec<Broken>) {
    let examples = parse_examples(page).unwrap_or_default();
    let broken = examples.iter().filter_map(|example| {
        let problems = problems(example, rule, all);
        let (title, line) = (example.title.clone(), example.line);
        (!problems.is_empty()).then_some(Broken { title, line, problems })
    });
    (examples.len(), broken.collect())
}

fn problems(example: &Example, rule: &RuleInfo, all: &Arc<CustomRules>) -> Vec<String> {
    let settings = match settings(example, rule, all) {
        Ok(settings) => settings,
        Err(problem) => return vec![problem],
    };
    let mut engine = engine(example, &settings, all);
    let found = reported(&engine);
    let mut left: Vec<&Finding> = found.iter().collect();
    let mut problems = Vec::new();
    for expected in &example.expected {
        let fits = |finding: &&Finding| {
            *finding.location.path == expected.path
                && finding.location.start.line == expected.line
                && finding.rule == expected.rule
                && expected.severity.is_none_or(|severity| severity == finding.severity)
                && finding.message.contains(&expected.text)
        };
        match left.iter().position(fits) {
            Some(index) => {
                left.remove(index);
            }
            None => {
                let text =
                    if expected.text.is_empty() { String::new() } else { format!(" {:?}", expected.text) };
                problems.push(format!(
                    "{}:{}: `{}`{text} is marked and was not found",
                    expected.path, expected.line, expected.rule
                ));
            }
        }
    }
    problems.extend(left.iter().map(|finding| format!("{} was found and is not marked", shown(finding))));
    problems.extend(fix_problems(example, rule, &mut engine, &found, all));
    problems
}

/// Applies the rule's fixes as `--fix --unsafe-fixes` does, and compares with the `fixed` blocks.
fn fix_problems(
    example: &Example,
    rule: &RuleInfo,
    engine: &mut Engine,
    before: &[Finding],
    all: &CustomRules,
) -> Vec<String> {
    if example.fixed.is_empty() {
        return Vec::new();
    }
    let own = |findings: &[Finding], _: &LineMoves| {
        findings.iter().map(|finding| finding.rule == rule.name).collect()
    };
    // What is only to be shown is shown here.
    let request = FixRequest { only: &[], applicability: Applicability::Display, wanted: &own };
    let Ok(outcome) = engine.fix(&request) else { return vec!["the run was cancelled".to_owned()] };
    let mut problems = Vec::new();
    for fixed in &example.fixed {
        if !example.files.iter().any(|file| file.path == fixed.path) {
            problems.push(format!("`fixed` names {}, which is no file of the example", fixed.path));
            continue;
        }
        match outcome.files.iter().find(|file| *file.path == fixed.path) {
            Some(file) if file.after == fixed.text => {}
            Some(file) => problems.push(format!("{}: the fix gives\n{}", fixed.path, file.after)),
            None => problems.push(format!("{}: nothing is fixed", fixed.path)),
        }
    }
    let unmarked = outcome.files.iter().filter(|file| !example.fixed.iter().any(|f| f.path == *file.path));
    problems.extend(unmarked.map(|file| format!("{}: is fixed too; that gives\n{}", file.path, file.after)));
    let in_fixed = |finding: &&Finding| example.fixed.iter().any(|f| f.path == *finding.location.path);
    for finding in outcome.report.findings.iter().filter(in_fixed) {
        // Breaking a cycle that crashes may leave one that works.
        let again = |was: &Finding| was.rule == finding.rule && was.message == finding.message;
        let same = finding.rule == rule.name && (all.find(&rule.name).is_some() || before.iter().any(again));
        if finding.tier != Tier::A || same {
            problems.push(format!("after the fix, {}", shown(finding)));
        }
    }
    problems
}

/// The settings of an example: its `analyzer.toml`, narrowed to what the example is about.
fn settings(example: &Example, rule: &RuleInfo, all: &CustomRules) -> Result<Settings, String> {
    let custom = all.all().iter().map(|rule| &rule.info);
    let rules: Vec<&RuleInfo> = analyzer_rules::all().iter().map(|rule| &rule.info).chain(custom).collect();
    let catalogue = Catalogue(&rules);
    let config = example.files.iter().find(|file| file.path == "analyzer.toml");
    let text = config.map_or("", |file| file.text.as_str());
    let mut settings = parse(text, ConfigSource::Analyzer, catalogue).map_err(|problems| {
        let first = problems.first().map_or("", |problem| problem.message.as_str());
        format!("analyzer.toml: {first}")
    })?;
    let marked: BTreeSet<&str> = example.expected.iter().map(|expected| expected.rule.as_str()).collect();
    settings.enabled.retain(|name| *name == *rule.name || marked.contains(name.as_str()));
    Ok(settings)
}

fn engine(example: &Example, settings: &Settings, rules: &Arc<CustomRules>) -> Engine {
    let files: Vec<(&str, &str)> =
        example.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let options = Options { custom_rules: Arc::clone(rules), ..Options::default() };
    Engine::in_memory(&files, settings.clone(), options)
}

fn reported(engine: &Engine) -> Vec<Finding> {
    let findings = engine.check(&[]).map(|report| report.findings).unwrap_or_default();
    findings.into_iter().filter(|finding| !finding.suppressed).collect()
}

fn shown(finding: &Finding) -> String {
    let start = finding.location.start;
    format!("{}:{}: `{}` {:?}", finding.location.path, start.line, finding.rule, finding.message)
}
