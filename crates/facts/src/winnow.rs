//! The fingerprints by which copies of a module are recognised: hashes of runs of tokens, thinned out by winnowing
//! (Schleimer, Wilkerson, Aiken 2003). It must not know the grammar: broken text has a shape like any other.
//!
//! Comments, docstrings and imports are left out. Strings and numbers count as one token each whatever they say, so that
//! a table of data has few different fingerprints however long it is.

use analyzer_syntax::kind;
use analyzer_syntax::lexer::{Token, Tokens};
use memchr::{memchr, memmem};

use crate::Shape;

/// Tokens in a run.
const RUN: usize = 10;
/// Places of a ring that holds a run: a power of two.
const RING: usize = RUN.next_power_of_two();
/// Of so many runs in sequence at least one is kept.
const WINDOW: usize = 8;
/// Fingerprints of a sketch.
const SKETCH: usize = 32;
/// A module with fewer fingerprints, about 200 tokens, says too little to be called a copy.
const SMALLEST: usize = 40;

/// Multiplier of the hashes: an odd number near 2^64 divided by the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// The sketch of a text's fingerprints.
pub(crate) fn shape(text: &str) -> Shape {
    if is_too_short(text) { Shape::default() } else { shape_of(fingerprints(text)) }
}

/// As [`shape`], of a text whose tokens have been read.
pub(crate) fn shape_of_tokens(text: &str, tokens: &Tokens) -> Shape {
    if is_too_short(text) {
        return Shape::default();
    }
    let mut winnow = Winnow::default();
    let mut reader = Reader::new(text, &mut winnow);
    for token in tokens.list() {
        reader.read(token);
    }
    shape_of(sorted(winnow.kept))
}

/// The sketch of different fingerprints in ascending order.
fn shape_of(mut all: Vec<u32>) -> Shape {
    if all.len() < SMALLEST {
        return Shape::default();
    }
    let digest = all.iter().fold(0, |digest: u64, print| digest.wrapping_add(in_digest(*print)));
    all.truncate(SKETCH);
    all.shrink_to_fit();
    Shape { digest, lowest: all }
}

/// Whether a text has no shape whatever it says.
const fn is_too_short(text: &str) -> bool {
    text.len() < SMALLEST * WINDOW / 2
}

/// Contribution of a fingerprint to the digest of all.
const fn in_digest(print: u32) -> u64 {
    let mixed = (print as u64 ^ FACTOR).wrapping_mul(FACTOR);
    (mixed ^ (mixed >> 32)).wrapping_mul(FACTOR)
}

/// The different fingerprints of a text, sorted.
#[must_use]
pub fn fingerprints(text: &str) -> Vec<u32> {
    let mut scanner = Scanner::new(text);
    let mut winnow = Winnow::default();
    while let Some(token) = scanner.next() {
        winnow.token(token);
    }
    sorted(winnow.kept)
}

fn sorted(mut kept: Vec<u32>) -> Vec<u32> {
    kept.sort_unstable();
    kept.dedup();
    kept.shrink_to_fit();
    kept
}

/// Hashes runs of tokens and keeps the lowest of each window.
struct Winnow {
    /// The last [`RUN`] tokens and some before, in a ring.
    tokens: [u64; RING],
    /// The last [`WINDOW`] hashes, in a ring.
    hashes: [u32; WINDOW],
    count: usize,
    rolling: u64,
    /// Number of the hash that was kept last.
    lowest: usize,
    kept: Vec<u32>,
}

impl Default for Winnow {
    fn default() -> Self {
        Self {
            tokens: [0; RING],
            hashes: [u32::MAX; WINDOW],
            count: 0,
            rolling: 0,
            lowest: usize::MAX,
            kept: Vec::new(),
        }
    }
}

impl Winnow {
    #[inline]
    fn token(&mut self, token: u64) {
        const LEAVING: u64 = power(FACTOR, RUN as u32);
        // Of the first runs nothing leaves: the ring is empty there.
        let oldest = self.tokens[self.count.wrapping_sub(RUN) % RING];
        self.tokens[self.count % RING] = token;
        self.rolling =
            self.rolling.wrapping_mul(FACTOR).wrapping_add(token).wrapping_sub(oldest.wrapping_mul(LEAVING));
        self.count += 1;
        if self.count < RUN {
            return;
        }
        let number = self.count - RUN;
        let hash = ((self.rolling ^ (self.rolling >> 29)).wrapping_mul(FACTOR) >> 32) as u32;
        self.hashes[number % WINDOW] = hash;
        if number + 1 < WINDOW {
            return;
        }
        let first = number + 1 - WINDOW;
        if self.lowest == usize::MAX || self.lowest < first {
            // The last of equal hashes, so that it is kept for as long as possible.
            let lowest = (first..=number).rev().min_by_key(|at| self.hashes[at % WINDOW]);
            self.keep(lowest.unwrap_or(number));
        } else if hash <= self.hashes[self.lowest % WINDOW] {
            self.keep(number);
        }
    }

