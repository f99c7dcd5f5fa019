//! Pages whose commands are a session in a shell: every file that a page shows is written, every command run, and what it
//! prints must be what the page says. `ANALYZER_UPDATE_DOCS=1` writes what is printed into the pages instead.
//! It must not know what the pages are about.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::blocks::{Part, page, parts, root};

pub(crate) const PAGES: [&str; 6] = [
    "docs/baseline.md",
    "docs/fixes.md",
    "docs/migrating.md",
    "docs/output-formats.md",
    "docs/quick-start.md",
    "docs/writing-rules.md",
];

/// Output of a command, both streams in order, without times, which differ from run to run.
fn session(command: &str, folder: &Path) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_analyzer"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut shown = String::new();
    for line in text.lines() {
        match line.split_once(" in ") {
            Some((checked, _)) if checked.starts_with("Checked ") => shown.push_str(checked),
            _ => shown.push_str(line),
        }
        shown.push('\n');
    }
    shown
}

/// The page with what its commands print, and what files are after them.
fn played(path: &str, folder: &Path) -> String {
    let mut out = String::new();
    for part in parts(path) {
        let block = match part {
            Part::Line(line) => {
                out.push_str(&format!("{line}\n"));
                continue;
            }
            Part::Block(block) => block,
        };
        let (language, word) = block.info.split_once(' ').unwrap_or((&block.info, ""));
        let mut text = block.text.clone();
        if language == "console" {
            let commands = block.text.lines().filter_map(|line| line.strip_prefix("$ "));
            text = commands.map(|command| format!("$ {command}\n{}", session(command, folder))).collect();
        } else if let Some(file) = word.strip_prefix("file=") {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, &text).unwrap();
        } else if let Some(file) = word.strip_prefix("after=") {
            text = fs::read_to_string(folder.join(file)).unwrap();
        } else {
            let shown = matches!(language, "json" | "text");
            assert!(shown, "{path}:{}: nothing is done with it", block.line);
        }
        out.push_str(&format!("{}{}\n{text}{}\n", block.fence, block.info, block.fence));
    }
    out
}

#[test]
fn sessions_go_as_the_pages_show() {
    for name in PAGES {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        fs::create_dir_all(project.join(".git")).unwrap();
        let played = played(name, &project);
        if std::env::var_os("ANALYZER_UPDATE_DOCS").is_some() {
            fs::write(root().join(name), &played).unwrap();
        }
        assert_eq!(played, page(name), "{name}: ANALYZER_UPDATE_DOCS=1 writes what is printed now");
    }
}
