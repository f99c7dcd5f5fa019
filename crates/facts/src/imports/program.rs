//! The import-time program: what happens while a module is imported, in order.
//! It must not know what the imports resolve to; simulating the program is the project's work.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::names::hash;
use crate::condition::Condition;
use crate::model::import::{Catches, Event};
use crate::walk::{Context, Frame};

/// A statement with branches that is not closed yet.
#[derive(Debug)]
struct Open {
    kind: Kind,
    start: usize,
    /// Whether its `Branch` has begun.
    branched: bool,
    /// Whether one of its alternatives runs for certain.
    exhaustive: bool,
}

/// Writes the program during the walk.
#[derive(Default)]
pub(super) struct Program {
    events: Vec<Event>,
    open: Vec<Open>,
    /// Names of assignments whose value is still to come, with the start of the node that binds them.
    pending: Vec<(usize, CompactString)>,
    /// Starts of `x: T` without a value: they bind nothing.
    bare: Vec<usize>,
    /// The names of those.
    declared: Vec<CompactString>,
    /// Paths that were read already since the last event that is not a read.
    read: FxHashSet<u64>,
}

impl Program {
    /// Whether a statement with blocks is open.
    pub(super) fn is_inside(&self) -> bool {
        !self.open.is_empty()
    }

    /// Adds an event.
    pub(super) fn push(&mut self, event: Event) {
        if !matches!(event, Event::Use(_)) {
            self.read.clear();
        }
        self.events.push(event);
    }

    /// A dotted path is read.
    pub(super) fn read(&mut self, path: &str) {
        if self.read.insert(hash(path)) {
            self.events.push(Event::Use(path.chars().filter(|c| !c.is_whitespace()).collect()));
        }
    }

    /// A name becomes bound when the node that starts at `start` is left.
    pub(super) fn bind_later(&mut self, start: usize, name: &str) {
        self.pending.push((start, name.into()));
    }

    /// Sees a node that runs on import, before its children.
    pub(super) fn enter(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        let parent = cx.ancestors.last();
        let parent_kind = cx.parent_kind();
        match node_kind {
            kind::TRY_STATEMENT => {
                self.begin(node, node_kind);
                self.push(Event::Try);
            }
            kind::IF_STATEMENT | kind::FOR_STATEMENT | kind::WHILE_STATEMENT | kind::MATCH_STATEMENT => {
                self.begin(node, node_kind);
            }
            kind::EXCEPT_CLAUSE if parent_kind == kind::TRY_STATEMENT => {
                self.push(Event::Handler(catches(node, cx).0));
            }
            kind::FINALLY_CLAUSE if parent_kind == kind::TRY_STATEMENT => self.push(Event::Finally),
            kind::RAISE_STATEMENT if cx.ancestors.iter().any(|above| above.kind == kind::EXCEPT_CLAUSE) => {
                self.push(Event::Raise);
            }
            kind::ELSE_CLAUSE => match parent_kind {
                kind::TRY_STATEMENT => self.push(Event::OrElse),
                kind::FOR_STATEMENT | kind::WHILE_STATEMENT => {
                    self.close_branch();
                    self.alternative();
                }
                kind::IF_STATEMENT => {
                    let decided = parent.is_some_and(|f| f.condition != Condition::Unknown);
                    if !decided || self.open.last().is_some_and(|open| open.branched) {
                        self.alternative();
                        if let Some(open) = self.open.last_mut() {
                            open.exhaustive = true;
                        }
                    }
                }
                _ => {}
            },
            kind::ELIF_CLAUSE if parent_kind == kind::IF_STATEMENT => self.alternative(),
            kind::CASE_CLAUSE if self.open.last().is_some_and(|open| open.kind == kind::MATCH_STATEMENT) => {
                self.alternative();
            }
            kind::BLOCK => match parent_kind {
                kind::IF_STATEMENT if parent.is_some_and(|f| f.condition == Condition::Unknown) => {
                    self.alternative();
                }
                kind::FOR_STATEMENT | kind::WHILE_STATEMENT => {
                    self.alternative();
                    self.flush(parent.map_or(0, |f| f.start));
                }
                _ => {}
            },
            kind::ASSIGNMENT if cx.scope == 0 && node.child_by_field_id(field::RIGHT).is_none() => {
                self.bare.push(node.start_byte());
            }
            _ => {}
        }
    }

