//! The parts of a project, for the figures at the end of a run. It must not know how they are shown.

use std::collections::BTreeSet;

use analyzer_diagnostics::Inventory;
use analyzer_facts::{Endpoint, EndpointVia, ServiceKind};
use analyzer_project::places::is_test_module;

use crate::db::Db;
use crate::imported::imported;
use crate::inputs::Project;
use crate::mirrors::{live_files, live_texts};
use crate::queries::facts;

/// Counts what a project consists of.
pub(crate) fn inventory(db: &dyn Db, project: Project) -> Inventory {
    let mut found = Inventory { imported: imported(db, project), ..Inventory::default() };
    for file in live_files(db, project).iter() {
        let path: &str = file.path(db);
        if is_test_module(path.rsplit('/').next().unwrap_or(path)) {
            let folder = path.split_once('/').map_or("", |(folder, _)| folder);
            *found.tests.entry(folder.to_owned()).or_default() += 1;
        }
        let endpoints = facts(db, *file).map(|facts| facts.endpoints.as_slice()).unwrap_or_default();
        for endpoint in endpoints.iter().filter(|one| one.via != EndpointVia::Url) {
            found.endpoints += 1;
            found.literal_endpoints += u32::from(is_literal(endpoint));
        }
    }
    for file in live_texts(db, project).iter() {
        let config = facts(db, *file).and_then(|facts| facts.config.as_deref());
        let services = config.map(|config| config.services.as_slice()).unwrap_or_default();
        let started = services.iter().filter(|service| service.kind == ServiceKind::Startup);
        let programs: BTreeSet<&str> =
            started.map(|service| service.program.as_str()).filter(|program| !program.is_empty()).collect();
        if !programs.is_empty() {
            found.started.insert(file.path(db).to_string(), programs.len() as u32);
        }
    }
    found
}

/// Whether the port's number is in the call itself.
fn is_literal(endpoint: &Endpoint) -> bool {
    endpoint.port.is_some_and(|port| endpoint.range.contains_range(port.range))
}
