//! The tracked queries of folders that are copies of others: which they are, and which files count for anything else.
//! Whatever looks at all files looks at those of [`live_files`], [`live_texts`] and [`live_shard`]; what is in a copy owns,
//! imports and binds nothing. It must not know how findings are worded.

use std::sync::Arc;

use analyzer_facts::FileFacts;
use analyzer_project::config::Copies;
use analyzer_project::mirrors::{Evidence, Fold, KnownFile, Use, folds, uses_in_imports, uses_in_services};
use analyzer_project::places::is_migration;
use analyzer_source::content_hash;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Engine;
use crate::db::{Db, Subject};
use crate::graph::imports;
use crate::inputs::{Content, File, NO_MODULE, Project, Shard};
use crate::network::ports;
use crate::queries::analysis;

/// A file of fewer lines equals others by chance.
const TELLING_LINES: u32 = 4;
/// How many names two modules must share to be versions of one, and how many of a hundred.
const ALIKE: (usize, usize) = (4, 60);

/// A version of a text, as copies are recognised by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextKey {
    hash: u128,
    telling: bool,
}

impl TextKey {
    /// Of the text of the file at `path` and its facts.
    pub(crate) fn of(path: &str, text: &str, facts: Option<&FileFacts>) -> Self {
        Self { hash: content_hash(text.as_bytes()), telling: is_telling(path, facts) }
    }
}

/// Stubs repeat their modules, and generated migrations each other.
fn is_telling(path: &str, facts: Option<&FileFacts>) -> bool {
    facts.is_some_and(|facts| facts.lines >= TELLING_LINES) && path.ends_with(".py") && !is_migration(path)
}

/// The key of a file's text, as others see it.
fn key_of(db: &dyn Db, file: File) -> Option<TextKey> {
    if let Some(seen) = file.seen(db) {
        return Some(seen.key());
    }
    let facts = analysis(db, file).facts()?;
    match file.content(db) {
        Content::Disk(hash) => {
            let hash = facts.recoded.unwrap_or(*hash);
            Some(TextKey { hash, telling: is_telling(file.path(db), Some(facts)) })
        }
        Content::Memory(text) => Some(TextKey::of(file.path(db), text, Some(facts))),
        Content::Skipped(_) | Content::Missing => None,
    }
}

/// The texts of a shard's files. Runs again when what others see of one of them changes.
#[salsa::tracked(returns(ref))]
fn shard_texts(db: &dyn Db, shard: Shard) -> Vec<(File, Option<TextKey>)> {
    shard.files(db).iter().map(|file| (*file, key_of(db, *file))).collect()
}

/// How many files have each text. Runs again when a text of a shard changes.
#[salsa::tracked(returns(ref))]
fn texts_of_files(db: &dyn Db, project: Project) -> FxHashMap<u128, u32> {
    let mut counts = FxHashMap::default();
    for shard in project.shards(db).iter() {
        for (_, key) in shard_texts(db, *shard) {
            if let Some(key) = key {
                *counts.entry(key.hash).or_default() += 1;
            }
        }
    }
    counts
}

/// The texts that several files have. Runs again when a text changes; equal as long as what is shared is.
#[salsa::tracked(returns(ref))]
fn shared_texts(db: &dyn Db, project: Project) -> FxHashSet<u128> {
    let counts = texts_of_files(db, project).iter();
    counts.filter(|(_, count)| **count > 1).map(|(text, _)| *text).collect()
}

/// The files of a shard as folders are compared by them. Runs again when a text changes; equal as long as the same files
/// share one.
#[salsa::tracked(returns(ref))]
fn shard_known(db: &dyn Db, project: Project, shard: Shard) -> Vec<(File, Option<u128>, bool)> {
    let shared = shared_texts(db, project);
    let known = shard_texts(db, shard).iter().map(|(file, key)| {
        let text = key.map(|key| key.hash).filter(|hash| shared.contains(hash));
        (*file, text, key.is_some_and(|key| key.telling))
    });
    known.collect()
}

/// Whether others notice that a file's text changed. `None`: it did not, or folders are not compared. `Some(false)`:
/// it did, but nobody notices as long as no other file changes.
pub(crate) fn notices_text(db: &dyn Db, project: Project, was: TextKey, is: TextKey) -> Option<bool> {
    if project.settings(db).copies == Copies::Report || was == is {
        return None;
    }
    let counts = texts_of_files(db, project);
    let shared = counts.get(&was.hash).is_some_and(|count| *count > 1) || counts.contains_key(&is.hash);
    Some(shared || was.telling != is.telling)
}

struct Known<'a> {
    db: &'a dyn Db,
    project: Project,
    files: Vec<File>,
}

