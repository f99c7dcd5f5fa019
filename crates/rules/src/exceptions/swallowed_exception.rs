//! `swallowed-exception`: an `except Exception` that does nothing. It must not know the other rules' wording.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix, Severity};
use analyzer_facts::{Handler, HandlerForm, HandlerMarks};
use analyzer_project::places::is_test;

use super::verdict::{self, Fault};
use crate::{Check, inserted};

/// Reports each handler of `Exception` whose body only passes.
pub fn swallowed_exception(cx: &Check, out: &mut Vec<Diagnostic>) {
    for handler in verdict::handlers(cx, Fault::SwallowedException) {
        // A test that cleans up behind itself has judged already.
        if handler.marks.has(HandlerMarks::CLEANS_UP) && is_test(cx.path) {
            continue;
        }
        let message = format!("{} swallows every error without a trace", verdict::construct(handler));
        // What cannot be closed is mostly closed already.
        let closes = handler.marks.has(HandlerMarks::CLOSES);
        out.push(
            verdict::diagnostic(cx, handler, closes.then_some(Severity::Note), message)
                .note("a misspelt name or a failed connection looks the same as the error that was expected")
                .help("catch the errors that are expected, or log with `logger.exception(…)`")
                .fix(fix(cx, handler)),
        );
    }
}

/// Logs what is swallowed, by the module's logger or a new one; where a missing package is meant, catches that alone. A
/// handler that says why it passes is left to its author.
fn fix(cx: &Check, handler: &Handler) -> Option<Fix> {
    if handler.marks.has(HandlerMarks::COMMENTED) {
        return None;
    }
    if handler.marks.has(HandlerMarks::OPTIONAL_IMPORT) {
        return expect_missing(cx, handler);
    }
    let edits = log(cx, handler)?;
    let logger = handler.log_site.as_deref().map_or("", |site| site.logger.as_str());
    Some(Fix {
        title: format!("Log the error with `{logger}.exception(…)`"),
        applicability: Applicability::Unsafe,
        edits,
    })
}

/// Catches what a missing package raises, and nothing else.
pub(super) fn expect_missing(cx: &Check, handler: &Handler) -> Option<Fix> {
    if handler.form != HandlerForm::Except || handler.marks.has(HandlerMarks::SHADOWED) {
        return None;
    }
    let text = (cx.text)()?;
    let header = handler.range.slice(&text);
    let class = header.strip_prefix("except")?.trim_start();
    let class = ["BaseException", "Exception", ""].into_iter().find(|name| {
        let rest = class.strip_prefix(name).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(':') || !name.is_empty() && rest.starts_with("as "))
    })?;
    let header = if class.is_empty() {
        header.replacen("except", "except ImportError", 1)
    } else {
        header.replacen(class, "ImportError", 1)
    };
    Some(Fix {
        title: "Catch `ImportError`, which a missing package raises".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { range: handler.range, content: header }],
    })
}

/// The edits that log what a handler swallows.
pub(super) fn log(cx: &Check, handler: &Handler) -> Option<Vec<Edit>> {
    let site = handler.log_site.as_deref()?;
    let mut edits = Vec::new();
    if let Some(define) = &site.define {
        let text = (cx.text)()?;
        let statement = format!("{} = logging.getLogger(__name__)", site.logger);
        let needed = define.import.then_some("import logging");
        edits = inserted::behind_imports(&text, cx.facts, needed, &statement)?;
    }
    let name = cx.facts.qualified_name(handler.scope);
    let place = if name.is_empty() { String::new() } else { format!(" in {name}") };
    edits.push(Edit {
        range: site.range,
        content: format!(
            "{}{}.exception(\"Ignored an error{place}\"){}",
            site.before, site.logger, site.after
        ),
    });
    Some(edits)
}
