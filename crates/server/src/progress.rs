//! Progress of reading a project, for clients that show it. It must not know what is read.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use analyzer_engine::Progress;
use serde_json::{Value, json};

use crate::outbox::Outbox;

/// Shortest time between two reports.
const PACE: Duration = Duration::from_millis(100);

/// The progress of one project.
pub(crate) struct Indexing {
    outbox: Outbox,
    token: String,
    /// Whether the client agreed to show it, and has received its beginning.
    shown: AtomicBool,
    over: AtomicBool,
    found: AtomicUsize,
    loaded: AtomicUsize,
    told: Mutex<Instant>,
}

impl Indexing {
    /// The progress that is reported under this token, once the client agrees.
    pub(crate) fn new(outbox: Outbox, token: String) -> Arc<Self> {
        Arc::new(Self {
            outbox,
            token,
            shown: AtomicBool::new(false),
            over: AtomicBool::new(false),
            found: AtomicUsize::new(0),
            loaded: AtomicUsize::new(0),
            told: Mutex::new(Instant::now()),
        })
    }

    /// Token that names this progress to the client.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The client agrees.
    pub(crate) fn begin(&self) {
        if !self.over.load(Ordering::SeqCst) && !self.shown.swap(true, Ordering::SeqCst) {
            self.tell(json!({"kind": "begin", "title": "analyzer", "message": "reading", "percentage": 0}));
        }
    }

    /// All is read and looked at.
    pub(crate) fn end(&self) {
        let over = self.over.swap(true, Ordering::SeqCst);
        if !over && self.shown.load(Ordering::SeqCst) {
            self.tell(json!({"kind": "end"}));
        }
    }

    fn tell(&self, value: Value) {
        self.outbox.notify("$/progress", json!({"token": self.token, "value": value}));
    }
}

impl Progress for Indexing {
    fn found(&self, files: usize) {
        self.found.store(files, Ordering::Relaxed);
    }

    fn loaded(&self) {
        let loaded = self.loaded.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.shown.load(Ordering::Relaxed) || self.over.load(Ordering::Relaxed) {
            return;
        }
        let Ok(mut told) = self.told.try_lock() else { return };
        if told.elapsed() < PACE {
            return;
        }
        *told = Instant::now();
        let found = self.found.load(Ordering::Relaxed).max(1);
        let message = format!("{loaded} of {found} files");
        self.tell(
            json!({"kind": "report", "message": message, "percentage": loaded.min(found) * 100 / found}),
        );
    }

    fn finished(&self) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}
