//! Which functions of a class do nothing of their own: properties, abstract methods, and methods that only pass the
//! call on. Read off the text around each definition. It must not know rules, nor how many methods are too many.

use crate::{Scope, ScopeKind};

/// How far above a definition decorators are looked for, in lines.
const DECORATORS: usize = 8;
/// The longest statement that passes a call on, in bytes.
const LONGEST_CALL: usize = 1_200;

/// Marks them. What only type checkers read is marked by the walk already.
pub(crate) fn mark_passive(text: &str, scopes: &mut [Scope]) {
    for at in 0..scopes.len() {
        let Some(scope) = scopes.get(at) else { continue };
        let is_function = matches!(scope.kind, ScopeKind::Function | ScopeKind::AsyncFunction);
        let parent = scopes.get(scope.parent as usize).map(|parent| parent.kind);
        if scope.passive || !is_function || parent != Some(ScopeKind::Class) {
            continue;
        }
        let passive = is_attribute(text, scope) || passes_on(text, scope);
        if let Some(scope) = scopes.get_mut(at) {
            scope.passive = passive;
        }
    }
}

/// Whether a decorator makes it an attribute, or says that others define it.
fn is_attribute(text: &str, scope: &Scope) -> bool {
    let above = text.get(..scope.range.start as usize).unwrap_or("");
    let above = above.rfind('\n').and_then(|line| above.get(..line)).unwrap_or("");
    above.rsplit('\n').take(DECORATORS).map_while(|line| line.trim().strip_prefix('@')).any(|decorator| {
        let path = decorator.split(['(', ' ', '#']).next().unwrap_or("");
        let name = path.rsplit('.').next().unwrap_or(path);
        name.contains("property")
            || name.contains("attribute")
            || matches!(name, "setter" | "getter" | "deleter" | "abstractmethod")
    })
}

/// Whether its body is one statement, which raises `NotImplementedError` or uses something of the same name elsewhere.
fn passes_on(text: &str, scope: &Scope) -> bool {
    let after_name = scope.range.end.min(scope.name_range.end.max(scope.range.start));
    let rest = text.get(after_name as usize..scope.range.end as usize).unwrap_or("");
    let Some(statement) = body(rest).map(behind_docstring).and_then(only_statement) else { return false };
    statement.starts_with("raise NotImplementedError")
        || statement.match_indices(scope.name.as_str()).any(|(at, name)| {
            let before = statement.get(..at).unwrap_or("");
            let after = statement.get(at + name.len()..).unwrap_or("");
            let elsewhere = before.ends_with('.') && !before.ends_with("super().");
            elsewhere && after.starts_with(['(', ',', ')'])
        })
}

/// Text after the colon of a definition whose parameters come first in `rest`.
fn body(rest: &str) -> Option<&str> {
    let mut depth = 0_u32;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b':' if depth == 0 => return rest.get(at + 1..),
            _ => {}
        }
    }
    None
}

/// A body without its docstring; the statement that comes first keeps its indentation.
fn behind_docstring(body: &str) -> &str {
    let trimmed = body.trim_start();
    let quoted = trimmed.trim_start_matches(['r', 'R']);
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        let Some(inside) = quoted.strip_prefix(quote) else { continue };
        return inside.find(quote).and_then(|end| inside.get(end + quote.len()..)).unwrap_or("");
    }
    body
}

/// The statement that a body consists of; none if it has several, or one that is too long to be looked at.
fn only_statement(body: &str) -> Option<&str> {
    let start = body.len() - body.trim_start().len();
    if body.len() > start + LONGEST_CALL {
        return None;
    }
    let lines = body.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let mut indent = None;
    for line in lines {
        let own = line.len() - line.trim_start().len();
        match indent {
            None => indent = Some(own),
            Some(first) if own <= first && !line.trim_start().starts_with([')', ']', '}']) => return None,
            Some(_) => {}
        }
    }
    let statement = body.trim_start();
    let statement = if statement.starts_with('#') {
        statement.split_once('\n').map_or("", |(_, rest)| rest).trim_start()
    } else {
        statement
    };
    (!statement.is_empty() && !statement.contains(":\n")).then_some(statement)
}
