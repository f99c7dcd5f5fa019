//! Imports, the uses of their names, and the import-time program, collected on the walk.
//! It must not know other collectors.
//!
//! It sees several trees where a file is broken: first the file's own, then recovered fragments. Only the first
//! writes the program; imports of fragments join those of the tree at their places, unless the tree has them too.

mod answers;
mod attributes;
mod bound;
mod called;
mod dynamic;
mod exports;
mod fixtures;
mod literals;
mod named;
pub(crate) mod names;
mod program;
mod quoted;
mod statements;
pub(crate) mod texts;
mod twins;

use std::sync::Arc;

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use crate::Position;
use crate::interest::Interest;
use crate::model::file::FileFacts;
use crate::model::import::{Event, Import, ImportKind};
use crate::model::projection::ModuleNames;
use crate::walk::{Context, Frame};
use attributes::AttributePaths;
use called::Called;
use dynamic::Dynamic;
use exports::Exports;
use names::{Occurrences, Role, hash};
use program::Program;
use quoted::{QUOTING_CALLS, QUOTING_GENERICS, has_quoted_types, has_type_comments};
use texts::Reached;
use twins::Twins;

/// Functions through which names can be read by their text.
const NAME_LOOKUP: [&str; 5] = ["globals", "locals", "vars", "exec", "eval"];

/// Functions through which names can be bound unseen.
const NAMESPACE_ACCESS: [&str; 5] = ["globals", "locals", "vars", "exec", "setattr"];

/// Collects on one walk over a file, or on several over a file and fragments of it.
#[derive(Default)]
pub(crate) struct ImportCollector {
    imports: Vec<Import>,
    occurrences: Occurrences,
    attributes: AttributePaths,
    twins: Twins,
    program: Program,
    called: Called,
    /// Names of the module that functions, or others, may bind.
    open: FxHashSet<CompactString>,
    dynamic: Dynamic,
    names: ModuleNames,
    exports: Exports,
    lazy_annotations: bool,
    /// Whether the text may quote types outside annotations.
    quotes_types: bool,
    /// Names that imports bound so far while the module is being imported.
    bound: FxHashSet<u64>,
    /// For each enclosing `try`, whether it catches a missing module.
    tries: Vec<bool>,
    /// Number of trees walked so far.
    trees: u32,
}

