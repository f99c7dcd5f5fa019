//! Comments that ask for silence: which are real, and which lines each covers.

#![expect(clippy::unwrap_used, reason = "tests")]

use analyzer_facts::{FileFacts, Limits, Suppression, SuppressionForm, TextRange, extract};

fn facts(text: &str) -> FileFacts {
    extract(text, Limits::default()).unwrap()
}

/// Numbers of the lines, from 1, whose first token is covered.
fn covered(text: &str, suppression: &Suppression) -> Vec<usize> {
    let mut offset = 0;
    let mut lines = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        let first = offset + line.len() - line.trim_start().len();
        if !line.trim().is_empty() && suppression.covers(first as u32) {
            lines.push(number + 1);
        }
        offset += line.len() + 1;
    }
    lines
}

/// The lines that each suppression of a text covers.
fn lines(text: &str) -> Vec<Vec<usize>> {
    facts(text).suppressions.iter().map(|suppression| covered(text, suppression)).collect()
}

/// The same text, broken at its end.
fn broken(text: &str) -> String {
    format!("{text}\n\ndef broken(:\n    x = = 1\n")
}

fn both(text: &str, expected: &[&[usize]]) {
    assert_eq!(lines(text), expected, "{text}");
    let damaged = broken(text);
    assert!(facts(&damaged).syntax.is_some());
    assert_eq!(lines(&damaged), expected, "{damaged}");
}

#[test]
fn a_comment_covers_its_logical_line() {
    both("a = 1\nb = 2  # analyzer: ignore[x]\nc = 3\n", &[&[2]]);
    both("a = 1; b = 2  # noqa: E702\nc = 3\n", &[&[1]]);
    both("f(\n    1,  # analyzer: ignore[x]\n    2,\n)\nc = 3\n", &[&[1, 2, 3, 4]]);
    both("f(\n    1,\n    # analyzer: ignore[x]\n    2,\n)\nc = 3\n", &[&[1, 2, 3, 4, 5]]);
    both("a = 1 + \\\n    2  # analyzer: ignore[x]\nc = 3\n", &[&[1, 2]]);
    both("a = '''\none\ntwo'''  # analyzer: ignore[x]\nc = 3\n", &[&[1, 2, 3]]);
    both("if a: b = 1  # analyzer: ignore[x]\nc = 3\n", &[&[1]]);
}

#[test]
fn a_comment_on_a_header_covers_the_header_alone() {
    both("def f(\n    a,\n    b,\n):  # analyzer: ignore[x]\n    return a\n", &[&[1, 2, 3, 4]]);
    both("try:\n    f()\nexcept Exception:  # noqa: BLE001\n    pass\n", &[&[3]]);
    both("@one\n@two(\n    3\n)\n# why\ndef f():  # analyzer: ignore[x]\n    pass\n", &[&[1, 2, 3, 4, 5, 6]]);
    both("@one  # analyzer: ignore[x]\nclass C:\n    pass\n", &[&[1, 2]]);
}

#[test]
fn alone_on_its_line_it_covers_the_header_of_the_enclosing_statement() {
    both("try:\n    f()\nexcept Exception:\n    # analyzer: ignore[x] why\n    pass\n", &[&[3, 4]]);
    both("def f():\n    if a:\n        b()\n    # analyzer: ignore[x]\n    c()\n", &[&[1, 4]]);
    both("# analyzer: ignore[x]\na = 1\n", &[&[1]]);
    both("def f():\n    # noqa: E722\n    a()\n", &[&[2]]);
}

#[test]
fn the_next_line_is_the_next_logical_line() {
    both("# analyzer: ignore-next-line[x]\n\n# more\nf(\n    1,\n)\nc = 3\n", &[&[4, 5, 6]]);
    both("# analyzer: ignore-next-line[x]\n@one\ndef f():\n    pass\n", &[&[2, 3]]);
    both("f(\n    # analyzer: ignore-next-line[x]\n    1,\n)\nc = 3\n", &[&[1, 2, 3, 4]]);
    both("# pylint: disable-next=W0702\na = 1\nb = 2\n", &[&[2]]);
    assert_eq!(lines("a = 1\n# analyzer: ignore-next-line[x]\n"), [[0_usize; 0]]);
}

#[test]
fn regions_and_files() {
    let text = "a = 1\n# analyzer: ignore-start[x]\nb = 2\n# analyzer: ignore-end[x]\nc = 3\n";
    assert_eq!(lines(text), [vec![2, 3, 4], vec![]]);
    assert!(facts(text).suppressions.iter().all(|suppression| !suppression.unpaired));
    let nested = "# analyzer: ignore-start[x]\n# analyzer: ignore-start[y]\na = 1\n# analyzer: ignore-end[x]\nb = 2\n\
                  # analyzer: ignore-end\nc = 3\n";
    assert_eq!(lines(nested), [vec![1, 2, 3, 4], vec![2, 3, 4, 5, 6], vec![], vec![]]);
    let open = facts("# analyzer: ignore-start[x]\na = 1\n");
    assert!(open.suppressions[0].unpaired && open.suppressions[0].covers.is_empty());
    assert!(facts("# analyzer: ignore-end[x]\na = 1\n").suppressions[0].unpaired);
    assert_eq!(lines("a = 1\n# analyzer: ignore-file[x]\nb = 1\n"), [[1, 2, 3]]);
    assert_eq!(lines("a = 1\n# ruff: noqa: E722\nb = 1\n"), [[1, 2, 3]]);
}

