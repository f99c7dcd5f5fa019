//! Compares refusals with those of CPython's compiler after its parser: the same texts, at the same line.

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
    "__debug__ = 1\n",
    "a.__debug__ = 1\n",
    "a.__debug__: int\n",
    "del __debug__\n",
    "del (a, __debug__)\n",
    "__debug__ += 1\n",
    "__debug__: int\n",
    "def f(__debug__): 1\n",
    "def f(a, *, __debug__=1): 1\n",
    "def f(*__debug__): 1\n",
    "def f(**__debug__: int): 1\n",
    "lambda __debug__: 1\n",
    "f(__debug__=1)\n",
    "class A(__debug__=1): 1\n",
    "def __debug__(): 1\n",
    "class __debug__: 1\n",
    "import __debug__\n",
    "import a as __debug__\n",
    "import __debug__.x\n",
    "from a import __debug__\n",
    "from a import b as __debug__\n",
    "try: 1\nexcept E as __debug__: 1\n",
    "with a as __debug__: 1\n",
    "with a as (b, [__debug__]): 1\n",
    "for __debug__ in a: 1\n",
    "for a.__debug__ in b: 1\n",
    "[a for __debug__ in b]\n",
    "(__debug__ := 1)\n",
    "a, (*__debug__, b) = 1\n",
    "match a:\n case __debug__: 1\n",
    "match a:\n case [*__debug__]: 1\n",
    "match a:\n case {**__debug__}: 1\n",
    "match a:\n case 1 as __debug__: 1\n",
    "match a:\n case A(__debug__=1): 1\n",
    "a[b, *c]: d\n",
    "def f():\n (a[*b.c]): d\n",
    "a[(*b,)]: c\n",
    "def f():\n global x\n x: int\n",
    "def f():\n x: int\n global x\n",
    "def f():\n global x\n x: int = 1\n",
    "class A:\n global x\n x: int\n",
    "def g():\n x = 1\n def f():\n  nonlocal x\n  x: int\n",
    "def f():\n global x\n nonlocal x\n",
    "def g():\n x = 1\n def f():\n  nonlocal x\n  global x\n",
    "c: (yield)\n",
    "def f(a: (yield)): 1\n",
    "def f() -> (yield): 1\n",
    "class A:\n x: (yield)\n",
    "c: (await a)\n",
    "def f():\n def g(a: (await b)): 1\n",
    "from __future__ import annotations\nc: (a := 1)\n",
    "from __future__ import annotations\ndef f(a: (yield)): 1\n",
    "from __future__ import annotations\nc: (await a)\n",
    "a: [x for *x, *y in z]\n",
    "{x for x in y if await z}\n",
    "def f():\n {x: 1 for x in y if await z}\n",
    "def f():\n [[await y for y in x] for x in z]\n",
    "def f():\n [[y async for y in x] for x in z]\n",
    "async def f():\n lambda: [await y for y in z]\n",
    "class A:\n [await y for y in z]\n",
    "x = (1,\n [\n  1 for y in z\n  if await a])\n",
    "match a:\n case {1: b, 1: c}: 1\n",
    "match a:\n case {'a': b, 'a': c}: 1\n",
    "match a:\n case {1: b, 1.0: c}: 1\n",
    "match a:\n case {1: b, True: c}: 1\n",
    "match a:\n case {0: b, -0: c}: 1\n",
    "match a:\n case {b'a': 1, 'b': 2, b\"a\": 3}: 1\n",
    "match a:\n case {None: b, None: c}: 1\n",
    "match a:\n case [b] | [c]: 1\n",
    "match a:\n case [b] | 1: 1\n",
    "match a:\n case 1 | [b]: 1\n",
    "match a:\n case [[b] | [c]]: 1\n",
    "match a:\n case A(b) | A(): 1\n",
    "match a:\n case {'k': b} | {'k': c}: 1\n",
    "match a:\n case (1 as b) | 2: 1\n",
    "match a:\n case {**b} | {'k': c}: 1\n",
    "match a:\n case [a, ([b] | [b] as c)] | [a, b]: 1\n",
    "match a:\n case 1 | b: 1\n",
    "match a:\n case (None | _) | 1: 1\n",
    "match a:\n case 1 | _: 2\n case 3: 4\n",
    "match a:\n case [b, [b] | [b]]: 1\n",
    "[i for i in (lambda: (j := 1))()]\n",
    "[[a := 1 for b in c] for a in d]\n",
    "with a as [*b, *c]: 1\n",
    "with a as (b, (*c, *d)): 1\n",
    "def f():\n match b:\n  case a: 1\n global a\n",
    "def f():\n with b as a: 1\n global a\n",
    "def f():\n try: 1\n except E as a: 1\n global a\n",
    "def f():\n del a\n global a\n",
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
    "a.__debug__ += 1\n",
    "del a.__debug__\n",
    "import a.__debug__\n",
    "import a.__debug__ as b\n",
    "import __debug__ as x\n",
    "from a import __debug__ as b\n",
    "from __debug__ import a\n",
    "match a:\n case __debug__.a: 1\n case b.__debug__: 2\n",
    "global __debug__\n",
    "__debug__[0] = 1\na.__debug__.b = __debug__\nf(a=__debug__)\n",
    "a[*b]: c = 1\na[*b].c: d\na[*b][c]: d\na[f(*b), [*c]]: d\n",
    "global x\nx: int\n",
    "def f():\n global x\n x.a: int\n (x): int\n",
    "def f():\n c: (yield)\n",
    "def f():\n c: (await a)\n",
    "def f(a: (b := 1)) -> (c := 2): 1\n",
    "c: (a := 1)\n",
    "def f():\n a: [x for *x, *y in z]\n b: f(x=1, x=2)\n",
    "from __future__ import annotations\nc: f(x=1, x=2)\n",
    "def f():\n def g(a: (yield)) -> (yield): 1\n",
    "def f():\n (x for x in y if await z)\n [(await y for y in x) for x in z]\n",
    "def f():\n ([await y for y in x] for x in z)\n",
    "async def f():\n [[await y for y in x] for x in z]\n {await x: 1 for x in y}\n",
    "match a:\n case {a.b: b, a.b: c}: 1\n case {1: b, 2: c, '1': d, -1: e, b'1': f}: 1\n case {'a': 1, 'b': 2}: 3\n",
    "match a:\n case (1 as b) | (2 as b): 1\n case [b, c] | [c, b]: 2\n case A(b) | B(c=b): 3\n case [_] | [_, _]: 4\n case [*b] | [b]: 5\n case {**b} | {1: b}: 6\n case 1 | -1 | 'a' | None: 7\n case [([b] | (1 as b)), c] | [c, b]: 8\n",
    "def f():\n import a\n global a\n",
    "def f():\n [a for a in b]\n lambda: a\n global a\n",
    "def f():\n global a; global a, a\n",
    "class A([x := 1 for y in z]): 1\n",
    "def f(a=[b := 1 for c in d]): 1\n",
    "[1 for a in b for c in (x for d in e) if (y := 1)]\n",
    "[1 for c in d if [b := 1]]\n",
    "with a as (*b, c), [d, *e]: 1\n",
];

