//! Describes the place under the pointer: a finding's rule, a rule named by a suppression, a function's complexity,
//! a module's neighbours. Answered at once from the last version that was checked. It must not know how any of it is
//! found out.

use std::fmt::Write;

use analyzer_diagnostics::RuleInfo;
use analyzer_facts::{FileFacts, Import, Limits, Scope, TextRange, complexity_steps};
use analyzer_source::LineIndex;
use serde_json::{Value, json};

use crate::convert::Teller;
use crate::document::{Document, moved, offset, position};
use crate::project::Project;
use crate::prose::{plain, unbroken};
use crate::server::Server;
use crate::wire::{AtPosition, Range};

/// Lines of a function's complexity that are listed.
const LISTED: usize = 20;

/// A text about a range of the document that was checked.
struct Told {
    range: TextRange,
    text: String,
}

impl Server {
    /// The description of a place; null if there is none.
    pub(crate) fn hover(&mut self, params: &AtPosition) -> Value {
        let Some(document) = self.documents.get(&params.text_document.uri).cloned() else {
            return Value::Null;
        };
        let Some(project) = self.projects.get(document.project) else { return Value::Null };
        let Some(open) = project.open_result(&document.path) else { return Value::Null };
        // The text may have moved on since it was checked; nobody waits for that.
        let index = LineIndex::new(&document.text);
        let here = offset(&document.text, &index, params.position, self.client.unit);
        let Some(at) = moved(&document.text, &open.text, here) else { return Value::Null };
        let text = std::sync::Arc::clone(&open.text);
        let facts = open.facts.clone();
        let Some(facts) = facts.as_ref().and_then(|facts| facts.get()) else { return Value::Null };
        let mut told = self.told_of_findings(&document, project, at);
        told.extend(named_rule(project, facts, at));
        told.extend(function(&text, facts, at));
        if let Some(project) = self.projects.get(document.project) {
            told.extend(neighbours(project, &document, facts, at));
        }
        let Some(smallest) = told.iter().map(|one| one.range).min_by_key(|range| range.len()) else {
            return Value::Null;
        };
        let value: Vec<String> = told.into_iter().map(|one| unbroken(&one.text)).collect();
        let value = value.join("\n\n---\n\n");
        let contents = if self.client.markdown {
            json!({"kind": "markdown", "value": value})
        } else {
            json!({"kind": "plaintext", "value": plain(&value)})
        };
        let range = [smallest.start, smallest.end].map(|end| moved(&text, &document.text, end));
        let mut hover = json!({"contents": contents});
        if let ([Some(start), Some(end)], Some(all)) = (range, hover.as_object_mut()) {
            let at = |offset| position(&document.text, &index, offset, self.client.unit);
            all.insert("range".to_owned(), json!(Range { start: at(start), end: at(end) }));
        }
        hover
    }

    /// The rules of the findings at a place.
    fn told_of_findings(&self, document: &Document, project: &Project, at: u32) -> Vec<Told> {
        let teller = Teller::new(&self.client, document.project, project, &self.documents);
        let findings = project.findings(&document.path).iter();
        let here = findings.filter(|finding| !finding.suppressed && touches(finding.location.range, at));
        let mut told: Vec<Told> = Vec::new();
        for finding in here {
            let Some(rule) = rule(project, &finding.rule) else { continue };
            let text = page(rule, teller.page(&rule.name).map(|page| page.href).as_deref());
            if told.iter().all(|other| other.text != text) {
                told.push(Told { range: finding.location.range, text });
            }
        }
        told
    }
}

fn touches(range: TextRange, at: u32) -> bool {
    range.start <= at && at <= range.end
}

/// The rule of this name, built-in or the project's own.
fn rule<'a>(project: &'a Project, name: &str) -> Option<&'a RuleInfo> {
    let built_in = analyzer_rules::find(name).map(|rule| &rule.info);
    built_in.or_else(|| project.custom.find(name).map(|rule| &rule.info))
}

