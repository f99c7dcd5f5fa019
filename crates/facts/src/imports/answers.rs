//! The names that a module's `__getattr__` answers with a plain value, so that nobody who asks for them imports a submodule.
//! It must not know which submodules there are.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;

use super::literals;
use crate::model::projection::Answers;
use crate::walk::Context;

/// Answers of a function definition, if it is the `__getattr__` of a module: read up to the first statement that may do anything
/// but answer.
pub(super) fn read(definition: &Node, cx: &Context) -> Option<Answers> {
    let child = |id| definition.child_by_field_id(id);
    if cx.slice(&child(field::NAME)?) != "__getattr__" || cx.parent_kind() != kind::MODULE {
        return None;
    }
    let mut found = Answers::default();
    let asked = child(field::PARAMETERS).map_or("", |parameters| cx.slice(&parameters));
    let asked = asked.trim_matches(['(', ')']).split(':').next().unwrap_or("").trim();
    let is_name = !asked.is_empty() && asked.chars().all(|c| c.is_alphanumeric() || c == '_');
    if let Some(body) = child(field::BODY).filter(|_| is_name && cx.slice(definition).starts_with("def")) {
        for statement in statements(&body) {
            let goes_on = match statement.kind_id() {
                kind::EXPRESSION_STATEMENT => is_text(&statement),
                kind::IF_STATEMENT => conditions(&statement, asked, cx, &mut found),
                kind::RETURN_STATEMENT => {
                    found.all = is_plain(&statement, cx);
                    false
                }
                _ => false,
            };
            if !goes_on {
                break;
            }
        }
    }
    found.names.sort_unstable();
    found.names.dedup();
    Some(found)
}

/// The statements of a block.
fn statements<'t>(block: &Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = block.walk();
    let apart = [kind::COMMENT, kind::LINE_CONTINUATION];
    block.named_children(&mut cursor).filter(|child| !apart.contains(&child.kind_id())).collect()
}

/// Whether a statement is a text alone.
fn is_text(statement: &Node) -> bool {
    matches!(&*statements(statement), [only] if only.kind_id() == kind::STRING)
}

/// Adds what an `if` and its `elif` answer; whether what follows answers the names that they do not ask for.
fn conditions(statement: &Node, asked: &str, cx: &Context, found: &mut Answers) -> bool {
    let mut cursor = statement.walk();
    let further: Vec<Node> = statement
        .named_children(&mut cursor)
        .filter(|child| matches!(child.kind_id(), kind::ELIF_CLAUSE | kind::ELSE_CLAUSE))
        .collect();
    for clause in std::iter::once(statement).chain(&further) {
        let condition = clause.child_by_field_id(field::CONDITION);
        let names = condition.map(|condition| compared(&condition, asked, cx)).unwrap_or_default();
        let answers = clause.child_by_field_id(field::CONSEQUENCE).is_some_and(|block| {
            matches!(&*statements(&block), [only] if only.kind_id() == kind::RETURN_STATEMENT && is_plain(only, cx))
        });
        if names.is_empty() || !answers {
            return false;
        }
        found.names.extend(names);
    }
    true
}

/// The texts that a condition compares what is asked for with: `name == "a"`, `name in ("a", "b")`.
fn compared(condition: &Node, asked: &str, cx: &Context) -> Vec<CompactString> {
    let mut cursor = condition.walk();
    let parts: Vec<Node> = condition.children(&mut cursor).collect();
    let (kind::COMPARISON_OPERATOR, [left, operator, right]) = (condition.kind_id(), &*parts) else {
        return Vec::new();
    };
    let is_asked = |side: &Node| side.kind_id() == kind::IDENTIFIER && cx.slice(side) == asked;
    let is_text = |side: &Node| matches!(side.kind_id(), kind::STRING | kind::CONCATENATED_STRING);
    let is_list = |side: &Node| matches!(side.kind_id(), kind::LIST | kind::TUPLE | kind::SET);
    let value = match cx.slice(operator) {
        "==" if is_asked(left) && is_text(right) => right,
        "==" if is_asked(right) && is_text(left) => left,
        "in" if is_asked(left) && is_list(right) => right,
        _ => return Vec::new(),
    };
    match literals::strings(*value, cx) {
        (names, true) => names,
        _ => Vec::new(),
    }
}

/// Whether what is returned runs nothing that could import: it is made of literals and names.
fn is_plain(statement: &Node, cx: &Context) -> bool {
    let mut open = statements(statement);
    while let Some(node) = open.pop() {
        match node.kind_id() {
            kind::INTEGER | kind::FLOAT | kind::TRUE | kind::FALSE | kind::NONE | kind::IDENTIFIER => {}
            kind::STRING if literals::plain(cx.slice(&node)).is_some() => {}
            kind::LIST | kind::TUPLE | kind::SET | kind::DICTIONARY | kind::PAIR => {
                open.extend(statements(&node))
            }
            _ => return false,
        }
    }
    true
}