    /// Sees a node that runs on import, after its children.
    pub(super) fn leave(&mut self, frame: &Frame, bound_by_handler: Option<CompactString>) {
        match frame.kind {
            kind::ASSIGNMENT
            | kind::AUGMENTED_ASSIGNMENT
            | kind::NAMED_EXPRESSION
            | kind::FUNCTION_DEFINITION
            | kind::CLASS_DEFINITION => {
                if self.bare.last() == Some(&frame.start) && frame.kind == kind::ASSIGNMENT {
                    self.bare.pop();
                    let declared = self.pending.extract_if(.., |(start, _)| *start >= frame.start);
                    self.declared.extend(declared.map(|(_, name)| name));
                }
                self.flush(frame.start);
            }
            kind::EXCEPT_CLAUSE => {
                // Whatever became of it meanwhile, it is bound to be deleted.
                if let Some(name) = bound_by_handler {
                    self.push(Event::Bind(name.clone()));
                    self.push(Event::Unbind(name));
                }
            }
            kind::TRY_STATEMENT
            | kind::IF_STATEMENT
            | kind::FOR_STATEMENT
            | kind::WHILE_STATEMENT
            | kind::MATCH_STATEMENT => {
                let ours = |open: &Open| open.kind == frame.kind && open.start == frame.start;
                if !self.open.last().is_some_and(ours) {
                    return;
                }
                if frame.kind == kind::TRY_STATEMENT {
                    self.push(Event::End);
                } else {
                    self.close_branch();
                }
                self.open.pop();
            }
            _ => {}
        }
    }

    /// Names that are only declared, `x: int`, so that whoever imports the module may set them.
    pub(super) fn take_declared(&mut self) -> Vec<CompactString> {
        std::mem::take(&mut self.declared)
    }

    /// The program; what is still open is closed.
    pub(super) fn finish(mut self) -> Vec<Event> {
        while let Some(open) = self.open.pop() {
            if open.kind == kind::TRY_STATEMENT || open.branched {
                self.events.push(Event::End);
            }
        }
        self.events
    }

    fn begin(&mut self, node: &Node, node_kind: Kind) {
        let start = node.start_byte();
        self.open.push(Open { kind: node_kind, start, branched: false, exhaustive: false });
    }

    /// Begins the innermost statement's branch, or its next alternative.
    fn alternative(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        let event = if open.branched { Event::Alternative } else { Event::Branch };
        open.branched = true;
        self.push(event);
    }

    /// Ends the innermost statement's branch, with an empty alternative where it may be that none runs.
    fn close_branch(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        let (branched, exhaustive) = (open.branched, open.exhaustive);
        (open.branched, open.exhaustive) = (false, false);
        if branched && !exhaustive {
            self.push(Event::Alternative);
        }
        if branched {
            self.push(Event::End);
        }
    }

    /// Emits the bindings that waited for the node at `start`.
    fn flush(&mut self, start: usize) {
        while self.pending.last().is_some_and(|(at, _)| *at >= start) {
            if let Some((_, name)) = self.pending.pop() {
                self.push(Event::Bind(name));
            }
        }
    }
}

/// Exceptions of a failed import that an except clause catches; and whether they include a missing module.
pub(super) fn catches(clause: &Node, cx: &Context) -> (Catches, bool) {
    let header_end = {
        let mut cursor = clause.walk();
        let body = clause.children(&mut cursor).find(|child| child.kind_id() == kind::BLOCK);
        body.map_or(clause.end_byte(), |body| body.start_byte())
    };
    let header = cx.text.get(clause.start_byte()..header_end).unwrap_or("");
    let header = header.split('#').next().unwrap_or("").trim_start_matches("except");
    let header = header.split(" as ").next().unwrap_or("").trim_end().trim_end_matches(':');
    let mut names = header
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .filter(|name| !name.is_empty())
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .peekable();
    let everything = names.peek().is_none();
    let (mut import, mut attribute, mut missing) = (everything, everything, everything);
    for name in names {
        match name {
            "Exception" | "BaseException" => (import, attribute, missing) = (true, true, true),
            "ImportError" => (import, missing) = (true, true),
            "ModuleNotFoundError" => missing = true,
            "AttributeError" => attribute = true,
            _ => {}
        }
    }
    let found = match (import, attribute) {
        (true, true) => Catches::Both,
        (true, false) => Catches::ImportError,
        (false, true) => Catches::AttributeError,
        (false, false) => Catches::Other,
    };
    (found, missing)
}
