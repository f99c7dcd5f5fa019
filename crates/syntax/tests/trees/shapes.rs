//! Short texts of each form: equal trees, what tree-sitter misreads, what we refuse.

use crate::support::{self, Outcome};

/// Texts with one tree for both, separated by lines of four dashes.
const EQUAL: &str = include_str!("equal.txt");

/// Sound Python that we read as CPython does, and tree-sitter-python 0.25 does not.
const MISREAD: &[&str] = &[
    // The default of a type parameter: an error of its grammar.
    "class A[T = int]: pass\n",
    "class A[T: int = str, *Ts = *tuple[int], **P = [int]](B): pass\n",
    "type A[T = int] = B[T]\n",
    // An annotation that goes on after `A[b]` other than by `|` and `.name`.
    "x: A[b][c]\n",
    "x: A[b].c[d]\n",
    "x: A[b]() = 1\n",
    "x: A[b] or c\n",
    "x: A[:]\n",
    "x: tuple[int, *a.b[int]]\n",
    "x: A[1:2, ::3] = b\n",
    "x: A[b[1:], c:]\n",
    // A star outside brackets before anything but a name, and one before a target that is no name.
    "x = *(1, 2), 3\n",
    "a[*not b, c] = d\n",
    "def f(*a: *(b or c)): pass\n",
    "x: A[*[b]]\n",
    "a, *(b, c) = d\n",
    "*[a, *b], c = d\n",
    "[*[a]] = b\n",
    "for a, *(b, c) in d: e\n",
    // The format of a replacement field that begins like `:=`.
    "f'{x:=}'\n",
    "f'{x:=10}'\n",
    "f'{x:\\N{DIGIT ONE}}'\n",
    // An import that waits for its first use.
    "lazy import a\n",
    "lazy import a.b as c, d\n",
    "lazy from .a import (b,\n  c)  # d\n",
    "if a:\n    lazy \\\n    from .. import b; lazy import c\n",
    // A dictionary that is unpacked in a comprehension.
    "{**a for a in b}\n",
    "{**a if b else c async for a in d if e}\n",
    // Names of aliases that are keywords of the grammar.
    "type exec[A] = b\n",
    "type print[A, *B] = c\n",
    // A continued line left of its block: its scanner ends the block.
    "def f():\n    x = (a +\nb)\n",
    "def f():\n    from a import (\nb)\n",
    // An assignment read as a type alias.
    "type(a).b = c\n",
    "type(a).b.c = d\n",
    "type[0]: b = c\n",
    // Two statements read as one assignment.
    "a,\nb = 3\n",
    "a = b, c()\n[d] = e\n",
    "a, *b()\n[c] = d\n",
    "a, *b.c()\n[d]\n",
    // A subscript read as a statement of Python 2.
    "print[*[]]\n",
    // A statement read as an annotation.
    "match [a, b]:\n    case (c, d): e = f\n",
];

/// Texts that no version of CPython takes, or that are not read for certain.
const REFUSED: &[&str] = &[
    "print 'a'\n",
    "exec 'a'\n",
    "lazy import\n",
    "lazy from __future__ import annotations\n",
    "x := 1\n",
    "f(a=1, b)\n",
    "f(**a, *b)\n",
    "f(**a, b)\n",
    "f(a for a in b, c)\n",
    "f(a, b for b in c)\n",
    "f(a.b=1)\n",
    "class A(a for a in b): pass\n",
    "def f(a=1, b): pass\n",
    "def f(*): pass\n",
    "def f(*, **k): pass\n",
    "def f(*a, *b): pass\n",
    "def f(**k, a): pass\n",
    "def f(/, a): pass\n",
    "def f((a, b)): pass\n",
    "a + b = c\n",
    "f() = a\n",
    "(yield) = a\n",
    "a, b += c\n",
    "(a, b): int = c\n",
    "a = b += c\n",
    "a: int = b = c\n",
    "x = *a\n",
    "(*a)\n",
    "del f()\n",
    "del *a, b\n",
    "with a as f(): pass\n",
    "for f() in a: pass\n",
    "for *a in b: pass\n",
    "[a for b in c, d]\n",
    "[a for b in lambda: c]\n",
    "[a, b for c in d]\n",
    "{a: b, c}\n",
    "{a, b: c}\n",
    "{*a: b}\n",
    "a if b\n",
    "a if b else\n",
    "not\n",
    "a not b\n",
    "a or lambda: b\n",
    "await await a\n",
    "import a,\n",
    "import (a)\n",
    "from a import b,\n",
    "from a import (*)\n",
    "from a import b.c\n",
    "from a import ()\n",
    "if a:\nb\n",
    "if a: if b: c\n",
    "  a\n",
    "if a:\n    b\n      c\n",
    "else: a\n",
    "try: a\n",
    "try: a\nelse: b\n",
    "try: a\nexcept A: b\nexcept* B: c\n",
    "try: a\nexcept A, B as c: d\n",
    "try: a\nexcept A as b.c: d\n",
    "try: a\nexcept*: d\n",
    "match a:\n    b\n",
    "match a:\n    case f'b': c\n",
    "match a:\n    case {b: c}: d\n",
    "match a:\n    case b as _: d\n",
    "match a:\n    case 1 + b: d\n",
    "@a\nb = c\n",
    "@a def f(): pass\n",
    "async a\n",
    "a b\n",
    "a; ; b\n",
    "'a' b'c'\n",
    "global a.b\n",
    "raise a, b\n",
    "f'{}'\n",
    "f'{a!x}'\n",
    "f'{lambda a: b}'\n",
    "{a := b: c}\n",
    "a.if\n",
    "async\n",
    "x: *a\n",
    "def f(a: *b): pass\n",
    "a[*b:]\n",
    "a[b:=c:d]\n",
    "{**a, **b for c in d}\n",
    "f'''{x:{'''\n",
    "'\\Uffffffff'\n",
    "class A[*B: c]: pass\n",
    "class A[B := c]: pass\n",
    "def f(a, (b, c)): pass\n",
    "lambda (a, b): c\n",
    "with a := b: c\n",
    "with *a, b: c\n",
    "with (a := b, c as d): e\n",
    "match *a:\n    case b: c\n",
    "match a:\n    case *b: c\n",
    "match a:\n    case (*b): c\n",
    "match a:\n    case b | *c: d\n",
    "match a:\n    case A(*b): c\n",
    "match a:\n    case [b=1]: c\n",
    "match a:\n    case {**_}: c\n",
    "match a:\n    case {**b, 1: c}: d\n",
    "match a:\n    case 1j + 1: d\n",
    "match a:\n    case 1 + 1: d\n",
];

