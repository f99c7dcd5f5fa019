//! What the README shows is what happens.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The fenced blocks of a page in this language, in order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.strip_prefix("```") == Some(language) {
            found.push(lines.by_ref().take_while(|line| *line != "```").collect::<Vec<_>>().join("\n"));
        } else if line.starts_with("```") {
            lines.by_ref().take_while(|line| *line != "```").for_each(drop);
        }
    }
    found
}

fn analyzer(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::cargo_bin("analyzer").unwrap().args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_main_job_runs_as_the_first_command_says() {
    let command = blocks(&page("README.md"), "sh").remove(0);
    let arguments = command.trim().strip_prefix("cargo run --release -- ").unwrap();
    let arguments: Vec<&str> = arguments.split_whitespace().chain(["--no-cache"]).collect();
    let (code, stdout, stderr) = analyzer(&root(), &arguments);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("Checked 588 files (182 with syntax errors)"), "{stdout}");
    assert!(stdout.contains("4,636 imports"), "{stdout}");
}

#[test]
fn the_finding_that_the_readme_shows_is_the_one_that_is_printed() {
    let shown = blocks(&page("README.md"), "text").remove(0);
    let arguments =
        ["check", "fixtures/monorepo", "--no-cache", "--select", "import-cycle", "--severity", "error"];
    let (code, stdout, _) = analyzer(&root(), &arguments);
    assert_eq!(code, 1);
    assert_eq!(stdout.split("\n\n").next().unwrap(), shown.trim_end());
}

#[test]
fn the_commands_that_the_readme_shows_are_known() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("services/billing")).unwrap();
    fs::write(folder.path().join("services/billing/app.py"), "LIMIT = 3\n").unwrap();
    fs::write(folder.path().join("pyproject.toml"), "").unwrap();
    let shown = blocks(&page("README.md"), "sh").remove(2);
    let commands: Vec<&str> = shown.lines().filter(|line| line.starts_with("analyzer ")).collect();
    assert!(commands.len() >= 5);
    for command in commands {
        let words = command.split('#').next().unwrap().split_whitespace().skip(1);
        let (code, _, stderr) = analyzer(folder.path(), &words.collect::<Vec<_>>());
        assert_eq!(code, 0, "{command}: {stderr}");
    }
}

#[test]
fn every_configuration_that_the_pages_show_is_accepted() {
    for path in ["README.md", "docs/configuration.md"] {
        for text in blocks(&page(path), "toml") {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("analyzer.toml"), &text).unwrap();
            fs::create_dir(folder.path().join("shop")).unwrap();
            for module in ["__init__", "web", "billing", "stock", "db"] {
                fs::write(folder.path().join(format!("shop/{module}.py")), "LIMIT = 3\n").unwrap();
            }
            let (code, _, stderr) = analyzer(folder.path(), &["check"]);
            assert_eq!(code, 0, "{path}:\n{text}\n{stderr}");
        }
    }
}

#[test]
fn the_mistakes_that_the_configuration_page_shows_are_told_as_shown() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("shop")).unwrap();
    for module in ["__init__", "web", "db"] {
        fs::write(folder.path().join(format!("shop/{module}.py")), "").unwrap();
    }
    let mistakes = [
        "[[layers]]\nname = \"the shop\"\nlayers = [\"shop.we\", \"shop.db\"]\n",
        "[rules.complex-function]\nmax = 15\nmaxx = 12\n",
    ];
    let shown = blocks(&page("docs/configuration.md"), "text");
    assert_eq!(shown.len(), mistakes.len());
    for (text, shown) in mistakes.iter().zip(shown) {
        fs::write(folder.path().join("analyzer.toml"), text).unwrap();
        let (code, stdout, stderr) = analyzer(folder.path(), &["check"]);
        assert_eq!((code, stdout.as_str()), (2, ""));
        assert_eq!(stderr.trim_end(), shown.trim_end());
    }
}
