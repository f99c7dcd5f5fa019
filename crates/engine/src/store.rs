//! Content to facts: the table that the loader fills and the facts query reads, backed by the cache on disk.
//! A value depends on its key alone, so the query stays pure whatever the table holds.
//! It must not know paths or salsa.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use analyzer_facts::{
    Aborted, Builder, ConfigKind, FactSet, FileFacts, Limits, extract_config, extract_only,
};
use analyzer_source::{SourceText, TextProblem, TextProblemKind, content_hash, decode};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::secrets;

/// The analysis of one content: its facts, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Analysis {
    /// It was analysed.
    Done {
        /// The facts of the text.
        facts: Box<FileFacts>,
        /// Oddities of the bytes.
        problems: Vec<TextProblem>,
    },
    /// It was not, for the reason given, in one line.
    Skipped(String),
    /// Analysing it failed by a defect of ours; the panic's message.
    Failed(String),
}

impl Analysis {
    /// The facts; none where it was not analysed.
    pub(crate) fn facts(&self) -> Option<&FileFacts> {
        match self {
            Self::Done { facts, .. } => Some(facts),
            Self::Skipped(_) | Self::Failed(_) => None,
        }
    }
}

/// Facts by content hash.
pub(crate) struct FactsStore {
    cache: Option<Cache>,
    /// The groups of facts that are gathered.
    set: FactSet,
    limits: Limits,
    ready: Mutex<FxHashMap<u128, Arc<Analysis>>>,
    /// Contents whose facts hold a secret of theirs, and must not reach the disk.
    private: Mutex<FxHashSet<u128>>,
    /// The files that are open in an editor, by path.
    edited: Mutex<FxHashSet<Arc<str>>>,
}

impl FactsStore {
    /// An empty store; what it lacks of the facts of `set` it takes from `cache`, else computes within `limits`.
    pub(crate) fn new(cache: Option<Cache>, set: FactSet, limits: Limits) -> Self {
        let (ready, private, edited) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { cache, set, limits, ready, private, edited }
    }

    /// The cache on disk that backs it.
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

    /// Notes that a file is being edited.
    pub(crate) fn begin_edits(&self, path: &str) {
        self.edited().insert(path.into());
    }

    /// Whether a file is being edited.
    pub(crate) fn is_edited(&self, path: &str) -> bool {
        self.edited().contains(path)
    }

    /// Notes that a file is no longer edited.
    pub(crate) fn end_edits(&self, path: &str) {
        self.edited().remove(path);
    }

    /// The analysis of a text in memory.
    pub(crate) fn analyse_text(&self, text: &str) -> Analysis {
        guarded(|| facts_of(extract_only(text, self.set, self.limits), Vec::new(), self.limits))
    }

    /// The analysis of bytes, computed anew.
    pub(crate) fn compute(&self, bytes: Vec<u8>) -> Analysis {
        let hash = content_hash(&bytes);
        let (text, problems) = match decode(bytes) {
            Ok(SourceText { text, problems, .. }) => (text, problems),
            Err(reason) => return Analysis::Skipped(reason.to_string()),
        };
        let mut analysis =
            guarded(|| facts_of(extract_only(&text, self.set, self.limits), problems, self.limits));
        if let Analysis::Done { facts, .. } = &mut analysis {
            facts.recoded = Some(content_hash(text.as_bytes())).filter(|own| *own != hash);
        }
        if let Analysis::Done { facts, .. } = &analysis
            && !facts.secrets.is_empty()
            && holds_any(&analysis, &secrets::values(&text, Some(facts)))
        {
            self.private.lock().unwrap_or_else(PoisonError::into_inner).insert(hash);
        }
        analysis
    }

    /// Whether the facts of the content with this hash must not reach the disk: a cache is copied between machines, and
    /// facts of other things may quote a secret.
    pub(crate) fn is_private(&self, hash: u128) -> bool {
        self.private.lock().unwrap_or_else(PoisonError::into_inner).contains(&hash)
    }

    /// Analyses the bytes of a text of configuration, and keeps the result if there is anything in it. Returns the hash
    /// under which it is kept. It never reaches the disk: reading it again costs less.
    pub(crate) fn load_config(&self, bytes: Vec<u8>, kind: ConfigKind) -> Option<u128> {
        let hash = config_hash(content_hash(&bytes), kind);
        let analysis = self.compute_config(bytes, kind);
        if let Analysis::Done { facts, problems } = &analysis
            && problems.is_empty()
            && kind != ConfigKind::Notebook
            && facts.secrets.is_empty()
            && facts.config.is_none()
            && facts.addresses.is_empty()
            && facts.paths.is_empty()
            && facts.suppressions.is_empty()
        {
            return None;
        }
        self.lock().insert(hash, Arc::new(analysis));
        Some(hash)
    }

