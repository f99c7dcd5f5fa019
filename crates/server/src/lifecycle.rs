//! Begins a session, finds the projects that it is about, and follows documents that open and close.
//! It must not know how findings are reported.

use std::sync::Arc;

use analyzer_engine::Engine;
use analyzer_facts::ConfigKind;
use analyzer_source::{FileKind, files};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use crate::accepted::Accepted;
use crate::capabilities::initialize_result;
use crate::client::{Client, diagnostic_mode};
use crate::document::{Document, normalised};
use crate::host::ConfigurationFailure;
use crate::progress::Indexing;
use crate::project::{Place, Project};
use crate::server::{Asked, Event, Indexed, Phase, Server};
use crate::uri;
use crate::watch::is_decisive;
use crate::wire::{DidChange, DidOpen, FileOperations, FoldersChanged, OnDocument, OpenedDocument};
use crate::workers;

impl Server {
    pub(crate) fn initialize(&mut self, params: &Value) -> Value {
        self.client = Client::new(params);
        self.phase = Phase::Running;
        self.set_trace(params.get("trace"));
        self.parent =
            params.get("processId").and_then(Value::as_u64).and_then(|process| u32::try_from(process).ok());
        if let Some(mode) = params.get("initializationOptions").and_then(diagnostic_mode) {
            self.mode = mode;
        }
        let commands = params.pointer("/initializationOptions/clientCommands").and_then(Value::as_array);
        let commands = commands.into_iter().flatten().filter_map(Value::as_str);
        self.client_commands = commands.map(str::to_owned).collect();
        let folders = params.get("workspaceFolders").and_then(Value::as_array);
        let folders = folders.into_iter().flatten().filter_map(|folder| folder.get("uri"));
        let mut folders: Vec<&str> = folders.filter_map(Value::as_str).collect();
        if folders.is_empty() {
            folders.extend(params.get("rootUri").and_then(Value::as_str));
        }
        for folder in folders {
            self.add_folder(folder);
        }
        initialize_result(&self.client)
    }

    pub(crate) fn initialized(&mut self) {
        self.register_watchers();
        self.ask_for_settings();
        for number in 1..self.projects.len() {
            self.ask_for_progress(number);
        }
    }

    /// Begins to read the project that a folder belongs to, unless it is known.
    fn add_folder(&mut self, folder: &str) {
        let Some(shown) = uri::to_path(folder) else { return };
        let Some(root) = self.host.root_of(&shown) else {
            self.log(&format!("{shown} belongs to no project: only files that are open are checked"));
            return;
        };
        if self.projects.iter().any(|project| project.place.as_ref().is_some_and(|place| place.root == root))
        {
            return;
        }
        // Addresses use the client's own spelling of the folder, where that is the root.
        let same = files::canonicalize(&shown).is_ok_and(|real| real == root);
        let place = Place { shown: if same { shown } else { root.clone() }, root };
        self.projects.push(Project::unindexed(Some(place), self.host.without_project()));
        self.read_project(self.projects.len() - 1);
    }

    /// Reads a project on a thread of its own; the outcome comes as [`Event::Indexed`].
    pub(crate) fn read_project(&mut self, number: usize) {
        let Some(project) = self.projects.get_mut(number) else { return };
        let Some(place) = project.place.clone() else { return };
        project.reading = true;
        let progress =
            Indexing::new(self.outbox.clone(), format!("analyzer/{number}/{}", project.generation));
        project.progress = Some(Arc::clone(&progress));
        let (host, events, pool) = (Arc::clone(&self.host), self.events.clone(), self.workers.pool.clone());
        workers::start("index", move || {
            let result = host.configuration(&place.root).and_then(|mut configuration| {
                configuration.options.progress = Some(progress);
                let custom = Arc::clone(&configuration.custom);
                let accepted = Accepted::new(configuration.baseline.take(), &place.root);
                let open = || Engine::open(place.root, configuration.settings, configuration.options);
                let engine = match &pool {
                    Some(pool) => pool.install(open),
                    None => open(),
                };
                let engine = engine.map_err(|cancelled| ConfigurationFailure {
                    message: cancelled.to_string(),
                    files: Vec::new(),
                })?;
                Ok(Box::new(Indexed { engine, custom, accepted }))
            });
            let _ = events.send(Event::Indexed { project: number, result });
        });
    }

