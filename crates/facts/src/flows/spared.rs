//! Blocking calls that keep nobody waiting at their place: in a branch for callers without an event loop, asked not to
//! wait, or in a script that runs one coroutine. It must not know which calls block.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use memchr::memmem;

use super::{ANCESTORS, CallSite, Reader};
use crate::model::asynchrony::Blocking;
use crate::usage::constants::elements;

/// Words for running more than one thing at a time, or handing a file's coroutines to somebody who does.
const CONCURRENT: [&str; 24] = [
    "create_task",
    "gather(",
    "TaskGroup",
    "ensure_future",
    "start_server",
    "serve",
    "as_completed",
    "asyncio.wait",
    "start_soon",
    "run_in_executor",
    "to_thread",
    "add_handler",
    "call_later",
    "call_soon",
    "aiohttp",
    "fastapi",
    "starlette",
    "telegram",
    "discord",
    "websockets",
    "zmq",
    "mqtt",
    "@",
    "Thread",
];

/// Whether a text is a script that runs one coroutine and starts no other task: nobody waits while a file is read.
pub(super) fn runs_one_coroutine(text: &str) -> bool {
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    (has("asyncio.run(") || has("run_until_complete("))
        && has("__main__")
        && !CONCURRENT.iter().any(|word| has(word))
}

/// Whether a call that may block keeps nobody waiting.
pub(super) fn is_spared<'t>(site: &CallSite<'t>, what: Blocking, cx: &Reader<'_, '_, 't>) -> bool {
    !what.is_long() && (cx.script || is_consumed_in_thread(site, cx))
        || is_in_other_branch(site, what, cx)
        || runs_before_others(site, cx)
}

/// `asyncio.to_thread(list, folder.glob("*"))`: what makes a generator reads nothing.
fn is_consumed_in_thread<'t>(site: &CallSite<'t>, cx: &Reader<'_, '_, 't>) -> bool {
    if !matches!(cx.method(site), "glob" | "rglob" | "iterdir" | "walk") {
        return false;
    }
    let list = site.node.parent().filter(|list| list.kind_id() == kind::ARGUMENT_LIST);
    let callee = list.and_then(|list| list.parent()?.child_by_field_id(field::FUNCTION));
    let callee = callee.map_or("", |callee| cx.fold.cx.slice(&callee));
    matches!(
        callee.rsplit('.').next().unwrap_or(callee),
        "to_thread"
            | "run_in_executor"
            | "run_sync"
            | "run_in_threadpool"
            | "run_sync_in_worker_thread"
            | "partial"
    )
}

/// Whether a call is in the coroutine that the file starts its loop for, before that waits for anything or starts
/// a task: there is nobody yet who could wait.
pub(super) fn runs_before_others<'t>(site: &CallSite<'t>, cx: &Reader<'_, '_, 't>) -> bool {
    const WAITS: [&str; 6] = ["await ", "create_task", "ensure_future", "async for", "async with", "gather("];
    let Some(scope) = cx.cx.scopes.get(site.scope as usize).filter(|scope| !scope.name.is_empty()) else {
        return false;
    };
    let text = cx.cx.text;
    let name = scope.name.as_str();
    let before = text.get(scope.range.start as usize..site.node.start_byte()).unwrap_or("");
    if WAITS.iter().any(|word| before.contains(word)) {
        return false;
    }
    let calls = |text: &str| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('('));
    let started = ["asyncio.run(", "run_until_complete("].iter().any(|start| {
        memmem::find_iter(text.as_bytes(), start)
            .any(|at| text.get(at + start.len()..).is_some_and(|rest| calls(rest.trim_start())))
    });
    started && !memmem::find_iter(text.as_bytes(), "await ").any(|at| text.get(at + 6..).is_some_and(calls))
}

