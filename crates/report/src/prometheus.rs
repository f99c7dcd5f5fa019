//! Prometheus' text exposition format 0.0.4, for a textfile collector or a push gateway. It must not hold times, nor
//! anything that differs between two runs over the same bytes.
//!
//! The names of the metrics and labels are a contract with dashboards: they do not change.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo, Severity};

use crate::RenderOptions;

/// Writes gauges: findings by rule (0 for rules without), files, lines, imports and cycles.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let summary = &report.summary;
    let one = |value: u64| vec![(String::new(), value)];
    let build = vec![(labels(&[("version", &options.version)]), 1)];
    metric(out, "analyzer_build_info", "The version of the analyser that made these figures.", &build)?;
    metric(
        out,
        "analyzer_findings",
        "Findings that are neither suppressed nor filtered out.",
        &findings(report, rules),
    )?;
    metric(
        out,
        "analyzer_suppressed_findings",
        "Findings that comments suppress.",
        &one(summary.suppressed.into()),
    )?;
    metric(out, "analyzer_files", "Python files that were analysed.", &one(summary.files.into()))?;
    metric(
        out,
        "analyzer_broken_files",
        "Analysed files with syntax errors.",
        &one(summary.broken_files.into()),
    )?;
    metric(
        out,
        "analyzer_skipped_files",
        "Python files that were not analysed.",
        &one(summary.skipped_files.into()),
    )?;
    metric(out, "analyzer_lines", "Lines of Python that were analysed.", &one(summary.lines))?;
    metric(out, "analyzer_imports", "Imports of one module by another.", &one(summary.import_edges.into()))?;
    metric(out, "analyzer_import_cycles", "Import cycles of the project.", &cycles(report))?;
    let largest = summary.cycles.iter().map(|cycle| u64::from(cycle.size)).max().unwrap_or(0);
    metric(
        out,
        "analyzer_largest_import_cycle_modules",
        "Modules of the largest import cycle.",
        &one(largest),
    )?;
    let hottest = summary.hotspots.iter().map(|hot| u64::from(hot.complexity)).max().unwrap_or(0);
    metric(
        out,
        "analyzer_highest_function_complexity",
        "Complexity of the most complex function that was reported.",
        &one(hottest),
    )?;
    let exit = u64::try_from(options.exit_code).unwrap_or(0);
    metric(out, "analyzer_exit_code", "What the run ended with: 0 clean, 1 findings.", &one(exit))
}

/// A rule, its family and a severity, each as Prometheus sorts and shows them.
fn findings(report: &Report, rules: &[&RuleInfo]) -> Vec<(String, u64)> {
    let family = |rule: &str| {
        let found = rules.binary_search_by(|info| info.name.as_str().cmp(rule));
        found.ok().and_then(|index| rules.get(index)).map_or("other", |info| info.family.as_str())
    };
    let mut counts: BTreeMap<(&str, Severity), u64> = BTreeMap::new();
    // A series that is missing while its rule finds nothing would break every rate and every alert.
    counts.extend(rules.iter().map(|rule| ((rule.name.as_str(), rule.severity), 0)));
    for finding in report.findings.iter().filter(|finding| finding.counts()) {
        *counts.entry((&finding.rule, finding.severity)).or_default() += 1;
    }
    let row = |((rule, severity), count): ((&str, Severity), u64)| {
        let labels = labels(&[("family", family(rule)), ("rule", rule), ("severity", severity.as_str())]);
        (labels, count)
    };
    counts.into_iter().map(row).collect()
}

fn cycles(report: &Report) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<(&str, bool), u64> = BTreeMap::new();
    counts.extend(["crash", "entry-dependent", "masked", "tolerated"].map(|verdict| ((verdict, false), 0)));
    for cycle in &report.summary.cycles {
        *counts.entry((&cycle.verdict, cycle.deferred)).or_default() += 1;
    }
    let row = |((verdict, deferred), count): ((&str, bool), u64)| {
        let deferred = if deferred { "true" } else { "false" };
        (labels(&[("deferred", deferred), ("verdict", verdict)]), count)
    };
    counts.into_iter().map(row).collect()
}

fn metric(out: &mut dyn Write, name: &str, help: &str, samples: &[(String, u64)]) -> io::Result<()> {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge")?;
    samples.iter().try_for_each(|(labels, value)| writeln!(out, "{name}{labels} {value}"))
}

/// `{name="value",…}`
fn labels(pairs: &[(&str, &str)]) -> String {
    let mut text = String::from("{");
    for (index, (name, value)) in pairs.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let _ = write!(text, "{comma}{name}=\"{value}\"");
    }
    text.push('}');
    text
}
