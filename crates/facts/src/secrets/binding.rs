//! From a name to the values that Python code binds to it: assignments of every form, dictionary entries, keywords,
//! defaults, comparisons, and the defaults of look-ups. It must not judge values.

use super::beside;
use super::calls;
use super::literal::{
    Literal, byte_at, dotted_end, is_word, literal_at, skip_blanks, skip_layout, skip_white, word_end,
};
use super::names::{Class, class};

/// A value and the name that it is bound to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bound<'a> {
    /// The name; empty where the position alone decides.
    pub(super) name: &'a str,
    /// Where the name begins.
    pub(super) at: usize,
    /// The value, without quotes.
    pub(super) value: (usize, usize),
    /// The literal, where replacing it replaces the value.
    pub(super) literal: Option<(usize, usize)>,
    /// Whether that is bytes.
    pub(super) bytes: bool,
    /// Whether several literals form it.
    pub(super) joined: bool,
    /// Class that the name promises.
    pub(super) class: Class,
    /// Whether it is the default of a look-up.
    pub(super) fallback: bool,
    /// Whether the form binds only in the text of other formats: `name: "value"`.
    pub(super) prose: bool,
    /// Whether the form is so loose that only what looks random counts.
    pub(super) loose: bool,
    /// Whether something is compared with it.
    pub(super) compared: bool,
    /// Whether it is given with a user, so that a mere word may be a password.
    pub(super) expected: bool,
    /// Whether it is a setting in a text of another format: a connection string.
    pub(super) setting: bool,
}

/// A name in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether quotes enclose it, so that it is a key.
    pub(super) quoted: bool,
}

/// The name around a hit of the automaton.
pub(super) fn name_at(text: &str, hit_start: usize, hit_end: usize) -> Name {
    let bytes = text.as_bytes();
    let back = |from: usize, belongs: fn(u8) -> bool| {
        from - bytes.get(..from).unwrap_or(&[]).iter().rev().take_while(|&&byte| belongs(byte)).count()
    };
    let in_key = |byte: u8| is_word(byte) || matches!(byte, b'-' | b'.');
    let start = back(hit_start, is_word);
    let end = word_end(text, hit_end).max(hit_end.min(text.len()));
    let key_start = back(hit_start, in_key);
    let mut key_end = end;
    while in_key(byte_at(text, key_end)) {
        key_end += 1;
    }
    let quote = key_start.checked_sub(1).map_or(0, |before| byte_at(text, before));
    if matches!(quote, b'"' | b'\'') && byte_at(text, key_end) == quote {
        return Name { start: key_start, end: key_end, quoted: true };
    }
    Name { start, end: word_end(text, end), quoted: false }
}

/// Finds the values of a name, if that is a credential's.
pub(super) fn values_of<'a>(text: &'a str, name: &Name, add: &mut dyn FnMut(Bound<'a>)) {
    let Some(spelled) = text.get(name.start..name.end) else { return };
    let Some(class) = class(spelled) else {
        return;
    };
    let bound = Bound { name: spelled, at: name.start, class, ..Bound::default() };
    if name.quoted {
        behind_key(text, name, bound, add);
    } else {
        behind_name(text, name, bound, add);
    }
}

/// Reads the text after a quoted key.
fn behind_key<'a>(text: &'a str, name: &Name, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    let open = name.start - 1;
    let after = skip_white(text, name.end + 1);
    match byte_at(text, after) {
        b':' if byte_at(text, after + 1) != b'=' => right_side(text, skip_white(text, after + 1), bound, add),
        b']' => {
            let next = skip_blanks(text, after + 1);
            subscript(text, next, bound, add);
        }
        b',' => calls::behind_key_argument(text, open, after + 1, bound, add),
        _ => {}
    }
}

/// `= value`, `== value`, `: str = value` after `x["key"]`.
fn subscript<'a>(text: &'a str, at: usize, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    match (byte_at(text, at), byte_at(text, at + 1)) {
        (b'=' | b'!', b'=') => compared(text, at + 2, bound, add),
        (b'=', _) => right_side(text, at + 1, bound, add),
        _ => {}
    }
}

