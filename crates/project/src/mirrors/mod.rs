//! Folders that are copies of others: most of their files are somewhere else in the project too, and nothing uses them.
//! Decided by what the files say; names only say which side is the copy. It must not read texts: a text is known by its hash.

mod compare;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::backups::aside_folder;
use crate::places::{is_shown, is_test};
use compare::{Mirrored, Names};
pub use uses::{Named, Use, uses_in_imports, uses_in_services};

/// A Python file of the project.
#[derive(Debug, Clone, Copy)]
pub struct KnownFile<'a> {
    /// Relative to the project root, with forward slashes.
    pub path: &'a str,
    /// Hash of its text; none where no other file has the same.
    pub text: Option<u128>,
    /// Whether so much is in it that an equal file is hardly there by chance.
    pub telling: bool,
}

/// Questions that are only asked where folders may be copies.
pub trait Evidence {
    /// Whether two files, by their indices, share most of the names of their modules.
    fn alike(&self, one: usize, other: usize) -> bool;
    /// The modules and scripts that files and configuration need, as they name them.
    fn uses(&self) -> Vec<Use<'_>>;
    /// Whether a folder, or one in it, is a project of its own: it has a `pyproject.toml`, or the configuration names it as a root.
    fn is_project(&self, folder: &str) -> bool;
}

/// A folder that is a copy, or was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// The folder, relative to the project root.
    pub folder: String,
    /// The folder that most of its files are copies of, empty for the project root; none without one.
    pub mirror: Option<String>,
    /// The first of its Python files, which represents it.
    pub first: String,
    /// Python files that equal their counterpart.
    pub equal: u32,
    /// Python files that differ from their counterpart.
    pub changed: u32,
    /// Python files that are only there.
    pub alone: u32,
}

/// Words in the name of a folder that say that what is in it was copied or put aside.
const HINTS: [&str; 27] = [
    "archive",
    "archived",
    "archives",
    "attic",
    "backup",
    "backups",
    "bak",
    "bkp",
    "copied",
    "copies",
    "copy",
    "dead",
    "deprecated",
    "legacy",
    "obsolete",
    "old",
    "orig",
    "original",
    "outdated",
    "prev",
    "previous",
    "retired",
    "snapshot",
    "snapshots",
    "superseded",
    "trash",
    "unused",
];

/// Files that folders must have in common at least where no name says which of them is the copy, and how many of a hundred.
const UNNAMED: (usize, usize) = (5, 80);
/// A text that more files have is a commonplace.
const COMMONPLACE: usize = 12;
/// So many changed files make a copy although no file is equal.
const CHANGED_ALONE: usize = 3;

/// The folders that are copies, sorted; none lies in another. `files` are sorted by path.
#[must_use]
pub fn folds(files: &[KnownFile], evidence: &impl Evidence) -> Vec<Fold> {
    let hinted = hinted_folders(files);
    let names = Names::new(files, &hinted);
    let mut copies: BTreeMap<String, Mirrored> = BTreeMap::new();
    for (folder, sure) in &hinted {
        let mirrored = names.compare(folder, evidence);
        if *sure || is_copy(&mirrored) && !is_test(&inside(folder)) {
            copies.insert(folder.clone(), mirrored);
        }
    }
    let unnamed = unnamed(files, &names, evidence);
    if copies.is_empty() && unnamed.is_empty() {
        return Vec::new();
    }
    let index = uses::Index::new(files);
    let pairs = unnamed.iter().flat_map(|(one, other)| [one.as_str(), other.as_str()]);
    let folders: BTreeSet<&str> = copies.keys().map(String::as_str).chain(pairs).collect();
    let needed = index.needed(evidence.uses(), &folders);
    let mut accepted = unused(&mut copies, &index, &needed);
    for (folder, original) in unnamed {
        let own = [folder.clone()];
        let others = |by: &str| !is_in(by, accepted.iter());
        if !accepted.iter().any(|known| lies_below(&folder, known) || lies_below(known, &folder))
            && !index.is_needed(&folder, &needed, others, &own)
            && index.is_needed(&original, &needed, others, &own)
        {
            copies.insert(folder.clone(), names.compare(&folder, evidence));
            accepted.push(folder);
        }
    }
    accepted.sort();
    let fold = |folder: String| copies.remove(&folder)?.into_fold(folder, files);
    accepted.into_iter().filter_map(fold).collect()
}

