//! Compares adopted settings with the tools themselves: each runs over a small repository under its own configuration, and
//! under the one that `analyzer init` makes of it we find the same in the same lines, for the rules that correspond.
//! It must not know how configuration is read.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{Project, run};

/// Path and line.
type Place = (String, u64);

/// A file with a fault of every kind that the tools share with us.
const FAULTS: &str = r#"import json
import os
import socket
import subprocess
from subprocess import run as start  # noqa: F401  # pylint: disable=unused-import


def listing(command, name):
    try:
        subprocess.run(command, shell=True)
        os.system("ls " + name)
    except:
        return None


def quiet(path):
    try:
        os.remove(path)
    except Exception:
        pass
    try:
        os.rmdir(path)
    except:  # noqa: E722  # nosec B110  # pylint: disable=bare-except
        print(path)


def serve():
    listener = socket.socket()
    listener.bind(("0.0.0.0", 8080))
    return listener


def deep(a, b, c, d, e):
    if a:
        return 1
    if b:
        return 2
    for x in c:
        if x:
            return 3
    while d:
        if e:
            return 4
    return 5


def factory(a):
    def one():
        if a:
            return 1
        return 2

    def two():
        if a:
            return 3
        if not a:
            return 4
        return 5

    return one, two


class Many:
    def a(self):
        return 1

    def b(self):
        return 2

    def c(self):
        return 3

    def d(self):
        return 4


PASSWORD = "q8#Lk2!vZp0w"
"#;

/// The same faults in several places, and modules that import each other.
fn repository() -> Project {
    let project = Project::empty();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    project.write("app/__init__.py", "from app.web import page\n");
    let paths = ["app/faults.py", "app/generated/code.py", "legacy/old.py", "tests/test_app.py", "script.py"];
    for (number, path) in paths.into_iter().enumerate() {
        // One value in several files is one finding here.
        project.write(path, &FAULTS.replace("q8#", &format!("q{number}#")));
    }
    project.write("app/generated/__init__.py", "");
    project.write("legacy/__init__.py", "");
    project.write("app/web/__init__.py", "");
    project
        .write("app/web/page.py", "import app.db.store\n\n\ndef page():\n    return app.db.store.rows()\n");
    project.write("app/db/__init__.py", "");
    project
        .write("app/db/store.py", "import app.web.page\n\n\ndef rows():\n    return app.web.page.page()\n");
    project.write("app/me.py", "import app.me\n\nNAME = app.me\n");
    project
}

fn tool(name: &str) -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from);
    let path = tools.join("venv/bin").join(name);
    assert!(path.exists(), "{} is missing: run scripts/install-test-tools", path.display());
    path
}

/// Output of a tool in the project's folder.
fn printed(project: &Project, name: &str, args: &[&str]) -> String {
    let mut command = Command::new(tool(name));
    let output = run(command.args(args).current_dir(project.path("")));
    assert!(output.code < 32, "{name} failed: {}", output.stderr);
    output.stdout
}

/// Codes of findings with their places, from a list of JSON objects.
fn coded(list: &Value, (path, line, code): (&str, &str, &str)) -> Vec<(String, Place)> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let list = list.as_array().unwrap().iter();
    list.map(|one| {
        let line = one[line].as_u64().or_else(|| one["location"]["row"].as_u64()).unwrap();
        (text(one, code), (text(one, path), line))
    })
    .collect()
}

/// The rules that stand for a code.
fn rules_of(code: &str) -> impl Iterator<Item = &'static str> {
    let rules = analyzer_rules::all().iter();
    rules.filter(move |rule| rule.info.replaces.iter().any(|one| one == code)).map(|rule| &*rule.info.name)
}

