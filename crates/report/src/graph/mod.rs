//! The import graph as data and as pictures. It must not know how modules are found or cycles computed.

mod dot;
mod html;
mod json;
mod mermaid;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

pub use dot::render as dot;
pub use html::render as html;
pub use json::render as json;
pub use mermaid::render as mermaid;

/// A module of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphNode {
    /// The file, relative to the project root.
    pub path: String,
    /// Its dotted name.
    pub module: String,
    /// The number of the cycle that it lies on, if it lies on one.
    pub cycle: Option<u32>,
}

/// One import statement that leads from a file to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphEdge {
    /// Path of the importing file.
    pub from: String,
    /// Path of the imported file.
    pub to: String,
    /// The kind of import, such as `eager`, `deferred` or `typing`.
    pub kind: String,
    /// Line of the statement, from 1.
    pub line: u32,
    /// Whether no statement names the target: a package runs because a module inside it is imported.
    pub implicit: bool,
}

/// The import graph of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GraphView {
    /// Sorted by path, each path once.
    pub nodes: Vec<GraphNode>,
    /// Sorted by (from, line, to).
    pub edges: Vec<GraphEdge>,
}

/// The statements between two modules as one line of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Link {
    from: usize,
    to: usize,
    /// Whether an import at module level is among them.
    eager: bool,
    /// The cycle that both ends lie on.
    cycle: Option<u32>,
}

/// Edges by the indices of their ends, each pair once, sorted; edges to files that are no node are left out.
fn links(view: &GraphView) -> Vec<Link> {
    let index: FxHashMap<&str, usize> =
        view.nodes.iter().enumerate().map(|(at, node)| (node.path.as_str(), at)).collect();
    let mut pairs: BTreeMap<(usize, usize), bool> = BTreeMap::new();
    for edge in &view.edges {
        if let (Some(from), Some(to)) = (index.get(edge.from.as_str()), index.get(edge.to.as_str())) {
            *pairs.entry((*from, *to)).or_insert(false) |= edge.kind != "deferred" && edge.kind != "typing";
        }
    }
    let cycle = |from: usize, to: usize| {
        view.nodes[from].cycle.filter(|_| view.nodes[from].cycle == view.nodes[to].cycle)
    };
    pairs.into_iter().map(|((from, to), eager)| Link { from, to, eager, cycle: cycle(from, to) }).collect()
}
