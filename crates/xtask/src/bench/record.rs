//! The times that were measured, as a table and as JSON, and the limits that hold. It must not run anything.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::measure::Sample;
use super::trees::Tree;

/// Program that takes part in the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Contender {
    /// `analyzer check --no-cache --select ALL`.
    Cold,
    /// `xtask bare-parse --own --alone`: our own parser on one thread, without reading.
    OwnParse,
    /// `xtask bare-parse --alone`: tree-sitter on one thread, without reading, with the analyser's allocator.
    Parse,
    /// `analyzer check --no-cache --select import-cycle`.
    Cycles,
    /// `oboros`: the import cycles of a project and nothing else.
    Oboros,
    /// `analyzer check --select ALL` that finds no cache and writes one.
    First,
    /// `analyzer check --select ALL` with everything in the cache.
    Warm,
    /// `ruff check` with the same families, without a cache.
    RuffCheck,
    /// As `RuffCheck`, with everything in the cache.
    RuffWarm,
    /// `ruff analyze graph`, which has no cache.
    RuffGraph,
}

impl Contender {
    /// In the order of a round.
    pub(super) const ALL: [Self; 10] = [
        Self::Cold,
        Self::OwnParse,
        Self::Parse,
        Self::Cycles,
        Self::Oboros,
        Self::First,
        Self::Warm,
        Self::RuffCheck,
        Self::RuffWarm,
        Self::RuffGraph,
    ];

    /// Its heading in the table.
    fn heading(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::OwnParse => "own parse",
            Self::Parse => "tree-sitter",
            Self::Cycles => "cycles",
            Self::Oboros => "oboros",
            Self::First => "first",
            Self::Warm => "warm",
            Self::RuffCheck => "ruff check",
            Self::RuffWarm => "ruff warm",
            Self::RuffGraph => "ruff graph",
        }
    }
}

/// A ratio of two sums, and how high it may be on which trees.
struct Bound {
    name: &'static str,
    above: &'static [Contender],
    below: &'static [Contender],
    of: Figure,
    most: &'static [(&'static str, f64)],
}

/// Which figure of a run is compared.
#[derive(Clone, Copy, PartialEq)]
enum Figure {
    Time,
    Peak,
}

const RUFF: &[Contender] = &[Contender::RuffCheck, Contender::RuffGraph];

/// The ratios that are printed, and those that must hold.
const BOUNDS: [Bound; 6] = [
    Bound {
        name: "own parse / tree-sitter",
        above: &[Contender::OwnParse],
        below: &[Contender::Parse],
        of: Figure::Time,
        most: &[("django", 0.1)],
    },
    Bound {
        name: "cold / ruff",
        above: &[Contender::Cold],
        below: RUFF,
        of: Figure::Time,
        most: &[("django", 0.95), ("sqlalchemy", 1.2), ("monorepo", 1.1), ("large", 1.3)],
    },
    Bound {
        name: "cycles / oboros",
        above: &[Contender::Cycles],
        below: &[Contender::Oboros],
        of: Figure::Time,
        most: &[("django", 1.2), ("monorepo", 1.2)],
    },
    Bound {
        name: "warm / ruff warm",
        above: &[Contender::Warm],
        below: &[Contender::RuffWarm, Contender::RuffGraph],
        of: Figure::Time,
        most: &[("large", 0.5)],
    },
    Bound {
        name: "warm / cold",
        above: &[Contender::Warm],
        below: &[Contender::Cold],
        of: Figure::Time,
        most: &[],
    },
    Bound {
        name: "peak memory / ruff's",
        above: &[Contender::Cold],
        below: RUFF,
        of: Figure::Peak,
        most: &[("large", 1.3)],
    },
];

/// All runs on one tree.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    tree: &'static str,
    files: usize,
    samples: BTreeMap<Contender, Vec<Sample>>,
}

impl Row {
    /// Nothing measured yet.
    pub(super) fn new(tree: &Tree) -> Self {
        Self { tree: tree.name, files: tree.files, samples: BTreeMap::new() }
    }

    /// One more run.
    pub(super) fn add(&mut self, contender: Contender, sample: Sample) {
        self.samples.entry(contender).or_default().push(sample);
    }

    fn samples(&self, contender: Contender) -> &[Sample] {
        self.samples.get(&contender).map_or(&[], Vec::as_slice)
    }

    fn median(&self, contender: Contender) -> f64 {
        median(self.samples(contender).iter().map(|sample| sample.milliseconds).collect())
    }

    fn min(&self, contender: Contender) -> f64 {
        let times = self.samples(contender).iter().map(|sample| sample.milliseconds);
        times.min_by(f64::total_cmp).unwrap_or(f64::NAN)
    }

    /// The highest peak of all runs, in megabytes. NaN where the system does not report it.
    fn peak(&self, contender: Contender) -> f64 {
        let peaks = self.samples(contender).iter().filter_map(|sample| Some(sample.usage?.peak));
        peaks.max().map_or(f64::NAN, |bytes| bytes as f64 / 1e6)
    }

    /// The median over the rounds, in each of which both sides ran. NaN where either did not.
    fn ratio(&self, bound: &Bound) -> f64 {
        if bound.of == Figure::Peak {
            let highest = |side: &[Contender]| {
                side.iter().map(|one| self.peak(*one)).max_by(f64::total_cmp).unwrap_or(f64::NAN)
            };
            return highest(bound.above) / highest(bound.below);
        }
        let sum = |side: &[Contender], round: usize| -> Option<f64> {
            side.iter().map(|one| Some(self.samples(*one).get(round)?.milliseconds)).sum()
        };
        let rounds = self.samples(Contender::Cold).len();
        median((0..rounds).filter_map(|at| Some(sum(bound.above, at)? / sum(bound.below, at)?)).collect())
    }
}

