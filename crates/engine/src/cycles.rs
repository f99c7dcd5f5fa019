//! The tracked queries of import cycles, and what rules of scope `project` see of them.
//! It must not know how findings are worded.

use std::sync::Arc;

use analyzer_facts::relocate::Wanted;
use analyzer_facts::{Suppression, TextRange};
use analyzer_project as project;
use analyzer_project::{
    Cycle, CycleInput, FileId, Hop, PlacedCut, PlacedCycle, PlacedHop, PlacedNameUse, PlacedTwoNames,
    ProjectView, SelfImport, TwoNames,
};

use salsa::plumbing::AsId;

use crate::contracts::violations_of;
use crate::copies::{backup_of, family_of};
use crate::db::{Db, Subject};
use crate::drift::drifts_of;
use crate::gathered::{markers_of, unresolved_of};
use crate::graph::{Lookup, edges, file_of, graph, imports, module_index};
use crate::helpers::blocking_helpers;
use crate::inputs::{File, NO_MODULE, Project};
use crate::lists::missing_lists;
use crate::mirrors::{fold_of, is_folded};
use crate::network::{placed_network, port_registry};
use crate::queries::facts;
use crate::secrets::secrets_of;
use crate::seen::is_analysed;
use crate::suppress;
use crate::taken::{taken_names, two_names};
use crate::web::web_view;

/// All import cycles. Runs again when the graph or the settings change, or imports of a file that leads to a cycle, or of a package
/// around one, do.
#[salsa::tracked(returns(ref))]
pub(crate) fn cycles(db: &dyn Db, project: Project) -> Arc<Vec<Arc<Cycle>>> {
    db.ran("cycles", Subject::Project);
    let index = module_index(db, project);
    let imports_of = |id: FileId| {
        let file = file_of(db, project, id)?;
        is_analysed(db, file).then(|| &**imports(db, file))
    };
    let edges_of = |id: FileId| file_of(db, project, id).map(|file| &**edges(db, project, file));
    let input = CycleInput {
        index,
        graph: graph(db, project),
        lookup: &Lookup { db, project, index },
        imports_of: &imports_of,
        contracts: &project.settings(db).contracts,
        edges_of: &edges_of,
    };
    Arc::new(project::cycles(&input).into_iter().map(Arc::new).collect())
}

/// The cycles whose finding is anchored in a file. Runs again when any cycle changes; equal unless one of its own does.
#[salsa::tracked(returns(ref))]
fn cycles_anchored(db: &dyn Db, project: Project, file: File) -> Vec<Arc<Cycle>> {
    db.ran("cycles_anchored", Subject::File(file.as_id()));
    let number = file.number(db);
    let anchored = |cycle: &&Arc<Cycle>| cycle.cuts.first().is_some_and(|cut| cut.hop.from == number);
    cycles(db, project).iter().filter(anchored).cloned().collect()
}

/// The places of a file's imports. Runs again when its facts change; equal as long as no import moves.
#[salsa::tracked(returns(ref))]
pub(crate) fn import_ranges(db: &dyn Db, file: File) -> Vec<TextRange> {
    db.ran("import_ranges", Subject::File(file.as_id()));
    let facts = facts(db, file);
    facts.map(|facts| facts.imports.iter().map(|import| import.module_range).collect()).unwrap_or_default()
}

/// The imports of a file, by number, at which a comment asks pylint to say nothing of cycles. Runs again when its facts
/// change; equal as long as no such comment does.
#[salsa::tracked(returns(ref))]
fn silenced_imports(db: &dyn Db, file: File) -> Vec<u32> {
    db.ran("silenced_imports", Subject::File(file.as_id()));
    let Some(facts) = facts(db, file) else { return Vec::new() };
    let asks: Vec<&Suppression> =
        facts.suppressions.iter().filter(|one| suppress::is_about_cycles(one)).collect();
    if asks.is_empty() {
        return Vec::new();
    }
    let covered = |range: TextRange| asks.iter().any(|one| one.covers(range.start));
    (0..).zip(&facts.imports).filter(|(_, import)| covered(import.module_range)).map(|(at, _)| at).collect()
}

/// A file as one that may define what others import.
fn defining<'db>(db: &'db dyn Db, project: Project, file: File) -> project::Defining<'db> {
    project::Defining { path: file.path(db), imports: imports(db, file), edges: edges(db, project, file) }
}

