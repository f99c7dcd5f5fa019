//! Messages of a check about files that it did not read, and about files in which a finding would be nobody's work.
//! It must not know how the engine works.

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::fs;
use std::process::Command;

use serde_json::Value;
use support::{Output, Project, run};

const FINDING: &str = "import os\n";

/// `rule path` of every finding.
fn found(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}", output.stderr));
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|one| format!("{} {}", text(one, "rule"), text(one, "path"))).collect()
}

fn git(project: &Project, args: &[&str]) {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    let output = run(Command::new("git").args(identity).args(args).current_dir(project.path("")));
    assert_eq!(output.code, 0, "git {args:?}: {}", output.stderr);
}

#[test]
fn a_named_file_that_is_not_analysed_is_mentioned_with_the_reason() {
    let project = Project::empty();
    project.write("analyzer.toml", "exclude = [\"gen\", \"*_old.py\"]\nmax-file-size = 2000\n");
    project.write(".gitignore", "local/\n");
    project.write("good.py", FINDING);
    project.write("clean.yaml", "a: b\n");
    for (path, why) in [
        ("tools/notes", "first line does not name Python"),
        ("tools/run", "first line does not name Python"),
        ("README.md", "first line does not name Python"),
        ("large.py", "more than the limit of 2000"),
        ("gen/a.py", "the configuration excludes `gen`"),
        ("p/b_old.py", "the configuration excludes `p/b_old.py`"),
        ("local/c.py", "`.gitignore`"),
        ("node_modules/x/d.py", "`node_modules` is left out by default"),
        ("p/vendor/x/e.py", "`p/vendor` is taken for downloaded code; `include = [\"p/vendor\"]`"),
        ("build/f.py", "`build` is left out by default"),
        ("package-lock.json", "a package manager wrote it"),
        ("ext.so", "it holds no text of Python"),
        ("docs", "it holds no Python"),
    ] {
        let large = "x = 1\n".repeat(400);
        match path {
            "docs" => project.write("docs/index.md", "# Docs\n"),
            "tools/run" => project.write(path, "#!/bin/sh\necho python\n"),
            "large.py" => project.write(path, &large),
            _ => project.write(path, FINDING),
        }
        let alone = run(project.json().arg(path));
        assert_eq!(alone.code, 2, "{path}: {}", alone.stderr);
        let warned = format!("warning: {path} is not analysed: ");
        assert!(alone.stderr.contains(&warned) && alone.stderr.contains(why), "{path}: {}", alone.stderr);
        assert!(found(&alone).iter().all(|one| one.starts_with("skipped-file")), "{path}");
        // Beside a file that is analysed it is no failure.
        let both = run(project.json().args([path, "good.py"]));
        assert_eq!(both.code, 1, "{path}: {}", both.stderr);
        assert!(both.stderr.contains(&warned), "{path}: {}", both.stderr);
        assert!(found(&both).contains(&"unused-import good.py".to_owned()), "{path}");
    }
    let output = run(project.json().current_dir(project.path("docs")));
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stderr.contains("docs is not analysed: it holds no Python"), "{}", output.stderr);
    for path in ["good.py", "clean.yaml", "."] {
        let output = run(project.json().arg(path));
        assert!(output.code < 2 && !output.stderr.contains("not analysed"), "{path}: {}", output.stderr);
    }
}

#[test]
fn many_such_files_are_counted() {
    let project = Project::empty();
    let names: Vec<String> = (0..15).map(|number| format!("n{number}.txt")).collect();
    names.iter().for_each(|name| project.write(name, ""));
    let output = run(project.check().args(&names));
    assert_eq!(output.code, 2);
    assert!(
        output.stderr.contains("n9.txt is not") && !output.stderr.contains("n10.txt"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("and 5 more"), "{}", output.stderr);
}

#[test]
fn a_commit_of_other_files_alone_is_no_failure_of_the_hook() {
    let project = Project::empty();
    git(&project, &["init", "-q"]);
    project.write("README.md", "# One\n");
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "first"]);
    let output = run(project.check().args(["--changed", "--fail-on=note", "README.md"]));
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stderr.contains("README.md is not analysed"), "{}", output.stderr);
}

