//! Files that parse, damaged in the ways of the audited monorepo: what lies outside the damage is still found,
//! and nothing is invented; the damage itself is always reported, and sound files are never called broken.
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "broken/damage.rs"]
mod damage;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use analyzer_facts::{FileFacts, Limits, Shape, TextRange, Tier, extract};
use analyzer_syntax::{Parser, kind};
use damage::{ALL, Damage, Random};

/// The packages that tests run over.
const PACKAGES: [&str; 3] = ["django", "sqlalchemy", "apache_airflow_core"];
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
    extract(text, Limits::of_time(Duration::from_secs(20))).unwrap()
}

/// The places of all statements, without the line feed that may end them.
fn statements(text: &str) -> Vec<(usize, usize)> {
    let tree = Parser::default().parse(text, Duration::from_secs(20)).unwrap();
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

/// Things by their places.
type Places<T> = BTreeSet<(usize, T)>;

/// Handlers and imports, by place and what they say.
fn found(facts: &FileFacts, text: &str) -> (Places<()>, Places<String>) {
    let handlers = facts.handlers.iter().map(|handler| (handler.range.start as usize, ())).collect();
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
    fn compare<T: Ord>(
        &mut self,
        sound: BTreeSet<(usize, T)>,
        broken: &BTreeSet<(usize, T)>,
        damages: &[Region],
    ) {
        let moved = |at: usize| {
            let before = damages.iter().filter(|damage| damage.end <= at);
            usize::try_from(at as isize + before.map(|damage| damage.grown).sum::<isize>()).unwrap()
        };
        let expected: BTreeSet<(usize, T)> = sound
            .into_iter()
            .filter(|(at, _)| !damages.iter().any(|damage| damage.start <= *at && *at < damage.end))
            .map(|(at, item)| (moved(at), item))
            .collect();
        let inside = |at: usize| {
            damages.iter().any(|damage| {
                let start = moved(damage.start) as isize;
                let len = (damage.end - damage.start) as isize + damage.grown;
                start <= at as isize && (at as isize) < start + len
            })
        };
        self.expected += expected.len();
        self.missed += expected.difference(broken).count();
        self.invented += broken.iter().filter(|item| !inside(item.0) && !expected.contains(item)).count();
    }

    fn faults(&self) -> usize {
        self.missed + self.invented
    }
}

/// A place of the sound text that was damaged.
struct Region {
    start: usize,
    end: usize,
    /// Bytes that it has more than before.
    grown: isize,
}

/// Damages a text several times, from its end to its start.
fn damaged(text: &str, kinds: &[Damage], random: &mut Random) -> Option<(String, Vec<Region>)> {
    let places = statements(text);
    let mut broken = text.to_owned();
    let mut regions: Vec<Region> = Vec::new();
    for (round, kind) in kinds.iter().enumerate() {
        // Each damage has its own part of the file.
        let (low, high) = (
            text.len() * (kinds.len() - round - 1) / kinds.len(),
            regions.last().map_or(text.len(), |r| r.start),
        );
        let free: Vec<_> =
            places.iter().copied().filter(|&(start, end)| low <= start && end < high).collect();
        let Some(damage) = damage::damage(&broken, *kind, random, &free) else { continue };
        let (start, end) = damage.touched;
        if damage.text == broken || end > high {
            continue;
        }
        regions.push(Region { start, end, grown: damage.text.len() as isize - broken.len() as isize });
        broken = damage.text;
    }
    (!regions.is_empty()).then_some((broken, regions))
}

/// Damages `cases` files with what `kinds` says, and compares; prints and bounds what was lost.
fn try_damages(name: &str, cases: usize, kinds: impl Fn(&mut Random) -> Vec<Damage>) {
    let files: Vec<(PathBuf, String)> = PACKAGES
        .iter()
        .flat_map(|package| sources(package))
        .filter(|(_, text)| text.contains("except") && text.len() < 100_000)
        .collect();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut handlers, mut imports) = (Tally::default(), Tally::default());
    let (mut done, mut silent) = (0, 0);
    while done < cases {
        let (path, text) = &files[random.below(files.len())];
        let kinds = kinds(&mut random);
        let Some((broken, regions)) = damaged(text, &kinds, &mut random) else { continue };
        done += 1;
        let sound = found(&facts(text), text);
        let facts = facts(&broken);
        silent += usize::from(facts.syntax.is_none());
        let found = found(&facts, &broken);
        let before = handlers.faults() + imports.faults();
        handlers.compare(sound.0, &found.0, &regions);
        imports.compare(sound.1, &found.1, &regions);
        if handlers.faults() + imports.faults() > before {
            println!("{name} {done}: {}", path.display());
        }
    }
    println!("{name}: handlers {handlers:?}, imports {imports:?}, {silent} of {done} without a syntax error");
    for tally in [&handlers, &imports] {
        assert!(tally.expected > cases, "{name}: {tally:?}");
        assert!(tally.missed * 100 <= tally.expected, "{name}: {tally:?}");
        assert!(tally.invented * 100 <= tally.expected, "{name}: {tally:?}");
    }
    // Some damages leave Python behind: an argument less, a body that is merely deeper.
    assert!(silent * 5 <= cases, "{name}: {silent}");
}

