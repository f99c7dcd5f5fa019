//! Findings in the protocol's shape. It must not know to whom they are sent, or when.

use std::collections::BTreeMap;

use analyzer_diagnostics::{Applicability, Finding, RelatedLocation, Scope, Severity};
use analyzer_source::ColumnUnit;
use serde_json::{Value, json};

use crate::client::Client;
use crate::document::Document;
use crate::project::Project;
use crate::wire::{CodeDescription, Diagnostic, Location, Position, Range, RelatedInformation};

/// Where the pages of the built-in rules are published.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/rules/");
/// Rules about what can go without loss.
const UNNECESSARY: [&str; 2] = ["unused-import", "unused-suppression"];

/// Everything needed to report the findings of one project.
pub(crate) struct Teller<'a> {
    pub(crate) client: &'a Client,
    pub(crate) project: &'a Project,
    /// The open documents of the project, by path.
    pub(crate) open: BTreeMap<&'a str, &'a Document>,
}

impl<'a> Teller<'a> {
    /// Reports on the project with this number among the documents.
    pub(crate) fn new(
        client: &'a Client,
        number: usize,
        project: &'a Project,
        documents: &'a BTreeMap<String, Document>,
    ) -> Self {
        let open = documents.values().filter(|document| document.project == number);
        let open = open.map(|document| (&*document.path, document)).collect();
        Self { client, project, open }
    }

    /// The address of a file.
    pub(crate) fn uri(&self, path: &str) -> String {
        self.open.get(path).map_or_else(|| self.project.uri(path), |document| document.uri.clone())
    }

    /// All diagnostics of a file: its own findings, and hints where findings of others point to it.
    pub(crate) fn diagnostics(&self, path: &str) -> Vec<Diagnostic> {
        let own = self.project.findings(path).iter().filter(|finding| !finding.suppressed);
        let mut told: Vec<Diagnostic> = own.map(|finding| self.diagnostic(finding)).collect();
        for finding in self.project.findings_about(path).filter(|finding| is_about_project(finding)) {
            let here = finding.related.iter().filter(|related| &*related.location.path == path);
            told.extend(here.map(|related| self.hint(finding, related)));
        }
        told
    }

    /// A finding of a file.
    pub(crate) fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        let mut message = finding.message.clone();
        for note in &finding.notes {
            message.push_str("\nnote: ");
            message.push_str(note);
        }
        if let Some(help) = &finding.help {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        let related = finding.related.iter().map(|related| RelatedInformation {
            location: self.location(&related.location),
            message: related.message.clone(),
        });
        let related_information =
            if self.client.related_information { related.collect() } else { Vec::new() };
        let unnecessary = self.client.tags && UNNECESSARY.contains(&finding.rule.as_str());
        let fix = finding.fix.as_ref().map(|fix| fix.applicability);
        Diagnostic {
            range: self.range(&finding.location),
            severity: match finding.severity {
                Severity::Error => 1,
                Severity::Warning => 2,
                Severity::Note => 3,
            },
            code: finding.rule.to_string(),
            code_description: self.page(&finding.rule).filter(|_| self.client.code_description),
            source: "analyzer",
            message,
            tags: if unnecessary { vec![1] } else { Vec::new() },
            related_information,
            data: json!({
                "fingerprint": finding.fingerprint,
                "fix": fix.map(Applicability::as_str),
            }),
        }
    }

    /// The hint in a file about a finding that is made in another and points to it.
    fn hint(&self, finding: &Finding, related: &RelatedLocation) -> Diagnostic {
        let made = RelatedInformation {
            location: self.location(&finding.location),
            message: format!("{} is reported here", finding.rule),
        };
        Diagnostic {
            range: self.range(&related.location),
            severity: 4,
            code: finding.rule.to_string(),
            code_description: self.page(&finding.rule).filter(|_| self.client.code_description),
            source: "analyzer",
            message: format!("{}: {}", related.message, finding.message),
            tags: Vec::new(),
            related_information: if self.client.related_information { vec![made] } else { Vec::new() },
            data: Value::Null,
        }
    }

    /// The page of a rule.
    pub(crate) fn page(&self, rule: &str) -> Option<CodeDescription> {
        let href = match analyzer_rules::find(rule) {
            Some(rule) => format!("{PAGES}{}/{}.md", rule.info.family, rule.info.name),
            // A repository's own rules have their pages in it.
            None => self.project.uri(&format!(".analyzer/rules/{rule}.md")),
        };
        Some(CodeDescription { href })
    }

    pub(crate) fn location(&self, location: &analyzer_diagnostics::Location) -> Location {
        Location { uri: self.uri(&location.path), range: self.range(location) }
    }

    /// A range, as the protocol counts.
    pub(crate) fn range(&self, location: &analyzer_diagnostics::Location) -> Range {
        let at = |position: analyzer_diagnostics::Position| {
            let column = match self.client.unit {
                ColumnUnit::Utf8 => position.column_utf8,
                ColumnUnit::Utf16 => position.column_utf16,
                ColumnUnit::Chars => position.column,
            };
            Position { line: position.line.saturating_sub(1), character: column.saturating_sub(1) }
        };
        Range { start: at(location.start), end: at(location.end) }
    }
}

/// Whether a finding says something of all the files that it points to.
fn is_about_project(finding: &Finding) -> bool {
    analyzer_rules::find(&finding.rule).is_some_and(|rule| rule.info.scope == Scope::Project)
}
