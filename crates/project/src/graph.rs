//! The import graph: files as nodes, merged from shards, as two flat arrays.
//! It must not know what the edges are for.

use rustc_hash::FxHashMap;

use crate::edges::{FileEdges, KindSet};
use crate::modules::FileId;

/// The edges between two files, merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Link {
    from: FileId,
    to: FileId,
    named: KindSet,
    implicit: KindSet,
}

/// The merged edges of some files. Equal as long as their imports lead to the same files at the same times.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Shard(Vec<Link>);

/// The shard of some files, about 128; no file may be in two shards.
#[must_use]
pub fn shard<'a>(files: impl IntoIterator<Item = (FileId, &'a FileEdges)>) -> Shard {
    let mut links = Vec::new();
    for (from, edges) in files {
        links.extend(edges.edges.iter().map(|edge| {
            let kinds = KindSet::NONE.with(edge.kind);
            let (named, implicit) =
                if edge.implicit { (KindSet::NONE, kinds) } else { (kinds, KindSet::NONE) };
            Link { from, to: edge.target, named, implicit }
        }));
    }
    links.sort_unstable();
    links.dedup_by(|next, kept| {
        let same = next.from == kept.from && next.to == kept.to;
        if same {
            kept.named = kept.named.union(next.named);
            kept.implicit = kept.implicit.union(next.implicit);
        }
        same
    });
    Shard(links)
}

/// Which edges count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EdgeFilter {
    /// Kinds of edges that statements name.
    pub named: KindSet,
    /// Kinds of implicit edges.
    pub implicit: KindSet,
}

impl EdgeFilter {
    /// Edges of these kinds, implicit ones included.
    #[must_use]
    pub const fn kinds(kinds: KindSet) -> Self {
        Self { named: kinds, implicit: kinds }
    }
}

/// The graph. Nodes are numbered in the order given, neighbours are sorted by number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    files: Vec<FileId>,
    offsets: Vec<u32>,
    targets: Vec<u32>,
    named: Vec<KindSet>,
    implicit: Vec<KindSet>,
}

impl Graph {
    /// The graph of all shards. `order` holds every file once, in the order in which results are wanted: see
    /// [`crate::ModuleIndex::order`]. Links of files that it lacks are left out.
    #[must_use]
    pub fn new<'a>(order: &[FileId], shards: impl IntoIterator<Item = &'a Shard>) -> Self {
        let nodes: FxHashMap<FileId, u32> = order.iter().copied().zip(0u32..).collect();
        let links = shards.into_iter().flat_map(|shard| &shard.0);
        let known = links.filter_map(|link| Some((*nodes.get(&link.from)?, *nodes.get(&link.to)?, link)));
        let mut sorted: Vec<(u32, u32, KindSet, KindSet)> =
            known.map(|(from, to, link)| (from, to, link.named, link.implicit)).collect();
        sorted.sort_unstable();
        let mut graph = Self { files: order.to_vec(), ..Self::default() };
        graph.offsets.reserve(order.len() + 1);
        graph.offsets.push(0);
        for (from, to, named, implicit) in sorted {
            while graph.offsets.len() <= from as usize {
                graph.offsets.push(graph.targets.len() as u32);
            }
            graph.targets.push(to);
            graph.named.push(named);
            graph.implicit.push(implicit);
        }
        graph.offsets.resize(order.len() + 1, graph.targets.len() as u32);
        graph
    }

    /// The number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The file of a node.
    #[must_use]
    pub fn file(&self, node: u32) -> Option<FileId> {
        self.files.get(node as usize).copied()
    }

    /// The number of pairs of files that an edge of the filter joins.
    #[must_use]
    pub fn edge_count(&self, filter: EdgeFilter) -> usize {
        (0..self.targets.len()).filter(|edge| self.counts(*edge, filter)).count()
    }

    /// The nodes that a node leads to, in ascending order.
    pub fn successors(&self, node: u32, filter: EdgeFilter) -> impl Iterator<Item = u32> + '_ {
        self.edges_of(node).filter(move |edge| self.counts(*edge, filter)).map(|edge| self.targets[edge])
    }

    /// The places of a node's edges among all edges.
    pub(crate) fn edges_of(&self, node: u32) -> std::ops::Range<usize> {
        let at = |node: usize| self.offsets.get(node).map_or(self.targets.len(), |offset| *offset as usize);
        at(node as usize)..at(node as usize + 1)
    }

    /// The node that the edge at a place leads to, if the edge counts.
    pub(crate) fn target(&self, edge: usize, filter: EdgeFilter) -> Option<u32> {
        self.counts(edge, filter).then(|| self.targets[edge])
    }

    fn counts(&self, edge: usize, filter: EdgeFilter) -> bool {
        self.named[edge].intersects(filter.named) || self.implicit[edge].intersects(filter.implicit)
    }
}
