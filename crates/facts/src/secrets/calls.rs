//! Calls that take credentials by position, look them up with a default, or wrap them.
//! It must not know assignments, nor judge values.

use super::beside;
use super::binding::{Bound, give, right_side};
use super::literal::{Literal, byte_at, dotted_end, is_word, literal_at, skip_blanks, skip_white, word_end};
use super::names::{Class, class};

/// How far the arguments of a call are read, in bytes and in number.
const LONGEST: usize = 600;
const MOST: usize = 12;

/// Functions whose second argument is the default of what the first names.
const LOOKUPS: [&str; 16] = [
    "getenv",
    "get",
    "pop",
    "setdefault",
    "config",
    "env",
    "getattr",
    "setattr",
    "setenv",
    "get_env",
    "getpass",
    "env_var",
    "set",
    "get_secret",
    "get_config",
    "putenv",
];
/// Functions whose argument `default` is the value of what the first names.
const DECLARATIONS: [&str; 7] =
    ["add_argument", "option", "Option", "argument", "Argument", "add_option", "define"];
/// Functions whose only literal is the value itself.
const WRAPPERS: [&str; 14] = [
    "SecretStr",
    "SecretBytes",
    "Secret",
    "Field",
    "str",
    "bytes",
    "quote",
    "quote_plus",
    "encode",
    "field",
    "Config",
    "Param",
    "bytearray",
    "literal",
];

/// The argument of a call.
struct Argument<'a> {
    /// The keyword; empty for a positional one.
    keyword: &'a str,
    /// Where its value begins.
    at: usize,
    literal: Option<Literal>,
}

/// The arguments of the call whose opening parenthesis ends at `at`, and the end of its closing one, as far as they are read.
fn arguments(text: &str, at: usize) -> (Vec<Argument<'_>>, Option<usize>) {
    let mut found = Vec::new();
    let mut at = skip_white(text, at);
    let limit = at + LONGEST;
    while found.len() < MOST && at < limit {
        if byte_at(text, at) == b')' {
            return (found, Some(at + 1));
        }
        let word = word_end(text, at);
        let behind = skip_blanks(text, word);
        let is_keyword = word > at && byte_at(text, behind) == b'=' && byte_at(text, behind + 1) != b'=';
        let keyword = if is_keyword { text.get(at..word).unwrap_or("") } else { "" };
        if is_keyword {
            at = skip_white(text, behind + 1);
        }
        let literal = literal_at(text, at);
        found.push(Argument { keyword, at, literal });
        let from = literal.map_or(at, |literal| literal.whole.1);
        let Some(end) = argument_end(text, from, limit) else { return (found, None) };
        if byte_at(text, end) != b',' {
            return (found, Some(end + 1));
        }
        if let (true, Some(last)) = (skip_white(text, from) != end, found.last_mut()) {
            last.literal = None;
        }
        at = skip_white(text, end + 1);
    }
    (found, None)
}

