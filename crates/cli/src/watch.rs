//! `analyzer check --watch`: checks again when files change, and shows it when that changed anything.
//! It must not know how findings are made or rendered.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use analyzer_diagnostics::{BASELINE_FILE, Report};
use analyzer_engine::{CACHE_FOLDER, CancelFlag, Engine};
use analyzer_project::Settings;
use analyzer_rules::custom::CustomRules;
use analyzer_source::files;
use camino::{Utf8Path, Utf8PathBuf};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::args::{CheckArgs, OutputFormat, When};
use crate::baseline::Known;
use crate::check;
use crate::configuration::confirm_settings;
use crate::failure::Failure;
use crate::given::Piped;
use crate::outputs::Outputs;
use crate::render;
use crate::setup::{Setup, in_pool, rules_with, setup};
use crate::terminal::{self, Stream};

/// How often Ctrl-C, and a root that went away, are looked for.
const TICK: Duration = Duration::from_millis(100);
/// Changes come in bursts: this long nothing more must come.
const QUIET: Duration = Duration::from_millis(50);
/// A burst that does not end is not waited for any longer.
const BURST: Duration = Duration::from_millis(500);

/// Files besides Python whose change may change everything.
const DECISIVE: [&str; 6] =
    ["analyzer.toml", "pyproject.toml", "setup.cfg", ".gitignore", ".ignore", ".git/info/exclude"];

/// Checks until Ctrl-C.
pub(crate) fn watch(args: &CheckArgs, colour: When) -> Result<u8, Failure> {
    // Standard input ends once.
    Piped::read(args)?;
    let cancel = terminal::cancel_on_interrupt();
    in_pool(args.run.threads, || {
        let mut session = Session::open(args, colour, cancel)?;
        session.run()
    })?
}

/// Output that was shown last, so that nothing is drawn twice.
#[derive(PartialEq)]
enum Shown {
    Report(Box<Report>),
    Failure(String),
}

struct Session<'a> {
    args: &'a CheckArgs,
    outputs: Outputs,
    colour: When,
    cancel: CancelFlag,
    root: Utf8PathBuf,
    only: Vec<String>,
    custom: Arc<CustomRules>,
    settings: Settings,
    /// None while the configuration cannot be used.
    engine: Option<Engine>,
    shown: Option<Shown>,
}

/// Changes on the disk.
#[derive(Default)]
struct Burst {
    touched: BTreeSet<String>,
    /// Nobody knows what was touched.
    everything: bool,
    /// Something was touched that decides what the project is.
    decisive: bool,
}

impl<'a> Session<'a> {
    fn open(args: &'a CheckArgs, colour: When, cancel: CancelFlag) -> Result<Self, Failure> {
        let mut session = Self {
            args,
            outputs: Outputs::of(args)?,
            colour,
            cancel,
            root: Utf8PathBuf::new(),
            only: Vec::new(),
            custom: Arc::default(),
            settings: Settings::with_rules(BTreeSet::new()),
            engine: None,
            shown: None,
        };
        session.open_project(true)?;
        Ok(session)
    }

    /// Reads the configuration and all files.
    fn open_project(&mut self, first: bool) -> Result<(), Failure> {
        self.engine = None;
        let mut project = setup(&self.args.paths, &self.args.run.project)?;
        check::configure(self.args, &mut project)?;
        let hashes = self.outputs.any(OutputFormat::Sarif);
        let mut options = check::options(&project, &self.args.run, hashes)?;
        options.cancel = CancelFlag::clone(&self.cancel);
        if !first {
            options.progress = None;
        }
        let Setup { root, settings, only, custom, .. } = project;
        self.settings = settings.clone();
        self.only = only;
        self.custom = custom;
        self.root.clone_from(&root);
        let engine = Engine::open(root, settings, options).map_err(|_| Failure::Interrupted)?;
        confirm_settings(&engine, &self.root, &self.args.run.project)?;
        self.engine = Some(engine);
        Ok(())
    }

    fn run(&mut self) -> Result<u8, Failure> {
        let (sender, events) = channel();
        let handler = move |event| {
            // The receiver lives as long as the watcher.
            let _ = sender.send(event);
        };
        let mut watcher = notify::recommended_watcher(handler).map_err(|error| refused(&error))?;
        watcher.watch(self.root.as_std_path(), RecursiveMode::Recursive).map_err(|error| refused(&error))?;
        self.check(Instant::now())?;
        if let Some(Err(error)) = self.engine.as_ref().map(Engine::save_cache) {
            tell!("warning: the cache was not saved: {error}");
        }
        let mut lost = false;
        loop {
            if self.cancel.load(Ordering::SeqCst) {
                return Err(Failure::Interrupted);
            }
            // A root that is deleted takes its watch with it.
            if !files::is_dir(&self.root) {
                if !lost {
                    self.show_failure(&Failure::new(format!(
                        "the folder `{}` is gone; waiting for it",
                        self.root
                    )));
                }
                lost = true;
                std::thread::sleep(TICK);
                continue;
            }
            let mut burst = self.burst(&events)?;
            if std::mem::take(&mut lost) {
                rewatch(&mut watcher, &self.root)?;
                burst = Some(Burst { decisive: true, ..Burst::default() });
            }
            if let Some(burst) = burst {
                self.react(&burst)?;
            }
        }
    }

