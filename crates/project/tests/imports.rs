//! Resolution, edges and cycles of small projects: the acceptance cases of the specification, and each kind of root.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use analyzer_project::{EdgeFilter, EdgeKind, KindSet, components};
use common::Project;

/// Package p with a.py and b.py; a imports b as given, b imports a eagerly.
fn pair(a: &str) -> Project {
    Project::new(&[("p/__init__.py", ""), ("p/a.py", a), ("p/b.py", "import p.a\n")])
}

/// The imports of a, and the cycles over eager and conditional edges.
fn verdict(a: &str) -> (Vec<String>, Vec<(usize, String)>) {
    let project = pair(a);
    (project.shown("p/a.py"), project.cycles(KindSet::ON_IMPORT))
}

fn cycle() -> Vec<(usize, String)> {
    vec![(2, "p.a > p.b".to_owned())]
}

#[test]
fn case_1_plain_import() {
    assert_eq!(verdict("import p.b\n"), (vec!["E p/b.py".to_owned()], cycle()));
}

#[test]
fn case_4_under_type_checking() {
    for condition in ["TYPE_CHECKING", "typing.TYPE_CHECKING", "False"] {
        let (edges, cycles) = verdict(&format!("import typing\nif {condition}:\n    import p.b\n"));
        assert_eq!((edges, cycles), (vec!["T p/b.py".to_owned()], vec![]), "{condition}");
    }
    let (edges, _) = verdict("from typing import TYPE_CHECKING as TC\nif TC:\n    import p.b\n");
    assert_eq!(edges, ["T p/b.py"]);
}

#[test]
fn case_5_under_not_type_checking() {
    let text = "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    import p.b\n";
    assert_eq!(verdict(text), (vec!["E p/b.py".to_owned()], cycle()));
}

#[test]
fn case_6_inside_a_function() {
    let project = pair("def f():\n    import p.b\n");
    assert_eq!(project.shown("p/a.py"), ["D p/b.py"]);
    assert_eq!(project.cycles(KindSet::ON_IMPORT), []);
    assert_eq!(project.cycles(KindSet::AT_RUN_TIME), cycle());
}

#[test]
fn case_7_in_a_class_body() {
    assert_eq!(verdict("class C:\n    import p.b\n"), (vec!["E p/b.py".to_owned()], cycle()));
}

#[test]
fn case_8_guarded_by_a_try() {
    let (edges, cycles) = verdict("try:\n    from p.b import g\nexcept ImportError:\n    g = None\n");
    assert_eq!((edges, cycles), (vec!["C p/b.py".to_owned()], cycle()));
}

#[test]
fn case_9_under_a_main_guard() {
    let (edges, cycles) = verdict("if __name__ == '__main__':\n    import p.b\n");
    assert_eq!((edges, cycles), (vec!["M p/b.py".to_owned()], vec![]));
}

#[test]
fn case_10_dynamic_imports() {
    let text = "from importlib import import_module\nimport_module('p.b')\n";
    assert_eq!(verdict(text), (vec!["YE p/b.py".to_owned()], cycle()));
    let text = "from importlib import import_module\nname = input()\nimport_module(name)\n";
    assert_eq!(verdict(text), (vec![], vec![]));
    let text = "from importlib import import_module\ndef f():\n    import_module('p.b')\n";
    assert_eq!(verdict(text), (vec!["YD p/b.py".to_owned()], vec![]));
}

#[test]
fn case_11_relative_dynamic_imports() {
    let text = "import importlib\nimportlib.import_module('.b', __package__)\n";
    assert_eq!(verdict(text), (vec!["YE p/b.py".to_owned()], cycle()));
    let text = "import importlib\nimportlib.import_module('.b', package='p')\n";
    assert_eq!(verdict(text).0, ["YE p/b.py"]);
}

#[test]
fn case_12_lazy_attributes_of_a_module() {
    let text = "def __getattr__(name):\n    from p import b\n    return b\n";
    assert_eq!(verdict(text), (vec!["D p/b.py".to_owned()], vec![]));
}

