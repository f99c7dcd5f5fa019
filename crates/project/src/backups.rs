//! Files of Python that were put aside and never removed, judged by their paths. It must not know what is in them.

use analyzer_source::FileKind;
use camino::Utf8Path;

/// A file that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The part of its name, or the folder, that says so.
    pub sign: String,
    /// Whether `sign` is a folder.
    pub folder: bool,
    /// The path that it is a copy of, if that is still there.
    pub original: Option<String>,
}

/// Folders that begin so hold what nobody dared to delete.
const FOLDERS: [&str; 5] = ["_trash", "_backup", "_old", "_archive", "_deprecated"];
/// First words of folders that were put aside.
const ASIDE: [&str; 6] = ["archive", "backup", "bak", "deprecated", "old", "trash"];
/// Ends of folders that were put aside.
const ASIDE_ENDS: [&str; 7] = [".bak", ".old", "_archive", "_backup", "_bak", "_old", " copy"];
/// Ends of a module's name that say so by themselves.
const SURE: [&str; 4] = ["_bak", " copy", "_old", ".backup"];
/// Ends that also name a purpose, and count beside what they are copies of.
const BESIDE_ORIGINAL: [&str; 6] = ["_backup", "_copy", "_orig", "_original", "-old", "-backup"];

/// Whether the file at `path` was put aside. `exists` says of a path whether a Python file or package is there, `python`
/// of a folder whether Python files are directly in it.
#[must_use]
pub fn backup(path: &str, exists: impl Fn(&str) -> bool, python: impl Fn(&str) -> bool) -> Option<Backup> {
    let kind = FileKind::of(Utf8Path::new(path))?;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let beside = |stem: &str| {
        let path = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
        let module = format!("{path}.py");
        if exists(&module) { Some(module) } else { exists(&path).then_some(path) }
    };
    let named = |sign: &str, original| Some(Backup { sign: sign.to_owned(), folder: false, original });
    if kind == FileKind::Backup {
        let (stem, rest) = name.split_at(name.find(".py").or_else(|| name.find('.')).unwrap_or(name.len()));
        let is_copy = rest.starts_with(".py") || python(folder) && says_copy(rest);
        if !is_copy {
            return None;
        }
        let sign = rest.strip_prefix(".pyi").or_else(|| rest.strip_prefix(".py")).unwrap_or(rest);
        // What a generator copies is called so that nothing imports it where it lies.
        if matches!(sign, "_" | "-" | "~_") && folder.split('/').any(holds_templates) {
            return None;
        }
        return named(sign, beside(stem));
    }
    if !kind.is_python() {
        return None;
    }
    if let Some(aside) = folder.split('/').find(|part| aside_folder(part)) {
        return Some(Backup { sign: aside.to_owned(), folder: true, original: None });
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let bare = without_number(stem);
    let sign_at = |end: &str| {
        let at = bare.len().checked_sub(end.len()).filter(|at| *at > 0)?;
        let found = bare.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(end));
        found.then_some(at)
    };
    if let Some(at) = SURE.iter().find_map(|end| sign_at(end)) {
        // A test of what is old is no copy.
        return (&stem[..at] != "test").then(|| named(&stem[at..], beside(&stem[..at])))?;
    }
    let at = BESIDE_ORIGINAL.iter().find_map(|end| sign_at(end))?;
    let original = beside(&stem[..at])?;
    named(&stem[at..], Some(original))
}

