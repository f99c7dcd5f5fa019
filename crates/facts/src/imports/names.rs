//! Roles of names: read or bound, in which scope, and the consequences for the names that imports bind.
//! It must not know events or resolution.

use std::hash::Hasher as _;

use analyzer_syntax::kind;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::model::import::{Import, ImportKind, Uses};
use crate::walk::{Context, Frame};
use crate::{Position, Scope, ScopeId, ScopeKind};

/// Role of an identifier at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its value is read.
    Read,
    /// It becomes bound, once the node that starts there is left.
    Bound(usize),
    /// It is read, then bound: the target of `+=`.
    ReadAndBound(usize),
    /// It becomes bound at once: after `as`, or as a capture.
    BoundNow,
    /// It is a parameter of the function with this scope.
    Parameter(ScopeId),
    /// It is deleted.
    Deleted,
    /// It is declared global.
    Global,
    /// It is declared nonlocal.
    Nonlocal,
    /// It names no variable, or one of an expression's own scope.
    Other,
}

/// The role of an identifier that starts at `start`.
pub(crate) fn role(start: usize, cx: &Context) -> Role {
    let mut above = cx.ancestors.iter().rev();
    // Most identifiers are operands and arguments: decided by the parent alone.
    let Some(mut frame) = above.next() else { return Role::Read };
    let mut inner = start;
    // Targets nested deeper than this are taken for values: the time for a name stays bounded.
    for _ in 0..64 {
        match frame.kind {
            kind::ATTRIBUTE | kind::SUBSCRIPT => {
                return if frame.kind == kind::SUBSCRIPT || frame.start == start {
                    Role::Read
                } else {
                    Role::Other
                };
            }
            kind::KEYWORD_ARGUMENT | kind::KEYWORD_PATTERN => {
                return if frame.start == start { Role::Other } else { Role::Read };
            }
            kind::ASSIGNMENT | kind::NAMED_EXPRESSION => {
                return if frame.start == inner { Role::Bound(frame.start) } else { Role::Read };
            }
            kind::AUGMENTED_ASSIGNMENT => {
                return if frame.start == start { Role::ReadAndBound(frame.start) } else { Role::Read };
            }
            kind::FOR_STATEMENT | kind::FOR_IN_CLAUSE => {
                let target = cx.text.get(frame.start..inner).is_some_and(|t| t.trim_end().ends_with("for"));
                return match (target, frame.kind) {
                    (false, _) => Role::Read,
                    (true, kind::FOR_STATEMENT) => Role::Bound(frame.start),
                    (true, _) => Role::Other,
                };
            }
            kind::FUNCTION_DEFINITION | kind::CLASS_DEFINITION => {
                return Role::Bound(frame.start);
            }
            kind::PARAMETERS => {
                let function = above.next().filter(|f| f.kind == kind::FUNCTION_DEFINITION);
                return function.map_or(Role::Other, |f| Role::Parameter(f.defines));
            }
            kind::LAMBDA_PARAMETERS | kind::ALIASED_IMPORT => return Role::Other,
            kind::DEFAULT_PARAMETER | kind::TYPED_DEFAULT_PARAMETER if frame.start != inner => {
                return Role::Read;
            }
            kind::AS_PATTERN_TARGET | kind::SPLAT_PATTERN => return Role::BoundNow,
            // `case int() as x`; elsewhere a target is between them.
            kind::AS_PATTERN if frame.start != inner => {
                let captured = cx.text.get(frame.start..inner).is_some_and(|t| t.trim_end().ends_with("as"));
                return if captured { Role::BoundNow } else { Role::Read };
            }
            kind::GLOBAL_STATEMENT => return Role::Global,
            kind::NONLOCAL_STATEMENT => return Role::Nonlocal,
            kind::DELETE_STATEMENT => return Role::Deleted,
            kind::TYPE => {
                let alias = above.next().filter(|f| f.kind == kind::TYPE_ALIAS_STATEMENT);
                let left =
                    alias.and_then(|f| cx.text.get(f.start..start)).is_some_and(|t| t.trim_end() == "type");
                return if left { Role::BoundNow } else { Role::Read };
            }
            // Wrappers of a target; below anything else it is read.
            kind::PATTERN_LIST
            | kind::TUPLE_PATTERN
            | kind::LIST_PATTERN
            | kind::LIST_SPLAT_PATTERN
            | kind::LIST_SPLAT
            | kind::DICTIONARY_SPLAT_PATTERN
            | kind::TYPED_PARAMETER
            | kind::DEFAULT_PARAMETER
            | kind::TYPED_DEFAULT_PARAMETER
            | kind::TUPLE
            | kind::LIST
            | kind::EXPRESSION_LIST
            | kind::PARENTHESIZED_EXPRESSION => {}
            _ => return Role::Read,
        }
        inner = frame.start;
        let Some(next) = above.next() else { return Role::Read };
        // Values share these wrappers with targets, but only targets are directly below these.
        let value_wrapper = matches!(frame.kind, kind::TUPLE | kind::LIST | kind::PARENTHESIZED_EXPRESSION);
        let around = matches!(
            next.kind,
            kind::TUPLE
                | kind::LIST
                | kind::PARENTHESIZED_EXPRESSION
                | kind::AS_PATTERN_TARGET
                | kind::DELETE_STATEMENT
        );
        if value_wrapper && !around {
            return Role::Read;
        }
        if frame.kind == kind::EXPRESSION_LIST && next.kind != kind::DELETE_STATEMENT {
            return Role::Read;
        }
        frame = next;
    }
    Role::Read
}

