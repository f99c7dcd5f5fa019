//! `port-registry-drift`: code or configuration that disagrees with the registry of ports. It must not know how the
//! registry was found.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_project::network::NetworkProblem;

use super::placed::diagnostic;
use crate::Check;

/// Reports names that are missing or unused, numbers that occur twice, and values that differ.
pub fn port_registry_drift(cx: &Check, out: &mut Vec<Diagnostic>) {
    for placed in &cx.project.network {
        let (message, kind, help) = match &placed.problem {
            NetworkProblem::Undeclared(name) => {
                (format!("the registry of ports has no `{name}`"), "undeclared", "add it to the registry")
            }
            NetworkProblem::Unused(name, number, owner) => {
                let who = match owner.as_str() {
                    "" => String::new(),
                    owner => format!(", and no configuration starts its owner `{owner}`"),
                };
                (
                    format!("nothing uses `{name}` ({number}){who}"),
                    "unused",
                    "take it out of the registry, or start what it belongs to",
                )
            }
            NetworkProblem::Duplicate(name, first, number) => (
                format!("`{name}` has the port {number} of `{first}`"),
                "duplicate",
                "give one of them another number",
            ),
            NetworkProblem::Default(variable, default, name, number) => (
                format!("`{variable}` falls back to {default}, and the registry gives {number} to `{name}`"),
                "default",
                "read the number from the registry",
            ),
            NetworkProblem::Configured(service, port, name, number) => (
                format!("`{service}` has the port {port}, and the registry gives {number} to `{name}`"),
                "configured",
                "make both say the same",
            ),
            _ => continue,
        };
        let mut found = diagnostic(cx, placed, message).help(help).property("drift", kind);
        if matches!(placed.problem, NetworkProblem::Unused(..)) {
            found.severity = Severity::Note;
        }
        out.push(found);
    }
}
