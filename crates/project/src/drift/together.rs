//! Which lists of requirements meet in one installation, as far as their paths tell. It must not know what they ask for.

use super::alternatives::are_alternatives;

/// Whether a list of pins was made from another list: `requirements.txt` from `requirements.in`.
pub(super) fn is_compiled_from(path: &str, source: &str) -> bool {
    path.strip_suffix(".txt").is_some_and(|stem| source.strip_suffix(".in") == Some(stem))
}

/// Whether a package says of itself in this file what it needs.
pub(super) fn is_of_package(path: &str) -> bool {
    const OF_PACKAGES: [&str; 4] = ["pyproject.toml", "setup.cfg", "setup.py", "Pipfile"];
    OF_PACKAGES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// Whether one installation takes the lists of both files, as far as their paths tell: what a package says of itself, and the
/// lists beside it.
pub(super) fn installed_together(one: &str, other: &str) -> bool {
    let ((a, first), (b, second)) =
        (one.rsplit_once('/').unwrap_or(("", one)), other.rsplit_once('/').unwrap_or(("", other)));
    let names = [first, second];
    let package = is_of_package(first) || is_of_package(second);
    let beside = names.contains(&"requirements.txt")
        && names.iter().any(|name| ["dev", "test", "constraints"].iter().any(|word| name.contains(word)));
    one == other || a == b && (package || beside) && !are_alternatives(one, other)
}
