//! A project while an editor holds some of its files: what is found after any edits is what a fresh engine finds, and an
//! edit that no other file sees costs the same however many there are.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use analyzer_diagnostics::Finding;
use analyzer_engine::{Changes, Checked, Engine, OpenCheck, Options, Stamp, Unseen};
use analyzer_project::Settings;
use compact_str::CompactString;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rustc_hash::FxHashMap;

/// Lines of Python that say something to other files, or nothing, or break the text.
const LINES: &[&str] = &[
    "import p.a",
    "from p.b import g",
    "from p.a import f, LIMIT",
    "from .c import *",
    "import p.d_old",
    "import sys; sys.path.insert(0, \"p\")",
    "def f():\n    import p.c\n    return p.c",
    "def g(x):\n    for y in x:\n        if y:\n            return y",
    "def wait():\n    time.sleep(1)",
    "import time\nasync def main():\n    wait()\n    f()",
    "from p.a import wait",
    "LIMIT = 3",
    "__all__ = [\"f\", \"wait\"]",
    "PASSWORD = 'q8#Lk2!vZp0w'",
    "TOKEN = 'Zx9!kQ2#mW7v'",
    "import socket\nsocket.socket().bind((\"\", 5556))",
    "BUS_PORT = 5557",
    "from fastapi import APIRouter, FastAPI\nrouter = APIRouter()\n@router.post(\"/reload\")\ndef reload():\n    return 1",
    "from p.a import router\nfrom fastapi import FastAPI\napp = FastAPI()\napp.include_router(router)",
    "try:\n    work()\nexcept:\n    pass",
    "# analyzer: ignore-file[bare-except]",
    "# just a comment",
    "p.a.f()",
    "x = [1, 2]",
    "def broken(:",
    "    stray = 1",
    "\"\"\"unclosed",
];
/// Lines of files of configuration.
const CONFIGURATION: &[&str] = &[
    "ports:",
    "  FIRST: 5556",
    "  SECOND: 5557",
    "  password: q8#Lk2!vZp0w",
    "requests==2.0",
    "requests==2.1",
    "-r more.lst",
    "# a comment",
    "- [",
];
const PATHS: &[&str] = &[
    "p/__init__.py",
    "p/a.py",
    "p/b.py",
    "p/c.py",
    "p/d_old.py",
    "ports.yaml",
    "requirements.txt",
    "q/requirements.txt",
];

/// A module that is large enough to be compared with others.
static LARGE: LazyLock<String> = LazyLock::new(|| {
    let method = |n| format!("def m_{n}(self, a, b_{n}):\n    return self.x_{n}(a, b_{n}) + b_{n}.m({n})\n");
    (0..40).map(method).collect()
});

type Texts = BTreeMap<&'static str, String>;

