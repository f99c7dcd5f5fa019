//! The main job on `fixtures/monorepo`: everything that `expected.toml` plants is found, and nothing of these families
//! besides. Through the command line, as a maintainer runs it.

#![expect(clippy::unwrap_used, reason = "tests")]

mod alone;
mod r#async;
mod besides;
mod gpu;
mod network;
mod parsers;
mod web;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

mod dependencies;
mod hygiene;
mod statistics;

use assert_cmd::Command;
use serde_json::Value;
use toml::Table;

mod imports;

/// Path and line of each hop; the verdict; the path of the import to break.
type ToldCycle = (BTreeSet<(String, i64)>, String, String);

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/monorepo")
}

fn expected() -> Table {
    std::fs::read_to_string(fixture().join("expected.toml")).unwrap().parse().unwrap()
}

/// The audit counted every place, and those in its copies too.
const COUNTED: &str = "copies = \"report\"\n[rules.todo-without-ticket]\neach = true\n";

/// Configured to count as the audit did, unless the arguments say otherwise.
fn analyzer(arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("copies.toml");
    std::fs::write(&config, COUNTED).unwrap();
    let mut command = Command::cargo_bin("analyzer").unwrap();
    command.args(arguments).arg(fixture());
    if !arguments.contains(&"--config") && !arguments.contains(&"--isolated") {
        command.arg("--config").arg(config);
    }
    let output = command.output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The findings of these rules, with `broad-except` strict.
fn findings(select: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("strict.toml");
    std::fs::write(&config, format!("{COUNTED}[rules.broad-except]\nstrict = true\n")).unwrap();
    let config = config.to_str().unwrap();
    let out =
        analyzer(&["check", "--no-cache", "--output-format", "json", "--config", config, "--select", select]);
    let report: Value = serde_json::from_slice(&out).unwrap();
    report["findings"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

fn line(finding: &Value) -> i64 {
    finding["range"]["start"]["line"].as_i64().unwrap()
}

fn number(table: &Table, path: &[&str]) -> i64 {
    let mut value = &table[path[0]];
    for key in &path[1..] {
        value = &value[key];
    }
    value.as_integer().unwrap()
}

#[test]
fn every_broad_handler_is_found_and_no_other() {
    let expected = expected();
    let mut found: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for finding in findings("exceptions") {
        let counts = found.entry(text(&finding, "path").to_owned()).or_default();
        match text(&finding["properties"], "catches") {
            "everything" => counts.0 += 1,
            "Exception" => counts.1 += 1,
            other => panic!("not planted: {other} in {finding}"),
        }
    }
    let planted: BTreeMap<String, (i64, i64)> = expected["by-file"]
        .as_table()
        .unwrap()
        .iter()
        .map(|(path, file)| {
            let count = |key: &str| file[key].as_integer().unwrap();
            (path.clone(), (count("bare"), count("exception")))
        })
        .filter(|(_, counts)| *counts != (0, 0))
        .collect();
    assert_eq!(found, planted);

    let sum = |prefix: &str| -> i64 {
        let below = found.iter().filter(|(path, _)| path.starts_with(prefix));
        below.map(|(_, counts)| counts.0 + counts.1).sum()
    };
    let totals = found.values().fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
    assert_eq!(totals, (2873, 1244));
    assert_eq!((sum("main_pc_code/"), sum("pc2_code/")), (2491, 1626));
    assert_eq!(number(&expected, &["handlers", "total"]), totals.0 + totals.1);
}

#[test]
fn every_cycle_is_found_once_with_its_statements_verdict_and_break() {
    let found = findings("imports");
    let of_rule = |rule: &'static str| found.iter().filter(move |finding| text(finding, "rule") == rule);
    let mut told: Vec<ToldCycle> = of_rule("import-cycle")
        .map(|finding| {
            let hops = finding["related"].as_array().unwrap().iter();
            let hops = hops.map(|hop| (text(hop, "path").to_owned(), line(hop))).collect();
            let verdict = text(&finding["properties"], "verdict").to_owned();
            (hops, verdict, text(finding, "path").to_owned())
        })
        .collect();
    told.sort();
    let expected = expected();
    let mut planted: Vec<ToldCycle> = expected["cycles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cycle| {
            let hops = cycle["hops"].as_array().unwrap().iter();
            let hops =
                hops.map(|hop| (hop["path"].as_str().unwrap().to_owned(), hop["line"].as_integer().unwrap()));
            let word = |key: &str| cycle[key].as_str().unwrap().to_owned();
            (hops.collect(), word("verdict"), word("break"))
        })
        .collect();
    planted.sort();
    assert_eq!(told, planted);
    assert_eq!(
        of_rule("deferred-import-cycle").count() as i64,
        number(&expected, &["imports", "deferred-cycles"])
    );
    assert_eq!(of_rule("self-import").count() as i64, number(&expected, &["imports", "self-imports"]));
    let unresolved: BTreeSet<(String, i64)> = of_rule("unresolved-import")
        .map(|finding| (text(finding, "path").to_owned(), line(finding)))
        .collect();
    let planted: BTreeSet<(String, i64)> = expected["unresolved"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["path"].as_str().unwrap().to_owned(), one["line"].as_integer().unwrap()))
        .collect();
    assert_eq!(unresolved, planted);
}

#[test]
fn every_complex_function_is_found_with_its_value() {
    let expected = expected();
    let broken: BTreeSet<&str> =
        expected["broken"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    let found = findings("complex-function");
    let told: BTreeMap<(String, String, i64), i64> = found
        .iter()
        .filter(|finding| !broken.contains(text(finding, "path")))
        .map(|finding| {
            let properties = &finding["properties"];
            let key =
                (text(finding, "path").to_owned(), text(properties, "function").to_owned(), line(finding));
            (key, properties["complexity"].as_i64().unwrap())
        })
        .collect();
    let functions = expected["complexity"]["functions"].as_array().unwrap();
    let planted: BTreeMap<(String, String, i64), i64> = functions
        .iter()
        .map(|one| {
            let word = |key: &str| one[key].as_str().unwrap().to_owned();
            let key = (word("path"), word("function"), one["line"].as_integer().unwrap());
            (key, one["complexity"].as_integer().unwrap())
        })
        .collect();
    assert_eq!(told, planted);
    let mut values: Vec<i64> =
        found.iter().map(|f| f["properties"]["complexity"].as_i64().unwrap()).collect();
    values.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(values[..5], [137, 118, 111, 97, 95]);
    assert!(values[5] < 60);
}

#[test]
fn every_broken_file_has_one_syntax_error_and_no_other_file_has() {
    let found = findings("syntax");
    let told: Vec<&str> = found.iter().map(|finding| text(finding, "path")).collect();
    let expected = expected();
    let mut planted: Vec<&str> =
        expected["broken"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    planted.sort_unstable();
    assert_eq!(told, planted);
    assert!(found.iter().all(|finding| text(finding, "rule") == "syntax-error"));
}

#[test]
fn every_import_edge_is_found() {
    let graph: Value = serde_json::from_slice(&analyzer(&["graph", "--no-cache"])).unwrap();
    assert_eq!(graph["nodes"].as_array().unwrap().len(), 588);
    let mut edges: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for edge in graph["edges"].as_array().unwrap() {
        if edge["implicit"] == false {
            edges.entry(text(edge, "from").to_owned()).or_default().insert(text(edge, "to"));
        }
    }
    let expected = expected();
    for (path, file) in expected["by-file"].as_table().unwrap() {
        let count = edges.get(path).map_or(0, BTreeSet::len) as i64;
        assert_eq!(count, file["edges"].as_integer().unwrap(), "{path}");
    }
    let total: usize = edges.values().map(BTreeSet::len).sum();
    assert_eq!(total, 4636);
}

/// The findings of a rule by file.
fn by_file(rule: &str) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for finding in findings(rule) {
        *counts.entry(text(&finding, "path").to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn shell_commands_and_credentials_are_found_file_by_file() {
    let expected = expected();
    let rules = [
        "shell-dynamic-command",
        "shell-constant-command",
        "shell-with-argument-list",
        "hardcoded-credential",
        "secret-token",
    ];
    for rule in rules {
        let plants = expected["plants"][rule]["by-file"].as_table().unwrap();
        let planted: BTreeMap<String, i64> =
            plants.iter().map(|(path, count)| (path.clone(), count.as_integer().unwrap())).collect();
        assert_eq!(by_file(rule), planted, "{rule}");
    }
    assert!(by_file("shell-dash-c").is_empty());
}

#[test]
fn every_literal_port_is_found_with_its_number() {
    let expected = expected();
    let mut planted: Vec<(String, i64)> = expected["ports"]["literal"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["path"].as_str().unwrap().to_owned(), one["port"].as_integer().unwrap()))
        .collect();
    planted.sort();
    let mut found: Vec<(String, i64)> = findings("hardcoded-port")
        .iter()
        .map(|finding| (text(finding, "path").to_owned(), finding["properties"]["port"].as_i64().unwrap()))
        .collect();
    found.sort();
    assert_eq!(found, planted);
    let count = |port| found.iter().filter(|(_, number)| *number == port).count();
    assert_eq!([5556, 5581, 5571, 5563, 5615, 5555].map(count), [39, 18, 18, 16, 14, 7]);
    // Those without CURVE are findings of another rule.
    let binds = number(&expected, &["ports", "binds-on-all-interfaces-with-curve"]);
    assert_eq!(by_file("bind-all-interfaces").values().sum::<i64>(), binds);
}

#[test]
fn default_and_placeholder_credentials_are_found() {
    let expected = expected();
    let planted: BTreeMap<String, i64> = expected["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let keys = one.get("keys").map_or(1, |keys| keys.as_integer().unwrap());
            (one["path"].as_str().unwrap().to_owned(), keys)
        })
        .collect();
    // Placeholders of a template are there to be replaced: they are only reported on request.
    let mut told = planted.clone();
    told.retain(|path, _| !path.ends_with(".template"));
    assert!(told.len() < planted.len());
    assert_eq!(by_file("default-credential"), told);
}
