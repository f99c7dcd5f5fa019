//! The simulator against CPython itself, on random small packages: every entry of every case, compared exactly.
//!
//! `ANALYZER_ORACLE_SEED` and `ANALYZER_ORACLE_CASES` choose other cases than the default ones.

mod oracle;

use std::collections::BTreeMap;

use analyzer_project::simulate::program::Program;
use analyzer_project::simulate::trace::{Branches, Entry, Failure, Outcome, Plan, run};
use analyzer_project::simulate::verdict::{Ending, Limits, Verdict, judge};
use oracle::case::{Case, Rendered};
use oracle::cpython::{Observation, observe};
use oracle::generate::{Random, case, smaller};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

fn entry_of(&(module, script): &(usize, bool)) -> Entry {
    if script { Entry::Script(module as u32) } else { Entry::Import(module as u32) }
}

/// What the simulator says, in the terms of the oracle.
fn simulate(rendered: &Rendered, program: &Program, entry: Entry) -> Observation {
    let branches = Branches::Listed(rendered.branches.clone());
    let trace = run(program, entry, &Plan { branches, strict: true, steps: 1_000_000 });
    let name = |module: u32| rendered.modules[module as usize].name.clone();
    let line = |failure: &Failure| {
        let site = failure.site;
        (name(site.module), rendered.modules[site.module as usize].lines[site.step as usize])
    };
    let (outcome, at) = match &trace.outcome {
        Outcome::Passes => ("ok", None),
        Outcome::Fails(failure) => (failure.kind.class(), Some(line(failure))),
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

/// The first entry on which the two disagree, with both answers.
fn difference(rendered: &Rendered, truth: &[Observation]) -> Option<String> {
    let program = rendered.program();
    rendered.entries.iter().zip(truth).find_map(|(entry, truth)| {
        let ours = simulate(rendered, &program, entry_of(entry));
        (ours != *truth).then(|| {
            let name = &rendered.modules[entry.0].name;
            format!("entry {name}, script: {}\nCPython:   {truth:#?}\nsimulator: {ours:#?}", entry.1)
        })
    })
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
