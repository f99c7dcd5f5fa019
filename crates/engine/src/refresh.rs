//! A project that is open, brought up to date with the disk. The look at the disk needs no database, so that it can be
//! taken on any thread. It must not know who watches the disk, nor why.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use analyzer_project::Settings;
use analyzer_source::{FileKind, walk};
use camino::{Utf8Path, Utf8PathBuf};

use crate::Engine;
use crate::inputs::Content;
use crate::load::{Listing, content_in, content_on_disk, is_read, unlisted, walk_options};
use crate::queries::config_kind;

/// Where a project lies and what is known of it.
pub struct Disk {
    root: Utf8PathBuf,
    settings: Arc<Settings>,
    known: BTreeSet<Arc<str>>,
    /// Those among them that are read although their names do not say what they are.
    lists: BTreeSet<Arc<str>>,
}

/// The result of a look at the disk.
pub struct Look {
    /// Files that may have changed, with what they hold; those that are gone are missing.
    contents: Vec<(Arc<str>, Content)>,
    /// Which files there are beside those that are analysed; none where nobody looked.
    listing: Option<Listing>,
}

impl Disk {
    /// Reads the files in `touched` (relative to the root) and in folders among them, finds those that are new and those that
    /// are gone, wherever they are. `None` reads every file.
    #[must_use]
    pub fn look(&self, touched: Option<&BTreeSet<String>>) -> Look {
        let mut walked = walk(&self.root, &walk_options(&self.settings));
        let listing = Listing::of(&self.root, &mut walked);
        let files = walked.files.iter().filter(|file| is_read(file));
        let on_disk: BTreeSet<&str> = files.map(|file| file.path.as_str()).collect();
        let unlisted: BTreeMap<Arc<str>, Content> = unlisted(walked.problems).collect();
        let gone = self.known.iter().filter(|path| {
            !on_disk.contains(&***path) && !self.lists.contains(*path) && !unlisted.contains_key(*path)
        });
        let mut contents: Vec<(Arc<str>, Content)> =
            gone.map(|path| (Arc::clone(path), Content::Missing)).collect();
        let told = |touched: &BTreeSet<String>, path: &str| {
            let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
            touched.contains(path) || folders.into_iter().any(|folder| touched.contains(folder))
        };
        for path in on_disk {
            let touched = touched.is_none_or(|touched| told(touched, path));
            // Files of configuration in which there was nothing are not known; they are new only when somebody says so.
            if touched || (config_kind(path).is_none() && !self.known.contains(path)) {
                contents.push((path.into(), self.content(path)));
            }
        }
        let lists = self.lists.iter().filter(|path| touched.is_none_or(|touched| told(touched, path)));
        contents.extend(lists.map(|path| (Arc::clone(path), self.content_again(path))));
        contents.extend(unlisted);
        Look { contents, listing: Some(listing) }
    }

    /// Reads files that are known, and nothing else: for changes that make no file and delete none.
    #[must_use]
    pub fn read(&self, touched: &BTreeSet<String>) -> Look {
        let known = touched.iter().filter(|path| self.known.contains(path.as_str()));
        let contents = known.map(|path| (path.as_str().into(), self.content_again(path))).collect();
        Look { contents, listing: None }
    }

    /// Whether a file is part of the project.
    #[must_use]
    pub fn knows(&self, path: &str) -> bool {
        self.known.contains(path)
    }

    /// The content of a file that was listed just now.
    fn content(&self, path: &str) -> Content {
        content_on_disk(&self.root.join(path), self.settings.max_file_size)
    }

    fn content_again(&self, path: &str) -> Content {
        content_in(&self.root, path, self.settings.max_file_size)
    }
}

impl Engine {
    /// The project's folder, to be looked at.
    #[must_use]
    pub fn disk(&self) -> Disk {
        let known = self.paths().collect();
        let mut lists: BTreeSet<Arc<str>> = self.unnamed_lists().collect();
        let is_script =
            |path: &&String| FileKind::of(Utf8Path::new(path.as_str())).is_none() && self.holds(path);
        lists.extend(self.named().iter().filter(is_script).map(|path| Arc::from(path.as_str())));
        Disk { root: self.root().to_owned(), settings: Arc::clone(self.settings()), known, lists }
    }

    /// Takes over what a look at the disk found, except for files that `is_open` holds for: their texts come from
    /// elsewhere. Returns the files that are others now.
    pub fn take(&mut self, look: Look, is_open: impl Fn(&str) -> bool) -> Vec<Arc<str>> {
        let mut changed = Vec::new();
        for (path, content) in look.contents {
            if !is_open(&path) && self.set_content(&path, content) {
                changed.push(path);
            }
        }
        if let Some(listing) = look.listing {
            self.set_listing(listing);
        }
        self.follow_lists(|_| None);
        changed
    }

    /// Brings the project up to date with the disk; see [`Disk::look`].
    pub fn refresh(&mut self, touched: Option<&BTreeSet<String>>) {
        let look = self.disk().look(touched);
        self.take(look, |_| false);
    }
}
