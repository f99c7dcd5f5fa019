//! `shell-dynamic-command`: a shell reads a command that is put together while the program runs.
//! It must not know the other rules' wording.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_facts::{Command, CommandForm, Origin, ShellUse};
use analyzer_project::places::is_test;

use super::verdict::{self, Fault};
use crate::Check;

/// Reports commands for a shell that are not constant.
pub fn shell_dynamic_command(cx: &Check, out: &mut Vec<Diagnostic>) {
    for command in verdict::commands(cx, Fault::DynamicCommand) {
        let callee = &command.callee;
        if command.shell == ShellUse::Maybe {
            let mut found = verdict::diagnostic(
                cx,
                command,
                format!("`{callee}` may be a shell: `shell=` is decided at run time"),
            )
            .note("whether the command is read by a shell depends on a value that is not known here")
            .help("decide it where the call stands: pass a list and no `shell=`, or a text and `shell=True`");
            found.severity = Severity::Note;
            out.push(found);
            continue;
        }
        let (severity, message, note) = match &command.origin {
            Origin::Outside(what) => (
                Severity::Error,
                format!("`{callee}` gives the shell a command that contains {}", shown(what)),
                "whoever provides it can run any program with the rights of this one",
            ),
            Origin::Parameter(name) if is_passed_on(cx, command, name) => (
                Severity::Warning,
                format!("`{callee}` gives the shell whatever command it gets as `{name}`"),
                "who calls this decides what is run: a value in it that comes from outside can run any program",
            ),
            Origin::Parameter(name) => (
                Severity::Error,
                format!("`{callee}` gives the shell a command that contains the parameter `{name}`"),
                "a caller that passes on what it was given lets others run any program",
            ),
            Origin::Constant | Origin::Unknown if command.form == CommandForm::Absent => (
                Severity::Warning,
                format!("`{callee}` runs a shell on a command that is given elsewhere"),
                "every character of the command that a shell interprets takes effect",
            ),
            Origin::Constant | Origin::Unknown => (
                Severity::Warning,
                format!("`{callee}` gives the shell a command that is put together at run time"),
                "every character of it that a shell interprets takes effect: spaces, quotes, `;`, `$`, `|`",
            ),
        };
        let mut found = verdict::diagnostic(cx, command, message).note(note);
        found = if command.requoted {
            found
                .note("a value that is quoted for a shell is read by one again: inside quotes, or as the command of another shell")
                .help("take the quotes around `shlex.quote` away, so that the value is a word of its own; or pass a list of arguments and no shell")
        } else {
            found.help(help(command.shell))
        };
        // What a test puts together, its author gives it.
        found.severity = if is_test(cx.path) { Severity::Note } else { severity };
        out.push(found);
    }
}

/// Whether the command is a parameter as it is that says so by its name: the function is there to run commands.
fn is_passed_on(cx: &Check, command: &Command, name: &str) -> bool {
    const NAMES: [&str; 8] =
        ["cmd", "cmds", "command", "commands", "cmdline", "commandline", "script", "shell"];
    let says = name.split('_').any(|word| NAMES.contains(&word.to_ascii_lowercase().as_str()));
    if !says {
        return false;
    }
    let Some(text) = (cx.text)() else { return false };
    let call = command.range.slice(&text);
    let arguments = call.split_once('(').map_or("", |(_, arguments)| arguments);
    let first = arguments.split([',', ')']).next().unwrap_or("").trim();
    first == name || first.split_once('=').is_some_and(|(_, value)| value.trim() == name)
}

/// The code to write instead.
fn help(shell: ShellUse) -> &'static str {
    match shell {
        ShellUse::Asked | ShellUse::Maybe | ShellUse::Started => {
            "pass a list of arguments and no `shell=True`; where a shell is needed, wrap each value in `shlex.quote`"
        }
        ShellUse::Always => {
            "call `subprocess.run` with a list of arguments; where a shell is needed, wrap each value in `shlex.quote`"
        }
    }
}

/// A source as it reads in a sentence.
fn shown(what: &str) -> String {
    match what {
        "request" => "data of a request".to_owned(),
        "the command line" => what.to_owned(),
        _ => format!("`{what}`"),
    }
}
