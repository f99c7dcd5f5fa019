//! Verdicts on the test files of pylint and flake8-bugbear, line by line, for the messages that rules of ours cover. Each
//! difference must be one that a row of `docs/accuracy/functional.md` explains.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use analyzer_diagnostics::{Finding, RuleInfo};
use analyzer_engine::{Engine, Options};
use analyzer_project::config::{Catalogue, ConfigSource, parse};

/// Everything that catches broadly, and every function with its value.
const CONFIG: &str = "select = [\"exceptions\", \"complex-function\", \"self-import\", \"syntax-error\"]\n\
    [rules.broad-except]\nstrict = true\n[rules.complex-function]\nmetric = \"mccabe\"\nmax = 0\n";

/// Why verdicts differ; each is a row of `docs/accuracy/functional.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Configured,
    RaisesOrDisabled,
    Match,
    Blocks,
    BehindTheGrammar,
    OwnMessage,
}

impl Reason {
    /// How the row in the document begins.
    const fn row(self) -> &'static str {
        match self {
            Self::Configured => "theirs alone: a class that the test's configuration calls too broad",
            Self::RaisesOrDisabled => {
                "ours alone, with `strict`: the handler raises again, or the test file switches the message off"
            }
            Self::Match => "value differs: pylint counts `match`, the mccabe package does not",
            Self::Blocks => "theirs alone: statements at the top of the module have a value of their own",
            Self::BehindTheGrammar => {
                "theirs alone: a backslash at the end of the file, an unknown encoding, an imported file that does not parse"
            }
            Self::OwnMessage => "ours alone: CPython refuses the file, pylint has another message for it",
        }
    }
}

fn folder(name: &str) -> PathBuf {
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map(PathBuf::from);
    let tools = tools.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools"));
    let folder = tools.join(name);
    assert!(folder.exists(), "{} is missing: run `scripts/install-test-tools`", folder.display());
    folder
}

/// Path and text of every Python file below a folder, sorted; those that are no UTF-8 are left out.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                out.push((path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), text));
            }
        }
    }
    out.sort();
    out
}

/// Our findings, comments that switch rules off taken into account.
fn findings(files: &[(String, String)]) -> BTreeMap<String, Vec<Finding>> {
    let infos: Vec<&RuleInfo> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    let settings = parse(CONFIG, ConfigSource::Analyzer, Catalogue(&infos)).unwrap();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let report = Engine::in_memory(&files, settings, Options::default()).check(&[]).unwrap();
    let mut by_file: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in report.findings.into_iter().filter(|finding| !finding.suppressed) {
        by_file.entry(finding.location.path.to_string()).or_default().push(finding);
    }
    by_file
}

/// The lines that a file of pylint's marks with a message: `# [name]`, `# [one,name]`, `# +1: [name]`.
fn marked(text: &str, message: &str) -> BTreeSet<u32> {
    let mut lines = BTreeSet::new();
    for (number, line) in (1_i64..).zip(text.lines()) {
        let Some((_, comment)) = line.split_once('#') else { continue };
        let Some((before, rest)) = comment.split_once('[') else { continue };
        let names = rest.split(']').next().unwrap_or("");
        if names.split(',').any(|name| name.trim() == message) {
            let offset: i64 = before.trim().trim_end_matches(':').parse().unwrap_or(0);
            lines.insert((number + offset) as u32);
        }
    }
    lines
}

fn lines(found: Option<&Vec<Finding>>, wanted: impl Fn(&Finding) -> bool) -> BTreeSet<u32> {
    let found = found.into_iter().flatten().filter(|finding| wanted(finding));
    found.map(|finding| finding.location.start.line).collect()
}

/// The differences, by reason, and those without one.
#[derive(Default)]
struct Differences {
    counts: BTreeMap<Reason, u32>,
    unexplained: Vec<String>,
    same: BTreeMap<&'static str, usize>,
}

impl Differences {
    fn compare(
        &mut self,
        what: &'static str,
        path: &str,
        theirs: &BTreeSet<u32>,
        ours: &BTreeSet<u32>,
        explain: impl Fn(u32, bool) -> Option<Reason>,
    ) {
        *self.same.entry(what).or_default() += theirs.intersection(ours).count();
        for line in theirs.symmetric_difference(ours) {
            let by_them = theirs.contains(line);
            self.note(explain(*line, by_them), || {
                format!("{path}:{line}: {what}: {}", if by_them { "theirs alone" } else { "ours alone" })
            });
        }
    }

    fn note(&mut self, reason: Option<Reason>, text: impl FnOnce() -> String) {
        match reason {
            Some(reason) => *self.counts.entry(reason).or_default() += 1,
            None => self.unexplained.push(text()),
        }
    }

