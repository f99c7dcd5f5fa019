//! The salsa database, and where facts come from when a query asks for them.
//! It must not know what the queries compute.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use analyzer_rules::custom::CustomRules;
use camino::{Utf8Path, Utf8PathBuf};
use salsa::EventKind;

use crate::store::FactsStore;

/// The database as queries see it: all they need besides inputs.
#[salsa::db]
pub(crate) trait Db: salsa::Database {
    /// Folder from which relative paths are read.
    fn root(&self) -> &Utf8Path;

    /// Facts by content, filled by the loader.
    fn store(&self) -> &FactsStore;

    /// The rules that the repository wrote; they last as long as the database.
    fn custom_rules(&self) -> &CustomRules;

    /// The key under which values of secrets are compared.
    fn key(&self) -> &[u8; 32];

    /// Whether nothing need be kept for a later check.
    fn is_once(&self) -> bool;

    /// Called with the name of each rule before it runs; for tests.
    fn probe(&self) -> Option<fn(&str)>;

    /// Notes that a query runs, and about what; nothing unless somebody listens.
    fn ran(&self, query: &'static str, subject: Subject);
}

/// The subject of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// One file.
    File(salsa::Id),
    /// A group of files.
    Shard,
    /// Everything.
    Project,
}

/// A record of the queries that the database runs, for the tests that pin them.
#[derive(Debug, Clone, Default)]
pub(crate) struct QueryLog {
    executed: Arc<Mutex<Vec<(&'static str, Subject)>>>,
    asked: Arc<AtomicU64>,
}

impl QueryLog {
    /// The queries that were executed since the last call.
    pub(crate) fn executed(&self) -> Vec<(&'static str, Subject)> {
        std::mem::take(&mut *self.executed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many results were computed, or found to be valid still, since the last call.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.swap(0, Ordering::Relaxed)
    }

    fn listener(&self) -> Box<dyn Fn(salsa::Event) + Send + Sync> {
        let asked = Arc::clone(&self.asked);
        Box::new(move |event| {
            let kind = event.kind;
            if matches!(kind, EventKind::WillExecute { .. } | EventKind::DidValidateMemoizedValue { .. }) {
                asked.fetch_add(1, Ordering::Relaxed);
            }
        })
    }
}

/// The database; clones share everything, one for each thread.
#[salsa::db]
#[derive(Clone)]
pub(crate) struct Database {
    storage: salsa::Storage<Self>,
    root: Arc<Utf8PathBuf>,
    store: Arc<FactsStore>,
    custom_rules: Arc<CustomRules>,
    key: [u8; 32],
    log: Option<QueryLog>,
    probe: Option<fn(&str)>,
    once: bool,
}

impl Database {
    /// An empty database for the project at `root`; values of secrets are compared under `key`; `log` receives each
    /// executed query.
    pub(crate) fn new(
        root: Utf8PathBuf,
        store: Arc<FactsStore>,
        custom_rules: Arc<CustomRules>,
        key: [u8; 32],
        log: Option<QueryLog>,
    ) -> Self {
        let root = Arc::new(root);
        let storage = salsa::Storage::new(log.as_ref().map(QueryLog::listener));
        Self { storage, root, store, custom_rules, key, log, probe: None, once: false }
    }

    /// Without keeping what only a later check needs.
    pub(crate) fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// With something to call before each rule.
    pub(crate) fn probed(self, probe: Option<fn(&str)>) -> Self {
        Self { probe, ..self }
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn root(&self) -> &Utf8Path {
        &self.root
    }

    fn store(&self) -> &FactsStore {
        &self.store
    }

    fn custom_rules(&self) -> &CustomRules {
        &self.custom_rules
    }

    fn key(&self) -> &[u8; 32] {
        &self.key
    }

    fn is_once(&self) -> bool {
        self.once
    }

    fn probe(&self) -> Option<fn(&str)> {
        self.probe
    }

    fn ran(&self, query: &'static str, subject: Subject) {
        if let Some(log) = &self.log {
            log.executed.lock().unwrap_or_else(PoisonError::into_inner).push((query, subject));
        }
    }
}