/// The outermost of these folders that nothing outside of them uses. What a folder uses that is used itself is used.
fn unused(
    copies: &mut BTreeMap<String, Mirrored>,
    index: &uses::Index,
    needed: &[uses::Needed],
) -> Vec<String> {
    loop {
        let mut outermost: Vec<String> = Vec::new();
        for folder in copies.keys() {
            if !is_in(folder, outermost.iter()) {
                outermost.push(folder.clone());
            }
        }
        let others = |by: &str| !is_in(by, outermost.iter());
        let used = |folder: &&String| index.is_needed(folder, needed, others, &outermost);
        let used: Vec<String> = outermost.iter().filter(used).cloned().collect();
        if used.is_empty() {
            return outermost;
        }
        for folder in used {
            copies.remove(&folder);
        }
    }
}

/// Whether most of a folder's files are copies.
fn is_copy(mirrored: &Mirrored) -> bool {
    let copied = mirrored.telling_equal + mirrored.telling_changed;
    2 * copied > mirrored.telling && (mirrored.telling_equal > 0 || mirrored.telling_changed >= CHANGED_ALONE)
}

/// The folders whose own name says that they were put aside, outer ones first, each with whether the name alone is enough.
fn hinted_folders(files: &[KnownFile]) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for file in files {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder.is_empty() || !seen.insert(folder) {
            continue;
        }
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        let mut start = 0;
        for end in ends {
            let name = folder.get(start..end).unwrap_or("");
            let sure = aside_folder(name);
            if (sure || is_hinted(name))
                && let Some(path) = folder.get(..end)
            {
                found.insert(path.to_owned(), sure);
            }
            start = end + 1;
        }
    }
    found
}

/// Whether a word of a folder's name, or a date in it, says that it was copied or put aside.
fn is_hinted(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words = || lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let bare = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    words().any(|word| HINTS.contains(&bare(word).as_str())) || is_dated(&lower)
}

/// Whether a name holds a day: `release_20240131`, `2024-01-31`.
fn is_dated(name: &str) -> bool {
    let digits: String = name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    let runs = digits.split(|c: char| !c.is_ascii_digit());
    runs.filter(|run| run.len() >= 8).any(|run| {
        let part =
            |from: usize, to: usize| run.get(from..to).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
        (1990..2100).contains(&part(0, 4)) && (1..=12).contains(&part(4, 6)) && (1..=31).contains(&part(6, 8))
    })
}

/// A path of a file in a folder, for questions about the place of files.
fn inside(folder: &str) -> String {
    format!("{folder}/x.py")
}

/// Pairs of a folder and what it may be a copy of, the largest first, where no name says which side is the copy.
fn unnamed(files: &[KnownFile], names: &Names, evidence: &impl Evidence) -> Vec<(String, String)> {
    let mut by_text: FxHashMap<(u128, &str), Vec<usize>> = FxHashMap::default();
    for (index, file) in files.iter().enumerate() {
        if let Some(text) = file.text.filter(|_| file.telling && !names.is_hinted(index)) {
            by_text.entry((text, compare::name(file.path))).or_default().push(index);
        }
    }
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    // The order of the groups does not matter to the sums.
    for group in by_text.values().filter(|group| (2..=COMMONPLACE).contains(&group.len())) {
        for one in group {
            for other in group.iter().filter(|other| *other != one) {
                let (Some(a), Some(b)) = (files.get(*one), files.get(*other)) else { continue };
                *pairs.entry(compare::parted(a.path, b.path)).or_default() += 1;
            }
        }
    }
    let (least, percent) = UNNAMED;
    let enough = |folder: &str, count: usize| {
        if count < least {
            return false;
        }
        let inside = files.get(compare::below(files, folder)).unwrap_or_default();
        let telling = inside.iter().filter(|file| file.telling).count();
        count * 100 >= telling * percent
    };
    let mut found: Vec<(usize, &str, &str)> = pairs
        .into_iter()
        .filter(|((folder, original), count)| {
            let place = inside(folder);
            !folder.is_empty()
                && !lies_below(original, folder)
                && !is_test(&place)
                && !is_shown(&place)
                && enough(folder, *count)
                && !evidence.is_project(folder)
        })
        .map(|((folder, original), count)| (count, folder, original))
        .collect();
    found.sort_by(|a, b| (b.0, a.1, a.2).cmp(&(a.0, b.1, b.2)));
    found.into_iter().map(|(_, folder, original)| (folder.to_owned(), original.to_owned())).collect()
}

/// Whether a path lies in a folder, or is it.
pub(crate) fn lies_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether one of these folders is around a path, or is it.
fn is_around(path: &str, folders: &BTreeSet<&str>) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([0, path.len()]);
    ends.into_iter().any(|end| path.get(..end).is_some_and(|folder| folders.contains(folder)))
}

/// Whether a path lies in one of these folders.
fn is_in<'f>(path: &str, mut folders: impl Iterator<Item = &'f String>) -> bool {
    folders.any(|folder| lies_below(path, folder))
}

#[cfg(test)]
mod tests;
