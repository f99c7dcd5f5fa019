//! The small readers under the tokenizer: words, strings, indentation, and what a line's first words say.
//! They must not keep state.

use memchr::{memchr, memchr3};

use crate::tokens::Keyword;

/// How far triple quotes are to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Triple {
    /// Up to their end.
    Trusted,
    /// Up to their end, or a line inside that starts a statement at the string's own indentation or less.
    Doubted,
}

/// Where a string ends.
pub(crate) struct StringEnd {
    /// End of its last byte.
    pub(crate) end: usize,
    /// Whether its closing quote is missing.
    pub(crate) unterminated: bool,
    /// Whether it has triple quotes.
    pub(crate) triple: bool,
}

/// Whether a byte can be part of a name.
pub(crate) fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// End of the word at `start`.
pub(crate) fn word_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len())
}

/// The word at `start`; empty if there is none.
fn word(text: &str, start: usize) -> &str {
    text.get(start..word_end(text.as_bytes(), start)).unwrap_or("")
}

/// The end of the physical line around `start`, before its line feed.
pub(crate) fn line_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Width of the blanks at `start`, and where they end. A tab goes to the next multiple of 8, a form feed to 0.
pub(crate) fn indentation(bytes: &[u8], mut start: usize) -> (u32, usize) {
    let mut column = 0;
    loop {
        match bytes.get(start) {
            Some(b' ') => column += 1,
            Some(b'\t') => column = (column / 8 + 1) * 8,
            Some(b'\x0c') => column = 0,
            _ => return (column, start),
        }
        start += 1;
    }
}

/// Whether a line that starts at `at` was left by a merge.
pub(crate) fn is_marker(bytes: &[u8], at: usize) -> bool {
    let Some(&first) = bytes.get(at).filter(|byte| matches!(byte, b'<' | b'=' | b'>' | b'|')) else {
        return false;
    };
    if at > 0 && bytes[at - 1] != b'\n' {
        return false;
    }
    let rest = &bytes[at..];
    rest.len() >= 7
        && rest[..7].iter().all(|&byte| byte == first)
        && matches!(rest.get(7), None | Some(b' ' | b'\n' | b'\r' | b'\t'))
}

/// Whether these bytes may precede a quote.
pub(crate) fn is_prefix(word: &[u8]) -> bool {
    word.len() <= 2 && word.iter().all(|b| matches!(b.to_ascii_lowercase(), b'r' | b'b' | b'u' | b'f' | b't'))
}

