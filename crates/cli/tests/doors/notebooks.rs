//! Notebooks of Jupyter.

use std::process::Command;

use serde_json::Value;

use crate::support::{Output, Project, run};
use crate::{found, piped};

/// A notebook with a cell of text in front.
fn notebook(cells: &[&str]) -> String {
    let code = |source: &&str| {
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        serde_json::json!({"cell_type": "code", "metadata": {}, "outputs": [], "source": lines})
    };
    let mut all = vec![serde_json::json!({"cell_type": "markdown", "source": ["except: in prose"]})];
    all.extend(cells.iter().map(code));
    let metadata = serde_json::json!({"language_info": {"name": "python"}});
    let whole = serde_json::json!({"cells": all, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5});
    serde_json::to_string_pretty(&whole).unwrap()
}

const CELLS: [&str; 2] =
    ["%matplotlib inline\nimport os\nx = await f()\n", "try:\n    os.stat('x')\nexcept:\n    pass\n"];

fn check(project: &Project, words: &[&str]) -> Output {
    run(project.check().args(words))
}

#[test]
fn cells_of_python_are_checked_as_one_module() {
    let project = Project::empty();
    project.write("n.ipynb", &notebook(&CELLS));
    let output = check(&project, &["--output-format", "json"]);
    assert_eq!((output.code, output.stderr.as_str()), (1, ""));
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let [finding] = &report["findings"].as_array().unwrap()[..] else { panic!("{}", output.stdout) };
    assert_eq!((finding["rule"].as_str(), finding["path"].as_str()), (Some("bare-except"), Some("n.ipynb")));
    // The place is that in the file, and every format reports the cell, too.
    let text = notebook(&CELLS);
    let line = finding["range"]["start"]["line"].as_u64().unwrap() as usize;
    assert!(text.lines().nth(line - 1).unwrap().contains("except:\\n"), "{finding}");
    assert_eq!(
        (finding["properties"]["cell"].as_u64(), finding["properties"]["cellLine"].as_u64()),
        (Some(3), Some(3))
    );
    for format in ["full", "concise", "sarif", "github", "junit", "csv"] {
        let output = check(&project, &["--output-format", format]);
        assert!(output.stdout.contains("(cell 3, line 3)"), "{format}: {}", output.stdout);
    }
    // It is not changed, whatever can be fixed in a module.
    check(&project, &["--fix", "--unsafe-fixes"]);
    assert_eq!(std::fs::read_to_string(project.path("n.ipynb")).unwrap(), text);
}

#[test]
fn comments_and_settings_count_in_cells() {
    let project = Project::empty();
    let cell = "A = '10.0.0.7'  # analyzer: ignore[hardcoded-ip] known\nB = '10.0.0.8'  # noqa: E722\n";
    project.write("n.ipynb", &notebook(&[cell]));
    let told =
        |words: &[&str]| found(&check(&project, &[&["--output-format", "json"], words].concat())).len();
    assert_eq!(told(&[]), 1);
    assert_eq!(told(&["--include-suppressed"]), 2);
    project.write("analyzer.toml", "[per-file.\"*.ipynb\"]\nignore = [\"hardcoded-ip\"]\n");
    assert_eq!(told(&[]), 0);
}

#[test]
fn a_notebook_may_be_piped() {
    let project = Project::empty();
    let mut command: Command = project.check();
    command.args(["-", "--stdin-filename", "new.ipynb", "--output-format", "concise"]);
    let output = piped(&mut command, notebook(&CELLS).as_bytes());
    assert!(
        output.stdout.starts_with("new.ipynb:") && output.stdout.contains("(cell 3, line 3)"),
        "{output:?}"
    );
}

#[test]
fn what_is_no_notebook_of_python_is_told_apart() {
    let project = Project::empty();
    project.write("broken.ipynb", "{\"cells\": [\n");
    project.write("empty.ipynb", "");
    project.write("old.ipynb", "{\"nbformat\": 3, \"worksheets\": []}\n");
    project.write("r.ipynb", &notebook(&CELLS).replace("\"python\"", "\"R\""));
    let output = check(&project, &["--output-format", "json"]);
    assert_eq!(found(&output), ["syntax-error broken.ipynb:2", "skipped-file old.ipynb:1"]);
    // A cell that does not parse is a finding in its cell; the others are read all the same.
    let project = Project::empty();
    project.write("n.ipynb", &notebook(&["def f(:\n", CELLS[1]]));
    let output = check(&project, &["--output-format", "concise"]);
    assert!(
        output.stdout.contains("[syntax-error]") && output.stdout.contains("(cell 2, line 1)"),
        "{output:?}"
    );
    assert!(output.stdout.contains("[bare-except]"), "{output:?}");
}
