//! The formats that other programs read, each read back by the rules of its reader, over oddities that each must escape.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{Render, finding, many, plain, rendered, report, rules, written};
use analyzer_diagnostics::{Report, RuleInfo, Severity};
use analyzer_report::{
    RenderOptions, RunInfo, azure, checkstyle, concise, csv, gitlab, json, json_lines, junit, pylint, rdjson,
    sarif, sonarqube,
};
use proptest::prelude::*;
use serde_json::Value;

fn parsed(render: Render, report: &Report) -> Value {
    serde_json::from_str(&plain(render, report)).unwrap()
}

/// Texts that hold everything that these formats reserve.
fn hostile() -> Report {
    let message =
        "=1+1 50% <b>&\"'; x,y ]: ##vso[task.setvariable variable=a]b\r\n\u{1b}[31m\u{202e}%0A %AZP25";
    let path = "=a;b]c,d\"e<&%.py";
    let mut made = finding("bare-except", Severity::Error, message, path, "é = 1\n", "=");
    made.help = Some("-2+3".to_owned());
    Report { findings: vec![made], ..report() }
}

/// A logging command as the agent of Azure reads it: properties and data.
fn command(line: &str) -> (BTreeMap<String, String>, String) {
    let (head, data) = line.strip_prefix("##vso[task.logissue ").unwrap().split_once(']').unwrap();
    let property = |text: &str| {
        let (key, value) = text.split_once('=').unwrap();
        let value = value.replace("%3B", ";").replace("%5D", "]").replace("%0D", "\r").replace("%0A", "\n");
        (key.to_owned(), value.replace("%AZP25", "%"))
    };
    let properties = head.split(';').filter(|part| !part.is_empty()).map(property).collect();
    (properties, data.replace("%0D", "\r").replace("%0A", "\n").replace("%AZP25", "%"))
}

#[test]
fn azure_reads_each_finding() {
    let text = plain(azure::render, &report());
    assert_eq!(text.lines().count(), 5, "{text}");
    let (properties, data) = command(text.lines().nth(2).unwrap());
    let told = |key: &str| properties[key].as_str();
    assert_eq!((told("type"), told("sourcepath")), ("error", "p/a.py"));
    assert_eq!((told("linenumber"), told("columnnumber"), told("code")), ("3", "1", "import-cycle"));
    assert_eq!(data, "import cycle: p.a → p.b → p.a");
    // There is no third type.
    let kinds = text.lines().map(|line| command(line).0["type"].clone()).collect::<BTreeSet<_>>();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["error", "warning"]);
    let options = RenderOptions { path_prefix: "svc/".to_owned(), ..RenderOptions::default() };
    let text = rendered(azure::render, &hostile(), &options);
    assert_eq!(text.lines().count(), 1, "{text}");
    let (properties, data) = command(text.trim_end_matches('\n'));
    assert_eq!(properties["sourcepath"], "svc/=a;b]c,d\"e<&%.py");
    assert_eq!(properties["code"], "bare-except");
    assert!(data.starts_with("=1+1 50% <b>&\"'; x,y ]: ##vso[task"), "{data}");
    assert!(data.contains("b\r\n\\u{1b}[31m\\u{202e}"), "{data}");
    assert!(text.contains("%AZP250A %AZP25AZP25"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}

#[test]
fn pylints_readers_read_each_finding() {
    let text = plain(pylint::render, &report());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "my dir/ü#1%.py:4: [W(bare-except), ] bare `except:` swallows everything");
    assert_eq!(lines[1], "my dir/ü#1%.py:3: [C(complex-function), ] `naïve` is too complex (12 > 10)");
    assert!(lines[2].starts_with("p/a.py:3: [E(import-cycle), ] import cycle: "), "{text}");
    assert_eq!(plain(pylint::render, &hostile()).lines().count(), 1);
}

