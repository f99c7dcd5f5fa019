//! `lost-traceback`: an `except Exception` that reports the error but not its origin.
//! It must not know the other rules' wording.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{HandlerBody, HandlerMarks};

use super::verdict::{self, Fault};
use crate::{Check, is_example_path};

/// Reports each handler of `Exception` that prints or logs the error without its traceback.
pub fn lost_traceback(cx: &Check, out: &mut Vec<Diagnostic>) {
    let shown = is_shown_to_people(cx);
    for handler in verdict::handlers(cx, Fault::LostTraceback) {
        let (severity, verb) = if handler.body == HandlerBody::Prints {
            (shown.then_some(Severity::Note), "printed")
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

/// Whether the person who started the program reads its output: it is a command, a test or an example.
fn is_shown_to_people(cx: &Check) -> bool {
    const COMMANDS: [&str; 6] = ["argparse", "click", "typer", "optparse", "docopt", "fire"];
    let reads_commands = || {
        cx.facts
            .imports
            .iter()
            .any(|import| COMMANDS.contains(&import.module.split('.').next().unwrap_or(&import.module)))
    };
    cx.facts.main_guard || is_example_path(cx.path) || reads_commands()
}
