//! Folding of texts: literals, their sums and concatenations, formatted strings, and constants that names stand for.
//! Parts that cannot be folded stay as a hole. It must not know what a text is used for.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};

use super::Site;
use super::bindings::Bindings;
use crate::ScopeId;
use crate::walk::Context;

/// How many names are followed on the way to a literal.
const HOPS: u8 = 8;
/// How many pieces a text may have.
const MOST_PIECES: usize = 200;

/// A piece of a text.
#[derive(Debug, Clone)]
pub(crate) enum Piece<'t> {
    /// Known text and the literal that holds it.
    Text(String, Node<'t>),
    /// An expression that is not known, in its scope.
    Hole(Node<'t>, ScopeId),
    /// As a hole, of which only a number comes out: `%d`, `{n:d}`.
    Number(Node<'t>, ScopeId),
}

/// A folded text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folded<'t>(pub(super) Vec<Piece<'t>>);

impl Folded<'_> {
    /// The whole text, if all of it is known.
    pub(crate) fn constant(&self) -> Option<String> {
        let mut whole = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text, _) => whole.push_str(text),
                Piece::Hole(..) | Piece::Number(..) => return None,
            }
        }
        (!self.0.is_empty()).then_some(whole)
    }

    /// The text with `hole` in the place of what is not known.
    pub(crate) fn with_holes(&self, hole: char) -> String {
        let mut whole = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text, _) => whole.push_str(text),
                Piece::Hole(..) | Piece::Number(..) => whole.push(hole),
            }
        }
        whole
    }
}

