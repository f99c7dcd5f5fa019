//! Begins of lines: indentation, and the comments that have a line of their own.

use super::state::{Columns, Lexer, OwnComment, Step};
use super::token::{self, Refused};
use crate::kind;

/// Most levels of indentation, as in CPython, which counts the outermost as well.
const MOST_INDENTS: usize = 99;
/// Most columns of an indentation; the grammar's scanner counts in 16 bits.
const MOST_COLUMNS: u32 = 8_000;

impl Lexer<'_> {
    /// Goes to the first byte of the next logical line and adds what lies before it. False at the end of the text.
    pub(super) fn begin_line(&mut self) -> Step<bool> {
        // The indentation of a line that goes on: that of its first part which has one.
        let mut begun: Option<Columns> = None;
        loop {
            let start = self.at;
            let mut at = start;
            while self.byte(at) == b' ' {
                at += 1;
            }
            let spaces = (at - start) as u32;
            let mut columns = Columns { grammar: spaces, wide: spaces, narrow: spaces };
            if matches!(self.byte(at), b'\t' | 0x0c) {
                (columns, at) = self.columns(start);
            }
            self.at = at;
            if let Some(first) = begun.filter(|first| first.grammar > 0) {
                columns = first;
            }
            match self.byte(at) {
                b'\n' | b'\r' => {
                    self.at += if self.byte(at) == b'\n' { 1 } else { 2 };
                    begun = None;
                }
                b'#' => {
                    let end = self.line_end(at);
                    let column = columns.grammar;
                    self.stacks.comments.push(OwnComment { kind: kind::COMMENT, start: at, end, column });
                    self.at = (end + 1).min(self.bytes.len());
                    begun = None;
                }
                b'\\' => {
                    let end = self.continuation_end(at)?;
                    let kind = kind::LINE_CONTINUATION;
                    self.stacks.comments.push(OwnComment { kind, start: at, end, column: u32::MAX });
                    self.at = end;
                    begun = Some(columns);
                }
                0 if begun.is_some() => return Err(self.refuse(at, "continued line without more")),
                0 => {
                    self.indentation(Columns::default())?;
                    return Ok(false);
                }
                _ => {
                    self.indentation(columns)?;
                    self.first = true;
                    return Ok(true);
                }
            }
        }
    }

    /// Columns of an indentation with tabs or form feeds, and its end.
    #[cold]
    fn columns(&self, start: usize) -> (Columns, usize) {
        let mut columns = Columns::default();
        let mut at = start;
        loop {
            match self.byte(at) {
                b' ' => {
                    columns.grammar += 1;
                    columns.wide += 1;
                    columns.narrow += 1;
                }
                b'\t' => {
                    columns.grammar += 8;
                    columns.wide = (columns.wide / 8 + 1) * 8;
                    columns.narrow += 1;
                }
                0x0c => columns = Columns::default(),
                _ => return (columns, at),
            }
            at += 1;
        }
    }

    /// Adds the begins and ends of blocks before a line, with the comments between them where the grammar has them.
    fn indentation(&mut self, columns: Columns) -> Step {
        let mut top = self.stacks.indents.last().copied().unwrap_or_default();
        if columns.grammar > top.grammar {
            if columns.wide <= top.wide || columns.narrow <= top.narrow {
                return Err(self.uneven());
            }
            if self.stacks.indents.len() >= MOST_INDENTS || columns.grammar > MOST_COLUMNS {
                return Err(self.doubt(self.at, "blocks are nested too deeply"));
            }
            self.stacks.indents.push(columns);
            self.mark(token::INDENT);
            self.add_comments(self.stacks.comments.len());
            return Ok(());
        }
        while columns.grammar < top.grammar {
            self.place_continuation();
            let staying = self.stacks.comments.iter().take_while(|comment| comment.column >= top.grammar);
            self.add_comments(staying.count());
            self.mark(token::DEDENT);
            self.stacks.indents.pop();
            top = self.stacks.indents.last().copied().unwrap_or_default();
        }
        if columns != top {
            return Err(self.uneven());
        }
        if !self.stacks.comments.is_empty() {
            self.add_comments(self.stacks.comments.len());
        }
        Ok(())
    }

    /// A continuation that ended a line goes where the comment after it goes; without one, after the blocks.
    fn place_continuation(&mut self) {
        if let [OwnComment { column: column @ u32::MAX, .. }, rest @ ..] = self.stacks.comments.as_mut_slice()
        {
            *column = rest.first().map_or(0, |comment| comment.column);
        }
    }

    /// Adds the first comments that wait.
    fn add_comments(&mut self, count: usize) {
        for index in 0..count {
            if let Some(&OwnComment { kind, start, end, .. }) = self.stacks.comments.get(index) {
                self.first = true;
                self.push(kind, start, end);
            }
        }
        self.stacks.comments.drain(..count);
    }

    #[cold]
    fn uneven(&self) -> Refused {
        self.doubt(self.at, "indentation matches no outer level")
    }
}
