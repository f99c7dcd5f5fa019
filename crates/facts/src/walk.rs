//! The one walk over a tree: keeps the ancestors, the scope and the position, and hands each node to the collectors.
//! It must not know what the collectors look for, and never recurses: trees can be 100,000 deep.

use analyzer_source::TextRange;
use analyzer_syntax::kind::{self, Kind, field};
use analyzer_syntax::{Node, Tier, Tree};
use compact_str::CompactString;

use crate::complexity::ComplexityCollector;
use crate::condition::{self, Condition};
use crate::flows::FlowCollector;
use crate::handlers::HandlerCollector;
use crate::head::HeadCollector;
use crate::imports::ImportCollector;
use crate::interest::Interest;
use crate::markers::Candidate;
use crate::python2::Python2Collector;
use crate::recovery::accepted::AcceptedCollector;
use crate::recovery::{SourceMap, lazily};
use crate::singletons::SingletonCollector;
use crate::spoken::Spoken;
use crate::suppressions::SuppressionCollector;
use crate::usage::UsageCollector;
use crate::{Position, Scope, ScopeId, ScopeKind};

/// A node that encloses the current one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// Its kind.
    pub(crate) kind: Kind,
    /// The field under which it hangs in its own parent; 0 for none. Known only below kinds that need it.
    pub(crate) field: u16,
    /// Its bytes, in the parsed text.
    pub(crate) start: usize,
    /// See `start`.
    pub(crate) end: usize,
    /// The position in effect inside it.
    pub(crate) position: Position,
    /// The scope in effect inside it.
    pub(crate) scope: ScopeId,
    /// The scope that it defines, if it is a function or class; else 0.
    pub(crate) defines: ScopeId,
    /// Meaning of the condition of an `if` or `elif`.
    pub(crate) condition: Condition,
    /// Whether it starts in a broken part of the file.
    in_broken: bool,
}

/// Circumstances of the current node that every collector may know.
pub(crate) struct Context<'a> {
    /// The parsed text: the file, or what recovery made of it.
    pub(crate) text: &'a str,
    /// The file.
    file: &'a str,
    /// From offsets of `text` to those of the file, where they differ.
    map: Option<&'a SourceMap>,
    /// The broken parts of the file, in order.
    broken: &'a [(usize, usize)],
    /// The ancestors of the current node, outermost first.
    pub(crate) ancestors: Vec<Frame>,
    /// All scopes so far.
    pub(crate) scopes: Vec<Scope>,
    /// When the current node runs.
    pub(crate) position: Position,
    /// The scope of the current node.
    pub(crate) scope: ScopeId,
    /// Tier of nodes outside errors.
    base_tier: Tier,
    /// Whether the current node lies in a broken part of the file.
    in_broken: bool,
    /// Number of error nodes among the ancestors.
    errors: u32,
    /// Other names of `typing.TYPE_CHECKING` in this file.
    pub(crate) type_checking_aliases: Vec<CompactString>,
    /// Whether an `if __name__ == "__main__"` was seen.
    pub(crate) main_guard: bool,
    /// Interest of the collectors; none where they see every node.
    pub(crate) interest: Option<Interest<'a>>,
}

impl<'a> Context<'a> {
    /// The context for a whole file.
    pub(crate) fn new(text: &'a str, base_tier: Tier) -> Self {
        let module = Scope {
            kind: ScopeKind::Module,
            parent: 0,
            name: CompactString::default(),
            name_range: TextRange::default(),
            range: TextRange::new(0, text.len() as u32),
            tier: base_tier,
            metrics: None,
            passive: false,
        };
        Self {
            text,
            file: text,
            map: None,
            broken: &[],
            ancestors: Vec::with_capacity(64),
            scopes: vec![module],
            position: Position::EAGER,
            scope: 0,
            base_tier,
            in_broken: false,
            errors: 0,
            type_checking_aliases: Vec::new(),
            main_guard: false,
            interest: None,
        }
    }

    /// Lets the context be that of a text made from the file's: `map` leads back, `broken` are the parts of the
    /// file that a parser could not read, in order.
    pub(crate) fn repaired(self, text: &'a str, map: &'a SourceMap, broken: &'a [(usize, usize)]) -> Self {
        Self { text, map: Some(map), broken, ..self }
    }

