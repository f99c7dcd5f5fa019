//! Lists of requirements that other lists name, while files change: a project that stays open says what a new run says.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;

use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use camino::Utf8PathBuf;
use compact_str::CompactString;

fn settings() -> Settings {
    let rules = ["dependency-drift", "syntax-error"];
    Settings::with_rules(rules.iter().map(|rule| CompactString::from(*rule)).collect())
}

fn told(engine: &Engine) -> Vec<String> {
    let findings = engine.check(&[]).unwrap().findings;
    findings.iter().map(|one| format!("{}: {}", one.location.path, one.message)).collect()
}

#[test]
fn lists_come_and_go_with_what_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    let write = |path: &str, text: &str| fs::write(root.join(path), text).unwrap();
    write("requirements.txt", "torch==2.2.1\n");
    write("base.in", "torch==2.0.0\nmore=1\n");
    let mut engine = Engine::open(root.clone(), settings(), Options::default()).unwrap();
    let cold = || told(&Engine::open(root.clone(), settings(), Options::default()).unwrap());
    assert_eq!(told(&engine), Vec::<String>::new());
    let touched = |path: &str| Some(BTreeSet::from([path.to_owned()]));
    for (path, text, findings) in [
        ("requirements.txt", Some("torch==2.2.1\n-r base.in\n"), 2),
        ("base.in", Some("torch==2.0.0\n-r deep\n"), 2),
        ("deep", Some("# none\n"), 1),
        ("deep", Some("torch==2.1.0\n-r base.in\n"), 1),
        ("base.in", Some("torch==2.2.1\n"), 0),
        ("base.in", None, 1),
        ("requirements.txt", Some("torch==2.2.1\n"), 0),
    ] {
        match text {
            Some(text) => write(path, text),
            None => fs::remove_file(root.join(path)).unwrap(),
        }
        engine.refresh(touched(path).as_ref());
        assert_eq!(told(&engine), cold(), "{path}: {text:?}");
        assert_eq!(told(&engine).len(), findings, "{path}: {text:?}: {:?}", told(&engine));
    }
}

#[test]
fn a_list_in_an_editor_names_others_at_once() {
    let files = [("requirements.txt", "a==1\n"), ("base.in", "a==2\n")];
    let mut engine = Engine::in_memory(&files, settings(), Options::default());
    engine.edit_file("requirements.txt", "a==1\n-r base.in\n".into());
    // What is only in memory is known to whoever opened it.
    assert_eq!(told(&engine), ["requirements.txt: requirements file `base.in` does not exist"]);
    let named = [("requirements.txt", "a==1\n-r base.in\n"), ("base.in", "a==2\n-r requirements.txt\n")];
    let engine = Engine::in_memory(&named, settings(), Options::default());
    assert_eq!(told(&engine), ["requirements.txt: `a` is `==1` here and `==2` in `base.in`"]);
}

#[test]
fn what_makes_a_project_of_a_folder_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    let rules = analyzer_rules::all().iter().map(|rule| CompactString::from(rule.info.name.as_str()));
    let settings = Settings::with_rules(rules.collect());
    fs::create_dir_all(root.join("services/a/lib")).unwrap();
    for (path, text) in [
        ("services/__init__.py", ""),
        ("services/a/__init__.py", ""),
        ("services/a/lib/__init__.py", ""),
        ("services/a/lib/x.py", "def y():\n    return 1\n"),
        ("services/a/app.py", "from lib.missing import z\n\nprint(z)\n"),
        ("services/a/lib/use.py", "from services.a import fast\n\nprint(fast)\n"),
    ] {
        fs::write(root.join(path), text).unwrap();
    }
    let mut engine = Engine::open(root.clone(), settings.clone(), Options::default()).unwrap();
    let cold = || told(&Engine::open(root.clone(), settings.clone(), Options::default()).unwrap());
    let mut all = BTreeSet::new();
    for (path, text) in [
        ("services/a/pyproject.toml", Some("")),
        ("services/a/pyproject.toml", Some("[tool.x\n")),
        ("services/a/fast.so", Some("")),
        ("services/a/pyproject.toml", None),
        ("services/a/setup.cfg", Some("[metadata]\n")),
        ("services/a/fast.so", None),
        ("services/a/setup.cfg", None),
    ] {
        match text {
            Some(text) => fs::write(root.join(path), text).unwrap(),
            None => fs::remove_file(root.join(path)).unwrap(),
        }
        engine.refresh(Some(&BTreeSet::from([path.to_owned()])));
        assert_eq!(told(&engine), cold(), "{path}: {text:?}");
        all.insert(told(&engine));
    }
    assert!(all.len() > 2, "{all:?}");
}
