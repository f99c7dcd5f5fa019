//! Blocks of rule pages besides their examples: code to copy is found in order, and forms of configuration are read.

use crate::blocks::{Block, blocks, pages};
use crate::support::{Project, run};

/// Findings of this rule in these files, and syntax errors.
fn reported(files: &[(&str, &str)], rule: &str) -> String {
    let project = Project::empty();
    for (path, text) in files {
        project.write(path, text);
    }
    let select = format!("syntax,{rule}");
    let output =
        run(project.check().args(["--output-format", "concise", "--fail-on", "note", "--select", &select]));
    assert!(output.code < 2, "{}", output.stderr);
    output.stdout
}

#[test]
fn what_pages_of_rules_show_beside_examples_holds() {
    let shown = pages().into_iter().filter(|path| path.starts_with("rules/")).flat_map(|path| blocks(&path));
    let beside = shown.filter(|block| block.section != "Examples" && block.info != "toml");
    let beside: Vec<Block> = beside.collect();
    assert!(!beside.is_empty());
    for block in beside {
        let rule = block.page.rsplit('/').next().unwrap().trim_end_matches(".md");
        let place = format!("{}:{}", block.page, block.line);
        match block.info.as_str() {
            "python" => assert_eq!(reported(&[("example.py", &block.text)], rule), "", "{place}"),
            // The forms that a file may have, one per line, each with the same entry.
            "yaml" => {
                for line in block.text.lines() {
                    let code = "PORT = get_port(\"NAME\")\n";
                    let files = [("ports.yaml", line), ("example.py", code)];
                    assert_eq!(reported(&files, rule), "", "{place}: {line}");
                    let other = code.replace("NAME", "OTHER");
                    let other = reported(&[("ports.yaml", line), ("example.py", &other)], rule);
                    assert!(other.contains("example.py:1"), "{place}: {line}: {other}");
                }
            }
            // The examples run it.
            "query" => {}
            other => panic!("{place}: nothing is done with `{other}`"),
        }
    }
}