    /// The node's text.
    pub(crate) fn slice(&self, node: &Node) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// The file's own text of a range of it.
    pub(crate) fn original(&self, range: TextRange) -> &'a str {
        range.slice(self.file)
    }

    /// The node's place in the file.
    pub(crate) fn range(&self, node: &Node) -> TextRange {
        self.file_range(node.start_byte(), node.end_byte())
    }

    /// The place in the file of offsets of the parsed text.
    pub(crate) fn file_range(&self, start: usize, end: usize) -> TextRange {
        let (start, end) = match self.map {
            None => (start, end),
            Some(map) => (map.start(start), map.end(end).max(map.start(start))),
        };
        TextRange::new(start as u32, end as u32)
    }

    /// Whether an import at this place of the file waits for its first use: it begins with the word for that.
    pub(crate) fn is_lazy(&self, import: TextRange) -> bool {
        self.file.get(import.start as usize..).and_then(lazily).is_some()
    }

    /// The broken parts of the file, in order.
    pub(crate) fn broken_parts(&self) -> &'a [(usize, usize)] {
        self.broken
    }

    /// Whether an offset of the parsed text lies in a broken part of the file.
    fn is_broken(&self, offset: usize) -> bool {
        let (Some(map), false) = (self.map, self.broken.is_empty()) else { return false };
        let offset = map.start(offset);
        let after = self.broken.partition_point(|&(start, _)| start <= offset);
        after.checked_sub(1).and_then(|at| self.broken.get(at)).is_some_and(|&(_, end)| offset < end)
    }

    /// How well the code at the current node parsed.
    pub(crate) fn tier(&self) -> Tier {
        if self.errors > 0 || self.in_broken { Tier::C } else { self.base_tier }
    }

    /// The innermost ancestor's kind; `ERROR`'s stand-in 0 above the root.
    pub(crate) fn parent_kind(&self) -> Kind {
        self.ancestors.last().map_or(0, |frame| frame.kind)
    }

    /// The state inside `node`, which is the next one below the innermost ancestor.
    fn descend(&mut self, node: &Node, kind: Kind, field_id: u16) -> Frame {
        let mut frame = Frame {
            kind,
            field: field_id,
            start: node.start_byte(),
            end: node.end_byte(),
            position: self.position,
            scope: self.scope,
            defines: 0,
            condition: Condition::Unknown,
            in_broken: self.is_broken(node.start_byte()),
        };
        self.in_broken = frame.in_broken;
        if let Some(parent) = self.ancestors.last() {
            self.inherit(&mut frame, *parent);
        }
        match kind {
            kind::IF_STATEMENT | kind::ELIF_CLAUSE => {
                frame.condition = self.condition(node);
                self.main_guard |= frame.condition == Condition::MainGuard;
            }
            kind::FUNCTION_DEFINITION => {
                let is_async = node.child(0).is_some_and(|first| first.kind_id() == kind::KW_ASYNC);
                let scope_kind = if is_async { ScopeKind::AsyncFunction } else { ScopeKind::Function };
                let typing = frame.position.has(Position::TYPING);
                frame.defines = self.define(node, scope_kind, frame.scope, typing);
            }
            kind::CLASS_DEFINITION => frame.defines = self.define(node, ScopeKind::Class, frame.scope, false),
            _ => {}
        }
        frame
    }

    /// Takes over from `parent` the scope of a node, and when its code runs.
    fn inherit(&self, frame: &mut Frame, parent: Frame) {
        frame.position = parent.position;
        frame.scope = parent.scope;
        let conditional = parent.position.with(Position::CONDITIONAL);
        match (parent.kind, frame.kind) {
            (kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION, kind::BLOCK) => {
                frame.scope = parent.defines;
                if parent.kind == kind::FUNCTION_DEFINITION {
                    frame.position = parent.position.with(Position::DEFERRED);
                }
            }
            (kind::LAMBDA, _) if frame.field == field::BODY => {
                frame.position = parent.position.with(Position::DEFERRED);
            }
            (_, kind::TYPE) => frame.position = parent.position.with(Position::ANNOTATION),
            (kind::IF_STATEMENT, kind::BLOCK) => {
                frame.position = match parent.condition {
                    Condition::TypeChecking => parent.position.with(Position::TYPING),
                    Condition::MainGuard => parent.position.with(Position::MAIN_GUARD),
                    Condition::NotTypeChecking => parent.position,
                    Condition::Unknown => conditional,
                };
            }
            (kind::ELIF_CLAUSE, kind::BLOCK) => match parent.condition {
                Condition::TypeChecking => frame.position = parent.position.with(Position::TYPING),
                Condition::MainGuard => frame.position = parent.position.with(Position::MAIN_GUARD),
                Condition::NotTypeChecking | Condition::Unknown => {}
            },
            (kind::IF_STATEMENT, kind::ELSE_CLAUSE | kind::ELIF_CLAUSE) => {
                frame.position = match parent.condition {
                    Condition::TypeChecking | Condition::MainGuard if frame.kind == kind::ELSE_CLAUSE => {
                        parent.position
                    }
                    Condition::NotTypeChecking => parent.position.with(Position::TYPING),
                    _ => conditional,
                };
            }
            (
                kind::FOR_STATEMENT
                | kind::WHILE_STATEMENT
                | kind::TRY_STATEMENT
                | kind::WITH_STATEMENT
                | kind::MATCH_STATEMENT,
                kind::BLOCK
                | kind::EXCEPT_CLAUSE
                | kind::ELSE_CLAUSE
                | kind::FINALLY_CLAUSE
                | kind::CASE_CLAUSE,
            ) => {
                frame.position = conditional;
            }
            _ => {}
        }
    }

    /// Adds the scope that a definition opens.
    fn define(&mut self, node: &Node, scope_kind: ScopeKind, parent: ScopeId, passive: bool) -> ScopeId {
        let name = node.child_by_field_id(field::NAME);
        self.scopes.push(Scope {
            kind: scope_kind,
            parent,
            name: name.map(|n| CompactString::new(self.slice(&n))).unwrap_or_default(),
            name_range: name.map_or_else(|| self.range(node), |n| self.range(&n)),
            range: self.range(node),
            tier: self.tier(),
            metrics: None,
            passive,
        });
        (self.scopes.len() - 1) as ScopeId
    }

    /// Reads the condition of an `if` statement, or of its `elif`.
    fn condition(&self, node: &Node) -> Condition {
        let Some(condition) = node.child_by_field_id(field::CONDITION) else { return Condition::Unknown };
        let speaks = |text: &str| {
            memchr::memmem::find(text.as_bytes(), b"TYPE_CHECKING").is_some()
                || self.type_checking_aliases.iter().any(|alias| text.contains(alias.as_str()))
        };
        condition::read(self.slice(&condition), speaks, |text| self.is_type_checking(text))
    }

    /// Whether an expression is `TYPE_CHECKING` under one of its names.
    fn is_type_checking(&self, text: &str) -> bool {
        text == "TYPE_CHECKING"
            || text.strip_suffix(".TYPE_CHECKING").is_some_and(|module| !module.contains(['(', ' ']))
            || self.type_checking_aliases.iter().any(|alias| alias == text)
    }
}

