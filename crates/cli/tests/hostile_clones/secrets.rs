//! Secrets in mistakes of the configuration and in names of files are masked.

use crate::world::{World, said};

/// A value that no word looks like.
const VALUE: &str = "z7Rm3xTq9s";

#[test]
fn a_mistake_shows_its_place_and_no_secret() {
    let url = format!("postgresql://app:{VALUE}@db.internal/orders");
    let cases = [
        ("analyzer.toml", format!("storage = \"{url}\"\n"), "storage"),
        ("analyzer.toml", format!("fail-on = \"{VALUE}\"\n"), "fail-on"),
        ("analyzer.toml", format!("password = {VALUE}\n"), "password"),
        ("analyzer.toml", format!("token = \"{VALUE}\nfail-on = 3\n"), "token"),
        ("analyzer.toml", format!("# {url}\nselect = [\"{VALUE}\"]\n"), "select"),
        ("analyzer.toml", format!("[rules.{VALUE}]\nmax = 3\n"), "rules"),
        ("analyzer.toml", format!("exclude = [\"a\"]\nexclude = [\"{VALUE}\"]\n"), "exclude"),
        ("pyproject.toml", format!("[tool.analyzer]\nstorage = '{VALUE}'\n"), "storage"),
        (".analyzer/rules/x.md", format!("# x\n\npassword = \"{VALUE}\"\n"), "x.md"),
    ];
    for (file, content, shown) in cases {
        let world = World::new();
        if file == "pyproject.toml" {
            std::fs::remove_file(world.path("project/analyzer.toml")).unwrap();
        }
        world.write(&format!("project/{file}"), &content);
        let output = world.run("check");
        assert_eq!(output.code, 2, "{content}: {output:?}");
        assert!(output.stderr.contains(file) && output.stderr.contains(shown), "{content}: {output:?}");
        assert!(!said(&output).contains(VALUE), "{content}: {}", output.stderr);
    }
}

#[test]
fn a_mistake_without_a_secret_is_quoted() {
    let world = World::new();
    world.write("project/analyzer.toml", "fail-on = \"eror\"\nselect = [\"unused-imports2\"]\n");
    let output = world.run("check");
    for part in ["fail-on = \"eror\"", "`unused-imports2`", "unused-import"] {
        assert!(output.stderr.contains(part), "{part}: {}", output.stderr);
    }
}

#[test]
fn a_secret_in_the_name_of_a_file_is_masked() {
    let token = format!("ghp_{VALUE}R5tY7uX3mN9bV1cD4fG6hJ8kL0");
    for name in [format!("{token}.py"), format!("backups/{token}/n.py"), format!("x-{token}-old.py")] {
        let world = World::new();
        world.write(&format!("project/{name}"), "import os, m\nimport sys\nTODO: x\n");
        world.write("project/uses.py", &format!("import {token}\n"));
        let formats =
            ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "prometheus"];
        for format in formats {
            let output = world.run(&format!("check --output-format {format}"));
            assert_eq!(output.code, 1, "{output:?}");
            assert!(!said(&output).contains(VALUE), "{format}: {}", said(&output));
        }
        let others =
            ["graph --format json", "graph --format dot", "graph --format mermaid", "graph --format html"];
        for words in others.iter().chain(&["check --statistics", "check --diff", "check --fix"]) {
            assert!(!said(&world.run(words)).contains(VALUE), "{words}");
        }
    }
}
