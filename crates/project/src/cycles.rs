//! Import cycles as they are reported: one a component, with its shortest cycle, what importing it does, and the
//! imports to give up. It must not hold offsets, nor know how findings are worded.

use std::collections::{BTreeMap, VecDeque};

use analyzer_facts::{ImportKind, ImportsProjection};
use rustc_hash::FxHashMap;

use crate::breaks::suggest::{BreakKind, Edge as BreakEdge, EdgeUses, suggest};
use crate::components::{Components, components, shortest_cycle};
use crate::contracts::{Contract, layering};
use crate::edges::{Edge, EdgeKind, FileEdges, ImportLookup, KindSet};
use crate::graph::{EdgeFilter, Graph};
use crate::modules::{FileId, ModuleIndex, Unit, is_below, is_init, parent};
use crate::simulate::gather::{Gathered, gather};
use crate::simulate::reach::Reach;
use crate::simulate::trace::Entry;
use crate::simulate::verdict::{Limits, Report, Verdict, judge};

/// One step of a cycle: the imports by which a file imports the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hop {
    /// The importer.
    pub from: FileId,
    /// The imported file.
    pub to: FileId,
    /// Indices of the imports among the importer's, ascending; not empty.
    pub imports: Vec<u32>,
    /// Whether a function must be called for the first of them to run.
    pub deferred: bool,
    /// Whether no statement names `to`: it is a package that runs because something below it is imported.
    pub implicit: bool,
}

/// An edge to give up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cut {
    /// The edge.
    pub hop: Hop,
    /// How.
    pub kind: BreakKind,
    /// Its cost, in statements and names, weighted by how hard the way is.
    pub cost: u64,
}

/// A component of the import graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Its files, by module name.
    pub members: Vec<FileId>,
    /// Its shortest cycle, beginning at the smallest module name.
    pub hops: Vec<Hop>,
    /// Whether only imports inside functions close it.
    pub deferred: bool,
    /// The result of importing; `Tolerated` where `deferred`.
    pub verdict: Verdict,
    /// Whether the verdict holds however unknown conditions turn out.
    pub certain: bool,
    /// Which import fails, from which entry and why, in one line.
    pub failure: Option<String>,
    /// The edges to give up so that no cycle is left, the one to anchor the finding on first.
    pub cuts: Vec<Cut>,
}

/// The input of the search for cycles.
pub struct CycleInput<'a> {
    /// All modules.
    pub index: &'a ModuleIndex,
    /// The import graph.
    pub graph: &'a Graph,
    /// How names resolve.
    pub lookup: &'a dyn ImportLookup,
    /// The imports of a file.
    pub imports_of: &'a dyn Fn(FileId) -> Option<&'a ImportsProjection>,
    /// The configured contracts on who may import whom.
    pub contracts: &'a [Contract],
    /// The edges of a file.
    pub edges_of: &'a dyn Fn(FileId) -> Option<&'a FileEdges>,
}

const EAGER: EdgeFilter = EdgeFilter::kinds(KindSet::ON_IMPORT);
const RUN_TIME: EdgeFilter = EdgeFilter::kinds(KindSet::AT_RUN_TIME);

/// All cycles: first those that importing runs into, then those that only calls close; each by its smallest module.
#[must_use]
pub fn cycles(input: &CycleInput) -> Vec<Cycle> {
    let eager = components(input.graph, EAGER);
    let reach = if eager.cyclic.is_empty() { None } else { Some(Reach::new(input.graph, EAGER)) };
    let mut found: Vec<Cycle> = Vec::new();
    for members in &eager.cyclic {
        let nodes = shortest_cycle(input.graph, EAGER, members);
        let leads_back = reach.as_ref().map(|reach| reach.leads_to(members)).unwrap_or_default();
        found.push(eager_cycle(input, members, &nodes, &leads_back));
    }
    for members in components(input.graph, RUN_TIME).cyclic {
        if let Some(nodes) = shortest_deferred(input.graph, &eager, &members) {
            found.push(deferred_cycle(input, &members, &nodes));
        }
    }
    found
}

fn files(graph: &Graph, nodes: &[u32]) -> Vec<FileId> {
    nodes.iter().filter_map(|node| graph.file(*node)).collect()
}

fn eager_cycle(input: &CycleInput, nodes: &[u32], shortest: &[u32], leads_back: &[bool]) -> Cycle {
    let members = files(input.graph, nodes);
    let hops = hops_of(input, &files(input.graph, shortest), KindSet::ON_IMPORT);
    let numbers: FxHashMap<FileId, usize> = (0..input.graph.len() as u32)
        .filter_map(|node| Some((input.graph.file(node)?, node as usize)))
        .collect();
    let leads =
        |file: FileId| numbers.get(&file).and_then(|node| leads_back.get(*node)).copied().unwrap_or(false);
    let gathered = gather(&members, input.index, input.lookup, input.imports_of, &leads);
    let report = judge(&gathered.program, &entries(input, &members, &gathered, &leads), Limits::default());
    Cycle {
        cuts: cuts(input, &members, &hops, KindSet::ON_IMPORT),
        failure: failure(&gathered, &report),
        verdict: report.verdict,
        certain: report.certain,
        members,
        hops,
        deferred: false,
    }
}

