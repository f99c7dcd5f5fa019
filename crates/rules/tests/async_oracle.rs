//! Verdicts of `blocking-call-in-async` on flake8-async's own test files, against what these files expect of ASYNC210 to
//! ASYNC251 and against ruff. Each difference must be one that a row of `docs/accuracy/async.md` explains.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use analyzer_facts::{Limits, extract};

/// The codes of ruff's counterparts.
const RUFF: &str = "ASYNC210,ASYNC212,ASYNC220,ASYNC221,ASYNC222,ASYNC230,ASYNC240,ASYNC250,ASYNC251";

/// Why verdicts differ; each is a row of `docs/accuracy/async.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// No import binds the name.
    NotImported,
    /// Every method of the object is reported, also one that does not block.
    AnyMethod,
    /// Reading a file that the coroutine opened: reported where it is opened.
    OpenedHere,
    /// The name has another annotation further down in the module.
    AnnotatedAnew,
    /// The function only computes.
    OnlyComputes,
    /// The call is awaited.
    Awaited,
    /// Only calls with one of HTTP's verbs as a literal are reported.
    Verb,
    /// A class that is imported by name, or bound in a way that is not followed.
    ClassByName,
    /// ruff resolves no name that nothing imports.
    RuffImports,
    /// ruff has no such code.
    RuffHasNone,
    /// The option or the name in a test file chooses other codes.
    OtherCodes,
    /// The result becomes a file whose calls are awaited.
    Wrapped,
}

impl Reason {
    /// How the row in the document begins.
    const fn row(self) -> &'static str {
        match self {
            Self::NotImported => "theirs alone: a name that nothing imports (`urlopen()`)",
            Self::AnyMethod => "theirs alone: any method of a client, pool or file (`close`, `anything`)",
            Self::OpenedHere => {
                "theirs alone: reading a file that the coroutine itself opened, or whose class is not followed"
            }
            Self::AnnotatedAnew => "theirs alone: a name that the module annotates anew further down",
            Self::OnlyComputes => "theirs alone: `normpath` and other functions that only compute",
            Self::Awaited => "theirs alone: the call is awaited",
            Self::Verb => "ours alone: `request` of a pool without a literal verb",
            Self::ClassByName => "ours alone: a class imported by name",
            Self::RuffImports => "ours alone, not ruff's: a module that the file does not import",
            Self::RuffHasNone => {
                "ours alone, not ruff's: httpx2, urllib3's pools, `os.fdopen`, files that were handed in"
            }
            Self::OtherCodes => "ours alone: the test file asks for other codes",
            Self::Wrapped => "ruff alone: the file is wrapped for awaiting (`trio.wrap_file(open(…))`)",
        }
    }
}

/// The lines that a test file marks.
fn expected(text: &str) -> BTreeSet<u32> {
    let mut lines = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let marks = line.split('#').skip(1).any(|comment| {
            let code = comment.trim().split(':').next().unwrap_or("");
            let blocks = code.strip_prefix("ASYNC2").is_some_and(|rest| !rest.starts_with("00"));
            blocks && comment.contains(':') && !code.contains(' ')
        });
        if marks {
            lines.insert(number);
        }
    }
    lines
}

/// Our lines.
fn ours(text: &str) -> BTreeSet<u32> {
    let facts = extract(text, Limits::default()).unwrap();
    let found = support::ours(&facts, |rule| rule.info.name == "blocking-call-in-async");
    found.iter().map(|one| support::line(text, one.range.start)).collect()
}

/// The lines of ruff, by file.
fn ruff(tools: &Path, folder: &Path) -> BTreeMap<PathBuf, BTreeSet<u32>> {
    let mut out: BTreeMap<PathBuf, BTreeSet<u32>> = BTreeMap::new();
    for (path, line, _) in support::ruff(tools, &["--select", RUFF], folder) {
        out.entry(path).or_default().insert(line);
    }
    assert!(!out.is_empty(), "ruff finds nothing in {}", folder.display());
    out
}

