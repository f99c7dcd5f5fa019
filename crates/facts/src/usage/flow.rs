//! Where the parts of an expression come from, within one file: literals, parameters, the outside.
//! It must not know what the expression is used for.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::constants::{Fold, elements};
use crate::{Origin, ScopeId};

/// How many expressions are looked at for one answer.
const BUDGET: usize = 400;

/// The least trustworthy origin of any part of `node`.
pub(super) fn origin<'t>(node: Node<'t>, scope: ScopeId, fold: &Fold<'_, '_, 't>) -> Origin {
    let mut worst = Origin::Constant;
    let mut open = vec![(node, scope)];
    let mut seen = FxHashSet::default();
    let mut left = BUDGET;
    while let Some((node, scope)) = open.pop() {
        left -= 1;
        if left == 0 {
            return worst.max(Origin::Unknown);
        }
        let found = match node.kind_id() {
            kind::STRING if fold.literal(node).is_some() => continue,
            kind::INTEGER | kind::FLOAT | kind::TRUE | kind::FALSE | kind::NONE | kind::COMMENT => continue,
            kind::IDENTIFIER => name(node, scope, fold, &mut open, &mut seen),
            kind::ATTRIBUTE => attribute(node, scope, fold, &mut open, &mut seen),
            kind::CALL => call(node, scope, fold, &mut open),
            kind::SUBSCRIPT => {
                // The index chooses, the value tells what there is to choose from.
                open.extend(node.child_by_field_id(field::VALUE).map(|value| (value, scope)));
                continue;
            }
            kind::LIST_COMPREHENSION | kind::GENERATOR_EXPRESSION | kind::SET_COMPREHENSION => {
                open.extend(node.child_by_field_id(field::BODY).map(|body| (body, scope)));
                continue;
            }
            kind::CONDITIONAL_EXPRESSION => {
                let parts = elements(node);
                let values = parts.first().into_iter().chain(parts.get(2));
                open.extend(values.map(|value| (*value, scope)));
                continue;
            }
            kind::LAMBDA => Origin::Unknown,
            kind::STRING => {
                let holes = elements(node).into_iter().filter(|part| part.kind_id() == kind::INTERPOLATION);
                let values = holes.filter_map(|hole| hole.child_by_field_id(field::EXPRESSION));
                open.extend(values.map(|value| (value, scope)));
                continue;
            }
            _ => {
                open.extend(elements(node).into_iter().map(|part| (part, scope)));
                continue;
            }
        };
        worst = worst.max(found);
        if matches!(worst, Origin::Outside(_)) {
            break;
        }
    }
    worst
}

/// What a plain name adds; its values are looked at later.
fn name<'t>(
    node: Node<'t>,
    scope: ScopeId,
    fold: &Fold<'_, '_, 't>,
    open: &mut Vec<(Node<'t>, ScopeId)>,
    seen: &mut FxHashSet<(ScopeId, CompactString)>,
) -> Origin {
    let name = fold.cx.slice(&node);
    if let Some(values) = comprehension(node, name, fold) {
        open.push((values, scope));
        return Origin::Constant;
    }
    let Some(found) = fold.bindings.find(name, scope) else { return Origin::Unknown };
    if !seen.insert((found.scope, name.into())) {
        return Origin::Constant;
    }
    if let Some(outside) = fold.path(node, scope).as_deref().and_then(outside) {
        return Origin::Outside(outside.into());
    }
    if found.parameter.is_some() {
        return match name {
            "self" | "cls" => Origin::Unknown,
            "request" => Origin::Outside("request".into()),
            _ => Origin::Parameter(name.into()),
        };
    }
    if found.import.is_some() || found.bindings.is_empty() {
        return Origin::Unknown;
    }
    let mut known = Origin::Constant;
    for binding in found.bindings {
        match binding.value {
            Some(value) => open.push((value, found.scope)),
            None => known = Origin::Unknown,
        }
    }
    known
}

fn attribute<'t>(
    node: Node<'t>,
    scope: ScopeId,
    fold: &Fold<'_, '_, 't>,
    open: &mut Vec<(Node<'t>, ScopeId)>,
    seen: &mut FxHashSet<(ScopeId, CompactString)>,
) -> Origin {
    if let Some(outside) = fold.path(node, scope).as_deref().and_then(outside) {
        return Origin::Outside(outside.into());
    }
    let path = fold.cx.slice(&node);
    if let Some(found) = fold.bindings.find(path, scope).filter(|_| path.starts_with("self.")) {
        if seen.insert((found.scope, path.into())) {
            // Others may set it too; and a parameter of another method does not reach here in one call.
            let known = found.constant().is_some_and(|value| {
                origin_is_constant(value) || fold.fold(value, found.scope).constant().is_some()
            });
            return if known { Origin::Constant } else { Origin::Unknown };
        }
        return Origin::Constant;
    }
    let Some(object) = node.child_by_field_id(field::OBJECT) else { return Origin::Unknown };
    open.push((object, scope));
    Origin::Unknown
}

fn origin_is_constant(node: Node) -> bool {
    matches!(node.kind_id(), kind::INTEGER | kind::FLOAT)
}

