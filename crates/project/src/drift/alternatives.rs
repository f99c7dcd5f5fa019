//! Lists of requirements of which only one is installed, told by their paths. It must not know what they ask for.

/// Whether two paths differ in words that name environments of which only one is installed: versions of Python, platforms
/// and cards of both; what documentation, examples and tools of one need.
pub(super) fn are_alternatives(one: &str, other: &str) -> bool {
    const PLATFORMS: [&str; 19] = [
        "linux", "windows", "win", "win32", "darwin", "macos", "mac", "osx", "freebsd", "arm", "arm64",
        "aarch64", "x86", "amd64", "gpu", "cpu", "cuda", "rocm", "jetson",
    ];
    const PURPOSES: [&str; 14] = [
        "docs",
        "doc",
        "lint",
        "linting",
        "tools",
        "examples",
        "example",
        "mypy",
        "samples",
        "demos",
        "tutorials",
        "deprecated",
        "contrib",
        "archive",
    ];
    if let (Some(one), Some(other)) = (of_collection(one), of_collection(other))
        && one != other
    {
        return true;
    }
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

/// The folder of a collection that a list is for: each example is installed by itself, and so is what was given up.
fn of_collection(path: &str) -> Option<&str> {
    const COLLECTIONS: [&str; 9] = [
        "examples",
        "example",
        "samples",
        "demos",
        "tutorials",
        "deprecated",
        "contrib",
        "archive",
        "playground",
    ];
    let mut end = 0;
    let mut inside = false;
    for part in path.split_inclusive('/') {
        end += part.len();
        if inside {
            return part.ends_with('/').then(|| path.get(..end)).flatten();
        }
        inside = COLLECTIONS.contains(&part.trim_end_matches('/').to_ascii_lowercase().as_str());
    }
    None
}