/// The path that begins at `start` and is followed by attributes only, such as `p.b.g`: its end.
pub(crate) fn path_end(start: usize, end: usize, ancestors: &[Frame]) -> usize {
    let attributes = ancestors.iter().rev().take_while(|f| f.kind == kind::ATTRIBUTE && f.start == start);
    attributes.last().map_or(end, |f| f.end)
}

/// A name's hash; 64 bits, so that names of one file do not collide in practice.
pub(super) fn hash(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    hasher.finish()
}

const DEFERRED: u8 = 1;
const ANNOTATION: u8 = 2;
const BOUND: u8 = 4;
const GLOBAL: u8 = 8;
const PARAMETER: u8 = 16;
const NONLOCAL: u8 = 32;
/// The flags of occurrences that read nothing.
const BINDS: u8 = BOUND | GLOBAL | NONLOCAL;

/// One occurrence of a name.
#[derive(Debug, Clone, Copy)]
struct Occurrence {
    name: u64,
    scope: ScopeId,
    flags: u8,
}

/// Every occurrence of every name; only at the end is it known which ones imports bind.
#[derive(Default)]
pub(super) struct Occurrences(Vec<Occurrence>);

impl Occurrences {
    /// The name is read.
    #[inline]
    pub(super) fn read(&mut self, name: u64, scope: ScopeId, position: Position) {
        let annotation = if position.has(Position::ANNOTATION) { ANNOTATION } else { 0 };
        let deferred = if position.has(Position::DEFERRED) { DEFERRED } else { 0 };
        self.0.push(Occurrence { name, scope, flags: annotation | deferred });
    }

    /// The name is bound in a function's scope.
    pub(super) fn bound(&mut self, name: u64, scope: ScopeId) {
        self.0.push(Occurrence { name, scope, flags: BOUND });
    }

    /// The name is a parameter of a function.
    pub(super) fn parameter(&mut self, name: u64, scope: ScopeId) {
        self.0.push(Occurrence { name, scope, flags: BOUND | PARAMETER });
    }

    /// The name is declared global in a function.
    pub(super) fn global(&mut self, name: u64, scope: ScopeId) {
        self.0.push(Occurrence { name, scope, flags: GLOBAL });
    }

    /// The name is declared nonlocal in a function.
    pub(super) fn nonlocal(&mut self, name: u64, scope: ScopeId) {
        self.0.push(Occurrence { name, scope, flags: NONLOCAL });
    }

    /// Whether a name is read in what was seen so far.
    pub(super) fn reads(&self, name: u64) -> bool {
        self.0.iter().any(|o| o.flags & BINDS == 0 && o.name == name)
    }

    /// Whether any of these names is read anywhere.
    pub(super) fn reads_any(&self, names: &[&str]) -> bool {
        let wanted: Vec<u64> = names.iter().map(|name| hash(name)).collect();
        self.0.iter().any(|o| o.flags & BINDS == 0 && wanted.contains(&o.name))
    }

