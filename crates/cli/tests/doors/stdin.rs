//! `check -`.

use std::fs;

use crate::support::{Output, Project, run};
use crate::{found, piped};

const TEXT: &str = "import os\nPEER = \"10.0.0.1\"\n";

fn project() -> Project {
    let project = Project::empty();
    project
        .write("analyzer.toml", "exclude = [\"gen\"]\n[per-file.\"lib/**\"]\nignore = [\"hardcoded-ip\"]\n");
    project.write("lib/m.py", "x = 1\n");
    project.write("other.py", "import sys\n");
    project
}

fn check(project: &Project, words: &[&str], input: &str) -> Output {
    piped(project.check().args(words), input.as_bytes())
}

#[test]
fn a_text_is_checked_as_the_file_that_it_stands_for() {
    let project = project();
    let json = ["-", "--output-format", "json", "--stdin-filename"];
    let at = |path: &str| check(&project, &[&json[..], &[path]].concat(), TEXT);
    // Settings of its glob count, and nothing is written.
    let output = at("lib/m.py");
    assert_eq!((output.code, found(&output)), (1, vec!["unused-import lib/m.py:1".to_owned()]));
    assert_eq!(fs::read_to_string(project.path("lib/m.py")).unwrap(), "x = 1\n");
    // A file, and a folder, that are not there yet.
    for path in ["new.py", "deep/er/new.py", "notes.txt", "script"] {
        let output = at(path);
        let wanted = [format!("unused-import {path}:1"), format!("hardcoded-ip {path}:2")];
        assert_eq!((output.code, found(&output)), (1, wanted.to_vec()), "{path}: {}", output.stderr);
    }
    // From another folder, and with an absolute path.
    let absolute = project.path("new.py");
    for path in ["../new.py", absolute.to_str().unwrap(), "./../lib/../new.py"] {
        let mut command = project.check();
        command.current_dir(project.path("lib")).args(json).arg(path);
        let output = piped(&mut command, TEXT.as_bytes());
        assert_eq!(found(&output).len(), 2, "{path}: {}", output.stderr);
        assert!(output.stdout.contains("\"path\":\"new.py\""), "{path}: {}", output.stdout);
    }
    // The option alone stands for `-`, as in ruff.
    let output = check(&project, &["--output-format", "json", "--stdin-filename", "lib/m.py"], TEXT);
    assert_eq!(found(&output), ["unused-import lib/m.py:1"]);
}

#[test]
fn a_text_is_told_what_its_file_is_told() {
    let project = Project::monorepo();
    let listed = run(project.check().arg("--show-files")).stdout;
    let files: Vec<&str> = listed.lines().collect();
    assert!(files.len() > 500, "{}", files.len());
    let mut told = 0;
    for path in files.iter().step_by(files.len() / 12) {
        let bytes = fs::read(project.path(path)).unwrap();
        let of_file = run(project.json().arg(path));
        let of_text = piped(project.json().args(["-", "--stdin-filename", path]), &bytes);
        assert_eq!((of_text.code, found(&of_text)), (of_file.code, found(&of_file)), "{path}");
        told += found(&of_file).len();
    }
    assert!(told > 20, "{told}");
}

#[test]
fn other_files_of_the_project_count() {
    let project = Project::empty();
    project.write("p/__init__.py", "");
    project.write("p/a.py", "LIMIT = 1\n");
    project.write("p/b.py", "from p.a import LIMIT\n\n\ndef g():\n    return LIMIT\n");
    let text = "from p.b import g\n\nLIMIT = 1\n";
    let output = check(&project, &["-", "--stdin-filename", "p/a.py", "--output-format", "json"], text);
    assert!(found(&output).contains(&"import-cycle p/a.py:1".to_owned()), "{output:?}");
    // A name that another file takes from here is no unused import.
    project.write("p/c.py", "from p.d import os\n\nprint(os.name)\n");
    let output =
        check(&project, &["-", "--stdin-filename", "p/d.py", "--output-format", "json"], "import os\n");
    assert_eq!(found(&output), [] as [&str; 0]);
    // A text of configuration is read as one.
    let output = check(
        &project,
        &["-", "--stdin-filename", "deploy/app.json", "--output-format", "json"],
        "{\"url\": \"postgresql://app:q8Lk2vZp0w@db.internal/orders\"}\n",
    );
    assert_eq!(found(&output), ["secret-token deploy/app.json:1"]);
}

