//! Facts of a text that is being edited, with its tree kept from one version to the next, are those of the text alone.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::sync::Arc;

use analyzer_facts::{Limits, extract, extract_edited};

/// What editors insert: whole statements, halves of them, and what breaks everything around it.
const PIECES: [&str; 27] = [
    "x",
    " ",
    "\n",
    "    ",
    "(",
    ")",
    "\"",
    "'''",
    "#",
    ":",
    "é🦀",
    "\t",
    "\\\n",
    "import os\n",
    "lazy import os\n",
    "lazy ",
    "if any(x\n       for x in y):\n    z()\n",
    "from a import b\n",
    "try:\n    f()\nexcept:\n    pass\n",
    "def f(a, b=1):\n    return a if b else None\n",
    "class A(B):\n    x: int = 1\n",
    "    if x and y or z:\n        pass\n",
    "f'{x!r:>{y}}'",
    "async with a as b, c:\n    await d\n",
    "match x:\n    case [1, *_]:\n        pass\n",
    "@decorated\n",
    "lambda *a, **k: (yield)",
];

/// A generator of numbers that is the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// One edit: an insertion, a deletion, or lines that move elsewhere.
fn edited(text: &str, numbers: &mut Numbers) -> String {
    let at = text.floor_char_boundary(numbers.below(text.len() + 1));
    match numbers.below(4) {
        0 | 1 => format!("{}{}{}", &text[..at], PIECES[numbers.below(PIECES.len())], &text[at..]),
        2 => {
            let end = text.floor_char_boundary((at + numbers.below(40)).min(text.len()));
            format!("{}{}", &text[..at], &text[end.max(at)..])
        }
        _ => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let line = lines.remove(numbers.below(lines.len()));
            lines.insert(numbers.below(lines.len() + 1), line);
            lines.concat()
        }
    }
}

