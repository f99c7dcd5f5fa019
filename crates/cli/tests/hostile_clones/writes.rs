//! Nothing is written outside of the project, whatever links and names it brings.

use std::fs;

use crate::world::{World, said};

const UNUSED: &str = "import os\n\nprint(1)\n";

/// The world with a folder and a file outside that must stay as they are.
fn world() -> World {
    let world = World::new();
    world.write("outside/victim.txt", "precious\n");
    world.write("outside/victim.py", UNUSED);
    world
}

#[test]
fn no_link_in_the_cache_is_written_through() {
    for name in ["CACHEDIR.TAG", ".gitignore", "pack", "temporary"] {
        let world = world();
        assert_eq!(world.run("check").code, 1);
        let cache = world.path("project/.analyzer_cache");
        let packs =
            fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let packs: Vec<String> = packs.filter(|name| name.ends_with(".pack")).collect();
        fs::remove_dir_all(&cache).unwrap();
        let names = match name {
            "pack" => (0..16)
                .map(|number| {
                    format!("{}{number:x}.pack", packs[0].rsplit_once('-').unwrap().0.to_owned() + "-")
                })
                .collect(),
            "temporary" => vec![".analyzer-1-0.tmp".to_owned()],
            name => vec![name.to_owned()],
        };
        for name in &names {
            world.link("../../outside/victim.txt", &format!("project/.analyzer_cache/{name}"));
        }
        let before = world.outside();
        let output = world.run("check --output-format concise");
        assert!(output.code == 1 && output.stdout.starts_with("m.py:1:8"), "{name}: {output:?}");
        assert_eq!(world.outside(), before, "{name}");
    }
}

#[test]
fn a_cache_that_is_a_link_is_not_used() {
    for words in ["check", "check --fix", "graph", "init --no-workflow --no-hook", "clean"] {
        let world = world();
        world.write("outside/facts-0123-0.pack", "old\n");
        world.link("../outside", "project/.analyzer_cache");
        let before = world.outside();
        let output = world.run(words);
        assert!(output.code < 2, "{words}: {output:?}");
        assert_eq!(world.outside(), before, "{words}");
        let warned = output.stderr.contains("the cache .analyzer_cache is not used: it is a symbolic link");
        assert_eq!(warned, words != "clean", "{words}: {output:?}");
    }
}

#[test]
fn a_cache_that_git_tracks_is_not_used() {
    let warning = "the cache .analyzer_cache is not used: git tracks it";
    let kinds: [(&str, &[&str]); 4] = [
        ("whole paths", &[]),
        ("shortened paths", &["update-index", "--index-version", "4"]),
        ("a split index", &["update-index", "--split-index"]),
        ("a sparse checkout", &["sparse-checkout", "set", "--cone", ".analyzer_cache"]),
    ];
    for (kind, args) in kinds {
        let world = World::new();
        world.write("project/.aaa", "");
        world.write("project/deep/service/analyzer.toml", "");
        world.write("project/deep/service/m.py", "import os\n");
        world.commit();
        for folder in ["project", "project/deep/service"] {
            let output = world.run_in(folder, "check", &[]);
            assert!(output.code == 1 && !output.stderr.contains("cache"), "{kind}: {output:?}");
            let again = world.run_in(folder, "check", &[]);
            assert!(again.code == 1 && !again.stderr.contains("cache"), "{kind}: {again:?}");
        }
        world.git(&["add", "-f", "deep/service/.analyzer_cache"]);
        let above = world.run("check");
        assert!(!above.stderr.contains(warning), "only the service's is tracked: {above:?}");
        world.git(&["add", "-f", ".analyzer_cache"]);
        world.git(&["commit", "-q", "-m", "cache"]);
        if !args.is_empty() {
            world.git(args);
        }
        let output = world.run("check --output-format concise");
        assert!(format!("\n{}", output.stdout).contains("\nm.py:1:8"), "{kind}: {output:?}");
        assert!(output.stderr.contains(warning), "{kind}: {output:?}");
        if kind != "a sparse checkout" {
            let inner = world.run_in("project/deep/service", "graph", &[]);
            assert!(inner.stderr.contains(warning), "{kind}: {inner:?}");
        }
    }
    // In a worktree the index lies elsewhere.
    let world = World::new();
    world.commit();
    world.run("check");
    world.git(&["add", "-f", ".analyzer_cache"]);
    world.git(&["commit", "-q", "-m", "cache"]);
    world.git(&["worktree", "add", "-q", "../tree", "HEAD", "--detach"]);
    let output = world.run_in("tree", "check", &[]);
    assert!(output.stderr.contains(warning), "{output:?}");
}

#[test]
fn fixes_and_suppressions_go_through_no_link() {
    let links = [
        ("../outside/victim.py", "project/link.py", "a file outside"),
        ("../outside", "project/pkg", "a folder outside"),
        ("second.py", "project/first.py", "a link to a link"),
        ("build/inner.py", "project/inside.py", "a file of the project that is left out"),
        ("build", "project/inner", "a folder of the project that is left out"),
    ];
    for words in ["check --fix", "check --fix --unsafe-fixes", "check --add-suppressions"] {
        for (target, link, kind) in links {
            let world = world();
            world.write("project/m.py", UNUSED);
            world.write("project/build/inner.py", UNUSED);
            world.link(target, link);
            world.link("../outside/victim.py", "project/second.py");
            let before = world.outside();
            let output = world.run(words);
            assert_eq!(world.outside(), before, "{words}, {kind}: {output:?}");
            assert_eq!(world.read("project/build/inner.py"), UNUSED, "{words}, {kind}: {output:?}");
            assert_ne!(world.read("project/m.py"), UNUSED, "{words}, {kind}: {output:?}");
        }
    }
}