#[test]
fn the_fixed_text_and_nothing_else_goes_to_standard_output() {
    let project = project();
    for format in ["full", "json", "sarif", "github"] {
        let words = ["-", "--fix", "--stdin-filename", "new.py", "--output-format", format];
        let output = check(&project, &words, TEXT);
        assert_eq!((output.code, output.stdout.as_str()), (1, "PEER = \"10.0.0.1\"\n"), "{format}");
        assert!(output.stderr.contains("hardcoded-ip"), "{format}: {}", output.stderr);
    }
    let words =
        ["-", "--fix", "-o", "report.json", "--output-format", "json", "--stdin-filename", "lib/m.py"];
    let output = check(&project, &words, TEXT);
    assert_eq!((output.code, output.stdout.as_str()), (0, "PEER = \"10.0.0.1\"\n"));
    assert!(fs::read_to_string(project.path("report.json")).unwrap().contains("\"findings\": ["));
    // A text that cannot be fixed, or need not be, comes back unchanged.
    let mut texts: Vec<Vec<u8>> =
        ["", "x = 1\n", "x = 1", "def f(:\n", "x = 'a\0b'\nimport os\n", "\u{feff}x = 1\r\n"]
            .iter()
            .map(|text| text.as_bytes().to_vec())
            .collect();
    texts.push(b"# -*- coding: latin-1 -*-\nx = '\xe4'\n".to_vec());
    for text in texts {
        let mut command = project.check();
        command.args(["-", "--fix", "-q", "--stdin-filename", "lib/m.py"]);
        let out = tempfile::NamedTempFile::new().unwrap();
        command.stdin(std::process::Stdio::piped()).stdout(out.reopen().unwrap());
        command.stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), &text).unwrap();
        assert!(child.wait().unwrap().code().is_some_and(|code| code < 2), "{text:?}");
        assert_eq!(fs::read(out.path()).unwrap(), text);
    }
}

#[test]
fn bytes_stay_as_they_were_beside_the_fix() {
    let project = project();
    let fixed = |text: &str| check(&project, &["-", "--fix-only", "--stdin-filename", "lib/m.py"], text);
    for (text, wanted) in [
        ("import os\r\nx = 1\r\n", "x = 1\r\n"),
        ("\u{feff}import os\nx = 'ä'\n", "\u{feff}x = 'ä'\n"),
        // An editor sends UTF-8, whatever the file is on disk.
        ("# -*- coding: latin-1 -*-\nimport os\nx = 'ä €'\n", "# -*- coding: latin-1 -*-\nx = 'ä €'\n"),
    ] {
        let output = fixed(text);
        assert_eq!((output.code, output.stdout.as_str()), (0, wanted), "{}", output.stderr);
    }
}

#[test]
fn a_diff_is_shown_under_the_name() {
    let project = project();
    let output = check(&project, &["-", "--diff", "--stdin-filename", "lib/m.py"], TEXT);
    assert_eq!(output.code, 1);
    assert!(output.stdout.starts_with("--- a/lib/m.py\n+++ b/lib/m.py\n"), "{}", output.stdout);
    assert!(output.stdout.contains("\n-import os\n"), "{}", output.stdout);
}

#[test]
fn a_text_without_a_name_is_read_with_the_settings_of_the_folder() {
    let project = project();
    let output = check(&project, &["-", "--output-format", "concise"], TEXT);
    assert_eq!(output.code, 1);
    assert!(output.stdout.starts_with("-:1:8: ") && output.stdout.contains("\n-:2:8: "), "{}", output.stdout);
}

