//! The findings that a project lives with: the server silences what its baseline lists, as every other door does. It must
//! not know where the baseline comes from.

use std::collections::BTreeMap;

use analyzer_diagnostics::{Baseline, Finding};
use camino::{Utf8Path, Utf8PathBuf};

/// Entries of a baseline, by file.
#[derive(Debug, Default)]
pub(crate) struct Accepted {
    by_path: BTreeMap<String, Baseline>,
    /// From the paths of files to those that they had when the baseline was written.
    moved: BTreeMap<String, String>,
    /// The whole of it, for finding out which files moved.
    all: Baseline,
    /// Its own path from the project's root.
    file: Option<String>,
}

impl Accepted {
    /// Of the project in the folder `root`.
    pub(crate) fn new(baseline: Option<(Baseline, Utf8PathBuf)>, root: &Utf8Path) -> Self {
        let Some((all, file)) = baseline else { return Self::default() };
        let mut by_path: BTreeMap<String, Baseline> = BTreeMap::new();
        for entry in &all.entries {
            by_path.entry(entry.path.clone()).or_default().entries.push(entry.clone());
        }
        let file = file.strip_prefix(root).ok().map(|file| file.as_str().replace('\\', "/"));
        Self { by_path, moved: BTreeMap::new(), all, file }
    }

    /// Whether the file at this path is the baseline.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.file.as_deref() == Some(path)
    }

    /// Marks those of a file's findings that are listed as silenced.
    pub(crate) fn silence(&self, path: &str, findings: &mut [Finding]) {
        let listed = self.moved.get(path).map_or(path, String::as_str);
        let Some(baseline) = self.by_path.get(listed) else { return };
        let here = |entry: &analyzer_diagnostics::BaselineEntry| analyzer_diagnostics::BaselineEntry {
            path: path.to_owned(),
            ..entry.clone()
        };
        let baseline = Baseline { entries: baseline.entries.iter().map(here).collect() };
        let known = baseline.match_findings(findings, |_| true).known;
        for (finding, known) in findings.iter_mut().zip(known) {
            finding.suppressed |= known;
        }
    }

    /// Finds out which files have another path than the baseline says, from all findings; the files of which something
    /// else is silenced now.
    pub(crate) fn follow<'f>(
        &mut self,
        findings: impl Iterator<Item = &'f Finding>,
        exists: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        if self.by_path.keys().all(|path| exists(path)) && self.moved.is_empty() {
            return Vec::new();
        }
        // Findings that are silenced in a file that moved count as found.
        let found: Vec<&Finding> =
            findings.filter(|one| !one.suppressed || self.moved.contains_key(&*one.location.path)).collect();
        let moved = self.all.earlier_paths(found.into_iter(), exists);
        let old = std::mem::replace(&mut self.moved, moved);
        let differs = |path: &&String| old.get(*path) != self.moved.get(*path);
        let mut changed: Vec<String> = old.keys().chain(self.moved.keys()).filter(differs).cloned().collect();
        changed.sort();
        changed.dedup();
        changed
    }
}
