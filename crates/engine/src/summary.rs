//! The figures at the end of a run, as far as they follow from the reported findings.
//! It must not know the database: whoever leaves findings out has them counted anew.

use analyzer_diagnostics::{CycleSummary, Finding, Hotspot, Report};
use analyzer_rules::custom::FAMILY;
use serde_json::Value;

/// The property that holds how often the file changed.
const CHURN: &str = "churn";

/// Functions in the table of the most complex ones.
const HOTSPOTS: usize = 10;

/// Counts the findings of a report, and picks its most complex functions and its cycles.
pub fn recount(report: &mut Report) {
    let family =
        |rule: &str| analyzer_rules::find(rule).map_or(FAMILY, |rule| rule.info.family.as_str()).to_owned();
    report.summary.count(&report.findings, family);
    let shown = || report.findings.iter().filter(|finding| finding.counts());
    let complex = shown().filter(|finding| finding.rule == "complex-function");
    let ranked = |finding: &Finding| Some((hotspot(finding)?, rank(finding)));
    let mut hotspots: Vec<(Hotspot, f64)> = complex.filter_map(ranked).collect();
    // Stable: findings come sorted by path and place.
    hotspots.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(b.complexity.cmp(&a.complexity)));
    hotspots.truncate(HOTSPOTS);
    let mut cycles: Vec<CycleSummary> = shown().filter_map(cycle).collect();
    cycles.sort_by(|a, b| {
        (a.deferred, badness(&a.verdict), &a.modules).cmp(&(b.deferred, badness(&b.verdict), &b.modules))
    });
    report.summary.hotspots = hotspots.into_iter().map(|(hotspot, _)| hotspot).collect();
    report.summary.cycles = cycles;
}

/// Weights the ranks of complex functions by how often their files changed; the summary follows the next count.
pub fn weigh(report: &mut Report, churn: impl Fn(&str) -> u32) {
    for finding in report.findings.iter_mut().filter(|finding| finding.rule == "complex-function") {
        let changes = churn(&finding.location.path);
        let rank = finding.properties.get("hotspot").and_then(Value::as_f64).unwrap_or_default();
        // A file that no commit has touched yet is being changed right now.
        let weighted = rank * f64::from(changes.max(1));
        finding.properties.insert("hotspot", ((weighted * 10.0).round() / 10.0).into());
        finding.properties.insert(CHURN, changes.into());
    }
}

/// A function's place among the hottest: its rank where changes are known, else its complexity.
fn rank(finding: &Finding) -> f64 {
    let key = if finding.properties.contains_key(CHURN) { "hotspot" } else { "complexity" };
    finding.properties.get(key).and_then(Value::as_f64).unwrap_or_default()
}

/// The worst verdict first.
fn badness(verdict: &str) -> usize {
    ["crash", "entry-dependent", "masked"].iter().position(|worse| *worse == verdict).unwrap_or(3)
}

fn hotspot(finding: &Finding) -> Option<Hotspot> {
    let complexity = finding.properties.get("complexity")?.as_u64()?;
    Some(Hotspot {
        path: finding.location.path.to_string(),
        line: finding.location.start.line,
        function: finding.properties.get("function")?.as_str()?.to_owned(),
        complexity: u32::try_from(complexity).unwrap_or(u32::MAX),
    })
}

fn cycle(finding: &Finding) -> Option<CycleSummary> {
    let modules = finding.properties.get("cycle")?.as_array()?;
    let size = finding.properties.get("componentSize")?.as_u64()?;
    Some(CycleSummary {
        modules: modules.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        size: u32::try_from(size).unwrap_or(u32::MAX),
        verdict: finding.properties.get("verdict")?.as_str()?.to_owned(),
        deferred: finding.rule == "deferred-import-cycle",
    })
}
