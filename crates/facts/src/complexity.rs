//! Complexity metrics of functions, collected on the walk.
//! It must not know other collectors.

use analyzer_syntax::Node;
use analyzer_syntax::kind::Kind;

use crate::walk::{Context, Frame};

/// Collects on one walk over a file.
#[derive(Default)]
pub(crate) struct ComplexityCollector {}

impl ComplexityCollector {
    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, _node: &Node, _kind: Kind, _cx: &mut Context) {}

    /// Sees a node behind its children.
    #[inline]
    pub(crate) fn leave(&mut self, _frame: &Frame, _cx: &mut Context) {}
}
