//! Which parts of a text no collector has a use for, told from their words alone: most expressions name nothing that
//! an import binds and hold no branch, and then the walk need not look into them. It must not know trees.

use std::cell::Cell;

use memchr::memmem;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::strings::{is_word, string_end};

/// How often a text is read at most, to look for words, as a multiple of its length: nested expressions are asked for
/// again and again.
const WORK_FACTOR: usize = 6;

/// What a word that is looked for asks for where it stands in something that is certain to parse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Where it is read as a name, that is all there is to know.
    Told,
    /// As `Told`, unless there is something in quotes beside it.
    Quoting,
    /// All of it must be seen, apart from the arguments of calls.
    Seen,
    /// All of it must be seen.
    Whole,
}

/// The words that collectors look for in one text. An expression without any of them, without `:=`, is of no interest.
pub(crate) struct Interest<'a> {
    /// Some collector wants to see every node of what is parsed.
    everywhere: bool,
    /// Nothing may be left out of what is parsed.
    everything: bool,
    /// Nothing may be left out of what stands in brackets.
    arguments: bool,
    /// Whether the statements that blocks begin with are looked at.
    beginnings: bool,
    /// Whether functions may be registered.
    registers: bool,
    /// Whether what stands in definitions and annotations is looked at.
    definitions: bool,
    words: FxHashMap<&'a [u8], Need>,
    /// Modules of which every name is to be seen with its arguments.
    whole: &'static [&'static str],
    /// Words whose statements are traced; none where nothing is traced.
    traced: Option<FxHashSet<&'a [u8]>>,
    /// Other names that imports give to things.
    aliases: Vec<&'a [u8]>,
    /// Words of which what a statement makes is followed to wherever it is used.
    makers: FxHashSet<&'a [u8]>,
    /// Whether callers of functions that hold a statement that is traced are traced.
    callers: bool,
    /// Whether everything in coroutines is traced.
    coroutines: bool,
    /// Whether values are followed to where they are used.
    values: bool,
    /// Offsets in statements that are traced, in order.
    marks: Vec<usize>,
    /// Offsets in statements of which nothing is left out, in order.
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
            everything: false,
            arguments: false,
            beginnings: false,
            registers: false,
            definitions: false,
            whole: &[],
            words: FxHashMap::default(),
            traced: None,
            aliases: Vec::new(),
            makers: FxHashSet::default(),
            callers: false,
            coroutines: false,
            values: false,
            marks: Vec::new(),
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
            self.word(word.as_bytes(), Need::Seen);
        }
    }

    /// As [`Interest::words`], of words that may be followed by something in quotes which names things.
    pub(crate) fn quoting(&mut self, words: &[&'a str]) {
        for word in words {
            self.word(word.as_bytes(), Need::Quoting);
        }
    }

    /// All of a statement is of interest that holds one of `words`, or a name that is imported together with one of them;
    /// to be told before [`Interest::imported`].
    pub(crate) fn whole(&mut self, words: &'static [&'static str]) {
        self.whole = words;
        for word in words {
            self.word(word.as_bytes(), Need::Whole);
        }
    }

    /// As [`Interest::words`], of keywords: what they stand in is no operand.
    pub(crate) fn keywords(&mut self, words: &[&'a str]) {
        for word in words {
            self.word(word.as_bytes(), Need::Told);
        }
    }

    /// The statements that blocks begin with are looked at.
    pub(crate) fn beginnings(&mut self) {
        self.beginnings = true;
    }

    /// See [`Interest::beginnings`].
    pub(crate) fn needs_beginnings(&self) -> bool {
        self.beginnings
    }

    /// What one function says may tell something of another, which it registers.
    pub(crate) fn registers(&mut self) {
        self.registers = true;
    }

    /// See [`Interest::registers`].
    pub(crate) fn may_register(&self) -> bool {
        self.registers
    }

    /// Parameters, annotations and decorators are looked at.
    pub(crate) fn definitions(&mut self) {
        self.definitions = true;
    }

    /// See [`Interest::definitions`].
    pub(crate) fn needs_definitions(&self) -> bool {
        self.definitions
    }

    /// Everything is of interest.
    pub(crate) fn everything(&mut self) {
        (self.everything, self.everywhere) = (true, true);
    }

    /// Each node of a statement is of interest that holds one of these offsets.
    pub(crate) fn marked(&mut self, marks: impl IntoIterator<Item = usize>) {
        self.everywhere = true;
        self.marks.extend(marks);
        self.marks.sort_unstable();
    }

    /// Nothing is left out of statements that hold one of these offsets, nor does the walk pass over what holds one.
    pub(crate) fn kept(&mut self, marks: impl IntoIterator<Item = usize>) {
        self.kept.extend(marks);
        self.kept.sort_unstable();
    }

    /// Each node of a statement is of interest that holds one of `words`, or binds a name of another one that is of
    /// interest: for a collector that follows names to their values.
    pub(crate) fn traced(&mut self, words: &[&'a str]) {
        self.everywhere = true;
        self.bindings(words);
    }

    /// Statements that hold one of `words` are of interest, and so are those that bind names of them; the names of
    /// classes in `except` are traced as well.
    pub(crate) fn bindings(&mut self, words: &[&'a str]) {
        self.traced.get_or_insert_default().extend(words.iter().map(|word| word.as_bytes()));
    }

    /// Values are followed to where they are used, so that a statement may tell something without a telling word.
    pub(crate) fn values(&mut self) {
        self.values = true;
    }

    /// See [`Interest::values`].
    pub(crate) fn follows_values(&self) -> bool {
        self.values
    }

    /// What statements with one of `words` bind is of interest wherever it is used, if they are traced.
    pub(crate) fn makers(&mut self, words: &[&'a str]) {
        self.makers.extend(words.iter().map(|word| word.as_bytes()));
    }

    /// Calls of functions that hold a statement that is traced are traced, too.
    pub(crate) fn callers(&mut self) {
        self.callers = true;
    }

    /// Everything in coroutines is traced.
    pub(crate) fn coroutines(&mut self) {
        self.coroutines = true;
    }

    /// Whether a statement with this word makes something that is followed.
    pub(crate) fn is_maker(&self, word: &[u8]) -> bool {
        !self.makers.is_empty() && (self.makers.contains(word) || self.aliases.contains(&word))
    }

    /// See [`Interest::callers`].
    pub(crate) fn traces_callers(&self) -> bool {
        self.callers
    }

    /// See [`Interest::coroutines`].
    pub(crate) fn traces_coroutines(&self) -> bool {
        self.coroutines
    }

    /// Whether something may be left out of what stands in brackets.
    pub(crate) fn omits_arguments(&self) -> bool {
        !self.arguments
    }

    /// Whether nothing may be left out of what is parsed.
    pub(crate) fn needs_all(&self) -> bool {
        self.everything
    }

    /// Whether other names of what is of interest are, too.
    pub(crate) fn follows_aliases(&self) -> bool {
        self.everywhere && self.traces()
    }

    /// Whether any statement is traced.
    pub(crate) fn traces(&self) -> bool {
        self.traced.is_some()
    }

    /// Whether a statement with this word is traced.
    pub(crate) fn is_traced(&self, word: &[u8]) -> bool {
        self.traced.as_ref().is_some_and(|traced| traced.contains(word))
            || self.everywhere && self.aliases.contains(&word)
    }

    /// All words that are looked for or traced.
    pub(crate) fn all_words(&self) -> impl Iterator<Item = &[u8]> {
        let traced = self.traced.iter().flatten();
        self.words.keys().chain(traced).chain(&self.aliases).copied()
    }

    /// Whether the same is of interest as in `other`, of whatever text.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        (self.everywhere, self.everything, self.arguments)
            == (other.everywhere, other.everything, other.arguments)
            && (self.definitions, self.registers) == (other.definitions, other.registers)
            && (&self.words, &self.traced) == (&other.words, &other.traced)
            && (&self.aliases, &self.marks, &self.kept) == (&other.aliases, &other.marks, &other.kept)
            && (&self.makers, self.callers, self.coroutines, self.values)
                == (&other.makers, other.callers, other.coroutines, other.values)
    }

    /// Offsets in statements that are traced, in order.
    pub(crate) fn marks(&self) -> &[usize] {
        &self.marks
    }

    /// Offsets in statements of which nothing is left out, in order.
    pub(crate) fn kept_places(&self) -> &[usize] {
        &self.kept
    }

    /// Every name that an import statement of `text` can bind is of interest; and, since it is taken from the text,
    /// words that only seem to stand in one.
    pub(crate) fn imported(&mut self, text: &'a str) {
        let bytes = text.as_bytes();
        let mut from = 0;
        while let Some(found) = bytes.get(from..).and_then(|rest| memmem::find(rest, b"import")) {
            let start = from + found;
            from = start + "import".len();
            let joined = |at: usize| bytes.get(at).is_some_and(|&byte| is_word(byte));
            if !joined(from) && !start.checked_sub(1).is_some_and(joined) {
                let line = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |at| at + 1);
                let end = statement_end(bytes, from);
                let whole = self.whole.iter().any(|word| holds(&bytes[line..end], word.as_bytes()));
                self.arguments |= whole && bytes[from..end].contains(&b'*');
                self.statement(bytes, from, end, if whole { Need::Whole } else { Need::Told });
                from = end;
            }
        }
    }

    /// Adds the words behind an `import`.
    fn statement(&mut self, text: &'a [u8], from: usize, end: usize, need: Need) {
        let mut renames = false;
        let mut at = from;
        while at < end {
            if is_word(text[at]) {
                let word = &text[at..word_end(text, at)];
                self.word(word, need);
                if std::mem::replace(&mut renames, word == b"as") {
                    self.aliases.push(word);
                }
                at += word.len();
            } else {
                at += 1;
            }
        }
    }

    fn word(&mut self, word: &'a [u8], need: Need) {
        if let Some(&first) = word.first() {
            self.lengths[usize::from(first)] |= 1 << word.len().min(63);
            let known = self.words.entry(word).or_insert(need);
            *known = need.max(*known);
        }
    }

    /// What a word asks for; none if it is not looked for.
    #[inline]
    pub(crate) fn need(&self, word: &[u8]) -> Option<Need> {
        let first = word.first()?;
        let possible = self.lengths[usize::from(*first)] >> word.len().min(63) & 1 != 0;
        if possible { self.words.get(word).copied() } else { None }
    }

    /// Whether a word is one of those that are looked for.
    #[inline]
    pub(crate) fn has(&self, word: &[u8]) -> bool {
        self.need(word).is_some()
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
        // Behind the first string with interpolations it is not told any more what is string and what is code.
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

/// Whether a text holds a word.
fn holds(text: &[u8], word: &[u8]) -> bool {
    memmem::find_iter(text, word).any(|at| {
        let joined = |at: usize| text.get(at).is_some_and(|&byte| is_word(byte));
        !joined(at + word.len()) && !at.checked_sub(1).is_some_and(joined)
    })
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
