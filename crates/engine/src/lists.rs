//! Lists of requirements that other lists name: read whatever their own names say, and known to be missing.
//! It must not know what a list asks for.

use std::sync::Arc;

use analyzer_facts::{ConfigKind, RequirementLink};
use analyzer_project::drift::linked;
use analyzer_source::{files, is_excluded};
use camino::Utf8Path;
use compact_str::CompactString;
use rustc_hash::FxHashSet;
use salsa::Durability;

use crate::Engine;
use crate::db::Db;
use crate::inputs::{Content, File, NO_MODULE, Project};
use crate::load::content_in;
use crate::queries::{config_kind, facts, kind_of};

/// The lists that a file names.
fn links(db: &dyn Db, file: File) -> &[RequirementLink] {
    let names = matches!(
        kind_of(db, file),
        Some(ConfigKind::Requirements | ConfigKind::Pyproject | ConfigKind::SetupCfg | ConfigKind::Conda)
    );
    let facts = if names { facts(db, file) } else { None };
    let config = facts.and_then(|facts| facts.config.as_deref());
    config.map(|config| config.requirement_links.as_slice()).unwrap_or_default()
}

/// The links of a file that lead to no file, as indices. Not tracked: it is part of the file's check.
pub(crate) fn missing_lists(db: &dyn Db, project: Project, file: File) -> Vec<u32> {
    let is_there = |path: &str| {
        [project.texts(db), project.files(db)]
            .iter()
            .any(|files| files.binary_search_by(|known| (**known.path(db)).cmp(path)).is_ok())
    };
    let links = (0..).zip(links(db, file));
    let missing =
        links.filter(|(_, link)| linked(file.path(db), &link.path).is_some_and(|path| !is_there(&path)));
    missing.map(|(index, _)| index).collect()
}

impl Engine {
    /// How the file at a path is read that is configuration; none for Python.
    pub(crate) fn kind_of(&self, path: &str) -> Option<ConfigKind> {
        self.file(path).map_or_else(|| config_kind(path), |file| kind_of(self.db(), file))
    }

    /// Changes the content of a file, and looks at the lists of requirements again if it names others than before or
    /// appears or goes.
    pub(crate) fn following_lists(&mut self, path: &str, change: impl FnOnce(&mut Self)) {
        let before = self.named_by(path);
        change(self);
        if self.named_by(path) != before {
            self.follow_lists(|_| None);
        }
    }

    /// The lists that a file names; none if there is no such file, or it is a module.
    fn named_by(&self, path: &str) -> Option<Vec<CompactString>> {
        let text = |file: &File| file.number(self.db()) == NO_MODULE && self.holds(path);
        let file = self.file(path).filter(text)?;
        Some(links(self.db(), file).iter().map(|link| link.path.clone()).collect())
    }

    /// The files that are no modules.
    fn texts(&self) -> Vec<File> {
        let (db, project) = self.database();
        project.texts(db).to_vec()
    }

    /// Reads the lists that others name and whose own names do not tell what they are, and those that these name, and
    /// so on; forgets those that nobody names any more. `other` knows what is not on disk.
    pub(crate) fn follow_lists(&mut self, other: impl Fn(&str) -> Option<Content>) {
        let mut open: Vec<File> = self.texts().into_iter().filter(|file| !file.list(self.db())).collect();
        let mut named: FxHashSet<String> = FxHashSet::default();
        while let Some(file) = open.pop() {
            let from = Arc::clone(file.path(self.db()));
            let targets: Vec<String> =
                links(self.db(), file).iter().filter_map(|link| linked(&from, &link.path)).collect();
            for path in targets {
                if named.insert(path.clone()) {
                    open.extend(self.named_list(path, &other));
                }
            }
        }
        for file in self.texts() {
            let path = file.path(self.db());
            if file.list(self.db()) && config_kind(path).is_none() && !named.contains(&**path) {
                let path = Arc::clone(path);
                self.set_content(&path, Content::Missing);
            }
        }
    }

    /// The lists that are only known because others name them.
    pub(crate) fn unnamed_lists(&self) -> impl Iterator<Item = Arc<str>> {
        let lists = self.texts().into_iter().filter(|file| file.list(self.db()));
        let paths = lists.map(|file| Arc::clone(file.path(self.db())));
        paths.filter(|path| config_kind(path).is_none())
    }

    /// The file of a list that another one names, if it was not known by its own name.
    fn named_list(&mut self, path: String, other: impl Fn(&str) -> Option<Content>) -> Option<File> {
        let known = self.file(&path);
        if known.is_some_and(|file| file.number(self.db()) != NO_MODULE) {
            return None;
        }
        if self.holds(&path) {
            return known.filter(|file| file.list(self.db()));
        }
        let offered = self.offered_mut().get(path.as_str()).map(Arc::clone);
        let offered = offered.filter(|_| !self.leaves_out(&path));
        let offered = offered.map(|text| Content::of_text(text, self.settings().max_file_size));
        let content = offered.or_else(|| other(&path)).or_else(|| self.list_on_disk(&path))?;
        if known.is_some() {
            self.set_content(&path, content);
            return known;
        }
        let path: Arc<str> = path.into();
        let file = File::builder(NO_MODULE, Arc::clone(&path), content, true);
        let file = file.durability(Durability::HIGH).new(self.db());
        self.insert(path, file);
        self.update_file_set();
        Some(file)
    }

    /// Whether a text is read as a list of requirements although its name does not say that it is one, because another file
    /// names it.
    #[must_use]
    pub fn reads_as_list(&self, path: &str) -> bool {
        self.holds(path) && !self.leaves_out(path)
    }

    fn leaves_out(&self, path: &str) -> bool {
        is_excluded(&self.settings().exclude, Utf8Path::new(path))
    }

    /// The content of a list. One that the configuration leaves out exists, and is empty.
    fn list_on_disk(&self, path: &str) -> Option<Content> {
        let place = self.place_of(path);
        if self.root().as_str().is_empty() || !files::is_file(&place) {
            return None;
        }
        Some(if self.leaves_out(path) {
            Content::Memory("".into())
        } else {
            content_in(self.root(), path, self.settings().max_file_size)
        })
    }
}
