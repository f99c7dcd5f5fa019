//! Where names lead: roots and what only looks like one, installed packages, namespaces, names that are bound or gone.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "helpers that other test files share")]
mod common;

use common::Project;

/// The edges of a.py of package p to b.py of it, with this text of a.py.
fn edges(a: &str) -> Vec<String> {
    let project = Project::new(&[("p/__init__.py", ""), ("p/a.py", a), ("p/b.py", "")]);
    project.shown("p/a.py")
}

#[test]
fn a_folder_around_the_importer_is_a_guess_and_the_end_of_a_path_nothing() {
    let project = Project::new(&[
        ("deep/app/__init__.py", ""),
        ("deep/app/m.py", ""),
        ("one/lib/x.py", ""),
        ("deep/app/user.py", "import app.m\nimport lib.x\nimport m\nimport app.gone\n"),
        ("deep/tests/unit/test_m.py", "from app.m import x\nimport tests.unit.data\n"),
        ("deep/tests/unit/data.py", ""),
        ("other/user.py", "import app.m\n"),
    ]);
    assert_eq!(project.shown("deep/app/user.py"), ["E deep/app/m.py?"]);
    assert_eq!(project.unresolved("deep/app/user.py"), [""; 0]);
    let tests = ["E deep/app/m.py?", "(E deep/app/__init__.py?)", "E deep/tests/unit/data.py?"];
    assert_eq!(project.shown("deep/tests/unit/test_m.py"), tests);
    assert_eq!(project.shown("other/user.py"), [""; 0]);
    // What is installed is not what lies around the importer.
    let installed = Project::new(&[
        ("lab/optuna/__init__.py", ""),
        ("lab/optuna/store.py", "from optuna.study import Study\n"),
        ("lab/optuna/study.py", "from optuna.store import Store\n"),
        ("requirements.txt", "optuna"),
    ]);
    assert_eq!(installed.shown("lab/optuna/store.py"), [""; 0]);
}

#[test]
fn an_installed_package_wins_over_a_neighbour_of_its_name() {
    let files = |list| {
        Project::new(&[
            ("requirements.txt", list),
            ("shop/__init__.py", ""),
            ("shop/utils/redis.py", "import redis\n"),
            ("tools/redis.py", "import redis\n"),
            ("tools/run.py", "import redis\n"),
            ("s/a/setup.cfg", ""),
            ("s/a/kafka.py", ""),
            ("s/b/main.py", "import kafka\n"),
        ])
    };
    for list in ["", "redis\nkafka-python"] {
        let project = files(list);
        assert_eq!(project.shown("shop/utils/redis.py"), [""; 0]);
        assert_eq!(project.shown("tools/redis.py"), [""; 0], "a script is not what it imports");
        assert_eq!(project.shown("tools/run.py"), ["E tools/redis.py"], "a script's folder comes first");
    }
    assert_eq!(files("").shown("s/b/main.py"), ["E s/a/kafka.py"]);
    assert_eq!(files("kafka-python").shown("s/b/main.py"), [""; 0]);
}

#[test]
fn a_regular_package_wins_over_the_folder_around_it() {
    let project = Project::new(&[
        ("core/pyproject.toml", ""),
        ("core/core/__init__.py", "x = 1\n"),
        ("core/core/m.py", ""),
        ("shop/pyproject.toml", ""),
        ("shop/shop/__init__.py", "from core import x, gone\nimport core.m\n"),
        ("run.py", "import core\n"),
    ]);
    let shown = ["E core/core/__init__.py", "E core/core/m.py", "(E core/core/__init__.py)"];
    assert_eq!(project.shown("shop/shop/__init__.py"), shown);
    assert_eq!(project.shown("run.py"), ["E core/core/__init__.py"]);
    assert_eq!(project.unresolved("shop/shop/__init__.py"), ["core:gone"]);
}

