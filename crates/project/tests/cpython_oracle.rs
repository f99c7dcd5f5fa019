//! The simulator against CPython itself, on random small packages: every entry of every case, compared exactly.
//!
//! `ANALYZER_ORACLE_SEED` and `ANALYZER_ORACLE_CASES` choose other cases than the default ones.

mod oracle;

use std::collections::BTreeMap;

use analyzer_project::simulate::program::Program;
use analyzer_project::simulate::trace::{Branches, Entry, Outcome, Plan, Site, run};
use oracle::case::{Case, Rendered};
use oracle::cpython::{Observation, observe};
use oracle::generate::{Random, case, smaller};
use oracle::text::{self, Project};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

/// A run in the terms of the oracle.
fn observation(
    program: &Program,
    entry: Entry,
    branches: BTreeMap<Site, u32>,
    line: impl Fn(Site) -> u64,
) -> Observation {
    let plan = Plan { branches: Branches::Listed(branches), strict: true, steps: 1_000_000 };
    let trace = run(program, entry, &plan);
    let name = |module: u32| program.name(module).to_owned();
    let (outcome, at) = match &trace.outcome {
        Outcome::Passes => ("ok", None),
        Outcome::Fails(failure) => {
            (failure.kind.class(), Some((name(failure.site.module), line(failure.site))))
        }
        Outcome::Unfinished => ("unfinished", None),
    };
    let caught = trace.swallowed.iter();
    let loaded = trace.loaded.iter().map(|(module, names)| {
        let visible = names.iter().filter(|(bound, _)| !bound.starts_with("__"));
        let names: BTreeMap<_, _> =
            visible.map(|(bound, value)| (bound.to_string(), value.map(name))).collect();
        (name(*module), names)
    });
    Observation {
        outcome: outcome.to_owned(),
        at,
        caught: caught.map(|s| (name(s.by.module), s.failure.kind.class().to_owned())).collect(),
        loaded: loaded.collect(),
    }
}

/// The first entry on which CPython and the simulator disagree, with both answers: first the simulator on the program
/// that the case states, then on the one that is read from its text.
fn difference(rendered: &Rendered, truth: &[Observation]) -> Option<String> {
    let program = rendered.program();
    let project = Project::new(&texts(rendered));
    let gathered = project.gather();
    let choices = |name: &str| {
        let index = rendered.modules.iter().position(|module| module.name == name);
        index.map(|index| rendered.choices(index).collect()).unwrap_or_default()
    };
    let read_branches = text::branches(&gathered, choices);
    rendered.entries.iter().zip(truth).find_map(|(&(index, script), truth)| {
        let name = &rendered.modules[index].name;
        let entry = |id: u32| if script { Entry::Script(id) } else { Entry::Import(id) };
        let stated = observation(&program, entry(index as u32), rendered.branches.clone(), |site| {
            rendered.modules[site.module as usize].lines[site.step as usize]
        });
        // Only imports have a place among the facts; of other steps the module is compared.
        let known = truth.at.as_ref().map_or(0, |(_, line)| *line);
        let id = text::module(&gathered, name);
        let read = observation(&gathered.program, entry(id), read_branches.clone(), |site| {
            project.line(&gathered, site).unwrap_or(known)
        });
        let (way, ours) = if stated != *truth { ("stated", stated) } else { ("read from text", read) };
        (ours != *truth).then(|| {
            format!("entry {name}, script: {script}\nCPython: {truth:#?}\nsimulator, {way}: {ours:#?}")
        })
    })
}

fn texts(rendered: &Rendered) -> Vec<(String, bool, String)> {
    rendered.modules.iter().map(|m| (m.name.clone(), m.package, m.text.clone())).collect()
}

/// Takes statements away for as long as the two still disagree.
fn shrink(case: Case) -> String {
    let mut current = case;
    loop {
        let candidates = smaller(&current);
        let rendered: Vec<Rendered> = candidates.iter().map(Rendered::new).collect();
        let truths = observe(&rendered.iter().collect::<Vec<_>>());
        let failing = rendered.iter().zip(&truths).position(|(r, truth)| difference(r, truth).is_some());
        match failing {
            Some(index) => current = candidates[index].clone(),
            None => break,
        }
    }
    let rendered = Rendered::new(&current);
    let truth = observe(&[&rendered]).remove(0);
    format!("{}\n{}", rendered.listing(), difference(&rendered, &truth).unwrap_or_default())
}

#[test]
fn every_entry_of_random_packages_ends_as_under_cpython() {
    let seed = setting("ANALYZER_ORACLE_SEED", 1);
    let count = setting("ANALYZER_ORACLE_CASES", 1500) as usize;
    let mut random = Random(seed);
    let cases: Vec<Case> = (0..count).map(|_| case(&mut random)).collect();
    let rendered: Vec<Rendered> = cases.iter().map(Rendered::new).collect();
    let truths = observe(&rendered.iter().collect::<Vec<_>>());

    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut swallowed = 0;
    for (index, (rendered, truth)) in rendered.iter().zip(&truths).enumerate() {
        if difference(rendered, truth).is_some() {
            panic!("seed {seed}, case {index}, shrunk:\n{}", shrink(cases[index].clone()));
        }
        for observation in truth {
            *outcomes.entry(&observation.outcome).or_default() += 1;
            swallowed += usize::from(!observation.caught.is_empty());
        }
    }
    println!("{outcomes:?}, {swallowed} with swallowed errors");
    // The generator must keep reaching every kind of ending.
    for wanted in ["ok", "ImportError", "AttributeError", "NameError"] {
        assert!(outcomes.get(wanted).is_some_and(|n| *n >= count / 100), "too few {wanted}: {outcomes:?}");
    }
    assert!(swallowed >= count / 10, "too few swallowed errors: {swallowed}");
}