/// The collectors of the walk; each knows only its own facts.
#[derive(Default)]
pub(crate) struct Collectors<'t> {
    /// Imports, their uses, and the import-time program.
    pub(crate) imports: ImportCollector,
    /// Except clauses.
    pub(crate) handlers: HandlerCollector,
    /// Metrics of functions.
    pub(crate) complexity: ComplexityCollector,
    /// Code that Python refuses although the grammar does not.
    pub(crate) accepted: AcceptedCollector,
    /// Where its imports end.
    pub(crate) head: HeadCollector,
    /// Comments that may ask for silence.
    pub(crate) suppressions: SuppressionCollector,
    /// Commands, endpoints and ports.
    pub(crate) usage: UsageCollector<'t>,
    /// Statements of Python 2.
    pub(crate) python2: Python2Collector,
    /// Objects that are created on first use.
    pub(crate) singletons: SingletonCollector,
    /// Coroutines, routes and models.
    pub(crate) flows: FlowCollector<'t>,
    /// Words that may mark something that is left to do.
    pub(crate) markers: Vec<Candidate>,
}

/// Receiver of every node of a walk.
pub(crate) trait Visit<'t> {
    /// Sees a node before its children.
    fn enter(&mut self, node: &Node<'t>, kind: Kind, cx: &mut Context);
    /// Sees a name that is part of an expression: the most frequent of all nodes.
    fn identifier(&mut self, node: &Node<'t>, cx: &mut Context) {
        self.enter(node, kind::IDENTIFIER, cx);
    }
    /// Sees a node after its children.
    fn leave(&mut self, _frame: &Frame, _cx: &mut Context) {}
    /// Whether keywords and punctuation are shown to it.
    const TOKENS: bool = true;
}

