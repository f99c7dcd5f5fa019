//! What is called certain to parse does parse, as one statement: the statements of three large packages, and random
//! sequences of tokens.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use analyzer_syntax::tokens::{Keyword, LineKind, logical_lines};
use analyzer_syntax::{Parser, kind, simple_statement};

/// Whether each of these lines is a statement of its own that parses.
fn parse(parser: &mut Parser, lines: &[&str]) -> bool {
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let tree = parser.parse(&text, Duration::from_secs(20)).unwrap();
    let root = tree.root_node();
    let mut cursor = root.walk();
    let statements = root.named_children(&mut cursor);
    !root.has_error() && statements.filter(|node| node.kind_id() != kind::COMMENT).count() == lines.len()
}

/// Fails on the first line that does not.
fn check(parser: &mut Parser, lines: &[&str]) {
    if !parse(parser, lines) {
        let mut wrong = lines.to_vec();
        while wrong.len() > 1 {
            let (one, other) = wrong.split_at(wrong.len() / 2);
            let part = [one, other].into_iter().find(|part| !parse(parser, part)).map(<[_]>::to_vec);
            // Where both halves parse, it is the two together.
            let Some(part) = part else { break };
            wrong = part;
        }
        panic!("{wrong:?}");
    }
}

#[test]
fn statements_of_large_packages() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from);
    let mut folders = vec![tools.join("corpora")];
    let mut parser = Parser::default();
    let (mut known, mut statements) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                let lines = logical_lines(&text);
                let code = lines
                    .iter()
                    .filter(|line| line.kind == LineKind::Code && line.keyword == Keyword::None)
                    .map(|line| &text[line.start..line.end]);
                let found: Vec<&str> = code
                    .inspect(|_| statements += 1)
                    .filter(|line| simple_statement(line.as_bytes(), |_, _, _| {}).is_some())
                    .collect();
                known += found.len();
                check(&mut parser, &found);
            }
        }
    }
    println!("{known} of {statements}");
    assert!(known * 2 > statements, "{known} of {statements}");
}

#[test]
fn random_tokens() {
    const TOKENS: [&str; 62] = [
        "a",
        "b.c",
        "x",
        " ",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "=",
        "==",
        ".",
        "+",
        "-",
        "*",
        "**",
        "~",
        "not ",
        " in ",
        " is ",
        " is not ",
        " not in ",
        "None",
        "1",
        "0x1f",
        "1.5",
        "'s'",
        "\"t\"",
        "b'u'",
        "f'{a}'",
        "f'{a.b(1)!r:>10}'",
        "r'\\'",
        "return ",
        "raise ",
        "print",
        "+=",
        "//=",
        "<",
        ">",
        "<=",
        "!=",
        "\n",
        "# c\n",
        "%",
        "@",
        "|",
        "a=",
        "f(",
        "f(x)",
        "[0]",
        "a, ",
        "self.",
        "'''m\nn'''",
        "type",
        "match",
        "...",
        "if ",
        "->",
        ";",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let mut parser = Parser::default();
    let mut known: Vec<String> = Vec::new();
    for _ in 0..400_000 {
        let text: String = (0..1 + next(9)).map(|_| TOKENS[next(TOKENS.len())]).collect();
        let whole = !text.starts_with([' ', '\n', '#']) && !text.ends_with([' ', '\n']);
        if whole && simple_statement(text.as_bytes(), |_, _, _| {}).is_some() {
            known.push(text);
        }
    }
    assert!(known.len() > 2_000, "{}", known.len());
    for group in known.chunks(200) {
        check(&mut parser, &group.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn words_are_told_with_their_places() {
    let text = "self.x = f(a, k=b.c, *d)[e] % (g, f'{h.i} j')";
    let mut words = Vec::new();
    let simple = simple_statement(text.as_bytes(), |at, word, _| {
        assert!(text.as_bytes()[at..].starts_with(word));
        words.push(String::from_utf8(word.to_vec()).unwrap());
    });
    assert_eq!(simple.map(|simple| simple.value), Some(8));
    assert_eq!(words.join(" "), "self x f a k b c d e g h i");
}
