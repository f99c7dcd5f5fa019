//! SARIF, read back with an implementation of the schema, and held against code scanning's limits.

use crate::common::{many, report, rules};
use analyzer_diagnostics::{Report, RuleInfo};
use analyzer_report::RenderOptions;
use analyzer_report::sarif::{self, Cut};
use serde_json::{Value, json};
use serde_sarif::sarif::Sarif;

fn render(report: &Report, options: &RenderOptions) -> (Value, Cut) {
    let rules = rules();
    let rules: Vec<&RuleInfo> = rules.iter().collect();
    let mut out = Vec::new();
    let cut = sarif::render(report, &rules, options, &mut out).unwrap();
    let read: Sarif = serde_json::from_slice(&out).unwrap();
    assert_eq!(read.runs.len(), 1);
    (serde_json::from_slice(&out).unwrap(), cut)
}

fn plain() -> RenderOptions {
    RenderOptions { version: "1.2.3".to_owned(), exit_code: 1, ..RenderOptions::default() }
}

/// Calls `check` with every value of a document.
fn visit(document: &Value, check: &mut dyn FnMut(&Value)) {
    let mut rest = vec![document];
    while let Some(value) = rest.pop() {
        check(value);
        match value {
            Value::Array(values) => rest.extend(values),
            Value::Object(values) => rest.extend(values.values()),
            _ => {}
        }
    }
}

#[test]
fn the_whole_log_is_as_expected() {
    let (log, cut) = render(&report(), &plain());
    assert!(cut.is_nothing());
    insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn columns_count_utf16_units() {
    let (log, _) = render(&report(), &plain());
    let region = &log["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startColumn"], 10);
    assert_eq!(region["endColumn"], 15);
    assert_eq!(log["runs"][0]["columnKind"], "utf16CodeUnits");
}

#[test]
fn addresses_are_relative_and_encoded() {
    let (log, _) = render(&report(), &plain());
    let mut uris = Vec::new();
    visit(&log["runs"][0]["results"], &mut |value| {
        if let Some(uri) = value["uri"].as_str() {
            assert_eq!(value["uriBaseId"], "%SRCROOT%");
            uris.push(uri.to_owned());
        }
    });
    assert!(uris.contains(&"my%20dir/%C3%BC%231%25.py".to_owned()), "{uris:?}");
    assert!(uris.iter().all(|uri| !uri.starts_with('/') && !uri.contains(':')), "{uris:?}");
}

#[test]
fn nothing_is_empty_and_every_result_is_complete() {
    let mut report = report();
    report.findings[0].message = String::new();
    report.findings[2].related[0].message = String::new();
    let (log, _) = render(&report, &plain());
    visit(&log, &mut |value| assert_ne!(value, &json!("")));
    let run = &log["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().contains(':'));
        assert_eq!(result["partialFingerprints"]["analyzer/v1"].as_str().unwrap().len(), 32);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[key].as_u64().unwrap() >= 1, "{region}");
        }
    }
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        assert!(rule["fullDescription"]["text"].as_str().unwrap().chars().count() <= 1_024);
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
        assert!(rule["properties"]["security-severity"].is_string() != (rule["id"] != "bare-except"));
    }
}

#[test]
fn a_cycle_links_its_hops() {
    let (log, _) = render(&report(), &plain());
    let cycle = &log["runs"][0]["results"][2];
    assert_eq!(
        cycle["message"]["text"],
        "import cycle: p.a → p.b → p.a. See [p.a imports p.b](1), [p.b imports \\[p.a\\]](2)."
    );
    let ids: Vec<_> =
        cycle["relatedLocations"].as_array().unwrap().iter().map(|place| &place["id"]).collect();
    assert_eq!(ids, [1, 2]);
    let steps = cycle["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[1]["location"]["physicalLocation"]["artifactLocation"]["uri"], "p/b.py");
}

#[test]
fn suppressed_results_are_there_only_when_asked_for() {
    let (log, _) = render(&report(), &plain());
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 5);
    let (log, _) = render(&report(), &RenderOptions { include_suppressed: true, ..plain() });
    assert_eq!(log["runs"][0]["results"][4]["suppressions"], json!([{"kind": "inSource"}]));
}

#[test]
fn a_category_ends_with_a_slash() {
    let id = |category: Option<&str>| {
        let options = RenderOptions { category: category.map(str::to_owned), ..plain() };
        render(&Report::default(), &options).0["runs"][0]["automationDetails"]["id"].clone()
    };
    assert_eq!([id(None), id(Some("shard 1")), id(Some("a/b/"))], ["analyzer/", "shard 1/", "a/b/"]);
}

#[test]
fn a_rule_that_is_not_known_has_no_index() {
    let mut report = report();
    report.findings[0].rule = "house-rule".into();
    let (log, _) = render(&report, &plain());
    assert_eq!(log["runs"][0]["results"][0].get("ruleIndex"), None);
}

#[test]
fn nothing_found_is_a_run_too() {
    let (log, cut) = render(&Report::default(), &plain());
    assert!(cut.is_nothing());
    assert_eq!(log["runs"][0]["results"], json!([]));
    assert_eq!(log["runs"][0]["invocations"], json!([{"executionSuccessful": true, "exitCode": 1}]));
}