#[test]
fn case_13_implicit_parents() {
    let project = Project::new(&[
        ("p/__init__.py", ""),
        ("p/sub/__init__.py", "import p.top\n"),
        ("p/sub/m.py", ""),
        ("p/top.py", "import p.sub.m\n"),
    ]);
    assert_eq!(project.shown("p/top.py"), ["E p/sub/m.py", "(E p/sub/__init__.py)"]);
    assert_eq!(project.cycles(KindSet::ON_IMPORT), [(2, "p.sub > p.top".to_owned())]);
    let graph = project.graph(1);
    let named = EdgeFilter { named: KindSet::ALL, implicit: KindSet::NONE };
    assert!(components(&graph, named).cyclic.is_empty(), "without implicit edges there is no cycle");
}

#[test]
fn case_14_siblings_do_not_hide_the_standard_library() {
    let project = Project::new(&[
        ("p/__init__.py", ""),
        ("p/util/__init__.py", ""),
        ("p/util/io.py", "import io\nimport helper\n"),
        ("p/util/helper.py", ""),
    ]);
    assert_eq!(project.shown("p/util/io.py"), [""; 0]);
    let script = Project::new(&[("tools/io.py", ""), ("tools/run.py", "import io\n")]);
    assert_eq!(script.shown("tools/run.py"), [""; 0], "a script's folder is no proof either");
    let proven = Project::with_roots(&[("vendor/io.py", ""), ("run.py", "import io\n")], &["vendor"]);
    assert_eq!(proven.shown("run.py"), ["E vendor/io.py"]);
}

#[test]
fn case_15_stubs() {
    let project = Project::new(&[
        ("p/__init__.py", ""),
        ("p/a.py", "import p.b\n"),
        ("p/a.pyi", "import p.b\n"),
        ("p/b.py", ""),
        ("p/b.pyi", "import p.a\n"),
    ]);
    assert_eq!(project.shown("p/a.py"), ["E p/b.py"], "source before stub");
    assert_eq!(project.shown("p/b.pyi"), ["T p/a.py"]);
    assert_eq!(project.cycles(KindSet::ALL), []);
    assert_eq!(project.index.stub_of(project.file("p/a.py")), Some(project.file("p/a.pyi")));
}

#[test]
fn case_16_a_package_that_re_exports() {
    let project = Project::new(&[("p/__init__.py", "from . import a\n"), ("p/a.py", "import p\n")]);
    assert_eq!(project.shown("p/__init__.py"), ["E p/a.py"]);
    assert_eq!(project.shown("p/a.py"), ["E p/__init__.py"]);
    assert_eq!(project.cycles(KindSet::ON_IMPORT), [(2, "p > p.a".to_owned())]);
}

#[test]
fn case_17_one_cycle_for_a_component() {
    let project = Project::new(&[
        ("p/__init__.py", ""),
        ("p/a.py", "import p.b, p.c\n"),
        ("p/b.py", "import p.a\n"),
        ("p/c.py", "import p.a\n"),
    ]);
    assert_eq!(project.cycles(KindSet::ON_IMPORT), [(3, "p.a > p.b".to_owned())]);
}

#[test]
fn case_18_two_names_of_a_file() {
    let project = Project::new(&[
        ("x/pyproject.toml", ""),
        ("x/y.py", ""),
        ("x/z.py", "import y\n"),
        ("main.py", "import x.y\n"),
    ]);
    let roots = |path: &str| -> Vec<String> {
        project.edges_of(path).iter().map(|edge| edge.root.to_string()).collect()
    };
    assert_eq!(project.shown("x/z.py"), ["E x/y.py"]);
    assert_eq!(project.shown("main.py"), ["E x/y.py"]);
    assert_eq!((roots("x/z.py"), roots("main.py")), (vec!["x".to_owned()], vec![String::new()]));
    let names: Vec<String> =
        project.index.names(project.file("x/y.py")).into_iter().map(|(_, name)| name.into()).collect();
    assert_eq!(names, ["y", "x.y"]);
}