    #[inline]
    fn keep(&mut self, number: usize) {
        self.lowest = number;
        self.kept.push(self.hashes[number % WINDOW]);
    }
}

const fn power(base: u64, exponent: u32) -> u64 {
    let (mut result, mut left) = (1_u64, exponent);
    while left > 0 {
        result = result.wrapping_mul(base);
        left -= 1;
    }
    result
}

/// Stand-in for each string, and for each number.
const STRING: u64 = 0x53;
/// See [`STRING`].
const NUMBER: u64 = 0x4e;

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u32,
    /// Inside an import statement.
    import: bool,
    /// At the start of a statement.
    start: bool,
}

impl<'a> Scanner<'a> {
    /// At the beginning of a text.
    const fn new(text: &'a str) -> Self {
        Scanner { bytes: text.as_bytes(), at: 0, depth: 0, import: false, start: true }
    }

    /// The next token as a number; none at the end.
    #[inline]
    fn next(&mut self) -> Option<u64> {
        while self.at < self.bytes.len() {
            if let Some(token) = self.step() {
                return Some(token);
            }
        }
        None
    }

    /// Reads on by one token or less; the token, if it counts.
    #[inline]
    fn step(&mut self) -> Option<u64> {
        let byte = *self.bytes.get(self.at)?;
        match byte {
            b' ' | b'\t' | b'\r' | b'\x0c' | b'\\' => self.at += 1,
            b'\n' => self.line(),
            b'#' => {
                self.at = memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |n| self.at + n);
            }
            b'"' | b'\'' => return self.string(),
            byte if is_word(byte) => return self.word(byte),
            _ => {
                self.at += 1;
                match byte {
                    b'(' | b'[' | b'{' => self.depth += 1,
                    b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                let separates = byte == b';' && self.depth == 0;
                self.start = separates;
                self.import &= !separates;
                return (!self.import).then(|| u64::from(byte));
            }
        }
        None
    }

    fn line(&mut self) {
        let continued = self.at > 0 && self.bytes[self.at - 1] == b'\\';
        self.at += 1;
        // A bracket that is never closed must not make the rest of the text one statement.
        let unindented = self.bytes.get(self.at).is_some_and(|&byte| is_word(byte) || byte == b'@');
        if unindented {
            self.depth = 0;
        }
        if self.depth == 0 && !continued {
            self.start = true;
            self.import = false;
        }
    }

    fn string(&mut self) -> Option<u64> {
        let (bytes, open) = (self.bytes, self.at);
        let quote = bytes[open];
        let triple = bytes.get(open + 1) == Some(&quote) && bytes.get(open + 2) == Some(&quote);
        if triple {
            let rest = bytes.get(open + 3..).unwrap_or_default();
            let end = memmem::find(rest, &[quote; 3]);
            self.at = end.map_or(bytes.len(), |end| open + 3 + end + 3);
        } else {
            self.at = open + 1;
            loop {
                let rest = bytes.get(self.at..).unwrap_or_default();
                let Some(found) = rest.iter().position(|&b| b == quote || b == b'\\' || b == b'\n') else {
                    self.at = bytes.len();
                    break;
                };
                self.at += found + 1;
                match rest[found] {
                    b'\\' => self.at += 1,
                    b'\n' => {
                        self.at -= 1;
                        break;
                    }
                    _ => break,
                }
            }
        }
        self.keep_string()
    }

    /// A string that was read, unless it documents something.
    #[inline]
    fn keep_string(&mut self) -> Option<u64> {
        let docstring = self.start && self.depth == 0;
        self.start = false;
        (!docstring && !self.import).then_some(STRING)
    }

    fn word(&mut self, first: u8) -> Option<u64> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
        let word = &rest[..length];
        self.at += length;
        if first.is_ascii_digit() {
            // `1.5` and `1e-5` are one number.
            while self.bytes.get(self.at) == Some(&b'.') {
                self.at += 1;
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                self.at += rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
            }
            self.start = false;
            return (!self.import).then_some(NUMBER);
        }
        if length <= 2
            && matches!(rest.get(length), Some(b'"' | b'\''))
            && word.iter().all(|b| matches!(b | 0x20, b'r' | b'b' | b'u' | b'f' | b't'))
        {
            // A prefix; the string follows.
            return None;
        }
        if self.start {
            self.start = false;
            self.import = self.depth == 0 && matches!(word, b"import" | b"from");
        }
        (!self.import).then(|| hash(word))
    }
}