/// Of an even number, the mean of the two in the middle. NaN of none.
fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let middle = |index: usize| times.get(index).copied().unwrap_or(f64::NAN);
    let half = times.len() / 2;
    if times.len().is_multiple_of(2) {
        f64::midpoint(middle(half.wrapping_sub(1)), middle(half))
    } else {
        middle(half)
    }
}

/// All runs.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    /// Runs that count, of each contender on each tree.
    pub(super) runs: usize,
    ruff: String,
    cores: usize,
    /// One a tree.
    pub(super) rows: Vec<Row>,
}

/// A limit and what was measured.
struct Limit {
    text: String,
    held: bool,
}

impl Record {
    /// Nothing measured yet.
    pub(super) fn new(runs: usize, ruff: String) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { runs, ruff, cores, rows: Vec::new() }
    }

    /// How many limits do not hold.
    pub(super) fn exceeded(&self) -> usize {
        self.limits().iter().filter(|limit| !limit.held).count()
    }

    fn limits(&self) -> Vec<Limit> {
        let mut limits = Vec::new();
        for row in &self.rows {
            for bound in &BOUNDS {
                let most = bound.most.iter().find(|(tree, _)| *tree == row.tree);
                let ratio = row.ratio(bound);
                if let (Some((_, most)), false) = (most, ratio.is_nan()) {
                    limits.push(Limit {
                        text: format!("{}: {} = {ratio:.2}, at most {most}", row.tree, bound.name),
                        held: ratio <= *most,
                    });
                }
            }
        }
        limits
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} runs each, interleaved, on {} cores; {}", self.runs, self.cores, self.ruff)?;
        writeln!(
            f,
            "Milliseconds: median (fastest). Ratios: medians over the rounds. ruff = check + graph, two processes.\n\
             Own parse, tree-sitter: on one thread, without reading; tree-sitter with the analyser's allocator.\n"
        )?;
        write!(f, "{:<11}{:>6}", "tree", "files")?;
        for contender in Contender::ALL {
            write!(f, " {:>13}", contender.heading())?;
        }
        writeln!(f)?;
        for row in &self.rows {
            write!(f, "{:<11}{:>6}", row.tree, row.files)?;
            for contender in Contender::ALL {
                let cell = format!("{:.0} ({:.0})", row.median(contender), row.min(contender));
                write!(f, " {cell:>13}")?;
            }
            writeln!(f)?;
        }
        write!(f, "\n{:<17}", "tree")?;
        for bound in &BOUNDS {
            write!(f, " {:>23}", bound.name)?;
        }
        writeln!(f, " {:>10}", "peak, MB")?;
        for row in &self.rows {
            write!(f, "{:<17}", row.tree)?;
            for bound in &BOUNDS {
                write!(f, " {:>23.3}", row.ratio(bound))?;
            }
            writeln!(f, " {:>10.0}", row.peak(Contender::Cold))?;
        }
        writeln!(f)?;
        for limit in self.limits() {
            writeln!(f, "{} {}", if limit.held { "held    " } else { "EXCEEDED" }, limit.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::measure::Usage;
    use super::*;

    fn record(cold: &[f64], warm: f64, peak: u64) -> Record {
        let tree = Tree { name: "large", path: PathBuf::new(), files: 3 };
        let mut row = Row::new(&tree);
        let sample = |milliseconds, peak| Sample { milliseconds, usage: Some(Usage { cpu: 1.0, peak }) };
        for time in cold {
            row.add(Contender::Cold, sample(*time, peak));
            row.add(Contender::Warm, sample(warm, peak));
            for ruff in [Contender::RuffCheck, Contender::RuffWarm, Contender::RuffGraph] {
                row.add(ruff, sample(50.0, 100_000_000));
            }
        }
        let mut record = Record::new(7, "ruff".to_owned());
        record.rows.push(row);
        record
    }

    #[test]
    fn medians_do_not_mind_an_outlier() {
        let record = record(&[900.0, 110.0, 120.0], 20.0, 1);
        assert!((record.rows[0].median(Contender::Cold) - 120.0).abs() < 1e-9);
        assert!((record.rows[0].min(Contender::Cold) - 110.0).abs() < 1e-9);
        assert!((record.rows[0].ratio(&BOUNDS[1]) - 1.2).abs() < 1e-9);
    }

    #[test]
    fn each_limit_is_seen() {
        assert_eq!(record(&[130.0], 50.0, 130_000_000).exceeded(), 0);
        assert_eq!(record(&[131.0], 50.0, 1).exceeded(), 1);
        assert_eq!(record(&[130.0], 51.0, 1).exceeded(), 1);
        assert_eq!(record(&[130.0], 50.0, 131_000_000).exceeded(), 1);
        let text = record(&[131.0], 20.0, 1).to_string();
        assert!(text.contains("EXCEEDED large: cold / ruff = 1.31, at most 1.3"), "{text}");
    }

    #[test]
    fn a_program_that_is_missing_holds_no_limit() {
        let text = record(&[100.0], 20.0, 1).to_string();
        assert!(!text.contains("held     large: cycles"), "{text}");
    }
}