#[derive(Debug, Clone)]
enum Edit {
    /// Puts a line at a place of a file, which comes into being if need be.
    Insert(&'static str, Index, &'static str),
    /// Takes a line out.
    Remove(&'static str, Index),
    /// The editor gives the file up; it keeps the text.
    Close(&'static str),
}

fn line(path: &str) -> BoxedStrategy<&'static str> {
    if path.ends_with(".py") {
        prop_oneof![20 => select(LINES), 2 => Just(LARGE.as_str())].boxed()
    } else {
        select(CONFIGURATION).boxed()
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    let insert = (select(PATHS), any::<Index>())
        .prop_flat_map(|(path, at)| line(path).prop_map(move |line| Edit::Insert(path, at, line)));
    prop_oneof![
        6 => insert,
        4 => (select(PATHS), any::<Index>()).prop_map(|(path, at)| Edit::Remove(path, at)),
        1 => select(PATHS).prop_map(Edit::Close),
    ]
}

fn texts() -> impl Strategy<Value = Texts> {
    let text = |path: &'static str| {
        let lines = prop::collection::vec(line(path), 0..6);
        lines.prop_map(move |lines| (path, lines.join("\n") + "\n"))
    };
    let files = select(PATHS).prop_flat_map(text);
    prop::collection::vec(files, 1..PATHS.len()).prop_map(|files| files.into_iter().collect())
}

fn apply(texts: &mut Texts, path: &'static str, change: impl FnOnce(&mut Vec<&str>)) {
    let text = texts.entry(path).or_default();
    let mut lines: Vec<&str> = text.lines().collect();
    change(&mut lines);
    let joined = lines.join("\n") + "\n";
    *text = joined;
}

fn settings() -> Settings {
    let rules: BTreeSet<CompactString> =
        analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect();
    Settings::with_rules(rules)
}

fn open(texts: &Texts, options: Options) -> Engine {
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Engine::in_memory(&files, settings(), options)
}

/// An editor's view of a project: it looks at other files only where the engine says that something concerns them.
struct Editor {
    engine: Engine,
    known: FxHashMap<Arc<str>, Stamp>,
    findings: HashMap<Arc<str>, Vec<Finding>>,
    /// The versions to show others before all are looked at.
    later: BTreeMap<Arc<str>, Unseen>,
}

impl Editor {
    fn new(engine: Engine) -> Self {
        let mut editor =
            Self { engine, known: FxHashMap::default(), findings: HashMap::new(), later: BTreeMap::new() };
        editor.look_at_everything(&BTreeSet::new());
        editor
    }

    fn take(&mut self, one: Checked) {
        self.known.insert(Arc::clone(&one.path), one.stamp);
        self.findings.insert(one.path, one.findings);
    }

    fn look_at_everything(&mut self, stale: &BTreeSet<Arc<str>>) {
        for later in std::mem::take(&mut self.later).into_values() {
            self.engine.show(later);
        }
        let changes = self.engine.snapshot().changes(&self.known, stale).unwrap();
        for gone in &changes.gone {
            self.known.remove(gone);
            self.findings.remove(gone);
        }
        changes.checked.into_iter().for_each(|one| self.take(one));
    }

    /// The files with findings that point to this one.
    fn pointing(&self, path: &str) -> BTreeSet<Arc<str>> {
        let points =
            |finding: &Finding| finding.related.iter().any(|related| &*related.location.path == path);
        let pointing = self.findings.iter().filter(|(from, all)| &***from != path && all.iter().any(points));
        pointing.map(|(from, _)| Arc::clone(from)).collect()
    }

    /// Takes a new text of a file. Returns whether other files were looked at.
    fn edit(&mut self, path: &str, text: &str) -> bool {
        self.engine.edit_file(path, text.into());
        let mut concerns_others = false;
        loop {
            // A change waits until every snapshot is gone.
            let outcome = self.engine.snapshot().check(path).unwrap();
            match outcome {
                Some(OpenCheck::Unseen(unseen)) => concerns_others |= self.engine.show(unseen),
                Some(OpenCheck::Checked(one, later)) => {
                    self.take(one);
                    concerns_others |= later.as_ref().is_some_and(Unseen::concerns_others);
                    self.later.extend(later.map(|later| (path.into(), later)));
                    break;
                }
                None => break,
            }
        }
        let stale = self.pointing(path);
        if concerns_others {
            self.look_at_everything(&stale);
        } else {
            let Changes { checked, .. } = self.engine.snapshot().recheck(&stale).unwrap();
            checked.into_iter().for_each(|one| self.take(one));
        }
        concerns_others
    }

    fn all(&self) -> Vec<Finding> {
        let sorted: BTreeMap<&Arc<str>, &Vec<Finding>> = self.findings.iter().collect();
        sorted.into_values().flatten().cloned().collect()
    }
}

/// Edits that other files saw, and edits that they did not.
static SEEN: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];

