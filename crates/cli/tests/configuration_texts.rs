//! Configuration that cannot be read: one finding with file, line and what is wrong; everything else goes on.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::collections::BTreeMap;

use serde_json::Value;
use support::{Project, run};

/// Path and line of each finding of `syntax-error`, with what it says.
fn told(project: &Project) -> BTreeMap<(String, i64), String> {
    let output = run(project.json().args(["--no-cache", "--select", "syntax-error,bare-except"]));
    assert_eq!(output.code, 1, "{}", output.stderr);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert!(findings.clone().any(|finding| finding["rule"] == "bare-except"), "the code is analysed");
    let broken = findings.filter(|finding| finding["rule"] == "syntax-error");
    let place =
        |finding: &Value| (text(&finding["path"]), finding["range"]["start"]["line"].as_i64().unwrap());
    broken.map(|finding| (place(finding), text(&finding["message"]))).collect()
}

#[test]
fn each_file_that_cannot_be_read_is_one_finding_and_the_code_is_analysed() {
    let project = Project::small();
    std::fs::remove_file(project.path("analyzer.toml")).unwrap();
    std::fs::remove_file(project.path("app/two.py")).unwrap();
    let files = [
        ("pyproject.toml", "[project]\nname =\n", 2, "invalid TOML"),
        ("sub/pyproject.toml", "[project\n", 1, "invalid TOML"),
        ("ports.yaml", "ports:\n  A: 5556\n  B: x\n", 3, "the port of `B` must be a number"),
        ("startup.yaml", "agents:\n  a: {script_path: a.py\n", 2, "invalid YAML"),
        (
            "docker-compose.yml",
            "services:\n  a: {image: x}\n  a: {image: y}\n",
            3,
            "the key `a` stands here twice",
        ),
        ("Dockerfile", "FROM a\nEXPOSEE 1\n", 2, "unknown instruction `EXPOSEE`"),
        ("requirements.txt", "requests\nnumpy=1.24\ntorch\n", 2, "not a requirement"),
        ("only/requirements.txt", "numpy=1.24\n", 1, "not a requirement"),
        ("dev-requirements.txt", "-r requirements.txt\n--no-such-option\n", 2, "has no option"),
        ("requirements/gpu.txt", "torch==2.2.1 \\\n  --hash=md5:00\n", 2, "a hash is"),
        ("environment.yml", "dependencies:\n  - a\n  - pip: [b=1]\n", 3, "not a requirement"),
        ("conda/environment.yml", "dependencies: [a\n", 1, "invalid YAML"),
        ("list/pyproject.toml", "[project]\ndependencies = \"x\"\n", 2, "an array of strings"),
        ("ports/compose.yaml", "services:\n  a:\n    ports:\n      - abc\n", 4, "`abc` is no port"),
        ("shape/compose.yaml", "services: nothing\n", 1, "`services` must be a mapping"),
        ("shape/startup.yaml", "a: {script_path: a.py, port: 70000}\n", 1, "`port` must be a number"),
        ("section/setup.cfg", "[metadata\nname = x\n", 1, "no closing `]`"),
        ("setup.cfg", "[metadata]\nword\n", 2, "neither `[section]` nor `key = value`"),
    ];
    for (path, text, ..) in files {
        project.write(path, text);
    }
    let told = told(&project);
    for (path, _, line, message) in files {
        let found = told.get(&(path.to_owned(), line)).map(String::as_str).unwrap_or_default();
        assert!(found.contains(message), "{path}: {told:?}");
    }
    assert_eq!(told.len(), files.len(), "{told:?}");
}

/// Path and message of each finding of `skipped-file`.
fn skipped(project: &Project) -> BTreeMap<String, String> {
    let output = run(project.json().args(["--no-cache", "--select", "skipped-file"]));
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| (text(&finding["path"]), text(&finding["message"]))).collect()
}

#[test]
fn a_file_that_cannot_be_read_at_all_is_one_finding() {
    let project = Project::small();
    project.write("analyzer.toml", "max-file-size = 5000\n");
    for (path, text) in [
        ("ports.yaml", "ports:\n  A: 5556 # \u{e9}\n"),
        ("docker-compose.yml", "services: {} # \u{e9}\n"),
        ("requirements.txt", "a==1 # \u{e9}\n"),
        ("config/a.yaml", "a: 1 # \u{e9}\n"),
        ("data.json", "{\"a\": \"\u{e9}\"}\n"),
    ] {
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        project.write(path, "");
        std::fs::write(project.path(path), latin).unwrap();
    }
    project.write("Dockerfile", "FROM a\0\0\0\0\0\0\0\0\0\n");
    project.write("setup.cfg", &format!("[metadata]\nname = {}\n", "x".repeat(6000)));
    project.write("other.yaml", &format!("a: {}\n", "x".repeat(6000)));
    std::fs::create_dir_all(project.path("startup.yaml")).unwrap();
    let told = skipped(&project);
    let paths: Vec<&str> = told.keys().map(String::as_str).collect();
    assert_eq!(paths, ["Dockerfile", "docker-compose.yml", "ports.yaml", "requirements.txt", "setup.cfg"]);
    assert!(told["ports.yaml"].contains("not valid UTF-8"), "{told:?}");
    assert!(
        told["setup.cfg"].contains("limit of 5,000") || told["setup.cfg"].contains("limit of 5000"),
        "{told:?}"
    );
}

