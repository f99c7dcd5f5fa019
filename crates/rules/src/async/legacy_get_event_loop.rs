//! `legacy-get-event-loop`: `asyncio.get_event_loop()`. It must not know how names resolve.

use analyzer_diagnostics::{Applicability, Diagnostic, Edit, Fix, Severity};
use analyzer_facts::LoopGetter;
use analyzer_project::config::PythonVersion;

use crate::{Check, inserted};

/// The first Python with `get_running_loop`.
const RUNNING_LOOP: PythonVersion = PythonVersion { major: 3, minor: 7 };

/// Reports each call; one that a coroutine makes, or that is prepared for the error, is a note.
pub fn legacy_get_event_loop(cx: &Check, out: &mut Vec<Diagnostic>) {
    for getter in &cx.facts.asynchrony.loop_getters {
        let (message, note, help) = if getter.in_coroutine {
            (
                "`asyncio.get_event_loop()` in a coroutine",
                "a loop is running here, and `get_running_loop()` says so; the old function makes a loop up or fails \
                 where there is none",
                "call `asyncio.get_running_loop()`",
            )
        } else {
            (
                "`asyncio.get_event_loop()` outside a coroutine",
                "where no loop is set it warns since Python 3.12 and raises a RuntimeError since 3.14",
                "run coroutines with `asyncio.run(…)` or an `asyncio.Runner`; in a callback, call \
                 `asyncio.get_running_loop()`",
            )
        };
        let mut found = cx
            .diagnostic(getter.range, message)
            .note(note)
            .help(help)
            .tier(getter.tier)
            .property("coroutine", getter.in_coroutine)
            .fix(fix(cx, getter).filter(|_| cx.target_version >= RUNNING_LOOP));
        if getter.in_coroutine || getter.guarded {
            found.severity = Severity::Note;
        }
        out.push(found);
    }
}

/// Asks for the running loop, which is the one that the old function returns in a coroutine.
fn fix(cx: &Check, getter: &LoopGetter) -> Option<Fix> {
    let site = getter.running.as_deref()?;
    let mut edits = Vec::new();
    if site.import {
        edits.push(inserted::import(&(cx.text)()?, cx.facts, "from asyncio import get_running_loop")?);
    }
    edits.push(Edit { range: site.range, content: site.content.to_string() });
    Some(Fix {
        title: "Replace `get_event_loop` by `get_running_loop`".to_owned(),
        applicability: Applicability::Safe,
        edits,
    })
}
