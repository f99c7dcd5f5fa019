//! `port-conflict`: one port that several services have. It must not know how they were found.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_project::network::{NetworkProblem, PlaceRole};

use super::placed::diagnostic;
use crate::Check;

/// Reports each number once, with every service that has it.
pub fn port_conflict(cx: &Check, out: &mut Vec<Diagnostic>) {
    for placed in &cx.project.network {
        let NetworkProblem::Conflict(number, doubtful) = &placed.problem else { continue };
        let binds = placed.related.iter().filter(|(.., role)| *role == PlaceRole::Binds).count();
        let (services, how) =
            if binds > 0 { (binds + 1, "bound by") } else { (placed.related.len() + 1, "given to") };
        let note = if *doubtful {
            "where they run on one machine only the first of them starts"
        } else {
            "on one machine only the first of them starts"
        };
        let mut found = diagnostic(cx, placed, format!("port {number} is {how} {services} services"))
            .note(note)
            .help("give each service a port of its own, and all of them one registry")
            .property("port", *number)
            .property("services", services)
            .key(format!("port {number}"));
        if *doubtful {
            found.severity = Severity::Note;
        }
        out.push(found);
    }
}
