//! Nothing besides what is planted: which rules say something of the fixture at all. How often and where each of them does
//! is compared with expected.toml beside this file.

use std::collections::BTreeSet;

use super::{findings, line, text};

/// The rules that expected.toml plants faults for.
const PLANTED: [&str; 32] = [
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
    "startup-list-drift",
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
fn an_open_bind_without_curve_is_told_by_one_rule() {
    let places = |rule: &str| -> BTreeSet<(String, i64)> {
        findings(rule).iter().map(|one| (text(one, "path").to_owned(), line(one))).collect()
    };
    let (open, all) = (places("zmq-bind-without-curve"), places("bind-all-interfaces"));
    assert!(!open.is_empty() && open.is_disjoint(&all));
}
