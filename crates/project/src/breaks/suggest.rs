//! The suggestion: what each import of a component would cost to give up, and the cheapest set that ends all cycles.
//! It must not know how a fix is written.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::{exact, heuristic};

/// How to give up an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BreakKind {
    /// Nothing uses its names: delete it.
    RemoveUnused,
    /// Only annotations use its names: move it under `if TYPE_CHECKING`.
    MoveUnderTypeChecking,
    /// Only functions use its names: move it into them.
    MoveIntoFunction,
    /// It takes names from a package that the importer lies in: import them from where they are defined.
    ImportFromDefinition,
    /// Its names are needed while the module is imported: move what both need into a third module.
    ExtractModule,
}

/// How the imports of an edge use what they import; the union over all their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct EdgeUses {
    /// While the module is imported, outside annotations.
    pub eager: bool,
    /// In bodies of functions, outside annotations.
    pub deferred: bool,
    /// In annotations.
    pub annotation: bool,
    /// Re-exported, or imported with `*` or by `import_module`: others rely on it where it is.
    pub exported: bool,
}

/// The judgement of the declared layers on an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Layering {
    /// Nothing.
    #[default]
    Undeclared,
    /// It leads from a higher layer to a lower one, as declared.
    Follows,
    /// It leads from a lower layer to a higher one.
    Violates,
}

/// The imports by which one module of the component imports another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The importer: index into the nodes.
    pub from: u32,
    /// The imported module: index into the nodes.
    pub to: u32,
    /// The statements, by any number that orders them as in the text; not empty.
    pub statements: Vec<u32>,
    /// Number of imported names; 1 for a plain import.
    pub names: u32,
    /// How they are used.
    pub uses: EdgeUses,
    /// The judgement of the layers.
    pub layering: Layering,
    /// Whether the importer lies in the imported package.
    pub into_own_package: bool,
}

/// An import to give up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Index of the edge.
    pub edge: usize,
    /// How.
    pub kind: BreakKind,
    /// Its cost; see [`cost`].
    pub cost: u64,
}

/// The imports to give up so that no cycle is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// By the path of the importer, then by statement; the finding is anchored on the first statement of the first.
    pub breaks: Vec<Break>,
    /// Sum of the costs.
    pub cost: u64,
    /// Whether no cheaper set exists.
    pub exact: bool,
}

/// How the imports of an edge are given up most cheaply.
#[must_use]
pub const fn kind_of(edge: &Edge) -> BreakKind {
    let uses = edge.uses;
    match uses {
        EdgeUses { exported: true, .. } | EdgeUses { eager: true, .. } if edge.into_own_package => {
            BreakKind::ImportFromDefinition
        }
        EdgeUses { exported: true, .. } | EdgeUses { eager: true, .. } => BreakKind::ExtractModule,
        EdgeUses { deferred: true, .. } => BreakKind::MoveIntoFunction,
        EdgeUses { annotation: true, .. } => BreakKind::MoveUnderTypeChecking,
        EdgeUses { .. } => BreakKind::RemoveUnused,
    }
}

/// The cost of giving up an edge: statements plus names, times a factor for how hard the way is, times 4 if the edge
/// follows the declared layers; an edge against the layers costs half, and at least 1.
#[must_use]
pub fn cost(edge: &Edge) -> u64 {
    let factor = match kind_of(edge) {
        BreakKind::RemoveUnused | BreakKind::MoveUnderTypeChecking => 2,
        BreakKind::MoveIntoFunction => 4,
        BreakKind::ImportFromDefinition => 8,
        BreakKind::ExtractModule => 16,
    };
    let size = (edge.statements.len() as u64).saturating_add(u64::from(edge.names)).max(1);
    let cost = size.saturating_mul(factor);
    match edge.layering {
        Layering::Undeclared => cost,
        Layering::Follows => cost.saturating_mul(4),
        Layering::Violates => (cost / 2).max(1),
    }
}

/// The cheapest breaks of a component.
///
/// Nodes are numbered by the order of their modules' names: ties go to the lower numbers, so that the result is
/// stable. `paths[node]` orders the nodes by the paths of their files. Edges may come in any order, several between
/// the same two nodes too; loops are left alone. The answer is exact for components of at most 16 modules.
#[must_use]
pub fn suggest(paths: &[u32], edges: &[Edge]) -> Suggestion {
    let costs: Vec<u64> = edges.iter().map(cost).collect();
    let (removed, exact) = feedback(paths.len(), &arcs(edges, &costs));
    let mut breaks: Vec<Break> = removed
        .into_iter()
        .map(|edge| Break { edge, kind: kind_of(&edges[edge]), cost: costs[edge] })
        .collect();
    breaks.sort_by_key(|found| {
        let edge = &edges[found.edge];
        let path = paths.get(edge.from as usize).copied();
        (path, edge.statements.iter().min().copied(), edge.to, found.edge)
    });
    let cost = breaks.iter().fold(0_u64, |sum, found| sum.saturating_add(found.cost));
    Suggestion { breaks, cost, exact }
}