#[test]
fn checkstyle_is_xml_with_an_element_for_each_finding() {
    for report in [report(), hostile()] {
        let text = plain(checkstyle::render, &report);
        let document = roxmltree::Document::parse(&text).unwrap();
        let root = document.root_element();
        assert_eq!((root.tag_name().name(), root.attribute("version")), ("checkstyle", Some("4.3")));
        let shown = report.findings.iter().filter(|finding| finding.counts());
        let mut wanted: Vec<(String, String, String)> = shown
            .map(|finding| {
                let (path, line) =
                    (finding.location.path.to_string(), finding.location.start.line.to_string());
                (path, line, finding.rule.to_string())
            })
            .collect();
        let mut found = Vec::new();
        for file in root.children().filter(roxmltree::Node::is_element) {
            for error in file.children().filter(roxmltree::Node::is_element) {
                let told = |name: &str| error.attribute(name).unwrap().to_owned();
                assert!(["error", "warning", "info"].contains(&told("severity").as_str()));
                let source = told("source");
                let [tool, _, rule] = source.split('.').collect::<Vec<_>>()[..] else { panic!("{source}") };
                assert_eq!(tool, "analyzer");
                found.push((file.attribute("name").unwrap().to_owned(), told("line"), rule.to_owned()));
            }
        }
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted);
    }
    let empty = plain(checkstyle::render, &Report::default());
    assert!(roxmltree::Document::parse(&empty).is_ok());
}

/// The rows of a CSV as RFC 4180 reads it.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty());
    rows
}

#[test]
fn csv_is_a_table_without_formulas() {
    let table = rows(&plain(csv::render, &report()));
    assert_eq!(table.len(), 6);
    assert_eq!(table[0][..7], ["path", "line", "column", "end_line", "end_column", "severity", "rule"]);
    assert!(table.iter().all(|row| row.len() == 13));
    assert_eq!(table[1][..8], ["my dir/ü#1%.py", "4", "2", "4", "9", "warning", "bare-except", "exceptions"]);
    let table = rows(&plain(csv::render, &hostile()));
    assert_eq!(table.len(), 2);
    assert_eq!(table[1][0], "'=a;b]c,d\"e<&%.py");
    assert!(table[1][8].starts_with("'=1+1 50%") && table[1][9] == "'-2+3", "{table:?}");
    for cell in &table[1] {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !cell.contains('\u{1b}'), "{cell}");
    }
}