#[test]
fn after_any_edits_every_file_has_the_findings_of_a_fresh_engine() {
    let config = ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() };
    let session = (texts(), prop::collection::vec(edit(), 1..16));
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let result = runner.run(&session, |(mut texts, edits)| {
        let mut editor = Editor::new(open(&texts, Options::default()));
        for edit in &edits {
            let path = match edit {
                Edit::Insert(path, at, line) => {
                    apply(&mut texts, path, |lines| lines.insert(at.index(lines.len() + 1), line));
                    path
                }
                Edit::Remove(path, at) => {
                    apply(&mut texts, path, |lines| {
                        if !lines.is_empty() {
                            lines.remove(at.index(lines.len()));
                        }
                    });
                    path
                }
                Edit::Close(path) => {
                    // In memory there is no disk to go back to.
                    texts.remove(path);
                    editor.engine.close_file(path);
                    editor.look_at_everything(&editor.pointing(path));
                    continue;
                }
            };
            let seen = editor.edit(path, &texts[path]);
            SEEN[usize::from(seen)].fetch_add(1, Ordering::Relaxed);
            let expected = open(&texts, Options::default()).check(&[]).unwrap().findings;
            prop_assert_eq!(editor.all(), expected, "after {:?}", edit);
        }
        Ok(())
    });
    result.unwrap();
    let [unseen, seen] = [0, 1].map(|index: usize| SEEN[index].load(Ordering::Relaxed));
    assert!(unseen > 100 && seen > 100, "{unseen} edits that no other file saw, {seen} that others did");
}

/// A chain of modules that import each other, with a cycle at its end; in each a port, a secret and a function.
fn chain(length: usize) -> Texts {
    let module = |n: usize| {
        let next = n.checked_sub(1).unwrap_or(1);
        format!(
            "import os\nimport socket\nimport p.m{next}\n\nPASSWORD = 'q8#Lk2!vZp0{n}'\nBUS_PORT = {port}\n\n\ndef f():\n    s = \
             socket.socket()\n    s.bind(('', BUS_PORT))\n    return p.m{next}.f()\n",
            port = 5000 + n
        )
    };
    let paths = (0..length).map(|n| (&*format!("p/m{n}.py").leak(), module(n)));
    paths.chain([("ports.yaml", "ports:\n  FIRST: 5000\n".to_owned())]).collect()
}

/// How many results were asked for, and the queries that ran.
type Cost = (u64, Vec<String>);

fn cost(engine: &Engine) -> Cost {
    (engine.asked_queries(), engine.executed_queries())
}

/// Holds that work on `p/m0.py` costs the same in a chain of ten modules and in one of three hundred, and runs nothing of
/// other files.
fn costs_the_same<const N: usize>(work: impl Fn(&mut Editor, &str) -> [Cost; N]) {
    let [few, many] = [10, 300].map(|length| {
        let texts = chain(length);
        let mut editor = Editor::new(open(&texts, Options { log_queries: true, ..Options::default() }));
        assert!(editor.edit(EDITED, &texts[EDITED]), "it was never seen as one that is edited");
        let _ = cost(&editor.engine);
        work(&mut editor, &texts[EDITED])
    });
    for ((few, ran), (many, ran_too)) in few.iter().zip(&many) {
        assert_eq!(ran, ran_too);
        assert!(ran.iter().all(|query| query.ends_with("(p/m0.py)")), "{ran:?}");
        assert_eq!(few, many, "results that were asked for; ran {ran:?}");
    }
}

/// Whether a text was checked, and says nothing to other files but what copies of it would be recognised by.
fn concerns_nobody(checked: &Option<OpenCheck>) -> bool {
    let Some(OpenCheck::Checked(_, later)) = checked else { return false };
    later.as_ref().is_none_or(|later| !later.concerns_others())
}

/// The file that is edited in a chain.
const EDITED: &str = "p/m0.py";