    /// Takes over a project that was read.
    pub(crate) fn indexed(&mut self, number: usize, result: Result<Box<Indexed>, ConfigurationFailure>) {
        let Some(project) = self.projects.get_mut(number).filter(|project| project.place.is_some()) else {
            return;
        };
        project.reading = false;
        self.was_read(number, result.is_ok());
        let Some(project) = self.projects.get_mut(number) else { return };
        let Indexed { engine, custom, accepted } = match result {
            Ok(indexed) => *indexed,
            Err(failure) => {
                if let Some(progress) = project.progress.take() {
                    progress.end();
                }
                self.misconfigured(number, &failure);
                return;
            }
        };
        self.configuration_is_sound(number);
        let Some(project) = self.projects.get_mut(number) else { return };
        project.index(engine, custom);
        project.accepted = accepted;
        for document in self.documents.values_mut().filter(|document| document.project == number) {
            document.dirty = true;
            document.left_out = project.leaves_out(&document.path);
            document.analysed &= !document.left_out;
            document.analysed |= document.named && !document.left_out;
        }
        // The first look at all files does not wait for anything.
        project.sweep_due = Some(std::time::Instant::now());
    }

    /// Which project a file belongs to, and its path there.
    pub(crate) fn place_of(&self, uri: &str, language: &str) -> (usize, Arc<str>) {
        let Some(path) = uri::to_path(uri) else {
            let name = uri::name(uri);
            let is_python = language == "python" && !name.ends_with(".py") && !name.ends_with(".pyi");
            return (0, if is_python { format!("{name}.py").into() } else { name.into() });
        };
        let path = real(&path);
        let inner = |(number, project): (usize, &Project)| Some((number, project.relative(&path)?));
        // The innermost of several.
        let found = self.projects.iter().enumerate().filter_map(inner).min_by_key(|(_, path)| path.len());
        let loose = || (0, path.as_str().trim_start_matches('/').to_owned());
        let (number, path) = found.unwrap_or_else(loose);
        (number, path.into())
    }

    pub(crate) fn did_open(&mut self, params: DidOpen) {
        let OpenedDocument { uri, language_id, version, text } = params.text_document;
        let (project, path) = self.place_of(&uri, &language_id);
        let named = is_analysed(&path, &language_id);
        let (text, address) = (normalised(text), uri.clone());
        let left_out = self.projects.get(project).is_some_and(|project| project.leaves_out(&path));
        let analysed = named && !left_out;
        let document = Document { uri, project, path, version, text, named, left_out, analysed, dirty: true };
        self.documents.insert(address, document);
    }

    pub(crate) fn did_change(&mut self, params: DidChange) {
        let Some(document) = self.documents.get_mut(&params.text_document.uri) else {
            self.log("an edit of a document that is not open was left out");
            return;
        };
        document.apply(params.content_changes, self.client.unit);
        document.version = params.text_document.version;
    }

    pub(crate) fn did_close(&mut self, params: OnDocument) {
        let Some(document) = self.documents.remove(&params.text_document.uri) else { return };
        let Some(project) = self.projects.get_mut(document.project) else { return };
        project.unchecked.remove(&document.path);
        if !document.left_out {
            project.engine.close_file(&document.path);
        }
        if let Some(result) = project.results.get_mut(&document.path) {
            result.open = None;
        }
        if !project.engine.holds(&document.path) {
            project.forget(&document.path);
        }
        self.touched(document.project, &document.path);
        self.withdraw(&document);
    }

    pub(crate) fn did_save(&mut self, params: &OnDocument) {
        let uri = &params.text_document.uri;
        let decisive = self.documents.get(uri).is_none_or(|document| is_decisive(&document.path));
        // Clients that watch no files report at least this.
        if decisive {
            self.touch(uri, true);
        }
    }

