//! The tracked queries, from contents to the diagnostics of one file. Each says what makes it run again.
//! It must not know threads, output or how inputs are made.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use analyzer_diagnostics::{Diagnostic, Scope, Severity};
use analyzer_facts::{ConfigKind, FileFacts, TextRange};
use analyzer_project::{ProjectView, places};
use analyzer_rules::{Check, Rule};
use analyzer_source::{FileKind, decode, read_bounded};
use camino::Utf8Path;

use crate::cycles::view_of;
use salsa::plumbing::AsId;

use crate::db::{Db, Subject};
use crate::disk::hash_of;
use crate::inputs::{Content, File, Project};
use crate::mirrors::is_folded;
use crate::notebook::found_in_notebook;
use crate::store::{Analysis, panic_message};

/// The facts of one file, or why there are none. Runs again when the file's content changes.
#[salsa::tracked(returns(ref))]
pub(crate) fn analysis(db: &dyn Db, file: File) -> Arc<Analysis> {
    db.ran("analysis", Subject::File(file.as_id()));
    if let Some(kind) = kind_of(db, file) {
        return match file.content(db) {
            Content::Memory(text) => Arc::new(db.store().analyse_config(text, kind)),
            Content::Disk(hash) => known_config(db, file, *hash).unwrap_or_else(|| {
                let bytes = read_bounded(&db.root().join(&**file.path(db)), u64::MAX);
                Arc::new(db.store().compute_config(bytes.unwrap_or_default(), kind))
            }),
            Content::Skipped(reason) if kind.is_relied_on() => {
                Arc::new(Analysis::Skipped(reason.to_string()))
            }
            Content::Skipped(_) | Content::Missing => Arc::new(db.store().analyse_config("", kind)),
        };
    }
    match file.content(db) {
        Content::Memory(text) => Arc::new(db.store().analyse_text(text)),
        Content::Skipped(reason) => Arc::new(Analysis::Skipped(reason.to_string())),
        Content::Missing => Arc::new(Analysis::Skipped("the file does not exist".to_owned())),
        Content::Disk(hash) => db.store().get(*hash).unwrap_or_else(|| {
            // Only after the store was cleared, for a file that nobody asked about before.
            match read_bounded(&db.root().join(&**file.path(db)), u64::MAX) {
                Ok(bytes) => Arc::new(db.store().compute(bytes)),
                Err(error) => Arc::new(Analysis::Skipped(error.to_string())),
            }
        }),
    }
}

/// The known analysis of a text of configuration with this hash. A list that has no name of its own has none: its hash is
/// that of its bytes, which mean something else to Python.
fn known_config(db: &dyn Db, file: File, hash: u128) -> Option<Arc<Analysis>> {
    config_kind(file.path(db)).and_then(|_| db.store().get(hash))
}

/// How a file is read that is configuration; none for Python.
pub(crate) fn kind_of(db: &dyn Db, file: File) -> Option<ConfigKind> {
    if file.list(db) { Some(ConfigKind::Requirements) } else { config_kind(file.path(db)) }
}

/// How a file is read that is configuration by its name.
pub(crate) fn config_kind(path: &str) -> Option<ConfigKind> {
    ConfigKind::of(FileKind::of(Utf8Path::new(path))?, path.rsplit('/').next().unwrap_or(path))
}

/// Whether a file is only known by its name.
pub(crate) fn is_listed(path: &str) -> bool {
    FileKind::of(Utf8Path::new(path)) == Some(FileKind::Backup)
}

/// A file's text, from memory or disk; empty where there is none.
pub(crate) fn text_of(db: &dyn Db, file: File) -> Arc<str> {
    match file.content(db) {
        Content::Memory(text) => Arc::clone(text),
        Content::Disk(_) => {
            let bytes = read_bounded(&db.root().join(&**file.path(db)), u64::MAX).ok();
            let text = bytes.and_then(|bytes| decode(bytes).ok());
            text.map_or_else(|| Arc::from(""), |source| source.text.into())
        }
        Content::Skipped(_) | Content::Missing => Arc::from(""),
    }
}

/// The facts of a file; none where it was not analysed.
pub(crate) fn facts(db: &dyn Db, file: File) -> Option<&FileFacts> {
    analysis(db, file).facts()
}

/// Diagnostics of rules of scope `file` in a file. Runs again when its facts or the settings change.
#[salsa::tracked(returns(ref))]
pub(crate) fn file_diagnostics(db: &dyn Db, project: Project, file: File) -> Arc<Vec<Diagnostic>> {
    db.ran("file_diagnostics", Subject::File(file.as_id()));
    Arc::new(found_in_file(db, project, file))
}

/// As [`file_diagnostics`], not kept.
pub(crate) fn found_in_file(db: &dyn Db, project: Project, file: File) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if is_folded(db, project, file) {
        return found;
    }
    match &**analysis(db, file) {
        Analysis::Skipped(reason) => {
            found.push(engine_finding("skipped-file", Severity::Warning, format!("not analysed: {reason}")));
        }
        Analysis::Failed(message) => found.push(internal_error(message)),
        Analysis::Done { facts, problems } => {
            found.extend(problems.iter().map(|problem| {
                let range = TextRange::new(problem.offset, problem.offset);
                Diagnostic::new("skipped-file", Severity::Warning, range, problem.message.clone())
            }));
            run_scope(db, project, file, Scope::File, (facts, &ProjectView::default()), &mut found);
            found.append(&mut found_in_notebook(db, project, file));
        }
    }
    let enabled = &project.settings(db).enabled;
    found.retain(|diagnostic| enabled.contains(&diagnostic.rule));
    found
}

