//! The rows of the table in `docs/accuracy/complexity.md`, with values computed by hand.

use crate::{Limits, Metrics, extract};

/// The metrics of the function `f` of a text.
fn metrics(text: &str) -> Metrics {
    let facts = extract(text, Limits::default()).unwrap();
    facts.scopes.iter().find(|scope| scope.name == "f").unwrap().metrics.unwrap()
}

/// Checks `(body of f, ruff, mccabe, radon, cognitive)`.
fn check(rows: &[(&str, u32, u32, u32, u32)]) {
    for &(body, ruff, mccabe, radon, cognitive) in rows {
        let indented: String = body.lines().map(|line| format!("    {line}\n")).collect();
        let found = metrics(&format!("def f(a, b, c, d):\n{indented}"));
        let values = (found.ruff, found.mccabe, found.radon, found.cognitive);
        assert_eq!(values, (ruff, mccabe, radon, cognitive), "(ruff, mccabe, radon, cognitive) of\n{body}");
    }
}

#[test]
fn branches() {
    check(&[
        ("pass", 1, 1, 1, 0),
        ("if a:\n    pass", 2, 2, 2, 1),
        ("if a:\n    pass\nelse:\n    pass", 2, 2, 2, 2),
        ("if a:\n    pass\nelif b:\n    pass\nelse:\n    pass", 3, 3, 3, 3),
        ("if a:\n    if b:\n        if c:\n            pass", 4, 4, 4, 6),
        ("if a:\n    pass\nelif b:\n    if c:\n        pass\nelse:\n    if d:\n        pass", 5, 5, 5, 7),
        ("return 1 if a else 2", 1, 1, 2, 1),
        ("return (1 if b else 2) if a else 3", 1, 1, 3, 3),
        ("return 1 if (b if a else c) else 3", 1, 1, 3, 3),
        ("if 1 if a else 2:\n    pass", 2, 2, 3, 2),
    ]);
}

#[test]
fn boolean_operators() {
    check(&[
        ("return a and b", 1, 1, 2, 1),
        ("return a and b and c", 1, 1, 3, 1),
        ("return a and b or c", 1, 1, 3, 2),
        ("return a or b and c or d", 1, 1, 4, 3),
        ("return a and (b and c)", 1, 1, 3, 2),
        ("return a and not (b and c)", 1, 1, 3, 2),
        ("return a and g(b and c) and d", 1, 1, 4, 2),
        ("return f'{a and b!r:{c or d}}'", 1, 1, 3, 2),
        ("return 1 < a < 3 and not b", 1, 1, 2, 1),
        ("return 'a and b if c else d'  # and or if", 1, 1, 1, 0),
    ]);
}

#[test]
fn loops() {
    check(&[
        ("for x in a:\n    pass", 2, 2, 2, 1),
        ("while a:\n    pass", 2, 2, 2, 1),
        ("for x in a:\n    pass\nelse:\n    pass", 2, 2, 3, 2),
        ("while a:\n    pass\nelse:\n    if b:\n        pass", 3, 3, 4, 4),
        ("for x in a:\n    while b:\n        break", 3, 3, 3, 3),
        ("return [x for x in a]", 1, 1, 2, 0),
        ("return [x for x in a if b if c for y in d]", 1, 1, 5, 0),
        ("return {x: y async for x, y in a if b}", 1, 1, 3, 0),
        ("return [x if b else c for x in a]", 1, 1, 3, 1),
    ]);
    assert_eq!(metrics("async def f(a):\n    async for x in a:\n        pass\n").ruff, 2);
}

#[test]
fn exceptions() {
    check(&[
        ("try:\n    pass\nexcept A:\n    pass", 2, 3, 2, 1),
        ("try:\n    pass\nexcept A:\n    pass\nexcept B:\n    pass", 3, 4, 3, 2),
        ("try:\n    pass\nexcept A:\n    pass\nelse:\n    pass", 3, 3, 3, 2),
        ("try:\n    pass\nexcept A:\n    pass\nfinally:\n    pass", 2, 3, 2, 1),
        ("try:\n    pass\nfinally:\n    pass", 1, 2, 1, 0),
        ("try:\n    pass\nfinally:\n    if a:\n        pass", 2, 2, 2, 1),
        ("if a:\n    try:\n        pass\n    except A:\n        if b:\n            pass", 4, 5, 4, 6),
        ("try:\n    if a:\n        pass\nexcept* A:\n    pass\nexcept* B:\n    pass", 4, 1, 2, 3),
        ("try:\n    pass\nexcept* A:\n    pass\nelse:\n    pass", 3, 1, 1, 2),
        ("try:\n    def g():\n        pass\nexcept* A:\n    pass", 3, 1, 1, 1),
    ]);
}

