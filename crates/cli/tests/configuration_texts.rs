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
