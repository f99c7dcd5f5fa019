//! Strings that say something about imports: literal module names, `__all__`, and folders for `sys.path`.
//! It must not know where such strings lead.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::CompactString;

use crate::model::projection::{SearchPath, SearchPathBase};
use crate::walk::Context;

/// The value of a string literal without interpolations or escapes; implicit concatenation is folded.
pub(super) fn string(node: &Node, cx: &Context) -> Option<CompactString> {
    match node.kind_id() {
        kind::STRING => plain(cx.slice(node)).map(CompactString::new),
        kind::CONCATENATED_STRING => {
            let mut cursor = node.walk();
            let mut whole = CompactString::default();
            for part in node.named_children(&mut cursor).filter(|part| part.kind_id() == kind::STRING) {
                whole.push_str(plain(cx.slice(&part))?);
            }
            Some(whole)
        }
        _ => None,
    }
}

/// Text between the quotes; none for bytes, formatted strings and escapes.
pub(super) fn plain(literal: &str) -> Option<&str> {
    let prefix = literal.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (prefix, rest) = literal.split_at_checked(prefix)?;
    if !matches!(prefix, "" | "r" | "R" | "u" | "U") {
        return None;
    }
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote))?;
    let inner = rest.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains('\\')).then_some(inner)
}

/// The strings of a list, tuple or set, or of a sum of such; and whether that is all of the value.
pub(super) fn strings(node: Node, cx: &Context) -> (Vec<CompactString>, bool) {
    let (mut found, mut literal, mut open) = (Vec::new(), true, vec![node]);
    while let Some(node) = open.pop() {
        match node.kind_id() {
            kind::LIST | kind::TUPLE | kind::SET | kind::PARENTHESIZED_EXPRESSION | kind::EXPRESSION_LIST => {
                let mut cursor = node.walk();
                let children: Vec<Node> = node.named_children(&mut cursor).collect();
                open.extend(children.into_iter().rev());
            }
            kind::BINARY_OPERATOR => {
                let sides = [node.child_by_field_id(field::RIGHT), node.child_by_field_id(field::LEFT)];
                open.extend(sides.into_iter().flatten());
            }
            kind::COMMENT | kind::LINE_CONTINUATION => {}
            _ => match string(&node, cx) {
                Some(name) => found.push(name),
                None => literal = false,
            },
        }
    }
    (found, literal)
}

/// The arguments of a call: positional ones in order, and those with keywords.
pub(super) struct Arguments<'t> {
    /// Positional, splats included.
    pub(super) positional: Vec<Node<'t>>,
    /// Keywords with their values.
    pub(super) keywords: Vec<(CompactString, Node<'t>)>,
}

/// The arguments of a call.
pub(super) fn arguments<'t>(call: &Node<'t>, cx: &Context) -> Arguments<'t> {
    let mut found = Arguments { positional: Vec::new(), keywords: Vec::new() };
    let Some(list) = call.child_by_field_id(field::ARGUMENTS) else { return found };
    let mut cursor = list.walk();
    for argument in list.named_children(&mut cursor) {
        match argument.kind_id() {
            kind::COMMENT => {}
            kind::KEYWORD_ARGUMENT => {
                let name = argument.child_by_field_id(field::NAME);
                let value = argument.child_by_field_id(field::VALUE);
                if let (Some(name), Some(value)) = (name, value) {
                    found.keywords.push((cx.slice(&name).into(), value));
                }
            }
            _ => found.positional.push(argument),
        }
    }
    found
}

/// A step from the innermost value of a path expression outwards.
enum Step {
    Parent(usize),
    Join(CompactString),
}

/// Whether the header of a `with` says that an import in it may fail: it suppresses the error, or a test expects it.
pub(super) fn expects_failure(header: &str) -> bool {
    let names = |call| header.split_once(call).map(|(_, names)| names);
    let is_missing = |names: &str| ["ImportError", "ModuleNotFoundError"].iter().any(|m| names.contains(m));
    let expected = names("raises(").or_else(|| names("assertRaises"));
    names("suppress(").is_some_and(|names| is_missing(names) || names.contains("Exception"))
        || expected.is_some_and(is_missing)
}

