//! One line per finding: `path:line:column: severity[rule] message`. It must not show source.

use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo};

use crate::RenderOptions;
use crate::finding::mark;
use crate::text::{BOLD, Painted, one_line, severity_style};

/// Writes every finding on a line of its own; columns count characters.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    _rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (findings, left) = options.limited(report);
    for finding in findings {
        let start = finding.location.start;
        let severity = finding.severity;
        writeln!(
            out,
            "{}:{}:{}: {} {}{}",
            Painted(options.colour, BOLD, one_line(&finding.location.path)),
            start.line,
            start.column,
            Painted(
                options.colour,
                severity_style(severity),
                format_args!("{}[{}]", severity.as_str(), finding.rule)
            ),
            one_line(&finding.message),
            mark(finding),
        )?;
    }
    options.say_left(left, out)
}