#[test]
fn pylint_covers_the_rest_of_the_block() {
    let text = "def f():\n    a()\n    # pylint: disable=W0702\n    b()\n    if c:\n        d()\n\ne()\n";
    assert_eq!(lines(text), [[3, 4, 5, 6]]);
    assert_eq!(lines("# pylint: disable=W0702\na()\nb()\n"), [[1, 2, 3]]);
    assert_eq!(lines("# pylint: disable=W0702\na()\n# pylint: enable=W0702\nb()\n"), [[1, 2, 3]]);
    assert_eq!(lines("a()  # pylint: disable=W0702\nb()\n"), [[1]]);
}

#[test]
fn what_is_enabled_in_a_block_is_so_until_it_ends() {
    let text = "# pylint: disable=W0702,W0718\na()\ndef f():\n    # pylint: enable=W0702\n    b()\n\ndef k():\n    c()\n";
    assert_eq!(lines(text), [vec![1, 2, 3, 4, 7, 8], vec![1, 2, 3, 4, 5, 7, 8]]);
}

#[test]
fn ruff_speaks_of_lines_of_an_import_and_of_blocks() {
    let import = "from a import (\n    b,  # noqa: F401\n    c,\n)\n";
    both(import, &[&[2]]);
    both("from a import (  # noqa: F401\n    b,\n    c,\n)\n", &[&[1, 2, 3, 4]]);
    both("from a import b, \\\n    c  # noqa: F401\nd = 1\n", &[&[1, 2]]);
    both("from a import (\n    # ruff: ignore[F401]\n    b,\n    c,\n)\n", &[&[3]]);
    both("# ruff: ignore[F401]\n\n# why\nfrom a import (\n    b,\n)\nc = 1\n", &[&[4, 5, 6]]);
    both("a()  # ruff: ignore[E722]\nb()\n", &[&[1]]);
    let blocks = "def f():\n    # ruff: disable[E722]\n    a()\n    if b:\n        c()\nd()\n";
    assert_eq!(lines(blocks), [[2, 3, 4, 5]]);
    let ended = "# ruff: disable[A1, B2]\na()\n# ruff: enable[A1]\nb()\n# ruff: enable[B2, A1]\nc()\n";
    assert_eq!(lines(ended), [[1, 2, 3, 4, 5]]);
    assert_eq!(lines("a()  # ruff: disable[E722]\nb()\n"), [[0_usize; 0]; 0]);
    assert_eq!(lines("# ruff: file-ignore[E722]\na()\n"), [[1, 2]]);
    assert_eq!(lines("a()  # ruff: noqa: E722\n"), [[0_usize; 0]; 0]);
}

#[test]
fn text_in_strings_is_no_comment() {
    for text in [
        "a = '# analyzer: ignore[x]'\n",
        "a = '''\n# analyzer: ignore[x]\n'''\n",
        "a = f'{b} # noqa: E722'\n",
        "a = f'{\"# noqa: E722\"}'\n",
        "a = f\"{\"# noqa: E722\"}\"\n",
        "a = 'it''s # noqa: E722'\n",
        "a = \"it's\" '# noqa: E722'\n",
    ] {
        both(text, &[]);
    }
    both("a = \"it's #\"  # analyzer: ignore[x]\n", &[&[1]]);
    both("a = f\"{'#'}\"  # analyzer: ignore[x]\n", &[&[1]]);
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let text = "a = 1\r\nb = 2  # analyzer: ignore[x]\r\nc = 3\r\n";
    let found = facts(text).suppressions;
    assert_eq!(found[0].range.slice(text), "# analyzer: ignore[x]");
    assert_eq!(covered(text, &found[0]), [2]);
}

/// The text without its first suppression.
fn without(text: &str) -> String {
    let TextRange { start, end } = facts(text).suppressions[0].removal;
    format!("{}{}", &text[..start as usize], &text[end as usize..])
}

#[test]
fn a_removed_comment_leaves_no_trace() {
    for (text, left) in [
        ("a = 1  # analyzer: ignore[x] why\nb = 2\n", "a = 1\nb = 2\n"),
        ("a = 1\n    # analyzer: ignore[x]\nb = 2\n", "a = 1\nb = 2\n"),
        ("a = 1  # why  # analyzer: ignore[x]\n", "a = 1  # why\n"),
        ("a = 1  # analyzer: ignore[x]  # why\n", "a = 1  # why\n"),
        ("a = 1  # analyzer: ignore[x] \r\nb = 1\r\n", "a = 1 \r\nb = 1\r\n"),
        ("# analyzer: ignore-file[x]", ""),
        ("# why  # analyzer: ignore-file[x]\na = 1\n", "# why\na = 1\n"),
    ] {
        assert_eq!(without(text), left, "{text:?}");
    }
}

#[test]
fn malformed_requests_cover_nothing() {
    for text in ["a = 1  # analyzer: ignore[x\n", "a = 1  # analyzer: silence[x]\n"] {
        let found = facts(text).suppressions;
        assert_eq!(found[0].form, SuppressionForm::Malformed);
        assert!(found[0].covers.is_empty());
    }
}

#[test]
fn a_damaged_line_is_covered_too() {
    let text =
        "try:\n    f(\nexcept Exception:  # analyzer: ignore[x]\n    pass\nx = [1, 2  # noqa: E722\ny = 3\n";
    let found = facts(text);
    assert!(found.syntax.is_some());
    assert_eq!(covered(text, &found.suppressions[0]), [3]);
    assert!(found.suppressions[1].covers(text.find("x = [").unwrap() as u32));
}
