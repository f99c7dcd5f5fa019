//! The metrics equal ruff's C901, mccabe and radon on every function of three large packages, and on random ones.
//! The tools come from `scripts/install-test-tools`.

#![expect(clippy::unwrap_used, reason = "a test ends at the first thing that is not as it should be")]

#[path = "support/generate.rs"]
mod generate;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use analyzer_facts::{Limits, extract};
use serde_json::Value;

/// File, line from 1, name.
type Key = (String, u32, String);

#[test]
fn django_equals_its_namesakes() {
    compare_corpus("django", 9_000);
}

#[test]
fn sqlalchemy_equals_its_namesakes() {
    compare_corpus("sqlalchemy", 7_000);
}

#[test]
fn airflow_equals_its_namesakes() {
    compare_corpus("apache_airflow_core", 4_500);
}

#[test]
fn random_functions_equal_their_namesakes() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("complexity_oracles");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    let files: Vec<PathBuf> = (0..30)
        .map(|seed| {
            let path = folder.join(format!("random_{seed}.py"));
            fs::write(&path, generate::Generator::new(seed + 1).module(12)).unwrap();
            path
        })
        .collect();
    compare(&folder, &files, 800);
}

fn compare_corpus(name: &str, least: usize) {
    let root = tool(&format!("corpora/{name}"));
    let mut files = Vec::new();
    let mut folders = vec![fs::canonicalize(&root).unwrap()];
    let root = folders[0].clone();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    compare(&root, &files, least);
}

/// Compares every function of `files`, of which there are at least `least`.
fn compare(root: &Path, files: &[PathBuf], least: usize) {
    let ours = ours(files);
    assert!(ours.len() >= least, "only {} functions", ours.len());
    let ruff = ruff(root);
    let (python, unparsed) = python(files);
    assert!(unparsed.len() * 100 <= files.len(), "the Python of the tools is too old for {unparsed:?}");

    let mut differences = Vec::new();
    let keys: BTreeSet<&Key> = ours.keys().chain(ruff.keys()).chain(python.keys()).collect();
    for key in keys {
        let [our_ruff, our_mccabe, our_radon] = split(ours.get(key).copied());
        let [mccabe, radon] = split(python.get(key).copied());
        let mut differs = vec![("ruff", our_ruff, ruff.get(key).copied())];
        if !unparsed.contains(&key.0) {
            differs.extend([("mccabe", our_mccabe, mccabe), ("radon", our_radon, radon)]);
        }
        for (tool, our, their) in differs.into_iter().filter(|(_, our, their)| our != their) {
            differences.push(format!("{}:{} {}: {our:?}, {tool} has {their:?}", key.0, key.1, key.2));
        }
    }
    let shown = differences.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} differences in {} functions\n{shown}", differences.len(), ours.len());
}

fn split<const N: usize>(values: Option<[u32; N]>) -> [Option<u32>; N] {
    values.map_or([None; N], |values| values.map(Some))
}

/// Counts of this crate: ruff, mccabe, radon.
fn ours(files: &[PathBuf]) -> BTreeMap<Key, [u32; 3]> {
    let mut found = BTreeMap::new();
    for path in files {
        // A file in another encoding is compared too, since only bytes outside ASCII differ.
        let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        let facts = extract(&text, Limits::default()).unwrap();
        let line_starts: Vec<u32> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect();
        for scope in &facts.scopes {
            let Some(metrics) = scope.metrics else { continue };
            let line = line_starts.partition_point(|start| *start <= scope.name_range.start) as u32;
            let key = (path.display().to_string(), line, scope.name.to_string());
            let values = [metrics.ruff, metrics.mccabe, metrics.radon];
            assert_eq!(found.insert(key.clone(), values), None, "two functions are at {key:?}");
        }
    }
    found
}

/// C901 of every function below `root`.
fn ruff(root: &Path) -> BTreeMap<Key, u32> {
    let output = Command::new(tool("venv/bin/ruff"))
        .args(["check", "--isolated", "--no-cache", "--ignore-noqa", "--no-respect-gitignore", "--exit-zero"])
        .args(["--select", "C901", "--target-version", "py314", "--output-format", "json"])
        .args(["--config", "lint.mccabe.max-complexity=0", "--config", "exclude=[]"])
        .args(["--config", "include=['*.py']"])
        .arg(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let complex = findings.iter().filter(|finding| finding["code"] == "C901");
    complex
        .map(|finding| {
            let message = finding["message"].as_str().unwrap();
            let name = message.split('`').nth(1).unwrap();
            let value = message.split(['(', '>']).nth(1).unwrap().trim().parse().unwrap();
            let line = finding["location"]["row"].as_u64().unwrap() as u32;
            ((finding["filename"].as_str().unwrap().to_owned(), line, name.to_owned()), value)
        })
        .collect()
}

/// mccabe and radon of every function, and the files that Python cannot parse.
fn python(files: &[PathBuf]) -> (BTreeMap<Key, [u32; 2]>, BTreeSet<String>) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/complexity_oracles.py");
    let mut child = Command::new(tool("venv/bin/python"))
        .args(["-W", "ignore"])
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    // Dropping the pipe ends the script's input.
    child.stdin.take().unwrap().write_all(names.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the script failed; run scripts/install-test-tools");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["disputed"], Value::Array(Vec::new()), "a tool disagrees with itself");
    let mut found = BTreeMap::new();
    for (path, functions) in answer["functions"].as_object().unwrap() {
        for function in functions.as_array().unwrap() {
            let number = |at: usize| function[at].as_u64().unwrap() as u32;
            let key = (path.clone(), number(0), function[1].as_str().unwrap().to_owned());
            found.insert(key, [number(2), number(3)]);
        }
    }
    let unparsed = answer["unparsed"].as_array().unwrap().iter().filter_map(Value::as_str);
    (found, unparsed.map(str::to_owned).collect())
}

/// A file of the test tools.
fn tool(path: &str) -> PathBuf {
    let root = std::env::var_os("ANALYZER_TEST_TOOLS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools"), PathBuf::from);
    let path = root.join(path);
    assert!(path.exists(), "{} is missing: run scripts/install-test-tools", path.display());
    path
}
