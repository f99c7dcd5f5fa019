//! A project while it is edited: checks on clones of the database, so that edits need not wait for them, and what an
//! edit changed in other files. It must not know editors or protocols.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use analyzer_diagnostics::{Diagnostic, Finding, GraphView};
use analyzer_facts::FileFacts;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::Cancelled;
use crate::custom::query_diagnostics;
use crate::db::{Database, Db as _};
use crate::finish::Finisher;
use crate::inputs::{Content, File, Project};
use crate::load::CancelFlag;
use crate::queries::{analysis, file_diagnostics, project_diagnostics};
use crate::run::{drawn, rules_with};
use crate::seen::{Unseen, unseen};
use crate::store::{Analysis, FactsStore};
use crate::view::{FileView, ReadyTexts};

/// A project as it was at one moment. The next change of the project cancels what runs on it, and waits until it is
/// dropped: drop it before anything that can block.
#[derive(Clone)]
pub struct Snapshot {
    db: Database,
    project: Project,
    files: Arc<FxHashMap<Arc<str>, File>>,
    store: Arc<FactsStore>,
    ready: Arc<ReadyTexts>,
}

/// The origin of the findings of a file. Equal stamps mean equal findings, as long as no file that they point to
/// has changed.
#[derive(Debug, Clone)]
pub struct Stamp {
    analysis: Arc<Analysis>,
    /// Of the file's own rules, the project's, and the repository's.
    diagnostics: [Arc<Vec<Diagnostic>>; 3],
}

impl PartialEq for Stamp {
    /// The values are shared: who holds one keeps its address from being used again.
    fn eq(&self, other: &Self) -> bool {
        let mut pairs = self.diagnostics.iter().zip(&other.diagnostics);
        Arc::ptr_eq(&self.analysis, &other.analysis)
            && pairs.all(|(a, b)| Arc::ptr_eq(a, b) || (a.is_empty() && b.is_empty()))
    }
}

/// A file that was checked.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Relative to the root.
    pub path: Arc<str>,
    /// Sorted by range and rule; those that comments suppress are among them.
    pub findings: Vec<Finding>,
    /// Their origin.
    pub stamp: Stamp,
}

/// The outcome of checking a text that an editor holds.
#[derive(Debug)]
pub enum OpenCheck {
    /// It was checked. What others do not see of it yet, if anything, can wait until nothing is typed for a moment, and where
    /// it concerns nobody until everything is looked at: it is to be given to [`crate::Engine::show`] before that.
    Checked(Checked, Option<Unseen>),
    /// Other files see something else of it, and what it is told of them may depend on that: it is to be given to
    /// [`crate::Engine::show`], and the text to be checked again.
    Unseen(Unseen),
}

impl Checked {
    /// The facts of the file.
    #[must_use]
    pub fn facts(&self) -> FactsOf {
        FactsOf(Arc::clone(&self.stamp.analysis))
    }
}

/// The facts of one version of a file, kept alive.
#[derive(Debug, Clone)]
pub struct FactsOf(Arc<Analysis>);

impl FactsOf {
    /// The facts; none where the file was not analysed.
    #[must_use]
    pub fn get(&self) -> Option<&FileFacts> {
        self.0.facts()
    }
}

/// Facts that are to be written to the cache, kept alive without the database.
pub struct Cacheable {
    store: Arc<FactsStore>,
    facts: Vec<(u128, Arc<Analysis>)>,
}

impl Cacheable {
    /// Writes them.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be written.
    pub fn save(&self) -> Result<(), analyzer_source::FileError> {
        let facts: Vec<(u128, &Analysis)> =
            self.facts.iter().map(|(hash, facts)| (*hash, &**facts)).collect();
        self.store.cache().map_or(Ok(()), |cache| cache.save(&facts))
    }
}

/// The facts of a file that may be written to the cache. A time-out or a defect may not repeat: only what is certain is
/// kept.
pub(crate) fn cacheable_facts(
    db: &Database,
    file: File,
    store: &FactsStore,
) -> Option<(u128, Arc<Analysis>)> {
    let Content::Disk(hash) = file.content(db) else { return None };
    let analysis = analysis(db, file);
    let certain = matches!(**analysis, Analysis::Done { .. }) && !store.is_private(*hash);
    certain.then(|| (store.cache_key(*hash), Arc::clone(analysis)))
}

/// The changes in a project.
#[derive(Debug, Default)]
pub struct Changes {
    /// The files whose findings may be others than before, sorted by path.
    pub checked: Vec<Checked>,
    /// The files that are gone, sorted.
    pub gone: Vec<Arc<str>>,
}

impl Snapshot {
    pub(crate) fn new(
        db: Database,
        project: Project,
        files: Arc<FxHashMap<Arc<str>, File>>,
        store: Arc<FactsStore>,
        ready: Arc<ReadyTexts>,
    ) -> Self {
        Self { db, project, files, store, ready }
    }

