//! Projects in temporary folders, and the binary run in them. It must not know what a test expects.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Result of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let code = output.status.code().unwrap_or_else(|| panic!("{command:?} was killed: {}", output.status));
    Output { code, stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Output as text.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A project in a folder that goes with it.
pub(crate) struct Project(tempfile::TempDir);

impl Project {
    /// Only a configuration without entries.
    pub(crate) fn empty() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.write("analyzer.toml", "");
        project
    }

    /// Three files, one of them broken, with a few findings.
    pub(crate) fn small() -> Self {
        let project = Self::empty();
        project.write("app/__init__.py", "");
        project.write(
            "app/one.py",
            "import app.two\n\n\ndef f():\n    try:\n        app.two.g()\n    except:\n        pass\n",
        );
        project.write("app/two.py", "def g(:\n    try:\n        h()\n    except Exception:\n        pass\n");
        project
    }

    /// A copy of fixtures/monorepo.
    pub(crate) fn monorepo() -> Self {
        let project = Self::empty();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/monorepo");
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(fixture.join(&folder)).unwrap() {
                let entry = entry.unwrap();
                let path = folder.join(entry.file_name());
                if entry.file_type().unwrap().is_dir() {
                    fs::create_dir_all(project.0.path().join(&path)).unwrap();
                    folders.push(path);
                } else {
                    fs::copy(entry.path(), project.0.path().join(&path)).unwrap();
                }
            }
        }
        project
    }

    /// A path in the project.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `analyzer NAME`, in the project's folder.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_analyzer"));
        command.arg(name).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    /// `analyzer check`.
    pub(crate) fn check(&self) -> Command {
        self.command("check")
    }

    /// `analyzer check --output-format json`.
    pub(crate) fn json(&self) -> Command {
        let mut command = self.check();
        command.args(["--output-format", "json"]);
        command
    }

    /// Every file of the cache.
    pub(crate) fn cache_files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.path(".analyzer_cache")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        files
    }

    /// Temporary files that were not removed, anywhere in the project.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "tmp") {
                    found.push(path.display().to_string());
                }
            }
        }
        found
    }
}
