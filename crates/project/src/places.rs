//! What the path of a file tells of its part in a project: tests, examples, copies that were put aside.
//! It must not read contents.

use analyzer_facts::FileFacts;

/// Whether a file belongs to tests.
#[must_use]
pub fn is_test(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or("");
    is_test_module(file)
        || matches!(file, "conftest.py" | "tests.py")
        || parts.any(|folder| matches!(folder, "test" | "tests" | "testing" | "e2e" | "integration_tests"))
}

/// Whether a Python file of this name, without folders, holds tests, as pytest finds them.
#[must_use]
pub fn is_test_module(file: &str) -> bool {
    file.starts_with("test_") || file.ends_with("_test.py")
}

/// Whether a file shows how something is used.
#[must_use]
pub fn is_shown(path: &str) -> bool {
    const FOLDERS: [&str; 10] =
        ["example", "examples", "sample", "samples", "demo", "demos", "doc", "docs", "tutorial", "tutorials"];
    folders(path).any(|folder| FOLDERS.contains(&folder.as_str()))
}

/// Whether a file shows how something is used, or was put aside: nothing starts it together with the others.
#[must_use]
pub fn is_aside(path: &str) -> bool {
    const FOLDERS: [&str; 8] =
        ["backup", "backups", "archive", "archived", "deprecated", "legacy", "old", "benchmarks"];
    is_shown(path)
        || folders(path).any(|folder| {
            FOLDERS.contains(&folder.as_str()) || folder.starts_with("_trash") || folder.starts_with(".trash")
        })
}

/// True if a program wrote a file, by its name or by what its first lines say.
#[must_use]
pub fn is_generated(path: &str, facts: &FileFacts) -> bool {
    const ENDINGS: [&str; 5] = ["_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi", "_grpc_pb2.py"];
    facts.generated || ENDINGS.iter().any(|end| path.ends_with(end))
}

/// True for a template of code: its path has places to fill in, or its text has statements of a template.
#[must_use]
pub fn is_template(path: &str, facts: &FileFacts) -> bool {
    facts.template || path.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}"))
}

/// The folders of a path, in lower case.
fn folders(path: &str) -> impl Iterator<Item = String> + '_ {
    let (folders, _) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_by_their_path() {
        assert!(is_test("tests/a.py") && is_test("p/test_x.py") && is_test("conftest.py"));
        assert!(!is_test("p/latest.py") && !is_test("testament/x.py"));
    }

    #[test]
    fn what_is_aside_is_told_by_its_folders() {
        assert!(is_aside("examples/a.py") && is_aside("pc2/_trash_2025-06-13/a.py"));
        assert!(!is_aside("p/example.py") && !is_aside("p/a.py"));
    }
}
