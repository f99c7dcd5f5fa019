//! Lines that a safe fix leaves alone, because a program or a test can see them, and lines it removes all the same.

#![expect(clippy::unwrap_used, reason = "tests")]

use analyzer_diagnostics::{Applicability, Finding};
use analyzer_engine::{Engine, FixRequest, LineMoves, Options};
use analyzer_project::Settings;
use compact_str::CompactString;

fn every(findings: &[Finding], _: &LineMoves) -> Vec<bool> {
    vec![true; findings.len()]
}

/// The files of a project that safe fixes change, with their texts.
fn fixed(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let rules = analyzer_rules::all().iter().map(|rule| CompactString::new(&rule.info.name)).collect();
    let mut engine = Engine::in_memory(files, Settings::with_rules(rules), Options::default());
    let request = FixRequest { only: &[], applicability: Applicability::Safe, wanted: &every };
    let outcome = engine.fix(&request).unwrap();
    outcome.files.into_iter().map(|file| (file.path.to_string(), file.after)).collect()
}

const WINDOW: &str = "from app.settings import Config\nimport shutil\n\n\ndef ready():\n    return True\n";
const SETTINGS: &str = "class Config:\n    pass\n";

/// The names that stay imported in `app/window.py` beside this test of it.
fn kept(test: &str) -> Vec<&'static str> {
    let files = [
        ("app/__init__.py", ""),
        ("app/settings.py", SETTINGS),
        ("app/window.py", WINDOW),
        ("tests/test_window.py", test),
    ];
    let after = fixed(&files);
    let window = after.iter().find(|(path, _)| path == "app/window.py").map_or(WINDOW, |(_, text)| text);
    ["Config", "shutil"].into_iter().filter(|name| window.contains(name)).collect()
}

#[test]
fn names_that_tests_patch_by_text_stay() {
    let cases: [(&str, &[&str]); 16] = [
        ("mock.patch('app.window.Config')\n", &["Config"]),
        ("mock.patch('app.window.shutil.which')\n", &["shutil"]),
        ("def test(mocker):\n    mocker.patch('app.window.Config')\n", &["Config"]),
        ("def test(monkeypatch):\n    monkeypatch.setattr('app.window.Config', None)\n", &["Config"]),
        ("M = 'app.window'\n\n\n@patch(f'{M}.Config')\ndef test(c):\n    pass\n", &["Config"]),
        ("M = 'app.window.'\n\n\n@patch(M + 'Config')\ndef test(c):\n    pass\n", &["Config", "shutil"]),
        (
            "from unittest.mock import patch as p\n\n\n@p('app.window.Config')\ndef test(c):\n    pass\n",
            &["Config"],
        ),
        ("TARGET = 'app.window.Config'\n\n\n@patch(TARGET)\ndef test(c):\n    pass\n", &["Config"]),
        ("patch.multiple('app.window', Config=1)\n", &["Config"]),
        ("patch.dict('app.window.Config.__dict__', x=1)\n", &["Config"]),
        ("with patch(\n    'app.window.'\n    'Config'\n):\n    pass\n", &["Config"]),
        ("patch('%s.Config' % name)\n", &["Config"]),
        ("patch(f'{make()}.Config')\n", &["Config"]),
        ("import sys\n\npatch.object(sys.modules['app.window'], 'Config')\n", &["Config", "shutil"]),
        ("mock.patch('app.other.Config')\n", &[]),
        ("x = 'app.window.Config'\n", &[]),
    ];
    for (test, names) in cases {
        assert_eq!(kept(test), names, "{test}");
    }
}

