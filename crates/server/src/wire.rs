//! The protocol's shapes, as far as this server reads and writes them. Addresses are plain strings: clients write some
//! that a strict reader refuses. It must not know what they are used for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A place in a text; the unit of `character` was agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Position {
    /// From 0.
    pub(crate) line: u32,
    /// From 0.
    pub(crate) character: u32,
}

/// From a place up to another, which is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Location {
    pub(crate) uri: String,
    pub(crate) range: Range,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RelatedInformation {
    pub(crate) location: Location,
    pub(crate) message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CodeDescription {
    pub(crate) href: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Diagnostic {
    pub(crate) range: Range,
    /// 1 error, 2 warning, 3 information, 4 hint.
    pub(crate) severity: u8,
    pub(crate) code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code_description: Option<CodeDescription>,
    pub(crate) source: &'static str,
    pub(crate) message: String,
    /// 1 unnecessary, 2 deprecated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_information: Vec<RelatedInformation>,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(crate) data: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TextEdit {
    pub(crate) range: Range,
    pub(crate) new_text: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TextDocument {
    pub(crate) uri: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnDocument {
    pub(crate) text_document: TextDocument,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DidOpen {
    pub(crate) text_document: OpenedDocument,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenedDocument {
    pub(crate) uri: String,
    #[serde(default)]
    pub(crate) language_id: String,
    pub(crate) version: i32,
    pub(crate) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DidChange {
    pub(crate) text_document: VersionedDocument,
    pub(crate) content_changes: Vec<ContentChange>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct VersionedDocument {
    pub(crate) uri: String,
    pub(crate) version: i32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ContentChange {
    pub(crate) range: Option<Range>,
    pub(crate) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PullDocument {
    pub(crate) text_document: TextDocument,
    pub(crate) previous_result_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PullWorkspace {
    #[serde(default)]
    pub(crate) previous_result_ids: Vec<PreviousResult>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PreviousResult {
    pub(crate) uri: String,
    pub(crate) value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeActions {
    pub(crate) range: Range,
    pub(crate) context: CodeActionContext,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CodeActionContext {
    pub(crate) only: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Cancel {
    pub(crate) id: Value,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ExecuteCommand {
    pub(crate) command: String,
    #[serde(default)]
    pub(crate) arguments: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AtPosition {
    pub(crate) text_document: TextDocument,
    pub(crate) position: Position,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Watched {
    pub(crate) changes: Vec<FileEvent>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct FileEvent {
    pub(crate) uri: String,
    /// 1 created, 2 changed, 3 deleted.
    #[serde(rename = "type")]
    pub(crate) kind: u8,
}

/// Parameters of `didCreateFiles`, `didDeleteFiles` and `didRenameFiles`.
#[derive(Debug, Deserialize)]
pub(crate) struct FileOperations {
    pub(crate) files: Vec<FileOperation>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileOperation {
    pub(crate) uri: Option<String>,
    pub(crate) old_uri: Option<String>,
    pub(crate) new_uri: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct FoldersChanged {
    pub(crate) event: FolderChanges,
}

#[derive(Debug, Deserialize)]
pub(crate) struct FolderChanges {
    #[serde(default)]
    pub(crate) added: Vec<TextDocument>,
    #[serde(default)]
    pub(crate) removed: Vec<TextDocument>,
}