#[test]
fn case_19_missing_modules_and_names() {
    let files =
        |text| Project::new(&[("p/__init__.py", "here = 1\n"), ("p/m.py", "x = 1\n"), ("p/a.py", text)]);
    let missing = |text| files(text).unresolved("p/a.py");
    assert_eq!(missing("from p.missing import z\n"), ["p.missing"]);
    assert_eq!(missing("import p.missing.deeper\n"), ["p.missing.deeper"]);
    assert_eq!(missing("from .missing import z\n"), [".missing"]);
    assert_eq!(missing("from p import gone, here, m\n"), ["p:gone"]);
    assert_eq!(missing("from . import gone\n"), [".:gone"]);
    assert_eq!(missing("from p.m import y, x, __file__\n"), ["p.m:y"]);
    assert_eq!(missing("import p.m.attribute\n"), ["p.m.attribute"]);
    assert_eq!(missing("def f():\n    from p.missing import z\n"), ["p.missing"]);
    // What cannot be known, or is meant to fail.
    assert_eq!(missing("try:\n    from p.missing import z\nexcept ImportError:\n    z = None\n"), [""; 0]);
    assert_eq!(missing("if TYPE_CHECKING:\n    from p.missing import z\n"), [""; 0]);
    assert_eq!(missing("from p._version import version\nfrom p.x_pb2 import X\n"), [""; 0]);
    assert_eq!(missing("import q.missing\nfrom numpy import nothing\n"), [""; 0]);
}

#[test]
fn open_packages_may_have_anything() {
    for init in [
        "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
        "__import__('pkg_resources').declare_namespace(__name__)\n",
        "import sys\nsys.modules[__name__ + '.missing'] = X()\n",
    ] {
        let project = Project::new(&[("p/__init__.py", init), ("p/a.py", "from p.missing import z\n")]);
        assert_eq!(project.unresolved("p/a.py"), [""; 0], "{init}");
    }
    for module in [
        "from os import *\n",
        "def __getattr__(name): ...\n",
        "globals()['z'] = 1\n",
        "__all__ = ['z']\n",
        "def f(:\n",
    ] {
        let project =
            Project::new(&[("p/__init__.py", ""), ("p/m.py", module), ("p/a.py", "from p.m import z\n")]);
        assert_eq!(project.unresolved("p/a.py"), [""; 0], "{module}");
    }
    let posing = Project::new(&[
        ("p/__init__.py", "def __getattr__(name): ...\n"),
        ("p/m.py", "def __getattr__(name): ...\n"),
        ("p/a.py", "from p.m.missing import z\nimport p.missing\n"),
    ]);
    assert_eq!(posing.unresolved("p/a.py"), ["p.missing"], "a package has a `__path__` of its own");
    let moves = Project::new(&[
        ("six.py", "import sys\nsys.modules[__name__ + '.moves'] = X()\n"),
        ("a.py", "import six.moves.urllib, six.__init__\n"),
    ]);
    assert_eq!(moves.unresolved("a.py"), [""; 0]);
    let compiled = Project::new(&[
        ("p/__init__.py", ""),
        ("p/fast.cpython-311-x86_64-linux-gnu.so", ""),
        ("p/a.py", "from p.fast import f\nimport p.fast\nfrom p import fast\nfrom .fast import g\n"),
    ]);
    assert_eq!(compiled.unresolved("p/a.py"), [""; 0]);
    let stub = Project::new(&[
        ("p/__init__.py", ""),
        ("p/m.py", ""),
        ("p/m.pyi", "z: int\n"),
        ("p/a.py", "from p.m import z\n"),
    ]);
    assert_eq!(stub.unresolved("p/a.py"), [""; 0]);
}

#[test]
fn case_20_a_module_that_imports_itself() {
    let project = Project::new(&[("p/__init__.py", ""), ("p/a.py", "import p.a\n")]);
    let file = project.file("p/a.py");
    let itself: Vec<_> = project.edges_of("p/a.py").iter().filter(|e| e.target == file).collect();
    assert_eq!(itself.len(), 1);
    assert_eq!((itself[0].kind, itself[0].implicit), (EdgeKind::Eager, false));
    assert_eq!(project.cycles(KindSet::ON_IMPORT), [], "it is no cycle between modules");
}

