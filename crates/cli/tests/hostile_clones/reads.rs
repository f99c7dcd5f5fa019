//! Every read ends: of a device, of a pipe, and of a file that is far too large, wherever the project puts one.

use std::fs::{self, File};

use crate::world::{World, said};

/// Puts something in the place of a file that no read would end with.
type Trap = fn(&World, &str);

const TRAPS: [(&str, Trap); 3] = [
    ("a device", |world, path| world.link("/dev/zero", path)),
    ("a pipe", |world, path| {
        let path = world.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }),
    ("fifty megabytes", |world, path| {
        world.write(path, "");
        File::create(world.path(path)).unwrap().set_len(50 << 20).unwrap();
    }),
];

/// Runs with each trap in turn in the place of a file.
fn trapped(path: &str, words: &str, expect: impl Fn(&str, i32, &str)) {
    for (kind, trap) in TRAPS {
        let world = World::new();
        world.git(&["init", "-q"]);
        let _ = fs::remove_file(world.path(&format!("project/{path}")));
        if words.starts_with("init") {
            fs::remove_file(world.path("project/analyzer.toml")).unwrap();
        }
        trap(&world, &format!("project/{path}"));
        let output = world.run(words);
        expect(&format!("{path} is {kind}, {words}"), output.code, &said(&output));
    }
}

#[test]
fn lists_of_ignored_files_are_passed_over_with_a_warning() {
    for path in [".gitignore", ".ignore", "sub/.gitignore", "sub/.ignore"] {
        trapped(path, "check --output-format concise", |case, code, said| {
            assert_eq!(code, 1, "{case}: {said}");
            assert!(said.contains("m.py:1:8") && said.contains(path), "{case}: {said}");
            assert!(said.contains("its list of ignored files is not read"), "{case}: {said}");
        });
    }
    trapped(".git/info/exclude", "check --output-format concise", |case, code, said| {
        assert!(code == 1 && said.contains("m.py:1:8") && said.contains(".git:"), "{case}: {said}");
    });
}

#[test]
fn configuration_ends_the_run_with_its_name() {
    let files = ["analyzer.toml", "pyproject.toml", ".analyzer-baseline.json", ".analyzer/rules/x.md"];
    for path in files {
        trapped(path, "check", |case, code, said| {
            // A path that is no file is no configuration; a file of fifty megabytes is one without readable text.
            let absent = code == 1 && path.ends_with(".toml");
            assert!(code == 2 && said.contains(path) || absent, "{case}: {said}");
        });
    }
    for count in [5 << 17, 1 << 16, 6_000] {
        let world = World::new();
        let globs: String = (0..count).map(|number| format!("\"*{number}*\",\n")).collect();
        world.write("project/analyzer.toml", &format!("exclude = [{globs}]\n"));
        let output = world.run("check");
        assert!(output.code == 2 && output.stderr.contains("analyzer.toml"), "{count}: {}", output.code);
    }
}

#[test]
fn files_of_the_project_are_skipped() {
    let files = [
        "x.py",
        "x.pyi",
        "ports.yaml",
        "requirements.txt",
        "docker-compose.yml",
        "Dockerfile",
        ".env",
        "setup.cfg",
        "sub/pyproject.toml",
        "config.json",
    ];
    for path in files {
        trapped(path, "check --output-format concise", |case, code, said| {
            assert!(code == 1 && said.contains("m.py:1:8"), "{case}: {said}");
        });
    }
}

#[test]
fn files_of_git_are_skipped() {
    for path in [".git/config", ".git/index", ".git/HEAD", ".git/refs/remotes/origin/HEAD"] {
        for words in ["check --output-format concise", "check --changed", "init --no-hook"] {
            trapped(path, words, |case, code, said| {
                let refused = words == "check --changed" && code == 2 && said.contains("git");
                assert!(code < 2 || refused, "{case}: {said}");
            });
        }
    }
    for (kind, trap) in TRAPS {
        let world = World::new();
        trap(&world, "project/.git");
        let output = world.run("check --output-format concise");
        assert!(output.code == 1 && output.stdout.contains("m.py:1:8"), "{kind}: {output:?}");
    }
}

#[test]
fn what_other_tools_are_told_is_skipped_by_init() {
    let files = [
        "setup.cfg",
        "tox.ini",
        ".flake8",
        "ruff.toml",
        ".ruff.toml",
        ".pylintrc",
        "pylintrc",
        ".isort.cfg",
        ".bandit",
        ".importlinter",
        ".github/workflows/ci.yml",
    ];
    for path in files {
        trapped(path, "init --no-baseline", |case, code, said| {
            assert!(code == 0 && said.contains("wrote") && !said.contains("internal"), "{case}: {said}");
        });
    }
    trapped(".pre-commit-config.yaml", "init --no-baseline", |case, code, said| {
        assert!((code == 0 || code == 2) && said.contains(".pre-commit-config.yaml"), "{case}: {said}");
    });
}

#[test]
fn the_cache_is_read_from_files_alone() {
    let world = World::new();
    world.run("check");
    let cache = world.path("project/.analyzer_cache");
    let packs = fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path());
    let packs: Vec<_> = packs.filter(|path| path.extension().is_some_and(|end| end == "pack")).collect();
    for (kind, trap) in TRAPS {
        for pack in &packs {
            fs::remove_file(pack).unwrap();
            trap(&world, pack.strip_prefix(world.path("")).unwrap().to_str().unwrap());
        }
        let output = world.run("check --output-format concise");
        assert!(output.code == 1 && output.stdout.starts_with("m.py:1:8"), "{kind}: {output:?}");
    }
}