impl<'t> Visit<'t> for Collectors<'t> {
    fn enter(&mut self, node: &Node<'t>, kind: Kind, cx: &mut Context) {
        self.enter(node, kind, cx);
    }

    #[inline]
    fn identifier(&mut self, node: &Node<'t>, cx: &mut Context) {
        // Position and scope are those of the parent; no other collector looks at names.
        self.imports.identifier(node, cx);
    }

    fn leave(&mut self, frame: &Frame, cx: &mut Context) {
        self.leave(frame, cx);
    }

    const TOKENS: bool = false;
}

impl<'t> Collectors<'t> {
    /// Words that they look for in a text.
    pub(crate) fn interest<'a>(&self, text: &'a str, spoken: &Spoken) -> Interest<'a> {
        let mut interest = Interest::new(text);
        HandlerCollector::interest(text, &mut interest);
        ImportCollector::interest(text, &mut interest);
        ComplexityCollector::interest(&mut interest);
        SuppressionCollector::interest(spoken, &mut interest);
        self.usage.interest(text, &mut interest);
        self.flows.interest(&mut interest);
        SingletonCollector::interest(text, &mut interest);
        interest
    }

    fn enter(&mut self, node: &Node<'t>, kind: Kind, cx: &mut Context) {
        self.imports.enter(node, kind, cx);
        self.handlers.enter(node, kind, cx);
        self.complexity.enter(node, kind, cx);
        self.accepted.enter(node, kind, cx);
        self.head.enter(node, kind, cx);
        self.suppressions.enter(node, kind, cx);
        self.usage.enter(node, kind, cx);
        self.python2.enter(node, kind, cx);
        self.singletons.enter(node, kind, cx);
        self.flows.enter(node, kind, cx);
    }

    fn leave(&mut self, frame: &Frame, cx: &mut Context) {
        self.imports.leave(frame, cx);
        self.handlers.leave(frame, cx);
        self.complexity.leave(frame, cx);
        self.accepted.leave(frame, cx);
    }
}

/// Walks `tree` from its root, in the order of the text; `prunes`: whether to pass over what no collector has a
/// use for, which changes nothing but the time.
///
/// While `enter` runs, `cx.ancestors` ends with the node's parent, and `cx.position`, `cx.scope` are the node's own.
/// While `leave` runs, `cx.ancestors` no longer holds the frame that is left.
pub(crate) fn walk<'t, V: Visit<'t>>(tree: &'t Tree, cx: &mut Context, collectors: &mut V) {
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let node_kind = node.kind_id();
        if V::TOKENS || !is_mere_token(node_kind, cx) {
            let parent = cx.parent_kind();
            if node_kind == kind::IDENTIFIER && !is_statement_list(parent) && parent != kind::LAMBDA {
                collectors.identifier(&node, cx);
            } else {
                let field_id = if parent == kind::LAMBDA { cursor.field_id() } else { 0 };
                let frame = cx.descend(&node, node_kind, field_id);
                (cx.position, cx.scope) = (frame.position, frame.scope);
                collectors.enter(&node, node_kind, cx);
                if !is_opaque(&node, node_kind, cx)
                    && !is_pruned(&node, node_kind, &frame, cx)
                    && cursor.goto_first_child()
                {
                    cx.errors += u32::from(node_kind == kind::ERROR);
                    cx.ancestors.push(frame);
                    continue;
                }
                leave(&frame, cx, collectors);
            }
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            let Some(frame) = cx.ancestors.pop() else { return };
            cx.errors -= u32::from(frame.kind == kind::ERROR);
            leave(&frame, cx, collectors);
        }
    }
}

/// Whether a node of this kind is a token that no collector has a use for; terminals come before `module`.
fn is_mere_token(kind: Kind, cx: &Context) -> bool {
    kind < kind::MODULE
        && !matches!(kind, kind::IDENTIFIER | kind::KW_AND | kind::KW_OR | kind::INTEGER | kind::COMMENT)
        && !is_statement_list(cx.parent_kind())
}

/// Whether children of this kind of node are statements; 0 is above the root.
fn is_statement_list(parent: Kind) -> bool {
    matches!(parent, kind::BLOCK | kind::MODULE | kind::ERROR | 0)
}

/// Hands a finished node to the collectors and restores the state of its parent.
fn leave<'t>(frame: &Frame, cx: &mut Context, collectors: &mut impl Visit<'t>) {
    (cx.position, cx.scope, cx.in_broken) = (frame.position, frame.scope, frame.in_broken);
    collectors.leave(frame, cx);
    if let Some(parent) = cx.ancestors.last() {
        (cx.position, cx.scope, cx.in_broken) = (parent.position, parent.scope, parent.in_broken);
    }
}