#[test]
fn names_lead_to_submodules_first() {
    let project = Project::new(&[
        ("p/__init__.py", "m = 1\n"),
        ("p/m.py", ""),
        ("q.py", "from p import m, other\nfrom p import m as n\nfrom p import *\n"),
    ]);
    assert_eq!(
        project.shown("q.py"),
        ["E p/m.py", "E p/__init__.py", "E p/m.py", "(E p/__init__.py)", "E p/__init__.py"]
    );
    let names: Vec<_> = project.edges_of("q.py").iter().map(|e| (e.names.clone(), e.attributes)).collect();
    assert_eq!(names[..2], [(vec![0], false), (vec![1], true)]);
}

#[test]
fn star_brings_the_submodules_of_all() {
    let project = Project::new(&[
        ("p/__init__.py", "__all__ = ['m', 'x']\nx = 1\n"),
        ("p/m.py", ""),
        ("q.py", "from p import *\n"),
    ]);
    assert_eq!(project.shown("q.py"), ["E p/__init__.py", "(E p/m.py)"]);
}

#[test]
fn relative_imports_start_at_the_own_package() {
    let project = Project::new(&[
        ("p/__init__.py", "from .a import x\n"),
        ("p/a.py", "x = 1\n"),
        ("p/q/__init__.py", "from . import b\nfrom .. import a\nfrom ..a import x\n"),
        ("p/q/b.py", "from . import *\nfrom ... import nowhere\nfrom ...... import nowhere\n"),
    ]);
    assert_eq!(project.shown("p/__init__.py"), ["E p/a.py"]);
    assert_eq!(project.shown("p/q/__init__.py"), ["E p/q/b.py", "E p/a.py", "E p/a.py"]);
    assert_eq!(project.shown("p/q/b.py"), ["E p/q/__init__.py"]);
}

#[test]
fn roots_in_their_order() {
    let project = Project::with_roots(
        &[
            ("conf/m.py", ""),
            ("src/m.py", ""),
            ("src/n.py", ""),
            ("m.py", ""),
            ("n.py", ""),
            ("k.py", ""),
            ("t.py", "import m, n, k\n"),
        ],
        &["conf"],
    );
    assert_eq!(project.shown("t.py"), ["E conf/m.py", "E src/n.py", "E k.py"]);
    assert_eq!(project.index.name(project.file("src/n.py")), "n");
}

#[test]
fn the_own_project_comes_first_and_others_must_agree() {
    let project = Project::new(&[
        ("s/a/pyproject.toml", ""),
        ("s/a/src/app/__init__.py", ""),
        ("s/a/src/app/m.py", "import app.n\nimport tool\n"),
        ("s/a/src/app/n.py", ""),
        ("s/a/tests/test_m.py", "import app.m\n"),
        ("s/b/setup.cfg", ""),
        ("s/b/app/__init__.py", ""),
        ("s/b/app/n.py", "import app.n\n"),
        ("s/b/tool.py", ""),
        ("run.py", "import app.n\nimport tool\n"),
    ]);
    assert_eq!(project.shown("s/a/src/app/m.py"), ["E s/a/src/app/n.py", "E s/b/tool.py"]);
    assert_eq!(project.shown("s/a/tests/test_m.py"), ["E s/a/src/app/m.py", "(E s/a/src/app/__init__.py)"]);
    assert_eq!(project.shown("s/b/app/n.py"), ["E s/b/app/n.py"]);
    assert_eq!(project.shown("run.py"), ["E s/b/tool.py"], "two projects have app: none is meant");
}

#[test]
fn scripts_see_their_own_folder() {
    let files = |run| {
        Project::new(&[
            ("tools/run.py", run),
            ("tools/helper.py", ""),
            ("p/__init__.py", ""),
            ("p/helper.py", ""),
            ("p/main.py", "import helper\nif __name__ == '__main__': pass\n"),
            ("p/module.py", "import helper, p\nif __name__ == '__main__': pass\n"),
        ])
    };
    assert_eq!(files("import helper\n").shown("tools/run.py"), ["E tools/helper.py"]);
    assert_eq!(files("").shown("p/main.py"), ["E p/helper.py?"], "perhaps run as a script");
    assert_eq!(files("").shown("p/module.py"), ["E p/__init__.py"], "run with -m");
}

