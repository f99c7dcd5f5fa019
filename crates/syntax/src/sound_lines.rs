//! Logical lines of a sound text from its tokens: those that [`logical_lines`](crate::tokens::logical_lines) reads from
//! the text itself, without reading it again. It must not know what becomes of the lines.

use crate::kind;
use crate::lexer::{Token, Tokens, token};
use crate::scan;
use crate::tokens::{Keyword, Line, LineKind, blank_line};

/// The logical lines of a text that the lexer took, in order; blank lines are left out.
#[must_use]
pub fn sound_lines(text: &str, tokens: &Tokens) -> Vec<Line> {
    let mut reader = Reader {
        text,
        lines: Vec::new(),
        soft: false,
        within: false,
        brackets: 0,
        strings: 0,
        lambdas: 0,
        pending: Vec::new(),
    };
    for token in tokens.list() {
        reader.token(*token);
    }
    reader.end_line();
    for line in std::mem::take(&mut reader.pending) {
        settle(&mut reader.lines[line], 0);
    }
    reader.lines
}

struct Reader<'a> {
    text: &'a str,
    lines: Vec<Line>,
    /// Whether the keyword of the last line may be a name.
    soft: bool,
    /// Whether the last line goes on.
    within: bool,
    brackets: usize,
    strings: usize,
    lambdas: usize,
    /// Lines that begin with `match` or `case` and end with a colon, until it is known what follows them.
    pending: Vec<usize>,
}

impl Reader<'_> {
    fn token(&mut self, token: Token) {
        match token.kind {
            token::INDENT | token::DEDENT | token::END | kind::LINE_CONTINUATION => {}
            token::NEWLINE => self.end_line(),
            kind::COMMENT if self.strings == 0 => self.comment(token),
            _ => self.code(token),
        }
    }

    fn comment(&mut self, token: Token) {
        let start = token.start as usize;
        let end = scan::line_end(self.text.as_bytes(), start);
        // The end of a logical line may come before the comment that follows it.
        let follows = self.within || !token.first && !self.lines.is_empty();
        match self.lines.last_mut().filter(|_| follows) {
            Some(line) => {
                line.comments.push((start, end));
                if self.brackets == 0 {
                    line.comment_end = end;
                }
            }
            None => {
                let line = blank_line(start, end, self.column(start));
                self.lines.push(Line { kind: LineKind::Comment, comments: vec![(start, end)], ..line });
            }
        }
    }

    fn code(&mut self, token: Token) {
        let (start, end) = (token.start as usize, token.end as usize);
        if !self.within {
            let column = self.column(start);
            for line in self.pending.drain(..) {
                settle(&mut self.lines[line], column);
            }
            let (keyword, soft) = scan::keyword_at(self.text, start);
            self.lines.push(Line { keyword, ..blank_line(start, end, column) });
            (self.within, self.soft, self.lambdas) = (true, soft, 0);
        }
        let Some(line) = self.lines.last_mut() else { return };
        line.end = end;
        match token.kind {
            kind::STRING_START => self.strings += 1,
            kind::STRING_END => self.strings = self.strings.saturating_sub(1),
            _ if self.strings > 0 => {}
            kind::L_PAREN | kind::L_BRACKET | kind::L_BRACE => self.brackets += 1,
            kind::R_PAREN | kind::R_BRACKET | kind::R_BRACE => {
                self.brackets = self.brackets.saturating_sub(1);
            }
            kind::KW_LAMBDA if self.brackets == 0 => self.lambdas += 1,
            kind::COLON if self.brackets == 0 => {
                if self.lambdas > 0 {
                    self.lambdas -= 1;
                } else if line.colon.is_none() && (line.keyword.opens_block() || self.soft) {
                    line.colon = Some(start);
                }
            }
            _ => {}
        }
    }

    fn end_line(&mut self) {
        if !std::mem::take(&mut self.within) {
            return;
        }
        let number = self.lines.len().saturating_sub(1);
        let Some(line) = self.lines.last_mut() else { return };
        line.comment_end = line.comment_end.max(line.end);
        if self.soft && line.is_header() {
            self.pending.push(number);
        } else if self.soft && line.colon.is_none() {
            line.keyword = Keyword::None;
        }
    }

    fn column(&self, start: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let line = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |at| at + 1);
        let line = if line == 0 && self.text.starts_with('\u{feff}') { 3 } else { line };
        scan::indentation(bytes, line).0
    }
}

/// Decides whether a line that may be the header of a `match` or a `case` is one, by the column of the line after it.
fn settle(line: &mut Line, next: u32) {
    if next <= line.column {
        line.colon = None;
        line.keyword = Keyword::None;
    }
}
