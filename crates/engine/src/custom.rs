//! Rules with a query, built in or written by the repository, run over one file. It must not know where their pages lie.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_rules::custom::{RuleText, check};
use analyzer_rules::{queries, queries_concern};
use analyzer_source::{decode, read_bounded};
use salsa::plumbing::AsId;

use crate::db::{Db, Subject};
use crate::inputs::{Content, File, Project};
use crate::mirrors::is_folded;
use crate::queries::{engine_finding, facts, internal_error};
use crate::secrets::masked;
use crate::store::panic_message;

/// The findings of rules with a query in a file; none where no such rule can find anything. Its text is not read then.
pub(crate) fn query_diagnostics(db: &dyn Db, project: Project, file: File) -> Arc<Vec<Diagnostic>> {
    let enabled = &project.settings(db).enabled;
    let concerned = !db.custom_rules().all().is_empty()
        || facts(db, file).is_some_and(|facts| queries_concern(enabled, facts));
    if concerned { Arc::clone(custom_diagnostics(db, project, file)) } else { Arc::default() }
}

/// Diagnostics of rules with a query in a file. Runs again when the file's content, its facts or the settings
/// change; the rules themselves last as long as the database.
#[salsa::tracked(returns(ref))]
fn custom_diagnostics(db: &dyn Db, project: Project, file: File) -> Arc<Vec<Diagnostic>> {
    db.ran("custom_diagnostics", Subject::File(file.as_id()));
    let Some(facts) = facts(db, file).filter(|_| !is_folded(db, project, file)) else {
        return Arc::default();
    };
    let path = file.path(db);
    let text: Arc<str> = match file.content(db) {
        Content::Memory(text) => Arc::clone(text),
        Content::Disk(_) => {
            let bytes = read_bounded(&db.root().join(&**path), u64::MAX).ok();
            match bytes.and_then(|bytes| decode(bytes).ok()) {
                Some(source) => source.text.into(),
                None => return Arc::default(),
            }
        }
        Content::Skipped(_) | Content::Missing => return Arc::default(),
    };
    let enabled = &project.settings(db).enabled;
    let own = db.custom_rules();
    let sets = if queries_concern(enabled, facts) { vec![queries(), own] } else { vec![own] };
    // A message may cut what it quotes, and then a secret's beginning would stay in it.
    let shown = masked(Arc::clone(&text), Some(facts));
    let texts = RuleText { text: &text, shown: &shown };
    let checked = catch_unwind(AssertUnwindSafe(|| check(&sets, enabled, path, texts, facts)));
    let mut found = match checked {
        Ok((mut found, stopped)) => {
            found.extend(stopped.into_iter().map(|(rule, stop)| {
                let message = format!("the rule `{rule}` was stopped in this file: {}", stop.reason());
                engine_finding("skipped-file", Severity::Warning, message)
            }));
            found
        }
        Err(panic) => vec![internal_error(&panic_message(&*panic))],
    };
    found.retain(|diagnostic| enabled.contains(&diagnostic.rule));
    Arc::new(found)
}
