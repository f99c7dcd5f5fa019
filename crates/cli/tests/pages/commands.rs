//! Commands in the running text of the pages and in the command line's own help: each is known, and each option too.

use std::collections::BTreeSet;

use crate::blocks::{blocks, code_spans, pages, root};
use crate::support::{Project, run};

/// Pages that quote other tools' options.
const OF_OTHERS: &str = "docs/accuracy";

fn project() -> Project {
    let project = Project::small();
    project.write("services/billing/app.py", "LIMIT = 3\n");
    project.write(".analyzer/rules/no-eval.md", "+++\nmessage = \"found\"\n+++\n# no-eval\n\nA call of eval.\n\n\
        ```query\n((call function: (identifier) @name) (#eq? @name \"eval\"))\n```\n\n## Examples\n\n### One\n\n\
        ```python\neval(x)  # finds: no-eval\n```\n");
    // For commands that need one.
    run(project.check().arg("--write-baseline"));
    project
}

/// Runs `analyzer …` as a page writes it, in a project of its own; a server is told nothing, and ends.
fn is_known(command: &str, place: &str) {
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let words: Vec<&str> = words
        .into_iter()
        .map(|word| if ["NAME", "RULE"].contains(&word) { "bare-except" } else { word })
        .collect();
    let (name, arguments) = words.split_first().unwrap();
    let project = project();
    let output = run(project.command(name).args(arguments));
    assert!(output.code < 2, "{place}: {command}: {}", output.stderr);
}

/// The help of the program, and of each command.
fn helps() -> Vec<String> {
    let project = project();
    let help = |words: &[&str]| run(project.command(words[0]).args(&words[1..])).stdout;
    let top = help(&["--help"]);
    let listed = top.split("\nCommands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let commands = listed.lines().filter_map(|line| line.split_whitespace().next());
    let mut helps: Vec<String> =
        commands.filter(|name| *name != "help").map(|name| help(&[name, "--help"])).collect();
    assert!(helps.len() >= 6);
    helps.push(top);
    helps
}

#[test]
fn every_command_in_running_text_is_known() {
    let mut commands = BTreeSet::new();
    for path in pages() {
        let spans = code_spans(&path).into_iter();
        commands.extend(spans.filter(|span| span.starts_with("analyzer ")).map(|span| (span, path.clone())));
    }
    assert!(commands.len() > 15, "{commands:?}");
    for (command, path) in commands {
        is_known(&command, &path);
    }
}

#[test]
fn every_example_of_the_help_is_known() {
    let mut examples = 0;
    for help in helps() {
        let Some((_, shown)) = help.split_once("\nExamples:\n") else { continue };
        for line in shown.lines().take_while(|line| !line.is_empty()) {
            let command = line.trim_start().split("  ").next().unwrap();
            // Another program reads its output.
            is_known(command.split(" | ").next().unwrap(), "--help");
            examples += 1;
        }
    }
    assert!(examples >= 5, "{examples}");
}

#[test]
fn every_option_in_running_text_is_one() {
    let helps = helps();
    for path in pages().into_iter().filter(|path| !path.starts_with(OF_OTHERS) && !path.starts_with("rules/"))
    {
        for span in code_spans(&path).into_iter().filter(|span| span.starts_with("--")) {
            for option in span.split(' ').filter(|word| word.starts_with("--")) {
                let option = option.split('=').next().unwrap();
                assert!(helps.iter().any(|help| help.contains(&format!(" {option}"))), "{path}: {span}");
            }
        }
    }
}

#[test]
fn every_script_in_running_text_is_there() {
    let mut scripts = 0;
    for path in pages() {
        for span in code_spans(&path) {
            let program = span.split(' ').next().unwrap();
            if program.starts_with("scripts/") || program.starts_with(".ci/") {
                assert!(root().join(program).is_file(), "{path}: {span}");
                scripts += 1;
            }
        }
    }
    assert!(scripts >= 5, "{scripts}");
}

#[test]
fn the_steps_to_a_rule_name_what_there_is() {
    let tasks = std::fs::read_to_string(root().join("crates/xtask/src/main.rs")).unwrap();
    let steps: Vec<String> =
        blocks("docs/adding-a-rule.md").into_iter().flat_map(|block| commands(&block.text)).collect();
    assert!(steps.len() >= 5, "{steps:?}");
    for step in &steps {
        let words: Vec<&str> = step.split_whitespace().collect();
        let is_there = match words.as_slice() {
            ["cargo", "xtask", task, ..] => {
                let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
                let variant: String = task.split('-').map(capital).collect();
                tasks.contains(&format!("        Task::{variant}(args) =>"))
            }
            ["cargo", "test", "-p", package, "--test", test] => {
                let krate = package.trim_start_matches("analyzer-");
                root().join(format!("crates/{krate}/tests/{test}.rs")).is_file()
            }
            [script] => root().join(script).is_file(),
            _ => false,
        };
        assert!(is_there, "{step}");
    }
}

/// The commands of a session.
fn commands(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.trim().strip_prefix("$ ")).map(str::to_owned).collect()
}
