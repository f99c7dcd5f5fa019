//! Where a coroutine goes from a handler of `CancelledError`: to its end, or round an endless loop again.
//! It must not know what else the handler does.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::flow::Exits;
use crate::HandlerMarks;
use crate::walk::Context;

/// How many nodes around a handler are looked at.
const ANCESTORS: usize = 64;

/// Marks the handler `clause`, which control leaves by `exits`.
pub(super) fn goes_on(clause: &Node, exits: Exits, swallows: bool, marks: &mut HandlerMarks, cx: &Context) {
    let (mut falls, mut breaks) = (exits.has(Exits::FALL), exits.has(Exits::BREAK));
    let mut continues = exits.has(Exits::CONTINUE);
    let (mut again, mut ends) = (false, true);
    let mut at = *clause;
    let in_loop = clause.parent().is_some_and(|block| holds_loop(&block, cx)) || stands_in_loop(clause);
    let calls = clause.parent().is_some_and(|block| awaits_calls(&block, cx));
    for _ in 0..ANCESTORS {
        let Some(parent) = at.parent() else { break };
        match parent.kind_id() {
            kind::FUNCTION_DEFINITION | kind::LAMBDA | kind::CLASS_DEFINITION | kind::MODULE => break,
            kind::BLOCK if falls => {
                let mut next = at.next_named_sibling();
                while let Some(statement) = next {
                    let text = cx.slice(&statement);
                    if text.contains("await") || text.contains("async ") {
                        (falls, ends) = (false, false);
                    }
                    falls &= !matches!(statement.kind_id(), kind::RETURN_STATEMENT | kind::RAISE_STATEMENT);
                    match statement.kind_id() {
                        kind::BREAK_STATEMENT => (falls, breaks) = (false, true),
                        kind::CONTINUE_STATEMENT => (falls, continues) = (false, true),
                        _ => {}
                    }
                    next = statement.next_named_sibling().filter(|_| falls);
                }
            }
            kind::WHILE_STATEMENT | kind::FOR_STATEMENT if is_body(&parent, &at) => {
                let condition = parent.child_by_field_id(field::CONDITION);
                let endless = condition.is_some_and(|condition| matches!(cx.slice(&condition), "True" | "1"));
                if falls || continues {
                    // Other code of a handler may end a loop that has a condition.
                    again |= calls && (endless || swallows && condition.is_some());
                    ends = false;
                }
                (falls, continues, breaks) = (breaks, false, false);
            }
            _ => {}
        }
        if !falls && !breaks && !continues {
            break;
        }
        at = parent;
    }
    marks.set(HandlerMarks::AGAIN, again);
    marks.set(HandlerMarks::ENDS, ends && !again);
    marks.set(HandlerMarks::OF_A_LOOP, in_loop);
}

/// Whether a handler stands in a `while` of its function.
fn stands_in_loop(clause: &Node) -> bool {
    let mut at = *clause;
    for _ in 0..ANCESTORS {
        let Some(parent) = at.parent() else { return false };
        match parent.kind_id() {
            kind::WHILE_STATEMENT => return true,
            kind::FUNCTION_DEFINITION | kind::LAMBDA | kind::CLASS_DEFINITION => return false,
            _ => at = parent,
        }
    }
    false
}

/// Whether the body of a `try` is a loop with a condition, perhaps behind what prepares it.
fn holds_loop(block: &Node, cx: &Context) -> bool {
    let Some(body) = block.child_by_field_id(field::BODY) else { return false };
    let mut cursor = body.walk();
    let mut statements = body.named_children(&mut cursor);
    statements.any(|statement| {
        statement.kind_id() == kind::WHILE_STATEMENT
            || statement.kind_id() == kind::WITH_STATEMENT && cx.slice(&statement).contains("while ")
    })
}

/// Whether a node is the body of a loop.
fn is_body(parent: &Node, node: &Node) -> bool {
    parent.child_by_field_id(field::BODY).is_some_and(|body| body.id() == node.id())
}

/// Whether a `try` awaits nothing but calls: what else is awaited may be another task, which somebody cancelled.
fn awaits_calls(block: &Node, cx: &Context) -> bool {
    let body = block.child_by_field_id(field::BODY).map_or("", |body| cx.slice(&body));
    let mut found = false;
    for (at, word) in body.match_indices("await ") {
        let rest = body.get(at + word.len()..).unwrap_or("").trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
        if !rest.get(end..).unwrap_or("").starts_with('(') {
            return false;
        }
        found = true;
    }
    found
}
