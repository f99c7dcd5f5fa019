//! Which rule a command falls under: one verdict a call. It must not know how findings are worded.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix};
use analyzer_facts::{Command, CommandForm, Origin, ShellUse};

use super::shims;
use crate::Check;

/// The rules of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    DynamicCommand,
    ConstantCommand,
    ArgumentList,
    DashC,
}

/// The fault of a command.
fn fault(command: &Command) -> Fault {
    match (command.shell, command.form) {
        (ShellUse::Started, _) => Fault::DashC,
        (ShellUse::Maybe, _) => Fault::DynamicCommand,
        (ShellUse::Asked, CommandForm::List) => Fault::ArgumentList,
        (_, CommandForm::Text | CommandForm::List) if command.origin == Origin::Constant => {
            Fault::ConstantCommand
        }
        _ => Fault::DynamicCommand,
    }
}

/// The commands of the checked file that fall under `wanted`.
pub(super) fn commands<'a>(cx: &Check<'a>, wanted: Fault) -> impl Iterator<Item = &'a Command> {
    cx.facts.commands.iter().filter(move |command| fault(command) == wanted)
}

/// A diagnostic for a command, with the parts that all rules of the family share.
pub(super) fn diagnostic(cx: &Check, command: &Command, message: impl Into<String>) -> Diagnostic {
    let (origin, source) = match &command.origin {
        Origin::Constant => ("constant", ""),
        Origin::Unknown => ("unknown", ""),
        Origin::Parameter(name) => ("parameter", name.as_str()),
        Origin::Outside(what) => ("outside", what.as_str()),
    };
    let mut diagnostic = cx
        .diagnostic(command.range, message)
        .tier(command.tier)
        .property("callee", command.callee.as_str())
        .property("origin", origin);
    if !source.is_empty() {
        diagnostic = diagnostic.property("source", source);
    }
    diagnostic
}

/// The call without its shell, where that can be written, and where the program is found without one.
pub(super) fn fix(cx: &Check, command: &Command) -> Option<Fix> {
    let site = command.shell_free.as_deref()?;
    if shims::needs_shell(&(cx.text)()?, command) {
        return None;
    }
    let mut edits = vec![Edit { range: site.keyword, content: String::new() }];
    let title = match &site.command {
        Some((range, list)) => {
            edits.push(Edit { range: *range, content: list.to_string() });
            "Pass the words as a list, without a shell"
        }
        None => "Remove `shell=True`",
    };
    edits.sort_by_key(|edit| edit.range.start);
    Some(Fix { title: title.to_owned(), applicability: Applicability::Unsafe, edits })
}
