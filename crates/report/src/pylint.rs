//! Lines as pylint prints them with `--output-format=parseable`, for programs that read those. It must not show source.
//!
//! Where pylint has a number there is none here: the letter of the category is alone, and the rule in its parentheses.

use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo, Severity};

use crate::RenderOptions;
use crate::finding::mark;
use crate::text::one_line;

/// Writes `path:line: [W(rule), ] message` for each finding: `E` for errors, `W` for warnings, `C` for notes.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    _rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    for finding in options.reported(report) {
        let category = match finding.severity {
            Severity::Error => 'E',
            Severity::Warning => 'W',
            Severity::Note => 'C',
        };
        writeln!(
            out,
            "{}:{}: [{category}({}), ] {}{}",
            one_line(&finding.location.path),
            finding.location.start.line,
            finding.rule,
            one_line(&finding.message),
            mark(finding),
        )?;
    }
    Ok(())
}
