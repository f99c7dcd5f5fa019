//! A report fits a screen: few findings in full, many by rule; and what the options for reading leave out.
//! It must not know how findings are made.

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::fs;

use support::{Output, Project, run};

/// The report without the line that says how long it took.
fn timeless(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.contains("Checked ") && !line.starts_with("imports in ")).collect()
}

/// A project with so many findings of one rule.
fn many(count: usize) -> Project {
    let project = Project::empty();
    let lines = (0..count).map(|n| format!("import module_{n}\n"));
    project.write("m.py", &lines.collect::<String>());
    project
}

fn check(project: &Project, arguments: &[&str]) -> Output {
    run(project.check().arg("--no-cache").args(arguments))
}

#[test]
fn a_first_run_on_a_large_repository_fits_200_lines_with_every_cycle() {
    let project = Project::monorepo();
    let output = check(&project, &[]);
    assert_eq!((output.code, output.stderr.as_str()), (1, ""));
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert!(lines.len() <= 200, "{}", output.stdout);
    let groups = lines.iter().position(|line| *line == "Findings by family").unwrap();
    assert!(groups <= 150, "{}", output.stdout);
    let (rules, _) = output.stdout.split_once("Findings by family\n").unwrap();
    for (a, b) in [
        ("memory_client", "session_memory_agent"),
        ("model_manager_agent", "vram_optimizer_agent"),
        ("request_coordinator", "tiered_responder"),
        ("error_bus_service", "remote_connector_agent"),
    ] {
        assert!(rules.contains(&format!(": {a} ↔ {b}\n")), "{a}: {rules}");
    }
    assert_eq!(rules.matches(": common.utils.path_manager ↔ config.system_config\n").count(), 2, "{rules}");
    for line in lines.iter().filter(|line| !line.contains("more: `analyzer check ")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
    for part in [
        "error[import-cycle] 6 findings: 1 error, 5 warnings in 6 files\n",
        "Findings by folder\n",
        "most often",
        "complexity  function",
        "\n  tolerated: ",
        "\n  entry-dependent: ",
        "\nWhat next\n",
        "analyzer init",
    ] {
        assert!(output.stdout.contains(part), "{part}: {}", output.stdout);
    }
    for threads in ["1", "3"] {
        let again = check(&project, &["--threads", threads]);
        assert_eq!(timeless(&again.stdout), timeless(&output.stdout));
    }
}

#[test]
fn what_the_report_leaves_out_is_what_its_command_shows() {
    let project = many(90);
    project.write("n.py", "def f():\n    try:\n        g()\n    except:\n        pass\n");
    let output = check(&project, &[]);
    let line = output.stdout.lines().find(|line| line.contains(" more: `")).unwrap();
    let (more, command) = line.trim().strip_prefix("… and ").unwrap().split_once(" more: ").unwrap();
    let shown = output.stdout.lines().filter(|line| line.starts_with("  m.py:")).count();
    assert_eq!(more.parse::<usize>().unwrap() + shown, 90, "{}", output.stdout);
    let words: Vec<&str> = command.trim_matches('`').split(' ').skip(2).collect();
    let output = check(&project, &words);
    assert!(output.stdout.contains("[unused-import] 90 findings"), "{}", output.stdout);
    // One rule has the whole report to itself, and may take more lines than it did among others.
    assert!(output.stdout.lines().filter(|line| line.starts_with("  m.py:")).count() > shown);
}

#[test]
fn up_to_fifty_findings_are_shown_in_full() {
    let output = check(&many(50), &[]);
    assert_eq!(output.stdout.matches("warning[unused-import]").count(), 50);
    let output = check(&many(51), &[]);
    assert_eq!(output.stdout.matches("warning[unused-import]").count(), 1, "{}", output.stdout);
    let output = check(&many(51), &["--output-format", "full"]);
    assert_eq!(output.stdout.matches("warning[unused-import]").count(), 51);
    assert!(!output.stdout.contains("What next"));
}

#[test]
fn quiet_prints_findings_and_nothing_else() {
    for (count, format) in [(3, "full"), (3, "concise"), (3, "grouped"), (80, "full")] {
        let output = check(&many(count), &["-q", "--output-format", format]);
        assert_eq!((output.code, output.stderr.as_str()), (1, ""));
        assert!(output.stdout.contains("unused-import"), "{}", output.stdout);
        for part in ["Checked", "Findings by", "findings", "What next"] {
            assert!(!output.stdout.contains(part), "{part}: {}", output.stdout);
        }
    }
    let output = check(&many(80), &["--quiet"]);
    assert!(output.stdout.starts_with("warning[unused-import] 80 findings\n"), "{}", output.stdout);
    assert!(!output.stdout.contains("Checked") && !output.stdout.contains("What next"), "{}", output.stdout);
    let clean = check(&many(0), &["-q"]);
    assert_eq!((clean.code, clean.stdout.as_str(), clean.stderr.as_str()), (0, "", ""));
}

#[test]
fn a_limit_says_how_many_more_there_are_and_does_not_change_the_exit_code() {
    let project = many(90);
    project.write("z.py", "def f():\n    return secret(\n");
    for format in [
        &["--output-format", "concise"][..],
        &["--output-format", "grouped"],
        &["--output-format", "full"],
        &[],
    ] {
        let output = check(&project, &[&["--max-findings", "2"], format].concat());
        assert_eq!(output.code, 1);
        assert!(output.stdout.contains("89 more"), "{format:?}: {}", output.stdout);
        // The most severe one is shown although it is the last one.
        assert!(
            output.stdout.contains("syntax-error") && !output.stdout.contains("module_1`"),
            "{format:?}: {}",
            output.stdout
        );
    }
    let output =
        check(&project, &["--max-findings", "2", "--severity", "error", "--output-format", "concise"]);
    assert_eq!((output.code, output.stdout.contains("more")), (1, false));
    let output = check(&project, &["--max-findings", "0"]);
    assert_eq!(output.code, 2);
}

#[test]
fn formats_for_programs_are_complete_whatever_the_limit() {
    let output = check(&many(9), &["--max-findings", "2", "--output-format", "json"]);
    assert!(output.stderr.contains("--max-findings"), "{}", output.stderr);
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 9);
}

