//! Verdicts on every call that a shell reads, against ruff's S602, S604, S605 and bandit's B602, B604, B605: on three real
//! packages and on bandit's own examples. Each difference must be one that a row of `docs/accuracy/commands.md` explains.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use analyzer_diagnostics::Diagnostic;
use analyzer_facts::{Limits, extract};

/// Folders below the tools, in the order of the document's columns.
const FOLDERS: [&str; 4] =
    ["corpora/django", "corpora/sqlalchemy", "corpora/apache_airflow_core", "bandit-examples"];

/// Why verdicts differ; each is a row of `docs/accuracy/commands.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// `S604`, `B604`: the callee starts no program.
    NoRunner,
    /// `shell=` is decided at run time: `S603` there, which is not compared.
    MayBeAShell,
    /// bandit grades it HIGH, but nothing in it changes.
    FoldsToAConstant,
    /// The file is no Python 3.
    CannotParse,
}

impl Reason {
    /// How the row in the document begins.
    const fn row(self) -> &'static str {
        match self {
            Self::NoRunner => "ruff and bandit alone: `shell=True` of a function that starts no program",
            Self::MayBeAShell => "bandit and ours alone: `shell=` is decided at run time",
            Self::FoldsToAConstant => "graded lower by ours: the command folds to a constant",
            Self::CannotParse => "ours alone: the file does not parse",
        }
    }
}

/// Findings of the other tools on one line.
#[derive(Debug, Default)]
struct Others {
    ruff: BTreeSet<String>,
    bandit: BTreeSet<(String, String)>,
}

/// Their findings by file and line; and the files that bandit cannot read.
fn others(tools: &Path, folder: &Path) -> (BTreeMap<(PathBuf, u64), Others>, BTreeSet<PathBuf>) {
    let mut out: BTreeMap<(PathBuf, u64), Others> = BTreeMap::new();
    for (path, line, code) in support::ruff(tools, &["--preview", "--select", "S602,S604,S605"], folder) {
        if code.starts_with("S6") {
            out.entry((path, u64::from(line))).or_default().ruff.insert(code);
        }
    }
    let bandit = ["-q", "-f", "json", "--exit-zero", "--ignore-nosec", "-t", "B602,B604,B605", "-r"];
    let found = support::json(&tools.join("venv/bin/bandit"), &bandit, folder);
    for finding in found["results"].as_array().unwrap() {
        let path = PathBuf::from(finding["filename"].as_str().unwrap());
        let line = finding["line_number"].as_u64().unwrap();
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        out.entry((path, line)).or_default().bandit.insert((text("test_id"), text("issue_severity")));
    }
    let errors = found["errors"].as_array().unwrap().iter();
    (out, errors.map(|error| PathBuf::from(error["filename"].as_str().unwrap())).collect())
}

/// Our findings that the others have a rule for: all but those of `shell-dash-c`.
fn ours(text: &str) -> Vec<Diagnostic> {
    let facts = extract(text, Limits::default()).unwrap();
    support::ours(&facts, |rule| rule.info.family == "commands" && rule.info.name != "shell-dash-c")
}

/// Why the verdicts on one call differ; an error where no row explains it, none where they are equal.
fn compare(ours: &Diagnostic, theirs: &Others, unread: bool) -> Result<Option<Reason>, ()> {
    let may_be = ours.message.contains("may be a shell");
    let constant = ours.rule == "shell-constant-command";
    let high = theirs.bandit.iter().any(|(_, severity)| severity == "HIGH");
    match (theirs.ruff.is_empty(), theirs.bandit.is_empty()) {
        (false, true) if unread => Ok(Some(Reason::CannotParse)),
        (true, true) if unread => Ok(Some(Reason::CannotParse)),
        (true, false) if may_be => Ok(Some(Reason::MayBeAShell)),
        (false, false) if constant && high => Ok(Some(Reason::FoldsToAConstant)),
        // A command that bandit grades LOW is a literal, or a list of them.
        (false, false) if constant != high && !may_be => Ok(None),
        (false, false) if ours.rule == "shell-with-argument-list" => Ok(None),
        _ => Err(()),
    }
}

#[test]
fn verdicts_equal_those_of_ruff_and_bandit_or_a_row_explains_them() {
    let needed = FOLDERS.into_iter().chain(["venv/bin/ruff", "venv/bin/bandit"]);
    let tools = support::tools(&needed.collect::<Vec<_>>());
    let mut unexplained = Vec::new();
    let mut counts: BTreeMap<Reason, [u32; FOLDERS.len()]> = BTreeMap::new();
    let mut agreed = [0_u32; FOLDERS.len()];
    for (column, folder) in FOLDERS.into_iter().enumerate() {
        let folder = tools.join(folder).canonicalize().unwrap();
        let (mut theirs, unread) = others(&tools, &folder);
        for path in support::python_files(&folder) {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            for finding in ours(&text) {
                let line = |at| u64::from(support::line(&text, at));
                let (first, last) = (line(finding.range.start), line(finding.range.end));
                let mut found = Others::default();
                for line in first..=last {
                    if let Some(others) = theirs.remove(&(path.clone(), line)) {
                        found.ruff.extend(others.ruff);
                        found.bandit.extend(others.bandit);
                    }
                }
                match compare(&finding, &found, unread.contains(&path)) {
                    Ok(None) => agreed[column] += 1,
                    Ok(Some(reason)) => counts.entry(reason).or_default()[column] += 1,
                    Err(()) => {
                        unexplained.push(format!("{}:{first}: {found:?}, ours {finding:?}", path.display()))
                    }
                }
            }
        }
        for ((path, line), others) in theirs {
            let no_runner = others.ruff.iter().all(|code| code == "S604")
                && others.bandit.iter().all(|(code, _)| code == "B604");
            if no_runner {
                counts.entry(Reason::NoRunner).or_default()[column] += 1;
            } else {
                unexplained.push(format!("{}:{line}: {others:?}, ours nothing", path.display()));
            }
        }
    }
    assert!(unexplained.is_empty(), "no row explains:\n{}", unexplained.join("\n"));
    compare_with_document(agreed, &counts);
}

/// The document's figures are the measured ones.
fn compare_with_document(agreed: [u32; FOLDERS.len()], counts: &BTreeMap<Reason, [u32; FOLDERS.len()]>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/accuracy/commands.md");
    let document = std::fs::read_to_string(path).unwrap();
    let rows = counts.iter().map(|(reason, numbers)| (reason.row(), numbers));
    let mut missing = Vec::new();
    for (title, [django, sqlalchemy, airflow, examples]) in std::iter::once(("equal", &agreed)).chain(rows) {
        let row = format!("| {title} | {django} | {sqlalchemy} | {airflow} | {examples} |");
        if !document.contains(&row) {
            missing.push(row);
        }
    }
    assert!(missing.is_empty(), "docs/accuracy/commands.md lacks\n{}", missing.join("\n"));
}
