//! Effects of the body of one handler, read in one walk over its clause. It must not know what the handler catches.

use analyzer_source::TextRange;
use analyzer_syntax::kind::{self, Kind, field};
use analyzer_syntax::{Node, TreeCursor};

use super::calls::{self, Callee};
use super::flow::{Exits, Parts};
use super::names::Names;
use super::own::Own;
use crate::walk::Context;
use crate::{HandlerBody, HandlerMarks};

/// Longest callee that is looked at, in bytes: chains of calls can be as long as a file.
const LONGEST_CALLEE: usize = 200;

/// Findings of a clause's walk.
pub(super) struct Seen {
    pub(super) body: HandlerBody,
    pub(super) marks: HandlerMarks,
    /// The statement beside which a swallowed exception could be logged.
    pub(super) swallow: Option<Swallow>,
    /// How control leaves it.
    pub(super) exits: Exits,
}

/// The statement that swallows.
#[derive(Clone, Copy)]
pub(super) struct Swallow {
    /// Its place in the file.
    pub(super) range: TextRange,
    pub(super) place: Place,
}

/// Where a call goes relative to the statement that swallows; ordered by preference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Instead,
    Before,
    After,
}

/// An open node of the walk.
struct Open {
    kind: Kind,
    parts: Parts,
    /// Below something that makes text of the exception, shows it, raises it or looks at it.
    absorbed: bool,
    /// Below something that hands a value on.
    carries: bool,
    /// Below something that makes text of the exception and hands that on.
    tells: bool,
    /// In a condition, or an argument of `isinstance`.
    condition: bool,
    /// In the argument list of a call that never returns.
    leaves: bool,
    /// A call of loguru's `opt`.
    opt: bool,
    start: usize,
}

/// Reads the clause that begins at `clause`, whose exception is bound to `name`.
pub(super) fn read(clause: &Node, name: Option<&str>, names: &Names, cx: &Context) -> Seen {
    let mut reader = Reader {
        name,
        names,
        cx,
        open: Vec::with_capacity(32),
        marks: HandlerMarks::default(),
        traceback: false,
        escapes: false,
        logs: false,
        prints: false,
        only_swallows: true,
        statements: 0,
        broken: false,
        swallow: None,
        exits: Exits::FALL,
    };
    reader.walk(clause);
    reader.seen()
}

struct Reader<'r, 'c> {
    name: Option<&'r str>,
    names: &'r Names,
    cx: &'r Context<'c>,
    open: Vec<Open>,
    marks: HandlerMarks,
    traceback: bool,
    escapes: bool,
    logs: bool,
    prints: bool,
    only_swallows: bool,
    statements: u32,
    broken: bool,
    swallow: Option<Swallow>,
    exits: Exits,
}

