//! Content to facts: the table that the loader fills and the facts query reads, with the cache on disk behind it.
//! A value depends on its key alone, so the query stays pure whatever the table holds.
//! It must not know paths or salsa.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use analyzer_facts::{FileFacts, Limits, extract};
use analyzer_source::{SourceText, TextProblem, content_hash, decode};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::cache::Cache;

/// What is known of one content: its facts, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Analysis {
    /// It was analysed.
    Done {
        /// What the text says.
        facts: Box<FileFacts>,
        /// Oddities of the bytes.
        problems: Vec<TextProblem>,
    },
    /// It was not, for the reason given, in one line.
    Skipped(String),
    /// Analysing it failed by a defect of ours; the panic's message.
    Failed(String),
}

/// Facts by content hash.
pub(crate) struct FactsStore {
    cache: Option<Cache>,
    limits: Limits,
    ready: Mutex<FxHashMap<u128, Arc<Analysis>>>,
}

impl FactsStore {
    /// An empty store; what it lacks it takes from `cache`, else computes within `limits`.
    pub(crate) fn new(cache: Option<Cache>, limits: Limits) -> Self {
        Self { cache, limits, ready: Mutex::default() }
    }

    /// The cache behind it.
    pub(crate) fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// Analyses bytes unless the cache knows them, and keeps the result. Returns their hash, and whether the cache
    /// knew them.
    pub(crate) fn load(&self, bytes: Vec<u8>) -> (u128, bool) {
        let hash = content_hash(&bytes);
        let cached = self.cached(hash);
        let known = cached.is_some();
        let analysis = cached.unwrap_or_else(|| Arc::new(self.compute(bytes)));
        self.lock().insert(hash, analysis);
        (hash, known)
    }

    /// The analysis of bytes with this hash, if it is known.
    pub(crate) fn get(&self, hash: u128) -> Option<Arc<Analysis>> {
        let ready = self.lock().get(&hash).cloned();
        ready.or_else(|| self.cached(hash))
    }

    /// The analysis of a text that is in memory.
    pub(crate) fn analyse_text(&self, text: &str) -> Analysis {
        guarded(|| facts_of(text, Vec::new(), self.limits))
    }

    /// The analysis of bytes, computed anew.
    pub(crate) fn compute(&self, bytes: Vec<u8>) -> Analysis {
        guarded(|| match decode(bytes) {
            Ok(SourceText { text, problems, .. }) => facts_of(&text, problems, self.limits),
            Err(reason) => Analysis::Skipped(reason.to_string()),
        })
    }

    /// Forgets everything that the database now holds itself.
    pub(crate) fn clear(&self) {
        *self.lock() = FxHashMap::default();
    }

    fn cached(&self, hash: u128) -> Option<Arc<Analysis>> {
        self.cache.as_ref()?.get(hash).map(Arc::new)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FxHashMap<u128, Arc<Analysis>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn facts_of(text: &str, problems: Vec<TextProblem>, limits: Limits) -> Analysis {
    match extract(text, limits) {
        Ok(facts) => Analysis::Done { facts: Box::new(facts), problems },
        Err(_) => {
            Analysis::Skipped(format!("parsing took longer than {} s", limits.parse_time.as_secs_f32()))
        }
    }
}

/// A panic while one file is analysed is a result for that file, not the end of the run.
fn guarded(analyse: impl FnOnce() -> Analysis) -> Analysis {
    catch_unwind(AssertUnwindSafe(analyse)).unwrap_or_else(|panic| Analysis::Failed(panic_message(&*panic)))
}

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
