//! Nothing that is printed is an order: to a terminal, or to the runner of a workflow.

use serde_json::Value;

use crate::formats::FORMATS;
use crate::world::{World, said};

const GRAPHS: [&str; 4] = ["json", "dot", "mermaid", "html"];

/// Every format, and the figures that one of them adds.
fn formats() -> impl Iterator<Item = &'static str> {
    FORMATS.into_iter().chain(["full --statistics"])
}

/// Names of files, each with characters that are obeyed.
const NAMES: [&str; 5] = [
    "a\u{202e}b.py",
    "c\u{1b}[31md.py",
    "e\u{9b}2Jf.py",
    "g\u{2028}h\u{2029}i.py",
    "j\u{2066}k\u{85}\u{61c}l.py",
];

fn is_obeyed(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_output_holds_what_a_terminal_obeys() {
    let world = World::new();
    for name in NAMES {
        world.write(
            &format!("project/{name}"),
            "import os, m  # x\u{202e} y\u{2066} \u{1b}[2J \u{9b}1m z\u{2028}\n",
        );
        world.write(&format!("project/broken-{name}"), "def f(:\n    '\u{202e}\u{7}'\n");
    }
    let mut commands: Vec<String> =
        formats().map(|format| format!("check --output-format {format}")).collect();
    commands.extend(GRAPHS.iter().map(|format| format!("graph --format {format}")));
    commands.extend(["check --diff", "check --fix --output-format concise"].map(str::to_owned));
    for words in &commands {
        let output = world.run(words);
        assert!(output.code < 2 && !output.stdout.is_empty(), "{words}: {output:?}");
        let found: Vec<char> = said(&output).chars().filter(|c| is_obeyed(*c)).collect();
        assert_eq!(found, [], "{words}");
    }
    let world = World::new();
    world.write("project/n.py", "import os  # x\u{202e} y\u{9b}\nimport sys  # \u{1b}\n");
    let output = world.run("check --output-format full");
    assert!(
        output.stdout.contains("import os  # x\\u{202e} y\\u{9b}") && output.stdout.contains('␛'),
        "{output:?}"
    );
}

#[test]
fn letters_of_every_language_stay() {
    let world = World::new();
    world.write("project/größe_名.py", "import os  # Größe 名前 שלום مرحبا 👩\u{200d}🔬\n");
    for format in ["full", "concise", "markdown", "github"] {
        let output = world.run(&format!("check --output-format {format}"));
        assert!(output.stdout.contains("größe_名.py"), "{format}: {output:?}");
    }
    assert!(world.run("check --output-format full").stdout.contains("# Größe 名前 שלום مرحبا"));
}

#[test]
fn json_says_the_same_with_escapes() {
    let world = World::new();
    world.write("project/a\u{202e}b.py", "import os\n");
    for words in ["check --output-format json", "check --output-format sarif", "graph --format json"] {
        let output = world.run_in("project", words, &[("GITHUB_ACTIONS", "true")]);
        let parsed: Value = serde_json::from_str(&output.stdout).unwrap();
        let text = parsed.to_string();
        assert!(text.contains("a\u{202e}b.py") || text.contains("a%E2%80%AEb.py"), "{words}: {text}");
    }
}

#[test]
fn a_workflow_finds_no_command() {
    let world = World::new();
    let names =
        ["::notice::a.py", "\u{a0}::notice::b.py", "##[group]c.py", "d/::error::e.py", "\u{3000}::f.py"];
    for name in names {
        world.write(
            &format!("project/{name}"),
            "import os  # ##[group]hello\n::error::x\n  ::warning::y = '##[end]'\n",
        );
    }
    world.write("project/::debug::/n.py", "'''\n::stop-commands::x\n'''\nimport sys\n");
    let mut commands: Vec<String> =
        formats().map(|format| format!("check --output-format {format}")).collect();
    commands.extend(GRAPHS.iter().map(|format| format!("graph --format {format}")));
    commands.extend(
        ["check --diff", "check ::notice::missing.py", "check --config ::error::x", "check --fix"]
            .map(str::to_owned),
    );
    for words in commands.iter().filter(|words| !words.contains("github")) {
        let output = world.run_in("project", words, &[("GITHUB_ACTIONS", "true")]);
        let said = said(&output);
        // The runner trims a line of every blank that Unicode has.
        assert!(!said.split(['\n', '\r']).any(|line| line.trim().starts_with("::")), "{words}: {said}");
        assert!(!said.contains("##["), "{words}: {said}");
    }
    let plain = world.run("check --output-format concise");
    assert!(plain.stdout.contains("::notice::a.py"), "{plain:?}");
}

#[test]
fn the_format_for_workflows_holds_its_own_commands_alone() {
    let world = World::new();
    for number in 0..12 {
        world.write(&format!("project/::error::{number}.py"), "import os  # ##[group]\n");
    }
    let output = world.run_in("project", "check --output-format github", &[("GITHUB_ACTIONS", "true")]);
    for line in output.stdout.lines().filter(|line| line.trim().starts_with("::")) {
        let ours = ["::warning file=", "::error file=", "::notice file=", "::group::", "::endgroup::"];
        assert!(ours.iter().any(|begin| line.starts_with(begin)), "{line}");
    }
    assert!(!output.stdout.contains("##["), "{output:?}");
}

#[test]
fn a_mistake_in_the_configuration_is_no_order() {
    let world = World::new();
    world.write("project/analyzer.toml", "fail-on = \"e\u{202e}\u{9b}1m\"  # ##[group]x\n");
    let output = world.run_in("project", "check", &[("GITHUB_ACTIONS", "true")]);
    assert_eq!(output.code, 2);
    assert!(!output.stderr.chars().any(is_obeyed) && !output.stderr.contains("##["), "{}", output.stderr);
}
