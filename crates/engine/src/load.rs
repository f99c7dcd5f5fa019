//! From a folder to contents: walks, reads and hashes in parallel, and has each content analysed once.
//! It must not know salsa, rules or the import graph.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use analyzer_facts::{ConfigKind, may_hold_config, may_hold_secrets, may_name_machines, may_suppress};
use analyzer_project::{Settings, ignored_modules};
use analyzer_source::{
    FileKind, ReadError, SourceFile, WalkOptions, WalkProblem, WalkResult, decode, files, is_python_script,
    read_bounded, walk, why_left_out,
};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use crate::disk::hash_of;
use crate::inputs::Content;
use crate::queries::{config_kind, is_listed};
use crate::run::Given;
use crate::store::FactsStore;

/// The name of a list of ignored files.
const IGNORE_LIST: &str = ".gitignore";

/// How much of such a list is read at most, in bytes.
const LONGEST_IGNORE_LIST: u64 = 1_000_000;

/// Files that one thread takes on at once: few, so that no thread is left with many when the others are done.
pub(crate) const AT_ONCE: usize = 8;

/// A listener to the progress of a run.
pub trait Progress: Send + Sync {
    /// Files were found.
    fn found(&self, files: usize);
    /// One more file was read.
    fn loaded(&self);
    /// All files were read.
    fn finished(&self);
}

/// A request to stop, shared with all who may make it.
pub type CancelFlag = Arc<AtomicBool>;

/// The content of a folder beside the files that are analysed.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Paths of `pyproject.toml` and `setup.cfg` files.
    pub markers: Vec<String>,
    /// Paths of modules without Python text, sorted.
    pub compiled: Vec<String>,
    /// Globs of modules that lists of ignored files name, sorted by list.
    pub ignored: Vec<String>,
    /// Folders of downloaded code that were left out.
    pub downloaded: Vec<String>,
}

impl Listing {
    /// As a walk found it.
    pub(crate) fn of(root: &Utf8Path, walked: &mut WalkResult) -> Self {
        let markers = walked.files.iter().map(|file| file.path.as_str()).filter(|path| is_marker(path));
        let compiled = walked.files.iter().filter(|file| file.kind == FileKind::Compiled);
        Self {
            markers: markers.map(str::to_owned).collect(),
            compiled: compiled.map(|file| file.path.to_string()).collect(),
            ignored: walked.ignore_lists.iter().flat_map(|path| ignored_in(root, path)).collect(),
            downloaded: std::mem::take(&mut walked.downloaded)
                .into_iter()
                .map(Utf8PathBuf::into_string)
                .collect(),
        }
    }
}

/// The files of a folder.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Python files with their contents, sorted by path.
    pub files: Vec<(Arc<str>, Content)>,
    /// Files of configuration in which there is something to look at, with their contents, and files that are only
    /// listed, with empty ones; sorted by path.
    pub texts: Vec<(Arc<str>, Content)>,
    /// The content of the folder beside them.
    pub listing: Listing,
    /// How many analyses came from the cache.
    pub cached: u32,
}

impl Loaded {
    /// Adds a file in memory, if the analysis has a use for it.
    pub(crate) fn add(&mut self, path: &str, max_file_size: u64, text: &str) {
        if FileKind::of(Utf8Path::new(path)).is_some_and(FileKind::is_python) {
            self.files.push((path.into(), Content::of_text(text.into(), max_file_size)));
            return;
        }
        if is_marker(path) {
            self.listing.markers.push(path.to_owned());
        }
        if let Some(folder) = path.strip_suffix(IGNORE_LIST) {
            self.listing.ignored.extend(ignored_modules(folder.trim_end_matches('/'), text));
        }
        if is_listed(path) {
            self.texts.push((path.into(), listed()));
        } else if config_kind(path).is_some() && !is_lock_file(path) {
            self.texts.push((path.into(), Content::of_text(text.into(), max_file_size)));
        }
    }

    /// Takes a text in place of what a file holds. The lists are not sorted any more.
    pub(crate) fn give(&mut self, given: &Given, max_file_size: u64) {
        let path = given.path.as_str();
        self.files.retain(|(known, _)| **known != *path);
        self.texts.retain(|(known, _)| **known != *path);
        if FileKind::of(Utf8Path::new(path)).is_none() {
            let content = Content::of_text(Arc::clone(&given.text), max_file_size);
            self.files.push((path.into(), content));
        } else {
            self.add(path, max_file_size, &given.text);
        }
        self.listing.markers.sort_unstable();
        self.listing.markers.dedup();
    }
}

