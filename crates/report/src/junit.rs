//! JUnit XML, for CI systems that show test results. It must not hold anything that differs between two runs over the
//! same bytes, such as times.
//!
//! Elements and attributes are those that Jenkins' `jenkins-junit.xsd` and GitLab both read.

use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Report, RuleInfo, Severity};

use crate::RenderOptions;
use crate::finding::details;
use crate::xml::{attribute, content};

/// Writes a suite for each file with findings and a case for each finding: errors and warnings fail, notes pass with
/// their text as output, suppressed findings are skipped. Without any finding there is one case that passes.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    _rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let findings: Vec<&Finding> = options.reported(report).collect();
    let suites: Vec<&[&Finding]> = findings.chunk_by(|a, b| a.location.path == b.location.path).collect();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    if suites.is_empty() {
        writeln!(out, "<testsuites name=\"analyzer\" tests=\"1\" failures=\"0\" errors=\"0\">")?;
        writeln!(
            out,
            "  <testsuite name=\"analyzer\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0\">"
        )?;
        writeln!(out, "    <testcase name=\"no findings\" classname=\"analyzer\" time=\"0\"/>")?;
        return writeln!(out, "  </testsuite>\n</testsuites>");
    }
    let (tests, failures) = (findings.len(), failed(&findings));
    writeln!(out, "<testsuites name=\"analyzer\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">")?;
    for suite in suites {
        let path = suite.first().map_or("", |finding| &*finding.location.path);
        let skipped = suite.iter().filter(|finding| !finding.counts()).count();
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\">",
            attribute(path),
            suite.len(),
            failed(suite),
        )?;
        for finding in suite {
            case(finding, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn failed(findings: &[&Finding]) -> usize {
    let fails = |finding: &&&Finding| finding.counts() && finding.severity != Severity::Note;
    findings.iter().filter(fails).count()
}

fn case(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (path, start) = (&*finding.location.path, finding.location.start);
    let class = path.strip_suffix(".py").unwrap_or(path);
    writeln!(
        out,
        "    <testcase name=\"{} ({}:{})\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"0\">",
        attribute(&finding.rule),
        start.line,
        start.column,
        attribute(class),
        attribute(path),
        start.line,
    )?;
    let message = attribute(&finding.message);
    if finding.suppressed {
        writeln!(out, "      <skipped message=\"suppressed: {message}\"/>")?;
    } else if finding.baselined {
        writeln!(out, "      <skipped message=\"in the baseline: {message}\"/>")?;
    } else {
        let level = finding.severity.as_str();
        let body = format!("{path}:{}:{}: {level}: {}", start.line, start.column, details(finding));
        let body = content(&body);
        if finding.severity == Severity::Note {
            writeln!(out, "      <system-out>{body}</system-out>")?;
        } else {
            writeln!(out, "      <failure type=\"{level}\" message=\"{message}\">{body}</failure>")?;
        }
    }
    writeln!(out, "    </testcase>")
}