/// Why we do not report a line that flake8-async or ruff does.
fn missing(code: &str) -> Option<Reason> {
    if code.contains("wrap_file(") {
        return Some(Reason::Wrapped);
    }
    if code.contains("await ") || code.contains("async with") {
        return Some(Reason::Awaited);
    }
    if ["urlopen()", "normpath(\"\")"].contains(&code) || code.starts_with("request.urlopen") {
        return Some(if code.contains("normpath") { Reason::OnlyComputes } else { Reason::NotImported });
    }
    if ["normpath", "_joinrealpath", "abspath", "relpath", "basename", "dirname", "commonpath", "splitroot"]
        .iter()
        .any(|name| code.contains(name))
    {
        return Some(Reason::OnlyComputes);
    }
    let method = code.split('(').next()?.rsplit('.').next()?;
    match method {
        "anything" | "close" | "cwd" | "home" => Some(Reason::AnyMethod),
        method if method.starts_with("aoeu") => Some(Reason::AnyMethod),
        "send" if code.starts_with("glob_client") => Some(Reason::AnnotatedAnew),
        "read" | "readlines" | "write" => Some(Reason::OpenedHere),
        _ => None,
    }
}

/// Why flake8-async does not report a line that we do.
fn beyond(code: &str, name: &str) -> Option<Reason> {
    if code.contains(".request(") {
        return Some(Reason::Verb);
    }
    if name == "async212.py" {
        return Some(Reason::ClassByName);
    }
    let opens = ["open(", "fdopen(", "sleep(", "read(", "subprocess", "write("];
    opens.iter().any(|one| code.contains(one)).then_some(Reason::OtherCodes)
}

/// Why ruff does not report a line that we do.
fn beyond_ruff(code: &str, text: &str) -> Option<Reason> {
    let root = code.trim_start_matches("with ").trim_start_matches("await ").split(['.', '(']).next()?;
    if text.contains("urllib3") && code.contains(".request(")
        || code.contains(".read")
        || code.contains("Client")
    {
        return Some(Reason::RuffHasNone);
    }
    let imported = text.lines().any(|line| line.trim_start().starts_with("import ") && line.contains(root));
    if !imported { Some(Reason::RuffImports) } else { Some(Reason::RuffHasNone) }
}

#[test]
fn verdicts_are_those_of_flake8_async_or_a_row_explains_them() {
    let tools = support::tools(&["flake8-async-tests", "venv/bin/ruff"]);
    let folder = tools.join("flake8-async-tests").canonicalize().unwrap();
    let ruff = ruff(&tools, &folder);
    let mut unexplained = Vec::new();
    let mut counts: BTreeMap<Reason, u32> = BTreeMap::new();
    let (mut marked, mut agreed, mut ruff_lines, mut ruff_agreed) = (0, 0, 0, 0);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "py")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let code = |line: u32| lines[line as usize - 1].split("  #").next().unwrap_or("").trim();
        let ours = ours(&text);
        let mut differ = |line: u32, reason: Option<Reason>, what: &str| match reason {
            Some(reason) => *counts.entry(reason).or_default() += 1,
            None => unexplained.push(format!("{name}:{line}: {what}: {}", code(line))),
        };
        // Only these files say what they expect of the codes that are compared.
        if name.starts_with("async2") && name != "async200.py" {
            let expected = expected(&text);
            marked += expected.len();
            agreed += expected.intersection(&ours).count();
            for line in expected.difference(&ours) {
                differ(*line, missing(code(*line)), "flake8-async alone");
            }
            for line in ours.difference(&expected) {
                differ(*line, beyond(code(*line), name), "ours, not flake8-async's");
            }
        }
        let none = BTreeSet::new();
        let theirs = ruff.get(path).unwrap_or(&none);
        ruff_lines += theirs.len();
        ruff_agreed += theirs.intersection(&ours).count();
        for line in theirs.difference(&ours) {
            differ(*line, missing(code(*line)), "ruff alone");
        }
        for line in ours.difference(theirs) {
            differ(*line, beyond_ruff(code(*line), &text), "ours, not ruff's");
        }
    }
    assert!(unexplained.is_empty(), "no row explains:\n{}", unexplained.join("\n"));
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/accuracy/async.md");
    let document = std::fs::read_to_string(document).unwrap_or_default();
    let mut rows = vec![
        format!("| lines that flake8-async marks | {marked} |"),
        format!("| of these, ours too | {agreed} |"),
        format!("| lines that ruff reports | {ruff_lines} |"),
        format!("| of these, ours as well | {ruff_agreed} |"),
    ];
    rows.extend(counts.iter().map(|(reason, count)| format!("| {} | {count} |", reason.row())));
    let lacking: Vec<&String> = rows.iter().filter(|row| !document.contains(row.as_str())).collect();
    assert!(
        lacking.is_empty(),
        "docs lack:\n{}",
        lacking.iter().map(|row| row.as_str()).collect::<Vec<_>>().join("\n")
    );
}