#[test]
fn a_baseline_stays_in_the_project() {
    for named in ["../known.json", "/known.json", "sub/../../known.json", "C:/known.json"] {
        let world = world();
        world.write("project/analyzer.toml", &format!("baseline = \"{named}\"\n"));
        let before = world.outside();
        for words in ["check --write-baseline", "check", "init --no-workflow --no-hook"] {
            let output = world.run(words);
            assert!(output.code == 2 && output.stderr.contains("analyzer.toml:1"), "{words}: {output:?}");
            assert!(output.stderr.contains("must be a file inside the project"), "{words}: {output:?}");
        }
        assert_eq!(world.outside(), before, "{named}");
    }
    let links = [
        ("../outside/victim.txt", "project/.analyzer-baseline.json", ""),
        ("../outside/new.json", "project/.analyzer-baseline.json", ""),
        ("../outside", "project/known", "baseline = \"known/new.json\"\n"),
        ("../outside/new.json", "project/known.json", "baseline = \"known.json\"\n"),
    ];
    for (target, link, configuration) in links {
        let world = world();
        world.write("project/analyzer.toml", configuration);
        world.link(target, link);
        let before = world.outside();
        let output = world.run("check --write-baseline");
        assert_eq!((output.code, world.outside() == before), (2, true), "{link}: {output:?}");
    }
    let world = world();
    world.write("project/analyzer.toml", "baseline = \"./sub/known.json\"\n");
    world.write("project/sub/x.txt", "");
    assert_eq!(world.run("check --write-baseline").code, 0);
    assert!(world.read("project/sub/known.json").contains("unused-import"));
}

#[test]
fn a_report_goes_through_no_link_of_the_project() {
    let links = [
        ("../outside/victim.txt", "project/out", "out"),
        ("../outside/new.txt", "project/out", "./out"),
        ("../outside", "project/reports", "reports/victim.txt"),
        ("../outside", "project/reports", "reports/new.txt"),
        ("m.py", "project/out", "out"),
        ("/dev/null", "project/out", "out"),
    ];
    for (target, link, place) in links {
        for command in ["check --output-format sarif", "check --diff", "graph --format dot"] {
            let world = world();
            world.link(target, link);
            let before = world.outside();
            let output = world.run(&format!("{command} -o {place}"));
            assert_eq!((output.code, world.outside() == before), (2, true), "{command} {place}: {output:?}");
            assert!(output.stderr.contains("is a symbolic link"), "{command} {place}: {output:?}");
            assert_eq!(world.read("project/m.py"), "import os\n");
        }
    }
    // The way in may be the user's own link, the links inside are not.
    let world = world();
    world.link("project", "alias");
    world.link("../outside", "project/reports");
    let place = world.path("alias/reports/new.txt");
    let output = world.run(&format!("check --output-format sarif -o {}", place.display()));
    assert_eq!((output.code, place.exists()), (2, false), "{output:?}");
}

#[test]
fn a_report_goes_where_the_user_says() {
    let world = world();
    world.link("outside/victim.txt", "own-link");
    world.link("project", "alias");
    let alias = world.path("alias/report.txt").display().to_string();
    let mut places =
        vec!["report.txt", "../report.txt", "../own-link", "../outside/new.txt", "/dev/stdout", &alias];
    places.push("../project/../second.txt");
    for place in places {
        let output = world.run(&format!("check --output-format concise -o {place}"));
        assert_eq!(output.code, 1, "{place}: {output:?}");
        let written = match place {
            "/dev/stdout" => output.stdout,
            place if place == alias => world.read("project/report.txt"),
            place => world.read(&format!("project/{place}")),
        };
        assert!(written.contains("m.py:1:8"), "{place}: {written}");
    }
    assert!(world.path("own-link").is_symlink() && world.read("outside/victim.txt").contains("m.py:1:8"));
}

#[test]
fn init_writes_through_no_link() {
    let links = [
        ("../outside/new.toml", "project/analyzer.toml"),
        ("../outside", "project/.github"),
        ("../../outside", "project/.github/workflows"),
        ("../outside/hooks.yaml", "project/.pre-commit-config.yaml"),
        ("../outside/new.yaml", "project/.pre-commit-config.yaml"),
        ("../outside/new.json", "project/.analyzer-baseline.json"),
    ];
    for (target, link) in links {
        let world = world();
        fs::remove_file(world.path("project/analyzer.toml")).unwrap();
        world.write("outside/hooks.yaml", "repos:\n  - repo: local\n    hooks: []\n");
        world.commit();
        world.link(target, link);
        let before = world.outside();
        let output = world.run("init");
        assert_eq!(world.outside(), before, "{link}: {output:?}");
    }
}

#[test]
fn what_a_killed_write_left_goes_with_the_next_one() {
    let world = world();
    world.write("project/lib/m.py", UNUSED);
    let left = ["project/lib/.analyzer-4000000000-0.tmp", "project/lib/.analyzer-99999999-17.tmp"];
    let others = ["project/lib/.editor-1-0.tmp", "project/lib/notes.tmp", "project/lib/.analyzer-x-0.tmp"];
    for path in left.iter().chain(&others) {
        world.write(path, "half a te");
    }
    let output = world.run("check --fix");
    assert_eq!(world.read("project/lib/m.py"), "print(1)\n", "{}", said(&output));
    assert!(left.iter().all(|path| !world.path(path).exists()), "{}", said(&output));
    assert!(others.iter().all(|path| world.path(path).exists()), "{}", said(&output));
}
