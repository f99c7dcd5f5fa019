//! Names that pytest takes from a file of tests without any code that reads them: fixtures requested by name, fixtures
//! that these need, and tests that were imported to be run again. It must not know how other files are found.

use analyzer_facts::{Fixture, ImportKind, ImportsProjection, ProjectedImport, ScopeKind, Uses};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use crate::edges::FileEdges;
use crate::modules::FileId;
use crate::places::{is_test, is_tests};

/// How many files a name is followed through.
const STEPS: usize = 16;

/// A file that may define what another one imports.
#[derive(Debug, Clone, Copy)]
pub struct Defining<'a> {
    /// Its path, relative to the root.
    pub path: &'a str,
    /// Its imports and names, as others see them.
    pub imports: &'a ImportsProjection,
    /// Where its imports lead.
    pub edges: &'a FileEdges,
}

/// The names of a file that pytest takes, by import and name; empty where it holds no tests.
#[derive(Debug, Default)]
pub struct Collected {
    needed: FxHashSet<(u32, u16)>,
    doubtful: FxHashSet<(u32, u16)>,
}

impl Collected {
    /// Whether pytest takes a name.
    pub(crate) fn needs(&self, import: u32, name: Option<u16>) -> bool {
        name.is_some_and(|name| self.needed.contains(&(import, name)))
    }

    /// Whether pytest may take a name.
    pub(crate) fn may_need(&self, import: u32, name: Option<u16>) -> bool {
        name.is_some_and(|name| self.doubtful.contains(&(import, name)))
    }
}

/// One name of a `from` import, and what defines it.
struct Imported<'a> {
    at: (u32, u16),
    name: &'a str,
    fixture: Option<&'a Fixture>,
    test: bool,
}

/// The names that pytest takes from the file; `defining` gives other files of the project.
#[must_use]
pub fn collected<'a>(own: Defining<'a>, defining: &dyn Fn(FileId) -> Option<Defining<'a>>) -> Collected {
    let mut collected = Collected::default();
    if !is_tests(own.path.rsplit('/').next().unwrap_or(own.path)) {
        return collected;
    }
    let mut found: Vec<Imported> = Vec::new();
    let mut star = false;
    for (at, import) in (0..).zip(&own.imports.imports) {
        if import.kind != ImportKind::From || import.scope != ScopeKind::Module {
            continue;
        }
        star |= import.star;
        let asked = bindings(import).any(|(_, _, uses)| uses.parameter || uses.named);
        for (name, bound, _) in bindings(import) {
            let Some(name) = name else { continue };
            let Some(written) = import.names.get(usize::from(name)).map(|one| one.name.as_str()) else {
                continue;
            };
            let mut imported = Imported { at: (at, name), name: bound, fixture: None, test: false };
            match origin(own, at, name, written, defining) {
                Some((file, written)) => {
                    let names = &file.imports.names;
                    imported.fixture = names.fixtures.iter().find(|fixture| fixture.name == written);
                    imported.test = written.starts_with("test_")
                        || names.test_classes.contains(&written)
                        || is_test_name(&written) && is_test(file.path);
                }
                // A neighbour of a fixture of an installed package may be one that it needs.
                None if asked => {
                    collected.doubtful.insert((at, name));
                }
                None => {}
            }
            if is_test_name(bound) {
                collected.doubtful.insert((at, name));
            }
            found.push(imported);
        }
    }
    let needs: FxHashSet<&str> = found
        .iter()
        .filter_map(|one| one.fixture)
        .flat_map(|fixture| fixture.needs.iter().filter(|need| **need != fixture.name))
        .map(CompactString::as_str)
        .collect();
    // The needs of a test in another file are not known here.
    let tests = star || found.iter().any(|one| one.test);
    for one in &found {
        if let Some(fixture) = one.fixture {
            collected.doubtful.insert(one.at);
            if tests || fixture.unasked || needs.contains(one.name) {
                collected.needed.insert(one.at);
            }
        }
        if one.test {
            collected.needed.insert(one.at);
        }
    }
    collected
}

/// Whether a name is one that test runners collect.
fn is_test_name(name: &str) -> bool {
    name.starts_with("test_")
        || name.starts_with("Test")
        || ["Test", "Tests", "TestCase"].iter().any(|end| name.ends_with(end))
}

/// The file that defines a name of an import, and its name there; through files that only pass it on.
fn origin<'a>(
    own: Defining<'a>,
    import: u32,
    name: u16,
    written: &str,
    defining: &dyn Fn(FileId) -> Option<Defining<'a>>,
) -> Option<(Defining<'a>, CompactString)> {
    let leads = |file: Defining<'a>, import: u32, name: u16| {
        let mut edges = file.edges.of_import(import);
        edges.find(|edge| edge.attributes && edge.has_name(name))
    };
    let mut open = vec![(leads(own, import, name)?.target, CompactString::from(written))];
    for _ in 0..STEPS {
        let (target, written) = open.pop()?;
        let Some(file) = defining(target) else { continue };
        let mut bound = false;
        for (at, import) in (0..).zip(&file.imports.imports) {
            let from = import.kind == ImportKind::From && import.scope == ScopeKind::Module;
            let passed = bindings(import).find(|(_, name, _)| from && *name == written);
            if let Some(name) = passed.and_then(|(name, ..)| name)
                && let Some(edge) = leads(file, at, name)
                && let Some(inner) = import.names.get(usize::from(name))
            {
                open.push((edge.target, inner.name.clone()));
                bound = true;
            }
        }
        if bound {
            continue;
        }
        let binds = file.imports.names.bindings.binary_search(&written).is_ok();
        if binds {
            return Some((file, written));
        }
        for (at, _) in (0u32..).zip(&file.imports.imports).filter(|(_, import)| import.star) {
            let edges = file.edges.of_import(at).filter(|edge| !edge.implicit);
            open.extend(edges.map(|edge| (edge.target, written.clone())));
        }
    }
    None
}

/// The names that an import binds: the index of each among those of a `from` import, the name, and its uses.
pub(crate) fn bindings(import: &ProjectedImport) -> impl Iterator<Item = (Option<u16>, &str, Uses)> {
    let plain = (import.kind == ImportKind::Plain).then(|| {
        let first = import.module.split('.').next().unwrap_or("");
        (None, import.alias.as_deref().unwrap_or(first), import.uses)
    });
    let names = (0..)
        .zip(&import.names)
        .map(|(at, name)| (Some(at), name.alias.as_ref().unwrap_or(&name.name).as_str(), name.uses));
    plain.into_iter().chain(names)
}
