//! Whole corpora: each file that both parsers accept has one tree, and no sound file is refused without a reason.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::support::{self, Outcome};

/// Files by what became of them.
#[derive(Default)]
struct Counts {
    equal: usize,
    /// Refused, or of another tree where tree-sitter has an error, with the reason.
    doubtful: Vec<(String, &'static str, bool)>,
}

/// Compares the trees of all files and stops at the first one that is another.
fn compared(files: &[PathBuf]) -> Counts {
    let counts = Mutex::new(Counts::default());
    support::on_all_cores(files, |oracle, file: &PathBuf| {
        let Ok(text) = std::fs::read_to_string(file) else { return };
        let outcome = support::compare(oracle, &text);
        let mut counts = counts.lock().unwrap();
        let path = file.display().to_string();
        match outcome {
            Outcome::Equal | Outcome::Misread => counts.equal += 1,
            Outcome::Refused(refused, _) => counts.doubtful.push((path, refused.reason, refused.certain)),
            Outcome::OtherThanError => counts.doubtful.push((path, "", false)),
            Outcome::Other(words) => panic!("{path}: {words}"),
        }
    });
    counts.into_inner().unwrap()
}

/// Checks that CPython refuses what we refuse, and compiles what we read but tree-sitter does not.
fn check(counts: Counts) {
    let paths: Vec<String> = counts.doubtful.iter().map(|(path, ..)| path.clone()).collect();
    let sound = support::compiled(&paths);
    for (path, reason, certain) in counts.doubtful {
        let compiles = sound.contains(&path);
        assert!(!(compiles && certain), "{path}: {reason}");
        if compiles != reason.is_empty() {
            panic!("{path}: {}", if compiles { reason } else { "not refused" });
        }
    }
}

#[test]
fn the_fixture() {
    let files = support::python_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures"));
    let counts = compared(&files);
    assert!(counts.equal > 350, "{}", counts.equal);
    check(counts);
}

#[test]
fn large_packages() {
    let counts = compared(&support::corpus_files());
    let folder = support::tools();
    assert!(
        counts.equal >= 1_890,
        "{} in {}: run scripts/install-test-tools",
        counts.equal,
        folder.display()
    );
    check(counts);
}

#[test]
fn the_library_of_python() {
    let counts = compared(&support::library_files());
    assert!(counts.equal > 500, "{}", counts.equal);
    check(counts);
}
