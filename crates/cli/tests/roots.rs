//! Which folder a project is: what marks it, and that a part of it is reported on as in a check of the whole.
//! It must not know how the engine works.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::fs;
use std::process::Command;

use serde_json::Value;
use support::{Project, run};

/// A project of three services, each with a project file of its own, without anything that marks its root.
fn services() -> Project {
    let project = Project::empty();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    for (service, file) in [("billing", "pyproject.toml"), ("shop", "setup.cfg"), ("mail", "setup.py")] {
        project.write(&format!("services/{service}/{file}"), "");
        project.write(&format!("services/{service}/{service}/__init__.py"), "");
    }
    project.write(
        "services/billing/billing/pay.py",
        "import os\nfrom shop.core import price\n\nPEER = \"10.0.0.1\"\n\n\ndef pay(n):\n    try:\n        return price(n)\n    \
         except:\n        return 0\n",
    );
    project.write("services/shop/shop/core.py", "import mail.box\n\n\ndef price(n):\n    return n * 2\n");
    project.write("services/mail/mail/box.py", "import shop.core\n\nPEER = \"10.0.0.2\"\n");
    project
}

/// Whole findings, as JSON, of a check in `folder`.
fn findings(project: &Project, folder: &str, args: &[&str]) -> Vec<Value> {
    let mut command = project.json();
    command.current_dir(project.path(folder)).arg("--exit-zero").args(args);
    command.env("HOME", "/nonexistent");
    let output = run(&mut command);
    assert_eq!(output.code, 0, "{args:?}: {}", output.stderr);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().clone()
}

/// The folders that hold a cache.
fn caches(project: &Project) -> Vec<String> {
    let root = project.path("");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".analyzer_cache") {
                found.push(folder.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            } else if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_part_reports_what_the_whole_reports_there_whatever_marks_the_root() {
    let rules = "[per-file.\"services/billing/**\"]\nignore = [\"bare-except\"]\n\n[[layers]]\nname = \"svc\"\n\
                 type = \"independence\"\nmodules = [\"billing\", \"shop\"]\n";
    let table = rules.replace("[per-file", "[tool.analyzer.per-file").replace("[[", "[[tool.analyzer.");
    for (mark, text) in [
        ("analyzer.toml", rules),
        ("pyproject.toml", &*table),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".git", "gitdir: /nonexistent\n"),
        ("pyproject.toml", "[project]\nname = \"all\"\n"),
        ("setup.cfg", "[metadata]\nname = all\n"),
        ("setup.py", ""),
    ] {
        let project = services();
        project.write(mark, text);
        // A baseline of the root holds in its parts.
        let known = run(project.check().args(["--write-baseline", "--select", "hardcoded-ip"]));
        assert_eq!(known.code, 0, "{}", known.stderr);
        let whole = findings(&project, "", &[]);
        assert!(whole.iter().any(|one| one["rule"] == "unused-import"), "{mark}: {whole:#?}");
        assert!(whole.iter().all(|one| one["rule"] != "hardcoded-ip"), "{mark}: {whole:#?}");
        let configured = text.contains("layers");
        assert_eq!(whole.iter().any(|one| one["rule"] == "layer-violation"), configured, "{mark}");
        assert_eq!(whole.iter().all(|one| one["rule"] != "bare-except"), configured, "{mark}");
        let inside = |folders: &[&str]| -> Vec<Value> {
            let lies =
                |one: &&Value| folders.iter().any(|folder| one["path"].as_str().unwrap().starts_with(folder));
            whole.iter().filter(lies).cloned().collect()
        };
        let (billing, shop) = ("services/billing", "services/shop");
        for (folder, args, reported) in [
            ("", &["services/billing"][..], &[billing][..]),
            ("", &["services/billing/", "services/shop"], &[billing, shop]),
            ("", &["services/billing/billing/pay.py", "services/shop/shop/core.py"], &[billing, shop]),
            ("services/billing", &[], &[billing]),
            ("services/billing", &["."], &[billing]),
            ("services/shop", &["../billing/billing", "shop/core.py"], &[billing, shop]),
        ] {
            assert_eq!(findings(&project, folder, args), inside(reported), "{mark} {folder} {args:?}");
        }
        assert_eq!(caches(&project), [""], "{mark}");
    }
}

