//! A function and what it is told by its module, as a text of its own that is short: the module's statements apart from
//! its other functions and classes, the headers of the classes around the function, the function, and what ends it.
//! It must not know facts.

use analyzer_syntax::Tree;
use analyzer_syntax::tokens::{Keyword, Line, LineKind};

/// Where a function lies in the versions of a text, and what surrounds it in an excerpt.
#[derive(Debug, Clone)]
pub(super) struct Excerpt {
    /// Where the function begins, with its decorators.
    start: usize,
    /// How many bytes of the text follow it.
    behind: usize,
    /// What stands before it in the excerpt.
    head: String,
    /// What stands behind it.
    tail: String,
    /// The column of its header.
    column: u32,
    /// Whether a definition follows, or nothing.
    pub(super) firm: bool,
    /// The last excerpt of a version in which it was sound, and its tree.
    pub(super) sound: Option<(String, Tree)>,
    /// The last one that was repaired, as it was then, and its tree.
    pub(super) repaired: Option<(String, Tree)>,
}

impl Excerpt {
    /// For the function of a module, or of classes, that the lines from `from` up to `to` stand in; none where they stand
    /// elsewhere. The lines are sound.
    pub(super) fn around(text: &str, lines: &[Line], from: usize, to: usize) -> Option<Self> {
        let code = |line: &Line| line.kind == LineKind::Code;
        let mut around = Vec::new();
        let mut column = u32::MAX;
        for (index, line) in lines.get(..from)?.iter().enumerate().rev() {
            if code(line) && line.column < column {
                column = line.column;
                if line.is_header() {
                    around.push(index);
                }
                if column == 0 {
                    break;
                }
            }
        }
        around.reverse();
        let keyword = |index: &usize| lines.get(*index).map(|line| line.keyword);
        let classes = around.iter().take_while(|index| keyword(index) == Some(Keyword::Class)).count();
        let header = *around.get(classes)?;
        let outermost = lines.get(header)?;
        if outermost.keyword != Keyword::Def {
            return None;
        }
        let column = outermost.column;
        if lines.get(from..to)?.iter().any(|line| code(line) && line.column <= column) {
            return None;
        }
        let decorators =
            lines.get(..header)?.iter().rev().take_while(|line| line.keyword == Keyword::Decorator).count();
        let line_start = |line: &Line| {
            let start = memchr::memrchr(b'\n', text.as_bytes().get(..line.start)?).map_or(0, |at| at + 1);
            text.get(start..line.start)?.trim().is_empty().then_some(start)
        };
        let start = line_start(lines.get(header - decorators)?)?;
        let next = lines.iter().enumerate().skip(to).find(|(_, line)| code(line) && line.column <= column);
        let (end, rest) = match next {
            Some((index, line)) => (line_start(line)?, index),
            None => (text.len(), lines.len()),
        };
        let mut head = String::new();
        let first = around.get(..classes)?.first().copied().unwrap_or(header - decorators);
        statements(text, lines.get(..first)?, &mut head)?;
        for class in around.get(..classes)? {
            let class = lines.get(*class)?;
            head.push_str(text.get(line_start(class)?..class.end)?);
            head.push('\n');
        }
        let mut tail = String::new();
        let (firm, rest) = following(text, lines, rest, end, &mut tail)?;
        statements(text, lines.get(rest..)?, &mut tail)?;
        let behind = text.len() - end;
        Some(Self { start, behind, head, tail, column, firm, sound: None, repaired: None })
    }

    /// Whether an edit that begins at `start` and leaves the last `behind` bytes of the text as they were is one of the
    /// function.
    pub(super) fn holds(&self, start: usize, behind: usize) -> bool {
        self.start < start && self.behind <= behind
    }

    /// The excerpt of a version of the text in which nothing else differs.
    pub(super) fn of(&self, version: &str) -> Option<String> {
        let (start, end) = self.place(version)?;
        let function = version.get(start..end)?;
        Some([&self.head, function, &self.tail].concat())
    }

