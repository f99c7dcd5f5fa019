//! The figures at the end of a run, as far as they follow from the reported findings.
//! It must not know the database: whoever leaves findings out has them counted anew.

use std::cmp::Reverse;

use analyzer_diagnostics::{CycleSummary, Finding, Hotspot, Report};

/// Functions in the table of the most complex ones.
const HOTSPOTS: usize = 10;

/// Counts the findings of a report, and picks its most complex functions and its cycles.
pub fn recount(report: &mut Report) {
    let family =
        |rule: &str| analyzer_rules::find(rule).map_or("other", |rule| rule.info.family.as_str()).to_owned();
    report.summary.count(&report.findings, family);
    let shown = || report.findings.iter().filter(|finding| !finding.suppressed);
    let complex = shown().filter(|finding| finding.rule == "complex-function");
    let mut hotspots: Vec<Hotspot> = complex.filter_map(hotspot).collect();
    // Stable: findings come sorted by path and place.
    hotspots.sort_by_key(|hotspot| Reverse(hotspot.complexity));
    hotspots.truncate(HOTSPOTS);
    let mut cycles: Vec<CycleSummary> = shown().filter_map(cycle).collect();
    cycles.sort_by(|a, b| {
        (a.deferred, badness(&a.verdict), &a.modules).cmp(&(b.deferred, badness(&b.verdict), &b.modules))
    });
    report.summary.hotspots = hotspots;
    report.summary.cycles = cycles;
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
