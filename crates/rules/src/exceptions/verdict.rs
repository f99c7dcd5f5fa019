//! Which rule a handler falls under, and how much it weighs: one verdict a handler, the most specific rule wins.
//! It must not know how findings are worded.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Caught, Handler, HandlerBody, HandlerForm, HandlerMarks};
use analyzer_project::places::is_migration;

use crate::Check;

/// The rules of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    BareExcept,
    BaseExceptionNotReraised,
    BroadExcept,
    LostTraceback,
    SuppressedBroadly,
    SwallowedException,
}

/// The fault of a handler. `None` if the handler is fine, if it would be a note that its context already excuses (nothing
/// is lower than a note), or if it guards the description of an object, such as `__repr__`.
pub(super) fn fault(handler: &Handler) -> Option<Fault> {
    let is_note = matches!(handler.body, HandlerBody::GoesOn | HandlerBody::Logs);
    // `suppress` says itself that errors are not wanted; with a reason beside it, or to close something, it has said all.
    let suppressed = handler.form == HandlerForm::Suppress
        && (excuse(handler).is_some() || handler.marks.has(HandlerMarks::CLOSES));
    if suppressed {
        return None;
    }
    let probes = handler.body == HandlerBody::Prints && handler.marks.has(HandlerMarks::PROBES);
    let answered = is_note && is_answered(handler) || probes || handler.marks.has(HandlerMarks::DESCRIBES);
    full_fault(handler).filter(|_| !answered || handler.caught != Caught::Exception)
}

/// The fault of a handler without regard to its circumstances.
fn full_fault(handler: &Handler) -> Option<Fault> {
    use HandlerBody::{GoesOn, LeavesPartly, Logs, Prints, Swallows, Unknown};
    if handler.form == HandlerForm::Suppress {
        return (handler.caught >= Caught::Exception).then_some(Fault::SuppressedBroadly);
    }
    if matches!(handler.body, HandlerBody::Leaves | HandlerBody::KeepsTraceback | HandlerBody::Escapes) {
        return None;
    }
    // A handler that looks at the exception before it decides what to raise again knows what it keeps.
    let decides = handler.body == LeavesPartly && handler.marks.has(HandlerMarks::INSPECTED);
    match (handler.caught, handler.body) {
        (Caught::Nothing | Caught::Narrow, _) => None,
        (Caught::Cancelled, Unknown) => None,
        (Caught::Cancelled, _) => {
            let excused = decides
                || !handler.marks.has(HandlerMarks::ASYNC)
                || handler.marks.has(HandlerMarks::OTHERS_CANCELLED)
                || handler.marks.has(HandlerMarks::ENDS)
                    && [HandlerMarks::INTERRUPTS, HandlerMarks::COMMENTED, HandlerMarks::OF_A_LOOP]
                        .into_iter()
                        .any(|mark| handler.marks.has(mark));
            (!excused).then_some(Fault::BaseExceptionNotReraised)
        }
        (Caught::Bare, _) => Some(Fault::BareExcept),
        (Caught::BaseException, Unknown) => Some(Fault::BroadExcept),
        // The process ends behind it, or the author says which of the others is meant.
        (Caught::BaseException, _) => {
            let cleans = handler.body == Swallows && handler.marks.has(HandlerMarks::CLEANS_UP);
            let meant = [HandlerMarks::LAST, HandlerMarks::INTERRUPTS];
            let meant = meant.into_iter().any(|mark| handler.marks.has(mark));
            (!decides && !meant && !cleans).then_some(Fault::BaseExceptionNotReraised)
        }
        (Caught::Exception, LeavesPartly) => None,
        (Caught::Exception, Swallows)
            if [HandlerMarks::CLOSES, HandlerMarks::CLEANS_UP]
                .iter()
                .all(|mark| handler.marks.has(*mark)) =>
        {
            None
        }
        // `except (CancelledError, Exception)` around a task that was cancelled here.
        (Caught::Exception, Swallows) if handler.marks.has(HandlerMarks::ENDED_TASK) => None,
        (Caught::Exception, Swallows) => Some(Fault::SwallowedException),
        (Caught::Exception, Logs | Prints) => Some(Fault::LostTraceback),
        (Caught::Exception, GoesOn | Unknown) => Some(Fault::BroadExcept),
        (Caught::Exception, _) => None,
    }
}

