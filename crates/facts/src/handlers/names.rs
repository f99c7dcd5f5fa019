//! Names of one file as handlers need them: imports, aliases of exception classes, loggers, what shadows a builtin.
//! It must not know trees beyond the binding statements, nor what handlers do.

use std::cell::RefCell;

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::calls;
use super::own::{self, Own};
use crate::names::{ImportNames, LONGEST_PATH, visible};
use crate::walk::Context;
use crate::{Caught, Scope, ScopeId, ScopeKind};

/// How many aliases are followed before a name counts as unknown.
const ALIAS_HOPS: usize = 8;

/// An expression that names exception classes: its atoms, a range in [`Names::atoms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Classes {
    first: u32,
    end: u32,
}

/// An assignment to a plain name.
struct Assignment {
    scope: ScopeId,
    name: TextRange,
    /// Classes that it may name; none where the value is no name or tuple of names.
    value: Option<Classes>,
}

/// A logger that a module-level assignment or import binds.
pub(super) struct Logger {
    pub(super) name: CompactString,
    pub(super) at: u32,
}

/// The names of a file.
#[derive(Default)]
pub(super) struct Names {
    /// Full dotted targets of imported names.
    imports: ImportNames,
    assignments: Vec<Assignment>,
    /// Dotted names in classes of handlers and in assigned values, as places in the file.
    atoms: Vec<TextRange>,
    pub(super) loggers: Vec<Logger>,
    /// Names under which `contextlib.suppress` is known.
    suppress: Vec<CompactString>,
    /// Whether `Exception` or `BaseException` is assigned or imported, at module level or below.
    shadowed: Vec<(CompactString, ScopeId)>,
    /// Effects of the functions and methods of the file that handlers call.
    own: RefCell<FxHashMap<(CompactString, bool), Option<Own>>>,
}

impl Names {
    /// Records an import statement.
    pub(super) fn import(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        let Self { imports, loggers, suppress, shadowed, .. } = self;
        imports.record(node, node_kind, cx.scope, cx, |imported| {
            let (bound, target) = (imported.bound, imported.target.as_str());
            if is_builtin(bound) && !is_builtin_path(target) {
                shadowed.push((CompactString::new(bound), cx.scope));
            }
            if target == "contextlib.suppress" {
                suppress.push(CompactString::new(bound));
            }
            if target == "loguru.logger" && cx.scope == 0 {
                loggers.push(Logger { name: CompactString::new(bound), at: cx.range(node).start });
            }
        });
    }

    /// Records an assignment.
    pub(super) fn assignment(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        let Some(left) = node.child(0) else { return };
        if left.kind_id() != kind::IDENTIFIER {
            return;
        }
        let name = cx.slice(&left);
        if is_builtin(name) {
            self.shadowed.push((CompactString::new(name), cx.scope));
        }
        let mut value = None;
        if node_kind == kind::ASSIGNMENT
            && let Some(right) = node.child_by_field_id(field::RIGHT)
        {
            match right.kind_id() {
                kind::IDENTIFIER | kind::ATTRIBUTE => {
                    value = Some(self.classes([right], cx));
                    if cx.slice(&right).ends_with("contextlib.suppress") {
                        self.suppress.push(CompactString::new(name));
                    }
                }
                kind::TUPLE | kind::PARENTHESIZED_EXPRESSION | kind::BINARY_OPERATOR => {
                    value = Some(self.classes([right], cx));
                }
                kind::CALL if cx.scope == 0 => {
                    let callee = right.child_by_field_id(field::FUNCTION).map_or("", |f| cx.slice(&f));
                    if calls::makes_logger(calls::last_name(&self.resolve(callee))) {
                        let at = cx.range(node).start;
                        self.loggers.push(Logger { name: CompactString::new(name), at });
                    }
                }
                _ => {}
            }
        }
        self.assignments.push(Assignment { scope: cx.scope, name: cx.range(&left), value });
    }

