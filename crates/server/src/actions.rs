//! Code actions on findings: fixes, suppressions, fix-all. It must not know how fixes are made.

use std::collections::BTreeSet;
use std::sync::Arc;

use analyzer_diagnostics::{Applicability, Finding, Fix};
use analyzer_engine::{FixRequest, apply_edits, can_apply, suppressed_file, suppressed_text};
use analyzer_facts::Limits;
use analyzer_source::LineIndex;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Error;

use crate::commands::APPLY_FIX_ALL;
use crate::convert::Teller;
use crate::document::{Document, offset, position};
use crate::registry::addition;
use crate::server::{Server, read};
use crate::wire::{CodeActions, Range, TextEdit};

/// The kind of the action that applies every safe fix.
pub(crate) const FIX_ALL: &str = "source.fixAll.analyzer";
/// Its title.
pub(crate) const ALL_SAFE_FIXES: &str = "Apply all safe fixes";
/// The kind of actions about one finding.
const QUICK_FIX: &str = "quickfix";

impl Server {
    /// Answers a request about a document whose text was checked.
    pub(crate) fn on_document(&mut self, method: &str, uri: &str, params: Value) -> Result<Value, Error> {
        let Some(document) = self.documents.get(uri).cloned() else { return Ok(Value::Null) };
        match method {
            "textDocument/codeAction" => Ok(self.code_actions(&document, &read(params)?)),
            "textDocument/codeLens" => Ok(self.code_lenses(&document)),
            "textDocument/documentLink" => Ok(self.document_links(&document)),
            _ => Err(Error::method_not_found()),
        }
    }

