//! `analyzer init`: what it writes is read, keeps what it found, leaves what is there, and CI starts green.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::collections::BTreeMap;
use std::fs;

use support::{Project, run};

/// A project without configuration.
fn bare_project() -> Project {
    let project = Project::empty();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    project
}

fn written(project: &Project) -> String {
    let output = run(project.command("init").arg("--no-baseline"));
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
    project.write("thirdparty/lib/__init__.py", "");
    project.write("thirdparty/lib/vendor/x.py", "");
    project.write("env \"3\"/pyvenv.cfg", "home = /usr\n");
    project.write("env \"3\"/bin/x.py", "x = 1\n");
    project.write("tests/test_app.py", "def test(): pass\n");
    let text = written(&project);
    assert!(text.contains("target-version = \"3.11\""), "{text}");
    assert!(text.contains("roots = [\"src\", \"services/billing\", \".\"]"), "{text}");
    for glob in ["    \"thirdparty/**\",", "    \"env \\\"3\\\"/**\","] {
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

/// Every file of a project but those of git and the cache, with its text.
fn files(project: &Project) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(project.path(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{folder}{}", entry.file_name().to_str().unwrap());
            if name == ".git" || name == ".analyzer_cache" {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(name + "/");
            } else {
                found.insert(name, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    found
}

const BARE: &str = "def f():\n    try:\n        g()\n    except:\n        pass\n";

/// A git repository with one finding.
fn repository() -> Project {
    let project = bare_project();
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    project.write("a.py", BARE);
    project
}

fn names(files: &BTreeMap<String, String>) -> Vec<&str> {
    files.keys().map(String::as_str).collect()
}

#[test]
fn a_repository_is_set_up_and_a_second_run_changes_nothing() {
    let project = repository();
    let first = run(&mut project.command("init"));
    assert_eq!((first.code, first.stdout.as_str()), (0, ""), "{}", first.stderr);
    let after = files(&project);
    let made = [
        ".analyzer-baseline.json",
        ".github/workflows/analyzer.yml",
        ".pre-commit-config.yaml",
        "a.py",
        "analyzer.toml",
    ];
    assert_eq!(names(&after), made);
    for name in made.iter().filter(|name| **name != "a.py") {
        assert!(first.stderr.contains(&format!("wrote {name}")), "{}", first.stderr);
    }
    // CI starts green, and what is new is found.
    let green = run(&mut project.check());
    assert_eq!(green.code, 0, "{}", green.stdout);
    let second = run(&mut project.command("init"));
    assert_eq!((second.code, files(&project)), (0, after));
    assert_eq!(second.stderr.matches("exists already, and stays as it is").count(), 4, "{}", second.stderr);
    project.write("b.py", BARE);
    assert_eq!(run(&mut project.check()).code, 1);
}

#[test]
fn each_step_can_be_declined_and_taken_later() {
    let steps = [
        ("--no-config", "analyzer.toml"),
        ("--no-baseline", ".analyzer-baseline.json"),
        ("--no-workflow", ".github/workflows/analyzer.yml"),
        ("--no-hook", ".pre-commit-config.yaml"),
    ];
    for (flag, file) in steps {
        let project = repository();
        assert_eq!(run(project.command("init").arg(flag)).code, 0);
        assert!(!project.path(file).exists(), "{flag}");
        assert_eq!(files(&project).len(), 4, "{flag}");
        assert_eq!(run(&mut project.command("init")).code, 0);
        assert_eq!(files(&project).len(), 5, "{flag}");
    }
    let project = repository();
    let none = run(project.command("init").args(steps.map(|(flag, _)| flag)));
    assert_eq!((none.code, none.stderr.as_str()), (0, ""));
    assert_eq!(names(&files(&project)), ["a.py"]);
}

#[test]
fn a_file_that_is_there_stays_as_it_is() {
    let project = repository();
    project.write("pyproject.toml", "[tool.analyzer]\nbaseline = \"known.json\"\n");
    project.write("known.json", "{\"version\": 2, \"findings\": {}}\n");
    project.write(".github/workflows/lint.yml", "jobs: {a: {steps: [{uses: analyzer-py/analyzer@v0}]}}\n");
    project.write(".pre-commit-config.yaml", "repos:\n  - repo: local\n    hooks:\n      - id: analyzer\n");
    let before = files(&project);
    let output = run(&mut project.command("init"));
    assert_eq!((output.code, files(&project)), (0, before), "{}", output.stderr);
    let kept =
        ["`[tool.analyzer]` in pyproject.toml", "known.json", ".github/workflows/lint.yml", "the hook in "];
    for what in kept {
        assert!(output.stderr.contains(what), "{what}: {}", output.stderr);
    }
}

#[test]
fn the_hook_joins_the_others() {
    let project = repository();
    let theirs = "# Ours.\nrepos:\n- repo: local\n  hooks:\n  - id: x\n\nfail_fast: true\n";
    project.write(".pre-commit-config.yaml", theirs);
    assert_eq!(run(&mut project.command("init")).code, 0);
    let text = fs::read_to_string(project.path(".pre-commit-config.yaml")).unwrap();
    let ours = "- repo: local\n  hooks:\n    - id: analyzer\n      name: analyzer\n      \
                entry: analyzer check --changed=HEAD --fail-on=note\n      language: system\n      \
                types_or: [python, pyi, yaml, toml, json, ini, dockerfile, text]\n      require_serial: true\n";
    assert_eq!(text, theirs.replace("\nfail_fast", &format!("{ours}\nfail_fast")));

    let other = repository();
    other.write(".pre-commit-config.yaml", "repos: []\n");
    let output = run(&mut other.command("init"));
    assert!(
        output.stderr.contains("add to its `repos`") && output.stderr.contains(&ours[..13]),
        "{}",
        output.stderr
    );
    assert_eq!(fs::read_to_string(other.path(".pre-commit-config.yaml")).unwrap(), "repos: []\n");
}

#[test]
fn a_project_in_a_part_of_a_repository_is_named_where_git_looks() {
    let project = bare_project();
    project.write(".git/HEAD", "ref: refs/heads/feature\n");
    project.write(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/release/2.0\n");
    // Only a configuration makes a project of a part.
    project.write("services/pay.roll/analyzer.toml", "");
    project.write("services/pay.roll/a.py", BARE);
    let output = run(project.command("init").arg("services/pay.roll"));
    assert_eq!(output.code, 0, "{}", output.stderr);
    let workflow = fs::read_to_string(project.path(".github/workflows/analyzer.yml")).unwrap();
    assert!(
        workflow.contains("branches: [release/2.0]")
            && workflow.contains("- run: analyzer check services/pay.roll --sarif -o analyzer.sarif\n"),
        "{workflow}"
    );
    let hook = fs::read_to_string(project.path(".pre-commit-config.yaml")).unwrap();
    assert!(hook.contains(r#"files: "^services/pay\\.roll/""#), "{hook}");
    assert!(project.path("services/pay.roll/.analyzer-baseline.json").exists());
}

#[test]
fn a_service_without_a_configuration_is_set_up_with_its_repository() {
    let project = bare_project();
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    project.write("services/billing/pyproject.toml", "[project]\nname = \"billing\"\n");
    project.write("services/billing/a.py", BARE);
    let output = run(project.command("init").current_dir(project.path("services/billing")));
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stderr.starts_with("the root of the project is /"), "{}", output.stderr);
    for file in ["analyzer.toml", ".analyzer-baseline.json"] {
        assert!(
            project.path(file).exists() && !project.path("services/billing").join(file).exists(),
            "{file}"
        );
    }
}

#[test]
fn what_does_not_fit_is_left_out_and_said() {
    let project = bare_project();
    project.write("a.py", "x = 1\n");
    let output = run(&mut project.command("init"));
    assert_eq!(output.code, 0);
    assert!(output.stderr.contains("no need for a baseline"), "{}", output.stderr);
    assert!(output.stderr.contains("no git repository"), "{}", output.stderr);
    assert_eq!(names(&files(&project)), ["a.py", "analyzer.toml"]);

    let elsewhere = repository();
    elsewhere.write(".gitlab-ci.yml", "x: {script: [y]}\n");
    let output = run(&mut elsewhere.command("init"));
    assert!(output.stderr.contains("because of .gitlab-ci.yml"), "{}", output.stderr);
    assert!(!elsewhere.path(".github").exists());

    let broken = repository();
    broken.write("analyzer.toml", "nonsense = 1\n");
    let output = run(&mut broken.command("init"));
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("nonsense"), "{}", output.stderr);
}

#[test]
fn a_hook_file_that_is_no_valid_yaml_stays_and_the_lines_to_add_are_printed() {
    let damaged = [
        (
            "repos:\n  - repo: local\n    hooks:\n      - id: x\n        entry: python -c \"\nimport sys\nprint('a: b')\n\"\n",
            "not valid YAML",
        ),
        ("repos:\n  - repo: a\n    hooks: [\n", "not valid YAML"),
        ("repos:\n  - repo: a\n   rev: 1\n", "not valid YAML"),
        ("repos:\n  - repo: 'a\nrepos:\n  - b'\n", "stays as it is"),
        ("x: &all\n  - repo: a\nrepos: *all\n", "stays as it is"),
        ("<<<<<<< HEAD\nrepos:\n  - repo: a\n=======\nrepos:\n  - repo: b\n>>>>>>> x\n", "stays as it is"),
    ];
    for (theirs, why) in damaged {
        let project = repository();
        project.write(".pre-commit-config.yaml", theirs);
        let output = run(project.command("init").args(["--no-baseline", "--no-workflow"]));
        assert_eq!(output.code, 0, "{}", output.stderr);
        assert!(output.stderr.contains(why) && output.stderr.contains("- id: analyzer"), "{}", output.stderr);
        let text = fs::read_to_string(project.path(".pre-commit-config.yaml")).unwrap();
        assert_eq!(text, theirs);
    }
}

#[test]
fn a_damaged_pyproject_stays_as_it_is() {
    let project = repository();
    let theirs = "[project\nname = 'x'\n";
    project.write("pyproject.toml", theirs);
    let output = run(project.command("init").args(["--no-workflow", "--no-hook"]));
    assert_eq!(fs::read_to_string(project.path("pyproject.toml")).unwrap(), theirs, "{}", output.stderr);
}

#[test]
fn copies_that_were_put_aside_are_the_last_roots() {
    for aside in ["backups/app", "_trash_2025-06-13/app", "old/app", "app_old", "archive/2024/app"] {
        let project = bare_project();
        for (folder, limit) in [(aside, 1), ("main_app", 2), ("worker", 3)] {
            project.write(&format!("{folder}/pyproject.toml"), "[project]\nname = \"app\"\n");
            project.write(&format!("{folder}/utils.py"), &format!("LIMIT = {limit}\n"));
        }
        project.write("start.py", "from utils import LIMIT\n\nprint(LIMIT)\n");
        let text = written(&project);
        let roots = text.lines().find(|line| line.starts_with("roots = ")).unwrap_or_default();
        assert_eq!(roots, format!("roots = [\"main_app\", \"worker\", \".\", \"{aside}\"]"));
        let graph = run(project.command("graph").arg("--format").arg("json"));
        assert!(graph.stdout.contains("main_app/utils.py") && graph.code == 0, "{}", graph.stderr);
        assert!(!graph.stdout.contains(&format!("\"to\": \"{aside}/utils.py\"")), "{}", graph.stdout);
    }
}

#[test]
fn what_init_counts_is_what_a_check_leaves_out() {
    let project = Project::monorepo();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    let output = run(&mut project.command("init"));
    let number = |text: &str, after: &str| {
        let words = text.split(after).next().unwrap_or_default();
        let digits = |c: char| c.is_ascii_digit() || c == ',';
        words.rsplit(|c| !digits(c)).find(|word| !word.is_empty()).unwrap_or_default().replace(',', "")
    };
    let written = number(&output.stderr, " findings of today");
    assert!(written.len() > 3, "{}", output.stderr);
    let check = run(&mut project.check());
    assert_eq!((check.code, number(&check.stdout, " in the baseline")), (0, written), "{}", check.stdout);
    let size = fs::metadata(project.path(".analyzer-baseline.json")).unwrap().len();
    let findings: u64 = number(&output.stderr, " findings of today").parse().unwrap();
    assert!(size < findings * 54, "{size} bytes for {findings} findings");
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

#[test]
fn folders_that_are_copies_are_proposed_to_be_left_out() {
    let project = bare_project();
    let module = |name: &str| {
        format!(
            "\"\"\"Module {name}.\"\"\"\n\n\ndef {name}(x):\n    total = x + len(\"{name}\")\n    return total\n"
        )
    };
    for folder in ["app", "backups/june"] {
        for name in ["one", "two", "three", "four"] {
            project.write(&format!("{folder}/{name}.py"), &module(name));
        }
    }
    let text = written(&project);
    assert!(text.contains("exclude = [\n    # \"backups/**\", # a copy of \"app\"\n]\n"), "{text}");
    let check = run(project.check().arg("--exit-zero"));
    assert!(check.stdout.contains("Folded 4 files in copies of other folders"), "{}", check.stdout);
    project.write("analyzer.toml", &text.replace("    # \"backups", "    \"backups"));
    let check = run(project.check().arg("--exit-zero"));
    assert!(!check.stdout.contains("backups") && !check.stdout.contains("Folded"), "{}", check.stdout);
}
