//! Which modules' imports lead to a component, so that only those are simulated with it.
//! It must not know what they do.

use crate::graph::{EdgeFilter, Graph};

/// The edges of a graph turned around, for any number of components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// By node, where its importers begin; one more than there are nodes.
    starts: Vec<u32>,
    importers: Vec<u32>,
}

impl Reach {
    /// Turns the edges that count around.
    #[must_use]
    pub fn new(graph: &Graph, filter: EdgeFilter) -> Self {
        let nodes = graph.len() as u32;
        let mut starts = vec![0_u32; graph.len() + 1];
        for node in 0..nodes {
            graph.successors(node, filter).for_each(|to| starts[to as usize + 1] += 1);
        }
        for node in 0..graph.len() {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut importers = vec![0; starts.last().copied().unwrap_or_default() as usize];
        for node in 0..nodes {
            for to in graph.successors(node, filter) {
                importers[next[to as usize] as usize] = node;
                next[to as usize] += 1;
            }
        }
        Self { starts, importers }
    }

    /// By node, whether it is one of `members` or its imports lead to one.
    #[must_use]
    pub fn leads_to(&self, members: &[u32]) -> Vec<bool> {
        let mut leads = vec![false; self.starts.len().saturating_sub(1)];
        let mut stack = members.to_vec();
        while let Some(node) = stack.pop() {
            let Some(seen) = leads.get_mut(node as usize) else { continue };
            if !std::mem::replace(seen, true) {
                let (from, to) = (self.starts[node as usize], self.starts[node as usize + 1]);
                stack.extend(&self.importers[from as usize..to as usize]);
            }
        }
        leads
    }
}
