//! `port-conflict`: one port that several services have. It must not know how they were found.

use analyzer_diagnostics::Diagnostic;
use analyzer_project::network::{NetworkProblem, PlaceRole};

use super::placed::diagnostic;
use crate::Check;

/// Reports each number once, with every service that has it.
pub fn port_conflict(cx: &Check, out: &mut Vec<Diagnostic>) {
    for placed in &cx.project.network {
        let NetworkProblem::Conflict(number) = &placed.problem else { continue };
        let binds = placed.related.iter().filter(|(.., role)| *role == PlaceRole::Binds).count();
        let (services, how) =
            if binds > 0 { (binds + 1, "bound by") } else { (placed.related.len() + 1, "given to") };
        out.push(
            diagnostic(cx, placed, format!("port {number} is {how} {services} services"))
                .note("on one machine only the first of them starts")
                .help("give each service a port of its own, and all of them one registry")
                .property("port", *number)
                .property("services", services)
                .key(format!("port {number}")),
        );
    }
}
