//! The tracked queries of requirements that disagree. It must not know how findings are worded.

use std::sync::Arc;

use analyzer_facts::{FileFacts, Requirement};
use analyzer_project::drift::{Asked, At, Drift, Lists, drifts};
use analyzer_project::{PlacedDrift, PlacedRequirement};
use salsa::plumbing::AsId;

use crate::db::{Db, Subject};
use crate::inputs::{File, NO_MODULE, Project};
use crate::mirrors::{live_files, live_texts};
use crate::queries::facts;
use crate::seen::seen_facts;

/// Name of the rule.
const RULE: &str = "dependency-drift";

fn requirements(db: &dyn Db, file: File) -> &[Requirement] {
    let config = facts(db, file).and_then(|facts| facts.config.as_deref());
    config.map(|config| config.requirements.as_slice()).unwrap_or_default()
}

/// Requirements of a file, without places. Runs again when what others see of the file changes; equal as long as its
/// requirements and the lists that it names are.
#[salsa::tracked(returns(ref))]
pub(crate) fn asked(db: &dyn Db, file: File) -> Lists {
    db.ran("asked", Subject::File(file.as_id()));
    seen_facts(db, file).map(lists_in).unwrap_or_default()
}

/// The requirements in these facts.
pub(crate) fn lists_in(facts: &FileFacts) -> Lists {
    let Some(config) = facts.config.as_deref() else { return Lists::default() };
    let asked = |one: &Requirement| Asked {
        name: one.name.clone(),
        versions: one.versions.clone(),
        extras: one.extras.clone(),
        marker: one.marker.clone(),
        list: one.list.clone(),
        direct: one.direct,
    };
    Lists {
        asked: config.requirements.iter().map(asked).collect(),
        links: config.requirement_links.iter().map(|link| link.path.clone()).collect(),
        python: config.python.clone(),
    }
}

/// Whether a program may give its requirements to `setup`.
fn is_setup(path: &str) -> bool {
    path == "setup.py" || path.ends_with("/setup.py")
}

/// The files that may ask for packages, those in copies left out, sorted by path. Runs again when files come or go, or the
/// copies do.
#[salsa::tracked(returns(ref))]
fn listing(db: &dyn Db, project: Project) -> Vec<File> {
    let programs = live_files(db, project).iter().filter(|file| is_setup(file.path(db)));
    let mut all: Vec<File> = live_texts(db, project).iter().chain(programs).copied().collect();
    all.sort_by(|one, other| one.path(db).cmp(other.path(db)));
    all
}

/// All requirements that disagree. Runs again when the requirements of a file change, or such a file appears or goes.
#[salsa::tracked(returns(ref))]
fn all_drifts(db: &dyn Db, project: Project) -> Vec<Drift> {
    db.ran("drifts", Subject::Project);
    let files: Vec<(&str, &Lists)> =
        listing(db, project).iter().map(|file| (&**file.path(db), asked(db, *file))).collect();
    drifts(&files)
}

/// The disagreements that are reported in a file. Not tracked: it is part of the file's check.
pub(crate) fn drifts_of(db: &dyn Db, project: Project, file: File) -> Vec<PlacedDrift> {
    let off = !project.settings(db).enabled.contains(RULE);
    let lists = file.number(db) == NO_MODULE || is_setup(file.path(db));
    if !lists || off || requirements(db, file).is_empty() {
        return Vec::new();
    }
    let place = |at: At| {
        let file = listing(db, project).get(at.0 as usize)?;
        let requirement = requirements(db, *file).get(at.1 as usize)?;
        Some(PlacedRequirement {
            path: Arc::clone(file.path(db)),
            range: requirement.range,
            versions: requirement.versions.clone(),
        })
    };
    let here = |drift: &&Drift| listing(db, project).get(drift.at.0 as usize) == Some(&file);
    let placed = all_drifts(db, project).iter().filter(here).filter_map(|drift| {
        Some(PlacedDrift {
            how: drift.how,
            index: drift.at.1,
            with: place(drift.with)?,
            others: drift.others.iter().filter_map(|at| place(*at)).collect(),
            common: drift.common.clone(),
            more: drift.more,
            elsewhere: drift.elsewhere,
        })
    });
    placed.collect()
}