/// Whether a call is in a branch for one form of a value: a caller that gives another form never makes it.
pub(super) fn depends_on_form<'t>(site: &CallSite<'t>, cx: &Reader<'_, '_, 't>) -> bool {
    let mut at = site.node;
    for _ in 0..ANCESTORS {
        let Some(parent) = at.parent() else { return false };
        match parent.kind_id() {
            kind::FUNCTION_DEFINITION => return false,
            kind::IF_STATEMENT | kind::ELIF_CLAUSE => {
                let condition = parent.child_by_field_id(field::CONDITION);
                let told = condition.map_or("", |condition| cx.fold.cx.slice(&condition));
                if ["isinstance(", ".startswith(", ".endswith("].iter().any(|word| told.contains(word)) {
                    return true;
                }
            }
            _ => {}
        }
        at = parent;
    }
    false
}

/// Whether a condition around a call says that nobody waits in this branch.
fn is_in_other_branch<'t>(site: &CallSite<'t>, what: Blocking, cx: &Reader<'_, '_, 't>) -> bool {
    let mut at = site.node;
    for _ in 0..ANCESTORS {
        let Some(parent) = at.parent() else { return false };
        match parent.kind_id() {
            kind::FUNCTION_DEFINITION => return false,
            kind::IF_STATEMENT => {
                let slice = |node: Option<Node<'t>>| node.map_or("", |node| cx.fold.cx.slice(&node));
                let condition = parent.child_by_field_id(field::CONDITION);
                let consequence = parent.child_by_field_id(field::CONSEQUENCE);
                let inside = consequence.is_some_and(|block| block.id() == at.id());
                let alternative = parent.child_by_field_id(field::ALTERNATIVE);
                if condition.is_some_and(|condition| condition.id() != at.id()) {
                    let other = slice(if inside { alternative } else { consequence });
                    let told = slice(condition).trim_matches(['(', ')', ' ']);
                    if is_without_loop(told, inside)
                        || awaits_the_same(told, other, cx.method(site))
                        || what == Blocking::Message && asks_not_to_wait(told, inside, site, cx)
                    {
                        return true;
                    }
                }
            }
            _ => {}
        }
        at = parent;
    }
    false
}

/// Whether a branch is the one for callers without a loop: after `else` of `if asynchronous:`, or below `if sync:`.
fn is_without_loop(condition: &str, inside: bool) -> bool {
    let (negated, name) = match condition.strip_prefix("not ") {
        Some(name) => (true, name.trim()),
        None => (false, condition),
    };
    if !is_dotted(name.trim_end_matches("()")) {
        return false;
    }
    let last = name.trim_end_matches("()").rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let holds = inside != negated;
    let asynchronous =
        ["async", "coroutine", "awaitable"].iter().any(|word| last.contains(word)) || last.ends_with("aio");
    let synchronous =
        last.split('_').any(|word| matches!(word, "sync" | "synchronous" | "blocking" | "threaded"));
    asynchronous && !holds || synchronous && holds
}

/// Whether the other branch of a plain condition awaits what this one calls.
fn awaits_the_same(condition: &str, other: &str, method: &str) -> bool {
    let plain = condition.strip_prefix("not ").unwrap_or(condition);
    !method.is_empty()
        && is_dotted(plain)
        && other.match_indices("await ").any(|(at, word)| {
            let callee = other.get(at + word.len()..).unwrap_or("").split('(').next().unwrap_or("");
            callee.rsplit('.').next() == Some(method)
        })
}

/// `if timeout == 0: poller.poll(timeout)`
fn asks_not_to_wait<'t>(condition: &str, inside: bool, site: &CallSite<'t>, cx: &Reader<'_, '_, 't>) -> bool {
    let Some(list) = site.node.child_by_field_id(field::ARGUMENTS) else { return false };
    elements(list).into_iter().any(|argument| {
        let value =
            argument.child_by_field_id(field::VALUE).filter(|_| argument.kind_id() == kind::KEYWORD_ARGUMENT);
        let name = cx.fold.cx.slice(&value.unwrap_or(argument));
        let compared = |sign: &str| {
            condition.strip_prefix(name).is_some_and(|rest| {
                rest.trim_start().strip_prefix(sign).is_some_and(|rest| rest.trim() == "0")
            })
        };
        let zero = compared("==")
            || compared("<=")
            || condition.strip_prefix("not ").is_some_and(|rest| rest == name);
        let other = condition == name || compared("!=") || compared(">");
        is_dotted(name) && if inside { zero } else { other }
    })
}

/// Whether a text is a dotted name.
fn is_dotted(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}
