//! Findings for clients that ask for them, and requests that wait for a check. It must not know how findings are made.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Error;

use crate::client::DiagnosticMode;
use crate::document::Document;
use crate::project::Published;
use crate::publish::Told;
use crate::server::{Answer, Server, Waiting};
use crate::wire::{OnDocument, PullDocument, PullWorkspace};

impl Server {
    pub(crate) fn pull_document(&mut self, params: PullDocument) -> Answer {
        // Texts that came before are taken in first, so nothing is answered before the batch is over.
        Answer::Later(Waiting::Diagnostics {
            uri: params.text_document.uri,
            previous: params.previous_result_id,
        })
    }

    pub(crate) fn pull_workspace(&mut self, params: PullWorkspace) -> Answer {
        let previous = params.previous_result_ids.into_iter();
        let previous = previous.map(|result| (result.uri, result.value)).collect();
        // There may be something to report already.
        self.workspace_changed = true;
        Answer::Later(Waiting::Workspace { previous })
    }

    /// An answer that needs the current text of a document to have been checked.
    pub(crate) fn later(&mut self, method: &'static str, params: Value) -> Answer {
        let uri = match crate::server::read::<OnDocument>(params.clone()) {
            Ok(on) => on.text_document.uri,
            Err(error) => return Answer::Now(Err(error)),
        };
        match self.documents.get(&uri) {
            None => Answer::Now(Ok(Value::Null)),
            Some(document) => {
                Answer::Later(Waiting::Document { version: document.version, uri, method, params })
            }
        }
    }

    /// Whether the text of a document was checked.
    fn is_current(&self, document: &Document) -> bool {
        let result =
            self.projects.get(document.project).and_then(|project| project.open_result(&document.path));
        let checked = result.is_some_and(|result| result.version == document.version);
        !document.analysed || (!document.dirty && checked)
    }

    /// The answer to a request that waits, if it can be given.
    pub(crate) fn resolve(&mut self, waiting: &Waiting) -> Option<Answer> {
        match waiting {
            Waiting::Graph { project } => self.import_graph(*project),
            Waiting::Diagnostics { uri, previous } => {
                let document = self.documents.get(uri);
                if document.is_some_and(|document| !self.is_current(document)) {
                    return None;
                }
                let place = document.map(|document| (document.project, document.path.clone()));
                self.host.before(waiting.name());
                Some(Answer::Now(Ok(self.report(place, uri, previous.as_deref()))))
            }
            Waiting::Workspace { previous } => {
                if !self.workspace_changed {
                    return None;
                }
                self.host.before(waiting.name());
                let items = self.workspace_items(previous);
                (!items.is_empty()).then(|| Answer::Now(Ok(json!({"items": items}))))
            }
            Waiting::Document { uri, version, method, params } => {
                let document = self.documents.get(uri)?;
                if document.version != *version {
                    return Some(Answer::Now(Err(Error::content_modified())));
                }
                if !self.is_current(document) {
                    return None;
                }
                self.host.before(waiting.name());
                let uri = uri.clone();
                Some(Answer::Now(self.on_document(method, &uri, params.clone())))
            }
        }
    }

    /// The report on a document.
    fn report(
        &mut self,
        place: Option<(usize, std::sync::Arc<str>)>,
        uri: &str,
        previous: Option<&str>,
    ) -> Value {
        let Some((number, path)) = place.or_else(|| self.known_file(uri)) else {
            return json!({"kind": "full", "items": []});
        };
        let Some((uri, told)) = self.told(number, &path) else {
            return json!({"kind": "full", "items": []});
        };
        if let Some(project) = self.projects.get_mut(number) {
            let version = project.open_result(&path).map(|open| open.version);
            project.published.insert(path, Published { uri, hash: told.hash, version });
        }
        if previous == Some(told.id().as_str()) {
            return json!({"kind": "unchanged", "resultId": told.id()});
        }
        json!({"kind": "full", "resultId": told.id(), "items": told.items})
    }

    /// The file at an address that is not open.
    fn known_file(&self, uri: &str) -> Option<(usize, std::sync::Arc<str>)> {
        let (number, path) = self.place_of(uri, "");
        (number > 0).then_some((number, path))
    }

    /// The reports on files that are not open and whose findings are not those of `previous`.
    fn workspace_items(&self, previous: &BTreeMap<String, String>) -> Vec<Value> {
        let mut items = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        if self.projects.iter().any(|project| project.indexed && !project.complete) {
            return items;
        }
        if self.mode == DiagnosticMode::Workspace {
            for (number, project) in self.projects.iter().enumerate().skip(1) {
                for path in project.results.keys() {
                    let Some((uri, told)) = self.told(number, path) else { continue };
                    if self.documents.contains_key(&uri) || (told.count == 0 && !previous.contains_key(&uri))
                    {
                        continue;
                    }
                    if previous.get(&uri) != Some(&told.id()) {
                        items.push(json!({
                            "kind": "full",
                            "uri": uri,
                            "version": null,
                            "resultId": told.id(),
                            "items": told.items,
                        }));
                    }
                    seen.insert(uri);
                }
            }
        }
        // Files that were reported and are no more.
        let nothing = Told::new(&[]);
        for (uri, id) in previous {
            if !seen.contains(uri) && !self.documents.contains_key(uri) && *id != nothing.id() {
                items.push(json!({
                    "kind": "full",
                    "uri": uri,
                    "version": null,
                    "resultId": nothing.id(),
                    "items": [],
                }));
            }
        }
        items
    }
}
