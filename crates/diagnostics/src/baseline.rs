//! A baseline: the findings that a project has agreed to live with, as a file that people review.
//! It must not know files on disk, configuration or command lines.
//!
//! An entry is known again by its rule, its file, and its identity: enclosing name and normalised text, no line.
//! Where a file has vanished, its entries move to the one new file that shares most of them.

mod format;

use std::collections::{BTreeMap, BTreeSet};

use crate::Finding;

/// The name of the file where nothing else is configured.
pub const BASELINE_FILE: &str = ".analyzer-baseline.json";

/// Findings of one rule in one file that look the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    /// The file, relative to the project root, with forward slashes.
    pub path: String,
    /// The rule's name.
    pub rule: String,
    /// A few words of the first of them, for people.
    pub name: String,
    /// The part of [`Finding::identity`] that the text keeps: their common properties besides the file.
    pub identity: String,
    /// How many there are, from 1.
    pub count: u32,
}

/// The entries of a baseline, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    /// By path, rule and name.
    pub entries: Vec<BaselineEntry>,
}

/// Why a text is no baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct BaselineError {
    /// From 1.
    pub line: usize,
    /// The fault, in one line.
    pub message: String,
}

/// The findings of a run compared with a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matched {
    /// For each finding, in order, whether the baseline knows it.
    pub known: Vec<bool>,
    /// The entries that some finding still fits, moved to where they are now.
    pub alive: Baseline,
    /// The entries, or what is left of their counts, that nothing fits any more.
    pub gone: Baseline,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When the text is damaged, or of another program or version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        Ok(Self { entries: format::tidied(format::read(text)?) })
    }

    /// The text of a baseline: JSON, by file and rule, with an entry per line; the same for the same findings.
    #[must_use]
    pub fn to_text(&self) -> String {
        format::write(&self.entries)
    }

    /// The baseline that knows exactly these findings.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut entries: BTreeMap<(&str, &str, &str), BaselineEntry> = BTreeMap::new();
        for finding in findings {
            let key = (&*finding.location.path, finding.rule.as_str(), format::short(&finding.identity));
            let entry = entries.entry(key).or_insert_with(|| BaselineEntry {
                path: finding.location.path.to_string(),
                rule: finding.rule.to_string(),
                name: format::name_in(&finding.message),
                identity: format::short(&finding.identity).to_owned(),
                count: 0,
            });
            entry.count += 1;
        }
        let mut entries: Vec<BaselineEntry> = entries.into_values().collect();
        entries.sort();
        Self { entries }
    }

    /// Number of findings.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.entries.iter().map(|entry| entry.count).sum()
    }

    /// Adds the entries of `other`.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        Self { entries: format::tidied(self.entries) }
    }

    /// Parts the entries by whether `holds`.
    #[must_use]
    pub fn partition(self, holds: impl Fn(&BaselineEntry) -> bool) -> (Self, Self) {
        let (yes, no) = self.entries.into_iter().partition(holds);
        (Self { entries: yes }, Self { entries: no })
    }

    /// Finds the entries of `findings`; `exists` says whether a path is still a file of the project.
    #[must_use]
    pub fn match_findings(&self, findings: &[Finding], exists: impl Fn(&str) -> bool) -> Matched {
        let moved = self.moved_files(findings.iter().filter(|finding| !finding.suppressed), exists);
        // How many findings of a path, rule and identity are still to come.
        let mut left: BTreeMap<(&str, &str, &str), (u32, &BaselineEntry)> = BTreeMap::new();
        for entry in &self.entries {
            let path = moved.get(entry.path.as_str()).copied().unwrap_or(&entry.path);
            let key = (path, entry.rule.as_str(), entry.identity.as_str());
            left.entry(key).or_insert((0, entry)).0 += entry.count;
        }
        // Of each rule and identity the first path, for what is about the project.
        let mut anywhere: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for (path, rule, identity) in left.keys() {
            anywhere.entry((rule, identity)).or_insert(path);
        }
        let mut alive: Vec<&Finding> = Vec::new();
        let mut known = Vec::with_capacity(findings.len());
        for finding in findings {
            let identity = format::short(&finding.identity);
            let key = (&*finding.location.path, finding.rule.as_str(), identity);
            // What is about the project is made in whichever file comes first.
            let key = if left.contains_key(&key) || !is_of_project(finding) {
                key
            } else {
                anywhere.get(&(key.1, key.2)).map_or(key, |path| (path, key.1, key.2))
            };
            let found = match left.get_mut(&key) {
                Some((count, _)) if *count > 0 && !finding.suppressed => {
                    *count -= 1;
                    true
                }
                _ => false,
            };
            known.push(found);
            alive.extend(found.then_some(finding));
        }
        let gone = left.into_values().filter(|(count, _)| *count > 0);
        let mut gone: Vec<_> = gone.map(|(count, entry)| BaselineEntry { count, ..entry.clone() }).collect();
        gone.sort();
        Matched { known, alive: Self::of(alive), gone: Self { entries: gone } }
    }

    /// From the paths that files with these findings have now to those that they have here, where `exists` tells that a path
    /// is no file any more.
    #[must_use]
    pub fn earlier_paths<'f>(
        &'f self,
        findings: impl Iterator<Item = &'f Finding>,
        exists: impl Fn(&str) -> bool,
    ) -> BTreeMap<String, String> {
        let moved = self.moved_files(findings, exists).into_iter();
        moved.map(|(old, new)| (new.to_owned(), old.to_owned())).collect()
    }

    /// From files that vanished to the new ones that they became: pairs in the order of how many findings they share,
    /// each file in one pair at most. A file is new if the baseline has no entry for it.
    fn moved_files<'a>(
        &'a self,
        findings: impl Iterator<Item = &'a Finding>,
        exists: impl Fn(&str) -> bool,
    ) -> BTreeMap<&'a str, &'a str> {
        let mut gone: BTreeMap<(&str, &str), BTreeMap<&str, u32>> = BTreeMap::new();
        let listed: BTreeSet<&str> = self.entries.iter().map(|entry| entry.path.as_str()).collect();
        let vanished: BTreeSet<&str> = listed.iter().copied().filter(|path| !exists(path)).collect();
        if vanished.is_empty() {
            return BTreeMap::new();
        }
        for entry in self.entries.iter().filter(|entry| vanished.contains(entry.path.as_str())) {
            let files = gone.entry((&entry.rule, &entry.identity)).or_default();
            *files.entry(&entry.path).or_default() += entry.count;
        }
        let mut shared: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for finding in findings {
            let path = &*finding.location.path;
            let Some(files) = gone.get(&(finding.rule.as_str(), format::short(&finding.identity))) else {
                continue;
            };
            if !listed.contains(path) {
                for old in files.keys() {
                    *shared.entry((old, path)).or_default() += 1;
                }
            }
        }
        let mut pairs: Vec<(u32, &str, &str)> =
            shared.into_iter().map(|((old, new), count)| (count, old, new)).collect();
        // A file that only changed its folder goes before one that has another name, too.
        let name = |path: &str| path.rsplit('/').next().unwrap_or("").to_owned();
        pairs.sort_by_key(|&(count, old, new)| (std::cmp::Reverse(count), name(old) != name(new), old, new));
        let (mut moved, mut taken) = (BTreeMap::new(), BTreeSet::new());
        for (_, old, new) in pairs {
            if !moved.contains_key(old) && taken.insert(new) {
                moved.insert(old, new);
            }
        }
        moved
    }
}

/// Whether a finding is about the project rather than one of its files: then its fingerprint holds no path, as its identity.
fn is_of_project(finding: &Finding) -> bool {
    finding.fingerprint == finding.identity
}