    fn code_actions(&mut self, document: &Document, params: &CodeActions) -> Value {
        let wants = |kind: &str| match &params.context.only {
            None => kind == QUICK_FIX,
            Some(only) => only.iter().any(|wanted| {
                kind.strip_prefix(wanted.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }),
        };
        if !self.client.action_literals {
            return self.fix_all_command(document, wants(FIX_ALL) || wants(QUICK_FIX));
        }
        let mut actions =
            if wants(QUICK_FIX) { self.quick_fixes(document, params.range) } else { Vec::new() };
        if wants(FIX_ALL)
            && let Some(edit) = self.fix_all(document)
        {
            actions.push(json!({"title": ALL_SAFE_FIXES, "kind": FIX_ALL, "edit": edit}));
        }
        Value::Array(actions)
    }

    /// The command that applies every safe fix, for a client that takes no actions.
    fn fix_all_command(&mut self, document: &Document, wanted: bool) -> Value {
        if !wanted || self.fix_all(document).is_none() {
            return json!([]);
        }
        json!([{"title": ALL_SAFE_FIXES, "command": APPLY_FIX_ALL, "arguments": [document.uri]}])
    }

    /// The actions about the findings in a range.
    fn quick_fixes(&self, document: &Document, range: Range) -> Vec<Value> {
        let Some(project) = self.projects.get(document.project) else { return Vec::new() };
        let teller = Teller::new(&self.client, document.project, project, &self.documents);
        let index = LineIndex::new(&document.text);
        let at = |position| offset(&document.text, &index, position, self.client.unit);
        let (from, to) = (at(range.start), at(range.end));
        let here = project.findings(&document.path).iter().filter(|finding| {
            let found = finding.location.range;
            !finding.suppressed && found.start <= to && from <= found.end
        });
        let sound = project.open_result(&document.path).and_then(|open| open.facts.as_ref()?.get());
        let sound = sound.is_some_and(|facts| facts.syntax.is_none());
        let mut fixes = Vec::new();
        let mut suppressions = Vec::new();
        let mut silenced = BTreeSet::new();
        for finding in here {
            let diagnostic = json!(teller.diagnostic(finding));
            let action = |title: String, preferred: bool, text: &str| {
                json!({
                    "title": title,
                    "kind": QUICK_FIX,
                    "diagnostics": [diagnostic],
                    "isPreferred": preferred,
                    "edit": self.workspace_edit(document, text),
                })
            };
            let usable = |fix: &&Fix| sound && can_apply(&document.text, finding, fix);
            for fix in finding.fixes().filter(usable) {
                let safe = fix.applicability == Applicability::Safe;
                let text = apply_edits(&document.text, &fix.edits);
                fixes.push(action(title(fix), safe, &text));
            }
            fixes.extend(self.registration(document, finding, &diagnostic));
            let line = finding.location.start.line;
            if silenced.insert((line, finding.rule.clone()))
                && let Some(text) = suppressed_line(document, finding)
            {
                suppressions.push(action(format!("Suppress {} on this line", finding.rule), false, &text));
            }
            if silenced.insert((0, finding.rule.clone()))
                && let Some(text) = suppressed_file(&document.text, &finding.rule, Limits::default())
            {
                suppressions.push(action(format!("Suppress {} in this file", finding.rule), false, &text));
            }
        }
        // Fixes come before suppressions.
        fixes.sort_by_key(|action| action.get("isPreferred") != Some(&json!(true)));
        fixes.extend(suppressions);
        fixes
    }

    /// The action that registers a port that is written into the code, where there is a registry without it.
    fn registration(&self, document: &Document, finding: &Finding, diagnostic: &Value) -> Option<Value> {
        if finding.rule != "hardcoded-port" {
            return None;
        }
        let registry = self.registry(document.project)?;
        let port = finding.properties.get("port")?.as_u64()?;
        let own = finding.properties.get("name").and_then(Value::as_str).unwrap_or_default();
        let name = port_name(own, &document.path)?;
        let (at, entry) = addition(&registry.text, &name, port)?;
        let index = LineIndex::new(&registry.text);
        let at = position(&registry.text, &index, u32::try_from(at).ok()?, self.client.unit);
        let edits = [TextEdit { range: Range { start: at, end: at }, new_text: entry }];
        let place = self.projects.get(document.project)?.place.as_ref()?;
        let uri = match registry.open {
            Some(open) => open.uri.clone(),
            None => crate::uri::of_path(&place.shown.join(&*registry.path)),
        };
        let edit = if self.client.versioned_edits {
            let version = registry.open.map(|open| open.version);
            json!({"documentChanges": [{"textDocument": {"uri": uri, "version": version}, "edits": edits}]})
        } else {
            json!({"changes": {uri: edits}})
        };
        Some(json!({
            "title": format!("Add port {port} to {} as {name}", registry.path),
            "kind": QUICK_FIX,
            "diagnostics": [diagnostic],
            "isPreferred": false,
            "edit": edit,
        }))
    }

    /// The edit that applies every safe fix of a document; none if there is nothing to fix.
    pub(crate) fn fix_all(&mut self, document: &Document) -> Option<Value> {
        let project = self.projects.get_mut(document.project)?;
        let only = [document.path.to_string()];
        let accepted = &project.accepted;
        let request = FixRequest {
            only: &only,
            applicability: Applicability::Safe,
            // The fix concerns the findings that would be reported.
            wanted: &|findings: &[Finding], _| {
                let mut told = findings.to_vec();
                accepted.silence(&document.path, &mut told);
                told.iter().map(|finding| !finding.suppressed).collect()
            },
        };
        let engine = &mut project.engine;
        // Edits may have come that it has not seen.
        engine.edit_file(&document.path, Arc::clone(&document.text));
        project.concerns_others |= engine.show_now(&document.path);
        let fixed = match &self.workers.changing {
            Some(pool) => pool.install(|| engine.fix(&request)),
            None => engine.fix(&request),
        };
        // The client decides whether the edit is made; until then the text is what it was.
        engine.set_file(&document.path, Some(&document.text));
        project.unchecked.insert(Arc::clone(&document.path));
        let file = fixed.ok()?.files.into_iter().find(|file| file.path == document.path)?;
        Some(self.workspace_edit(document, &file.after))
    }

    /// An edit that makes a document's text another.
    fn workspace_edit(&self, document: &Document, text: &str) -> Value {
        let edits = [replacement(document, text, self.client.unit)];
        if self.client.versioned_edits {
            let identifier = json!({"uri": document.uri, "version": document.version});
            return json!({"documentChanges": [{"textDocument": identifier, "edits": edits}]});
        }
        json!({"changes": {&document.uri: edits}})
    }
}

/// Name under which a port is registered: its own in capitals, or that of the file where it has none of its own.
fn port_name(own: &str, path: &str) -> Option<String> {
    let upper = |text: &str| text.to_uppercase().replace(|c: char| !c.is_alphanumeric(), "_");
    let own = upper(own.rsplit('.').next().unwrap_or(own));
    if !own.is_empty() && own != "PORT" {
        return Some(own);
    }
    let stem = upper(path.rsplit('/').next()?.split('.').next()?);
    let stem = stem.trim_matches('_');
    (!stem.is_empty()).then(|| stem.to_owned())
}

fn title(fix: &Fix) -> String {
    match fix.applicability {
        Applicability::Safe => fix.title.clone(),
        Applicability::Unsafe | Applicability::Display => {
            format!("{} (may change what the program does)", fix.title)
        }
    }
}

/// The text with a comment that suppresses a finding where it stands; none where there is no place for one.
fn suppressed_line(document: &Document, finding: &Finding) -> Option<String> {
    let newline = if document.text.contains("\r\n") { "\r\n" } else { "\n" };
    let wanted = [(finding.location.range.start, finding.rule.as_str())];
    let (text, left) = suppressed_text(&document.text, &document.path, newline, &wanted, Limits::default());
    (left.is_empty() && *text != *document.text).then_some(text)
}

/// The one edit that makes a document's text another, as small as it can be.
fn replacement(document: &Document, text: &str, unit: analyzer_source::ColumnUnit) -> TextEdit {
    let old = &*document.text;
    let (a, b) = (old.as_bytes(), text.as_bytes());
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let mut prefix = old.floor_char_boundary(prefix).min(text.floor_char_boundary(prefix));
    // No position lies inside a CR LF.
    prefix -= usize::from(old.get(..prefix).is_some_and(|before| before.ends_with('\r')));
    let longest = a.len().min(b.len()) - prefix;
    let suffix = a.iter().rev().zip(b.iter().rev()).take(longest).take_while(|(x, y)| x == y).count();
    let mut end = a.len() - suffix;
    while !old.is_char_boundary(end) {
        end += 1;
    }
    end += usize::from(
        old.get(end..).is_some_and(|behind| behind.starts_with('\n') && old[..end].ends_with('\r')),
    );
    let new_end = b.len() - (a.len() - end);
    let index = LineIndex::new(old);
    let at = |offset: usize| position(old, &index, u32::try_from(offset).unwrap_or(u32::MAX), unit);
    let range = Range { start: at(prefix), end: at(end) };
    TextEdit { range, new_text: text.get(prefix..new_end).unwrap_or(text).to_owned() }
}
