//! Unused imports of real projects, compared with those of ruff's F401; docs/accuracy/imports.md explains what is left.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use camino::Utf8PathBuf;
use compact_str::CompactString;

/// Path, line, and what is imported.
type Found = BTreeSet<(String, u64, String)>;

/// The expected figures of one project.
struct Expected {
    folder: &'static str,
    ruff: usize,
    both: usize,
    /// In an `__init__`, whose imports are its interface.
    init: usize,
    /// With a bare `# noqa`, which is meant for others.
    meant: usize,
    /// Taken by other files, or the project's own in a module that defines nothing.
    taken: usize,
    /// In a `try` that catches the missing module.
    probes: usize,
    /// Files in which only we find something: the use that ruff counts is of another import of the same name.
    ours: &'static [&'static str],
}

const EXPECTED: [Expected; 3] = [
    Expected { folder: "django", ruff: 107, both: 1, init: 101, meant: 4, taken: 0, probes: 1, ours: &[] },
    Expected {
        folder: "sqlalchemy",
        ruff: 153,
        both: 0,
        init: 111,
        meant: 31,
        taken: 9,
        probes: 2,
        ours: &[],
    },
    Expected {
        folder: "apache_airflow_core",
        ruff: 15,
        both: 5,
        init: 4,
        meant: 0,
        taken: 4,
        probes: 2,
        ours: &["airflow/dag_processing/importers/python_importer.py"],
    },
];

fn tools() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from)
}

/// The text between the first backticks of a message.
fn quoted(message: &str) -> &str {
    message.split('`').nth(1).unwrap()
}

fn ruff(folder: &Path) -> Found {
    let output = Command::new(tools().join("venv/bin/ruff"))
        .args(["check", "--isolated", "--select", "F401", "--ignore-noqa", "--exit-zero"])
        .args(["--no-cache", "--output-format", "json", "."])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let root = std::fs::canonicalize(folder).unwrap();
    let place = |one: &serde_json::Value| {
        let path = Path::new(one["filename"].as_str().unwrap());
        let path = path.strip_prefix(&root).or_else(|_| path.strip_prefix(folder)).unwrap();
        let name = quoted(one["message"].as_str().unwrap()).split(" as ").next().unwrap().to_owned();
        (path.to_str().unwrap().to_owned(), one["location"]["row"].as_u64().unwrap(), name)
    };
    found.iter().map(place).collect()
}

fn ours(folder: &Path) -> Found {
    let rules = ["unused-import"].map(CompactString::from).into();
    let root = Utf8PathBuf::from_path_buf(folder.to_owned()).unwrap();
    let engine = Engine::open(root, Settings::with_rules(rules), Options::default()).unwrap();
    let found = engine.check(&[]).unwrap().findings;
    let place = |finding: &analyzer_diagnostics::Finding| {
        let place = &finding.location;
        (place.path.to_string(), u64::from(place.start.line), quoted(&finding.message).to_owned())
    };
    found.iter().map(place).collect()
}

/// Why a finding of ruff's is none of ours.
fn reason(folder: &Path, path: &str, line: u64) -> &'static str {
    let text = std::fs::read_to_string(folder.join(path)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let at = line as usize - 1;
    if path.ends_with("/__init__.py") {
        return "init";
    }
    let noqa = lines[at].to_ascii_lowercase();
    if noqa.split("# noqa").nth(1).is_some_and(|rest| !rest.starts_with(':')) {
        return "meant";
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut least = indent(lines[at]);
    for line in lines[..at].iter().rev().filter(|line| !line.trim().is_empty()) {
        if indent(line) < least {
            least = indent(line);
            if line.trim_start().starts_with("try:") || line.trim_start().starts_with("except") {
                return "probe";
            }
        }
    }
    "taken"
}

#[test]
fn unused_imports_are_those_of_ruff_but_for_what_others_take() {
    for expected in EXPECTED {
        let folder = tools().join("corpora").join(expected.folder);
        assert!(folder.is_dir(), "{} is missing: run scripts/install-test-tools", folder.display());
        let (theirs, mine) = (ruff(&folder), ours(&folder));
        let only_mine: Vec<&str> = mine.difference(&theirs).map(|(path, ..)| path.as_str()).collect();
        assert_eq!(only_mine, expected.ours, "{}", expected.folder);
        let reasons: Vec<(&str, &(String, u64, String))> =
            theirs.difference(&mine).map(|one| (reason(&folder, &one.0, one.1), one)).collect();
        let count = |wanted: &str| reasons.iter().filter(|(reason, _)| *reason == wanted).count();
        assert_eq!(
            (
                theirs.len(),
                theirs.intersection(&mine).count(),
                count("init"),
                count("meant"),
                count("taken"),
                count("probe")
            ),
            (expected.ruff, expected.both, expected.init, expected.meant, expected.taken, expected.probes),
            "{}: {:#?}",
            expected.folder,
            reasons.iter().filter(|(reason, _)| *reason == "taken" || *reason == "probe").collect::<Vec<_>>()
        );
    }
}
