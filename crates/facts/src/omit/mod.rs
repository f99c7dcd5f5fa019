//! What need not be parsed: simple statements in functions, and operands of others, where they are certain to parse
//! and hold nothing that a collector looks for, or only names that are read, which are told apart from the tree. The
//! parser is given a name of the same length in their place, so that every offset stays.
//! It must not know trees, nor what the collectors make of what is left.
//!
//! What a name stands for may be told by a statement without any telling word in it. So from each statement that is
//! traced, the names in it lead to the statements that bind these names, and so on.

mod gaps;
mod statements;
mod trace;

use std::hash::BuildHasher;
use std::ops::Range;

use analyzer_syntax::tokens::{Keyword, Line};
use analyzer_syntax::{OperandKind, OperandWord, Word, operands, simple_statement};
use rustc_hash::{FxBuildHasher, FxHashSet};

use self::gaps::Gaps;
use self::statements::{Statement, Statements};

use crate::imports::texts::speaks;
use crate::interest::{Interest, Need};
use crate::strings::{Literal, Literals, words};

/// Longest statement that is looked into, in bytes.
const LONGEST: usize = 20_000;

/// A text with names in place of what need not be parsed.
pub(crate) struct Outline {
    /// As long as the text that it stands for.
    pub(crate) text: String,
    /// The names that are read in what it leaves out, in order.
    pub(crate) told: Vec<Told>,
    /// What of it need not be read at all, in order.
    pub(crate) gaps: Vec<Range<usize>>,
}

/// A name that is read in what an outline leaves out, by offsets of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// Its first byte.
    pub(crate) start: u32,
    /// Behind its last byte.
    pub(crate) end: u32,
    /// Behind the attributes that are read of it.
    pub(crate) path_end: u32,
    /// Whether it stands in an annotation, and what stands for it does not.
    pub(crate) annotates: bool,
}

impl Told {
    /// The name in these bytes of a text.
    fn new(text: &[u8], range: Range<usize>, annotates: bool) -> Self {
        let (start, end, path_end) = (range.start as u32, range.end as u32, path_end(text, range.end) as u32);
        Self { start, end, path_end, annotates }
    }
}

/// Behind the attributes of the name that ends at `end`, which may be parted by blanks, line breaks and comments.
fn path_end(text: &[u8], mut end: usize) -> usize {
    let skip = |mut at: usize| {
        while let Some(byte) = text.get(at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'#' => at += memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at),
                _ => break,
            }
        }
        at
    };
    loop {
        let dot = if text.get(end) == Some(&b'.') { end } else { skip(end) };
        if text.get(dot) != Some(&b'.') {
            return end;
        }
        let start = skip(dot + 1);
        let length = text.get(start..).unwrap_or_default().iter().take_while(|&&byte| is_word(byte)).count();
        if length == 0 {
            return end;
        }
        end = start + length;
    }
}

/// An outline of `text`, whose `lines` are sound; none where everything is needed.
pub(crate) fn outline(text: &str, lines: &[Line], interest: &Interest) -> Option<Outline> {
    if interest.needs_all() {
        return None;
    }
    let statements = Statements::of(text, lines, interest);
    let mut bytes = text.as_bytes().to_vec();
    let mut told = Vec::new();
    let mut gaps = Gaps::new(text);
    for (index, statement) in statements.all.iter().enumerate() {
        let next = statements.all.get(index + 1);
        let Some(whole) = bytes.get_mut(statement.start..statement.end) else { continue };
        if !statement.kept {
            // The last one of a row stands for all.
            match next.filter(|next| next.stands_for(statement, text)) {
                Some(next) => {
                    whole.fill(b' ');
                    gaps.push(statement.start..next.start);
                }
                None => {
                    whole.fill(b'x');
                    gaps.name(statement.start..statement.end);
                }
            }
            let (from, to) = statement.told;
            told.extend_from_slice(statements.told.get(from as usize..to as usize).unwrap_or_default());
        } else if statement.divisible && !statement.traced && !statement.reached && whole.len() <= LONGEST {
            statements.reduce(statement, whole, &mut told, &mut gaps);
        }
    }
    Some(Outline { text: String::from_utf8(bytes).ok()?, told, gaps: gaps.finish(text, lines) })
}

