//! A small feedback arc set of a large graph: the greedy order of Eades, Lin and Smyth (1993) with weights, improved
//! by moving single nodes.
//! It must not know what the weights mean. Equal input gives equal output.

use std::collections::BTreeSet;

/// Passes over all nodes at most; each pass only ever improves the order.
const PASSES: usize = 8;

/// Weighted edges between nodes, each pair at most once, without loops.
pub(super) struct Graph {
    /// By node: the other end and the weight.
    pub(super) out: Vec<Vec<(usize, u64)>>,
    /// By node: the other end and the weight.
    pub(super) into: Vec<Vec<(usize, u64)>>,
}

/// An order of the nodes in which the edges that lead backwards have little weight.
pub(super) fn order(graph: &Graph) -> Vec<usize> {
    let mut order = greedy(graph);
    for _ in 0..PASSES {
        if !improve(graph, &mut order) {
            break;
        }
    }
    order
}

/// Takes sinks to the end, sources to the front, and otherwise to the front the node whose outgoing weight most
/// exceeds its incoming weight.
fn greedy(graph: &Graph) -> Vec<usize> {
    let count = graph.out.len();
    let sum = |edges: &Vec<(usize, u64)>| edges.iter().map(|(_, weight)| *weight as i64).sum::<i64>();
    let mut outgoing: Vec<i64> = graph.out.iter().map(sum).collect();
    let mut incoming: Vec<i64> = graph.into.iter().map(sum).collect();
    let key = |node: usize, outgoing: &[i64], incoming: &[i64]| {
        let rank = match (outgoing[node], incoming[node]) {
            (0, _) => i64::MAX,
            (_, 0) => i64::MAX - 1,
            (out, into) => out - into,
        };
        (rank, std::cmp::Reverse(node))
    };
    let mut left: BTreeSet<_> = (0..count).map(|node| key(node, &outgoing, &incoming)).collect();
    let (mut front, mut back) = (Vec::with_capacity(count), Vec::new());
    let mut gone = vec![false; count];
    while let Some((rank, std::cmp::Reverse(node))) = left.pop_last() {
        gone[node] = true;
        if rank == i64::MAX {
            back.push(node);
        } else {
            front.push(node);
        }
        for (edges, is_out) in [(&graph.out[node], true), (&graph.into[node], false)] {
            for &(other, weight) in edges.iter().filter(|(other, _)| !gone[*other]) {
                left.remove(&key(other, &outgoing, &incoming));
                let side = if is_out { &mut incoming } else { &mut outgoing };
                side[other] -= weight as i64;
                left.insert(key(other, &outgoing, &incoming));
            }
        }
    }
    front.extend(back.into_iter().rev());
    front
}

/// Moves each node to its best place, the others as they are. Whether any order was improved.
fn improve(graph: &Graph, order: &mut [usize]) -> bool {
    let mut place = vec![0; order.len()];
    for (at, &node) in order.iter().enumerate() {
        place[node] = at;
    }
    let mut improved = false;
    let mut steps: Vec<(usize, i64)> = Vec::new();
    for node in 0..order.len() {
        let from = place[node];
        // Passing another node turns the edges between the two: gains have a sign by direction.
        steps.clear();
        steps.extend(graph.out[node].iter().map(|&(other, weight)| (place[other], weight as i64)));
        steps.extend(graph.into[node].iter().map(|&(other, weight)| (place[other], -(weight as i64))));
        steps.sort_unstable();
        let split = steps.partition_point(|(at, _)| *at < from);
        let (mut best, mut to) = (0, from);
        // To the front, passing nodes before it: an edge out of it to them stops leading backwards.
        let mut gain = 0;
        for index in (0..split).rev() {
            gain += steps[index].1;
            let complete = index == 0 || steps[index - 1].0 != steps[index].0;
            if complete && gain > best {
                (best, to) = (gain, steps[index].0);
            }
        }
        let mut gain = 0;
        for index in split..steps.len() {
            gain -= steps[index].1;
            let complete = steps.get(index + 1).is_none_or(|next| next.0 != steps[index].0);
            if complete && gain > best {
                (best, to) = (gain, steps[index].0);
            }
        }
        if best > 0 {
            improved = true;
            let (low, high) = (from.min(to), from.max(to));
            if to < from {
                order[low..=high].rotate_right(1);
            } else {
                order[low..=high].rotate_left(1);
            }
            for (at, &moved) in order.iter().enumerate().take(high + 1).skip(low) {
                place[moved] = at;
            }
        }
    }
    improved
}
