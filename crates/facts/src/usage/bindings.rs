//! Bindings of the names of a file: assignments, loops, parameters, imports; scope by scope.
//! It must not know what values mean.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::names::{ImportNames, LONGEST_PATH, visible};
use crate::walk::Context;
use crate::{Scope, ScopeId, ScopeKind};

/// A node that binds names, as the walk met it.
#[derive(Clone, Copy)]
pub(crate) struct Binder<'t> {
    pub(crate) node: Node<'t>,
    /// The scope in which it binds; of a function the one that it opens.
    pub(crate) scope: ScopeId,
}

/// How a value reaches a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The name is the value.
    Whole,
    /// The name is a part of the value, or made from it: unpacking, loops, `with`, `+=`.
    Part,
}

/// One binding of a name.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'t> {
    /// None where no expression says it: `def`, `class`, `except`.
    pub(crate) value: Option<Node<'t>>,
    pub(crate) how: How,
    /// Where the value is read: of an attribute the method that sets it.
    pub(crate) scope: ScopeId,
}

/// A parameter of a function.
#[derive(Clone, Copy)]
pub(crate) struct Parameter<'t> {
    /// Its default.
    pub(crate) default: Option<Node<'t>>,
    /// Whether its annotation says that it is a number.
    pub(crate) numeric: bool,
}

/// Bindings of a name, seen from a scope.
pub(crate) struct Found<'b, 't> {
    /// The scope that binds it.
    pub(crate) scope: ScopeId,
    /// The parameter that it is there.
    pub(crate) parameter: Option<Parameter<'t>>,
    pub(crate) bindings: &'b [Binding<'t>],
    /// Its import target there.
    pub(crate) import: Option<&'b str>,
}

impl<'t> Found<'_, 't> {
    /// The value of a name that is bound once, by an assignment.
    pub(crate) fn constant(&self) -> Option<Node<'t>> {
        match self.bindings {
            [Binding { value, how: How::Whole, .. }] if self.parameter.is_none() && self.import.is_none() => {
                *value
            }
            _ => None,
        }
    }

    /// As [`Found::constant`], with the scope that the value is read in.
    pub(crate) fn constant_in(&self) -> Option<(Node<'t>, ScopeId)> {
        let value = self.constant()?;
        Some((value, self.bindings.first()?.scope))
    }
}

/// All bindings of a file.
pub(crate) struct Bindings<'a, 't> {
    pub(crate) imports: ImportNames,
    by_name: FxHashMap<&'a str, FxHashMap<ScopeId, Vec<Binding<'t>>>>,
    parameters: FxHashMap<&'a str, FxHashMap<ScopeId, Parameter<'t>>>,
    scopes: &'a [Scope],
    text: &'a str,
    /// Bases of classes, by name as written, where they were noted.
    bases: FxHashMap<ScopeId, Vec<&'a str>>,
}

