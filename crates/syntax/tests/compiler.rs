//! What CPython's compiler refuses after its parser: the same texts, at the same line.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use analyzer_syntax::compiler::refused_by_compiler;
use analyzer_syntax::{Parser, parser};

/// Texts that have one tree, which CPython's compiler refuses.
const REFUSED: &[&str] = &[
    "return 1\n",
    "class A:\n    return 1\n",
    "def f():\n    class A:\n        return\n",
    "yield 1\n",
    "class A:\n    yield 1\n",
    "def f(a=(yield)): pass\n",
    "x = await a\n",
    "def f():\n    await a\n",
    "async def f():\n    lambda: await a\n",
    "def f():\n    def g(): pass\n    async with a: pass\n",
    "async for a in b: pass\n",
    "async def f():\n    yield from a\n",
    "async def f():\n    yield a\n    return 1\n",
    "[(yield a) for b in c]\n",
    "def f():\n    [x async for x in y]\n",
    "break\n",
    "if a: break\n",
    "for a in b:\n    def g(): continue\n",
    "for a in b: pass\nelse: break\n",
    "while a:\n    class A:\n        break\n",
    "for x in y:\n    try: a\n    except* A:\n        continue\n",
    "def f():\n    try: a\n    except* A:\n        return\n",
    "def f(a, a): pass\n",
    "def f(a, /, b, *c, d=1, **b): pass\n",
    "lambda a, *a: b\n",
    "f(a=1, b=2, a=2)\n",
    "class A(a=1, a=2): pass\n",
    "nonlocal a\n",
    "def f():\n    nonlocal a\n",
    "def f():\n    def g():\n        nonlocal a\n",
    "class A:\n    nonlocal a\n",
    "def f(a):\n    global a\n",
    "def f():\n    a = 1\n    global a\n",
    "def f():\n    print(a)\n    global a\n",
    "a = 1\nglobal a\n",
    "from __future__ import nothing\n",
    "a = 1\nfrom __future__ import annotations\n",
    "'a'\n'b'\nfrom __future__ import annotations\n",
    "def f():\n    from a import *\n",
    "class A:\n    from a import *\n",
    "*a, *b = c\n",
    "[a, *b, *c] = d\n",
    "a = *b\n",
    "*a = b\n",
    "*a\n",
    "for *a in b: pass\n",
    "try: a\nexcept: b\nexcept A: c\n",
    "[x := 1 for x in y]\n",
    "[y for x in (z := a)]\n",
    "class A:\n    [x := 1 for y in z]\n",
    "[[x := 1 for y in z] for x in a]\n",
    "match a:\n    case b: c\n    case d: e\n",
    "match a:\n    case (_): c\n    case d: e\n",
    "match a:\n    case b | c: d\n",
    "match a:\n    case [b, b]: c\n",
    "match a:\n    case [*b, *c]: d\n",
    "match a:\n    case *b, c, *d: e\n",
    "match a:\n    case A(b=1, b=2): d\n",
    "match a:\n    case {1: b, **b}: d\n",
    "match a:\n    case A(b) as b: d\n",
];

