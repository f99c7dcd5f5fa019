//! The conditions of each fix of imports, coroutines, Python 2 and lists of packages: where they hold the text is fixed,
//! where one does not nothing is. CPython compiles what comes out. It must not know how fixes are made.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "each test uses a part of it")]
mod support;

use std::fs;
use std::process::{Command, Stdio};

use support::{Project, run};

/// The module that closes the cycle, and fails if it comes first.
const BACK: &str = "from p.a import f\n\n\ndef g():\n    return f\n\n\nclass B:\n    made_by = f\n";

/// Applies every fix of a rule: the new text of `path`, or none where it stays as it is.
fn fixed(rule: &str, path: &str, files: &[(&str, &str)]) -> Option<String> {
    let project = Project::empty();
    for (path, text) in files {
        project.write(path, text);
    }
    let output = run(project.check().args(["--fix", "--unsafe-fixes", "--no-cache", "--select", rule]));
    assert!(output.code <= 1, "{}", output.stderr);
    let mut changed = None;
    for (name, before) in files {
        let after = fs::read_to_string(project.path(name)).unwrap();
        if after == *before {
            continue;
        }
        assert_eq!(*name, path, "only this file is to change:\n{after}");
        if name.ends_with(".py") {
            let mut python = Command::new("python3");
            python.args(["-c", "import sys; compile(open(sys.argv[1]).read(), 'x.py', 'exec')"]);
            let status = python.arg(project.path(name)).stderr(Stdio::null()).status().unwrap();
            assert!(status.success(), "{after}");
        }
        changed = Some(after);
    }
    changed
}

/// Applies the fix of a cycle to `p/a.py`.
fn broken_cycle(a: &str) -> Option<String> {
    fixed("import-cycle", "p/a.py", &[("p/__init__.py", ""), ("p/a.py", a), ("p/b.py", BACK)])
}

#[test]
fn imports_move_under_type_checking_only_where_nothing_reads_annotations() {
    let lazy = "from __future__ import annotations\n\n";
    let import = "from p.b import B\n\n\n";
    let function = "def f(b: B) -> int:\n    return 1\n";
    let after = broken_cycle(&format!("{lazy}{import}{function}")).unwrap();
    assert!(after.contains("if TYPE_CHECKING:\n    from p.b import B\n"), "{after}");
    let quoted = broken_cycle("from p.b import B\n\n\ndef f(b: 'B') -> int:\n    return 1\n").unwrap();
    assert!(quoted.contains("if TYPE_CHECKING:"), "{quoted}");
    for kept in [
        // Annotations are not lazy.
        format!("{import}{function}"),
        format!(
            "{lazy}from pydantic import BaseModel\n{import}class M(BaseModel):\n    b: B\n\n\ndef f(): ...\n"
        ),
        format!("{lazy}from fastapi import FastAPI\n{import}app = FastAPI()\n\n\n@app.get('/')\n{function}"),
        format!(
            "{lazy}from dataclasses import dataclass\n{import}@dataclass\nclass M:\n    b: B\n\n\ndef f(): ...\n"
        ),
        format!("{lazy}import typing\n{import}{function}\n\nprint(typing.get_type_hints(f))\n"),
        format!(
            "{lazy}from sqlalchemy.orm import DeclarativeBase, Mapped\n{import}class Base(DeclarativeBase): ...\n\n\n\
             class M(Base):\n    b: Mapped[B]\n\n\ndef f(): ...\n"
        ),
    ] {
        assert_eq!(broken_cycle(&kept), None, "{kept}");
    }
}

#[test]
fn imports_move_into_functions_only_where_nothing_needs_them_on_import() {
    let after = broken_cycle("from p.b import g\n\n\ndef f():\n    return g()\n").unwrap();
    assert_eq!(after, "def f():\n    from p.b import g\n\n    return g()\n");
    // A comment goes along.
    let after = broken_cycle("from p.b import g  # why\n\n\ndef f():\n    return g()\n").unwrap();
    assert_eq!(after, "def f():\n    from p.b import g  # why\n\n    return g()\n");
    for kept in [
        "from p.b import g\n\n\ndef f(x=g):\n    return x\n",
        "from p.b import B\n\n\nclass A(B):\n    pass\n\n\ndef f():\n    return A\n",
        "from p.b import g\n\n\n@g\ndef f():\n    return 1\n",
        "from p.b import g\n\n__all__ = ['f', 'g']\n\n\ndef f():\n    return g()\n",
    ] {
        assert_eq!(broken_cycle(kept), None, "{kept}");
    }
    let taken = [
        ("p/__init__.py", ""),
        ("p/a.py", "from p.b import g\n\n\ndef f():\n    return g()\n"),
        ("p/b.py", BACK),
        ("p/c.py", "from p.a import g\n\ng()\n"),
    ];
    assert_eq!(fixed("import-cycle", "p/a.py", &taken), None);
}

