//! Where the parts of an expression come from, within one file: literals, parameters, the outside.
//! It must not know what the expression is used for.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::constants::{Fold, Piece, elements};
use super::quoting::{Place, Shell};
use crate::{Origin, ScopeId};

/// How many expressions are looked at for one answer.
const BUDGET: usize = 400;

/// Where a command comes from.
pub(super) struct Source {
    /// The least trustworthy origin of any part.
    pub(super) origin: Origin,
    /// Whether a value is quoted for a shell and a shell reads it again: inside quotes, or as a command.
    pub(super) requoted: bool,
}

/// Part that is still to be looked at.
#[derive(Clone, Copy)]
struct Part<'t> {
    node: Node<'t>,
    scope: ScopeId,
    /// Whether it is inside quotes, which those of `shlex.quote` end.
    quotes: bool,
    /// Whether a function that is not known makes something of it, which may be anything.
    made: bool,
}

/// Parts still to be looked at, and names that were.
struct Flow<'t> {
    open: Vec<Part<'t>>,
    seen: FxHashSet<(ScopeId, CompactString, bool)>,
    requoted: bool,
}

impl<'t> Flow<'t> {
    fn push(&mut self, node: Node<'t>, scope: ScopeId, part: Part<'t>) {
        self.open.push(Part { node, scope, ..part });
    }

    /// The values in a text that is put together, by their places in it; false where it is none.
    fn text(&mut self, part: &Part<'t>, fold: &Fold<'_, '_, 't>) -> bool {
        let folded = fold.fold(part.node, part.scope);
        let itself = |piece: &Piece| matches!(piece, Piece::Hole(node, _) | Piece::Number(node, _) if *node == part.node);
        if folded.0.iter().any(itself) {
            return false;
        }
        let mut shell = Shell::default();
        for piece in &folded.0 {
            match piece {
                Piece::Text(text, _) => shell.read(text),
                Piece::Number(..) => {}
                Piece::Hole(node, scope) => match shell.value() {
                    Place::Word => self.push(*node, *scope, *part),
                    Place::Quotes => self.push(*node, *scope, Part { quotes: true, ..*part }),
                    Place::Command => match quoted(*node, *scope, fold) {
                        Some(command) => {
                            self.requoted = true;
                            self.push(command, *scope, *part);
                        }
                        None => self.push(*node, *scope, *part),
                    },
                },
            }
        }
        true
    }
}

/// The least trustworthy origin of any part of `node`, a command for a shell.
pub(super) fn origin<'t>(node: Node<'t>, scope: ScopeId, fold: &Fold<'_, '_, 't>) -> Source {
    let mut worst = Origin::Constant;
    let mut flow = Flow { open: Vec::new(), seen: FxHashSet::default(), requoted: false };
    flow.open.push(Part { node, scope, quotes: false, made: false });
    let mut left = BUDGET;
    while let Some(part) = flow.open.pop() {
        left -= 1;
        if left == 0 {
            worst = worst.max(Origin::Unknown);
            break;
        }
        let Part { node, scope, made, .. } = part;
        let found = match node.kind_id() {
            kind::STRING if fold.literal(node).is_some() => continue,
            kind::INTEGER | kind::FLOAT | kind::TRUE | kind::FALSE | kind::NONE | kind::COMMENT => continue,
            kind::IDENTIFIER => name(&part, fold, &mut flow),
            kind::ATTRIBUTE => attribute(&part, fold, &mut flow),
            kind::STRING | kind::CONCATENATED_STRING | kind::BINARY_OPERATOR | kind::CALL
                if flow.text(&part, fold) =>
            {
                continue;
            }
            kind::CALL => call(&part, fold, &mut flow),
            kind::SUBSCRIPT => {
                // The index chooses, the value says what there is to choose from.
                if let Some(value) = node.child_by_field_id(field::VALUE) {
                    flow.push(value, scope, part);
                }
                continue;
            }
            kind::LIST_COMPREHENSION | kind::GENERATOR_EXPRESSION | kind::SET_COMPREHENSION => {
                if let Some(body) = node.child_by_field_id(field::BODY) {
                    flow.push(body, scope, part);
                }
                continue;
            }
            kind::CONDITIONAL_EXPRESSION => {
                let parts = elements(node);
                for value in parts.first().into_iter().chain(parts.get(2)) {
                    flow.push(*value, scope, part);
                }
                continue;
            }
            kind::COMPARISON_OPERATOR | kind::NOT_OPERATOR => continue,
            kind::BINARY_OPERATOR if is_sum_of_numbers(node, fold) => continue,
            kind::LAMBDA => Origin::Unknown,
            kind::STRING => {
                let holes = elements(node).into_iter().filter(|part| part.kind_id() == kind::INTERPOLATION);
                for value in holes.filter_map(|hole| hole.child_by_field_id(field::EXPRESSION)) {
                    flow.push(value, scope, part);
                }
                continue;
            }
            _ => {
                for inner in elements(node) {
                    flow.push(inner, scope, part);
                }
                continue;
            }
        };
        // The fate of a value in such a function is not known.
        let found = if made { found.min(Origin::Unknown) } else { found };
        worst = worst.max(found);
        if matches!(worst, Origin::Outside(_)) {
            break;
        }
    }
    Source { origin: worst, requoted: flow.requoted }
}

