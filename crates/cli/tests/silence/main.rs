//! Suppressions and baselines through the command line, on files as people have them.
//! It must not know how the engine works.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use serde_json::Value;
use support::{Output, Project, run};

const BARE: &str = "try:\n    run()\nexcept:\n    pass\n";

fn findings(output: &Output) -> Vec<Value> {
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    report["findings"].as_array().unwrap().clone()
}

fn count(project: &Project, arguments: &[&str]) -> usize {
    findings(&run(project.json().args(arguments))).len()
}

#[test]
fn a_suppressed_finding_is_silent_unless_asked_for() {
    let project = Project::empty();
    project.write("a.py", &BARE.replace("except:", "except:  # analyzer: ignore[bare-except] why"));
    let output = run(&mut project.check());
    assert_eq!(output.code, 0, "{output:?}");
    assert!(output.stdout.contains("(1 suppressed)"), "{output:?}");
    let all = findings(&run(project.json().arg("--include-suppressed")));
    assert_eq!(all.len(), 1);
    // The cache holds suppressions, too.
    assert!(!project.cache_files().is_empty());
    assert_eq!(count(&project, &[]), 0);
    assert_eq!(count(&project, &["--no-cache", "--threads", "1"]), 0);
}

#[test]
fn a_broken_file_is_suppressed_like_any_other() {
    let project = Project::empty();
    project.write("a.py", &format!("{}\nx = = 1\n", BARE.replace("except:", "except:  # noqa: E722")));
    let rules: Vec<Value> = findings(&run(&mut project.json()));
    assert_eq!(rules.len(), 1);
    assert_eq!(rules[0]["rule"], "syntax-error");
}

#[test]
fn suppressions_for_everything_are_written_once() {
    let project = Project::small();
    let before = fs::read(project.path("app/two.py")).unwrap();
    let output = run(project.check().arg("--add-suppressions"));
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(count(&project, &[]), 0);
    let one = fs::read_to_string(project.path("app/one.py")).unwrap();
    assert!(one.contains("    except:  # analyzer: ignore[bare-except]\n"), "{one}");
    assert_ne!(fs::read(project.path("app/two.py")).unwrap(), before);
    let after = fs::read(project.path("app/two.py")).unwrap();
    let again = run(project.check().arg("--add-suppressions"));
    assert!(again.stderr.contains("suppressed 0 findings in 0 files"), "{again:?}");
    assert_eq!(fs::read(project.path("app/two.py")).unwrap(), after);
    assert_eq!(fs::read_to_string(project.path("app/one.py")).unwrap(), one);
    assert_eq!(project.leftovers(), [] as [&str; 0]);
}

#[test]
fn suppressions_keep_encoding_mark_and_line_ends() {
    let project = Project::empty();
    let windows = BARE.replace('\n', "\r\n");
    let mut latin: Vec<u8> = b"# coding: latin-1\r\nname = '\xe9'\r\n".to_vec();
    latin.extend_from_slice(windows.as_bytes());
    fs::write(project.path("latin.py"), &latin).unwrap();
    fs::write(project.path("mark.py"), [b"\xef\xbb\xbf".as_slice(), windows.as_bytes()].concat()).unwrap();
    assert_eq!(run(project.check().arg("--add-suppressions")).code, 0);
    let comment = b"except:  # analyzer: ignore[bare-except]\r\n";
    for (path, start) in [("latin.py", b"# coding".as_slice()), ("mark.py", b"\xef\xbb\xbftry")] {
        let bytes = fs::read(project.path(path)).unwrap();
        assert!(bytes.starts_with(start), "{path}");
        assert!(bytes.windows(comment.len()).any(|window| window == comment), "{path}");
    }
    assert!(fs::read(project.path("latin.py")).unwrap().contains(&0xe9));
    assert_eq!(count(&project, &[]), 0);
}

#[test]
fn the_fixture_can_be_suppressed_as_a_whole() {
    let project = Project::monorepo();
    let before = count(&project, &[]);
    assert!(before > 100);
    let output = run(project.check().arg("--add-suppressions"));
    let left = findings(&run(&mut project.json()));
    // Comments are read in Python alone.
    let expected = |finding: &Value| {
        let path = finding["path"].as_str().unwrap();
        finding["rule"] == "syntax-error" || !path.ends_with(".py")
    };
    assert!(left.iter().all(expected), "{left:?}");
    assert!(left.len() * 100 < before, "{} of {before} are left: {}", left.len(), output.stderr);
    assert_eq!(project.leftovers(), [] as [&str; 0]);
}