    /// Flattens expressions that name exception classes.
    pub(super) fn classes<'t>(
        &mut self,
        values: impl IntoIterator<Item = Node<'t>>,
        cx: &Context,
    ) -> Classes {
        let first = self.atoms.len() as u32;
        let mut pending: Vec<Node> = values.into_iter().collect();
        pending.reverse();
        while let Some(node) = pending.pop() {
            match node.kind_id() {
                kind::IDENTIFIER | kind::ATTRIBUTE if node.end_byte() - node.start_byte() <= LONGEST_PATH => {
                    self.atoms.push(cx.range(&node));
                }
                kind::TUPLE
                | kind::LIST
                | kind::SET
                | kind::PARENTHESIZED_EXPRESSION
                | kind::LIST_SPLAT
                | kind::EXPRESSION_LIST
                | kind::BINARY_OPERATOR
                | kind::CONDITIONAL_EXPRESSION => {
                    let mut cursor = node.walk();
                    let from = pending.len();
                    pending.extend(node.named_children(&mut cursor));
                    pending[from..].reverse();
                }
                _ => {}
            }
        }
        Classes { first, end: self.atoms.len() as u32 }
    }

    /// A dotted path with its first name replaced by what it was imported as, so far.
    pub(super) fn resolve<'p>(&self, path: &'p str) -> std::borrow::Cow<'p, str> {
        self.imports.resolve(path)
    }

    /// Whether a plain name is a module-level logger.
    pub(super) fn is_logger(&self, name: &str) -> bool {
        self.loggers.iter().any(|logger| logger.name == name)
    }

    /// Whether a callee's text is `contextlib.suppress` under one of its names.
    pub(super) fn is_suppress(&self, callee: &str) -> bool {
        self.suppress.iter().any(|name| name == callee)
            || (callee.ends_with(".suppress") && self.resolve(callee) == "contextlib.suppress")
    }

    /// Whether a name is bound at module level by anything that was recorded.
    pub(super) fn binds_at_module(&self, name: &str, text: &str, scopes: &[Scope]) -> bool {
        self.imports.target(name).is_some()
            || self.assignments.iter().any(|a| a.scope == 0 && a.name.slice(text) == name)
            || scopes.iter().skip(1).any(|scope| scope.parent == 0 && scope.name == name)
    }

    /// Effect of a function or method of the text: read once for each name.
    pub(super) fn own(&self, text: &str, name: &str, method: bool) -> Option<Own> {
        let key = (CompactString::new(name), method);
        *self.own.borrow_mut().entry(key).or_insert_with(|| own::own(text, name, method))
    }

    /// Import target of a name.
    pub(super) fn import_target(&self, name: &str) -> Option<&str> {
        self.imports.target(name)
    }
}

