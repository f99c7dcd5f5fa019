//! The doors that editors and pipelines use: standard input, formats, several outputs, questions about settings and files.
//! Through the command line, as they use it.

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod formats;
mod notebooks;
mod options;
mod questions;
mod stdin;

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Output, Project, text};

/// Runs a command with this standard input.
fn piped(command: &mut Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A run that fails early need not read it.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Output { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// `rule path:line` of every finding of a report in JSON.
fn found(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap();
            format!("{} {}:{}", text("rule"), text("path"), one["range"]["start"]["line"])
        })
        .collect()
}

/// A project with one unused import.
fn one_finding() -> Project {
    let project = Project::empty();
    project.write("m.py", "import os\n");
    project
}