fn call<'t>(
    node: Node<'t>,
    scope: ScopeId,
    fold: &Fold<'_, '_, 't>,
    open: &mut Vec<(Node<'t>, ScopeId)>,
) -> Origin {
    let (Some(function), Some(arguments)) =
        (node.child_by_field_id(field::FUNCTION), node.child_by_field_id(field::ARGUMENTS))
    else {
        return Origin::Unknown;
    };
    let single = arguments.kind_id() == kind::GENERATOR_EXPRESSION;
    let listed = if single { vec![arguments] } else { elements(arguments) };
    let values = listed.into_iter().map(|argument| {
        let value = argument.child_by_field_id(field::VALUE);
        if argument.kind_id() == kind::KEYWORD_ARGUMENT { value.unwrap_or(argument) } else { argument }
    });
    let path = fold.path(function, scope);
    if let Some(path) = path.as_deref() {
        if let Some(outside) = outside(path) {
            return Origin::Outside(outside.into());
        }
        if cleans(path) {
            return Origin::Constant;
        }
        if path == "map" {
            let cleaner = values.clone().next().and_then(|first| fold.path(first, scope));
            if cleaner.as_deref().is_some_and(cleans) {
                return Origin::Constant;
            }
        }
        if passes_on(path) {
            open.extend(values.map(|value| (value, scope)));
            return Origin::Constant;
        }
    }
    open.extend(values.map(|value| (value, scope)));
    let object = function.child_by_field_id(field::OBJECT);
    let method = function.child_by_field_id(field::ATTRIBUTE).map_or("", |name| fold.cx.slice(&name));
    open.extend(object.map(|object| (object, scope)));
    if matches!(method, "parse_args" | "parse_known_args") {
        return Origin::Outside("the command line".into());
    }
    // A method of a text gives what it is called on and with.
    if object.is_some() && is_text_method(method) { Origin::Constant } else { Origin::Unknown }
}

/// The iterable behind a name that a comprehension around `node` binds.
fn comprehension<'t>(node: Node<'t>, name: &str, fold: &Fold<'_, '_, 't>) -> Option<Node<'t>> {
    let mut at = node;
    for _ in 0..32 {
        at = at.parent()?;
        match at.kind_id() {
            kind::LIST_COMPREHENSION
            | kind::SET_COMPREHENSION
            | kind::DICTIONARY_COMPREHENSION
            | kind::GENERATOR_EXPRESSION => {
                for clause in elements(at).into_iter().filter(|c| c.kind_id() == kind::FOR_IN_CLAUSE) {
                    let left = clause.child_by_field_id(field::LEFT)?;
                    let names = fold.cx.slice(&left);
                    let binds =
                        names.split(|c: char| !c.is_alphanumeric() && c != '_').any(|bound| bound == name);
                    if binds {
                        return clause.child_by_field_id(field::RIGHT);
                    }
                }
            }
            kind::BLOCK | kind::MODULE => return None,
            _ => {}
        }
    }
    None
}

/// What a full name brings in from outside the program.
fn outside(path: &str) -> Option<&'static str> {
    let starts =
        |head: &str| path == head || path.strip_prefix(head).is_some_and(|rest| rest.starts_with('.'));
    let known = [
        ("sys.argv", "sys.argv"),
        ("input", "input()"),
        ("raw_input", "input()"),
        ("builtins.input", "input()"),
        ("sys.stdin", "sys.stdin"),
        ("fileinput.input", "fileinput"),
        ("os.environ", "os.environ"),
        ("os.environb", "os.environ"),
        ("os.getenv", "os.environ"),
        ("flask.request", "request"),
        ("bottle.request", "request"),
        ("request", "request"),
        ("self.request", "request"),
    ];
    known.iter().find(|(head, _)| starts(head)).map(|(_, what)| *what)
}

/// Whether the result of a function is harmless in a command, whatever it is given.
fn cleans(path: &str) -> bool {
    matches!(
        path,
        "shlex.quote"
            | "shlex.join"
            | "pipes.quote"
            | "subprocess.list2cmdline"
            | "django.utils.shlex.quote"
            | "int"
            | "float"
            | "len"
            | "hash"
            | "id"
            | "bool"
            | "os.getpid"
            | "os.getppid"
            | "os.getuid"
            | "os.getgid"
            | "os.cpu_count"
            | "time.time"
    )
}

/// Whether a function's result is made of its arguments and nothing else.
fn passes_on(path: &str) -> bool {
    matches!(path, "str" | "bytes" | "repr" | "list" | "tuple" | "sorted" | "reversed" | "map" | "filter")
        || path.starts_with("os.path.")
        || path == "shlex.split"
}

fn is_text_method(method: &str) -> bool {
    matches!(
        method,
        "join"
            | "format"
            | "strip"
            | "lstrip"
            | "rstrip"
            | "encode"
            | "decode"
            | "replace"
            | "lower"
            | "upper"
            | "split"
            | "splitlines"
            | "format_map"
            | "removeprefix"
            | "removesuffix"
    )
}