#[test]
fn with_and_assert() {
    check(&[
        ("with a:\n    if b:\n        pass", 2, 2, 2, 1),
        ("assert a", 1, 1, 2, 0),
        ("assert a and b, [x for x in c]", 1, 1, 2, 1),
        ("assert (yield)", 1, 1, 2, 0),
    ]);
}

#[test]
fn matches() {
    check(&[
        ("match a:\n    case 1:\n        pass\n    case 2:\n        pass", 3, 1, 3, 1),
        ("match a:\n    case 1:\n        pass\n    case _:\n        pass", 2, 1, 2, 1),
        ("match a:\n    case _ if b:\n        pass", 2, 1, 1, 1),
        ("match a:\n    case 1:\n        pass\n    case _ if b and c:\n        pass", 3, 1, 3, 2),
        ("match a:\n    case _ if b:\n        pass\n    case 1:\n        pass", 3, 1, 2, 1),
        ("match a:\n    case 1:\n        pass\n    case (x):\n        pass", 2, 1, 2, 1),
        ("match a:\n    case 1:\n        pass\n    case x as y:\n        pass", 2, 1, 3, 1),
        ("match a:\n    case 1:\n        pass\n    case 2 | (3 | _):\n        pass", 2, 1, 3, 1),
        ("match a:\n    case 1:\n        pass\n    case x,:\n        pass", 3, 1, 3, 1),
        ("match a:\n    case 1:\n        pass\n    case (x, y):\n        pass", 3, 1, 3, 1),
        ("match a:\n    case -1:\n        pass\n    case b.c:\n        pass", 3, 1, 3, 1),
        ("match a:\n    case 1:\n        if b:\n            pass", 3, 1, 3, 3),
        ("if a:\n    match b:\n        case 1:\n            pass", 3, 2, 3, 3),
    ]);
}

#[test]
fn nested_definitions() {
    check(&[
        ("def g():\n    if a:\n        pass", 3, 3, 1, 2),
        ("if a:\n    def g():\n        if b:\n            pass", 4, 4, 2, 4),
        ("def g():\n    def h():\n        if a:\n            pass", 4, 4, 1, 3),
        ("class G:\n    if a:\n        pass\n    def g(self):\n        if b:\n            pass", 4, 4, 1, 3),
        ("@d(a or b)\ndef g(x=1 if c else 2) -> (a or b):\n    pass", 2, 2, 1, 3),
        ("return lambda: 1 if a else 2", 1, 1, 2, 2),
        ("return lambda x=(1 if a else 2): x", 1, 1, 2, 1),
        ("match a:\n    case 1:\n        def g():\n            pass", 3, 1, 2, 1),
        ("try:\n    pass\nfinally:\n    def g():\n        pass", 2, 2, 1, 0),
    ]);
}

#[test]
fn a_function_is_measured_by_itself_too() {
    let facts = extract(
        "def f():\n    if a:\n        def g():\n            if b:\n                pass\n",
        Limits::default(),
    )
    .unwrap();
    let g = facts.scopes[2].metrics.unwrap();
    assert_eq!((g.ruff, g.mccabe, g.radon, g.cognitive), (2, 2, 2, 1));
    let f = facts.scopes[1].metrics.unwrap();
    assert_eq!((f.own_ruff, f.own_mccabe, f.own_cognitive), (2, 2, 1));
    assert_eq!((f.ruff, f.mccabe, f.cognitive), (4, 4, 4));
}

#[test]
fn a_decorator_and_a_default_are_no_part_of_the_function() {
    let found = metrics("@(lambda g: g if x else y)\ndef f(a=1 if x else 2, b=(x and y)):\n    pass\n");
    assert_eq!((found.ruff, found.mccabe, found.radon, found.cognitive), (1, 1, 1, 0));
}

#[test]
fn statements_that_the_grammar_misreads() {
    check(&[
        ("print >> a, b or c", 1, 1, 2, 1),
        ("type(a).b = [x for x in c if d]", 1, 1, 3, 0),
        ("class A[T: int = str]:\n    def g(self):\n        if a:\n            pass", 3, 3, 1, 2),
    ]);
}

#[test]
fn functions_of_broken_files_are_measured() {
    let found = metrics(
        "def broken(:\n    pass\n\ndef f(a):\n    if a:\n        return 1\n    for x in a:\n        pass\n",
    );
    assert_eq!((found.ruff, found.cognitive), (3, 2));
    // Damaged inside: what is left is counted, and nothing fails.
    let damaged = "def f(a):\n    match a:\n        case 1:\n            def g(:\n                case _:\n    if (a and:\n        pass\n    else:\n        x = lambda\n";
    let facts = extract(damaged, Limits::default()).unwrap();
    assert!(facts.syntax.is_some());
}

#[test]
fn depth_does_not_matter() {
    let deep = format!("def f(a):\n    return {}a{}\n", "(a and ".repeat(20_000), ")".repeat(20_000));
    let found = metrics(&deep);
    assert_eq!((found.radon, found.cognitive), (20_001, 20_000));
}
