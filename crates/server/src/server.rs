//! The main loop: one thread owns all state, takes messages in order, and never waits for the client or for a check.
//! It must not know how texts travel, nor how findings are made.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use analyzer_engine::{CancelFlag, Changes, Checked, Engine, Look, Unseen, panic_message};
use analyzer_rules::custom::CustomRules;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Id, Request};

use crate::accepted::Accepted;
use crate::client::{Client, DiagnosticMode};
use crate::commands::IMPORT_GRAPH;
use crate::document::Document;
use crate::elsewhere::Elsewhere;
use crate::host::{ConfigurationFailure, Host};
use crate::malformed::MALFORMED;
use crate::outbox::Outbox;
use crate::parent;
use crate::project::Project;
use crate::stdio::Events;
use crate::wire::Cancel;
use crate::workers::Workers;

/// Where an answer goes.
pub(crate) type Reply = oneshot::Sender<Result<Value, Error>>;

/// Event to which the main loop reacts.
pub(crate) enum Event {
    /// The client says or asks something.
    Message { message: Request, reply: Option<Reply> },
    /// The client answers a question; none if it refused.
    Answer { id: i64, result: Option<Value> },
    /// All files of a project were read, or cannot be.
    Indexed { project: usize, result: Result<Box<Indexed>, ConfigurationFailure> },
    /// An open text was checked.
    Checked(Box<OpenChecked>),
    /// Checks of open texts are over, whether they came to an end or not. Others see what is unseen at once, or later.
    CheckDone { project: usize, generation: u32, unseen: Vec<Unseen>, later: Vec<Unseen> },
    /// Other files were looked at; none if an edit came between.
    Swept { project: usize, generation: u32, changes: Option<Changes>, time: Duration },
    /// The disk was looked at.
    Looked { project: usize, generation: u32, look: Look },
    /// Something for the client's log.
    Log(String),
    /// The input is at its end.
    Closed,
}

/// A project that was read.
pub(crate) struct Indexed {
    pub(crate) engine: Engine,
    pub(crate) custom: Arc<CustomRules>,
    pub(crate) accepted: Accepted,
}

/// An open text that was checked.
pub(crate) struct OpenChecked {
    pub(crate) project: usize,
    pub(crate) generation: u32,
    pub(crate) path: Arc<str>,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
    /// None where checking failed.
    pub(crate) checked: Option<Checked>,
    /// How long it took.
    pub(crate) time: Duration,
}

/// Outcome of a handler.
pub(crate) enum Answer {
    /// This, at once.
    Now(Result<Value, Error>),
    /// The outcome of this, once the texts that it is about were checked.
    Later(Waiting),
    /// The result of this, in a thread of its own.
    Elsewhere(Work),
}

/// Computes an answer, and stops without one when the flag is set.
pub(crate) type Work = Box<dyn FnOnce(&CancelFlag) -> Option<Result<Value, Error>> + Send>;

/// A request that waits for a check.
#[derive(Debug)]
pub(crate) enum Waiting {
    /// The findings of a document, unless they are those of this result.
    Diagnostics { uri: String, previous: Option<String> },
    /// The findings of all files, except where they are those of these results.
    Workspace { previous: BTreeMap<String, String> },
    /// Something about this version of a document.
    Document { uri: String, version: i32, method: &'static str, params: Value },
    /// The import graph of a project.
    Graph { project: usize },
}

impl Waiting {
    /// The name of the request or command.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Diagnostics { .. } => "textDocument/diagnostic",
            Self::Workspace { .. } => "workspace/diagnostic",
            Self::Document { method, .. } => method,
            Self::Graph { .. } => IMPORT_GRAPH,
        }
    }
}

struct Pending {
    id: Id,
    reply: Reply,
    waiting: Waiting,
}

/// How far the session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    New,
    Running,
    ShutDown,
}

/// How often the client's process is looked for.
const TICK: Duration = Duration::from_secs(1);
/// Events that are taken before the texts are looked at.
const BATCH: usize = 1000;

/// Everything that the server knows.
pub(crate) struct Server {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) outbox: Outbox,
    pub(crate) events: Events,
    pub(crate) workers: Workers,
    pub(crate) client: Client,
    pub(crate) mode: DiagnosticMode,
    /// The first holds the files that belong to no project.
    pub(crate) projects: Vec<Project>,
    /// By address.
    pub(crate) documents: BTreeMap<String, Document>,
    pub(crate) phase: Phase,
    /// Whether the client wants reports of each step and its duration.
    pub(crate) traces: bool,
    /// The client's process.
    pub(crate) parent: Option<u32>,
    /// Set when the session is over.
    pub(crate) exit: Option<u8>,
    /// Whether findings that the client has pulled are others now.
    pub(crate) refresh: bool,
    /// Whether findings of files that are not open may be others now.
    pub(crate) workspace_changed: bool,
    /// Whether lenses may be others now.
    pub(crate) refresh_lenses: bool,
    /// Commands that the client has.
    pub(crate) client_commands: BTreeSet<String>,
    /// Questions to the client that wait for an answer, by their number.
    pub(crate) asked: BTreeMap<i64, Asked>,
    pending: Vec<Pending>,
    /// Answers that other threads compute.
    elsewhere: Vec<Elsewhere>,
}

