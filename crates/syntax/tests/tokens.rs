//! Logical lines of sound and damaged text.

use analyzer_syntax::tokens::{Keyword, Line, LineKind, logical_lines};

/// Each logical line's text.
fn texts(text: &str) -> Vec<&str> {
    logical_lines(text).iter().map(|line| &text[line.start..line.end]).collect()
}

fn only(text: &str) -> Line {
    let mut lines = logical_lines(text);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

#[test]
fn strings_hold_what_looks_like_code() {
    assert_eq!(texts("x = 'a # b' # c\ny\n"), ["x = 'a # b'", "y"]);
    assert_eq!(texts("x = \"\"\"a\nimport b\n\"\"\"\ny"), ["x = \"\"\"a\nimport b\n\"\"\"", "y"]);
    assert_eq!(texts("x = f\"{d[\"a\"]} {{\"\ny"), ["x = f\"{d[\"a\"]} {{\"", "y"]);
    assert_eq!(texts("x = rb'\\' 'a'\ny"), ["x = rb'\\' 'a'", "y"]);
    assert_eq!(texts("x = 'a\\\nb'\ny"), ["x = 'a\\\nb'", "y"]);
}

#[test]
fn a_string_without_its_quote_ends_with_its_line() {
    let lines = logical_lines("x = 'a\nimport b\n");
    assert_eq!((lines.len(), lines[0].broken_string), (2, Some(4)));
}

#[test]
fn an_open_docstring_ends_where_statements_go_on() {
    let text = "def f():\n    \"\"\"Imports a thing.\n\n        import example\n\n    return 1\n\nimport b\n";
    assert_eq!(texts(text)[2..], ["return 1", "import b"]);
    assert_eq!(texts("\"\"\"from here on, all is prose\nand more\n").len(), 1);
}

#[test]
fn brackets_and_backslashes_join_lines() {
    assert_eq!(texts("f(a,\n  b) # c\ny"), ["f(a,\n  b)", "y"]);
    assert_eq!(texts("a = 1 + \\\n  2\ny"), ["a = 1 + \\\n  2", "y"]);
}

#[test]
fn an_open_bracket_ends_before_a_statement() {
    assert_eq!(texts("x = f(a,\nimport b\n"), ["x = f(a,", "import b"]);
    assert_eq!(texts("x = f(a,\ny = 2\nz = 3\nreturn x\n"), ["x = f(a,", "y = 2", "z = 3", "return x"]);
    assert_eq!(texts("x = [\n  y for y in z\n  if y\n]\n").len(), 1);
    assert_eq!(texts("except (A, B:\n    g()\nimport c\n"), ["except (A, B:", "g()", "import c"]);
}

#[test]
fn a_comprehension_that_ends_a_header_is_no_statement() {
    for header in [
        "if any(x < y[z]\n       for y in a\n       for z in b):",
        "if len([x for x in y\n        if 'a' in x]) > 1:",
        "while all(x(\n)\nfor x in (y)):",
        "elif any(x async for x in y\n    if x): # z",
        "with f(x\n       async for x in y):",
        "for a in x[b\n    if b else c:\n    d]:",
        "for a in (b\n    if b else lambda:\n    c):",
        "if f(x\n     for x in map(lambda y:\n  y, z)):",
        "match f(x\n        for x in ')', f':{x}'):",
    ] {
        let text = format!("{header}\n    return 1\n");
        let lines = logical_lines(&text);
        assert_eq!(&text[lines[0].start..lines[0].end], header.trim_end_matches(" # z"), "{lines:?}");
        assert!(lines.len() == 2 && lines[0].is_header() && !lines[0].is_damaged(), "{lines:?}");
    }
    for statement in [
        "for x in y:",
        "for x in f(')', [0]): # z",
        "if a if b else c:",
        "if (lambda: x)(): ",
        "if lambda: x:",
    ] {
        let text = format!("x = f(a,\n{statement}\n    return 1\n");
        assert_eq!(texts(&text).len(), 3, "{text}");
    }
}

#[test]
fn brackets_that_do_not_match_are_told() {
    assert_eq!(only("x = f(a, [b)").stray, [(9, 10)]);
    assert_eq!(only("x = a)").stray, [(5, 6)]);
    assert_eq!(only("x = f((a)").open, [5]);
}

#[test]
fn conflict_markers_are_lines_of_their_own() {
    let lines = logical_lines("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n");
    let kinds: Vec<_> = lines.iter().map(|line| line.kind == LineKind::Marker).collect();
    assert_eq!(kinds, [true, false, true, false, true]);
    assert_eq!(only("f(a,\n<<<<<<< x\nb)").stray, [(5, 14)]);
    assert_eq!(only("x = '''\n<<<<<<< x\n'''").stray, []);
}

#[test]
fn headers_are_known_by_keyword_and_colon() {
    let header = |text: &str| {
        let line = logical_lines(text).remove(0);
        (line.keyword, line.is_header(), line.column)
    };
    assert_eq!(header("  async def f(a: int = 1) -> x:\n    pass"), (Keyword::Def, true, 2));
    assert_eq!(header("if (lambda: 1)(): pass"), (Keyword::If, false, 0));
    assert_eq!(header("while lambda: x:\n pass"), (Keyword::While, true, 0));
    assert_eq!(header("match x:\n    case 1:"), (Keyword::Match, true, 0));
    assert_eq!(header("match = x"), (Keyword::None, false, 0));
    assert_eq!(header("\tcase: int"), (Keyword::None, false, 8));
    assert_eq!(header("\u{feff}try:"), (Keyword::Try, true, 0));
}
