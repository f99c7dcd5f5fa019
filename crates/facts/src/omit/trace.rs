//! How what is traced leads from statement to statement: what a name stands for may be told by a statement without any
//! telling word in it. It must not know what is traced for what.

use analyzer_syntax::tokens::Keyword;
use rustc_hash::{FxHashMap, FxHashSet};

use super::is_word;
use super::statements::{Statement, Statements};

/// How many times something is given another name on the way to where it is used; no collector follows further.
const MOST_NAMES: usize = 32;

impl Statements<'_> {
    /// Keeps what binds the names of what is traced.
    pub(super) fn trace(&mut self) {
        let mut pending: Vec<usize> = (0..self.all.len()).filter(|&index| self.all[index].traced).collect();
        if pending.is_empty() {
            return;
        }
        let mut binders: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (index, statement) in self.all.iter().enumerate().filter(|(_, statement)| !statement.traced) {
            let targets = self.words.get(statement.words.0 as usize..statement.targets as usize);
            for &word in targets.unwrap_or_default() {
                binders.entry(word).or_default().push(index as u32);
            }
        }
        let mut seen: FxHashSet<u64> = FxHashSet::default();
        let mut named: FxHashSet<u64> = FxHashSet::default();
        for _ in 0..MOST_NAMES {
            let known = named.len();
            while let Some(index) = pending.pop() {
                let Statement { words: (from, to), targets, seed, followed, makes, function, .. } =
                    self.all[index];
                if makes && (seed || followed) {
                    named.extend(self.words.get(from as usize..targets as usize).unwrap_or_default());
                }
                if seed && function != 0 && self.interest.traces_callers() {
                    named.insert(function);
                }
                for at in from..to {
                    let word = self.words[at as usize];
                    if !seen.insert(word) {
                        continue;
                    }
                    for &binder in binders.get(&word).map(Vec::as_slice).unwrap_or_default() {
                        pending.extend(self.all[binder as usize].follow().then_some(binder as usize));
                    }
                }
            }
            if named.len() == known {
                seen.extend(named);
                self.reached = seen;
                return;
            }
            // Another name of something that matters does so wherever it is used.
            for (index, statement) in self.all.iter_mut().enumerate() {
                let words = self.words.get(statement.words.0 as usize..statement.words.1 as usize);
                if !statement.followed && words.unwrap_or_default().iter().any(|word| named.contains(word)) {
                    statement.followed = true;
                    // What it makes of the name is followed even where it was traced already.
                    if statement.follow() || statement.makes {
                        pending.push(index);
                    }
                }
            }
        }
    }
}

impl Statement {
    /// Keeps it, and traces it if it leads on; false where it was traced already.
    pub(super) fn follow(&mut self) -> bool {
        (self.kept, self.reached) = (true, true);
        self.leads && !std::mem::replace(&mut self.traced, true)
    }
}

/// What a line binds.
pub(super) enum Bound<'t> {
    /// Some of its words.
    Unknown,
    /// Names in this part of it: what an import brings, or the parameters of a function.
    Names(&'t str),
}

/// What a line of this text binds.
pub(super) fn bound_part(text: &str, keyword: Keyword) -> Bound<'_> {
    match keyword {
        Keyword::Def => text.find('(').map_or(Bound::Unknown, |at| Bound::Names(&text[at..])),
        Keyword::None if text.starts_with("import ") => Bound::Names(&text["import ".len()..]),
        Keyword::None if text.starts_with("from ") => {
            text.split_once(" import").map_or(Bound::Unknown, |(_, names)| Bound::Names(names))
        }
        _ => Bound::Unknown,
    }
}

/// The words of a text that are no keywords or numbers, each with the last byte before it that is no blank.
pub(super) fn words(text: &str) -> impl Iterator<Item = (u8, &[u8])> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| is_word(byte) || byte >= 0x80;
    let (mut at, mut before) = (0, b' ');
    std::iter::from_fn(move || {
        while let Some(&byte) = bytes.get(at) {
            if !is_word(byte) {
                before = if byte.is_ascii_whitespace() { before } else { byte };
                at += 1;
                continue;
            }
            let length = bytes[at..].iter().take_while(|&&byte| is_word(byte)).count();
            let (word, found) = (&bytes[at..at + length], before);
            (at, before) = (at + length, b' ');
            let keyword = matches!(
                word,
                b"def"
                    | b"async"
                    | b"for"
                    | b"in"
                    | b"with"
                    | b"as"
                    | b"import"
                    | b"from"
                    | b"class"
                    | b"if"
                    | b"elif"
                    | b"while"
                    | b"not"
                    | b"and"
                    | b"or"
                    | b"is"
                    | b"None"
                    | b"True"
                    | b"False"
                    | b"self"
                    | b"cls"
                    | b"await"
                    | b"lambda"
            );
            if !keyword && !byte.is_ascii_digit() {
                return Some((found, word));
            }
        }
        None
    })
}