#[test]
fn literal_search_paths_are_roots() {
    let insert = "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))\n";
    let project = Project::new(&[
        ("x/run/a.py", &format!("{insert}import common\n")),
        ("x/lib/common.py", ""),
        ("x/run/b.py", "import common\n"),
        ("y/run/a.py", &format!("{insert}import common\nimport only\n")),
        ("y/lib/common.py", ""),
        ("y/lib/only.py", ""),
        ("x/run/c.py", "import only\n"),
    ]);
    assert_eq!(project.shown("x/run/a.py"), ["E x/lib/common.py"]);
    assert_eq!(project.shown("y/run/a.py"), ["E y/lib/common.py", "E y/lib/only.py"]);
    assert_eq!(project.shown("x/run/b.py"), [""; 0], "ambiguous");
    assert_eq!(project.shown("x/run/c.py"), ["E y/lib/only.py"]);
}

#[test]
fn namespace_folders_are_packages() {
    let project = Project::new(&[
        ("ns/sub/m.py", "x = 1\n"),
        ("src/ns/other.py", ""),
        ("q.py", "import ns.sub.m\nfrom ns.sub import m\nfrom ns import other, gone\nimport ns.gone\n"),
    ]);
    assert_eq!(project.shown("q.py"), ["E ns/sub/m.py", "E ns/sub/m.py", "E src/ns/other.py"]);
    assert_eq!(project.unresolved("q.py"), ["ns", "ns.gone"], "the project imports from it by its name");
}

#[test]
fn names_that_a_package_answers_are_no_submodules() {
    let leads = |package: &str| {
        let files =
            [("p/__init__.py", package), ("p/b.py", ""), ("p/c.py", ""), ("q.py", "from p import b\n")];
        Project::new(&files).shown("q.py").iter().any(|edge| edge == "E p/b.py")
    };
    let answer = |body: &str| format!("def __getattr__(name: str):\n    {}\n", body.replace('\n', "\n    "));
    for body in [
        "if name == 'b':\n    return 42",
        "'''Doc.'''\n# Why.\nif 'b' == name:\n    return None\nraise AttributeError(name)",
        "if name in ('a', 'b'):\n    return [1, {'x': OTHER}]",
        "if name == 'c':\n    return 1\nelif name == 'b':\n    return",
        "return 42",
        "if name == 'c':\n    return 1\nreturn name",
    ] {
        assert!(!leads(&answer(body)), "{body}");
        assert!(!leads(&format!("import os\n{}import p.c\n", answer(body))), "{body}");
        assert!(leads(&format!("import p.c\n{}", answer(body))), "q may ask before it is there: {body}");
        assert!(leads(&format!("{}del __getattr__\n", answer(body))), "{body}");
        assert!(leads(&format!("if DEBUG:\n    {}", answer(body).replace('\n', "\n    "))), "{body}");
    }
    for body in [
        "if name == 'c':\n    return 42\nraise AttributeError(name)",
        "if name == 'b':\n    return load(name)",
        "if name == 'b':\n    import p.b\n    return p.b",
        "if name != 'b':\n    return 42",
        "if name in NAMES:\n    return 42",
        "if name in NAMES:\n    raise AttributeError\nreturn 42",
        "if name == 'b' and DEBUG:\n    return 42",
        "if name == 'x':\n    pass\nelse:\n    return 42",
        "raise AttributeError(name)",
        "return f'{name}'",
        "global b\nreturn 42",
        "yield 42",
    ] {
        assert!(leads(&answer(body)), "{body}");
    }
    for other in
        ["async def __getattr__(name):\n    return 42\n", "@lazy\ndef __getattr__(name):\n    return 42\n"]
    {
        assert!(leads(other), "{other}");
    }
}

#[test]
fn shards_of_any_size_make_the_same_graph() {
    let project = Project::new(&[
        ("p/__init__.py", "from . import a\n"),
        ("p/a.py", "import p.b\nfrom p import b\ndef f():\n    import p.c\n"),
        ("p/b.py", "import p\nimport p.c\n"),
        ("p/c.py", "import p.a\n"),
    ]);
    assert_eq!(project.graph(1), project.graph(128));
    assert_eq!(project.graph(1).edge_count(EdgeFilter::kinds(KindSet::ALL)), 6);
}
