//! Text to facts, behind one function: parse, one walk, recovery where the text is broken, the tree dropped.
//! It must not know files or caches.

use std::cell::RefCell;
use std::time::Duration;

use analyzer_source::TextRange;
use analyzer_syntax::{Node, Parser, Tier, Tree};

use crate::model::file::{FileFacts, SyntaxProblem};
use crate::recovery::recover;
use crate::walk::{Collectors, Context, walk};

/// Bounds on the work for one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time for parsing.
    pub parse_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { parse_time: Duration::from_secs(2) }
    }
}

/// A text that was not parsed within its time bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOut;

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(Parser::default());
}

/// The facts of one text. Equal texts give equal facts, whatever the thread or the time.
///
/// # Errors
/// [`TimedOut`] when the text cannot be parsed within `limits`.
pub fn extract(text: &str, limits: Limits) -> Result<FileFacts, TimedOut> {
    let tree =
        PARSER.with_borrow_mut(|parser| parser.parse(text, None, limits.parse_time)).map_err(|_| TimedOut)?;
    Ok(facts_of(text, &tree))
}

/// The facts of a text that is already parsed.
fn facts_of(text: &str, tree: &Tree) -> FileFacts {
    let syntax = first_problem(text, tree);
    let base_tier = if syntax.is_none() { Tier::A } else { Tier::B };
    let mut cx = Context::new(text, base_tier);
    let mut collectors = Collectors::default();
    walk(tree, &mut cx, &mut collectors);
    if syntax.is_some() {
        recover(text, tree, &mut cx, &mut collectors);
    }
    let handlers = collectors.handlers.finish(text, &cx.scopes, syntax.is_none());
    let mut facts = FileFacts {
        handlers,
        syntax,
        lines: memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
            + u32::from(!text.is_empty() && !text.ends_with('\n')),
        main_guard: cx.main_guard,
        ..FileFacts::default()
    };
    collectors.imports.finish(&cx.scopes, &mut facts);
    facts.scopes = cx.scopes;
    facts
}

/// The first error or missing node of a tree.
fn first_problem(text: &str, tree: &Tree) -> Option<SyntaxProblem> {
    let mut node = tree.root_node();
    if !node.has_error() {
        return None;
    }
    while !node.is_error() && !node.is_missing() {
        let mut cursor = node.walk();
        let next = node.children(&mut cursor).find(Node::has_error);
        let Some(next) = next else { break };
        node = next;
    }
    let range = TextRange::new(node.start_byte() as u32, node.end_byte() as u32);
    let message = if node.is_missing() {
        format!("expected `{}`", node.kind())
    } else {
        let line = range.slice(text).lines().next().unwrap_or("").trim();
        if line.is_empty() { "invalid syntax".to_owned() } else { format!("invalid syntax at `{line}`") }
    };
    Some(SyntaxProblem { range, message })
}
