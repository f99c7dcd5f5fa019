//! `base-exception-not-reraised`: a handler that keeps KeyboardInterrupt, SystemExit or a task's cancellation.
//! It must not know the other rules' wording.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Caught, Handler, HandlerBody, HandlerMarks};
use analyzer_project::places::is_test;

use super::verdict::{self, Fault};
use crate::Check;

/// Reports each handler of `BaseException`, and in `async def` of `CancelledError`, that does not raise again.
pub fn base_exception_not_reraised(cx: &Check, out: &mut Vec<Diagnostic>) {
    for handler in verdict::handlers(cx, Fault::BaseExceptionNotReraised) {
        // A test cancels what it tries, or has a stand-in raise; nobody cancels the test.
        let in_test = handler.caught == Caught::Cancelled && is_test(cx.path);
        if in_test || is_passed_on_around(cx, handler) {
            continue;
        }
        let construct = verdict::construct(handler);
        let diagnostic = if handler.caught == Caught::Cancelled {
            // A coroutine that returns ends its task all the same; one that goes on cannot be stopped.
            let ends = handler.marks.has(HandlerMarks::ENDS);
            let again = handler.marks.has(HandlerMarks::AGAIN);
            let message = if ends {
                "CancelledError is not raised again, so this task ends without counting as cancelled"
            } else {
                "CancelledError is not raised again, so whoever cancels this task is not obeyed"
            };
            verdict::diagnostic(cx, handler, (!again).then_some(Severity::Note), message)
                .note("`asyncio.timeout`, `wait_for` and task groups rely on the cancellation coming through")
        } else {
            let message =
                format!("{construct} is not raised again, so Ctrl-C and sys.exit stop nothing here");
            let diagnostic = verdict::diagnostic(cx, handler, None, message);
            if handler.body == HandlerBody::LeavesPartly {
                diagnostic.note("it raises again on some paths only")
            } else if handler.marks.has(HandlerMarks::ASYNC) {
                diagnostic.note("in a coroutine it keeps CancelledError too, so the task cannot be cancelled")
            } else {
                diagnostic
                    .note("BaseException adds KeyboardInterrupt, SystemExit and GeneratorExit to Exception")
            }
        };
        out.push(diagnostic.help("end the handler with `raise`, or catch `Exception`"));
    }
}

/// Whether a handler of `CancelledError` lies in another that raises on every path: the cancellation comes through there.
fn is_passed_on_around(cx: &Check, handler: &Handler) -> bool {
    handler.caught == Caught::Cancelled
        && cx.facts.handlers.iter().any(|around| {
            around.scope == handler.scope
                && around.body == HandlerBody::Leaves
                && around.caught >= Caught::Cancelled
                && around.caught != Caught::Exception
                && around.range.end <= handler.range.start
                && handler.clause.end <= around.clause.end
        })
}
