//! String literals, read from a text alone, and the code around them. It must not know trees, nor what strings mean.

use std::ops::Range;

/// A string literal.
#[derive(Debug, Clone)]
pub(crate) struct Literal<'a> {
    /// From its prefix to the end of its last quote.
    pub(crate) range: Range<usize>,
    /// Its prefix, such as `f` or `rb`.
    pub(crate) prefix: &'a str,
    /// Text between its quotes.
    pub(crate) inner: &'a str,
}

impl Literal<'_> {
    /// Whether there may be expressions in it.
    pub(crate) fn is_formatted(&self) -> bool {
        self.prefix.contains(['f', 'F', 't', 'T'])
    }
}

/// The literals of a text in order; comments hold none.
pub(crate) struct Literals<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Literals<'a> {
    pub(crate) const fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Literals<'a> {
    type Item = Literal<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        loop {
            let at = self.at + memchr::memchr3(b'#', b'"', b'\'', bytes.get(self.at..)?)?;
            if bytes.get(at) == Some(&b'#') {
                self.at = at + memchr::memchr(b'\n', bytes.get(at..)?)?;
                continue;
            }
            let Some(end) = string_end(bytes, at) else {
                self.at = at + 1;
                continue;
            };
            self.at = end;
            let letters = bytes.get(..at)?.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let joined = letters > 2 || bytes.get(..at - letters)?.last().is_some_and(|&byte| is_word(byte));
            let start = if joined { at } else { at - letters };
            let triple = bytes.get(at..at + 3).is_some_and(|three| three == b"\"\"\"" || three == b"'''");
            let quotes = if triple { 3 } else { 1 };
            let (Some(prefix), Some(inner)) =
                (self.text.get(start..at), self.text.get(at + quotes..end - quotes))
            else {
                continue;
            };
            return Some(Literal { range: start..end, prefix, inner });
        }
    }
}

/// Behind the string without interpolations whose quotes begin at `start`; none where it does not end.
pub(crate) fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let quote = *text.get(start)?;
    let triple = text.get(start + 1) == Some(&quote) && text.get(start + 2) == Some(&quote);
    let mut at = start + if triple { 3 } else { 1 };
    loop {
        let byte = *text.get(at)?;
        match byte {
            b'\\' => at += 1,
            b'\n' if !triple => return None,
            byte if byte != quote => {}
            _ if !triple => return Some(at + 1),
            _ if text.get(at + 1) == Some(&quote) && text.get(at + 2) == Some(&quote) => return Some(at + 3),
            _ => {}
        }
        at += 1;
    }
}

/// Whether a byte is part of an identifier, keyword or number; bytes of characters beyond ASCII count as such.
pub(crate) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether a text is one identifier, as far as its characters show.
pub(crate) fn is_identifier(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(is_word)
}

/// The words of a text that can be names, each with what follows it.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let start = at + bytes.get(at..)?.iter().position(|&byte| is_word(byte))?;
        let length = bytes.get(start..)?.iter().take_while(|&&byte| is_word(byte)).count();
        at = start + length;
        Some((text.get(start..at)?, text.get(at..)?))
    })
}

/// How many bytes before a place are looked at for the bracket that is open there.
const REACH: usize = 400;

/// A bracket that is open at some place of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opened<'a> {
    pub(crate) bracket: u8,
    /// The dotted name in front of it.
    pub(crate) of: &'a str,
    pub(crate) at: usize,
}

/// The bracket that is open in front of a place in a text; none where there is none near.
pub(crate) fn opened_by(text: &str, place: usize) -> Option<Opened<'_>> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_u32, place);
    let bound = place.saturating_sub(REACH);
    while at > bound {
        at -= 1;
        match bytes.get(at)? {
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' if depth > 0 => depth -= 1,
            bracket @ (b'(' | b'[' | b'{') => {
                return Some(Opened { bracket: *bracket, of: path_before(text, at), at });
            }
            _ => {}
        }
    }
    None
}

/// The dotted name that ends right before a place.
pub(crate) fn path_before(text: &str, place: usize) -> &str {
    let before = text.get(..place).unwrap_or("");
    let length = before.bytes().rev().take_while(|&byte| is_word(byte) || byte == b'.').count();
    before.get(before.len() - length..).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_with_their_prefixes() {
        let text = "a = f'x' + rb\"y\" # 'no'\nb = '''z\n'q' ''', \"\", 'open\nc('d')\n";
        let found: Vec<_> = Literals::of(text).map(|one| (one.prefix, one.inner)).collect();
        assert_eq!(found, [("f", "x"), ("rb", "y"), ("", "z\n'q' "), ("", ""), ("", "d")]);
    }

    #[test]
    fn the_open_bracket_tells_what_a_place_is_part_of() {
        let text = "x = a.b[c(1), 'q'";
        assert_eq!(opened_by(text, 14), Some(Opened { bracket: b'[', of: "a.b", at: 7 }));
        assert_eq!(opened_by("y = 'q'", 4), None);
        assert_eq!(words("a.b_1, c").map(|(word, _)| word).collect::<Vec<_>>(), ["a", "b_1", "c"]);
    }
}
