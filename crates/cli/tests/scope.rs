//! Scope and time of reports: `--changed` in every state that git knows, and `--watch`.
//! It must not know how the engine works.

#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::fs;
use std::io::{Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support::{Project, run};

/// A handler that is reported, in a function of its own.
fn bare(name: &str) -> String {
    format!("def {name}():\n    try:\n        work()\n    except:\n        pass\n\n\n")
}

fn git(project: &Project, args: &[&str]) {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    let output = run(Command::new("git").args(identity).args(args).current_dir(project.path("")));
    assert_eq!(output.code, 0, "git {args:?}: {}", output.stderr);
}

/// A repository with two commits' worth of files, nothing changed.
fn repository() -> Project {
    let project = Project::empty();
    git(&project, &["init", "-q", "-b", "main"]);
    project.write("app/one.py", &(bare("first") + &bare("second")));
    project.write("app/two words é.py", &bare("third"));
    project.write("app/moved.py", &(0..9).map(|number| bare(&format!("m{number}"))).collect::<String>());
    project.write(".gitignore", ".analyzer_cache\n");
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "first"]);
    project
}

/// `path:line` of every finding.
fn found(project: &Project, folder: &str, args: &[&str]) -> Vec<String> {
    let mut command = project.check();
    command.current_dir(project.path(folder)).args(["--output-format", "concise", "--exit-zero"]).args(args);
    let output = run(&mut command);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let places = output.stdout.lines().map(|line| line.split(':').take(2).collect::<Vec<_>>().join(":"));
    let mut places: Vec<String> = places.collect();
    places.dedup();
    places
}

#[test]
fn nothing_is_reported_where_nothing_changed() {
    let project = repository();
    assert_eq!(found(&project, "", &[]).len(), 12);
    assert_eq!(found(&project, "", &["--changed"]), [] as [&str; 0]);
    assert_eq!(run(project.check().arg("--changed")).code, 0);
}

#[test]
fn staged_unstaged_and_untracked_lines_are_reported() {
    let project = repository();
    project
        .write("app/one.py", &("LIMIT = 1\n".to_owned() + &bare("first") + &bare("other") + &bare("second")));
    project.write("app/two words é.py", &(bare("third") + &bare("fourth")));
    git(&project, &["add", "app/two words é.py"]);
    project.write("app/new\nline.py", &bare("fifth"));
    let all = found(&project, "", &["--changed"]);
    assert!(
        all.contains(&"app/one.py:12".to_owned()) || all.contains(&"app/one.py:11".to_owned()),
        "{all:?}"
    );
    assert!(all.contains(&"app/two words é.py:11".to_owned()), "{all:?}");
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(found(&project, "", &["--changed", "HEAD"]), all);
}

#[test]
fn complex_functions_are_ranked_by_how_often_their_files_change() {
    let project = Project::empty();
    project.write("analyzer.toml", "select = [\"complex-function\"]\n");
    let function = |branches: usize| {
        let branch = "    if a:\n        print(a)\n";
        format!("def f(a):\n{}", branch.repeat(branches))
    };
    project.write("calm.py", &function(40));
    project.write("busy.py", &function(20));
    let hottest = |arguments: &[&str]| -> Vec<(String, Option<i64>)> {
        let output = run(project.check().args(["--output-format", "json"]).args(arguments));
        let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let churn = |path: &str| {
            let found = findings.iter().find(|finding| finding["path"] == path).unwrap();
            assert!(found["properties"]["hotspot"].as_f64().unwrap() > 10.0);
            found["properties"]["churn"].as_i64()
        };
        let listed = report["summary"]["hotspots"].as_array().unwrap().iter();
        let paths = listed.map(|one| one["path"].as_str().unwrap().to_owned());
        paths
            .map(|path| {
                let churn = churn(&path);
                (path, churn)
            })
            .collect()
    };
    let owned = |found: &[(&str, Option<i64>)]| -> Vec<(String, Option<i64>)> {
        found.iter().map(|(path, churn)| ((*path).to_owned(), *churn)).collect()
    };
    assert_eq!(hottest(&[]), owned(&[("calm.py", None), ("busy.py", None)]));
    git(&project, &["init", "-q"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "first"]);
    for number in 0..5 {
        project.write("busy.py", &(function(20) + &format!("\n\nNUMBER = {number}\n")));
        git(&project, &["commit", "-q", "-a", "-m", "again"]);
    }
    assert_eq!(hottest(&[]), owned(&[("busy.py", Some(6)), ("calm.py", Some(1))]));
    project.write("analyzer.toml", "select = [\"complex-function\"]\nchurn = false\n");
    assert_eq!(hottest(&[]), owned(&[("calm.py", None), ("busy.py", None)]));
    // The last thousand commits count, whatever they touch: the cost does not grow with the history.
    project.write("analyzer.toml", "select = [\"complex-function\"]\n");
    add_commits(&project, 997);
    assert_eq!(hottest(&[]), owned(&[("calm.py", Some(0)), ("busy.py", Some(3))]));
}

