//! Waiting, serving and loading in a file: coroutines that block or repeat queries, routes, models on the graphics card.
//! It must not know which of these are faults, nor other collectors.
//!
//! The walk only notes the nodes that may matter, and only in files whose text speaks of such things; they are read
//! when all names of the file are known.

mod blocking;
mod event_loop;
mod gpu;
mod helpers;
mod libraries;
mod objects;
mod queries;
mod spared;
mod topics;
mod web;

use analyzer_syntax::kind::{self, Kind, field};
use analyzer_syntax::{Node, Tier};
use rustc_hash::FxHashSet;

use crate::interest::Interest;
use crate::model::asynchrony::AsyncFacts;
use crate::model::file::FileFacts;
use crate::model::gpu::GpuFacts;
use crate::model::web::WebFacts;
use crate::spoken::Spoken;
use crate::usage::bindings::{self, Binder, Bindings};
use crate::usage::constants::Fold;
use crate::walk::{Context, Frame};
use crate::{Scope, ScopeId, ScopeKind};
use libraries::Libraries;
use objects::Objects;
pub(crate) use topics::WORDS;
use topics::{Topics, topics};

/// How many ancestors are asked about a call, so that deep nesting costs no more.
const ANCESTORS: usize = 64;

/// Use of a call's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// It is a statement of its own.
    Statement,
    /// It is awaited, or entered by `async with`.
    Awaited,
    /// Anything else.
    Used,
}

/// A call and its place.
#[derive(Clone, Copy)]
struct CallSite<'t> {
    node: Node<'t>,
    scope: ScopeId,
    tier: Tier,
    /// Whether a `lambda` around it decides when it runs.
    lambda: bool,
    held: Held,
    /// Whether a `try` around it catches a `RuntimeError`; only known of calls of `get_event_loop`.
    guarded: bool,
}

/// A loop or comprehension.
#[derive(Clone, Copy)]
struct Loop<'t> {
    node: Node<'t>,
    scope: ScopeId,
}

/// Notes nodes on one walk over a file.
#[derive(Default)]
pub(crate) struct FlowCollector<'t> {
    topics: Topics,
    calls: Vec<CallSite<'t>>,
    binders: Vec<Binder<'t>>,
    loops: Vec<Loop<'t>>,
    /// Functions that are generators.
    generators: FxHashSet<ScopeId>,
    /// Functions with decorators that may change what a call does.
    decorated: FxHashSet<ScopeId>,
    gpu: gpu::Notes<'t>,
    web: web::Notes<'t>,
}

/// Facts about waiting, serving and loading in the file.
#[derive(Default)]
pub(crate) struct Flows {
    asynchrony: AsyncFacts,
    gpu: GpuFacts,
    web: WebFacts,
}

/// Sources that are looked up while the notes are read.
struct Reader<'c, 'a, 't> {
    fold: Fold<'c, 'a, 't>,
    objects: Objects<'c, 'a, 't>,
    libraries: Libraries,
    cx: &'a Context<'a>,
    /// Whether the file has no error of syntax.
    parsed: bool,
    /// Whether it is a script that runs one coroutine.
    script: bool,
}

impl<'t> FlowCollector<'t> {
    /// Reads what a text speaks of; to be called before its walk.
    pub(crate) fn begin(&mut self, spoken: &Spoken) {
        self.topics = topics(spoken);
    }

