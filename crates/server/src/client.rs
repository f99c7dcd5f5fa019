//! The client's capabilities and wishes, as it sent them. It must not know what the server makes of them.

use analyzer_source::ColumnUnit;
use serde_json::Value;

/// Files whose findings are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DiagnosticMode {
    /// Those that are open.
    #[default]
    OpenFiles,
    /// All.
    Workspace,
}

/// Capabilities and wishes of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    /// Unit in which columns count.
    pub(crate) unit: ColumnUnit,
    /// Whether it asks for findings; else they are published.
    pub(crate) pulls: bool,
    /// Whether published findings may contain the version to which they belong.
    pub(crate) versions: bool,
    pub(crate) related_information: bool,
    pub(crate) tags: bool,
    pub(crate) code_description: bool,
    /// Whether it can be asked to pull findings again.
    pub(crate) refreshes_diagnostics: bool,
    pub(crate) refreshes_lenses: bool,
    /// Whether it watches files for the server.
    pub(crate) watches: bool,
    /// Whether it shows progress.
    pub(crate) progress: bool,
    /// Whether it can be asked for its settings.
    pub(crate) configuration: bool,
    /// Whether edits may name the version that they apply to.
    pub(crate) versioned_edits: bool,
    /// Whether it takes actions rather than commands only.
    pub(crate) action_literals: bool,
    /// Whether it shows Markdown under the pointer.
    pub(crate) markdown: bool,
}

impl Client {
    /// Reads the parameters of `initialize`. What is not there or has an unknown form is not supported.
    pub(crate) fn new(params: &Value) -> Self {
        let can = |path: &str| {
            let value = params.pointer(&format!("/capabilities/{path}"));
            value.is_some_and(|value| value.as_bool().unwrap_or(!value.is_null()))
        };
        let encodings = params.pointer("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let utf8 = encodings.is_some_and(|all| all.iter().any(|one| one == "utf-8"));
        let formats =
            params.pointer("/capabilities/textDocument/hover/contentFormat").and_then(Value::as_array);
        let on_published = |what: &str| can(&format!("textDocument/publishDiagnostics/{what}"));
        // Of findings that are pulled, clients say only lately what they show.
        let on_pulled = |what: &str| can(&format!("textDocument/diagnostic/{what}"));
        let shows = |what: &str| on_published(what) || on_pulled(what);
        Self {
            unit: if utf8 { ColumnUnit::Utf8 } else { ColumnUnit::Utf16 },
            // A client that cannot be asked to pull again would miss changes to texts that it does not edit.
            pulls: can("textDocument/diagnostic") && can("workspace/diagnostics/refreshSupport"),
            versions: on_published("versionSupport"),
            related_information: shows("relatedInformation"),
            tags: shows("tagSupport"),
            code_description: shows("codeDescriptionSupport"),
            refreshes_diagnostics: can("workspace/diagnostics/refreshSupport"),
            refreshes_lenses: can("workspace/codeLens/refreshSupport"),
            watches: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            progress: can("window/workDoneProgress"),
            configuration: can("workspace/configuration"),
            versioned_edits: can("workspace/workspaceEdit/documentChanges"),
            action_literals: can("textDocument/codeAction/codeActionLiteralSupport"),
            markdown: formats.is_none_or(|all| all.iter().any(|one| one == "markdown")),
        }
    }

    /// The name of the unit of columns.
    pub(crate) fn encoding(&self) -> &'static str {
        if self.unit == ColumnUnit::Utf8 { "utf-8" } else { "utf-16" }
    }
}

/// Reads the setting `diagnosticMode`, alone or below `analyzer`; none if it is not there.
pub(crate) fn diagnostic_mode(settings: &Value) -> Option<DiagnosticMode> {
    let settings = settings.get("analyzer").unwrap_or(settings);
    match settings.get("diagnosticMode")?.as_str()? {
        "workspace" => Some(DiagnosticMode::Workspace),
        "openFiles" => Some(DiagnosticMode::OpenFiles),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_said_is_not_supported() {
        let client = Client::new(&json!({}));
        assert_eq!((client.encoding(), client.pulls, client.versions), ("utf-16", false, false));
        let client = Client::new(&json!({"capabilities": {
            "general": {"positionEncodings": ["utf-16", "utf-8"]},
            "workspace": {"diagnostics": {"refreshSupport": true}},
            "textDocument": {"diagnostic": {}, "publishDiagnostics": {"versionSupport": true, "tagSupport": {"valueSet": [1]}}},
        }}));
        assert_eq!((client.encoding(), client.pulls, client.versions), ("utf-8", true, true));
        assert!(client.tags && !client.related_information);
    }

    #[test]
    fn the_mode_is_read_in_both_forms() {
        assert_eq!(diagnostic_mode(&json!({"diagnosticMode": "workspace"})), Some(DiagnosticMode::Workspace));
        let nested = json!({"analyzer": {"diagnosticMode": "openFiles"}});
        assert_eq!(diagnostic_mode(&nested), Some(DiagnosticMode::OpenFiles));
        assert_eq!(diagnostic_mode(&json!({"analyzer": {}})), None);
    }
}
