//! Text to logical lines, for code that no parser accepts: strings, comments, brackets and indentation, each
//! with a way out where it is damaged. It must not know the grammar of statements, nor what becomes of the lines.
//!
//! Linear: every byte is read at most three times (a bracket found to be unclosed is read again, and so is a
//! text that ends inside a triple-quoted string).

use crate::scan::{self, Triple};

/// Kind of a logical line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A statement, the header of a compound statement, or what is left of one.
    Code,
    /// Nothing but a comment.
    Comment,
    /// A line that a merge left: `<<<<<<< ours`, `=======`, `||||||| base`, `>>>>>>> theirs`.
    Marker,
}

/// The keyword that a logical line starts with, as far as it shapes blocks; `async` is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the keyword of its name")]
pub enum Keyword {
    /// Any other first word.
    None,
    Def,
    Class,
    If,
    Elif,
    Else,
    For,
    While,
    With,
    Try,
    Except,
    Finally,
    Match,
    Case,
    /// `@`
    Decorator,
}

impl Keyword {
    /// The source text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Def => "def",
            Self::Class => "class",
            Self::If => "if",
            Self::Elif => "elif",
            Self::Else => "else",
            Self::For => "for",
            Self::While => "while",
            Self::With => "with",
            Self::Try => "try",
            Self::Except => "except",
            Self::Finally => "finally",
            Self::Match => "match",
            Self::Case => "case",
            Self::Decorator => "@",
        }
    }

    /// Whether it opens a block and can be nothing else.
    #[must_use]
    pub const fn opens_block(self) -> bool {
        !matches!(self, Self::None | Self::Decorator | Self::Match | Self::Case)
    }

    /// Whether it continues a compound statement that an earlier line began.
    #[must_use]
    pub const fn continues(self) -> bool {
        matches!(self, Self::Elif | Self::Else | Self::Except | Self::Finally)
    }
}

/// A logical line; all offsets are bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its kind.
    pub kind: LineKind,
    /// Its first token.
    pub start: usize,
    /// End of its last token.
    pub end: usize,
    /// End of the comment that follows its last token; else `end`.
    pub comment_end: usize,
    /// Columns of its indentation; a tab goes to the next multiple of 8.
    pub column: u32,
    /// Its first keyword.
    pub keyword: Keyword,
    /// The colon that ends the header of a compound statement.
    pub colon: Option<usize>,
    /// Brackets that were never closed, outermost first.
    pub open: Vec<usize>,
    /// Parts that belong to no statement: closing brackets without an opening one, conflict markers.
    pub stray: Vec<(usize, usize)>,
    /// Where an unterminated string starts.
    pub broken_string: Option<usize>,
    /// The comments inside it and after it, or the one that it consists of, from `#` to the end of their lines.
    pub comments: Vec<(usize, usize)>,
}

impl Line {
    /// Whether its body is expected on the lines below.
    #[must_use]
    pub fn is_header(&self) -> bool {
        self.colon.is_some_and(|colon| colon + 1 == self.end)
    }

    /// Whether its last token needs something after it: an operator, a dot, a keyword such as `not`.
    #[must_use]
    pub fn is_unfinished(&self, text: &str) -> bool {
        let statement = text.get(self.start..self.end).unwrap_or("");
        if self.kind != LineKind::Code || self.keyword != Keyword::None {
            return false;
        }
        match statement.as_bytes() {
            // A number, and `...`, may end with a dot.
            [.., before, b'.'] => !before.is_ascii_digit() && *before != b'.',
            [.., b'=' | b'+' | b'-' | b'/' | b'%' | b'&' | b'|' | b'^' | b'<' | b'>' | b'@' | b'~'] => true,
            [.., b'*'] => !statement.starts_with("from"),
            _ => {
                let before = statement.trim_end_matches(|c: char| c.is_ascii_lowercase());
                let keyword = matches!(
                    &statement[before.len()..],
                    "in" | "is" | "not" | "and" | "or" | "if" | "else" | "import" | "from" | "assert" | "del"
                );
                keyword && (before.is_empty() || before.ends_with([' ', '\t', ')', ']', '}', '"', '\'']))
            }
        }
    }

    /// Whether its tokens alone show damage.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        !self.open.is_empty() || !self.stray.is_empty() || self.broken_string.is_some()
    }
}

/// The logical lines of a text, in order; blank lines are left out.
#[must_use]
pub fn logical_lines(text: &str) -> Vec<Line> {
    let mut lines = Tokenizer::new(text, Triple::Trusted);
    if lines.run().is_err() {
        // Some triple quote has no partner, and it need not be the last one: text and code may have swapped
        // places since. Read again, ending such strings where a statement starts.
        lines = Tokenizer::new(text, Triple::Doubted);
        let _ = lines.run();
    }
    lines.lines
}