impl Evidence for Known<'_> {
    fn alike(&self, one: usize, other: usize) -> bool {
        let names = |index: usize| {
            self.files.get(index).map_or(&[][..], |file| imports(self.db, *file).names.bindings.as_slice())
        };
        let (one, other) = (names(one), names(other));
        let shared = one.iter().filter(|name| other.binary_search(name).is_ok()).count();
        let (least, percent) = ALIKE;
        shared >= least && shared * 100 >= (one.len() + other.len() - shared) * percent
    }

    fn uses(&self) -> Vec<Use<'_>> {
        let mut uses = Vec::new();
        for file in &self.files {
            uses_in_imports(file.path(self.db), imports(self.db, *file), &mut uses);
        }
        for file in self.project.texts(self.db).iter() {
            uses_in_services(file.path(self.db), ports(self.db, *file), &mut uses);
        }
        uses
    }

    fn is_project(&self, folder: &str) -> bool {
        let marked = self.project.package_folders(self.db).iter();
        let configured = &self.project.settings(self.db).roots;
        marked.chain(configured).any(|project| lies_below(project, folder))
    }
}

/// Whether a path lies in a folder, or is it.
fn lies_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folders that are copies of others, sorted. Runs again when files come or go, when they share other texts than before,
/// and, where folders may be copies, when imports or lists of services change.
#[salsa::tracked(returns(ref))]
fn copied_folders(db: &dyn Db, project: Project) -> Arc<Vec<Fold>> {
    db.ran("copied_folders", Subject::Project);
    if project.settings(db).copies == Copies::Report {
        return Arc::default();
    }
    let known: Vec<&(File, Option<u128>, bool)> =
        project.shards(db).iter().flat_map(|shard| shard_known(db, project, *shard)).collect();
    let files: Vec<KnownFile> = known
        .iter()
        .map(|(file, text, telling)| KnownFile { path: file.path(db), text: *text, telling: *telling })
        .collect();
    let evidence = Known { db, project, files: known.iter().map(|(file, ..)| *file).collect() };
    Arc::new(folds(&files, &evidence))
}

/// The paths of the folders that are copies of others. Runs again when anything about such folders changes; equal as long
/// as they are the same folders.
#[salsa::tracked(returns(ref))]
fn folded(db: &dyn Db, project: Project) -> FxHashSet<String> {
    copied_folders(db, project).iter().map(|fold| fold.folder.clone()).collect()
}

/// Whether a file lies in a copy.
pub(crate) fn is_folded(db: &dyn Db, project: Project, file: File) -> bool {
    lies_in_copy(folded(db, project), file.path(db))
}

fn lies_in_copy(folded: &FxHashSet<String>, path: &str) -> bool {
    !folded.is_empty()
        && path.match_indices('/').any(|(at, _)| path.get(..at).is_some_and(|folder| folded.contains(folder)))
}

fn outside(db: &dyn Db, project: Project, files: &Arc<[File]>) -> Arc<[File]> {
    let folded = folded(db, project);
    if folded.is_empty() {
        return Arc::clone(files);
    }
    files.iter().copied().filter(|file| !lies_in_copy(folded, file.path(db))).collect()
}

/// The Python files that are in no copy, sorted by path. Runs again when files come or go, or the copies do.
#[salsa::tracked(returns(ref))]
pub(crate) fn live_files(db: &dyn Db, project: Project) -> Arc<[File]> {
    outside(db, project, project.files(db))
}

/// The other files that are in no copy, sorted by path. Runs again when such files come or go, or the copies do.
#[salsa::tracked(returns(ref))]
pub(crate) fn live_texts(db: &dyn Db, project: Project) -> Arc<[File]> {
    outside(db, project, project.texts(db))
}

/// The files of a shard that are in no copy. Runs again when files come or go, or the copies do.
#[salsa::tracked(returns(ref))]
pub(crate) fn live_shard(db: &dyn Db, project: Project, shard: Shard) -> Vec<File> {
    let folded = folded(db, project);
    shard.files(db).iter().copied().filter(|file| !lies_in_copy(folded, file.path(db))).collect()
}

/// The folders of projects that are in no copy: a copy is no place from which imports start.
pub(crate) fn live_projects(db: &dyn Db, project: Project) -> impl Iterator<Item = &String> {
    let folded = folded(db, project);
    let copied = move |path: &str| folded.contains(path) || lies_in_copy(folded, path);
    project.package_folders(db).iter().filter(move |path| !copied(path))
}

/// The copy whose finding is made in a file. Not tracked: it is part of the file's check.
pub(crate) fn fold_of(db: &dyn Db, project: Project, file: File) -> Option<Fold> {
    let path: &str = file.path(db);
    (file.number(db) != NO_MODULE).then_some(())?;
    copied_folders(db, project).iter().find(|fold| fold.first == path).cloned()
}

impl Engine {
    /// The folders that are copies of others, or were put aside, sorted; none where the configuration asks for reports on
    /// the files in them.
    #[must_use]
    pub fn copies(&self) -> Vec<Fold> {
        let (db, project) = self.database();
        copied_folders(db, project).to_vec()
    }
}
