//! Parts of a text that no collector has a use for, judged by their words alone: most expressions name nothing that
//! an import binds and hold no branch, and then the walk need not look into them. It must not know trees.

use std::cell::Cell;

use memchr::memmem;
use rustc_hash::FxHashSet;

use crate::strings::{is_word, string_end};

/// How often a text is read at most, to look for words, as a multiple of its length: nested expressions are asked for
/// again and again.
const WORK_FACTOR: usize = 6;

/// The words that collectors look for in one text. An expression without any of them, without `:=`, is of no interest.
pub(crate) struct Interest<'a> {
    /// Some collector wants to see every node.
    everywhere: bool,
    words: FxHashSet<&'a [u8]>,
    /// Offsets that the walk must come to, in order.
    kept: Vec<usize>,
    /// For each first byte the lengths of the words that begin with it, as bits; 63 stands for longer ones, too.
    lengths: [u64; 256],
    /// Bytes that may still be read.
    budget: Cell<usize>,
}

impl<'a> Interest<'a> {
    /// Nothing is of interest yet.
    pub(crate) fn new(text: &str) -> Self {
        Self {
            everywhere: false,
            words: FxHashSet::default(),
            kept: Vec::new(),
            lengths: [0; 256],
            budget: Cell::new(WORK_FACTOR * text.len()),
        }
    }

    /// Whatever holds one of `words`, as whole identifiers or keywords, is of interest.
    ///
    /// Words inside plain strings do not count, so that of a string which means something another word must be next to
    /// it; those inside f-strings do.
    pub(crate) fn words(&mut self, words: &[&'a str]) {
        for word in words {
            self.word(word.as_bytes());
        }
    }

    /// Everything is of interest: for collectors that follow names to their values.
    pub(crate) fn everywhere(&mut self) {
        self.everywhere = true;
    }

    /// The walk does not pass over what holds one of these offsets.
    pub(crate) fn kept(&mut self, marks: impl IntoIterator<Item = usize>) {
        self.kept.extend(marks);
        self.kept.sort_unstable();
    }

    /// Every name that an import statement of `text` can bind is of interest; and, since it is taken from the text,
    /// words that only seem to be in one.
    pub(crate) fn imported(&mut self, text: &'a str) {
        let bytes = text.as_bytes();
        let mut from = 0;
        while let Some(found) = bytes.get(from..).and_then(|rest| memmem::find(rest, b"import")) {
            let start = from + found;
            from = start + "import".len();
            let joined = |at: usize| bytes.get(at).is_some_and(|&byte| is_word(byte));
            if !joined(from) && !start.checked_sub(1).is_some_and(joined) {
                let end = statement_end(bytes, from);
                self.statement(bytes, from, end);
                from = end;
            }
        }
    }

    /// Adds the words after an `import`.
    fn statement(&mut self, text: &'a [u8], from: usize, end: usize) {
        let mut at = from;
        while at < end {
            if is_word(text[at]) {
                let word = &text[at..word_end(text, at)];
                self.word(word);
                at += word.len();
            } else {
                at += 1;
            }
        }
    }

    fn word(&mut self, word: &'a [u8]) {
        if let Some(&first) = word.first() {
            self.lengths[usize::from(first)] |= 1 << word.len().min(63);
            self.words.insert(word);
        }
    }

    /// Whether a word is one of those that are looked for.
    #[inline]
    pub(crate) fn has(&self, word: &[u8]) -> bool {
        let Some(first) = word.first() else { return false };
        let possible = self.lengths[usize::from(*first)] >> word.len().min(63) & 1 != 0;
        possible && self.words.contains(word)
    }

    /// Whether an expression or simple statement that parses, and begins at `start`, may be passed over.
    pub(crate) fn lacks(&self, start: usize, text: &[u8]) -> bool {
        if self.everywhere {
            return false;
        }
        let next = self.kept.get(self.kept.partition_point(|&place| place < start));
        if next.is_some_and(|&place| place < start + text.len()) {
            return false;
        }
        let Some(budget) = self.budget.get().checked_sub(text.len()) else { return false };
        self.budget.set(budget);
        // After the first string with interpolations, strings and code are no longer told apart.
        let mut strings = true;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            match byte {
                byte if is_word(byte) => {
                    let end = word_end(text, at);
                    let word = &text[at..end];
                    // A keyword may follow a number without a blank.
                    let number =
                        byte.is_ascii_digit() && word.iter().any(|b| matches!(b, b'i' | b'n' | b'r' | b'm'));
                    if number || self.has(word) {
                        return false;
                    }
                    if matches!(text.get(end), Some(b'"' | b'\'')) {
                        strings &= !word.iter().any(|b| matches!(b, b'f' | b'F' | b't' | b'T'));
                    }
                    at = end;
                    continue;
                }
                b'"' | b'\'' if strings => match string_end(text, at) {
                    Some(end) => {
                        at = end;
                        continue;
                    }
                    None => return false,
                },
                b'#' if strings => {
                    at = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |line| at + line);
                    continue;
                }
                b':' if text.get(at + 1) == Some(&b'=') => return false,
                _ => {}
            }
            at += 1;
        }
        true
    }
}

/// Where the import statement ends whose names begin at `from`.
fn statement_end(text: &[u8], from: usize) -> usize {
    let (mut bracket, mut comment) = (false, false);
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' | b'\r' | b';' if !bracket => return at,
            b'\n' => comment = false,
            b'\\' if text.get(at + 1) == Some(&b'\r') => at += 2,
            b'\\' => at += 1,
            b'#' => comment = true,
            b'(' => bracket = true,
            b')' if bracket && !comment => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The end of the word at `start`.
fn word_end(text: &[u8], start: usize) -> usize {
    text[start..].iter().position(|&byte| !is_word(byte)).map_or(text.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(source: &str, expression: &str) -> bool {
        let mut interest = Interest::new(&source.repeat(100));
        interest.words(&["if", "lambda", "exec"]);
        interest.imported(source);
        interest.lacks(0, expression.as_bytes())
    }

    #[test]
    fn imported_names_are_of_interest() {
        let source = "import os.path as p, re\nfrom a import (  # not ) the end\n    b,\n    c as d,\n)\nfrom x import \\\n    y\n";
        for name in ["p", "re", "b", "d", "y"] {
            assert!(!lacks(source, &format!("f({name}.x)")), "{name}");
        }
        assert!(lacks(source, "f(self.x, z, important)"));
    }

    #[test]
    fn keywords_are_of_interest_unless_they_stand_in_strings() {
        let source = "x = 1\n";
        assert!(!lacks(source, "a if b else c"));
        assert!(!lacks(source, "1if b else c"));
        assert!(!lacks(source, "f('it\\'s', lambda: 1)"));
        assert!(!lacks(source, "f'{exec}'"));
        assert!(!lacks(source, "f(a := 1)"));
        assert!(lacks(source, "f('what if', \"\"\"if \" exec\"\"\", 0xFF)  # if"));
        assert!(!lacks(source, "f(  # don't\n  exec)"));
        assert!(!lacks(source, "'open"));
    }

    #[test]
    fn work_is_bounded() {
        let interest = Interest::new("xyz");
        assert!(interest.lacks(0, &[b'x'; 18]));
        assert!(!interest.lacks(0, b"x"));
    }
}