fn rules(project: &Project, arguments: &[&str]) -> BTreeSet<(String, String, u64)> {
    let output = run(project.json().args(arguments));
    let key = |finding: &Value| {
        let line = finding["range"]["start"]["line"].as_u64().unwrap();
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        (text("path"), text("rule"), line)
    };
    findings(&output).iter().map(key).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is suppressed on one line, the others say what they said.
    #[test]
    fn a_suppression_changes_no_other_finding(chosen in 0_usize..4, name in "bare-except|exceptions|imports|E722|noise") {
        let block = "try:\n    run()\nexcept:\n    pass\ntry:\n    run()\nexcept Exception:\n    pass\n";
        let text = block.repeat(2);
        let project = Project::empty();
        project.write("a.py", &text);
        let before = rules(&project, &["--ignore", "suppressions"]);
        let line = [3, 7, 11, 15][chosen];
        let comment = |(number, text): (usize, &str)| {
            if number + 1 == line { format!("{text}  # analyzer: ignore[{name}]\n") } else { format!("{text}\n") }
        };
        let changed: String = text.lines().enumerate().map(comment).collect();
        project.write("a.py", &changed);
        let after = rules(&project, &["--ignore", "suppressions"]);
        let others = |all: &BTreeSet<(String, String, u64)>| -> Vec<_> {
            all.iter().filter(|finding| finding.2 != line as u64).cloned().collect()
        };
        prop_assert_eq!(others(&before), others(&after));
        let silenced = name == "exceptions" || (name == "bare-except" && chosen % 2 == 0);
        prop_assert_eq!(before.len() - after.len(), usize::from(silenced));
    }
}

fn tool(name: &str) -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or(default, PathBuf::from);
    tools.join("venv/bin").join(name)
}

const UGLY: &str = "LIMIT = 1\n\ndef f( a,b ):\n    try:\n        return g( a, 'x' , b,\n            1 )\n    except :\n        pass\n\n\
                    class C:\n  def m(self):\n      try:\n          run('it')\n      except Exception: pass\n";

/// A project with a baseline of two findings in `src/old.py`.
fn with_baseline() -> Project {
    let project = Project::empty();
    project.write("src/old.py", UGLY);
    project.write("src/other.py", BARE);
    let output = run(project.check().arg("--write-baseline"));
    assert_eq!(output.code, 0, "{output:?}");
    assert!(output.stderr.contains("holds 3 findings"), "{output:?}");
    assert_eq!(run(&mut project.check()).code, 0);
    project
}

#[test]
fn moved_lines_are_known() {
    let project = with_baseline();
    project.write("src/old.py", &format!("'''Doc.'''\n\nX = 1\n\n\n{UGLY}"));
    let output = run(&mut project.check());
    assert_eq!(output.code, 0, "{output:?}");
    assert!(output.stdout.contains("(3 in the baseline)"), "{output:?}");
}

#[test]
fn a_formatted_file_is_known() {
    let project = with_baseline();
    let status =
        Command::new(tool("ruff")).args(["format", "--isolated"]).arg(project.path("src")).output().unwrap();
    assert!(status.status.success());
    assert_ne!(fs::read_to_string(project.path("src/old.py")).unwrap(), UGLY);
    assert_eq!(count(&project, &[]), 0);
}

#[test]
fn a_renamed_file_is_known_and_a_copy_is_not() {
    let project = with_baseline();
    fs::create_dir_all(project.path("lib")).unwrap();
    fs::rename(project.path("src/old.py"), project.path("lib/new.py")).unwrap();
    assert_eq!(count(&project, &[]), 0);
    assert_eq!(count(&project, &["lib/new.py"]), 0);
    project.write("lib/copy.py", UGLY);
    assert_eq!(count(&project, &[]), 2);
    // Pruning writes down the new path, and keeps all three.
    let pruned = run(project.check().arg("--prune-baseline"));
    assert!(pruned.stderr.contains("holds 3 findings"), "{pruned:?}");
    let text = fs::read_to_string(project.path(".analyzer-baseline.json")).unwrap();
    assert!(text.contains("lib/") && !text.contains("src/old.py"), "{text}");
}

