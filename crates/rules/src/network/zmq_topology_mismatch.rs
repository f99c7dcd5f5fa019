//! `zmq-topology-mismatch`: ZeroMQ sockets that do not meet what they need. It must not know how they were found.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_project::network::{NetworkProblem, PlaceRole};

use super::placed::diagnostic;
use crate::Check;

/// Reports connects without a bind, double binds, pairs of types that cannot talk, and binds in a loop.
pub fn zmq_topology_mismatch(cx: &Check, out: &mut Vec<Diagnostic>) {
    for placed in &cx.project.network {
        let (message, kind, note) = match &placed.problem {
            NetworkProblem::NoBinder(endpoint, all_known) => (
                format!("this socket connects to {endpoint}, which nothing here binds"),
                "no-binder",
                if *all_known {
                    "ZeroMQ connects without an error, and waits for ever"
                } else {
                    "some sockets bind to ports that are not known here; it may be one of them"
                },
            ),
            NetworkProblem::TwoBinders(endpoint) => (
                format!("{endpoint} is already bound"),
                "two-binders",
                "the second `bind` fails with \"address already in use\"",
            ),
            NetworkProblem::Pair(endpoint, kind, other) => (
                format!("{kind} connects to {endpoint}, which {other} binds"),
                "pair",
                "sockets of these types cannot talk to each other: messages are lost or never sent",
            ),
            NetworkProblem::Loop(endpoint) => (
                format!("a loop binds {endpoint} again and again"),
                "loop",
                "the second time `bind` fails with \"address already in use\"",
            ),
            _ => continue,
        };
        let more = placed.related.iter().filter(|(.., role)| *role == PlaceRole::Connects).count();
        let message = match more {
            0 => message,
            1 => format!("{message}; one more socket does so"),
            _ => format!("{message}; {more} more sockets do so"),
        };
        let mut found = diagnostic(cx, placed, message).note(note).property("mismatch", kind);
        found = match &placed.problem {
            NetworkProblem::Pair(endpoint, kind, other) => {
                found.property("count", more + 1).project_key(format!("pair {endpoint} {kind} {other}"))
            }
            NetworkProblem::NoBinder(endpoint, _) => {
                found.property("count", more + 1).project_key(format!("no binder {endpoint}"))
            }
            _ => found,
        };
        if matches!(placed.problem, NetworkProblem::NoBinder(_, false)) {
            found.severity = Severity::Note;
        }
        out.push(found);
    }
}