/// Folds a path expression: a literal, or what `os.path` and `pathlib` make of `__file__`.
///
/// `known` gives the value of a variable.
pub(super) fn search_path(
    node: Node,
    cx: &Context,
    known: impl Fn(&str) -> Option<SearchPath>,
) -> Option<SearchPath> {
    let mut steps = Vec::new();
    let mut node = node;
    let mut path = loop {
        match node.kind_id() {
            kind::STRING | kind::CONCATENATED_STRING => {
                let text = string(&node, cx)?;
                if text.starts_with(['/', '~']) || text.contains(':') {
                    return None;
                }
                let path = join("", &text);
                break SearchPath { base: SearchPathBase::WorkingDirectory, path };
            }
            kind::IDENTIFIER if cx.slice(&node) == "__file__" => {
                // The file itself: one step up is its folder.
                match steps.pop() {
                    Some(Step::Parent(levels)) if levels > 0 => {
                        let path = join("", &"../".repeat(levels - 1));
                        break SearchPath { base: SearchPathBase::FileFolder, path };
                    }
                    Some(Step::Join(tail)) => {
                        let path = join("", tail.strip_prefix("..")?.trim_start_matches('/'));
                        break SearchPath { base: SearchPathBase::FileFolder, path };
                    }
                    _ => return None,
                }
            }
            kind::IDENTIFIER => break known(cx.slice(&node))?,
            kind::PARENTHESIZED_EXPRESSION => node = node.named_child(0)?,
            kind::BINARY_OPERATOR => {
                let right = node.child_by_field_id(field::RIGHT)?;
                let operator = node.child_by_field_id(field::OPERATOR)?;
                if operator.kind_id() != kind::SLASH {
                    return None;
                }
                steps.push(Step::Join(string(&right, cx)?));
                node = node.child_by_field_id(field::LEFT)?;
            }
            kind::ATTRIBUTE => {
                if cx.slice(&node.child_by_field_id(field::ATTRIBUTE)?) != "parent" {
                    return None;
                }
                steps.push(Step::Parent(1));
                node = node.child_by_field_id(field::OBJECT)?;
            }
            kind::SUBSCRIPT => {
                let index: usize = cx.slice(&node.child_by_field_id(field::SUBSCRIPT)?).parse().ok()?;
                let value = node.child_by_field_id(field::VALUE)?;
                let parents = value.kind_id() == kind::ATTRIBUTE
                    && cx.slice(&value.child_by_field_id(field::ATTRIBUTE)?) == "parents";
                if !parents || index > 16 {
                    return None;
                }
                steps.push(Step::Parent(index + 1));
                node = value.child_by_field_id(field::OBJECT)?;
            }
            kind::CALL => {
                let function = node.child_by_field_id(field::FUNCTION)?;
                let callee = cx.slice(&function);
                let arguments = arguments(&node, cx).positional;
                match callee.rsplit('.').next()? {
                    "dirname" => {
                        steps.push(Step::Parent(1));
                        node = *arguments.first()?;
                    }
                    "abspath" | "realpath" | "normpath" | "str" | "fspath" => node = *arguments.first()?,
                    "Path" | "PurePath" if arguments.len() == 1 => node = *arguments.first()?,
                    "resolve" | "absolute" | "as_posix" | "expanduser" => {
                        node = function.child_by_field_id(field::OBJECT)?;
                    }
                    "join" | "joinpath" => {
                        let tail = if callee.ends_with("joinpath") { 0 } else { 1 };
                        let parts: Option<Vec<_>> =
                            arguments.iter().skip(tail).map(|a| string(a, cx)).collect();
                        steps.push(Step::Join(CompactString::from(parts?.join("/"))));
                        node = match tail {
                            0 => function.child_by_field_id(field::OBJECT)?,
                            _ => *arguments.first()?,
                        };
                    }
                    _ => return None,
                }
            }
            _ => return None,
        }
        if steps.len() > 32 {
            return None;
        }
    };
    while let Some(step) = steps.pop() {
        path.path = match step {
            Step::Parent(levels) => join(&path.path, &"../".repeat(levels)),
            Step::Join(tail) => join(&path.path, &tail),
        };
    }
    Some(path)
}

/// Joins two relative paths and normalises the result.
fn join(base: &str, tail: &str) -> CompactString {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(tail.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    CompactString::from(parts.join("/"))
}
