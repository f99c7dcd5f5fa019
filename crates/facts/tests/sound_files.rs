//! Files that CPython compiles are not broken: Python's own library, and the packages that the tests install.
//! Those come from `scripts/install-test-tools`.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use analyzer_facts::{FactSet, Limits, extract_only};

/// Prints where Python's own library lies, and the packages that are installed for it, if any.
const FOLDERS: &str = "import sysconfig
for name in ('stdlib', 'purelib'):
    print(sysconfig.get_path(name))";

/// Prints those paths of standard input whose files are Python.
const COMPILED: &str = "import sys, warnings
warnings.simplefilter('ignore')
for path in sys.stdin.read().splitlines():
    try:
        with open(path, 'rb') as file:
            compile(file.read(), path, 'exec')
        print(path)
    except Exception:
        pass";

#[test]
fn the_library_of_python() {
    let folders = python(Path::new("python3"), FOLDERS, "");
    let library = PathBuf::from(folders.lines().next().unwrap());
    // Packages installed for it are another matter, and differ from machine to machine.
    assert_sound(&files(&library, &["site-packages", "dist-packages"]), 500);
}

#[test]
fn packages() {
    let tools = std::env::var_os("ANALYZER_TEST_TOOLS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools"), PathBuf::from);
    let interpreter = tools.join("venv/bin/python");
    assert!(interpreter.exists(), "{} is missing: run scripts/install-test-tools", interpreter.display());
    let folders = python(&interpreter, FOLDERS, "");
    let mut found = files(Path::new(folders.lines().nth(1).unwrap()), &[]);
    found.extend(files(&tools.join("corpora"), &[]));
    assert_sound(&found, 5_000);
}

/// Runs a script and returns what it prints.
fn python(interpreter: &Path, script: &str, input: &str) -> String {
    let mut child = Command::new(interpreter)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{} ended with {}", interpreter.display(), output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The Python files below a folder, without those in folders of these names.
fn files(root: &Path, without: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !without.iter().any(|name| path.ends_with(name)) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "py") {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    found
}

/// Checks that no file is broken that CPython compiles, of which there are at least `least`.
fn assert_sound(files: &[PathBuf], least: usize) {
    let listed: String = files.iter().map(|path| format!("{}\n", path.display())).collect();
    let compiled = python(Path::new("python3"), COMPILED, &listed);
    let limits = Limits::of_time(Duration::from_secs(60));
    let mut broken = Vec::new();
    let mut checked = 0;
    for path in compiled.lines() {
        // Other encodings are read elsewhere.
        let Ok(text) = fs::read_to_string(path) else { continue };
        checked += 1;
        let facts = extract_only(&text, FactSet::NONE, limits).unwrap();
        if let Some(problem) = facts.syntax {
            let line = text[..problem.range.start as usize].matches('\n').count() + 1;
            broken.push(format!("{path}:{line}: {}", problem.message));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(checked >= least, "only {checked} files");
}
