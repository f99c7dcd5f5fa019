//! Which lists of requirements meet in one installation, as far as their paths tell. It must not know what they ask for.

/// Whether two paths differ in words that name environments of which only one is installed: versions of Python, platforms
/// and cards of both; what documentation, examples and tools of one need.
pub(super) fn are_alternatives(one: &str, other: &str) -> bool {
    const PLATFORMS: [&str; 19] = [
        "linux", "windows", "win", "win32", "darwin", "macos", "mac", "osx", "freebsd", "arm", "arm64",
        "aarch64", "x86", "amd64", "gpu", "cpu", "cuda", "rocm", "jetson",
    ];
    const PURPOSES: [&str; 8] = ["docs", "doc", "lint", "linting", "tools", "examples", "example", "mypy"];
    let words = |path: &'_ str| -> Vec<String> {
        let parts =
            path.strip_suffix(".txt").unwrap_or(path).split(|c: char| !c.is_alphanumeric() && c != '.');
        parts.filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect()
    };
    let is_python = |word: &str| {
        let version =
            ["python", "py", "cp"].iter().find_map(|prefix| word.strip_prefix(prefix)).unwrap_or(word);
        !version.is_empty()
            && version.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && version.starts_with(['2', '3'])
    };
    let is_platform = |word: &str| PLATFORMS.contains(&word) || word.starts_with("cu1");
    let (a, b) = (words(one), words(other));
    let own = |from: &[String], than: &[String], is: &dyn Fn(&str) -> bool| {
        from.iter().any(|word| is(word) && !than.contains(word))
    };
    let both = |is: &dyn Fn(&str) -> bool| own(&a, &b, is) && own(&b, &a, is);
    let is_purpose = |word: &str| PURPOSES.contains(&word);
    both(&is_python) || both(&is_platform) || own(&a, &b, &is_purpose) || own(&b, &a, &is_purpose)
}

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
