//! Pages whose commands are a session in a shell: every file that a page shows is written, every command run, and what it
//! prints must be what the page says. `ANALYZER_UPDATE_DOCS=1` writes what is printed into the pages instead.
//! It must not know what the pages are about.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PAGES: [&str; 1] = ["docs/quick-start.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What a command prints, errors first, without times, which differ from run to run.
fn session(command: &str, folder: &Path) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_analyzer"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
    let mut shown = String::new();
    for line in text.lines() {
        match line.split_once(" in ") {
            Some((checked, _)) if checked.starts_with("Checked ") => shown.push_str(checked),
            _ => shown.push_str(line.trim_end()),
        }
        shown.push('\n');
    }
    shown
}

/// The page with what its commands print now.
fn played(page: &str, folder: &Path) -> String {
    let mut out = String::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(info) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if info == "console" {
            for command in body.iter().filter_map(|line| line.strip_prefix("$ ")) {
                out.push_str(&format!("$ {command}\n{}", session(command, folder)));
            }
        } else {
            if let Some((_, path)) = info.split_once(" file=") {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, body.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
            }
            out.extend(body.iter().map(|line| format!("{line}\n")));
        }
        out.push_str("```\n");
    }
    out
}

#[test]
fn sessions_go_as_the_pages_show() {
    for name in PAGES {
        let path = root().join(name);
        let page = fs::read_to_string(&path).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        fs::create_dir(&project).unwrap();
        fs::create_dir(project.join(".git")).unwrap();
        let played = played(&page, &project);
        if std::env::var_os("ANALYZER_UPDATE_DOCS").is_some() {
            fs::write(&path, &played).unwrap();
        }
        assert_eq!(played, page, "{name}: ANALYZER_UPDATE_DOCS=1 writes what is printed now");
    }
}
