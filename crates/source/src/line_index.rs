//! Lines and columns of byte offsets, and back, in the three units that readers count in.
//!
//! All of it is total: no offset, line or column makes it fail. It must not know how lines are shown.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Where the lines of a text begin. Lines end at LF or CR LF; decoded text has no other line ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineIndex {
    /// Offset after each LF, ascending; the first line begins at 0 without being listed.
    starts: Box<[u32]>,
    length: u32,
    /// Marks at least [`APART`] bytes apart, ascending, so that the time for a column does not depend on the length of its
    /// line; none in a text of ASCII, where every unit is a byte.
    marks: Box<[Mark]>,
}

/// Bytes between two marks, about.
const APART: usize = 1024;

/// How much of a text lies before a place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    offset: u32,
    utf16: u32,
    characters: u32,
}

/// A position that people and protocols count. Both from 0; the unit of `column` is a [`ColumnUnit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineColumn {
    /// The line, from 0.
    pub line: u32,
    /// The column, from 0.
    pub column: u32,
}

/// The unit in which columns are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnUnit {
    /// A byte of UTF-8.
    Utf8,
    /// A code unit of UTF-16: the language server's default, and SARIF's.
    Utf16,
    /// A character (Unicode scalar value): what CPython and this tool's reports count.
    Chars,
}

impl ColumnUnit {
    fn of(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Chars => 1,
        }
    }

    fn length(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Chars => text.chars().count(),
        }
    }
}

impl LineIndex {
    /// Indexes a text. Beyond 4 GiB, which decoded text never has, offsets are clamped.
    pub fn new(text: &str) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| clamp(at + 1)).collect();
        Self { starts, length: clamp(text.len()), marks: marks(text) }
    }

    /// How many lines there are: one more than there are line ends.
    pub fn line_count(&self) -> u32 {
        clamp(self.starts.len() + 1)
    }

    /// The line of a byte offset; past the end it is the last.
    pub fn line(&self, offset: u32) -> u32 {
        clamp(self.starts.partition_point(|&start| start <= offset))
    }

    /// The bytes of a line with its line end; empty at the end of the text for a line that does not exist.
    pub fn line_range(&self, line: u32) -> Range<u32> {
        let line = line as usize;
        let start = match line.checked_sub(1) {
            None => 0,
            Some(before) => self.starts.get(before).copied().unwrap_or(self.length),
        };
        start..self.starts.get(line).copied().unwrap_or(self.length)
    }

    /// A line without its line end; empty for a line that does not exist. `text` is the one that was indexed.
    pub fn line_text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let range = self.line_range(line);
        let line = text.get(range.start as usize..range.end as usize).unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The position of a byte offset in the text that was indexed. Inside a character it is that of the
    /// character, inside a CR LF that of the CR, past the end that of the end.
    pub fn position(&self, text: &str, offset: u32, unit: ColumnUnit) -> LineColumn {
        let line = self.line(offset);
        let content = self.line_text(text, line);
        let start = self.line_range(line).start;
        let bytes = content.floor_char_boundary((offset - start.min(offset)) as usize);
        let column = if unit == ColumnUnit::Utf8 || self.marks.is_empty() {
            clamp(bytes)
        } else {
            let begin = self.units_before(text, start as usize, unit);
            self.units_before(text, start as usize + bytes, unit).saturating_sub(begin)
        };
        LineColumn { line, column }
    }

    /// How many units of the text lie before an offset.
    fn units_before(&self, text: &str, offset: usize, unit: ColumnUnit) -> u32 {
        let after = self.marks.partition_point(|mark| mark.offset as usize <= offset);
        let mark = after.checked_sub(1).and_then(|at| self.marks.get(at)).copied().unwrap_or_default();
        let rest = text.get(mark.offset as usize..offset).unwrap_or_default();
        let counted = if unit == ColumnUnit::Utf16 { mark.utf16 } else { mark.characters };
        counted.saturating_add(clamp(unit.length(rest)))
    }

    /// The byte offset of a position in the text that was indexed. A column past the end of its line is
    /// the end of the line before its line end, one inside a character is the character's begin, and a line past the
    /// last is the end of the text.
    pub fn offset(&self, text: &str, position: LineColumn, unit: ColumnUnit) -> u32 {
        let start = self.line_range(position.line).start;
        let content = self.line_text(text, position.line);
        let wanted = position.column as usize;
        let bytes = if unit == ColumnUnit::Utf8 || content.is_ascii() {
            content.floor_char_boundary(wanted)
        } else {
            let mut columns = 0;
            let mut bytes = 0;
            for c in content.chars() {
                columns += unit.of(c);
                if columns > wanted {
                    break;
                }
                bytes += c.len_utf8();
            }
            bytes
        };
        start.saturating_add(clamp(bytes))
    }
}

