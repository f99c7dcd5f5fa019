//! Getting at the event loop, and sleeping without blocking it: the code there and its replacement.
//! It must not know which of it is a fault.

use analyzer_syntax::Tier;
use analyzer_syntax::kind::{self, field};
use compact_str::{CompactString, format_compact};

use super::{CallSite, Held, Reader};
use crate::ScopeId;
use crate::model::asynchrony::{LoopGetter, RunningLoopSite, SleepSite};
use crate::usage::constants::elements;

/// The old function.
pub(super) const GETTER: &str = "get_event_loop";
pub(super) const RUNNING: &str = "get_running_loop";

/// A call of `asyncio.get_event_loop`, under whatever name; `path` is the callee's full one, where it is known.
pub(super) fn getter(site: &CallSite, path: Option<&str>, cx: &Reader) -> Option<LoopGetter> {
    if !matches!(path?, "asyncio.get_event_loop" | "asyncio.events.get_event_loop") {
        return None;
    }
    let in_coroutine = cx.is_in_coroutine(site);
    let fixable = in_coroutine && cx.parsed && site.tier == Tier::A;
    Some(LoopGetter {
        range: cx.cx.range(&site.node),
        in_coroutine,
        guarded: site.guarded,
        scope: site.scope,
        tier: site.tier,
        running: fixable.then(|| running(site, cx)).flatten().map(Box::new),
    })
}

/// Replacement of a call by one that asks for the running loop.
fn running(site: &CallSite, cx: &Reader) -> Option<RunningLoopSite> {
    let callee = cx.callee(site)?;
    if callee.kind_id() == kind::ATTRIBUTE {
        let name = callee.child_by_field_id(field::ATTRIBUTE)?;
        // An alias of the function does not end in its name.
        return (cx.cx.slice(&name) == GETTER).then(|| RunningLoopSite {
            range: cx.cx.range(&name),
            content: RUNNING.into(),
            import: false,
        });
    }
    let bindings = cx.fold.bindings;
    let imported = |name: &str, full: &str| {
        bindings.find(name, site.scope).is_some_and(|found| found.import == Some(full) && found.scope == 0)
    };
    if !imported(cx.cx.slice(&callee), "asyncio.get_event_loop") {
        return None;
    }
    let import = bindings.find(RUNNING, site.scope).is_none();
    (import || imported(RUNNING, "asyncio.get_running_loop")).then(|| RunningLoopSite {
        range: cx.cx.range(&callee),
        content: RUNNING.into(),
        import,
    })
}

/// How a `time.sleep` that is a statement would be awaited.
pub(super) fn sleep(site: &CallSite, cx: &Reader) -> Option<SleepSite> {
    if !cx.parsed || site.tier != Tier::A || site.held != Held::Statement {
        return None;
    }
    let arguments = elements(site.node.child_by_field_id(field::ARGUMENTS)?);
    let [argument] = arguments.as_slice() else { return None };
    if matches!(argument.kind_id(), kind::KEYWORD_ARGUMENT | kind::LIST_SPLAT | kind::DICTIONARY_SPLAT) {
        return None;
    }
    let callee = cx.cx.range(&cx.callee(site)?);
    let library = cx.libraries.sleeper()?;
    let (library, import) = bound(library, site.scope, cx)?;
    Some(SleepSite { callee, library, import })
}

/// The name under which a library is known in a scope, and whether it must be imported first; none where its own name
/// stands for something else.
fn bound(library: &str, scope: ScopeId, cx: &Reader) -> Option<(CompactString, bool)> {
    match cx.fold.bindings.find(library, scope) {
        None => Some((format_compact!("{library}"), true)),
        Some(found) => {
            (found.import == Some(library) && found.parameter.is_none() && found.bindings.is_empty())
                .then(|| (format_compact!("{library}"), false))
        }
    }
}