/// Adds commits that touch no Python.
fn add_commits(project: &Project, count: u32) {
    let mut named = Command::new("git");
    named.args(["rev-parse", "--symbolic-full-name", "HEAD"]).current_dir(project.path(""));
    let branch = run(&mut named).stdout;
    let branch = branch.trim();
    let mut stream = String::new();
    for number in 0..count {
        let from = if number == 0 { format!("from {branch}^0\n") } else { String::new() };
        let time = 4_000_000_000_u64 + u64::from(number);
        stream += &format!(
            "commit {branch}\ncommitter a <a@example.org> {time} +0000\ndata 1\nx\n{from}\
             M 100644 inline notes.txt\ndata 8\n{number:08}\n"
        );
    }
    let mut import = Command::new("git");
    import.args(["fast-import", "--quiet"]).current_dir(project.path("")).stdin(Stdio::piped());
    let mut import = import.spawn().unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
}

#[test]
fn a_renamed_file_reports_only_what_was_edited_in_it() {
    let project = repository();
    git(&project, &["mv", "app/moved.py", "app/renamed.py"]);
    assert_eq!(found(&project, "", &["--changed"]), [] as [&str; 0]);
    let text = fs::read_to_string(project.path("app/renamed.py")).unwrap();
    project.write("app/renamed.py", &(text + &bare("added")));
    assert_eq!(found(&project, "", &["--changed"]), ["app/renamed.py:67"]);
}

#[test]
fn a_project_in_a_folder_of_the_repository_sees_its_own_changes() {
    let project = repository();
    project.write("app/analyzer.toml", "");
    project.write("app/one.py", &(bare("first") + &bare("second") + &bare("third")));
    project.write("other.py", &bare("elsewhere"));
    assert_eq!(found(&project, "app", &["--changed"]), ["one.py:18"]);
}

#[test]
fn a_commit_a_branch_and_where_it_left_can_be_named() {
    let project = repository();
    git(&project, &["switch", "-q", "-c", "topic"]);
    project.write("app/topic.py", &bare("topic"));
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "second"]);
    git(&project, &["switch", "-q", "main"]);
    project.write("app/one.py", &bare("first"));
    git(&project, &["commit", "-q", "-am", "third"]);
    git(&project, &["switch", "-q", "topic"]);
    assert_eq!(found(&project, "", &["--changed", "HEAD~1"]), ["app/topic.py:4"]);
    assert_eq!(found(&project, "", &["--changed", "main"]), ["app/one.py:11", "app/topic.py:4"]);
    assert_eq!(found(&project, "", &["--changed", "main..."]), ["app/topic.py:4"]);
}

#[test]
fn a_cycle_is_reported_where_any_of_its_imports_changed() {
    let project = repository();
    project.write("app/__init__.py", "");
    project.write("app/a.py", "import app.b\n");
    project.write("app/b.py", "x = 1\n");
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "second"]);
    project.write("app/b.py", "import app.a\n\nx = 1\n");
    assert_eq!(found(&project, "", &["--changed", "--select", "imports"]).len(), 1);
}

#[test]
fn fixes_follow_changed_lines_from_pass_to_pass() {
    let text = |top: &str, body: &str, clause: &str| {
        let handler = format!("try:\n        {body}\n    except{clause}:\n        pass\n");
        format!("{top}import re\n\n\ndef f():\n    {handler}\n\nprint(re)\n")
    };
    let project = repository();
    project.write("app/up.py", &text("", "work()", ""));
    project.write("app/down.py", &text("", "work()", " ValueError"));
    git(&project, &["add", "."]);
    git(&project, &["commit", "-q", "-m", "second"]);
    // The first pass takes the new import away, so that the clause that did not change is where a changed line was …
    project.write("app/up.py", &text("import os\n", "play()", ""));
    // … and the clause that did change is where none was; it takes two more passes.
    project.write("app/down.py", &text("import os\n", "work()", ""));
    let fixed = run(project.check().args(["--fix", "--unsafe-fixes", "--no-cache", "--changed"]));
    let after = |path: &str| fs::read_to_string(project.path(path)).unwrap();
    assert_eq!(after("app/up.py"), text("", "play()", ""), "{}", fixed.stderr);
    let down = after("app/down.py");
    assert!(
        down.contains("except Exception:\n        logger.exception(\"Ignored an error in f\")\n"),
        "{down}"
    );
}

#[test]
fn a_hook_that_names_one_file_hears_of_the_cycle_that_is_reported_at_another() {
    for (closing, text) in [("app/b.py", "import app.a\n\nx = 1\n"), ("app/a.py", "import app.b\n\ny = 1\n")]
    {
        let project = repository();
        project.write("app/__init__.py", "");
        project.write("app/a.py", "import app.b\n");
        project.write("app/b.py", "import app.a\n");
        project.write(closing, "x = 1\n");
        git(&project, &["add", "."]);
        git(&project, &["commit", "-q", "-m", "second"]);
        project.write(closing, text);
        let args = ["--changed", "--select", "import-cycle", closing];
        assert_eq!(found(&project, "", &args).len(), 1, "{closing}");
        // A file name alone selects the findings in that file.
        let all = found(&project, "", &["--select", "import-cycle", "app/a.py", "app/b.py"]);
        assert_eq!(found(&project, "", &args[1..]).len(), usize::from(all[0].starts_with(closing)));
        // The baseline knows it there as well.
        assert_eq!(run(project.check().arg("--write-baseline")).code, 0);
        assert_eq!(found(&project, "", &args), [] as [&str; 0]);
    }
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let project = Project::empty();
    git(&project, &["init", "-q"]);
    project.write("a.py", &bare("first"));
    git(&project, &["add", "a.py"]);
    project.write("b.py", &bare("second"));
    assert_eq!(found(&project, "", &["--changed"]), ["a.py:4", "b.py:4"]);
}

