//! Helpers of the tests against other tools: folders of the tools and of the code to compare, ruff's verdicts and ours.
//! It must not know which rules are compared.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

use std::path::{Path, PathBuf};
use std::process::Command;

use analyzer_diagnostics::Diagnostic;
use analyzer_facts::FileFacts;
use analyzer_project::config::PythonVersion;
use analyzer_project::{ProjectView, RuleOptions};
use analyzer_rules::{Check, Rule, all};

/// The folder of the tools, which holds all that is `needed`.
pub(crate) fn tools(needed: &[&str]) -> PathBuf {
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map(PathBuf::from);
    let tools = tools.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools"));
    for path in needed {
        assert!(
            tools.join(path).exists(),
            "{path} is missing in {}: run `scripts/install-test-tools`",
            tools.display()
        );
    }
    tools
}

/// Runs a tool that prints JSON.
pub(crate) fn json(tool: &Path, arguments: &[&str], folder: &Path) -> serde_json::Value {
    let output = Command::new(tool).args(arguments).arg(folder).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// File, line and code of everything that ruff reports of these codes.
pub(crate) fn ruff(tools: &Path, arguments: &[&str], folder: &Path) -> Vec<(PathBuf, u32, String)> {
    let common =
        ["check", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero", "--output-format", "json"];
    let arguments: Vec<&str> = common.into_iter().chain(arguments.iter().copied()).collect();
    let found = json(&tools.join("venv/bin/ruff"), &arguments, folder);
    let found = found.as_array().unwrap().iter().filter_map(|finding| {
        let code = finding["code"].as_str()?.to_owned();
        let path = PathBuf::from(finding["filename"].as_str().unwrap());
        Some((path, finding["location"]["row"].as_u64().unwrap() as u32, code))
    });
    found.collect()
}

/// Every Python file below a folder, sorted.
pub(crate) fn python_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Findings on a file by those of our rules that `wanted` chooses.
pub(crate) fn ours(facts: &FileFacts, wanted: impl Fn(&Rule) -> bool) -> Vec<Diagnostic> {
    let (project, options) = (ProjectView::default(), RuleOptions::default());
    let enabled = all().iter().map(|rule| rule.info.name.as_str().into()).collect();
    let mut found = Vec::new();
    for rule in all().iter().filter(|rule| wanted(rule)) {
        let check = Check {
            rule: &rule.info,
            path: "a.py",
            facts,
            text: &|| None,
            project: &project,
            options: &options,
            target_version: PythonVersion { major: 3, minor: 9 },
            enabled: &enabled,
        };
        rule.check.unwrap()(&check, &mut found);
    }
    found
}

/// The line of a byte, from 1.
pub(crate) fn line(text: &str, at: u32) -> u32 {
    text[..at as usize].matches('\n').count() as u32 + 1
}