    /// Files were made, renamed or deleted in the editor; folders count as all that is in them.
    pub(crate) fn files_moved(&mut self, params: FileOperations) {
        for file in params.files {
            for uri in [file.uri, file.old_uri, file.new_uri].into_iter().flatten() {
                self.touch(&uri, true);
            }
        }
    }

    /// Folders were added to the workspace, or removed from it.
    pub(crate) fn folders_changed(&mut self, params: FoldersChanged) {
        for folder in params.event.removed {
            let Some(path) = uri::to_path(&folder.uri) else { continue };
            let path = real(&path);
            let here = |project: &Project| project.place.as_ref().is_some_and(|place| place.root == path);
            let Some(number) = self.projects.iter().position(here) else { continue };
            let gone = Project::unindexed(None, self.host.without_project());
            let Some(project) = self.projects.get_mut(number) else { continue };
            let project = std::mem::replace(project, gone);
            for published in project.published.into_values() {
                let params = json!({"uri": published.uri, "diagnostics": []});
                self.outbox.publish(&published.uri, params);
            }
        }
        for folder in params.event.added {
            self.add_folder(&folder.uri);
        }
        self.place_again();
        self.workspace_changed = true;
    }

    /// Moves documents to the projects that they belong to now.
    fn place_again(&mut self) {
        let documents: Vec<Document> = self.documents.values().cloned().collect();
        for document in documents {
            let (project, path) = self.place_of(&document.uri, "python");
            if (project, &path) == (document.project, &document.path) {
                continue;
            }
            if let Some(old) = self.projects.get_mut(document.project) {
                old.unchecked.remove(&document.path);
                old.engine.close_file(&document.path);
                old.forget(&document.path);
                old.published.remove(&document.path);
                old.concerns_others = true;
            }
            if let Some(document) = self.documents.get_mut(&document.uri) {
                (document.project, document.path, document.dirty) = (project, path, true);
            }
        }
    }

    /// Asks whether the progress of reading a project may be shown.
    fn ask_for_progress(&mut self, number: usize) {
        let Some(progress) = self.projects.get(number).and_then(|project| project.progress.as_ref()) else {
            return;
        };
        if self.client.progress {
            let params = json!({"token": progress.token()});
            let id = self.outbox.ask("window/workDoneProgress/create", params);
            self.asked.insert(id, Asked::Progress(number));
        }
    }

    /// Asks for the client's settings, if it can be asked.
    fn ask_for_settings(&mut self) {
        if self.client.configuration {
            let params = json!({"items": [{"section": "analyzer"}]});
            let id = self.outbox.ask("workspace/configuration", params);
            self.asked.insert(id, Asked::Settings);
        }
    }

    /// The client's settings changed: some clients send them, the others want to be asked.
    pub(crate) fn configured(&mut self, params: &Value) {
        match params.get("settings").and_then(diagnostic_mode) {
            Some(mode) => self.set_mode(mode),
            None => self.ask_for_settings(),
        }
    }

    pub(crate) fn answered(&mut self, id: i64, result: Option<Value>) {
        match (self.asked.remove(&id), result) {
            (Some(Asked::Settings), Some(result)) => {
                if let Some(mode) = result.get(0).and_then(diagnostic_mode) {
                    self.set_mode(mode);
                }
            }
            (Some(Asked::Progress(number)), Some(_)) => {
                if let Some(progress) = self.projects.get(number).and_then(|one| one.progress.as_ref()) {
                    progress.begin();
                }
            }
            _ => {}
        }
    }
}

/// Whether findings are made in a text of this name and language.
fn is_analysed(path: &str, language: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match FileKind::of(Utf8Path::new(path)) {
        Some(kind) => kind.is_python() || ConfigKind::of(kind, name).is_some(),
        None => language == "python",
    }
}

/// A path without symbolic links, as far as it exists.
pub(crate) fn real(path: &Utf8Path) -> Utf8PathBuf {
    if let Ok(real) = files::canonicalize(path) {
        return real;
    }
    let folder = path.parent().and_then(|folder| files::canonicalize(folder).ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
