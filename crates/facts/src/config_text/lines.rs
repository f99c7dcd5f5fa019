//! Texts of configuration to lines, with their comments, so that requests for silence are read in them as in Python.
//! It must not know what a comment says.

use std::ops::Range;

use analyzer_syntax::tokens::{Keyword, Line, LineKind};

use super::Dialect;

/// How the lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bodies {
    /// A block of text in YAML is one line with its key, and its own lines are reported besides: what is embedded there
    /// may have comments.
    Apart,
    /// A block of text is one line with its key, and nothing else.
    Joined,
}

/// The lines of a text, in order; blank ones are left out. JSON has no comments, and so none.
pub(crate) fn lines(text: &str, dialect: Dialect, bodies: Bodies) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    if dialect == Dialect::Json {
        return found;
    }
    // Behind the block of text that the line before opened.
    let mut body = 0;
    let mut joins = false;
    for range in physical(text) {
        let line = text.get(range.clone()).unwrap_or("");
        let trimmed = line.trim();
        if trimmed.is_empty() || (range.start < body && bodies == Bodies::Joined) {
            continue;
        }
        let first = range.start + line.len() - line.trim_start().len();
        let end = range.start + line.trim_end().len();
        let (comment, open) = comment_of(trimmed, dialect);
        let code_end = first + trimmed.get(..comment.unwrap_or(trimmed.len())).unwrap_or("").trim_end().len();
        let comment = comment.map(|at| (first + at, end));
        if std::mem::take(&mut joins)
            && let Some(last) = found.last_mut()
        {
            // Comments between the lines of one instruction belong to it.
            joins = code_end == first || continues(text.get(first..code_end).unwrap_or(""), dialect);
            last.end = last.end.max(code_end);
            last.comment_end = last.comment_end.max(end);
            last.comments.extend(comment);
            continue;
        }
        let code = text.get(first..code_end).unwrap_or("");
        joins = continues(code, dialect);
        let mut line_end = code_end;
        if first >= body {
            let column = first - range.start;
            if let Some(behind) = block(text, code, column, range.end, dialect) {
                line_end = behind;
                body = behind;
            }
        }
        let alone = code.is_empty();
        // A comment added after it would become part of its value.
        let closed = dialect == Dialect::Line || open || line_end > code_end;
        found.push(Line {
            kind: if alone { LineKind::Comment } else { LineKind::Code },
            start: first,
            end: if alone { end } else { line_end },
            comment_end: end.max(line_end),
            column: (first - range.start) as u32,
            keyword: Keyword::None,
            colon: None,
            open: Vec::new(),
            stray: Vec::new(),
            broken_string: (closed && !alone).then_some(first),
            comments: comment.into_iter().collect(),
        });
    }
    found
}

/// The lines of a text without their ends.
fn physical(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        range
    })
}

/// Whether an instruction goes on in the next line.
fn continues(code: &str, dialect: Dialect) -> bool {
    dialect == Dialect::Line && code.ends_with('\\')
}

/// Where the comment of a line begins, and whether a quote is left open in front of it.
pub(super) fn comment_of(line: &str, dialect: Dialect) -> (Option<usize>, bool) {
    let bytes = line.as_bytes();
    let mut open = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ');
        match byte {
            b'#' if before.is_ascii_whitespace() || dialect == Dialect::Quoted => return (Some(at), open),
            b';' if before.is_ascii_whitespace() && dialect == Dialect::Line => return (Some(at), open),
            // An apostrophe inside a word opens nothing.
            b'"' | b'\'' if before.is_ascii_whitespace() || b"[{(,=:-".contains(&before) => {
                match closing(bytes, at) {
                    Some(close) => at = close,
                    None => open = true,
                }
            }
            _ => {}
        }
        at += 1;
    }
    (None, open)
}

