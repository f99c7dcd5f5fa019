//! The cases of the specification whose verdict is known, as texts.
//! It must not judge them.

use analyzer_project::simulate::verdict::Verdict;

/// A case: modules by name (a package is one that others lie in), the expected verdict, and whether it is certain.
pub(crate) struct Fixed {
    pub(crate) title: &'static str,
    pub(crate) modules: &'static [(&'static str, &'static str)],
    pub(crate) verdict: Verdict,
    pub(crate) certain: bool,
    /// A part that the message must contain, if anything is raised.
    pub(crate) says: &'static str,
}

const INIT: (&str, &str) = ("p", "# a package\n");

const fn fixed(
    title: &'static str,
    modules: &'static [(&'static str, &'static str)],
    verdict: Verdict,
    says: &'static str,
) -> Fixed {
    Fixed { title, modules, verdict, certain: true, says }
}

/// The rows of the first table, and the acceptance cases, that end in a verdict.
pub(crate) const CASES: &[Fixed] = &[
    fixed(
        "plain imports of each other",
        &[INIT, ("p.a", "import p.b\n"), ("p.b", "import p.a\n")],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "modules from the package fall back to sys.modules",
        &[INIT, ("p.a", "from p import b\n"), ("p.b", "from p import a\n")],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "aliased submodules fall back to sys.modules",
        &[INIT, ("p.a", "import p.b as b\n"), ("p.b", "import p.a as a\n")],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "names from each other",
        &[INIT, ("p.a", "from p.b import g\nf = 1\n"), ("p.b", "from p.a import f\ng = 1\n")],
        Verdict::Crash,
        "importing p.a first raises ImportError: cannot import name 'f' from p.a (partially imported), in p.b",
    ),
    fixed(
        "names that are defined above the imports",
        &[INIT, ("p.a", "f = 1\nfrom p.b import g\n"), ("p.b", "g = 1\nfrom p.a import f\n")],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "the package imports a name that a submodule imports back",
        &[("p", "from p.a import A\n"), ("p.a", "import p.b\nclass A: pass\n"), ("p.b", "from p import A\n")],
        Verdict::Crash,
        "importing p first raises ImportError: cannot import name 'A' from p (partially imported), in p.b",
    ),
    fixed(
        "one side for type checkers only",
        &[
            INIT,
            ("p.a", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.b import g\nf = 1\n"),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "one side under typing.TYPE_CHECKING",
        &[
            INIT,
            ("p.a", "import typing\nif typing.TYPE_CHECKING:\n    from p.b import g\nf = 1\n"),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "one side under not TYPE_CHECKING",
        &[
            INIT,
            (
                "p.a",
                "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    from p.b import g\nf = 1\n",
            ),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::Crash,
        "importing p.a first raises ImportError: cannot import name 'f' from p.a (partially imported), in p.b",
    ),
    fixed(
        "one side inside a function",
        &[
            INIT,
            ("p.a", "def f():\n    from p.b import g\n    return g\n"),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "one side in a class body",
        &[INIT, ("p.a", "class C:\n    from p.b import g\nf = 1\n"), ("p.b", "from p.a import f\ng = 1\n")],
        Verdict::Crash,
        "importing p.a first raises ImportError: cannot import name 'f' from p.a (partially imported), in p.b",
    ),
    fixed(
        "stars",
        &[INIT, ("p.a", "from p.b import *\nf = 1\n"), ("p.b", "from p.a import *\ng = 1\n")],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "a star with a name in __all__ that is not there yet",
        &[INIT, ("p.a", "__all__ = ['f']\nimport p.b\nf = 1\n"), ("p.b", "from p.a import *\n")],
        Verdict::EntryDependent,
        "importing p.a first raises AttributeError: module p.a (partially imported) has no attribute 'f', in p.b",
    ),
    fixed(
        "a crashing cycle in a try that catches ImportError",
        &[
            INIT,
            (
                "p.a",
                "try:\n    from p.b import g\nexcept ImportError:\n    caught('p.a')\n    g = None\nf = 1\n",
            ),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::Masked,
        "importing p.a first raises ImportError: cannot import name 'f' from p.a (partially imported), in p.b",
    ),
    fixed(
        "one side under a main guard",
        &[
            INIT,
            ("p.a", "f = 1\nif __name__ == '__main__':\n    from p.b import g\n"),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "one side under if False",
        &[INIT, ("p.a", "if False:\n    from p.b import g\nf = 1\n"), ("p.b", "from p.a import f\ng = 1\n")],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "one side through import_module",
        &[
            INIT,
            ("p.a", "from importlib import import_module\nimport_module('p.b')\nf = 1\n"),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::EntryDependent,
        "importing p.a first raises ImportError: cannot import name 'f' from p.a (partially imported), in p.b",
    ),
    fixed(
        "one side through a relative import_module",
        &[
            INIT,
            ("p.a", "from importlib import import_module\nimport_module('.b', __package__)\nf = 1\n"),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::EntryDependent,
        "importing p.a first raises ImportError: cannot import name 'f' from p.a (partially imported), in p.b",
    ),
    fixed(
        "one side in a module's __getattr__",
        &[
            INIT,
            (
                "p.a",
                "f = 1\ndef __getattr__(name):\n    if name != 'g':\n        raise AttributeError(name)\n    from p.b import g\n    return g\n",
            ),
            ("p.b", "from p.a import f\ng = 1\n"),
        ],
        Verdict::Tolerated,
        "",
    ),
    fixed(
        "folders without __init__",
        &[("p", ""), ("p.a", "from p.b import g\nf = 1\n"), ("p.b", "from p.a import f\ng = 1\n")],
        Verdict::Crash,
        "importing p.a first raises ImportError: cannot import name 'f' from p.a (partially imported), in p.b",
    ),
    fixed(
        "a package on the way imports back",
        &[INIT, ("p.sub", "from top import f\n"), ("p.sub.m", "x = 1\n"), ("top", "import p.sub.m\nf = 1\n")],
        Verdict::EntryDependent,
        "importing top first raises ImportError: cannot import name 'f' from top (partially imported), in p.sub",
    ),
    fixed(
        "an attribute of a module that is not there yet",
        &[INIT, ("p.a", "import p.b\nf = 1\n"), ("p.b", "import p.a\nx = p.a.f\n")],
        Verdict::EntryDependent,
        "importing p.a first raises AttributeError: module p has no attribute 'a', in p.b",
    ),
    Fixed {
        certain: false,
        ..fixed(
            "one side under a condition",
            &[
                INIT,
                ("p.a", "if yes:\n    from p.b import g\nf = 1\n"),
                ("p.b", "from p.a import f\ng = 1\n"),
            ],
            Verdict::Crash,
            "importing p.a first raises ImportError: cannot import name 'f' from p.a (partially imported), in p.b",
        )
    },
];
