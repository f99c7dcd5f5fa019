//! One hop from coroutines: plain functions that block, and calls of functions that may.
//! It must not know what other files define.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::{CallSite, FlowCollector, Held, Reader, spared};
use crate::model::asynchrony::{Blocking, BlockingFunction, Helper, HelperCall};
use crate::usage::bindings::How;
use crate::{ScopeId, ScopeKind};

/// Modules that are imported everywhere and never the project's own.
const FOREIGN: [&str; 24] = [
    "asyncio",
    "time",
    "os",
    "json",
    "logging",
    "typing",
    "re",
    "datetime",
    "uuid",
    "sys",
    "math",
    "random",
    "collections",
    "itertools",
    "functools",
    "contextlib",
    "dataclasses",
    "pathlib",
    "enum",
    "copy",
    "inspect",
    "subprocess",
    "requests",
    "zmq",
];

/// The plain functions of a file that block, by scope.
#[derive(Default)]
pub(super) struct Functions {
    found: Vec<BlockingFunction>,
    by_scope: FxHashMap<ScopeId, u32>,
}

impl Functions {
    /// Adds the function that contains a blocking call, if calling it makes the call.
    pub(super) fn add(
        &mut self,
        site: &CallSite,
        callee: CompactString,
        what: Blocking,
        notes: &FlowCollector,
        cx: &Reader,
    ) {
        let scope = site.scope;
        // Starting a process takes long only for whoever waits for it.
        let long = what.is_long() && callee != "subprocess.Popen";
        let runs = !notes.generators.contains(&scope) && !notes.decorated.contains(&scope);
        if !long || !runs || self.by_scope.contains_key(&scope) || spared::depends_on_form(site, cx) {
            return;
        }
        self.by_scope.insert(scope, self.found.len() as u32);
        self.found.push(BlockingFunction { scope, range: cx.cx.range(&site.node), callee, what });
    }

    /// The facts.
    pub(super) fn into_facts(self) -> Vec<BlockingFunction> {
        self.found
    }
}

/// A call in a coroutine of a blocking function of the file, or of something imported.
pub(super) fn call<'t>(
    site: &CallSite<'t>,
    functions: &Functions,
    cx: &Reader<'_, '_, 't>,
) -> Option<HelperCall> {
    if site.held == Held::Awaited || spared::runs_before_others(site, cx) {
        return None;
    }
    let function = cx.callee(site)?;
    let path = cx.cx.slice(&function);
    let helper = match function.kind_id() {
        kind::IDENTIFIER => named(path, site.scope, functions, cx)?,
        kind::ATTRIBUTE => {
            let object = function.child_by_field_id(field::OBJECT)?;
            let name = cx.cx.slice(&function.child_by_field_id(field::ATTRIBUTE)?);
            let class = match cx.cx.slice(&object) {
                "self" | "cls" => Some(cx.class_around(site.scope)?),
                _ => class_of(object, site.scope, cx),
            };
            match class {
                Some(class) => Helper::Local(*functions.by_scope.get(&defined(name, class, cx)?)?),
                None => imported(path, site.scope, cx)?,
            }
        }
        _ => return None,
    };
    Some(HelperCall {
        range: cx.cx.range(&site.node),
        callee: path.into(),
        helper,
        scope: site.scope,
        tier: site.tier,
    })
}

fn named(name: &str, scope: ScopeId, functions: &Functions, cx: &Reader) -> Option<Helper> {
    let found = cx.fold.bindings.find(name, scope)?;
    if found.import.is_some() {
        return imported(name, scope, cx);
    }
    let [binding] = found.bindings else { return None };
    if binding.value.is_some() || found.parameter.is_some() {
        return None;
    }
    Some(Helper::Local(*functions.by_scope.get(&defined(name, found.scope, cx)?)?))
}

/// The class of the file that an object is an instance of: a name or an attribute of `self` that only this class is
/// called for, or that is annotated with it.
fn class_of<'t>(object: Node<'t>, scope: ScopeId, cx: &Reader<'_, '_, 't>) -> Option<ScopeId> {
    let path = cx.fold.cx.slice(&object);
    let named = match object.kind_id() {
        kind::IDENTIFIER => true,
        kind::ATTRIBUTE => path.starts_with("self.") && path.matches('.').count() == 1,
        _ => false,
    };
    if !named {
        return None;
    }
    let class = match cx.objects.annotation(path, scope) {
        Some(annotation) => annotation.trim_matches(['"', '\'']),
        None => {
            let found = cx.fold.bindings.find(path, scope).filter(|found| found.import.is_none())?;
            let mut classes = found.bindings.iter().map(|binding| {
                let call = binding
                    .value
                    .filter(|value| value.kind_id() == kind::CALL && binding.how == How::Whole)?;
                Some(cx.fold.cx.slice(&call.child_by_field_id(field::FUNCTION)?))
            });
            let first = classes.next()??;
            (found.parameter.is_none() && classes.all(|other| other == Some(first))).then_some(first)?
        }
    };
    let scopes = cx.cx.scopes.iter().enumerate().skip(1);
    let mut named = scopes.filter(|(_, scope)| scope.parent == 0 && scope.name == class);
    let (id, scope) = named.next()?;
    (named.next().is_none() && scope.kind == ScopeKind::Class).then_some(id as ScopeId)
}

/// The only function of this name that a scope defines.
fn defined(name: &str, parent: ScopeId, cx: &Reader) -> Option<ScopeId> {
    let scopes = cx.cx.scopes.iter().enumerate().skip(1);
    let mut named = scopes.filter(|(_, scope)| scope.parent == parent && scope.name == name);
    let (id, scope) = named.next()?;
    (named.next().is_none() && scope.kind == ScopeKind::Function).then_some(id as ScopeId)
}

/// Helper that an imported name refers to.
fn imported(path: &str, scope: ScopeId, cx: &Reader) -> Option<Helper> {
    if path.len() > crate::names::LONGEST_PATH || path.contains(['(', '[', '\n', ' ']) {
        return None;
    }
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let found = cx.fold.bindings.find(root, scope)?;
    let target = found.import.filter(|_| found.parameter.is_none() && found.bindings.is_empty())?;
    let first = target.split('.').next().unwrap_or(target);
    (!FOREIGN.contains(&first)).then(|| Helper::Imported { name: root.into(), path: rest.into() })
}
