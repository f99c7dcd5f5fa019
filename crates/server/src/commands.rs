//! Commands of the server. It must not know how they are carried out.

use std::sync::Arc;

use analyzer_diagnostics::GraphView;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Error;

use crate::actions::ALL_SAFE_FIXES;
use crate::server::{Answer, Server, Waiting};
use crate::uri;
use crate::wire::ExecuteCommand;

/// Applies every safe fix of the document at the address given.
pub(crate) const APPLY_FIX_ALL: &str = "analyzer.fixAll";
/// The import graph of the project that the address given belongs to, or of the first one.
pub(crate) const IMPORT_GRAPH: &str = "analyzer.importGraph";
/// All commands.
pub(crate) const COMMANDS: [&str; 2] = [APPLY_FIX_ALL, IMPORT_GRAPH];

impl Server {
    /// Does what a command says.
    pub(crate) fn execute(&mut self, params: ExecuteCommand) -> Answer {
        if params.command != IMPORT_GRAPH {
            self.host.before(&params.command);
        }
        let uri = params.arguments.first().and_then(Value::as_str);
        match params.command.as_str() {
            APPLY_FIX_ALL => {
                let Some(document) = uri.and_then(|uri| self.documents.get(uri)).cloned() else {
                    return Answer::Now(Err(Error::invalid_params("the address of an open document")));
                };
                if let Some(edit) = self.fix_all(&document) {
                    self.outbox.ask("workspace/applyEdit", json!({"label": ALL_SAFE_FIXES, "edit": edit}));
                }
                Answer::Now(Ok(Value::Null))
            }
            // Texts that came before are taken in first.
            IMPORT_GRAPH => Answer::Later(Waiting::Graph { project: self.project_of(uri) }),
            unknown => Answer::Now(Err(Error::invalid_params(format!("there is no command `{unknown}`")))),
        }
    }

    /// The project that a file belongs to, or the first one.
    fn project_of(&self, uri: Option<&str>) -> usize {
        uri.map_or(1, |uri| self.place_of(uri, "").0)
    }

    /// The import graph of a project, drawn up on a thread of its own; none while texts of it are being checked. An edit that
    /// comes between refuses the request.
    pub(crate) fn import_graph(&self, number: usize) -> Option<Answer> {
        let Some((project, place)) =
            self.projects.get(number).and_then(|project| Some((project, project.place.clone()?)))
        else {
            return Some(Answer::Now(Err(Error::invalid_params("no project"))));
        };
        if !project.indexed {
            return Some(Answer::Now(Err(Error::content_modified())));
        }
        if project.checking || !project.unchecked.is_empty() {
            return None;
        }
        let (snapshot, pool, host) =
            (project.engine.snapshot(), self.workers.pool.clone(), Arc::clone(&self.host));
        Some(Answer::Elsewhere(Box::new(move |stop| {
            host.before(IMPORT_GRAPH);
            let stop = Arc::clone(stop);
            let draw = move || snapshot.graph(&stop).ok();
            let view = match &pool {
                Some(pool) => pool.install(draw),
                None => draw(),
            };
            view.map(|view| Ok(shown(&view, &uri::of_path(&place.shown))))
        })))
    }
}

/// The graph as `analyzer graph --format json` prints it, with the address of the project's folder.
fn shown(view: &GraphView, root: &str) -> Value {
    let nodes = view.nodes.iter().map(|node| match node.cycle {
        Some(cycle) => json!({"path": node.path, "module": node.module, "cycle": cycle}),
        None => json!({"path": node.path, "module": node.module}),
    });
    let edges = view.edges.iter().map(|edge| {
        json!({"from": edge.from, "to": edge.to, "kind": edge.kind, "line": edge.line, "implicit": edge.implicit})
    });
    json!({"root": root, "nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>()})
}
