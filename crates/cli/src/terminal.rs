//! Abilities of the terminal, progress on it, and Ctrl-C. It must not know what is printed.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use analyzer_engine::{CancelFlag, Progress};
use analyzer_source::environment;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::When;
use crate::failure::code;
use crate::log;

/// A standard stream.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    /// For results.
    Stdout,
    /// For everything else.
    Stderr,
}

/// Whether to colour what goes to a stream.
pub(crate) fn colour(when: When, stream: Stream) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        // As in CPython, who asks for no colour is heard before who asks for it.
        When::Auto => (is_terminal(stream) || environment::force_color()) && !environment::no_color(),
    }
}

/// Whether a stream is a terminal that understands control sequences.
pub(crate) fn is_terminal(stream: Stream) -> bool {
    let terminal = match stream {
        Stream::Stdout => std::io::stdout().is_terminal(),
        Stream::Stderr => std::io::stderr().is_terminal(),
    };
    terminal && environment::variable("TERM").as_deref() != Some("dumb")
}

/// Columns of the terminal that a stream goes to; none if it does not go to one.
pub(crate) fn width(stream: Stream) -> Option<usize> {
    if !is_terminal(stream) {
        return None;
    }
    let told = environment::variable("COLUMNS").and_then(|columns| columns.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(asked).filter(|&columns| columns >= 20)
}

/// How long a run takes before progress appears.
const QUIET: Duration = Duration::from_millis(200);

/// A progress bar on standard error, drawn only once the work has taken a noticeable time.
pub(crate) struct Bar {
    bar: ProgressBar,
    drawn: AtomicBool,
}

/// The progress of a run; none where standard error is no terminal.
pub(crate) fn progress() -> Option<Arc<dyn Progress>> {
    if !is_terminal(Stream::Stderr) {
        return None;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} files") {
        bar.set_style(style);
    }
    bar.set_message("analysing");
    Some(Arc::new(Bar { bar, drawn: AtomicBool::new(false) }))
}

impl Progress for Bar {
    fn found(&self, files: usize) {
        self.bar.set_length(files as u64);
    }

    fn loaded(&self) {
        self.bar.inc(1);
        if self.bar.elapsed() > QUIET && !self.drawn.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(15));
        }
    }

    fn finished(&self) {
        self.bar.finish_and_clear();
    }
}

/// Time for a run to end by itself after Ctrl-C: a thread that waits for a disk or another program may wait for ever.
const LAST_STEPS: Duration = Duration::from_secs(3);

/// The flag that the first Ctrl-C sets. A run that does not end soon then is ended, and the second one ends it at once. Files
/// are only ever replaced as a whole, so none is left half-written.
pub(crate) fn cancel_on_interrupt() -> CancelFlag {
    static FLAG: OnceLock<CancelFlag> = OnceLock::new();
    Arc::clone(FLAG.get_or_init(|| {
        let flag = CancelFlag::default();
        let shared = Arc::clone(&flag);
        // Without a handler Ctrl-C ends the process by itself.
        let _ = ctrlc::set_handler(move || {
            let end = || std::process::exit(i32::from(code::INTERRUPTED));
            if shared.swap(true, Ordering::SeqCst) {
                end();
            }
            let last = std::thread::Builder::new().spawn(move || {
                std::thread::sleep(LAST_STEPS);
                log::tell("interrupted");
                end();
            });
            if last.is_err() {
                end();
            }
        });
        flag
    }))
}
