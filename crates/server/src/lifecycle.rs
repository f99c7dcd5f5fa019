//! How a session begins, which projects it is about, and what is told of documents that open and close.
//! It must not know how findings are told.

use std::sync::Arc;

use analyzer_engine::Engine;
use analyzer_facts::ConfigKind;
use analyzer_source::{FileKind, files};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use crate::capabilities::initialize_result;
use crate::client::{Client, diagnostic_mode};
use crate::document::{Document, normalised};
use crate::host::ConfigurationFailure;
use crate::project::{Place, Project};
use crate::server::{Asked, Event, Indexed, Phase, Server};
use crate::uri;
use crate::wire::{DidChange, DidOpen, OnDocument, OpenedDocument};
use crate::workers;

impl Server {
    pub(crate) fn initialize(&mut self, params: &Value) -> Value {
        self.client = Client::new(params);
        self.phase = Phase::Running;
        self.parent =
            params.get("processId").and_then(Value::as_u64).and_then(|process| u32::try_from(process).ok());
        if let Some(mode) = params.get("initializationOptions").and_then(diagnostic_mode) {
            self.mode = mode;
        }
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
        self.ask_for_settings();
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
        // Addresses are told in the client's own spelling of the folder, where that is the root.
        let same = files::canonicalize(&shown).is_ok_and(|real| real == root);
        let place = Place { shown: if same { shown } else { root.clone() }, root };
        self.projects.push(Project::unindexed(Some(place), self.host.without_project()));
        self.read_project(self.projects.len() - 1);
    }

    /// Reads a project on a thread of its own; the outcome comes as [`Event::Indexed`].
    pub(crate) fn read_project(&self, project: usize) {
        let Some(place) = self.projects.get(project).and_then(|project| project.place.clone()) else {
            return;
        };
        let (host, events, pool) = (Arc::clone(&self.host), self.events.clone(), self.workers.pool.clone());
        workers::start("index", move || {
            let result = host.configuration(&place.root).and_then(|configuration| {
                let custom = Arc::clone(&configuration.custom);
                let open = || Engine::open(place.root, configuration.settings, configuration.options);
                let engine = match &pool {
                    Some(pool) => pool.install(open),
                    None => open(),
                };
                let engine = engine.map_err(|cancelled| ConfigurationFailure {
                    message: cancelled.to_string(),
                    files: Vec::new(),
                })?;
                Ok(Box::new(Indexed { engine, custom }))
            });
            let _ = events.send(Event::Indexed { project, result });
        });
    }

    /// Takes over a project that was read.
    pub(crate) fn indexed(&mut self, number: usize, result: Result<Box<Indexed>, ConfigurationFailure>) {
        let Indexed { engine, custom } = match result {
            Ok(indexed) => *indexed,
            Err(failure) => {
                self.outbox.notify("window/showMessage", json!({"type": 1, "message": failure.message}));
                return;
            }
        };
        let Some(project) = self.projects.get_mut(number) else { return };
        project.index(engine, custom);
        for document in self.documents.values_mut().filter(|document| document.project == number) {
            document.dirty = true;
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
        let analysed = is_analysed(&path, &language_id);
        let text = normalised(text);
        let document = Document { uri: uri.clone(), project, path, version, text, analysed, dirty: true };
        self.documents.insert(uri, document);
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
        if project.indexed {
            project.engine.close_file(&document.path);
        } else {
            project.engine.set_file(&document.path, None);
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

    /// Asks for the client's settings, if it can be asked.
    fn ask_for_settings(&mut self) {
        if self.client.configuration {
            let params = json!({"items": [{"section": "analyzer"}]});
            let id = self.outbox.ask("workspace/configuration", params);
            self.asked.insert(id, Asked::Settings);
        }
    }

    /// The client's settings changed: some tell them, the others want to be asked.
    pub(crate) fn configured(&mut self, params: &Value) {
        match params.get("settings").and_then(diagnostic_mode) {
            Some(mode) => self.set_mode(mode),
            None => self.ask_for_settings(),
        }
    }

    pub(crate) fn answered(&mut self, id: i64, result: Option<Value>) {
        if let (Some(Asked::Settings), Some(result)) = (self.asked.remove(&id), result)
            && let Some(mode) = result.get(0).and_then(diagnostic_mode)
        {
            self.set_mode(mode);
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
fn real(path: &Utf8Path) -> Utf8PathBuf {
    if let Ok(real) = files::canonicalize(path) {
        return real;
    }
    let folder = path.parent().and_then(|folder| files::canonicalize(folder).ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
