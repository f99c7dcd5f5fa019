//! `deferred-import-cycle`: cycles that only imports inside functions close.
//! It must not know how cycles are found; the project's view holds them.

use analyzer_diagnostics::Diagnostic;

use super::cycle::{chain, finding, knot};
use crate::Check;

/// Reports each such cycle on the import inside a function.
pub fn deferred_import_cycle(check: &Check, out: &mut Vec<Diagnostic>) {
    for cycle in check.project.cycles.iter().filter(|cycle| cycle.deferred) {
        let message = format!("deferred import cycle {}{}", chain(cycle), knot(cycle));
        let Some(found) = finding(check, cycle, message) else { continue };
        let to = cycle.cuts.first().map(|cut| cut.hop.to.as_str()).unwrap_or_default();
        out.push(
            found
                .note("it cannot fail on import; the modules still depend on each other both ways")
                .help(format!("move what this function needs of `{to}` into a module that both can import")),
        );
    }
}