/// The hashes of all words that tell something in a text, whose `lines` are sound: a simple statement in a function that
/// certainly parses and holds none of them is omitted, and may be exchanged for another one of the kind. None where
/// everything is needed, or values are followed.
pub(crate) fn telling(text: &str, lines: &[Line], interest: &Interest) -> Option<FxHashSet<u64>> {
    if interest.needs_all() || interest.follows_values() {
        return None;
    }
    let mut telling = Statements::of(text, lines, interest).reached;
    telling.extend(interest.all_words().map(hash));
    Some(telling)
}

/// Whether a simple statement certainly parses and holds no word with one of these hashes.
pub(crate) fn tells_nothing(statement: &str, telling: &FxHashSet<u64>) -> bool {
    let quoted =
        |literal: Literal| words(literal.inner).any(|(word, _)| telling.contains(&hash(word.as_bytes())));
    let mut tells =
        statement.starts_with(['"', '\'']) || speaks(statement) || Literals::of(statement).any(quoted);
    let read = simple_statement(statement.as_bytes(), |_, word, _| tells |= telling.contains(&hash(word)));
    read.is_some() && !tells
}

impl Statements<'_> {
    /// Writes names in place of the operands of a statement, `whole`, that hold nothing which must be seen.
    fn reduce(&self, statement: &Statement, whole: &mut [u8], told: &mut Vec<Told>, gaps: &mut Gaps) {
        let text = self.text.as_bytes();
        let Some(source) = text.get(statement.start..statement.end) else { return };
        // What a module binds is looked at, and so is what is done with a name that must be seen.
        let need = self.need(source);
        if need == Some(Need::Whole) {
            return;
        }
        let shown = statement.keyword == Keyword::None && !statement.local || need == Some(Need::Seen);
        operands(source, statement.keyword, |operand, words| {
            if shown && operand.kind == OperandKind::Value {
                return false;
            }
            let Some(part) = source.get(operand.range.clone()) else { return false };
            let quotes = memchr::memchr2(b'"', b'\'', part).is_some();
            // The word that makes a cast's first argument matter stands in front of it.
            let cast = source.get(..operand.range.start).is_some_and(|before| {
                before.trim_ascii_end().strip_suffix(b"(").is_some_and(|callee| callee.ends_with(b"cast"))
            });
            // Strings of annotations name things.
            let names = matches!(operand.kind, OperandKind::Annotation | OperandKind::Parameters);
            if cast || quotes && names {
                return false;
            }
            let before = told.len();
            for OperandWord { range, role, annotates } in words {
                let Some(need) = source.get(range.clone()).and_then(|word| self.interest.need(word)) else {
                    continue;
                };
                if !may_be_told(need, quotes) || *role == Word::Parameter {
                    told.truncate(before);
                    return false;
                }
                if *role == Word::Name {
                    let (start, end) = (statement.start + range.start, statement.start + range.end);
                    let annotates = *annotates && operand.kind == OperandKind::Parameters;
                    told.push(Told::new(text, start..end, annotates));
                }
            }
            gaps.name(statement.start + operand.range.start..statement.start + operand.range.end);
            if let Some(part) = whole.get_mut(operand.range) {
                part.fill(b'x');
            }
            true
        });
    }

    /// What the words of a statement ask for at most.
    fn need(&self, statement: &[u8]) -> Option<Need> {
        let mut most = None;
        let mut rest = statement;
        while let Some(start) = rest.iter().position(|&byte| is_word(byte)) {
            let length = rest[start..].iter().take_while(|&&byte| is_word(byte)).count();
            let (word, behind) = rest[start..].split_at(length);
            most = most.max(self.interest.need(word));
            rest = behind;
        }
        most
    }
}

/// Whether a byte can be part of an ASCII name.
const fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// Whether nothing need be seen of a word that asks for this; `quotes` if there is something in quotes beside it.
fn may_be_told(need: Need, quotes: bool) -> bool {
    match need {
        Need::Told => true,
        Need::Quoting => !quotes,
        Need::Seen | Need::Whole => false,
    }
}

fn hash(word: &[u8]) -> u64 {
    FxBuildHasher.hash_one(word)
}
