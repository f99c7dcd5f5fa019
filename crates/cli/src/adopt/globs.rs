//! Other tools' patterns of files as globs of ours, relative to the root. It must not know which tool wrote them.

use analyzer_source::DEFAULT_EXCLUDES;

/// Globs of files without Python text, besides the folders that a walk leaves out.
const NO_TEXT: [&str; 4] = ["*.egg-info", "*.pyc", "*.pyo", "CVS"];

/// A pattern of files for which some codes are ignored.
pub(super) fn of_files(pattern: &str) -> Option<String> {
    let clean = clean(pattern)?;
    let last = clean.rsplit('/').next().unwrap_or(&clean);
    Some(if clean.ends_with('/') {
        format!("{clean}**")
    } else if !clean.contains('/') {
        format!("**/{clean}")
    } else if last.contains(['.', '*', '?']) {
        clean
    } else {
        format!("{clean}/**")
    })
}

/// A pattern of files and folders that are left out; none for those that always are.
pub(super) fn excluded(pattern: &str) -> Option<String> {
    let clean = clean(pattern)?;
    let clean = clean.trim_end_matches('/');
    if DEFAULT_EXCLUDES.iter().chain(&NO_TEXT).any(|never| *never == clean) {
        return None;
    }
    let last = clean.rsplit('/').next().unwrap_or(clean);
    let is_file = last.ends_with(".py") || last.ends_with(".pyi");
    let stem = clean.strip_suffix("/**").or_else(|| clean.strip_suffix("/*")).unwrap_or(clean);
    let whole = if is_file { clean.to_owned() } else { format!("{stem}/**") };
    Some(if stem.contains('/') || whole.starts_with("**") || stem != clean {
        whole
    } else {
        format!("**/{whole}")
    })
}

/// A pattern without its prefix for the root; none for one that says "except".
fn clean(pattern: &str) -> Option<String> {
    let pattern = pattern.trim().replace('\\', "/");
    let relative = pattern.trim_start_matches("./");
    (!relative.is_empty() && !relative.starts_with(['!', '/', '^', '~'])).then(|| relative.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_files() {
        for (pattern, glob) in [
            ("__init__.py", "**/__init__.py"),
            ("tests/*", "tests/*"),
            ("./tests/*.py", "tests/*.py"),
            ("docs/", "docs/**"),
            ("src/legacy", "src/legacy/**"),
            ("**/conftest.py", "**/conftest.py"),
        ] {
            assert_eq!(of_files(pattern).as_deref(), Some(glob));
        }
        assert_eq!(of_files("!src/*"), None);
    }

    #[test]
    fn patterns_of_what_is_left_out() {
        for (pattern, glob) in [
            ("migrations", "**/migrations/**"),
            ("src/vendor", "src/vendor/**"),
            ("src/vendor/", "src/vendor/**"),
            ("docs/conf.py", "docs/conf.py"),
            ("setup.py", "**/setup.py"),
            ("*_pb2.py", "**/*_pb2.py"),
            ("docs/*", "docs/**"),
            ("*/migrations/*", "*/migrations/**"),
        ] {
            assert_eq!(excluded(pattern).as_deref(), Some(glob));
        }
        assert_eq!(excluded(".git"), None);
        assert_eq!(excluded("__pycache__/"), None);
    }
}
