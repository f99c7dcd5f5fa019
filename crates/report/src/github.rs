//! Workflow commands that GitHub Actions shows as annotations beside the code. It must not know code scanning.
//!
//! Syntax and escaping are those of the runner's `ActionCommand`; the limits are from GitHub's "Usage limits" of
//! workflow commands.

use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Report, RuleInfo, Severity};

use crate::RenderOptions;
use crate::finding::{details, mark, ranked};
use crate::inert::{is_obeyed, shown};
use crate::text::{counted, one_line};

/// Annotations of one level that GitHub shows for a step; it drops what comes later without a word.
const PER_LEVEL: usize = 10;
/// Bytes of a message. Far below the 64 KiB that a whole annotation may have.
const MAX_MESSAGE: usize = 4_096;

/// Writes an annotation for each of the ten most severe findings of each level, and the others as plain lines in a
/// group of the log.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let ranked = ranked(report, rules, options);
    let mut rest = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let level = ranked.iter().filter(|finding| finding.severity == severity);
        for (index, finding) in level.enumerate() {
            if index < PER_LEVEL {
                annotation(finding, options, out)?;
            } else {
                rest.push(*finding);
            }
        }
    }
    if rest.is_empty() {
        return Ok(());
    }
    writeln!(out, "::group::{} without annotation", counted(rest.len() as u64, "more finding"))?;
    for finding in rest {
        let start = finding.location.start;
        let line = format!(
            "{}{}:{}:{}: {}[{}] {}",
            options.path_prefix,
            finding.location.path,
            start.line,
            start.column,
            finding.severity.as_str(),
            finding.rule,
            finding.message
        );
        // The runner obeys `##[command]` anywhere in a line, and `::command::` at its start.
        writeln!(out, "- {}", one_line(&line).replace("##[", "# #["))?;
    }
    writeln!(out, "::endgroup::")
}

fn annotation(finding: &Finding, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let (start, end) = (finding.location.start, finding.location.end);
    let path = property(&format!("{}{}", options.path_prefix, finding.location.path));
    write!(out, "::{command} file={path},line={},endLine={}", start.line, end.line)?;
    // Columns are refused where the range has several lines. GitHub's last column is part of the range.
    if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column.saturating_sub(1).max(start.column))?;
    }
    let mark = mark(finding);
    let title = property(&format!("{}{mark}", finding.rule));
    writeln!(out, ",title={title}::{}", data(&cut(&details(finding), MAX_MESSAGE)))
}

/// A message as a command's data.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value as a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text whose control characters cannot command a terminal that shows the log.
fn visible(text: &str) -> String {
    shown(text, |c| is_obeyed(c) && !matches!(c, '\n' | '\r' | '\t')).into_owned()
}

/// The text, or as much of it as fits into so many bytes, with an ellipsis.
fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|&at| at + '…'.len_utf8() <= bytes).last();
    format!("{}…", &text[..end.unwrap_or(0)])
}
