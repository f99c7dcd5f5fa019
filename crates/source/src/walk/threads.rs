//! A walk where the system starts fewer threads than are wanted, or none. It must not know what is walked.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use ignore::{ParallelVisitor, Walk, WalkState};

/// How many of the wanted threads, 0 for one a core, the system starts just now. The library that walks panics where it
/// starts one less.
pub(super) fn startable(wanted: usize) -> usize {
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = if wanted == 0 { cores() } else { wanted };
    let gate = Mutex::new(());
    let pass = || drop(gate.lock().unwrap_or_else(PoisonError::into_inner));
    thread::scope(|scope| {
        let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
        let started =
            (0..wanted).take_while(|_| thread::Builder::new().spawn_scoped(scope, pass).is_ok()).count();
        drop(closed);
        started
    })
}

/// Walks on this thread.
pub(super) fn visit_alone(walk: Walk, visitor: &mut dyn ParallelVisitor) {
    let mut skipped: Option<PathBuf> = None;
    for entry in walk {
        let path = entry.as_ref().map_or(Path::new(""), |entry| entry.path());
        if skipped.as_ref().is_some_and(|folder| path.starts_with(folder)) {
            continue;
        }
        let path = path.to_owned();
        match visitor.visit(entry) {
            WalkState::Continue => {}
            WalkState::Skip => skipped = Some(path),
            WalkState::Quit => break,
        }
    }
}