/// The neighbour that the name of the module at `path` makes it a version of, and the part of the name that says so:
/// `x_fixed.py`, `x_v2.py`, `x_day4_optimized.py`, `x (1).py`.
#[must_use]
pub fn version_of(path: &str) -> Option<(String, String)> {
    const WORDS: [&str; 21] = [
        "fixed",
        "fix",
        "migrated",
        "optimized",
        "optimised",
        "improved",
        "refactored",
        "enhanced",
        "patched",
        "final",
        "new",
        "updated",
        "rewritten",
        "clean",
        "cleaned",
        "working",
        "wip",
        "tmp",
        "temp",
        "corrected",
        "simplified",
    ];
    let stem = path.strip_suffix(".py")?;
    let numbered = |word: &str| {
        ["v", "ver", "day", "rev"].iter().any(|start| {
            word.strip_prefix(start)
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    let name = stem.rfind('/').map_or(0, |at| at + 1);
    let mut at = stem.len();
    if let Some(inside) = stem.strip_suffix(')') {
        let open = inside.rfind(" (")?;
        inside.get(open + 2..)?.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
        at = open;
    } else {
        while let Some(start) = stem.get(name..at)?.rfind('_').map(|start| name + start) {
            let word = stem.get(start + 1..at)?.to_ascii_lowercase();
            if !WORDS.contains(&word.as_str()) && !numbered(&word) {
                break;
            }
            at = start;
        }
    }
    let (original, sign) = stem.split_at_checked(at)?;
    (at > name && !sign.is_empty()).then(|| (format!("{original}.py"), sign.to_owned()))
}

/// Reports whether a folder's path says that it was put aside: `backups/app`, `_trash_2025-06-13`, `app.bak`, `app_old`.
#[must_use]
pub fn is_aside(folder: &str) -> bool {
    folder.split('/').any(|part| {
        let part = part.to_ascii_lowercase();
        let name = part.trim_start_matches(['_', '.']);
        ASIDE.iter().any(|word| name.strip_prefix(word).is_some_and(ends_word))
            || ASIDE_ENDS.iter().any(|end| part.len() > end.len() && part.ends_with(end))
    })
}

/// Whether a folder of this name holds what new files are made from: `templates`, `agent_templates`, `skeleton`.
fn holds_templates(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["template", "templates", "skeleton", "skeletons", "scaffold", "scaffolding", "boilerplate", "stubs"];
    name.split(['_', '-', '.']).any(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()))
}

/// Whether a folder of this name holds what was put aside.
pub(crate) fn aside_folder(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    FOLDERS.iter().any(|known| name.strip_prefix(known).is_some_and(ends_word))
}

/// Whether the last extension is what says so: `x.Backup.psm1` is a module of another language.
fn says_copy(extensions: &str) -> bool {
    let last = extensions.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    ["backup", "bak", "deprecated"].iter().any(|sign| last.starts_with(sign))
        || last.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

/// Whether nothing or another word follows.
fn ends_word(rest: &str) -> bool {
    matches!(rest.chars().next(), None | Some('_' | '-' | '.' | ' ' | '0'..='9' | 's'))
}

/// The stem without the number or date of the copy: `x_old2`, `x_backup_20240131`, `x copy (1)`.
fn without_number(stem: &str) -> &str {
    stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')' | '-' | '_' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str) -> Option<(String, Option<String>)> {
        let files = ["p/x.py", "p/y", "backup/x.py"];
        let found = backup(path, |path| files.contains(&path), |folder| folder == "p")?;
        Some((found.sign, found.original))
    }

    #[test]
    fn copies_are_told_by_their_names() {
        for (path, sign, original) in [
            ("p/x.py.bak", ".bak", Some("p/x.py")),
            ("p/x.py.backup_day4_1", ".backup_day4_1", Some("p/x.py")),
            ("p/x.DEPRECATED", ".DEPRECATED", Some("p/x.py")),
            ("q/z.py.old", ".old", None),
            ("p/x_old.py", "_old", Some("p/x.py")),
            ("q/z_old2.py", "_old2", None),
            ("p/x copy 2.py", " copy 2", Some("p/x.py")),
            ("p/x_backup_20240131.py", "_backup_20240131", Some("p/x.py")),
            ("p/y_copy.py", "_copy", Some("p/y")),
            ("p/x.backup.py", ".backup", Some("p/x.py")),
            ("p/_trash_2025-06-13/a/b.py", "_trash_2025-06-13", None),
            ("_OLD/b.py", "_OLD", None),
        ] {
            assert_eq!(told(path), Some((sign.to_owned(), original.map(str::to_owned))), "{path}");
        }
    }

    #[test]
    fn versions_are_told_by_their_names() {
        for (path, sign) in [
            ("p/x_fixed.py", "_fixed"),
            ("p/x_v2.py", "_v2"),
            ("p/x_day4_optimized.py", "_day4_optimized"),
            ("p/x (1).py", " (1)"),
        ] {
            assert_eq!(version_of(path), Some(("p/x.py".to_owned(), sign.to_owned())), "{path}");
        }
        for path in
            ["p/x.py", "p/_fixed.py", "p/api_v.py", "p/fixed.py", "p/x_fixed.txt", "p/prefix.py", "p/x(1).py"]
        {
            assert_eq!(version_of(path), None, "{path}");
        }
    }

    #[test]
    fn folders_that_were_put_aside_are_recognised() {
        for folder in
            ["backups/cleanup/app", "_trash_2025-06-13/a", "a/Archive", "app.bak", "a/app_old", "old"]
        {
            assert!(is_aside(folder), "{folder}");
        }
        for folder in ["", "app", "oldest/app", "backupd", "scaffold", "archiver/src", "trashcan"] {
            assert!(!is_aside(folder), "{folder}");
        }
    }

    #[test]
    fn names_of_other_things_are_no_copies() {
        for path in [
            "p/backup.py",
            "p/db_backup.py",
            "p/deep_copy.py",
            "q/notes.bak",
            "p/x.py",
            "backup/x.py",
            "p/test_old.py",
            "p/threshold.py",
            "p/_older/x.py",
            "p/data.old.json",
            "p/_old.py",
            "p/hold.py",
            "p/x_original.txt",
            "p/Utils.Backup.psm1",
        ] {
            assert_eq!(told(path), None, "{path}");
        }
    }
}
