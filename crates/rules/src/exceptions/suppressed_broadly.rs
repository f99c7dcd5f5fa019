//! `suppressed-broadly`: `contextlib.suppress(Exception)`. It must not know the other rules' wording.

use analyzer_diagnostics::Diagnostic;

use super::verdict::{self, Fault};
use crate::Check;

/// Reports each call of `contextlib.suppress` with `Exception` or broader.
pub fn suppressed_broadly(cx: &Check, out: &mut Vec<Diagnostic>) {
    for handler in verdict::handlers(cx, Fault::SuppressedBroadly) {
        let message = format!("{} hides every error of its block", verdict::construct(handler));
        out.push(
            verdict::diagnostic(cx, handler, None, message)
                .note("the rest of the block is skipped too, from the statement that failed")
                .help("name the errors that are expected, such as `suppress(FileNotFoundError)`"),
        );
    }
}