/// Adopts the configuration of the project, and returns our findings: rules with their places.
fn ours(project: &Project) -> Vec<(String, Place)> {
    let output = run(project.command("init").arg("--no-baseline"));
    assert_eq!(output.code, 0, "{}", output.stderr);
    let output = run(project.json().args(["--no-cache", "--exit-zero"]));
    assert_eq!(output.code, 0, "{}", output.stderr);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let place = |one: &Value| {
        (one["path"].as_str().unwrap().to_owned(), one["range"]["start"]["line"].as_u64().unwrap())
    };
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|one| (one["rule"].as_str().unwrap().to_owned(), place(one))).collect()
}

/// Codes with all others that share a rule with one of them, and their rules: what is one rule here may have several codes
/// there.
fn related(code: &str, codes: &[&'static str]) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let mut rules: BTreeSet<&str> = rules_of(code).collect();
    loop {
        let shares = |code: &&&str| rules_of(code).any(|rule| rules.contains(rule));
        let same: BTreeSet<&str> = codes.iter().filter(shares).copied().collect();
        let more: BTreeSet<&str> = same.iter().flat_map(|code| rules_of(code)).collect();
        if more == rules {
            return (same, rules);
        }
        rules = more;
    }
}

/// Compares what a tool reports with what we do, for `codes`: those that it reports under its configuration and that rules of
/// ours stand for. Returns the number of places.
fn compare(project: &Project, theirs: &[(String, Place)], codes: &[&'static str]) -> usize {
    let ours = ours(project);
    let text = fs::read_to_string(project.path("analyzer.toml")).unwrap();
    let mut count = 0;
    for code in codes {
        let (same, rules) = related(code, codes);
        assert!(!rules.is_empty(), "no rule stands for {code}");
        let of = |found: &[(String, Place)], names: &BTreeSet<&str>| -> BTreeSet<Place> {
            let found = found.iter().filter(|(name, _)| names.contains(name.as_str()));
            found.map(|(_, place)| place.clone()).collect()
        };
        let found = of(theirs, &same);
        assert_eq!(of(&ours, &rules), found, "{same:?} and {rules:?}\n{text}");
        assert!(theirs.iter().any(|(one, _)| one == code), "{code} is reported nowhere: {theirs:?}");
        count += found.len();
    }
    count
}

#[test]
fn ruff_finds_the_same() {
    let project = repository();
    project.write(
        "pyproject.toml",
        "[tool.ruff]\nextend-exclude = [\"legacy\"]\n[tool.ruff.lint]\n\
         select = [\"F401\", \"E722\", \"S110\", \"S112\", \"BLE001\", \"C901\", \"S602\", \"S604\", \"S605\", \"S104\", \"S105\"]\n\
         [tool.ruff.lint.mccabe]\nmax-complexity = 5\n[tool.ruff.lint.per-file-ignores]\n\
         \"tests/**\" = [\"S\", \"BLE\", \"E722\"]\n\"app/generated/*.py\" = [\"F401\", \"C901\"]\n\"__init__.py\" = [\"F401\"]\n",
    );
    let json = printed(&project, "ruff", &["check", "--no-cache", "--output-format", "json", "."]);
    let mut theirs = coded(&serde_json::from_str(&json).unwrap(), ("filename", "row", "code"));
    let root = project.path("").canonicalize().unwrap();
    for (_, (path, _)) in &mut theirs {
        *path = Path::new(&path).strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    }
    let codes = ["F401", "E722", "S110", "BLE001", "C901", "S602", "S605", "S104", "S105"];
    assert!(compare(&project, &theirs, &codes) > 30);
}

#[test]
fn flake8_finds_the_same() {
    for (file, text) in [
        (
            ".flake8",
            "[flake8]\nmax-complexity = 5\nextend-exclude = legacy\nper-file-ignores =\n    tests/*: E722,F401\n    \
             */generated/*: C901\n    __init__.py: F401\n",
        ),
        (
            "setup.cfg",
            "[flake8]\nselect = E722,F401,C901\nmax_complexity = 4\nexclude = legacy,tests,__init__.py\n",
        ),
    ] {
        let project = repository();
        project.write(file, text);
        let lines = printed(&project, "flake8", &["--format", "%(path)s|%(row)d|%(code)s", "."]);
        let theirs: Vec<(String, Place)> = lines
            .lines()
            .map(|line| {
                let mut parts = line.split('|');
                let path = parts.next().unwrap().trim_start_matches("./").to_owned();
                let row = parts.next().unwrap().parse().unwrap();
                (parts.next().unwrap().to_owned(), (path, row))
            })
            .collect();
        assert!(compare(&project, &theirs, &["F401", "E722", "C901"]) > 8);
    }
}

#[test]
fn pylint_finds_the_same() {
    for (file, text) in [
        (
            ".pylintrc",
            "[MAIN]\nload-plugins=pylint.extensions.mccabe\nignore=legacy\n[MESSAGES CONTROL]\n\
             disable=all\nenable=W0611,W0702,W0718,R1260,R0904,W0406,R0401\n[DESIGN]\nmax-complexity=5\n\
             max-public-methods=3\n",
        ),
        (
            "pyproject.toml",
            "[tool.pylint.main]\nload-plugins = [\"pylint.extensions.mccabe\"]\nignore = [\"legacy\", \"tests\"]\n\
             [tool.pylint.\"messages control\"]\ndisable = [\"broad-exception-caught\"]\n[tool.pylint.design]\n\
             max-complexity = 4\nmax-public-methods = 3\n",
        ),
    ] {
        let project = repository();
        project.write(file, text);
        let json = printed(&project, "pylint", &["--recursive=y", "-f", "json", "."]);
        let theirs = coded(&serde_json::from_str(&json).unwrap(), ("path", "line", "message-id"));
        let mut codes = vec!["W0611", "W0702", "R1260", "R0904", "W0406"];
        codes.extend(text.contains("W0718").then_some("W0718"));
        assert!(compare(&project, &theirs, &codes) > 8, "{file}");
        // It tells of a cycle in whichever file came last.
        let cycles = theirs.iter().filter(|(code, _)| code == "R0401").count();
        let found = ours(&project).iter().filter(|(rule, _)| rule == "import-cycle").count();
        assert_eq!((cycles, found), (1, 1));
    }
}

#[test]
fn bandit_finds_the_same() {
    for (file, text, args) in [
        (".bandit", "[bandit]\nexclude = ./legacy,./tests\nskips = B404,B110\n", &[][..]),
        ("bandit.yaml", "exclude_dirs: [legacy, generated]\nskips: [B404]\n", &["-c", "bandit.yaml"][..]),
        (
            "pyproject.toml",
            "[tool.bandit]\ntests = [\"B602\", \"B605\", \"B104\", \"B105\"]\n",
            &["-c", "pyproject.toml"][..],
        ),
    ] {
        let project = repository();
        // Of bare handlers it only reports those that do nothing.
        for path in ["app/faults.py", "script.py", "tests/test_app.py"] {
            let text = fs::read_to_string(project.path(path)).unwrap();
            project.write(path, &text.replace("except:\n        return", "except OSError:\n        return"));
        }
        project.write(file, text);
        let json = printed(&project, "bandit", &[&["-q", "-r", ".", "-f", "json"][..], args].concat());
        let json: Value = serde_json::from_str(&json).unwrap();
        let mut theirs = coded(&json["results"], ("filename", "line_number", "test_id"));
        for (_, (path, _)) in &mut theirs {
            *path = path.trim_start_matches("./").to_owned();
        }
        let mut codes = vec!["B602", "B605", "B104", "B105"];
        codes.extend((file == "bandit.yaml").then_some("B110"));
        assert!(compare(&project, &theirs, &codes) > 10, "{file}");
    }
}

#[test]
fn isort_takes_the_same_modules_for_ours() {
    for (file, text) in [
        (".isort.cfg", "[settings]\nprofile = black\nsrc_paths = lib,app/plugins\npy_version = 39\n"),
        ("pyproject.toml", "[tool.isort]\nsrc_paths = [\"lib\", \"app/plugins\"]\npy_version = \"39\"\n"),
        ("setup.cfg", "[isort]\nsrc_paths =\n    lib\n    app/plugins\npy_version = 39\n"),
    ] {
        let project = repository();
        project.write("lib/tools/__init__.py", "");
        project.write("lib/single.py", "");
        project.write("app/plugins/extra.py", "");
        project.write("elsewhere/hidden.py", "");
        let modules = ["tools", "single", "extra", "hidden", "json", "requests", "old"];
        let uses: String = modules.iter().map(|name| format!("import {name}\n")).collect();
        project.write("lib/main.py", &uses);
        project.write(file, text);
        let script = "import sys\nfrom isort import place_module\nfrom isort.settings import Config\n\
                      config = Config(settings_path='.')\n\
                      print(*[name for name in sys.argv[1:] if place_module(name, config) == 'FIRSTPARTY'])\n\
                      print(config.py_version)\n";
        let args: Vec<&str> = ["-c", script].into_iter().chain(modules).collect();
        let told = printed(&project, "python", &args);
        assert_eq!(run(project.command("init").arg("--no-baseline")).code, 0);
        let written = fs::read_to_string(project.path("analyzer.toml")).unwrap();
        let graph = run(project.command("graph").args(["--format", "json"]));
        let graph: Value = serde_json::from_str(&graph.stdout).unwrap();
        let edges = graph["edges"].as_array().unwrap().iter();
        let targets: BTreeSet<&str> = edges
            .filter(|edge| edge["from"] == "lib/main.py")
            .map(|edge| edge["to"].as_str().unwrap().rsplit('/').next().unwrap())
            .collect();
        let first_party = told.lines().next().unwrap();
        assert_eq!(first_party, "tools single extra");
        assert_eq!(targets, BTreeSet::from(["__init__.py", "extra.py", "single.py"]), "{written}");
        assert!(told.contains("py39") || told.contains("39"), "{told}");
        assert!(written.contains("target-version = \"3.9\""), "{written}");
    }
}

/// The contracts that the repository breaks, directly, through others, and with one import let through.
const CONTRACTS: &str = "[importlinter]\nroot_packages =\n    app\n    legacy\n\n\
    [importlinter:contract:layers]\nname = Layers\ntype = layers\nlayers =\n    web\n    db\ncontainers =\n    app\n\n\
    [importlinter:contract:forbidden]\nname = Nobody needs the old\ntype = forbidden\nsource_modules =\n    app\n\
    forbidden_modules =\n    legacy\nallow_indirect_imports = true\nignore_imports =\n    app.let -> legacy.old\n\n\
    [importlinter:contract:apart]\nname = Apart\ntype = independence\nmodules =\n    app.web\n    app.uses\n\n\
    [importlinter:contract:guarded]\nname = Guarded\ntype = protected\nprotected_modules =\n    app.me\n\
    allowed_importers =\n    app.let\n";

#[test]
fn import_linter_finds_the_same() {
    let project = repository();
    project.write("app/let.py", "import app.me\nimport legacy.old\n");
    project.write("app/uses.py", "\nimport app.web.page\nimport app.me\nfrom legacy import old\n");
    project.write(".importlinter", CONTRACTS);
    let told = printed(&project, "lint-imports", &["--no-cache"]);
    // `app.db.store -> app.web.page (l.1)`
    let mut theirs: BTreeSet<Place> = BTreeSet::new();
    for line in told.lines().filter(|line| line.contains(" -> ") && line.contains("(l.")) {
        let (from, rest) = line.trim_start_matches([' ', '-', '&']).split_once(" -> ").unwrap();
        let line = rest.split("(l.").nth(1).unwrap().split(')').next().unwrap();
        theirs.insert((format!("{}.py", from.trim().replace('.', "/")), line.parse().unwrap()));
    }
    let all = ours(&project);
    let ours = all.into_iter().filter(|(rule, _)| rule == "layer-violation").map(|(_, place)| place);
    assert_eq!(ours.collect::<BTreeSet<Place>>(), theirs, "{told}");
    assert_eq!(theirs.len(), 4, "{told}");
}
