//! `--add-suppressions`: what is reported is suppressed in the files, and said. It must not know where comments go.

use std::collections::HashSet;

use analyzer_diagnostics::Report;
use analyzer_engine::{Engine, recount};

/// Writes comments for everything that would be reported; what is left in the report has none.
pub(crate) fn add(engine: &Engine, report: &mut Report) {
    let reported: Vec<_> = report.findings.iter().filter(|finding| finding.counts()).cloned().collect();
    let added = engine.add_suppressions(&reported);
    let left: HashSet<(&str, u32, &str)> =
        added.left.iter().map(|not| (not.path.as_str(), not.line, not.rule.as_str())).collect();
    for finding in &mut report.findings {
        let place = (&*finding.location.path, finding.location.start.line, finding.rule.as_str());
        finding.suppressed |= !left.contains(&place);
    }
    recount(report);
    let count: u32 = added.files.iter().map(|(_, count)| count).sum();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    tell!(
        "suppressed {count} finding{} in {} file{}",
        plural(count as usize),
        added.files.len(),
        plural(added.files.len())
    );
    for not in &added.left {
        tell!("warning: {}:{}: {} is not suppressed: {}", not.path, not.line, not.rule, not.reason);
    }
}
