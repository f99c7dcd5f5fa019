//! One folder compared with the rest of the project, file by file. It must not know which folders are copies.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Evidence, Fold, KnownFile, is_around, lies_below};

/// Of more files than this with one name, the first ones are looked at.
const MOST: usize = 64;

/// The files of a project by what they are found by. Files that a folder's name says were put aside prove nothing, and are
/// left out.
pub(super) struct Names<'a> {
    files: &'a [KnownFile<'a>],
    /// By text and name.
    by_text: FxHashMap<(u128, &'a str), Vec<usize>>,
    /// By name and the folder's name.
    by_end: FxHashMap<&'a str, Vec<usize>>,
    by_name: FxHashMap<&'a str, Vec<usize>>,
    /// Of each file, whether the name of a folder says that it was put aside.
    hinted: Vec<bool>,
}

/// The result of comparing the files of a folder with their counterparts.
#[derive(Debug, Clone, Default)]
pub(super) struct Mirrored {
    /// Files in which there is something.
    pub telling: usize,
    /// Of these, those that equal their counterpart.
    pub telling_equal: usize,
    /// Of these, those that are like their counterpart.
    pub telling_changed: usize,
    equal: u32,
    changed: u32,
    alone: u32,
    mirror: Option<String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(files: &'a [KnownFile<'a>], hinted: &BTreeMap<String, bool>) -> Self {
        let hinted = hinted.keys().map(String::as_str).collect();
        let hinted: Vec<bool> = files.iter().map(|file| is_around(file.path, &hinted)).collect();
        let (mut by_text, mut by_end, mut by_name) =
            (FxHashMap::default(), FxHashMap::default(), FxHashMap::default());
        for ((index, file), _) in files.iter().enumerate().zip(&hinted).filter(|(_, hinted)| !**hinted) {
            let add = |list: &mut Vec<usize>| {
                if list.len() < MOST {
                    list.push(index);
                }
            };
            if let Some(text) = file.text {
                add(by_text.entry((text, name(file.path))).or_default());
            }
            add(by_end.entry(end(file.path)).or_default());
            add(by_name.entry(name(file.path)).or_default());
        }
        Self { files, by_text, by_end, by_name, hinted }
    }

    /// Whether the name of a folder around a file says that it was put aside.
    pub(super) fn is_hinted(&self, file: usize) -> bool {
        self.hinted.get(file).copied().unwrap_or_default()
    }

    /// Compares the files of a folder with those outside of it.
    pub(super) fn compare(&self, folder: &str, evidence: &impl Evidence) -> Mirrored {
        let mut found = Mirrored::default();
        let mut places: BTreeMap<String, u32> = BTreeMap::new();
        let range = below(self.files, folder);
        for (index, file) in range.clone().zip(self.files.get(range).unwrap_or_default()) {
            found.telling += usize::from(file.telling);
            let counterpart = self.counterpart(index, file, folder);
            let other = counterpart.and_then(|other| Some((other, self.files.get(other)?)));
            match other {
                Some((_, other)) if other.text.is_some() && other.text == file.text => {
                    found.equal += 1;
                    found.telling_equal += usize::from(file.telling);
                    let weight = if file.telling { 1_000 } else { 1 };
                    *places.entry(mirror_of(file.path, other.path, folder)).or_default() += weight;
                }
                Some((at, other)) if file.telling && other.telling && evidence.alike(index, at) => {
                    found.changed += 1;
                    found.telling_changed += 1;
                    *places.entry(mirror_of(file.path, other.path, folder)).or_default() += 100;
                }
                _ => found.alone += 1,
            }
        }
        let place = places.into_iter().max_by_key(|(place, count)| (*count, Reverse(place.clone())));
        found.mirror = place.map(|(place, _)| place);
        found
    }

    /// The file that one of a folder may be a copy of: with the same text if there is such a one, and of several the one whose
    /// path ends most alike.
    fn counterpart(&self, index: usize, file: &KnownFile, folder: &str) -> Option<usize> {
        let best = |known: Option<&Vec<usize>>| {
            let outside = known.into_iter().flatten().filter(|other| {
                let path = self.files.get(**other).map_or("", |other| other.path);
                **other != index && !lies_below(path, folder)
            });
            let ranked = outside.filter_map(|at| {
                let other = self.files.get(*at)?;
                Some((common_end(file.path, other.path).len(), Reverse(other.path), *at))
            });
            ranked.max().map(|(.., at)| at)
        };
        let name = name(file.path);
        let same = file.text.and_then(|text| best(self.by_text.get(&(text, name))));
        same.or_else(|| best(self.by_end.get(end(file.path)))).or_else(|| best(self.by_name.get(name)))
    }
}

impl Mirrored {
    /// As it is told; none for a folder without files.
    pub(super) fn into_fold(self, folder: String, files: &[KnownFile]) -> Option<Fold> {
        let first = files.get(below(files, &folder))?.first()?.path.to_owned();
        let Self { equal, changed, alone, mirror, .. } = self;
        Some(Fold { folder, mirror, first, equal, changed, alone })
    }
}

/// The files in a folder, as places in the list of all, which is sorted by path.
pub(super) fn below(files: &[KnownFile], folder: &str) -> Range<usize> {
    let start = files.partition_point(|file| !reaches(file.path, folder));
    let count = files.get(start..).unwrap_or_default().partition_point(|file| lies_below(file.path, folder));
    start..start + count
}

/// Whether a path comes where those in a folder begin, or after that.
fn reaches(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.bytes().cmp(folder.bytes().chain([b'/'])).is_ge()
}

/// The name of a file with that of its folder.
fn end(path: &str) -> &str {
    let name = name(path).len();
    let above = path.get(..path.len() - name).unwrap_or("").trim_end_matches('/');
    let folder = above.rsplit('/').next().unwrap_or(above).len();
    path.get(above.len() - folder..).unwrap_or(path)
}

/// The name of a file.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The parts that two paths end with alike, with the slash before them where there is one.
fn common_end<'p>(one: &'p str, other: &str) -> &'p str {
    let mut length = 0;
    for (a, b) in one.rsplit('/').zip(other.rsplit('/')) {
        if a != b {
            break;
        }
        length += a.len() + 1;
    }
    one.get(one.len().saturating_sub(length)..).unwrap_or(one)
}

/// The folders before what two paths end with alike.
pub(super) fn parted<'p>(one: &'p str, other: &'p str) -> (&'p str, &'p str) {
    let end = common_end(one, other).len();
    let before =
        |path: &'p str| path.get(..path.len().saturating_sub(end)).unwrap_or("").trim_end_matches('/');
    (before(one), before(other))
}

/// The folder that mirrors `folder` if one of its files is a copy of `other`.
fn mirror_of(path: &str, other: &str, folder: &str) -> String {
    let (here, there) = parted(path, other);
    // Where the paths agree beyond the folder itself, it is a part of what was copied.
    let rest = if lies_below(folder, here) { folder.get(here.len()..).unwrap_or("") } else { "" };
    match rest.trim_start_matches('/') {
        "" => there.to_owned(),
        rest if there.is_empty() => rest.to_owned(),
        rest => format!("{there}/{rest}"),
    }
}