#[test]
fn without_git_and_for_unknown_commits_the_error_says_what_to_do() {
    let project = repository();
    for reference in ["no-such-branch", "app", "--output=x"] {
        let output = run(project.check().arg(format!("--changed={reference}")));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.contains(&format!("no commit `{reference}`")), "{}", output.stderr);
    }
    let bare = Project::small();
    let output = run(bare.check().arg("--changed").env("GIT_CEILING_DIRECTORIES", bare.path("..")));
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(
        output.stderr.contains("not a git repository") && output.stderr.contains("help"),
        "{}",
        output.stderr
    );
    let output = run(project.check().arg("--changed").env("PATH", ""));
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("install git"), "{}", output.stderr);
}

/// A watching analyser, and all that it has written.
struct Watching {
    child: Child,
    written: Arc<Mutex<String>>,
}

impl Watching {
    fn start(project: &Project, args: &[&str]) -> Self {
        let mut command = project.check();
        command.args(["--watch", "--output-format", "concise"]).args(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let written = Arc::new(Mutex::new(String::new()));
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for mut stream in streams {
            let written = Arc::clone(&written);
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut buffer) {
                    written.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
                }
            });
        }
        Self { child, written }
    }

    /// Waits until the output since `from` satisfies a condition; returns the length of the output.
    fn until(&mut self, from: usize, what: &str, enough: impl Fn(&str) -> bool) -> usize {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let written = self.written.lock().unwrap().clone();
            if enough(&written[from..]) {
                return written.len();
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < deadline, "{what}: {ended:?} {written}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for a report.
    fn report(&mut self, from: usize, what: &str) -> usize {
        self.until(from, what, |text| text.contains("Ctrl-C ends."))
    }

    fn since(&self, from: usize) -> String {
        self.written.lock().unwrap()[from..].to_owned()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn watching_shows_what_changes_and_nothing_else() {
    let project = Project::empty();
    project.write("app/a.py", &bare("first"));
    let mut watching = Watching::start(&project, &[]);
    // Findings and what is said beside them come through two pipes, in either order.
    let shows = |what: &'static str| move |text: &str| text.contains(what) && text.contains("Ctrl-C ends.");
    let mut at = watching.until(0, "first report", shows("app/a.py:4:"));

    project.write("app/b.py", &bare("second"));
    at = watching.until(at, "a new file", shows("app/b.py:4:"));

    // An edit that changes no finding is not shown: the next report is about the edit after it.
    project.write("app/b.py", &(bare("second") + "# a comment\n"));
    std::thread::sleep(Duration::from_millis(400));
    let shown = watching.since(at);
    assert!(!shown.contains("app/b.py") || shown.matches("Ctrl-C").count() <= 1, "{shown}");
    at = watching.until(0, "anything", |_| true);
    project.write("app/c/d.py", &bare("third"));
    at = watching.until(at, "a new folder", shows("app/c/d.py:4:"));

    fs::remove_dir_all(project.path("app/c")).unwrap();
    let from = at;
    at = watching.until(from, "a deleted folder", shows("app/b.py:4:"));
    assert!(!watching.since(from).contains("app/c/d.py"));

    // A mistake in the configuration is reported; mended, the findings are back.
    project.write("analyzer.toml", "selct = []\n");
    at = watching.until(at, "a mistake", shows("selct"));
    project.write("analyzer.toml", "ignore = [\"bare-except\"]\n");
    at = watching.report(at, "a configuration");
    project.write("analyzer.toml", "");
    watching.until(at, "no configuration", |text| text.contains("app/a.py:4:"));
}

#[test]
#[cfg(unix)]
fn watching_survives_the_root_and_ends_with_ctrl_c() {
    let project = Project::empty();
    project.write("inner/analyzer.toml", "");
    project.write("inner/a.py", &bare("first"));
    let mut watching = Watching::start(&project, &["inner"]);
    let at = watching.report(0, "first report");
    fs::remove_dir_all(project.path("inner")).unwrap();
    let at = watching.until(at, "the root is gone", |text| text.contains("is gone"));
    project.write("inner/analyzer.toml", "");
    project.write("inner/a.py", &(bare("first") + &bare("second")));
    watching.until(at, "the root is back", |text| text.contains("a.py:11:"));
    run(Command::new("kill").args(["-INT", &watching.child.id().to_string()]));
    let deadline = Instant::now() + Duration::from_secs(30);
    while watching.child.try_wait().unwrap().is_none() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(watching.child.wait().unwrap().code(), Some(130));
}
