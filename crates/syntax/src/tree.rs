//! The tree of a text: its nodes in one array, in the order of the text, each before its children. It must not know who
//! builds it, nor what its kinds mean.

use std::ops::Range;

use crate::kind::{self, Kind};

/// In place of an index: no such node.
pub const NONE: u32 = u32::MAX;

/// Bits of [`NodeData::flags`].
pub mod flag {
    /// The grammar has a name for it; it is no keyword or punctuation.
    pub const NAMED: u8 = 1;
    /// It holds what does not fit into the grammar.
    pub const ERROR: u8 = 2;
    /// The parser assumed it; the text lacks it.
    pub const MISSING: u8 = 4;
    /// It may occur anywhere: a comment, a continuation of a line.
    pub const EXTRA: u8 = 8;
    /// It is an error or missing, or holds such a node.
    pub const HAS_ERROR: u8 = 16;
}

/// A node as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeData {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// Its kind.
    pub kind: Kind,
    /// The field of its parent that it is in; 0 for none.
    pub field: u8,
    /// See [`flag`].
    pub flags: u8,
    /// The index of its parent; [`NONE`] for the root.
    pub parent: u32,
    /// The index of its next sibling; [`NONE`] for the last one.
    pub next: u32,
}

/// A tree. The first child of a node, if it has any, comes right after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    nodes: Vec<NodeData>,
}

impl Tree {
    /// A tree of nodes that are in order, the root first; of an empty module where there are none.
    #[must_use]
    pub fn from_nodes(mut nodes: Vec<NodeData>) -> Self {
        if nodes.is_empty() {
            nodes.push(NodeData {
                start: 0,
                end: 0,
                kind: kind::MODULE,
                field: 0,
                flags: flag::NAMED,
                parent: NONE,
                next: NONE,
            });
        }
        debug_assert!(is_in_order(&nodes), "the nodes of a tree are not in order");
        Self { nodes }
    }

    /// The nodes as they are kept.
    #[must_use]
    pub fn nodes(&self) -> &[NodeData] {
        &self.nodes
    }

    /// The node that holds all others.
    #[must_use]
    pub fn root_node(&self) -> Node<'_> {
        Node { nodes: &self.nodes, index: 0 }
    }

    /// A cursor at the root.
    #[must_use]
    pub fn walk(&self) -> TreeCursor<'_> {
        self.root_node().walk()
    }
}

/// Whether each node but the first has a parent before it, and a next sibling, if any, after it that has the same parent.
fn is_in_order(nodes: &[NodeData]) -> bool {
    nodes.iter().enumerate().all(|(index, node)| {
        let sibling = nodes.get(node.next as usize);
        let follows = node.next as usize > index && sibling.is_some_and(|next| next.parent == node.parent);
        let below = if index == 0 { node.parent == NONE } else { (node.parent as usize) < index };
        below && (node.next == NONE || follows)
    })
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    nodes: &'t [NodeData],
    index: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && std::ptr::eq(self.nodes, other.nodes)
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Node").field(&self.index).field(self.data()).finish()
    }
}

