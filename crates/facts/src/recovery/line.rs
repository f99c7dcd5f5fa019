//! Rewrites of one damaged logical line, so that as much of it as possible still parses.
//! It must not know the lines around it.

use analyzer_source::TextRange;
use analyzer_syntax::joined;
use analyzer_syntax::tokens::{Keyword, Line};

use super::accepted::LINE_END;
use crate::model::file::SyntaxProblem;

/// Over this many unclosed brackets a line is not worth closing them.
const MAX_CLOSERS: usize = 200;

/// A piece of a rewritten line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Bytes of the file, by offset.
    Copy(usize, usize),
    /// Bytes that stand for as many of the file, from an offset on.
    Changed(String, usize),
    /// Bytes that stand for none.
    Made(String),
}

/// A way to write a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rewrite {
    pub(super) pieces: Vec<Piece>,
    /// Whether the line is Python unchanged, and only the grammar needs it rewritten.
    pub(super) harmless: bool,
}

impl Rewrite {
    pub(super) fn write(&self, text: &str) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Copy(start, end) => out.push_str(text.get(*start..*end).unwrap_or("")),
                Piece::Changed(new, _) | Piece::Made(new) => out.push_str(new),
            }
        }
        out
    }
}

/// The number of ways that [`rewrite`] knows, the last of which always parses.
pub(super) const WAYS: usize = 8;

/// The way number `way` to write a damaged line, from the most faithful to the least; none where it is the same
/// as an earlier one.
pub(super) fn rewrite(text: &str, line: &Line, way: usize) -> Option<Rewrite> {
    let slice = text.get(line.start..line.end)?;
    let cleaned = || blank(slice, line);
    let one = |piece: Piece, harmless: bool| Some(Rewrite { pieces: vec![piece], harmless });
    let complete = |filler: &str| {
        if line.open.len() > MAX_CLOSERS {
            return None;
        }
        let mut body = cleaned();
        let kept = body.trim_end_matches([',', ' ', '\n']).len();
        let header = line.keyword.opens_block() || line.keyword == Keyword::Case;
        // `if f(x:` has its colon inside the brackets that it should follow.
        let colon = header && !line.open.is_empty() && body[..kept].ends_with(':');
        let kept = if colon { kept - 1 } else { kept };
        body.truncate(kept);
        if let Some(at) = line.broken_string {
            close_string(&mut body, at - line.start);
        }
        let mut tail = filler.to_owned();
        tail.extend(line.open.iter().rev().map(|&at| match text.as_bytes().get(at) {
            Some(b'(') => ')',
            Some(b'[') => ']',
            _ => '}',
        }));
        if header && line.colon.is_none() {
            tail.push(':');
        }
        Some(Rewrite { pieces: vec![Piece::Changed(body, line.start), Piece::Made(tail)], harmless: false })
    };
    match way {
        // The grammar takes a continuation line for a dedent where the line before ends in an operator.
        0 => one(Piece::Changed(joined(slice), line.start), !line.is_damaged()),
        // It does not know defaults of type parameters (PEP 696).
        1 => one(Piece::Changed(without_type_defaults(slice, line.keyword)?, line.start), true),
        // Nor an index that is unpacked, unless it is a name (`a[*(b)]`), nor elements that are (PEP 798).
        2 => one(Piece::Changed(without_stars(slice)?, line.start), true),
        // Nor an import that waits for its first use (PEP 810).
        3 => undelayed_import(slice, line),
        4 => complete(""),
        5 => complete(" 0"),
        6 => Some(stand_in(text, line)),
        _ => one(Piece::Changed("pass".to_owned(), line.start), false),
    }
}

