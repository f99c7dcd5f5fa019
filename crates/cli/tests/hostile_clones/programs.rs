//! No program is started that the repository names: git's own configuration, which an archive can bring, names many.

use std::fs;

use crate::world::World;

/// A function with so many branches that its file's history is asked for.
fn complex() -> String {
    let branches: String =
        (0..30).map(|number| format!("    if a == {number}:\n        return {number}\n")).collect();
    format!("def f(a):\n{branches}")
}

const COMMANDS: [&str; 5] =
    ["check", "check --changed", "check --changed HEAD~1...", "graph", "init --no-workflow --no-hook"];

/// A repository with two commits, a change, and a setting.
fn world(attributes: &str, settings: &[(&str, &str)]) -> World {
    let world = World::new();
    world.write("project/c.py", &complex());
    world.write("project/.gitattributes", attributes);
    world.commit();
    world.write("project/c.py", &format!("{}    return 0\n", complex()));
    world.git(&["commit", "-q", "-a", "-m", "more"]);
    let program = world.program();
    for (key, value) in settings {
        world.git(&["config", key, &value.replace("PROGRAM", &program)]);
    }
    world.write("project/m.py", "import os\nimport sys\n");
    world
}

#[test]
fn git_starts_no_program_of_its_configuration() {
    let kinds: [(&str, &[(&str, &str)]); 9] = [
        ("", &[("core.fsmonitor", "PROGRAM")]),
        ("", &[("log.showSignature", "true"), ("gpg.program", "PROGRAM"), ("gpg.ssh.program", "PROGRAM")]),
        ("", &[("diff.external", "PROGRAM")]),
        ("*.py diff=x\n", &[("diff.x.command", "PROGRAM")]),
        ("*.py diff=x\n", &[("diff.x.textconv", "PROGRAM"), ("diff.x.cachetextconv", "true")]),
        ("*.py filter=x\n", &[("filter.x.clean", "PROGRAM"), ("filter.x.required", "true")]),
        ("*.py filter=x.y\n", &[("filter.x.y.process", "PROGRAM")]),
        ("", &[("core.pager", "PROGRAM"), ("pager.log", "true"), ("pager.diff", "PROGRAM")]),
        ("", &[("core.untrackedCache", "true"), ("alias.log", "!PROGRAM"), ("alias.diff", "!PROGRAM")]),
    ];
    for (attributes, settings) in kinds {
        let world = world(attributes, settings);
        for words in COMMANDS {
            let output = world.run(words);
            assert!(output.code < 2, "{settings:?}, {words}: {output:?}");
            assert!(!world.was_started(), "{settings:?}, {words}");
        }
        let output =
            world.run("check --changed --no-baseline --output-format concise --select unused-import");
        let lines: Vec<&str> = output.stdout.lines().filter_map(|line| line.split(": ").next()).collect();
        assert_eq!(lines, ["m.py:2:8"], "{settings:?}: {output:?}");
    }
}

#[test]
fn filters_of_an_included_configuration_do_not_run() {
    let world = world("*.py filter=x\n", &[("include.path", "../more")]);
    let program = world.program();
    world.write("project/more", &format!("[filter \"x\"]\n\tclean = {program}\n"));
    assert_eq!(world.run("check --changed").code, 1);
    assert!(!world.was_started());
}

#[test]
fn hooks_do_not_run() {
    let world = world("", &[]);
    let program = world.program();
    for hook in ["post-index-change", "pre-commit", "post-checkout", "reference-transaction"] {
        fs::copy(&program, world.path(&format!("project/.git/hooks/{hook}"))).unwrap();
    }
    // Touched without a change: git would like to write its index anew.
    world.write("project/m.py", "import os\n");
    COMMANDS.iter().for_each(|words| assert!(world.run(words).code < 2, "{words}"));
    assert!(!world.was_started());
}

#[test]
fn nothing_is_fetched_for_a_partial_clone() {
    let settings = [
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ssh://host.invalid/x"),
        ("core.sshCommand", "PROGRAM"),
    ];
    let world = world("", &settings);
    // The blob of the last commit is missing, as in a partial clone.
    let objects = world.path("project/.git/objects");
    for folder in fs::read_dir(&objects).unwrap().map(|entry| entry.unwrap().path()) {
        if folder.file_name().is_some_and(|name| name.len() == 2) {
            for object in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let name = object.display().to_string();
                let id: String = name.rsplit('/').take(2).collect::<Vec<_>>().into_iter().rev().collect();
                let kind = std::process::Command::new("git")
                    .args(["cat-file", "-t", &id])
                    .current_dir(world.path("project"))
                    .env("GIT_NO_LAZY_FETCH", "1")
                    .output()
                    .unwrap();
                if kind.stdout == b"blob\n" {
                    fs::remove_file(object).unwrap();
                }
            }
        }
    }
    for words in ["check", "check --changed", "check --changed HEAD~1..."] {
        world.run(words);
        assert!(!world.was_started(), "{words}");
    }
}

/// Makes a bare repository of a folder of the project, which starts a program.
fn bare(world: &World, folder: &str) {
    let program = world.program();
    world.write(&format!("{folder}/HEAD"), "ref: refs/heads/main\n");
    world.write(
        &format!("{folder}/config"),
        &format!(
            "[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = {program}\n\trepositoryformatversion = 0\n"
        ),
    );
    fs::create_dir_all(world.path(&format!("{folder}/objects"))).unwrap();
    fs::create_dir_all(world.path(&format!("{folder}/refs"))).unwrap();
}

#[test]
fn a_bare_repository_inside_is_neither_a_root_nor_obeyed() {
    let world = World::new();
    for file in ["pyproject.toml", "analyzer.toml", "setup.py"] {
        let folder = format!("project/vendored-{}", &file[..3]);
        world.write(&format!("{folder}/{file}"), "");
        world.write(&format!("{folder}/n.py"), "import sys\n");
        bare(&world, &folder);
    }
    world.commit();
    for folder in ["project/vendored-pyp", "project/vendored-ana", "project/vendored-set"] {
        let name = folder.trim_start_matches("project/");
        for words in
            ["check --output-format concise", "check --output-format concise --changed HEAD", "graph"]
        {
            let output = world.run_in(folder, words, &[]);
            assert!(output.code < 2 && !world.was_started(), "{words} in {folder}: {output:?}");
            if words == "check --output-format concise" {
                assert!(output.stdout.starts_with(&format!("{name}/n.py:1:8")), "{folder}: {output:?}");
            }
        }
        assert!(!world.path(&format!("{folder}/.analyzer_cache")).exists());
    }
}

#[test]
fn git_is_called_in_one_place_of_the_code() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = ["cli", "engine", "project", "report", "rules", "server", "source"]
        .map(|name| sources.join(name).join("src"))
        .to_vec();
    let mut callers = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if fs::read_to_string(&path).unwrap().contains("Command::new(\"git\")") {
                callers.push(path.file_name().unwrap().to_owned());
            }
        }
    }
    assert_eq!(callers, ["git.rs"]);
}
