//! Families of copied modules: candidates by sketches of fingerprints, shares by the fingerprints themselves.
//! Near-linear: only files that have one of their lowest fingerprints in common are compared. It must not know texts.

use rustc_hash::FxHashMap;

use crate::FileId;

/// How many of a sketch's values bring files together.
const KEYS: usize = 16;
/// A value that more files share is a commonplace: each of them is compared with a few neighbours only.
const COMMON: usize = 24;
/// Neighbours that are compared then.
const NEIGHBOURS: usize = 2;
/// Values of two sketches that must agree before the fingerprints themselves are compared, for the lowest share that can
/// be asked for, in percent, and the points of it for each value more. Copies of 50 % agree in 11 of 32 values on the average,
/// of 60 % in 14, of 80 % in 21: less than one pair in a hundred agrees in so few.
const LEAST_ALIKE: (usize, u32, u32) = (4, 50, 5);

/// A module of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The file.
    pub file: FileId,
    /// The member that it is most alike.
    pub nearest: FileId,
    /// In percent: how much the two have in common.
    pub share: u32,
}

/// Modules that were copied from one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// At least two, in the order in which the files were given.
    pub members: Vec<Member>,
}

/// Pairs of files that may have so large a `share` in common, in percent, sorted; the lower number first. `sketches` gives
/// each file's lowest fingerprints, sorted.
#[must_use]
pub fn candidates(sketches: &[(FileId, &[u32])], share: u32) -> Vec<(FileId, FileId)> {
    let (least, lowest, points) = LEAST_ALIKE;
    let least = least + (share.saturating_sub(lowest) / points) as usize;
    let mut keys: Vec<(u32, u32)> = Vec::with_capacity(sketches.len() * KEYS);
    for (index, (_, sketch)) in (0..).zip(sketches) {
        keys.extend(sketch.iter().take(KEYS).map(|value| (*value, index)));
    }
    keys.sort_unstable();
    let mut pairs = Vec::new();
    for run in keys.chunk_by(|a, b| a.0 == b.0) {
        let reach = if run.len() > COMMON { NEIGHBOURS } else { COMMON };
        for (at, (_, one)) in run.iter().enumerate() {
            pairs.extend(run.iter().skip(at + 1).take(reach).map(|(_, other)| (*one, *other)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let alike = pairs.into_iter().filter_map(|(one, other)| {
        let (one, other) = (sketches.get(one as usize)?, sketches.get(other as usize)?);
        (common(one.1, other.1) >= least).then(|| (one.0.min(other.0), one.0.max(other.0)))
    });
    let mut alike: Vec<_> = alike.collect();
    alike.sort_unstable();
    alike
}

/// The pairs in groups that have no file in common, each in the order of `pairs`. A family lies in one group.
#[must_use]
pub fn groups(pairs: &[(FileId, FileId)]) -> Vec<Vec<(FileId, FileId)>> {
    let mut parents: FxHashMap<FileId, FileId> = FxHashMap::default();
    for &(one, other) in pairs {
        unite(&mut parents, one, other);
    }
    let mut places: FxHashMap<FileId, usize> = FxHashMap::default();
    let mut groups: Vec<Vec<(FileId, FileId)>> = Vec::new();
    for &pair in pairs {
        let place = *places.entry(root(&mut parents, pair.0)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(pair),
            None => groups.push(vec![pair]),
        }
    }
    groups
}

/// The share of prints that two modules have in common, in percent, rounded down; both lists are sorted.
#[must_use]
pub fn share(one: &[u32], other: &[u32]) -> u32 {
    let all = one.len() + other.len();
    (200 * common(one, other)).checked_div(all).unwrap_or(0) as u32
}

/// The number of values that two sorted lists share.
fn common(one: &[u32], other: &[u32]) -> usize {
    let (mut a, mut b, mut count) = (0, 0, 0);
    while let (Some(x), Some(y)) = (one.get(a), other.get(b)) {
        count += usize::from(x == y);
        a += usize::from(x <= y);
        b += usize::from(y <= x);
    }
    count
}

/// The families that pairs with their shares form. `order` says where a file comes among the others.
#[must_use]
pub fn families<K: Ord>(pairs: &[(FileId, FileId, u32)], order: impl Fn(FileId) -> K) -> Vec<Family> {
    let mut parents: FxHashMap<FileId, FileId> = FxHashMap::default();
    let mut nearest: FxHashMap<FileId, (u32, FileId)> = FxHashMap::default();
    for &(one, other, share) in pairs {
        unite(&mut parents, one, other);
        for (file, near) in [(one, other), (other, one)] {
            let best = nearest.entry(file).or_insert((share, near));
            if share > best.0 || share == best.0 && order(near) < order(best.1) {
                *best = (share, near);
            }
        }
    }
    let mut files: Vec<FileId> = pairs.iter().flat_map(|pair| [pair.0, pair.1]).collect();
    files.sort_unstable();
    files.dedup();
    files.sort_by_key(|file| order(*file));
    let mut families: Vec<(FileId, Family)> = Vec::new();
    for file in files {
        let Some(&(share, near)) = nearest.get(&file) else { continue };
        let (root, member) = (root(&mut parents, file), Member { file, nearest: near, share });
        match families.iter_mut().find(|(known, _)| *known == root) {
            Some((_, family)) => family.members.push(member),
            None => families.push((root, Family { members: vec![member] })),
        }
    }
    families.into_iter().map(|(_, family)| family).collect()
}

/// Brings two files together; the lowest number represents the group.
fn unite(parents: &mut FxHashMap<FileId, FileId>, one: FileId, other: FileId) {
    let (a, b) = (root(parents, one), root(parents, other));
    parents.insert(a.max(b), a.min(b));
}

/// The file that represents those that were brought together with `file`, with the way there shortened.
fn root(parents: &mut FxHashMap<FileId, FileId>, file: FileId) -> FileId {
    let mut at = file;
    while let Some(&parent) = parents.get(&at).filter(|parent| **parent != at) {
        if let Some(&above) = parents.get(&parent) {
            parents.insert(at, above);
        }
        at = parent;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up list of fingerprints: `own` of its own after those of `base`.
    fn prints(base: std::ops::Range<u32>, own: std::ops::Range<u32>) -> Vec<u32> {
        let mut all: Vec<u32> = base.chain(own).map(|n| n.wrapping_mul(0x9e37_79b9)).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn groups_share_no_file() {
        let pair = |one, other| (FileId(one), FileId(other));
        let pairs = [pair(1, 2), pair(1, 9), pair(3, 4), pair(5, 9), pair(6, 7)];
        let expected = [vec![pair(1, 2), pair(1, 9), pair(5, 9)], vec![pair(3, 4)], vec![pair(6, 7)]];
        assert_eq!(groups(&pairs), expected);
    }

    #[test]
    fn copies_form_families() {
        let files = [
            prints(0..400, 1_000..1_040),
            prints(5_000..5_300, 0..0),
            prints(0..400, 2_000..2_100),
            prints(100..400, 3_000..3_050),
            prints(5_000..5_250, 6_000..6_100),
            prints(0..100, 7_000..7_300),
        ];
        let sketches: Vec<(FileId, &[u32])> =
            (0..).map(FileId).zip(files.iter().map(|file| &file[..32.min(file.len())])).collect();
        let shared = candidates(&sketches, 50).into_iter().filter_map(|(a, b)| {
            let share = share(&files[a.0 as usize], &files[b.0 as usize]);
            (share >= 60).then_some((a, b, share))
        });
        let families = families(&shared.collect::<Vec<_>>(), |file| file);
        let told: Vec<Vec<u32>> = families
            .iter()
            .map(|family| family.members.iter().map(|member| member.file.0).collect())
            .collect();
        assert_eq!(told, [vec![0, 2, 3], vec![1, 4]]);
        let member = families[0].members[0];
        assert_eq!((member.nearest.0, member.share), (2, 85));
    }

    #[test]
    fn a_commonplace_costs_little() {
        let files: Vec<Vec<u32>> =
            (0..2_000).map(|n| prints(0..4, 1_000 * (n + 1)..1_000 * (n + 1) + 200)).collect();
        let sketches: Vec<(FileId, &[u32])> =
            (0..).map(FileId).zip(files.iter().map(|file| &file[..32])).collect();
        assert!(candidates(&sketches, 50).len() < 20_000);
    }

    #[test]
    fn shares() {
        assert_eq!(share(&[1, 2, 3], &[2, 3, 4]), 66);
        assert_eq!((share(&[], &[]), share(&[1], &[]), share(&[1], &[1])), (0, 0, 100));
    }
}