    /// Checks one file that an editor holds; none if there is no such file. The work does not depend on how many others there
    /// are.
    ///
    /// # Errors
    /// [`Cancelled`] when the project changes meanwhile.
    pub fn check(&self, path: &str) -> Result<Option<OpenCheck>, Cancelled> {
        let Some(file) = self.file(path) else { return Ok(None) };
        self.uncancelled(|| {
            let later = match unseen(&self.db, self.project, file) {
                Some(unseen) if !unseen.can_wait() => return Some(OpenCheck::Unseen(unseen)),
                later => later,
            };
            let settings = Arc::clone(self.project.settings(&self.db));
            let finisher = Finisher::new(&settings, &rules_with(self.db.custom_rules()), false);
            let (view, ready) = (self.view(), &*self.ready);
            let stamp = stamp(&view, &self.db, file);
            Some(OpenCheck::Checked(checked(&view, &self.db, file, stamp, &finisher, ready), later))
        })
    }

    /// Checks these files, as far as they exist: those with findings that point to edited ones, where nothing was edited
    /// that other files see. Runs in the rayon pool of the caller.
    ///
    /// # Errors
    /// [`Cancelled`] when the project changes meanwhile.
    pub fn recheck(&self, paths: &BTreeSet<Arc<str>>) -> Result<Changes, Cancelled> {
        self.uncancelled(|| {
            let settings = Arc::clone(self.project.settings(&self.db));
            let finisher = Finisher::new(&settings, &rules_with(self.db.custom_rules()), false);
            let (view, ready) = (self.view(), &*self.ready);
            let files: Vec<File> = paths.iter().filter_map(|path| self.file(path)).collect();
            let checked = files.par_iter().map_with(self.db.clone(), |db, file| {
                let stamp = stamp(&view, db, *file);
                checked(&view, db, *file, stamp, &finisher, ready)
            });
            Changes { checked: checked.collect(), gone: Vec::new() }
        })
    }

    /// Checks the files whose findings may be others than those with the stamps in `known`, and those in `stale`
    /// whatever their stamp. Runs in the rayon pool of the caller.
    ///
    /// # Errors
    /// [`Cancelled`] when the project changes meanwhile.
    pub fn changes(
        &self,
        known: &FxHashMap<Arc<str>, Stamp>,
        stale: &BTreeSet<Arc<str>>,
    ) -> Result<Changes, Cancelled> {
        self.uncancelled(|| {
            let settings = Arc::clone(self.project.settings(&self.db));
            let finisher = Finisher::new(&settings, &rules_with(self.db.custom_rules()), false);
            let (view, ready) = (self.view(), &*self.ready);
            let files = [&**self.project.files(&self.db), &**self.project.texts(&self.db)].concat();
            let changed = files.par_iter().map_with(self.db.clone(), |db, file| {
                let stamp = stamp(&view, db, *file);
                let path = file.path(db);
                let same = known.get(path) == Some(&stamp) && !stale.contains(path);
                (!same).then(|| checked(&view, db, *file, stamp, &finisher, ready))
            });
            let mut checked: Vec<Checked> = changed.flatten().collect();
            checked.sort_by(|a, b| a.path.cmp(&b.path));
            let mut gone: Vec<Arc<str>> =
                known.keys().filter(|path| self.file(path).is_none()).cloned().collect();
            gone.sort();
            Changes { checked, gone }
        })
    }

    /// The facts that belong into the cache on disk, if there is one; for after the first [`Snapshot::changes`]. Frees
    /// what was loaded and is in the database by now.
    #[must_use]
    pub fn cacheable(&self) -> Option<Cacheable> {
        let facts = self.uncancelled(|| {
            let files = self.project.files(&self.db).iter();
            let known = files.filter_map(|file| cacheable_facts(&self.db, *file, &self.store));
            known.collect::<Vec<_>>()
        });
        self.store.clear();
        let cached = self.store.cache().is_some();
        facts.ok().filter(|_| cached).map(|facts| Cacheable { store: Arc::clone(&self.store), facts })
    }

    /// The import graph, as [`crate::Engine::graph`] shows it. Runs in the rayon pool of the caller.
    ///
    /// # Errors
    /// [`Cancelled`] when the project changes meanwhile, or `stop` is set.
    pub fn graph(&self, stop: &CancelFlag) -> Result<GraphView, Cancelled> {
        self.uncancelled(|| drawn(&self.db, self.project, stop))?.ok_or(Cancelled)
    }

    /// The file at a path, if it exists.
    fn file(&self, path: &str) -> Option<File> {
        let file = self.files.get(path).copied();
        file.filter(|file| *file.content(&self.db) != Content::Missing)
    }

    fn uncancelled<T>(&self, work: impl FnOnce() -> T) -> Result<T, Cancelled> {
        salsa::Cancelled::catch(AssertUnwindSafe(work)).map_err(|_| Cancelled)
    }

    /// The part of the snapshot, besides the database, that checking a file needs.
    fn view(&self) -> FileView<'_> {
        FileView { project: self.project, files: &self.files }
    }
}

fn stamp(view: &FileView, db: &Database, file: File) -> Stamp {
    let own = query_diagnostics(db, view.project, file);
    Stamp {
        analysis: Arc::clone(analysis(db, file)),
        diagnostics: [
            Arc::clone(file_diagnostics(db, view.project, file)),
            Arc::clone(project_diagnostics(db, view.project, file)),
            own,
        ],
    }
}

fn checked(
    view: &FileView,
    db: &Database,
    file: File,
    stamp: Stamp,
    finisher: &Finisher,
    ready: &ReadyTexts,
) -> Checked {
    let findings = view.check_file(db, file, finisher, ready);
    Checked { path: Arc::clone(file.path(db)), findings, stamp }
}
