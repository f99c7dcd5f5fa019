//! Formats and outputs.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::{Project, run};
use crate::{found, one_finding};

const FORMATS: [&str; 17] = [
    "full",
    "concise",
    "grouped",
    "json",
    "json-lines",
    "sarif",
    "github",
    "gitlab",
    "azure",
    "junit",
    "checkstyle",
    "pylint",
    "rdjson",
    "sonarqube",
    "csv",
    "markdown",
    "prometheus",
];

#[test]
fn every_format_is_written_to_its_file_in_one_run() {
    let project = one_finding();
    let mut command = project.check();
    for format in FORMATS {
        command.args(["-o", &format!("{format}:{format}.out")]);
    }
    let output = run(&mut command);
    assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{}", output.stderr);
    assert!(output.stderr.lines().count() < 4, "{}", output.stderr);
    for format in FORMATS {
        let written = fs::read_to_string(project.path(&format!("{format}.out"))).unwrap();
        assert!(written.contains("unused-import"), "{format}: {written}");
        // Each is the same as alone.
        if !["json-lines", "full"].contains(&format) {
            let alone = run(project.check().args(["--output-format", format, "-q"]));
            assert_eq!(alone.stdout, written, "{format}");
        }
    }
}

#[test]
fn a_format_of_its_own_leaves_standard_output_to_the_others() {
    let project = one_finding();
    let output = run(project.check().args(["--output-format", "concise", "-o", "sarif:a.sarif"]));
    assert_eq!(output.code, 1);
    assert!(output.stdout.starts_with("m.py:1:8: warning[unused-import]"), "{}", output.stdout);
    // A file without one takes that of `--output-format`, as ever.
    let output = run(project.check().args(["--output-format", "json", "-o", "b.json", "-o", "csv:b.csv"]));
    assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    assert!(fs::read_to_string(project.path("b.json")).unwrap().starts_with("{\"version\": 1,"));
    assert!(fs::read_to_string(project.path("b.csv")).unwrap().starts_with("path,line,"));
    // A file whose name looks like it.
    let output = run(project.check().args(["--sarif", "-o", "./json:c"]));
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(fs::read_to_string(project.path("json:c")).unwrap().contains("\"2.1.0\""));
    // Standard output has a name too.
    let output = run(project.check().args(["-o", "csv:-", "-o", "sarif:d.sarif"]));
    assert!(
        output.stdout.starts_with("path,line,") && project.path("d.sarif").is_file(),
        "{}",
        output.stdout
    );
    // A hash that only one of them needs.
    let sarif = fs::read_to_string(project.path("a.sarif")).unwrap();
    assert!(sarif.contains("primaryLocationLineHash"));
}

#[test]
fn outputs_that_cannot_be_are_told_before_anything_is_analysed() {
    let project = one_finding();
    fs::create_dir(project.path("d")).unwrap();
    for (words, told) in [
        (&["-o", "sarff:a"][..], "there is no format `sarff`"),
        (&["-o", "sarif:"], "the name of a file is missing"),
        (&["--output-format", "nope"], "invalid value 'nope'"),
        (&["-o", "sarif:a", "-o", "junit:a"], "two outputs go to `a`"),
        (&["-o", "a", "-o", "junit:./d/../a"], "two outputs go to"),
        (&["-o", "json:a", "-o", "csv:nowhere/b"], "there is no folder `nowhere`"),
        (&["-o", "json:-", "-o", "csv:-"], "two outputs go to standard output"),
        (&["--output-format", "full", "-o", "csv:-"], "two outputs go to standard output"),
        (&["--diff", "-o", "json:a", "-o", "csv:b"], "`--diff` writes one diff"),
    ] {
        let output = run(project.check().args(words));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{words:?}");
        assert!(output.stderr.contains(told), "{words:?}: {}", output.stderr);
        assert!(!project.path("a").exists() && !project.path(".analyzer_cache").exists(), "{words:?}");
    }
    #[cfg(unix)]
    {
        fs::write(project.path("real"), "").unwrap();
        std::os::unix::fs::symlink(project.path("real"), project.path("link")).unwrap();
        let output = run(project.check().args(["-o", "json:real", "-o", "csv:link"]));
        assert_eq!(output.code, 2, "{}", output.stderr);
        // A target that is no file takes one report after the other.
        let output = run(project.check().args(["-o", "json:/dev/null", "-o", "csv:/dev/null"]));
        assert_eq!(output.code, 1, "{}", output.stderr);
    }
}

