//! What a broken file still tells: statements that the tree lost, read from its tokens.
//! It must not know rules.

use analyzer_syntax::Tree;

use crate::walk::{Collectors, Context};

/// Finds the statements that the tree of a broken file lost, and hands them to the collectors as tier C.
pub(crate) fn recover(_text: &str, _tree: &Tree, _cx: &mut Context, _collectors: &mut Collectors) {}
