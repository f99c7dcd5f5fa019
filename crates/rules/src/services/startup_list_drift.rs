//! `startup-list-drift`: lists of what is started that disagree with the programs there are. It must not know how they were
//! compared.

use analyzer_diagnostics::{Diagnostic, Severity};
use analyzer_project::network::NetworkProblem;

use crate::Check;
use crate::network::placed::diagnostic;

/// Reports programs that are missing, listed twice or in no list, and services that others need and no list has.
pub fn startup_list_drift(cx: &Check, out: &mut Vec<Diagnostic>) {
    for placed in &cx.project.network {
        let (message, kind, note, help) = match &placed.problem {
            NetworkProblem::NoProgram(service, program) => (
                format!("`{service}` starts `{program}`, which does not exist"),
                "no-program",
                "the service never starts",
                "write where the program is today, or take the service out of the list",
            ),
            NetworkProblem::ProgramTwice(service, program, first) => (
                format!("`{service}` starts `{program}`, which `{first}` starts already"),
                "twice",
                "two processes of one program do the same work, or are in each other's way",
                "keep one of the two entries",
            ),
            NetworkProblem::NotListed(service, needed) => (
                format!("`{service}` needs `{needed}`, which no list starts"),
                "not-listed",
                "whoever starts the list waits for it, or starts the service without it",
                "list what it needs, or take the dependency out",
            ),
            NetworkProblem::NotStarted(list, base) => {
                let like = match base.as_str() {
                    "" => "runs by itself".to_owned(),
                    base => format!("derives from `{base}`"),
                };
                (
                    format!(
                        "this program {like} as those beside it that `{list}` starts, and no list starts it"
                    ),
                    "not-started",
                    "what nobody starts is missing, or is dead code",
                    "add it to the list; or move it away from the services, if it is none",
                )
            }
            _ => continue,
        };
        let mut found = diagnostic(cx, placed, message).note(note).help(help).property("drift", kind);
        if matches!(&placed.problem, NetworkProblem::NotStarted(_, base) if base.is_empty()) {
            found.severity = Severity::Note;
        }
        out.push(found);
    }
}
