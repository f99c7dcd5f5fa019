//! Import cycles: strongly connected components, and the shortest cycle of each.
//! It must not recurse: a chain of 50,000 modules is a graph like any other.

use std::collections::VecDeque;

use crate::graph::{EdgeFilter, Graph};

/// Strongly connected components.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Components {
    /// For each node its component. Components are numbered so that each one's imports lead to lower numbers only.
    pub of: Vec<u32>,
    /// Nodes of the components that have more than one, each in ascending order; by their first node.
    pub cyclic: Vec<Vec<u32>>,
    /// The number of components.
    pub count: u32,
}

impl Components {
    /// The components that each component leads to, ascending and without itself: the graph without its cycles.
    #[must_use]
    pub fn condensation(&self, graph: &Graph, filter: EdgeFilter) -> Vec<Vec<u32>> {
        let mut condensed = vec![Vec::new(); self.count as usize];
        for (node, component) in (0u32..).zip(&self.of) {
            let all = graph.successors(node, filter).map(|to| self.of[to as usize]);
            condensed[*component as usize].extend(all.filter(|to| to != component));
        }
        for successors in &mut condensed {
            successors.sort_unstable();
            successors.dedup();
        }
        condensed
    }
}

const UNSEEN: u32 = u32::MAX;

/// The strongly connected components of the edges that count: Tarjan's algorithm with a stack of its own.
#[must_use]
pub fn components(graph: &Graph, filter: EdgeFilter) -> Components {
    let nodes = graph.len();
    let mut found = Components { of: vec![UNSEEN; nodes], ..Components::default() };
    let mut seen_at = vec![UNSEEN; nodes];
    let mut low = vec![0u32; nodes];
    let (mut stack, mut calls, mut clock) = (Vec::new(), Vec::new(), 0u32);
    for root in 0..nodes as u32 {
        if seen_at[root as usize] != UNSEEN {
            continue;
        }
        calls.push((root, graph.edges_of(root)));
        (seen_at[root as usize], low[root as usize]) = (clock, clock);
        clock += 1;
        stack.push(root);
        while let Some((node, edges)) = calls.last_mut() {
            let node = *node as usize;
            if let Some(edge) = edges.next() {
                let Some(to) = graph.target(edge, filter) else { continue };
                let target = to as usize;
                if seen_at[target] == UNSEEN {
                    (seen_at[target], low[target]) = (clock, clock);
                    clock += 1;
                    stack.push(to);
                    calls.push((to, graph.edges_of(to)));
                } else if found.of[target] == UNSEEN {
                    low[node] = low[node].min(seen_at[target]);
                }
                continue;
            }
            calls.pop();
            if let Some((caller, _)) = calls.last() {
                low[*caller as usize] = low[*caller as usize].min(low[node]);
            }
            if low[node] == seen_at[node] {
                close(&mut found, &mut stack, node as u32);
            }
        }
    }
    found.cyclic.sort_unstable();
    found
}

/// Takes the component of `node` off the stack.
fn close(found: &mut Components, stack: &mut Vec<u32>, node: u32) {
    let mut members = Vec::new();
    while let Some(member) = stack.pop() {
        found.of[member as usize] = found.count;
        members.push(member);
        if member == node {
            break;
        }
    }
    found.count += 1;
    if members.len() > 1 {
        members.sort_unstable();
        found.cyclic.push(members);
    }
}

/// Work after which the shortest cycle found so far is taken: keeps huge components within milliseconds. It counts
/// edges, not time, so that results do not depend on the machine.
const BUDGET: usize = 4_000_000;

/// The shortest cycle of a component, beginning at its smallest node; of equally short ones the one with the smallest
/// beginning. `members` is ascending, as in [`Components::cyclic`].
#[must_use]
pub fn shortest_cycle(graph: &Graph, filter: EdgeFilter, members: &[u32]) -> Vec<u32> {
    let mut search = Search::new(graph, filter, members);
    let mut best: Vec<u32> = Vec::new();
    for start in 0..members.len() as u32 {
        if !search.alive[start as usize] {
            continue;
        }
        let limit = if best.is_empty() { usize::MAX } else { best.len() };
        if let Some(cycle) = search.through(start, limit) {
            best = cycle;
        }
        // Two is the least there is; and every cycle through `start` is accounted for.
        if best.len() == 2 || (search.work > BUDGET && !best.is_empty()) {
            break;
        }
        search.remove(start);
    }
    best.into_iter().map(|local| members[local as usize]).collect()
}

/// Breadth-first searches in a component whose nodes are removed one by one; nodes are numbered within it.
struct Search {
    successors: Vec<Vec<u32>>,
    predecessors: Vec<Vec<u32>>,
    alive: Vec<bool>,
    /// Numbers of living successors and predecessors.
    degrees: Vec<(u32, u32)>,
    /// For each node the search that reached it last, and from where.
    reached: Vec<(u32, u32)>,
    work: usize,
}

impl Search {
    fn new(graph: &Graph, filter: EdgeFilter, members: &[u32]) -> Self {
        let local = |node: u32| members.binary_search(&node).ok().map(|at| at as u32);
        let mut predecessors = vec![Vec::new(); members.len()];
        let mut successors = Vec::with_capacity(members.len());
        for (from, node) in (0u32..).zip(members) {
            let inside: Vec<u32> =
                graph.successors(*node, filter).filter_map(local).filter(|to| *to != from).collect();
            for to in &inside {
                predecessors[*to as usize].push(from);
            }
            successors.push(inside);
        }
        let degrees = successors.iter().zip(&predecessors).map(|(s, p)| (s.len() as u32, p.len() as u32));
        Self {
            degrees: degrees.collect(),
            alive: vec![true; members.len()],
            reached: vec![(UNSEEN, 0); members.len()],
            successors,
            predecessors,
            work: 0,
        }
    }

    /// The shortest cycle through `start` with fewer than `limit` nodes.
    fn through(&mut self, start: u32, limit: usize) -> Option<Vec<u32>> {
        let mut queue = VecDeque::from([(start, 1usize)]);
        self.reached[start as usize] = (start, start);
        while let Some((node, length)) = queue.pop_front() {
            if length >= limit {
                return None;
            }
            for &to in &self.successors[node as usize] {
                self.work += 1;
                if to == start {
                    return Some(self.path(start, node));
                }
                if self.alive[to as usize] && self.reached[to as usize].0 != start {
                    self.reached[to as usize] = (start, node);
                    queue.push_back((to, length + 1));
                }
            }
        }
        None
    }

    fn path(&self, start: u32, end: u32) -> Vec<u32> {
        let mut path = vec![end];
        let mut node = end;
        while node != start {
            node = self.reached[node as usize].1;
            path.push(node);
        }
        path.reverse();
        path
    }

    /// Removes a node, and with it every node that no longer lies on a cycle for want of an edge in or out.
    fn remove(&mut self, node: u32) {
        let mut doomed = vec![node];
        self.alive[node as usize] = false;
        while let Some(node) = doomed.pop() {
            for &to in &self.successors[node as usize] {
                let degree = &mut self.degrees[to as usize].1;
                *degree = degree.saturating_sub(1);
                if *degree == 0 && std::mem::replace(&mut self.alive[to as usize], false) {
                    doomed.push(to);
                }
            }
            for &from in &self.predecessors[node as usize] {
                let degree = &mut self.degrees[from as usize].0;
                *degree = degree.saturating_sub(1);
                if *degree == 0 && std::mem::replace(&mut self.alive[from as usize], false) {
                    doomed.push(from);
                }
            }
        }
    }
}
