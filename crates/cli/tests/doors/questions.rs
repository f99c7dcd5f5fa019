//! `check --show-settings` and `check --show-files`.

use serde_json::Value;
use toml::Table;

use crate::support::{Project, run};

fn project() -> Project {
    let project = Project::empty();
    project.write(
        "analyzer.toml",
        "fail-on = \"error\"\nexclude = [\"vendor/**\", \"gen\"]\n\n[rules.complex-function]\nmax = 12\nseverity = \"note\"\n\n\
        [per-file.\"lib/**\"]\nignore = [\"bare-except\"]\n",
    );
    project.write("lib/m.py", "import os\n");
    project.write("gen/x.py", "import os\n");
    project.write(".env", "MODE=fast\n");
    project.write("script", "#!/usr/bin/env python3\nimport os\n");
    project
}

#[test]
fn settings_are_shown_with_who_set_them() {
    let project = project();
    let output = run(project.check().arg("--show-settings"));
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    let line = |start: &str| output.stdout.lines().find(|line| line.starts_with(start)).unwrap_or_default();
    assert_eq!(line("fail-on"), "fail-on = \"error\"  # analyzer.toml:1");
    assert_eq!(line("exclude"), "exclude = [\"vendor/**\", \"gen\"]  # analyzer.toml:2");
    assert_eq!(line("max-file-size"), "max-file-size = 1048576  # default");
    assert_eq!(line("max ="), "max = 12  # analyzer.toml:5");
    assert_eq!(line("ignore = [\"bare"), "ignore = [\"bare-except\"]  # analyzer.toml:9");
    // The output is a configuration with the same meaning.
    let shown: Table = output.stdout.parse().unwrap();
    assert_eq!(shown["select"].as_array().unwrap().len(), 1);
    project.write("analyzer.toml", &output.stdout);
    let again = run(project.check().arg("--show-settings"));
    let values = |text: &str| text.parse::<Table>().unwrap();
    assert_eq!(values(&again.stdout), values(&output.stdout));
    // Nothing was analysed.
    assert!(!project.path(".analyzer_cache").exists() && !output.stdout.contains("unused-import m.py"));
}

#[test]
fn the_command_line_is_one_who_sets() {
    let project = project();
    let output = run(project.check().args([
        "--show-settings",
        "--fail-on",
        "note",
        "--exclude",
        "a",
        "--ignore",
        "unused-import",
        "--config",
        "churn = false",
        "--extend-select",
        "imports",
        "--cache-dir",
        "c",
    ]));
    assert_eq!(output.code, 0, "{}", output.stderr);
    for line in [
        "fail-on = \"note\"  # --fail-on",
        "exclude = [\"vendor/**\", \"gen\", \"a\"]  # analyzer.toml:2, --exclude",
        "churn = false  # --config",
        "select = [\"ALL\"]  # --extend-select",
    ] {
        assert!(output.stdout.lines().any(|shown| shown == line), "{line}: {}", output.stdout);
    }
    assert!(output.stdout.contains("# configuration: analyzer.toml, --config\n"), "{}", output.stdout);
    assert!(output.stdout.contains("/c (--cache-dir)\n"), "{}", output.stdout);
    assert!(!project.path("c").exists());
    let isolated = run(project.check().args(["--show-settings", "--isolated"]));
    assert!(isolated.stdout.contains("# configuration: none\n"), "{}", isolated.stdout);
}

#[test]
fn settings_of_one_file_say_what_is_silent_there() {
    let project = project();
    let shown = |path: &str| -> Value {
        let output = run(project.check().args(["--show-settings", path, "--output-format", "json"]));
        assert_eq!(output.code, 0, "{}", output.stderr);
        serde_json::from_str(&output.stdout).unwrap()
    };
    let lib = shown("lib/m.py");
    assert_eq!(lib["file"], "lib/m.py");
    assert_eq!(lib["silentInFile"][0]["rule"], "bare-except");
    assert_eq!(lib["silentInFile"][0]["from"], "analyzer.toml:9");
    assert_eq!(lib["settings"]["fail-on"]["value"], "error");
    assert_eq!(lib["settings"]["fail-on"]["from"], "analyzer.toml:1");
    assert_eq!(lib["rules"]["complex-function"]["max"]["value"], 12);
    assert!(lib["notAnalysed"].is_null());
    let script = shown("script");
    assert_eq!(script["silentInFile"].as_array().unwrap().len(), 0);
    assert!(shown("gen/x.py")["notAnalysed"].as_str().unwrap().contains("excludes `gen`"));
    let text = run(project.check().args(["--show-settings", "lib/m.py"])).stdout;
    assert!(text.contains("# bare-except: per-file \"lib/**\"  # analyzer.toml:9\n"), "{text}");
    // A file that is only about to come.
    let piped =
        crate::piped(project.check().args(["-", "--show-settings", "--stdin-filename", "lib/new.py"]), b"");
    assert!(piped.stdout.contains("# file: lib/new.py\n"), "{piped:?}");
    assert_eq!(run(project.check().args(["--show-settings", "lib/m.py", "script"])).code, 2);
    assert_eq!(run(project.check().args(["--show-settings", "nowhere.py"])).code, 2);
}

#[test]
fn what_a_project_requires_is_named() {
    let project = Project::empty();
    std::fs::remove_file(project.path("analyzer.toml")).unwrap();
    project.write(
        "pyproject.toml",
        "[project]\nname = \"p\"\nversion = \"1\"\nrequires-python = \">=3.12\"\n[tool.analyzer]\n",
    );
    let output = run(project.check().arg("--show-settings"));
    let line = "target-version = \"3.12\"  # pyproject.toml:4 (requires-python)\n";
    assert!(output.stdout.contains(line), "{}", output.stdout);
}

#[test]
fn the_files_that_are_read_are_listed() {
    let project = project();
    let output = run(project.check().arg("--show-files"));
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert_eq!(output.stdout, ".env\nanalyzer.toml\nlib/m.py\n");
    let output = run(project.check().args(["--show-files", "-v"]));
    assert!(
        output.stderr.contains("left out: gen/ (1 file), excluded by the configuration"),
        "{}",
        output.stderr
    );
    let output = run(project.check().args(["--show-files", "lib", "script"]));
    assert_eq!((output.code, output.stdout.as_str()), (0, "lib/m.py\nscript\n"));
    let output = run(project.check().args(["--show-files", "gen/x.py"]));
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(
        output.stderr.contains("gen/x.py is not analysed: the configuration excludes `gen`"),
        "{}",
        output.stderr
    );
    let output = run(project.check().args(["--show-files", "--exclude", "lib"]));
    assert_eq!(output.stdout, ".env\nanalyzer.toml\n");
    // They are the files that a check counts.
    let listed = run(project.check().arg("--show-files")).stdout;
    let python = listed.lines().filter(|path| path.ends_with(".py")).count();
    let checked = run(&mut project.json()).stdout;
    assert!(checked.contains(&format!("\"files\":{python},")), "{checked}");
    assert!(!listed.contains("unused-import"));
}