    /// Where a text speaks of one of the topics, values are followed; in coroutines every call counts.
    pub(crate) fn interest(&self, interest: &mut Interest) {
        if self.topics != Topics::default() {
            interest.everywhere();
        }
    }

    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node<'t>, node_kind: Kind, cx: &Context) {
        if self.topics != Topics::default() {
            self.note(node, node_kind, cx);
        }
    }

    fn note(&mut self, node: &Node<'t>, node_kind: Kind, cx: &Context) {
        match node_kind {
            kind::CALL => self.calls.push(call_site(node, cx)),
            kind::FOR_STATEMENT
            | kind::LIST_COMPREHENSION
            | kind::SET_COMPREHENSION
            | kind::DICTIONARY_COMPREHENSION
            | kind::GENERATOR_EXPRESSION => self.loops.push(Loop { node: *node, scope: cx.scope }),
            kind::YIELD => {
                self.generators.insert(cx.scope);
            }
            kind::FUNCTION_DEFINITION => {
                let decorators = cx.ancestors.last().filter(|above| above.kind == kind::DECORATED_DEFINITION);
                let decorators = decorators.and_then(|above| cx.text.get(above.start..node.start_byte()));
                let plain =
                    |line: &str| matches!(line.trim(), "" | "async" | "@staticmethod" | "@classmethod");
                if decorators.is_some_and(|text| !text.lines().all(plain)) {
                    self.decorated.insert((cx.scopes.len() - 1) as ScopeId);
                }
            }
            _ => {}
        }
        if self.topics.gpu {
            self.gpu.note(node, node_kind, cx);
        }
        if self.topics.web {
            self.web.note(node, node_kind, cx);
        }
        if bindings::binds(node_kind) {
            let scope = if node_kind == kind::FUNCTION_DEFINITION {
                (cx.scopes.len() - 1) as ScopeId
            } else {
                cx.scope
            };
            self.binders.push(Binder { node: *node, scope });
        }
    }

    /// Reads what was noted; `parsed` is whether the file has no error of syntax.
    pub(crate) fn finish<'a>(self, cx: &'a Context<'a>, parsed: bool) -> Flows {
        let mut flows = Flows::default();
        if self.topics == Topics::default() {
            return flows;
        }
        let bindings = Bindings::new(&self.binders, cx);
        let fold = Fold { bindings: &bindings, cx };
        let objects = Objects::new(&self.binders, fold);
        let libraries = Libraries::new(&self.binders, cx);
        let script = self.topics.coroutines && spared::runs_one_coroutine(cx.text);
        let reader = Reader { fold, objects, libraries, cx, parsed, script };
        if self.topics.coroutines || self.topics.blocking {
            reader.asynchrony(&self, &mut flows.asynchrony);
        }
        if self.topics.gpu {
            flows.gpu = gpu::read(&self, &reader);
        }
        if self.topics.web {
            flows.web = web::read(&self, &reader);
        }
        flows
    }
}

impl Flows {
    /// Moves everything into the facts.
    pub(crate) fn into_facts(self, facts: &mut FileFacts) {
        facts.asynchrony = self.asynchrony;
        facts.gpu = self.gpu;
        facts.web = self.web;
    }
}

impl<'t> Reader<'_, '_, 't> {
    /// Reads what coroutines wait for, and what plain functions would make them wait for.
    fn asynchrony(&self, notes: &FlowCollector<'t>, out: &mut AsyncFacts) {
        let mut functions = helpers::Functions::default();
        for site in &notes.calls {
            let path = self.callee(site).and_then(|callee| self.fold.path(callee, site.scope));
            out.loop_getters.extend(event_loop::getter(site, path.as_deref(), self));
            if site.lambda {
                continue;
            }
            let Some((callee, what)) = blocking::blocking(site, path.as_deref(), self) else { continue };
            if spared::is_spared(site, what, self) {
                continue;
            }
            match self.scope(site.scope).map(|scope| scope.kind) {
                Some(ScopeKind::AsyncFunction) => out.blocking.push(blocking::call(site, callee, what, self)),
                Some(ScopeKind::Function) => functions.add(site, callee, what, notes, self),
                _ => {}
            }
        }
        if notes.topics.coroutines {
            for site in notes.calls.iter().filter(|site| self.is_in_coroutine(site)) {
                out.helpers.extend(helpers::call(site, &functions, self));
            }
            queries::read(notes, self, &mut out.queries);
        }
        out.functions = functions.into_facts();
    }

    fn scope(&self, scope: ScopeId) -> Option<&Scope> {
        self.cx.scopes.get(scope as usize)
    }

    /// Whether a coroutine itself makes the call.
    fn is_in_coroutine(&self, site: &CallSite) -> bool {
        !site.lambda && self.scope(site.scope).is_some_and(|scope| scope.kind == ScopeKind::AsyncFunction)
    }