/// Texts of later versions, with the line that Python 3.13 refuses them at; of the imports that wait, Python 3.15.
const LATER: &[(usize, &str)] = &[
    (1, "def f[T, T](): 1\n"),
    (1, "class A[T, *T]: 1\n"),
    (1, "type A[T: int, **T] = 1\n"),
    (1, "type A[T=1, U] = 1\n"),
    (1, "def f[T=1, *U](): 1\n"),
    (1, "class A[T: (yield)]: 1\n"),
    (1, "class A[T: (b := 1)]: 1\n"),
    (1, "class A[T: (await b)]: 1\n"),
    (1, "class A[T = (yield)]: 1\n"),
    (1, "def f[*T = (yield)](): 1\n"),
    (1, "type A = (yield)\n"),
    (1, "type A = (b := 1)\n"),
    (2, "def f():\n type A = (yield)\n"),
    (2, "async def f():\n type A = (await b)\n"),
    (1, "class A[T]((yield)): 1\n"),
    (2, "def f():\n class A[T]((yield)): 1\n"),
    (2, "def f():\n def g[T](a: (yield)): 1\n"),
    (2, "def f():\n def g[T]() -> (yield): 1\n"),
    (1, "def f[T](a: (b := 1)): 1\n"),
    (1, "class A[T](b := 1): 1\n"),
    (2, "def f[T]():\n nonlocal T\n"),
    (3, "class A[T]:\n def f():\n  nonlocal T\n"),
    (3, "def f[T]():\n def g():\n  nonlocal T\n"),
    (4, "def f():\n T = 1\n def g[T]():\n  nonlocal T\n"),
    (1, "type A = [x for x in y if (z := 1)]\n"),
    (1, "type A = [(yield) for x in y]\n"),
    (1, "type A = [await x for x in y]\n"),
    (2, "async def f():\n type A = [x async for x in y]\n"),
    (1, "type __debug__ = 1\n"),
    (1, "def f[__debug__](): 1\n"),
    (1, "class A[*__debug__]: 1\n"),
    (1, "class A[__debug__: int]: 1\n"),
    (2, "try:\n lazy import a\nexcept A: 1\n"),
    (4, "try: 1\nexcept A: 2\nelse:\n lazy import a\n"),
    (2, "def f():\n lazy import a\n"),
    (2, "class A:\n lazy from a import b\n"),
    (1, "lazy from a import *\n"),
    (3, "def f():\n if 1:\n  lazy from . import b\n"),
];

