//! The formats for CI systems, each read back as its reader would.

use std::collections::BTreeMap;

use crate::common::{finding, many, plain, rendered, report, summary};
use analyzer_diagnostics::{Report, Severity};
use analyzer_report::{RenderOptions, github, gitlab, junit, markdown, prometheus};
use serde_json::Value;

/// A report with one finding whose texts hold everything that formats reserve.
fn hostile() -> Report {
    let message =
        "50% <b>&\"'`|`\u{1b}[31m\u{0}\u{ffff} @everyone #1 $x$ ::error::\r\n::warning::,:\\ ```]]>";
    let path = "a,b:c%/<&\"|`*_\u{7}.py";
    let mut made = finding("bare-except", Severity::Error, message, path, "x = 1\n", "x");
    made.help = Some("a | b".to_owned());
    let mut summary = summary();
    summary.hotspots[0].function = "f|`<g".to_owned();
    summary.cycles[0].modules = vec!["a\"]\n```\n".to_owned(), "b#<".to_owned()];
    Report { findings: vec![made], summary }
}

/// A workflow command as GitHub's runner reads it: name, properties, data.
fn command(line: &str) -> (String, BTreeMap<String, String>, String) {
    let (head, data) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let unescaped = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let property = |text: &str| {
        let (key, value) = text.split_once('=').unwrap();
        let value = unescaped(value).replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
        (key.to_owned(), value)
    };
    let properties = properties.split(',').map(property).collect();
    (name.to_owned(), properties, unescaped(data).replace("%25", "%"))
}

#[test]
fn github_annotates_each_finding() {
    let text = plain(github::render, &report());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    let (name, properties, data) = command(lines[0]);
    assert_eq!((name.as_str(), properties["file"].as_str()), ("error", "p/a.py"));
    assert_eq!((properties["line"].as_str(), properties["col"].as_str()), ("3", "1"));
    assert_eq!((properties["endLine"].as_str(), properties["endColumn"].as_str()), ("3", "17"));
    assert_eq!(properties["title"], "import-cycle");
    assert!(data.starts_with("import cycle: p.a → p.b → p.a\nnote: importing"), "{data}");
    assert!(data.ends_with("\nhelp: move the import into `f`, which alone uses `g`"), "{data}");
    // A range of several lines takes no columns.
    let (_, properties, _) = command(lines.iter().find(|line| line.contains("lost-traceback")).unwrap());
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["endLine", "file", "line", "title"]);
    let (name, ..) = command(lines[4]);
    assert_eq!(name, "notice");
}

#[test]
fn github_escapes_what_the_runner_obeys() {
    let options = RenderOptions { path_prefix: "services/x/".to_owned(), ..RenderOptions::default() };
    let text = rendered(github::render, &hostile(), &options);
    assert_eq!(text.lines().count(), 1, "{text}");
    let (_, properties, data) = command(text.trim_end_matches('\n'));
    assert_eq!(properties["file"], "services/x/a,b:c%/<&\"|`*_\\u{7}.py");
    assert!(data.contains("50% <b>") && data.contains("\r\n::warning::,:\\"), "{data}");
    assert!(!text.contains('\u{1b}') && !text.contains('\0'));
}

#[test]
fn github_shows_the_most_severe_and_lists_the_rest() {
    let mut long = many(100);
    long.findings[0].message = "é".repeat(10_000);
    long.findings[99].message = "a\n::error::b ##[error]c".to_owned();
    long.findings[99].severity = Severity::Warning;
    let text = plain(github::render, &long);
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!([count("::error "), count("::warning "), count("::notice ")], [10, 10, 10]);
    assert_eq!([count("::group::"), count("- "), count("::endgroup::")], [1, 70, 1]);
    assert!(text.contains("::group::70 more findings without annotation\n"));
    assert_eq!(count("::"), 32);
    assert!(!text.contains("##["));
    assert!(text.lines().all(|line| line.len() < 5_000));
}