/// A question to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Its settings.
    Settings,
    /// To pull findings again.
    Refresh,
    /// Whether the progress of this project may be shown.
    Progress(usize),
}

impl Server {
    /// A server that nobody has spoken to yet.
    pub(crate) fn new(host: Arc<dyn Host>, outbox: Outbox, events: Events) -> Self {
        let loose = Project::unindexed(None, host.without_project());
        Self {
            workers: Workers::start(&events),
            host,
            outbox,
            events,
            client: Client::new(&Value::Null),
            mode: DiagnosticMode::default(),
            projects: vec![loose],
            documents: BTreeMap::new(),
            phase: Phase::New,
            traces: false,
            parent: None,
            exit: None,
            refresh: false,
            workspace_changed: false,
            refresh_lenses: false,
            client_commands: BTreeSet::new(),
            asked: BTreeMap::new(),
            pending: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    /// Serves until the session is over; the exit code.
    pub(crate) fn run(mut self, queue: &Receiver<Event>) -> u8 {
        let mut looked = Instant::now();
        loop {
            let first = match queue.recv_timeout(self.patience()) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return 1,
            };
            for event in first.into_iter().chain(queue.try_iter().take(BATCH)) {
                self.take(event);
                if let Some(code) = self.exit {
                    // Whoever still waits notices the end of the channel.
                    self.outbox.close();
                    return code;
                }
            }
            self.guarded(Self::settle);
            if looked.elapsed() >= TICK {
                looked = Instant::now();
                if self.parent.is_some_and(|parent| !parent::is_alive(parent)) {
                    self.outbox.close();
                    return 1;
                }
            }
        }
    }

    /// How long nothing needs to happen.
    fn patience(&self) -> Duration {
        let due = self.projects.iter().flat_map(|project| [project.sweep_due, project.touched.due]);
        let due = due.flatten().min();
        due.map_or(TICK, |due| due.saturating_duration_since(Instant::now()).min(TICK))
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Message { message, reply } => self.message(message, reply),
            Event::Answer { id, result } => {
                self.guarded(|server| server.answered(id, result));
            }
            Event::Indexed { project, result } => {
                self.guarded(|server| server.indexed(project, result));
            }
            Event::Checked(checked) => {
                self.guarded(|server| server.checked(*checked));
            }
            Event::CheckDone { project, generation, unseen, later } => {
                self.guarded(|server| server.check_done(project, generation, unseen, later));
            }
            Event::Swept { project, generation, changes, time } => {
                self.trace(|| format!("looked at other files in {:.1} ms", time.as_secs_f64() * 1000.0));
                self.guarded(|server| server.swept(project, generation, changes));
            }
            Event::Looked { project, generation, look } => {
                self.guarded(|server| server.looked(project, generation, look));
            }
            Event::Log(text) => self.log(&text),
            Event::Closed => self.exit = Some(u8::from(self.phase != Phase::ShutDown)),
        }
    }

