//! Except clauses and calls of `contextlib.suppress`: what they catch and what they do, collected on the walk.
//! It must not know other collectors, nor which handlers are faults.

mod body;
mod calls;
mod cancelled;
mod comment;
mod flow;
mod names;
pub(crate) mod own;
mod purpose;
mod site;

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use compact_str::CompactString;
use memchr::memmem;

use self::body::Swallow;
use self::comment::{Beginning, First};
use self::names::{Classes, Names, Resolver};
use self::site::Sites;
use crate::head::HeadCollector;
use crate::interest::Interest;
use crate::walk::{Context, Frame};
use crate::{
    Caught, Handler, HandlerBody, HandlerForm, HandlerMarks, Position, Scope, ScopeId, ScopeKind, Tier,
};

/// How deep handlers may be nested in handlers and still have their bodies read: each is read from its own clause.
const DEEPEST: u32 = 24;

/// How far above it what a handler stands in is looked for.
const NEAR: usize = 12;
/// How many names of tasks are searched for in a text.
const TASKS: usize = 32;
/// How much of a statement is searched for a dynamic import, in bytes.
const LONGEST_IMPORT: usize = 200;
/// How much of a `try` is searched for `await`, in bytes; longer ones count as awaiting.
const LONGEST_TRY: usize = 4_000;

/// A handler whose classes cannot be resolved before the whole file is known.
struct Pending {
    handler: Handler,
    /// None for a bare clause.
    classes: Option<Classes>,
    /// Which `try` it belongs to; 0 for none.
    block: u32,
    swallow: Option<Swallow>,
}

/// An open `try`.
struct OpenTry {
    id: u32,
    /// Its body begins with an import, literal or dynamic.
    imports: bool,
    /// Something in its body awaits.
    awaits: bool,
    /// Its body is one call of `str` or `repr`.
    describes: bool,
    /// Its body calls `eval` or `exec`.
    evaluates: bool,
    /// Its body only closes things.
    closes: bool,
    /// Its body only awaits a task that the file cancels.
    cancelled: bool,
}

/// Collects on one walk over a file.
#[derive(Default)]
pub(crate) struct HandlerCollector {
    pending: Vec<Pending>,
    names: Names,
    tries: Vec<OpenTry>,
    last_try: u32,
    /// Number of handlers around the current node.
    depth: u32,
    /// Whether the text speaks of `suppress`, or of what registers functions for the end of the process.
    watches_calls: bool,
    /// Whether the text speaks of `except` or `suppress` at all.
    active: bool,
    /// Whether the text speaks of `async`.
    has_coroutines: bool,
    /// Whether the text calls `eval` or `exec`.
    evaluates: bool,
    /// Functions that run while the process ends, or in a signal handler.
    teardown: Vec<CompactString>,
    /// Names of tasks that are awaited, with whether the text cancels them.
    tasks: Vec<(CompactString, bool)>,
}

