//! Verdicts on every handler of three real packages against ruff's E722, BLE001, S110 and S112: each difference must
//! be one that a row of `docs/accuracy/exceptions.md` explains.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use analyzer_diagnostics::Diagnostic;
use analyzer_facts::{Caught, FileFacts, Handler, HandlerBody, HandlerForm, HandlerMarks, Limits, extract};

const CORPORA: [&str; 3] = ["django", "sqlalchemy", "apache_airflow_core"];

/// Why a verdict differs from ruff's; each is a row of `docs/accuracy/exceptions.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    RaisesOnEveryPath,
    RaisesOnSomePath,
    KeepsTraceback,
    HandsOn,
    Answered,
    Describes,
    KeepsCancellation,
    RaisesTooSeldom,
    Suppresses,
    CatchesThroughAlias,
}

impl Reason {
    /// How the row in the document begins.
    const fn row(self) -> &'static str {
        match self {
            Self::RaisesOnEveryPath => "ruff alone: every path raises, or ends the process",
            Self::RaisesOnSomePath => "ruff alone: some paths raise, `except Exception`",
            Self::KeepsTraceback => "ruff alone: the traceback is logged or reported",
            Self::HandsOn => "ruff alone: the exception is handed on",
            Self::Answered => "ruff alone: a note that a comment, or its place, answers",
            Self::Describes => "ruff alone: the description of an object, which must not fail",
            Self::KeepsCancellation => "ours alone: `CancelledError` is kept in a coroutine",
            Self::RaisesTooSeldom => "ours alone: `BaseException` is raised again on some paths only",
            Self::Suppresses => "ours alone: `contextlib.suppress(Exception)`",
            Self::CatchesThroughAlias => "ours alone: `Exception` through an alias or a tuple constant",
        }
    }
}

/// Lines that ruff reports, with their codes, by file.
fn ruff(tools: &Path, corpus: &Path) -> BTreeMap<PathBuf, BTreeMap<u32, BTreeSet<String>>> {
    let mut out: BTreeMap<_, BTreeMap<u32, BTreeSet<String>>> = BTreeMap::new();
    for (path, line, code) in support::ruff(tools, &["--select", "E722,BLE001,S110,S112"], corpus) {
        out.entry(path).or_default().entry(line).or_default().insert(code);
    }
    assert!(!out.is_empty(), "ruff finds nothing in {}", corpus.display());
    out
}

/// Our findings, by the handler's start.
fn ours(facts: &FileFacts) -> BTreeMap<u32, Diagnostic> {
    let found = support::ours(facts, |rule| rule.info.family == "exceptions");
    let count = found.len();
    let by_start: BTreeMap<_, _> = found.into_iter().map(|d| (d.range.start, d)).collect();
    assert_eq!(by_start.len(), count, "two findings for one handler");
    by_start
}

/// Whether a comment, or the handler's place, explains why it goes on.
fn answered(handler: &Handler) -> bool {
    let marks =
        [HandlerMarks::COMMENTED, HandlerMarks::TEARDOWN, HandlerMarks::EVALUATES, HandlerMarks::PROBES];
    marks.into_iter().any(|mark| handler.marks.has(mark))
}

/// Why the two verdicts on a handler differ; none where no row explains it.
fn explain(
    handler: &Handler,
    header: &str,
    codes: &BTreeSet<String>,
    ours: Option<&Diagnostic>,
) -> Option<Reason> {
    if ours.is_none() {
        return match handler.body {
            HandlerBody::Leaves => Some(Reason::RaisesOnEveryPath),
            HandlerBody::LeavesPartly if codes.contains("BLE001") => Some(Reason::RaisesOnSomePath),
            HandlerBody::KeepsTraceback => Some(Reason::KeepsTraceback),
            HandlerBody::Escapes => Some(Reason::HandsOn),
            HandlerBody::GoesOn | HandlerBody::Logs if answered(handler) => Some(Reason::Answered),
            _ if handler.marks.has(HandlerMarks::DESCRIBES) => Some(Reason::Describes),
            _ => None,
        };
    }
    if handler.form == HandlerForm::Suppress {
        return Some(Reason::Suppresses);
    }
    match handler.caught {
        Caught::Cancelled => Some(Reason::KeepsCancellation),
        Caught::Bare | Caught::BaseException if handler.body == HandlerBody::LeavesPartly => {
            Some(Reason::RaisesTooSeldom)
        }
        Caught::Exception | Caught::BaseException if !header.contains("Exception") => {
            Some(Reason::CatchesThroughAlias)
        }
        _ => None,
    }
}