/// Part that is still to be folded.
enum Open<'t> {
    Node(Node<'t>, ScopeId, u8),
    Number(Node<'t>, ScopeId, u8),
    Text(String, Node<'t>),
}

/// Sources that folding looks up.
#[derive(Clone, Copy)]
pub(crate) struct Fold<'c, 'a, 't> {
    pub(crate) bindings: &'c Bindings<'a, 't>,
    pub(crate) cx: &'a Context<'a>,
}

impl<'t> Fold<'_, '_, 't> {
    /// Folds the expression at `site`.
    pub(crate) fn fold(&self, node: Node<'t>, scope: ScopeId) -> Folded<'t> {
        let mut out = Vec::new();
        let mut open = vec![Open::Node(node, scope, HOPS)];
        while let Some(next) = open.pop() {
            if out.len() > MOST_PIECES {
                return Folded(vec![Piece::Hole(node, scope)]);
            }
            match next {
                Open::Text(text, node) => out.push(Piece::Text(text, node)),
                Open::Node(node, scope, hops) => {
                    if !self.step(node, scope, hops, &mut open) {
                        out.push(Piece::Hole(node, scope));
                    }
                }
                Open::Number(node, scope, hops) => {
                    let (value, scope) = if hops > 0 { self.value(node, scope) } else { (node, scope) };
                    let written = match value.kind_id() {
                        kind::INTEGER => integer(self.cx.slice(&value)),
                        kind::STRING => self.literal(value).and_then(|digits| integer(&digits)),
                        _ => None,
                    };
                    match written {
                        Some(number) if hops > 0 => out.push(Piece::Text(number.to_string(), value)),
                        _ => out.push(Piece::Number(value, scope)),
                    }
                }
            }
        }
        Folded(out)
    }

    /// Takes a node apart; false if it is a hole.
    fn step(&self, node: Node<'t>, scope: ScopeId, hops: u8, open: &mut Vec<Open<'t>>) -> bool {
        match node.kind_id() {
            kind::STRING => self.string(node, scope, hops, open),
            kind::CONCATENATED_STRING => {
                let mut cursor = node.walk();
                let parts: Vec<Node> =
                    node.named_children(&mut cursor).filter(|part| part.kind_id() == kind::STRING).collect();
                open.extend(parts.into_iter().rev().map(|part| Open::Node(part, scope, hops)));
            }
            kind::PARENTHESIZED_EXPRESSION => {
                let Some(inner) = inner(node) else { return false };
                open.push(Open::Node(inner, scope, hops));
            }
            kind::INTEGER => {
                let Some(number) = integer(self.cx.slice(&node)) else { return false };
                open.push(Open::Text(number.to_string(), node));
            }
            kind::BINARY_OPERATOR => return self.binary(node, scope, hops, open),
            kind::IDENTIFIER | kind::ATTRIBUTE if hops > 0 => {
                let Some(found) = self.bindings.find(self.cx.slice(&node), scope) else { return false };
                let Some((value, scope)) = found.constant_in() else { return false };
                open.push(Open::Node(value, scope, hops - 1));
            }
            kind::CALL => return self.call(node, scope, hops, open),
            _ => return false,
        }
        true
    }

    fn string(&self, node: Node<'t>, scope: ScopeId, hops: u8, open: &mut Vec<Open<'t>>) {
        let literal = self.cx.slice(&node);
        let prefix = prefix(literal);
        let raw = prefix.bytes().any(|b| b.eq_ignore_ascii_case(&b'r'));
        let formatted = is_formatted(prefix);
        let from = open.len();
        if !formatted {
            open.push(Open::Text(unescape(content(literal), raw), node));
            return;
        }
        let mut cursor = node.walk();
        let mut any = false;
        for part in node.named_children(&mut cursor) {
            match part.kind_id() {
                kind::STRING_CONTENT => {
                    let text = self.cx.slice(&part).replace("{{", "{").replace("}}", "}");
                    open.push(Open::Text(unescape(&text, raw), node));
                }
                kind::INTERPOLATION => {
                    let expression = part.child_by_field_id(field::EXPRESSION);
                    let specifier = part.child_by_field_id(field::FORMAT_SPECIFIER);
                    let specifier = specifier.map(|node| self.cx.slice(&node));
                    match (expression, specifier) {
                        (Some(expression), None) => open.push(Open::Node(expression, scope, hops)),
                        (Some(expression), Some(specifier)) => {
                            let bare = specifier.trim_start_matches(':');
                            open.push(by_specifier(bare, expression, scope, hops));
                        }
                        (None, _) => continue,
                    }
                }
                _ => continue,
            }
            any = true;
        }
        if !any {
            open.push(Open::Text(String::new(), node));
        }
        open[from..].reverse();
    }

    fn binary(&self, node: Node<'t>, scope: ScopeId, hops: u8, open: &mut Vec<Open<'t>>) -> bool {
        let (Some(left), Some(right)) =
            (node.child_by_field_id(field::LEFT), node.child_by_field_id(field::RIGHT))
        else {
            return false;
        };
        match node.child_by_field_id(field::OPERATOR).map(|operator| operator.kind_id()) {
            Some(kind::PLUS) => {
                if self.is_number(right, scope) || self.is_number(left, scope) {
                    return false;
                }
                open.push(Open::Node(right, scope, hops));
                open.push(Open::Node(left, scope, hops));
                true
            }
            Some(kind::PERCENT) if is_string(left) => {
                let Some(template) = self.literal(left) else { return false };
                let values = if right.kind_id() == kind::TUPLE { elements(right) } else { vec![right] };
                let Some(pieces) = percent(&template) else { return false };
                self.fill(pieces, &values, left, scope, hops, open)
            }
            _ => false,
        }
    }

    /// `str(x)`, `int("1")`, and `"…".format(…)`.
    fn call(&self, node: Node<'t>, scope: ScopeId, hops: u8, open: &mut Vec<Open<'t>>) -> bool {
        let (Some(function), Some(arguments)) =
            (node.child_by_field_id(field::FUNCTION), node.child_by_field_id(field::ARGUMENTS))
        else {
            return false;
        };
        let values = elements(arguments);
        if function.kind_id() == kind::IDENTIFIER {
            return match (self.cx.slice(&function), values.as_slice()) {
                ("str", [value]) if self.bindings.find("str", scope).is_none() => {
                    open.push(Open::Node(*value, scope, hops));
                    true
                }
                ("int", [value]) if self.bindings.find("int", scope).is_none() => {
                    open.push(Open::Number(*value, scope, hops));
                    true
                }
                _ => false,
            };
        }
        let object = function.child_by_field_id(field::OBJECT).filter(|object| is_string(*object));
        let method = function.child_by_field_id(field::ATTRIBUTE).map(|name| self.cx.slice(&name));
        let (Some(object), Some("format")) = (object, method) else { return false };
        let Some(template) = self.literal(object) else { return false };
        let mut positional = Vec::new();
        let mut named = Vec::new();
        for value in values {
            match value.kind_id() {
                kind::KEYWORD_ARGUMENT => {
                    let name = value.child_by_field_id(field::NAME).map_or("", |name| self.cx.slice(&name));
                    named.extend(value.child_by_field_id(field::VALUE).map(|value| (name, value)));
                }
                kind::LIST_SPLAT | kind::DICTIONARY_SPLAT => return false,
                _ => positional.push(value),
            }
        }
        let Some(pieces) = braces(&template, &positional, &named) else { return false };
        let filled = pieces.into_iter().map(|piece| match piece {
            Template::Text(text) => Open::Text(text, object),
            Template::Value(value, specifier) if specifier.is_empty() => Open::Node(value, scope, hops),
            Template::Value(value, specifier) => by_specifier(&specifier, value, scope, hops),
        });
        let from = open.len();
        open.extend(filled);
        open[from..].reverse();
        true
    }

    fn fill(
        &self,
        pieces: Vec<Percent>,
        values: &[Node<'t>],
        template: Node<'t>,
        scope: ScopeId,
        hops: u8,
        open: &mut Vec<Open<'t>>,
    ) -> bool {
        let mut values = values.iter();
        let from = open.len();
        for piece in pieces {
            let number = match piece {
                Percent::Text(text) => {
                    open.push(Open::Text(text, template));
                    continue;
                }
                Percent::Number(plain) => Some(plain),
                Percent::Value => None,
            };
            let Some(value) = values.next() else {
                open.truncate(from);
                return false;
            };
            open.push(match number {
                Some(plain) => Open::Number(*value, scope, if plain { hops } else { 0 }),
                None => Open::Node(*value, scope, hops),
            });
        }
        open[from..].reverse();
        true
    }

    /// The value of a string without interpolations.
    pub(crate) fn literal(&self, node: Node<'t>) -> Option<String> {
        let mut open = vec![node];
        let mut whole = String::new();
        while let Some(node) = open.pop() {
            match node.kind_id() {
                kind::STRING => {
                    let literal = self.cx.slice(&node);
                    let prefix = prefix(literal);
                    if is_formatted(prefix) {
                        return None;
                    }
                    let raw = prefix.bytes().any(|b| b.eq_ignore_ascii_case(&b'r'));
                    whole.push_str(&unescape(content(literal), raw));
                }
                kind::CONCATENATED_STRING => {
                    let from = open.len();
                    open.extend(elements(node));
                    open[from..].reverse();
                }
                kind::COMMENT => {}
                _ => return None,
            }
        }
        Some(whole)
    }

    /// Whether an operand of `+` is a number, so that nothing is concatenated.
    fn is_number(&self, node: Node<'t>, scope: ScopeId) -> bool {
        let (node, _) = self.value(node, scope);
        matches!(node.kind_id(), kind::INTEGER | kind::FLOAT | kind::UNARY_OPERATOR)
    }

    /// The expression of a name that is bound once, and its scope; any other expression is itself.
    pub(crate) fn value(&self, node: Node<'t>, scope: ScopeId) -> (Node<'t>, ScopeId) {
        let (mut node, mut scope) = (node, scope);
        for _ in 0..HOPS {
            match node.kind_id() {
                kind::PARENTHESIZED_EXPRESSION => {
                    let Some(inner) = inner(node) else { break };
                    node = inner;
                }
                kind::IDENTIFIER | kind::ATTRIBUTE => {
                    let Some(found) = self.bindings.find(self.cx.slice(&node), scope) else { break };
                    let Some(constant) = found.constant_in() else { break };
                    (node, scope) = constant;
                }
                _ => break,
            }
        }
        (node, scope)
    }

    /// Whether the expression is true or false whatever happens.
    pub(crate) fn truth(&self, node: Node<'t>, scope: ScopeId) -> Option<bool> {
        let (node, _) = self.value(node, scope);
        match node.kind_id() {
            kind::TRUE => Some(true),
            kind::FALSE | kind::NONE => Some(false),
            kind::INTEGER => integer(self.cx.slice(&node)).map(|number| number != 0),
            kind::STRING => self.literal(node).map(|text| !text.is_empty()),
            kind::LIST | kind::TUPLE | kind::DICTIONARY | kind::SET => Some(!elements(node).is_empty()),
            _ => None,
        }
    }

    /// The full name of a callee, as far as imports and aliases show.
    pub(super) fn callee(&self, site: &Site<'t>) -> Option<String> {
        let function = site.node.child_by_field_id(field::FUNCTION)?;
        self.path(function, site.scope)
    }

    /// The full name of a dotted expression, `getattr(os, "system")` and `__import__("os").system` among them.
    pub(crate) fn path(&self, node: Node<'t>, scope: ScopeId) -> Option<String> {
        let mut last: Vec<String> = Vec::new();
        let mut node = node;
        for _ in 0..HOPS {
            match node.kind_id() {
                kind::ATTRIBUTE => {
                    let object = node.child_by_field_id(field::OBJECT)?;
                    if object.kind_id() != kind::CALL {
                        break;
                    }
                    last.push(self.cx.slice(&node.child_by_field_id(field::ATTRIBUTE)?).to_owned());
                    node = object;
                }
                kind::CALL => {
                    let values = elements(node.child_by_field_id(field::ARGUMENTS)?);
                    let function = self.cx.slice(&node.child_by_field_id(field::FUNCTION)?);
                    match (function, values.as_slice()) {
                        ("getattr", [object, name] | [object, name, _]) => {
                            last.push(self.literal(*name).filter(|_| is_string(*name))?);
                            node = *object;
                        }
                        ("__import__" | "importlib.import_module" | "import_module", [name]) => {
                            last.push(self.literal(*name).filter(|_| is_string(*name))?);
                            last.reverse();
                            return Some(last.join("."));
                        }
                        _ => return None,
                    }
                }
                _ => break,
            }
        }
        if !matches!(node.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
            return None;
        }
        let path = self.bindings.resolve(self.cx.slice(&node), scope, self.cx)?;
        last.push(path);
        last.reverse();
        Some(last.join("."))
    }
}

/// The named children of a node, comments left out.
pub(crate) fn elements(node: Node) -> Vec<Node> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind_id() != kind::COMMENT).collect()
}

/// Expression inside parentheses.
fn inner(node: Node) -> Option<Node> {
    elements(node).into_iter().next()
}

/// Whether a character may be part of a name.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_string(node: Node) -> bool {
    matches!(node.kind_id(), kind::STRING | kind::CONCATENATED_STRING)
}

