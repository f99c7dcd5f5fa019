//! `--statistics` on the fixture prints the audit: each figure as expected.toml plants it, by rule and by machine, as text
//! and as JSON.

use std::collections::BTreeMap;

use serde_json::Value;
use toml::Table;

use crate::{analyzer, expected, number};

/// A row: the count, and the counts by folder.
type Row = (i64, String);

/// Parts of the text: the rows of the rules, the lines with figures, and the lists of what is imported.
struct Text {
    rows: BTreeMap<String, Vec<Row>>,
    figures: BTreeMap<String, String>,
    imported: Vec<String>,
}

fn read(number: &str) -> i64 {
    number.replace(',', "").parse().unwrap()
}

fn text() -> Text {
    let out = analyzer(&["check", "--no-cache", "--statistics", "--output-format", "concise"]);
    let out = String::from_utf8(out).unwrap();
    let (rules, imported) = out.split_once("\nMost imported, in statements:\n").unwrap();
    let mut found = Text {
        rows: BTreeMap::new(),
        figures: BTreeMap::new(),
        imported: imported.lines().map(str::to_owned).collect(),
    };
    for line in rules.lines().filter(|line| !line.starts_with('[')) {
        if let Some((what, figure)) = line.split_once(": ") {
            found.figures.insert(what.to_owned(), figure.to_owned());
            continue;
        }
        let mut words = line.split_whitespace();
        let count = read(words.next().unwrap());
        let rule = words.nth(1).unwrap();
        let folders: Vec<&str> = words.filter(|word| !word.starts_with('[')).collect();
        found.rows.entry(rule.to_owned()).or_default().push((count, folders.join(" ")));
    }
    found
}

fn json() -> Value {
    let out = analyzer(&["check", "--no-cache", "--statistics", "--output-format", "json"]);
    serde_json::from_slice(&out).unwrap()
}

/// The audit's figures that are findings of one rule.
fn planted(expected: &Table) -> Vec<(&'static str, i64)> {
    let plant = |key: &str| number(expected, &["plants", key, "total"]);
    let length = |key: &str| expected[key].as_array().unwrap().len() as i64;
    // Placeholders of a template are there to be replaced: they are only reported on request.
    let credentials = expected["credentials"].as_array().unwrap().iter().filter(|one| !is_template(one));
    let credentials =
        credentials.map(|one| one.get("keys").map_or(1, |keys| keys.as_integer().unwrap())).sum();
    let startup = expected["startup"].as_table().unwrap();
    let missing = startup["missing"].as_array().unwrap().len() as i64;
    let pins: i64 = expected["dependency-drift"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["files"].as_array().unwrap().len() as i64)
        .sum();
    let found = vec![
        ("syntax-error", number(expected, &["broken-files"])),
        ("bare-except", number(expected, &["handlers", "bare"])),
        ("unused-import", number(expected, &["imports", "unused-names"])),
        ("unresolved-import", length("unresolved")),
        ("import-cycle", length("cycles")),
        ("god-class", length("god-classes")),
        ("duplicate-module", length("families")),
        ("hardcoded-port", expected["ports"]["literal"].as_array().unwrap().len() as i64),
        ("zmq-bind-without-curve", number(expected, &["ports", "binds-on-all-interfaces-without-curve"])),
        ("zmq-topology-mismatch", length("topology")),
        ("port-registry-drift", missing),
        ("default-credential", credentials),
        ("backup-file", number(expected, &["backups", "total"])),
        ("python2-syntax", plant("python2-print")),
        ("query-in-loop", plant("query-in-loop")),
        ("todo-without-ticket", plant("todo-without-ticket")),
        ("global-singleton", plant("global-singleton")),
        ("legacy-get-event-loop", plant("legacy-get-event-loop")),
        ("unauthenticated-admin-route", plant("unauthenticated-admin-route")),
        ("shell-dynamic-command", plant("shell-dynamic-command")),
        ("shell-constant-command", plant("shell-constant-command")),
        ("shell-with-argument-list", plant("shell-with-argument-list")),
        ("hardcoded-credential", plant("hardcoded-credential")),
        ("secret-token", plant("secret-token")),
    ];
    assert!(pins >= 3, "the drifts are compared one by one in dependencies.rs");
    found
}

