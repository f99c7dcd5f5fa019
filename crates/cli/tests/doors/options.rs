//! Options of `check`, and small commands.

use std::fs;

use serde_json::Value;

use crate::support::{Project, run};
use crate::{found, one_finding};

#[test]
fn files_are_left_out_for_one_run() {
    let project = one_finding();
    project.write("analyzer.toml", "exclude = [\"gen\"]\n");
    project.write("gen/a.py", "import os\n");
    project.write("backups/m2.py", "import sys\n");
    project.write("x_part.py", "import sys\n");
    let check = |words: &[&str]| found(&run(project.json().args(words)));
    assert_eq!(check(&["--exclude", "backups/**,*_part.py"]), ["unused-import m.py:1"]);
    assert_eq!(check(&["--exclude", "backups/**", "--exclude", "{x,y}_part.py"]), ["unused-import m.py:1"]);
    assert_eq!(check(&[]).len(), 3);
    let output = run(project.check().args(["--exclude", "a["]));
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("`--exclude`: `a[` is not a valid pattern"), "{}", output.stderr);
}

#[test]
fn rules_are_added_to_those_that_are_selected() {
    let project = one_finding();
    project.write("m.py", "import os\ntry:\n    f()\nexcept:\n    g()\n");
    project.write("analyzer.toml", "select = [\"unused-import\"]\n");
    let check = |words: &[&str]| found(&run(project.json().args(words)));
    assert_eq!(check(&[]), ["unused-import m.py:1"]);
    assert_eq!(check(&["--extend-select", "bare-except"]), ["unused-import m.py:1", "bare-except m.py:4"]);
    assert_eq!(check(&["--select", "bare-except", "--extend-select", "unused-import"]).len(), 2);
    assert_eq!(
        check(&["--extend-select", "exceptions", "--ignore", "unused-import"]),
        ["bare-except m.py:4"]
    );
    assert_eq!(run(project.check().args(["--extend-select", "nope"])).code, 2);
}

#[test]
fn keys_of_the_configuration_are_set_on_the_command_line() {
    let project = one_finding();
    project.write("analyzer.toml", "fail-on = \"error\"\nignore = [\"unused-import\"]\n");
    let run = |words: &[&str]| run(project.json().args(words));
    assert_eq!(run(&[]).code, 0);
    // The option overrides the file, whatever that contains.
    let output = run(&["--config", "ignore = []"]);
    assert_eq!((output.code, found(&output)), (0, vec!["unused-import m.py:1".to_owned()]));
    let output = run(&["--config", "ignore = []", "--config", "fail-on = \"note\""]);
    assert_eq!((output.code, found(&output).len()), (1, 1));
    let output = run(&["--config", "ignore=[]", "--config", "rules.unused-import.severity = \"error\""]);
    assert_eq!(output.code, 1);
    assert_eq!(run(&["--isolated", "--config", "fail-on=\"error\""]).code, 0);
    // Beside another file.
    project.write("ci.toml", "ignore = [\"unused-import\"]\n");
    assert_eq!(found(&run(&["--config", "ci.toml"])), [] as [&str; 0]);
    assert_eq!(found(&run(&["--config", "ci.toml", "--config", "ignore = []"])).len(), 1);
    for (words, told) in [
        (&["--config", "failon = \"note\""][..], "unknown key `failon`"),
        (&["--config", "fail-on = \"bad\""], "--config:1"),
        (&["--config", "fail-on ="], "--config:1"),
        (&["--config", "nowhere.toml"], "nowhere.toml"),
        (&["--config", "ci.toml", "--config", "analyzer.toml"], "`--config` names two files"),
        (&["--config", "ci.toml", "--isolated"], "`--isolated` ignores"),
        (&["--config", ""], "it is empty"),
        (&["--config", "layers = [{layers = [\"nothing\", \"here\"]}]"], "there is no module `nothing`"),
    ] {
        let output = run(words);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{words:?}");
        assert!(output.stderr.contains(told), "{words:?}: {}", output.stderr);
    }
}

#[test]
fn mistakes_in_several_texts_are_told_at_once() {
    let project = one_finding();
    project.write("analyzer.toml", "unknown = 1\n");
    let output = run(project.check().args(["--config", "other = 2", "--config", "third = 3"]));
    assert_eq!(output.code, 2);
    for key in ["unknown", "other", "third"] {
        assert!(output.stderr.contains(&format!("unknown key `{key}`")), "{}", output.stderr);
    }
}

#[test]
fn the_oldest_python_can_be_named() {
    let project = Project::empty();
    let version = |words: &[&str]| {
        let output = run(project.check().args(["--show-settings", "--output-format", "json"]).args(words));
        let shown: Value = serde_json::from_str(&output.stdout).unwrap();
        shown["settings"]["target-version"].clone()
    };
    for spelt in ["3.12", "py312"] {
        let shown = version(&["--target-version", spelt]);
        assert_eq!(
            (shown["value"].as_str(), shown["from"].as_str()),
            (Some("3.12"), Some("--target-version"))
        );
    }
    assert_eq!(version(&[])["from"], "default");
    assert_eq!(run(project.check().args(["--target-version", "four"])).code, 2);
}