/// Excerpt from a rule's page, for reading beside the code.
fn page(rule: &RuleInfo, href: Option<&str>) -> String {
    let mut text = format!("**{}** · {}\n\n{}", rule.name, rule.severity.as_str(), rule.summary);
    for title in ["Why it matters", "How to fix"] {
        let section = rule.section(title);
        if !section.is_empty() {
            let _ = write!(text, "\n\n**{title}**\n\n{section}");
        }
    }
    if let Some(href) = href {
        let _ = write!(text, "\n\n[{}]({href})", rule.name);
    }
    text
}

/// The rule that a suppression names here.
fn named_rule(project: &Project, facts: &FileFacts, at: u32) -> Vec<Told> {
    let names = facts.suppressions.iter().flat_map(|suppression| &suppression.names);
    let Some(name) = names.into_iter().find(|name| touches(name.range, at)) else { return Vec::new() };
    let own = rule(project, &name.name);
    let others = analyzer_rules::all().iter().map(|rule| &rule.info);
    let same = others.filter(|rule| rule.replaces.iter().any(|code| code == name.name.as_str()));
    let rules = own.into_iter().chain(same);
    rules.map(|rule| Told { range: name.range, text: page(rule, None) }).collect()
}

/// The complexity of the function whose name is here, line by line.
fn function(text: &str, facts: &FileFacts, at: u32) -> Option<Told> {
    let named = |scope: &&Scope| scope.metrics.is_some() && touches(scope.name_range, at);
    let scope = facts.scopes.iter().find(named)?;
    let metrics = scope.metrics.as_ref()?;
    let mut told = format!(
        "`{}` has a cyclomatic complexity of **{}** and a cognitive complexity of **{}**",
        scope.name, metrics.ruff, metrics.cognitive
    );
    let steps = complexity_steps(text, scope.range, Limits::default()).unwrap_or_default();
    let index = LineIndex::new(text);
    let mut lines: Vec<(u32, i32)> = Vec::new();
    for step in steps {
        let line = index.line(step.offset);
        match lines.last_mut() {
            Some((last, adds)) if *last == line => *adds += step.adds,
            _ => lines.push((line, step.adds)),
        }
    }
    if !lines.is_empty() {
        told.push_str("\n\n| line | adds | |\n|---:|---:|---|");
    }
    for (line, adds) in lines.iter().take(LISTED) {
        let code = index.line_text(text, *line).trim().replace('|', "\\|").replace('`', "'");
        let code: String = code.chars().take(60).collect();
        let _ = write!(told, "\n| {} | {adds:+} | `{code}` |", line + 1);
    }
    if let Some(more) = lines.len().checked_sub(LISTED + 1) {
        let _ = write!(told, "\n\nand {} more lines", more + 1);
    }
    Some(Told { range: scope.name_range, text: told })
}

/// Imports of the module that is imported here, and its importers.
fn neighbours(project: &Project, document: &Document, facts: &FileFacts, at: u32) -> Vec<Told> {
    let named = |import: &Import| import.names.iter().find(|name| touches(name.range, at)).cloned();
    let here = |import: &&Import| touches(import.module_range, at) || named(import).is_some();
    let found = (0..).zip(&facts.imports).find(|(_, import)| here(import));
    let Some((number, import)) = found else { return Vec::new() };
    let name = named(import);
    let range = name.as_ref().map_or(import.module_range, |name| name.range);
    let mut modules = project.engine.imported(&document.path, number);
    // A name may be a module of its own; else it comes from the one before it.
    let is_named = |module: &str| {
        let last = module.rsplit('.').next().unwrap_or(module);
        name.as_ref().is_some_and(|name| name.name == last)
    };
    if modules.iter().any(|module| is_named(&module.name)) {
        modules.retain(|module| is_named(&module.name));
    }
    let told = modules.into_iter().map(|module| {
        let list = |names: &[String]| {
            let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
            let more = names.len().saturating_sub(LISTED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            if shown.is_empty() { "nothing of this project".to_owned() } else { shown.join(", ") + &more }
        };
        let mut text = format!("module `{}`\n\nimports {}\n\n", module.name, list(&module.imports));
        let _ = write!(text, "imported by {}", list(&module.importers));
        if let Some(size) = module.cycle {
            let _ = write!(text, "\n\nlies on an import cycle of {size} modules");
        }
        Told { range, text }
    });
    told.collect()
}
