//! A project that is open, brought up to date with the disk. It must not know who watches the disk, nor why.

use std::collections::BTreeSet;
use std::sync::Arc;

use analyzer_source::{WalkOptions, decode, read_bounded, walk};

use crate::Engine;

/// What a look at the disk found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refreshed {
    /// Files were taken over; [`Engine::check`] runs again what depends on them.
    Done,
    /// Something changed that only opening the project anew can take over, such as a file that is no text.
    OpenAnew,
}

impl Engine {
    /// Reads the files in `touched` again (relative to the root), adds those that are new and removes those that are
    /// gone, wherever they are. `None` reads every file.
    pub fn refresh(&mut self, touched: Option<&BTreeSet<String>>) -> Refreshed {
        let settings = Arc::clone(self.settings());
        let options = WalkOptions {
            exclude: settings.exclude.clone(),
            respect_gitignore: settings.respect_gitignore,
            threads: rayon::current_num_threads(),
            ..WalkOptions::default()
        };
        let walked = walk(self.root(), &options);
        let python = walked.files.iter().filter(|file| file.kind.is_python());
        let on_disk: BTreeSet<&str> = python.map(|file| file.path.as_str()).collect();
        let known: BTreeSet<Arc<str>> = self.paths().collect();
        for path in known.iter().filter(|path| !on_disk.contains(&***path)) {
            self.set_file(path, None);
        }
        for path in on_disk {
            if known.contains(path) && touched.is_some_and(|touched| !touched.contains(path)) {
                continue;
            }
            let bytes = read_bounded(&self.root().join(path), settings.max_file_size);
            let Some(source) = bytes.ok().and_then(|bytes| decode(bytes).ok()) else {
                return Refreshed::OpenAnew;
            };
            self.set_file(path, Some(&source.text));
        }
        Refreshed::Done
    }
}