    /// Waits for a tick, and if something happened until it is over; none if nothing did.
    fn burst(&self, events: &Receiver<notify::Result<Event>>) -> Result<Option<Burst>, Failure> {
        let mut burst = Burst::default();
        let mut any = false;
        let mut wait = TICK;
        let mut started = Instant::now();
        loop {
            match events.recv_timeout(wait) {
                Ok(event) => {
                    if self.note(event, &mut burst) {
                        if !any {
                            started = Instant::now();
                        }
                        any = true;
                        wait = QUIET;
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Ok(any.then_some(burst)),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::new("the operating system stopped telling of changes"));
                }
            }
            // Events that concern nobody come all the time while others work in the folder.
            let limit = if any { BURST } else { TICK };
            if started.elapsed() > limit {
                return Ok(any.then_some(burst));
            }
        }
    }

    /// Takes an event into the burst; false if it concerns nobody.
    fn note(&self, event: notify::Result<Event>, burst: &mut Burst) -> bool {
        let Ok(event) = event else {
            burst.everything = true;
            return true;
        };
        if event.need_rescan() {
            burst.everything = true;
            return true;
        }
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        let mut concerns = false;
        for path in &event.paths {
            let Some(path) = Utf8Path::from_path(path) else { continue };
            let Ok(path) = path.strip_prefix(&self.root) else { continue };
            let path = path.as_str().replace('\\', "/");
            let decisive = DECISIVE.iter().any(|name| path == *name || path.ends_with(&format!("/{name}")))
                || path.starts_with(".analyzer/")
                || path.ends_with(BASELINE_FILE);
            // Git's own files matter only where it is asked for changes.
            let git = path.starts_with(".git/") && !decisive;
            let asked = self.args.changed.is_some() && [".git/HEAD", ".git/index"].contains(&path.as_str());
            if !path.starts_with(CACHE_FOLDER) && (!git || asked) {
                concerns = true;
                burst.decisive |= decisive;
                burst.touched.insert(path);
            }
        }
        concerns
    }

    fn react(&mut self, burst: &Burst) -> Result<(), Failure> {
        let started = Instant::now();
        let touched = (!burst.everything).then_some(&burst.touched);
        if let (false, Some(engine)) = (burst.decisive, self.engine.as_mut()) {
            engine.refresh(touched);
        } else {
            match self.open_project(false) {
                Ok(()) => {}
                Err(Failure::Interrupted) => return Err(Failure::Interrupted),
                // A configuration that is half written will be whole again.
                Err(failure) => {
                    self.show_failure(&failure);
                    return Ok(());
                }
            }
        }
        self.check(started)
    }

    fn check(&mut self, started: Instant) -> Result<(), Failure> {
        let Some(engine) = &self.engine else { return Ok(()) };
        let mut report =
            engine.check(check::checked(self.args, &self.only)).map_err(|_| Failure::Interrupted)?;
        let custom = Arc::clone(&self.custom);
        let rules = rules_with(&custom);
        let reported = check::keep_concerning(self.args, &self.only, &mut report);
        let baseline = Known::read(self.args, &self.root, &self.settings, &reported);
        let place = (&*self.root, &*self.only);
        let known = baseline.as_ref().is_ok_and(Option::is_some);
        let narrowed = baseline
            .and_then(|baseline| check::narrow(self.args, baseline, None, place, &rules, &mut report));
        if let Err(failure) = narrowed {
            self.show_failure(&failure);
            return Ok(());
        }
        let elapsed = started.elapsed();
        // Parts of the report that are no results must not cause a redraw.
        report.summary.elapsed = Duration::ZERO;
        let shown = Shown::Report(Box::new(report.clone()));
        if self.shown.as_ref() == Some(&shown) {
            return Ok(());
        }
        self.shown = Some(shown);
        report.summary.elapsed = elapsed;
        self.clear();
        let exit = check::verdict(self.args, self.settings.fail_on, &report);
        let shown = render::Shown { root: &self.root, rules: &rules, report: &report, exit, baseline: known };
        render::render(self.args, &self.outputs, &shown, (self.colour, Stream::Stdout))?;
        tell!("Watching for changes; Ctrl-C ends.");
        Ok(())
    }

    fn show_failure(&mut self, failure: &Failure) {
        let shown = Shown::Failure(format!("{failure:?}"));
        if self.shown.as_ref() != Some(&shown) {
            self.shown = Some(shown);
            self.clear();
            failure.print(terminal::colour(self.colour, Stream::Stderr));
            tell!("Watching for changes; Ctrl-C ends.");
        }
    }

    /// Empties the screen and what was scrolled off it; a file or a pipe gets one report after the other.
    fn clear(&self) {
        if self.outputs.on_stdout().is_some() && terminal::is_terminal(Stream::Stdout) {
            use std::io::Write as _;
            let _ = write!(std::io::stdout(), "\x1b[2J\x1b[3J\x1b[H");
        }
    }
}

fn rewatch(watcher: &mut RecommendedWatcher, root: &Utf8Path) -> Result<(), Failure> {
    // The old watch went with the old folder.
    let _ = watcher.unwatch(root.as_std_path());
    watcher.watch(root.as_std_path(), RecursiveMode::Recursive).map_err(|error| refused(&error))
}

fn refused(error: &notify::Error) -> Failure {
    let help = match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "allow more watches: `sysctl fs.inotify.max_user_watches=1048576`"
        }
        _ => "run without `--watch`",
    };
    Failure::with_help(format!("the folder cannot be watched: {error}"), help)
}