    /// The analysis of the bytes of a text of configuration.
    pub(crate) fn compute_config(&self, bytes: Vec<u8>, kind: ConfigKind) -> Analysis {
        match decode(bytes) {
            Ok(SourceText { text, mut problems, .. }) => {
                // What no program can read either; the others only read Python in their own way.
                problems
                    .retain(|problem| kind.is_relied_on() && problem.kind == TextProblemKind::InvalidBytes);
                let facts = || Box::new(extract_config(&text, kind));
                guarded(|| Analysis::Done { facts: facts(), problems })
            }
            Err(reason) if kind.is_relied_on() => Analysis::Skipped(reason.to_string()),
            // Not what its name says, and so none of the texts that are looked at.
            Err(_) => Analysis::Done { facts: Box::default(), problems: Vec::new() },
        }
    }

    /// The analysis of a text of configuration that is in memory.
    pub(crate) fn analyse_config(&self, text: &str, kind: ConfigKind) -> Analysis {
        let facts = || Box::new(extract_config(text, kind));
        guarded(|| Analysis::Done { facts: facts(), problems: Vec::new() })
    }

    /// Forgets everything that the database now holds itself.
    pub(crate) fn clear(&self) {
        *self.lock() = FxHashMap::default();
    }

    fn edited(&self) -> std::sync::MutexGuard<'_, FxHashSet<Arc<str>>> {
        self.edited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From the cache, with all groups of facts or with those that are asked for.
    fn cached(&self, hash: u128) -> Option<Arc<Analysis>> {
        let cache = self.cache.as_ref()?;
        let hash = built(hash, self.limits.builder);
        let narrow = narrowed(hash, self.set);
        let found = cache.get(hash);
        found.or_else(|| if narrow == hash { None } else { cache.get(narrow) }).map(Arc::new)
    }

    /// The key under which the analysis of a content is cached.
    pub(crate) fn cache_key(&self, hash: u128) -> u128 {
        let hash = built(hash, self.limits.builder);
        let complete = self.cache.as_ref().is_some_and(|cache| cache.knows(hash));
        if complete { hash } else { narrowed(hash, self.set) }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FxHashMap<u128, Arc<Analysis>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the encoding of an analysis holds one of these values.
fn holds_any(analysis: &Analysis, values: &[Cow<str>]) -> bool {
    let Ok(bytes) = postcard::to_stdvec(analysis) else { return true };
    values.iter().any(|value| memchr::memmem::find(&bytes, value.as_bytes()).is_some())
}

/// Equal bytes have other facts as configuration than as Python, and in each kind others.
pub(crate) fn config_hash(content: u128, kind: ConfigKind) -> u128 {
    content ^ ((0x636f_6e66 << 64) | (u128::from(kind as u8) + 1))
}

/// Equal contents have other facts where fewer are gathered.
fn narrowed(content: u128, set: FactSet) -> u128 {
    if set == FactSet::ALL { content } else { content ^ ((0x7365_7473 << 64) | (u128::from(set.bits()) + 1)) }
}

/// Facts that another parser gave are kept apart, so that a defect of one never shows in a run with the other.
fn built(content: u128, builder: Builder) -> u128 {
    match builder {
        Builder::Own => content,
        Builder::TreeSitter => content ^ (0x7472_6565 << 64),
    }
}

fn facts_of(extracted: Result<FileFacts, Aborted>, problems: Vec<TextProblem>, limits: Limits) -> Analysis {
    match extracted {
        Ok(facts) => Analysis::Done { facts: Box::new(facts), problems },
        Err(Aborted::Work) => Analysis::Skipped("parsing it takes too much work for its length".to_owned()),
        Err(Aborted::Time) => {
            Analysis::Skipped(format!("parsing took longer than {} s", limits.parse_time.as_secs_f32()))
        }
        Err(Aborted::Columns) => {
            Analysis::Skipped("its lines begin at too many different columns".to_owned())
        }
    }
}

/// A panic while one file is analysed is a result for that file, not the end of the run.
fn guarded(analyse: impl FnOnce() -> Analysis) -> Analysis {
    catch_unwind(AssertUnwindSafe(analyse)).unwrap_or_else(|panic| Analysis::Failed(panic_message(&*panic)))
}

/// The message of a panic, up to the first quotation: after it comes the text that was read, which may be a secret.
#[must_use]
pub fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    match text.find(['`', '"', '\'', '\n']) {
        Some(end) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_nothing_of_the_text() {
        let caught = catch_unwind(|| {
            let text = String::from("password = 'hunter2é'");
            text[..20].len()
        });
        let message = panic_message(&*caught.unwrap_err());
        assert!(message.contains("char boundary") && !message.contains("hunter"), "{message}");
        let failed: Result<(), &str> = std::hint::black_box(Err("hunter2"));
        let caught = catch_unwind(|| failed.unwrap());
        assert!(!panic_message(&*caught.unwrap_err()).contains("hunter"));
    }
}
