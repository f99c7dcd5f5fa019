//! A table for spreadsheets and data frames, as RFC 4180 has it but for line ends of LF. It must not know who reads it.

use std::borrow::Cow;
use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Report, RuleInfo};

use crate::RenderOptions;
use crate::finding::rule_of;
use crate::text::one_line;

const COLUMNS: &str =
    "path,line,column,end_line,end_column,severity,rule,family,message,help,fingerprint,suppressed,baselined";

/// Writes a header, and a line for each finding. Columns count characters. A cell that a spreadsheet would take for a formula
/// begins with an apostrophe.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{COLUMNS}")?;
    options.reported(report).try_for_each(|finding| row(finding, rules, out))
}

fn row(finding: &Finding, rules: &[&RuleInfo], out: &mut dyn Write) -> io::Result<()> {
    let (start, end) = (finding.location.start, finding.location.end);
    let family = rule_of(finding, rules).map_or("", |rule| &rule.family);
    writeln!(
        out,
        "{},{},{},{},{},{},{},{},{},{},{},{},{}",
        cell(&finding.location.path),
        start.line,
        start.column,
        end.line,
        end.column,
        finding.severity.as_str(),
        cell(&finding.rule),
        cell(family),
        cell(&finding.message),
        cell(finding.help.as_deref().unwrap_or("")),
        cell(&finding.fingerprint),
        finding.suppressed,
        finding.baselined,
    )
}

/// A text as a cell: on one line, no formula, and in quotes where it must be.
fn cell(text: &str) -> String {
    let text = safe(one_line(text));
    if text.contains(['"', ',', '\n', '\r', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

/// Puts an apostrophe before a text that a spreadsheet would calculate. Some do so after blanks, too, and with the wide
/// forms of the characters.
fn safe(text: Cow<'_, str>) -> Cow<'_, str> {
    let formula = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    if text.trim_start().starts_with(formula) { Cow::Owned(format!("'{text}")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_begins_a_formula() {
        for text in ["=1+1", "+a.py", "-a.py", "@types/a.py", " =1", "\t=1", "＝1", "=HYPERLINK(\"x\")"] {
            let cell = cell(text);
            let shown = cell.strip_prefix('"').unwrap_or(&cell);
            assert!(shown.starts_with('\''), "{text:?}: {cell}");
        }
        assert_eq!(
            ["a=b", "a,b", "say \"x\"", "a\nb", ""].map(cell),
            ["a=b", "\"a,b\"", "\"say \"\"x\"\"\"", "a b", ""]
        );
    }
}
