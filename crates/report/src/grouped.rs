//! The findings of each file below its name, one per line. It must not show source.

use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo};

use crate::RenderOptions;
use crate::finding::mark;
use crate::text::{BOLD, Painted, hanging, one_line, severity_style};

/// Writes each file's name once, then its findings with their places in it, and an empty line after each file.
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
    for file in findings.chunk_by(|a, b| a.location.path == b.location.path) {
        let path = file.first().map_or("", |finding| &*finding.location.path);
        writeln!(out, "{}:", Painted(options.colour, BOLD, one_line(path)))?;
        let places: Vec<(String, String)> = file
            .iter()
            .map(|finding| {
                let start = finding.location.start;
                (start.line.to_string(), start.column.to_string())
            })
            .collect();
        let lines = places.iter().map(|place| place.0.len()).max().unwrap_or(0);
        let columns = places.iter().map(|place| place.1.len()).max().unwrap_or(0);
        for (finding, (line, column)) in file.iter().zip(&places) {
            let severity = finding.severity;
            let name = format!("{}[{}]", severity.as_str(), finding.rule);
            let suppressed = mark(finding);
            let message = format!("{name} {}{suppressed}", one_line(&finding.message));
            let message = hanging(&message, lines + columns + 5, options.width);
            let rest = message.strip_prefix(&name).unwrap_or("");
            let name = Painted(options.colour, severity_style(severity), &name);
            writeln!(out, "  {line:>lines$}:{column:<columns$}  {name}{rest}")?;
        }
        writeln!(out)?;
    }
    options.say_left(left, out)
}
