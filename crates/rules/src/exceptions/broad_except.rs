//! `broad-except`: an `except Exception` that goes on, or with `strict` any handler as broad.
//! It must not know the other rules' wording.

use analyzer_diagnostics::Diagnostic;
use analyzer_facts::{Caught, HandlerBody, HandlerMarks};
use analyzer_project::places::is_test;

use super::verdict::{self, Fault};
use crate::Check;

/// Reports each handler of `Exception` that goes on with a default; with `strict` also those in order.
pub fn broad_except(cx: &Check, out: &mut Vec<Diagnostic>) {
    let strict = cx.flag("strict");
    // A test that goes on asserts what came of it.
    let goes_on = is_test(cx.path) && !strict;
    for handler in &cx.facts.handlers {
        if goes_on && handler.body == HandlerBody::GoesOn {
            continue;
        }
        let construct = verdict::construct(handler);
        let diagnostic = match verdict::fault(handler) {
            Some(Fault::BroadExcept) if handler.body == HandlerBody::Unknown => {
                verdict::diagnostic(cx, handler, None, format!("{construct} catches every error"))
                    .note("the handler's body is missing or cannot be read")
            }
            Some(Fault::BroadExcept) => {
                let message = format!("{construct} takes every error for the expected one");
                let told = if handler.marks.has(HandlerMarks::TELLS) {
                    "the program goes on with the error's text, which does not tell where it came from"
                } else {
                    "the program goes on, and neither a log nor the caller learns of the error"
                };
                verdict::diagnostic(cx, handler, None, message).note(told)
            }
            None if strict && handler.caught >= Caught::Exception => {
                verdict::diagnostic(cx, handler, None, format!("{construct} catches every error"))
                    .note("reported whatever the body does, because `strict` is set")
            }
            _ => continue,
        };
        out.push(diagnostic.help("name the errors that are expected here"));
    }
}