#[test]
fn over_the_limit_the_least_severe_go() {
    let (log, cut) = render(&many(30_000), &plain());
    assert_eq!(cut, Cut { results: 5_000, unshown: 20_000, ..Cut::default() });
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let count = |level: &str| results.iter().filter(|result| result["level"] == level).count();
    assert_eq!((count("error"), count("warning"), count("note")), (10_000, 10_000, 5_000));
    let order: Vec<_> =
        results.iter().map(|result| result["partialFingerprints"]["analyzer/v1"].as_str().unwrap()).collect();
    assert!(order.is_sorted());
    let said = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(said[0]["message"]["text"], cut.messages()[0]);
    assert_eq!(
        cut.messages(),
        [
            "Left out the 5,000 least severe findings: code scanning refuses more than 25,000.",
            "Code scanning keeps the 5,000 most severe findings and will not show 20,000 others.",
        ]
    );
}

#[test]
fn a_result_has_at_most_a_thousand_locations() {
    let mut report = report();
    let hop = report.findings[2].related[1].clone();
    report.findings[2].related = vec![hop; 1_100];
    let (log, cut) = render(&report, &plain());
    assert_eq!(cut.locations, 101);
    let cycle = &log["runs"][0]["results"][2];
    assert_eq!(cycle["relatedLocations"].as_array().unwrap().len(), 999);
    assert_eq!(cycle["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len(), 999);
    assert!(cycle["message"]["text"].as_str().unwrap().ends_with("(20) and 979 more."));
}

#[test]
fn long_lines_are_left_out_rather_than_misquoted() {
    let line = format!("x = '{}'\n", "y".repeat(5_000));
    let made = crate::common::finding(
        "bare-except",
        analyzer_diagnostics::Severity::Note,
        "m",
        "a.py",
        &line,
        "x =",
    );
    let (log, _) = render(&Report { findings: vec![made], ..Report::default() }, &plain());
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["snippet"]["text"], "x =");
    assert_eq!(place.get("contextRegion"), None);
}

/// Digits that no compressor makes much smaller.
fn noise(length: usize, seed: &mut u64) -> String {
    let digit = |_| {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        char::from(b'!' + (*seed >> 33) as u8 % 90)
    };
    (0..length).map(digit).collect::<String>().replace(['"', '\\'], "x")
}

#[test]
fn a_file_that_would_be_too_large_has_less_in_it() {
    let compressed = |value: &Value| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, value.to_string().as_bytes()).unwrap();
        encoder.finish().unwrap().len()
    };
    let mut seed = 88_172_645_463_325_252;
    let mut report = many(15_000);
    for finding in &mut report.findings {
        let start = finding.source.offset;
        finding.source.text = noise(950, &mut seed);
        finding.location.range = analyzer_source::TextRange::new(start, start + 940);
    }
    let (log, cut) = render(&report, &plain());
    assert_eq!(cut, Cut { results: 10_000, oversize: true, ..Cut::default() });
    assert!(compressed(&log) < 10_000_000);
    assert_eq!(
        cut.messages(),
        ["Left out the 10,000 least severe findings: code scanning refuses files over 10 MB, compressed."]
    );
    for finding in &mut report.findings {
        finding.message = noise(3_000, &mut seed);
    }
    let (log, cut) = render(&report, &plain());
    assert_eq!(cut, Cut { results: 12_500, source: true, oversize: true, ..Cut::default() });
    assert!(compressed(&log) < 10_000_000);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2_500);
    assert!(results.iter().all(|result| result["level"] == "error"));
    let said = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(said.len(), cut.messages().len());
}

#[test]
fn what_may_be_too_large_is_measured_before_anything_is_left_out() {
    // 40 MB that say the same again and again.
    let mut report = many(5_000);
    for finding in &mut report.findings {
        finding.message = "the same ".repeat(900);
    }
    let (log, cut) = render(&report, &plain());
    assert!(cut.is_nothing(), "{cut:?}");
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 5_000);
}

#[test]
fn a_rule_has_at_most_ten_tags() {
    let mut all = rules();
    all[0].cwe = (1..=25).collect();
    let all: Vec<&RuleInfo> = all.iter().collect();
    let mut out = Vec::new();
    sarif::render(&report(), &all, &plain(), &mut out).unwrap();
    let log: Value = serde_json::from_slice(&out).unwrap();
    let tags = log["runs"][0]["tool"]["driver"]["rules"][0]["properties"]["tags"].as_array().unwrap();
    assert_eq!(tags.len(), 10);
}

#[test]
fn addresses_count_from_the_repositorys_root() {
    let options = RenderOptions { path_prefix: "my services/x/".to_owned(), ..plain() };
    let (log, _) = render(&report(), &options);
    visit(&log["runs"][0]["results"], &mut |value| {
        if let Some(uri) = value["uri"].as_str() {
            assert!(uri.starts_with("my%20services/x/"), "{uri}");
        }
    });
}
