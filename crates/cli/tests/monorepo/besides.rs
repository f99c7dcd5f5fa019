//! Nothing besides what is planted: which rules say something of the fixture at all. How often and where each of them does
//! is compared with expected.toml beside this file.

use std::collections::{BTreeMap, BTreeSet};

use super::{by_file, expected, findings, text};

/// The rules that expected.toml plants faults for.
const PLANTED: [&str; 31] = [
    "backup-file",
    "bare-except",
    "bind-all-interfaces",
    "broad-except",
    "complex-function",
    "default-credential",
    "dependency-drift",
    "duplicate-module",
    "global-singleton",
    "god-class",
    "hardcoded-credential",
    "hardcoded-port",
    "import-cycle",
    "legacy-get-event-loop",
    "lost-traceback",
    "port-conflict",
    "port-registry-drift",
    "python2-syntax",
    "query-in-loop",
    "secret-token",
    "shell-constant-command",
    "shell-dynamic-command",
    "shell-with-argument-list",
    "swallowed-exception",
    "syntax-error",
    "todo-without-ticket",
    "unauthenticated-admin-route",
    "unresolved-import",
    "unused-import",
    "zmq-bind-without-curve",
    "zmq-topology-mismatch",
];

#[test]
fn no_rule_speaks_without_a_planted_fault() {
    let found = findings("ALL");
    let rules: BTreeSet<&str> = found.iter().map(|finding| text(finding, "rule")).collect();
    assert_eq!(rules, PLANTED.into_iter().collect());
}

#[test]
fn every_open_bind_is_found_file_by_file() {
    let expected = expected();
    let mut planted: BTreeMap<String, i64> = BTreeMap::new();
    for one in expected["ports"]["literal"].as_array().unwrap() {
        if one["role"].as_str().unwrap() == "bind-all" {
            *planted.entry(one["path"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    for (path, count) in expected["ports"]["variable"]["bind-all"].as_table().unwrap() {
        *planted.entry(path.clone()).or_default() += count.as_integer().unwrap();
    }
    let mut found = by_file("bind-all-interfaces");
    for (path, count) in planted {
        let left = found.get_mut(&path).unwrap();
        *left -= count;
    }
    // What is left is bound with CURVE.
    let curve = expected["ports"]["binds-on-all-interfaces-with-curve"].as_integer().unwrap();
    assert!(found.values().all(|left| *left >= 0), "{found:?}");
    assert_eq!(found.values().sum::<i64>(), curve);
}