/// The handlers of the checked file that fall under `wanted`.
pub(super) fn handlers<'a>(cx: &Check<'a>, wanted: Fault) -> impl Iterator<Item = &'a Handler> {
    cx.facts.handlers.iter().filter(move |handler| fault(handler) == Some(wanted))
}

/// The reason for which a handler weighs one level less, if any.
pub(super) fn excuse(handler: &Handler) -> Option<&'static str> {
    let excuses = [
        (HandlerMarks::COMMENTED, "a comment explains it"),
        (HandlerMarks::TEARDOWN, "it runs while the process or the object ends"),
        (HandlerMarks::OPTIONAL_IMPORT, "it guards an optional import"),
        (HandlerMarks::AFTER_NARROW, "a narrower handler stands before it"),
        (HandlerMarks::DESCRIBES, "it guards the description of an object, which must not fail"),
        (HandlerMarks::EVALUATES, "it guards code that comes from elsewhere and may raise anything"),
        (HandlerMarks::CLOSES, "it closes what is given up"),
        (HandlerMarks::CLEANS_UP, "it cleans up while another error may be on its way"),
    ];
    excuses.into_iter().find(|(mark, _)| handler.marks.has(*mark)).map(|(_, excuse)| excuse)
}

/// Whether the author has said, or the place says, why a handler goes on.
fn is_answered(handler: &Handler) -> bool {
    let answers =
        [HandlerMarks::COMMENTED, HandlerMarks::TEARDOWN, HandlerMarks::EVALUATES, HandlerMarks::PROBES];
    answers.into_iter().any(|mark| handler.marks.has(mark))
}

/// A diagnostic for a handler with this rule's severity or `severity`, graded by its circumstances.
pub(super) fn diagnostic(
    cx: &Check,
    handler: &Handler,
    severity: Option<Severity>,
    message: impl Into<String>,
) -> Diagnostic {
    let mut diagnostic = cx.diagnostic(handler.range, message).tier(handler.tier);
    diagnostic.severity = severity.unwrap_or(diagnostic.severity);
    let placed = is_migration(cx.path).then_some("a migration that ran once is not changed any more");
    if let Some(excuse) = excuse(handler).or(placed) {
        diagnostic.severity = diagnostic.severity.lowered();
        diagnostic = diagnostic.property("excuse", excuse);
    }
    diagnostic.property("catches", name(handler)).property("body", body(handler.body))
}

/// The handler as its author would name it.
pub(super) fn construct(handler: &Handler) -> &'static str {
    match (handler.form, handler.caught) {
        (HandlerForm::Suppress, Caught::BaseException) => "suppress(BaseException)",
        (HandlerForm::Suppress, _) => "suppress(Exception)",
        (_, Caught::Bare) => "bare except",
        (HandlerForm::ExceptStar, Caught::BaseException) => "except* BaseException",
        (HandlerForm::ExceptStar, Caught::Exception) => "except* Exception",
        (_, Caught::BaseException) => "except BaseException",
        (_, Caught::Exception) => "except Exception",
        (_, Caught::Cancelled) => "except CancelledError",
        (_, Caught::Narrow | Caught::Nothing) => "except",
    }
}

fn name(handler: &Handler) -> &'static str {
    match handler.caught {
        Caught::Bare => "everything",
        Caught::BaseException => "BaseException",
        Caught::Exception => "Exception",
        Caught::Cancelled => "CancelledError",
        Caught::Narrow => "narrow",
        Caught::Nothing => "nothing",
    }
}

fn body(body: HandlerBody) -> &'static str {
    match body {
        HandlerBody::Leaves => "raises",
        HandlerBody::KeepsTraceback => "keeps-traceback",
        HandlerBody::Escapes => "hands-on",
        HandlerBody::LeavesPartly => "raises-sometimes",
        HandlerBody::Unknown => "unknown",
        HandlerBody::Swallows => "swallows",
        HandlerBody::Logs => "logs",
        HandlerBody::Prints => "prints",
        HandlerBody::GoesOn => "goes-on",
    }
}
