//! Capabilities that the server reports when a session begins. It must not know how any of it is done.

use serde_json::{Value, json};

use crate::actions::FIX_ALL;
use crate::client::Client;
use crate::commands::COMMANDS;

/// The result of `initialize`.
pub(crate) fn initialize_result(client: &Client) -> Value {
    let files = json!({"filters": [{"scheme": "file", "pattern": {"glob": "**"}}]});
    let mut capabilities = json!({
        "positionEncoding": client.encoding(),
        "textDocumentSync": {
            "openClose": true,
            "change": 2,
            "save": true,
        },
        "codeActionProvider": {
            "codeActionKinds": ["quickfix", FIX_ALL],
        },
        "executeCommandProvider": {"commands": COMMANDS},
        "hoverProvider": true,
        "codeLensProvider": {},
        "documentLinkProvider": {},
        "workspace": {
            "workspaceFolders": {"supported": true, "changeNotifications": true},
            "fileOperations": {"didCreate": files, "didRename": files, "didDelete": files},
        },
    });
    if let (true, Some(all)) = (client.pulls, capabilities.as_object_mut()) {
        let provider = json!({
            "identifier": "analyzer",
            "interFileDependencies": true,
            "workspaceDiagnostics": true,
        });
        all.insert("diagnosticProvider".to_owned(), provider);
    }
    json!({
        "capabilities": capabilities,
        "serverInfo": {"name": "analyzer", "version": env!("CARGO_PKG_VERSION")},
    })
}
