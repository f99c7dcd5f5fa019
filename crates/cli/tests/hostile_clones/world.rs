//! A clone in a folder of its own, with files beside it that are none of its business. It must not know what a test expects.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Output, text};

/// How long a run may take; the machine may be busy, and what never ends takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// `project`, which somebody else wrote, and the folder that it lies in.
pub(crate) struct World {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

impl World {
    /// A project with one finding, `unused-import m.py:1`.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let world = Self { _folder: folder, root };
        world.write("project/analyzer.toml", "");
        world.write("project/m.py", "import os\n");
        world
    }

    /// A path from the folder around the project.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Makes a link at a path, which leads to where the text says.
    pub(crate) fn link(&self, target: &str, path: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    }

    /// A program that leaves the file `started` beside the project, and fails.
    pub(crate) fn program(&self) -> String {
        let path = self.path("mark.sh");
        fs::write(&path, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", self.path("started").display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    }

    /// Whether that program ran.
    pub(crate) fn was_started(&self) -> bool {
        self.path("started").exists()
    }

    /// Git in the project, as its author used it.
    pub(crate) fn git(&self, args: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(self.path("project")).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(args);
        let output = git.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Everything in the project committed.
    pub(crate) fn commit(&self) {
        self.git(&["init", "-q", "-b", "main"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "all"]);
    }

    /// `analyzer` with some words, in the project.
    pub(crate) fn run(&self, words: &str) -> Output {
        self.run_in("project", words, &[])
    }

    /// The same in a folder, with some variables set.
    pub(crate) fn run_in(&self, folder: &str, words: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_analyzer"));
        command.args(words.split_whitespace()).current_dir(self.path(folder));
        command.env_remove("GITHUB_ACTIONS").env("NO_COLOR", "1").env("HOME", self.path("home"));
        command.envs(variables.iter().copied());
        ended(command.stdin(Stdio::null()), words)
    }

    /// Files and links beside the project, by path: contents, targets of links.
    pub(crate) fn outside(&self) -> BTreeMap<PathBuf, String> {
        let mut seen = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let kind = path.symlink_metadata().unwrap().file_type();
                if path == self.path("project") {
                    continue;
                }
                if kind.is_dir() {
                    folders.push(path.clone());
                }
                let content = match () {
                    () if kind.is_symlink() => fs::read_link(&path).unwrap().display().to_string(),
                    () if kind.is_file() => fs::read_to_string(&path).unwrap(),
                    () => String::new(),
                };
                seen.insert(path, content);
            }
        }
        seen
    }
}

/// Runs a command to its end, and fails where that does not come.
fn ended(command: &mut Command, words: &str) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let out = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).unwrap();
        text(bytes)
    });
    let err = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        err.read_to_end(&mut bytes).unwrap();
        text(bytes)
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("`analyzer {words}` does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let (stdout, stderr) = (out.join().unwrap(), err.join().unwrap());
    let code = status.code().unwrap_or_else(|| panic!("`analyzer {words}` was killed: {status}: {stderr}"));
    Output { code, stdout, stderr }
}

/// Both streams of a run.
pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", output.stdout, output.stderr)
}
