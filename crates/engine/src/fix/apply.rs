//! Edits applied to a text. It must not know where they come from.

use analyzer_diagnostics::Edit;
use analyzer_source::declared_encoding;

/// The text with `edits` applied. They are sorted by start and do not overlap; one that does not fit the text, or that
/// overlaps the one before, is left out. Line ends in what is inserted become those of the text.
#[must_use]
pub fn apply_edits(text: &str, edits: &[Edit]) -> String {
    let crlf = has_crlf(text);
    let mut out =
        String::with_capacity(text.len() + edits.iter().map(|edit| edit.content.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        let (Some(before), Some(_)) = (text.get(at..start), text.get(start..end)) else { continue };
        out.push_str(before);
        out.push_str(&normalised(&edit.content, crlf));
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Whether a text with `edits` applied declares the encoding that it declared before. A comment that says `coding:` counts in
/// the first two lines alone: where one came there or went, every other character might be read as something else.
pub(super) fn keeps_encoding(text: &str, edits: &[Edit]) -> bool {
    let head = two_lines(text);
    if edits.first().is_none_or(|edit| edit.range.start as usize >= head.len()) {
        return true;
    }
    let mut after = String::new();
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        let (Some(before), Some(_)) = (text.get(at..start), text.get(start..end)) else { continue };
        after.push_str(two_lines(before));
        if after.bytes().filter(|byte| *byte == b'\n').count() > 1 {
            break;
        }
        after.push_str(&edit.content);
        at = end;
    }
    after.push_str(two_lines(text.get(at..).unwrap_or("")));
    declared_encoding(head) == declared_encoding(&after)
}

/// The first two lines of a text, with their ends.
fn two_lines(text: &str) -> &str {
    let end = text.match_indices('\n').nth(1).map_or(text.len(), |(at, _)| at + 1);
    text.get(..end).unwrap_or(text)
}

/// Whether the first line of a text ends in CR LF.
pub(super) fn has_crlf(text: &str) -> bool {
    text.find('\n').is_some_and(|at| text[..at].ends_with('\r'))
}

fn normalised(content: &str, crlf: bool) -> String {
    let plain = content.replace("\r\n", "\n");
    if crlf { plain.replace('\n', "\r\n") } else { plain }
}

/// Where offsets of the text before sorted edits lie after them.
pub(super) struct Moves<'e> {
    edits: &'e [Edit],
    /// How far the text after each edit moves.
    shifts: Vec<i64>,
}

impl<'e> Moves<'e> {
    pub(super) fn new(edits: &'e [Edit], crlf: bool) -> Self {
        let mut shift = 0;
        let after = |edit: &Edit| {
            let removed = i64::from(edit.range.end - edit.range.start);
            shift += normalised(&edit.content, crlf).len() as i64 - removed;
            shift
        };
        Self { edits, shifts: edits.iter().map(after).collect() }
    }

    /// The place of an offset; the beginning of the text that replaced it, if it is gone.
    pub(super) fn moved(&self, offset: u32) -> u32 {
        let over = self.edits.partition_point(|edit| edit.range.start <= offset && edit.range.end <= offset);
        let shift = over.checked_sub(1).and_then(|last| self.shifts.get(last)).copied().unwrap_or(0);
        let replaced = self.edits.get(over).filter(|edit| edit.range.start <= offset);
        let place = replaced.map_or(offset, |edit| edit.range.start);
        u32::try_from(i64::from(place) + shift).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use analyzer_source::TextRange;

    use super::*;

    fn edit(start: u32, end: u32, content: &str) -> Edit {
        Edit { range: TextRange::new(start, end), content: content.to_owned() }
    }

    #[test]
    fn edits_are_applied_in_order_and_offsets_follow() {
        let edits = [edit(0, 0, "# x\n"), edit(4, 7, "B")];
        assert_eq!(apply_edits("a = bcd + e\n", &edits), "# x\na = B + e\n");
        let moves = Moves::new(&edits, false);
        assert_eq!([0, 4, 5, 7, 10].map(|offset| moves.moved(offset)), [4, 8, 8, 9, 12]);
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        assert_eq!(apply_edits("é = 1\n", &[edit(1, 2, "x"), edit(3, 90, "y")]), "é = 1\n");
        assert_eq!(apply_edits("abc", &[edit(0, 2, "x"), edit(1, 3, "y")]), "xc");
    }

    #[test]
    fn line_ends_are_those_of_the_text() {
        let edits = [edit(0, 0, "import a\n"), edit(0, 0, "import b\r\n")];
        assert_eq!(apply_edits("x\r\n", &edits), "import a\r\nimport b\r\nx\r\n");
        assert_eq!(apply_edits("x\n", &edits), "import a\nimport b\nx\n");
    }
}