/// Argument of `shlex.quote`, if an expression is a call of it.
fn quoted<'t>(node: Node<'t>, scope: ScopeId, fold: &Fold<'_, '_, 't>) -> Option<Node<'t>> {
    let function = node.child_by_field_id(field::FUNCTION).filter(|_| node.kind_id() == kind::CALL)?;
    fold.path(function, scope).filter(|path| quotes(path))?;
    elements(node.child_by_field_id(field::ARGUMENTS)?).into_iter().next()
}

/// Whether an operation with a number gives nothing but a number, or fails: `n + 1`; of texts `*` and `%` give texts.
fn is_sum_of_numbers(node: Node, fold: &Fold) -> bool {
    let side = |field| node.child_by_field_id(field).map_or(0, |side: Node| side.kind_id());
    let number = |kind| matches!(kind, kind::INTEGER | kind::FLOAT);
    let operator = node.child_by_field_id(field::OPERATOR).map_or("", |operator| fold.cx.slice(&operator));
    match operator {
        "+" => number(side(field::LEFT)) || number(side(field::RIGHT)),
        "-" | "/" | "//" | "**" | "<<" | ">>" => true,
        _ => false,
    }
}

/// Origin that a plain name adds; its values are looked at later.
fn name<'t>(part: &Part<'t>, fold: &Fold<'_, '_, 't>, flow: &mut Flow<'t>) -> Origin {
    let Part { node, scope, quotes, .. } = *part;
    let name = fold.cx.slice(&node);
    if let Some(values) = comprehension(node, name, fold) {
        flow.push(values, scope, *part);
        return Origin::Constant;
    }
    let Some(found) = fold.bindings.find(name, scope) else { return Origin::Unknown };
    if !flow.seen.insert((found.scope, name.into(), quotes)) {
        return Origin::Constant;
    }
    if let Some(outside) = fold.path(node, scope).as_deref().and_then(outside) {
        return Origin::Outside(outside.into());
    }
    if let Some(parameter) = found.parameter {
        return match name {
            "self" | "cls" => Origin::Unknown,
            "request" => Origin::Outside("request".into()),
            _ if parameter.numeric => Origin::Constant,
            _ => Origin::Parameter(name.into()),
        };
    }
    if found.import.is_some() || found.bindings.is_empty() {
        return Origin::Unknown;
    }
    let mut known = Origin::Constant;
    for binding in found.bindings {
        match binding.value {
            Some(value) => flow.push(value, binding.scope, *part),
            None => known = Origin::Unknown,
        }
    }
    known
}

fn attribute<'t>(part: &Part<'t>, fold: &Fold<'_, '_, 't>, flow: &mut Flow<'t>) -> Origin {
    let Part { node, scope, quotes, .. } = *part;
    if let Some(outside) = fold.path(node, scope).as_deref().and_then(outside) {
        return Origin::Outside(outside.into());
    }
    let path = fold.cx.slice(&node);
    if let Some(found) = fold.bindings.find(path, scope).filter(|_| path.starts_with("self.")) {
        if flow.seen.insert((found.scope, path.into(), quotes)) {
            // Others may set it too; and a parameter of another method does not reach here in one call.
            let known = found.constant_in().is_some_and(|(value, scope)| {
                origin_is_constant(value) || fold.fold(value, scope).constant().is_some()
            });
            return if known { Origin::Constant } else { Origin::Unknown };
        }
        return Origin::Constant;
    }
    let Some(object) = node.child_by_field_id(field::OBJECT) else { return Origin::Unknown };
    // The code that made an object shows what it holds, so parameters are not followed.
    let given = |name: &str| fold.bindings.find(name, scope).is_some_and(|found| found.parameter.is_some());
    let name = fold.cx.slice(&object);
    if object.kind_id() != kind::IDENTIFIER || name == "request" || !given(name) {
        flow.push(object, scope, *part);
    }
    Origin::Unknown
}

