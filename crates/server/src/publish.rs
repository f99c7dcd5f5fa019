//! Telling findings: published where the client does not ask for them, and only where they changed. It must not know
//! how they are made.

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::client::DiagnosticMode;
use crate::convert::Teller;
use crate::document::Document;
use crate::project::Published;
use crate::server::{Asked, Server};
use crate::wire::Diagnostic;

/// Diagnostics of a file, and a hash that identifies them.
pub(crate) struct Told {
    pub(crate) items: Value,
    pub(crate) hash: u64,
    pub(crate) count: usize,
}

impl Told {
    pub(crate) fn new(diagnostics: &[Diagnostic]) -> Self {
        let items = json!(diagnostics);
        let hash = xxh3_64(items.to_string().as_bytes());
        Self { items, hash, count: diagnostics.len() }
    }

    /// As the protocol identifies results.
    pub(crate) fn id(&self) -> String {
        format!("{:016x}", self.hash)
    }
}

impl Server {
    /// Address and diagnostics of a file.
    pub(crate) fn told(&self, number: usize, path: &str) -> Option<(String, Told)> {
        let project = self.projects.get(number)?;
        let teller = Teller::new(&self.client, number, project, &self.documents);
        Some((teller.uri(path), Told::new(&teller.diagnostics(path))))
    }

    /// Reports a file whose findings may have changed. `own` is set where its own text did: its version is reported then
    /// even if nothing else is new.
    pub(crate) fn tell(&mut self, number: usize, path: &str, own: bool) {
        let Some((uri, told)) = self.told(number, path) else { return };
        let Some(project) = self.projects.get_mut(number) else { return };
        let open = self.documents.get(&uri).filter(|document| document.project == number);
        let old = project.published.get(path);
        let same = old.map_or(told.count == 0, |old| old.hash == told.hash && old.uri == uri);
        let version = project.open_result(path).map(|open| open.version);
        if self.client.pulls {
            // The client pulls the texts that it edits; other changes under a version that it pulled must be reported.
            self.refresh |= open.is_some() && !same && old.is_some_and(|old| old.version == version);
            return;
        }
        let wanted = match open {
            Some(_) => version.is_some() && (own || !same),
            None => self.mode == DiagnosticMode::Workspace && !same,
        };
        if !wanted {
            return;
        }
        let mut params = json!({"uri": uri, "diagnostics": told.items});
        if let (true, Some(version), Some(all)) = (self.client.versions, version, params.as_object_mut()) {
            all.insert("version".to_owned(), json!(version));
        }
        self.outbox.publish(&uri, params);
        if let Some(old) =
            project.published.insert(path.into(), Published { uri: uri.clone(), hash: told.hash, version })
            && old.uri != uri
        {
            self.outbox.publish(&old.uri, json!({"uri": old.uri, "diagnostics": []}));
        }
    }

    /// A document was closed: its published findings go, unless files that are not open are reported too.
    pub(crate) fn withdraw(&mut self, document: &Document) {
        self.workspace_changed = true;
        let Some(project) = self.projects.get_mut(document.project) else { return };
        let kept = self.mode == DiagnosticMode::Workspace && project.engine.holds(&document.path);
        let published = project.published.contains_key(&document.path);
        if published && !kept && !self.client.pulls {
            project.published.remove(&document.path);
            self.outbox.publish(&document.uri, json!({"uri": document.uri, "diagnostics": []}));
        } else if kept {
            self.tell(document.project, &document.path, false);
        }
    }

    /// Sets the files that are reported from now on.
    pub(crate) fn set_mode(&mut self, mode: DiagnosticMode) {
        if mode == self.mode {
            return;
        }
        self.mode = mode;
        self.workspace_changed = true;
        if self.client.pulls {
            return;
        }
        for number in 0..self.projects.len() {
            let Some(project) = self.projects.get_mut(number) else { continue };
            let open =
                |path: &str| self.documents.values().any(|one| one.project == number && &*one.path == path);
            if mode == DiagnosticMode::Workspace {
                let paths: Vec<_> = project.results.keys().filter(|path| !open(path)).cloned().collect();
                for path in paths {
                    self.tell(number, &path, false);
                }
            } else {
                let closed: Vec<_> = project.published.keys().filter(|path| !open(path)).cloned().collect();
                for path in closed {
                    if let Some(old) = project.published.remove(&path) {
                        self.outbox.publish(&old.uri, json!({"uri": old.uri, "diagnostics": []}));
                    }
                }
            }
        }
    }

    /// Has the client pull findings again where they are others now: one question at a time.
    pub(crate) fn ask_for_refresh(&mut self) {
        if self.refresh
            && self.client.refreshes_diagnostics
            && !self.asked.values().any(|asked| *asked == Asked::Refresh)
        {
            self.refresh = false;
            let id = self.outbox.ask("workspace/diagnostic/refresh", Value::Null);
            self.asked.insert(id, Asked::Refresh);
        }
        if std::mem::take(&mut self.refresh_lenses) && self.client.refreshes_lenses {
            self.outbox.ask("workspace/codeLens/refresh", Value::Null);
        }
    }
}
