//! Behaviour of the binary when something is wrong outside of it: a clear message, the right exit code, nothing lost.
//! It must not know how the engine works.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use support::{Project, run, text};

/// Makes a damaged pack of a sound one.
type Damage = fn(&[u8]) -> Vec<u8>;

#[test]
fn a_mistake_in_the_configuration_is_shown_where_it_is() {
    let project = Project::small();
    project.write("analyzer.toml", "fail-on = \"error\"\n\n[rules.complex-function]\nmaximum = 3\n");
    let output = run(&mut project.check());
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    for part in ["analyzer.toml:4:1", "maximum = 3", "^^^^^^^", "max"] {
        assert!(output.stderr.contains(part), "{part}: {}", output.stderr);
    }
}

#[test]
fn a_configuration_that_is_no_toml_is_shown_where_it_breaks() {
    let project = Project::small();
    project.write("analyzer.toml", "fail-on = \"error\"\nexclude = [\n");
    let output = run(&mut project.check());
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains("analyzer.toml:") && output.stderr.contains('^'), "{}", output.stderr);
    assert_eq!(run(project.check().arg("--isolated")).code, 1);
}

#[test]
fn a_configuration_file_that_is_not_there_is_named() {
    let project = Project::small();
    let output = run(project.check().args(["--config", "missing.toml"]));
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains("missing.toml"), "{}", output.stderr);
}

#[test]
fn an_unknown_rule_brings_a_hint() {
    let project = Project::small();
    for option in ["--select", "--ignore"] {
        let output = run(project.check().args([option, "bare-exept"]));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.contains("`bare-exept`"), "{}", output.stderr);
        assert!(output.stderr.contains("`bare-except`"), "{}", output.stderr);
    }
}

#[test]
fn a_missing_path_is_named() {
    let project = Project::small();
    let output = run(project.check().args(["app", "no/such/folder"]));
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains("no/such/folder"), "{}", output.stderr);
}

#[test]
fn an_empty_repository_is_clean_and_says_so() {
    let project = Project::empty();
    let output = run(&mut project.check());
    assert_eq!(output.code, 0);
    assert!(output.stderr.starts_with("warning: there are no Python files in "), "{}", output.stderr);
    let output = run(project.check().args(["--output-format", "json"]));
    assert_eq!(output.code, 0);
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(report["findings"], serde_json::json!([]));
}

#[test]
fn a_damaged_cache_changes_nothing_and_is_rebuilt() {
    let project = Project::small();
    let expected = run(project.check().args(["--no-cache", "--output-format", "json"]));
    assert_eq!(expected.code, 1);
    let damages: [(&str, Damage); 5] = [
        ("garbage", |bytes| {
            bytes.iter().enumerate().map(|(i, byte)| byte.wrapping_mul(31) ^ i as u8).collect()
        }),
        ("one bit", |bytes| {
            let mut bytes = bytes.to_vec();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x40;
            bytes
        }),
        ("half of it", |bytes| bytes[..bytes.len() / 2].to_vec()),
        ("nothing", |_| Vec::new()),
        ("more", |bytes| [bytes, b"more"].concat()),
    ];
    for (name, damage) in damages {
        assert_eq!(run(&mut project.json()), expected);
        let packs = project.cache_files();
        assert!(!packs.is_empty());
        let whole: Vec<Vec<u8>> = packs.iter().map(|pack| fs::read(pack).unwrap()).collect();
        for (pack, bytes) in packs.iter().zip(&whole) {
            fs::write(pack, damage(bytes)).unwrap();
        }
        assert_eq!(run(&mut project.json()), expected, "{name}");
        assert_eq!(run(&mut project.json()), expected, "{name}, rebuilt");
        let rebuilt = run(&mut project.check());
        assert!(rebuilt.stdout.contains("from the cache"), "{name}: {}", rebuilt.stdout);
        fs::remove_dir_all(project.path(".analyzer_cache")).unwrap();
    }
}

/// As root, permission bits bind nobody: a file in the folder's place does.
#[test]
fn a_cache_that_cannot_be_written_is_a_warning() {
    let project = Project::small();
    let expected = run(project.check().args(["--no-cache", "--output-format", "json"]));
    project.write(".analyzer_cache", "in the way");
    let output = run(&mut project.json());
    assert_eq!((output.code, &output.stdout), (1, &expected.stdout));
    assert!(output.stderr.starts_with("warning: the cache was not saved: "), "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
    assert_eq!(fs::read_to_string(project.path(".analyzer_cache")).unwrap(), "in the way");
}

#[test]
fn a_cache_that_cannot_be_read_is_rebuilt() {
    let project = Project::small();
    let expected = run(&mut project.json());
    for pack in project.cache_files() {
        fs::remove_file(&pack).unwrap();
        fs::create_dir(&pack).unwrap();
    }
    let output = run(&mut project.json());
    assert_eq!((output.code, output.stdout), (1, expected.stdout));
}

#[test]
fn output_into_a_missing_folder_names_the_folder() {
    let project = Project::small();
    let output = run(project.check().args(["-o", "no/such/report.json", "--output-format", "json"]));
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains("no/such"), "{}", output.stderr);
    assert!(!project.path("no").exists());
}

