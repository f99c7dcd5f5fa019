//! `--statistics` on the fixture prints the audit: each figure as expected.toml plants it, by rule and by machine.

use std::collections::BTreeMap;

use crate::{analyzer, expected, number};

/// A row: the count, and the counts by folder.
type Row = (i64, String);

/// The rows of the rules, and the list of what is imported.
fn statistics() -> (BTreeMap<String, Vec<Row>>, Vec<String>) {
    let out = analyzer(&["check", "--no-cache", "--statistics", "--output-format", "concise"]);
    let out = String::from_utf8(out).unwrap();
    let (rules, imported) = out.split_once("\nMost imported, in statements:\n").unwrap();
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for line in rules.lines().filter(|line| !line.starts_with(['[', 'g'])) {
        let mut words = line.split_whitespace();
        let count: i64 = words.next().unwrap().replace(',', "").parse().unwrap();
        let rule = words.nth(1).unwrap();
        let folders: Vec<&str> = words.filter(|word| !word.starts_with('[')).collect();
        rows.entry(rule.to_owned()).or_default().push((count, folders.join(" ")));
    }
    (rows, imported.lines().map(str::to_owned).collect())
}

#[test]
fn the_audit_is_printed_number_by_number() {
    let expected = expected();
    let (rows, imported) = statistics();
    let count = |rule: &str| rows.get(rule).map(|rows| rows.iter().map(|row| row.0).sum::<i64>());
    let plant = |key: &str| number(&expected, &["plants", key, "total"]);
    let length = |key: &str| expected[key].as_array().unwrap().len() as i64;
    for (rule, planted) in [
        ("syntax-error", number(&expected, &["broken-files"])),
        ("todo-without-ticket", plant("todo-without-ticket")),
        ("backup-file", number(&expected, &["backups", "total"])),
        ("duplicate-module", length("families")),
        ("global-singleton", plant("global-singleton")),
        ("python2-syntax", plant("python2-print")),
        ("shell-dynamic-command", plant("shell-dynamic-command")),
        ("shell-constant-command", plant("shell-constant-command")),
        ("shell-with-argument-list", plant("shell-with-argument-list")),
        ("unresolved-import", length("unresolved")),
    ] {
        assert_eq!(count(rule), Some(planted), "{rule}");
    }
    let folders = |rule: &str| rows[rule][0].1.as_str();
    assert_eq!(folders("todo-without-ticket"), "main_pc_code 94, pc2_code 20");
    assert_eq!(folders("backup-file"), "pc2_code 42, main_pc_code 7");
    for group in expected["imports"]["groups"].as_array().unwrap() {
        let planted = group["statements"].as_integer().unwrap();
        // The audit's groups of the project's modules are read from the rows of their packages.
        if let Some(prefix) = group.get("prefix").and_then(toml::Value::as_str) {
            let (package, stem) = prefix.rsplit_once('.').unwrap();
            assert_eq!(statements(&imported, package, stem), planted, "{prefix}");
        }
    }
}

/// The statements of a package's row: all of them, or those of its modules that begin with `stem`.
fn statements(imported: &[String], package: &str, stem: &str) -> i64 {
    let read = |number: &str| number.replace(',', "").parse::<i64>().unwrap();
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
