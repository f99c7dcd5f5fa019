//! A repository's own rules in the engine: which files they run over again, and how a project is refreshed from disk.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::sync::Arc;

use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use analyzer_rules::custom::{CustomRules, RuleFile};
use camino::Utf8PathBuf;
use compact_str::CompactString;

const PAGE: &str = "+++\nmessage = \"found\"\n+++\n# no-eval\n\nA call of eval.\n\n```query\n\
    ((call function: (identifier) @name) @finding (#eq? @name \"eval\"))\n```\n";

fn options() -> Options {
    let path = ".analyzer/rules/no-eval.md".to_owned();
    let file = RuleFile { path, name: "no-eval".to_owned(), text: PAGE.to_owned() };
    let custom_rules = Arc::new(CustomRules::parse(vec![file]).unwrap());
    Options { log_queries: true, custom_rules, ..Options::default() }
}

fn settings() -> Settings {
    Settings::with_rules(BTreeSet::from([CompactString::new("no-eval")]))
}

fn places(engine: &Engine) -> Vec<String> {
    let findings = engine.check(&[]).unwrap().findings;
    findings
        .iter()
        .map(|finding| format!("{}:{}", finding.location.path, finding.location.start.line))
        .collect()
}

#[test]
fn an_edit_runs_the_rules_over_that_file_only() {
    let files = [("a.py", "eval(1)\n"), ("b.py", "eval(2)\n")];
    let mut engine = Engine::in_memory(&files, settings(), options());
    assert_eq!(places(&engine), ["a.py:1", "b.py:1"]);
    let custom = |engine: &Engine| {
        let ran = engine.executed_queries();
        ran.into_iter().filter(|query| query.starts_with("custom")).collect::<Vec<_>>()
    };
    assert_eq!(custom(&engine), ["custom_diagnostics(a.py)", "custom_diagnostics(b.py)"]);
    engine.set_file("a.py", Some("\neval(1)\n"));
    assert_eq!(places(&engine), ["a.py:2", "b.py:1"]);
    assert_eq!(custom(&engine), ["custom_diagnostics(a.py)"]);
}

#[test]
fn without_own_rules_nothing_runs_for_them() {
    let options = Options { log_queries: true, ..Options::default() };
    let engine = Engine::in_memory(&[("a.py", "eval(1)\n")], settings(), options);
    assert_eq!(places(&engine), [] as [&str; 0]);
    assert!(!engine.executed_queries().iter().any(|query| query.starts_with("custom")));
}

#[test]
fn a_refresh_takes_over_what_is_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("a.py", "eval(1)\n");
    write("sub/b.py", "eval(1)\n");
    write("c.py", "");
    let mut engine = Engine::open(root.clone(), settings(), options()).unwrap();
    assert_eq!(places(&engine), ["a.py:1", "sub/b.py:1"]);
    write("a.py", "\neval(1)\n");
    write("c.py", "eval(1)\n");
    write("new/d.py", "eval(1)\n");
    std::fs::remove_dir_all(root.join("sub")).unwrap();
    // Only what was touched is read again; what appeared or went is seen anyway.
    let touched = BTreeSet::from(["a.py".to_owned()]);
    engine.refresh(Some(&touched));
    assert_eq!(places(&engine), ["a.py:2", "new/d.py:1"]);
    engine.refresh(None);
    assert_eq!(places(&engine), ["a.py:2", "c.py:1", "new/d.py:1"]);
    let mut cold = places(&Engine::open(root.clone(), settings(), options()).unwrap());
    cold.sort();
    assert_eq!(places(&engine), cold);
    std::fs::write(root.join("new/d.py"), [0_u8, 159, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0]).unwrap();
    // What is no text any more is skipped.
    engine.refresh(None);
    assert_eq!(places(&engine), ["a.py:2", "c.py:1"]);
}
