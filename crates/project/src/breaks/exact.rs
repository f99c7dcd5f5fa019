//! Minimum feedback arc set of small graphs, exactly: dynamic programming over the sets of nodes.
//! It must not know what the weights mean.

/// The largest number of nodes that it takes: 2^16 states of 16 transitions each.
pub(super) const MAXIMUM: usize = 16;

/// Weights of a set's members towards each subset of eight nodes, for the low and the high byte of a set.
struct Row {
    low: Vec<u64>,
    high: Vec<u64>,
}

impl Row {
    fn new(weights: &[u64]) -> Self {
        let half = |part: &[u64]| {
            let mut sums = vec![0; 1 << part.len()];
            for set in 1..sums.len() {
                let first = set.trailing_zeros() as usize;
                sums[set] = part[first] + sums[set & (set - 1)];
            }
            sums
        };
        let (low, high) = weights.split_at(weights.len().min(8));
        Self { low: half(low), high: half(high) }
    }

    /// Sum over the nodes of `set`.
    fn sum(&self, set: usize) -> u64 {
        self.low[set & 0xff & (self.low.len() - 1)] + self.high[set >> 8]
    }
}

/// An order of at most [`MAXIMUM`] nodes in which the edges that lead backwards have the least weight.
///
/// `weights[from * nodes + to]` is the weight of all edges between two nodes. The state is the set of nodes that come
/// first; placing a node after it costs that node's edges into the set. Ties go to the order in which the later
/// places hold the higher nodes.
pub(super) fn order(nodes: usize, weights: &[u64]) -> Vec<usize> {
    debug_assert!(nodes <= MAXIMUM && weights.len() == nodes * nodes);
    let rows: Vec<Row> = weights.chunks(nodes.max(1)).map(Row::new).collect();
    let count = 1_usize << nodes;
    let mut best = vec![u64::MAX; count];
    let mut last = vec![0_u8; count];
    best[0] = 0;
    for set in 1..count {
        for (node, row) in rows.iter().enumerate() {
            let before = set & !(1 << node);
            if before == set {
                continue;
            }
            let cost = best[before].saturating_add(row.sum(before));
            if cost <= best[set] {
                best[set] = cost;
                last[set] = node as u8;
            }
        }
    }
    let mut order = Vec::with_capacity(nodes);
    let mut set = count - 1;
    while set != 0 {
        let node = usize::from(last[set]);
        order.push(node);
        set &= !(1 << node);
    }
    order.reverse();
    order
}
