//! Counts how often files changed, asking git while the analysis runs. It must not know what the numbers are for.

use std::collections::HashMap;
use std::io::Read as _;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use analyzer_source::files;
use camino::Utf8Path;

use crate::git;

/// Commits that are looked at, merges left out; whatever they touch, so that the cost does not grow with the history.
const COMMITS: &str = "1000";
/// How long git may take beyond the analysis.
const PATIENCE: Duration = Duration::from_secs(2);

/// A question to git that is being answered.
pub(crate) struct Churn {
    git: Child,
    answer: Receiver<Vec<u8>>,
}

impl Churn {
    /// Asks about the project in a folder; nothing unless that is a repository itself.
    pub(crate) fn ask(root: &Utf8Path) -> Option<Self> {
        if !files::exists(&root.join(".git")) || git::fault(root).is_some() {
            return None;
        }
        let mut git = git::command(root, &[])
            .args(["log", "-z", "--no-merges", "--no-renames", "--no-ext-diff", "--no-textconv"])
            .args(["--format=", "--name-only", "--max-count", COMMITS, "HEAD", "--"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut stdout = git.stdout.take()?;
        let (sender, answer) = channel();
        let reader = std::thread::Builder::new().spawn(move || {
            let mut names = Vec::new();
            if stdout.read_to_end(&mut names).is_ok() {
                // Nobody waits for it any more where the run has ended.
                let _ = sender.send(names);
            }
        });
        if reader.is_err() {
            let _ = git.kill();
        }
        Some(Self { git, answer })
    }

    /// The number of commits that touched each file, by its path from the root; none if git fails or takes too long.
    pub(crate) fn counts(mut self) -> Option<HashMap<String, u32>> {
        let names = self.answer.recv_timeout(PATIENCE);
        if names.is_err() {
            // It may just have ended.
            let _ = self.git.kill();
        }
        let done = self.git.wait().is_ok_and(|status| status.success());
        let names = names.ok().filter(|_| done)?;
        let mut counts = HashMap::new();
        let is_python = |name: &&[u8]| name.ends_with(b".py") || name.ends_with(b".pyi");
        for name in names.split(|byte| matches!(byte, 0 | b'\n')).filter(is_python) {
            *counts.entry(String::from_utf8_lossy(name).into_owned()).or_insert(0) += 1;
        }
        Some(counts)
    }
}