fn is_template(credential: &toml::Value) -> bool {
    credential["path"].as_str().unwrap().ends_with(".template")
}

/// Figures as the audit itself has them, so that a fixture that drifts with the generator is noticed.
#[test]
fn what_is_planted_is_the_audit() {
    let expected = expected();
    let planted: BTreeMap<&str, i64> = planted(&expected).into_iter().collect();
    for (rules, audit) in [
        (&["bare-except"][..], 2873),
        (&["unused-import"], 3134),
        (&["import-cycle"], 6),
        (&["god-class"], 14),
        (&["duplicate-module"], 11),
        (&["hardcoded-port"], 39 + 18 + 18 + 16 + 14 + 7),
        (&["port-registry-drift"], 14),
        (&["backup-file"], 49),
        (&["query-in-loop"], 94),
        (&["todo-without-ticket"], 114),
        (&["global-singleton"], 17),
        (&["python2-syntax", "legacy-get-event-loop"], 48),
        (&["shell-dynamic-command", "shell-constant-command", "shell-with-argument-list"], 17),
        (&["unauthenticated-admin-route"], 1),
    ] {
        assert_eq!(rules.iter().map(|rule| planted[rule]).sum::<i64>(), audit, "{rules:?}");
    }
    assert_eq!(number(&expected, &["files"]), 588);
    // 31 % of the files are accepted by no parser.
    assert_eq!(number(&expected, &["broken-files"]) * 100 / 588, 30);
    assert_eq!(number(&expected, &["imports", "edges"]), 4636);
    assert_eq!(number(&expected, &["handlers", "total"]), 4117);
    let bodies = |table: &str, key: &str| number(&expected, &["handlers", table, key]);
    let silent: i64 = ["pass", "print"]
        .iter()
        .map(|key| bodies("bare-bodies", key) + bodies("exception-bodies", key))
        .sum();
    assert!(silent > 3000);
}

#[test]
fn the_audit_is_printed_number_by_number() {
    let expected = expected();
    let text = text();
    let count = |rule: &str| text.rows.get(rule).map(|rows| rows.iter().map(|row| row.0).sum::<i64>());
    for (rule, planted) in planted(&expected) {
        assert_eq!(count(rule), Some(planted), "{rule}");
    }
    let folders = |rule: &str| text.rows[rule][0].1.as_str();
    assert_eq!(folders("todo-without-ticket"), "main_pc_code 94, pc2_code 20");
    assert_eq!(folders("backup-file"), "pc2_code 42, main_pc_code 7");
    let figure = |what: &str| text.figures.get(what).map(String::as_str).unwrap_or_default();
    assert_eq!(figure("gpu modules"), "28");
    assert_eq!(figure("import edges"), "4,636");
    assert_eq!(figure("ports in code"), "5556 ×39, 5571 ×18, 5581 ×18, 5563 ×16, 5615 ×14, 5555 ×7");
    assert_eq!(figure("test files"), "81, pc2_code 51, main_pc_code 30");
    let started = "74, main_pc_code/config/startup_config.yaml 52, pc2_code/config/startup_config.yaml 22";
    assert_eq!(figure("started programs"), started);
    for group in expected["imports"]["groups"].as_array().unwrap() {
        let planted = group["statements"].as_integer().unwrap();
        let found = match group.get("prefix").and_then(toml::Value::as_str) {
            // The audit's groups of the project's modules are read from the rows of their packages.
            Some(prefix) => {
                let (package, stem) = prefix.rsplit_once('.').unwrap();
                of_package(&text.imported, package, stem)
            }
            None => {
                let modules = group["modules"].as_array().unwrap().iter();
                modules.map(|module| of_package(&text.imported, module.as_str().unwrap(), "")).sum()
            }
        };
        assert_eq!(found, planted, "{group:?}");
    }
    assert_eq!(of_package(&text.imported, "zmq", ""), number(&expected, &["imports", "import-zmq"]));
}

