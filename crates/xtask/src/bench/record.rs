//! What was measured, as a table and as JSON, and the limits that hold. It must not run anything.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::measure::Sample;
use super::trees::Tree;

/// A cold check with the families that ruff is given takes at most this many times a plain parse.
const COLD_TO_PARSE: f64 = 1.3;
/// A warm check takes less than this share of a cold one.
const WARM_TO_COLD: f64 = 0.2;
/// Peak memory on the large tree, in bytes.
const PEAK: u64 = 150_000_000;

/// What runs against what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Contender {
    /// `analyzer check --no-cache`.
    Cold,
    /// As `Cold`, with the families that ruff is given, and nothing else.
    Families,
    /// `xtask bare-parse`.
    BareParse,
    /// `xtask bare-parse --system-allocator`.
    PlainParse,
    /// `analyzer check` that finds no cache and writes one.
    First,
    /// `analyzer check` with everything in the cache.
    Warm,
    /// `ruff check` with the same families.
    RuffCheck,
    /// `ruff analyze graph`.
    RuffGraph,
}

impl Contender {
    /// In the order of a round.
    pub(super) const ALL: [Self; 8] = [
        Self::Cold,
        Self::Families,
        Self::BareParse,
        Self::PlainParse,
        Self::First,
        Self::Warm,
        Self::RuffCheck,
        Self::RuffGraph,
    ];
}

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

    fn samples(&self, contender: Contender) -> impl Iterator<Item = &Sample> {
        self.samples.get(&contender).into_iter().flatten()
    }

    fn median(&self, contender: Contender) -> f64 {
        median(self.samples(contender).map(|sample| sample.milliseconds).collect())
    }

    /// Median time on all cores.
    fn cpu(&self, contender: Contender) -> f64 {
        median(self.samples(contender).filter_map(|sample| Some(sample.usage?.cpu)).collect())
    }

    fn min(&self, contender: Contender) -> f64 {
        let fastest = self.samples(contender).map(|sample| sample.milliseconds).min_by(f64::total_cmp);
        fastest.unwrap_or(f64::NAN)
    }

    /// The highest peak of these runs, in bytes.
    fn peak(&self, contenders: &[Contender]) -> Option<u64> {
        let samples = contenders.iter().filter_map(|contender| self.samples.get(contender)).flatten();
        samples.filter_map(|sample| Some(sample.usage?.peak)).max()
    }

    fn ruff(&self) -> f64 {
        self.median(Contender::RuffCheck) + self.median(Contender::RuffGraph)
    }
}