fn origin_is_constant(node: Node) -> bool {
    matches!(node.kind_id(), kind::INTEGER | kind::FLOAT)
}

fn call<'t>(part: &Part<'t>, fold: &Fold<'_, '_, 't>, flow: &mut Flow<'t>) -> Origin {
    let Part { node, scope, quotes: inside, .. } = *part;
    let (Some(function), Some(arguments)) =
        (node.child_by_field_id(field::FUNCTION), node.child_by_field_id(field::ARGUMENTS))
    else {
        return Origin::Unknown;
    };
    let single = arguments.kind_id() == kind::GENERATOR_EXPRESSION;
    let listed = if single { vec![arguments] } else { elements(arguments) };
    let values: Vec<Node> = listed
        .into_iter()
        .map(|argument| {
            let value = argument.child_by_field_id(field::VALUE);
            if argument.kind_id() == kind::KEYWORD_ARGUMENT { value.unwrap_or(argument) } else { argument }
        })
        .collect();
    // Inside quotes those of a quoted value end the ones around it.
    let mut quoted = false;
    let mut harmless = |path: &str| {
        quoted |= inside && quotes(path);
        is_number(path) || quotes(path) && !inside
    };
    if let Some(path) = fold.path(function, scope) {
        if let Some(outside) = outside(&path) {
            return Origin::Outside(outside.into());
        }
        if harmless(&path) {
            return Origin::Constant;
        }
        if path == "map" {
            let cleaner = values.first().and_then(|first| fold.path(*first, scope));
            if cleaner.as_deref().is_some_and(&mut harmless) {
                return Origin::Constant;
            }
        }
        flow.requoted |= quoted;
        if passes_on(&path) || quoted {
            for value in values {
                flow.push(value, scope, *part);
            }
            return Origin::Constant;
        }
    }
    let object = function.child_by_field_id(field::OBJECT);
    let method = function.child_by_field_id(field::ATTRIBUTE).map_or("", |name| fold.cx.slice(&name));
    // A method of a text gives what it is called on and with; what any other function gives is its own.
    let of_text = object.is_some() && is_text_method(method);
    for value in values.into_iter().chain(object) {
        flow.push(value, scope, Part { made: part.made || !of_text, ..*part });
    }
    if matches!(method, "parse_args" | "parse_known_args") {
        return Origin::Outside("the command line".into());
    }
    if of_text { Origin::Constant } else { Origin::Unknown }
}

/// The iterable of a name that a comprehension around `node` binds.
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

/// Source outside the program that a full name reads.
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

/// Whether a function makes one word of each value, whatever it is given.
fn quotes(path: &str) -> bool {
    matches!(
        path,
        "shlex.quote" | "shlex.join" | "pipes.quote" | "subprocess.list2cmdline" | "django.utils.shlex.quote"
    )
}

/// Whether the result of a function can only be a number.
fn is_number(path: &str) -> bool {
    matches!(
        path,
        "int"
            | "float"
            | "len"
            | "hash"
            | "id"
            | "bool"
            | "abs"
            | "ord"
            | "range"
            | "os.getpid"
            | "os.getppid"
            | "os.getuid"
            | "os.getgid"
            | "os.cpu_count"
            | "time.time"
            | "time.time_ns"
            | "time.monotonic"
            | "random.randint"
            | "random.randrange"
    )
}

/// Whether a function's result is made of its arguments and nothing else.
fn passes_on(path: &str) -> bool {
    matches!(path, "str" | "bytes" | "repr" | "list" | "tuple" | "sorted" | "reversed" | "map" | "filter")
        || path.starts_with("os.path.")
        || matches!(
            path,
            "shlex.split"
                | "pathlib.Path"
                | "pathlib.PurePath"
                | "os.fspath"
                | "textwrap.dedent"
                | "enumerate"
                | "zip"
        )
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
            | "get"
            | "pop"
            | "items"
            | "values"
            | "keys"
            | "copy"
            | "as_posix"
            | "resolve"
            | "absolute"
            | "expanduser"
            | "joinpath"
            | "with_suffix"
            | "with_name"
            | "group"
            | "title"
            | "capitalize"
            | "substitute"
            | "safe_substitute"
    )
}
