//! `shell-constant-command`: a shell reads a command that is always the same, or quoted.
//! It must not know the other rules' wording.

use analyzer_diagnostics::Diagnostic;

use super::verdict::{self, Fault};
use crate::Check;

/// Reports commands for a shell that hold nothing but constants and quoted values.
pub fn shell_constant_command(cx: &Check, out: &mut Vec<Diagnostic>) {
    for command in verdict::commands(cx, Fault::ConstantCommand) {
        let message = format!("`{}` runs a shell on a constant command", command.callee);
        out.push(
            verdict::diagnostic(cx, command, message)
                .note("nobody can inject anything, but which shell reads it, and how, differs between machines")
                .help("pass the words as a list to `subprocess.run`, unless pipes, globs or variables are needed")
                .fix(verdict::fix(cx, command)),
        );
    }
}