/// The keyword of a line's first word, and whether it is a soft one (`match`, `case`).
pub(crate) fn keyword_at(text: &str, start: usize) -> (Keyword, bool) {
    let mut first = word(text, start);
    if first == "async" {
        let rest = text.get(start + 5..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        first = word(text, start + 5 + blanks);
    }
    let keyword = match first {
        "def" => Keyword::Def,
        "class" => Keyword::Class,
        "if" => Keyword::If,
        "elif" => Keyword::Elif,
        "else" => Keyword::Else,
        "for" => Keyword::For,
        "while" => Keyword::While,
        "with" => Keyword::With,
        "try" => Keyword::Try,
        "except" => Keyword::Except,
        "finally" => Keyword::Finally,
        "match" => Keyword::Match,
        "case" => Keyword::Case,
        "" if text.as_bytes().get(start) == Some(&b'@') => Keyword::Decorator,
        _ => Keyword::None,
    };
    if !matches!(keyword, Keyword::Match | Keyword::Case) {
        return (keyword, false);
    }
    let rest = text.get(start + first.len()..).unwrap_or("").trim_start_matches([' ', '\t']);
    let is_attribute = rest.starts_with('.') && !rest.starts_with("...");
    let is_name = is_attribute || rest.starts_with([':', '=', ',', ';', ')', '\n', '\r']) || rest.is_empty();
    if is_name { (Keyword::None, false) } else { (keyword, true) }
}

/// Where the string whose prefix or quote is at `start` ends, in a logical line indented by `column`.
pub(crate) fn string_end(text: &str, start: usize, column: u32, triple: Triple) -> StringEnd {
    let bytes = text.as_bytes();
    let open = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let Some(&quote) = bytes.get(open) else {
        return StringEnd { end: bytes.len(), unterminated: true, triple: false };
    };
    if bytes.get(open + 1) == Some(&quote) && bytes.get(open + 2) == Some(&quote) {
        return triple_end(text, open + 3, quote, column, triple);
    }
    let formatted = bytes[start..open].iter().any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'));
    if formatted && let Some(end) = formatted_end(bytes, open + 1, quote) {
        return StringEnd { end, unterminated: false, triple: false };
    }
    let mut at = open + 1;
    while let Some(found) = memchr3(quote, b'\\', b'\n', bytes.get(at..).unwrap_or_default()) {
        at += found;
        match bytes[at] {
            b'\\' if bytes.get(at + 1) == Some(&b'\r') && bytes.get(at + 2) == Some(&b'\n') => at += 3,
            b'\\' => at += 2,
            b'\n' => return StringEnd { end: at, unterminated: true, triple: false },
            _ => return StringEnd { end: at + 1, unterminated: false, triple: false },
        }
    }
    StringEnd { end: bytes.len(), unterminated: true, triple: false }
}

/// The end of a formatted string in single quotes, whose fields may hold the same quote, and line breaks (since 3.12); none
/// where it does not end, as far as is looked.
fn formatted_end(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    let seen = bytes.get(..at + LONGEST_FORMATTED).unwrap_or(bytes);
    // The quotes of the strings that are open, with the number of brackets inside their current field.
    let mut open = vec![(quote, 0_u32)];
    let mut lines = 0;
    while let Some((quote, fields)) = open.last_mut() {
        match *seen.get(at)? {
            b'\n' if *fields == 0 || lines == LONGEST_FIELD || statement_follows(bytes, at + 1) => {
                return None;
            }
            b'\n' => lines += 1,
            b'\\' => at += 1,
            byte if byte == *quote && *fields == 0 => {
                open.pop();
            }
            b'{' if *fields == 0 && bytes.get(at + 1) == Some(&b'{') => at += 1,
            b'{' => *fields += 1,
            b'}' if *fields > 0 => *fields -= 1,
            byte @ (b'"' | b'\'') if *fields > 0 => open.push((byte, 0)),
            _ => {}
        }
        at += 1;
    }
    Some(at)
}

/// Whether the line that starts at `start` begins a statement, into which no string in single quotes reaches.
fn statement_follows(bytes: &[u8], start: usize) -> bool {
    let (_, first) = indentation(bytes, start);
    let line = bytes.get(first..line_end(bytes, first)).unwrap_or_default();
    str::from_utf8(line).is_ok_and(|line| starts_statement(line, 0, false))
}

/// The end of a triple-quoted string whose content starts at `start`.
fn triple_end(text: &str, start: usize, quote: u8, column: u32, triple: Triple) -> StringEnd {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(found) = memchr3(quote, b'\\', b'\n', bytes.get(at..).unwrap_or_default()) {
        at += found;
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => {
                at += 1;
                if triple == Triple::Doubted {
                    let (found, first) = indentation(bytes, at);
                    if found <= column && starts_statement(text, first, false) {
                        return StringEnd { end: at - 1, unterminated: true, triple: true };
                    }
                }
            }
            _ if bytes[at..].starts_with(&[quote; 3]) => {
                return StringEnd { end: at + 3, unterminated: false, triple: true };
            }
            _ => at += 1,
        }
    }
    StringEnd { end: bytes.len(), unterminated: true, triple: true }
}

/// Bytes of a formatted string in single quotes in which its own quote is looked for in fields: each string of a line may reach
/// to its end.
const LONGEST_FORMATTED: usize = 512;

/// Line breaks in the fields of a formatted string in single quotes that are believed.
const LONGEST_FIELD: u32 = 20;

/// Bytes of a line that decide whether it starts a statement.
const LONGEST_HEADER: usize = 400;

/// The rest of the physical line at `start`, without a trailing comment.
fn rest_of_line(text: &str, start: usize) -> &str {
    // The deciding part is near the start; a bound keeps lines of megabytes cheap.
    let end = line_end(text.as_bytes(), start).min(start + LONGEST_HEADER);
    let line = text.as_bytes().get(start..end).map_or("", |line| str::from_utf8(line).unwrap_or(""));
    line.split(" #").next().unwrap_or("").trim_end()
}

/// Whether the words at `start` begin a statement wherever they occur: no expression goes on with them.
/// `in_brace`: inside a dictionary, where a line may end with a colon.
pub(crate) fn starts_statement(text: &str, start: usize, in_brace: bool) -> bool {
    let first = word(text, start);
    if first.is_empty() || first.len() > 8 {
        return false;
    }
    let after = start + first.len();
    let next = text.as_bytes().get(after).copied().unwrap_or(b'\n');
    if matches!(next, b'=' | b'.' | b',' | b'"' | b'\'') {
        return false;
    }
    match first {
        "def" | "class" | "import" => {
            let rest = text.get(after..).unwrap_or("");
            let name = rest.trim_start_matches([' ', '\t']);
            name.len() < rest.len() && name.starts_with(|c: char| c == '_' || c.is_alphabetic())
        }
        "from" => {
            let rest = rest_of_line(text, after).trim_start();
            let module_end = rest.find([' ', '\t']).unwrap_or(rest.len());
            rest[module_end..].trim_start().starts_with("import")
        }
        "except" => rest_of_line(text, after).contains(':') || matches!(next, b' ' | b':' | b'*' | b'('),
        "try" | "finally" | "else" => rest_of_line(text, after).trim_start().starts_with(':'),
        "return" | "raise" | "del" | "global" | "nonlocal" | "assert" => true,
        "pass" | "break" | "continue" => matches!(next, b' ' | b'\t' | b'\r' | b'\n' | b'#' | b';'),
        "while" | "with" | "elif" => true,
        "if" | "for" => !in_brace && ends_header(text, after),
        "async" => {
            let rest = rest_of_line(text, after).trim_start();
            rest.starts_with("def ")
                || ((rest.starts_with("with ") || rest.starts_with("for ")) && ends_header(text, after))
        }
        _ => false,
    }
}