#[test]
fn what_the_baseline_knows_is_not_fixed() {
    let project = with_baseline();
    let old = fs::read_to_string(project.path("src/old.py")).unwrap();
    project.write("src/other.py", &BARE.repeat(2));
    let told = run(project.check().args(["--diff", "--unsafe-fixes"]));
    assert!(told.stderr.contains("Would fix 1 finding in 1 file"), "{told:?}");
    assert!(told.stderr.contains("the baseline holds them"), "{told:?}");
    assert!(!told.stdout.contains("src/old.py"), "{told:?}");
    let fixed = run(project.check().args(["--fix", "--unsafe-fixes"]));
    assert!(fixed.stderr.contains("Fixed 1 finding in 1 file"), "{fixed:?}");
    assert_eq!(fs::read_to_string(project.path("src/old.py")).unwrap(), old);
    let left = fs::read_to_string(project.path("src/other.py")).unwrap();
    assert_eq!(left.matches("except:").count(), 1, "{left}");
    let everything = run(project.check().args(["--fix", "--unsafe-fixes", "--no-baseline"]));
    assert!(everything.stderr.contains(" in 2 files"), "{everything:?}");
}

#[test]
fn only_new_findings_count_in_every_format() {
    let project = with_baseline();
    project.write("src/other.py", &BARE.repeat(2));
    assert_eq!(run(&mut project.check()).code, 1);
    assert_eq!(count(&project, &[]), 1);
    let sarif = run(project.check().arg("--sarif"));
    let sarif: Value = serde_json::from_str(&sarif.stdout).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    assert_eq!(count(&project, &["--no-baseline"]), 4);
}

#[test]
fn what_is_mended_is_said_and_pruned() {
    let project = with_baseline();
    project.write("src/other.py", "run()\n");
    let output = run(&mut project.check());
    assert_eq!(output.code, 0);
    assert!(output.stdout.contains("Gone from the baseline: 1 finding"), "{output:?}");
    let output = run(project.check().arg("--prune-baseline"));
    assert!(
        output.stderr.contains("holds 2 findings") && output.stderr.contains("removed from it: 1"),
        "{output:?}"
    );
    assert!(!run(&mut project.check()).stdout.contains("Gone"));
}

#[test]
fn a_part_of_the_project_leaves_the_rest_of_the_baseline_alone() {
    let project = with_baseline();
    project.write("src/new.py", BARE);
    let output = run(project.check().args(["src/new.py", "--write-baseline"]));
    assert!(output.stderr.contains("holds 4 findings"), "{output:?}");
    let output = run(project.check().args(["--select", "imports", "--write-baseline"]));
    assert!(output.stderr.contains("holds 4 findings"), "{output:?}");
    assert_eq!(count(&project, &[]), 0);
}

#[test]
fn the_file_is_stable_and_where_it_is_wanted() {
    let project = with_baseline();
    let first = fs::read(project.path(".analyzer-baseline.json")).unwrap();
    run(project.check().arg("--write-baseline"));
    assert_eq!(fs::read(project.path(".analyzer-baseline.json")).unwrap(), first);
    project.write("analyzer.toml", "baseline = \"config/known.json\"\n");
    let missing = run(&mut project.check());
    assert_eq!(missing.code, 2);
    assert!(
        missing.stderr.contains("known.json") && missing.stderr.contains("--write-baseline"),
        "{missing:?}"
    );
    fs::create_dir_all(project.path("config")).unwrap();
    assert_eq!(run(project.check().arg("--write-baseline")).code, 0);
    assert_eq!(fs::read(project.path("config/known.json")).unwrap(), first);
    assert_eq!(run(project.check().args(["--baseline", ".analyzer-baseline.json"])).code, 0);
}

#[test]
fn a_damaged_or_foreign_baseline_ends_the_run() {
    let project = with_baseline();
    let good = fs::read_to_string(project.path(".analyzer-baseline.json")).unwrap();
    for (text, part) in [
        (good.replace("]}", ""), "line"),
        (good.replacen('\n', "\n<<<<<<< ours\n", 1), "line 2"),
        ("{\"results\": {}}".to_owned(), "line 1: unknown field `results`"),
        (good.replace("\"version\": 2", "\"version\": 9"), "line 1: version 9"),
        (String::new(), "line 1"),
        ("null".to_owned(), "line 1"),
    ] {
        project.write(".analyzer-baseline.json", &text);
        let output = run(&mut project.check());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{text}");
        assert!(output.stderr.contains(part), "{part}: {}", output.stderr);
        assert!(output.stderr.contains(".analyzer-baseline.json"), "{}", output.stderr);
    }
}