#[test]
fn try_without_a_body() {
    try_damages("try without a body", CASES, |_| vec![Damage::TryWithoutBody]);
}

#[test]
fn a_helper_pasted_into_a_statement() {
    try_damages("pasted helper", CASES, |_| vec![Damage::PastedHelper]);
}

#[test]
fn what_a_merge_left() {
    try_damages("merge", CASES, |_| vec![Damage::Merge]);
}

#[test]
fn stray_indentation() {
    try_damages("stray indentation", CASES, |_| vec![Damage::StrayIndentation]);
}

#[test]
fn half_deleted_calls() {
    try_damages("half-deleted call", CASES, |_| vec![Damage::HalfDeletedCall]);
}

#[test]
fn many_damages_in_one_file() {
    try_damages("six damages", CASES, |random| (0..6).map(|_| ALL[random.below(ALL.len())]).collect());
}

/// Facts without what legitimately differs between a sound file and a broken one.
fn comparable(mut facts: FileFacts) -> FileFacts {
    facts.syntax = None;
    for scope in &mut facts.scopes {
        scope.tier = Tier::A;
    }
    if let Some(module) = facts.scopes.first_mut() {
        module.range = TextRange::default();
    }
    for import in &mut facts.imports {
        import.tier = Tier::A;
    }
    for handler in &mut facts.handlers {
        handler.tier = Tier::A;
        handler.log_site = None;
    }
    // Coverage of a comment is read from lines in a broken file, which headers of several lines can show.
    for suppression in &mut facts.suppressions {
        suppression.covers.clear();
        suppression.removal = TextRange::default();
    }
    // Fixes are for sound files.
    facts.import_site = None;
    for command in &mut facts.commands {
        command.tier = Tier::A;
    }
    for endpoint in &mut facts.endpoints {
        endpoint.tier = Tier::A;
    }
    for port in &mut facts.ports {
        port.tier = Tier::A;
    }
    for address in &mut facts.addresses {
        address.tier = Tier::A;
    }
    for marker in &mut facts.markers {
        marker.tier = Tier::A;
    }
    for singleton in &mut facts.singletons {
        singleton.tier = Tier::A;
    }
    // The last fingerprints hold the call that was broken.
    facts.shape = Shape::default();
    for getter in &mut facts.asynchrony.loop_getters {
        (getter.tier, getter.running) = (Tier::A, None);
    }
    for call in &mut facts.asynchrony.blocking {
        (call.tier, call.sleep) = (Tier::A, None);
    }
    for helper in &mut facts.asynchrony.helpers {
        helper.tier = Tier::A;
    }
    for query in &mut facts.asynchrony.queries {
        query.tier = Tier::A;
    }
    for kept in &mut facts.gpu.kept {
        kept.tier = Tier::A;
    }
    for route in &mut facts.web.routes {
        route.tier = Tier::A;
    }
    for guard in &mut facts.web.ignored_guards {
        guard.tier = Tier::A;
    }
    facts
}

#[test]
fn one_broken_line_changes_nothing_elsewhere() {
    let mut files = 0;
    let mut different = Vec::new();
    for package in PACKAGES {
        for (path, text) in sources(package) {
            let text = if text.ends_with('\n') || text.is_empty() { text } else { text + "\n" };
            let sound = comparable(facts(&format!("{text}f()\n")));
            let broken = facts(&format!("{text}f(\n"));
            let problem = broken.syntax.clone().unwrap();
            assert_eq!(problem.message, "unclosed `(`", "{}", path.display());
            assert_eq!(problem.range.start as usize, text.len() + 1, "{}", path.display());
            files += 1;
            let broken = comparable(broken);
            if broken != sound {
                let parts = [
                    ("scopes", broken.scopes != sound.scopes),
                    ("imports", broken.imports != sound.imports),
                    ("program", broken.program != sound.program),
                    ("handlers", broken.handlers != sound.handlers),
                    ("suppressions", broken.suppressions != sound.suppressions),
                    ("commands", broken.commands != sound.commands),
                    ("endpoints", broken.endpoints != sound.endpoints),
                    ("ports", broken.ports != sound.ports),
                    ("addresses", broken.addresses != sound.addresses),
                    ("markers", broken.markers != sound.markers),
                    ("singletons", broken.singletons != sound.singletons),
                    ("asynchrony", broken.asynchrony != sound.asynchrony),
                    ("gpu", broken.gpu != sound.gpu),
                    ("web", broken.web != sound.web),
                ];
                let parts: Vec<&str> = parts.iter().filter(|part| part.1).map(|part| part.0).collect();
                different.push((path, parts));
            }
        }
    }
    assert!(files > 1_000, "{files}");
    assert!(different.is_empty(), "{} of {files}: {different:#?}", different.len());
}
