//! `shell-dash-c`: a list of arguments that starts a shell with a command to read.
//! It must not know the other rules' wording.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::Origin;

use super::verdict::{self, Fault};
use crate::Check;

/// Reports `["sh", "-c", command]` and its relatives; a constant command weighs less.
pub fn shell_dash_c(cx: &Check, out: &mut Vec<Diagnostic>) {
    for command in verdict::commands(cx, Fault::DashC) {
        let constant = command.origin == Origin::Constant;
        let kind = if constant { "constant command" } else { "command that is put together at run time" };
        let message = format!("`{}` starts a shell with `-c` on a {kind}", command.callee);
        let mut found = verdict::diagnostic(cx, command, message)
            .note("this is `shell=True` in other words: the shell interprets every character of the command")
            .help("run the program itself; where a shell is needed, pass values as arguments behind the command: `sh -c '… \"$1\"' sh value`");
        if constant {
            found.severity = Severity::Note;
        }
        out.push(found);
    }
}
