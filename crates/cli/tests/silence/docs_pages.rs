//! The examples of docs/suppressions.md and docs/baseline.md, run as a reader would run them.
//! It must not know how the engine works.

use std::fs;
use std::path::Path;

use crate::support::{Project, run};

/// The fenced blocks of a page: what stands behind the fence, and the lines.
fn blocks(page: &str) -> Vec<(String, Vec<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut open = false;
    for line in fs::read_to_string(path).unwrap().lines() {
        match line.strip_prefix("```") {
            Some(info) => {
                open = !open;
                if open {
                    blocks.push((info.to_owned(), Vec::new()));
                }
            }
            None if open => blocks.last_mut().unwrap().1.push(line.to_owned()),
            None => {}
        }
    }
    blocks
}

#[test]
fn every_example_of_suppressions_holds() {
    let blocks = blocks("suppressions.md");
    assert!(blocks.len() >= 5);
    for (_, lines) in blocks {
        let project = Project::empty();
        let mut expected: Vec<(u64, String)> = Vec::new();
        let mut text = String::new();
        for (number, line) in (1..).zip(&lines) {
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
fn every_example_of_the_baseline_holds() {
    let project = Project::empty();
    let mut runs = 0;
    for (info, lines) in blocks("baseline.md") {
        if let Some(path) = info.strip_prefix("python file=") {
            project.write(path, &format!("{}\n", lines.join("\n")));
            continue;
        }
        let mut lines = lines.iter().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").unwrap();
            let mut expected = String::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                expected.push_str(line);
                expected.push('\n');
            }
            if let Some(path) = command.strip_prefix("rm ") {
                fs::remove_file(project.path(path)).unwrap();
                continue;
            }
            let arguments = command.strip_prefix("analyzer check ").unwrap();
            let output = run(project.check().args(arguments.split(' ')));
            assert_eq!(format!("{}{}", output.stderr, output.stdout), expected, "{command}");
            runs += 1;
        }
    }
    assert_eq!(runs, 5);
}

#[test]
fn every_rule_tells_how_to_suppress_it() {
    let project = Project::empty();
    let output = run(project.command("explain").arg("bare-except"));
    assert!(output.stdout.contains("# analyzer: ignore[bare-except] the reason"), "{}", output.stdout);
    assert!(output.stdout.contains("E722"), "{}", output.stdout);
}
