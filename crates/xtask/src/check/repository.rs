//! The files that git knows or would add. It must not know what is checked in them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

/// One file.
#[derive(Debug, Clone, Default)]
pub(super) struct TrackedFile {
    /// From the root, with forward slashes.
    pub(super) path: String,
    /// In bytes.
    pub(super) size: u64,
    /// The content; none if it is not UTF-8.
    pub(super) text: Option<String>,
}

/// The repository's files, sorted by path.
#[derive(Debug, Default)]
pub(super) struct Repository {
    root: PathBuf,
    files: Vec<TrackedFile>,
}

impl Repository {
    /// Reads the repository that this program was built in.
    pub(super) fn open() -> anyhow::Result<Self> {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = crate_folder.ancestors().nth(2).context("xtask lies two folders deep")?.to_owned();
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .context("cannot run git")?;
        if !output.status.success() {
            bail!("git ls-files failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        let mut files = Vec::new();
        for path in String::from_utf8_lossy(&output.stdout).split_terminator('\0') {
            let full = root.join(path);
            // Deleted but not yet staged, or a link to a folder.
            if !full.is_file() {
                continue;
            }
            let bytes = std::fs::read(&full).with_context(|| format!("cannot read {path}"))?;
            let size = bytes.len() as u64;
            files.push(TrackedFile { path: path.to_owned(), size, text: String::from_utf8(bytes).ok() });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Ok(Self { root, files })
    }

    /// A repository of texts in memory.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| TrackedFile {
            path: (*path).to_owned(),
            size: text.len() as u64,
            text: Some((*text).to_owned()),
        });
        let mut files: Vec<TrackedFile> = files.collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { root: PathBuf::new(), files }
    }

    /// The repository's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// All files, sorted by path.
    pub(super) fn files(&self) -> &[TrackedFile] {
        &self.files
    }

    /// Path and text of all text files.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        let index = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(index)?.text.as_deref()
    }
}