/// Sound texts that look alike.
const SOUND: &[&str] = &[
    "def f():\n    return (yield)\n",
    "f = lambda: (yield)\n",
    "async def f():\n    yield a\n    return\n",
    "async def f():\n    def g():\n        yield\n    return 1\n",
    "async def f():\n    [await a for b in c]\n    [d async for d in e]\n    async with g: pass\n",
    "def f():\n    return (a async for a in b)\n",
    "def f():\n    [a for a in (yield)]\n",
    "for a in b:\n    if c:\n        try: break\n        finally: continue\n",
    "while a:\n    for b in c: pass\n    else: break\n",
    "try: a\nexcept* A:\n    for b in c: break\n",
    "def f():\n    try: a\n    except* A:\n        def g(): return 1\n",
    "def f(a, b=lambda a: a): pass\n",
    "def f(a):\n    def g(a): pass\n",
    "f(a=g(a=1))\n",
    "def f():\n    a = 1\n    def g():\n        nonlocal a\n",
    "def f():\n    def a(): nonlocal a\n",
    "def f():\n    def g():\n        nonlocal a\n        a = 1\n    for a in b: pass\n",
    "def f(a):\n    class A:\n        nonlocal a\n",
    "def f():\n    x.a = a.x\n    global x2, a2\n    a2 = 1\n",
    "def f():\n    b(a=1)\n    global a\n",
    "def f():\n    def g(a): return a\n    global a\n",
    "a = 1\ndef f():\n    global a\n    global a\n",
    "'doc'\n# c\nfrom __future__ import annotations\nfrom __future__ import division as d\nimport a\n",
    "from a import *\nif b:\n    from c import *\n",
    "*a, b = c\na, (*b, c), *d = e\nf[*g]\n",
    "try: a\nexcept A: b\nexcept: c\n",
    "[y := f(x) for x in z]\n",
    "class A:\n    x = (y := 1)\n    z = [(lambda: (w := 1)) for v in u]\n",
    "match a:\n    case b if c: d\n    case A(e): f\n    case [*g], [*h]: i\n    case _: j\n",
    "match a:\n    case b, : c\n    case A.b: d\n    case (A.b | [_]) as c: e\n    case [b, c] | [c, b]: f\n    case x: g\n",
    "match a:\n    case {b.c: d, 'e': f}: g\n    case A(b=b, c=c): d\n",
    "match a:\n    case A(b=B() as c, d=[_], e=_ as f): g\n",
];

/// Prints the line that CPython refuses each text at, 0 for none.
const LINES: &str = "import sys, warnings
warnings.simplefilter('ignore')
for text in sys.stdin.read().split('\\x01'):
    try:
        compile(text, 'x', 'exec')
        print(0)
    except SyntaxError as error:
        print(error.lineno)";

/// Prints those of the files that CPython compiles.
const COMPILED: &str = "import sys, warnings
warnings.simplefilter('ignore')
for path in sys.stdin.read().splitlines():
    try:
        with open(path, 'rb') as file:
            compile(file.read(), path, 'exec')
        print(path)
    except Exception:
        pass";

fn python(script: &str, input: &str) -> String {
    let mut child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The line that is reported, 0 for none.
fn line(text: &str) -> usize {
    let tree = Parser::default().parse_with_tree_sitter(text, Duration::from_secs(60)).unwrap();
    assert!(!tree.root_node().has_error(), "{text}");
    let problem = refused_by_compiler(&tree, text);
    if let Ok(tree) = parser::parse(text) {
        assert_eq!(problem, refused_by_compiler(&tree, text), "{text}");
    }
    problem.map_or(0, |problem| 1 + text[..problem.start as usize].matches('\n').count())
}

#[test]
fn lines_are_those_of_the_compiler() {
    let all: Vec<&str> = REFUSED.iter().chain(SOUND).copied().collect();
    let lines = python(LINES, &all.join("\u{1}"));
    let differing: Vec<String> = all
        .iter()
        .zip(lines.lines())
        .filter(|(text, expected)| line(text).to_string() != **expected)
        .map(|(text, expected)| format!("{text:?}: {} instead of {expected}", line(text)))
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(REFUSED.iter().all(|text| line(text) > 0));
    assert!(SOUND.iter().all(|text| line(text) == 0));
}

#[test]
fn nothing_is_said_of_sound_files() {
    let library = python("import sysconfig; print(sysconfig.get_path('stdlib'))", "");
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from);
    let mut folders = vec![PathBuf::from(library.trim()), tools.join("corpora")];
    let mut reported = Vec::new();
    let mut sound = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("site-packages") && !path.ends_with("dist-packages") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "py")
                && let Ok(text) = std::fs::read_to_string(&path)
                && let Ok(tree) = parser::parse(&text)
            {
                match refused_by_compiler(&tree, &text) {
                    Some(problem) => reported.push((path.display().to_string(), problem)),
                    None => sound += 1,
                }
            }
        }
    }
    let paths: Vec<&str> = reported.iter().map(|(path, _)| path.as_str()).collect();
    let compiled = python(COMPILED, &paths.join("\n"));
    let wrong: Vec<_> =
        reported.iter().filter(|(path, _)| compiled.lines().any(|line| line == path)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(sound > 2_000, "{sound}");
}