/// The slice with what belongs to no statement blanked.
fn blank(slice: &str, line: &Line) -> String {
    let mut bytes = slice.as_bytes().to_vec();
    for &(start, end) in &line.stray {
        if let Some(stray) = bytes.get_mut(start.saturating_sub(line.start)..end.saturating_sub(line.start)) {
            stray.fill(b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Ends a string that starts at `at` and has lost its closing quote.
fn close_string(body: &mut String, at: usize) {
    let Some(string) = body.get(at..) else { return };
    let quotes = string.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let quote = if quotes.starts_with('\'') { "'" } else { "\"" };
    let triple = quotes.starts_with("\"\"\"") || quotes.starts_with("'''");
    if body.ends_with('\\') {
        body.pop();
    }
    body.push_str(&if triple { quote.repeat(3) } else { quote.to_owned() });
}

/// The header with the defaults of its type parameters blanked; none if it has none.
fn without_type_defaults(slice: &str, keyword: Keyword) -> Option<String> {
    let has_parameters = matches!(keyword, Keyword::Def | Keyword::Class) || slice.starts_with("type ");
    let open = slice.find(['[', '(', ':', '=']).filter(|&at| slice.as_bytes()[at] == b'[')?;
    if !has_parameters {
        return None;
    }
    let mut bytes = slice.as_bytes().to_vec();
    let (mut depth, mut default, mut found) = (0_u32, false, false);
    for byte in bytes.iter_mut().skip(open) {
        match *byte {
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => default = false,
            b'=' if depth == 1 => (default, found) = (true, true),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if default && *byte != b'\n' {
            *byte = b' ';
        }
    }
    found.then(|| String::from_utf8(bytes).ok()).flatten()
}

/// The line with the stars blanked that unpack an index, or the element of a comprehension in braces; none if it has none.
fn without_stars(slice: &str) -> Option<String> {
    let mut bytes = slice.as_bytes().to_vec();
    let mut open = Vec::new();
    let (mut before, mut found) = (b' ', false);
    for at in 0..bytes.len() {
        let byte = bytes[at];
        match byte {
            b'[' | b'(' | b'{' => open.push(byte),
            b']' | b')' | b'}' => drop(open.pop()),
            b'*' => {
                let double = bytes.get(at + 1) == Some(&b'*');
                let unpacks = match open.last() {
                    Some(b'[') => matches!(before, b'[' | b',') && !double,
                    Some(b'{') => before == b'{',
                    _ => false,
                };
                if unpacks {
                    (bytes[at], found) = (b' ', true);
                    continue;
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    found.then(|| String::from_utf8(bytes).ok()).flatten()
}

/// The import without its `lazy`; none if it has none. The first letter stands for that of `lazy`, so that the place of the
/// statement is that of all of it.
fn undelayed_import(slice: &str, line: &Line) -> Option<Rewrite> {
    let import = slice.len() - lazily(slice)?.len();
    let pieces = vec![
        Piece::Changed(slice.get(import..=import)?.to_owned(), line.start),
        Piece::Copy(line.start + import + 1, line.end),
    ];
    Some(Rewrite { pieces, harmless: true })
}

/// The import after `lazy`; none where the text does not begin so.
pub(crate) fn lazily(text: &str) -> Option<&str> {
    let import = text.strip_prefix("lazy")?.trim_start_matches([' ', '\t']);
    let is_import = ["import", "from"].iter().any(|word| {
        import.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '\t', '.', '(', '\\']))
    });
    (is_import && import.len() + "lazy".len() < text.len()).then_some(import)
}

/// Replacement of a line that parses on its own, but not at its place.
pub(super) fn give_up(text: &str, line: &Line) -> Rewrite {
    match line.keyword {
        _ if !line.is_header() => {
            Rewrite { pieces: vec![Piece::Changed("pass".to_owned(), line.start)], harmless: false }
        }
        Keyword::Case => Rewrite { pieces: vec![Piece::Made("if 1:".to_owned())], harmless: false },
        _ => stand_in(text, line),
    }
}

/// A line of the same kind that says nothing.
pub(super) fn stand_in(text: &str, line: &Line) -> Rewrite {
    let slice = text.get(line.start..line.end).unwrap_or("");
    let copy = |len: usize| Piece::Copy(line.start, line.start + len);
    let made = |text: &str| Piece::Made(text.to_owned());
    let pieces = match line.keyword {
        Keyword::Def | Keyword::Class => {
            let word = slice.find(line.keyword.as_str()).unwrap_or(0) + line.keyword.as_str().len();
            let rest = slice.get(word..).unwrap_or("");
            let name_start = word + rest.len() - rest.trim_start().len();
            let name = slice.get(name_start..).unwrap_or("");
            let len = name.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(name.len());
            let tail = if line.keyword == Keyword::Def { "():" } else { ":" };
            if len == 0 { vec![made("if 1:")] } else { vec![copy(name_start + len), made(tail)] }
        }
        Keyword::Except => vec![copy(6), made(" ():")],
        Keyword::Try => vec![copy(3), made(":")],
        Keyword::Finally => vec![copy(7), made(":")],
        Keyword::Else => vec![copy(4), made(":")],
        Keyword::Elif => vec![copy(4), made(" 1:")],
        Keyword::If | Keyword::For | Keyword::While | Keyword::With => vec![made("if 1:")],
        Keyword::Case => vec![copy(4), made(" _:")],
        Keyword::Match => vec![made("if 1:")],
        Keyword::None | Keyword::Decorator => vec![made("pass")],
    };
    Rewrite { pieces, harmless: false }
}

/// Problem of a line that does not parse on its own.
pub(super) fn problem(text: &str, line: &Line) -> SyntaxProblem {
    let bytes = text.as_bytes();
    let at = |start: usize, len: usize, message: String| SyntaxProblem {
        range: TextRange::new(start as u32, (start + len) as u32),
        message,
    };
    if let Some(start) = line.broken_string {
        return at(start, 1, "unterminated string".to_owned());
    }
    if let Some(&(start, _)) = line.stray.first() {
        return match bytes.get(start) {
            Some(b @ (b')' | b']' | b'}')) => at(start, 1, format!("unmatched `{}`", char::from(*b))),
            Some(b @ (b'(' | b'[' | b'{')) => at(start, 1, format!("unclosed `{}`", char::from(*b))),
            _ => at(start, 7, "merge conflict marker".to_owned()),
        };
    }
    if let Some(&start) = line.open.last() {
        let bracket = bytes.get(start).copied().map_or('(', char::from);
        return at(start, 1, format!("unclosed `{bracket}`"));
    }
    let slice = text.get(line.start..line.end).unwrap_or("");
    let len = slice.lines().next().unwrap_or("").trim_end().len();
    if line.keyword.opens_block() && line.colon.is_none() {
        return at(line.start, len, format!("expected `:` after `{}`", line.keyword.as_str()));
    }
    if line.is_unfinished(text) {
        return at(line.end, 0, LINE_END.to_owned());
    }
    at(line.start, len, "invalid syntax".to_owned())
}