/// Diagnostics of rules of scope `project` in a file. Runs again when its facts, the settings, or the results about
/// the file change.
#[salsa::tracked(returns(ref))]
pub(crate) fn project_diagnostics(db: &dyn Db, project: Project, file: File) -> Arc<Vec<Diagnostic>> {
    db.ran("project_diagnostics", Subject::File(file.as_id()));
    Arc::new(found_in_project(db, project, file))
}

/// As [`project_diagnostics`], not kept.
pub(crate) fn found_in_project(db: &dyn Db, project: Project, file: File) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let enabled = &project.settings(db).enabled;
    let any = |rule: &Rule| rule.info.scope == Scope::Project && enabled.contains(rule.info.name.as_str());
    if let Some(facts) = facts(db, file)
        && analyzer_rules::all().iter().any(any)
    {
        let view = view_of(db, project, file);
        run_scope(db, project, file, Scope::Project, (facts, &view), &mut found);
    }
    found
}

/// The text of a file; none where it is not analysed, or has changed on disk since it was.
pub(crate) fn text(db: &dyn Db, file: File) -> Option<Arc<str>> {
    match file.content(db) {
        Content::Memory(text) => Some(Arc::clone(text)),
        Content::Disk(hash) => {
            let bytes = read_bounded(&db.root().join(&**file.path(db)), u64::MAX).ok()?;
            if hash_of(file.path(db), &bytes) != *hash {
                return None;
            }
            decode(bytes).ok().map(|source| source.text.into())
        }
        Content::Skipped(_) | Content::Missing => None,
    }
}

/// Runs the enabled rules of one scope over one file.
fn run_scope(
    db: &dyn Db,
    project: Project,
    file: File,
    scope: Scope,
    (facts, view): (&FileFacts, &ProjectView),
    found: &mut Vec<Diagnostic>,
) {
    let settings = project.settings(db);
    let python = kind_of(db, file).is_none();
    let folded = is_folded(db, project, file);
    let applies = |rule: &Rule| {
        rule.info.scope == scope
            && (!folded || analyzer_rules::reads_copies(&rule.info))
            && settings.enabled.contains(rule.info.name.as_str())
            && (python || analyzer_rules::reads_configuration(&rule.info))
    };
    run_rules(db, project, file, &applies, &Looked { facts, view, text: &|| text(db, file) }, found);
}

/// The input of rules.
pub(crate) struct Looked<'a> {
    pub(crate) facts: &'a FileFacts,
    pub(crate) view: &'a ProjectView,
    pub(crate) text: &'a dyn Fn() -> Option<Arc<str>>,
}

/// Runs the rules that apply over one file.
pub(crate) fn run_rules(
    db: &dyn Db,
    project: Project,
    file: File,
    applies: &dyn Fn(&Rule) -> bool,
    looked: &Looked<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let settings = project.settings(db);
    for rule in analyzer_rules::all().iter().filter(|rule| applies(rule)) {
        let Some(run) = rule.check else { continue };
        let check = Check {
            rule: &rule.info,
            path: file.path(db),
            facts: looked.facts,
            text: looked.text,
            project: looked.view,
            options: &settings.options,
            target_version: settings.target_version,
            enabled: &settings.enabled,
        };
        let before = found.len();
        guarded(&rule.info.name, found, |found| {
            if let Some(probe) = db.probe() {
                probe(&rule.info.name);
            }
            run(&check, found);
        });
        // A note in a test says what is rarely meant there: the test is as its author wants it.
        let of_test = places::is_test(file.path(db));
        for note in found.iter_mut().skip(before).filter(|one| of_test && one.severity == Severity::Note) {
            (note.fix, note.safe_fix) = (None, None);
        }
    }
}

/// Runs one rule; a panic in it is one finding in place of the rule's own.
fn guarded(rule: &str, found: &mut Vec<Diagnostic>, run: impl FnOnce(&mut Vec<Diagnostic>)) {
    let before = found.len();
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(found))) {
        if panic.is::<salsa::Cancelled>() {
            // No defect: an edit makes this check pointless, and whoever asked for it is told.
            resume_unwind(panic);
        }
        found.truncate(before);
        found.push(internal_error(&format!("{rule}: {}", panic_message(&*panic))));
    }
}

/// A finding about a whole file.
pub(crate) fn engine_finding(rule: &str, severity: Severity, message: String) -> Diagnostic {
    Diagnostic::new(rule, severity, TextRange::default(), message).key("file")
}

/// A defect of ours.
pub(crate) fn internal_error(message: &str) -> Diagnostic {
    engine_finding("internal-error", Severity::Error, format!("the analyser failed on this file: {message}"))
        .help("please report this with the smallest file that shows it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_a_rule_is_a_finding_and_the_other_rules_findings_stay() {
        let mut found = vec![engine_finding("other", Severity::Note, "kept".to_owned())];
        guarded("bad-rule", &mut found, |found| {
            found.push(engine_finding("bad-rule", Severity::Note, "half done".to_owned()));
            panic!("index out of range");
        });
        let told: Vec<_> = found.iter().map(|one| (one.rule.as_str(), one.message.as_str())).collect();
        assert_eq!(
            told,
            [
                ("other", "kept"),
                ("internal-error", "the analyser failed on this file: bad-rule: index out of range")
            ]
        );
    }
}
