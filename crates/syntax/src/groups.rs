//! What stands in brackets and is certain to parse, in statements of any kind. It must not know what words mean.

use crate::scan::{is_keyword, is_word, plain_end};
use crate::simple::{Bracket, read_bracket};

/// The contents of a pair of brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Behind the opening bracket.
    pub start: usize,
    /// The closing bracket.
    pub end: usize,
    /// Whether they are the arguments of a call.
    pub arguments: bool,
}

/// The outermost brackets in a statement whose contents are certain to parse, are more than one word, and hold no word
/// that is `needed`; in order.
pub fn simple_groups(text: &[u8], needed: impl Fn(&[u8]) -> bool) -> Vec<Group> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' | b'\'' => {
                // A string with interpolations may have quotes inside that do not end it.
                let letters = text[..at].iter().rev().take_while(|byte| byte.is_ascii_alphabetic());
                let formatted = letters.take(3).any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'));
                let Some(end) = plain_end(text, at).filter(|_| !formatted) else { return found };
                at = end;
                continue;
            }
            b'#' => at = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |line| at + line),
            b'(' | b'[' | b'{' => {
                let bracket = kind_of(text, at);
                let mut any = false;
                let close = read_bracket(&text[at..], bracket, |_, word| any |= needed(word));
                if let Some(length) = close.filter(|_| !any) {
                    let (start, end) = (at + 1, at + length - 1);
                    if text[start..end].iter().any(|&byte| !is_word(byte)) {
                        found.push(Group { start, end, arguments: bracket == Bracket::Call });
                    }
                    at += length;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// What the bracket at `at` is, by what stands in front of it.
fn kind_of(text: &[u8], at: usize) -> Bracket {
    let before = &text[..at];
    let word = before.iter().rev().take_while(|&&byte| is_word(byte)).count();
    let trails = match before.last() {
        Some(b')' | b']') => true,
        Some(_) if word > 0 => {
            let word = &before[at - word..];
            !is_keyword(word) && !word[0].is_ascii_digit()
        }
        _ => false,
    };
    match (text.get(at), trails) {
        (Some(b'('), true) => Bracket::Call,
        (Some(b'('), false) => Bracket::Group,
        (Some(b'['), true) => Bracket::Subscript,
        (Some(b'['), false) => Bracket::List,
        _ => Bracket::Brace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(text: &str) -> Vec<&str> {
        let found = simple_groups(text.as_bytes(), |word| word == b"os");
        found.into_iter().map(|group| &text[group.start..group.end]).collect()
    }

    #[test]
    fn the_outermost_that_will_do() {
        assert_eq!(groups("if f(a, b) and g(os.x, h(c, d)):"), ["a, b", "c, d"]);
        assert_eq!(groups("x = [f(a.b) for a in (1, 2)]"), ["a.b", "1, 2"]);
        assert_eq!(groups("x = {'a': b}[c.d] + '(e, f)' + f(g)"), ["'a': b", "c.d"]);
        assert_eq!(groups("return(a, b)  # (c, d)"), ["a, b"]);
        assert_eq!(groups("f(lambda: 1)(a=b, **c)"), ["a=b, **c"]);
    }
}
