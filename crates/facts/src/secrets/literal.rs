//! String literals and blanks, read forward from an offset of a Python text. It must not know what they are bound to.

/// A string literal; several that Python joins, with or without `+`, as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Literal {
    /// Prefix and quotes included.
    pub(super) whole: (usize, usize),
    /// From the first opening quote's end to the last closing quote.
    pub(super) value: (usize, usize),
    /// Whether it is bytes.
    pub(super) bytes: bool,
    /// Whether it is one string on one line, so that its text is its value.
    pub(super) single: bool,
    /// Whether it is several.
    pub(super) joined: bool,
}

/// How far from a name its value may be, in bytes.
const FARTHEST: usize = 400;

pub(super) fn byte_at(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Behind blanks of one line.
pub(super) fn skip_blanks(text: &str, mut at: usize) -> usize {
    while matches!(byte_at(text, at), b' ' | b'\t') {
        at += 1;
    }
    at
}

/// Behind blanks, line breaks, comments, continuations and opening parentheses.
pub(super) fn skip_layout(text: &str, mut at: usize) -> usize {
    let end = at + FARTHEST;
    let mut open = false;
    while at < end {
        match byte_at(text, at) {
            b' ' | b'\t' => at += 1,
            b'(' => {
                open = true;
                at += 1;
            }
            b'\\' if matches!(byte_at(text, at + 1), b'\n' | b'\r') => at += 2,
            b'\n' | b'\r' if open => at += 1,
            b'#' if open => {
                at = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |line| at + line)
            }
            _ => break,
        }
    }
    at
}

/// Behind blanks and line breaks: between the arguments of a call.
pub(super) fn skip_white(text: &str, mut at: usize) -> usize {
    let end = at + FARTHEST;
    while at < end && byte_at(text, at).is_ascii_whitespace() {
        at += 1;
    }
    at
}

/// Behind the word that begins at `at`.
pub(super) fn word_end(text: &str, mut at: usize) -> usize {
    while is_word(byte_at(text, at)) {
        at += 1;
    }
    at
}

/// Behind a dotted name that begins at `at`; `at` itself if there is none.
pub(super) fn dotted_end(text: &str, at: usize) -> usize {
    let mut end = word_end(text, at);
    while end > at && byte_at(text, end) == b'.' && is_word(byte_at(text, end + 1)) {
        end = word_end(text, end + 1);
    }
    end
}

/// The literal that begins at `at`; none if nothing does, or it is interpolated.
pub(super) fn literal_at(text: &str, at: usize) -> Option<Literal> {
    let mut literal = one(text, at)?;
    for _ in 0..MOST_PIECES {
        let Some(more) = next_piece(text, literal.whole.1).and_then(|next| one(text, next)) else { break };
        literal.whole.1 = more.whole.1;
        literal.value.1 = more.value.1;
        (literal.single, literal.joined) = (false, true);
    }
    Some(literal)
}

/// How many literals are joined at most.
pub(super) const MOST_PIECES: usize = 16;

/// Where the literal may begin that Python joins to the one that ends at `behind`: after blanks and one `+`; on the
/// next line only inside brackets, which an indented quote there shows well enough.
fn next_piece(text: &str, behind: usize) -> Option<usize> {
    let mut next = skip_between(text, behind);
    if byte_at(text, next) == b'+' && byte_at(text, next + 1) != b'=' {
        next = skip_between(text, next + 1);
    }
    let apart = text.get(behind..next)?.contains('\n') && at_statement(text, next);
    (!apart).then_some(next)
}

/// Behind blanks, line breaks, continuations, and comments at the ends of lines.
fn skip_between(text: &str, at: usize) -> usize {
    let mut at = skip_white(text, at);
    while matches!(byte_at(text, at), b'#' | b'\\') {
        let rest = text.get(at..).unwrap_or("");
        let line = rest.find('\n').map_or(rest.len(), |line| line + 1);
        if rest.starts_with('\\') && rest.get(1..line).is_some_and(|rest| !rest.trim().is_empty()) {
            break;
        }
        at = skip_white(text, at + line);
    }
    at
}

/// Where the text of the next literal begins if the quote at `at` ends one that Python joins to it.
pub(super) fn joint(text: &str, at: usize) -> Option<usize> {
    let start = next_piece(text, at + quotes(text, at)?)?;
    let prefix = text.get(start..)?.bytes().take(2).take_while(|byte| b"rRbBuUfF".contains(byte)).count();
    Some(start + prefix + quotes(text, start + prefix)?)
}

/// How many quotes open or close a literal at `at`.
fn quotes(text: &str, at: usize) -> Option<usize> {
    let quote = byte_at(text, at);
    let triple = byte_at(text, at + 1) == quote && byte_at(text, at + 2) == quote;
    matches!(quote, b'"' | b'\'').then_some(if triple { 3 } else { 1 })
}

/// The stretches of a range that begins inside one literal and ends inside another that Python joins to it, without
/// what is between them.
pub(super) fn pieces(text: &str, (start, end): (usize, usize)) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut piece = start;
    let mut at = start;
    while at < end {
        match joint(text, at) {
            Some(next) if next <= end => {
                found.push((piece, at));
                (piece, at) = (next, next);
            }
            _ => at += 1,
        }
    }
    found.push((piece, end));
    found
}

/// Whether a string on a line of its own rather is a statement: no indentation.
fn at_statement(text: &str, at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| byte_at(text, before) == b'\n')
}

fn one(text: &str, at: usize) -> Option<Literal> {
    let mut quote_at = at;
    while quote_at < at + 2 && byte_at(text, quote_at).is_ascii_alphabetic() {
        quote_at += 1;
    }
    let prefix = text.get(at..quote_at)?;
    let quote = byte_at(text, quote_at);
    // A quote inside another string may be escaped.
    if !matches!(quote, b'"' | b'\'') || !prefix.bytes().all(|byte| b"rRbBuUfFtT".contains(&byte)) {
        return None;
    }
    let width = quotes(text, quote_at)?;
    let triple = width == 3;
    let start = quote_at + width;
    let mut end = start;
    loop {
        match byte_at(text, end) {
            0 if end >= text.len() => return None,
            b'\\' => end += 1,
            b'\n' if !triple => return None,
            byte if byte == quote
                && (!triple || byte_at(text, end + 1) == quote && byte_at(text, end + 2) == quote) =>
            {
                break;
            }
            _ => {}
        }
        end += 1;
        if end > start + 4096 {
            return None;
        }
    }
    let value = text.get(start..end)?;
    let formatted = prefix.bytes().any(|byte| b"fFtT".contains(&byte));
    if formatted && value.contains('{') {
        return None;
    }
    Some(Literal {
        whole: (at, end + width),
        value: (start, end),
        bytes: prefix.bytes().any(|byte| b"bB".contains(&byte)),
        single: !value.contains('\n'),
        joined: false,
    })
}
