//! The tracked query of broken contracts, and what their rule sees of them. It must not know how findings are worded.

use std::sync::Arc;

use analyzer_project as project;
use analyzer_project::config::ConfigProblem;
use analyzer_project::{FileId, PlacedViolation, Violation};

use crate::cycles::placed_hop;
use crate::db::{Db, Subject};
use crate::graph::{edges, file_of, graph, module_index};
use crate::inputs::{File, Project};

/// All imports that break a contract. Runs again when the graph, the contracts, or the edges of a file that breaks one
/// change.
#[salsa::tracked(returns(ref))]
fn violations(db: &dyn Db, project: Project) -> Arc<Vec<Violation>> {
    db.ran("violations", Subject::Project);
    let edges_of = |id: FileId| file_of(db, project, id).map(|file| &**edges(db, project, file));
    let contracts = &project.settings(db).contracts;
    Arc::new(project::violations(contracts, module_index(db, project), graph(db, project), &edges_of))
}

/// The broken contracts whose finding is made in a file.
pub(crate) fn violations_of(db: &dyn Db, project: Project, file: File) -> Vec<PlacedViolation> {
    let contracts = &project.settings(db).contracts;
    if contracts.is_empty() {
        return Vec::new();
    }
    let number = file.number(db);
    let starts_here = |found: &&Violation| found.hops.first().is_some_and(|hop| hop.from == number);
    let placed = |found: &Violation| {
        Some(PlacedViolation {
            contract: contracts.get(found.contract)?.clone(),
            from: found.from.to_string(),
            to: found.to.to_string(),
            import: *found.hops.first()?.imports.first()?,
            hops: found.hops.iter().filter_map(|hop| placed_hop(db, project, hop)).collect(),
            more: found.more,
        })
    };
    violations(db, project).iter().filter(starts_here).filter_map(placed).collect()
}

/// The names in contracts for which there is no module.
pub(crate) fn contract_problems(db: &dyn Db, project: Project) -> Vec<ConfigProblem> {
    let contracts = &project.settings(db).contracts;
    if contracts.is_empty() {
        Vec::new()
    } else {
        project::contract_problems(contracts, module_index(db, project))
    }
}