/// Where the cache of a check of these paths lies.
fn root(files: &[(&str, &str)], paths: &[&str]) -> String {
    let project = Project::empty();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    for (path, text) in files {
        project.write(path, text);
    }
    let output = run(project.check().args(paths).env("HOME", project.path("home")));
    assert_eq!(output.code, 0, "{}", output.stderr);
    let caches = caches(&project);
    assert_eq!(caches.len(), 1, "{caches:?}");
    caches.into_iter().next().unwrap()
}

#[test]
fn the_nearest_configuration_counts_then_the_repository_then_the_outermost_project_file() {
    let code = ("a/b/c/m.py", "x = 1\n");
    let table = "[tool.analyzer]\n";
    for (files, expected) in [
        (&[("a/analyzer.toml", ""), ("a/b/pyproject.toml", ""), ("a/b/c/.git/HEAD", "")][..], "a/b/c"),
        (&[("a/analyzer.toml", ""), ("a/b/pyproject.toml", "[project]\n")], "a"),
        (&[("a/analyzer.toml", ""), ("a/b/analyzer.toml", "")], "a/b"),
        (&[("a/analyzer.toml", ""), ("a/b/pyproject.toml", table)], "a/b"),
        (&[("a/.git", "gitdir: x\n"), ("a/b/pyproject.toml", ""), ("a/b/c/setup.py", "")], "a"),
        (&[("a/.git/HEAD", ""), ("a/b/pyproject.toml", table)], "a/b"),
        // Nothing above a repository belongs to it.
        (&[("analyzer.toml", ""), ("setup.py", ""), ("a/b/.git/HEAD", ""), ("a/b/c/setup.cfg", "")], "a/b"),
        (&[("a/setup.cfg", ""), ("a/b/pyproject.toml", ""), ("a/b/c/setup.py", "")], "a"),
        (&[("a/b/setup.py", "")], "a/b"),
        (&[], "a/b/c"),
        // A table of another tool, or a word, is none of ours; a table in other spellings is.
        (&[("a/.git/HEAD", ""), ("a/b/pyproject.toml", "# analyzer\n[tool.analyzer-next]\nx = 1\n")], "a"),
        (&[("a/.git/HEAD", ""), ("a/b/pyproject.toml", "[tool]\nanalyzer = {}\n")], "a/b"),
        (&[("a/.git/HEAD", ""), ("a/b/pyproject.toml", "[ tool . \"analyzer\" ]\n")], "a/b"),
        (&[("a/.git/HEAD", ""), ("a/b/pyproject.toml", "[project\n")], "a"),
    ] {
        let files: Vec<_> = files.iter().copied().chain([code]).collect();
        assert_eq!(root(&files, &["a/b/c"]), expected, "{files:?}");
        assert_eq!(root(&files, &["a/b/c/m.py"]), expected, "{files:?}");
    }
}

#[test]
fn a_home_folder_is_nobodys_project_unless_it_is_named() {
    let files = [("home/setup.py", ""), ("home/.git/HEAD", ""), ("analyzer.toml", ""), ("home/p/q/m.py", "")];
    assert_eq!(root(&files, &["home/p/q"]), "home/p/q");
    assert_eq!(root(&files, &["home"]), "home");
}

#[test]
fn paths_of_two_projects_are_refused_and_parts_of_one_are_not() {
    let file = "x = 1\n";
    let parts = [("a/m.py", file), ("b/m.py", file), ("b/c/m.py", file)];
    let with = |marks: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
        parts.iter().chain(marks).copied().collect()
    };
    // A part with a configuration of its own is checked with the whole where both are named.
    let nested = with(&[("analyzer.toml", ""), ("a/analyzer.toml", "")]);
    assert_eq!(root(&nested, &["a/m.py", "b/m.py"]), "");
    assert_eq!(root(&nested, &["a/m.py"]), "a");
    assert_eq!(root(&with(&[("b/pyproject.toml", ""), ("b/c/pyproject.toml", "")]), &["b/c", "b/m.py"]), "b");
    assert_eq!(root(&with(&[]), &["b/c/m.py", "b/m.py"]), "b");
    for marks in [
        &[("a/analyzer.toml", ""), ("b/analyzer.toml", "")][..],
        &[(".git/HEAD", ""), ("a/analyzer.toml", "")],
        &[("a/.git/HEAD", ""), ("b/.git/HEAD", "")],
        &[("setup.py", ""), ("b/.git/HEAD", "")],
    ] {
        let project = Project::empty();
        fs::remove_file(project.path("analyzer.toml")).unwrap();
        for (path, text) in with(marks) {
            project.write(path, text);
        }
        let output = run(project.check().args(["a", "b/m.py"]));
        assert_eq!(output.code, 2, "{marks:?}");
        assert!(
            output.stderr.contains("two projects") && output.stderr.contains("help"),
            "{}",
            output.stderr
        );
    }
}

