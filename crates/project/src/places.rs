//! What the path of a file tells of its part in a project: tests, examples, copies that were put aside.
//! It must not know contents.

/// Whether a file belongs to tests.
#[must_use]
pub fn is_test(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or("");
    file.starts_with("test_")
        || file.ends_with("_test.py")
        || matches!(file, "conftest.py" | "tests.py")
        || parts.any(|folder| matches!(folder, "test" | "tests" | "testing" | "e2e" | "integration_tests"))
}

/// Whether a file shows how something is used, or was put aside: nothing starts it together with the others.
#[must_use]
pub fn is_aside(path: &str) -> bool {
    const FOLDERS: [&str; 18] = [
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "doc",
        "docs",
        "tutorial",
        "tutorials",
        "backup",
        "backups",
        "archive",
        "archived",
        "deprecated",
        "legacy",
        "old",
        "benchmarks",
    ];
    let (folders, _) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').any(|folder| {
        let lower = folder.to_ascii_lowercase();
        FOLDERS.contains(&lower.as_str()) || lower.starts_with("_trash") || lower.starts_with(".trash")
    })
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