    /// Does something that must not end the session, whatever happens; none if it panicked.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(value) => Some(value),
            Err(panic) => {
                self.log(&format!("internal error: {}", panic_message(&*panic)));
                None
            }
        }
    }

    fn message(&mut self, message: Request, reply: Option<Reply>) {
        let (method, id, params) = message.into_parts();
        let params = params.unwrap_or(Value::Null);
        let Some(reply) = reply else {
            self.guarded(|server| server.notified(&method, params));
            return;
        };
        match self.guarded(|server| server.requested(&method, params)) {
            // Nobody listens where the transport is gone.
            Some(Answer::Now(body)) => drop(reply.send(body)),
            Some(Answer::Later(waiting)) => {
                self.pending.push(Pending { id: id.unwrap_or_default(), reply, waiting });
            }
            Some(Answer::Elsewhere(work)) => {
                self.elsewhere.push(Elsewhere::start(id.unwrap_or_default(), reply, work));
            }
            None => drop(reply.send(Err(Error::internal_error()))),
        }
    }

    fn requested(&mut self, method: &str, params: Value) -> Answer {
        if method == MALFORMED {
            let code = params.get("code").and_then(Value::as_i64).unwrap_or(-32700);
            return Answer::Now(Err(Error::new(ErrorCode::from(code))));
        }
        match (self.phase, method) {
            (Phase::New, "initialize") => return Answer::Now(Ok(self.initialize(&params))),
            (Phase::New, _) => return Answer::Now(Err(not_initialized())),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                return Answer::Now(Ok(Value::Null));
            }
            (Phase::Running, "initialize") | (Phase::ShutDown, _) => {
                return Answer::Now(Err(Error::invalid_request()));
            }
            (Phase::Running, _) => {}
        }
        match self.answer(method, params) {
            Ok(answer) => answer,
            Err(error) => Answer::Now(Err(error)),
        }
    }

    fn answer(&mut self, method: &str, params: Value) -> Result<Answer, Error> {
        match method {
            "textDocument/diagnostic" => Ok(self.pull_document(read(params)?)),
            "workspace/diagnostic" => Ok(self.pull_workspace(read(params)?)),
            "textDocument/codeAction" => Ok(self.later("textDocument/codeAction", params)),
            "textDocument/codeLens" => Ok(self.later("textDocument/codeLens", params)),
            "textDocument/documentLink" => Ok(self.later("textDocument/documentLink", params)),
            "textDocument/hover" => {
                self.host.before(method);
                Ok(Answer::Now(Ok(self.hover(&read(params)?))))
            }
            "workspace/executeCommand" => Ok(self.execute(read(params)?)),
            _ => Err(Error { data: Some(json!(method)), ..Error::method_not_found() }),
        }
    }

    fn notified(&mut self, method: &str, params: Value) {
        let outcome = match (self.phase, method) {
            (_, "exit") => {
                self.exit = Some(u8::from(self.phase != Phase::ShutDown));
                Ok(())
            }
            (Phase::New | Phase::ShutDown, _) => Ok(()),
            (_, "initialized") => {
                self.initialized();
                Ok(())
            }
            (_, "textDocument/didOpen") => read(params).map(|params| self.did_open(params)),
            (_, "textDocument/didChange") => read(params).map(|params| self.did_change(params)),
            (_, "textDocument/didClose") => read(params).map(|params| self.did_close(params)),
            (_, "textDocument/didSave") => read(params).map(|params| self.did_save(&params)),
            (_, "workspace/didChangeWatchedFiles") => read(params).map(|params| self.watched(params)),
            (_, "workspace/didCreateFiles" | "workspace/didRenameFiles" | "workspace/didDeleteFiles") => {
                read(params).map(|params| self.files_moved(params))
            }
            (_, "workspace/didChangeWorkspaceFolders") => {
                read(params).map(|params| self.folders_changed(params))
            }
            (_, "workspace/didChangeConfiguration") => {
                self.configured(&params);
                Ok(())
            }
            (_, "$/setTrace") => {
                self.set_trace(params.get("value"));
                Ok(())
            }
            (_, "$/cancelRequest") => read(params).map(|params| self.cancel(&params)),
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            self.log(&format!("{method}: {}", error.message));
        }
    }

    fn cancel(&mut self, params: &Cancel) {
        let id: Id = match serde_json::from_value(params.id.clone()) {
            Ok(id) => id,
            Err(_) => return,
        };
        if let Some(at) = self.pending.iter().position(|pending| pending.id == id) {
            let _ = self.pending.swap_remove(at).reply.send(Err(Error::request_cancelled()));
        }
        if let Some(at) = self.elsewhere.iter().position(|one| one.is(&id)) {
            self.elsewhere.swap_remove(at).cancel();
        }
    }

    /// Lets the engines see new texts, starts checks, and answers what can be answered by now.
    fn settle(&mut self) {
        self.look_at_disk();
        self.flush();
        self.elsewhere.retain(|one| !one.is_over());
        let pending = std::mem::take(&mut self.pending);
        for one in pending {
            match self.guarded(|server| server.resolve(&one.waiting)) {
                None => drop(one.reply.send(Err(Error::internal_error()))),
                Some(Some(Answer::Now(body))) => drop(one.reply.send(body)),
                Some(Some(Answer::Elsewhere(work))) => {
                    self.elsewhere.push(Elsewhere::start(one.id, one.reply, work));
                }
                Some(Some(Answer::Later(_)) | None) => self.pending.push(one),
            }
        }
        self.workspace_changed = false;
        self.ask_for_refresh();
    }

    /// Takes the client's wish for reports of each step.
    pub(crate) fn set_trace(&mut self, value: Option<&Value>) {
        self.traces = value.and_then(Value::as_str).is_some_and(|value| value != "off");
    }

    /// Tells what was done, if the client wants to know.
    pub(crate) fn trace(&self, text: impl FnOnce() -> String) {
        if self.traces {
            self.outbox.notify("$/logTrace", json!({"message": text()}));
        }
    }

    /// Writes to the client's log.
    pub(crate) fn log(&self, text: &str) {
        self.outbox.notify("window/logMessage", json!({"type": 3, "message": text}));
    }
}

/// Parameters in the form that a handler needs.
pub(crate) fn read<T: DeserializeOwned>(params: Value) -> Result<T, Error> {
    serde_json::from_value(params).map_err(|error| Error::invalid_params(error.to_string()))
}

fn not_initialized() -> Error {
    Error { code: ErrorCode::ServerError(-32002), message: "Server not initialized".into(), data: None }
}
