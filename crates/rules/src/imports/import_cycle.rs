//! `import-cycle`: modules that import each other while they are imported.
//! It must not know how cycles or verdicts are computed; the project's view holds them.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_project::PlacedCycle;
use analyzer_project::simulate::verdict::Verdict;

use super::cycle::{advice, chain, finding, knot};
use super::fix::break_cycle;
use crate::Check;

/// Reports each component of the graph of imports that run on import, on the import to break.
pub fn import_cycle(check: &Check, out: &mut Vec<Diagnostic>) {
    for cycle in check.project.cycles.iter().filter(|cycle| !cycle.deferred) {
        let message = format!("import cycle {}{}; {}", chain(cycle), knot(cycle), outcome(cycle));
        let Some(mut found) = finding(check, cycle, message) else { continue };
        found.severity = if cycle.verdict == Verdict::Crash && cycle.certain {
            Severity::Error
        } else {
            check.rule.severity
        };
        if let Some(failure) = &cycle.failure {
            found = found.note(failure.clone());
        }
        if cycle.init_reexport {
            found =
                found.note("it is an init re-export: the package imports a module that imports the package");
        }
        found.help = advice(cycle);
        found.fix = break_cycle(check, cycle);
        out.push(found.property("certain", cycle.certain));
    }
}

/// The effect of importing, for the message.
fn outcome(cycle: &PlacedCycle) -> &'static str {
    match (cycle.verdict, cycle.certain) {
        (Verdict::Crash, true) => "importing it crashes",
        (Verdict::Crash, false) => "importing it can crash, depending on a condition",
        (Verdict::EntryDependent, true) => "it crashes if the wrong module is imported first",
        (Verdict::EntryDependent, false) => "it can crash if the wrong module is imported first",
        (Verdict::Masked, _) => "importing it fails, and a handler hides that",
        (Verdict::Tolerated, _) => "importing it works, as the modules stand",
    }
}