#[test]
fn lists_of_requirements_are_followed_and_compared() {
    let project = Project::small();
    std::fs::remove_file(project.path("app/two.py")).unwrap();
    project.write("requirements/base.txt", "torch==2.0.0\nnumpy\n");
    project.write(
        "requirements/all.txt",
        "-r base.txt\n-c ../constraints.txt\ntorch==2.2.1 --hash=sha256:00\n-e .\n",
    );
    project.write("constraints.txt", "numpy==1.26.4\n");
    project.write(
        "environment.yml",
        "dependencies:\n  - &pin numpy=1.26\n  - *pin\n  - pip: [\"torch==2.2.1\"]\n",
    );
    let output = run(project.json().args(["--no-cache", "--select", "dependencies,syntax"]));
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let told: Vec<String> = findings
        .map(|one| {
            let line = &one["range"]["start"]["line"];
            format!("{}:{line} {} {}", one["path"], one["severity"], one["message"]).replace('"', "")
        })
        .collect();
    assert_eq!(
        told,
        [
            "environment.yml:2 warning `numpy` stands in this list twice: `==1.26.*` and `==1.26.*`",
            "requirements/base.txt:1 error `torch` is `==2.0.0` here and `==2.2.1` in `requirements/all.txt`",
        ]
    );
}

#[test]
fn lists_are_read_whatever_their_names_and_may_name_each_other() {
    let project = Project::small();
    std::fs::remove_file(project.path("app/two.py")).unwrap();
    project.write(
        "requirements.txt",
        "-r base.in\n-r requirements/dev\n-r 'my lists/gpu.txt'\n-c limits\n-r gone.txt\n-r vendor/x.req\n",
    );
    project.write("base.in", "-r requirements.txt\n-r base.in\ntorch==2.0.0\nnumpy=1\n");
    project.write("requirements/dev", "-r ../base.in\n-r gone.in\n");
    project.write("my lists/gpu.txt", "torch==2.2.1\n");
    project.write("limits", "# none yet\n");
    project.write("unnamed.in", "torch==1.0\nnumpy=1\n");
    project.write("vendor/x.req", "torch=1\n");
    project.write("setup.cfg", "[options]\ninstall_requires = file: base.in, lost.in\n");
    project.write("analyzer.toml", "exclude = [\"vendor\"]\n");
    let args = ["--no-cache", "--select", "dependencies,syntax", "--output-format", "concise"];
    let shown = |project: &Project| run(project.check().args(args)).stdout;
    let found = shown(&project);
    let lines: Vec<&str> = found.lines().filter(|line| line.contains("[")).collect();
    assert_eq!(
        lines.iter().map(|line| line.split(": ").next().unwrap()).collect::<Vec<_>>(),
        ["base.in:3:1", "base.in:4:1", "requirements.txt:5:4", "requirements/dev:2:4", "setup.cfg:2:35"],
        "{found}"
    );
    for text in [
        "requirements file `gone.txt` does not exist",
        "requirements file `gone.in` does not exist",
        "requirements file `lost.in` does not exist",
    ] {
        assert!(found.contains(text), "{text}: {found}");
    }
    // A comment silences it, and the fix is written, as in every list.
    let output =
        run(project.check().args(["--no-cache", "--select", "dependency-drift", "--add-suppressions"]));
    assert!(output.code < 2, "{}", output.stderr);
    let text = std::fs::read_to_string(project.path("base.in")).unwrap();
    assert!(text.contains("# analyzer: ignore-next-line[dependency-drift]\ntorch==2.0.0\n"), "{text}");
    project.write("base.in", "torch==2.0.0\n");
    run(project.check().args(["--no-cache", "--select", "dependency-drift", "--fix", "--unsafe-fixes"]));
    assert_eq!(std::fs::read_to_string(project.path("base.in")).unwrap(), "torch==2.2.1\n");
}

#[test]
fn a_pyproject_that_may_configure_the_analyser_has_to_be_read() {
    let project = Project::small();
    std::fs::remove_file(project.path("analyzer.toml")).unwrap();
    project.write("pyproject.toml", "[tool.analyzer]\nfail-on =\n");
    let output = run(&mut project.check());
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("pyproject.toml:2"), "{}", output.stderr);
}

#[test]
fn anchors_merge_keys_documents_and_templates_are_understood() {
    let project = Project::small();
    std::fs::remove_file(project.path("app/two.py")).unwrap();
    project.write(
        "docker-compose.yml",
        "x-base: &base {restart: always}\nservices:\n  a: {<<: *base}\n  b:\n    <<: [*base, {init: true}]\n",
    );
    project.write("deploy.yaml", "apiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: Pod\n");
    project.write("chart/templates/a.yaml", "apiVersion: v1\n{{- if x }}\nports: [\n");
    project.write("data.yaml", "a: [1\n");
    assert_eq!(told(&project), BTreeMap::new());
}
