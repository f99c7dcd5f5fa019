//! The part of a file in its project, by its path: tests, examples, copies that were put aside.
//! It must not read contents.

use analyzer_facts::FileFacts;
use analyzer_source::FileKind;
use camino::Utf8Path;

/// Whether a file belongs to tests.
#[must_use]
pub fn is_test(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or("");
    is_test_module(file) || matches!(file, "conftest.py" | "tests.py") || parts.any(is_test_folder)
}

/// Whether a folder holds tests or what only they use: `tests`, `unit_tests`, `testutils`, `projecttesting`. What is
/// tested may be the subject of a program: `ab_testing`.
fn is_test_folder(folder: &str) -> bool {
    matches!(folder, "test" | "tests" | "testing" | "e2e" | "unittests" | "testutils" | "test_utils")
        || folder.ends_with("_tests")
        || folder
            .strip_suffix("testing")
            .is_some_and(|project| project.len() > 3 && project.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Whether a Python file of this name, without folders, holds tests, as pytest finds them.
#[must_use]
pub fn is_test_module(file: &str) -> bool {
    file.starts_with("test_") || file.ends_with("_test.py")
}

/// Whether a Python file of this name, without folders, is one of tests, as test runners find them.
#[must_use]
pub fn is_tests(file: &str) -> bool {
    is_test_module(file) || file == "tests.py"
}

/// Whether a file shows how something is used.
#[must_use]
pub fn is_shown(path: &str) -> bool {
    const FOLDERS: [&str; 10] =
        ["example", "examples", "sample", "samples", "demo", "demos", "doc", "docs", "tutorial", "tutorials"];
    let file = path.rsplit('/').next().unwrap_or("");
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let named = stem.ends_with("_example") || stem.ends_with("-example") || stem.starts_with("example_");
    named || folders(path).any(|folder| FOLDERS.contains(&folder.as_str()))
}

/// Whether a file is one of the steps that changed a database: it ran once, and stays as it was then.
#[must_use]
pub fn is_migration(path: &str) -> bool {
    let mut before = String::new();
    folders(path).any(|folder| {
        let last = folder.rsplit(['_', '-', '.']).find(|word| !word.is_empty()).unwrap_or("");
        let steps = last == "migrations" || folder == "versions" && before == "alembic";
        before = folder;
        steps
    })
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

/// Whether the name of a file, or of a folder that it is in, says that it was put aside: a copy, a backup. A folder is
/// given with a slash at its end.
#[must_use]
pub fn is_put_aside(path: &str) -> bool {
    // As names of folders these tell of nothing else; the others do if they begin with an underscore or a dot.
    const SURE: [&str; 6] = ["backup", "backups", "bak", "trash", "deprecated", "obsolete"];
    const HIDDEN: [&str; 5] = ["old", "archive", "archived", "legacy", "attic"];
    const OF_FILES: [&str; 6] = ["backup", "bak", "old", "orig", "copy", "deprecated"];
    let says = |folder: String| {
        let hidden = folder.starts_with(['_', '.']);
        let mut words = folder.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let first = words.next().unwrap_or("");
        let last = words.next_back().unwrap_or("");
        [first, last].iter().any(|word| SURE.contains(word) || hidden && HIDDEN.contains(word))
    };
    if folders(path).any(says) {
        return true;
    }
    let file = path.rsplit('/').next().unwrap_or("").to_ascii_lowercase();
    let stem = file.split_once(".py").map_or(file.as_str(), |(stem, _)| stem);
    let named = stem.rsplit_once(|c: char| !c.is_alphanumeric()).map(|(_, last)| last);
    named.is_some_and(|last| OF_FILES.contains(&last))
        || FileKind::of(Utf8Path::new(path)) == Some(FileKind::Backup)
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
        assert!(
            is_test("volttrontesting/utils/x.py")
                && is_test("p/unit_tests/a.py")
                && is_test("testutils/a.py")
        );
        assert!(!is_test("p/latest.py") && !is_test("testament/x.py"));
        assert!(!is_test("ab_testing/x.py") && !is_test("abtesting/x.py") && !is_test("testing.py"));
    }

    #[test]
    fn what_was_put_aside_is_told_by_the_names_of_its_folders_and_its_own() {
        let aside =
            ["a/backup_2024/m.py", "Backups/m.py", "pc2/_trash_2025/m.py", "a/_old/m.py", "a/m_backup.py"];
        assert!(aside.iter().all(|path| is_put_aside(path)), "{aside:?}");
        assert!(
            is_put_aside("a/m.py.bak") && is_put_aside("a/backup/") && is_put_aside("x/agents_backup/m.py")
        );
        let in_use =
            ["a/archive/m.py", "copy.py", "backup.py", "a/copying.py", "old/m.py", "backupserver/m.py"];
        assert!(!in_use.iter().any(|path| is_put_aside(path)), "{in_use:?}");
    }

    #[test]
    fn migrations_are_told_by_their_folders() {
        let steps = ["a/migrations/0001_x.py", "db/_migrations/versions/a.py", "alembic/versions/b.py"];
        assert!(steps.iter().all(|path| is_migration(path)), "{steps:?}");
        let others = ["a/migrations.py", "a/versions/b.py", "migrate/a.py", "a/migrationstore/b.py"];
        assert!(!others.iter().any(|path| is_migration(path)), "{others:?}");
    }

    #[test]
    fn what_is_aside_is_told_by_its_folders() {
        assert!(is_aside("examples/a.py") && is_aside("pc2/_trash_2025-06-13/a.py"));
        assert!(is_aside("bin/send_example.py") && is_aside("example_client.py"));
        assert!(!is_aside("p/example.py") && !is_aside("p/a.py") && !is_aside("p/examples_of.py"));
    }
}
