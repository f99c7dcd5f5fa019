//! Changes to files outside the editor, and to configuration. It must not know how the disk is read.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use analyzer_diagnostics::BASELINE_FILE;
use analyzer_engine::Look;
use analyzer_source::LineIndex;
use serde_json::{Value, json};

use crate::document::position;
use crate::host::ConfigurationFailure;
use crate::server::{Event, Server};
use crate::uri;
use crate::wire::{Range, Watched};
use crate::workers;

/// Changes come in bursts: this long nothing more must come.
const QUIET: Duration = Duration::from_millis(50);

/// Names of files whose change may change everything.
const DECISIVE: [&str; 6] =
    ["analyzer.toml", "pyproject.toml", "setup.cfg", ".gitignore", ".ignore", BASELINE_FILE];

/// Globs to watch: Python, copies of it that were put aside, and every kind of file that is read as configuration.
const WATCHED: [&str; 10] = [
    "**/*.{py,pyi,pyw,ipynb,pyx,so,pyd}",
    "**/*.{bak,backup,deprecated,BAK,BACKUP,DEPRECATED}*",
    "**/*.py{.,~,-,_}*",
    "**/*.{yaml,yml,toml,json,ini,cfg,conf,properties}",
    "**/*.{template,tmpl,example,sample,dist}",
    "**/{.env,.env.*,*.env,Pipfile}",
    "**/{Dockerfile,Dockerfile.*,*.dockerfile,Containerfile,Containerfile.*}",
    "**/{.gitignore,.ignore}",
    "**/{*requirements*,constraints*,requirements/*}.{txt,in}",
    "**/.analyzer/rules/*.md",
];

/// Changes on the disk that were not looked at yet.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    paths: BTreeSet<String>,
    /// Whether files may have appeared or gone.
    listing: bool,
    /// Whether something changed that decides what the project is.
    decisive: bool,
    /// When it is looked at.
    pub(crate) due: Option<Instant>,
    /// Whether a look is under way.
    looking: bool,
    /// Files that changed before the project began to be read again, for the present engine if it cannot be read.
    before_reading: BTreeSet<String>,
}

impl Server {
    /// Asks the client to watch files.
    pub(crate) fn register_watchers(&mut self) {
        if !self.client.watches {
            return;
        }
        let watchers: Vec<Value> = WATCHED.iter().map(|glob| json!({"globPattern": glob})).collect();
        let registration = json!({
            "id": "analyzer-files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        });
        self.outbox.ask("client/registerCapability", json!({"registrations": [registration]}));
    }

    /// Files changed.
    pub(crate) fn watched(&mut self, params: Watched) {
        for change in params.changes {
            // 2 is a change of what was there.
            self.touch(&change.uri, change.kind != 2);
        }
    }

    /// A file changed, appeared or went.
    pub(crate) fn touch(&mut self, uri: &str, listing: bool) {
        let Some(path) = uri::to_path(uri) else { return };
        let inner = |project: &crate::project::Project| {
            project.relative(&path).or_else(|| project.relative(&crate::lifecycle::real(&path)))
        };
        for project in &mut self.projects {
            let Some(path) = inner(project) else { continue };
            let name = path.rsplit('/').next().unwrap_or(&path);
            let touched = &mut project.touched;
            touched.decisive |= DECISIVE.contains(&name)
                || path.starts_with(".analyzer/rules/")
                || project.accepted.is_at(&path);
            touched.listing |= listing;
            touched.paths.insert(path);
            touched.due = Some(Instant::now() + QUIET);
        }
    }

    /// Starts to look at what changed, where nothing more has come for a while.
    pub(crate) fn look_at_disk(&mut self) {
        for number in 0..self.projects.len() {
            let Some(project) = self.projects.get_mut(number) else { continue };
            let touched = &mut project.touched;
            if touched.looking || touched.due.is_none_or(|due| due > Instant::now()) {
                continue;
            }
            if project.reading {
                // A file of a project that is being read may have been read before it changed.
                touched.due = Some(Instant::now() + QUIET);
                continue;
            }
            touched.due = None;
            if std::mem::take(&mut touched.decisive) || !project.indexed {
                touched.before_reading = std::mem::take(&mut touched.paths);
                touched.listing = false;
                self.read_project(number);
                continue;
            }
            touched.looking = true;
            let (paths, listing) = (std::mem::take(&mut touched.paths), std::mem::take(&mut touched.listing));
            let (disk, generation, events) = (project.engine.disk(), project.generation, self.events.clone());
            workers::start("disk", move || {
                let known = !listing && paths.iter().all(|path| disk.knows(path));
                let look = if known { disk.read(&paths) } else { disk.look(Some(&paths)) };
                let _ = events.send(Event::Looked { project: number, generation, look });
            });
        }
    }

    /// The disk was looked at.
    pub(crate) fn looked(&mut self, number: usize, generation: u32, look: Look) {
        let Some(project) = self.projects.get_mut(number) else { return };
        project.touched.looking = false;
        if project.generation != generation {
            return;
        }
        let documents = &self.documents;
        let is_open = |path: &str| {
            documents.values().any(|one| one.project == number && &*one.path == path && one.analysed)
        };
        let changed = project.engine.take(look, is_open);
        for path in &changed {
            self.touched(number, path);
        }
    }

    /// A project was read again, or cannot be: then the engine that there is takes over what changed before.
    pub(crate) fn was_read(&mut self, number: usize, sound: bool) {
        let Some(project) = self.projects.get_mut(number) else { return };
        let touched = &mut project.touched;
        let mut before = std::mem::take(&mut touched.before_reading);
        if !sound && project.indexed && !before.is_empty() {
            touched.paths.append(&mut before);
            touched.listing = true;
            touched.due = Some(Instant::now());
        }
    }

    /// A configuration cannot be used: reports where, and keeps the previous one.
    pub(crate) fn misconfigured(&mut self, number: usize, failure: &ConfigurationFailure) {
        let params = json!({"type": 1, "message": format!("analyzer: {}", failure.message)});
        self.outbox.notify("window/showMessage", params);
        let Some(project) = self.projects.get_mut(number) else { return };
        for file in &failure.files {
            let index = LineIndex::new(&file.text);
            let at = |offset| position(&file.text, &index, offset, self.client.unit);
            let items = file.problems.iter().map(|problem| {
                let range = Range { start: at(problem.range.start), end: at(problem.range.end) };
                let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
                let message = format!("{}{help}", problem.message);
                json!({"range": range, "severity": 1, "source": "analyzer", "message": message})
            });
            let items: Vec<Value> = items.collect();
            let uri = project.uri(&file.path);
            self.outbox.publish(&uri, json!({"uri": uri, "diagnostics": items}));
            project.misconfigured.insert(uri);
        }
    }

    /// A configuration can be used again.
    pub(crate) fn configuration_is_sound(&mut self, number: usize) {
        let Some(project) = self.projects.get_mut(number) else { return };
        for uri in std::mem::take(&mut project.misconfigured) {
            self.outbox.publish(&uri, json!({"uri": uri, "diagnostics": []}));
        }
    }
}

/// Whether the text of a document decides what its project is, so that saving it changes everything.
pub(crate) fn is_decisive(path: &Arc<str>) -> bool {
    DECISIVE.contains(&path.rsplit('/').next().unwrap_or(path))
}
