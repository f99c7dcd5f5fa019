//! Costs of a run and of an edit: `cold`, `warm`, `body_edit`, `import_edit`, on a generated project of 300 files.
//! Each asserts its findings, so that a fast wrong answer does not pass. It must not know how the engine works.

#![expect(clippy::unwrap_used, reason = "benchmarks")]

use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use camino::Utf8PathBuf;
use divan::Bencher;

const PACKAGES: usize = 15;
const MODULES: usize = 20;
/// Each module has one bare handler and one function that is too complex.
const FINDINGS: usize = 2 * PACKAGES * MODULES;
/// The module that is edited, and the one it imports.
const EDITED: &str = "p7/m9.py";
const IMPORTED: &str = "p7/m8.py";

fn main() {
    divan::main();
}

fn settings() -> Settings {
    let rules = ["bare-except", "complex-function", "import-cycle", "unresolved-import"];
    Settings::with_rules(rules.into_iter().map(Into::into).collect())
}

/// A module that imports its predecessor and the same module of the package before.
fn module(package: usize, index: usize) -> String {
    let mut text = format!("\"\"\"Module {index} of package {package}.\"\"\"\nimport logging\nimport os\n");
    if index > 0 {
        text += &format!("from p{package}.m{} import Worker as Earlier\n", index - 1);
    }
    if package > 0 {
        text += &format!("import p{}.m{index}\n", package - 1);
    }
    text += &format!("\nlogger = logging.getLogger(__name__)\nNAME = \"worker-{package}-{index}\"\n\n");
    text += "\nclass Worker:\n    def __init__(self, queue, limit=10):\n        self.queue = queue\n        self.limit = limit\n";
    for method in 0..12 {
        text += &format!(
            "\n    def step_{method}(self, items):\n        total = 0\n        for item in items:\n            \
             if item is None or item.size > self.limit:\n                continue\n            \
             total += item.size * {method}\n        logger.info(\"%s: %d\", NAME, total)\n        return total\n"
        );
    }
    text += "\n    def close(self):\n        try:\n            self.queue.close()\n        except:\n            pass\n";
    text += "\n\ndef choose(kind, value):\n";
    for branch in 0..12 {
        text += &format!(
            "    if kind == {branch} and value:\n        return os.path.join(NAME, str({branch}))\n"
        );
    }
    text + "    return None\n"
}

fn project() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for package in 0..PACKAGES {
        files.push((format!("p{package}/__init__.py"), String::new()));
        files.extend((0..MODULES).map(|index| (format!("p{package}/m{index}.py"), module(package, index))));
    }
    files
}

fn in_memory() -> Engine {
    let files = project();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Engine::in_memory(&files, settings(), Options::default())
}

/// The project in a folder.
fn on_disk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in project() {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn open(folder: &tempfile::TempDir, cache: bool) -> Engine {
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    let cache = cache.then(|| root.join(".analyzer_cache"));
    Engine::open(root, settings(), Options { cache, ..Options::default() }).unwrap()
}

/// Everything from the files, without a cache.
#[divan::bench]
fn cold(bencher: Bencher) {
    let folder = on_disk();
    bencher.bench_local(|| {
        let report = open(&folder, false).check(&[]).unwrap();
        assert_eq!((report.findings.len(), report.summary.cached_files), (FINDINGS, 0));
    });
}

/// Everything again, with all facts in the cache.
#[divan::bench]
fn warm(bencher: Bencher) {
    let folder = on_disk();
    let engine = open(&folder, true);
    engine.check(&[]).unwrap();
    engine.save_cache().unwrap();
    drop(engine);
    let files = u32::try_from(PACKAGES * (MODULES + 1)).unwrap();
    bencher.bench_local(|| {
        let report = open(&folder, true).check(&[]).unwrap();
        assert_eq!((report.findings.len(), report.summary.cached_files), (FINDINGS, files));
    });
}

/// Checks the edited module and the one it imports after each of two texts in turn.
fn edit(bencher: Bencher, texts: [&str; 2], expected: [usize; 2]) {
    let mut engine = in_memory();
    engine.check(&[]).unwrap();
    let both = [EDITED.to_owned(), IMPORTED.to_owned()];
    let mut turn = 0;
    bencher.bench_local(|| {
        turn = 1 - turn;
        engine.set_file(IMPORTED, Some(texts[turn]));
        assert_eq!(engine.check(&both).unwrap().findings.len(), expected[turn]);
    });
}

/// A function's body grows a bare handler, and loses it.
#[divan::bench]
fn body_edit(bencher: Bencher) {
    let before = module(7, 8);
    let after =
        format!("{before}\n\ndef last():\n    try:\n        choose(1, 2)\n    except:\n        pass\n");
    edit(bencher, [&before, &after], [4, 5]);
}

/// An import closes a cycle, and goes.
#[divan::bench]
fn import_edit(bencher: Bencher) {
    let before = module(7, 8);
    let after = before.replace("import os\n", "import os\nimport p7.m9\n");
    edit(bencher, [&before, &after], [4, 5]);
}