fn deferred_cycle(input: &CycleInput, nodes: &[u32], shortest: &[u32]) -> Cycle {
    let members = files(input.graph, nodes);
    let hops = hops_of(input, &files(input.graph, shortest), KindSet::AT_RUN_TIME);
    // Any of the deferred imports closes it; the first one is as good as another.
    let cut = hops.iter().find(|hop| hop.deferred).or(hops.first());
    let cuts = cut
        .map(|hop| Cut { hop: hop.clone(), kind: BreakKind::ExtractModule, cost: 0 })
        .into_iter()
        .collect();
    Cycle { members, hops, deferred: true, verdict: Verdict::Tolerated, certain: true, failure: None, cuts }
}

/// Every member, and every member that is also a script; not where a package around it loads members in an order of its own.
fn entries(
    input: &CycleInput,
    members: &[FileId],
    gathered: &Gathered,
    leads: &dyn Fn(FileId) -> bool,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut known: FxHashMap<FileId, bool> = FxHashMap::default();
    for member in members {
        let Some(module) = gathered.module(*member) else { continue };
        let mut folder = parent(input.index.path(*member));
        let mut ordered = true;
        while !folder.is_empty() {
            if let Some(Unit::Package(package)) = input.index.entries.unit(folder) {
                ordered &= !*known.entry(package).or_insert_with(|| loads_by_calls(input, package, leads));
            }
            folder = parent(folder);
        }
        if ordered {
            entries.push(Entry::Import(module));
        }
        if (input.imports_of)(*member).is_some_and(|imports| imports.main_guard) {
            entries.push(Entry::Script(module));
        }
    }
    entries
}

/// Whether a package calls, while it is imported, a function of another module that imports members then: the simulation does not
/// follow it there.
fn loads_by_calls(input: &CycleInput, package: FileId, leads: &dyn Fn(FileId) -> bool) -> bool {
    let (Some(imports), Some(edges)) = ((input.imports_of)(package), (input.edges_of)(package)) else {
        return false;
    };
    let called = |edge: &&Edge| {
        let import = imports.imports.get(edge.import as usize);
        edge.attributes
            && !edge.implicit
            && import.is_some_and(|import| {
                let used =
                    |name: &u16| import.names.get(usize::from(*name)).is_some_and(|one| one.uses.eager);
                edge.names.iter().any(used)
            })
    };
    edges.edges.iter().filter(called).any(|edge| {
        (input.edges_of)(edge.target).is_some_and(|inner| {
            inner.edges.iter().any(|inner| inner.kind == EdgeKind::Deferred && leads(inner.target))
        })
    })
}

fn failure(gathered: &Gathered, report: &Report) -> Option<String> {
    match report.verdict {
        Verdict::Crash | Verdict::EntryDependent => {
            report.first_failure().map(|(entry, failure)| failure.describe(&gathered.program, entry))
        }
        Verdict::Masked => report
            .first_swallowed()
            .map(|(entry, swallowed)| swallowed.failure.describe(&gathered.program, entry)),
        Verdict::Tolerated => None,
    }
}

/// The hops of a cycle of files.
fn hops_of(input: &CycleInput, files: &[FileId], kinds: KindSet) -> Vec<Hop> {
    let next = files.iter().cycle().skip(1);
    files.iter().zip(next).filter_map(|(from, to)| hop(input.edges_of, *from, *to, kinds)).collect()
}

/// The imports of one file that lead to another: statements that name it, or else those that run it on their way.
pub(crate) fn hop<'e>(
    edges_of: &dyn Fn(FileId) -> Option<&'e FileEdges>,
    from: FileId,
    to: FileId,
    kinds: KindSet,
) -> Option<Hop> {
    let edges = edges_of(from)?;
    let counted = || {
        edges.edges.iter().filter(|edge| edge.target == to && KindSet::NONE.with(edge.kind).intersects(kinds))
    };
    let implicit = counted().all(|edge| edge.implicit);
    let chosen = counted().filter(|edge| edge.implicit == implicit);
    let mut imports: Vec<(bool, u32)> = chosen
        .map(|edge| (!KindSet::NONE.with(edge.kind).intersects(KindSet::ON_IMPORT), edge.import))
        .collect();
    imports.sort_unstable_by_key(|(_, import)| *import);
    imports.dedup();
    let deferred = imports.iter().all(|(deferred, _)| *deferred);
    if !deferred {
        imports.retain(|(deferred, _)| !deferred);
    }
    let imports: Vec<u32> = imports.into_iter().map(|(_, import)| import).collect();
    (!imports.is_empty()).then_some(Hop { from, to, imports, deferred, implicit })
}

