//! The reasons why files and folders that somebody named were not analysed. It must not know who is given them.

use analyzer_facts::ConfigKind;
use analyzer_project::Settings;
use analyzer_source::{FileKind, SourceFile, files, is_python_script, read_bounded, walk, why_left_out};
use camino::Utf8Path;

use crate::Engine;
use crate::inputs::Content;
use crate::load::{is_lock_file, is_read, script, walk_options};
use crate::run::lies_in;

impl Engine {
    /// Why nothing was analysed of a file or folder that somebody named, relative to the root, as a sentence; none if
    /// something was.
    #[must_use]
    pub fn why_not_analysed(&self, path: &str) -> Option<String> {
        match self.content_of(path) {
            Some(Content::Skipped(reason)) => return Some(reason.to_string()),
            Some(Content::Disk(_) | Content::Memory(_)) => return None,
            Some(Content::Missing) | None => {}
        }
        let is_folder = files::is_dir(&self.place_of(path));
        if is_folder && self.paths().any(|known| lies_in(&known, path)) {
            return None;
        }
        why_not_read(self.root(), self.settings(), path)
    }

    /// True if a check of the project skips a file, since the configuration, ignore files or its folder leave it out.
    #[must_use]
    pub fn is_left_out(&self, path: &str) -> bool {
        let in_memory = self.root().as_str().is_empty();
        !in_memory && why_left_out(self.root(), path, &walk_options(self.settings())).is_some()
    }
}

/// Why a check of the project in the folder `root` reads nothing of a file or folder, as a sentence; none if it looks into
/// something.
#[must_use]
pub fn why_not_read(root: &Utf8Path, settings: &Settings, path: &str) -> Option<String> {
    let options = walk_options(settings);
    why_left_out(root, path, &options).or_else(|| {
        if !files::is_dir(&root.join(path)) {
            return why_no_text(root, settings, path);
        }
        // Configuration in which there is nothing of interest is not kept.
        let walked = walk(root, &options);
        let looked_at = walked.files.iter().any(|file| lies_in(file.path.as_str(), path) && is_read(file));
        (!looked_at).then(|| NOTHING.to_owned())
    })
}

/// Why a file that the walk met is not part of the analysis; none where it is looked into.
fn why_no_text(root: &Utf8Path, settings: &Settings, path: &str) -> Option<String> {
    let place = Utf8Path::new(path);
    let Some(kind) = FileKind::of(place) else {
        return (!is_python_script(&root.join(path))).then(|| NO_KIND.to_owned());
    };
    if kind.is_python() {
        return read_bounded(&root.join(path), settings.max_file_size).err().map(|error| error.to_string());
    }
    if ConfigKind::of(kind, place.file_name().unwrap_or_default()).is_none() {
        return Some("it holds no text of Python".to_owned());
    }
    if is_lock_file(path) {
        return Some("a package manager wrote it".to_owned());
    }
    read_bounded(&root.join(path), settings.max_file_size).err().map(|error| error.to_string())
}

/// The files that a check of the project in the folder `root` looks at, relative to it and sorted: Python, scripts among those
/// in `named`, and what is searched for configuration and secrets.
#[must_use]
pub fn files_read(root: &Utf8Path, settings: &Settings, named: &[String]) -> Vec<String> {
    let options = walk_options(settings);
    let walked = walk(root, &options).files;
    let scripts = named.iter().filter_map(|path| script(root, path, &options));
    let scripts: Vec<_> =
        scripts.filter(|script| walked.iter().all(|file| file.path != script.path)).collect();
    let limit = settings.max_file_size;
    // Texts of configuration that are too large are passed over in silence; Python that is, is reported.
    let read = |file: &SourceFile| {
        file.kind.is_python() || file.kind != FileKind::Backup && is_read(file) && file.size <= limit
    };
    let all = walked.into_iter().chain(scripts).filter(read).map(|file| file.path.into_string());
    let mut all: Vec<String> = all.collect();
    all.sort_unstable();
    all
}

const NOTHING: &str = "it holds no Python, and no configuration that is analysed";
const NO_KIND: &str = "its name is that of no file that is analysed, and its first line does not name Python";
