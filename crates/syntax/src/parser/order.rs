//! Nodes in postorder to nodes in preorder, with their parents and next siblings, in one backward pass.

use super::state::Post;
use crate::kind::{self, Kind};
use crate::tree::{NONE, NodeData, flag};

/// A node whose children are being placed, the last one first.
struct Open {
    index: u32,
    /// End of the place that is left for children.
    end: u32,
    /// The child placed last: the next sibling of the one to come.
    next: u32,
}

/// Flags of a node of a kind.
const fn flags(kind: Kind) -> u8 {
    let named = matches!(
        kind,
        kind::IDENTIFIER
            | kind::ELLIPSIS
            | kind::ESCAPE_SEQUENCE
            | kind::TYPE_CONVERSION
            | kind::INTEGER
            | kind::FLOAT
            | kind::TRUE..=kind::LINE_CONTINUATION
            | kind::STRING_START..
    ) && !matches!(kind, kind::NOT_IN | kind::IS_NOT);
    let extra = matches!(kind, kind::COMMENT | kind::LINE_CONTINUATION);
    (if named { flag::NAMED } else { 0 }) | (if extra { flag::EXTRA } else { 0 })
}

/// Flags of the nodes of each kind, so that none is worked out twice.
static FLAGS: [u8; 280] = {
    let mut table = [0; 280];
    let mut kind = 0;
    while kind < table.len() {
        table[kind] = flags(kind as Kind);
        kind += 1;
    }
    table
};

/// The nodes in preorder.
pub(super) fn preorder(post: &[Post]) -> Vec<NodeData> {
    let empty = NodeData { start: 0, end: 0, kind: 0, field: 0, flags: 0, parent: NONE, next: NONE };
    let mut nodes = vec![empty; post.len()];
    let mut open: Vec<Open> = Vec::with_capacity(64);
    let mut top = Open { index: NONE, end: post.len() as u32, next: NONE };
    for node in post.iter().rev() {
        let index = top.end - node.size;
        if let Some(place) = nodes.get_mut(index as usize) {
            *place = NodeData {
                start: node.start,
                end: node.end,
                kind: node.kind,
                field: node.field,
                flags: FLAGS.get(node.kind as usize).copied().unwrap_or(flag::NAMED),
                parent: top.index,
                next: top.next,
            };
        }
        let end = top.end;
        top.end = index;
        top.next = index;
        if node.size > 1 {
            open.push(std::mem::replace(&mut top, Open { index, end, next: NONE }));
        }
        while top.end == top.index.wrapping_add(1) {
            match open.pop() {
                Some(outer) => top = outer,
                None => break,
            }
        }
    }
    nodes
}
