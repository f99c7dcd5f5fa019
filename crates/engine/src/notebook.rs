//! A notebook checked as the module that its cells are: rules about single files run on it, and what they find is moved to
//! its place in the file. It must not know how cells are written.

use std::sync::Arc;

use analyzer_diagnostics::{Diagnostic, Scope, Severity};
use analyzer_facts::{ConfigKind, FileFacts, Limits, NotebookCode, NotebookFault, TextRange, extract};
use analyzer_project::ProjectView;
use analyzer_rules::{Rule, reads_configuration};

use crate::db::Db;
use crate::inputs::{File, Project};
use crate::queries::{Looked, engine_finding, kind_of, run_rules, text};
use crate::run::rules_with;
use crate::suppress::Suppressor;

/// Rules about what other modules see: nobody imports a notebook, and its names are its workspace.
const ABOUT_MODULES: [&str; 1] = ["global-singleton"];
/// Rules about configuration that do not read a notebook as such, only the code of its cells.
const IN_CELLS: [&str; 3] = ["hardcoded-ip", "hardcoded-path", "syntax-error"];

/// Diagnostics in the code of a notebook, if the file is one.
pub(crate) fn found_in_notebook(db: &dyn Db, project: Project, file: File) -> Vec<Diagnostic> {
    if kind_of(db, file) != Some(ConfigKind::Notebook) {
        return Vec::new();
    }
    let Some(json) = text(db, file) else { return Vec::new() };
    let code = match NotebookCode::of(&json) {
        Ok(Some(code)) => code,
        Ok(None) => return Vec::new(),
        Err(fault) => return vec![faulty(&fault, &json)],
    };
    let Ok(facts) = extract(&code.text, Limits::default()) else { return Vec::new() };
    let mut found = Vec::new();
    let settings = project.settings(db);
    let applies = |rule: &Rule| {
        rule.info.scope == Scope::File
            && settings.enabled.contains(rule.info.name.as_str())
            && (!reads_configuration(&rule.info) || IN_CELLS.contains(&rule.info.name.as_str()))
            && !ABOUT_MODULES.contains(&rule.info.name.as_str())
    };
    let whole: Arc<str> = code.text.as_str().into();
    let subject = Looked { facts: &facts, view: &ProjectView::default(), text: &|| Some(Arc::clone(&whole)) };
    run_rules(db, project, file, &applies, &subject, &mut found);
    // A cell is compiled by itself, and may await.
    let of_cells = |message: &str| message.contains("`await`") || message.contains("`from __future__`");
    found.retain(|one| one.rule != "syntax-error" || !of_cells(&one.message));
    silence(db, &facts, &code.text, &mut found);
    found.into_iter().filter_map(|one| moved(one, file.path(db), &code)).collect()
}

/// Notes which findings a comment in a cell suppresses.
fn silence(db: &dyn Db, facts: &FileFacts, text: &str, found: &mut Vec<Diagnostic>) {
    let rules = rules_with(db.custom_rules());
    let suppressor = Suppressor { rules: &rules, text, reports: &|_| false };
    let told = suppressor.apply(Some(facts), std::mem::take(found));
    found.extend(told.into_iter().map(|(diagnostic, silenced)| Diagnostic { silenced, ..diagnostic }));
}

/// A finding at its place in the file; none where it has no place there.
fn moved(mut diagnostic: Diagnostic, path: &str, code: &NotebookCode) -> Option<Diagnostic> {
    let place = code.place(diagnostic.range)?;
    diagnostic.range = place.range;
    diagnostic.message.push_str(&format!(" (cell {}, line {})", place.cell, place.line));
    diagnostic.related.retain_mut(|related| {
        if *related.path != *path {
            return true;
        }
        let place = code.place(related.range);
        related.range = place.map_or_else(TextRange::default, |place| place.range);
        place.is_some()
    });
    // A fix is written for the text of a module.
    (diagnostic.fix, diagnostic.safe_fix) = (None, None);
    Some(diagnostic.property("cell", place.cell).property("cellLine", place.line))
}

fn faulty(fault: &NotebookFault, text: &str) -> Diagnostic {
    match fault {
        NotebookFault::NoJson(line) => {
            let before = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
            let at = u32::try_from(before.min(text.len())).unwrap_or(u32::MAX);
            let message = "the notebook is no valid JSON";
            Diagnostic::new("syntax-error", Severity::Error, TextRange::new(at, at), message)
                .help("open it in Jupyter, or restore it from version control")
        }
        NotebookFault::Version(version) => engine_finding(
            "skipped-file",
            Severity::Warning,
            format!("not analysed: it is a notebook of format {version}, and 4 is read"),
        )
        .help("`jupyter nbconvert --to notebook --inplace` brings it to the current format"),
    }
}