#[test]
fn an_edit_in_a_function_costs_the_same_in_projects_of_ten_files_and_of_three_hundred() {
    costs_the_same(|editor, text| {
        let body = text.replace("s = socket.socket()", "s = socket.socket()\n    s.settimeout(3)");
        let comment = body.replace("import os\n", "import os\n# more\n");
        [body.clone(), comment, body.replace("import os\n", "# less\nimport os\n"), text.to_owned()].map(
            |text| {
                editor.engine.edit_file(EDITED, text.into());
                let checked = editor.engine.snapshot().check(EDITED).unwrap();
                assert!(concerns_nobody(&checked), "nothing that others see has changed");
                cost(&editor.engine)
            },
        )
    });
}

#[test]
fn breaking_a_function_costs_the_same_too() {
    costs_the_same(|editor, text| {
        let broken = text.replace("s = socket.socket()", "s = socket.socket()\n    s.settimeout(");
        [&broken, text].map(|text| {
            editor.engine.edit_file(EDITED, text.into());
            let Some(OpenCheck::Unseen(unseen)) = editor.engine.snapshot().check(EDITED).unwrap() else {
                panic!("others must be told that it is broken, or sound again")
            };
            assert!(editor.engine.show(unseen));
            let _ = cost(&editor.engine);
            let checked = editor.engine.snapshot().check(EDITED).unwrap();
            assert!(concerns_nobody(&checked));
            cost(&editor.engine)
        })
    });
}

#[test]
fn how_alike_copies_are_can_wait() {
    let copies = ["p/a.py", "p/b.py", "p/c.py"];
    let mut texts: Texts = copies.map(|path| (path, LARGE.clone())).into();
    let mut editor = Editor::new(open(&texts, Options { log_queries: true, ..Options::default() }));
    assert!(editor.all().iter().any(|finding| finding.rule == "duplicate-module"));
    editor.edit("p/b.py", &texts["p/b.py"]);
    for word in ["other", "more", "last"] {
        texts.insert("p/b.py", LARGE.replace("self.x_5", &format!("self.{word}")));
        editor.engine.edit_file("p/b.py", texts["p/b.py"].as_str().into());
        let _ = editor.engine.executed_queries();
        let outcome = editor.engine.snapshot().check("p/b.py").unwrap();
        let Some(OpenCheck::Checked(one, Some(later))) = outcome else {
            panic!("it is checked at once, and others are to see it later")
        };
        let executed = editor.engine.executed_queries();
        assert!(executed.iter().all(|query| query.ends_with("(p/b.py)")), "{executed:?}");
        editor.take(one);
        assert!(editor.engine.show(later));
        editor.look_at_everything(&editor.pointing("p/b.py"));
        let expected = open(&texts, Options::default()).check(&[]).unwrap().findings;
        assert_eq!(editor.all(), expected);
    }
}

#[test]
fn a_copy_is_compared_with_what_was_typed_while_there_was_none() {
    let mut texts: Texts = [("p/a.py", LARGE.clone()), ("p/b.py", "x = 1\n".to_owned())].into();
    let mut editor = Editor::new(open(&texts, Options::default()));
    editor.edit("p/a.py", &texts["p/a.py"]);
    let mut unnoticed = 0;
    for method in 0..40 {
        let text = LARGE.replacen(&format!("self.x_{method}("), "self.other(", 1);
        unnoticed += u32::from(!editor.edit("p/a.py", &text));
        texts.insert("p/a.py", text);
        texts.insert("p/b.py", LARGE.clone());
        editor.edit("p/b.py", &texts["p/b.py"]);
        let expected = open(&texts, Options::default()).check(&[]).unwrap().findings;
        assert_eq!(editor.all(), expected, "{method}");
        assert!(expected.iter().any(|finding| finding.rule == "duplicate-module"), "{method}");
        texts.insert("p/b.py", "x = 1\n".to_owned());
        editor.edit("p/b.py", &texts["p/b.py"]);
    }
    assert!(unnoticed > 0, "no edit left the lowest fingerprints as they were");
}