#[test]
fn equal_trees() {
    let mut oracle = support::tree_sitter_parser();
    for text in EQUAL.split("----\n") {
        for text in [text.to_owned(), format!("{text}# last\nlast\n")] {
            let outcome = support::compare(&mut oracle, &text);
            assert!(matches!(outcome, Outcome::Equal), "{outcome:?}\n{text}");
        }
    }
}

#[test]
fn what_tree_sitter_misreads() {
    let mut oracle = support::tree_sitter_parser();
    for text in MISREAD {
        let outcome = support::compare(&mut oracle, text);
        assert!(matches!(outcome, Outcome::Misread | Outcome::OtherThanError), "{outcome:?}\n{text}");
    }
}

#[test]
fn refused_texts() {
    let mut oracle = support::tree_sitter_parser();
    for text in REFUSED {
        let outcome = support::compare(&mut oracle, text);
        assert!(matches!(outcome, Outcome::Refused(..)), "{outcome:?}\n{text}");
    }
}

/// CPython's parser refuses each text that is refused for certain, and at the same line.
#[test]
fn certain_refusals() {
    let script = "import sys, warnings\nwarnings.simplefilter('ignore')\nfor text in sys.stdin.read().split('\\x01'):\n    try:\n        compile(text, 'x', 'exec')\n        print(0)\n    except SyntaxError as error:\n        print(error.lineno)";
    let texts: Vec<String> = REFUSED.iter().map(|text| format!("a\n{text}b\n")).collect();
    let lines = support::python(script, &texts.join("\u{1}"));
    let mut certain = 0;
    for (text, line) in texts.iter().zip(lines.lines()) {
        let Err(refused) = analyzer_syntax::parser::parse(text) else { panic!("{text}") };
        if refused.certain {
            let ours = 1 + text[..refused.offset as usize].matches('\n').count();
            assert_eq!(ours.to_string(), line, "{refused:?}\n{text}");
            certain += 1;
        }
    }
    assert!(certain > 30, "{certain}");
}

/// Depth is bounded, in the stack that threads have here; what is side by side is not.
#[test]
fn deep_and_long_texts() {
    let deep = |open: &str, close: &str, depth: usize| {
        let text = format!("x = {}a{}\n", open.repeat(depth), close.repeat(depth));
        analyzer_syntax::parser::parse(&text)
    };
    let forms = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("f(", ")"),
        ("a[", "]"),
        ("-", ""),
        ("not ", ""),
        ("lambda: ", ""),
        ("a ** ", ""),
        ("(yield ", ")"),
        ("[a for a in ", "]"),
        ("lambda a=", ": b"),
    ];
    for (open, close) in forms {
        assert!(deep(open, close, 90).is_ok(), "{open}");
        for depth in [5_000, 50_000] {
            assert!(deep(open, close, depth).is_err(), "{open}");
        }
    }
    let annotation = format!("x: {}a{}\n", "A[".repeat(150), "]".repeat(150));
    let bounds = format!("class A[T: {}a{}]: pass\n", "A[".repeat(150), "]".repeat(150));
    let target = format!("{}a{} = b\n", "(".repeat(150), ")".repeat(150));
    let strings = (0..60).fold("a".to_owned(), |inner, _| format!("f'{{{inner}}}'"));
    for text in [annotation, bounds, target, strings + "\n"] {
        let outcome = analyzer_syntax::parser::parse(&text);
        assert!(outcome.is_ok(), "{outcome:?}\n{text}");
    }
    for part in ["a + ", "a or ", "a < ", "a.", "a = ", "a if b else ", "a, ", "'a' ", "f(a)("] {
        let close = if part.ends_with('(') { ")".repeat(100) } else { String::new() };
        let times = if close.is_empty() { 20_000 } else { 100 };
        let last = if part == "'a' " { "'b'" } else { "b" };
        let text = format!("{}{last}{close}\n", part.repeat(times));
        let outcome = analyzer_syntax::parser::parse(&text);
        assert!(outcome.is_ok(), "{part}: {:?}", outcome.err());
    }
    let branches = format!("if a: b\n{}", "elif c: d\n".repeat(20_000));
    assert!(analyzer_syntax::parser::parse(&branches).is_ok());
}
