//! The texts that the client holds, kept as it edits them. It must not know what is found in them.

use std::sync::Arc;

use analyzer_source::{ColumnUnit, LineColumn, LineIndex};

use crate::wire::{ContentChange, Position};

/// A text that is open.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// As the client writes its address.
    pub(crate) uri: String,
    /// The number of the project that it belongs to.
    pub(crate) project: usize,
    /// The file's path from the project's root, or a replacement for one.
    pub(crate) path: Arc<str>,
    /// The client's number of this text.
    pub(crate) version: i32,
    /// As analysed: each CR is followed by an LF, and there is no NUL. Both keep every offset.
    pub(crate) text: Arc<str>,
    /// Whether its name shows that the analysis has a use for it.
    pub(crate) named: bool,
    /// Set if a check of the project skips it, so that nothing is found in it here either.
    pub(crate) left_out: bool,
    /// Whether the analysis has a use for it: a list of requirements may have any name.
    pub(crate) analysed: bool,
    /// Whether the engine has not seen this text yet.
    pub(crate) dirty: bool,
}

impl Document {
    /// Applies edits one after the other, each to what the one before left.
    pub(crate) fn apply(&mut self, changes: Vec<ContentChange>, unit: ColumnUnit) {
        let mut text = self.text.to_string();
        for change in changes {
            match change.range {
                None => text = change.text,
                Some(range) => {
                    let index = LineIndex::new(&text);
                    let at = |position| offset(&text, &index, position, unit) as usize;
                    let (start, end) = (at(range.start), at(range.end));
                    text.replace_range(start..end.max(start), &change.text);
                }
            }
        }
        self.text = normalised(text);
        self.dirty = true;
    }
}

/// A text as it is analysed.
pub(crate) fn normalised(text: String) -> Arc<str> {
    let bytes = text.as_bytes();
    let odd = |at: usize| bytes.get(at) == Some(&0) || bytes.get(at + 1) != Some(&b'\n');
    if !memchr::memchr2_iter(b'\r', 0, bytes).any(odd) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        out.push(match c {
            '\r' if characters.peek() != Some(&'\n') => '\n',
            '\0' => ' ',
            c => c,
        });
    }
    out.into()
}

/// The byte that a position of the protocol means.
pub(crate) fn offset(text: &str, index: &LineIndex, position: Position, unit: ColumnUnit) -> u32 {
    index.offset(text, LineColumn { line: position.line, column: position.character }, unit)
}

/// The position of a byte, as the protocol counts.
pub(crate) fn position(text: &str, index: &LineIndex, offset: u32, unit: ColumnUnit) -> Position {
    let found = index.position(text, offset, unit);
    Position { line: found.line, character: found.column }
}

/// Where the byte at `offset` of one version of a text is in another; none where the versions differ at it.
pub(crate) fn moved(from: &str, to: &str, offset: u32) -> Option<u32> {
    let (a, b) = (from.as_bytes(), to.as_bytes());
    let offset = offset as usize;
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if offset <= prefix {
        return u32::try_from(offset).ok();
    }
    let longest = a.len().min(b.len()) - prefix;
    let suffix = a.iter().rev().zip(b.iter().rev()).take(longest).take_while(|(x, y)| x == y).count();
    let behind = a.len().checked_sub(offset)?;
    (behind <= suffix).then(|| u32::try_from(b.len() - behind).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Range;

    fn document(text: &str) -> Document {
        Document {
            uri: String::new(),
            project: 0,
            path: "a.py".into(),
            version: 1,
            text: normalised(text.to_owned()),
            named: true,
            left_out: false,
            analysed: true,
            dirty: false,
        }
    }

    fn change(from: (u32, u32), to: (u32, u32), text: &str) -> ContentChange {
        let at = |(line, character)| Position { line, character };
        ContentChange { range: Some(Range { start: at(from), end: at(to) }), text: text.to_owned() }
    }

    #[test]
    fn edits_apply_one_after_the_other_in_the_agreed_unit() {
        let mut utf16 = document("a = '🦀é'\nb\n");
        utf16.apply(vec![change((0, 7), (0, 8), "e"), change((1, 0), (1, 1), "c\nd")], ColumnUnit::Utf16);
        assert_eq!(&*utf16.text, "a = '🦀e'\nc\nd\n");
        let mut utf8 = document("a = '🦀é'\n");
        utf8.apply(vec![change((0, 9), (0, 11), "e")], ColumnUnit::Utf8);
        assert_eq!(&*utf8.text, "a = '🦀e'\n");
    }

    #[test]
    fn edits_outside_the_text_are_clamped() {
        let mut text = document("a\n");
        text.apply(vec![change((9, 9), (9, 9), "b"), change((0, 5), (0, 2), "x")], ColumnUnit::Utf16);
        assert_eq!(&*text.text, "ax\nb");
        text.apply(vec![ContentChange { range: None, text: "new".to_owned() }], ColumnUnit::Utf16);
        assert_eq!(&*text.text, "new");
    }

    #[test]
    fn line_ends_are_those_of_the_analysis() {
        assert_eq!(&*normalised("a\rb\r\nc\0\r".to_owned()), "a\nb\r\nc \n");
    }

    #[test]
    fn offsets_follow_an_edit() {
        let (from, to) = ("abc def ghi", "abc xx ghi");
        assert_eq!(moved(from, to, 0), Some(0));
        assert_eq!(moved(from, to, 4), Some(4));
        assert_eq!(moved(from, to, 5), None);
        assert_eq!(moved(from, to, 8), Some(7));
        assert_eq!(moved(from, to, 11), Some(10));
        assert_eq!(moved("aa", "aaa", 2), Some(2));
        assert_eq!(moved("aaa", "aa", 3), Some(2));
    }
}
