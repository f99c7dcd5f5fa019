//! Statements that our parser refuses in a text that it otherwise takes: read by tree-sitter, all in one text of their own, and
//! put where they belong. It must not know why they were refused.

use crate::parser::GAP;
use crate::tree::{NONE, NodeData, Tree};

/// The statements of the gaps of a tree, a line each.
pub(crate) struct Gaps {
    /// The text of the statements.
    pub(crate) text: String,
    /// Where each begins in it, and in the text of the tree.
    places: Vec<(u32, u32)>,
}

impl Gaps {
    /// The gaps of the tree of a text.
    pub(crate) fn of(tree: &Tree, text: &str) -> Self {
        let mut gaps = Self { text: String::new(), places: Vec::new() };
        for node in tree.nodes().iter().filter(|node| node.kind == GAP) {
            gaps.places.push((gaps.text.len() as u32, node.start));
            gaps.text.push_str(text.get(node.start as usize..node.end as usize).unwrap_or_default());
            gaps.text.push('\n');
        }
        gaps
    }

    /// The tree with the statements of `read`, the tree of the gaps' text, in its gaps; none where one of them is not read on
    /// its own.
    pub(crate) fn filled(&self, tree: &Tree, read: &Tree) -> Option<Tree> {
        let (nodes, read) = (tree.nodes(), read.nodes());
        let firsts = self.firsts(read)?;
        // Where each node comes to be.
        let mut indices = Vec::with_capacity(nodes.len());
        let (mut shift, mut gap) = (0, 0);
        for (index, node) in nodes.iter().enumerate() {
            indices.push((index + shift) as u32);
            if node.kind == GAP {
                shift += firsts.get(gap + 1)? - firsts.get(gap)? - 1;
                gap += 1;
            }
        }
        let moved = |index: u32| indices.get(index as usize).copied().unwrap_or(NONE);
        let mut filled = Vec::with_capacity(nodes.len() + shift);
        let mut gap = 0;
        for node in nodes {
            if node.kind != GAP {
                filled.push(NodeData { parent: moved(node.parent), next: moved(node.next), ..*node });
                continue;
            }
            let (from, to) = (*firsts.get(gap)?, *firsts.get(gap + 1)?);
            let (read_at, start) = *self.places.get(gap)?;
            let base = filled.len() as u32;
            let inside = |index: u32| base + index - from as u32;
            for part in read.get(from..to)? {
                let outermost = part.parent == 0;
                let last = part.next == NONE || part.next as usize >= to;
                filled.push(NodeData {
                    start: part.start - read_at + start,
                    end: part.end - read_at + start,
                    parent: if outermost { moved(node.parent) } else { inside(part.parent) },
                    next: match (last, outermost) {
                        (false, _) => inside(part.next),
                        (true, true) => moved(node.next),
                        (true, false) => NONE,
                    },
                    ..*part
                });
            }
            gap += 1;
        }
        Some(Tree::from_nodes(filled))
    }

    /// Index of the first node of each gap's statements, and of the end; none where a statement is in two gaps, or none is in one.
    fn firsts(&self, read: &[NodeData]) -> Option<Vec<usize>> {
        let mut firsts = Vec::with_capacity(self.places.len() + 1);
        let ends = self.places.iter().skip(1).map(|place| place.0).chain([self.text.len() as u32]);
        let mut at = 1;
        for ((start, _), end) in self.places.iter().copied().zip(ends) {
            firsts.push(at);
            let first = at;
            while let Some(node) = read.get(at).filter(|node| node.start < end) {
                if node.start < start || node.end >= end {
                    return None;
                }
                at += 1;
            }
            if at == first {
                return None;
            }
        }
        firsts.push(at);
        (at == read.len()).then_some(firsts)
    }
}
