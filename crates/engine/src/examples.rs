//! The examples of a page, run: what is marked must be found, and nothing else of the rule. It must not know where
//! pages come from.

use std::collections::BTreeSet;
use std::sync::Arc;

use analyzer_diagnostics::{Finding, RuleInfo, Tier};
use analyzer_project::Settings;
use analyzer_project::config::{Catalogue, ConfigSource, parse};
use analyzer_rules::custom::{CustomRule, CustomRules};
use analyzer_rules::page::{Example, ExampleFile, parse_examples};

use crate::{Engine, Options};

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The example's heading.
    pub title: String,
    /// The line of the heading in the page, from 1.
    pub line: usize,
    /// What is wrong, each in one line or as a text with the file's lines.
    pub problems: Vec<String>,
}

/// Runs every example of a repository's own rule. Returns their number and those that do not hold.
#[must_use]
pub fn run_examples(rule: &CustomRule, all: &Arc<CustomRules>) -> (usize, Vec<Broken>) {
    // A page whose examples cannot be read was refused before.
    let examples = parse_examples(&rule.source).unwrap_or_default();
    let broken = examples.iter().filter_map(|example| {
        let problems = problems(example, rule, all);
        let (title, line) = (example.title.clone(), example.line);
        (!problems.is_empty()).then_some(Broken { title, line, problems })
    });
    (examples.len(), broken.collect())
}

fn problems(example: &Example, rule: &CustomRule, all: &Arc<CustomRules>) -> Vec<String> {
    let settings = match settings(example, rule, all) {
        Ok(settings) => settings,
        Err(problem) => return vec![problem],
    };
    let found = findings(&example.files, &settings, all);
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
    problems.extend(fix_problems(example, rule, &settings, all, &found));
    problems
}

/// Applies the rule's fixes and compares with the `fixed` blocks.
fn fix_problems(
    example: &Example,
    rule: &CustomRule,
    settings: &Settings,
    all: &Arc<CustomRules>,
    found: &[Finding],
) -> Vec<String> {
    let mut problems = Vec::new();
    for fixed in &example.fixed {
        let Some(before) = example.files.iter().find(|file| file.path == fixed.path) else {
            problems.push(format!("`fixed` names {}, which is no file of the example", fixed.path));
            continue;
        };
        let own =
            |finding: &&Finding| finding.rule == rule.info.name && *finding.location.path == *fixed.path;
        let fixes = found.iter().filter(own).filter_map(|finding| finding.fix.as_ref());
        let mut edits: Vec<_> = fixes.flat_map(|fix| &fix.edits).collect();
        edits.sort_by_key(|edit| edit.range);
        let mut text = String::new();
        let mut done = 0;
        for edit in edits {
            let (start, end) = (edit.range.start as usize, edit.range.end as usize);
            // One inside another waits for the next round, as `--fix` has it.
            if start < done {
                continue;
            }
            text.push_str(before.text.get(done..start).unwrap_or(""));
            text.push_str(&edit.content);
            done = end;
        }
        text.push_str(before.text.get(done..).unwrap_or(""));
        if text != fixed.text {
            problems.push(format!("{}: the fix gives\n{text}", fixed.path));
        }
        let after = [ExampleFile { path: fixed.path.clone(), text }];
        let wrong = |finding: &&Finding| finding.rule == rule.info.name || finding.tier != Tier::A;
        let after = findings(&after, settings, all);
        problems
            .extend(after.iter().filter(wrong).map(|finding| format!("after the fix, {}", shown(finding))));
    }
    problems
}

/// The settings of an example: its `analyzer.toml`, narrowed to the rule and those that are marked.
fn settings(example: &Example, rule: &CustomRule, all: &CustomRules) -> Result<Settings, String> {
    let custom = all.all().iter().map(|rule| &rule.info);
    let rules: Vec<&RuleInfo> = analyzer_rules::all().iter().map(|rule| &rule.info).chain(custom).collect();
    let config = example.files.iter().find(|file| file.path == "analyzer.toml");
    let text = config.map_or("", |file| file.text.as_str());
    let mut settings = parse(text, ConfigSource::Analyzer, Catalogue(&rules)).map_err(|problems| {
        let first = problems.first().map_or("", |problem| problem.message.as_str());
        format!("analyzer.toml: {first}")
    })?;
    let marked: BTreeSet<&str> = example.expected.iter().map(|expected| expected.rule.as_str()).collect();
    settings.enabled.retain(|name| *name == *rule.info.name || marked.contains(name.as_str()));
    Ok(settings)
}

fn findings(files: &[ExampleFile], settings: &Settings, rules: &Arc<CustomRules>) -> Vec<Finding> {
    let files: Vec<(&str, &str)> =
        files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let options = Options { custom_rules: Arc::clone(rules), ..Options::default() };
    let report = Engine::in_memory(&files, settings.clone(), options).check(&[]);
    report.map(|report| report.findings).unwrap_or_default()
}

fn shown(finding: &Finding) -> String {
    let start = finding.location.start;
    format!("{}:{}: `{}` {:?}", finding.location.path, start.line, finding.rule, finding.message)
}
