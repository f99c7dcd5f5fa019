//! Which cases of a `match` catch everything. It must not know what that means to a metric.

use analyzer_syntax::Node;
use analyzer_syntax::kind;

/// Whether a case matches whatever the subject is: no guard, and a wildcard, a bare name, such a pattern under
/// `as`, or alternatives of which one is such a pattern.
pub(super) fn is_irrefutable(case: &Node) -> bool {
    case.child_by_field_id(kind::field::GUARD).is_none() && catches(case, true)
}

/// Whether the pattern of a case is a wildcard or a bare name; its guard does not matter.
pub(super) fn is_capture(case: &Node) -> bool {
    catches(case, false)
}

/// Searches a case's pattern for a wildcard or bare name, below `as` and alternatives too where `deep`.
fn catches(case: &Node, deep: bool) -> bool {
    let mut open: Vec<Node> = sole_pattern(case).into_iter().collect();
    while let Some(node) = open.pop() {
        match node.kind_id() {
            kind::UNDERSCORE | kind::IDENTIFIER => return true,
            kind::DOTTED_NAME if node.child_count() == 1 => return true,
            // `-1` is a pattern with two children, and no name.
            kind::CASE_PATTERN if node.child_count() == 1 => open.extend(node.child(0)),
            kind::TUPLE_PATTERN => open.extend(sole_pattern(&node)),
            kind::AS_PATTERN if deep => open.extend(node.child(0)),
            kind::UNION_PATTERN if deep => {
                open.extend(node.children(&mut node.walk()).filter(|child| child.kind_id() != kind::PIPE));
            }
            _ => {}
        }
    }
    false
}

/// The pattern of a case or of a pair of parentheses, unless a comma makes a sequence of it.
fn sole_pattern<'tree>(node: &Node<'tree>) -> Option<Node<'tree>> {
    let mut found = None;
    for child in node.children(&mut node.walk()) {
        match child.kind_id() {
            kind::CASE_PATTERN if found.is_none() => found = Some(child),
            kind::CASE_PATTERN | kind::COMMA => return None,
            kind::IF_CLAUSE | kind::COLON | kind::BLOCK => break,
            _ => {}
        }
    }
    found
}
