//! Counts in the rows of the summary's tables: findings by severity and rule, of a family or a folder. It must not know
//! the disk.

use std::collections::BTreeMap;

use analyzer_diagnostics::{Report, Severity};

use crate::text::thousands;

/// Counts of a row of a table.
#[derive(Debug, Default, Clone)]
pub(super) struct Counts<'a> {
    pub(super) levels: BTreeMap<Severity, u64>,
    rules: BTreeMap<&'a str, u64>,
}

impl<'a> Counts<'a> {
    pub(super) fn add(&mut self, severity: Severity, rule: &'a str) {
        *self.levels.entry(severity).or_default() += 1;
        *self.rules.entry(rule).or_default() += 1;
    }

    fn take(&mut self, other: &Self) {
        for (level, count) in &other.levels {
            *self.levels.entry(*level).or_default() += count;
        }
        for (rule, count) in &other.rules {
            *self.rules.entry(rule).or_default() += count;
        }
    }

    pub(super) fn all(&self) -> u64 {
        self.levels.values().sum()
    }

    /// The rule that found most.
    pub(super) fn most(&self) -> String {
        // Of equal ones the first by name.
        let most = self.rules.iter().rev().max_by_key(|(_, count)| **count);
        most.map(|(rule, count)| format!("{rule} {}", thousands(*count))).unwrap_or_default()
    }
}

/// Rows sorted by their counts, the largest first; beyond `most` rows the rest in one, under this name.
pub(super) fn sorted<'a>(
    counts: BTreeMap<&'a str, Counts<'a>>,
    most: usize,
    rest: &'a str,
) -> Vec<(&'a str, Counts<'a>)> {
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|(a, x), (b, y)| y.all().cmp(&x.all()).then(a.cmp(b)));
    if rows.len() > most {
        let mut others = Counts::default();
        for (_, counts) in rows.drain(most.saturating_sub(1)..) {
            others.take(&counts);
        }
        rows.push((rest, others));
    }
    rows
}

/// The counts of each outermost folder; where all findings are in one folder, of the folders in it. Files that are
/// directly there count for the folder itself.
pub(super) fn by_folder(report: &Report) -> BTreeMap<&str, Counts<'_>> {
    let findings = || report.findings.iter().filter(|finding| finding.counts());
    let mut shared: Option<&str> = None;
    for finding in findings() {
        let path = &*finding.location.path;
        let folder = path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or("");
        shared = Some(shared.map_or(folder, |shared| common(shared, folder)));
    }
    let shared = shared.unwrap_or("");
    let mut counts: BTreeMap<&str, Counts<'_>> = BTreeMap::new();
    for finding in findings() {
        let path = &*finding.location.path;
        let rest = path.get(shared.len()..).unwrap_or("");
        let end = rest.find('/').map_or(shared.len(), |at| shared.len() + at + 1);
        let folder = path.get(..end).filter(|folder| !folder.is_empty()).unwrap_or("./");
        counts.entry(folder).or_default().add(finding.severity, &finding.rule);
    }
    counts
}

/// The folders that both begin with, the slash after them included.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let ends = a.match_indices('/').map(|(at, _)| at + 1);
    let end = ends.take_while(|end| a.get(..*end) == b.get(..*end)).last().unwrap_or(0);
    a.get(..end).unwrap_or("")
}
