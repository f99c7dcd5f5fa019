//! Functions of a module that are called while it is imported: what they import is imported with the module.
//! It must not know what the imports resolve to.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::program::Program;
use crate::model::import::Event;
use crate::walk::{Context, Frame};
use crate::{Position, ScopeId, ScopeKind};

/// The longest body that is taken over at a call, in events.
const LONGEST: usize = 400;

/// A function that is being read.
struct Body {
    name: CompactString,
    scope: ScopeId,
    start: usize,
    program: Program,
    /// How many statements may leave the function early, so that what follows may not run.
    exits: u32,
}

/// The functions so far that import something.
#[derive(Default)]
pub(super) struct Called {
    open: Option<Body>,
    bodies: FxHashMap<CompactString, Vec<Event>>,
}

impl Called {
    /// A function of the module begins.
    pub(super) fn begin(&mut self, node: &Node, cx: &Context) {
        let Some(name) = node.child_by_field_id(field::NAME) else { return };
        let name = CompactString::new(cx.slice(&name));
        self.bodies.remove(&name);
        // Calling a coroutine or a generator runs nothing of it.
        let plain = cx.scopes.last().is_some_and(|scope| scope.kind == ScopeKind::Function);
        let has = |word: &str| memchr::memmem::find(cx.slice(node).as_bytes(), word.as_bytes()).is_some();
        if plain && has("import") && !has("yield") {
            let scope = (cx.scopes.len() - 1) as ScopeId;
            let (start, program) = (node.start_byte(), Program::default());
            self.open = Some(Body { name, scope, start, program, exits: 0 });
        }
    }

    /// The program of the function around the current node, if it runs with the function.
    pub(super) fn program(&mut self, cx: &Context) -> Option<&mut Program> {
        let body = self.open.as_mut().filter(|body| body.scope == cx.scope)?;
        cx.position.without(Position::DEFERRED).runs_on_import().then_some(&mut body.program)
    }

    /// A statement of the function with blocks is over: it may have left the function.
    pub(super) fn statement(&mut self, cx: &Context) {
        if let Some(body) = self.open.as_mut().filter(|body| body.scope == cx.scope)
            && !body.program.is_inside()
        {
            body.program.push(Event::Branch);
            body.exits += 1;
        }
    }

    /// A function is over.
    pub(super) fn end(&mut self, frame: &Frame) {
        let Some(mut body) = self.open.take_if(|body| body.start == frame.start) else { return };
        for _ in 0..body.exits {
            body.program.push(Event::Alternative);
            body.program.push(Event::End);
        }
        let events = body.program.finish();
        if events.len() <= LONGEST && events.iter().any(|event| matches!(event, Event::Import(_))) {
            self.bodies.insert(body.name, events);
        }
    }

    /// Events of a call: none, unless it calls a function that imports something.
    pub(super) fn call(&self, node: &Node, cx: &Context) -> &[Event] {
        if self.bodies.is_empty() {
            return &[];
        }
        let function = node.child_by_field_id(field::FUNCTION);
        let name =
            function.filter(|function| function.kind_id() == kind::IDENTIFIER).map(|name| cx.slice(&name));
        name.and_then(|name| self.bodies.get(name)).map(Vec::as_slice).unwrap_or_default()
    }
}
