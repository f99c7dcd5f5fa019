//! Copies a tree of tree-sitter's. It must not know what is done with the copy.

use crate::tree::{NONE, NodeData, Tree, flag};

/// The same nodes, in an array.
pub(crate) fn converted(tree: &tree_sitter::Tree) -> Tree {
    let mut nodes: Vec<NodeData> = Vec::with_capacity(tree.root_node().descendant_count());
    let mut cursor = tree.walk();
    let mut parent = NONE;
    loop {
        let index = nodes.len() as u32;
        nodes.push(copied(&cursor, parent));
        if cursor.goto_first_child() {
            parent = index;
            continue;
        }
        let mut at = index;
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Tree::from_nodes(nodes);
            }
            at = parent;
            parent = nodes[at as usize].parent;
        }
        nodes[at as usize].next = nodes.len() as u32;
    }
}

fn copied(cursor: &tree_sitter::TreeCursor, parent: u32) -> NodeData {
    let node = cursor.node();
    let flags = [
        (node.is_named(), flag::NAMED),
        (node.is_error(), flag::ERROR),
        (node.is_missing(), flag::MISSING),
        (node.is_extra(), flag::EXTRA),
        (node.has_error(), flag::HAS_ERROR),
    ];
    NodeData {
        start: node.start_byte() as u32,
        end: node.end_byte() as u32,
        kind: node.kind_id(),
        // The grammar has fewer than 256 fields.
        field: cursor.field_id().map_or(0, |field| field.get() as u8),
        flags: flags.into_iter().map(|(is, flag)| if is { flag } else { 0 }).sum(),
        parent,
        next: NONE,
    }
}
