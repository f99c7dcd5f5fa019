//! The inputs of the database: files, and the project that they form. It must not know how they got here.

use std::sync::Arc;

use analyzer_facts::SearchPath;
use analyzer_project::{FileId, Settings};
use analyzer_source::SkipReason;

use crate::seen::Seen;

/// The content of a file, as far as it is known without reading it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// On disk, with this hash of its bytes.
    Disk(u128),
    /// In memory: an editor's buffer or a test's file.
    Memory(Arc<str>),
    /// Not analysed, for the reason given, in one line.
    Skipped(Arc<str>),
    /// Not there (any more).
    Missing,
}

impl Content {
    /// A text in memory, unless it is too large.
    pub(crate) fn of_text(text: Arc<str>, max_file_size: u64) -> Self {
        let size = text.len() as u64;
        if size > max_file_size {
            Self::Skipped(SkipReason::TooLarge { size, limit: max_file_size }.to_string().into())
        } else {
            Self::Memory(text)
        }
    }
}

/// The number of every file that is no Python, and so no module.
pub(crate) const NO_MODULE: FileId = FileId(u32::MAX);

/// A file that is, was or could be part of the project.
#[salsa::input(debug)]
pub(crate) struct File {
    /// Its number in the import graph: its place in [`Project::numbered`], given once and for all. A text that is no
    /// Python has [`NO_MODULE`].
    #[returns(copy)]
    pub(crate) number: FileId,
    /// Relative to the project root, with forward slashes.
    #[returns(ref)]
    pub(crate) path: Arc<str>,
    /// Its content.
    #[returns(ref)]
    pub(crate) content: Content,
    /// Whether it is a list of requirements because another list names it, whatever its own name says.
    #[returns(copy)]
    pub(crate) list: bool,
    /// The version of it that other files see while an editor holds it; none: its own content.
    #[default]
    #[returns(ref)]
    pub(crate) seen: Option<Arc<Seen>>,
    /// The folders that it adds to `sys.path` as others see them, apart: where one changes, every import may lead
    /// elsewhere.
    #[default]
    #[returns(ref)]
    pub(crate) seen_paths: Option<Arc<[SearchPath]>>,
    /// Whether others see it as broken, apart: it changes with every other character that is typed.
    #[default]
    #[returns(copy)]
    pub(crate) seen_broken: Option<bool>,
}

/// A group of about 128 files of neighbouring packages; edges are gathered by shard, so that one edit
/// validates few of them.
#[salsa::input(debug)]
pub(crate) struct Shard {
    /// Sorted by path.
    #[returns(ref)]
    pub(crate) files: Vec<File>,
}

/// The repository that is analysed.
#[salsa::input(debug)]
pub(crate) struct Project {
    /// Its configuration.
    #[returns(ref)]
    pub(crate) settings: Arc<Settings>,
    /// Every Python file that exists, sorted by path.
    #[returns(ref)]
    pub(crate) files: Arc<[File]>,
    /// The files of configuration in which there is something to look at, and, without their content, copies of Python
    /// files that were put aside; sorted by path.
    #[returns(ref)]
    pub(crate) texts: Arc<[File]>,
    /// Every Python file that ever was, by number.
    #[returns(ref)]
    pub(crate) numbered: Arc<[File]>,
    /// The files that exist, in shards.
    #[returns(ref)]
    pub(crate) shards: Arc<[Shard]>,
    /// Paths of modules without Python text (`.so`, `.pyd`, `.pyx`), sorted.
    #[returns(ref)]
    pub(crate) compiled: Arc<[String]>,
    /// Globs of modules that lists of ignored files name, sorted.
    #[returns(ref)]
    pub(crate) ignored: Arc<[String]>,
    /// Folders that hold a `pyproject.toml`, `setup.py` or `setup.cfg`, sorted; "" is the project root.
    #[returns(ref)]
    pub(crate) package_folders: Arc<[String]>,
}
