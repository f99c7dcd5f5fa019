//! Simple statements that are certain to parse, told from their bytes alone: calls, assignments, `return` and `raise`
//! with ordinary expressions. Whatever is rare is not recognised. It must not know trees, nor what words mean to anybody.

use crate::reader::{Reader, Word};
use crate::scan::word_end;

/// What a statement does that was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It computes a value, and throws it away.
    Compute,
    /// It gives a value to names, attributes or elements.
    Assign,
    /// `return` or `raise`.
    Leave,
}

/// A statement that is certain to parse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simple {
    /// What it does.
    pub action: Action,
    /// Where the value begins, in bytes from the statement's first: behind the last `=`, or the keyword.
    pub value: usize,
    /// Whether the value is a mere name, with or without attributes.
    pub dotted: bool,
}

/// Reads a statement, from its first byte to its last, and tells `word` every name in it with its offset: those of
/// keyword arguments and attributes too, and those in formatted strings, but no keywords.
///
/// None where it holds anything that is not certain to parse: comprehensions, lambdas, conditions, annotations.
pub fn simple_statement(text: &[u8], mut word: impl FnMut(usize, &[u8], Word)) -> Option<Simple> {
    let mut reader = Reader::new(text, &mut word);
    let keyword_end = word_end(text, 0);
    let action = match &text[..keyword_end] {
        b"return" | b"raise" => {
            (reader.at, reader.value) = (keyword_end, keyword_end);
            Action::Leave
        }
        // Words that the grammar treats in ways of their own at the start of a statement.
        b"exec" | b"match" | b"case" | b"type" | b"async" => return None,
        b"print" if text.get(keyword_end) != Some(&b'(') || text.last() != Some(&b')') => return None,
        _ => Action::Compute,
    };
    reader.statement(action)
}

impl Reader<'_, '_> {
    fn statement(&mut self, mut action: Action) -> Option<Simple> {
        while let Some(byte) = self.next() {
            match byte {
                b'=' if self.depth == 0 && self.text.get(self.at + 1) != Some(&b'=') => {
                    let ready = self.is_after() && self.targets && self.target && !self.augmented;
                    if !ready || action == Action::Leave {
                        return None;
                    }
                    action = Action::Assign;
                    self.at += 1;
                    self.begin_value();
                }
                _ if self.is_after() => {
                    if let Some(length) = self.augmentation(byte) {
                        if self.depth > 0 || action != Action::Compute || !self.target || self.commas {
                            return None;
                        }
                        action = Action::Assign;
                        self.augmented = true;
                        self.at += length;
                        self.begin_value();
                    } else {
                        self.after(byte)?;
                    }
                }
                _ => self.operand(byte)?,
            }
        }
        // The grammar reads on behind a comma at the end of a line, and may stumble.
        let complete = self.depth == 0 && self.is_after();
        // `raise X, y` is Python 2.
        let old = self.commas && self.text.starts_with(b"raise");
        let (value, dotted) = (self.value, self.dotted && !self.commas);
        (complete && !old).then_some(Simple { action, value, dotted })
    }
}