/// Reads the tokens of a sound text as [`Scanner`] reads the text.
struct Reader<'a> {
    scanner: Scanner<'a>,
    winnow: &'a mut Winnow,
    /// Strings that are open.
    strings: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, winnow: &'a mut Winnow) -> Self {
        Self { scanner: Scanner::new(text), winnow, strings: 0 }
    }

    #[inline]
    fn read(&mut self, token: &Token) {
        let (start, end) = (token.start as usize, token.end as usize);
        match token.kind {
            kind::STRING_START => {
                self.strings += 1;
                if self.strings == 1 {
                    self.begin_line(token);
                    self.scanner.keep_string().into_iter().for_each(|string| self.winnow.token(string));
                }
            }
            kind::STRING_END => self.strings = self.strings.saturating_sub(1),
            kind::COMMENT | kind::LINE_CONTINUATION => {}
            _ if self.strings > 0 || start == end => {}
            _ => {
                self.begin_line(token);
                self.scanner.at = start;
                while self.scanner.at < end {
                    let Some(token) = self.scanner.step() else { continue };
                    self.winnow.token(token);
                }
            }
        }
    }

    /// Applies the line break before the first token of a physical line.
    #[inline]
    fn begin_line(&mut self, token: &Token) {
        if token.first && token.start > 0 {
            let blanks = self.scanner.bytes[..token.start as usize].iter().rev();
            let blanks = blanks.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
            self.scanner.at = (token.start as usize - blanks).saturating_sub(1);
            self.scanner.line();
        }
    }
}

/// A word's hash, eight bytes at a time.
#[inline]
fn hash(word: &[u8]) -> u64 {
    let mut hash = word.len() as u64;
    for chunk in word.chunks(8) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(bytes)).wrapping_mul(FACTOR);
    }
    hash
}

#[inline]
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Functions that differ from each other.
    fn module(functions: std::ops::Range<u32>) -> String {
        let function = |n| {
            format!(
                "def step_{n}(self, value_{n}):\n    total_{n} = self.read_{n}(value_{n}) + 1\n    return total_{n} * self.rate_{n}\n\n\n"
            )
        };
        functions.map(function).collect()
    }

    fn share(a: &str, b: &str) -> f64 {
        let (a, b) = (fingerprints(a), fingerprints(b));
        let common = a.iter().filter(|hash| b.binary_search(hash).is_ok()).count();
        2.0 * common as f64 / (a.len() + b.len()) as f64
    }

    #[test]
    fn what_does_not_count_changes_nothing() {
        let plain = module(0..20);
        let dressed = format!(
            "#!/usr/bin/env python\n\"\"\"A module.\"\"\"\nimport os, sys\nfrom a import (\n    b,\n    c,\n)\n{}",
            plain.replace("    return", "    # why\n    return")
        );
        assert_eq!(fingerprints(&plain), fingerprints(&dressed));
        assert_eq!(fingerprints("x = f('a', 1.5e3, \"b\")\n".repeat(9).as_str()), {
            fingerprints("x = f(rb'''c''', 0x10, f'd{e}')\n".repeat(9).as_str())
        });
    }

    #[test]
    fn shares_follow_what_is_common() {
        let (a, b) = (module(0..40), module(20..60));
        assert!((share(&a, &b) - 0.5).abs() < 0.05, "{}", share(&a, &b));
        assert!((share(&a, &format!("{}{a}", module(90..92))) - 0.97).abs() < 0.03);
        assert!(share(&a, &module(100..140)) < 0.05);
    }

    #[test]
    fn data_has_no_shape() {
        let rows: String = (0..500).map(|n| format!("    (\"row {n}\", {n}, -{n}.5, None),\n")).collect();
        assert_eq!(shape(&format!("ROWS = [\n{rows}]\n")), Shape::default());
        let shape = shape(&module(0..40));
        assert!(
            shape.lowest.len() == SKETCH
                && shape.lowest.is_sorted()
                && fingerprints(&module(0..40)).len() > 100
        );
    }

    #[test]
    fn damage_stays_where_it_is() {
        let whole = module(0..40);
        let damaged = whole.replacen("self.read_3(value_3)", "self.read_3(value_3", 1);
        let damaged = damaged.replacen("def step_9(", "from x import (\ndef step_9(", 1);
        assert!(share(&whole, &damaged) > 0.9);
        for text in ["x = '''", "x = 'é\\", "\\", "r", "f\"{"] {
            assert!(fingerprints(text).is_empty());
        }
    }
}