    fn finish(self) {
        assert!(self.unexplained.is_empty(), "no row explains:\n{}", self.unexplained.join("\n"));
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/accuracy/functional.md");
        let document = std::fs::read_to_string(document).unwrap_or_default();
        let mut rows: Vec<String> =
            self.same.iter().map(|(what, count)| format!("| {what} | {count} |")).collect();
        rows.extend(self.counts.iter().map(|(reason, count)| format!("| {} | {count} |", reason.row())));
        rows.retain(|row| !document.contains(row.as_str()));
        assert!(rows.is_empty(), "docs lack:\n{}", rows.join("\n"));
    }
}

fn catches_broadly(finding: &Finding) -> bool {
    analyzer_rules::find(&finding.rule).is_some_and(|rule| rule.info.family == "exceptions")
}

#[test]
fn verdicts_on_pylints_functional_tests() {
    let folder = folder("pylint-functional");
    let files = files(&folder);
    assert!(files.len() > 700, "{}", files.len());
    let found = findings(&files);
    let mut all = Differences::default();
    for (path, text) in &files {
        let ours = found.get(path);
        let line_of = |number: u32| text.lines().nth(number as usize - 1).unwrap_or("").trim();
        let bare = |finding: &Finding| catches_broadly(finding) && finding.rule == "bare-except";
        all.compare("bare-except", path, &marked(text, "bare-except"), &lines(ours, bare), |_, theirs| {
            (!theirs).then_some(Reason::RaisesOrDisabled)
        });
        let broad = |finding: &Finding| catches_broadly(finding) && finding.rule != "bare-except";
        all.compare(
            "broad-exception-caught",
            path,
            &marked(text, "broad-exception-caught"),
            &lines(ours, broad),
            |line, theirs| match (theirs, line_of(line)) {
                (true, code) if code.contains("Custom") => Some(Reason::Configured),
                (false, _) => Some(Reason::RaisesOrDisabled),
                _ => None,
            },
        );
        all.compare(
            "import-self",
            path,
            &marked(text, "import-self"),
            &lines(ours, |finding| finding.rule == "self-import"),
            |_, _| None,
        );
        let refused =
            |text: &str| -> BTreeSet<u32> { marked(text, "syntax-error").into_iter().map(|_| 1).collect() };
        let broken: BTreeSet<u32> =
            lines(ours, |finding| finding.rule == "syntax-error").into_iter().map(|_| 1).collect();
        all.compare("syntax-error (files)", path, &refused(text), &broken, |_, theirs| {
            if theirs {
                Some(Reason::BehindTheGrammar)
            } else {
                is_refused_by_cpython(&folder.join(path)).then_some(Reason::OwnMessage)
            }
        });
        if path.starts_with("ext/mccabe/mccabe") {
            complexity(path, &folder, ours, &mut all);
        }
    }
    all.finish();
}

/// Whether CPython does not compile a file.
fn is_refused_by_cpython(path: &Path) -> bool {
    let script = "import sys; compile(open(sys.argv[1], encoding='utf-8').read(), sys.argv[1], 'exec')";
    let output = std::process::Command::new("python3").args(["-c", script]).arg(path).output().unwrap();
    String::from_utf8_lossy(&output.stderr).contains("SyntaxError")
}

/// The values in the expected output beside a file against ours.
fn complexity(path: &str, folder: &Path, ours: Option<&Vec<Finding>>, all: &mut Differences) {
    let expected = std::fs::read_to_string(folder.join(path).with_extension("txt")).unwrap();
    let values: BTreeMap<u32, i64> = ours
        .into_iter()
        .flatten()
        .filter(|finding| finding.rule == "complex-function")
        .map(|finding| (finding.location.start.line, finding.properties["complexity"].as_i64().unwrap()))
        .collect();
    for line in expected.lines().filter(|line| line.starts_with("too-complex:")) {
        let number: u32 = line.split(':').nth(1).unwrap().parse().unwrap();
        let rating = line.split("rating is ").nth(1).unwrap();
        let rating: i64 = rating.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
        match values.get(&number) {
            Some(value) if *value == rating => {
                *all.same.entry("too-complex, with its value").or_default() += 1
            }
            Some(value) => {
                let reason = line.contains("match").then_some(Reason::Match);
                all.note(reason, || format!("{path}:{number}: {value}, not {rating}"));
            }
            None => all.note(line.contains("This '").then_some(Reason::Blocks), || {
                format!("{path}:{number}: no value")
            }),
        }
    }
}

#[test]
fn verdicts_on_bare_clauses_of_bugbears_tests() {
    let files = files(&folder("flake8-bugbear-tests"));
    assert!(files.len() > 70, "{}", files.len());
    let found = findings(&files);
    let mut all = Differences::default();
    for (path, text) in &files {
        let theirs: BTreeSet<u32> = (1..)
            .zip(text.lines())
            .filter(|(_, line)| line.contains("# B001:"))
            .map(|(number, _)| number)
            .collect();
        let bare = |finding: &Finding| {
            catches_broadly(finding)
                && finding.properties.get("catches").is_some_and(|what| what == "everything")
        };
        all.compare("B001", path, &theirs, &lines(found.get(path), bare), |_, _| None);
    }
    all.finish();
}
