//! The examples of docs/suppressions.md, run as a reader would run them.
//! It must not know how the engine works.

use crate::blocks::blocks;
use crate::support::{Project, run};

#[test]
fn every_example_of_suppressions_holds() {
    let blocks = blocks("docs/suppressions.md");
    assert!(blocks.len() >= 5);
    for block in blocks {
        let project = Project::empty();
        let mut expected: Vec<(u64, String)> = Vec::new();
        let mut text = String::new();
        for (number, line) in (1..).zip(block.text.lines()) {
            let (code, marks) = line.split_once("  # finds: ").unwrap_or((line, ""));
            expected
                .extend(marks.split(", ").filter(|m| !m.is_empty()).map(|mark| (number, mark.to_owned())));
            text.push_str(code);
            text.push('\n');
        }
        project.write("example.py", &text);
        let output = run(project
            .json()
            .args(["--select", "bare-except,hardcoded-credential,imports,complexity,suppressions"]));
        let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let mut found: Vec<(u64, String)> = findings
            .map(|finding| {
                let line = finding["range"]["start"]["line"].as_u64().unwrap();
                (line, finding["rule"].as_str().unwrap().to_owned())
            })
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn every_rule_tells_how_to_suppress_it() {
    let project = Project::empty();
    let output = run(project.command("explain").arg("bare-except"));
    assert!(output.stdout.contains("# analyzer: ignore[bare-except] the reason"), "{}", output.stdout);
    assert!(output.stdout.contains("E722"), "{}", output.stdout);
}