/// The request for a load.
pub(crate) struct Asked<'a> {
    pub settings: &'a Settings,
    /// Files and folders that somebody named.
    pub named: &'a [String],
    /// A text in place of a file's.
    pub given: Option<&'a Given>,
}

/// The modules that a list of ignored files names.
fn ignored_in(root: &Utf8Path, path: &Utf8Path) -> Vec<String> {
    let bytes = read_bounded(&root.join(path), LONGEST_IGNORE_LIST).unwrap_or_default();
    let folder = path.parent().map_or("", Utf8Path::as_str);
    ignored_modules(folder, &String::from_utf8_lossy(&bytes))
}

/// Whether a file that is no Python shows that its folder is a project of its own.
pub(crate) fn is_marker(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("pyproject.toml" | "setup.cfg"))
}

/// Whether a file was written by a package manager: large, and nobody's secrets.
pub(crate) fn is_lock_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    stem.ends_with("lock") || stem.ends_with(".lock") || name == "npm-shrinkwrap.json"
}

/// The content of a file of which only the name counts.
fn listed() -> Content {
    Content::Memory("".into())
}

/// A file of configuration, if there is anything to look at in it; one that no program relies on may as well be unreadable.
fn load_text(
    root: &Utf8Path,
    file: &SourceFile,
    limit: u64,
    store: &FactsStore,
) -> Option<(Arc<str>, Content)> {
    let kind = ConfigKind::of(file.kind, file.path.file_name()?)?;
    if is_lock_file(file.path.as_str()) || file.size > limit && !kind.is_relied_on() {
        return None;
    }
    let bytes = match read_bounded(&root.join(&file.path), limit) {
        Ok(bytes) => bytes,
        Err(error) if kind.is_relied_on() => {
            return Some((Arc::from(file.path.as_str()), Content::Skipped(reason(&error))));
        }
        Err(_) => return None,
    };
    let read = kind == ConfigKind::Notebook
        || may_hold_config(&bytes, kind)
        || may_hold_secrets(&bytes)
        || may_suppress(&bytes)
        || may_name_machines(&bytes, kind);
    let hash = read.then(|| store.load_config(bytes, kind))??;
    Some((Arc::from(file.path.as_str()), Content::Disk(hash)))
}

/// Whether a file that a walk found is one that the analysis looks at.
pub(crate) fn is_read(file: &SourceFile) -> bool {
    let name = file.path.file_name().unwrap_or_default();
    matches!(file.kind, FileKind::Backup)
        || file.kind.is_python()
        || (ConfigKind::of(file.kind, name).is_some() && !is_lock_file(file.path.as_str()))
}

/// The content of a file of the project that was not found by a walk of just now: it may be a link that leads out by now.
pub(crate) fn content_in(root: &Utf8Path, path: &str, limit: u64) -> Content {
    let place = root.join(path);
    if files::exists(&place) && !files::is_inside(root, &place) {
        return Content::Skipped("the symbolic link leads out of the project; not followed".into());
    }
    content_on_disk(&place, limit)
}

/// Paths that a walk could not list: skipped like a file that could not be read. Only Python names count.
pub(crate) fn unlisted(problems: Vec<WalkProblem>) -> impl Iterator<Item = (Arc<str>, Content)> {
    problems.into_iter().filter(|problem| !problem.path.as_str().is_empty()).filter_map(|problem| {
        let python = FileKind::of(&problem.path).is_none_or(FileKind::is_python);
        python.then(|| (Arc::from(problem.path.as_str()), Content::Skipped(problem.message.into())))
    })
}

/// The content of a file of the project that is looked at again.
pub(crate) fn content_on_disk(path: &Utf8Path, limit: u64) -> Content {
    if is_listed(path.as_str()) {
        return if files::exists(path) { listed() } else { Content::Missing };
    }
    let bytes = match read_bounded(path, limit) {
        Ok(bytes) => bytes,
        Err(_) if config_kind(path.as_str()).is_some_and(|kind| !kind.is_relied_on()) => {
            return Content::Missing;
        }
        Err(ReadError::File(error)) if error.kind() == ErrorKind::NotFound => return Content::Missing,
        Err(error) => return Content::Skipped(reason(&error)),
    };
    let hash = hash_of(path.as_str(), &bytes);
    let Some(kind) = config_kind(path.as_str()) else { return Content::Disk(hash) };
    match decode(bytes) {
        Ok(source) if source.problems.is_empty() => Content::Memory(source.text.into()),
        Ok(_) => Content::Disk(hash),
        Err(reason) if kind.is_relied_on() => Content::Skipped(reason.to_string().into()),
        Err(_) => Content::Missing,
    }
}

