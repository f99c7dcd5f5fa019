//! Projects that are out to break the engine: it ends in time, and says what it must.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use analyzer_diagnostics::{Applicability, Finding};
use analyzer_engine::{Engine, FixRequest, LineMoves, Options};
use analyzer_project::Settings;
use analyzer_rules::all;

fn check(files: &[(String, String)]) -> Vec<Finding> {
    // The imports are there for their number, not for use.
    let rules = all()
        .iter()
        .map(|rule| rule.info.name.as_str().into())
        .filter(|name| name != "unused-import")
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let engine = Engine::in_memory(&files, Settings::with_rules(rules), Options::default());
    engine.check(&[]).unwrap().findings
}

/// `p.m0` imports `p.m1` imports `p.m2` …; the last one imports `last`.
fn chain(length: usize, last: &str) -> Vec<(String, String)> {
    let module = |number: usize| {
        let next = if number + 1 < length { format!("p.m{}", number + 1) } else { last.to_owned() };
        (format!("p/m{number}.py"), format!("import {next}\n"))
    };
    (0..length).map(module).collect()
}

/// A bound that a debug build on a busy machine keeps; quadratic work would take hours.
const BOUND: Duration = Duration::from_secs(240);

#[test]
fn fifty_thousand_modules_in_one_import_chain() {
    let start = Instant::now();
    assert_eq!(check(&chain(50_000, "os")), []);
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
}

#[test]
fn a_cycle_of_ten_thousand_modules_is_one_finding() {
    let start = Instant::now();
    let findings = check(&chain(10_000, "p.m0"));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule, "import-cycle");
    assert_eq!(findings[0].properties["componentSize"], 10_000);
    assert!(findings[0].message.len() < 500, "{}", findings[0].message);
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
}

#[test]
fn thousands_of_unused_imports_are_removed_in_time() {
    let text: String = (0..6_000).map(|number| format!("import m{number}\n")).collect();
    let rules = std::iter::once("unused-import".into()).collect();
    let mut engine = Engine::in_memory(&[("m.py", &text)], Settings::with_rules(rules), Options::default());
    let start = Instant::now();
    let wanted = |findings: &[Finding], _: &LineMoves| vec![true; findings.len()];
    let request = FixRequest { only: &[], applicability: Applicability::Safe, wanted: &wanted };
    let fixed = engine.fix(&request).unwrap();
    assert_eq!((fixed.count(), fixed.report.findings.len()), (6_000, 0));
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
}

#[test]
fn a_file_that_takes_too_much_work_is_skipped_and_said() {
    // What our own parser refuses tree-sitter reads; at each comment its scanner reads all those after it.
    let comments = format!("x = = 1\n{}", "#\n".repeat(30_000));
    let rules = all().iter().map(|rule| rule.info.name.as_str().into()).collect();
    let engine = Engine::in_memory(
        &[("m.py", &comments), ("n.py", "import os\n")],
        Settings::with_rules(rules),
        Options::default(),
    );
    let findings = engine.check(&[]).unwrap().findings;
    let told: Vec<_> = findings.iter().map(|f| (f.location.path.to_string(), f.rule.to_string())).collect();
    assert!(told.contains(&("n.py".to_owned(), "unused-import".to_owned())), "{told:?}");
    let skipped = findings.iter().find(|finding| finding.rule == "skipped-file");
    let skipped = skipped.map(|finding| finding.message.as_str());
    assert_eq!(skipped, Some("not analysed: parsing it takes too much work for its length"));
}

#[test]
fn a_file_that_takes_too_long_is_skipped_and_said() {
    let options = Options { limits: analyzer_facts::Limits::of_time(Duration::ZERO), ..Options::default() };
    let rules = all().iter().map(|rule| rule.info.name.as_str().into()).collect();
    // What our own parser takes is never too long.
    let long = format!("{}value = = 1\n", "value = [1, 2, 3]\n".repeat(20_000));
    let engine = Engine::in_memory(
        &[("slow.py", &long), ("fast.py", "import os\nprint(os)\n")],
        Settings::with_rules(rules),
        options,
    );
    let report = engine.check(&[]).unwrap();
    let told: Vec<_> =
        report.findings.iter().map(|f| (f.location.path.to_string(), f.rule.to_string())).collect();
    assert!(told.contains(&("slow.py".to_owned(), "skipped-file".to_owned())), "{told:?}");
    assert!(report.findings[0].message.contains("parsing took longer"), "{}", report.findings[0].message);
}
