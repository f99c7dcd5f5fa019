//! The tables and totals at the end of a run.

use analyzer_diagnostics::{CycleSummary, Report, RuleInfo, Summary};
use analyzer_report::RenderOptions;
use analyzer_report::summary::{self, Rows};

use crate::common::{many, report, rules, written};

fn shown(report: &Report, width: Option<usize>) -> String {
    let rules = rules();
    let rules: Vec<&RuleInfo> = rules.iter().collect();
    let options = RenderOptions { width, ..RenderOptions::default() };
    written(|out| summary::render(report, &rules, &options, Rows::ALL, out))
}

#[test]
fn the_summary_closes_a_run() {
    insta::assert_snapshot!("summary", shown(&report(), None));
}

#[test]
fn the_summary_of_a_clean_run_is_short() {
    let clean = Report { summary: Summary { files: 1, lines: 1, ..Summary::default() }, ..Report::default() };
    assert_eq!(shown(&clean, None), "No findings\nChecked 1 file, 1 line, 0 imports in 0.000 s\n");
}

#[test]
fn what_was_left_out_is_counted_in_a_line_each() {
    let downloaded = ["a/vendor", "b\x1b/venv", "c/node_modules", "d/vendor"].map(str::to_owned).into();
    let summary = Summary { templates: 1, generated_files: 2_000, downloaded, ..Summary::default() };
    let text = shown(&Report { summary, ..Report::default() }, None);
    let (_, rest) = text.split_once(" s\n").unwrap();
    let mut lines = rest.lines();
    let folders = lines.next().unwrap();
    assert!(folders.starts_with("Left out 4 folders of downloaded code (a/vendor, b"), "{text}");
    assert!(text.contains("c/node_modules and 1 more)") && !text.contains('\x1b'), "{text}");
    let last = lines.next_back().unwrap();
    assert_eq!(
        last,
        "Not reported: syntax errors of 1 code template, unused imports of 2,000 generated files"
    );
}

#[test]
fn long_cycles_and_names_are_shortened() {
    let mut long = report();
    long.summary.cycles[0].modules = (0..40).map(|n| format!("pack.module_{n}")).collect();
    long.summary.hotspots[0].function = "Outer.".repeat(30);
    for finding in &mut long.findings {
        finding.location.path = format!("{}/{}", "folder".repeat(20), finding.location.path).into();
    }
    let text = shown(&long, Some(80));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.ends_with("4,636\nimports in 0.21 s\n"), "{text}");
    assert!(text.contains("  module_0 → module_1 → ") && text.contains(" more → module_0\n"), "{text}");
}

#[test]
fn folders_are_those_where_the_paths_begin_to_differ() {
    let folders = |paths: &[&str]| {
        let mut one = many(paths.len() as u32);
        for (finding, path) in one.findings.iter_mut().zip(paths) {
            finding.location.path = (*path).into();
        }
        let text = shown(&one, None);
        let table = text.split_once("Findings by folder\n").map_or("", |(_, rest)| rest);
        let rows = table.split("\n\n").next().unwrap().lines().skip(1);
        rows.filter_map(|row| row.split_whitespace().next().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(folders(&["a/b/c/x.py", "a/b/d/y.py", "a/b/d/z.py"]), ["a/b/d/", "a/b/c/"]);
    assert_eq!(folders(&["a/x.py", "a/b/d/y.py"]), ["a/", "a/b/"]);
    assert_eq!(folders(&["x.py", "a/b/d/y.py"]), ["./", "a/"]);
    assert_eq!(folders(&["a/ab/x.py", "a/abc/y.py"]), ["a/ab/", "a/abc/"]);
    // One folder is no table.
    assert_eq!(folders(&["a/x.py", "a/y.py"]), Vec::<String>::new());
    let many: Vec<String> = (0..30).map(|n| format!("f{n:02}/x.py")).collect();
    let shown = folders(&many.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((shown.len(), shown[9].as_str()), (10, "elsewhere"));
}

#[test]
fn each_word_in_the_table_of_cycles_is_explained_where_it_occurs() {
    let mut one = report();
    let words = ["crash", "entry-dependent", "masked", "tolerated"];
    let cycle = |verdict: &str, deferred| CycleSummary {
        modules: vec!["a".into(), "b".into()],
        size: 2,
        verdict: verdict.to_owned(),
        deferred,
    };
    for word in words {
        one.summary.cycles = vec![cycle(word, false)];
        let text = shown(&one, None);
        for other in words {
            assert_eq!(text.contains(&format!("\n  {other}: ")), other == word, "{text}");
        }
    }
    one.summary.cycles = vec![cycle("tolerated", true)];
    assert!(shown(&one, None).contains("\n  deferred: "));
}
