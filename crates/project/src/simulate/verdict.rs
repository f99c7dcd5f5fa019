//! From runs to a verdict on a component: every entry, and every way that branches of unknown condition can go.
//! It must not know how a run works, nor how findings look.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::program::{ModuleId, Program};
use super::trace::{Branches, Ended, Entry, Failure, Outcome, Plan, Site, Swallowed, ending};

/// Bounds on the work; what lies beyond them is not claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Number of entries; of more, evenly spaced ones are taken.
    pub entries: usize,
    /// Number of combinations of branches; beyond it, branches all take their first alternative, or all their last, and
    /// where both fail a few further combinations are tried.
    pub combinations: usize,
    /// Steps of a run.
    pub steps: u64,
    /// Steps of all runs together.
    pub total_steps: u64,
}

/// How many further combinations are tried.
const FURTHER: u64 = 8;

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 64, combinations: 32, steps: 1_000_000, total_steps: 20_000_000 }
    }
}

/// How importing a component ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It fails from every entry.
    Crash,
    /// It fails from some entries.
    EntryDependent,
    /// It never fails, but only because a handler swallows the error.
    Masked,
    /// Nothing is raised.
    Tolerated,
}

/// How importing the component from one entry ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// With an exception.
    Fails {
        /// The exception; that of the first combination that fails.
        failure: Failure,
        /// Whether every combination of branches fails.
        certain: bool,
    },
    /// Well.
    Passes,
    /// Not known within the bounds.
    Unfinished,
}

/// The findings from one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryReport {
    /// Where the program begins.
    pub entry: Entry,
    /// How it ends.
    pub ending: Ending,
    /// Failures that handlers swallowed in the first combination that swallowed anything, in order.
    pub swallowed: Vec<Swallowed>,
}

/// The verdict on a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The verdict over all entries that were finished.
    pub verdict: Verdict,
    /// Whether it holds however the branches go: false for a crash that only some combination leads to.
    pub certain: bool,
    /// One report an entry, in the order given.
    pub entries: Vec<EntryReport>,
}

impl Report {
    /// The first entry that fails (certainly, if there is such a one), with its exception.
    #[must_use]
    pub fn first_failure(&self) -> Option<(Entry, &Failure)> {
        let failing = |wanted: bool| {
            self.entries.iter().find_map(move |report| match &report.ending {
                Ending::Fails { failure, certain } if *certain || !wanted => Some((report.entry, failure)),
                _ => None,
            })
        };
        failing(true).or_else(|| failing(false))
    }

    /// The entries that fail, in order.
    pub fn failing(&self) -> impl Iterator<Item = Entry> {
        let fails = |report: &&EntryReport| matches!(report.ending, Ending::Fails { .. });
        self.entries.iter().filter(fails).map(|report| report.entry)
    }

    /// The first error that a handler swallowed.
    #[must_use]
    pub fn first_swallowed(&self) -> Option<(Entry, &Swallowed)> {
        self.entries.iter().find_map(|report| Some((report.entry, report.swallowed.first()?)))
    }
}

/// Judges a component by simulating its import from each entry. The result depends on nothing but the arguments.
#[must_use]
pub fn judge(program: &Program, entries: &[Entry], limits: Limits) -> Report {
    let (combinations, further) = combinations(program, limits.combinations);
    let entries: Vec<Entry> = spaced(entries, limits.entries).collect();
    let mut runs = Runs::new(program, &entries, limits);
    let judged = entries.iter().map(|entry| judge_entry(&mut runs, *entry, &combinations, &further));
    conclude(judged.collect())
}

/// The runs of a component. Importing a module imports the packages around it first, so that the run of a package answers
/// for all of its modules that it loads itself, and for all of them where it fails.
struct Runs<'a> {
    program: &'a Program,
    /// Bound on the steps of one run.
    steps: u64,
    /// Steps that are left for all runs.
    left: u64,
    /// Packages that several entries share.
    shared: FxHashSet<ModuleId>,
    /// The runs of those packages, by module and number of the combination.
    known: FxHashMap<(ModuleId, usize), Rc<Ended>>,
}

impl<'a> Runs<'a> {
    fn new(program: &'a Program, entries: &[Entry], limits: Limits) -> Self {
        let (mut once, mut shared) = (FxHashSet::default(), FxHashSet::default());
        for entry in entries {
            let Entry::Import(module) = *entry else { continue };
            for package in around(program, module).chain([module]) {
                if !once.insert(package) {
                    shared.insert(package);
                }
            }
        }
        Self { program, steps: limits.steps, left: limits.total_steps, shared, known: FxHashMap::default() }
    }

