//! Which files a project consists of, kept up to date as they come and go. It must not know what is in them.

use std::collections::BTreeSet;
use std::sync::Arc;

use salsa::Setter;

use crate::Engine;
use crate::db::Database;
use crate::inputs::{Content, File, NO_MODULE, Shard};
use crate::load::{Listing, is_marker};

/// Files in a shard, about.
const SHARD_FILES: usize = 128;

impl Engine {
    /// Notes whether a file is there that makes a project of its folder.
    pub(super) fn mark(&mut self, path: &str, there: bool) {
        if is_marker(path) {
            match (self.markers.binary_search_by(|marker| marker.as_str().cmp(path)), there) {
                (Err(at), true) => self.markers.insert(at, path.to_owned()),
                (Ok(at), false) => drop(self.markers.remove(at)),
                _ => {}
            }
        }
    }

    /// Takes over which files there are beside those that are analysed.
    pub(crate) fn set_listing(&mut self, mut listing: Listing) {
        listing.markers.sort_unstable();
        if **self.project.compiled(&self.db) != *listing.compiled {
            self.project.set_compiled(&mut self.db).to(listing.compiled.into());
        }
        if **self.project.ignored(&self.db) != *listing.ignored {
            self.project.set_ignored(&mut self.db).to(listing.ignored.into());
        }
        self.downloaded = listing.downloaded;
        if self.markers != listing.markers {
            self.markers = listing.markers;
            self.update_file_set();
        }
    }

    /// Brings the project's list of files and its shards up to date after a file appeared or went.
    pub(crate) fn update_file_set(&mut self) {
        let mut sorted: Vec<File> = self.files.values().copied().collect();
        sorted.retain(|file| *file.content(&self.db) != Content::Missing);
        sorted.sort_by(|a, b| a.path(&self.db).cmp(b.path(&self.db)));
        let (texts, sorted): (Vec<File>, Vec<File>) =
            sorted.into_iter().partition(|file| file.number(&self.db) == NO_MODULE);
        if **self.project.texts(&self.db) != *texts {
            self.project.set_texts(&mut self.db).to(texts.into());
        }
        let mut shards: Vec<Shard> = self.project.shards(&self.db).to_vec();
        let groups = shards_of(&self.db, &sorted);
        shards.truncate(groups.len());
        for (index, group) in groups.into_iter().enumerate() {
            match shards.get(index).copied() {
                Some(shard) if *shard.files(&self.db) == group => {}
                Some(shard) => {
                    shard.set_files(&mut self.db).to(group);
                }
                None => shards.push(Shard::new(&self.db, group)),
            }
        }
        if **self.project.shards(&self.db) != *shards {
            self.project.set_shards(&mut self.db).to(shards.into());
        }
        let folders = package_folders(sorted.iter().map(|file| file.path(&self.db)), &self.markers);
        if **self.project.package_folders(&self.db) != *folders {
            self.project.set_package_folders(&mut self.db).to(folders.into());
        }
        self.project.set_files(&mut self.db).to(sorted.into());
    }
}

/// The folders that hold a `pyproject.toml`, `setup.py` or `setup.cfg`, sorted; "" is the root.
pub(super) fn package_folders<'a>(
    python: impl Iterator<Item = &'a Arc<str>>,
    markers: &[String],
) -> Vec<String> {
    let setups = python.map(|path| &**path).filter(|path| *path == "setup.py" || path.ends_with("/setup.py"));
    let marked = setups.chain(markers.iter().map(String::as_str));
    let folders = marked.map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned());
    let folders: BTreeSet<String> = folders.collect();
    folders.into_iter().collect()
}

/// Groups sorted files by about [`SHARD_FILES`], never parting the files of one folder that fit into a group.
pub(super) fn shards_of(db: &Database, sorted: &[File]) -> Vec<Vec<File>> {
    let mut shards: Vec<Vec<File>> = Vec::new();
    let mut folder = "";
    for file in sorted {
        let path = &**file.path(db);
        let its_folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let full = |shard: &Vec<File>| {
            shard.len() >= 2 * SHARD_FILES || (shard.len() >= SHARD_FILES && its_folder != folder)
        };
        match shards.last_mut() {
            Some(shard) if !full(shard) => shard.push(*file),
            _ => shards.push(vec![*file]),
        }
        folder = its_folder;
    }
    shards
}