#[test]
fn a_stray_init_hides_no_root() {
    let project = Project::new(&[
        ("pyproject.toml", ""),
        ("src/__init__.py", ""),
        ("src/alpha.py", "import beta\nimport src.beta\n"),
        ("src/beta.py", ""),
        ("tests/test_alpha.py", "import alpha\n"),
        ("s/a/setup.cfg", ""),
        ("s/a/__init__.py", ""),
        ("s/a/gamma.py", "from delta import x\n"),
        ("s/a/delta.py", ""),
        ("s/b/other.py", "import delta\n"),
    ]);
    assert_eq!(project.shown("src/alpha.py"), ["E src/beta.py?", "E src/beta.py"]);
    assert_eq!(project.shown("tests/test_alpha.py"), ["E src/alpha.py?"]);
    assert_eq!(project.shown("s/a/gamma.py"), ["E s/a/delta.py?"]);
    assert_eq!(project.shown("s/b/other.py"), [""; 0]);
}

#[test]
fn modules_that_lists_of_ignored_files_name_are_there() {
    let files = |ignored| {
        Project::new(&[
            (".gitignore", ignored),
            ("p/__init__.py", "from . import _stamp\nfrom ._stamp import x\n"),
            ("p/a.py", "import p._stamp\nfrom p.sub._stamp import x\n"),
            ("p/sub/__init__.py", ""),
        ])
    };
    assert_eq!(files("_stamp.py\n").unresolved("p/a.py"), [""; 0]);
    assert_eq!(files("/p/_stamp.py\n").unresolved("p/a.py"), ["p.sub._stamp"]);
    assert_eq!(files("").unresolved("p/a.py"), ["p._stamp", "p.sub._stamp"]);
    assert_eq!(files("_stamp.py\n").shown("p/__init__.py"), [""; 0]);
    assert_eq!(files("").unresolved("p/__init__.py"), ["._stamp"]);
}

#[test]
fn a_module_of_a_top_folder_without_init_is_missing_where_the_project_imports_from_it() {
    let files = |other| {
        Project::new(&[
            ("plant/agents/pump.py", "from plant.core.base import Base\nfrom plant.agents import gone\n"),
            ("plant/agents/valve.py", other),
            ("plant/agents/gauge.py", ""),
            ("google/api/own.py", "import google.api.other\nimport google.protobuf\n"),
            ("google/api/other.py", ""),
            ("requirements.txt", "farm-core"),
            ("farm/a.py", "import farm.b\nimport farm.core\n"),
            ("farm/b.py", ""),
        ])
    };
    let gone = ["plant.core.base", "plant.agents"];
    assert_eq!(files("from plant.agents.gauge import Gauge\n").unresolved("plant/agents/pump.py"), gone);
    assert_eq!(files("import json\n").unresolved("plant/agents/pump.py"), [""; 0], "it may be installed");
    assert_eq!(files("").unresolved("google/api/own.py"), [""; 0], "many distributions share it");
    assert_eq!(files("").unresolved("farm/a.py"), [""; 0], "a distribution has the rest");
}