fn git(project: &Project, args: &[&str]) {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    let output = run(Command::new("git").args(identity).args(args).current_dir(project.path("")));
    assert_eq!(output.code, 0, "git {args:?}: {}", output.stderr);
}

/// Findings of a commit hook that is given some changed files: `rule path`.
fn hook(project: &Project, named: &[&str]) -> Vec<String> {
    let found = findings(project, "", &[&["--changed=HEAD"], named].concat());
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    found.iter().map(|one| format!("{} {}", text(one, "rule"), text(one, "path"))).collect()
}

#[test]
fn a_hook_hears_of_what_its_files_break_in_others() {
    let contract = "[[layers]]\ntype = \"independence\"\nmodules = [\"billing\", \"shop\"]\n";
    let blocking = "import time\n\n\ndef load():\n    time.sleep(9)\n";
    for (configuration, before, other, after, broken) in [
        // A module between two that must not meet.
        (
            contract,
            "x = 1\n",
            "import common\n\nprint(common)\n",
            "import shop\n\nprint(shop)\n",
            "layer-violation",
        ),
        (
            "[[layers]]\ntype = \"forbidden\"\nmodules = [\"billing\"]\nforbidden = [\"shop\"]\n",
            "x = 1\n",
            "from common import x\n\nprint(x)\n",
            "import shop as x\n\nprint(x)\n",
            "layer-violation",
        ),
        // A function that a coroutine calls begins to sleep.
        (
            "",
            "def load():\n    return 1\n",
            "from common import load\n\n\nasync def main():\n    load()\n",
            blocking,
            "blocking-call-in-async",
        ),
        (
            "",
            "x = 1\n",
            "import common\n\nprint(common)\n",
            "import billing\n\nprint(billing)\n",
            "import-cycle",
        ),
    ] {
        let project = Project::empty();
        project.write("analyzer.toml", configuration);
        project.write("billing.py", other);
        project.write("common.py", before);
        project.write("shop.py", "y = 1\n");
        project.write("apart.py", "import os\n");
        project.write(".gitignore", ".analyzer_cache\n");
        git(&project, &["init", "-q"]);
        git(&project, &["add", "."]);
        git(&project, &["commit", "-q", "-m", "first"]);
        assert!(hook(&project, &["common.py"]).is_empty());
        project.write("common.py", after);
        project.write("apart.py", "import os\nimport re\n");
        let seen = hook(&project, &["common.py"]);
        let expected = [format!("{broken} billing.py"), format!("{broken} common.py")];
        assert!(seen.iter().any(|one| expected.contains(one)), "{broken}: {seen:?}");
        assert!(seen.iter().all(|one| !one.contains("apart.py")), "{seen:?}");
        if broken != "import-cycle" {
            assert!(seen.contains(&expected[0]), "{broken}: {seen:?}");
        }
        // A finding in the other file that the baseline knows stays silent.
        assert_eq!(run(project.check().arg("--write-baseline")).code, 0);
        assert_eq!(hook(&project, &["common.py"]), [] as [&str; 0]);
        fs::remove_file(project.path(".analyzer-baseline.json")).unwrap();
        // It is about the named file alone that nothing is wrong elsewhere.
        assert_eq!(hook(&project, &["shop.py"]), [] as [&str; 0]);
    }
}

#[test]
fn fixes_on_changed_lines_leave_files_alone_that_have_nothing_to_do_with_the_named_ones() {
    let project = Project::empty();
    project.write(".gitignore", ".analyzer_cache\n");
    git(&project, &["init", "-q"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "first"]);
    for file in ["a.py", "b.py"] {
        project.write(file, "import os\n");
    }
    let output = run(project.check().args(["--fix", "--changed=HEAD", "a.py"]));
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(fs::read_to_string(project.path("a.py")).unwrap(), "");
    assert_eq!(fs::read_to_string(project.path("b.py")).unwrap(), "import os\n");
}