impl<'a, 't> Bindings<'a, 't> {
    /// Reads what the walk met.
    pub(crate) fn new(binders: &[Binder<'t>], cx: &'a Context<'a>) -> Self {
        let scopes = cx.scopes.as_slice();
        let mut bindings = Self {
            imports: ImportNames::default(),
            by_name: FxHashMap::default(),
            parameters: FxHashMap::default(),
            scopes,
            text: cx.text,
            bases: FxHashMap::default(),
        };
        let mut globals = FxHashSet::default();
        for binder in binders.iter().filter(|binder| binder.node.kind_id() == kind::GLOBAL_STATEMENT) {
            let mut cursor = binder.node.walk();
            let names = binder.node.named_children(&mut cursor);
            globals.extend(names.map(|name| (binder.scope, cx.slice(&name))));
        }
        for scope in scopes.iter().skip(1) {
            let binding = Binding { value: None, how: How::Whole, scope: scope.parent };
            bindings.bind(scope.name.as_str(), scope.parent, binding);
        }
        for binder in binders {
            bindings.binder(*binder, cx, &globals);
        }
        bindings
    }

    /// Notes what classes derive from.
    pub(crate) fn classes(&mut self, classes: &[Binder<'t>], cx: &'a Context<'a>) {
        for class in classes {
            let Some(list) = class.node.child_by_field_id(field::SUPERCLASSES) else { continue };
            let mut cursor = list.walk();
            let named = list.named_children(&mut cursor).filter(|base| base.kind_id() == kind::IDENTIFIER);
            self.bases.insert(class.scope, named.map(|base| cx.slice(&base)).collect());
        }
    }

    /// The class of this name at the top of the file.
    pub(crate) fn class(&self, name: &str) -> Option<ScopeId> {
        let found = self
            .scopes
            .iter()
            .position(|one| one.kind == ScopeKind::Class && one.parent == 0 && one.name == name);
        found.and_then(|at| ScopeId::try_from(at).ok())
    }

    /// Bindings of an attribute of a class, there or in its bases in this file.
    fn of_class(&self, attribute: &str, class: ScopeId) -> Option<&[Binding<'t>]> {
        let through = format!("self.{attribute}");
        let mut class = class;
        for _ in 0..4 {
            // Assigned in a method, or in the class's own body.
            let own = self.bound(&through, class).or_else(|| self.bound(attribute, class));
            if own.is_some() {
                return own;
            }
            class = self.bases.get(&class)?.iter().find_map(|base| self.class(base))?;
        }
        None
    }

    /// Whether the class around a scope derives from another one of this file.
    pub(crate) fn derives(&self, scope: ScopeId, class: ScopeId) -> bool {
        let Some(mut at) = self.class_of(scope, "self.x") else { return false };
        for _ in 0..4 {
            let bases = self.bases.get(&at).map(Vec::as_slice).unwrap_or_default();
            let Some(base) = bases.iter().find_map(|base| self.class(base)) else { return false };
            if base == class {
                return true;
            }
            at = base;
        }
        false
    }

    /// Bindings of `settings.port`, where `settings` is an object of a class of this file, or such a class.
    pub(crate) fn of_object(&self, path: &str, scope: ScopeId) -> Option<Found<'_, 't>> {
        let (owner, attribute) = path.rsplit_once('.')?;
        if path.len() > LONGEST_PATH || matches!(owner, "self" | "cls") {
            return None;
        }
        let class = match self.class(owner) {
            Some(class) => class,
            None => {
                let (value, _) = self.find(owner, scope)?.constant_in()?;
                let made_by = value.child_by_field_id(field::FUNCTION)?;
                self.class(self.text.get(made_by.start_byte()..made_by.end_byte())?)?
            }
        };
        let bindings = self.of_class(attribute, class)?;
        Some(Found { scope: class, parameter: None, bindings, import: None })
    }

    fn bind(&mut self, name: &'a str, scope: ScopeId, binding: Binding<'t>) {
        self.by_name.entry(name).or_default().entry(scope).or_default().push(binding);
    }

    fn bound(&self, name: &str, scope: ScopeId) -> Option<&[Binding<'t>]> {
        self.by_name.get(name)?.get(&scope).map(Vec::as_slice)
    }

    fn binder(&mut self, binder: Binder<'t>, cx: &Context<'a>, globals: &FxHashSet<(ScopeId, &'a str)>) {
        let Binder { node, scope } = binder;
        let node_kind = node.kind_id();
        let place = |name: &'a str| if globals.contains(&(scope, name)) { 0 } else { scope };
        match node_kind {
            kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT => {
                self.imports.record(&node, node_kind, scope, cx, |_| {});
            }
            kind::ASSIGNMENT => {
                let (Some(left), Some(mut right)) = (node.child(0), node.child_by_field_id(field::RIGHT))
                else {
                    return;
                };
                while right.kind_id() == kind::ASSIGNMENT {
                    let Some(inner) = right.child_by_field_id(field::RIGHT) else { break };
                    right = inner;
                }
                self.target(left, right, How::Whole, scope, cx, place);
            }
            kind::AUGMENTED_ASSIGNMENT | kind::FOR_STATEMENT => {
                let left = node.child_by_field_id(field::LEFT);
                let right = node.child_by_field_id(field::RIGHT);
                if let (Some(left), Some(right)) = (left, right) {
                    self.target(left, right, How::Part, scope, cx, place);
                }
            }
            kind::NAMED_EXPRESSION => {
                let name = node.child_by_field_id(field::NAME);
                if let (Some(name), Some(value)) = (name, node.child_by_field_id(field::VALUE)) {
                    self.target(name, value, How::Whole, scope, cx, place);
                }
            }
            kind::AS_PATTERN => {
                let alias = node.child_by_field_id(field::ALIAS).and_then(|alias| alias.child(0));
                if let (Some(alias), Some(value)) = (alias, node.child(0)) {
                    self.target(alias, value, How::Part, scope, cx, place);
                }
            }
            kind::FUNCTION_DEFINITION => {
                let Some(list) = node.child_by_field_id(field::PARAMETERS) else { return };
                let mut cursor = list.walk();
                for parameter in list.named_children(&mut cursor) {
                    if let Some((name, default)) = parameter_of(parameter) {
                        let annotation = parameter.child_by_field_id(field::TYPE);
                        let numeric = annotation.is_some_and(|node| is_numeric(cx.slice(&node)));
                        let parameter = Parameter { default, numeric };
                        self.parameters.entry(cx.slice(&name)).or_default().insert(scope, parameter);
                    }
                }
            }
            _ => {}
        }
    }

    fn target(
        &mut self,
        left: Node<'t>,
        right: Node<'t>,
        how: How,
        scope: ScopeId,
        cx: &Context<'a>,
        place: impl Fn(&'a str) -> ScopeId,
    ) {
        let mut open = vec![(left, right, how)];
        while let Some((left, right, how)) = open.pop() {
            match left.kind_id() {
                kind::IDENTIFIER => {
                    let name = cx.slice(&left);
                    let binding = Binding { value: Some(right), how, scope };
                    self.bind(name, place(name), binding);
                }
                kind::ATTRIBUTE => {
                    let name = cx.slice(&left);
                    if let Some(class) = self.class_of(scope, name) {
                        let binding = Binding { value: Some(right), how, scope };
                        self.bind(name, class, binding);
                    }
                }
                kind::PATTERN_LIST
                | kind::TUPLE_PATTERN
                | kind::LIST_PATTERN
                | kind::TUPLE
                | kind::LIST
                | kind::PARENTHESIZED_EXPRESSION
                | kind::LIST_SPLAT_PATTERN => {
                    let (mut cursor, mut values) = (left.walk(), right.walk());
                    let names: Vec<Node> = left.named_children(&mut cursor).collect();
                    let parts: Vec<Node> = right.named_children(&mut values).collect();
                    let pairs = how == How::Whole
                        && matches!(right.kind_id(), kind::TUPLE | kind::EXPRESSION_LIST | kind::LIST)
                        && parts.len() == names.len();
                    for (index, name) in names.into_iter().enumerate() {
                        match parts.get(index) {
                            Some(part) if pairs => open.push((name, *part, How::Whole)),
                            _ => open.push((name, right, How::Part)),
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The class whose attribute `path` is, seen from one of its methods: `self.x` or `cls.x`.
    fn class_of(&self, scope: ScopeId, path: &str) -> Option<ScopeId> {
        let (owner, attribute) = path.split_once('.')?;
        if !matches!(owner, "self" | "cls") || attribute.contains('.') || path.len() > LONGEST_PATH {
            return None;
        }
        let mut at = scope;
        while at != 0 {
            let found = self.scopes.get(at as usize)?;
            if found.kind == ScopeKind::Class {
                return Some(at);
            }
            at = found.parent;
        }
        None
    }

    /// Bindings of `name`, a plain name or an attribute of `self`, in `scope`.
    pub(crate) fn find<'b>(&'b self, name: &str, scope: ScopeId) -> Option<Found<'b, 't>> {
        if let Some((owner, attribute)) = name.split_once('.') {
            let class = self.class_of(scope, name)?;
            let own = if owner == "self" { self.of_class(attribute, class) } else { self.bound(name, class) };
            let own = own.or_else(|| self.bound(attribute, class))?;
            return Some(Found { scope: class, parameter: None, bindings: own, import: None });
        }
        for place in visible(scope, self.scopes) {
            let parameter = self.parameters.get(name).and_then(|scopes| scopes.get(&place)).copied();
            let bindings = self.bound(name, place).unwrap_or_default();
            let import = self.imports.target_in(name, place);
            if parameter.is_some() || !bindings.is_empty() || import.is_some() {
                return Some(Found { scope: place, parameter, bindings, import });
            }
        }
        None
    }

    /// The full name of a dotted path: imports and single-assignment aliases replaced; none where the first name
    /// is bound to something else, so that it is neither a module nor a builtin.
    pub(crate) fn resolve(&self, path: &str, scope: ScopeId, cx: &Context<'a>) -> Option<String> {
        let mut path = path.to_owned();
        let mut scope = scope;
        for _ in 0..8 {
            if path.len() > LONGEST_PATH || path.contains(['(', '[', '\n', ' ']) {
                return None;
            }
            let (root, rest) = path.split_once('.').map_or((path.as_str(), ""), |(root, rest)| (root, rest));
            let dotted = |target: &str| {
                if rest.is_empty() { target.to_owned() } else { format!("{target}.{rest}") }
            };
            // `self.call = subprocess.check_call`
            if !rest.is_empty()
                && let Some((value, at)) = self.find(&path, scope).and_then(|found| found.constant_in())
                && matches!(value.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE)
                && self.find(cx.slice(&value), at).is_none_or(|found| found.parameter.is_none())
            {
                (path, scope) = (cx.slice(&value).to_owned(), at);
                continue;
            }
            let Some(found) = self.find(root, scope) else {
                let star = self.imports.stars().iter().find(|star| exports(star, root));
                return Some(star.map_or_else(|| path.clone(), |star| format!("{star}.{path}")));
            };
            if let (Some(target), true) = (found.import, found.parameter.is_none()) {
                return Some(dotted(target));
            }
            let (value, at) = found.constant_in()?;
            if !matches!(value.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
                return None;
            }
            scope = at;
            path = dotted(cx.slice(&value));
        }
        None
    }
}

/// A parameter's name and default.
fn parameter_of(parameter: Node) -> Option<(Node, Option<Node>)> {
    match parameter.kind_id() {
        kind::IDENTIFIER => Some((parameter, None)),
        kind::DEFAULT_PARAMETER | kind::TYPED_DEFAULT_PARAMETER => {
            let name = parameter.child_by_field_id(field::NAME)?;
            Some((name, parameter.child_by_field_id(field::VALUE)))
        }
        kind::TYPED_PARAMETER => {
            let first = parameter.named_child(0)?;
            if first.kind_id() == kind::IDENTIFIER { Some((first, None)) } else { parameter_of(first) }
        }
        kind::LIST_SPLAT_PATTERN | kind::DICTIONARY_SPLAT_PATTERN => Some((parameter.named_child(0)?, None)),
        _ => None,
    }
}

/// Whether an annotation says that a value is a number, or none.
fn is_numeric(annotation: &str) -> bool {
    let bare = annotation.trim_matches(['"', '\'']);
    let bare = bare.strip_prefix("Optional[").and_then(|inner| inner.strip_suffix(']')).unwrap_or(bare);
    bare.split('|').all(|part| matches!(part.trim(), "int" | "float" | "bool" | "None"))
}

/// Whether `from module import *` brings this name, of those that matter here.
fn exports(module: &str, name: &str) -> bool {
    match module {
        "subprocess" => matches!(
            name,
            "Popen" | "run" | "call" | "check_call" | "check_output" | "getoutput" | "getstatusoutput"
        ),
        "os" => matches!(name, "system" | "popen" | "environ" | "getenv"),
        _ => false,
    }
}

/// Whether a node of this kind binds names in a way that is recorded.
pub(crate) fn binds(node_kind: Kind) -> bool {
    matches!(
        node_kind,
        kind::IMPORT_STATEMENT
            | kind::IMPORT_FROM_STATEMENT
            | kind::ASSIGNMENT
            | kind::AUGMENTED_ASSIGNMENT
            | kind::FOR_STATEMENT
            | kind::NAMED_EXPRESSION
            | kind::AS_PATTERN
            | kind::FUNCTION_DEFINITION
            | kind::GLOBAL_STATEMENT
    )
}
