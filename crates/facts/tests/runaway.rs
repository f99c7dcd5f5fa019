//! Texts whose lines do not fit together, as an editor holds them while somebody types, and texts that nest too deep:
//! recovery comes to an end, and what is not damaged is analysed.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use analyzer_facts::{FileFacts, Limits, extract};

const TOO_DEEP: &str = "too many levels of indentation";

fn facts(text: &str) -> FileFacts {
    extract(text, Limits::of_time(Duration::from_secs(120))).unwrap()
}

/// The line, from 1, and the message.
fn problem(text: &str) -> Option<(usize, String)> {
    let problem = facts(text).syntax?;
    Some((text[..problem.range.start as usize].matches('\n').count() + 1, problem.message))
}

/// So many nested blocks, one step deeper each, and a body.
fn nested(levels: usize, step: &str, header: &str, body: &str) -> String {
    let mut text = String::new();
    for level in 0..levels {
        text.push_str(&step.repeat(level));
        text.push_str(header);
        text.push('\n');
    }
    text + &step.repeat(levels) + body + "\n"
}

#[test]
fn a_line_between_two_places_is_gone_back_to_once() {
    for (text, line) in [
        ("if a:\n  b\n   c\n  else:\n  else:\n", 3),
        ("if a:\n  b\n   c\n  else:\n  else:\n  else:\n", 3),
        ("if a:\n  b\n   c\n  elif d:\n  elif d:\n", 3),
        ("try:\n  b\n   c\n  except d:\n  except d:\n", 3),
        ("try:\n  b\n   c\n  finally:\n  finally:\n", 3),
        ("for a in b:\n\tb\n\t c\n\telse:\n\telse:\n", 3),
        ("def f():\n  if a:\n    b\n     c\n    else:\n    else:\n", 4),
        ("if a:\n  f(b,\n   c\n  else:\n  else:\n", 2),
        ("x = f(\nif a:\n  b\n   c\n  else:\n  else:\n", 1),
    ] {
        let (found, _) = problem(text).unwrap();
        assert!(found >= line && found <= line + 1, "line {found} of\n{text}");
        let facts = facts(&format!("{text}import os\n"));
        assert_eq!(facts.imports.len(), 1, "{text}");
    }
}

#[test]
fn any_lines_in_any_order_come_to_an_end() {
    let lines = [
        "a",
        "if a:",
        "else:",
        "elif a:",
        "try:",
        "except a:",
        "finally:",
        "match a:",
        "case a:",
        "def f():",
        "class A:",
        "@a",
        "f(a,",
        "]",
        "# a",
        "=======",
        "\"\"\"",
        "'",
        "x = \\",
        "",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    for _ in 0..1_500 {
        let text: String = (0..4 + next(8))
            .map(|_| format!("{}{}\n", " ".repeat(next(5)), lines[next(lines.len())]))
            .collect();
        facts(&text);
    }
}

#[test]
fn work_grows_with_the_number_of_lines() {
    for block in [
        "if a:\n  b\n   c\n  else:\n  else:\n",
        "def f():\n    a = 1\nb = 2\n    c = 3\n",
        "def f():\n    x = f(a,\ndef g():\n    pass\n      b)\n",
        "  f(\n a\n   f(\n",
    ] {
        assert!(problem(&block.repeat(1_500)).is_some());
    }
}

#[test]
fn the_hundredth_level_is_one_too_many() {
    for step in [" ", "\t", "  "] {
        for (header, body) in [("if x:", "import a"), ("while x:", "y = 1"), ("class A:", "pass")] {
            assert_eq!(problem(&nested(99, step, header, body)), None);
            for levels in [100, 101, 104] {
                let text = nested(levels, step, header, body);
                assert_eq!(problem(&text), Some((101, TOO_DEEP.to_owned())), "{levels} × {header}");
            }
        }
    }
}

#[test]
fn a_text_that_nests_too_deep_is_analysed_all_the_same() {
    let deep = nested(102, " ", "if x:", "import inside");
    let facts = facts(&format!("import before\n{deep}import after\ndef f():\n    import last\n"));
    let imports: Vec<_> =
        facts.imports.iter().map(|i| (i.module.as_str(), facts.qualified_name(i.scope))).collect();
    let expected = [("before", ""), ("inside", ""), ("after", ""), ("last", "f")];
    assert_eq!(imports, expected.map(|(module, scope)| (module, scope.to_owned())));
    assert_eq!(facts.syntax.unwrap().message, TOO_DEEP);
}

#[test]
fn brackets_and_comments_are_no_levels() {
    let mut text = "x = [\n".to_owned();
    for depth in 0..104 {
        text.push_str(&format!("{}1,\n{}# a comment\n", " ".repeat(depth), " ".repeat(depth)));
    }
    text.push_str("]\nif x:\n    import a\n");
    assert_eq!(problem(&text), None);
    assert_eq!(facts(&text).imports.len(), 1);
}