#[test]
fn a_named_script_is_analysed_if_its_first_line_names_python() {
    let body = "import os\nimport helper\n\nprint(helper)\n";
    for (path, first) in [
        ("script", "#!/usr/bin/env python3"),
        ("bin/start", "#!/usr/bin/python -u"),
        ("bin/serve.cgi", "#! /usr/local/bin/python3.11"),
        ("bin/task", "#!/usr/bin/env -S uv run --script"),
    ] {
        let project = Project::empty();
        project.write(path, &format!("{first}\n{body}"));
        project.write("helper.py", "x = 1\n");
        project.write("bin/helper.py", "import script\nimport start\n\nprint(script, start)\n");
        let output = run(project.json().arg(path));
        assert_eq!(output.code, 1, "{path}: {}", output.stderr);
        assert_eq!(found(&output), [format!("unused-import {path}")]);
        // Nobody named it: nobody but its author knows that it is Python, and no import leads to it.
        let all = run(&mut project.json());
        assert_eq!(found(&all), [] as [&str; 0], "{path}");
        let (cached, fresh) = (run(project.json().arg(path)), run(project.json().args([path, "--no-cache"])));
        assert_eq!(found(&cached), found(&fresh));
        let fixed = run(project.check().args(["--fix", path]));
        assert_eq!(fixed.code, 0, "{}", fixed.stderr);
        let text = fs::read_to_string(project.path(path)).unwrap();
        assert_eq!(text, format!("{first}\n{}", body.replace("import os\n", "")));
    }
}

#[test]
fn a_script_that_is_left_out_stays_out() {
    let project = Project::empty();
    project.write("analyzer.toml", "exclude = [\"bin\"]\n");
    project.write("bin/start", "#!/usr/bin/env python3\nimport os\n");
    let output = run(project.json().arg("bin/start"));
    assert_eq!((output.code, found(&output).len()), (2, 0), "{}", output.stderr);
    assert!(output.stderr.contains("excludes `bin`"), "{}", output.stderr);
}

#[test]
fn downloaded_code_is_left_out_counted_and_taken_in_on_request() {
    let project = Project::empty();
    project.write("m.py", "x = 1\n");
    let folders = [
        ".pio/build",
        ".venv/lib",
        "app/third_party",
        "app/vendor/six",
        "env/lib/site-packages/a",
        "node_modules/gyp",
        "venv/lib",
        "vendor",
    ];
    for folder in folders {
        // No copies of each other, which would be one finding.
        let name = folder.replace(['/', '.', '-'], "_");
        let text = format!(
            "import os\n\n\ndef {name}():\n    try:\n        {name}_work()\n    except:\n        pass\n"
        );
        project.write(&format!("{folder}/bad.py"), &text);
        project.write(&format!("{folder}/settings.yaml"), "password: q8Lk2vZp0wXr5\n");
    }
    let output = run(&mut project.json());
    assert_eq!(found(&output), [] as [&str; 0]);
    let output = run(project.check().args(["--output-format", "full"]));
    assert_eq!(output.code, 0, "{}", output.stdout);
    let told = "Left out 8 folders of downloaded code (.pio, .venv, app/third_party and 5 more)";
    let line = output.stdout.lines().find(|line| line.starts_with("Left out"));
    assert!(line.is_some_and(|line| line.starts_with(told)), "{}", output.stdout);
    assert!(output.stdout.contains("Checked 1 file"), "{}", output.stdout);
    // A folder of one's own by such a name.
    for (include, expected) in [
        ("\"app/vendor\"", &["app/vendor/six"][..]),
        ("\"vendor\"", &["app/vendor/six", "vendor"]),
        ("\"third_party\", \"venv/**\"", &["app/third_party", "venv/lib"]),
    ] {
        project.write("analyzer.toml", &format!("include = [{include}]\nselect = [\"bare-except\"]\n"));
        let found = found(&run(&mut project.json()));
        let expected: Vec<String> =
            expected.iter().map(|folder| format!("bare-except {folder}/bad.py")).collect();
        assert_eq!(found, expected, "{include}");
    }
    // Folders that git ignores are not mentioned.
    project.write("analyzer.toml", "");
    project.write(
        ".gitignore",
        &folders.map(|folder| format!("/{}/\n", folder.split('/').next().unwrap())).concat(),
    );
    let output = run(project.check().args(["--output-format", "full"]));
    assert!(!output.stdout.contains("Left out"), "{}", output.stdout);
}