#[test]
fn a_line_of_json_names_repository_commit_and_time() {
    let project = one_finding();
    let git = |args: &[&str]| {
        let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
        let output = run(Command::new("git").args(identity).args(args).current_dir(project.path("")));
        assert_eq!(output.code, 0, "git {args:?}: {}", output.stderr);
        output.stdout.trim().to_owned()
    };
    let lines = |project: &Project| -> Vec<Value> {
        let mut command = project.check();
        command.args(["--output-format", "json-lines"]).env("SOURCE_DATE_EPOCH", "1767225599");
        let output = run(&mut command);
        output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let bare = lines(&project);
    assert_eq!(bare[0]["repository"].as_str(), project.path("").file_name().unwrap().to_str());
    assert!(bare[0]["commit"].is_null());
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "one"]);
    git(&["remote", "add", "origin", "https://bob:hunter2@example.org/shop.git"]);
    let told = lines(&project);
    assert_eq!(told[0]["repository"], "https://example.org/shop.git");
    assert_eq!(told[0]["commit"].as_str(), Some(git(&["rev-parse", "HEAD"]).as_str()));
    assert_eq!(told[0]["time"], "2025-12-31T23:59:59Z");
    assert_eq!((told[0]["rule"].as_str(), told[0]["path"].as_str()), (Some("unused-import"), Some("m.py")));
}

#[test]
fn a_baseline_is_shown_on_demand() {
    let project = one_finding();
    assert_eq!(run(project.check().arg("--write-baseline")).code, 0);
    project.write("n.py", "import sys\n");
    let output = run(project.check().args(["--show-baselined", "--output-format", "concise"]));
    assert_eq!(output.code, 1);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert!(lines[0].starts_with("m.py:1:8: ") && lines[0].ends_with(" (in the baseline)"), "{lines:?}");
    assert!(lines[1].starts_with("n.py:1:8: ") && !lines[1].contains("baseline"), "{lines:?}");
    let output = run(project.check().arg("--show-baselined"));
    assert!(output.stdout.contains("1 finding: 1 warning (1 in the baseline)"), "{}", output.stdout);
    let output = run(project.check().args(["--show-baselined", "--sarif"]));
    let log: Value = serde_json::from_str(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let states: Vec<&str> = results.iter().map(|one| one["baselineState"].as_str().unwrap()).collect();
    assert_eq!(states, ["unchanged", "new"]);
    let output = run(&mut project.json());
    assert_eq!(found(&output), ["unused-import n.py:1"]);
    assert!(!output.stdout.contains("baselined\":"));
    // Known findings make no run fail.
    fs::remove_file(project.path("n.py")).unwrap();
    let output = run(project.json().arg("--show-baselined"));
    assert_eq!((output.code, found(&output)), (0, vec!["unused-import m.py:1".to_owned()]));
    assert!(output.stdout.contains("\"baselined\":true"), "{}", output.stdout);
    // Nor is it fixed.
    assert_eq!(run(project.check().args(["--fix", "--show-baselined"])).code, 0);
    assert_eq!(fs::read_to_string(project.path("m.py")).unwrap(), "import os\n");
    assert_eq!(run(project.check().args(["--show-baselined", "--no-baseline"])).code, 2);
}

#[test]
fn a_pipeline_of_azure_obeys_only_what_is_meant() {
    let project = Project::empty();
    project.write("m.py", "import os  # ##vso[task.setvariable variable=a]b\n");
    let check = |format: &str| {
        run(project
            .check()
            .args(["--output-format", format])
            .env("TF_BUILD", "True")
            .env_remove("GITHUB_ACTIONS"))
    };
    let output = check("full");
    assert!(output.stdout.contains("##\\u{76}so[task"), "{}", output.stdout);
    assert!(check("azure").stdout.starts_with("##vso[task.logissue type=warning;sourcepath=m.py;"));
}
