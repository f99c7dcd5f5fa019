//! Which files and folders a walk leaves out, apart from what `.gitignore` says.
//!
//! It must not know about the file system: it judges paths.

use camino::Utf8Path;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Folders that are never entered below the root, wherever they are: version control, environments,
/// caches, build output, other people's packages. Ruff's defaults, and those of the same sort that it lacks.
pub const DEFAULT_EXCLUDES: &[&str] = &[
    ".analyzer_cache",
    ".bzr",
    ".cache",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".hypothesis",
    ".idea",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pio",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "bazel-bin",
    "bazel-out",
    "bazel-testlogs",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
];

/// Folders of downloaded code that are entered only to know which modules there are, since the project imports them by
/// their path. What is in them is not analysed.
pub const LISTED_ONLY: &[&str] = &["third_party", "vendor"];

/// All folders of downloaded code, those of [`DEFAULT_EXCLUDES`] and of [`LISTED_ONLY`].
const DOWNLOADED: &[&str] =
    &[".pio", ".venv", "node_modules", "site-packages", "third_party", "vendor", "venv"];

/// True if a folder of this name holds downloaded code.
#[must_use]
pub fn is_downloaded(name: &str) -> bool {
    DOWNLOADED.contains(&name)
}

/// A pattern that is not a glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a valid pattern: {reason}")]
pub struct GlobError {
    /// The pattern as it was written.
    pub pattern: String,
    /// The reason why it is refused.
    pub reason: String,
}

/// Says what is wrong with an exclude pattern, so that a configuration can point at it.
pub fn check_glob(pattern: &str) -> Result<(), GlobError> {
    globs(pattern).map(|_| ())
}

/// The patterns that `pattern` means. Without a slash it is a name at any depth, with one it is a path
/// from the root; `*` stops at a slash, `**` does not.
fn globs(pattern: &str) -> Result<globset::Glob, GlobError> {
    let trimmed = pattern.strip_prefix("./").unwrap_or(pattern);
    let trimmed = trimmed.trim_end_matches('/');
    let anchored = trimmed.contains('/');
    let trimmed = trimmed.trim_start_matches('/');
    let fail = |reason: String| GlobError { pattern: pattern.to_owned(), reason };
    if trimmed.is_empty() {
        return Err(fail("it is empty".to_owned()));
    }
    // `p/**` means all below p; with p itself left out it need not even be entered.
    let trimmed = trimmed.strip_suffix("/**").unwrap_or(trimmed);
    let glob = if anchored { trimmed.to_owned() } else { format!("**/{trimmed}") };
    GlobBuilder::new(&glob)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| fail(error.kind().to_string()))
}

/// Whether a file, by its path from the root, is left out by one of some patterns, or lies in a folder that is.
#[must_use]
pub fn is_excluded(patterns: &[String], path: &Utf8Path) -> bool {
    let (excludes, _) = Excludes::new(patterns, &[], false);
    path.ancestors().any(|one| excludes.matches(one))
}

/// Compiled excludes.
#[derive(Debug)]
pub(crate) struct Excludes {
    globs: GlobSet,
    /// Folders that are analysed although they are left out by default.
    include: GlobSet,
    defaults: bool,
}

impl Excludes {
    /// Compiles what can be compiled, and returns the rest as errors.
    pub(crate) fn new(exclude: &[String], include: &[String], defaults: bool) -> (Self, Vec<GlobError>) {
        let mut errors = Vec::new();
        let globs = compiled(exclude, &mut errors);
        let include = compiled(include, &mut errors);
        (Self { globs, include, defaults }, errors)
    }

    /// True if a folder, by its name and its path from the root, is left out by default.
    pub(crate) fn is_default(&self, name: &str, path: impl FnOnce() -> Option<String>) -> bool {
        self.defaults && DEFAULT_EXCLUDES.binary_search(&name).is_ok() && !self.is_included(path)
    }

