//! Folders that are copies of others: what is found in a project that has some, and that it is the same however the project
//! came to be what it is.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use analyzer_diagnostics::Finding;
use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use analyzer_project::config::Copies;
use compact_str::CompactString;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn settings(copies: Copies) -> Settings {
    let rules = analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect();
    Settings { copies, ..Settings::with_rules(rules) }
}

fn engine(files: &[(&str, &str)]) -> Engine {
    Engine::in_memory(files, settings(Copies::Fold), Options::default())
}

fn told(findings: &[Finding]) -> Vec<String> {
    let shown = findings.iter().filter(|one| !one.suppressed);
    shown.map(|one| format!("{} {}", one.location.path, one.rule)).collect()
}

fn found(files: &[(&str, &str)]) -> Vec<String> {
    told(&engine(files).check(&[]).unwrap().findings)
}

/// A module of four lines and more that nothing is found in.
const CALM: &str = "def load(source, limit):\n    if limit > source.size:\n        raise ValueError(\"too much\")\n    return source\n";
/// Another one, with faults of several kinds.
const NOISY: &str = "import os\nfrom p.gone import x\n\nPASSWORD = 'q8#Lk2!vZp0w'\n# TODO: mend it\ntry:\n    x()\nexcept:\n    pass\n";

#[test]
fn in_a_copy_nothing_but_the_folder_is_reported() {
    let files = [
        ("p/__init__.py", ""),
        ("p/a.py", CALM),
        ("p/b.py", NOISY),
        ("backups/june/p/__init__.py", ""),
        ("backups/june/p/a.py", CALM),
        ("backups/june/p/b.py", NOISY),
        ("backups/june/p/b.py.bak", ""),
        ("backups/june/requirements.txt", "numpy==1.0\nnumpy==2.0\n"),
    ];
    let all = found(&files);
    let inside: Vec<&String> = all.iter().filter(|one| one.starts_with("backups")).collect();
    assert_eq!(inside, ["backups/june/p/__init__.py backup-file"]);
    assert!(all.iter().filter(|one| one.starts_with("p/b.py")).count() >= 5, "{all:?}");
    let report = Engine::in_memory(&files, settings(Copies::Report), Options::default()).check(&[]).unwrap();
    let inside = told(&report.findings).into_iter().filter(|one| one.starts_with("backups")).count();
    assert!(inside > 3, "{inside}");
}

#[test]
fn the_engine_tells_which_folders_are_copies() {
    let files = [("p/a.py", CALM), ("p/b.py", NOISY), ("old/p/a.py", CALM), ("_trash/x.py", "x = 1\n")];
    let copies: Vec<(String, Option<String>)> =
        engine(&files).copies().into_iter().map(|fold| (fold.folder, fold.mirror)).collect();
    assert_eq!(copies, [("_trash".to_owned(), None), ("old".to_owned(), Some(String::new()))]);
    let report = Engine::in_memory(&files, settings(Copies::Report), Options::default());
    assert!(report.copies().is_empty());
}

#[test]
fn what_is_in_a_copy_is_no_importer_and_no_binder() {
    let live = "import os\nimport socket\n\nimport p.b\n\n\ndef run():\n    s = socket.socket()\n    s.bind((\"\", 7311))\n    return p.b.run, s\n";
    let twin = live.replace("return p.b.run, s", "return p.b.old_name, os");
    let other = "import p.a\n\n\ndef run():\n    return p.a\n";
    let files = [
        ("p/__init__.py", ""),
        ("p/a.py", live),
        ("p/b.py", other),
        ("archive/p/__init__.py", ""),
        ("archive/p/a.py", &twin),
        ("archive/p/b.py", other),
    ];
    let all = found(&files);
    assert!(all.contains(&"p/a.py unused-import".to_owned()), "{all:?}");
    let of = |rule: &str| all.iter().filter(|one| one.ends_with(rule)).count();
    assert_eq!((of("import-cycle"), of("port-conflict")), (1, 0), "{all:?}");
    let graph = engine(&files).graph();
    assert!(graph.nodes.iter().all(|node| node.path.starts_with("p/")));
    assert!(graph.edges.iter().all(|edge| edge.from.starts_with("p/") && edge.to.starts_with("p/")));
}