    /// Where the function lies in a version, with what stands up to the next statement.
    pub(super) fn place(&self, version: &str) -> Option<(usize, usize)> {
        Some((self.start, version.len().checked_sub(self.behind)?))
    }

    /// Whether two versions differ in nothing else.
    pub(super) fn is_all(&self, one: &str, other: &str) -> bool {
        let (one, other) = (one.as_bytes(), other.as_bytes());
        let behind = |text: &'_ [u8]| text.len().checked_sub(self.behind);
        match (behind(one), behind(other)) {
            (Some(a), Some(b)) if a >= self.start && b >= self.start => {
                one.get(..self.start) == other.get(..self.start) && one.get(a..) == other.get(b..)
            }
            _ => false,
        }
    }

    /// Where an offset of the excerpt's function is in the text.
    pub(super) fn offset(&self, offset: usize) -> Option<usize> {
        Some(offset.checked_sub(self.head.len())? + self.start)
    }

    /// Where an offset of the text is in the excerpt, if it lies in the function.
    pub(super) fn inner(&self, offset: usize) -> Option<usize> {
        Some(offset.checked_sub(self.start)? + self.head.len())
    }

    /// Whether the function of an excerpt with these lines is still one, and what follows begins where it did.
    pub(super) fn is_whole(&self, excerpt: &str, lines: &[Line]) -> bool {
        let Some(end) = excerpt.len().checked_sub(self.tail.len()) else { return false };
        let inside = lines.partition_point(|line| line.start < end);
        let before = lines.partition_point(|line| line.start < self.head.len());
        let body = lines.get(before..inside).unwrap_or_default();
        let code = |line: &&Line| line.kind == LineKind::Code;
        let mut headers = body.iter().filter(code).skip_while(|line| line.keyword == Keyword::Decorator);
        headers.next().is_some_and(|header| header.keyword == Keyword::Def && header.column == self.column)
            && headers.all(|line| line.column > self.column)
            && body.iter().all(|line| line.kind != LineKind::Marker && line.end.max(line.comment_end) <= end)
    }
}

/// Copies the statements of a module apart from functions and classes.
fn statements(text: &str, lines: &[Line], out: &mut String) -> Option<()> {
    let top = |line: &&Line| line.kind == LineKind::Code && line.column == 0;
    let mut kept = None;
    let mut end = 0;
    for line in lines {
        if top(&line) {
            if let Some(start) = kept.take() {
                out.push_str(text.get(start..end)?);
                out.push('\n');
            }
            let leaves = matches!(line.keyword, Keyword::Def | Keyword::Class | Keyword::Decorator);
            kept = (!leaves).then_some(line.start);
        }
        end = line.end.max(line.comment_end);
    }
    if let Some(start) = kept {
        out.push_str(text.get(start..end)?);
        out.push('\n');
    }
    Some(())
}

/// Writes what stands for the statement behind the function, which begins with the line `next` at `end`; whether it is a
/// definition, and the first line behind its header.
fn following(text: &str, lines: &[Line], next: usize, end: usize, out: &mut String) -> Option<(bool, usize)> {
    let Some(first) = lines.get(next) else { return Some((true, next)) };
    let decorators = lines.get(next..)?.iter().take_while(|line| line.keyword == Keyword::Decorator).count();
    let definition = lines.get(next + decorators)?;
    let is_definition = matches!(definition.keyword, Keyword::Def | Keyword::Class);
    if !is_definition {
        out.push_str(text.get(end..first.start)?);
        out.push_str("pass\n");
        return (decorators == 0).then_some((false, next));
    }
    out.push_str(text.get(end..definition.end)?);
    if definition.is_header() {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', definition.column as usize + 1));
        out.push_str("pass");
    }
    out.push('\n');
    Some((true, next + decorators + 1))
}