#[test]
fn gitlab_gets_the_fields_that_it_documents() {
    let mut twice = report();
    twice.findings.push(twice.findings[0].clone());
    let options = RenderOptions { path_prefix: "services/x/".to_owned(), ..RenderOptions::default() };
    let issues: Vec<Value> = serde_json::from_str(&rendered(gitlab::render, &twice, &options)).unwrap();
    assert_eq!(issues.len(), 6);
    let mut fingerprints = Vec::new();
    for issue in &issues {
        for field in ["description", "check_name", "fingerprint", "severity"] {
            assert!(issue[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {issue}");
        }
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(path.starts_with("services/x/") && !path.starts_with("./"));
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        fingerprints.push(issue["fingerprint"].as_str().unwrap());
    }
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 6);
    assert_eq!(
        (issues[1]["severity"].as_str(), issues[2]["severity"].as_str()),
        (Some("info"), Some("major"))
    );
    assert_eq!(plain(gitlab::render, &Report::default()), "[]\n");
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    let all = RenderOptions { include_suppressed: true, ..RenderOptions::default() };
    let text = rendered(junit::render, &report(), &all);
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!((root.attribute("tests"), root.attribute("failures")), (Some("6"), Some("4")));
    let suites: Vec<_> = root.children().filter(roxmltree::Node::is_element).collect();
    let counts = |name: &str| -> u64 {
        suites.iter().map(|suite| suite.attribute(name).unwrap().parse::<u64>().unwrap()).sum()
    };
    assert_eq!([counts("tests"), counts("failures"), counts("skipped")], [6, 4, 1]);
    let tags = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
    assert_eq!([tags("testcase"), tags("failure"), tags("system-out"), tags("skipped")], [6, 4, 1, 1]);
    assert_eq!(suites[0].attribute("name"), Some("my dir/ü#1%.py"));
}

#[test]
fn junit_without_findings_has_one_test_that_passes() {
    let text = plain(junit::render, &Report::default());
    let document = roxmltree::Document::parse(&text).unwrap();
    assert_eq!(document.root_element().attribute("failures"), Some("0"));
    assert_eq!(document.descendants().filter(|node| node.has_tag_name("testcase")).count(), 1);
}

#[test]
fn junit_survives_every_character() {
    let text = plain(junit::render, &hostile());
    let document = roxmltree::Document::parse(&text).unwrap();
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    let message = failure.attribute("message").unwrap();
    assert!(message.starts_with("50% <b>&\"'`|`\\u{1b}[31m\\u{0}\u{fffd} @everyone"), "{message}");
    assert!(message.contains("\r\n::warning::") && message.ends_with("```]]>"), "{message}");
    assert!(failure.text().unwrap().contains("help: a | b"));
    let mut every = report();
    every.findings[0].message = (0..=0x1_0000).filter_map(char::from_u32).collect();
    let text = plain(junit::render, &every);
    assert!(roxmltree::Document::parse(&text).is_ok());
    assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
}

#[test]
fn markdown_reads_well() {
    insta::assert_snapshot!("markdown", plain(markdown::render, &report()));
    let clean = plain(markdown::render, &Report::default());
    assert!(clean.starts_with("## analyzer: no findings\n"), "{clean}");
}

#[test]
fn markdown_stays_one_table_whatever_it_shows() {
    let text = plain(markdown::render, &hostile());
    for line in text.lines().filter(|line| line.starts_with("| error")) {
        let cells = line.replace("\\|", "").matches('|').count();
        assert_eq!(cells, 5, "{line}");
    }
    assert!(!text.contains("<b>") && !text.contains("@everyone") && !text.contains('\u{1b}'), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("```")).count(), 4, "{text}");
    assert!(text.contains("n0[\"a#quot;]"), "{text}");
}

