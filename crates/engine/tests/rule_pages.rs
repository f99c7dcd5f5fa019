//! Every example of every rule page: what is marked must be found, and nothing else of the same families.

#![expect(clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use analyzer_diagnostics::{Applicability, Finding, RuleInfo, Tier};
use analyzer_engine::{Engine, FixRequest, Options};
use analyzer_project::Settings;
use analyzer_project::config::{Catalogue, ConfigSource, parse};
use analyzer_rules::page::{Example, ExampleFile, parse_examples};

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

/// Applies the page's own fixes as `--fix --unsafe-fixes` does, and compares with the `fixed` blocks.
fn fix_problems(example: &Example, page: &RuleInfo, settings: &Settings, all: &[Finding]) -> Vec<String> {
    if example.fixed.is_empty() {
        return Vec::new();
    }
    let files: Vec<(&str, &str)> =
        example.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut engine = Engine::in_memory(&files, settings.clone(), Options::default());
    let own =
        |findings: &[Finding]| findings.iter().map(|finding| finding.rule == page.name).collect::<Vec<_>>();
    let request = FixRequest { only: &[], applicability: Applicability::Unsafe, wanted: &own };
    let outcome = engine.fix(&request).expect("not cancelled");
    let mut problems = Vec::new();
    for fixed in &example.fixed {
        match outcome.files.iter().find(|file| *file.path == fixed.path) {
            Some(file) if file.after == fixed.text => {}
            Some(file) => problems.push(format!("the fix of `{}` gives:\n{}", fixed.path, file.after)),
            None => problems.push(format!("nothing is fixed in `{}`", fixed.path)),
        }
    }
    let unmarked = outcome.files.iter().filter(|file| !example.fixed.iter().any(|f| f.path == *file.path));
    problems.extend(unmarked.map(|file| format!("`{}` is fixed too, to:\n{}", file.path, file.after)));
    let in_fixed = |finding: &&Finding| example.fixed.iter().any(|f| f.path == *finding.location.path);
    for finding in outcome.report.findings.iter().filter(in_fixed) {
        // Breaking a cycle that crashes may leave one that works.
        let said = all.iter().any(|before| before.rule == page.name && before.message == finding.message);
        if finding.tier != Tier::A || finding.rule == page.name && said {
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

/// Compiles each text of a JSON list, and tells the first one that does not compile.
const COMPILES: &str = "
import json, sys, warnings
warnings.simplefilter('ignore')
for text in json.load(sys.stdin):
    try:
        compile(text, 'fixed.py', 'exec', dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        sys.exit(f'{error}:\\n{text}')
";

#[test]
fn cpython_compiles_every_fixed_text() {
    let examples = analyzer_rules::all().iter().flat_map(|rule| parse_examples(rule.source).unwrap());
    let fixed = examples.flat_map(|example| example.fixed);
    let python = |file: &ExampleFile| file.path.ends_with(".py") || file.path.ends_with(".pyi");
    let texts: Vec<String> = fixed.filter(python).map(|file| file.text).collect();
    assert!(!texts.is_empty());
    let mut python = Command::new("python3");
    let mut child =
        python.args(["-c", COMPILES]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&serde_json::to_vec(&texts).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
