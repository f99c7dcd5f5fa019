//! The reasons why files and folders that somebody named were not analysed. It must not know who is given them.

use analyzer_facts::ConfigKind;
use analyzer_source::{FileKind, files, read_bounded, walk, why_left_out};
use camino::Utf8Path;

use crate::Engine;
use crate::inputs::Content;
use crate::load::{is_lock_file, is_read, walk_options};
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
        let options = walk_options(self.settings());
        why_left_out(self.root(), path, &options).or_else(|| {
            if !is_folder {
                return self.why_not_read(path);
            }
            // Configuration in which there is nothing of interest is not kept.
            let walked = walk(self.root(), &options);
            let looked_at =
                walked.files.iter().any(|file| lies_in(file.path.as_str(), path) && is_read(file));
            (!looked_at).then(|| NOTHING.to_owned())
        })
    }

    /// True if a check of the project skips a file, since the configuration, ignore files or its folder leave it out.
    #[must_use]
    pub fn is_left_out(&self, path: &str) -> bool {
        let in_memory = self.root().as_str().is_empty();
        !in_memory && why_left_out(self.root(), path, &walk_options(self.settings())).is_some()
    }

    /// Why a file that the walk met is not part of the analysis; none where it was looked into and says nothing of interest.
    fn why_not_read(&self, path: &str) -> Option<String> {
        let place = Utf8Path::new(path);
        let Some(kind) = FileKind::of(place) else { return Some(NO_KIND.to_owned()) };
        if ConfigKind::of(kind, place.file_name().unwrap_or_default()).is_none() {
            return Some("it holds no text of Python".to_owned());
        }
        if is_lock_file(path) {
            return Some("a package manager wrote it".to_owned());
        }
        read_bounded(&self.place_of(path), self.settings().max_file_size).err().map(|error| error.to_string())
    }
}

const NOTHING: &str = "it holds no Python, and no configuration that is analysed";
const NO_KIND: &str = "its name is that of no file that is analysed, and its first line does not name Python";