/// The view of a file that rules of scope `project` get. Not tracked: it is part of the file's check.
pub(crate) fn view_of(db: &dyn Db, project: Project, file: File) -> ProjectView {
    let secrets = secrets_of(db, project, file);
    if is_folded(db, project, file) {
        return ProjectView { secrets, fold: fold_of(db, project, file), ..ProjectView::default() };
    }
    let backup = backup_of(db, project, file);
    let network = placed_network(db, project, file);
    let number = file.number(db);
    if number == NO_MODULE {
        let drifts = drifts_of(db, project, file);
        let missing_lists = missing_lists(db, project, file);
        return ProjectView { secrets, backup, network, drifts, missing_lists, ..ProjectView::default() };
    }
    let own = edges(db, project, file).edges.iter().filter(|edge| edge.target == number && !edge.implicit);
    let mut self_imports: Vec<SelfImport> = own
        .map(|edge| SelfImport {
            import: edge.import,
            name: edge.names.first().copied().filter(|_| !edge.attributes),
        })
        .collect();
    self_imports.dedup_by_key(|one| one.import);
    let anchored = cycles_anchored(db, project, file);
    let imports = imports(db, file);
    let idle = project::has_unused(imports);
    let taken = if anchored.is_empty() && !idle { &[][..] } else { taken_names(db, project, file) };
    let unused = if idle {
        let own_view = defining(db, project, file);
        let defining = |id| file_of(db, project, id).map(|other| defining(db, project, other));
        let collected = project::collected(own_view, &defining);
        project::unused(file.path(db), imports, edges(db, project, file), taken, &collected)
    } else {
        Vec::new()
    };
    ProjectView {
        cycles: anchored.iter().filter_map(|cycle| placed(db, project, cycle)).collect(),
        taken: if anchored.is_empty() { Vec::new() } else { taken.to_vec() },
        self_imports,
        unresolved: unresolved_of(db, project, file),
        markers: markers_of(db, project, file),
        secrets,
        backup,
        fold: None,
        family: family_of(db, project, file),
        blocking_helpers: blocking_helpers(db, project, file),
        network,
        registry: port_registry(db, project, file),
        web: web_view(db, project, file),
        drifts: drifts_of(db, project, file),
        missing_lists: Vec::new(),
        unused,
        violations: violations_of(db, project, file),
        two_names: two_names(db, project)
            .iter()
            .filter_map(|one| placed_names(db, project, file, one))
            .collect(),
    }
}

/// A module with two names, if the import to change is in the file.
fn placed_names(db: &dyn Db, project: Project, file: File, module: &TwoNames) -> Option<PlacedTwoNames> {
    let (_, rare) = module.names.first().filter(|(_, one)| one.importer == file.number(db))?;
    let names = module.names.iter().filter_map(|(name, one)| {
        let importer = file_of(db, project, one.importer)?;
        Some(PlacedNameUse {
            name: name.to_string(),
            path: Arc::clone(importer.path(db)),
            range: *import_ranges(db, importer).get(one.import as usize)?,
            count: one.count,
        })
    });
    Some(PlacedTwoNames {
        target: Arc::clone(file_of(db, project, rare.target)?.path(db)),
        import: rare.import,
        names: names.collect(),
    })
}

fn placed(db: &dyn Db, project: Project, cycle: &Cycle) -> Option<PlacedCycle> {
    let index = module_index(db, project);
    let hops: Vec<PlacedHop> = cycle.hops.iter().filter_map(|hop| placed_hop(db, project, hop)).collect();
    let cuts = cycle.cuts.iter().filter_map(|cut| {
        Some(PlacedCut { hop: placed_hop(db, project, &cut.hop)?, kind: cut.kind, cost: cut.cost })
    });
    let is_init = |hop: &Hop| index.path(hop.to).ends_with("__init__.py");
    let below = |hop: &Hop| {
        index.name(hop.from).strip_prefix(index.name(hop.to)).is_some_and(|rest| rest.starts_with('.'))
    };
    Some(PlacedCycle {
        members: cycle.members.iter().map(|member| index.name(*member).to_owned()).collect(),
        hops,
        deferred: cycle.deferred,
        verdict: cycle.verdict,
        certain: cycle.certain,
        failure: cycle.failure.clone(),
        cuts: cuts.collect(),
        anchor: *cycle.cuts.first()?.hop.imports.first()?,
        anchored: wanted(db, project, &cycle.cuts.first()?.hop),
        init_reexport: cycle.hops.iter().any(|hop| is_init(hop) && below(hop)),
    })
}

/// The imports that a hop consists of, with the names that lead there.
fn wanted(db: &dyn Db, project: Project, hop: &Hop) -> Vec<Wanted> {
    let Some(file) = file_of(db, project, hop.from) else { return Vec::new() };
    let edges = edges(db, project, file);
    let named = |import: &u32| {
        let mut one = Wanted { import: *import, names: Vec::new(), attributes: false };
        for edge in edges.of_import(*import).filter(|edge| edge.target == hop.to) {
            if edge.implicit || edge.names.is_empty() {
                // A package on the way runs whichever of the names is imported.
                return Wanted { import: *import, names: Vec::new(), attributes: false };
            }
            one.names.extend(&edge.names);
            one.attributes |= edge.attributes;
        }
        one.names.sort_unstable();
        one
    };
    hop.imports.iter().map(named).collect()
}

pub(crate) fn placed_hop(db: &dyn Db, project: Project, hop: &Hop) -> Option<PlacedHop> {
    let index = module_index(db, project);
    let file = file_of(db, project, hop.from)?;
    Some(PlacedHop {
        path: Arc::clone(file.path(db)),
        from: index.name(hop.from).to_owned(),
        to: index.name(hop.to).to_owned(),
        range: *import_ranges(db, file).get(*hop.imports.first()? as usize)?,
        statements: hop.imports.len(),
        deferred: hop.deferred,
        implicit: hop.implicit,
        silenced: hop.imports.iter().any(|import| silenced_imports(db, file).contains(import)),
    })
}