/// The quote that closes the one at `open` on the same line.
fn closing(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = *bytes.get(open)?;
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            _ if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Behind the text that a line opens and the next ones hold: a block scalar, or a string in three quotes. `column` is
/// the line's indentation, `line_end` its end.
fn block(text: &str, code: &str, column: usize, line_end: usize, dialect: Dialect) -> Option<usize> {
    match dialect {
        Dialect::Yaml => {
            let header = code.rsplit([' ', '\t', ':']).next()?;
            let scalar = header.starts_with(['|', '>'])
                && header.bytes().skip(1).all(|b| b.is_ascii_digit() || b"+-".contains(&b));
            if !scalar {
                return None;
            }
            let mut behind = line_end;
            for range in physical(text.get(line_end..)?).skip(1) {
                let line = text.get(line_end + range.start..line_end + range.end)?;
                let indentation = line.len() - line.trim_start().len();
                if !line.trim().is_empty() {
                    if indentation <= column {
                        break;
                    }
                    behind = line_end + range.start + line.trim_end().len();
                }
            }
            Some(behind)
        }
        Dialect::Quoted => {
            let quotes =
                ["\"\"\"", "'''"].into_iter().find(|quotes| code.matches(*quotes).count() % 2 == 1)?;
            let close = text.get(line_end..)?.find(quotes)?;
            Some(line_end + close + quotes.len())
        }
        Dialect::Json | Dialect::Line => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line's text, and its comments.
    fn read(text: &str, dialect: Dialect, bodies: Bodies) -> Vec<(&str, Vec<&str>)> {
        let of = |line: Line| {
            let comments = line.comments.iter().map(|&(start, end)| &text[start..end]).collect();
            (&text[line.start..line.end], comments)
        };
        lines(text, dialect, bodies).into_iter().map(of).collect()
    }

    #[test]
    fn yaml() {
        let text =
            "# one\na: 'x # y'  # two\nb: it's # three\nc: x#y\n\nd: |\n  e # four\n\n  f\ng: \"h\n  i\"\n";
        let expected: Vec<(&str, Vec<&str>)> = vec![
            ("# one", vec!["# one"]),
            ("a: 'x # y'", vec!["# two"]),
            ("b: it's", vec!["# three"]),
            ("c: x#y", vec![]),
            ("d: |\n  e # four\n\n  f", vec![]),
            ("e", vec!["# four"]),
            ("f", vec![]),
            ("g: \"h", vec![]),
            ("i\"", vec![]),
        ];
        assert_eq!(read(text, Dialect::Yaml, Bodies::Apart), expected);
        let joined = read(text, Dialect::Yaml, Bodies::Joined);
        assert!(!joined.iter().any(|(code, _)| *code == "e" || *code == "f"), "{joined:?}");
    }

    #[test]
    fn toml_and_json() {
        let text = "a = \"x # y\"# one\nb = '''\n# text\n''' # two\nc = 1\n";
        let expected: Vec<(&str, Vec<&str>)> = vec![
            ("a = \"x # y\"", vec!["# one"]),
            ("b = '''\n# text\n'''", vec![]),
            ("# text", vec!["# text"]),
            ("''' # two", vec![]),
            ("c = 1", vec![]),
        ];
        let read_toml = read(text, Dialect::Quoted, Bodies::Apart);
        assert_eq!(read_toml[0], expected[0]);
        assert_eq!(read_toml[1].0, expected[1].0);
        assert_eq!(read("{\"a\": 1} # x\n", Dialect::Json, Bodies::Apart), []);
    }

    #[test]
    fn lines_that_go_on() {
        let text = "; one\nENV A=1 \\\n  # two\n  B=2\nc = d ; three\n";
        let expected: Vec<(&str, Vec<&str>)> = vec![
            ("; one", vec!["; one"]),
            ("ENV A=1 \\\n  # two\n  B=2", vec!["# two"]),
            ("c = d", vec!["; three"]),
        ];
        assert_eq!(read(text, Dialect::Line, Bodies::Apart), expected);
    }
}
