//! Checks that everything happens as the README shows it.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use crate::blocks::{blocks, in_language, pages, root};
use crate::transcripts::PAGES;

fn analyzer(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::cargo_bin("analyzer").unwrap().args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_main_job_runs_as_the_first_command_says() {
    let command = in_language("README.md", "sh").remove(0);
    let arguments = command.trim().strip_prefix("cargo run --release -- ").unwrap();
    let arguments: Vec<&str> = arguments.split_whitespace().chain(["--no-cache"]).collect();
    let (code, stdout, stderr) = analyzer(&root(), &arguments);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("Checked 588 files (182 with syntax errors)"), "{stdout}");
    assert!(stdout.contains("4,480 imports"), "{stdout}");
}

#[test]
fn the_finding_that_the_readme_shows_is_the_one_that_is_printed() {
    let shown = in_language("README.md", "text").remove(0);
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
    let shown = in_language("README.md", "sh").remove(2);
    let commands: Vec<&str> = shown.lines().filter(|line| line.starts_with("analyzer ")).collect();
    assert!(commands.len() >= 5);
    for command in commands {
        let words = command.split('#').next().unwrap().split_whitespace().skip(1);
        let (code, _, stderr) = analyzer(folder.path(), &words.collect::<Vec<_>>());
        assert_eq!(code, 0, "{command}: {stderr}");
    }
}

#[test]
fn the_baseline_that_the_page_shows_is_read() {
    let [shown] = &in_language("docs/baseline.md", "json")[..] else { panic!("one block of JSON") };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".analyzer-baseline.json"), shown).unwrap();
    fs::create_dir(folder.path().join("billing")).unwrap();
    fs::write(folder.path().join("billing/jobs.py"), "LIMIT = 3\n").unwrap();
    fs::write(folder.path().join("pyproject.toml"), "").unwrap();
    let (code, stdout, stderr) = analyzer(folder.path(), &["check"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    // One `except`, one `os`, and three `sys`.
    assert!(stdout.contains("Gone from the baseline: 5 findings"), "{stdout}");
}

/// Every block of TOML that is no example of a rule, which runs with its example, no file of a session, and no editor's.
#[test]
fn every_configuration_that_the_pages_show_is_accepted() {
    let mut accepted = 0;
    for path in pages().into_iter().filter(|path| !path.starts_with("docs/editors/")) {
        let shown = blocks(&path).into_iter().filter(|block| block.info.starts_with("toml"));
        for block in shown.filter(|block| !(path.starts_with("rules/") && block.section == "Examples")) {
            if block.info.contains(" file=") && PAGES.contains(&path.as_str()) {
                continue;
            }
            assert_eq!(block.info, "toml", "{path}:{}", block.line);
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("analyzer.toml"), &block.text).unwrap();
            fs::create_dir(folder.path().join("shop")).unwrap();
            for module in ["__init__", "web", "billing", "stock", "db"] {
                fs::write(folder.path().join(format!("shop/{module}.py")), "LIMIT = 3\n").unwrap();
            }
            let (code, _, stderr) = analyzer(folder.path(), &["check"]);
            assert_eq!(code, 0, "{path}:{}\n{stderr}", block.line);
            accepted += 1;
        }
    }
    assert!(accepted >= 10, "{accepted}");
}

#[test]
fn the_questions_of_the_configuration_page_are_answered_as_shown() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("tests")).unwrap();
    fs::write(folder.path().join("tests/test_shop.py"), "LIMIT = 3\n").unwrap();
    fs::write(folder.path().join("x_pb2.py"), "LIMIT = 3\n").unwrap();
    let example = in_language("docs/configuration.md", "toml").pop().unwrap();
    fs::write(folder.path().join("analyzer.toml"), example.split("\n[[layers]]").next().unwrap()).unwrap();
    let mut asked = 0;
    for shown in in_language("docs/configuration.md", "console") {
        for part in shown.split("$ analyzer ").skip(1) {
            let (command, answer) = part.split_once('\n').unwrap();
            let (_, stdout, stderr) = analyzer(folder.path(), &command.split(' ').collect::<Vec<_>>());
            let told = format!("{stdout}{stderr}");
            // Of a long answer the page shows some lines.
            let mut lines = told.lines();
            for line in answer.lines().filter(|line| *line != "…") {
                assert!(lines.any(|told| told == line), "{command}: {line}\n{told}");
            }
            asked += 1;
        }
    }
    assert_eq!(asked, 2);
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
    let shown = in_language("docs/configuration.md", "text");
    assert_eq!(shown.len(), mistakes.len());
    for (text, shown) in mistakes.iter().zip(shown) {
        fs::write(folder.path().join("analyzer.toml"), text).unwrap();
        let (code, stdout, stderr) = analyzer(folder.path(), &["check"]);
        assert_eq!((code, stdout.as_str()), (2, ""));
        assert_eq!(stderr.trim_end(), shown.trim_end());
    }
}