#[test]
fn reviewdog_gets_columns_in_bytes_and_whole_fixes() {
    let told = parsed(rdjson::render, &report());
    assert_eq!(told["source"]["name"], "analyzer");
    let diagnostics = told["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), 5);
    let bare = &diagnostics[0];
    assert_eq!(
        (bare["severity"].as_str(), bare["code"]["value"].as_str()),
        (Some("WARNING"), Some("bare-except"))
    );
    assert!(bare["code"]["url"].as_str().unwrap().ends_with("/exceptions/bare-except.md"));
    assert_eq!(bare["suggestions"][0]["text"], "except BaseException:");
    assert_eq!(bare["suggestions"][0]["range"], bare["location"]["range"]);
    // Two tabs, `x = '`, and two signs of four bytes before the second of them.
    let wide = &diagnostics[1]["location"]["range"];
    assert_eq!((wide["start"]["line"].as_u64(), wide["start"]["column"].as_u64()), (Some(3), Some(12)));
    assert_eq!(diagnostics[2]["related_locations"][1]["location"]["path"], "p/b.py");
    assert_eq!(parsed(rdjson::render, &hostile())["diagnostics"][0]["location"]["path"], "=a;b]c,d\"e<&%.py");
    assert_eq!(parsed(rdjson::render, &Report::default())["diagnostics"], serde_json::json!([]));
    // A part of a fix is none.
    let mut two = report();
    let fix = two.findings[0].fix.as_mut().unwrap();
    fix.edits.push(fix.edits[0].clone());
    let place = two.findings[0].fix_locations[0].clone();
    two.findings[0].fix_locations.push(place);
    assert_eq!(parsed(rdjson::render, &two)["diagnostics"][0].get("suggestions"), None);
}

#[test]
fn sonarqubes_scanner_takes_the_report() {
    for report in [report(), hostile(), many(50), Report::default()] {
        let told = parsed(sonarqube::render, &report);
        let mut known = BTreeSet::new();
        for rule in told["rules"].as_array().unwrap() {
            for field in ["id", "name", "description", "engineId", "cleanCodeAttribute", "type", "severity"] {
                assert!(rule[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {rule}");
            }
            assert!(["BUG", "VULNERABILITY", "CODE_SMELL"].contains(&rule["type"].as_str().unwrap()));
            let [impact] = &rule["impacts"].as_array().unwrap()[..] else { panic!("{rule}") };
            assert!(["HIGH", "MEDIUM", "LOW"].contains(&impact["severity"].as_str().unwrap()));
            assert!(known.insert(rule["id"].as_str().unwrap().to_owned()), "twice: {rule}");
        }
        let issues = told["issues"].as_array().unwrap();
        assert_eq!(issues.len(), report.findings.iter().filter(|finding| finding.counts()).count());
        for issue in issues {
            assert!(known.contains(issue["ruleId"].as_str().unwrap()));
            assert!(
                issue.get("severity").is_none()
                    && issue.get("type").is_none()
                    && issue.get("engineId").is_none()
            );
            let secondary = issue.get("secondaryLocations").and_then(Value::as_array).into_iter().flatten();
            for place in std::iter::once(&issue["primaryLocation"]).chain(secondary) {
                assert!(place["message"].is_string() && place["filePath"].is_string());
                let range = &place["textRange"];
                let number = |key: &str| range.get(key).and_then(Value::as_u64);
                assert!(number("startLine").is_some_and(|line| line > 0));
                // The scanner refuses a range that holds nothing.
                if let (Some(line), Some(from), Some(to)) =
                    (number("endLine"), number("startColumn"), number("endColumn"))
                {
                    assert!((number("startLine").unwrap(), from) < (line, to), "{range}");
                }
            }
        }
    }
    // Columns count from 0, in UTF-16.
    let wide = &parsed(sonarqube::render, &report())["issues"][1]["primaryLocation"]["textRange"];
    assert_eq!((wide["startColumn"].as_u64(), wide["endColumn"].as_u64()), (Some(9), Some(14)));
}

#[test]
fn a_line_of_json_tells_where_and_when() {
    let run = RunInfo {
        repository: Some("https://example.org/a.git".to_owned()),
        commit: Some("0123abcd".to_owned()),
        time: Some("2026-01-31T00:00:00Z".to_owned()),
    };
    let options = RenderOptions { run, path_prefix: "svc/".to_owned(), ..RenderOptions::default() };
    let text = rendered(json_lines::render, &report(), &options);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    for line in &lines {
        assert_eq!(
            (line["repository"].as_str(), line["commit"].as_str()),
            (Some("https://example.org/a.git"), Some("0123abcd"))
        );
        assert_eq!(line["time"], "2026-01-31T00:00:00Z");
        assert_eq!(line["fingerprint"].as_str().unwrap().len(), 32);
        assert!(line["path"].as_str().unwrap().starts_with("svc/") && line["baselined"] == false);
    }
    assert_eq!(lines[2]["family"], "imports");
    assert_eq!(lines[2]["related"][1]["path"], "svc/p/b.py");
    // The other fields are those of the JSON report.
    let whole = parsed(json::render, &report());
    for (line, finding) in lines.iter().zip(whole["findings"].as_array().unwrap()) {
        for key in ["rule", "severity", "message", "range", "notes", "help", "properties", "fingerprint"] {
            assert_eq!(line[key], finding[key], "{key}");
        }
    }
    let unknown = plain(json_lines::render, &report());
    let first: Value = serde_json::from_str(unknown.lines().next().unwrap()).unwrap();
    assert!(first["repository"].is_null() && first["commit"].is_null() && first["time"].is_null());
}

#[test]
fn what_the_baseline_knows_is_marked() {
    let mut old = report();
    old.findings[0].baselined = true;
    let options = RenderOptions { baseline: true, ..RenderOptions::default() };
    let renders: [Render; 6] =
        [concise::render, pylint::render, azure::render, checkstyle::render, rdjson::render, gitlab::render];
    for render in renders {
        let text = rendered(render, &old, &options);
        assert_eq!(text.matches("(in the baseline)").count(), 1, "{text}");
    }
    assert!(rendered(junit::render, &old, &options).contains("<skipped message=\"in the baseline: "));
    let told: Value = serde_json::from_str(&rendered(json::render, &old, &options)).unwrap();
    let marks: Vec<bool> =
        told["findings"].as_array().unwrap().iter().map(|one| one["baselined"].as_bool().unwrap()).collect();
    assert_eq!(marks, [true, false, false, false, false]);
    let rules = rules();
    let rules: Vec<&RuleInfo> = rules.iter().collect();
    let states = |options: &RenderOptions| -> Vec<Value> {
        let log = written(|out| sarif::render(&old, &rules, options, out).map(|_| ()));
        let log: Value = serde_json::from_str(&log).unwrap();
        log["runs"][0]["results"].as_array().unwrap().iter().map(|one| one["baselineState"].clone()).collect()
    };
    assert_eq!(states(&options)[..2], ["unchanged", "new"]);
    assert!(states(&RenderOptions::default()).iter().all(Value::is_null));
}

/// Texts full of what formats reserve, and any other.
fn odd() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "=", "+", "-", "@", "\"", "'", ",", ";", "]", "[", "<", "&", "%", "##vso[", "::", "\n", "\r\n", "\t",
        " ", "\u{1b}", "\u{0}", "\u{202e}", "\u{ffff}", "é", "🦀", "a",
    ]);
    prop_oneof![
        prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat()),
        prop::collection::vec(any::<char>(), 0..12).prop_map(|chars| chars.into_iter().collect::<String>()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_a_format(message in odd(), path in odd(), help in odd()) {
        let mut made = finding("bare-except", Severity::Warning, &message, &path, "x = 1\n", "x");
        made.help = Some(help);
        let report = Report { findings: vec![made], ..report() };
        let whole = parsed(rdjson::render, &report);
        prop_assert_eq!(whole["diagnostics"][0]["location"]["path"].as_str(), Some(path.as_str()));
        let whole = parsed(sonarqube::render, &report);
        prop_assert_eq!(whole["issues"][0]["primaryLocation"]["filePath"].as_str(), Some(path.as_str()));
        let lines = plain(json_lines::render, &report);
        prop_assert_eq!(lines.lines().count(), 1);
        let line: Value = serde_json::from_str(&lines).unwrap();
        prop_assert_eq!(line["message"].as_str(), Some(message.as_str()));
        let xml = plain(checkstyle::render, &report);
        let document = roxmltree::Document::parse(&xml).unwrap();
        prop_assert_eq!(document.descendants().filter(|node| node.has_tag_name("error")).count(), 1);
        let table = rows(&plain(csv::render, &report));
        prop_assert!(table.len() == 2 && table.iter().all(|row| row.len() == 13));
        for cell in &table[1] {
            prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{:?}", cell);
        }
        let logged = plain(azure::render, &report);
        prop_assert_eq!(logged.lines().count(), 1);
        prop_assert_eq!(logged.matches('\u{1b}').count(), 0);
        let (properties, _) = command(logged.trim_end_matches('\n'));
        prop_assert_eq!(properties.len(), 5);
        prop_assert_eq!(properties["code"].as_str(), "bare-except");
        prop_assert_eq!(plain(pylint::render, &report).lines().count(), 1);
    }
}