impl ImportCollector {
    /// Registers the words it looks for in a text.
    pub(crate) fn interest<'a>(text: &'a str, interest: &mut Interest<'a>) {
        interest.imported(text);
        interest.words(&NAMESPACE_ACCESS);
        interest.words(&NAME_LOOKUP);
        // A cast's first argument is a string that names things.
        interest.words(&["__path__", "__all__", "sys", "cast"]);
        if has_quoted_types(text) {
            interest.words(&QUOTING_GENERICS);
            interest.words(&QUOTING_CALLS);
        }
        if has_type_comments(text) || Dynamic::concerns(text) {
            interest.everywhere();
        }
    }

    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node, node_kind: Kind, cx: &mut Context) {
        match node_kind {
            kind::IDENTIFIER => self.identifier(node, cx),
            // The root of a text that does not parse at all is an error node.
            kind::MODULE | kind::ERROR if cx.ancestors.is_empty() => self.begin_tree(cx),
            kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT | kind::FUTURE_IMPORT_STATEMENT => {
                self.statement(node, node_kind, cx);
            }
            kind::DOTTED_NAME => self.pattern(node, cx),
            kind::STRING => self.string(node, cx),
            kind::COMMENT => self.comment(node, cx),
            kind::DECORATED_DEFINITION if cx.scope == 0 => {
                self.names.fixtures.extend(fixtures::read(node, cx));
                for name in bound::global_members(node, cx) {
                    self.bind(&name, hash(&name), None, cx);
                }
            }
            kind::FUNCTION_DEFINITION if cx.scope == 0 && self.writes_program(cx) => {
                self.called.begin(node, cx);
                if let Some(answers) = answers::read(node, cx) {
                    self.names.answers = answers;
                }
            }
            kind::CLASS_DEFINITION if cx.scope == 0 => {
                self.names.test_classes.extend(fixtures::test_class(node, cx));
            }
            kind::CALL => self.call(node, cx),
            kind::SUBSCRIPT => {
                let text = cx.text.get(node.start_byte()..).unwrap_or("");
                self.names.dynamic |= text.starts_with("sys.modules[");
                self.names.looked_up |= text.starts_with("sys.modules[__name__");
                self.quoted_types(node, b'[', &QUOTING_GENERICS, cx);
            }
            kind::ASSIGNMENT | kind::AUGMENTED_ASSIGNMENT => self.assignment(node, node_kind, cx),
            kind::TRY_STATEMENT => {
                let mut cursor = node.walk();
                let mut clauses =
                    node.children(&mut cursor).filter(|child| child.kind_id() == kind::EXCEPT_CLAUSE);
                let caught = clauses.any(|clause| program::catches(&clause, cx).1);
                self.tries.push(caught);
                self.control(node, node_kind, cx);
            }
            kind::IF_STATEMENT
            | kind::FOR_STATEMENT
            | kind::WHILE_STATEMENT
            | kind::MATCH_STATEMENT
            | kind::EXCEPT_CLAUSE
            | kind::FINALLY_CLAUSE
            | kind::ELSE_CLAUSE
            | kind::ELIF_CLAUSE
            | kind::CASE_CLAUSE
            | kind::RAISE_STATEMENT
            | kind::BLOCK => self.control(node, node_kind, cx),
            _ => {}
        }
    }

    /// Sees a node after its children.
    #[inline]
    pub(crate) fn leave(&mut self, frame: &Frame, cx: &mut Context) {
        match frame.kind {
            kind::ASSIGNMENT
            | kind::AUGMENTED_ASSIGNMENT
            | kind::NAMED_EXPRESSION
            | kind::FUNCTION_DEFINITION
            | kind::CLASS_DEFINITION
            | kind::EXCEPT_CLAUSE
            | kind::TRY_STATEMENT
            | kind::IF_STATEMENT
            | kind::FOR_STATEMENT
            | kind::WHILE_STATEMENT
            | kind::MATCH_STATEMENT => {
                if frame.kind == kind::TRY_STATEMENT {
                    self.tries.pop();
                }
                let name = if frame.kind == kind::EXCEPT_CLAUSE && cx.scope == 0 {
                    handler_name(cx.text.get(frame.start..frame.end).unwrap_or(""))
                } else {
                    None
                };
                if let Some(program) = self.program_here(cx) {
                    program.leave(frame, name);
                }
                match frame.kind {
                    kind::FUNCTION_DEFINITION => self.called.end(frame),
                    kind::TRY_STATEMENT
                    | kind::IF_STATEMENT
                    | kind::FOR_STATEMENT
                    | kind::WHILE_STATEMENT
                    | kind::MATCH_STATEMENT => self.called.statement(cx),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Hands over what was collected.
    pub(crate) fn finish(mut self, text: &str, cx: &Context, facts: &mut FileFacts) {
        let mut order: Vec<usize> = (0..self.imports.len()).collect();
        order.sort_by_key(|&at| {
            let import = &self.imports[at];
            (import.module_range, import.range, at)
        });
        order.dedup_by_key(|at| self.imports[*at].module_range);
        let mut place = vec![None; self.imports.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = Some(new as u32);
        }
        self.open.extend(self.program.take_declared());
        let mut program = self.program.finish();
        program.retain_mut(|event| match event {
            Event::Import(index) => match place.get(*index as usize).copied().flatten() {
                Some(new) => {
                    *index = new;
                    true
                }
                None => false,
            },
            _ => true,
        });
        self.imports = order.iter().map(|at| self.imports[*at].clone()).collect();
        if self.trees > 1 {
            insert_recovered(&mut program, &self.imports);
        }
        self.occurrences.apply(&mut self.imports, &cx.scopes);
        self.exports.mark(&mut self.imports);
        if self.trees == 1 && cx.broken_parts().is_empty() {
            self.twins.part(&mut self.imports);
        }
        named::mark(&mut self.imports, text);
        named::mark_damaged(&mut self.imports, text, cx.broken_parts());
        let reached = Reached::by(text);
        for path in &reached.attributes {
            self.attributes.add(path);
        }
        facts.attributes = self.attributes.finish(&self.imports);
        facts.mentioned = reached.modules;

        let mut names = self.names;
        for import in self.imports.iter().filter(|import| import.scope == 0) {
            match import.kind {
                ImportKind::Dynamic => {}
                ImportKind::Plain => names.bindings.push(names::plain_binding(import).into()),
                ImportKind::From => {
                    let bound = import.names.iter().map(|n| n.alias.as_ref().unwrap_or(&n.name).clone());
                    names.bindings.extend(bound);
                }
            }
        }
        names.bindings.sort_unstable();
        names.bindings.dedup();
        if self.trees == 1 {
            names.unbound = bound::unbound(&names.bindings, &program, &self.imports, &self.open);
        }
        names.dynamic |= self.occurrences.reads_any(&NAMESPACE_ACCESS);
        names.looked_up |= self.occurrences.reads_any(&NAME_LOOKUP);
        let path = |binding: &CompactString| binding == "__path__";
        names.extends_path |= names.bindings.iter().any(path) || self.occurrences.reads_any(&["__path__"]);

        facts.imports = self.imports;
        names.bindings.shrink_to_fit();
        names.fixtures.shrink_to_fit();
        names.test_classes.shrink_to_fit();
        facts.program = program.into();
        facts.names = Arc::new(names);
        facts.exports = self.exports.finish();
        facts.lazy_annotations = self.lazy_annotations;
    }

    fn begin_tree(&mut self, cx: &Context) {
        self.trees += 1;
        self.tries.clear();
        self.quotes_types = has_quoted_types(cx.text);
        self.dynamic.begin_tree(cx.text);
        let declares = memchr::memmem::find(cx.text.as_bytes(), b"declare_namespace").is_some();
        self.names.extends_path |= declares;
        self.names.reaches_callers |= memchr::memmem::find(cx.text.as_bytes(), b"f_globals").is_some();
    }

    /// Whether what runs here is part of the program.
    fn writes_program(&self, cx: &Context) -> bool {
        self.trees == 1 && cx.position.runs_on_import()
    }

    /// The program that what runs here is part of: the module's, or that of one of its functions.
    fn program_here(&mut self, cx: &Context) -> Option<&mut Program> {
        if self.writes_program(cx) { Some(&mut self.program) } else { self.called.program(cx) }
    }

    fn control(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        if let Some(program) = self.program_here(cx) {
            program.enter(node, node_kind, cx);
        }
    }

    /// A name, at any place.
    pub(crate) fn identifier(&mut self, node: &Node, cx: &Context) {
        let (start, end) = (node.start_byte(), node.end_byte());
        if let Some(interest) = &cx.interest
            && cx.scope != 0
            && cx.parent_kind() != kind::GLOBAL_STATEMENT
            && !cx.text.as_bytes().get(start..end).is_some_and(|name| interest.has(name))
        {
            return;
        }
        let role = names::role(start, cx);
        if role == Role::Other {
            return;
        }
        let Some(name) = cx.text.get(start..end) else { return };
        if name == "__all__" {
            self.exports.name(start, role, cx);
        }
        let hashed = hash(name);
        match role {
            Role::Read => self.read(hashed, start, end, cx),
            Role::ReadAndBound(at) => {
                self.read(hashed, start, end, cx);
                self.bind(name, hashed, Some(at), cx);
            }
            Role::Bound(at) => self.bind(name, hashed, Some(at), cx),
            Role::BoundNow => self.bind(name, hashed, None, cx),
            Role::Parameter(scope) => self.occurrences.parameter(hashed, scope),
            Role::Global => {
                self.occurrences.global(hashed, cx.scope);
                self.names.bindings.push(name.into());
                self.open.insert(name.into());
            }
            Role::Nonlocal => self.occurrences.nonlocal(hashed, cx.scope),
            Role::Deleted => {
                self.occurrences.read(hashed, cx.scope, cx.position);
                if cx.scope == 0 && self.writes_program(cx) {
                    self.program.push(Event::Unbind(name.into()));
                }
            }
            Role::Other => {}
        }
    }

    fn read(&mut self, name: u64, start: usize, end: usize, cx: &Context) {
        let path_end = names::path_end(start, end, &cx.ancestors);
        let path = cx.text.get(start..path_end).unwrap_or("");
        self.read_path(name, path, path_end > end, cx.position, cx);
    }

    /// A name is read, alone or as the first part of a path.
    fn read_path(&mut self, name: u64, path: &str, dotted: bool, position: Position, cx: &Context) {
        self.occurrences.read(name, cx.scope, position);
        self.twins.read(name, path, dotted);
        if dotted {
            self.attributes.read(path, cx);
        }
        let lazy = self.lazy_annotations && position.has(Position::ANNOTATION);
        if self.writes_program(cx) && !lazy && self.bound.contains(&name) {
            self.program.read(path);
        }
    }

    /// A name becomes bound: at once, or when the node at `later` is left.
    fn bind(&mut self, name: &str, hashed: u64, later: Option<usize>, cx: &Context) {
        if cx.scope != 0 {
            self.occurrences.bound(hashed, cx.scope);
            return;
        }
        self.names.bindings.push(name.into());
        if cx.position.has(Position::TYPING) {
            self.open.insert(name.into());
        }
        if self.writes_program(cx) {
            match later {
                Some(start) => self.program.bind_later(start, name),
                None => self.program.push(Event::Bind(name.into())),
            }
        }
    }

    /// A dotted name outside imports is in a `case`: a capture, or a value or class that is compared with.
    fn pattern(&mut self, node: &Node, cx: &Context) {
        let captures = match cx.parent_kind() {
            kind::CASE_PATTERN | kind::KEYWORD_PATTERN | kind::UNION_PATTERN => true,
            kind::CLASS_PATTERN | kind::DICT_PATTERN => false,
            _ => return,
        };
        let path = cx.slice(node);
        let Some(first) = path.split('.').next().map(str::trim) else { return };
        if first == path && captures {
            self.bind(first, hash(first), None, cx);
        } else {
            let start = node.start_byte();
            self.read(hash(first), start, start + path.len(), cx);
        }
    }

    fn statement(&mut self, node: &Node, node_kind: Kind, cx: &mut Context) {
        let guarded = self.is_guarded(cx);
        for mut import in statements::read(node, node_kind, cx) {
            if guarded {
                import.position = import.position.with(Position::GUARDED);
            }
            if import.module == "__future__" && import.level == 0 {
                self.lazy_annotations |= import.names.iter().any(|name| name.name == "annotations");
            }
            if matches!(import.module.as_str(), "typing" | "typing_extensions") {
                let names = import.names.iter().filter(|name| name.name == "TYPE_CHECKING");
                cx.type_checking_aliases.extend(names.filter_map(|name| name.alias.clone()));
            }
            self.add(import, cx);
        }
    }

    fn add(&mut self, import: Import, cx: &Context) {
        let event = Event::Import(self.imports.len() as u32);
        if !self.writes_program(cx) {
            if let Some(program) = self.called.program(cx) {
                program.push(event);
            }
        } else if import.position.runs_on_import() {
            self.program.push(event);
            match import.kind {
                ImportKind::Dynamic => {}
                ImportKind::Plain => {
                    self.bound.insert(hash(names::plain_binding(&import)));
                }
                ImportKind::From => {
                    let names = import.names.iter().map(|n| hash(n.alias.as_ref().unwrap_or(&n.name)));
                    self.bound.extend(names);
                }
            }
        }
        self.twins.import(&import, |name| self.occurrences.reads(name));
        self.imports.push(import);
    }

    /// Whether a missing module is expected here: caught by a `try`, or by `contextlib.suppress`, or just caught; or a
    /// test expects it; or the interpreter's version or the platform decides whether the code runs.
    fn is_guarded(&self, cx: &Context) -> bool {
        let mut tries = self.tries.iter().rev();
        let mut below = 0;
        for frame in cx.ancestors.iter().rev() {
            match frame.kind {
                kind::TRY_STATEMENT => {
                    let catches = tries.next() == Some(&true);
                    if catches && matches!(below, kind::BLOCK | kind::EXCEPT_CLAUSE) {
                        return true;
                    }
                }
                kind::WITH_STATEMENT => {
                    let header = cx.text.get(frame.start..frame.end).and_then(|t| t.lines().next());
                    if header.is_some_and(literals::expects_failure) {
                        return true;
                    }
                }
                kind::IF_STATEMENT => {
                    let header = cx.text.get(frame.start..frame.end).and_then(|t| t.lines().next());
                    let words = ["version_info", "platform", "PY2", "PY3", "hexversion", "os.name"];
                    if header.is_some_and(|line| words.iter().any(|word| line.contains(word))) {
                        return true;
                    }
                }
                kind::FUNCTION_DEFINITION => return false,
                _ => {}
            }
            below = frame.kind;
        }
        false
    }

    fn call(&mut self, node: &Node, cx: &Context) {
        self.quoted_types(node, b'(', &QUOTING_CALLS, cx);
        if self.writes_program(cx) {
            for event in self.called.call(node, cx) {
                if let Event::Import(index) = event
                    && let Some(import) = self.imports.get_mut(*index as usize)
                {
                    import.called = true;
                }
                self.program.push(event.clone());
            }
        }
        if self.dynamic.imports
            && let Some(mut import) = self.dynamic.import(node, &self.imports, cx)
        {
            if self.is_guarded(cx) {
                import.position = import.position.with(Position::GUARDED);
            }
            self.add(import, cx);
        }
        if self.dynamic.paths {
            self.names.search_paths.extend(self.dynamic.search_paths(node, cx));
        }
        if cx.text.get(node.start_byte()..).is_some_and(|t| t.starts_with("__all__.")) {
            self.exports.call(node, cx);
        }
    }

    fn assignment(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        if self.dynamic.paths {
            self.names.search_paths.extend(self.dynamic.assigned_paths(node, cx));
        }
        if node_kind == kind::ASSIGNMENT {
            self.control(node, node_kind, cx);
            if self.dynamic.imports || self.dynamic.paths {
                self.dynamic.assignment(node, &self.imports, cx);
            }
        }
        let text = cx.text.get(node.start_byte()..).unwrap_or("");
        if cx.scope != 0 || !text.starts_with("__all__") {
            return;
        }
        // Of a slice, too.
        let left = node.child_by_field_id(field::LEFT).map_or("", |left| cx.slice(&left));
        let whole = left == "__all__" || left.starts_with("__all__[");
        let Some(right) = node.child_by_field_id(field::RIGHT).filter(|_| whole) else { return };
        self.exports.export(right, cx);
    }
}

/// Adds the imports that only recovery found to the program: in front of the import after them, or at the end.
fn insert_recovered(program: &mut Vec<Event>, imports: &[Import]) {
    let mut present = vec![None; imports.len()];
    for (at, event) in program.iter().enumerate() {
        if let Event::Import(index) = event {
            present[*index as usize] = Some(at);
        }
    }
    let mut insertions = Vec::new();
    let mut next = program.len();
    for (index, import) in imports.iter().enumerate().rev() {
        match present[index] {
            Some(at) => next = at,
            None if import.position.runs_on_import() => insertions.push((next, index as u32)),
            None => {}
        }
    }
    // From the back, so that places in front stay true; of one place the last import comes first.
    insertions.sort_by_key(|&(at, index)| std::cmp::Reverse((at, index)));
    for (at, index) in insertions {
        program.insert(at, Event::Import(index));
    }
}

/// The name after `as` of an except clause.
fn handler_name(clause: &str) -> Option<CompactString> {
    let header = clause.split(':').next()?;
    let (_, name) = header.split_once(" as ")?;
    Some(CompactString::new(name.trim())).filter(|name| !name.is_empty())
}
