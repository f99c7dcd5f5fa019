//! The text formats over the hand-made report.

use crate::common::{report, rules, written};
use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo, Severity, SourceLines};
use analyzer_report::{RenderOptions, concise, full, grouped, json, sarif, statistics, summary};
use analyzer_source::TextRange;
use proptest::prelude::*;

fn refs(rules: &[RuleInfo]) -> Vec<&RuleInfo> {
    rules.iter().collect()
}

fn options() -> RenderOptions {
    RenderOptions::default()
}

#[test]
fn concise_is_one_line_per_finding() {
    let text = written(|out| concise::render(&report(), &refs(&rules()), &options(), out));
    insta::assert_snapshot!("concise", text);
}

#[test]
fn concise_shows_suppressed_ones_when_asked() {
    let options = RenderOptions { include_suppressed: true, ..options() };
    let text = written(|out| concise::render(&report(), &refs(&rules()), &options, out));
    assert!(text.contains("q/quiet.py:2:1: warning[bare-except] bare `except:` (suppressed)\n"), "{text}");
}

#[test]
fn concise_is_coloured_when_asked() {
    let options = RenderOptions { colour: true, ..options() };
    let text = written(|out| concise::render(&report(), &refs(&rules()), &options, out));
    assert!(text.contains("\u{1b}[1mp/a.py\u{1b}[0m:3:1: "), "{text:?}");
    let plain = written(|out| concise::render(&report(), &refs(&rules()), &self::options(), out));
    assert!(!plain.contains('\u{1b}'));
}

#[test]
fn grouped_names_each_file_once() {
    let text = written(|out| grouped::render(&report(), &refs(&rules()), &options(), out));
    insta::assert_snapshot!("grouped", text);
}

#[test]
fn formats_for_people_show_the_worst_findings_and_count_the_others() {
    let options = RenderOptions { max_findings: Some(2), ..options() };
    let rules = rules();
    let rules = refs(&rules);
    let text = written(|out| concise::render(&report(), &rules, &options, out));
    let first: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    // The error, and the first of the warnings, in the report's order.
    assert_eq!(first, ["my", "p/a.py:3:1:", "…"], "{text}");
    for text in [
        &text,
        &written(|out| full::render(&report(), &rules, &options, out)),
        &written(|out| grouped::render(&report(), &rules, &options, out)),
    ] {
        assert!(text.trim_end().ends_with("… and 3 more findings"), "{text}");
        assert_eq!(text.matches("error[").count() + text.matches("warning[").count(), 2, "{text}");
    }
    let all = RenderOptions { max_findings: Some(5), ..options };
    assert!(!written(|out| concise::render(&report(), &rules, &all, out)).contains("more"));
}

#[test]
fn full_shows_source() {
    let text = written(|out| full::render(&report(), &refs(&rules()), &options(), out));
    insta::assert_snapshot!("full", text);
}

#[test]
fn full_fits_the_terminal() {
    let options = RenderOptions { width: Some(60), ..options() };
    let text = written(|out| full::render(&report(), &refs(&rules()), &options, out));
    let notes: Vec<_> = text.lines().filter(|line| !line.contains("[safe fix")).collect();
    assert!(notes.iter().all(|line| line.chars().count() <= 60), "{text}");
}

#[test]
fn what_is_marked_fits_the_terminal() {
    let source = format!("    done = run({})  # why\n", "\"argument é\", ".repeat(30));
    let call = source.trim().trim_end_matches("  # why").trim_start_matches("done = ").to_owned();
    for width in [40, 80, 200] {
        let one = crate::common::finding("bare-except", Severity::Note, "long", "p/a.py", &source, &call);
        let report = Report { findings: vec![one], ..Report::default() };
        let options = RenderOptions { width: Some(width), ..options() };
        let text = written(|out| full::render(&report, &refs(&rules()), &options, out));
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        assert!(text.contains("run(\"argument") && text.contains("^^^^^^^^^^"), "{text}");
    }
}

#[test]
fn full_links_rules_when_asked() {
    let options = RenderOptions { colour: true, hyperlinks: true, ..options() };
    let text = written(|out| full::render(&report(), &refs(&rules()), &options, out));
    assert!(text.contains("\u{1b}]8;;") && text.contains("rules/imports/import-cycle.md"), "{text:?}");
    let options = RenderOptions { hyperlinks: false, ..options };
    let text = written(|out| full::render(&report(), &refs(&rules()), &options, out));
    assert!(!text.contains("\u{1b}]8;;"));
}

#[test]
fn nothing_found_writes_nothing() {
    let empty = Report::default();
    assert_eq!(written(|out| full::render(&empty, &[], &options(), out)), "");
    assert_eq!(written(|out| concise::render(&empty, &[], &options(), out)), "");
    assert_eq!(written(|out| statistics::render(&empty, &[], &options(), out)), "No findings\n");
}

#[test]
fn statistics_count_rules() {
    let text =
        written(|out| statistics::render(&crate::common::many(4_000), &refs(&rules()), &options(), out));
    assert_eq!(
        text,
        "1,334  error    import-cycle\n1,333  warning  bare-except\n1,333  note     complex-function\n"
    );
    let text = written(|out| statistics::render(&report(), &refs(&rules()), &options(), out));
    insta::assert_snapshot!("statistics", text);
}

/// Standard output whose reader has gone, as with `| head`.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_told_from_other_errors() {
    let (report, rules, options) = (report(), rules(), options());
    let rules = refs(&rules);
    let outcomes = [
        full::render(&report, &rules, &options, &mut Closed),
        concise::render(&report, &rules, &options, &mut Closed),
        json::render(&report, &rules, &options, &mut Closed),
        sarif::render(&report, &rules, &options, &mut Closed).map(drop),
        statistics::render(&report, &rules, &options, &mut Closed),
        summary::render(&report, &rules, &options, summary::Rows::ALL, &mut Closed),
        grouped::render(&report, &rules, &options, &mut Closed),
    ];
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}

proptest! {
    #[test]
    fn any_range_over_any_lines_is_shown(
        text in "([a-z \t'é🦀]|\r\n|\n|日){0,60}",
        offset in 0_u32..20,
        start in 0_u32..120,
        length in 0_u32..80,
        width in prop::option::of(0_usize..200),
    ) {
        let mut report = report();
        for finding in &mut report.findings {
            finding.source = SourceLines { first_line: 3, offset, text: text.clone() };
            finding.location.range = TextRange::new(start, start + length);
        }
        let options = RenderOptions { width, ..options() };
        let shown = written(|out| full::render(&report, &[], &options, out));
        prop_assert!(shown.contains("error[import-cycle]: import cycle"));
    }
}
