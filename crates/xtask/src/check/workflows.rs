//! The workflows against the published schema, where `scripts/install-test-tools` has put its validator.
//! It must not know what a workflow does.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::Finding;
use super::repository::Repository;

/// Findings on `.github/workflows`.
pub(super) fn check(repository: &Repository) -> anyhow::Result<Vec<Finding>> {
    let validator = validator(repository.root());
    let mut findings = Vec::new();
    for (path, _) in repository.texts().filter(|(path, _)| path.starts_with(".github/workflows/")) {
        if !validator.is_file() {
            eprintln!("house checks: {path} was not validated: run scripts/install-test-tools first");
            continue;
        }
        let fault = fault(&validator, &repository.root().join(path))?;
        findings.extend(fault.map(|message| Finding::new(path, 1, message)));
    }
    Ok(findings)
}

fn validator(root: &Path) -> PathBuf {
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or_else(|| root.join(".tools"), PathBuf::from);
    tools.join("venv/bin/check-jsonschema")
}

fn fault(validator: &Path, workflow: &Path) -> anyhow::Result<Option<String>> {
    let output = Command::new(validator)
        .args(["--builtin-schema", "vendor.github-workflows"])
        .arg(workflow)
        .output()
        .with_context(|| format!("cannot run {}", validator.display()))?;
    if output.status.success() {
        return Ok(None);
    }
    let told = String::from_utf8_lossy(&output.stdout);
    let told: Vec<&str> = told.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Ok(Some(format!("is no valid workflow: {}", told.join("; "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n";

    fn fault_in(text: &str) -> Option<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let workflow = folder.path().join("ci.yml");
        std::fs::write(&workflow, text).unwrap();
        fault(&validator(root), &workflow).unwrap()
    }

    #[test]
    fn a_workflow_follows_the_schema() {
        assert_eq!(fault_in(GOOD), None);
        let message = fault_in(&GOOD.replace("runs-on", "runs")).unwrap();
        assert!(message.starts_with("is no valid workflow: "), "{message}");
    }
}