#[test]
fn unused_imports_go_only_where_nobody_needs_the_statement() {
    let remove = |files: &[(&str, &str)]| fixed("unused-import", files[0].0, files);
    assert_eq!(
        remove(&[("a.py", "import os\nimport sys\n\nsys.exit()\n")]).unwrap(),
        "import sys\n\nsys.exit()\n"
    );
    for kept in [
        &[("p/__init__.py", "import os\n")][..],
        &[("a.py", "try:\n    import os\nexcept ImportError:\n    pass\n")],
        &[("a.py", "import os\n"), ("b.py", "from a import os\n\nos.getcwd()\n")],
        &[("a.py", "import os  # for its side effect\n\nx = 1\n")],
        &[("a.py", "import os\n\n\ndef f(:\n    pass\n")],
        &[("a.py", "import os\n\nprint(globals()['os'])\n")],
    ] {
        assert_eq!(remove(kept), None, "{kept:?}");
    }
    let submodule = [("a.py", "import p.b\n\nx = 1\n"), ("p/__init__.py", ""), ("p/b.py", "x = 1\n")];
    let project = Project::empty();
    for (path, text) in submodule {
        project.write(path, text);
    }
    // It may be there for what it does: not by itself.
    let output = run(project.check().args(["--fix", "--no-cache", "--select", "unused-import"]));
    assert!(output.stderr.contains("Fixed 0 findings"), "{}", output.stderr);
    assert!(remove(&submodule).is_some());
}

#[test]
fn calls_in_coroutines_are_replaced_only_in_coroutines() {
    let getter = |body: &str| {
        fixed("legacy-get-event-loop", "a.py", &[("a.py", &format!("import asyncio\n\n\n{body}"))])
    };
    let after = getter("async def f():\n    return asyncio.get_event_loop()\n").unwrap();
    assert!(after.ends_with("return asyncio.get_running_loop()\n"), "{after}");
    assert_eq!(getter("def f():\n    return asyncio.get_event_loop()\n"), None);
    assert_eq!(getter("async def f():\n    return lambda: asyncio.get_event_loop()\n"), None);
    let old = [
        ("a.py", "import asyncio\n\n\nasync def f():\n    return asyncio.get_event_loop()\n"),
        ("analyzer.toml", "target-version = \"3.6\"\n"),
    ];
    assert_eq!(fixed("legacy-get-event-loop", "a.py", &old), None);
    let sleep = |body: &str| {
        fixed("blocking-call-in-async", "a.py", &[("a.py", &format!("import time\n\n\n{body}"))])
    };
    let after = sleep("async def f():\n    time.sleep(1)\n").unwrap();
    assert_eq!(after, "import asyncio\nimport time\n\n\nasync def f():\n    await asyncio.sleep(1)\n");
    assert_eq!(sleep("async def f():\n    return time.sleep(1)\n"), None);
    assert_eq!(sleep("def g():\n    time.sleep(1)\n\n\nasync def f():\n    g()\n"), None);
    assert_eq!(sleep("async def f():\n    def g():\n        time.sleep(1)\n    return g\n"), None);
}

#[test]
fn statements_of_python_2_are_rewritten_only_where_nothing_else_is_wrong() {
    let rewrite = |text: &str| fixed("python2-syntax", "a.py", &[("a.py", text)]);
    let after = rewrite("try:\n    print 'x', 1\nexcept ValueError, e:\n    exec 'y = 1'\n").unwrap();
    assert_eq!(after, "try:\n    print('x', 1)\nexcept ValueError as e:\n    exec('y = 1')\n");
    assert_eq!(rewrite("print 'x'\n\n\ndef f(:\n    pass\n"), None);
}

#[test]
fn pins_are_raised_only_where_every_list_takes_the_version() {
    let align = |lists: &[(&str, &str)]| {
        let files: Vec<(&str, &str)> = lists.iter().copied().chain([("a.py", "")]).collect();
        fixed("dependency-drift", lists[0].0, &files)
    };
    let higher = ("b/requirements.txt", "t==2.0\n");
    assert_eq!(align(&[("requirements.txt", "t==1.0 # why\n"), higher]).unwrap(), "t==2.0 # why\n");
    assert_eq!(
        align(&[("Dockerfile", "FROM x\nRUN pip install 't==1.0' u\n"), higher]).unwrap(),
        "FROM x\nRUN pip install 't==2.0' u\n"
    );
    let pyproject =
        "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"t==1.0; python_version > '3'\"]\n";
    assert_eq!(align(&[("x/pyproject.toml", pyproject), higher]).unwrap(), pyproject.replace("1.0;", "2.0;"));
    for lists in [
        &[("requirements.txt", "t==1.0\n"), higher, ("c/requirements.txt", "t<2\n")][..],
        &[("requirements.txt", "t==1.0 --hash=sha256:00\n"), higher],
        &[("requirements.txt", "t>=1.0\n"), higher],
        &[("x/pyproject.toml", "[tool.poetry.dependencies]\nt = \"1.0\"\n"), higher],
        &[("environment.yml", "dependencies:\n  - t==1.0\n"), higher],
    ] {
        assert_eq!(align(lists), None, "{lists:?}");
    }
}
