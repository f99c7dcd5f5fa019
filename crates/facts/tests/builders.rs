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

use analyzer_facts::{Builder, Limits, extract};
use corpora::{compare, corpus, root};

fn assert_equal(name: &str, text: &str) {
    let limits = Limits::of_time(Duration::from_secs(60));
    let by_tree_sitter = Limits { builder: Builder::TreeSitter, ..limits };
    let (own, other) = (extract(text, limits).unwrap(), extract(text, by_tree_sitter).unwrap());
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

/// Texts that tree-sitter's grammar does not know: it reads them after a repair.
#[test]
fn forms_beyond_the_grammar() {
    for text in [
        "import a\nlazy import b.c as d, e\nlazy from .f import (g,\n  h as i)\nd.j(g)\n",
        "if a:\n    lazy from b import c; c.d()\n",
        "def f(a):\n    return {**b for b in a if b}, {**b for b in a}, [*b for b in a]\n",
        "class A[T = int]:\n    def f(self):\n        try:\n            g()\n        except Exception:\n            pass\n",
    ] {
        assert_equal(text, text);
    }
}

#[test]
fn random_functions() {
    for seed in 1..40 {
        assert_equal(&format!("seed {seed}"), &generate::Generator::new(seed).module(12));
    }
}
