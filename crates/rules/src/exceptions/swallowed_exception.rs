//! `swallowed-exception`: an `except Exception` that does nothing. It must not know the other rules' wording.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix};
use analyzer_facts::{FileFacts, Handler, TextRange};

use super::verdict::{self, Fault};
use crate::Check;

/// Reports each handler of `Exception` whose body only passes.
pub fn swallowed_exception(cx: &Check, out: &mut Vec<Diagnostic>) {
    for handler in verdict::handlers(cx, Fault::SwallowedException) {
        let message = format!("{} swallows every error without a trace", verdict::construct(handler));
        out.push(
            verdict::diagnostic(cx, handler, None, message)
                .note("a misspelt name or a failed connection looks the same as the error that was expected")
                .help("catch the errors that are expected, or log with `logger.exception(…)`")
                .fix(fix(cx.facts, handler)),
        );
    }
}

/// Logs what is swallowed, by the module's logger or a new one.
fn fix(facts: &FileFacts, handler: &Handler) -> Option<Fix> {
    let site = handler.log_site.as_deref()?;
    let mut edits = Vec::new();
    if let Some(define) = &site.define {
        let place = facts.import_site?;
        let newline = place.newline();
        let import = if define.import { format!("import logging{newline}") } else { String::new() };
        let blank = if place.blank { "" } else { newline };
        edits.push(Edit {
            range: TextRange::new(place.at, place.at),
            content: format!(
                "{import}{newline}{} = logging.getLogger(__name__){newline}{blank}",
                site.logger
            ),
        });
    }
    let name = facts.qualified_name(handler.scope);
    let place = if name.is_empty() { String::new() } else { format!(" in {name}") };
    edits.push(Edit {
        range: site.range,
        content: format!(
            "{}{}.exception(\"Ignored an error{place}\"){}",
            site.before, site.logger, site.after
        ),
    });
    Some(Fix {
        title: format!("Log the error with `{}.exception(…)`", site.logger),
        applicability: Applicability::Unsafe,
        edits,
    })
}