/// The text ends inside a triple-quoted string.
struct EndsInString;

/// Where to go back to when a bracket turns out to be unclosed.
struct Checkpoint {
    position: usize,
    end: usize,
    open: Vec<usize>,
    stray: usize,
}

struct Tokenizer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    position: usize,
    triple: Triple,
    /// Up to here brackets are known to be unclosed.
    doubted_until: usize,
    lines: Vec<Line>,
}

impl<'a> Tokenizer<'a> {
    fn new(text: &'a str, triple: Triple) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            position: if text.starts_with('\u{feff}') { 3 } else { 0 },
            triple,
            doubted_until: 0,
            lines: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), EndsInString> {
        while self.position < self.bytes.len() {
            let column = self.indentation();
            match self.bytes.get(self.position) {
                None => break,
                Some(b'\n' | b'\r') => self.position += 1,
                Some(b'#') => self.whole_line(LineKind::Comment, column),
                Some(_) if scan::is_marker(self.bytes, self.position) => {
                    self.whole_line(LineKind::Marker, column);
                }
                Some(_) => self.code(column)?,
            }
        }
        Ok(())
    }

    /// Reads the blanks at the start of a line; returns their width.
    fn indentation(&mut self) -> u32 {
        let (column, position) = scan::indentation(self.bytes, self.position);
        self.position = position;
        column
    }

    fn whole_line(&mut self, kind: LineKind, column: u32) {
        let start = self.position;
        self.position = scan::line_end(self.bytes, start);
        let end = self.position;
        let comments = if kind == LineKind::Comment { vec![(start, end)] } else { Vec::new() };
        self.lines.push(Line { kind, comments, ..blank_line(start, end, column) });
    }

    /// Reads one logical line of code.
    fn code(&mut self, column: u32) -> Result<(), EndsInString> {
        let start = self.position;
        let (keyword, soft) = scan::keyword_at(self.text, start);
        let mut line = Line { keyword, ..blank_line(start, start, column) };
        let mut lambdas = 0_u32;
        let mut checkpoint: Option<Checkpoint> = None;
        loop {
            let Some(&byte) = self.bytes.get(self.position) else {
                self.give_up_bracket(&mut line, checkpoint);
                break;
            };
            match byte {
                b'\n' => {
                    self.position += 1;
                    if line.open.is_empty() {
                        break;
                    }
                    if self.next_line_ends(&mut line, &mut checkpoint) {
                        break;
                    }
                    continue;
                }
                b' ' | b'\t' | b'\r' | b'\x0c' => {
                    self.position += 1;
                    continue;
                }
                b'\\' if self.continues_line() => continue,
                b'#' => {
                    let comment = self.position;
                    self.position = scan::line_end(self.bytes, comment);
                    line.comments.push((comment, self.position));
                    if line.open.is_empty() {
                        line.comment_end = self.position;
                    }
                    continue;
                }
                b'"' | b'\'' => self.string(self.position, &mut line)?,
                b'(' | b'[' | b'{' => {
                    line.open.push(self.position);
                    self.position += 1;
                }
                b')' | b']' | b'}' => {
                    self.close(byte, &mut line);
                    self.position += 1;
                }
                b':' => {
                    let walrus = self.bytes.get(self.position + 1) == Some(&b'=');
                    if line.open.is_empty() && !walrus {
                        if lambdas > 0 {
                            lambdas -= 1;
                        } else if line.colon.is_none() && (keyword.opens_block() || soft) {
                            line.colon = Some(self.position);
                        }
                    }
                    self.position += 1;
                }
                _ if scan::is_word(byte) => {
                    let word = self.position;
                    self.position = scan::word_end(self.bytes, word);
                    let next = self.bytes.get(self.position);
                    if matches!(next, Some(b'"' | b'\'')) && scan::is_prefix(&self.bytes[word..self.position])
                    {
                        self.string(word, &mut line)?;
                    } else if line.open.is_empty() && &self.bytes[word..self.position] == b"lambda" {
                        lambdas += 1;
                    }
                }
                _ => self.position += 1,
            }
            line.end = self.position;
        }
        if line.open.is_empty() && line.is_header() && soft && !self.is_followed_by_deeper(line.column) {
            line.colon = None;
        }
        // A `case` whose brackets are open has its colon somewhere after the damage.
        let cut = keyword == Keyword::Case && !line.open.is_empty();
        if soft && line.colon.is_none() && !cut {
            line.keyword = Keyword::None;
        }
        line.comment_end = line.comment_end.max(line.end);
        self.position = self.position.max(start + 1);
        self.lines.push(line);
        Ok(())
    }