#[test]
fn imports_of_downloaded_code_resolve() {
    let project = Project::empty();
    project.write("vendor/lib/__init__.py", "");
    project.write("vendor/lib/deep/inner.py", "");
    project.write("third_party/flat.py", "");
    project.write("app/__init__.py", "");
    project.write("app/vendor/__init__.py", "");
    project.write("app/vendor/six/__init__.py", "def u(x):\n    return x\n");
    project.write("tools/vendor/yaml/__init__.py", "");
    project.write(
        "app/m.py",
        "import vendor.lib.deep.inner\nfrom vendor.lib import anything\nfrom third_party import flat\n\n\
         from app.vendor import six\nfrom app.vendor.six import moves\nfrom .vendor.six import u\nfrom .vendor.six.moves import urllib\n\n\
         print(vendor, anything, flat, six, moves, u, urllib)\n",
    );
    project.write(
        "tools/run.py",
        "import os\nimport sys\n\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), \"vendor\"))\n\
         import yaml\nfrom yaml import nodes\n\nprint(yaml, nodes)\n",
    );
    project.write("app/n.py", "from app.missing import x\nfrom . import gone\n\nprint(x, gone)\n");
    let output = run(project.json().args(["--select", "imports"]));
    assert_eq!(found(&output), ["unresolved-import app/n.py", "unresolved-import app/n.py"]);
    // Where the folder is analysed, names in it are known.
    project.write("analyzer.toml", "include = [\"app/vendor\"]\n");
    let output = run(project.json().args(["--select", "imports", "app/m.py"]));
    assert!(found(&output).contains(&"unresolved-import app/m.py".to_owned()), "{}", output.stdout);
}

#[test]
fn templates_of_code_have_no_syntax_errors() {
    let project = Project::empty();
    let broken = "def f(:\n    pass\n";
    project.write("{{cookiecutter.name}}/main.py", broken);
    project.write("t/{{ name }}.py", broken);
    project.write("t/[[x]]/{{y}}/z.py", broken);
    project.write("t/settings.py", "import os\n{% if use_db %}\nDB = 1\n{% endif %}\n\nprint(os)\n");
    project.write(
        "t/apps.py",
        "APPS = [\n    'a',\n    {%- for app in apps %}\n    '{{ app }}',\n    {%- endfor %}\n]\n",
    );
    project.write("t/real.py", broken);
    project.write("t/tests.py", "TEXT = '''\n{% if x %}\n'''\ndef f(:\n    pass\n");
    project.write("t/{{whole}}.py", "x = 1\n");
    let output = run(project.json().args(["--select", "syntax-error"]));
    assert_eq!(found(&output), ["syntax-error t/real.py", "syntax-error t/tests.py"]);
    let output = run(project.check().args(["--select", "syntax-error", "--output-format", "full"]));
    assert!(output.stdout.contains("2 with syntax errors"), "{}", output.stdout);
    assert!(output.stdout.contains("Not reported: syntax errors of 5 code templates\n"), "{}", output.stdout);
}

#[test]
fn what_a_program_wrote_has_no_unused_imports() {
    let project = Project::empty();
    let body = |name: &str| {
        format!("import os\n\n\ndef {name}():\n    try:\n        {name}_work()\n    except:\n        pass\n")
    };
    for (path, name, head) in [
        ("a_pb2.py", "a", ""),
        ("p/b_pb2_grpc.py", "b", ""),
        ("c_pb2.pyi", "c", ""),
        (
            "d.py",
            "d",
            "# -*- coding: utf-8 -*-\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n",
        ),
        ("migrations/0001_initial.py", "m", "# Generated by Django 4.2.1 on 2023-05-01 10:00\n\n"),
        (
            "e.py",
            "e",
            "\"\"\"\nAutogenerated by Thrift Compiler (0.9.3)\n\nDO NOT EDIT UNLESS YOU ARE SURE\n\"\"\"\n",
        ),
        ("f.py", "f", "# @generated\n"),
    ] {
        project.write(path, &format!("{head}{}", body(name)));
    }
    let docstring = "\"\"\"Handles the files that are generated by the compiler.\"\"\"\n";
    project.write("own.py", &format!("{docstring}{}", body("own")));
    project.write("late.py", &format!("{}# Generated by hand. DO NOT EDIT\n", body("late")));
    let output = run(project.json().args(["--select", "unused-import"]));
    assert_eq!(found(&output), ["unused-import late.py", "unused-import own.py"]);
    let output = run(project.json().args(["--select", "bare-except"]));
    assert_eq!(found(&output).len(), 9, "other rules still look at them");
    let output = run(project.check().args(["--output-format", "full"]));
    assert!(
        output.stdout.contains("Not reported: unused imports of 7 generated files\n"),
        "{}",
        output.stdout
    );
}