#[test]
fn markdown_stays_within_a_job_summary() {
    let mut many = many(30_000);
    for cycle in 0..500_u32 {
        let mut made = summary().cycles[0].clone();
        made.modules = (0..400).map(|module| format!("package_{cycle}.module_{module}")).collect();
        many.summary.cycles.push(made);
    }
    let text = plain(markdown::render, &many);
    assert!(text.len() < 1 << 20, "{} bytes", text.len());
    assert!(
        text.contains("and 492 more") && text.contains("[\"370 more\"]"),
        "{}",
        &text[text.len() - 900..]
    );
}

/// Prometheus' text format, parsed strictly: name, labels, value.
fn samples(text: &str) -> Vec<(String, BTreeMap<String, String>, f64)> {
    let mut typed: Vec<&str> = Vec::new();
    let mut samples = Vec::new();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let name = rest.strip_suffix(" gauge").unwrap();
            assert!(!typed.contains(&name), "{name} is declared twice");
            typed.push(name);
        } else if !line.starts_with("# HELP ") {
            let end = line.find(['{', ' ']).unwrap();
            let name = &line[..end];
            assert_eq!(typed.last(), Some(&name), "samples stand below their type");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            let (labels, rest) = labels(&line[end..]);
            samples.push((name.to_owned(), labels, rest.strip_prefix(' ').unwrap().parse().unwrap()));
        }
    }
    samples
}

/// The labels at the start of the text, unescaped, and what follows them.
fn labels(text: &str) -> (BTreeMap<String, String>, &str) {
    let mut labels = BTreeMap::new();
    let Some(mut rest) = text.strip_prefix('{') else { return (labels, text) };
    while let Some((name, value)) = rest.split_once("=\"") {
        let mut unescaped = String::new();
        let mut chars = value.char_indices();
        let end = loop {
            match chars.next().unwrap() {
                (at, '"') => break at,
                (_, '\\') => match chars.next().unwrap().1 {
                    'n' => unescaped.push('\n'),
                    c => unescaped.push(c),
                },
                (_, c) => unescaped.push(c),
            }
        };
        assert!(labels.insert(name.to_owned(), unescaped).is_none());
        rest = &value[end + 1..];
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    (labels, rest.strip_prefix('}').unwrap())
}

#[test]
fn prometheus_gets_every_figure_once() {
    let options = RenderOptions { version: "1.\"\\\n2".to_owned(), exit_code: 1, ..RenderOptions::default() };
    let samples = samples(&rendered(prometheus::render, &report(), &options));
    let value = |name: &str, wanted: &[(&str, &str)]| {
        let same = |labels: &BTreeMap<String, String>| {
            wanted.iter().all(|(key, value)| labels.get(*key).is_some_and(|found| found == value))
        };
        let found: Vec<f64> =
            samples.iter().filter(|(n, l, _)| n == name && same(l)).map(|(_, _, value)| *value).collect();
        assert_eq!(found.len(), 1, "{name} {wanted:?}");
        found[0]
    };
    assert_eq!(value("analyzer_build_info", &[("version", "1.\"\\\n2")]), 1.0);
    assert_eq!(value("analyzer_files", &[]), 588.0);
    assert_eq!(value("analyzer_lines", &[]), 120_331.0);
    assert_eq!(value("analyzer_exit_code", &[]), 1.0);
    assert_eq!(value("analyzer_findings", &[("rule", "import-cycle"), ("severity", "error")]), 1.0);
    assert_eq!(value("analyzer_findings", &[("rule", "complex-function"), ("severity", "warning")]), 0.0);
    assert_eq!(value("analyzer_import_cycles", &[("verdict", "tolerated"), ("deferred", "true")]), 1.0);
    assert_eq!(value("analyzer_import_cycles", &[("verdict", "masked")]), 0.0);
    assert_eq!(value("analyzer_highest_function_complexity", &[]), 137.0);
    let mut keys: Vec<_> = samples.iter().map(|(name, labels, _)| (name, labels)).collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all, "a series appears twice");
}
