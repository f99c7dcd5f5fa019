//! `syntax-error`: the first place where a file stops being Python. It must not know how the file was parsed.

use analyzer_diagnostics::Diagnostic;

use crate::Check;

/// Reports the first syntax error of a broken file.
pub fn syntax_error(cx: &Check, out: &mut Vec<Diagnostic>) {
    let Some(problem) = &cx.facts.syntax else { return };
    out.push(
        cx.diagnostic(problem.range, problem.message.clone())
            .note("Python refuses the whole file, so every import of it fails"),
    );
}