    /// The run from an entry, with the branches of combination `number`.
    fn run(&mut self, entry: Entry, number: usize, branches: &Branches) -> Rc<Ended> {
        let Entry::Import(module) = entry else { return Rc::new(self.whole(entry, branches)) };
        let mut packages: Vec<ModuleId> =
            around(self.program, module).take_while(|package| self.shared.contains(package)).collect();
        packages.reverse();
        let mut before: Option<Rc<Ended>> = None;
        for next in packages.into_iter().chain([module]) {
            let ended = match (self.known.get(&(next, number)), before) {
                (Some(known), _) => Rc::clone(known),
                (None, Some(outer)) if outer.settles(next) => outer,
                (None, _) => Rc::new(self.whole(Entry::Import(next), branches)),
            };
            if self.shared.contains(&next) {
                self.known.insert((next, number), Rc::clone(&ended));
            }
            before = Some(ended);
        }
        before.unwrap_or_else(|| Rc::new(self.whole(entry, branches)))
    }

    fn whole(&mut self, entry: Entry, branches: &Branches) -> Ended {
        let plan = Plan { branches: branches.clone(), strict: false, steps: self.steps.min(self.left) };
        let ended = ending(self.program, entry, &plan);
        self.left = self.left.saturating_sub(ended.steps);
        ended
    }
}

/// The packages around a module, the innermost first.
fn around(program: &Program, module: ModuleId) -> impl Iterator<Item = ModuleId> {
    let parent = |module: &ModuleId| program.compiled.code(*module)?.parent;
    std::iter::successors(parent(&module), parent)
}

fn conclude(entries: Vec<EntryReport>) -> Report {
    let (mut finished, mut failing, mut surely) = (0, 0, 0);
    for report in &entries {
        match report.ending {
            Ending::Fails { certain, .. } => {
                finished += 1;
                failing += 1;
                surely += usize::from(certain);
            }
            Ending::Passes => finished += 1,
            Ending::Unfinished => {}
        }
    }
    let swallowed = entries.iter().any(|report| !report.swallowed.is_empty());
    let (verdict, certain) = match failing {
        0 if swallowed => (Verdict::Masked, true),
        0 => (Verdict::Tolerated, true),
        _ if failing == finished => (Verdict::Crash, surely == failing),
        _ => (Verdict::EntryDependent, surely > 0),
    };
    Report { verdict, certain, entries }
}

fn judge_entry(
    runs: &mut Runs,
    entry: Entry,
    combinations: &[Branches],
    further: &[Branches],
) -> EntryReport {
    let mut failure: Option<Failure> = None;
    let mut swallowed = Vec::new();
    let mut failed = 0;
    for (number, branches) in combinations.iter().chain(further).enumerate() {
        // Further ones only serve to be sure.
        if number >= combinations.len() && failed < number {
            break;
        }
        let run = runs.run(entry, number, branches);
        match &run.outcome {
            Outcome::Unfinished => return EntryReport { entry, ending: Ending::Unfinished, swallowed },
            Outcome::Fails(found) => {
                failed += 1;
                failure.get_or_insert_with(|| found.clone());
            }
            Outcome::Passes => {}
        }
        if swallowed.is_empty() {
            swallowed.clone_from(&run.swallowed);
        }
    }
    let ending = match failure {
        Some(failure) => Ending::Fails { failure, certain: failed == combinations.len() + further.len() },
        None => Ending::Passes,
    };
    EntryReport { entry, ending, swallowed }
}

/// At most `limit` of the entries, evenly spaced.
fn spaced(entries: &[Entry], limit: usize) -> impl Iterator<Item = Entry> {
    let count = entries.len().min(limit);
    (0..count).filter_map(move |index| entries.get(index * entries.len() / count).copied())
}

/// The ways that the branches can go; all of them, where there are at most `limit`. Else two of them, and further ones.
fn combinations(program: &Program, limit: usize) -> (Vec<Branches>, Vec<Branches>) {
    let mut branches: Vec<(Site, u32)> = Vec::new();
    let mut count: usize = 1;
    for (module, code) in program.compiled.modules.iter().enumerate() {
        for block in &code.blocks {
            if let Some(&step) = block.alternatives.first()
                && block.decisive
            {
                branches.push((Site { module: module as ModuleId, step }, block.alternatives.len() as u32));
                count = count.saturating_mul(block.alternatives.len());
            }
        }
    }
    if branches.is_empty() {
        return (vec![Branches::First], Vec::new());
    }
    if count > limit {
        let further = (1..=FURTHER).map(|seed| {
            let mut list = BTreeMap::new();
            for (number, &(site, alternatives)) in (1u64..).zip(&branches) {
                // Any function of both that looks like chance.
                let mixed = (number ^ seed << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                list.insert(site, ((mixed >> 33) % u64::from(alternatives.max(1))) as u32);
            }
            Branches::Listed(list)
        });
        return (vec![Branches::First, Branches::Last], further.collect());
    }
    let combination = |mut number: usize| {
        let mut list = BTreeMap::new();
        for &(site, alternatives) in &branches {
            list.insert(site, (number % alternatives as usize) as u32);
            number /= alternatives as usize;
        }
        Branches::Listed(list)
    };
    ((0..count).map(combination).collect(), Vec::new())
}
