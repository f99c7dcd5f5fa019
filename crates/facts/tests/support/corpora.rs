//! Packages and the fixture, whose files several tests compare. The packages come from `scripts/install-test-tools`.

use std::fs;
use std::path::{Path, PathBuf};

/// Hands all Python files below `root`, of which there are at least `least`, to `check`, with their names.
pub(crate) fn compare(root: &Path, least: usize, check: impl Fn(&str, &str)) {
    let mut folders = vec![fs::canonicalize(root).unwrap()];
    let mut compared = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py" || extension == "pyi")
                && let Ok(text) = fs::read_to_string(&path)
            {
                check(&path.display().to_string(), &text);
                compared += 1;
            }
        }
    }
    assert!(compared >= least, "only {compared} files");
}

/// The top of this repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of a package.
pub(crate) fn corpus(name: &str) -> PathBuf {
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS").map_or_else(|| root().join(".tools"), PathBuf::from);
    tools.join("corpora").join(name)
}