/// An edge with its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arc {
    /// Where it begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// The cost of removing it; at least 1 is assumed.
    pub weight: u64,
}

fn arcs(edges: &[Edge], costs: &[u64]) -> Vec<Arc> {
    let arc = |(edge, cost): (&Edge, &u64)| Arc { from: edge.from, to: edge.to, weight: *cost };
    edges.iter().zip(costs).map(arc).collect()
}

/// A set of arcs without which the graph has no cycle (loops aside), as indices in ascending order; and whether its
/// weight is the least possible, which it is for at most 16 nodes. Arcs of nodes out of range are left alone.
#[must_use]
pub fn feedback(nodes: usize, arcs: &[Arc]) -> (Vec<usize>, bool) {
    let valid = |arc: &Arc| arc.from != arc.to && (arc.from.max(arc.to) as usize) < nodes;
    let mut merged: FxHashMap<(u32, u32), u64> = FxHashMap::default();
    for arc in arcs.iter().filter(|arc| valid(arc)) {
        // The bound keeps every sum of weights within range.
        *merged.entry((arc.from, arc.to)).or_default() += arc.weight.clamp(1, 1 << 32);
    }
    let exact = nodes <= exact::MAXIMUM;
    let order = if exact {
        let mut weights = vec![0; nodes * nodes];
        for arc in arcs.iter().filter(|arc| valid(arc)) {
            let weight = merged.get(&(arc.from, arc.to)).copied().unwrap_or_default();
            weights[arc.from as usize * nodes + arc.to as usize] = weight;
        }
        exact::order(nodes, &weights)
    } else {
        heuristic::order(&graph(nodes, arcs, &mut merged))
    };
    let mut place = vec![0; nodes];
    for (at, &node) in order.iter().enumerate() {
        place[node] = at;
    }
    let backward = |arc: &Arc| valid(arc) && place[arc.from as usize] > place[arc.to as usize];
    let removed = arcs.iter().enumerate().filter(|(_, arc)| backward(arc)).map(|(index, _)| index).collect();
    (if exact { removed } else { without_redundant(nodes, arcs, removed) }, exact)
}

/// The graph of the heuristic, from the merged weights, which it takes out.
fn graph(nodes: usize, arcs: &[Arc], merged: &mut FxHashMap<(u32, u32), u64>) -> heuristic::Graph {
    let mut graph = heuristic::Graph { out: vec![Vec::new(); nodes], into: vec![Vec::new(); nodes] };
    for arc in arcs {
        if let Some(weight) = merged.remove(&(arc.from, arc.to)) {
            graph.out[arc.from as usize].push((arc.to as usize, weight));
            graph.into[arc.to as usize].push((arc.from as usize, weight));
        }
    }
    graph
}

/// Puts back, dearest first, what closes no cycle with the arcs that stay.
fn without_redundant(nodes: usize, arcs: &[Arc], removed: Vec<usize>) -> Vec<usize> {
    let mut gone = vec![false; arcs.len()];
    removed.iter().for_each(|&index| gone[index] = true);
    let mut out: Vec<Vec<u32>> = vec![Vec::new(); nodes];
    for (index, arc) in arcs.iter().enumerate() {
        if !gone[index] && arc.from != arc.to && (arc.from.max(arc.to) as usize) < nodes {
            out[arc.from as usize].push(arc.to);
        }
    }
    let mut candidates = removed.clone();
    candidates.sort_by_key(|&index| (Reverse(arcs[index].weight), index));
    let mut seen = vec![usize::MAX; nodes];
    let mut stack = Vec::new();
    for (round, index) in candidates.into_iter().take(REDUNDANCY_CHECKS).enumerate() {
        let Arc { from, to, .. } = arcs[index];
        stack.push(to);
        let mut closes = false;
        while let Some(node) = stack.pop() {
            if node == from {
                closes = true;
                break;
            }
            if std::mem::replace(&mut seen[node as usize], round) != round {
                stack.extend(out[node as usize].iter().copied());
            }
        }
        stack.clear();
        if !closes {
            gone[index] = false;
            out[from as usize].push(to);
        }
    }
    removed.into_iter().filter(|&index| gone[index]).collect()
}

/// Bound on the searches for redundant arcs; each can visit the whole graph.
const REDUNDANCY_CHECKS: usize = 2000;
