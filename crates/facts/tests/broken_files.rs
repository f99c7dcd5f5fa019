//! Files that parse, damaged in the ways of the audited monorepo: what lies outside the damage is still found,
//! and nothing is invented; the damage itself is always told, and sound files are never called broken.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "broken/damage.rs"]
mod damage;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use analyzer_facts::{FileFacts, Limits, extract};
use analyzer_syntax::{Parser, kind};
use damage::{ALL, Damage, Damaged, Random};

/// Files damaged in each way.
const CASES: usize = 400;

/// The folder with the packages that tests run over.
fn corpora() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from);
    let corpora = tools.join("corpora");
    assert!(corpora.is_dir(), "{} is missing: run scripts/install-test-tools", corpora.display());
    corpora
}

/// The sources of a package, in order of their paths.
fn sources(package: &str) -> Vec<(PathBuf, String)> {
    let root = corpora().join(package);
    assert!(root.is_dir(), "{} is missing: run scripts/install-test-tools", root.display());
    let mut folders = vec![root];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

fn facts(text: &str) -> FileFacts {
    extract(text, Limits { parse_time: Duration::from_secs(20) }).unwrap()
}

/// The places of all statements, without the line feed that may end them.
fn statements(text: &str) -> Vec<(usize, usize)> {
    let tree = Parser::default().parse(text, None, Duration::from_secs(20)).unwrap();
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    let mut in_block = vec![false];
    loop {
        let node = cursor.node();
        if in_block[in_block.len() - 1] && node.is_named() && node.kind_id() != kind::COMMENT {
            let end = node.start_byte() + text[node.byte_range()].trim_end().len();
            found.push((node.start_byte(), end));
        }
        let opens = matches!(node.kind_id(), kind::BLOCK | kind::MODULE);
        if cursor.goto_first_child() {
            in_block.push(opens);
            continue;
        }
        while !cursor.goto_next_sibling() {
            in_block.pop();
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// Handlers and imports, by place and what they say.
fn found(facts: &FileFacts, text: &str) -> (BTreeSet<usize>, BTreeSet<(usize, String)>) {
    let handlers = facts.handlers.iter().map(|handler| handler.range.start as usize).collect();
    let imports = facts.imports.iter().map(|import| {
        let names: Vec<_> = import.names.iter().map(|name| name.range.slice(text)).collect();
        (
            import.range.start as usize,
            format!("{:?} {} {:?} {names:?}", import.kind, import.module, import.alias),
        )
    });
    (handlers, imports.collect())
}

#[derive(Default, Debug)]
struct Tally {
    expected: usize,
    missed: usize,
    invented: usize,
}

impl Tally {
    /// Counts what differs outside the damage.
    fn compare<T: Ord + Clone>(
        &mut self,
        sound: &BTreeSet<T>,
        broken: &BTreeSet<T>,
        place: impl Fn(&T) -> usize,
        moved: impl Fn(&T, usize) -> T,
        text: &str,
        damaged: &Damaged,
    ) {
        let expected: BTreeSet<T> = sound
            .iter()
            .filter_map(|item| match place(item) {
                at if at < damaged.touched.0 => Some(item.clone()),
                at if at >= damaged.touched.1 => Some(moved(item, at + damaged.text.len() - text.len())),
                _ => None,
            })
            .collect();
        let tail = damaged.text.len() - (text.len() - damaged.touched.1);
        let outside = |item: &&T| place(item) < damaged.touched.0 || place(item) >= tail;
        self.expected += expected.len();
        self.missed += expected.difference(broken).count();
        self.invented += broken.iter().filter(outside).filter(|item| !expected.contains(item)).count();
    }
}

#[test]
fn what_lies_outside_the_damage_is_found() {
    let files: Vec<(PathBuf, String)> = ["django", "sqlalchemy", "apache_airflow_core"]
        .iter()
        .flat_map(|package| sources(package))
        .filter(|(_, text)| text.contains("except") && text.len() < 100_000)
        .collect();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for kind in ALL {
        let (mut handlers, mut imports) = (Tally::default(), Tally::default());
        let (mut done, mut silent, mut slowest) = (0, 0, Duration::ZERO);
        while done < CASES {
            let (path, text) = &files[random.below(files.len())];
            let places = statements(text);
            let Some(damaged) = damage::damage(text, kind, &mut random, &places) else { continue };
            if damaged.text == *text {
                continue;
            }
            done += 1;
            let sound = found(&facts(text), text);
            let start = Instant::now();
            let facts = facts(&damaged.text);
            slowest = slowest.max(start.elapsed());
            let broken = found(&facts, &damaged.text);
            if let Some(dump) = std::env::var_os("DUMP") {
                let name = format!("{kind:?}-{done}-{}.py", facts.syntax.is_some());
                std::fs::write(Path::new(&dump).join(name), &damaged.text).unwrap();
                println!(
                    "{kind:?}-{done} {:?} at {} damage {}",
                    facts.syntax.as_ref().map(|s| &s.message),
                    facts
                        .syntax
                        .as_ref()
                        .map_or(0, |s| damaged.text[..s.range.start as usize].matches('\n').count() + 1),
                    damaged.text[..damaged.touched.0].matches('\n').count() + 1
                );
            }
            silent += usize::from(facts.syntax.is_none());
            let before = handlers.missed + handlers.invented + imports.missed + imports.invented;
            let delta = |item: &usize, at: usize| {
                let _ = item;
                at
            };
            handlers.compare(&sound.0, &broken.0, |item| *item, delta, text, &damaged);
            imports.compare(&sound.1, &broken.1, |i| i.0, |i, at| (at, i.1.clone()), text, &damaged);
            if handlers.missed + handlers.invented + imports.missed + imports.invented > before {
                println!("{kind:?}-{done}: {} at {:?}", path.display(), damaged.touched);
            }
        }
        println!(
            "{kind:?}: handlers {handlers:?}, imports {imports:?}, no syntax error {silent}, slowest {slowest:?}"
        );
        for tally in [&handlers, &imports] {
            assert!(tally.expected > 100, "{kind:?}");
            assert!(tally.missed * 100 <= tally.expected, "{kind:?}: {tally:?}");
            assert!(tally.invented * 100 <= tally.expected, "{kind:?}: {tally:?}");
        }
    }
}

#[test]
fn sound_files_are_never_called_broken() {
    for package in ["django", "sqlalchemy", "apache_airflow_core"] {
        for (path, text) in sources(package) {
            if let Some(problem) = facts(&text).syntax {
                let line = text[..problem.range.start as usize].matches('\n').count() + 1;
                println!("{}:{line}: {}", path.display(), problem.message);
            }
        }
    }
}
