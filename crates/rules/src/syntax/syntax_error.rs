//! `syntax-error`: where a file stops being what it has to be. It must not know how the file was parsed.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_project::places::{is_template, is_test};

use crate::Check;

/// Reports the first syntax error of a broken Python file, and everything that cannot be read in configuration.
pub fn syntax_error(cx: &Check, out: &mut Vec<Diagnostic>) {
    // A template is no Python before its places are filled in.
    if let Some(problem) = cx.facts.syntax.as_ref().filter(|_| !is_template(cx.path, cx.facts)) {
        let mut found = cx
            .diagnostic(problem.range, problem.message.clone())
            .note("Python refuses the whole file, so every import of it fails");
        if is_broken_on_purpose(cx.path) {
            found.severity = Severity::Note;
            found = found.property("excuse", "a test wants it broken");
        }
        out.push(found);
    }
    let problems = cx.facts.config.iter().flat_map(|config| &config.problems);
    out.extend(problems.map(|problem| {
        cx.diagnostic(problem.range, problem.message.clone())
            .note("programs that read this file refuse it, or take something else from it than it says")
    }));
}

/// Whether a file among tests says by its name that it is no Python.
fn is_broken_on_purpose(path: &str) -> bool {
    const SAYINGS: [&str; 7] =
        ["syntaxerr", "syntax_err", "bad_syntax", "invalid", "broken", "malformed", "unparsable"];
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    is_test(path) && SAYINGS.iter().any(|word| name.contains(word))
}
