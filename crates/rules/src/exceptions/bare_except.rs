//! `bare-except`: an `except:` that does not raise again. It must not know the other rules' wording.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix};
use analyzer_facts::{FileFacts, Handler, HandlerBody, HandlerMarks, TextRange};

use super::verdict::{self, Fault};
use crate::Check;

/// Length of the keyword, behind which the class goes.
const EXCEPT: u32 = "except".len() as u32;

/// Reports each bare clause that neither raises on every path nor keeps the traceback.
pub fn bare_except(cx: &Check, out: &mut Vec<Diagnostic>) {
    for handler in verdict::handlers(cx, Fault::BareExcept) {
        let message = "bare except hides every error, KeyboardInterrupt included";
        let mut diagnostic = verdict::diagnostic(cx, handler, None, message)
            .help("name the errors that are expected here, or raise again what is not");
        let kept = fix(cx.facts, handler, "BaseException", Applicability::Safe);
        // A clause that only swallows is never meant to swallow Ctrl-C; what any other means is left to its author.
        if handler.body == HandlerBody::Swallows {
            diagnostic =
                diagnostic.fix(fix(cx.facts, handler, "Exception", Applicability::Unsafe)).safe_fix(kept);
        } else {
            diagnostic = diagnostic.fix(kept);
        }
        if let Some(note) = note(handler.body) {
            diagnostic = diagnostic.note(note);
        }
        out.push(diagnostic);
    }
}

/// What the body adds to it.
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

/// Names the class.
fn fix(facts: &FileFacts, handler: &Handler, class: &str, applicability: Applicability) -> Option<Fix> {
    if facts.syntax.is_some()
        || handler.body == HandlerBody::Unknown
        || handler.marks.has(HandlerMarks::SHADOWED)
    {
        return None;
    }
    let at = handler.range.start + EXCEPT;
    Some(Fix {
        title: format!("Replace `except:` by `except {class}:`"),
        applicability,
        edits: vec![Edit { range: TextRange::new(at, at), content: format!(" {class}") }],
    })
}