/// Reads the text after a bare name.
fn behind_name<'a>(text: &'a str, name: &Name, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    let at = skip_blanks(text, name.end);
    match (byte_at(text, at), byte_at(text, at + 1)) {
        (b'=' | b'!', b'=') => compared(text, at + 2, bound, add),
        (b'=', _) => {
            if let Some(found) = beside::setting(text, name.start, at + 1) {
                let bound = Bound { value: found.value, expected: found.user, setting: true, ..bound };
                return add(bound);
            }
            let line = text.get(..name.start).unwrap_or("");
            let line = line.rfind('\n').map_or(line, |start| &line[start + 1..]);
            match unpacked(line) {
                Some(index) => element(text, at + 1, index, bound, add),
                None => right_side(text, at + 1, bound, add),
            }
        }
        (b':', b'=') => right_side(text, at + 2, bound, add),
        (b':', _) => {
            if let Some(value) = behind_annotation(text, at + 1) {
                right_side(text, value, bound, add);
            } else if let Some(literal) = literal_at(text, skip_blanks(text, at + 1)) {
                give(text, literal, Bound { prose: true, ..bound }, add);
            }
        }
        (b',', _) => {
            let line_start =
                text.get(..name.start).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
            let names = text.get(line_start..name.start).unwrap_or("");
            let more = text.get(at..).unwrap_or("");
            let more = more.get(..more.find(['=', '\n']).unwrap_or(0)).unwrap_or("");
            let target = |part: &str| part.bytes().all(|byte| is_word(byte) || b" ,.\t".contains(&byte));
            if target(names) && target(more) && !more.is_empty() && byte_at(text, at + more.len() + 1) != b'='
            {
                let index = names.matches(',').count();
                element(text, at + more.len() + 1, index, bound, add);
            }
        }
        (b'(', _) => calls::last_argument(text, at + 1, bound, add),
        _ => {}
    }
    reversed(text, name, bound, add);
}

/// Number of targets in front of the last one on a line that unpacks; none if it does not.
fn unpacked(line: &str) -> Option<usize> {
    let targets = line.bytes().all(|byte| is_word(byte) || b" ,.\t".contains(&byte));
    (targets && line.contains(',') && !line.trim_start().is_empty() && !line.starts_with("    ,"))
        .then(|| line.matches(',').count())
}

/// The element with this index of a tuple of literals that begins at `at`; a keyword's value where it is none.
fn element<'a>(text: &'a str, at: usize, index: usize, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    let mut at = skip_layout(text, at);
    for passed in 0..=index {
        let Some(literal) = literal_at(text, at) else {
            return;
        };
        let after = skip_blanks(text, literal.whole.1);
        if passed == index {
            return give(text, literal, bound, add);
        }
        if byte_at(text, after) != b',' {
            // `f(a, password="x")`: the commas part arguments.
            if passed == 0 {
                give(text, literal, bound, add);
            }
            return;
        }
        at = skip_white(text, after + 1);
    }
}

/// Behind the `=` of an annotated target whose annotation begins at `at`.
fn behind_annotation(text: &str, at: usize) -> Option<usize> {
    const LONGEST: usize = 120;
    let mut depth = 0_i32;
    for (offset, byte) in text.as_bytes().get(at..)?.iter().take(LONGEST).enumerate() {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' if depth > 0 => depth -= 1,
            b'=' if depth == 0 => {
                let behind = at + offset + 1;
                return (offset > 0 && byte_at(text, behind) != b'=').then_some(behind);
            }
            b',' | b'\n' if depth > 0 => {}
            b',' | b'\n' | b'#' | b')' | b']' | b'}' | b'{' | b':' => return None,
            _ => {}
        }
    }
    None
}

