//! One project as the server holds it: its engine, what was found in its files, and what is still to be looked at.
//! It must not know the protocol's messages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use analyzer_diagnostics::Finding;
use analyzer_engine::{Checked, Engine, FactsOf, Options, Stamp, Unseen};
use analyzer_project::Settings;
use analyzer_rules::custom::CustomRules;
use analyzer_source::files;
use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use crate::accepted::Accepted;
use crate::progress::Indexing;
use crate::uri;
use crate::watch::Touched;

/// Where a project lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its folder, without symbolic links.
    pub(crate) root: Utf8PathBuf,
    /// The same folder as the client names it.
    pub(crate) shown: Utf8PathBuf,
}

/// Result of checking a file.
#[derive(Debug)]
pub(crate) struct FileResult {
    pub(crate) findings: Vec<Finding>,
    /// Facts and text of a file that is open.
    pub(crate) open: Option<OpenResult>,
}

/// Facts and text of one version of an open file.
#[derive(Debug)]
pub(crate) struct OpenResult {
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
    /// None where checking failed.
    pub(crate) facts: Option<FactsOf>,
}

/// Findings as they were published.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) uri: String,
    pub(crate) hash: u64,
    /// The version of the open text that they are about.
    pub(crate) version: Option<i32>,
}

/// A look at files that were not edited.
#[derive(Debug)]
pub(crate) struct Sweep {
    /// Files that were edited before it.
    pub(crate) edited: BTreeSet<Arc<str>>,
    /// Whether it is a look at every file, not only at those whose findings point to edited ones.
    pub(crate) everything: bool,
}

/// A project.
pub(crate) struct Project {
    /// None for the files that belong to no project.
    pub(crate) place: Option<Place>,
    pub(crate) engine: Engine,
    pub(crate) custom: Arc<CustomRules>,
    /// The findings that it lives with.
    pub(crate) accepted: Accepted,
    /// Counts engines: what an earlier one found is of no use.
    pub(crate) generation: u32,
    /// Whether the engine holds all files, not only those that are open.
    pub(crate) indexed: bool,
    /// Whether every file was looked at once.
    pub(crate) complete: bool,
    pub(crate) results: BTreeMap<Arc<str>, FileResult>,
    /// Stamps of the files from which the results were made.
    pub(crate) known: Arc<FxHashMap<Arc<str>, Stamp>>,
    /// By file, those with findings that point to it.
    pointing: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Open files whose text was not checked yet.
    pub(crate) unchecked: BTreeSet<Arc<str>>,
    /// Files that changed since the others were last looked at.
    pub(crate) edited: BTreeSet<Arc<str>>,
    /// Whether something changed that other files see.
    pub(crate) concerns_others: bool,
    /// Versions that other files are to see before all are looked at, by file.
    pub(crate) later: BTreeMap<Arc<str>, Unseen>,
    pub(crate) checking: bool,
    /// The look at others that runs.
    pub(crate) sweeping: Option<Sweep>,
    /// When the other files are looked at.
    pub(crate) sweep_due: Option<Instant>,
    pub(crate) published: BTreeMap<Arc<str>, Published>,
    /// Whether its files are being read.
    pub(crate) reading: bool,
    pub(crate) progress: Option<Arc<Indexing>>,
    pub(crate) touched: Touched,
    /// Addresses of configuration files that were reported as wrong.
    pub(crate) misconfigured: BTreeSet<String>,
}

impl Project {
    /// A project of which nothing is known but the files that are open: their own rules run, those over the whole
    /// project would guess.
    pub(crate) fn unindexed(place: Option<Place>, settings: Settings) -> Self {
        Self {
            place,
            engine: Engine::in_memory(&[], settings, Options::default()),
            custom: Arc::default(),
            accepted: Accepted::default(),
            generation: 0,
            indexed: false,
            complete: false,
            results: BTreeMap::new(),
            known: Arc::default(),
            pointing: BTreeMap::new(),
            unchecked: BTreeSet::new(),
            edited: BTreeSet::new(),
            concerns_others: false,
            later: BTreeMap::new(),
            checking: false,
            sweeping: None,
            sweep_due: None,
            published: BTreeMap::new(),
            reading: false,
            progress: None,
            touched: Touched::default(),
            misconfigured: BTreeSet::new(),
        }
    }

    /// Takes an engine that holds all files. What the earlier one found stays until it is found anew.
    pub(crate) fn index(&mut self, engine: Engine, custom: Arc<CustomRules>) {
        self.engine = engine;
        self.custom = custom;
        self.generation += 1;
        self.indexed = true;
        self.complete = false;
        self.known = Arc::default();
        self.edited.clear();
        self.unchecked.clear();
        (self.checking, self.sweeping) = (false, None);
    }

    /// The path from the root of a file with this absolute path, if it lies in the project.
    pub(crate) fn relative(&self, path: &Utf8Path) -> Option<String> {
        let place = self.place.as_ref()?;
        let inner = path.strip_prefix(&place.root).or_else(|_| path.strip_prefix(&place.shown)).ok()?;
        Some(inner.as_str().replace('\\', "/"))
    }