/// Why a file could not be read, in one line.
fn reason(error: &ReadError) -> Arc<str> {
    match error {
        ReadError::Skip(reason) => reason.to_string().into(),
        ReadError::File(error) => error.to_string().into(),
    }
}

/// The files that a walk of a project takes in.
pub(crate) fn walk_options(settings: &Settings) -> WalkOptions {
    WalkOptions {
        exclude: settings.exclude.clone(),
        include: settings.include.clone(),
        respect_gitignore: settings.respect_gitignore,
        threads: rayon::current_num_threads(),
        ..WalkOptions::default()
    }
}

/// A script that somebody named and no walk finds, since only its first line shows that it is Python.
pub(crate) fn script(root: &Utf8Path, path: &str, options: &WalkOptions) -> Option<SourceFile> {
    let place = root.join(path);
    let is_script = FileKind::of(Utf8Path::new(path)).is_none() && is_python_script(&place);
    (is_script && why_left_out(root, path, options).is_none()).then(|| SourceFile {
        path: path.into(),
        kind: FileKind::Python,
        size: 0,
    })
}

/// Loads every Python file below `root`, and the scripts among those in `named`; nothing when cancelled half-way.
pub(crate) fn load(
    root: &Utf8Path,
    asked: &Asked<'_>,
    store: &FactsStore,
    progress: Option<&dyn Progress>,
    cancel: &CancelFlag,
) -> Option<Loaded> {
    let Asked { settings, named, given } = *asked;
    let options = walk_options(settings);
    let mut walked = walk(root, &options);
    let given = given.filter(|given| why_left_out(root, &given.path, &options).is_none());
    let is_given = |file: &SourceFile| given.is_some_and(|given| given.path == file.path.as_str());
    let known = |path: &str| walked.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok();
    let scripts = named.iter().filter(|path| !known(path));
    let scripts: Vec<SourceFile> = scripts.filter_map(|path| script(root, path, &options)).collect();
    walked.files.extend(scripts);
    let read = |file: &&SourceFile| file.kind.is_python() && !is_given(file);
    let python: Vec<_> = walked.files.iter().filter(read).collect();
    if let Some(progress) = progress {
        progress.found(python.len());
    }
    let cached = AtomicUsize::new(0);
    let contents = python.par_iter().with_max_len(AT_ONCE).map(|file| {
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
        let content = match read_bounded(&root.join(&file.path), settings.max_file_size) {
            Ok(bytes) => {
                let (hash, known) = store.load(bytes);
                cached.fetch_add(usize::from(known), Ordering::Relaxed);
                Content::Disk(hash)
            }
            Err(error) => Content::Skipped(reason(&error)),
        };
        if let Some(progress) = progress {
            progress.loaded();
        }
        Some((Arc::from(file.path.as_str()), content))
    });
    let files = contents.collect::<Option<Vec<(Arc<str>, Content)>>>();
    let texts = walked.files.par_iter().with_max_len(AT_ONCE).map(|file| {
        let cancelled = cancel.load(Ordering::Relaxed);
        let read = || load_text(root, file, settings.max_file_size, store);
        (!cancelled).then(|| if is_given(file) { None } else { read() })
    });
    let texts = texts.collect::<Option<Vec<_>>>();
    if let Some(progress) = progress {
        progress.finished();
    }
    let aside = walked.files.iter().filter(|file| file.kind == FileKind::Backup);
    let aside = aside.map(|file| (Arc::from(file.path.as_str()), listed()));
    let texts: Vec<(Arc<str>, Content)> = texts?.into_iter().flatten().chain(aside).collect();
    let mut files = files?;
    files.extend(unlisted(std::mem::take(&mut walked.problems)));
    let listing = Listing::of(root, &mut walked);
    let mut loaded = Loaded { files, texts, listing, cached: cached.into_inner() as u32 };
    if let Some(given) = given {
        loaded.give(given, settings.max_file_size);
    }
    loaded.texts.sort_by(|a, b| a.0.cmp(&b.0));
    loaded.files.sort_by(|a, b| a.0.cmp(&b.0));
    loaded.files.dedup_by(|a, b| a.0 == b.0);
    Some(loaded)
}