/// The cheapest edges to give up; one on the shown cycle comes first.
fn cuts(input: &CycleInput, members: &[FileId], hops: &[Hop], kinds: KindSet) -> Vec<Cut> {
    let number: BTreeMap<FileId, u32> = members.iter().copied().zip(0..).collect();
    let mut by_path: Vec<(&str, usize)> =
        members.iter().map(|file| input.index.path(*file)).zip(0..).collect();
    by_path.sort_unstable();
    let mut paths = vec![0; members.len()];
    for (rank, (_, member)) in (0..).zip(by_path) {
        paths[member] = rank;
    }
    let mut between = Vec::new();
    let mut edges = Vec::new();
    for from in members {
        let targets =
            (input.edges_of)(*from).map(|edges| edges.edges.iter().map(|edge| edge.target).collect());
        let mut targets: Vec<FileId> = targets.unwrap_or_default();
        targets.sort_unstable();
        targets.dedup();
        for to in targets.into_iter().filter(|to| to != from && number.contains_key(to)) {
            let Some(hop) = hop(input.edges_of, *from, to, kinds) else { continue };
            edges.push(break_edge(input, &hop, &number));
            between.push(hop);
        }
    }
    let suggestion = suggest(&paths, &edges);
    let mut cuts: Vec<Cut> = suggestion
        .breaks
        .into_iter()
        .map(|found| Cut { hop: between[found.edge].clone(), kind: found.kind, cost: found.cost })
        .collect();
    // Stable, so the rest stays in the order of paths.
    cuts.sort_by_key(|cut| !hops.iter().any(|hop| hop.from == cut.hop.from && hop.to == cut.hop.to));
    cuts
}

fn break_edge(input: &CycleInput, hop: &Hop, number: &BTreeMap<FileId, u32>) -> BreakEdge {
    let mut uses = EdgeUses::default();
    let mut names = 0;
    if let (Some(imports), Some(edges)) = ((input.imports_of)(hop.from), (input.edges_of)(hop.from)) {
        for &at in &hop.imports {
            let Some(import) = imports.imports.get(at as usize) else { continue };
            let edge = edges.of_import(at).find(|edge| edge.target == hop.to);
            let imported: Vec<_> = edge
                .into_iter()
                .flat_map(|edge| &edge.names)
                .filter_map(|name| import.names.get(*name as usize))
                .map(|name| name.uses)
                .collect();
            let plain = imported.is_empty();
            names += if plain { 1 } else { imported.len() as u32 };
            for used in if plain { vec![import.uses] } else { imported } {
                uses.eager |= used.eager;
                uses.deferred |= used.deferred;
                uses.annotation |= used.annotation;
                uses.exported |= used.exported;
            }
            uses.exported |= import.star || import.kind == ImportKind::Dynamic || hop.implicit;
        }
    }
    BreakEdge {
        from: number.get(&hop.from).copied().unwrap_or_default(),
        to: number.get(&hop.to).copied().unwrap_or_default(),
        statements: hop.imports.clone(),
        names,
        uses,
        layering: layering(input.contracts, input.index.name(hop.from), input.index.name(hop.to)),
        into_own_package: is_below(input.index.path(hop.from), parent(input.index.path(hop.to)))
            && is_init(input.index.path(hop.to)),
    }
}

/// The shortest cycle of a component that a deferred import closes; none where all members already lie on one eager
/// component. Of equally short ones the one with the smallest beginning.
fn shortest_deferred(graph: &Graph, eager: &Components, members: &[u32]) -> Option<Vec<u32>> {
    let component = |node: u32| eager.of.get(node as usize).copied();
    let mut best: Option<Vec<u32>> = None;
    for &from in members {
        for to in graph.successors(from, RUN_TIME) {
            let only_deferred = !graph.successors(from, EAGER).any(|other| other == to);
            let inside = to != from && members.binary_search(&to).is_ok() && component(from) != component(to);
            if !(only_deferred && inside) {
                continue;
            }
            let limit = best.as_ref().map_or(usize::MAX, Vec::len);
            let Some(mut path) = path_between(graph, members, to, from, limit) else { continue };
            let smallest = (0..path.len()).min_by_key(|at| path[*at]).unwrap_or(0);
            path.rotate_left(smallest);
            if best.as_ref().is_none_or(|best| (path.len(), &path) < (best.len(), best)) {
                best = Some(path);
            }
        }
    }
    best
}

/// A shortest path inside a component, both ends included, of at most `limit` nodes.
fn path_between(graph: &Graph, members: &[u32], from: u32, to: u32, limit: usize) -> Option<Vec<u32>> {
    let mut before: FxHashMap<u32, u32> = FxHashMap::default();
    let mut queue = VecDeque::from([(from, 1usize)]);
    before.insert(from, from);
    while let Some((node, length)) = queue.pop_front() {
        if node == to {
            let mut path = vec![node];
            let mut at = node;
            while at != from {
                at = *before.get(&at)?;
                path.push(at);
            }
            path.reverse();
            return Some(path);
        }
        if length >= limit {
            return None;
        }
        for next in graph.successors(node, RUN_TIME) {
            if members.binary_search(&next).is_ok() && !before.contains_key(&next) {
                before.insert(next, node);
                queue.push_back((next, length + 1));
            }
        }
    }
    None
}