/// The letters before the quotes of a literal.
pub(crate) fn prefix(literal: &str) -> &str {
    let len = literal.bytes().take_while(u8::is_ascii_alphabetic).take(3).count();
    literal.get(..len).unwrap_or("")
}

/// Whether a literal with this prefix has interpolations.
pub(crate) fn is_formatted(prefix: &str) -> bool {
    prefix.bytes().any(|b| matches!(b, b'f' | b'F' | b't' | b'T'))
}

/// Text between the quotes of a literal.
pub(crate) fn content(literal: &str) -> &str {
    let rest = literal.get(prefix(literal).len()..).unwrap_or("");
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote));
    let Some(quote) = quote else { return "" };
    let inner = rest.strip_prefix(quote).unwrap_or("");
    inner.strip_suffix(quote).unwrap_or(inner)
}

/// The value of an integer literal.
pub(crate) fn integer(literal: &str) -> Option<u64> {
    let digits = literal.replace('_', "");
    let (digits, radix) = match digits.get(..2) {
        Some("0x" | "0X") => (&digits[2..], 16),
        Some("0o" | "0O") => (&digits[2..], 8),
        Some("0b" | "0B") => (&digits[2..], 2),
        _ => (digits.as_str(), 10),
    };
    u64::from_str_radix(digits, radix).ok()
}