#[test]
fn names_that_are_reached_through_the_module_stay() {
    let imported = "import app.window as win\nfrom app import window\n\n";
    let cases: [(&str, &[&str]); 13] = [
        ("monkeypatch.setattr(window, 'Config', None)\n", &["Config"]),
        ("patch.object(win, 'shutil')\n", &["shutil"]),
        ("patch.multiple(window, Config=1)\n", &["Config"]),
        ("mocker.spy(window, 'Config')\n", &["Config"]),
        ("getattr(window, 'Config')\n", &["Config"]),
        ("hasattr(window, 'shutil')\n", &["shutil"]),
        ("monkeypatch.delattr(\n    window,\n    'Config',\n)\n", &["Config"]),
        ("patch(f'{window.__name__}.Config')\n", &["Config"]),
        ("getattr(window, name)\n", &["Config", "shutil"]),
        ("vars(window)['Config']\n", &["Config", "shutil"]),
        ("window.__dict__[name]\n", &["Config", "shutil"]),
        ("inspect.getmembers(window)\n", &["Config", "shutil"]),
        ("getattr(window, 'other')\n", &[]),
    ];
    for (test, names) in cases {
        assert_eq!(
            kept(&format!("{imported}def test():\n    {}", test.replace('\n', "\n    "))),
            names,
            "{test}"
        );
    }
    let loaded = "import importlib\n\nw = importlib.import_module('app.window')\ngetattr(w, 'Config')\n";
    assert_eq!(kept(loaded), ["Config", "shutil"]);
}

const FIXTURES: &str = "import pytest\n\n\n@pytest.fixture\ndef db():\n    return {}\n\n\n@pytest.fixture\ndef cache(db):\n    return db\n\n\n@pytest.fixture(autouse=True)\ndef clean():\n    pass\n\n\ndef address():\n    pass\n";

#[test]
fn fixtures_that_tests_need_stay() {
    let beside = |test: &str| {
        let files = [("tests/__init__.py", ""), ("tests/fx.py", FIXTURES), ("tests/test_x.py", test)];
        fixed(&files).into_iter().find(|(path, _)| path == "tests/test_x.py").map(|(_, text)| text)
    };
    let stay = [
        "import pytest\n\nfrom tests.fx import cache, db\n\n\n@pytest.mark.usefixtures('cache')\ndef test_x():\n    pass\n",
        "from tests.fx import cache, db\n\n\ndef test_x(cache):\n    pass\n",
        "from tests.fx import clean\n\n\ndef test_x():\n    pass\n",
        "from tests.fx import db\n\n\ndef test_x(request):\n    request.getfixturevalue('db')\n",
        "import pytest\n\nfrom tests.fx import db\n\n\n@pytest.mark.parametrize('db, x', [], indirect=True)\ndef test_x(x):\n    pass\n",
        "from .fx import cache, db\n\n\nclass TestX:\n    def test_x(self, cache):\n        pass\n",
    ];
    for test in stay {
        assert_eq!(beside(test), None, "{test}");
    }
    let helper = "from tests.fx import address, db\n\n\ndef test_x(db):\n    pass\n";
    assert_eq!(beside(helper).unwrap(), helper.replace("address, ", ""));
}

#[test]
fn tests_that_are_imported_to_be_run_again_stay() {
    let base = "import unittest\n\nimport pytest\n\n\n@pytest.fixture\ndef session():\n    return {}\n\n\ndef test_logout(session):\n    pass\n\n\nclass TestLogin:\n    pass\n\n\nclass Shared(unittest.TestCase):\n    pass\n\n\ndef helper():\n    pass\n";
    let beside = |test: &str| {
        let files = [("tests/__init__.py", ""), ("tests/test_login.py", base), ("tests/test_old.py", test)];
        fixed(&files).into_iter().find(|(path, _)| path == "tests/test_old.py").map(|(_, text)| text)
    };
    for names in ["session, test_logout", "TestLogin", "Shared", "test_logout as test_old_logout"] {
        let test = format!("from .test_login import {names}\n\n\ndef test_old():\n    pass\n");
        assert_eq!(beside(&test), None, "{test}");
    }
    let test = "from .test_login import helper\n\n\ndef test_old():\n    pass\n";
    assert_eq!(beside(test).unwrap(), "def test_old():\n    pass\n");
}

/// The file after safe fixes; none where it stays.
fn alone(text: &str) -> Option<String> {
    fixed(&[("m.py", text)]).pop().map(|(_, after)| after)
}

