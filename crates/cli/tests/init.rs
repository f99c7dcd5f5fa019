//! `analyzer init`: what it writes is read, keeps what it found, and is never overwritten.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::fs;

use support::{Project, run};

/// A project without configuration.
fn bare_project() -> Project {
    let project = Project::empty();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    project
}

fn written(project: &Project) -> String {
    let output = run(&mut project.command("init"));
    assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{}", output.stderr);
    fs::read_to_string(project.path("analyzer.toml")).unwrap()
}

#[test]
fn the_repository_is_described_as_it_is() {
    let project = bare_project();
    project.write("pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \">=3.11,<4\"\n");
    project.write("src/app/__init__.py", "");
    project.write("src/app/_vendor/six.py", "x = 1\n");
    project.write("src/app/api_pb2.py", "x = 1\n");
    project.write("services/billing/pyproject.toml", "");
    project.write("services/billing/billing.py", "import app\n");
    project.write("third_party/lib/__init__.py", "");
    project.write("third_party/lib/vendor/x.py", "");
    project.write("env \"3\"/pyvenv.cfg", "home = /usr\n");
    project.write("env \"3\"/bin/x.py", "x = 1\n");
    project.write("tests/test_app.py", "def test(): pass\n");
    let text = written(&project);
    assert!(text.contains("target-version = \"3.11\""), "{text}");
    assert!(text.contains("roots = [\"src\", \"services/billing\", \".\"]"), "{text}");
    for glob in ["    \"third_party/**\",", "    \"env \\\"3\\\"/**\","] {
        assert!(text.contains(glob), "{glob}: {text}");
    }
    for table in ["\"src/app/_vendor/**\"", "\"**/*_pb2.py\"", "\"**/tests/**\"", "\"**/test_*.py\""] {
        assert!(text.contains(&format!("[per-file.{table}]")), "{table}: {text}");
    }
    assert!(!text.contains("lib/vendor"), "{text}");
    let output = run(&mut project.check());
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
}

#[test]
fn it_is_readable_without_any_python_too() {
    let text = written(&bare_project());
    uncommented_is_read(&text);
    assert!(text.contains("# roots = [\".\"]") && text.contains("# target-version = \"3.9\""), "{text}");
}

/// Each commented key, uncommented, is read as well.
fn uncommented_is_read(text: &str) {
    let project = Project::empty();
    let keys = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(key) if key.contains(" = ") || key.starts_with('[') => key,
        _ => line,
    });
    project.write("analyzer.toml", &keys.map(|line| line.to_owned() + "\n").collect::<String>());
    let output = run(&mut project.check());
    assert_eq!(output.code, 0, "{}", output.stderr);
}

#[test]
fn nothing_is_overwritten() {
    let project = bare_project();
    project.write("a.py", "x = 1\n");
    let text = written(&project);
    for _ in 0..2 {
        let output = run(&mut project.command("init"));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(
            output.stderr.contains("exists already") && output.stderr.contains("help"),
            "{}",
            output.stderr
        );
        assert_eq!(fs::read_to_string(project.path("analyzer.toml")).unwrap(), text);
    }
    let other = bare_project();
    other.write("pyproject.toml", "[tool.analyzer]\nfail-on = \"note\"\n");
    let output = run(&mut other.command("init"));
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("[tool.analyzer]"), "{}", output.stderr);
    assert!(!other.path("analyzer.toml").exists());
}

#[test]
fn the_findings_outside_of_tests_stay_the_same() {
    let project = Project::monorepo();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    project.write("pyproject.toml", "");
    let places = |project: &Project| -> Vec<String> {
        let output = run(project.check().args(["--output-format", "concise", "--exit-zero"]));
        let lines = output.stdout.lines().filter(|line| !line.contains("test"));
        lines.map(str::to_owned).collect()
    };
    let before = places(&project);
    let text = written(&project);
    assert!(!before.is_empty());
    assert_eq!(places(&project), before, "{text}");
}
