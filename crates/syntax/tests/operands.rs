//! A name in place of an operand makes no text parse that did not, and none fail that did: the files of three large
//! packages, and random sequences of tokens.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use analyzer_syntax::tokens::{LineKind, logical_lines};
use analyzer_syntax::{Parser, operands};

/// The text with a name of the same length in place of each operand, and how many there are.
fn reduced(text: &str) -> (String, usize) {
    let mut bytes = text.as_bytes().to_vec();
    let mut count = 0;
    for line in logical_lines(text).iter().filter(|line| line.kind == LineKind::Code) {
        operands(&text.as_bytes()[line.start..line.end], line.keyword, |operand, words| {
            for word in words {
                assert!(operand.range.contains(&word.range.start) && word.range.end <= operand.range.end);
            }
            let (start, end) = (line.start + operand.range.start, line.start + operand.range.end);
            bytes[start..end].fill(b'x');
            count += 1;
            true
        });
    }
    (String::from_utf8(bytes).unwrap(), count)
}

fn fails(parser: &mut Parser, text: &str) -> bool {
    parser.parse(text, Duration::from_secs(20)).unwrap().root_node().has_error()
}

#[test]
fn files_of_large_packages() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from);
    let mut folders = vec![tools.join("corpora")];
    let mut parser = Parser::default();
    let (mut operands, mut files) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py")
                && let Ok(text) = std::fs::read_to_string(&path)
                && !fails(&mut parser, &text)
            {
                let (text, count) = reduced(&text);
                assert!(!fails(&mut parser, &text), "{}", path.display());
                (operands, files) = (operands + count, files + 1);
            }
        }
    }
    println!("{operands} in {files} files");
    assert!(operands > 80 * files && files > 1_000, "{operands} in {files} files");
}

#[test]
fn random_tokens() {
    const STARTS: [&str; 14] = [
        "",
        "",
        "",
        "if ",
        "while ",
        "for ",
        "with ",
        "return ",
        "assert ",
        "del ",
        "def f(",
        "async def g(",
        "@",
        "x: ",
    ];
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
        " not in ",
        " for ",
        " if ",
        " else ",
        " and ",
        " or ",
        "lambda ",
        "await ",
        "yield ",
        " as ",
        " async ",
        "1",
        "1.5",
        "'s'",
        "f'{a}'",
        "f'{a.b(1)!r:>10}'",
        "f'{f(\"t\")}'",
        " from ",
        "+=",
        ":=",
        "<",
        ">=",
        "\n",
        "# c\n",
        "%",
        "|",
        "a=",
        "f(",
        "f(x)",
        "[0]",
        "a, ",
        "self.",
        ") -> a.b:",
        ": a.b",
        "/",
        "/, ",
        "*, ",
        "not a.b",
        "in",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let mut parser = Parser::default();
    let (mut sound, mut damaged) = (0, 0);
    for _ in 0..400_000 {
        let start = STARTS[next(STARTS.len())];
        let tokens: String = (0..1 + next(9)).map(|_| TOKENS[next(TOKENS.len())]).collect();
        let text = match start {
            "if " | "while " | "for " | "with " => format!("{start}{tokens}:\n pass\n"),
            "def f(" | "async def g(" => format!("{start}{tokens}):\n pass\n"),
            "@" => format!("@{tokens}\ndef f(): pass\n"),
            _ => format!("{start}{tokens}\n"),
        };
        // Whoever asks has found the tokens sound. What ends too early is read on by the grammar, in its own way.
        let lines = logical_lines(&text);
        let code = lines.iter().filter(|line| line.kind == LineKind::Code).count();
        let blocks = ["if ", "while ", "for ", "with ", "def f(", "async def g(", "@"].contains(&start);
        if code != 1 + usize::from(blocks)
            || lines
                .iter()
                .any(|line| line.is_damaged() || line.keyword.opens_block() && line.colon.is_none())
        {
            continue;
        }
        let (reduced, count) = reduced(&text);
        if count == 0 {
            continue;
        }
        let fail = fails(&mut parser, &text);
        assert_eq!(fails(&mut parser, &reduced), fail, "{text:?}\n{reduced:?}");
        *(if fail { &mut damaged } else { &mut sound }) += 1;
    }
    println!("{sound} sound, {damaged} damaged");
    assert!(sound > 5_000 && damaged > 5_000, "{sound} sound, {damaged} damaged");
}
