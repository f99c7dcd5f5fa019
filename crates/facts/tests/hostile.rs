//! Texts made to hurt: none may overflow a small stack, hang, or fail otherwise than by running out of time.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::time::{Duration, Instant};

use analyzer_facts::{Aborted, FileFacts, Limits, extract};

/// Time for one text, beyond what the parser is granted: the walk and recovery, without optimisation.
const SLACK: Duration = Duration::from_secs(8);

/// Extracts on a stack of 2 MB, within the usual limits.
fn run(name: &str, text: String) -> Result<FileFacts, Aborted> {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let limits = Limits::default();
    let start = Instant::now();
    let result = thread.spawn(move || extract(&text, limits)).unwrap().join().unwrap();
    let took = start.elapsed();
    println!(
        "{name}: {took:?}, {}",
        result.as_ref().map_or("timed out", |facts| if facts.syntax.is_some() { "broken" } else { "sound" })
    );
    assert!(took < limits.parse_time + SLACK, "{name} took {took:?}");
    result
}

fn is_broken(result: &Result<FileFacts, Aborted>) -> bool {
    result.as_ref().map_or(true, |facts| facts.syntax.is_some())
}

#[test]
fn unclosed_brackets() {
    for bracket in ["(", "[", "{", "f(", "([{", "(((", "[[["] {
        assert!(is_broken(&run(bracket, bracket.repeat(200_000))));
        assert!(is_broken(&run(bracket, format!("{}\n", bracket).repeat(100_000))));
    }
    assert!(is_broken(&run("closing", ")".repeat(200_000))));
}

#[test]
fn nested_brackets_and_operators() {
    let _ = run("nested", format!("x = {}{}\n", "(".repeat(200_000), ")".repeat(200_000)));
    let _ = run("unary", format!("x = {}1\n", "-".repeat(200_000)));
    let _ = run("not", format!("x = {}1\n", "not ".repeat(200_000)));
    let _ = run("sum", format!("x = 1{}\n", " + 1".repeat(200_000)));
    let _ = run("attributes", format!("x = a{}\n", ".b".repeat(200_000)));
    let _ = run("calls", format!("x = a{}\n", "()".repeat(200_000)));
    let _ = run("lambdas", format!("x = {}1\n", "lambda: ".repeat(200_000)));
}

#[test]
fn long_lines() {
    let _ = run("list", format!("x = [{}]\n", "1, ".repeat(3_400_000)));
    assert!(is_broken(&run("open list", format!("x = [{}\n", "1, ".repeat(3_400_000)))));
    let _ = run("name", "x".repeat(10_000_000));
    let _ = run("semicolons", "a = 1; ".repeat(1_000_000));
    assert!(is_broken(&run("quotes", "'\"".repeat(1_000_000))));
    assert!(is_broken(&run("fields", format!("f'{}", "{x[\"".repeat(500_000)))));
    for formatted in ["f\"{", "f\"}{\"", "f\"{\n", "f'{\"", "f\"\"\"{"] {
        let _ = run(formatted, formatted.repeat(200_000));
        let _ = run(formatted, format!("x = f({})\n", formatted.repeat(200_000)));
    }
}

#[test]
fn open_strings() {
    let code = "import os\ndef f():\n    try:\n        g()\n    except ValueError:\n        pass\n";
    let facts = run("docstring", format!("{code}\"\"\"\nThis is prose that imports nothing.\n\n{code}"));
    let facts = facts.unwrap();
    assert_eq!((facts.imports.len(), facts.handlers.len()), (2, 2));
    assert_eq!(facts.syntax.unwrap().message, "unterminated string");
    assert!(is_broken(&run("many", format!("\"\"\"\n{code}").repeat(20_001))));
    assert!(is_broken(&run(
        "prose",
        format!("\"\"\"{}", "from here on, import things with care\n".repeat(50_000))
    )));
}

#[test]
fn many_statements() {
    let _ = run("elif", format!("if x:\n    pass\n{}", "elif y:\n    pass\n".repeat(50_000)));
    let _ = run("else", "else:\n    pass\n".repeat(50_000));
    let facts = run("try", "try:\n".repeat(50_000)).unwrap();
    assert!(facts.syntax.is_some());
    let facts = run("except", "except ValueError:\n    pass\n".repeat(20_000)).unwrap();
    assert_eq!(facts.handlers.len(), 20_000);
    let _ = run("markers", "<<<<<<< a\n=======\n>>>>>>> b\n".repeat(50_000));
    let _ = run("decorators", "@a\n".repeat(50_000));
    let _ = run("comments", format!("x = (\n{}", "# x\n".repeat(100_000)));
    let _ = run("strays", "x = 1\n    y = 2\n".repeat(50_000));
    let _ = run("dedents", "def f():\n    a = 1\nb = 2\n    c = 3\n".repeat(20_000));
    let _ = run("half calls", "x = f(a,\n".repeat(50_000));
    let _ = run("half definitions", "def f(a,\n".repeat(50_000));
    let _ = run("cases", "match x:\ncase 1:\n  y\n".repeat(20_000));
}

#[test]
fn deep_blocks() {
    for header in ["if x:", "def f():", "class A:", "try:", "for x in y:", "while x:"] {
        let mut text = String::new();
        for depth in 0..3_000 {
            text.extend(std::iter::repeat_n(' ', depth));
            text.push_str(header);
            text.push('\n');
        }
        let _ = run(header, text);
    }
}

#[test]
fn random_bytes() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let bytes: Vec<u8> = (0..300_000).map(|_| (next() >> 32) as u8).collect();
    let _ = run("bytes", String::from_utf8_lossy(&bytes).into_owned());
    let words = [
        "def f",
        "(",
        ")",
        ":",
        "\n",
        "    ",
        "try",
        "except",
        "import a",
        "\"\"\"",
        "'",
        "#",
        "\\",
        "match x",
        "case",
        "[",
        "}",
        "f'{",
        "@",
        "class A",
        "\n\n",
        "=",
        "é",
        "\u{feff}",
        "\r\n",
        "\t",
        ";",
        "lambda",
        "else",
        "<<<<<<< x\n",
    ];
    for round in 0..300 {
        let size = 200 + round * 10;
        let text: String = (0..size).map(|_| words[(next() >> 33) as usize % words.len()]).collect();
        let facts = extract(&text, Limits::default());
        assert!(facts.is_ok(), "round {round}");
    }
}