fn texts() -> Vec<String> {
    python(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/monorepo"), 23)
}

/// Every so many of the Python files in a folder.
fn python(root: &Path, step: usize) -> Vec<String> {
    let mut folders = vec![root.canonicalize().unwrap()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.into_iter().step_by(step).map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn a_kept_tree_changes_no_fact() {
    let mut numbers = Numbers(7);
    let mut sound = 0;
    for text in texts().into_iter().filter(|text| !text.is_empty()) {
        let mut now: Arc<str> = text.as_str().into();
        let mut kept = None;
        for step in 0..30 {
            let facts = extract_edited(&now, Limits::default(), &mut kept).unwrap();
            sound += usize::from(facts.syntax.is_none());
            assert_eq!(facts, extract(&now, Limits::default()).unwrap(), "step {step} of\n{now}");
            // Most edits are taken back, as people do, so that the text is sound again.
            now = if numbers.below(3) > 0 { text.as_str().into() } else { edited(&now, &mut numbers).into() };
        }
    }
    assert!(sound > 200, "{sound}");
}

/// What people type: a part of a line, a comment, a blank line.
fn typed(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let at = numbers.below(lines.len());
    let line = lines[at].clone();
    let indentation: String = line.chars().take_while(|c| *c == ' ').collect();
    let end = line.trim_end().len();
    match numbers.below(7) {
        0 => lines.insert(at, format!("{indentation}# typed\n")),
        1 => lines.insert(at, "\n".to_owned()),
        2 => lines[at].insert_str(end, "  # why"),
        3 => lines[at].insert_str(end, " + 1"),
        4 => lines[at].insert_str(end, ".strip()"),
        5 => lines[at].insert(line.floor_char_boundary(numbers.below(end + 1)), 'x'),
        _ => drop(lines.remove(at)),
    }
    lines.concat()
}

/// Every so many of the Python files in a folder of the packages that are there for tests.
fn packages(folder: &str, step: usize) -> Vec<String> {
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map(std::path::PathBuf::from);
    let tools = tools.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools"));
    python(&tools.join("corpora").join(folder), step)
}

#[test]
fn what_tells_nothing_changes_no_fact_but_places() {
    let mut all = packages("django/django/db", 8);
    all.extend(packages("sqlalchemy", 40));
    all.extend(texts());
    let mut numbers = Numbers(11);
    let (mut edits, mut reused) = (0, 0);
    for text in all.into_iter().filter(|text| !text.is_empty()) {
        let text: Arc<str> = text.into();
        let mut kept = None;
        extract_edited(&text, Limits::default(), &mut kept).unwrap();
        let Some(before) = kept.clone() else { continue };
        for _ in 0..40 {
            let mut kept = Some(before.clone());
            let now: Arc<str> = typed(&text, &mut numbers).into();
            let facts = extract_edited(&now, Limits::default(), &mut kept).unwrap();
            edits += 1;
            let same = kept.is_some_and(|kept| Arc::ptr_eq(kept.text(), &text));
            reused += usize::from(same && facts.syntax.is_none());
            assert_eq!(facts, extract(&now, Limits::default()).unwrap(), "{now}");
        }
    }
    assert!(edits > 1_000 && reused > edits / 20, "{reused} of {edits}");
}

/// Statements that people type, character by character: whole ones, and such as break what stands below.
const STATEMENTS: [&str; 9] = [
    "value = self.compute(name, [x for x in rows if x], key='a')",
    "if name and not other:",
    "# what comes next",
    "self.host = name",
    "def inner(a, b=1):",
    "print('it''s)",
    "except ValueError:",
    "import os",
    "d = {'a': 1, \"b\": [1, 2]}",
];

#[test]
fn typing_in_a_function_reads_it_alone() {
    let mut numbers = Numbers(3);
    let (mut edits, mut alone) = (0, 0);
    let mut all = packages("django/django", 15);
    all.extend(texts().into_iter().step_by(4));
    for text in all.into_iter().filter(|text| (1..20_000).contains(&text.len())) {
        let mut kept = None;
        let first: Arc<str> = text.as_str().into();
        extract_edited(&first, Limits::default(), &mut kept).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let at = numbers.below(lines.len());
        let indentation: String = lines[at].chars().take_while(|c| *c == ' ').collect();
        let (before, behind) = (lines[..at].concat(), lines[at..].concat());
        let statement = STATEMENTS[numbers.below(STATEMENTS.len())];
        for end in 1..=statement.len() {
            let now: Arc<str> = format!("{before}{indentation}{}\n{behind}", &statement[..end]).into();
            let facts = extract_edited(&now, Limits::default(), &mut kept).unwrap();
            edits += 1;
            let same = kept.as_ref().is_some_and(|kept| !Arc::ptr_eq(kept.text(), &now));
            alone += usize::from(same && facts.syntax.is_none());
            assert_eq!(facts, extract(&now, Limits::default()).unwrap(), "{now}");
        }
    }
    assert!(edits > 500 && alone > edits / 10, "{alone} of {edits}");
}

#[test]
fn what_is_typed_behind_a_function_is_no_part_of_it() {
    let before = "class A:\n    def f(self):\n        return 1\n\n\n";
    let mut kept = None;
    for typed in ["", "x", "x ", "x =", "x = ", "x = 1", "x = 12", "xy = 12"] {
        let now: Arc<str> = format!("{before}{typed}\ndef g():\n    return 2\n").into();
        let facts = extract_edited(&now, Limits::default(), &mut kept).unwrap();
        assert_eq!(facts, extract(&now, Limits::default()).unwrap(), "{now}");
    }
}

/// Comments that ask for silence or mark something, where they may stand.
const COMMENTED: &str = "\
import os


def f(rows):
    # TODO: count them
    # one by one

    # as before
    total = len(rows)
    try:
        value = total  # noqa: E722
        # analyzer: ignore-next-line[bare-except] why

        # because
        other = total
    except ValueError:
        pass
    # analyzer: ignore-start[hardcoded-port]
    port = total

    # FIXME
    name = port  # HACK
    # see #12
    # analyzer: ignore-end
    # nosec B602
    other = name

    # plain
    more = other
    return more
";

#[test]
fn comments_beside_others_change_no_fact_but_places() {
    let base: Arc<str> = COMMENTED.into();
    let mut kept = None;
    extract_edited(&base, Limits::default(), &mut kept).unwrap();
    let lines: Vec<&str> = COMMENTED.split_inclusive('\n').collect();
    let (mut edits, mut moved) = (0, 0);
    let mut hold = |now: String| {
        let now: Arc<str> = now.into();
        let mut kept = kept.clone();
        let facts = extract_edited(&now, Limits::default(), &mut kept).unwrap();
        assert_eq!(facts, extract(&now, Limits::default()).unwrap(), "{now}");
        edits += 1;
        moved += usize::from(kept.is_some_and(|kept| Arc::ptr_eq(kept.text(), &base)));
    };
    for at in 3..lines.len() {
        let indentation: String = lines[at].chars().take_while(|c| *c == ' ').collect();
        let (before, behind) = (lines[..at].concat(), lines[at..].concat());
        for comment in ["# x", "", "# TODO more", "# see #12", "# noqa", "# analyzer: ignore[bare-except] x"]
        {
            hold(format!("{before}{indentation}{comment}\n{behind}"));
            hold(format!("{before}{comment}\n{behind}"));
        }
        hold(before.clone() + &lines[at + 1..].concat());
        hold(before.clone() + &lines[at].replace('\n', "  # x\n") + &lines[at + 1..].concat());
    }
    assert!(edits > 300 && moved > 30, "{moved} of {edits}");
}
