//! `bare-except`: an `except:` that does not raise again. It must not know the other rules' wording.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix};
use analyzer_facts::{Caught, Handler, HandlerBody, HandlerMarks, TextRange};

use super::swallowed_exception::{expect_missing, log};
use super::verdict::{self, Fault};
use crate::Check;

/// Length of the keyword, after which the class goes.
const EXCEPT: u32 = "except".len() as u32;

/// Reports each bare clause that neither raises on every path nor keeps the traceback.
pub fn bare_except(cx: &Check, out: &mut Vec<Diagnostic>) {
    for handler in verdict::handlers(cx, Fault::BareExcept) {
        let message = "bare except hides every error, KeyboardInterrupt included";
        let mut diagnostic = verdict::diagnostic(cx, handler, None, message)
            .help("name the errors that are expected here, or raise again what is not")
            .fix(fix(cx, handler));
        if let Some(note) = note(handler.body) {
            diagnostic = diagnostic.note(note);
        }
        out.push(diagnostic);
    }
}

/// A note about the handler's body.
fn note(body: HandlerBody) -> Option<&'static str> {
    match body {
        HandlerBody::Swallows => Some("nothing tells that an error happened: no log, no re-raise"),
        HandlerBody::LeavesPartly => Some("it raises again on some paths only"),
        HandlerBody::Logs => Some("what is logged has no traceback"),
        HandlerBody::Prints => Some("what is printed has no traceback"),
        HandlerBody::GoesOn => {
            Some("the program goes on as if the expected error had happened, whatever it was")
        }
        HandlerBody::Unknown => Some("the handler's body is missing or cannot be read"),
        HandlerBody::Leaves | HandlerBody::KeepsTraceback | HandlerBody::Escapes => None,
    }
}

/// Names the class, where no other rule asks anything of the clause then: what only passes is logged as well, and beside an
/// optional import a missing package is what is meant.
fn fix(cx: &Check, handler: &Handler) -> Option<Fix> {
    if cx.facts.syntax.is_some()
        || handler.body == HandlerBody::Unknown
        || handler.marks.has(HandlerMarks::SHADOWED)
    {
        return None;
    }
    if handler.marks.has(HandlerMarks::OPTIONAL_IMPORT) {
        return expect_missing(cx, handler);
    }
    let at = handler.range.start + EXCEPT;
    let class = Edit { range: TextRange::new(at, at), content: " Exception".to_owned() };
    let named = Handler { caught: Caught::Exception, ..handler.clone() };
    let (title, mut edits) = match verdict::fault(&named) {
        None => ("Replace `except:` by `except Exception:`".to_owned(), Vec::new()),
        // A handler that says why it passes is left to its author.
        Some(Fault::SwallowedException) if !handler.marks.has(HandlerMarks::COMMENTED) => {
            let logger = &handler.log_site.as_deref()?.logger;
            (format!("Catch `Exception`, and log it with `{logger}.exception(…)`"), log(cx, handler)?)
        }
        Some(_) => return None,
    };
    edits.push(class);
    edits.sort_by_key(|edit| edit.range.start);
    Some(Fix { title, applicability: Applicability::Unsafe, edits })
}
