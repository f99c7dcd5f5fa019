//! Checkstyle's XML, which most systems that collect the findings of linters read. It must not know them.
//!
//! Elements and attributes are those that Checkstyle's own `XMLLogger` writes.

use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Report, RuleInfo, Severity};

use crate::RenderOptions;
use crate::finding::{mark, rule_of};
use crate::xml::attribute;

/// Writes an element for each file with findings, and in it one for each finding. The source of a finding is
/// `analyzer.FAMILY.RULE`: readers take the part before the last dot for its category.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let findings: Vec<&Finding> = options.reported(report).collect();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">")?;
    for file in findings.chunk_by(|a, b| a.location.path == b.location.path) {
        let path = file.first().map_or("", |finding| &*finding.location.path);
        writeln!(out, "  <file name=\"{}\">", attribute(path))?;
        for finding in file {
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "info",
            };
            let family = rule_of(finding, rules).map_or("custom", |rule| &rule.family);
            let message = format!("{}{}", finding.message, mark(finding));
            writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"analyzer.{}.{}\"/>",
                finding.location.start.line,
                finding.location.start.column,
                attribute(&message),
                attribute(family),
                attribute(&finding.rule),
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}