    /// Writes into each import how the names that it binds are used.
    pub(super) fn apply(&self, imports: &mut [Import], scopes: &[Scope]) {
        let mut bound: FxHashMap<u64, Vec<(usize, Option<usize>)>> = FxHashMap::default();
        let mut own = Vec::new();
        for (index, import) in imports.iter().enumerate() {
            match import.kind {
                ImportKind::Dynamic => {}
                ImportKind::Plain => {
                    let name = hash(plain_binding(import));
                    bound.entry(name).or_default().push((index, None));
                    own.push((name, import.scope, index, None));
                }
                ImportKind::From => {
                    for (at, name) in import.names.iter().enumerate() {
                        let binding = hash(name.alias.as_ref().unwrap_or(&name.name));
                        bound.entry(binding).or_default().push((index, Some(at)));
                        own.push((binding, import.scope, index, Some(at)));
                    }
                }
            }
        }
        if bound.is_empty() {
            return;
        }
        let (mut shadows, mut globals) = (FxHashSet::default(), FxHashSet::default());
        let mut nonlocals = FxHashSet::default();
        for o in self.0.iter().filter(|o| o.flags & BINDS != 0 && bound.contains_key(&o.name)) {
            match o.flags {
                GLOBAL => globals.insert((o.name, o.scope)),
                NONLOCAL => nonlocals.insert((o.name, o.scope)),
                _ => shadows.insert((o.name, o.scope)),
            };
            if o.flags & PARAMETER != 0 {
                for &(index, at) in bound.get(&o.name).into_iter().flatten() {
                    if let Some(uses) = uses_of(imports, index, at) {
                        uses.parameter = true;
                    }
                }
            }
        }
        // A function's own import shadows the module's.
        shadows.extend(own.iter().map(|&(name, scope, ..)| (name, scope)));
        for &(name, scope, index, at) in &own {
            if let Some(uses) = uses_of(imports, index, at).filter(|_| globals.contains(&(name, scope))) {
                uses.global = true;
            }
        }
        let is_function = |scope: ScopeId| {
            let found = scopes.get(scope as usize);
            found.is_some_and(|s| matches!(s.kind, ScopeKind::Function | ScopeKind::AsyncFunction))
        };
        let binds_itself = |name: u64, scope: ScopeId| {
            let key = (name, scope);
            is_function(scope)
                && shadows.contains(&key)
                && !globals.contains(&key)
                && !nonlocals.contains(&key)
        };
        // Under `global x`, a function's import binds the module's name; under `nonlocal x` that of a function around it.
        let origin = |name: u64, scope: ScopeId| {
            if globals.contains(&(name, scope)) {
                return 0;
            }
            let mut origin = scope;
            while origin != 0 && nonlocals.contains(&(name, scope)) && !binds_itself(name, origin) {
                origin = scopes.get(origin as usize).map_or(0, |found| found.parent);
            }
            origin
        };
        for o in self.0.iter().filter(|o| o.flags & BINDS == 0) {
            let Some(targets) = bound.get(&o.name) else { continue };
            for &(index, at) in targets {
                let Some(scope) = imports.get(index).map(|import| import.scope) else { continue };
                let origin = origin(o.name, scope);
                if !sees(o, origin, scopes, |scope| binds_itself(o.name, scope)) {
                    continue;
                }
                if let Some(uses) = uses_of(imports, index, at) {
                    mark(uses, o.flags);
                }
            }
        }
    }
}

/// How an import, or one name of it, is used.
fn uses_of(imports: &mut [Import], index: usize, name: Option<usize>) -> Option<&mut Uses> {
    let import = imports.get_mut(index)?;
    match name {
        None => Some(&mut import.uses),
        Some(at) => import.names.get_mut(at).map(|name| &mut name.uses),
    }
}

/// Whether an occurrence sees what is bound in `origin`: no scope between them binds the same name.
fn sees(o: &Occurrence, origin: ScopeId, scopes: &[Scope], binds_itself: impl Fn(ScopeId) -> bool) -> bool {
    let mut scope = o.scope;
    loop {
        if scope == origin {
            return true;
        }
        if scope == 0 || binds_itself(scope) {
            return false;
        }
        let Some(found) = scopes.get(scope as usize) else { return false };
        scope = found.parent;
    }
}

fn mark(uses: &mut Uses, flags: u8) {
    if flags & ANNOTATION != 0 {
        uses.annotation = true;
    } else if flags & DEFERRED != 0 {
        uses.deferred = true;
    } else {
        uses.eager = true;
    }
}

/// The name that a plain import binds: its alias, or the first part of the module.
pub(crate) fn plain_binding(import: &Import) -> &str {
    match &import.alias {
        Some(alias) => alias,
        None => import.module.split('.').next().unwrap_or(""),
    }
}