#[test]
fn the_audit_stands_in_json_number_by_number() {
    let expected = expected();
    let summary = &json()["summary"];
    let int = |value: &Value| value.as_i64().unwrap();
    for (rule, planted) in planted(&expected) {
        assert_eq!(int(&summary["byRule"][rule]), planted, "{rule}");
    }
    assert_eq!(int(&summary["files"]), number(&expected, &["files"]));
    assert_eq!(int(&summary["brokenFiles"]), number(&expected, &["broken-files"]));
    assert_eq!(int(&summary["importEdges"]), number(&expected, &["imports", "edges"]));
    assert_eq!(summary["gpuModules"].as_array().unwrap().len(), 28);
    let hot: Vec<i64> =
        summary["hotspots"].as_array().unwrap().iter().map(|one| int(&one["complexity"])).collect();
    assert_eq!(hot[..5], [137, 118, 111, 97, 95]);
    let inventory = &summary["inventory"];
    let ports: Vec<(i64, i64)> = inventory["ports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (int(&one["port"]), int(&one["count"])))
        .collect();
    assert_eq!(ports, [(5556, 39), (5571, 18), (5581, 18), (5563, 16), (5615, 14), (5555, 7)]);
    assert_eq!(int(&inventory["tests"]["main_pc_code"]), 30);
    assert_eq!(int(&inventory["tests"]["pc2_code"]), 51);
    for machine in ["main_pc_code", "pc2_code"] {
        let file = format!("{machine}/config/startup_config.yaml");
        assert_eq!(int(&inventory["started"][file]), number(&expected, &["startup", machine]));
    }
    // Three quarters of the calls that bind or connect use a variable.
    let (all, literal) = (int(&inventory["endpoints"]), int(&inventory["literalEndpoints"]));
    assert_eq!(literal, number(&expected, &["ports", "literal-calls"]));
    assert_eq!((all - literal) * 4 / all, 3);
    let packages = inventory["imported"].as_array().unwrap();
    for group in expected["imports"]["groups"].as_array().unwrap() {
        let planted = group["statements"].as_integer().unwrap();
        let found: i64 = match group.get("prefix").and_then(toml::Value::as_str) {
            Some(prefix) => {
                let modules = packages.iter().flat_map(|one| one["modules"].as_array().unwrap());
                let modules = modules.filter(|one| one["module"].as_str().unwrap().starts_with(prefix));
                modules.map(|one| int(&one["statements"])).sum()
            }
            None => {
                let modules = group["modules"].as_array().unwrap();
                let named = packages
                    .iter()
                    .filter(|one| modules.iter().any(|module| module.as_str() == one["package"].as_str()));
                named.map(|one| int(&one["statements"])).sum()
            }
        };
        assert_eq!(found, planted, "{group:?}");
    }
}

/// The statements of a package's row: all of them, or those of its modules that begin with `stem`.
fn of_package(imported: &[String], package: &str, stem: &str) -> i64 {
    let row = imported.iter().find(|row| row.split_whitespace().nth(1) == Some(package));
    assert!(row.is_some(), "{package} is missing in:\n{}", imported.join("\n"));
    let row = row.unwrap();
    if stem.is_empty() {
        return read(row.split_whitespace().next().unwrap());
    }
    let modules = row.split_once(package).unwrap().1.split(", ");
    let modules = modules.filter_map(|module| module.trim().split_once(' '));
    modules.filter(|(module, _)| module.starts_with(stem)).map(|(_, count)| read(count)).sum()
}
