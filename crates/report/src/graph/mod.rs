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
pub(crate) use mermaid::escaped;
pub use mermaid::render as mermaid;

pub use analyzer_diagnostics::{GraphEdge, GraphNode, GraphView};

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