    /// The outermost folder around a path from the root in which modules are only listed, itself included.
    pub(crate) fn listed_only<'p>(&self, path: &'p str) -> Option<&'p str> {
        // Most paths have no such word in them.
        if !self.defaults || !LISTED_ONLY.iter().any(|name| path.contains(name)) {
            return None;
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.filter_map(|end| path.get(..end)).find(|folder| {
            let name = folder.rsplit('/').next().unwrap_or(folder);
            LISTED_ONLY.contains(&name) && !self.is_included(|| Some((*folder).to_owned()))
        })
    }

    fn is_included(&self, path: impl FnOnce() -> Option<String>) -> bool {
        !self.include.is_empty() && path().is_some_and(|path| self.include.is_match(path))
    }

    /// Whether a file or folder, by its path from the root, is left out by a pattern.
    pub(crate) fn matches(&self, path: &Utf8Path) -> bool {
        !self.globs.is_empty() && self.globs.is_match(path.as_str())
    }
}

/// The globs of all patterns that are some.
fn compiled(patterns: &[String], errors: &mut Vec<GlobError>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        match globs(pattern) {
            Ok(glob) => {
                set.add(glob);
            }
            Err(error) => errors.push(error),
        }
    }
    set.build().unwrap_or_else(|error| {
        errors.push(GlobError { pattern: patterns.join(" "), reason: error.to_string() });
        GlobSet::empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_names_or_paths() {
        let matches = |pattern: &str, path: &str| {
            let (excludes, errors) = Excludes::new(&[pattern.to_owned()], &[], false);
            assert_eq!(errors, []);
            excludes.matches(Utf8Path::new(path))
        };
        assert!(matches("gen", "gen") && matches("gen", "a/b/gen") && matches("gen/", "a/gen"));
        assert!(!matches("gen", "a/generated"));
        assert!(matches("*_pb2.py", "a/x_pb2.py"));
        assert!(matches("a/gen", "a/gen") && !matches("a/gen", "b/a/gen"));
        assert!(matches("/gen", "gen") && !matches("/gen", "a/gen"));
        assert!(matches("./a/*", "a/b") && !matches("a/*.py", "a/b/c.py"));
        assert!(matches("**/tests/*.py", "a/tests/x.py") && matches("a/**", "a"));
        assert!(matches("{x,y}.py", "p/y.py"));
    }

    #[test]
    fn a_bad_pattern_is_said_and_the_others_work() {
        let (excludes, errors) = Excludes::new(&["a[".to_owned(), String::new(), "b".to_owned()], &[], true);
        assert!(excludes.matches(Utf8Path::new("b")));
        let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "`a[` is not a valid pattern: unclosed character class; missing ']'",
                "`` is not a valid pattern: it is empty"
            ]
        );
        assert_eq!(check_glob("a["), Err(errors[0].clone()));
        assert_eq!(check_glob("a*"), Ok(()));
    }

    #[test]
    fn the_defaults_are_sorted_for_the_search() {
        assert!(DEFAULT_EXCLUDES.is_sorted());
        let (excludes, _) = Excludes::new(&[], &[], true);
        assert!(DEFAULT_EXCLUDES.iter().all(|name| excludes.is_default(name, || None)));
        assert!(!excludes.is_default("src", || None));
        assert!(!Excludes::new(&[], &[], false).0.is_default(".git", || None));
        let all = DOWNLOADED.iter().all(|name| LISTED_ONLY.contains(name) || DEFAULT_EXCLUDES.contains(name));
        assert!(all && LISTED_ONLY.iter().all(|name| is_downloaded(name)) && !is_downloaded("build"));
    }

    #[test]
    fn what_is_included_is_not_left_out_by_default() {
        let include = ["app/vendor".to_owned(), "build".to_owned()];
        let (excludes, _) = Excludes::new(&[], &include, true);
        assert_eq!(excludes.listed_only("vendor/six.py"), Some("vendor"));
        assert_eq!(excludes.listed_only("a/third_party/b/vendor/x.py"), Some("a/third_party"));
        assert_eq!(excludes.listed_only("app/vendor/six.py"), None);
        assert_eq!(excludes.listed_only("app/vendor/x/vendor"), Some("app/vendor/x/vendor"));
        assert_eq!(excludes.listed_only("vendors/models.py"), None);
        assert!(!excludes.is_default("build", || Some("a/build".to_owned())));
        assert!(excludes.is_default("dist", || Some("a/dist".to_owned())));
    }
}