/// Whether the physical line around `start`, where something after its first word begins, ends with the colon of a header:
/// not with one after brackets which were opened before (`if any(x⏎ for x in y):`), in brackets, or in an expression.
fn ends_header(text: &str, start: usize) -> bool {
    let end = line_end(text.as_bytes(), start);
    if end - start > LONGEST_HEADER {
        return false;
    }
    let text = text.get(..end).unwrap_or(text);
    let bytes = text.as_bytes();
    let (mut depth, mut lambdas, mut choices) = (0_u32, 0_u32, 0_u32);
    let mut ends = false;
    let mut at = start;
    while at < end {
        let token = at;
        at += 1;
        match bytes[token] {
            b' ' | b'\t' | b'\r' | b'\x0c' => continue,
            b'#' => break,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return false,
            },
            b'"' | b'\'' => at = string_end(text, token, 0, Triple::Trusted).end.max(at),
            b':' if depth == 0 && bytes.get(at) != Some(&b'=') => {
                ends = lambdas == 0;
                lambdas = lambdas.saturating_sub(1);
                continue;
            }
            byte if is_word(byte) => {
                at = word_end(bytes, token);
                let word = &bytes[token..at];
                if matches!(bytes.get(at), Some(b'"' | b'\'')) && is_prefix(word) {
                    at = string_end(text, token, 0, Triple::Trusted).end.max(at);
                } else if depth == 0 {
                    match word {
                        b"lambda" => lambdas += 1,
                        b"if" => choices += 1,
                        // The condition began before this line did: `x[a⏎ if b else c:]`.
                        b"else" if choices == 0 => return false,
                        b"else" => choices -= 1,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        ends = false;
    }
    ends
}

/// Whether the words at `start` may begin a statement, if an expression is not expected there.
pub(crate) fn looks_like_statement(text: &str, start: usize) -> bool {
    let bytes = text.as_bytes();
    match bytes.get(start) {
        Some(b'@') => return bytes.get(start + 1).is_some_and(|&byte| is_word(byte)),
        Some(&byte) if is_word(byte) && !byte.is_ascii_digit() => {}
        _ => return false,
    }
    let first = word(text, start);
    if matches!(first, "and" | "or" | "in" | "is" | "not" | "else" | "lambda" | "None" | "True" | "False") {
        return false;
    }
    let rest = rest_of_line(text, start + first.len()).trim_start();
    !(rest.is_empty() || rest.starts_with([',', ')', ']', '}', '"', '\'']))
}

/// Where the logical line at the start of `text` ends: the first line break outside brackets and strings that no
/// backslash hides; the text's length if there is none.
#[must_use]
pub fn logical_line_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_u32, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' => {
                let word = bytes[..at].iter().rev().take(3).take_while(|&&byte| is_word(byte)).count();
                let start = if word <= 2 { at - word } else { at };
                at = string_end(text, start, 0, Triple::Trusted).end.max(at + 1);
                continue;
            }
            b'#' => {
                at = line_end(bytes, at);
                continue;
            }
            b'\n' if depth == 0 => return at,
            b'\\' if bytes.get(at + 1) == Some(&b'\r') => at += 2,
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// A statement's text on one line, byte for byte of the same length: comments and line breaks inside brackets
/// become blanks.
#[must_use]
pub fn joined(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut depth = 0_u32;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' => {
                let word = bytes[..at].iter().rev().take(3).take_while(|&&byte| is_word(byte)).count();
                let start = if word <= 2 { at - word } else { at };
                at = string_end(text, start, 0, Triple::Trusted).end.max(at + 1);
                continue;
            }
            b'#' => {
                let end = line_end(&bytes, at);
                bytes[at..end].fill(b' ');
            }
            b'\n' | b'\r' if depth > 0 => bytes[at] = b' ',
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => bytes[at..at + 2].fill(b' '),
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(bytes).unwrap_or_default()
}
