//! Where the lines of files as they were analysed lie after the passes so far. It must not know what edits are for.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use analyzer_diagnostics::Edit;
use analyzer_source::LineIndex;

/// Where lines have gone, by file.
#[derive(Debug, Default)]
pub struct LineMoves(BTreeMap<Arc<str>, Vec<Vec<LineEdit>>>);

/// A line, from 0, and whether the place lies after its beginning.
type Place = (u32, bool);

/// One edit of a pass, in lines of the text before the pass.
#[derive(Debug)]
struct LineEdit {
    start: Place,
    end: Place,
    /// Line ends in what was written.
    added: u32,
    /// How far the edits before it move its lines.
    shift: i64,
}

/// Which end of a range of lines moves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

impl LineMoves {
    /// Where the lines `lines` of a file, counted from 1 in its text as it was analysed, lie now. What was written among
    /// them belongs to them; what was written before them or after them does not.
    #[must_use]
    pub fn lines(&self, path: &str, lines: Range<u32>) -> Range<u32> {
        let passes = self.0.get(path).into_iter().flatten();
        passes.fold(lines, |lines, pass| {
            let start = moved(lines.start, Side::Start, pass);
            start..moved(lines.end, Side::End, pass).max(start)
        })
    }

    /// Adds a pass over a file, with its edits in the order of the text that they are made in.
    pub(super) fn add(&mut self, path: &Arc<str>, edits: &[Edit], before: &str) {
        let index = LineIndex::new(before);
        let place = |offset: u32| {
            let line = index.line(offset);
            (line, offset > index.line_range(line).start)
        };
        let mut shift = 0;
        let in_lines = |edit: &Edit| {
            let (start, end) = (place(edit.range.start), place(edit.range.end));
            let edit = LineEdit { start, end, added: edit.content.matches('\n').count() as u32, shift };
            shift = edit.shift_after();
            edit
        };
        self.0.entry(Arc::clone(path)).or_default().push(edits.iter().map(in_lines).collect());
    }
}

impl LineEdit {
    /// How far it and the edits before it move what follows.
    fn shift_after(&self) -> i64 {
        self.shift + i64::from(self.added) - i64::from(self.end.0 - self.start.0)
    }
}

/// Where the beginning of a line lies after a pass; lines count from 1.
fn moved(line: u32, side: Side, pass: &[LineEdit]) -> u32 {
    let boundary = (line.saturating_sub(1), false);
    // Edits are in order and lie apart: those before the line come first.
    let over = pass.partition_point(|edit| {
        let inserted_here = edit.start == boundary && edit.end == boundary;
        edit.end <= boundary && !(inserted_here && side == Side::End)
    });
    let shift = over.checked_sub(1).and_then(|last| pass.get(last)).map_or(0, LineEdit::shift_after);
    let at = |line: u32| u32::try_from(i64::from(line) + shift + 1).unwrap_or(1);
    match (pass.get(over).filter(|edit| edit.start < boundary), side) {
        // The line's beginning is gone with what was replaced.
        (Some(edit), Side::Start) => at(edit.start.0),
        (Some(edit), Side::End) => at(edit.start.0 + edit.added + 1),
        (None, _) => u32::try_from(i64::from(line) + shift).unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use analyzer_source::TextRange;

    use super::*;

    fn edit(start: u32, end: u32, content: &str) -> Edit {
        Edit { range: TextRange::new(start, end), content: content.to_owned() }
    }

    /// Lines of "a\nb\nc\nd\n" after one pass.
    fn after(edits: &[Edit], lines: Range<u32>) -> Range<u32> {
        let mut moves = LineMoves::default();
        moves.add(&"x.py".into(), edits, "a\nb\nc\nd\n");
        moves.lines("x.py", lines)
    }

    #[test]
    fn lines_move_with_what_is_written_in_front_of_them() {
        let insertion = [edit(2, 2, "x\ny\n")];
        assert_eq!(after(&insertion, 1..2), 1..2);
        assert_eq!(after(&insertion, 2..3), 4..5);
        assert_eq!(after(&insertion, 1..3), 1..5);
        assert_eq!(after(&[edit(0, 2, "")], 3..5), 2..4);
        assert_eq!(after(&[edit(1, 1, " z")], 1..2), 1..2);
        assert_eq!(LineMoves::default().lines("x.py", 3..4), 3..4);
    }

    #[test]
    fn what_replaces_lines_is_theirs() {
        assert_eq!(after(&[edit(2, 3, "x\ny")], 2..3), 2..4);
        assert_eq!(after(&[edit(2, 5, "x")], 3..4), 2..3);
        assert_eq!(after(&[edit(2, 5, "x")], 2..3), 2..3);
        assert_eq!(after(&[edit(2, 6, "")], 3..4), 2..2);
        assert_eq!(after(&[edit(0, 0, "x\n"), edit(4, 5, "p\nq")], 3..4), 4..6);
    }

    #[test]
    fn several_edits_move_what_follows_by_their_sum() {
        let edits = [edit(0, 0, "x\n"), edit(2, 4, ""), edit(4, 4, "y\nz\n")];
        assert_eq!(after(&edits, 1..2), 2..3);
        assert_eq!(after(&edits, 3..4), 5..6);
        assert_eq!(after(&edits, 4..5), 6..7);
        assert_eq!(after(&edits, 2..3), 3..3);
    }

    #[test]
    fn passes_follow_each_other() {
        let mut moves = LineMoves::default();
        let path: Arc<str> = "x.py".into();
        moves.add(&path, &[edit(0, 0, "new\n")], "a\nb\n");
        moves.add(&path, &[edit(4, 6, "")], "new\na\nb\n");
        assert_eq!(moves.lines("x.py", 2..3), 2..3);
        assert_eq!(moves.lines("y.py", 2..3), 2..3);
    }
}
