//! `shell-with-argument-list`: `shell=True` beside a list, of which the shell reads the first element only.
//! It must not know the other rules' wording.

use analyzer_diagnostics::Diagnostic;

use super::verdict::{self, Fault};
use crate::Check;

/// Reports lists of arguments that are given to a shell.
pub fn shell_with_argument_list(cx: &Check, out: &mut Vec<Diagnostic>) {
    for command in verdict::commands(cx, Fault::ArgumentList) {
        let message = format!("`{}` is given a list and `shell=True`", command.callee);
        out.push(
            verdict::diagnostic(cx, command, message)
                .note(
                    "on POSIX only the first element is run; the others become arguments of the shell itself, and \
                     the program never sees them",
                )
                .help("remove `shell=True`; or, where a shell is needed, pass one text")
                .fix(verdict::fix(cx, command)),
        );
    }
}
