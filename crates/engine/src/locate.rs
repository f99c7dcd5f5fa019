//! Byte ranges to lines and columns, with the source lines that reports show.
//! It must not know rules or where texts come from.

use std::sync::Arc;

use analyzer_diagnostics::{Location, Position, SourceLines};
use analyzer_facts::TextRange;
use analyzer_source::{ColumnUnit, LineIndex};

/// Lines of source that a finding carries at most.
const SHOWN_LINES: u32 = 8;
/// Bytes of source that a finding carries at most; a line can be a megabyte long.
const SHOWN_BYTES: usize = 2000;

/// A text that is ready for look-ups.
pub(crate) struct LocatedText {
    path: Arc<str>,
    text: Arc<str>,
    index: LineIndex,
}

impl LocatedText {
    /// Indexes the lines of a text.
    pub(crate) fn new(path: Arc<str>, text: Arc<str>) -> Self {
        let index = LineIndex::new(&text);
        Self { path, text, index }
    }

    /// The text itself.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place of a byte range; ranges that do not fit the text are clamped.
    pub(crate) fn location(&self, range: TextRange) -> Location {
        Location {
            path: Arc::clone(&self.path),
            range,
            start: self.position(range.start),
            end: self.position(range.end.max(range.start)),
        }
    }

    /// The whole lines that a byte range covers, as far as reports show them.
    pub(crate) fn source(&self, range: TextRange) -> SourceLines {
        let first = self.index.line(range.start);
        let last = self.index.line(range.end.max(range.start)).min(first + SHOWN_LINES - 1);
        let offset = self.index.line_range(first).start;
        let end = self.index.line_range(last).end;
        let mut text = self.text.get(offset as usize..end as usize).unwrap_or("");
        if text.len() > SHOWN_BYTES {
            let cut = (0..=SHOWN_BYTES).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            text = &text[..cut];
        }
        SourceLines { first_line: first + 1, offset, text: text.to_owned() }
    }

    fn position(&self, offset: u32) -> Position {
        let at = |unit| self.index.position(&self.text, offset, unit);
        let characters = at(ColumnUnit::Chars);
        Position {
            line: characters.line + 1,
            column: characters.column + 1,
            column_utf16: at(ColumnUnit::Utf16).column + 1,
            column_utf8: at(ColumnUnit::Utf8).column + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_utf16_units() {
        let text = LocatedText::new("a.py".into(), "x = 1\ns = '𝄞é' + y\n".into());
        let start = text.text().find('y').unwrap() as u32;
        let location = text.location(TextRange::new(start, start + 1));
        assert_eq!(location.start, Position { line: 2, column: 12, column_utf16: 13, column_utf8: 16 });
        assert_eq!(text.source(location.range).text.trim_end(), "s = '𝄞é' + y");
    }

    #[test]
    fn ranges_outside_the_text_are_clamped() {
        let text = LocatedText::new("a.py".into(), "x\n".into());
        let location = text.location(TextRange::new(50, 60));
        assert!(location.start.line <= 2);
        assert!(text.source(TextRange::new(50, 60)).first_line <= 2);
    }

    #[test]
    fn a_long_line_is_cut_at_a_character() {
        let text = LocatedText::new("a.py".into(), "é".repeat(5000).into());
        assert_eq!(text.source(TextRange::new(0, 2)).text.len(), 2000);
    }
}