#[test]
fn imports_that_bind_an_outer_name_stay() {
    for text in [
        "def f():\n    js = None\n\n    def g():\n        nonlocal js\n        import json as js\n\n    g()\n    return js.dumps({})\n",
        "def f():\n    js = None\n\n    def g():\n        def h():\n            nonlocal js\n            from json import dumps as js\n\n        h()\n\n    g()\n    return js({})\n",
        "def f():\n    js = None\n\n    def g():\n        nonlocal js\n        import json as js\n\n    def h():\n        return js\n\n    return g, h\n",
        "def load():\n    global js\n    import json as js\n\n\ndef run():\n    return js.dumps({})\n",
    ] {
        assert_eq!(alone(text), None, "{text}");
    }
    let m = "def load():\n    global js\n    import json as js\n\n\nx = 1\n";
    assert!(fixed(&[("m.py", m), ("n.py", "import m\n\nm.load()\nprint(m.js)\n")]).is_empty());
    assert!(fixed(&[("m.py", m), ("n.py", "from m import js\n\nprint(js)\n")]).is_empty());
    let local = "def f():\n    js = None\n\n    def g():\n        import json as js\n\n    return g, js\n";
    assert_eq!(alone(local).unwrap(), local.replace("import json as js", "pass"));
}

#[test]
fn types_in_quotes_outside_annotations_are_read() {
    let used = [
        "from typing import TypeAlias\n\nfrom a import Job\n\nX: TypeAlias = 'Job'\n",
        "from typing import TypeAlias\n\nfrom a import Job\n\nX: TypeAlias = (\n    'dict[str, Job]'\n)\n",
        "from a import Job\n\nX = list['Job']\n",
        "from a import Job\n\nX = dict[str, 'Job']\n",
        "from a import Job\n\ntype X = 'Job'\n",
        "from typing import cast as c\n\nfrom a import Job\n\nX = c('list[Job]', 1)\n",
        "from typing import TypeVar\n\nfrom a import Job\n\nX = TypeVar('X', bound='Job')\n",
        "from typing import NamedTuple\n\nfrom a import Job\n\nX = NamedTuple('X', [('job', 'Job')])\n",
        "from typing import ForwardRef\n\nfrom a import Job\n\nX = ForwardRef('Job')\n",
        "from a import Base, Job\n\n\nclass X(Base['Job']):\n    pass\n",
        "from a import Job\n\n\ndef f():\n    \"\"\"What it does.\n\n    >>> f(Job(1))\n    2\n    \"\"\"\n",
    ];
    for text in used {
        assert_eq!(alone(text), None, "{text}");
    }
    let key = "import os\n\nfrom a import Job\n\nprint(os.environ['JOB'])\n";
    assert_eq!(alone(key).unwrap(), "import os\n\n\nprint(os.environ['JOB'])\n");
}

#[test]
fn what_all_may_list_stays() {
    let import = "from json import dumps, loads\n\nprint(loads)\n\n__all__ = []\n";
    for change in [
        "__all__.insert(0, 'dumps')\n",
        "__all__[:] = ['dumps']\n",
        "__all__[0:0] = ['dumps']\n",
        "__all__ += ['dumps']\n",
        "__all__ += names()\n",
        "extend(__all__)\n",
        "names = __all__\n",
        "def export(f):\n    __all__.append(f.__name__)\n",
        "__all__.__iadd__(['dumps'])\n",
    ] {
        assert_eq!(alone(&format!("{import}{change}")), None, "{change}");
    }
    for reading in [
        "print(len(__all__))\n",
        "__all__.sort()\n",
        "def __dir__():\n    return sorted(__all__)\n",
        "__all__.insert(0, 'loads')\n",
    ] {
        let text = format!("{import}{reading}");
        assert_eq!(alone(&text).unwrap(), text.replace("dumps, ", ""), "{reading}");
    }
}

#[test]
fn names_that_the_file_looks_up_stay() {
    for text in [
        "import json\n\nprint(globals()['json'])\n",
        "import json\n\nprint(eval('json.dumps(1)'))\n",
        "import json\nimport sys\n\nprint(getattr(sys.modules[__name__], name))\n",
        "import json\n\nREGISTRY = ['json']\n",
        "import json\n\nrun('json.dumps(1)')\n",
    ] {
        assert_eq!(alone(text), None, "{text}");
    }
    let prose = "\"\"\"See json.dumps for more.\"\"\"\n\nimport json\n\nprint('no json here')\n";
    assert_eq!(alone(prose).unwrap(), "\"\"\"See json.dumps for more.\"\"\"\n\n\nprint('no json here')\n");
}