#[test]
fn what_the_project_leaves_out_is_passed_on() {
    let project = project();
    project.write("vendor/y.py", "");
    for path in ["gen/x.py", "vendor/x.py"] {
        for words in [
            &["-", "--output-format", "concise", "--stdin-filename", path][..],
            &["-", "--fix", "--stdin-filename", path],
        ] {
            let output = check(&project, words, TEXT);
            let echoed = if words.contains(&"--fix") { TEXT } else { "" };
            assert_eq!((output.code, output.stdout.as_str()), (0, echoed), "{path}");
            assert!(
                output.stderr.contains(&format!("warning: {path} is not analysed: ")),
                "{}",
                output.stderr
            );
        }
    }
}

#[test]
fn a_text_of_no_project_is_checked_alone() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("broken.py"), "def f(:\n").unwrap();
    let absolute = elsewhere.path().join("m.py");
    for name in
        [&[][..], &["--stdin-filename", "sub/m.py"], &["--stdin-filename", absolute.to_str().unwrap()]]
    {
        let mut command = Project::empty().check();
        command.current_dir(folder.path()).arg("-").args(["--output-format", "json"]).args(name);
        let output = piped(&mut command, TEXT.as_bytes());
        assert_eq!(output.code, 1, "{}", output.stderr);
        let rules: Vec<String> =
            found(&output).iter().map(|one| one.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(rules, ["unused-import", "hardcoded-ip"], "{output:?}");
    }
    // Who takes names from a package is not known here; nor is what a module that is missing would be.
    for (name, text) in [("p/__init__.py", "import os\n"), ("p/m.py", "from p.other import x\n\nprint(x)\n")]
    {
        let mut command = Project::empty().check();
        command.current_dir(folder.path()).args(["-", "--output-format", "json", "--stdin-filename", name]);
        assert_eq!(found(&piped(&mut command, text.as_bytes())), [] as [&str; 0], "{name}");
    }
    assert!(!folder.path().join(".analyzer_cache").exists());
    let mut command = Project::empty().check();
    command.current_dir(folder.path()).args([
        "-",
        "--output-format",
        "json",
        "--config",
        "ignore = [\"hardcoded-ip\"]",
    ]);
    assert_eq!(found(&piped(&mut command, TEXT.as_bytes())), ["unused-import -:1"]);
}

#[test]
fn misuse_is_told() {
    let project = project();
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("m.py");
    let file = file.to_str().unwrap();
    let folder = outside.path().to_str().unwrap();
    for (words, told) in [
        (&["-", "--stdin-filename", file][..], "lies outside of the project"),
        (&["-", "--stdin-filename", "m.py", "--project", folder], "lies outside of the project"),
        (&["-", "--stdin-filename", "lib"], "`lib` is a folder"),
        (&["-", "other.py"], "standard input is one file"),
        (&["other.py", "--stdin-filename", "lib/m.py"], "standard input is one file"),
        (&["-", "--stdin-filename", ""], "it is empty"),
        (&["-", "--watch"], "`--watch` is about files on disk"),
        (&["-", "--changed"], "`--changed` is about files on disk"),
        (&["-", "--write-baseline"], "`--write-baseline` is about files on disk"),
        (&["-", "--add-suppressions"], "`--add-suppressions` is about files on disk"),
    ] {
        let output = check(&project, words, TEXT);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{words:?}");
        assert!(output.stderr.contains(told), "{words:?}: {}", output.stderr);
    }
    for bytes in [&b"\xff = 1\n"[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"] {
        let output = piped(project.check().args(["-", "--fix", "--stdin-filename", "lib/m.py"]), bytes);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{}", output.stderr);
        assert!(output.stderr.starts_with("error: standard input"), "{}", output.stderr);
    }
    assert_eq!(run(project.check().arg("./-")).code, 2);
}