#[test]
fn a_secret_is_told_where_it_is_used_and_in_a_copy_only_if_it_is_nowhere_else() {
    let leaks = |value: &str| format!("{CALM}PASSWORD = '{value}'\n");
    let (one, other) = (leaks("q8#Lk2!vZp0w"), leaks("Zx9!kQ2#mW7v"));
    let files = [
        ("archive/p/a.py", &*one),
        ("archive/p/b.py", CALM),
        ("archive/p/gone.py", &*other),
        ("p/a.py", &*one),
        ("p/b.py", CALM),
    ];
    let report = engine(&files).check(&[]).unwrap();
    let secrets: Vec<&Finding> =
        report.findings.iter().filter(|one| one.rule == "hardcoded-credential").collect();
    let places: Vec<&str> = secrets.iter().map(|one| &*one.location.path).collect();
    assert_eq!(places, ["archive/p/gone.py", "p/a.py"]);
    assert_eq!(&*secrets[1].related[0].location.path, "archive/p/a.py");
}

#[test]
fn a_suppression_in_a_copy_is_not_said_to_be_unused() {
    let quiet = "try:\n    x()\nexcept:  # analyzer: ignore[bare-except] on purpose\n    pass\n";
    assert_eq!(
        found(&[("p/a.py", quiet), ("old/p/a.py", quiet)]),
        ["old/p/a.py backup-file"],
        "the comment silences something where it counts"
    );
}

#[test]
fn a_file_by_file_look_follows_where_the_folder_is_used() {
    let files = [
        ("main.py", "from legacy.p import b\n\nprint(b)\n"),
        ("p/a.py", CALM),
        ("p/b.py", NOISY),
        ("legacy/p/a.py", CALM),
        ("legacy/p/b.py", NOISY),
    ];
    assert!(found(&files).contains(&"legacy/p/b.py bare-except".to_owned()));
    let unused = [&[("main.py", "from p import b\n\nprint(b)\n")], &files[1..]].concat();
    assert!(!found(&unused).contains(&"legacy/p/b.py bare-except".to_owned()));
}

#[test]
fn the_finding_of_a_folder_stays_the_same_when_files_join() {
    let one = [("p/b.py", CALM), ("old/p/b.py", CALM)];
    let more = [&one[..], &[("p/a.py", NOISY), ("old/p/a.py", NOISY)]].concat();
    let [one, more] = [&one[..], &more].map(|files| {
        let findings = engine(files).check(&[]).unwrap().findings;
        findings.into_iter().find(|one| one.rule == "backup-file").unwrap()
    });
    assert_ne!(one.location.path, more.location.path);
    assert_eq!((one.fingerprint, one.identity), (more.fingerprint, more.identity));
}

const TEXTS: [&str; 5] =
    ["", "x = 1\n", CALM, NOISY, "import old.p.a\nimport p.b\n\n\ndef run():\n    return old.p.a, p.b\n"];
const PATHS: [&str; 8] = [
    "main.py",
    "p/__init__.py",
    "p/a.py",
    "p/b.py",
    "old/p/__init__.py",
    "old/p/a.py",
    "old/p/b.py",
    "archive/b.py",
];

type Texts = BTreeMap<&'static str, String>;

fn files(texts: &Texts) -> Vec<(&str, &str)> {
    texts.iter().map(|(path, text)| (*path, text.as_str())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_changes_the_copies_are_those_of_a_fresh_engine(
        start in prop::collection::btree_map(select(&PATHS[..]), select(&TEXTS[..]), 1..PATHS.len()),
        changes in prop::collection::vec((select(&PATHS[..]), prop::option::of(select(&TEXTS[..])), any::<Index>()), 1..10),
    ) {
        let mut texts: Texts = start.into_iter().map(|(path, text)| (path, text.to_owned())).collect();
        let mut engine = engine(&files(&texts));
        engine.check(&[]).unwrap();
        for (path, text, open) in changes {
            match text {
                None => {
                    texts.remove(path);
                    engine.set_file(path, None);
                }
                Some(text) => {
                    // Some are held by an editor, whose versions others see when they are shown.
                    if open.index(2) == 0 {
                        engine.edit_file(path, text.into());
                        engine.show_now(path);
                    } else {
                        engine.set_file(path, Some(text));
                    }
                    texts.insert(path, text.to_owned());
                }
            }
            let fresh = self::engine(&files(&texts));
            prop_assert_eq!(engine.copies(), fresh.copies());
            prop_assert_eq!(engine.check(&[]).unwrap().findings, fresh.check(&[]).unwrap().findings);
        }
    }
}