#[test]
fn the_cache_lies_where_it_is_wanted() {
    let project = one_finding();
    let elsewhere = tempfile::tempdir().unwrap();
    let folder = elsewhere.path().join("cache");
    let packs = || {
        fs::read_dir(&folder).map_or(0, |entries| {
            entries
                .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "pack"))
                .count()
        })
    };
    assert_eq!(run(project.check().arg("--cache-dir").arg(&folder)).code, 1);
    assert!(packs() > 0 && !project.path(".analyzer_cache").exists());
    let verbose = run(project.check().arg("-v").env("ANALYZER_CACHE_DIR", &folder));
    assert!(verbose.stderr.contains("cache: 1 of 1 file"), "{}", verbose.stderr);
    // The argument wins over the variable.
    let other = elsewhere.path().join("other");
    run(project.check().arg("--cache-dir").arg(&other).env("ANALYZER_CACHE_DIR", &folder));
    assert!(other.join("CACHEDIR.TAG").is_file());
    assert_eq!(run(project.command("clean").env("ANALYZER_CACHE_DIR", &folder)).code, 0);
    assert!(!folder.exists());
    assert_eq!(run(project.command("clean").arg("--cache-dir").arg(&other)).code, 0);
    assert!(!other.exists());
    // A folder of other things is neither written to nor removed.
    for name in ["check", "clean"] {
        let output = run(project.command(name).args(["--cache-dir", "."]));
        assert_eq!(output.code, 2, "{name}: {}", output.stderr);
        assert!(output.stderr.contains("holds other files and is no cache"), "{}", output.stderr);
        assert_eq!(run(project.command(name).args(["--cache-dir", "m.py"])).code, 2);
    }
    assert!(project.path("m.py").is_file() && !project.path(".gitignore").exists());
}

#[test]
fn a_project_is_named_from_elsewhere() {
    let project = one_finding();
    project.write("svc/n.py", "import os\n");
    let elsewhere = tempfile::tempdir().unwrap();
    let check = |words: &[&str]| {
        let mut command = project.json();
        command.current_dir(elsewhere.path()).arg("--project").arg(project.path("")).args(words);
        run(&mut command)
    };
    assert_eq!(found(&check(&[])), ["unused-import m.py:1", "unused-import svc/n.py:1"]);
    let part = project.path("svc");
    assert_eq!(found(&check(&[part.to_str().unwrap()])), ["unused-import svc/n.py:1"]);
    let output = check(&["."]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("lies outside of the project"), "{}", output.stderr);
    // A folder in it stands for itself, as when one goes there.
    let output = run(project.json().current_dir(elsewhere.path()).arg("--project").arg(&part));
    assert_eq!(found(&output), ["unused-import svc/n.py:1"]);
    assert_eq!(run(project.check().args(["--project", "nowhere"])).code, 2);
}

#[test]
fn fixing_tells_with_its_exit_code() {
    let text = "import os\nPEER = \"10.0.0.1\"\n";
    for (words, code, reported) in [
        (&["--fix"][..], 1, true),
        (&["--fix-only"], 0, false),
        (&["--fix-only", "--exit-non-zero-on-fix"], 1, false),
        (&["--fix", "--ignore", "hardcoded-ip"], 0, true),
        (&["--fix", "--ignore", "hardcoded-ip", "--exit-non-zero-on-fix"], 1, true),
        (&["--fix", "--exit-non-zero-on-fix", "--exit-zero"], 0, true),
    ] {
        let project = Project::empty();
        project.write("m.py", text);
        let output = run(project.check().args(words));
        assert_eq!(output.code, code, "{words:?}: {}", output.stderr);
        assert_eq!(!output.stdout.is_empty(), reported, "{words:?}: {}", output.stdout);
        assert_eq!(fs::read_to_string(project.path("m.py")).unwrap(), "PEER = \"10.0.0.1\"\n");
        // Nothing is left to fix.
        if words.contains(&"--fix-only") {
            assert_eq!(run(project.check().args(words)).code, 0);
        }
    }
}

#[test]
fn colours_are_forced_by_either_variable() {
    let project = one_finding();
    let coloured = |variables: &[(&str, &str)]| {
        let mut command = project.check();
        command.args(["--output-format", "full"]);
        for name in ["FORCE_COLOR", "CLICOLOR_FORCE", "NO_COLOR"] {
            command.env_remove(name);
        }
        run(command.envs(variables.iter().copied())).stdout.contains('\u{1b}')
    };
    assert!(!coloured(&[]));
    assert!(coloured(&[("FORCE_COLOR", "1")]) && coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn the_version_is_told() {
    let project = Project::empty();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(run(&mut project.command("version")).stdout, format!("analyzer {version}\n"));
    let output = run(project.command("version").args(["--output-format", "json"]));
    let told: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(told["version"], version);
}

#[test]
fn pages_of_rules_are_told_as_json() {
    let project = Project::empty();
    let told = |words: &[&str]| -> Value {
        let output = run(project.command("explain").args(words).args(["--output-format", "json"]));
        assert_eq!(output.code, 0, "{words:?}: {}", output.stderr);
        serde_json::from_str(&output.stdout).unwrap()
    };
    for name in ["bare-except", "E722"] {
        let rule = told(&[name]);
        assert_eq!(
            (rule["name"].as_str(), rule["family"].as_str()),
            (Some("bare-except"), Some("exceptions"))
        );
        assert!(rule["page"].as_str().unwrap().contains("## How to fix"), "{rule}");
    }
    let family = told(&["exceptions"]);
    assert!(family.as_array().unwrap().iter().all(|rule| rule["family"] == "exceptions"));
    assert!(told(&[]).as_array().unwrap().len() > family.as_array().unwrap().len());
    assert_eq!(run(project.command("explain").args(["nope", "--output-format", "json"])).code, 2);
}
