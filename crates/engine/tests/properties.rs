//! Laws of any project and any edits: incremental equals cold, one thread equals several, and a run with a
//! cache equals one without.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use analyzer_diagnostics::Finding;
use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use camino::Utf8PathBuf;
use compact_str::CompactString;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Lines that change what other files see, what this file does, or whether it parses.
const LINES: &[&str] = &[
    "import p.a",
    "import p.b as b",
    "from p import c",
    "from p.a import f, LIMIT",
    "from p.b import g",
    "from . import d",
    "from .q.e import *",
    "import p.q.e",
    "import top",
    "lazy import p.b",
    "lazy from p.c import h",
    "if any(a\n       for a in b):\n    f()",
    "from p.missing import nothing",
    "import sys; sys.path.insert(0, \"p\")",
    "if TYPE_CHECKING:\n    from p.c import h",
    "try:\n    import p.c\nexcept ImportError:\n    pass",
    "def f():\n    import p.d\n    return p.d",
    "def g(x):\n    for y in x:\n        if y:\n            return y",
    "class Agent:\n    from p.b import g",
    "LIMIT = 3",
    "__all__ = [\"f\", \"e\"]",
    "try:\n    work()\nexcept:\n    pass",
    "try:\n    work()\nexcept Exception as error:\n    print(error)",
    "if __name__ == \"__main__\":\n    import p.a",
    "# just a comment",
    "def broken(:",
    "    stray = 1",
    "call(1, [2",
    "<<<<<<< HEAD",
    "try:",
    "\"\"\"unclosed",
    "except ValueError:",
];

const PATHS: &[&str] = &[
    "p/__init__.py",
    "p/a.py",
    "p/b.py",
    "p/c.py",
    "p/d.py",
    "p/q/__init__.py",
    "p/q/e.py",
    "top.py",
    "setup.py",
    "p/pyproject.toml",
    "p/q/setup.cfg",
];

type Texts = BTreeMap<&'static str, String>;

#[derive(Debug, Clone)]
enum Edit {
    /// Puts a line at a place of a file, which comes into being if need be.
    Insert(&'static str, Index, &'static str),
    /// Takes a line out.
    Remove(&'static str, Index),
    /// Deletes the file.
    Delete(&'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => (select(PATHS), any::<Index>(), select(LINES)).prop_map(|(path, at, line)| Edit::Insert(path, at, line)),
        3 => (select(PATHS), any::<Index>()).prop_map(|(path, at)| Edit::Remove(path, at)),
        1 => select(PATHS).prop_map(Edit::Delete),
    ]
}

fn texts() -> impl Strategy<Value = Texts> {
    let text = prop::collection::vec(select(LINES), 0..6).prop_map(|lines| lines.join("\n") + "\n");
    prop::collection::btree_map(select(PATHS), text, 1..PATHS.len())
}

fn apply(texts: &mut Texts, edit: &Edit) -> &'static str {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    match edit {
        Edit::Insert(path, at, line) => {
            let text = texts.entry(path).or_default();
            let mut all = lines(text);
            all.insert(at.index(all.len() + 1), (*line).to_owned());
            *text = all.join("\n") + "\n";
            path
        }
        Edit::Remove(path, at) => {
            if let Some(text) = texts.get_mut(path) {
                let mut all = lines(text);
                if !all.is_empty() {
                    all.remove(at.index(all.len()));
                }
                *text = all.join("\n") + "\n";
            }
            path
        }
        Edit::Delete(path) => {
            texts.remove(path);
            path
        }
    }
}

fn settings() -> Settings {
    let rules: BTreeSet<CompactString> =
        analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect();
    Settings::with_rules(rules)
}

fn open(texts: &Texts) -> Engine {
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Engine::in_memory(&files, settings(), Options { line_hashes: true, ..Options::default() })
}

fn check(engine: &Engine) -> Vec<Finding> {
    engine.check(&[]).unwrap().findings
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_the_findings_are_those_of_a_fresh_engine(
        start in texts(),
        edits in prop::collection::vec(edit(), 1..8),
    ) {
        let mut texts = start;
        let mut engine = open(&texts);
        check(&engine);
        for edit in &edits {
            let path = apply(&mut texts, edit);
            engine.set_file(path, texts.get(path).map(String::as_str));
            prop_assert_eq!(check(&engine), check(&open(&texts)), "after {:?}", edit);
        }
        let (mut warm, mut cold) = (engine.graph(), open(&texts).graph());
        for graph in [&mut warm, &mut cold] {
            graph.edges.sort_by(|a, b| (&a.from, a.line, &a.to, &a.kind).cmp(&(&b.from, b.line, &b.to, &b.kind)));
        }
        prop_assert_eq!(warm, cold);
    }

    #[test]
    fn the_number_of_threads_changes_nothing(texts in texts()) {
        let one = with_threads(1, || check(&open(&texts)));
        let two = with_threads(2, || check(&open(&texts)));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn a_cache_changes_nothing(first in texts(), edits in prop::collection::vec(edit(), 0..6)) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().join("project")).unwrap();
        let cache = Utf8PathBuf::from_path_buf(folder.path().join("cache")).unwrap();
        let run = |texts: &Texts, cache: Option<&Utf8PathBuf>| {
            let _ = std::fs::remove_dir_all(&root);
            for (path, text) in texts {
                let path = root.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            std::fs::create_dir_all(&root).unwrap();
            let options = Options { cache: cache.cloned(), ..Options::default() };
            let engine = Engine::open(root.clone(), settings(), options).unwrap();
            let report = engine.check(&[]).unwrap();
            engine.save_cache().unwrap();
            (report.findings, report.summary.cached_files)
        };
        let mut texts = first;
        let (cold, cached) = run(&texts, Some(&cache));
        prop_assert_eq!(cached, 0);
        let (warm, cached) = run(&texts, Some(&cache));
        // Configuration in which there is nothing to look at is not kept.
        prop_assert_eq!(cached as usize, texts.keys().filter(|path| path.ends_with(".py")).count());
        prop_assert_eq!(&cold, &warm);
        for edit in &edits {
            apply(&mut texts, edit);
        }
        prop_assert_eq!(run(&texts, Some(&cache)).0, run(&texts, None).0);
    }
}