/// The marks of a text; the first is its beginning.
fn marks(text: &str) -> Box<[Mark]> {
    if text.is_ascii() {
        return Box::default();
    }
    let mut mark = Mark::default();
    let mut marks = vec![mark];
    let mut at = 0;
    while text.len() - at > APART {
        let next = text.ceil_char_boundary(at + APART);
        let part = text.get(at..next).unwrap_or_default();
        mark = Mark {
            offset: clamp(next),
            utf16: mark.utf16.saturating_add(clamp(ColumnUnit::Utf16.length(part))),
            characters: mark.characters.saturating_add(clamp(ColumnUnit::Chars.length(part))),
        };
        marks.push(mark);
        at = next;
    }
    marks.into()
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNITS: [ColumnUnit; 3] = [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Chars];

    fn at(line: u32, column: u32) -> LineColumn {
        LineColumn { line, column }
    }

    #[test]
    fn columns_are_counted_in_each_unit() {
        let text = "x = 'é😀'\r\ny\n";
        let index = LineIndex::new(text);
        let quote = text.rfind('\'').unwrap() as u32;
        assert_eq!(quote, 11);
        assert_eq!(index.position(text, quote, ColumnUnit::Utf8), at(0, 11));
        assert_eq!(index.position(text, quote, ColumnUnit::Utf16), at(0, 8));
        assert_eq!(index.position(text, quote, ColumnUnit::Chars), at(0, 7));
        for unit in UNITS {
            assert_eq!(index.offset(text, index.position(text, quote, unit), unit), quote);
        }
        assert_eq!(index.position(text, 9, ColumnUnit::Chars), at(0, 6), "inside the emoji");
        assert_eq!(index.offset(text, at(0, 7), ColumnUnit::Utf16), 7, "between its surrogates");
        assert_eq!(index.position(text, 13, ColumnUnit::Chars), at(0, 8), "between CR and LF");
        assert_eq!(index.offset(text, at(0, 99), ColumnUnit::Chars), 12);
        assert_eq!(index.position(text, 14, ColumnUnit::Chars), at(1, 0));
        assert_eq!(index.position(text, 99, ColumnUnit::Chars), at(2, 0));
        assert_eq!(index.offset(text, at(99, 3), ColumnUnit::Chars), 16);
    }

    #[test]
    fn lines_are_cut_without_their_ends() {
        let text = "a\r\n\nlast";
        let index = LineIndex::new(text);
        assert_eq!(index.line_count(), 3);
        assert_eq!(
            (0..5).map(|line| index.line_text(text, line)).collect::<Vec<_>>(),
            ["a", "", "last", "", ""]
        );
        assert_eq!(index.line_range(0), 0..3);
        assert_eq!(index.line_range(2), 4..8);
        assert_eq!(index.line_range(u32::MAX), 8..8);
        let empty = LineIndex::new("");
        assert_eq!((empty.line_count(), empty.line_range(0)), (1, 0..0));
        assert_eq!(empty.position("", 7, ColumnUnit::Utf16), at(0, 0));
    }

    /// The same by walking over the characters.
    fn naive(text: &str, offset: usize, unit: ColumnUnit) -> LineColumn {
        let mut position = at(0, 0);
        for (start, c) in text.char_indices() {
            if start + c.len_utf8() > offset || c == '\r' && start + 1 >= offset {
                break;
            }
            match c {
                '\n' => position = at(position.line + 1, 0),
                '\r' => {}
                _ => position.column += unit.of(c) as u32,
            }
        }
        position
    }

    #[test]
    fn columns_of_a_long_line_are_counted_from_marks() {
        let text = format!("é = 1\n{}x\r\n{}y", "aé😀 ".repeat(900), "世".repeat(3000));
        let index = LineIndex::new(&text);
        assert!(index.marks.len() > 10, "{}", index.marks.len());
        let offsets = (0..=text.len()).step_by(97);
        for offset in offsets.chain(["x", "y"].map(|word| text.rfind(word).unwrap())) {
            for unit in UNITS {
                assert_eq!(
                    index.position(&text, offset as u32, unit),
                    naive(&text, offset, unit),
                    "{offset}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn positions_are_those_of_the_naive_way(text in "(\r\n|[a\n é世😀]){0,24}", beyond in 0_usize..4) {
            let index = LineIndex::new(&text);
            for offset in 0..=text.len() + beyond {
                for unit in UNITS {
                    let position = index.position(&text, offset as u32, unit);
                    prop_assert_eq!(position, naive(&text, offset, unit), "offset {}", offset);
                    // Back: the same place, or the begin of the character or line end that it lies in.
                    let back = index.offset(&text, position, unit) as usize;
                    let mut begin = text.floor_char_boundary(offset);
                    if text[..begin].ends_with('\r') {
                        begin -= 1;
                    }
                    prop_assert_eq!(back, begin);
                }
            }
        }

        #[test]
        fn nothing_makes_it_fail(text in "\\PC{0,9}\n?\r?", other in "\\PC{0,9}", line: u32, column: u32, offset: u32) {
            let index = LineIndex::new(&text);
            for unit in UNITS {
                for line in [line, line % 3] {
                    for column in [column, column % 9] {
                        let found = index.offset(&text, at(line, column), unit);
                        prop_assert!(text.is_char_boundary(found as usize));
                    }
                }
                // Not the text that was indexed: wrong answers, but answers.
                index.position(&other, offset % 12, unit);
                prop_assert!(index.offset(&other, at(line % 3, column), unit) as usize <= text.len() + other.len());
            }
        }
    }
}