/// Adds the literal that a name is compared with.
fn compared<'a>(text: &'a str, at: usize, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    if let Some(literal) = literal_at(text, skip_layout(text, at)) {
        give(text, literal, Bound { compared: true, ..bound }, add);
    }
}

/// `"value" == name`
fn reversed<'a>(text: &'a str, name: &Name, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    let before = text.get(..name.start).unwrap_or("");
    let dotted = before.trim_end_matches(|c: char| c == '.' || c == '_' || c.is_alphanumeric());
    let Some(left) = dotted.trim_end().strip_suffix("==").or_else(|| dotted.trim_end().strip_suffix("!="))
    else {
        return;
    };
    let left = left.trim_end();
    let line = left.rfind('\n').map_or(0, |line| line + 1);
    let Some(quote) = left.bytes().last().filter(|byte| matches!(byte, b'"' | b'\'')) else { return };
    let inside = left.get(line..left.len() - 1).unwrap_or("");
    let Some(open) = inside.rfind(char::from(quote)) else { return };
    if let Some(literal) = literal_at(text, line + open)
        && literal.whole.1 == left.len()
    {
        let (value, whole) = (literal.value, Some(literal.whole));
        add(Bound { value, literal: whole, bytes: literal.bytes, compared: true, ..bound });
    }
}

/// The right side of an assignment, a keyword or an entry: a literal, a call that wraps or looks up one, `x or "value"`.
pub(super) fn right_side<'a>(text: &'a str, at: usize, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    let at = skip_layout(text, at);
    if let Some(literal) = literal_at(text, at) {
        return give(text, literal, bound, add);
    }
    let mut end = dotted_end(text, at);
    if end == at {
        return;
    }
    let spelled = text.get(at..end).unwrap_or("");
    match byte_at(text, end) {
        b'(' => {
            if let Some(value) = calls::wrapped(text, spelled, end + 1, bound, add) {
                end = value;
            } else {
                return;
            }
        }
        b'"' | b'\'' | b'\\' => return,
        _ => loose(text, at, bound, add),
    }
    // `config.password or "value"`
    let rest = text.get(end..).unwrap_or("");
    let trimmed = rest.trim_start_matches([' ', '\t']);
    if let Some(behind) = trimmed.strip_prefix("or ") {
        let start = end + rest.len() - behind.len();
        if let Some(literal) = literal_at(text, skip_layout(text, start)) {
            give(text, literal, Bound { fallback: true, ..bound }, add);
        }
    }
}

/// `password=value` inside a longer string: a connection string or a command line. Its place is checked later:
/// in code a bare word is a name.
fn loose<'a>(text: &'a str, at: usize, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    let rest = text.get(at..).unwrap_or("");
    let end = rest.find(|c: char| c.is_whitespace() || "\"'`&;,()[]{}<>\\".contains(c)).unwrap_or(rest.len());
    let called = matches!(rest.as_bytes().get(end), Some(b'(' | b'[' | b'{' | b','));
    if end > 0 && end <= 200 && !called && !rest.get(..end).is_some_and(|value| value.contains('.')) {
        add(Bound { value: (at, at + end), literal: None, loose: true, ..bound });
    }
}

/// Adds a literal, unless it is only a part of what is bound.
pub(super) fn give<'a>(text: &'a str, literal: Literal, bound: Bound<'a>, add: &mut dyn FnMut(Bound<'a>)) {
    let after = skip_blanks(text, literal.whole.1);
    let rest = text.get(after..).unwrap_or("");
    let part = rest.starts_with(['%', '+', '[', '*'])
        || rest.starts_with("==")
        || rest.starts_with("in ")
        || rest.starts_with(".format(")
        || rest.starts_with(".join(")
        || rest.starts_with(".replace(")
        || rest.starts_with(".split(")
        || rest.starts_with(".format_map(");
    if part {
        return;
    }
    let whole = literal.single.then_some(literal.whole);
    add(Bound {
        value: literal.value,
        literal: whole,
        bytes: literal.bytes,
        joined: literal.joined,
        ..bound
    });
}