#[test]
fn names_that_are_gone_or_never_bound_are_missing() {
    let missing = |module: &str, name: &str| {
        let importer = format!("from p.m import {name}\n");
        let project = Project::new(&[
            ("p/__init__.py", ""),
            ("p/m.py", module),
            ("p/s.py", "_hid = 1\nseen = 2\n"),
            ("p/r.py", "import sys\ndef also(f):\n    sys._getframe(1).f_globals[f.__name__ + 'Too'] = f\n"),
            ("p/l.py", "__all__ = ['_listed']\n_listed = other = 1\n"),
            ("p/a.py", &importer),
        ]);
        !project.unresolved("p/a.py").is_empty()
    };
    for (module, name) in [
        ("x = 1\ndel x\n", "x"),
        ("x = y = 1\ndel (x, y)\nx = 2\n", "y"),
        ("try:\n    import json\nexcept ImportError as e:\n    pass\n", "e"),
        ("if __name__ == '__main__':\n    x = 1\n", "x"),
        ("from .s import *\n", "_hid"),
        ("from .s import *\n", "neither"),
        ("from .l import *\n", "other"),
        ("if flag:\n    x = 1\n    del x\nelse:\n    x = 1\n    del x\n", "x"),
    ] {
        assert!(missing(module, name), "{module}{name}");
    }
    for (module, name) in [
        ("x = 1\ndel x\nx = 2\n", "x"),
        ("x = 1\nif flag:\n    del x\n", "x"),
        ("x = 1\ntry:\n    del x\nexcept NameError:\n    x = 2\n", "x"),
        ("e = 1\ntry:\n    e = load()\nexcept ValueError as e:\n    pass\n", "e"),
        ("x: int\n", "x"),
        ("from .r import also\n@also\nclass C:\n    pass\n", "CToo"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import json as x\n", "x"),
        ("if TYPE_CHECKING:\n    x: int\n", "x"),
        ("x: int\ndef f():\n    global x\n    x = 1\n", "x"),
        ("x: int = 1\n", "x"),
        ("if flag:\n    x: int\nelse:\n    x = 1\n", "x"),
        ("from .s import *\n", "seen"),
        ("from .l import *\n", "_listed"),
        ("from os import *\n", "anything"),
        ("from . import *\n", "s"),
        ("with f() as (x, *y):\n    pass\n", "y"),
        ("match f():\n    case P(a=x) | [*x]:\n        pass\n", "x"),
        ("match f():\n    case {'k': 1, **x}:\n        pass\n", "x"),
        ("match f():\n    case (int() | str()) as x:\n        pass\n", "x"),
        ("for (x, *y) in f():\n    pass\n", "y"),
        (
            "import enum\n@enum.global_enum\nclass C(enum.Enum):\n    \"\"\"C = 1\"\"\"\n    x = 1\n    y = x\n",
            "y",
        ),
        ("import enum\n@enum.global_enum\nclass C(enum.Enum):\n    x, y = 1, 2\n", "y"),
    ] {
        assert!(!missing(module, name), "{module}{name}");
    }
}

#[test]
fn type_checking_in_company_and_in_elif() {
    let conditions = [
        ("if TYPE_CHECKING and flag:\n    import p.b\n", "T"),
        ("if flag or not TYPE_CHECKING:\n    import p.b\n", "E"),
        ("if not TYPE_CHECKING and flag:\n    import p.b\n", "C"),
        ("if flag:\n    pass\nelif TYPE_CHECKING:\n    import p.b\n", "T"),
        ("if flag:\n    pass\nelif TYPE_CHECKING:\n    pass\nelse:\n    import p.b\n", "C"),
        ("if TYPE_CHECKING or flag:\n    import p.b\n", "C"),
        ("if flag:\n    pass\nelif __name__ == '__main__':\n    import p.b\n", "M"),
    ];
    for (condition, letter) in conditions {
        let text = format!("from typing import TYPE_CHECKING\n{condition}");
        assert_eq!(edges(&text), [format!("{letter} p/b.py")], "{condition}");
    }
}

#[test]
fn functions_that_a_module_calls_import_with_it() {
    let kinds = [
        ("def f():\n    import p.b\nf()\n", "E"),
        ("def f():\n    if flag:\n        import p.b\nx = f()\n", "C"),
        ("def f():\n    import p.b\n", "D"),
        ("async def f():\n    import p.b\nf()\n", "D"),
        ("def f():\n    import p.b\n    yield\nf()\n", "D"),
        ("def f():\n    def g():\n        import p.b\nf()\n", "D"),
        ("def f():\n    import p.b\ndef f():\n    pass\nf()\n", "D"),
        ("def f():\n    import p.b\nif __name__ == '__main__':\n    f()\n", "D"),
        ("def f():\n    import p.b\ndef g():\n    f()\n", "D"),
    ];
    for (text, letter) in kinds {
        assert_eq!(edges(text), [format!("{letter} p/b.py")], "{text}");
    }
}

#[test]
fn folders_are_added_to_the_path_in_many_ways() {
    for insert in [
        "sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, 'more')]",
        "sys.path[0:0] = [os.path.join(HERE, 'lib')]",
        "sys.path += [os.path.join(HERE, 'lib')]",
        "sys.path = sys.path + [os.path.join(HERE, 'lib')]",
        "sys.path.extend(['other', os.path.join(HERE, 'lib')])",
        "import site\nsite.addsitedir(os.path.join(HERE, 'lib'))",
    ] {
        let text = format!("import os, sys\nHERE = os.path.dirname(__file__)\n{insert}\nimport common\n");
        let project = Project::new(&[("x/a.py", &text), ("x/lib/common.py", ""), ("y/lib/common.py", "")]);
        assert_eq!(project.shown("x/a.py"), ["E x/lib/common.py"], "{insert}");
    }
}
