//! Tables in text: a heading over each column, aligned, no wider than the terminal. It must not know what is in them.

use std::io::{self, Write};

use annotate_snippets::renderer::Style;

use crate::text::{DIM, Painted, shortened};

/// Columns before each row.
const INDENT: usize = 2;
/// Columns between two cells.
const GAP: usize = 2;
/// Columns of text are not made narrower than this.
const LEAST: usize = 8;

/// One cell: its text, and how it is coloured.
#[derive(Default)]
pub(crate) struct Cell {
    text: String,
    style: Option<Style>,
}

impl Cell {
    /// A cell in a colour.
    pub(crate) fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style: Some(style) }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), style: None }
    }
}

/// How a column is aligned. The widest text column gives way where a row is too long.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Numbers, never shortened.
    Right,
    /// Text.
    Left,
}

/// A table that grows by rows.
pub(crate) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(columns: Vec<(&'static str, Align)>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row with a cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Writes the headings and the rows.
    pub(crate) fn render(&self, width: usize, colour: bool, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.widths(width);
        let headings: Vec<Cell> =
            self.columns.iter().map(|(heading, _)| Cell::styled(*heading, DIM)).collect();
        self.line(&headings, &widths, colour, out)?;
        self.rows.iter().try_for_each(|row| self.line(row, &widths, colour, out))
    }

    /// The width of each column; 0 for one that is left out.
    fn widths(&self, width: usize) -> Vec<usize> {
        let of_column = |(index, (heading, _)): (usize, &(&'static str, Align))| {
            let cells = self.rows.iter().filter_map(|row| row.get(index));
            let widest = cells.map(|cell| cell.text.chars().count()).max().unwrap_or(0);
            widest.max(heading.chars().count())
        };
        let mut widths: Vec<usize> = self.columns.iter().enumerate().map(of_column).collect();
        let taken = |widths: &[usize]| INDENT + widths.iter().map(|width| width + GAP).sum::<usize>() - GAP;
        let is_text =
            |index: &usize| self.columns.get(*index).is_some_and(|(_, align)| *align == Align::Left);
        while taken(&widths) > width {
            let texts = (0..widths.len()).filter(is_text);
            let wide = texts.filter(|index| widths.get(*index).is_some_and(|width| *width > LEAST));
            let widest = wide.max_by_key(|index| widths.get(*index).copied());
            if let Some(widest) = widest.and_then(|index| widths.get_mut(index)) {
                *widest -= 1;
                continue;
            }
            // No column can give way any more: the last one goes.
            match widths.last_mut().filter(|last| **last > 0 && self.last_is_text()) {
                Some(last) => *last = 0,
                None => break,
            }
        }
        widths
    }

    fn last_is_text(&self) -> bool {
        self.columns.len() > 1 && self.columns.last().is_some_and(|(_, align)| *align == Align::Left)
    }

    fn line(&self, cells: &[Cell], widths: &[usize], colour: bool, out: &mut dyn Write) -> io::Result<()> {
        // Blanks are owed until something follows them, so that no line ends in blanks.
        let mut owed = INDENT;
        for ((cell, width), (_, align)) in cells.iter().zip(widths).zip(&self.columns) {
            let text = shortened(&cell.text, *width);
            let missing = width - text.chars().count().min(*width);
            let before = if *align == Align::Right { missing } else { 0 };
            if !text.is_empty() && *width > 0 {
                write!(out, "{:1$}", "", owed + before)?;
                match cell.style {
                    Some(style) => write!(out, "{}", Painted(colour, style, text))?,
                    None => write!(out, "{text}")?,
                }
                owed = missing - before + GAP;
            } else {
                owed += width + GAP;
            }
        }
        writeln!(out)
    }
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};

    fn drawn(table: &Table, width: usize) -> String {
        let mut out = Vec::new();
        table.render(width, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn table() -> Table {
        let columns = vec![("name", Align::Left), ("count", Align::Right), ("most often", Align::Left)];
        let mut table = Table::new(columns);
        table.row(vec!["a".into(), "1,234".into(), "bare-except".into()]);
        table.row(vec!["a/much/longer/name".into(), "".into(), "".into()]);
        table
    }

    #[test]
    fn columns_are_aligned_under_their_headings_and_no_line_ends_in_blanks() {
        let shown = "  name                count  most often\n  a                   1,234  bare-except\n  a/much/longer/name\n";
        assert_eq!(drawn(&table(), 100), shown);
    }

    #[test]
    fn a_table_is_no_wider_than_the_terminal() {
        for width in 20..60 {
            let text = drawn(&table(), width);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{width}\n{text}");
            assert!(text.contains("1,234"), "{text}");
        }
    }
}