    /// Whether a backslash at the current position joins two lines; if so, goes to the second.
    fn continues_line(&mut self) -> bool {
        let rest = &self.bytes[self.position + 1..];
        let length = match rest {
            [b'\r', b'\n', ..] => 3,
            [b'\n', ..] => 2,
            _ => return false,
        };
        self.position += length;
        true
    }

    /// Reads a string whose prefix or quote is at `start`.
    fn string(&mut self, start: usize, line: &mut Line) -> Result<(), EndsInString> {
        let found = scan::string_end(self.text, start, line.column, self.triple);
        if found.unterminated {
            if found.triple && self.triple == Triple::Trusted {
                return Err(EndsInString);
            }
            line.broken_string.get_or_insert(start);
        }
        self.position = found.end.max(start + 1);
        line.end = self.position;
        Ok(())
    }

    /// Closes the bracket that `byte` matches, and those inside it that were left open.
    fn close(&mut self, byte: u8, line: &mut Line) {
        let opening = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        // A closing bracket far out of place is rather a stray one; the bound keeps this linear.
        let found = line.open.iter().rev().take(8).position(|&at| self.bytes[at] == opening);
        match found {
            Some(0) => {
                line.open.pop();
            }
            Some(inner) => {
                let keep = line.open.len() - inner;
                line.stray.extend(line.open.drain(keep..).map(|at| (at, at + 1)));
                line.open.pop();
            }
            None => line.stray.push((self.position, self.position + 1)),
        }
    }

    /// At the start of a line inside brackets: whether the logical line ends before it all the same.
    fn next_line_ends(&mut self, line: &mut Line, checkpoint: &mut Option<Checkpoint>) -> bool {
        let line_start = self.position;
        let column = self.indentation();
        if scan::is_marker(self.bytes, self.position) {
            let end = scan::line_end(self.bytes, self.position);
            line.stray.push((self.position, end));
            self.position = end;
            return false;
        }
        let in_brace = line.open.last().is_some_and(|&at| self.bytes[at] == b'{');
        let strict = line_start < self.doubted_until;
        if scan::starts_statement(self.text, self.position, in_brace && column > line.column) {
            self.position = line_start;
            self.give_up_bracket(line, checkpoint.take());
            return true;
        }
        let header_over =
            line.keyword.opens_block() && self.bytes[..line_start].trim_ascii_end().last() == Some(&b':');
        let candidate =
            header_over || (column <= line.column && scan::looks_like_statement(self.text, self.position));
        if candidate && strict {
            self.position = line_start;
            return true;
        }
        if candidate && checkpoint.is_none() && line.open.len() < 1_000 {
            *checkpoint = Some(Checkpoint {
                position: line_start,
                end: line.end,
                open: line.open.clone(),
                stray: line.stray.len(),
            });
        }
        false
    }

    /// The brackets of the line are unclosed: goes back to where it most likely ends.
    fn give_up_bracket(&mut self, line: &mut Line, checkpoint: Option<Checkpoint>) {
        self.doubted_until = self.doubted_until.max(self.position);
        if line.open.is_empty() {
            return;
        }
        let Some(checkpoint) = checkpoint else { return };
        self.position = checkpoint.position;
        line.end = checkpoint.end;
        line.open = checkpoint.open;
        line.stray.truncate(checkpoint.stray);
        line.comments.retain(|&(start, _)| start < checkpoint.position);
        if line.broken_string.is_some_and(|at| at >= line.end) {
            line.broken_string = None;
        }
    }

    /// Whether the next line that is not blank is indented deeper than `column`.
    fn is_followed_by_deeper(&self, column: u32) -> bool {
        let mut position = self.position;
        loop {
            let (found, at) = scan::indentation(self.bytes, position);
            match self.bytes.get(at) {
                None => return false,
                Some(b'\n' | b'\r') => position = at + 1,
                Some(b'#') => position = scan::line_end(self.bytes, at),
                Some(_) => return found > column,
            }
        }
    }
}

pub(crate) fn blank_line(start: usize, end: usize, column: u32) -> Line {
    Line {
        kind: LineKind::Code,
        start,
        end,
        comment_end: end,
        column,
        keyword: Keyword::None,
        colon: None,
        open: Vec::new(),
        stray: Vec::new(),
        broken_string: None,
        comments: Vec::new(),
    }
}
