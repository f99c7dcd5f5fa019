//! Fixes through the binary, with CPython as the judge: what compiled still compiles, what crashed no longer does.
//! It must not know how fixes are made.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "pages/blocks.rs"]
#[expect(dead_code, reason = "each test uses a part of it")]
mod blocks;
#[expect(dead_code, reason = "each test uses a part of it")]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{Project, run};

/// Prints for each file that CPython compiles its path and its comments, sorted.
const COMPILES: &str = r#"
import io, json, sys, tokenize, warnings
warnings.simplefilter("ignore")
seen = {}
for path in json.load(sys.stdin):
    data = open(path, "rb").read()
    try:
        compile(data, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        continue
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    seen[path] = sorted(t.string for t in tokens if t.type == tokenize.COMMENT)
json.dump(seen, sys.stdout)
"#;

/// The files below a folder whose name ends so, with their bytes.
fn contents(folder: &Path, ending: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.insert(path.clone(), fs::read(path).unwrap());
            }
        }
    }
    found
}

/// The files that CPython compiles, with their comments.
fn compiled(files: &BTreeMap<PathBuf, Vec<u8>>) -> BTreeMap<String, Vec<String>> {
    let paths: Vec<String> = files.keys().map(|path| path.to_string_lossy().into_owned()).collect();
    let mut child = Command::new("python3")
        .args(["-c", COMPILES])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&serde_json::to_vec(&paths).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The safe fixes, then all.
const ALL: [&[&str]; 2] = [&["--fix", "--no-cache"], &["--fix", "--unsafe-fixes", "--no-cache"]];

/// Applies fixes to a project: what compiled still compiles with the same comments, and a second run finds nothing more
/// to do.
fn fixes_are_harmless(project: &Project, args: &[&str], least: usize) {
    let root = project.path("");
    let before = contents(&root, ".py");
    let compiled_before = compiled(&before);
    let output = run(project.check().args(args));
    assert!(output.code <= 1, "{}", output.stderr);
    let after = contents(&root, ".py");
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let changed = after.iter().filter(|(path, bytes)| before[*path] != **bytes).count();
    assert!(changed >= least, "only {changed} files changed: {}", output.stderr);
    let compiled_after = compiled(&after);
    for (path, comments) in &compiled_before {
        assert_eq!(compiled_after.get(path), Some(comments), "{path}");
    }
    let again = run(project.check().args(args));
    assert!(again.stderr.contains("Fixed 0 findings in 0 files"), "{}", again.stderr);
    assert!(contents(&root, ".py") == after, "the second run changes files");
    assert!(project.leftovers().is_empty());
}

#[test]
fn all_fixes_on_the_monorepo_are_harmless() {
    ALL.iter().for_each(|args| fixes_are_harmless(&Project::monorepo(), args, 100));
}

#[test]
fn all_fixes_on_django_are_harmless() {
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map(PathBuf::from);
    let tools = tools.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools"));
    let django = tools.join("corpora/django");
    assert!(django.exists(), "django is missing in {}: run `scripts/install-test-tools`", tools.display());
    let project = Project::empty();
    let from = fs::canonicalize(django).unwrap();
    for (path, bytes) in contents(&from, ".py") {
        let target = project.path("django").join(path.strip_prefix(&from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    // Well-kept code has hardly any safe ones.
    fixes_are_harmless(&project, ALL[0], 0);
    fixes_are_harmless(&project, ALL[1], 5);
}

#[test]
fn each_fix_of_a_page_compiles() {
    let project = Project::empty();
    let mut count = 0;
    for page in blocks::pages().into_iter().filter(|page| page.starts_with("rules/")) {
        for block in blocks::blocks(&page) {
            if block.info.starts_with("python") && block.info.contains(" fixed") {
                count += 1;
                project.write(&format!("{}/{count}.py", page.trim_end_matches(".md")), &block.text);
            }
        }
    }
    let files = contents(&project.path(""), ".py");
    assert!(count >= 20, "only {count} results of fixes");
    let compiled = compiled(&files);
    let refused = files.keys().filter(|path| !compiled.contains_key(&*path.to_string_lossy()));
    assert_eq!(refused.collect::<Vec<_>>(), [] as [&PathBuf; 0]);
}

#[test]
fn odd_places_for_fixes_are_mended_or_left_alone() {
    fixes_are_harmless(&odd_places(), ALL[0], 1);
    let project = odd_places();
    fixes_are_harmless(&project, ALL[1], 6);
    let after = |path: &str| fs::read_to_string(project.path(path)).unwrap();
    let ports = after("ports_everywhere.py");
    assert_eq!(ports.matches("get_port(").count(), 9, "{ports}");
    assert_eq!(ports.matches("import get_port").count(), 1, "{ports}");
    assert!(after("late_import.py").starts_with("import os\n\nPASSWORD = os.environ[\"PASSWORD\"]\n"));
    assert!(after("no_import.py").starts_with("import os\n\nPASSWORD = os.environ[\"PASSWORD\"]\n"));
    assert_eq!(after("taken_name.py"), ODD.iter().find(|(path, _)| *path == "taken_name.py").unwrap().1);
    let twice = after("twice.py");
    assert_eq!(twice.matches("os.environ[\"PASSWORD\"]").count(), 2, "{twice}");
    let handlers = after("handlers.py");
    assert_eq!(handlers.matches("logger.exception(").count(), 6, "{handlers}");
}

/// A project of the files in [`ODD`], with a registry of ports.
fn odd_places() -> Project {
    let project = Project::empty();
    project.write("ports.yaml", "ports:\n  MEMORY: {port: 5556}\n  VISION: {port: 5557}\n");
    project.write("common/__init__.py", "");
    project.write("common/ports.py", "def get_port(name):\n    return read()[name]\n");
    for (path, text) in ODD {
        project.write(path, text);
    }
    project
}

/// Files in which fixes have little room.
const ODD: [(&str, &str); 7] = [
    (
        "ports_everywhere.py",
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\"\"\"Doc\nstring\"\"\"\nfrom __future__ import annotations\n\
        MEMORY_PORT = 5_556\n\
        def f(port: int = 5556, *, vision_port=5557): return lambda memory_port=5556: 1\n\
        d = {\"port\": 5556}\nclass C:\n    memory_port: int = 5556\n    port = 0x15b4\n\
        sock.bind((\"127.0.0.1\", 5556))\nzmq.bind(f'tcp://127.0.0.1:5556')\n\
        connect(port=\"5556\")\nconnect(port=\"5556\")\n\
        u = rf\"http://h:5556/\\d\"\nu = b\"http://h:5556/\"\nu = \"http://a:5556/{x}\"\n",
    ),
    ("late_import.py", "PASSWORD = \"q8#Lk2!vZp0a\"\nimport sys\nprint(sys)\n"),
    ("no_import.py", "PASSWORD = \"q8#Lk2!vZp0b\"\n"),
    ("taken_name.py", "import sys\n\nos = sys\nPASSWORD = \"q8#Lk2!vZp0c\"\n"),
    (
        "twice.py",
        "import sys\n\nPASSWORD = \"q8#Lk2!vZp0d\"\n\n\ndef f(password=\"q8#Lk2!vZp0d\"):\n    return password\n",
    ),
    (
        "handlers.py",
        "def a2():\n    try:\n        x()\n    except :  # why\n        pass\ndef a3():\n    try: x()\n    except: pass\n\
        def e():\n    try:\n        x()\n    except(ValueError, Exception): pass\n\
        class K:\n    try:\n        y()\n    except Exception:\n        pass  # c1\n\
        def f():\n    for i in y:\n        try:\n            x()\n        except Exception: continue\n\
        \x20   def g():\n        try: x()\n        except Exception:\n            global G\n",
    ),
    (
        "shell.py",
        "import subprocess\nfrom subprocess import run as r\nr(\"git status\", shell = True, check=True)\n\
        subprocess.call(\"a\\tb  c\", shell=1)\nsubprocess.call(\"\"\"ls -l\"\"\", shell=True,)\n\
        subprocess.call(\"ls -l\", shell=True, # c\n)\nsubprocess.call(\"ls\" \"-l\", shell=True)\n\
        subprocess.check_output([\"a\"] + x, shell=True,\n   # why\n   cwd=\"x\")\n",
    ),
];

/// Whether CPython can import each module first.
fn imports(project: &Project, modules: &[&str]) -> Vec<bool> {
    let import = |module: &&str| {
        let mut python = Command::new("python3");
        python.args(["-B", "-c", &format!("import {module}")]).current_dir(project.path(""));
        python.stderr(Stdio::null()).status().unwrap().success()
    };
    modules.iter().map(import).collect()
}

#[test]
fn imports_that_crash_work_behind_the_fix() {
    let user = "from p.a import f\n\n\ndef g():\n    return f\n\n\ng.x = f\n";
    let cases = [
        // Into a function.
        ("from p.b import g\n\n\ndef f():\n    \"\"\"Doc.\"\"\"\n    return g()\n", user),
        // Under TYPE_CHECKING.
        (
            "from __future__ import annotations\n\nfrom p.b import g\n\n\ndef f(x: g) -> g:\n    return x\n",
            user,
        ),
        // Both.
        (
            "from __future__ import annotations\nfrom p.b import g\n\n\ndef f(x: g):\n    return isinstance(x, g)\n",
            user,
        ),
        // Only in a lambda: the module instead of the name.
        (
            "from p.b import g\n\nf = lambda: g()\n",
            "import p.a as other\n\nNAME = other.__name__\n\n\ndef g():\n    return other.f\n",
        ),
    ];
    for (a, b) in cases {
        let project = Project::empty();
        project.write("p/__init__.py", "");
        project.write("p/a.py", a);
        project.write("p/b.py", b);
        assert!(imports(&project, &["p.a", "p.b"]).contains(&false), "{a} crashes before");
        let output = run(project.check().args(["--fix", "--unsafe-fixes", "--no-cache"]));
        let fixed = fs::read_to_string(project.path("p/a.py")).unwrap();
        assert!(output.stderr.contains("Fixed 1 finding in 1 file"), "{fixed}{}", output.stderr);
        assert_eq!(imports(&project, &["p.a", "p.b"]), [true, true], "{fixed}");
        let again = run(project.check().args(["--fix", "--unsafe-fixes", "--no-cache"]));
        assert!(again.stderr.contains("Fixed 0 findings"), "{}", again.stderr);
    }
}

#[test]
fn a_diff_writes_nothing() {
    let project = Project::small();
    project.write("app/three.py", "import json\nimport re\n\nWORD = re.compile(\"x\")\n");
    let before = contents(&project.path(""), ".py");
    let safe = run(project.check().args(["--diff", "--no-cache"]));
    assert_eq!(safe.code, 1);
    assert!(safe.stdout.contains("\n-import json\n"), "{}", safe.stdout);
    assert!(
        safe.stderr.contains("Would fix 1 finding in 1 file; 1 more with --unsafe-fixes\n"),
        "{}",
        safe.stderr
    );
    let all = run(project.check().args(["--diff", "--unsafe-fixes", "--no-cache"]));
    assert_eq!(all.code, 1);
    for part in ["--- a/app/one.py\n+++ b/app/one.py\n@@ ", "\n-    except:\n", "\n+    except Exception:\n"]
    {
        assert!(all.stdout.contains(part), "{}", all.stdout);
    }
    assert!(contents(&project.path(""), ".py") == before);
    let told = run(project.check().args(["--unsafe-fixes", "--no-cache"]));
    assert!(told.stderr.contains("1 finding can be fixed with --fix, 1 more"), "{}", told.stderr);
    assert!(contents(&project.path(""), ".py") == before);
}

#[test]
fn interrupting_leaves_every_file_whole() {
    let project = Project::monorepo();
    let root = project.path("");
    let before = contents(&root, ".py");
    let compiled_before = compiled(&before);
    for wait in [100, 700, 1500, 2500, 4000] {
        let mut child = project.check();
        child.args(["--fix", "--unsafe-fixes", "--no-cache"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = child.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0 | 1 | 130)) || wait == 100, "{code:?}");
        let compiled_after = compiled(&contents(&root, ".py"));
        assert!(compiled_before.keys().all(|path| compiled_after.contains_key(path)));
        assert!(project.leftovers().is_empty());
    }
}