    /// True if a check of the project skips a file; not known before the project was read.
    pub(crate) fn leaves_out(&self, path: &str) -> bool {
        self.indexed && self.engine.is_left_out(path)
    }

    /// The address of a file that is not open.
    pub(crate) fn uri(&self, path: &str) -> String {
        match &self.place {
            Some(place) => uri::of_path(&place.shown.join(path)),
            None => uri::of_path(Utf8Path::new(path)),
        }
    }

    /// Takes over the result of a file. Returns whether it differs from the previous one.
    pub(crate) fn take(&mut self, checked: Checked, open: Option<OpenResult>) -> bool {
        let Checked { path, mut findings, stamp } = checked;
        self.accepted.silence(&path, &mut findings);
        self.point_nowhere(&path);
        for related in findings.iter().flat_map(|finding| &finding.related) {
            if related.location.path != path {
                let from = self.pointing.entry(Arc::clone(&related.location.path)).or_default();
                from.insert(Arc::clone(&path));
            }
        }
        Arc::make_mut(&mut self.known).insert(Arc::clone(&path), stamp);
        let old = self.results.get_mut(&path);
        let same = old.as_ref().map_or(findings.is_empty(), |old| old.findings == findings);
        match old {
            Some(old) => {
                old.findings = findings;
                old.open = open.or(old.open.take());
            }
            None if findings.is_empty() && open.is_none() => {}
            None => {
                self.results.insert(path, FileResult { findings, open });
            }
        }
        !same
    }

    /// Brings the baseline up to date with the files that have another path by now. Returns the files to be looked at again.
    pub(crate) fn follow_moved_files(&mut self) -> Vec<Arc<str>> {
        let Some(place) = &self.place else { return Vec::new() };
        let exists = |path: &str| self.engine.holds(path) || files::is_file(&place.root.join(path));
        let findings = self.results.values().flat_map(|result| &result.findings);
        let changed = self.accepted.follow(findings, exists);
        let known = if changed.is_empty() { None } else { Some(Arc::make_mut(&mut self.known)) };
        if let Some(known) = known {
            changed.iter().for_each(|path| drop(known.remove(path.as_str())));
        }
        changed.into_iter().map(Arc::from).collect()
    }

    /// The files of which something is known and that the engine does not hold: they went while it was made.
    pub(crate) fn lost(&self) -> Vec<Arc<str>> {
        self.results.keys().filter(|path| !self.engine.holds(path)).cloned().collect()
    }

    /// Forgets a file that is gone. Returns whether anything was known of it.
    pub(crate) fn forget(&mut self, path: &str) -> bool {
        Arc::make_mut(&mut self.known).remove(path);
        self.point_nowhere(path);
        self.results.remove(path).is_some_and(|result| !result.findings.is_empty())
    }

    /// A file's findings are about to be others.
    fn point_nowhere(&mut self, path: &str) {
        for target in self.pointed_to(path) {
            if let Some(from) = self.pointing.get_mut(&target) {
                from.remove(path);
                if from.is_empty() {
                    self.pointing.remove(&target);
                }
            }
        }
    }

    /// An open text is another now.
    pub(crate) fn take_edit(&mut self, path: &Arc<str>) {
        self.unchecked.insert(Arc::clone(path));
        self.edited.insert(Arc::clone(path));
    }

    /// The findings of a file, those among them that comments or the baseline silence.
    pub(crate) fn findings(&self, path: &str) -> &[Finding] {
        self.results.get(path).map(|result| result.findings.as_slice()).unwrap_or_default()
    }

    /// Facts and text of an open file.
    pub(crate) fn open_result(&self, path: &str) -> Option<&OpenResult> {
        self.results.get(path)?.open.as_ref()
    }

    /// The findings that are made elsewhere, not suppressed, and point to this file.
    pub(crate) fn findings_about(&self, path: &str) -> impl Iterator<Item = &Finding> {
        let elsewhere = self.pointing.get(path).into_iter().flatten();
        let findings = elsewhere.flat_map(|other| self.findings(other));
        findings.filter(move |finding| {
            !finding.suppressed && finding.related.iter().any(|related| &*related.location.path == path)
        })
    }

    /// The files that the findings of a file point to.
    pub(crate) fn pointed_to(&self, path: &str) -> BTreeSet<Arc<str>> {
        let related = self.findings(path).iter().flat_map(|finding| &finding.related);
        let others = related.map(|related| &related.location.path).filter(|other| &***other != path);
        others.cloned().collect()
    }

    /// The files whose findings show places in the edited ones, which may have moved.
    pub(crate) fn stale(&self) -> BTreeSet<Arc<str>> {
        let stale = self.edited.iter().filter_map(|path| self.pointing.get(path)).flatten();
        stale.cloned().collect()
    }
}