/// Answers what classes a handler catches, once all names of the file are known.
pub(super) struct Resolver<'a> {
    names: &'a Names,
    text: &'a str,
    scopes: &'a [Scope],
    /// Assignments by scope and name; none where there are several.
    by_name: FxHashMap<(ScopeId, &'a str), Option<&'a Assignment>>,
    /// Where `Exception` and `BaseException` are bound to something else.
    hiding: Vec<(&'a str, ScopeId)>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(names: &'a Names, text: &'a str, scopes: &'a [Scope]) -> Self {
        let mut by_name = FxHashMap::default();
        for assignment in &names.assignments {
            let key = (assignment.scope, assignment.name.slice(text));
            by_name.entry(key).and_modify(|found| *found = None).or_insert(Some(assignment));
        }
        let bound = names.shadowed.iter().map(|(name, scope)| (name.as_str(), *scope));
        let defined =
            scopes.iter().skip(1).filter(|s| is_builtin(&s.name)).map(|s| (s.name.as_str(), s.parent));
        let hiding = bound.chain(defined).collect();
        Self { names, text, scopes, by_name, hiding }
    }

    /// The broadest class among `classes`, named in `scope`; and whether a builtin is shadowed there.
    pub(super) fn caught(&self, classes: Classes, scope: ScopeId) -> (Caught, bool) {
        let mut broadest = Caught::Nothing;
        let mut shadowed = false;
        let mut pending = vec![(classes, scope, 0)];
        let mut budget = 1_000_u32;
        while let Some((classes, scope, hops)) = pending.pop() {
            for index in classes.first..classes.end {
                budget = budget.saturating_sub(1);
                let Some(atom) = self.names.atoms.get(index as usize) else { continue };
                let path = atom.slice(self.text);
                let path: String = path.chars().filter(|c| !c.is_whitespace()).collect();
                let alias = if hops < ALIAS_HOPS && budget > 0 { self.alias(&path, scope) } else { None };
                if let Some((value, place)) = alias {
                    pending.push((value, place, hops + 1));
                    continue;
                }
                let (caught, hidden) = self.class(&path, scope);
                broadest = broadest.max(caught);
                shadowed |= hidden;
            }
        }
        (broadest, shadowed)
    }

    /// Whether `Exception` or `BaseException` mean something else in `scope`.
    pub(super) fn shadows(&self, name: &str, scope: ScopeId) -> bool {
        if self.hiding.is_empty() {
            return false;
        }
        let visible = visible(scope, self.scopes);
        self.hiding.iter().any(|(bound, at)| *bound == name && visible.contains(at))
    }

    fn class(&self, path: &str, scope: ScopeId) -> (Caught, bool) {
        if is_builtin(path) {
            // A renamed import or an alias may be the builtin all the same.
            if self.shadows(path, scope) {
                return (Caught::Narrow, true);
            }
            let base = path == "BaseException";
            return (if base { Caught::BaseException } else { Caught::Exception }, false);
        }
        let resolved = self.names.resolve(path);
        let caught = match resolved.as_ref() {
            "builtins.Exception" | "exceptions.Exception" => Caught::Exception,
            "builtins.BaseException" | "exceptions.BaseException" => Caught::BaseException,
            "asyncio.CancelledError" | "asyncio.exceptions.CancelledError" => Caught::Cancelled,
            _ => Caught::Narrow,
        };
        (caught, false)
    }

    /// Value of the only assignment of a plain name, and the scope in which it is read.
    fn alias(&self, name: &str, scope: ScopeId) -> Option<(Classes, ScopeId)> {
        if name.contains('.') || is_builtin(name) {
            return None;
        }
        for place in visible(scope, self.scopes) {
            if let Some(found) = self.by_name.get(&(place, name)) {
                let value = (*found)?.value?;
                return Some((value, place));
            }
            if self.is_parameter(name, place) {
                return None;
            }
        }
        None
    }

    /// Whether a function has a parameter of this name, read from its header's text.
    fn is_parameter(&self, name: &str, scope: ScopeId) -> bool {
        let Some(found) = self.scopes.get(scope as usize) else { return false };
        if scope == 0 || found.kind == ScopeKind::Class {
            return false;
        }
        let header = self.text.get(found.name_range.end as usize..found.range.end as usize).unwrap_or("");
        let mut depth = 0_i32;
        let mut previous = ' ';
        for (at, c) in header.char_indices() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ if depth == 1 && matches!(previous, '(' | ',' | '*') && header[at..].starts_with(name) => {
                    let next = header[at + name.len()..].chars().next().unwrap_or(' ');
                    if !next.is_alphanumeric() && next != '_' {
                        return true;
                    }
                }
                _ => {}
            }
            if depth <= 0 && at > 0 {
                break;
            }
            if !c.is_whitespace() {
                previous = c;
            }
        }
        false
    }
}

/// Whether a name is that of a broad builtin class.
fn is_builtin(name: &str) -> bool {
    name == "Exception" || name == "BaseException"
}

/// Whether an import's target is a broad builtin class.
fn is_builtin_path(target: &str) -> bool {
    target.strip_prefix("builtins.").is_some_and(is_builtin)
}
