//! Our own parser, with tree-sitter for what it refuses, gives the facts that tree-sitter alone gives: of every file of
//! three large packages and of the fixture, and of damaged texts. The packages come from `scripts/install-test-tools`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

#[path = "support/corpora.rs"]
mod corpora;
#[path = "support/generate.rs"]
mod generate;

use std::time::Duration;

use analyzer_facts::{Limits, extract, extract_by_tree_sitter};
use corpora::{compare, corpus, root};

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

#[test]
fn django() {
    compare(&corpus("django"), 800, assert_equal);
}

#[test]
fn sqlalchemy() {
    compare(&corpus("sqlalchemy"), 200, assert_equal);
}

#[test]
fn airflow() {
    compare(&corpus("apache_airflow_core"), 500, assert_equal);
}

#[test]
fn fixture() {
    compare(&root().join("fixtures/monorepo"), 500, assert_equal);
}

#[test]
fn random_functions() {
    for seed in 1..40 {
        assert_equal(&format!("seed {seed}"), &generate::Generator::new(seed).module(12));
    }
}
