//! The report that fits a screen, over reports of many shapes.

use analyzer_diagnostics::{Finding, Report, RuleInfo, Severity};
use analyzer_report::overview::{self, FULL_UP_TO, Guide, LINES, Standing};
use analyzer_report::{RenderOptions, advice};
use proptest::prelude::*;

use crate::common::{finding, many, rules, written};

fn standing(path: &str) -> Standing {
    if path.starts_with("backup/") {
        Standing::Aside
    } else if path.starts_with("tests/") {
        Standing::Beside
    } else {
        Standing::InUse
    }
}

fn command(rule: Option<&str>) -> String {
    rule.map_or("analyzer check --output-format full".to_owned(), |rule| {
        format!("analyzer check --select {rule}")
    })
}

const GUIDE: Guide<'static> = Guide { standing: &standing, command: &command };

fn overview(report: &Report, options: &RenderOptions) -> String {
    let rules = rules();
    let rules: Vec<&RuleInfo> = rules.iter().collect();
    written(|out| overview::render(report, &rules, options, &GUIDE, out).map(drop))
}

fn at(rule: &str, severity: Severity, message: &str, path: &str, line: u32) -> Finding {
    let text = format!("{}x = 1\n", "\n".repeat(line as usize - 1));
    finding(rule, severity, message, path, &text, "x = 1")
}

fn report(findings: Vec<Finding>) -> Report {
    Report { findings, ..Report::default() }
}

#[test]
fn a_report_of_many_findings_is_read_by_rule() {
    let mut one = many(300);
    one.findings.push(at("lost-traceback", Severity::Warning, "`x` is printed only", "a/very.py", 12));
    one.findings.push(at("lost-traceback", Severity::Error, "`y` is printed only", "a/other.py", 3));
    insta::assert_snapshot!("overview", overview(&one, &RenderOptions::default()));
}

#[test]
fn more_than_fifty_findings_are_too_many_to_show_in_full() {
    let is_better = |count, max_findings| {
        overview::is_better(&many(count), &RenderOptions { max_findings, ..RenderOptions::default() })
    };
    assert!(!is_better(FULL_UP_TO as u32, None) && is_better(FULL_UP_TO as u32 + 1, None));
    assert!(!is_better(3_000, Some(FULL_UP_TO)) && is_better(3_000, Some(FULL_UP_TO + 1)));
}

#[test]
fn files_in_use_come_before_tests_and_these_before_copies() {
    let paths = ["backup/a.py", "src/z.py", "tests/b.py"];
    let findings: Vec<Finding> = paths
        .iter()
        .flat_map(|path| {
            (1..=30).map(|line| at("bare-except", Severity::Warning, &format!("no. {line}"), path, line))
        })
        .collect();
    let text = overview(&report(findings), &RenderOptions::default());
    let places: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    let first = |start: &str| places.iter().position(|place| place.starts_with(start)).unwrap();
    assert!(first("src/") < first("tests/") && first("tests/") < first("backup/"), "{text}");
}

#[test]
fn each_file_is_shown_once_before_one_is_shown_again() {
    let mut findings = Vec::new();
    for rule in 0..60 {
        for file in 0..4 {
            let path = format!("p/f{file}.py");
            let made =
                |line| at(&format!("rule-{rule:02}"), Severity::Error, &format!("{line}"), &path, line);
            findings.extend((1..=20).map(made));
        }
    }
    let text = overview(&report(findings), &RenderOptions::default());
    let section: Vec<&str> = text.split("\n\n").next().unwrap().lines().collect();
    let files: Vec<&str> =
        section[1..].iter().filter_map(|line| line.trim().split_once(':')).map(|place| place.0).collect();
    assert_eq!(files[..3], ["p/f0.py", "p/f1.py", "p/f2.py"], "{text}");
}