/// Whether nothing inside the node can matter: strings without interpolations, dotted names.
fn is_opaque(node: &Node, kind: Kind, cx: &Context) -> bool {
    match kind {
        kind::STRING => {
            let prefix = cx.slice(node).bytes().take_while(u8::is_ascii_alphabetic).take(3);
            !prefix.into_iter().any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'))
        }
        kind::DOTTED_NAME | kind::COMMENT => true,
        _ => false,
    }
}

/// Whether no collector has a use for anything inside the node, judged by the words of its text.
fn is_pruned(node: &Node, kind: Kind, frame: &Frame, cx: &Context) -> bool {
    let Some(interest) = &cx.interest else { return false };
    if matches!(
        kind,
        kind::IMPORT_STATEMENT
            | kind::IMPORT_FROM_STATEMENT
            | kind::FUTURE_IMPORT_STATEMENT
            | kind::PASS_STATEMENT
            | kind::BREAK_STATEMENT
            | kind::CONTINUE_STATEMENT
    ) {
        // Imports were read as a whole; only a comment inside one may still matter.
        let text = cx.text.as_bytes().get(frame.start..frame.end);
        return text.is_some_and(|text| memchr::memchr(b'#', text).is_none());
    }
    if !is_candidate(kind, frame, cx) {
        return false;
    }
    let Some(text) = cx.text.as_bytes().get(frame.start..frame.end) else { return false };
    // Strings of annotations name things.
    let annotates = matches!(kind, kind::PARAMETERS | kind::TYPE) || cx.position.has(Position::ANNOTATION);
    if annotates && memchr::memchr2(b'"', b'\'', text).is_some() {
        return false;
    }
    interest.lacks(frame.start, text)
        && (!matches!(kind, kind::ASSIGNMENT | kind::AUGMENTED_ASSIGNMENT) || is_plain(node))
}

/// Whether a node of this kind, at its place, matters only for the words in it.
fn is_candidate(kind: Kind, frame: &Frame, cx: &Context) -> bool {
    match kind {
        kind::RETURN_STATEMENT
        | kind::RAISE_STATEMENT
        | kind::ASSERT_STATEMENT
        | kind::DECORATOR
        | kind::PARAMETERS
        | kind::CALL
        | kind::ATTRIBUTE
        | kind::SUBSCRIPT
        | kind::SLICE
        | kind::BINARY_OPERATOR
        | kind::UNARY_OPERATOR
        | kind::NOT_OPERATOR
        | kind::COMPARISON_OPERATOR
        | kind::DICTIONARY
        | kind::SET
        | kind::AWAIT
        | kind::YIELD
        | kind::PAIR
        | kind::KEYWORD_ARGUMENT
        | kind::INTERPOLATION
        | kind::STRING
        | kind::CONCATENATED_STRING => true,
        // Names bound in a module count, whatever they are.
        kind::ASSIGNMENT | kind::AUGMENTED_ASSIGNMENT | kind::DELETE_STATEMENT | kind::WITH_CLAUSE => {
            cx.scope != 0
        }
        // So does the name of a type alias.
        kind::TYPE => cx.scope != 0 || cx.parent_kind() != kind::TYPE_ALIAS_STATEMENT,
        // The word that makes a cast's first argument matter is in front of it.
        kind::ARGUMENT_LIST => cx.ancestors.last().is_some_and(|call| {
            let callee = cx.text.get(call.start..frame.start);
            callee.is_some_and(|callee| !callee.ends_with("cast"))
        }),
        // In a module these may be targets as well.
        kind::LIST | kind::TUPLE | kind::PARENTHESIZED_EXPRESSION | kind::EXPRESSION_LIST => {
            let Some(above) = cx.ancestors.last() else { return false };
            cx.scope != 0
                || matches!(above.kind, kind::ARGUMENT_LIST | kind::KEYWORD_ARGUMENT | kind::PAIR)
                || (above.kind == kind::ASSIGNMENT && above.start != frame.start)
        }
        _ => false,
    }
}

/// Whether an assignment has neither an annotation nor another assignment as its value.
fn is_plain(assignment: &Node) -> bool {
    let annotated = assignment.child(1).is_none_or(|second| second.kind_id() == kind::COLON);
    let nested = |value: Node| matches!(value.kind_id(), kind::ASSIGNMENT | kind::AUGMENTED_ASSIGNMENT);
    !annotated && assignment.child(2).is_some_and(|value| !nested(value))
}