impl HandlerCollector {
    /// Registers its words in expressions: watched calls, whose imported names are of interest anyway. It sees all
    /// assignments, and reads the clauses by itself.
    pub(crate) fn interest<'a>(text: &'a str, interest: &mut Interest<'a>) {
        // Arguments of these name functions, under whatever name they are imported.
        interest.words(&["atexit", "signal", "weakref", "add_signal_handler"]);
        // The arguments of `suppress`, and its other names, may be in any statement.
        if memmem::find(text.as_bytes(), b"suppress").is_some() {
            interest.everywhere();
        }
        // A `try` that begins with one of these.
        interest.words(&["import_string", "import_module", "__import__"]);
    }

    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node, node_kind: Kind, cx: &mut Context) {
        // The root of a text that is broken throughout is an error node, so its kind is meaningless.
        if cx.ancestors.is_empty() {
            self.begin(cx);
        }
        if !self.active {
            return;
        }
        match node_kind {
            kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT => self.names.import(node, node_kind, cx),
            kind::ASSIGNMENT | kind::AUGMENTED_ASSIGNMENT => self.names.assignment(node, node_kind, cx),
            kind::TRY_STATEMENT => self.enter_try(node, cx),
            kind::EXCEPT_CLAUSE => self.except(node, cx),
            kind::CALL if self.watches_calls => self.watched_call(node, cx),
            kind::DECORATED_DEFINITION if self.watches_calls => self.decorated(node, cx),
            _ => {}
        }
    }

    /// Sees a node after its children.
    #[inline]
    pub(crate) fn leave(&mut self, frame: &Frame, _cx: &mut Context) {
        match frame.kind {
            kind::TRY_STATEMENT => {
                self.tries.pop();
            }
            kind::EXCEPT_CLAUSE => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    /// All handlers of the file in the order of the text, once everything was walked.
    pub(crate) fn finish(
        self,
        text: &str,
        scopes: &[Scope],
        parsed: bool,
        head: &HeadCollector,
    ) -> Vec<Handler> {
        let sites = Sites::new(head);
        let resolver = Resolver::new(&self.names, text, scopes);
        let mut handlers: Vec<Handler> = Vec::with_capacity(self.pending.len());
        let mut narrow_try = 0;
        for Pending { mut handler, classes, block, swallow } in self.pending {
            let (caught, shadowed) =
                classes.map_or((Caught::Bare, false), |classes| resolver.caught(classes, handler.scope));
            handler.caught = caught;
            let shadowed = shadowed
                || caught == Caught::Bare
                    && (resolver.shadows("BaseException", handler.scope)
                        || resolver.shadows("Exception", handler.scope));
            handler.marks.set(HandlerMarks::SHADOWED, shadowed);
            handler.marks.set(HandlerMarks::AFTER_NARROW, block != 0 && narrow_try == block);
            if block != 0 && matches!(caught, Caught::Narrow | Caught::Cancelled) {
                narrow_try = block;
            }
            if !parsed && handler.form != HandlerForm::Suppress && handler.body == HandlerBody::Swallows {
                let body = TextRange::new(handler.range.end, handler.clause.end).slice(text);
                if !only_swallows(body) {
                    handler.body = HandlerBody::Unknown;
                }
            }
            if caught != Caught::Cancelled {
                handler.marks.unset(HandlerMarks::OTHERS_CANCELLED);
                handler.marks.unset(HandlerMarks::ENDS);
                handler.marks.unset(HandlerMarks::AGAIN);
            }
            surroundings(&mut handler, text, scopes, &self.teardown);
            if let (true, Some(swallow)) = (parsed && caught >= Caught::Exception, swallow) {
                let site = sites.find(swallow, &handler, &self.names, text, scopes);
                handler.log_site = site.map(Box::new);
            }
            handlers.push(handler);
        }
        handlers.sort_by_key(|handler| (handler.range.start, handler.tier));
        handlers.dedup_by_key(|handler| handler.range.start);
        handlers
    }

    /// A new tree begins: the file's, or that of a fragment.
    fn begin(&mut self, cx: &Context) {
        self.tries.clear();
        self.depth = 0;
        let speaks = |word: &str| memmem::find(cx.text.as_bytes(), word.as_bytes()).is_some();
        self.active |= speaks("except") || speaks("suppress");
        self.has_coroutines |= self.active && speaks("async");
        self.evaluates |= self.active && evaluates(cx.text);
        self.watches_calls |=
            self.active && ["suppress", "atexit", "signal", "weakref"].into_iter().any(speaks);
    }

    fn enter_try(&mut self, node: &Node, cx: &Context) {
        self.last_try += 1;
        let body = node.child_by_field_id(field::BODY);
        let imports = body.and_then(|body| body.named_child(0)).is_some_and(|first| {
            let statement = matches!(
                first.kind_id(),
                kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT | kind::FUTURE_IMPORT_STATEMENT
            );
            let text = cx.slice(&first);
            let text = text.get(..text.floor_char_boundary(LONGEST_IMPORT)).unwrap_or("");
            statement
                || first.kind_id() == kind::EXPRESSION_STATEMENT
                    && ["import_module(", "import_string(", "__import__("]
                        .iter()
                        .any(|call| text.contains(call))
        });
        // Only coroutines ask, and a text without coroutines has nothing to search.
        let awaits = cx.position.has(Position::DEFERRED)
            && self.has_coroutines
            && body.is_some_and(|body| {
                let text = cx.slice(&body);
                text.len() > LONGEST_TRY || text.contains("await") || text.contains("async ")
            });
        let describes = body.is_some_and(|body| purpose::describes(cx.slice(&body)));
        let evaluates = self.evaluates
            && body.is_some_and(|body| {
                let text = cx.slice(&body);
                text.len() <= LONGEST_TRY && evaluates(text)
            });
        let closes = body.is_some_and(|body| purpose::closes(cx.slice(&body)));
        let task = body.filter(|_| awaits).and_then(|body| purpose::awaited_task(cx.slice(&body)));
        let cancelled = task.is_some_and(|name| self.cancels(name, cx.text));
        self.tries.push(OpenTry {
            id: self.last_try,
            imports,
            awaits,
            describes,
            evaluates,
            closes,
            cancelled,
        });
    }

    /// Whether a text cancels a task of this name somewhere.
    fn cancels(&mut self, name: &str, text: &str) -> bool {
        if let Some((_, known)) = self.tasks.iter().find(|(known, _)| known == name) {
            return *known;
        }
        if self.tasks.len() >= TASKS {
            return false;
        }
        let found = memmem::find(text.as_bytes(), format!("{name}.cancel(").as_bytes()).is_some();
        self.tasks.push((CompactString::new(name), found));
        found
    }

    fn except(&mut self, node: &Node, cx: &Context) {
        self.depth += 1;
        let mut cursor = node.walk();
        let mut values: Vec<Node> = Vec::new();
        let mut bound = None;
        let mut header_end = node.start_byte() + "except".len();
        let mut star = false;
        let mut block = None;
        if cursor.goto_first_child() {
            loop {
                let child = cursor.node();
                match child.kind_id() {
                    kind::COLON => header_end = child.end_byte(),
                    kind::BLOCK => block = Some(child),
                    kind::COMMENT | kind::KW_EXCEPT | kind::COMMA | kind::ERROR => {}
                    kind::AS_PATTERN => {
                        values.extend(child.named_child(0));
                        bound = child.child_by_field_id(field::ALIAS);
                    }
                    _ if child.is_named() => values.push(child),
                    _ => star |= cx.slice(&child).starts_with('*'),
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        // `except X, e` of Python 2 has the shape of `except X, Y` of Python 3.14: classes are capitalised.
        if bound.is_none()
            && let [_, second] = values.as_slice()
            && second.kind_id() == kind::IDENTIFIER
            && cx.slice(second).starts_with(|c: char| c.is_lowercase() || c == '_')
        {
            bound = values.pop();
        }
        let name = bound.map(|bound| cx.slice(&bound));
        let (mut body, mut marks, swallow) = match block {
            Some(_) if self.depth <= DEEPEST => {
                let mut seen = body::read(node, name, &self.names, cx);
                // Names of other handlers are resolved later; few are called so.
                if values.iter().any(|value| cx.slice(value).contains("Cancelled")) {
                    let swallows = seen.body == HandlerBody::Swallows;
                    cancelled::goes_on(node, seen.exits, swallows, &mut seen.marks, cx);
                }
                (seen.body, seen.marks, seen.swallow)
            }
            _ => (HandlerBody::Unknown, HandlerMarks::default(), None),
        };
        if cx.tier() == Tier::C && body == HandlerBody::Swallows && node.has_error() {
            body = HandlerBody::Unknown;
        }
        marks.set(HandlerMarks::NAMED, name.is_some());
        let beginning = Beginning {
            start: node.start_byte(),
            header_end,
            first: block.as_ref().and_then(first_statement),
            block: cx
                .ancestors
                .last()
                .filter(|above| above.kind == kind::TRY_STATEMENT)
                .map(|above| above.start),
        };
        marks.set(HandlerMarks::COMMENTED, comment::gives_reason(cx.text, &beginning));
        let of_try = if cx.parent_kind() == kind::TRY_STATEMENT { self.tries.last() } else { None };
        // In a fragment the body of the `try` is made up.
        let awaits = cx.tier() == Tier::C || of_try.is_none_or(|of_try| of_try.awaits);
        let cancelled = of_try.is_some_and(|of_try| of_try.cancelled);
        marks.set(HandlerMarks::OTHERS_CANCELLED, !awaits || cancelled);
        let named = values.iter().any(|value| cx.slice(value).contains("CancelledError"));
        marks.set(HandlerMarks::ENDED_TASK, cancelled && named);
        marks.set(HandlerMarks::OPTIONAL_IMPORT, of_try.is_some_and(|of_try| of_try.imports));
        marks.set(HandlerMarks::DESCRIBES, of_try.is_some_and(|of_try| of_try.describes));
        marks.set(HandlerMarks::EVALUATES, of_try.is_some_and(|of_try| of_try.evaluates));
        marks.set(HandlerMarks::CLOSES, of_try.is_some_and(|of_try| of_try.closes));
        let cleans = cx.ancestors.iter().rev().take_while(|above| above.kind != kind::FUNCTION_DEFINITION);
        let cleans = cleans.skip(1).take(NEAR).any(|above| {
            let text = || cx.text.get(above.start..above.end).unwrap_or("");
            above.kind == kind::FINALLY_CLAUSE
                || above.kind == kind::EXCEPT_CLAUSE && purpose::ends_raising(text())
        });
        marks.set(HandlerMarks::CLEANS_UP, cleans);
        marks.set(HandlerMarks::INTERRUPTS, comment::speaks_of_interrupts(cx.text, &beginning));
        let end =
            cx.ancestors.last().filter(|above| above.kind == kind::TRY_STATEMENT).map(|above| above.end);
        let behind = end.and_then(|end| cx.text.get(end..)).unwrap_or("");
        let ends =
            purpose::ends_the_process(behind) || node.parent().is_some_and(|of| flow::ends_process(&of, cx));
        marks.set(HandlerMarks::LAST, ends);
        let block = of_try.map_or(0, |of_try| of_try.id);
        let classes = if values.is_empty() { None } else { Some(self.names.classes(values, cx)) };
        let handler = Handler {
            range: cx.file_range(node.start_byte(), header_end),
            clause: cx.range(node),
            scope: cx.scope,
            tier: cx.tier(),
            form: if star { HandlerForm::ExceptStar } else { HandlerForm::Except },
            caught: Caught::Nothing,
            body,
            marks,
            log_site: None,
        };
        self.pending.push(Pending { handler, classes, block, swallow });
    }

    fn watched_call(&mut self, node: &Node, cx: &Context) {
        let (Some(function), Some(arguments)) =
            (node.child_by_field_id(field::FUNCTION), node.child_by_field_id(field::ARGUMENTS))
        else {
            return;
        };
        if !matches!(function.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
            return;
        }
        let callee = cx.slice(&function);
        if self.names.is_suppress(callee) {
            let mut cursor = arguments.walk();
            let values: Vec<Node> = arguments.named_children(&mut cursor).collect();
            let classes = Some(self.names.classes(values, cx));
            let mut marks = HandlerMarks::default();
            marks.set(
                HandlerMarks::COMMENTED,
                comment::surrounds(cx.text, node.start_byte(), node.end_byte()),
            );
            let around = cx.ancestors.iter().rfind(|above| above.kind == kind::WITH_STATEMENT);
            let around = around.and_then(|with| cx.text.get(with.start..with.end)).unwrap_or("");
            let inside = around.split_once(":\n").map_or("", |(_, inside)| inside);
            marks.set(HandlerMarks::CLOSES, purpose::closes(inside));
            marks.set(HandlerMarks::COMMENTED, comment::stands_beside_all(inside));
            let range = cx.range(node);
            let handler = Handler {
                range,
                clause: range,
                scope: cx.scope,
                tier: cx.tier(),
                form: HandlerForm::Suppress,
                caught: Caught::Nothing,
                body: HandlerBody::Swallows,
                marks,
                log_site: None,
            };
            self.pending.push(Pending { handler, classes, block: 0, swallow: None });
            return;
        }
        let at = match self.names.resolve(callee).as_ref() {
            "atexit.register" => 0,
            "signal.signal" | "weakref.finalize" => 1,
            path if path.ends_with(".add_signal_handler") => 1,
            _ => return,
        };
        if let Some(function) = arguments.named_child(at) {
            self.teardown.push(CompactString::new(calls::last_name(cx.slice(&function))));
        }
    }

    /// `@atexit.register` above a function.
    fn decorated(&mut self, node: &Node, cx: &Context) {
        let mut cursor = node.walk();
        let registers = node.named_children(&mut cursor).any(|child| {
            child.kind_id() == kind::DECORATOR
                && self.names.resolve(cx.slice(&child).trim_start_matches('@').trim()) == "atexit.register"
        });
        let definition = node.child_by_field_id(field::DEFINITION);
        if let (true, Some(name)) = (registers, definition.and_then(|d| d.child_by_field_id(field::NAME))) {
            self.teardown.push(CompactString::new(cx.slice(&name)));
        }
    }
}

/// The first statement of a handler's body.
fn first_statement(block: &Node) -> Option<First> {
    let mut cursor = block.walk();
    let mut statements = block.named_children(&mut cursor).filter(|child| child.kind_id() != kind::COMMENT);
    let first = statements.next()?;
    let value = first.named_child(0).map(|value| value.kind_id());
    let only = statements.next().is_none();
    let idle = match first.kind_id() {
        kind::PASS_STATEMENT | kind::CONTINUE_STATEMENT | kind::BREAK_STATEMENT | kind::PRINT_STATEMENT => {
            true
        }
        kind::EXPRESSION_STATEMENT => {
            value != Some(kind::ASSIGNMENT) && value != Some(kind::AUGMENTED_ASSIGNMENT)
        }
        kind::RETURN_STATEMENT => !matches!(value, Some(kind::INTEGER | kind::FLOAT)),
        _ => false,
    };
    let text = first.kind_id() == kind::EXPRESSION_STATEMENT && value == Some(kind::STRING);
    let range = TextRange::new(first.start_byte() as u32, first.end_byte() as u32);
    Some(First { range, only, idle, text })
}

/// Whether a text calls one of the functions that run what they are given.
fn evaluates(text: &str) -> bool {
    ["eval(", "exec("].iter().any(|call| {
        memmem::find_iter(text.as_bytes(), call).any(|at| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
        })
    })
}

/// Whether the file's own text of a body begins each line as statements that swallow do: what the tree shows as `pass`
/// may stand for a statement that was left out because it is broken.
fn only_swallows(body: &str) -> bool {
    let mut any = false;
    for line in body.lines() {
        let line = line.trim_start();
        any |= !line.is_empty() && !line.starts_with('#');
        if line.contains("\"\"\"") || line.contains("\'\'\'") {
            return true;
        }
        let known =
            ["pass", "...", "continue", "global ", "nonlocal ", "#", "\"", "\'", "None", "True", "False"];
        if !line.is_empty() && !known.iter().any(|start| line.starts_with(start)) {
            return false;
        }
    }
    any
}

/// Marks the facts that a handler's enclosing functions give.
fn surroundings(handler: &mut Handler, text: &str, scopes: &[Scope], teardown: &[CompactString]) {
    let mut at: ScopeId = handler.scope;
    if at == 0 {
        let body = TextRange::new(handler.range.end, handler.clause.end).slice(text);
        handler.marks.set(HandlerMarks::PROBES, purpose::sets_flags(body));
    }
    let mut innermost = true;
    while at != 0 {
        let Some(scope) = scopes.get(at as usize) else { break };
        if matches!(scope.kind, ScopeKind::Function | ScopeKind::AsyncFunction) {
            let ends = scope.name == "__del__" || teardown.contains(&scope.name);
            handler.marks.set(HandlerMarks::TEARDOWN, ends);
            let name = scope.name.trim_start_matches('_');
            let describes = matches!(&*scope.name, "__repr__" | "__str__")
                || scope.name.ends_with("_repr")
                || name.starts_with("format_")
                || name.starts_with("describe_");
            handler.marks.set(HandlerMarks::DESCRIBES, describes);
            if innermost {
                handler.marks.set(HandlerMarks::PROBES, purpose::asks(&scope.name));
                let behind = TextRange::new(scope.name_range.end, scope.range.end).slice(text);
                let explained = handler.caught >= Caught::Exception && comment::promises(behind);
                handler.marks.set(HandlerMarks::COMMENTED, explained);
                handler.marks.set(HandlerMarks::ASYNC, scope.kind == ScopeKind::AsyncFunction);
                let before = TextRange::new(scope.range.start, handler.range.start).slice(text);
                let cancels = handler.caught == Caught::Cancelled && before.contains(".cancel(");
                handler.marks.set(HandlerMarks::OTHERS_CANCELLED, cancels);
            }
            innermost = false;
        }
        at = scope.parent;
    }
}