#[test]
fn verdicts_equal_those_of_ruff_or_a_row_explains_them() {
    let corpora = CORPORA.map(|corpus| format!("corpora/{corpus}"));
    let needed = corpora.iter().map(String::as_str).chain(["venv/bin/ruff"]);
    let tools = support::tools(&needed.collect::<Vec<_>>());
    let show = std::env::var_os("ANALYZER_SHOW_HANDLERS").is_some();
    let mut unexplained = Vec::new();
    let mut counts: BTreeMap<Reason, [u32; CORPORA.len()]> = BTreeMap::new();
    let mut totals = Vec::new();
    for (column, corpus) in CORPORA.into_iter().enumerate() {
        let folder = tools.join("corpora").join(corpus).canonicalize().unwrap();
        let ruff = ruff(&tools, &folder);
        let (mut handlers, mut agreed, mut matched, mut ruff_alone) = (0, 0, 0, 0);
        for path in support::python_files(&folder) {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let facts = extract(&text, Limits::default()).unwrap();
            let ours = ours(&facts);
            let none = BTreeMap::new();
            let lines = ruff.get(&path).unwrap_or(&none);
            for handler in &facts.handlers {
                handlers += 1;
                let line = |at| support::line(&text, at);
                let first = line(handler.range.start);
                let header = handler.range.slice(&text);
                let is_clause = handler.form != HandlerForm::Suppress;
                let span = first..=line(handler.range.end);
                let codes: BTreeSet<String> = if is_clause {
                    lines.range(span).flat_map(|(_, codes)| codes.iter().cloned()).collect()
                } else {
                    BTreeSet::new()
                };
                matched += codes.len();
                // A handler that ruff reports for `pass` or `continue` does nothing for us either.
                let passes = codes.contains("S110") || codes.contains("S112");
                assert!(!passes || handler.body == HandlerBody::Swallows, "{}:{first}", path.display());
                let found = ours.get(&handler.range.start);
                if show && handler.caught >= Caught::Cancelled {
                    let rule = found.map_or("-", |d| d.rule.as_str());
                    let severity = found.map_or("", |d| d.severity.as_str());
                    println!(
                        "SHOW\t{}:{first}\t{rule}\t{severity}\t{:?}\t{codes:?}",
                        path.display(),
                        handler.body
                    );
                }
                if found.is_some() != codes.is_empty() {
                    agreed += 1;
                    continue;
                }
                ruff_alone += u32::from(found.is_none());
                match explain(handler, header, &codes, found) {
                    Some(reason) => counts.entry(reason).or_default()[column] += 1,
                    None => unexplained
                        .push(format!("{}:{first}: ruff {codes:?}, ours {found:?}", path.display())),
                }
            }
        }
        let reported: usize = ruff.values().flat_map(BTreeMap::values).map(BTreeSet::len).sum();
        assert_eq!(matched, reported, "each finding of ruff lies on one of our handlers");
        totals.push((handlers, agreed, ruff_alone, handlers - agreed - ruff_alone));
    }
    assert!(unexplained.is_empty(), "no row explains:\n{}", unexplained.join("\n"));
    compare_with_document(&totals, &counts);
}

/// The document's figures are the measured ones.
fn compare_with_document(totals: &[(u32, u32, u32, u32)], counts: &BTreeMap<Reason, [u32; CORPORA.len()]>) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let read = |path: &str| std::fs::read_to_string(docs.join(path)).unwrap_or_default();
    let document = read("accuracy.md") + &read("accuracy/exceptions.md");
    let mut rows = Vec::new();
    for (handlers, agreed, ruff, ours) in totals {
        let thousands =
            |n: &u32| if *n < 1000 { n.to_string() } else { format!("{},{:03}", n / 1000, n % 1000) };
        rows.push(format!("| {} | {} | {ruff} | {ours} |", thousands(handlers), thousands(agreed)));
    }
    for (reason, [django, sqlalchemy, airflow]) in counts {
        rows.push(format!("| {} | {django} | {sqlalchemy} | {airflow} |", reason.row()));
    }
    rows.retain(|row| !document.contains(row));
    assert!(rows.is_empty(), "docs lack:\n{}", rows.join("\n"));
}
