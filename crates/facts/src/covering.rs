//! Which of many ranges cover a place, without asking each of them. It must not know what the ranges are.

use analyzer_source::TextRange;

/// Ranges by place, each with a number.
#[derive(Debug)]
pub struct Covering {
    /// First and last offset that a range covers, and its number; sorted.
    ranges: Vec<(u32, u32, usize)>,
    /// The greatest last offset below each node of a binary tree over the ranges; the children of node `n` are `2n` and `2n + 1`.
    last: Vec<u32>,
    /// Leaves of that tree, a power of two.
    leaves: usize,
}

impl Covering {
    /// Ranges of which both ends are covered.
    pub fn closed(ranges: impl Iterator<Item = (TextRange, usize)>) -> Self {
        Self::new(ranges.map(|(range, number)| (range.start, range.end, number)).collect())
    }

    /// Ranges that do not cover their ends.
    pub fn half_open(ranges: impl Iterator<Item = (TextRange, usize)>) -> Self {
        let filled = ranges.filter(|(range, _)| range.start < range.end);
        Self::new(filled.map(|(range, number)| (range.start, range.end - 1, number)).collect())
    }

    fn new(mut ranges: Vec<(u32, u32, usize)>) -> Self {
        ranges.sort_unstable();
        let leaves = ranges.len().next_power_of_two();
        let mut last = vec![0; 2 * leaves];
        for (node, (_, end, _)) in last.iter_mut().skip(leaves).zip(&ranges) {
            *node = *end;
        }
        for node in (1..leaves).rev() {
            let below = last.get(2 * node..2 * node + 2).and_then(|both| both.iter().max().copied());
            if let (Some(node), Some(below)) = (last.get_mut(node), below) {
                *node = below;
            }
        }
        Self { ranges, last, leaves }
    }

    /// The numbers of the ranges that cover an offset, in no order that counts.
    pub fn at(&self, offset: u32) -> impl Iterator<Item = usize> + '_ {
        let begun = self.ranges.partition_point(|(start, ..)| *start <= offset);
        // Nodes to be looked at: the node, its first leaf, and how many leaves it has.
        let mut open = vec![(1, 0, self.leaves)];
        std::iter::from_fn(move || {
            while let Some((node, first, count)) = open.pop() {
                if first >= begun || self.last.get(node).is_none_or(|last| *last < offset) {
                    continue;
                }
                if count == 1 {
                    return self.ranges.get(first).map(|(.., number)| *number);
                }
                open.push((2 * node + 1, first + count / 2, count / 2));
                open.push((2 * node, first, count / 2));
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_ranges_are_those_that_cover_the_place(
            ranges in prop::collection::vec((0_u32..40, 0_u32..12), 0..20),
            offset in 0_u32..60,
        ) {
            let ranges: Vec<TextRange> =
                ranges.iter().map(|(start, length)| TextRange::new(*start, start + length)).collect();
            let numbered = || ranges.iter().copied().zip(0..);
            let sorted = |mut found: Vec<usize>| {
                found.sort_unstable();
                found
            };
            let plain = |covers: &dyn Fn(&TextRange) -> bool| {
                numbered().filter(|(range, _)| covers(range)).map(|(_, number)| number).collect::<Vec<_>>()
            };
            let closed = Covering::closed(numbered()).at(offset).collect();
            prop_assert_eq!(sorted(closed), plain(&|range| range.start <= offset && offset <= range.end));
            let half_open = Covering::half_open(numbered()).at(offset).collect();
            prop_assert_eq!(sorted(half_open), plain(&|range| range.contains(offset)));
        }
    }
}