#[test]
fn a_report_into_a_file_is_complete_and_a_few_lines_say_so() {
    for format in ["sarif", "json", "full", "concise", "grouped"] {
        let project = many(70);
        let output = check(&project, &["--output-format", format, "-o", "report"]);
        assert_eq!((output.code, output.stdout.as_str()), (1, ""));
        assert!(output.stderr.lines().count() <= 3, "{}", output.stderr);
        assert!(output.stderr.starts_with("70 findings: "), "{}", output.stderr);
        assert!(fs::read_to_string(project.path("report")).unwrap().contains("module_69"));
        let output = check(&project, &["--output-format", format, "-o", "report", "-q"]);
        assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (1, "", ""));
    }
    // A file has room for everything.
    let project = many(70);
    check(&project, &["-o", "report"]);
    assert_eq!(
        fs::read_to_string(project.path("report")).unwrap().matches("warning[unused-import]").count(),
        70
    );
}

#[test]
fn statistics_are_the_table_and_the_totals() {
    let output = check(&many(3), &["--statistics"]);
    assert!(
        output.stdout.contains("unused-import") && output.stdout.contains("\n3 findings: "),
        "{}",
        output.stdout
    );
    assert!(!output.stdout.contains("Findings by"), "{}", output.stdout);
    let output = check(&many(3), &["--statistics", "-q"]);
    assert!(!output.stdout.contains("Checked"), "{}", output.stdout);
}

#[test]
fn verbose_tells_what_is_left_out_and_why() {
    let project = Project::empty();
    project.write("analyzer.toml", "exclude = [\"gone/**\"]\nmax-file-size = 200\n");
    project.write(".gitignore", "made.py\n");
    for path in ["app/m.py", "made.py", "gone/a.py", "gone/b.py", "node_modules/x/y.py"] {
        project.write(path, "x = 1\n");
    }
    project.write("app/large.py", &"x = 1\n".repeat(200));
    let output = check(&project, &["-v"]);
    for line in [
        "left out: gone/ (2 files), excluded by the configuration\n",
        "left out: made.py, ignored by .gitignore or .ignore\n",
        "left out: node_modules/ (1 file), left out by default\n",
        "not analysed: app/large.py, ",
        "analysed: 1 file\n",
        "cache: not used\n",
        "time: reading ",
    ] {
        assert!(output.stderr.contains(line), "{line}: {}", output.stderr);
    }
    let output = run(project.check().arg("--verbose"));
    assert!(output.stderr.contains("cache: 0 of 1 file\n"), "{}", output.stderr);
    assert_eq!(run(project.check().args(["-v", "-q"])).code, 2);
}

#[test]
fn colours_are_used_where_they_are_asked_for() {
    let coloured = |variables: &[(&str, &str)]| {
        let project = many(60);
        let mut command = project.check();
        command.env_remove("NO_COLOR").env_remove("FORCE_COLOR").envs(variables.iter().copied());
        run(&mut command).stdout.contains('\u{1b}')
    };
    assert!(!coloured(&[]) && !coloured(&[("FORCE_COLOR", "0")]) && !coloured(&[("FORCE_COLOR", "")]));
    assert!(coloured(&[("FORCE_COLOR", "1")]) && coloured(&[("FORCE_COLOR", "true")]));
    assert!(!coloured(&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn the_name_of_a_family_lists_its_rules() {
    let project = Project::empty();
    for (family, rules) in [
        ("exceptions", &["bare-except", "broad-except", "lost-traceback"][..]),
        ("imports", &["import-cycle", "unused-import"]),
        ("web", &["missing-csrf-protection"]),
    ] {
        let output = run(project.command("explain").arg(family));
        assert_eq!((output.code, output.stderr.as_str()), (0, ""));
        assert!(rules.iter().all(|rule| output.stdout.contains(rule)), "{}", output.stdout);
        assert!(output.stdout.starts_with(&format!("{family}\n")), "{}", output.stdout);
        assert!(family == "web" || !output.stdout.contains("csrf"), "{}", output.stdout);
    }
    assert_eq!(run(project.command("explain").arg("exception")).code, 2);
}
