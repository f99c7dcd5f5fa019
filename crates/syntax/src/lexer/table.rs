//! Classes of bytes, and keywords by a perfect hash of their first eight bytes.

use super::token::Soft;
use crate::kind::{self, Kind};

/// Byte of a name, after its first.
pub(super) const WORD: u8 = 1;
/// First byte of a name.
pub(super) const WORD_START: u8 = 2;
/// Decimal digit.
pub(super) const DIGIT: u8 = 4;
/// Space, tab or form feed.
pub(super) const BLANK: u8 = 8;
/// Byte at which the contents of a one-line string need a closer look.
pub(super) const STRING_STOP: u8 = 16;

/// Class of each byte.
pub(super) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        let mut class = 0;
        if letter.is_ascii_alphabetic() || letter == b'_' || byte >= 128 {
            class |= WORD | WORD_START;
        }
        if letter.is_ascii_digit() {
            class |= WORD | DIGIT;
        }
        if matches!(letter, b' ' | b'\t' | 0x0c) {
            class |= BLANK;
        }
        if matches!(letter, b'"' | b'\'' | b'\\' | b'\n' | b'{' | b'}' | 0) {
            class |= STRING_STOP;
        }
        table[byte] = class;
        byte += 1;
    }
    table
}

/// Class of a byte.
#[inline]
pub(super) fn class(byte: u8) -> u8 {
    CLASS[byte as usize]
}

/// A keyword: its bytes as a number, its kind, and the soft keyword that it is.
type Entry = (u64, Kind, Soft);

const BITS: u32 = 7;
const FACTOR: u64 = 0xcd02_d6f0_260f_a2af;

static KEYWORDS: [Entry; 1 << BITS] = keywords();

const WORDS: [(&str, Kind, Soft); 42] = [
    ("False", kind::FALSE, Soft::No),
    ("None", kind::NONE, Soft::No),
    ("True", kind::TRUE, Soft::No),
    ("and", kind::KW_AND, Soft::No),
    ("as", kind::KW_AS, Soft::No),
    ("assert", kind::KW_ASSERT, Soft::No),
    ("async", kind::KW_ASYNC, Soft::No),
    ("await", kind::KW_AWAIT, Soft::No),
    ("break", kind::KW_BREAK, Soft::No),
    ("class", kind::KW_CLASS, Soft::No),
    ("continue", kind::KW_CONTINUE, Soft::No),
    ("def", kind::KW_DEF, Soft::No),
    ("del", kind::KW_DEL, Soft::No),
    ("elif", kind::KW_ELIF, Soft::No),
    ("else", kind::KW_ELSE, Soft::No),
    ("except", kind::KW_EXCEPT, Soft::No),
    ("finally", kind::KW_FINALLY, Soft::No),
    ("for", kind::KW_FOR, Soft::No),
    ("from", kind::KW_FROM, Soft::No),
    ("global", kind::KW_GLOBAL, Soft::No),
    ("if", kind::KW_IF, Soft::No),
    ("import", kind::KW_IMPORT, Soft::No),
    ("in", kind::KW_IN, Soft::No),
    ("is", kind::KW_IS, Soft::No),
    ("lambda", kind::KW_LAMBDA, Soft::No),
    ("nonlocal", kind::KW_NONLOCAL, Soft::No),
    ("not", kind::KW_NOT, Soft::No),
    ("or", kind::KW_OR, Soft::No),
    ("pass", kind::KW_PASS, Soft::No),
    ("raise", kind::KW_RAISE, Soft::No),
    ("return", kind::KW_RETURN, Soft::No),
    ("try", kind::KW_TRY, Soft::No),
    ("while", kind::KW_WHILE, Soft::No),
    ("with", kind::KW_WITH, Soft::No),
    ("yield", kind::KW_YIELD, Soft::No),
    ("print", kind::IDENTIFIER, Soft::Print),
    ("exec", kind::IDENTIFIER, Soft::Exec),
    ("match", kind::IDENTIFIER, Soft::Match),
    ("case", kind::IDENTIFIER, Soft::Case),
    ("type", kind::IDENTIFIER, Soft::Type),
    ("_", kind::IDENTIFIER, Soft::Underscore),
    ("lazy", kind::IDENTIFIER, Soft::Lazy),
];

const fn hash(word: u64) -> usize {
    (word.wrapping_mul(FACTOR) >> (64 - BITS)) as usize
}

const fn keywords() -> [Entry; 1 << BITS] {
    let mut table = [(0, kind::IDENTIFIER, Soft::No); 1 << BITS];
    let mut at = 0;
    while at < WORDS.len() {
        let (text, kind, soft) = WORDS[at];
        let word = number(text.as_bytes(), 0, text.len());
        table[hash(word)] = (word, kind, soft);
        at += 1;
    }
    table
}

/// The bytes from `start` to `end`, at most eight, as a number.
const fn number(bytes: &[u8], start: usize, end: usize) -> u64 {
    let mut word = 0;
    let mut at = end;
    while at > start {
        at -= 1;
        word = (word << 8) | bytes[at] as u64;
    }
    word
}

/// Kind and soft keyword of the name from `start` to `end`.
#[inline]
pub(super) fn keyword(bytes: &[u8], start: usize, end: usize) -> (Kind, Soft) {
    let length = end - start;
    if length > 8 {
        let future = length == 10 && bytes[start..end] == *b"__future__";
        return (kind::IDENTIFIER, if future { Soft::Future } else { Soft::No });
    }
    let word = match bytes.get(start..).and_then(|rest| rest.first_chunk::<8>()) {
        Some(chunk) => u64::from_le_bytes(*chunk) & (u64::MAX >> (64 - 8 * length as u32)),
        None => number(bytes, start, end),
    };
    let (known, kind, soft) = KEYWORDS[hash(word)];
    if known == word { (kind, soft) } else { (kind::IDENTIFIER, Soft::No) }
}
