//! No line of a file outside of the project is shown, whatever leads there.

use crate::world::{World, said};

const WORDS: &str = "Ann is paid 4711 a month, do not tell";

fn world() -> World {
    let world = World::new();
    world.write("notes.txt", &format!("{WORDS}\n"));
    world.write("notes/n.py", &format!("import os  # TODO {WORDS}\n{WORDS}\n"));
    world.write("notes/requirements.txt", &format!("{WORDS}\n-r 4711.txt\n"));
    world
}

#[test]
fn links_among_the_files_bring_nothing_into_a_report() {
    let links = [
        ("../notes.txt", "project/x.py"),
        ("../notes", "project/pkg"),
        ("y.py", "project/x.py"),
        ("../notes.txt", "project/requirements.txt"),
        ("../notes.txt", "project/docker-compose.yml"),
        ("../notes.txt", "project/ports.yaml"),
        ("../notes.txt", "project/.env"),
        ("../notes.txt", "project/.gitignore"),
        ("../notes/requirements.txt", "project/more"),
    ];
    for (target, link) in links {
        let world = world();
        world.link(target, link);
        world.link("../notes.txt", "project/y.py");
        world.write("project/dev-requirements.txt", "-r more\n");
        for format in ["full", "json", "sarif", "markdown"] {
            let output = world.run(&format!("check --output-format {format}"));
            assert_eq!(output.code, 1, "{link}: {output:?}");
            assert!(
                output.stdout.contains("unused-import") && !said(&output).contains("paid"),
                "{link}: {output:?}"
            );
        }
        for words in ["graph", "check --diff", "init --no-workflow --no-hook"] {
            assert!(!said(&world.run(words)).contains("paid"), "{link}, {words}");
        }
    }
}

#[test]
fn a_link_that_is_not_followed_is_told() {
    let world = world();
    world.link("../notes.txt", "project/x.py");
    world.link("../notes", "project/pkg");
    let output = world.run("check --output-format concise");
    for path in ["x.py", "pkg"] {
        let line = output.stdout.lines().find(|line| line.starts_with(&format!("{path}:"))).unwrap();
        assert!(
            line.contains("[skipped-file] not analysed: the symbolic link leads out of the project"),
            "{line}"
        );
    }
}

#[test]
fn links_inside_the_project_are_followed() {
    let world = world();
    world.write("project/build/inner.py", "import sys\n");
    world.link("build/inner.py", "project/inside.py");
    let output = world.run("check --output-format concise");
    assert!(output.stdout.contains("inside.py:1:8"), "{output:?}");
}

#[test]
fn configuration_outside_is_not_quoted() {
    let cases = [
        ("../notes.txt", "project/analyzer.toml", "check"),
        ("../notes.txt", "project/.analyzer-baseline.json", "check"),
        ("../../../notes.txt", "project/.analyzer/rules/x.md", "check"),
        ("../../../notes.txt", "project/.analyzer/rules/x.md", "rules"),
        ("../keys.toml", "project/analyzer.toml", "check"),
        ("../text.json", "project/.analyzer-baseline.json", "check"),
    ];
    for (target, link, words) in cases {
        let world = world();
        world.write("keys.toml", "secret4711 = 1\nfail-on = \"4711\"\n");
        world.write("text.json", "{\"version\": \"4711\", \"findings\": \"4711\"}\n");
        let _ = std::fs::remove_file(world.path(link));
        world.link(target, link);
        let output = world.run(words);
        assert_eq!(output.code, 2, "{link}: {output:?}");
        let name = link.trim_start_matches("project/");
        assert!(output.stderr.contains(name) && !said(&output).contains("4711"), "{link}: {output:?}");
    }
    // A file that an argument names is the user's own.
    let world = world();
    world.write("own.toml", "fail-on = \"eror\"\n");
    let output = world.run("check --config ../own.toml");
    assert!(output.code == 2 && output.stderr.contains("fail-on = \"eror\""), "{output:?}");
}

#[test]
fn init_takes_nothing_over_from_outside() {
    for name in ["setup.cfg", "tox.ini", ".flake8", "pyproject.toml", "ruff.toml"] {
        let world = world();
        std::fs::remove_file(world.path("project/analyzer.toml")).unwrap();
        world.write("tool", "[flake8]\nignore = X4711\n[tool.ruff.lint]\nignore = [\"X4711\"]\n[lint]\nignore = [\"X4711\"]\n");
        world.link("../tool", &format!("project/{name}"));
        let output = world.run("init --no-baseline --no-workflow --no-hook");
        assert_eq!(output.code, 0, "{name}: {output:?}");
        assert!(
            !world.read("project/analyzer.toml").contains("4711") && !said(&output).contains("4711"),
            "{name}"
        );
    }
}
