//! The inputs of the database: files, and the project that they form. It must not know how they got here.

use std::sync::Arc;

use analyzer_project::Settings;

/// What is known of a file's content without reading it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// On disk, with this hash of its bytes.
    Disk(u128),
    /// In memory: an editor's buffer or a test's file.
    Memory(Arc<str>),
    /// Not analysed, for the reason given, in one line.
    Skipped(Arc<str>),
    /// Not there (any more).
    Missing,
}

/// A file that is, was or could be part of the project.
#[salsa::input(debug)]
pub struct File {
    /// Relative to the project root, with forward slashes.
    #[returns(ref)]
    pub path: Arc<str>,
    /// What it holds.
    #[returns(ref)]
    pub content: Content,
}

/// A group of about 128 files of neighbouring packages; edges are gathered by shard, so that one edit
/// validates few of them.
#[salsa::input(debug)]
pub struct Shard {
    /// Sorted by path.
    #[returns(ref)]
    pub files: Vec<File>,
}

/// The repository that is analysed.
#[salsa::input(debug)]
pub struct Project {
    /// Its configuration.
    #[returns(ref)]
    pub settings: Arc<Settings>,
    /// Every file that exists, sorted by path.
    #[returns(ref)]
    pub files: Arc<[File]>,
    /// The same files in shards.
    #[returns(ref)]
    pub shards: Arc<[Shard]>,
    /// Folders that hold a `pyproject.toml`, `setup.py` or `setup.cfg`, sorted; "" is the project root.
    #[returns(ref)]
    pub package_folders: Arc<[String]>,
}