impl Reader<'_, '_> {
    fn walk(&mut self, clause: &Node) {
        let mut cursor: TreeCursor = clause.walk();
        loop {
            let node = cursor.node();
            let kind = node.kind_id();
            let open = self.enter(&node, kind);
            if !is_leaf(kind) && self.wants(kind) && cursor.goto_first_child() {
                self.open.push(open);
                continue;
            }
            self.leave(open);
            if self.open.is_empty() {
                return;
            }
            while !cursor.goto_next_sibling() {
                let Some(open) = self.open.pop() else { return };
                self.leave(open);
                if self.open.is_empty() || !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// Whether the children of a node below the current ones matter: the class of the clause itself does not.
    fn wants(&self, kind: Kind) -> bool {
        self.open.len() != 1 || kind == kind::BLOCK
    }

    fn enter(&mut self, node: &Node, kind: Kind) -> Open {
        let parent = self.open.last();
        let parent_kind = parent.map_or(0, |open| open.kind);
        let carried = parent.is_some_and(|open| open.carries && !open.absorbed);
        let mut open = Open {
            kind,
            parts: Parts::default(),
            absorbed: parent.is_some_and(|open| open.absorbed),
            carries: parent.is_some_and(|open| open.carries),
            tells: parent.is_some_and(|open| open.tells),
            condition: parent.is_some_and(|open| open.condition),
            leaves: false,
            opt: false,
            start: node.start_byte(),
        };
        if self.open.len() == 2 && parent_kind == kind::BLOCK {
            self.statement(node, kind);
        }
        match kind {
            kind::ERROR => self.broken = true,
            kind::BLOCK => {
                (open.absorbed, open.carries, open.condition) = (false, false, false);
                open.tells = false;
            }
            kind::IDENTIFIER => self.identifier(node, parent_kind, &open),
            kind::CALL => self.call(node, &mut open),
            kind::KEYWORD_ARGUMENT => self.keyword(node),
            kind::ATTRIBUTE => {
                let attribute = node.child_by_field_id(field::ATTRIBUTE);
                let attribute = attribute.map_or("", |attribute| self.cx.slice(&attribute));
                let of_name = self.is_name(node.child_by_field_id(field::OBJECT));
                self.traceback |= of_name && matches!(attribute, "__traceback__" | "with_traceback");
                open.absorbed |= of_name;
            }
            kind::SUBSCRIPT => open.absorbed |= self.is_name(node.child_by_field_id(field::VALUE)),
            kind::BINARY_OPERATOR => {
                let formats = node.child(1).is_some_and(|operator| operator.kind_id() == kind::PERCENT);
                open.absorbed |= formats;
                open.tells |= formats && carried;
            }
            kind::ARGUMENT_LIST
            | kind::RETURN_STATEMENT
            | kind::YIELD
            | kind::AUGMENTED_ASSIGNMENT
            | kind::ASSIGNMENT
            | kind::LAMBDA => open.carries = true,
            kind::RAISE_STATEMENT => {
                self.raise(node);
                open.absorbed = true;
            }
            kind::COMPARISON_OPERATOR | kind::NOT_OPERATOR => open.condition = true,
            kind::INTERPOLATION => {
                open.absorbed = true;
                open.tells |= carried;
            }
            // `assert False` says that this place is a failure.
            kind::ASSERT_STATEMENT => {
                let condition = node.named_child(0);
                open.parts.certain = condition.is_some_and(|c| matches!(self.cx.slice(&c), "False" | "0"));
                open.condition = !open.parts.certain;
            }
            kind::DELETE_STATEMENT => open.absorbed = true,
            kind::PRINT_STATEMENT => {
                self.prints = true;
                open.absorbed = true;
            }
            kind::IF_STATEMENT | kind::ELIF_CLAUSE | kind::WHILE_STATEMENT | kind::CONDITIONAL_EXPRESSION => {
                open.condition = true;
                if kind == kind::WHILE_STATEMENT {
                    let condition = node.child_by_field_id(field::CONDITION);
                    let endless = condition.is_some_and(|c| matches!(self.cx.slice(&c), "True" | "1"));
                    open.parts.certain = endless;
                }
            }
            kind::MATCH_STATEMENT => open.condition = true,
            kind::CASE_CLAUSE => {
                let irrefutable = node.named_child(0).is_some_and(|pattern| self.cx.slice(&pattern) == "_")
                    && node.child_by_field_id(field::GUARD).is_none();
                if let Some(block) = self.open.last_mut() {
                    block.parts.certain = irrefutable;
                }
            }
            kind::WITH_CLAUSE => {
                let text = head(self.cx.slice(node));
                let (reraises, suppresses) = (calls::manager_reraises(text), text.contains("suppress"));
                if let Some(with) = self.open.last_mut() {
                    with.parts.reraises = reraises;
                    with.parts.suppresses = suppresses;
                }
            }
            _ => {}
        }
        open
    }

    fn leave(&mut self, open: Open) {
        let exits = open.parts.exits(open.kind);
        match self.open.last_mut() {
            Some(parent) => {
                parent.parts.fold(parent.kind, open.kind, exits);
                // `sys.exit()` and `await sys.exit()` alone on a line.
                let alone =
                    matches!(parent.kind, kind::EXPRESSION_STATEMENT | kind::AWAIT | kind::RETURN_STATEMENT);
                if open.leaves && alone {
                    parent.parts.certain = true;
                    parent.leaves = true;
                }
            }
            None => self.exits = exits,
        }
    }

    /// A statement directly in the handler's body.
    fn statement(&mut self, node: &Node, kind: Kind) {
        let place = match kind {
            kind::COMMENT | kind::SEMICOLON | kind::LINE_CONTINUATION => return,
            kind::PASS_STATEMENT => Some(Place::Instead),
            kind::CONTINUE_STATEMENT => Some(Place::Before),
            kind::GLOBAL_STATEMENT | kind::NONLOCAL_STATEMENT => Some(Place::After),
            kind::EXPRESSION_STATEMENT if node.named_child_count() == 1 => {
                match node.named_child(0).map(|value| value.kind_id()) {
                    Some(kind::ELLIPSIS) => Some(Place::Instead),
                    Some(
                        kind::STRING
                        | kind::CONCATENATED_STRING
                        | kind::NONE
                        | kind::TRUE
                        | kind::FALSE
                        | kind::INTEGER,
                    ) => Some(Place::After),
                    _ => None,
                }
            }
            _ => None,
        };
        self.statements += 1;
        self.only_swallows &= place.is_some();
        if let Some(place) = place
            && self.swallow.is_none_or(|swallow| place <= swallow.place)
        {
            self.swallow = Some(Swallow { range: self.cx.range(node), place });
        }
    }

    /// An identifier: does it hand the exception on?
    fn identifier(&mut self, node: &Node, parent: Kind, open: &Open) {
        if Some(self.cx.slice(node)) != self.name {
            return;
        }
        if open.condition && parent != kind::BLOCK {
            self.marks.set(HandlerMarks::INSPECTED, true);
        }
        if open.tells {
            self.marks.set(HandlerMarks::TELLS, true);
        }
        let starts_parent = self.open.last().is_some_and(|parent| parent.start == node.start_byte());
        let is_target = matches!(parent, kind::ASSIGNMENT | kind::KEYWORD_ARGUMENT) && starts_parent;
        if open.carries && !open.absorbed && !is_target {
            self.escapes = true;
        }
    }

    fn call(&mut self, node: &Node, open: &mut Open) {
        let Some(function) = node.child_by_field_id(field::FUNCTION) else { return };
        let attribute = function.child_by_field_id(field::ATTRIBUTE);
        open.opt = attribute.is_some_and(|attribute| self.cx.slice(&attribute) == "opt");
        let arguments = node.child_by_field_id(field::ARGUMENTS).map_or(0, |list| list.named_child_count());
        let mut callee = self.callee(&function, arguments > 0);
        if matches!(callee, Callee::Other | Callee::OwnLog) {
            callee = match self.own(&function) {
                Some(Own::Raises) => Callee::Leaves,
                Some(Own::Reports) => Callee::Traceback,
                None => callee,
            };
        }
        match callee {
            Callee::Traceback => {
                self.traceback = true;
                open.absorbed = true;
            }
            Callee::Log => {
                self.logs = true;
                open.absorbed = true;
            }
            Callee::OwnLog => self.logs = true,
            Callee::Print => {
                self.prints = true;
                open.absorbed = true;
            }
            Callee::Looks => {
                let text = function.child_by_field_id(field::ATTRIBUTE).unwrap_or(function);
                let makes_text = matches!(self.cx.slice(&text), "str" | "repr" | "format" | "ascii");
                open.tells |= makes_text && open.carries && !open.absorbed;
                open.absorbed = true;
                // `isinstance(e, X)` may be in an assignment whose target is tested later.
                let tests = matches!(self.cx.slice(&function), "isinstance" | "issubclass" | "type");
                open.condition |= tests;
            }
            Callee::Leaves => {
                open.leaves = true;
                open.absorbed = true;
                self.marks.set(HandlerMarks::EXITS, true);
            }
            Callee::ExcInfo => self.exc_info(node, open),
            Callee::Asks => {
                self.marks.set(HandlerMarks::INSPECTED, true);
            }
            Callee::HandsOn => self.escapes = true,
            Callee::Other => {}
        }
    }

    /// Effect of a called function of the file, or of a method of the object itself.
    fn own(&self, function: &Node) -> Option<Own> {
        if function.kind_id() == kind::IDENTIFIER {
            return self.names.own(self.cx.text, self.cx.slice(function), false);
        }
        let (object, name) =
            (function.child_by_field_id(field::OBJECT)?, function.child_by_field_id(field::ATTRIBUTE)?);
        matches!(self.cx.slice(&object), "self" | "cls")
            .then(|| self.names.own(self.cx.text, self.cx.slice(&name), true))?
    }

    /// `sys.exc_info()` whole holds the traceback; its first two items do not.
    fn exc_info(&mut self, node: &Node, open: &Open) {
        let after = self.cx.text.get(node.end_byte()..).unwrap_or("");
        let item = after.trim_start().strip_prefix('[').map(str::trim_start);
        if item.is_some_and(|item| item.starts_with(['0', '1']) || item.starts_with(":2")) {
            self.escapes |= open.carries && !open.absorbed && item.is_some_and(|item| !item.starts_with('0'));
        } else {
            self.traceback = true;
        }
    }

    fn is_name(&self, node: Option<Node>) -> bool {
        node.is_some_and(|node| Some(self.cx.slice(&node)) == self.name)
    }

    fn callee(&self, function: &Node, has_arguments: bool) -> Callee {
        if function.kind_id() == kind::IDENTIFIER {
            let text = self.cx.slice(function);
            let resolved = self.names.resolve(text);
            let (receiver, name) = resolved.rsplit_once('.').unwrap_or(("", &resolved));
            // An export of a project's own module, under a telling name, is no method of that module.
            let known = matches!(
                receiver,
                "" | "sys"
                    | "os"
                    | "logging"
                    | "traceback"
                    | "warnings"
                    | "pprint"
                    | "click"
                    | "typer"
                    | "six"
                    | "sentry_sdk"
                    | "rich"
                    | "pytest"
            );
            if calls::never_returns(receiver, name) {
                return Callee::Leaves;
            }
            if let Some(callee) = calls::of_twisted(receiver, name, has_arguments) {
                return callee;
            }
            return if known {
                let plain = if receiver == "six" { "" } else { receiver };
                let is_logger = receiver == "logging";
                calls::classify(plain, name, is_logger)
            } else {
                calls::classify("", name, false)
            };
        }
        if function.kind_id() != kind::ATTRIBUTE {
            return Callee::Other;
        }
        let Some(attribute) = function.child_by_field_id(field::ATTRIBUTE) else { return Callee::Other };
        let Some(object) = function.child_by_field_id(field::OBJECT) else { return Callee::Other };
        let receiver = head(self.cx.slice(&object));
        let resolved = self.names.resolve(receiver);
        let is_logger = self.names.is_logger(receiver) || calls::is_logger_name(receiver);
        let name = self.cx.slice(&attribute);
        if name == "exception" && !is_logger && !has_arguments {
            // That of a future, which returns an exception.
            return Callee::Other;
        }
        if calls::never_returns(&resolved, name) {
            return Callee::Leaves;
        }
        calls::of_twisted(&resolved, name, has_arguments)
            .unwrap_or_else(|| calls::classify(&resolved, name, is_logger))
    }

    /// A keyword that asks a call to keep the traceback, wherever the call goes.
    fn keyword(&mut self, node: &Node) {
        let name = node.child_by_field_id(field::NAME).map_or("", |name| self.cx.slice(&name));
        if name != "exc_info" && name != "exception" {
            return;
        }
        let value = node.child_by_field_id(field::VALUE).map_or("", |value| self.cx.slice(&value));
        let off = matches!(value, "False" | "None" | "0");
        // `exception=` is loguru's, as an argument of `opt`.
        let call = self.open.len().checked_sub(2).and_then(|at| self.open.get(at));
        let counts = name == "exc_info" || call.is_some_and(|call| call.opt);
        self.traceback |= counts && !off;
    }

    fn raise(&mut self, node: &Node) {
        let cause = node.child_by_field_id(field::CAUSE);
        let from_none = cause.is_some_and(|cause| cause.kind_id() == kind::NONE);
        self.marks.set(HandlerMarks::FROM_NONE, from_none);
        let raised = node.named_child(0);
        let is_new = raised.is_some_and(|raised| raised.kind_id() == kind::CALL);
        let mentions = self.name.is_some_and(|name| mentions(self.cx.slice(node), name));
        self.marks.set(HandlerMarks::CHAINED, cause.is_some() && !from_none || is_new && mentions);
    }

    fn seen(mut self) -> Seen {
        let falls = [Exits::FALL, Exits::RETURN, Exits::BREAK, Exits::CONTINUE]
            .iter()
            .any(|exit| self.exits.has(*exit));
        self.marks.set(HandlerMarks::PRINTS, self.prints);
        let body = if self.statements == 0 {
            HandlerBody::Unknown
        } else if self.exits.has(Exits::RAISE) && !falls && !self.broken {
            HandlerBody::Leaves
        } else if self.traceback {
            HandlerBody::KeepsTraceback
        } else if self.escapes {
            HandlerBody::Escapes
        } else if self.broken {
            HandlerBody::Unknown
        } else if self.exits.has(Exits::RAISE) {
            HandlerBody::LeavesPartly
        } else if self.only_swallows {
            HandlerBody::Swallows
        } else if self.logs {
            HandlerBody::Logs
        } else if self.prints {
            HandlerBody::Prints
        } else {
            HandlerBody::GoesOn
        };
        let swallow = if body == HandlerBody::Swallows { self.swallow } else { None };
        Seen { body, marks: self.marks, swallow, exits: self.exits }
    }
}

/// The beginning of a text, up to the length that is looked at.
fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_CALLEE)).unwrap_or(text)
}

/// Whether a text holds a name as a whole word.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word))
}

/// Whether nothing inside a node matters here.
fn is_leaf(kind: Kind) -> bool {
    matches!(kind, kind::COMMENT | kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT | kind::DOTTED_NAME)
}
