//! Facts on disk, by content: 16 packs, each replaced as a whole and only when it changed.
//! The key has no path and no time, so a cache can be copied between checkouts and machines.
//! A pack that is damaged, foreign, of another version or a link is ignored and rebuilt; no problem here ends a run.
//! It must not know edges, findings or configuration.
//!
//! A pack is: magic (8 bytes), number of entries (u32), checksum of all that follows (u64), then for each entry
//! its key (16 bytes), offset and length (u32 each, from the end of this index); then the values, in postcard.
//! All numbers are little-endian.

use std::sync::{Arc, Mutex, PoisonError};

use analyzer_source::{Durability, atomic_write, files, read_unlinked, write};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use crate::store::Analysis;

/// The largest pack that is read: far above what a project of a million files makes.
const LARGEST: u64 = 1 << 31;

/// The folder's name in the project root.
pub const CACHE_FOLDER: &str = ".analyzer_cache";

/// Hash over the code and the grammar that make facts.
const VERSION: &str = env!("FACTS_VERSION");
const MAGIC: &[u8; 8] = b"anlzpk01";
const PACKS: usize = 16;
const HEADER: usize = 8 + 4 + 8;
const ROW: usize = 16 + 4 + 4;

/// One pack as it was read.
#[derive(Default)]
struct Pack {
    bytes: Vec<u8>,
    /// Place of each value in `bytes`.
    index: FxHashMap<u128, (usize, usize)>,
}

/// The cache in one folder.
pub(crate) struct Cache {
    folder: Utf8PathBuf,
    packs: [Mutex<Option<Arc<Pack>>>; PACKS],
    /// Keys that were asked for and known.
    used: [Mutex<FxHashSet<u128>>; PACKS],
}

impl Cache {
    /// The cache in `folder`, which need not exist yet. Packs are read when first asked.
    #[must_use]
    pub(crate) fn open(folder: Utf8PathBuf) -> Self {
        Self { folder, packs: Default::default(), used: Default::default() }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: u128) -> Option<Analysis> {
        let number = pack_of(key);
        let pack = self.pack(number);
        let &(start, end) = pack.index.get(&key)?;
        let analysis = postcard::from_bytes(pack.bytes.get(start..end)?).ok()?;
        self.used(number).insert(key);
        Some(analysis)
    }

    /// Whether this run asked for the value of a key, and it was there.
    pub(crate) fn knows(&self, key: u128) -> bool {
        self.used(pack_of(key)).contains(&key)
    }

    /// Writes the packs that lack a value, one for each thread at a time, so that values are never all in memory as
    /// bytes. `values` are those of this run. Values that this run did not ask for are kept while they take no more
    /// room than those that it did, so that switching branches back and forth stays warm.
    ///
    /// # Errors
    /// When the folder cannot be made or a pack cannot be written; whatever was there before is unharmed.
    pub(crate) fn save(&self, values: &[(u128, &Analysis)]) -> Result<(), analyzer_source::FileError> {
        let mut lacking: [Vec<(u128, &Analysis)>; PACKS] = Default::default();
        for &(key, analysis) in values {
            let number = pack_of(key);
            if !self.used(number).contains(&key) {
                lacking[number].push((key, analysis));
            }
        }
        if lacking.iter().all(Vec::is_empty) {
            return Ok(());
        }
        self.prepare_folder()?;
        let changed: Vec<usize> = (0..PACKS).filter(|number| !lacking[*number].is_empty()).collect();
        changed.into_par_iter().try_for_each(|number| {
            let old = self.pack(number);
            let added = lacking[number]
                .iter()
                .filter_map(|(key, analysis)| postcard::to_stdvec(analysis).ok().map(|bytes| (*key, bytes)));
            let bytes = merge(&old, &added.collect(), &self.used(number));
            atomic_write(&self.path(number), &bytes, Durability::Atomic)
        })
    }