#[test]
fn one_message_for_all_is_shown_once_with_the_lines_of_each_file() {
    let mut findings: Vec<Finding> = (1..=70)
        .map(|line| at("bare-except", Severity::Warning, "it hides errors", "a/b.py", line))
        .collect();
    findings.push(at("bare-except", Severity::Warning, "it hides errors", "a/c.py", 4));
    // Two on one line are one place.
    findings.push(at("bare-except", Severity::Warning, "it hides errors", "a/c.py", 4));
    let text = overview(&report(findings), &RenderOptions::default());
    assert!(
        text.starts_with("warning[bare-except] 72 findings: it hides errors\n  a/b.py:1, 2, 3, "),
        "{text}"
    );
    assert_eq!(text.matches("it hides errors").count(), 1, "{text}");
    assert!(text.contains("\n  a/c.py:4\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let more = "more: `analyzer check --select bare-except`\n";
    let named = text.lines().nth(1).unwrap().matches(", ").count() + 1 + 2;
    assert!(text.contains(&format!("… and {} {more}", 72 - named)), "{text}");
}

#[test]
fn every_cycle_that_crashes_is_shown_whatever_else_there_is() {
    let mut findings = Vec::new();
    for number in 0..25 {
        let path = format!("p/cycle{number:02}.py");
        let mut cycle = at("import-cycle", Severity::Error, "import cycle", &path, 3);
        cycle.properties.insert("verdict", "crash".into());
        cycle.properties.insert("cycle", serde_json::json!([format!("p.cycle{number:02}"), "p.other"]));
        findings.push(cycle);
    }
    for rule in 0..50 {
        let made = |line| at(&format!("rule-{rule:02}"), Severity::Error, &format!("{line}"), "a.py", line);
        findings.extend((1..=90).map(made));
    }
    let text = overview(&report(findings), &RenderOptions::default());
    for number in 0..25 {
        let row =
            format!("p/cycle{number:02}.py:3\n    crash: p.cycle{number:02} → p.other → p.cycle{number:02}");
        assert!(text.contains(&row), "{text}");
    }
    assert!(text.lines().count() <= LINES, "{text}");
}

#[test]
fn a_limit_holds_for_the_places_of_all_rules() {
    let options = RenderOptions { max_findings: Some(60), ..RenderOptions::default() };
    let text = overview(&many(3_000), &options);
    assert!(text.contains("1,000 findings") && !text.contains("note[complex-function]"), "{text}");
    let named: usize = text
        .lines()
        .filter(|line| line.starts_with("  p/"))
        .map(|line| line.split(" and ").next().unwrap().matches(", ").count() + 1)
        .sum();
    assert!((1..=60).contains(&named), "{named}\n{text}");
}

#[test]
fn what_next_proposes_what_applies() {
    let advised = |findings: Vec<Finding>, baseline| {
        let options = RenderOptions::default();
        written(|out| advice::render(&report(findings), &options, &GUIDE, "bare-except", baseline, out))
    };
    let plain = advised(vec![at("bare-except", Severity::Warning, "m", "a.py", 1)], true);
    assert!(
        plain.contains("analyzer explain bare-except") && plain.contains("--output-format full"),
        "{plain}"
    );
    assert!(!plain.contains("exclude") && !plain.contains("init") && !plain.contains("--fix"), "{plain}");
    let aside = advised(vec![at("bare-except", Severity::Warning, "m", "backup/x/a.py", 1)], false);
    assert!(aside.contains("exclude = [\"backup/**\"]") && aside.contains("analyzer init"), "{aside}");
    assert!(aside.lines().all(|line| line.chars().count() <= 100), "{aside}");
}

fn findings() -> impl Strategy<Value = Vec<Finding>> {
    let one = (0_usize..60, 0_usize..3, 0_usize..4, "[a-z/]{1,30}", 1_u32..40).prop_map(
        |(rule, severity, message, path, line)| {
            let severity = [Severity::Error, Severity::Warning, Severity::Note][severity];
            let long = "long ".repeat(60);
            let message = ["same", "other", "`é` 日本 is\u{1b}[31m odd", &long][message];
            at(&format!("rule-{}", rule * rule / 30), severity, message, &path, line)
        },
    );
    prop::collection::vec(one, 51..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_report_fits_its_lines_and_columns_and_counts_every_finding(
        findings in findings(),
        // A place is copied and clicked, so it stays whole, and fits from here on.
        width in prop::option::of(60_usize..200),
    ) {
        let options = RenderOptions { width, ..RenderOptions::default() };
        let report = report(findings);
        let text = overview(&report, &options);
        prop_assert!(text.lines().count() <= LINES, "{}", text.lines().count());
        prop_assert_eq!(text.find('\u{1b}'), None);
        let width = width.unwrap_or(100);
        // Commands are copied, and stay whole.
        let whole = |line: &str| line.contains(" more: `") || line.ends_with(" shows those of one rule");
        for line in text.lines().filter(|line| !whole(line)) {
            prop_assert!(line.chars().count() <= width, "{line}");
        }
    }
}
