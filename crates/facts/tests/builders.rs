//! Our own parser, with tree-sitter for what it refuses, gives the facts that tree-sitter alone gives: of every file of
//! three large packages and of the fixture, and of damaged texts. The packages come from `scripts/install-test-tools`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

#[path = "support/generate.rs"]
mod generate;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use analyzer_facts::{Limits, extract, extract_by_tree_sitter};

fn assert_equal(name: &str, text: &str) {
    let limits = Limits { parse_time: Duration::from_secs(60) };
    let (own, other) = (extract(text, limits).unwrap(), extract_by_tree_sitter(text, limits).unwrap());
    if own != other {
        let (own, other) = (format!("{own:#?}"), format!("{other:#?}"));
        let differs = own.lines().zip(other.lines()).position(|(a, b)| a != b).unwrap_or(0);
        let around = |shown: &str| -> String {
            shown.lines().skip(differs.saturating_sub(20)).take(30).collect::<Vec<_>>().join("\n")
        };
        panic!("{name}\n{}\ninstead of\n{}", around(&own), around(&other));
    }
}

/// Compares all Python files below `root`, of which there are at least `least`.
fn compare(root: &Path, least: usize) {
    let mut folders = vec![fs::canonicalize(root).unwrap()];
    let mut compared = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py" || extension == "pyi")
                && let Ok(text) = fs::read_to_string(&path)
            {
                assert_equal(&path.display().to_string(), &text);
                compared += 1;
            }
        }
    }
    assert!(compared >= least, "only {compared} files");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn corpus(name: &str) -> PathBuf {
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or_else(|| root().join(".tools"), PathBuf::from);
    tools.join("corpora").join(name)
}

#[test]
fn django() {
    compare(&corpus("django"), 800);
}

#[test]
fn sqlalchemy() {
    compare(&corpus("sqlalchemy"), 200);
}

#[test]
fn airflow() {
    compare(&corpus("apache_airflow_core"), 500);
}

#[test]
fn fixture() {
    compare(&root().join("fixtures/monorepo"), 500);
}

#[test]
fn random_functions() {
    for seed in 1..40 {
        assert_equal(&format!("seed {seed}"), &generate::Generator::new(seed).module(12));
    }
}