/// Of an even number, the mean of the two in the middle. NaN of none.
fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let middle = |index: usize| times.get(index).copied().unwrap_or(f64::NAN);
    let half = times.len() / 2;
    if times.len().is_multiple_of(2) {
        (middle(half.wrapping_sub(1)) + middle(half)) / 2.0
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
            let parse = row.median(Contender::Families) / row.median(Contender::PlainParse);
            limits.push(Limit {
                text: format!("{}: families / plain parse = {parse:.2}, at most {COLD_TO_PARSE}", row.tree),
                held: parse <= COLD_TO_PARSE,
            });
            let warm = row.median(Contender::Warm) / row.median(Contender::Cold);
            limits.push(Limit {
                text: format!("{}: warm / cold = {warm:.2}, under {WARM_TO_COLD}", row.tree),
                held: warm < WARM_TO_COLD,
            });
            let ours = [Contender::Cold, Contender::First, Contender::Warm];
            if let (true, Some(peak)) = (row.tree == "large", row.peak(&ours)) {
                limits.push(Limit {
                    text: format!(
                        "{}: peak memory = {} MB, under {} MB",
                        row.tree,
                        peak / 1_000_000,
                        PEAK / 1_000_000
                    ),
                    held: peak < PEAK,
                });
            }
        }
        limits
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Contender::{BareParse, Cold, Families, First, PlainParse, RuffCheck, RuffGraph, Warm};
        writeln!(f, "{} runs each, interleaved, on {} cores; {}", self.runs, self.cores, self.ruff)?;
        writeln!(
            f,
            "Milliseconds: median (fastest). CPU: time on all cores. ruff = check + graph, two processes.\n\
             Families: imports, complexity, exceptions and syntax alone, as ruff is given them.\n\
             Bare parse: with the analyser's allocator; plain parse: with the system's, as tree-sitter has it.\n"
        )?;
        writeln!(
            f,
            "{:<11}{:>6} {:>13} {:>13} {:>13} {:>13} {:>13} {:>13} {:>13} {:>13}",
            "tree",
            "files",
            "cold",
            "families",
            "bare parse",
            "plain parse",
            "first",
            "warm",
            "ruff check",
            "ruff graph"
        )?;
        for row in &self.rows {
            write!(f, "{:<11}{:>6}", row.tree, row.files)?;
            for contender in [Cold, Families, BareParse, PlainParse, First, Warm, RuffCheck, RuffGraph] {
                let cell = format!("{:.0} ({:.0})", row.median(contender), row.min(contender));
                write!(f, " {cell:>13}")?;
            }
            writeln!(f)?;
        }
        writeln!(
            f,
            "\n{:<11}{:>11} {:>10} {:>11} {:>15} {:>10} {:>10} {:>13} {:>14} {:>14}",
            "tree",
            "cold/parse",
            "CPU",
            "cold/plain",
            "families/plain",
            "CPU",
            "warm/cold",
            "families/ruff",
            "peak, MB",
            "peak ruff, MB"
        )?;
        for row in &self.rows {
            let megabytes = |peak: Option<u64>| {
                peak.map_or_else(|| "?".to_owned(), |bytes| (bytes / 1_000_000).to_string())
            };
            writeln!(
                f,
                "{:<11}{:>11.2} {:>10.2} {:>11.2} {:>15.2} {:>10.2} {:>10.2} {:>13.2} {:>14} {:>14}",
                row.tree,
                row.median(Cold) / row.median(BareParse),
                row.cpu(Cold) / row.cpu(BareParse),
                row.median(Cold) / row.median(PlainParse),
                row.median(Families) / row.median(PlainParse),
                row.cpu(Families) / row.cpu(PlainParse),
                row.median(Warm) / row.median(Cold),
                row.median(Families) / row.ruff(),
                megabytes(row.peak(&[Cold, First, Warm])),
                megabytes(row.peak(&[RuffCheck, RuffGraph])),
            )?;
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
        let sample = |milliseconds| Sample { milliseconds, usage: Some(Usage { cpu: 1.0, peak }) };
        for time in cold {
            row.add(Contender::Cold, sample(*time));
            row.add(Contender::Families, sample(*time));
        }
        row.add(Contender::PlainParse, sample(100.0));
        row.add(Contender::Warm, sample(warm));
        let mut record = Record::new(7, "ruff".to_owned());
        record.rows.push(row);
        record
    }

    #[test]
    fn medians_do_not_mind_an_outlier() {
        let record = record(&[900.0, 110.0, 120.0], 20.0, 1);
        assert!((record.rows[0].median(Contender::Cold) - 120.0).abs() < 1e-9);
        assert!((record.rows[0].min(Contender::Cold) - 110.0).abs() < 1e-9);
    }

    #[test]
    fn each_limit_is_seen() {
        assert_eq!(record(&[130.0], 20.0, 1).exceeded(), 0);
        assert_eq!(record(&[131.0], 20.0, 1).exceeded(), 1);
        assert_eq!(record(&[130.0], 26.0, 1).exceeded(), 1);
        assert_eq!(record(&[130.0], 20.0, PEAK).exceeded(), 1);
        assert!(
            record(&[131.0], 20.0, 1).to_string().contains("EXCEEDED large: families / plain parse = 1.31")
        );
    }
}
