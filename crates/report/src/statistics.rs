//! Findings counted by rule, for `--statistics`. It must not show single findings.

use std::collections::BTreeMap;
use std::io::{self, Write};

use analyzer_diagnostics::{Applicability, Report, RuleInfo, Severity};

use crate::RenderOptions;
use crate::text::{Painted, counted, severity_style, thousands};

/// What is counted of one rule at one severity.
#[derive(Default)]
struct Count {
    all: u64,
    safe: u64,
    opt_in: u64,
}

/// Writes a line for each rule and severity: count, severity, rule, and a mark where fixes are at hand.
/// Most frequent first, then by name.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    _rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut counts: BTreeMap<(&str, Severity), Count> = BTreeMap::new();
    for finding in options.reported(report) {
        let count = counts.entry((&finding.rule, finding.severity)).or_default();
        count.all += 1;
        match finding.fix.as_ref().map(|fix| fix.applicability) {
            Some(Applicability::Safe) => count.safe += 1,
            Some(Applicability::Unsafe) => count.opt_in += 1,
            Some(Applicability::Display) | None => {}
        }
    }
    if counts.is_empty() {
        writeln!(out, "No findings")?;
        return figures(report, out);
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|(a, x), (b, y)| y.all.cmp(&x.all).then(a.0.cmp(b.0)).then(b.1.cmp(&a.1)));

    let digits = rows.first().map_or(0, |(_, count)| thousands(count.all).len());
    let names = rows.iter().map(|((rule, _), _)| rule.len()).max().unwrap_or(0);
    let (mut safe, mut opt_in) = (0, 0);
    for ((rule, severity), count) in &rows {
        let mark = match (count.safe, count.opt_in) {
            (0, 0) => "",
            (0, _) => "  [-]",
            _ => "  [*]",
        };
        let level = Painted(options.colour, severity_style(*severity), format!("{:<7}", severity.as_str()));
        let rule = if mark.is_empty() { (*rule).to_owned() } else { format!("{rule:<names$}") };
        writeln!(out, "{:>digits$}  {level}  {rule}{mark}", thousands(count.all))?;
        safe += count.safe;
        opt_in += count.opt_in;
    }
    if safe > 0 {
        writeln!(out, "[*] {} fixable with --fix", counted(safe, "finding"))?;
    }
    if opt_in > 0 {
        writeln!(out, "[-] {} fixable with --fix --unsafe-fixes", counted(opt_in, "finding"))?;
    }
    figures(report, out)
}

/// Writes what was counted and is no fault.
fn figures(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let modules = report.summary.gpu_modules.len();
    if modules > 0 {
        writeln!(out, "gpu modules: {}", thousands(modules as u64))?;
    }
    Ok(())
}
