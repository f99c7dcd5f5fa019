//! Logging commands that Azure Pipelines shows as issues of a run. It must not know pipelines.
//!
//! Syntax and escaping are those of the agent's `Command.TryParse`; an issue is an error or a warning.

use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Report, RuleInfo, Severity};

use crate::RenderOptions;
use crate::finding::{in_repository, mark};
use crate::inert::{is_obeyed, shown};

/// Writes a command for each finding, on a line of its own; paths count from the repository's root.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    _rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    options.reported(report).try_for_each(|finding| issue(finding, options, out))
}

fn issue(finding: &Finding, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
    let start = finding.location.start;
    writeln!(
        out,
        "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={};]{}{}",
        property(&in_repository(&finding.location.path, options)),
        start.line,
        start.column,
        property(&finding.rule),
        data(&finding.message),
        mark(finding),
    )
}

/// A message as a command's data.
fn data(text: &str) -> String {
    let text = shown(text, |c| is_obeyed(c) && !matches!(c, '\n' | '\r' | '\t'));
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value as a command's property.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}
