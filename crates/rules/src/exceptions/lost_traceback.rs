//! `lost-traceback`: an `except Exception` that tells the error but not where it came from.
//! It must not know the other rules' wording.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{HandlerBody, HandlerMarks};

use super::verdict::{self, Fault};
use crate::Check;

/// Reports each handler of `Exception` that prints or logs the error without its traceback.
pub fn lost_traceback(cx: &Check, out: &mut Vec<Diagnostic>) {
    for handler in verdict::handlers(cx, Fault::LostTraceback) {
        let (severity, verb) = if handler.body == HandlerBody::Prints {
            (None, "printed")
        } else {
            (Some(Severity::Note), "logged")
        };
        let message = if handler.marks.has(HandlerMarks::NAMED) {
            format!("error is {verb} without its traceback")
        } else {
            format!("a message is {verb} without the error and its traceback")
        };
        out.push(
            verdict::diagnostic(cx, handler, severity, message)
                .note(format!(
                    "{} also catches errors that nobody expects, and their text alone tells no place",
                    verdict::construct(handler)
                ))
                .help("log with `logger.exception(…)`, or pass `exc_info=True`"),
        );
    }
}
