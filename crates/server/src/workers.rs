//! The threads that check: one for the texts that are being edited, one for everything else. They hold clones of the
//! database no longer than a check takes. They must not know the protocol.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use analyzer_engine::{OpenCheck, Snapshot, Stamp};
use rayon::ThreadPool;
use rustc_hash::FxHashMap;

use crate::server::{Event, OpenChecked};
use crate::stdio::{Events, STACK};

/// A text that is open.
#[derive(Debug, Clone)]
pub(crate) struct OpenText {
    pub(crate) path: Arc<str>,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
}

/// Checks of open texts.
pub(crate) struct CheckJob {
    pub(crate) project: usize,
    pub(crate) generation: u32,
    pub(crate) snapshot: Snapshot,
    pub(crate) files: Vec<OpenText>,
}

/// A look at every file whose findings may be others now.
pub(crate) struct SweepJob {
    pub(crate) project: usize,
    pub(crate) generation: u32,
    pub(crate) snapshot: Snapshot,
    /// The last stamp of every file; none where only the stale ones are looked at.
    pub(crate) known: Option<Arc<FxHashMap<Arc<str>, Stamp>>>,
    /// Files whose findings show places in what was edited.
    pub(crate) stale: BTreeSet<Arc<str>>,
    /// Whether it is the first of its engine.
    pub(crate) first: bool,
}

/// The threads, and the pool in which they and the loader share the work.
pub(crate) struct Workers {
    checks: Sender<CheckJob>,
    sweeps: Sender<SweepJob>,
    pub(crate) pool: Option<Arc<ThreadPool>>,
    /// Where the engine itself is changed while it works. A thread of the other pool may hold a clone of the database
    /// further down its stack, and would wait for itself.
    pub(crate) changing: Option<ThreadPool>,
}

impl Workers {
    /// Starts them.
    pub(crate) fn start(events: &Events) -> Self {
        let (checks, jobs) = channel();
        let told = events.clone();
        start("check", move || check(&jobs, &told));
        let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build().ok().map(Arc::new);
        let (sweeps, jobs) = channel();
        let (told, shared) = (events.clone(), pool.clone());
        start("sweep", move || sweep(&jobs, &told, shared.as_deref()));
        let changing = rayon::ThreadPoolBuilder::new().stack_size(STACK).build().ok();
        Self { checks, sweeps, pool, changing }
    }

    /// Checks texts. What becomes of them comes as events, at last [`Event::CheckDone`].
    pub(crate) fn check(&self, job: CheckJob) {
        // The thread lives as long as the sender.
        let _ = self.checks.send(job);
    }

    /// Looks at other files. The outcome comes as [`Event::Swept`].
    pub(crate) fn sweep(&self, job: SweepJob) {
        let _ = self.sweeps.send(job);
    }
}

/// Starts a thread with room for deep trees.
pub(crate) fn start(name: &str, work: impl FnOnce() + Send + 'static) {
    // A system that starts no thread is in no state to serve; requests are answered all the same.
    let _ = thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(work);
}

fn check(jobs: &Receiver<CheckJob>, events: &Events) {
    for CheckJob { project, generation, snapshot, files } in jobs {
        let (mut unseen, mut later) = (Vec::new(), Vec::new());
        for OpenText { path, version, text } in files {
            let begun = Instant::now();
            let checked = match catch_unwind(AssertUnwindSafe(|| snapshot.check(&path))) {
                Ok(Ok(Some(OpenCheck::Unseen(one)))) => {
                    unseen.push(one);
                    continue;
                }
                Ok(Ok(Some(OpenCheck::Checked(checked, unseen)))) => {
                    later.extend(unseen);
                    Some(checked)
                }
                Ok(Ok(None)) => None,
                Ok(Err(_)) => break,
                // The panic's own report is in the log.
                Err(_) => None,
            };
            let time = begun.elapsed();
            let one = OpenChecked { project, generation, path, version, text, checked, time };
            let _ = events.send(Event::Checked(Box::new(one)));
        }
        drop(snapshot);
        let _ = events.send(Event::CheckDone { project, generation, unseen, later });
    }
}

fn sweep(jobs: &Receiver<SweepJob>, events: &Events, pool: Option<&ThreadPool>) {
    for SweepJob { project, generation, snapshot, known, stale, first } in jobs {
        let begun = Instant::now();
        // Moved in: the database must be free again before anything is reported.
        let look = move || {
            let changes = match known {
                // It is gone before the snapshot is, for which an edit waits that changes the map.
                Some(known) => snapshot.changes(&known, &stale),
                None => snapshot.recheck(&stale),
            };
            let facts = changes.is_ok().then(|| snapshot.cacheable()).filter(|_| first);
            (changes.ok(), facts)
        };
        let looked = catch_unwind(AssertUnwindSafe(|| match pool {
            Some(pool) => pool.install(look),
            None => look(),
        }));
        let (changes, facts) = looked.unwrap_or_default();
        let time = begun.elapsed();
        let _ = events.send(Event::Swept { project, generation, changes, time });
        if let Some(Err(error)) = facts.map(|facts| facts.map_or(Ok(()), |facts| facts.save())) {
            let _ = events.send(Event::Log(format!("the cache was not saved: {error}")));
        }
    }
}