    /// The callee of a call.
    fn callee(&self, site: &CallSite<'t>) -> Option<Node<'t>> {
        site.node.child_by_field_id(field::FUNCTION)
    }

    /// The class whose method contains the code of a scope.
    fn class_around(&self, scope: ScopeId) -> Option<ScopeId> {
        let parent = self.scope(scope)?.parent;
        (self.scope(parent)?.kind == ScopeKind::Class).then_some(parent)
    }

    /// The last name of the callee, as written.
    fn method(&self, site: &CallSite<'t>) -> &str {
        let Some(function) = self.callee(site) else { return "" };
        match function.kind_id() {
            kind::IDENTIFIER => self.fold.cx.slice(&function),
            kind::ATTRIBUTE => {
                function.child_by_field_id(field::ATTRIBUTE).map_or("", |name| self.fold.cx.slice(&name))
            }
            _ => "",
        }
    }
}

/// Notes a call with the context that its ancestors give.
fn call_site<'t>(node: &Node<'t>, cx: &Context) -> CallSite<'t> {
    let above = || cx.ancestors.iter().rev().take(ANCESTORS);
    let own = |frame: &&Frame| !matches!(frame.kind, kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION);
    let function = node.child_by_field_id(field::FUNCTION);
    let name = function.map(|function| function.child_by_field_id(field::ATTRIBUTE).unwrap_or(function));
    let getter =
        name.is_some_and(|name| name.kind_id() == kind::IDENTIFIER && cx.slice(&name) == event_loop::GETTER);
    CallSite {
        node: *node,
        scope: cx.scope,
        tier: cx.tier(),
        lambda: above().take_while(own).any(|frame| frame.kind == kind::LAMBDA),
        held: held(cx),
        guarded: getter && is_guarded(cx),
    }
}

/// Use of the result of the current call.
fn held(cx: &Context) -> Held {
    let mut above = cx.ancestors.iter().rev().take(ANCESTORS);
    let mut frame = above.next();
    while let Some(parent) = frame {
        match parent.kind {
            kind::AWAIT => return Held::Awaited,
            kind::EXPRESSION_STATEMENT => return Held::Statement,
            kind::PARENTHESIZED_EXPRESSION | kind::AS_PATTERN | kind::WITH_ITEM | kind::WITH_CLAUSE => {
                frame = above.next();
            }
            kind::WITH_STATEMENT => {
                let text = cx.text.get(parent.start..parent.end).unwrap_or("");
                return if text.starts_with("async") { Held::Awaited } else { Held::Used };
            }
            // `await wait_for(call(), …)`
            kind::ARGUMENT_LIST => {
                let Some(call) = above.next() else { return Held::Used };
                let callee = cx.text.get(call.start..parent.start).unwrap_or("");
                let callee = callee.trim_end();
                // An open file becomes one whose calls are awaited.
                if matches!(callee, "trio.wrap_file" | "anyio.wrap_file") {
                    return Held::Awaited;
                }
                if !["wait_for", "shield"].iter().any(|name| callee.ends_with(name)) {
                    return Held::Used;
                }
                frame = above.next();
            }
            _ => return Held::Used,
        }
    }
    Held::Used
}

/// Whether a `try` of the same function catches a `RuntimeError` that the current node raises.
fn is_guarded(cx: &Context) -> bool {
    let above = cx.ancestors.iter().rev().take(ANCESTORS);
    let mut inner: Option<&Frame> = None;
    for frame in above {
        match (frame.kind, inner) {
            (kind::FUNCTION_DEFINITION, _) => return false,
            (kind::TRY_STATEMENT, Some(block)) if block.kind == kind::BLOCK => {
                let handlers = cx.text.get(block.end..frame.end).unwrap_or("");
                let catches = ["RuntimeError", "except Exception", "except:", "BaseException"];
                if catches.iter().any(|text| handlers.contains(text)) {
                    return true;
                }
            }
            _ => {}
        }
        inner = Some(frame);
    }
    false
}