impl<'t> Node<'t> {
    #[inline]
    fn data(&self) -> &'t NodeData {
        &self.nodes[self.index as usize]
    }

    #[inline]
    fn at(&self, index: u32) -> Option<Self> {
        (index != NONE).then_some(Self { nodes: self.nodes, index })
    }

    /// A number that no other node of the tree has.
    #[must_use]
    pub fn id(&self) -> usize {
        self.index as usize
    }

    /// Its kind.
    #[inline]
    #[must_use]
    pub fn kind_id(&self) -> Kind {
        self.data().kind
    }

    /// The field of its parent that it is in; 0 for none.
    #[inline]
    #[must_use]
    pub fn field_id(&self) -> u16 {
        u16::from(self.data().field)
    }

    /// Its first byte.
    #[inline]
    #[must_use]
    pub fn start_byte(&self) -> usize {
        self.data().start as usize
    }

    /// The byte after its last one.
    #[inline]
    #[must_use]
    pub fn end_byte(&self) -> usize {
        self.data().end as usize
    }

    /// Its bytes.
    #[inline]
    #[must_use]
    pub fn byte_range(&self) -> Range<usize> {
        let data = self.data();
        data.start as usize..data.end as usize
    }

    #[inline]
    fn has(&self, flag: u8) -> bool {
        self.data().flags & flag != 0
    }

    /// Whether it is no keyword or punctuation.
    #[inline]
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.has(flag::NAMED)
    }

    /// Whether it holds what does not fit into the grammar.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.has(flag::ERROR)
    }

    /// Whether the parser assumed it.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.has(flag::MISSING)
    }

    /// Whether it may occur anywhere, as comments may.
    #[must_use]
    pub fn is_extra(&self) -> bool {
        self.has(flag::EXTRA)
    }

    /// Whether it, or a node inside it, is an error or missing.
    #[must_use]
    pub fn has_error(&self) -> bool {
        self.has(flag::HAS_ERROR)
    }

    /// The node around it.
    #[inline]
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.at(self.data().parent)
    }

    /// Its first child.
    #[inline]
    fn first_child(&self) -> Option<Self> {
        let index = self.index + 1;
        self.nodes.get(index as usize).filter(|node| node.parent == self.index)?;
        self.at(index)
    }

    /// The node after it.
    #[inline]
    #[must_use]
    pub fn next_sibling(&self) -> Option<Self> {
        self.at(self.data().next)
    }

    /// The node before it.
    #[must_use]
    pub fn prev_sibling(&self) -> Option<Self> {
        self.parent()?.all().take_while(|node| node.index < self.index).last()
    }

    /// The node after it that is no keyword or punctuation.
    #[must_use]
    pub fn next_named_sibling(&self) -> Option<Self> {
        Children { next: self.next_sibling() }.find(Self::is_named)
    }

    /// The node before it that is no keyword or punctuation.
    #[must_use]
    pub fn prev_named_sibling(&self) -> Option<Self> {
        self.parent()?.all().take_while(|node| node.index < self.index).filter(Self::is_named).last()
    }

    #[inline]
    fn all(&self) -> Children<'t> {
        Children { next: self.first_child() }
    }

    /// The child at a position.
    #[must_use]
    pub fn child(&self, position: u32) -> Option<Self> {
        self.all().nth(position as usize)
    }

    /// The child at a position among those that are no keywords or punctuation.
    #[must_use]
    pub fn named_child(&self, position: u32) -> Option<Self> {
        self.all().filter(Self::is_named).nth(position as usize)
    }

    /// The number of its children.
    #[must_use]
    pub fn child_count(&self) -> u32 {
        self.all().count() as u32
    }

    /// The number of its children that are no keywords or punctuation.
    #[must_use]
    pub fn named_child_count(&self) -> u32 {
        self.all().filter(Self::is_named).count() as u32
    }

    /// The first child in a field.
    #[inline]
    #[must_use]
    pub fn child_by_field_id(&self, field: u16) -> Option<Self> {
        self.all().find(|child| child.field_id() == field)
    }

    /// Its children; any cursor will do.
    pub fn children(&self, _: &mut TreeCursor<'t>) -> impl Iterator<Item = Self> + use<'t> {
        self.all()
    }

    /// Its children that are no keywords or punctuation; any cursor will do.
    pub fn named_children(&self, _: &mut TreeCursor<'t>) -> impl Iterator<Item = Self> + use<'t> {
        self.all().filter(Self::is_named)
    }

    /// Its children in a field; any cursor will do.
    pub fn children_by_field_id(
        &self,
        field: u16,
        _: &mut TreeCursor<'t>,
    ) -> impl Iterator<Item = Self> + use<'t> {
        self.all().filter(move |child| child.field_id() == field)
    }

    /// The smallest node inside it, or itself, that holds these bytes.
    #[must_use]
    pub fn descendant_for_byte_range(&self, start: usize, end: usize) -> Option<Self> {
        let mut found = *self;
        while let Some(inner) = found.all().find(|child| child.ends_after(start, end)) {
            if start < inner.start_byte() {
                break;
            }
            found = inner;
        }
        (start <= end).then_some(found)
    }

    /// Whether it ends after the first of these bytes, and not before the last.
    fn ends_after(&self, start: usize, end: usize) -> bool {
        let is_empty = self.start_byte() == self.end_byte();
        self.end_byte() >= end && (self.end_byte() > start || is_empty && self.end_byte() == start)
    }

    /// A cursor at it, which does not leave it.
    #[inline]
    #[must_use]
    pub fn walk(&self) -> TreeCursor<'t> {
        TreeCursor { node: *self, root: self.index }
    }
}

/// A row of siblings.
#[derive(Clone)]
struct Children<'t> {
    next: Option<Node<'t>>,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    #[inline]
    fn next(&mut self) -> Option<Node<'t>> {
        let node = self.next?;
        self.next = node.next_sibling();
        Some(node)
    }
}

/// A place in a tree that moves from node to node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeCursor<'t> {
    node: Node<'t>,
    root: u32,
}

impl<'t> TreeCursor<'t> {
    /// The node that it is at.
    #[inline]
    #[must_use]
    pub fn node(&self) -> Node<'t> {
        self.node
    }

    /// The field of its parent that the node is in; 0 for none.
    #[inline]
    #[must_use]
    pub fn field_id(&self) -> u16 {
        self.node.field_id()
    }

    /// Moves to the first child, if there is one.
    #[inline]
    pub fn goto_first_child(&mut self) -> bool {
        let child = self.node.first_child();
        self.go(child)
    }

    /// Moves to the next sibling, if there is one.
    #[inline]
    pub fn goto_next_sibling(&mut self) -> bool {
        let next = self.node.next_sibling().filter(|_| self.node.index != self.root);
        self.go(next)
    }

    /// Moves to the parent, unless it is where it began.
    #[inline]
    pub fn goto_parent(&mut self) -> bool {
        let parent = self.node.parent().filter(|_| self.node.index != self.root);
        self.go(parent)
    }

    #[inline]
    fn go(&mut self, to: Option<Node<'t>>) -> bool {
        if let Some(node) = to {
            self.node = node;
        }
        to.is_some()
    }
}
