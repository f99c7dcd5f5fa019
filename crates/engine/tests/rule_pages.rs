//! Every example of every rule page: what is marked must be found, and nothing else of the same families.

#![expect(clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use analyzer_diagnostics::{Finding, RuleInfo, Tier};
use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use analyzer_project::config::{Catalogue, ConfigSource, parse};
use analyzer_rules::page::{Example, parse_examples};

/// The settings of an example: its `analyzer.toml`, narrowed to the page's family and the marked rules.
fn settings(example: &Example, page: &RuleInfo) -> Result<Settings, String> {
    let infos: Vec<&RuleInfo> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    let catalogue = Catalogue(&infos);
    let config = example.files.iter().find(|file| file.path == "analyzer.toml");
    let text = config.map_or("", |file| file.text.as_str());
    let mut settings = parse(text, ConfigSource::Analyzer, catalogue)
        .map_err(|problems| format!("analyzer.toml: {}", problems[0].message))?;
    let marked: BTreeSet<&str> = example.expected.iter().map(|expected| expected.rule.as_str()).collect();
    settings.enabled.retain(|name| {
        let family = catalogue.rule(name).map(|rule| rule.family.as_str());
        family == Some(&page.family) || marked.contains(name.as_str())
    });
    // Pages show broken code on purpose; only the page about it reports it.
    if page.family != "syntax" && !marked.contains("syntax-error") {
        settings.enabled.remove("syntax-error");
    }
    Ok(settings)
}

fn findings(files: &[(&str, &str)], settings: Settings) -> Vec<Finding> {
    let report = Engine::in_memory(files, settings, Options::default()).check(&[]).expect("not cancelled");
    report.findings.into_iter().filter(|finding| !finding.suppressed).collect()
}

fn shown(finding: &Finding) -> String {
    let start = finding.location.start;
    let severity = finding.severity.as_str();
    format!("{}:{}: {} ({severity}) \"{}\"", finding.location.path, start.line, finding.rule, finding.message)
}

/// What is wrong with an example; empty when all is as marked.
fn problems(example: &Example, page: &RuleInfo) -> Vec<String> {
    let settings = match settings(example, page) {
        Ok(settings) => settings,
        Err(problem) => return vec![problem],
    };
    let files: Vec<(&str, &str)> =
        example.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut found = findings(&files, settings.clone());
    let all = found.clone();
    let mut problems = Vec::new();
    for expected in &example.expected {
        let matching = found.iter().position(|finding| {
            *finding.location.path == expected.path
                && finding.location.start.line == expected.line
                && finding.rule == expected.rule
                && expected.severity.is_none_or(|severity| severity == finding.severity)
                && finding.message.contains(&expected.text)
        });
        match matching {
            Some(index) => {
                found.remove(index);
            }
            None => problems.push(format!("missing: {expected:?}")),
        }
    }
    problems.extend(found.iter().map(|finding| format!("not marked: {}", shown(finding))));
    problems.extend(fix_problems(example, page, &settings, &all));
    problems
}

/// Applies the page's own fixes and compares with the `fixed` blocks.
fn fix_problems(example: &Example, page: &RuleInfo, settings: &Settings, all: &[Finding]) -> Vec<String> {
    let mut problems = Vec::new();
    for fixed in &example.fixed {
        let Some(before) = example.files.iter().find(|file| file.path == fixed.path) else {
            problems.push(format!("`fixed` block for `{}`, which is no file of the example", fixed.path));
            continue;
        };
        let mut text = before.text.clone();
        let mut own: Vec<&Finding> = all
            .iter()
            .filter(|finding| finding.rule == page.name && *finding.location.path == fixed.path)
            .collect();
        own.sort_by_key(|finding| std::cmp::Reverse(finding.location.range));
        for finding in own {
            let Some(fix) = &finding.fix else { continue };
            for edit in fix.edits.iter().rev() {
                text.replace_range(edit.range.start as usize..edit.range.end as usize, &edit.content);
            }
        }
        if text != fixed.text {
            problems.push(format!("the fix of `{}` gives:\n{text}", fixed.path));
        }
        let after = findings(&[(fixed.path.as_str(), &text)], settings.clone());
        for finding in after.iter().filter(|finding| finding.rule == page.name || finding.tier != Tier::A) {
            problems.push(format!("after the fix: {}", shown(finding)));
        }
    }
    problems
}

#[test]
fn every_example_of_every_page_holds() {
    let mut failed = Vec::new();
    let mut count = 0;
    for rule in analyzer_rules::all() {
        let examples =
            parse_examples(rule.source).unwrap_or_else(|error| panic!("{}: {error}", rule.info.name));
        assert!(!examples.is_empty(), "{} has no examples", rule.info.name);
        for example in &examples {
            count += 1;
            let problems = problems(example, &rule.info);
            if !problems.is_empty() {
                let title = format!("rules/{}/{}.md:{}", rule.info.family, rule.info.name, example.line);
                failed.push(format!("{title}: {}\n  {}", example.title, problems.join("\n  ")));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {count} examples fail:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_rule_has_an_example_that_finds_it_and_one_that_does_not() {
    for rule in analyzer_rules::all() {
        // Only a defect of ours would show it.
        if rule.info.name == "internal-error" {
            continue;
        }
        let examples = parse_examples(rule.source).unwrap();
        let finds =
            |example: &Example| example.expected.iter().any(|expected| expected.rule == rule.info.name);
        assert!(examples.iter().any(finds), "{} has no example of a finding", rule.info.name);
        assert!(!examples.iter().all(finds), "{} has no example without a finding", rule.info.name);
    }
}