/// The comma or closing bracket after an argument.
fn argument_end(text: &str, mut at: usize, limit: usize) -> Option<usize> {
    let mut depth = 0_u32;
    while at < limit {
        match byte_at(text, at) {
            0 => return None,
            b'"' | b'\'' => {
                at = literal_at(text, at)?.whole.1;
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => return Some(at),
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The last part of the name of the function whose opening parenthesis is the last character in front of `at`.
fn callee(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?.trim_end().strip_suffix('(')?;
    let start = before.len() - before.bytes().rev().take_while(|&byte| is_word(byte)).count();
    before.get(start..)
}

/// The same where an argument is between the parenthesis and `at`, which a comma parts from what follows.
fn callee_before_argument(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?.trim_end().strip_suffix(',')?.trim_end();
    let dotted = before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let open = match before.bytes().last()? {
        quote @ (b'"' | b'\'') => before.get(..before.len() - 1)?.rfind(char::from(quote))?,
        _ => dotted.len(),
    };
    callee(text, open)
}

/// The value after a key in parentheses, the first argument or the second; `at` is after the comma, `open` the key's
/// quote.
pub(super) fn behind_key_argument<'a>(
    text: &'a str,
    open: usize,
    at: usize,
    bound: Bound<'a>,
    add: &mut dyn FnMut(Bound<'a>),
) {
    let (name, first) = match callee(text, open) {
        Some(name) => (name, true),
        None => (callee_before_argument(text, open).unwrap_or(""), false),
    };
    // `getattr(object, "password", "value")`, `config.get("section", "password", fallback="value")`
    let by_object = matches!(name, "getattr" | "setattr");
    if !first && !by_object && name != "get" || first && by_object {
        return;
    }
    if name.is_empty() {
        // A pair: `("password", "value")`.
        if let Some(literal) = literal_at(text, skip_white(text, at))
            && byte_at(text, skip_blanks(text, literal.whole.1)) == b')'
        {
            give(text, literal, Bound { loose: true, ..bound }, add);
        }
        return;
    }
    let (arguments, _) = arguments(text, at);
    let stores = matches!(name, "setdefault" | "setattr" | "setenv" | "set" | "putenv");
    let bound = Bound { fallback: !stores, ..bound };
    let default = arguments.iter().find(|argument| matches!(argument.keyword, "default" | "fallback"));
    let second = arguments.first().filter(|argument| argument.keyword.is_empty() && (first || by_object));
    let lookup = LOOKUPS.contains(&name);
    if !lookup && !DECLARATIONS.contains(&name) {
        return;
    }
    if let Some(literal) = default.or(second.filter(|_| lookup)).and_then(|argument| argument.literal) {
        give(text, literal, bound, add);
    }
}

/// Adds the values that a call of `function` gives a name; arguments begin at `at`. Returns the end of the call.
pub(super) fn wrapped<'a>(
    text: &'a str,
    function: &str,
    at: usize,
    bound: Bound<'a>,
    add: &mut dyn FnMut(Bound<'a>),
) -> Option<usize> {
    let name = function.rsplit('.').next().unwrap_or(function);
    let (arguments, end) = arguments(text, at);
    if LOOKUPS.contains(&name) {
        let default = arguments.iter().find(|argument| matches!(argument.keyword, "default" | "fallback"));
        let place = if matches!(name, "getattr" | "setattr") { 2 } else { 1 };
        // `config.get("section", "option")` names what is looked up.
        let first = arguments.first().and_then(|first| first.literal);
        let first = first.and_then(|literal| text.get(literal.value.0..literal.value.1));
        let section =
            name == "get" && !function.contains("environ") && first.is_some_and(|key| class(key).is_none());
        let second = arguments.get(place).filter(|second| second.keyword.is_empty() && !section);
        if let Some(literal) = default.or(second).and_then(|argument| argument.literal) {
            give(text, literal, Bound { fallback: name != "setattr", ..bound }, add);
        }
    } else if WRAPPERS.contains(&name) && !(name == "encode" && function.contains('.')) {
        let chosen = |argument: &&Argument| matches!(argument.keyword, "" | "default" | "value");
        if let Some(argument) = arguments.iter().find(chosen) {
            match argument.literal {
                Some(literal) => give(text, literal, bound, add),
                // One wrapper in another, and no deeper.
                None if dotted_end(text, argument.at) > argument.at && bound.value == (0, 0) => {
                    right_side(text, argument.at, Bound { value: (1, 1), ..bound }, add);
                }
                None => {}
            }
        }
    }
    end
}

/// The last literal among the arguments of a function that is named for a credential: `set_password("value")`.
pub(super) fn last_argument<'a>(text: &'a str, at: usize, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    let name = bound.name;
    let takes = ["set", "check", "make", "change", "update", "verify", "hash", "encrypt"];
    if !takes.iter().any(|verb| name.starts_with(verb)) {
        return;
    }
    let (arguments, _) = arguments(text, at);
    let positional = arguments.iter().filter(|argument| argument.keyword.is_empty());
    if let Some(literal) = positional.filter_map(|argument| argument.literal).next_back() {
        give(text, literal, bound, add);
    }
}

/// Credentials by position: `login("user", "password")`, `connect(host, "user", "password")`, `auth=("user", "password")`.
pub(super) fn positional<'a>(text: &'a str, hit: usize, behind: usize, add: &mut dyn FnMut(Bound<'a>)) {
    let start =
        hit - text.as_bytes().get(..hit).unwrap_or(&[]).iter().rev().take_while(|&&b| is_word(b)).count();
    let before = text.get(..start).unwrap_or("");
    if before.ends_with("def ") || before.ends_with("class ") {
        return;
    }
    let (arguments, end) = arguments(text, behind);
    let all_positional: Vec<&Argument> =
        arguments.iter().filter(|argument| argument.keyword.is_empty()).collect();
    if end.is_none() || all_positional.len() < 2 || all_positional.len() > 6 {
        return;
    }
    // The user in front of it must be a literal or a name for one.
    let Some(last) = all_positional.last() else { return };
    let Some(literal) = last.literal else { return };
    let value = text.get(literal.value.0..literal.value.1).unwrap_or("");
    let connects = text.get(hit..behind) == Some("connect(");
    let wireless = connects && is_wireless(before);
    let user = all_positional.iter().rev().nth(1).and_then(|user| user.literal);
    let user = user.and_then(|user| text.get(user.value.0..user.value.1)).unwrap_or("");
    let expected = beside::is_someone(user) && class(user).is_none();
    // `login("bob", "password")` tells the password; `login("name_field", "password_field")` and `connect("x", "y", "token")` name what holds it.
    let names = class(value) == Some(Class::Password) && !value.contains(['_', '-', '.']) && !connects;
    if connects && (all_positional.len() < 3 && !wireless || value.contains(['.', '/']))
        || class(value).is_some() && !(names && expected && !user.contains(['_', '-']))
    {
        return;
    }
    give(text, literal, Bound { class: Class::Password, expected, ..Bound::default() }, add);
}

/// Whether the object of a method is a radio, which takes a network's name and its password.
fn is_wireless(before: &str) -> bool {
    let receiver = before.strip_suffix('.').unwrap_or("");
    let start = receiver.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    let receiver = receiver.get(start..).unwrap_or("").to_lowercase();
    ["wlan", "wifi", "sta_if", "radio"].iter().any(|name| receiver.contains(name))
}
