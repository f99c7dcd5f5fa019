//! Modules that lists of ignored files name: they are written by the build of the project, so that they are there where it
//! runs although the repository does not hold them. It must not read files.

use compact_str::{CompactString, format_compact};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// How the files of modules end.
const ENDINGS: [&str; 5] = [".py", ".pyi", ".pyx", ".so", ".pyd"];

/// The lines of a `.gitignore` in `folder` that name files of modules, as globs from the root of the project.
///
/// A folder counts where the line says where it lies, as what a build writes: `/pack/types/`.
#[must_use]
pub fn ignored_modules(folder: &str, text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim_end());
    let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with(['#', '!'])).collect();
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let folders = lines.iter().filter_map(|line| {
        let path = line.strip_suffix('/')?;
        let path = path.strip_prefix('/').or_else(|| path.contains('/').then_some(path))?;
        path.split('/').all(is_name).then(|| [format!("{below}{path}.py"), format!("{below}{path}/**/*.py")])
    });
    let folders: Vec<String> = folders.flatten().collect();
    let named = lines.iter().filter(|line| ENDINGS.iter().any(|end| line.ends_with(end)));
    let globs = named.filter_map(|line| {
        let path = line.trim_start_matches("**/").trim_start_matches('/');
        // Whoever ignores all of them does not write them.
        if path.starts_with("*.") {
            return None;
        }
        let anchored = line.trim_start_matches("**/").contains('/');
        Some(if anchored { format!("{below}{path}") } else { format!("{below}**/{path}") })
    });
    globs.chain(folders.iter().cloned()).collect()
}

/// The modules that lists of ignored files name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ignored {
    globs: Vec<CompactString>,
    set: GlobSet,
}

impl PartialEq for Ignored {
    fn eq(&self, other: &Self) -> bool {
        self.globs == other.globs
    }
}

impl Eq for Ignored {}

impl Ignored {
    /// Those of all lists; a glob that cannot be read names nothing.
    pub(crate) fn new(globs: &[CompactString]) -> Self {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            if let Ok(glob) = GlobBuilder::new(glob).literal_separator(true).build() {
                set.add(glob);
            }
        }
        Self { globs: globs.to_vec(), set: set.build().unwrap_or_default() }
    }

    /// Whether a module with this path, without the end, is one of them.
    pub(crate) fn names(&self, path: &str) -> bool {
        !self.globs.is_empty()
            && ENDINGS.iter().any(|end| self.set.is_match(format_compact!("{path}{end}").as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &str, text: &str, path: &str) -> bool {
        let globs: Vec<CompactString> = ignored_modules(folder, text).into_iter().map(Into::into).collect();
        Ignored::new(&globs).names(path)
    }

    #[test]
    fn lists_name_files_below_their_folder() {
        assert!(names("", "_stamp.py\n", "src/pack/_stamp"));
        assert!(names("src", "/pack/_stamp.py", "src/pack/_stamp"));
        assert!(names("", "src/*/_s*.py  \n", "src/pack/_stamp"));
        assert!(names("", "**/fast.pyx\n", "fast"));
        assert!(names("", "/pack/types/\n", "pack/types") && names("", "/pack/types/\n", "pack/types/deep"));
        assert!(names("src", "pack/types/", "src/pack/types") && !names("", "types/", "pack/types"));
        assert!(!names("", "/pack/types/", "pack/typesetting") && !names("", "/*/types/", "pack/types"));
        assert!(!names("", "/_stamp.py", "src/pack/_stamp"));
        assert!(!names("docs", "_stamp.py", "src/pack/_stamp"));
        assert!(!names("", "# _stamp.py\n!_stamp.py\nstamps/\n*.py\n", "src/pack/_stamp"));
    }
}