    /// Lets go of the packs, which are read again when next asked.
    pub(crate) fn release(&self) {
        for pack in &self.packs {
            *pack.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    fn pack(&self, number: usize) -> Arc<Pack> {
        let mut pack = self.packs[number].lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Arc::new(read_pack(&self.path(number)).unwrap_or_default());
        Arc::clone(pack.get_or_insert_with(read))
    }

    fn path(&self, number: usize) -> Utf8PathBuf {
        self.folder.join(format!("facts-{VERSION}-{number:x}.pack"))
    }

    fn used(&self, number: usize) -> std::sync::MutexGuard<'_, FxHashSet<u128>> {
        self.used[number].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the folder, keeps git and backup programs out of it, and removes packs of other versions.
    fn prepare_folder(&self) -> Result<(), analyzer_source::FileError> {
        let marker = self.folder.join(".gitignore");
        if !files::is_file(&marker) {
            write::create_dir_all(&self.folder)?;
            atomic_write(&marker, b"# Made by analyzer; safe to delete.\n*\n", Durability::Atomic)?;
            let tag = b"Signature: 8a477f597d28d172789f06886806bc55\n";
            atomic_write(&self.folder.join("CACHEDIR.TAG"), tag, Durability::Atomic)?;
        }
        let current = format!("facts-{VERSION}-");
        for name in files::list_dir(&self.folder).unwrap_or_default() {
            if name.starts_with("facts-") && name.ends_with(".pack") && !name.starts_with(&current) {
                // Another process may have been faster.
                let _ = write::remove_file(&self.folder.join(name));
            }
        }
        Ok(())
    }
}

/// Removes a cache folder with everything in it.
///
/// # Errors
/// When something in it cannot be removed.
pub fn clean(folder: &Utf8Path) -> Result<bool, analyzer_source::FileError> {
    if !files::is_dir(folder) {
        return Ok(false);
    }
    write::remove_dir_all(folder)?;
    Ok(true)
}

fn pack_of(key: u128) -> usize {
    (key % PACKS as u128) as usize
}

/// Reads a pack; none where it is missing, damaged or foreign.
fn read_pack(path: &Utf8Path) -> Option<Pack> {
    let bytes = read_unlinked(path, LARGEST).ok()?;
    let count = u32::from_le_bytes(field(&bytes, 8)?) as usize;
    let checksum = u64::from_le_bytes(field(&bytes, 12)?);
    let values = HEADER.checked_add(count.checked_mul(ROW)?)?;
    if bytes.get(..8)? != MAGIC || values > bytes.len() || xxh3_64(&bytes[HEADER..]) != checksum {
        return None;
    }
    let mut index = FxHashMap::with_capacity_and_hasher(count, rustc_hash::FxBuildHasher);
    for row in 0..count {
        let at = HEADER + row * ROW;
        let key = u128::from_le_bytes(field(&bytes, at)?);
        let start = values.checked_add(u32::from_le_bytes(field(&bytes, at + 16)?) as usize)?;
        let end = start.checked_add(u32::from_le_bytes(field(&bytes, at + 20)?) as usize)?;
        if end > bytes.len() {
            return None;
        }
        index.insert(key, (start, end));
    }
    Some(Pack { bytes, index })
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The bytes of the pack that replaces `old`.
fn merge(old: &Pack, added: &FxHashMap<u128, Vec<u8>>, used: &FxHashSet<u128>) -> Vec<u8> {
    let mut kept: Vec<(u128, &[u8])> = added.iter().map(|(key, bytes)| (*key, bytes.as_slice())).collect();
    let mut unused: Vec<(u128, &[u8])> = Vec::new();
    for (key, &(start, end)) in old.index.iter().filter(|(key, _)| !added.contains_key(key)) {
        let Some(value) = old.bytes.get(start..end) else { continue };
        if used.contains(key) { &mut kept } else { &mut unused }.push((*key, value));
    }
    let mut room: usize = kept.iter().map(|(_, value)| value.len()).sum();
    unused.sort_unstable_by_key(|(key, _)| *key);
    for (key, value) in unused {
        if value.len() <= room {
            room -= value.len();
            kept.push((key, value));
        }
    }
    kept.sort_unstable_by_key(|(key, _)| *key);

    let mut rest = Vec::new();
    let mut offset = 0_u32;
    for (key, value) in &kept {
        rest.extend_from_slice(&key.to_le_bytes());
        rest.extend_from_slice(&offset.to_le_bytes());
        rest.extend_from_slice(&(value.len() as u32).to_le_bytes());
        offset += value.len() as u32;
    }
    for (_, value) in &kept {
        rest.extend_from_slice(value);
    }
    let mut bytes = Vec::with_capacity(HEADER + rest.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(kept.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&xxh3_64(&rest).to_le_bytes());
    bytes.extend_from_slice(&rest);
    bytes
}