/// Sound texts of later versions.
const LATER_SOUND: &[&str] = &[
    "def f[T](T): 1\n",
    "def f[T](): T = 1\n",
    "class A[T]: T = 1\n",
    "def f[T]():\n global T\n",
    "type A = lambda: (yield)\n",
    "type A[T: lambda: (yield)] = 1\n",
    "def f():\n def g[T](a=(yield)): 1\n",
    "@(b := 1)\nclass A[T]: 1\n",
    "def f():\n @(yield)\n class A[T]: 1\n",
    "def f[T=1, *U=1](): 1\n",
    "def f[T, *U, **P](a: T, *b: *U) -> A[T, T]: 1\n",
    "x: A[T, T]\n",
    "def f[T]():\n T = 1\n def g():\n  nonlocal T\n",
    "type A[T] = B[T, T]\n",
    "lazy import a\n",
    "if a:\n lazy from b import c\nwith d:\n lazy import e\n",
    "lazy\nimport a\nfrom b import *\n",
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

/// The line that is reported, 0 for none; the same one of both parsers' trees.
fn line(text: &str) -> usize {
    let theirs = Parser::default().parse_with_tree_sitter(text, Duration::from_secs(60)).unwrap();
    let theirs = Some(theirs).filter(|tree| !tree.root_node().has_error());
    let ours = parser::parse(text).ok();
    if let (Some(ours), Some(theirs)) = (&ours, &theirs) {
        assert_eq!(refused_by_compiler(ours, text), refused_by_compiler(theirs, text), "{text}");
    }
    let problem = refused_by_compiler(&ours.or(theirs).unwrap(), text);
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
fn lines_of_later_versions() {
    for (expected, text) in LATER {
        assert_eq!(line(text), *expected, "{text}");
    }
    for text in LATER_SOUND {
        assert_eq!(line(text), 0, "{text}");
    }
    let lines = python("import sys; print(sys.version_info >= (3, 13))", "");
    if lines.trim() != "True" {
        return;
    }
    let is_lazy = |text: &&str| text.contains("lazy");
    let later: Vec<&str> = LATER.iter().map(|(_, text)| *text).filter(|text| !is_lazy(text)).collect();
    let lines = python(LINES, &later.join("\u{1}"));
    for (text, expected) in later.iter().zip(lines.lines()) {
        assert_eq!(line(text).to_string(), expected, "{text}");
    }
    let sound: Vec<&str> = LATER_SOUND.iter().copied().filter(|text| !is_lazy(text)).collect();
    assert!(python(LINES, &sound.join("\u{1}")).lines().all(|line| line == "0"));
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
