//! `blocking-call-in-async`: coroutines that stop the event loop. It must not know which functions block.

use std::sync::Arc;

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix, Related, Severity};
use analyzer_facts::{Blocking, BlockingCall, Helper};

use analyzer_project::places::is_test;

use crate::{Check, inserted, is_example_path};

/// Reports blocking calls in coroutines, and calls of plain functions that make one.
pub fn blocking_call_in_async(cx: &Check, out: &mut Vec<Diagnostic>) {
    let facts = &cx.facts.asynchrony;
    // Nobody waits for the files of a test.
    let example = is_example_path(cx.path);
    for call in facts.blocking.iter().filter(|call| call.what.is_long() || !example) {
        // A test that waits for a program has nothing else to do.
        let waits = call.what == Blocking::Process && is_test(cx.path);
        if waits || example && is_explained(cx, call) {
            continue;
        }
        let message =
            format!("`{}` blocks the event loop while it waits for {}", call.callee, awaited(call.what));
        let mut found = cx
            .diagnostic(call.range, message)
            .note("every other coroutine of the loop stands still until it returns")
            .help(help(call.what))
            .tier(call.tier)
            .property("callee", call.callee.as_str())
            .property("waitsFor", word(call.what))
            .fix(fix(cx, call));
        // Starting a process takes long only for whoever waits for it.
        if !call.what.is_long() || example || call.callee == "subprocess.Popen" {
            found.severity = Severity::Note;
        }
        out.push(found);
    }
    for helper in &facts.helpers {
        let Helper::Local(index) = helper.helper else { continue };
        let Some(function) = facts.functions.get(index as usize) else { continue };
        let place = Related {
            path: Arc::from(cx.path),
            range: function.range,
            message: format!("`{}` is called here", function.callee),
        };
        out.push(through(cx, helper, &function.callee, function.what, place));
    }
    for placed in &cx.project.blocking_helpers {
        let Some(helper) = facts.helpers.get(placed.call as usize) else { continue };
        let place = Related {
            path: Arc::clone(&placed.path),
            range: placed.range,
            message: format!("`{}` is called here", placed.callee),
        };
        out.push(through(cx, helper, &placed.callee, placed.what, place));
    }
}

/// Whether a comment stands behind a call: a test that blocks on purpose says so.
fn is_explained(cx: &Check, call: &BlockingCall) -> bool {
    let Some(text) = (cx.text)() else { return false };
    let behind = text.get(call.range.end as usize..).unwrap_or("").lines().next().unwrap_or("");
    behind.split_once('#').is_some_and(|(_, comment)| {
        let comment = comment.trim();
        comment.contains(' ') && !["noqa", "type:", "pragma"].iter().any(|word| comment.starts_with(word))
    })
}

/// A coroutine's call of a function that blocks.
fn through(
    cx: &Check,
    helper: &analyzer_facts::HelperCall,
    callee: &str,
    what: Blocking,
    place: Related,
) -> Diagnostic {
    let message = format!(
        "`{}` blocks the event loop: it calls `{callee}`, which waits for {}",
        helper.callee,
        awaited(what)
    );
    let mut found = cx
        .diagnostic(helper.range, message)
        .note("every other coroutine of the loop stands still until it returns")
        .help(format!("call it in a thread: `await asyncio.to_thread({}, …)`", helper.callee))
        .tier(helper.tier)
        .property("callee", callee)
        .property("through", helper.callee.as_str())
        .property("waitsFor", word(what));
    found.related.push(place);
    if is_example_path(cx.path) {
        found.severity = Severity::Note;
    }
    found
}

/// The object of a call's wait, as it reads in a sentence.
const fn awaited(what: Blocking) -> &'static str {
    match what {
        Blocking::Sleep => "time to pass",
        Blocking::Http => "a server",
        Blocking::Message => "a message",
        Blocking::Process => "a process",
        Blocking::Input => "a person at the terminal",
        Blocking::File => "a file",
        Blocking::Path => "the file system",
    }
}

/// The object of a call's wait, for machines.
const fn word(what: Blocking) -> &'static str {
    match what {
        Blocking::Sleep => "time",
        Blocking::Http => "http",
        Blocking::Message => "message",
        Blocking::Process => "process",
        Blocking::Input => "input",
        Blocking::File => "file",
        Blocking::Path => "path",
    }
}

/// Advice on the replacement.
const fn help(what: Blocking) -> &'static str {
    match what {
        Blocking::Sleep => "write `await asyncio.sleep(…)`",
        Blocking::Http => "use a client whose calls are awaited, such as `httpx.AsyncClient` or aiohttp",
        Blocking::Message => "use the sockets of `zmq.asyncio`, whose calls are awaited",
        Blocking::Process => "use `asyncio.create_subprocess_exec`, or `await asyncio.to_thread(…)`",
        Blocking::Input | Blocking::File | Blocking::Path => {
            "call it in a thread: `await asyncio.to_thread(…)`"
        }
    }
}

/// Awaits the sleep of the library in use.
fn fix(cx: &Check, call: &BlockingCall) -> Option<Fix> {
    let site = call.sleep.as_deref()?;
    let library = &site.library;
    let mut edits = Vec::new();
    if site.import {
        edits.push(inserted::import(&(cx.text)()?, cx.facts, &format!("import {library}"))?);
    }
    edits.push(Edit { range: site.callee, content: format!("await {library}.sleep") });
    Some(Fix {
        title: format!("Replace `{}` by `await {library}.sleep`", call.callee),
        applicability: Applicability::Unsafe,
        edits,
    })
}