/// Text with its escape sequences replaced; rare ones stay as they are.
fn unescape(text: &str, raw: bool) -> String {
    if raw || !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('\n') => {}
            Some(c @ ('\\' | '\'' | '"')) => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

/// Part that a value in braces becomes by its specifier: a number, or an unknown text.
fn by_specifier<'t>(specifier: &str, value: Node<'t>, scope: ScopeId, hops: u8) -> Open<'t> {
    match specifier.chars().last() {
        Some('b' | 'd' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'o' | 'x' | 'X' | '%') => {
            Open::Number(value, scope, if specifier == "d" { hops } else { 0 })
        }
        _ => Open::Node(value, scope, 0),
    }
}

/// A piece of a `%` template.
enum Percent {
    Text(String),
    Value,
    /// A value that must be a number; whether it is written as it is.
    Number(bool),
}

/// Splits a `%` template; none where it is too elaborate.
fn percent(template: &str) -> Option<Vec<Percent>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut plain = true;
        let mut conversion = chars.next()?;
        while matches!(conversion, '0'..='9' | '.' | '-' | '+' | ' ' | '#') {
            plain = false;
            conversion = chars.next()?;
        }
        let piece = match conversion {
            '%' => {
                text.push('%');
                continue;
            }
            'd' | 'i' | 'u' => Percent::Number(plain),
            'x' | 'X' | 'o' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' => Percent::Number(false),
            's' | 'r' if plain => Percent::Value,
            _ => return None,
        };
        pieces.push(Percent::Text(std::mem::take(&mut text)));
        pieces.push(piece);
    }
    pieces.push(Percent::Text(text));
    Some(pieces)
}

/// A piece of a `format` template.
enum Template<'t> {
    Text(String),
    /// A value and how it is formatted.
    Value(Node<'t>, String),
}

/// Splits a `format` template; none where it is too elaborate.
fn braces<'t>(
    template: &str,
    positional: &[Node<'t>],
    named: &[(&str, Node<'t>)],
) -> Option<Vec<Template<'t>>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    let mut next = 0;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        let end = if brace == "{" { rest.find('}')? } else { return None };
        let (name, specifier) = rest[..end].split_once(':').unwrap_or((&rest[..end], ""));
        if specifier.contains('{') {
            return None;
        }
        let value = if name.is_empty() {
            next += 1;
            *positional.get(next - 1)?
        } else if let Ok(index) = name.parse::<usize>() {
            *positional.get(index)?
        } else {
            named.iter().find(|(known, _)| *known == name)?.1
        };
        pieces.push(Template::Text(std::mem::take(&mut text)));
        pieces.push(Template::Value(value, specifier.to_owned()));
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    pieces.push(Template::Text(text));
    Some(pieces)
}
