//! Our tokens equal those of CPython's `tokenize`.

use std::fmt::Write as _;

use analyzer_syntax::kind;
use analyzer_syntax::lexer::Tokens;
use analyzer_syntax::lexer::token;
use analyzer_syntax::tokens::logical_lines;

use crate::support;

/// Prints the tokens of each file: a letter, and the offsets in bytes where the token has a width.
const TOKENIZE: &str = r"
import sys, tokenize, token
names = {token.NAME: 'n', token.NUMBER: 'd', token.OP: 'o', token.STRING: 's', token.COMMENT: 'c'}
marks = {token.NEWLINE: 'l', token.INDENT: 'i', token.DEDENT: 'e'}
begin = {getattr(token, name, -1) for name in ('FSTRING_START', 'TSTRING_START')}
end = {getattr(token, name, -1) for name in ('FSTRING_END', 'TSTRING_END')}
for path in sys.stdin.read().splitlines():
    out, depth, start = [], 0, 0
    with open(path, 'rb') as file:
        lines = file.read().decode().splitlines(True)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line.encode()))
    offset = lambda row, column: offsets[row - 1] + (len(lines[row - 1][:column].encode()) if column else 0)
    feed = iter(lines)
    try:
        for item in tokenize.generate_tokens(lambda: next(feed, '')):
            kind = item.type
            if kind in begin:
                if depth == 0:
                    start = offset(*item.start)
                depth += 1
            elif kind in end:
                depth -= 1
                if depth == 0:
                    out.append(f's{start}-{offset(*item.end)}')
            elif depth == 0 and kind in names:
                out.append(f'{names[kind]}{offset(*item.start)}-{offset(*item.end)}')
            elif depth == 0 and kind in marks:
                out.append(marks[kind])
            elif kind == token.ERRORTOKEN:
                raise SyntaxError
    except Exception:
        out = ['x']
    print(' '.join(out))
";

/// Our tokens in the same words. An indentation comes before the comments of its block, its end after them; `tokenize`
/// has both at the first token after the comments, so comments are compared apart.
fn ours(text: &str, tokens: &Tokens) -> String {
    let mut words = String::new();
    let (mut depth, mut start) = (0, 0);
    for token in tokens.list() {
        let letter = match token.kind {
            kind::STRING_START => {
                if depth == 0 {
                    start = token.start;
                }
                depth += 1;
                continue;
            }
            kind::STRING_END => {
                depth -= 1;
                if depth == 0 {
                    write!(words, "s{start}-{} ", token.end).unwrap();
                }
                continue;
            }
            _ if depth > 0 => continue,
            token::NEWLINE => {
                words.push_str("l ");
                continue;
            }
            token::INDENT => {
                words.push_str("i ");
                continue;
            }
            token::DEDENT => {
                words.push_str("e ");
                continue;
            }
            kind::LINE_CONTINUATION | token::END => continue,
            kind::COMMENT => 'c',
            kind::INTEGER | kind::FLOAT => 'd',
            _ if text[token.range()].starts_with(|first: char| first.is_alphabetic() || first == '_') => 'n',
            _ => 'o',
        };
        write!(words, "{letter}{}-{} ", token.start, token.end).unwrap();
    }
    words
}

/// The tokens without comments, and the comments.
fn apart(words: &str) -> (Vec<&str>, Vec<&str>) {
    words.split_whitespace().partition(|word| !word.starts_with('c'))
}

#[test]
fn tokens_of_files() {
    let files = support::library_files()
        .into_iter()
        .step_by(25)
        .chain(support::corpus_files().into_iter().step_by(40));
    let texts: Vec<(String, String)> = files
        .filter_map(|file| Some((file.display().to_string(), std::fs::read_to_string(file).ok()?)))
        .filter(|(_, text)| !text.contains(['\r', '\x0c']) && text.len() < 80_000)
        .collect();
    let paths: Vec<&str> = texts.iter().map(|(path, _)| path.as_str()).collect();
    let theirs = support::python(TOKENIZE, &paths.join("\n"));
    let mut tokens = Tokens::default();
    let mut compared = 0;
    for ((path, text), theirs) in texts.iter().zip(theirs.lines()) {
        if tokens.read(text).is_err() || theirs == "x" {
            continue;
        }
        let ours = ours(text, &tokens);
        let (our_tokens, our_comments) = apart(&ours);
        let (their_tokens, their_comments) = apart(theirs);
        let differ = our_tokens.iter().zip(&their_tokens).position(|(our, their)| our != their);
        assert!(our_tokens == their_tokens, "{path}: {differ:?}");
        assert_eq!(our_comments, their_comments, "{path}");
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}

#[test]
fn first_tokens_and_logical_lines() {
    let text = "a = (b,  # c\n  d)\n# e\nif f:\n    g; h\n";
    let mut tokens = Tokens::default();
    tokens.read(text).unwrap();
    let firsts: Vec<&str> =
        tokens.list().iter().filter(|token| token.first).map(|token| &text[token.range()]).collect();
    assert_eq!(firsts, ["a", "d", "# e", "if", "g"]);
    let lines: Vec<&str> = tokens
        .lines()
        .map(|line| &text[line.first().unwrap().start as usize..line.last().unwrap().end as usize])
        .collect();
    assert_eq!(lines, ["a = (b,  # c\n  d)", "if f:", "g; h"]);
}

#[test]
fn unsound_texts_are_refused() {
    for text in [
        "x = 'a\n",
        "x = \"\"\"a\n",
        "(a\n",
        "a)\n",
        "(a]\n",
        "x = 0777\n",
        "x = 1_\n",
        "x = 0x\n",
        "x = 1abc\n",
        "a ? b\n",
        "a $ b\n",
        "a \\ b\n",
        "if a:\n        b\n    c\n",
        "if a:\n\tb\n        c\n",
        "x = '\\x4'\n",
        "x = b'\u{e9}'\n",
        "x\r= 1\n",
        "x\0\n",
        "f'{a'\n",
        "f'}'\n",
        "a <> b\n",
        "x = '\\N{'\n",
        "\u{20ac} = 1\n",
        "a = \u{a0}1\n",
    ] {
        assert!(Tokens::default().read(text).is_err(), "{text:?}");
    }
}

/// Logical lines from tokens are those that are read from the text.
#[test]
fn lines_of_tokens_are_those_of_the_text() {
    let mut files = support::corpus_files();
    files.extend(support::library_files());
    let read = std::sync::atomic::AtomicUsize::new(0);
    support::on_all_cores(&files, |_, file: &std::path::PathBuf| {
        let Ok(text) = std::fs::read_to_string(file) else { return };
        let mut tokens = Tokens::default();
        if analyzer_syntax::parser::parse(&text).is_err() || tokens.read(&text).is_err() {
            return;
        }
        let (ours, theirs) = (analyzer_syntax::sound_lines(&text, &tokens), logical_lines(&text));
        let first = ours.iter().zip(&theirs).find(|(one, other)| one != other);
        assert!(ours == theirs, "{}: {first:#?}, {} and {}", file.display(), ours.len(), theirs.len());
        read.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    assert!(read.into_inner() > 2_000);
}