#[test]
fn a_report_that_cannot_be_made_leaves_the_old_one() {
    let project = Project::small();
    project.write("report.json", "old");
    let arguments = ["-o", "report.json", "--output-format", "json"];
    project.write("analyzer.toml", "nonsense = 1\n");
    assert_eq!(run(project.check().args(arguments)).code, 2);
    assert_eq!(fs::read_to_string(project.path("report.json")).unwrap(), "old");
    project.write("analyzer.toml", "");
    let output = run(project.check().args(arguments));
    assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    assert!(fs::read_to_string(project.path("report.json")).unwrap().starts_with('{'));
    fs::create_dir(project.path("folder")).unwrap();
    let output = run(project.check().args(["-o", "folder"]));
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert_eq!(project.leftovers(), [] as [&str; 0]);
}

#[test]
fn neither_threads_nor_the_cache_change_a_byte() {
    let project = Project::monorepo();
    for format in ["full", "concise", "json", "sarif"] {
        let mut outputs = Vec::new();
        for options in [["--threads=1", "--no-cache"], ["--threads=2", "--no-cache"]] {
            outputs.push(run(project.check().args(options).args(["--output-format", format, "-o", "out"])));
            outputs.last_mut().unwrap().stdout = fs::read_to_string(project.path("out")).unwrap();
        }
        for threads in ["--threads=1", "--threads=2", "--threads=2"] {
            outputs.push(run(project.check().args([threads, "--output-format", format, "-o", "out"])));
            outputs.last_mut().unwrap().stdout = fs::read_to_string(project.path("out")).unwrap();
        }
        fs::remove_dir_all(project.path(".analyzer_cache")).unwrap();
        assert!(outputs[0].stdout.len() > 1000, "{format}");
        for output in &outputs {
            // The summary tells the time and what the cache did.
            assert_eq!((output.code, &output.stdout), (1, &outputs[0].stdout), "{format}");
        }
    }
    for format in ["json", "dot", "mermaid", "html"] {
        let graph = |threads: &str| run(project.command("graph").args([threads, "--format", format]));
        let one = graph("--threads=1");
        assert_eq!(one.code, 0, "{}", one.stderr);
        assert_eq!(one, graph("--threads=2"), "{format}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let project = Project::monorepo();
    let mut child = project
        .check()
        .args(["--no-cache", "--output-format", "concise"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(first.ends_with('\n'), "{first}");
    assert_eq!((output.status.code(), text(output.stderr)), (Some(1), String::new()));
}

#[test]
fn a_closed_standard_error_ends_nothing() {
    let project = Project::small();
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    for (arguments, code) in [
        (&["check", "--diff", "--unsafe-fixes"][..], 1),
        (&["check", "--write-baseline"], 0),
        (&["check", "--select", "no-such-rule"], 2),
        (&["check", "no/such/folder"], 2),
        (&["clean"], 0),
    ] {
        let mut command = project.command(arguments[0]);
        let output = command.args(&arguments[1..]).stderr(closed()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(output.stdout));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    //! Tests that need Linux's devices or signals.

    use std::fs::File;
    use std::path::Path;
    use std::process::{Child, Command};
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_full_disk_behind_standard_output_is_told() {
        let project = Project::small();
        for format in ["full", "concise", "json", "sarif"] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let output = project.check().args(["--output-format", format]).stdout(full).output().unwrap();
            let stderr = text(output.stderr);
            assert_eq!(output.status.code(), Some(2), "{format}: {stderr}");
            assert!(stderr.contains("standard output") && stderr.contains("disk is full"), "{stderr}");
        }
        for command in ["rules", "graph", "explain", "completions"] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let mut command_line = project.command(command);
            if command == "completions" {
                command_line.arg("bash");
            }
            let output = command_line.stdout(full).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{command}: {}", text(output.stderr));
        }
    }

    #[test]
    fn a_device_is_not_replaced_by_a_report() {
        let project = Project::small();
        let output = run(project.check().args(["-o", "/dev/full"]));
        assert_eq!(output.code, 2, "{}", output.stderr);
        assert!(output.stderr.contains("/dev/full"), "{}", output.stderr);
        assert!(!Path::new("/dev/full").is_file());
    }

    /// On a file system of its own, of 64 KiB, where the kernel lets a user have one.
    #[test]
    fn a_full_disk_leaves_the_old_report_and_the_findings() {
        let project = Project::small();
        fs::create_dir(project.path("disk")).unwrap();
        let script = "mount -t tmpfs -o size=64k none disk && echo old > disk/report && \
                      { head -c 1M /dev/zero > disk/zero 2>/dev/null || true; } && \
                      { \"$0\" check --output-format json -o disk/report; echo \"exit $?\"; } && cat disk/report && ls -A disk";
        let output = Command::new("unshare")
            .args(["-rm", "sh", "-c", script, env!("CARGO_BIN_EXE_analyzer")])
            .current_dir(project.path("."))
            .output();
        let Ok(output) = output else {
            eprintln!("there is no unshare here");
            return;
        };
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        if !stdout.starts_with("exit") && !stderr.contains("disk/report") {
            eprintln!("no file system of one's own here: {stderr}");
            return;
        }
        assert_eq!(stdout, "exit 2\nold\nreport\nzero\n");
        assert!(stderr.contains("disk/report") && stderr.contains("the disk is full"), "{stderr}");
    }

    #[test]
    fn a_place_where_no_cache_can_be_made_is_a_warning() {
        let project = Project::small();
        // Nobody can make files there, not even root.
        fs::write(project.path(".analyzer_cache"), "").unwrap();
        let output = run(&mut project.json());
        assert_eq!(output.code, 1);
        assert!(output.stdout.contains("bare-except"));
        assert!(output.stderr.starts_with("warning: the cache was not saved: "), "{}", output.stderr);
    }

    fn interrupt(child: &Child) {
        let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    #[test]
    fn ctrl_c_ends_a_run_and_loses_nothing() {
        let project = Project::monorepo();
        let json = ["--output-format", "json", "-o", "report.json"];
        let whole = Instant::now();
        let expected = run(project.check().args(json).arg("--no-cache"));
        let whole = whole.elapsed();
        assert_eq!(expected.code, 1, "{}", expected.stderr);
        let report = fs::read_to_string(project.path("report.json")).unwrap();
        let mut interrupted = 0;
        for step in 1..10 {
            project.write("report.json", "old");
            let mut child = project.check().args(json).stderr(Stdio::piped()).spawn().unwrap();
            std::thread::sleep(whole * step / 10);
            // A run that is done already has no process to interrupt.
            if child.try_wait().unwrap().is_none() {
                interrupt(&child);
            }
            let sent = Instant::now();
            let output = child.wait_with_output().unwrap();
            assert!(
                sent.elapsed() < whole.max(Duration::from_secs(5)),
                "it went on for {:?}",
                sent.elapsed()
            );
            let now = fs::read_to_string(project.path("report.json")).unwrap();
            match output.status.code() {
                Some(130) => {
                    interrupted += 1;
                    assert_eq!(text(output.stderr), "interrupted\n");
                    assert_eq!(now, "old");
                }
                Some(1) => assert_eq!(now, report),
                code => panic!("{code:?}: {}", text(output.stderr)),
            }
            assert_eq!(project.leftovers(), [] as [&str; 0]);
            // Every entry of the cache is whole by now.
            run(project.check().args(json));
            assert_eq!(fs::read_to_string(project.path("report.json")).unwrap(), report);
            let _ = fs::remove_dir_all(project.path(".analyzer_cache"));
        }
        assert!(interrupted >= 3, "only {interrupted} of 9 runs were interrupted");
    }
}

/// Runs a check with limits of the shell.
#[cfg(target_os = "linux")]
fn limited(project: &Project, limits: &str, threads: &str) -> support::Output {
    let mut command = std::process::Command::new("bash");
    let script = format!(
        "ulimit {limits}; exec \"$0\" check --no-cache --output-format concise --threads {threads} ."
    );
    command.args(["-c", &script, env!("CARGO_BIN_EXE_analyzer")]).current_dir(project.path(""));
    run(&mut command)
}

#[cfg(target_os = "linux")]
#[test]
fn little_memory_ends_a_run_with_a_message_or_not_at_all() {
    let project = Project::small();
    project.write("app/long.py", &"def f(x):\n    return [x, {1: x}, (x,)]\n\n\n".repeat(20_000));
    let whole = run(project.check().args(["--no-cache", "--output-format", "concise"]));
    for kilobytes in [70_000, 120_000, 300_000, 1_000_000] {
        for threads in ["1", "2", "16"] {
            let output = limited(&project, &format!("-v {kilobytes}"), threads);
            let told = format!("{kilobytes} kB, {threads} threads: {}: {}", output.code, output.stderr);
            if output.code == 2 {
                assert!(output.stderr.contains("error: there is no memory left"), "{told}");
            } else {
                assert_eq!((output.code, &output.stdout), (whole.code, &whole.stdout), "{told}");
            }
        }
    }
}

/// A process that does not come back keeps a run from looking for Ctrl-C.
#[cfg(unix)]
#[test]
fn the_first_interrupt_ends_a_run_that_waits() {
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, Instant};
    let project = Project::small();
    // Programs that lie in the project are not run.
    let programs = Project::empty();
    programs.write("git", "#!/bin/sh\nexec sleep 60\n");
    fs::set_permissions(programs.path("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", programs.path("").display(), std::env::var("PATH").unwrap());
    fs::create_dir(project.path(".git")).unwrap();
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    let mut command = project.check();
    command.args(["--no-cache", "--changed"]).env("PATH", path);
    let told = programs.path("told");
    let mut child = command.stdout(Stdio::null()).stderr(fs::File::create(&told).unwrap()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().unwrap().is_none(), "{}", fs::read_to_string(&told).unwrap());
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if Instant::now() > deadline => {
                child.kill().unwrap();
                panic!("it waits still");
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert_eq!((status.code(), fs::read_to_string(&told).unwrap().trim()), (Some(130), "interrupted"));
}
