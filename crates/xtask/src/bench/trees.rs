//! The trees that are analysed: copies outside the repository, so that neither its configuration nor its ignore
//! files take part, and caches are written there. It must not run anything.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// All trees.
pub(super) const NAMES: [&str; 4] = ["monorepo", "django", "sqlalchemy", "large"];

/// Python files of the large tree.
pub(super) const LARGE: usize = 6_700;

/// A tree that is ready.
pub(super) struct Tree {
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
    /// Number of Python files.
    pub(super) files: usize,
}

/// Copies a tree into `folder`, the large one up to `large` Python files; the reason if it is not there.
pub(super) fn prepare(
    name: &'static str,
    root: &Path,
    tools: &Path,
    folder: &Path,
    large: usize,
) -> anyhow::Result<Result<Tree, String>> {
    let corpora = tools.join("corpora");
    let sources: Vec<PathBuf> = match name {
        "monorepo" => vec![root.join("fixtures/monorepo")],
        "large" => ["django", "sqlalchemy", "apache_airflow_core"].map(|name| corpora.join(name)).into(),
        _ => vec![corpora.join(name)],
    };
    if let Some(missing) = sources.iter().find(|source| !source.is_dir()) {
        return Ok(Err(format!("there is no {}", missing.display())));
    }
    let path = folder.join(name);
    let mut copy = Copy { files: 0, most: usize::MAX, last_line: String::new() };
    if name == "large" {
        copy.most = large;
        for round in 0.. {
            let before = copy.files;
            copy.last_line = format!("# copy {round}\n");
            for source in &sources {
                let name = source.file_name().unwrap_or_default();
                copy.tree(source, &path.join(format!("copy_{round}")).join(name))?;
            }
            if copy.files >= large || copy.files == before {
                break;
            }
        }
    } else {
        for source in &sources {
            copy.tree(source, &path)?;
        }
    }
    let pyproject = fs::read_to_string(path.join("pyproject.toml")).unwrap_or_default();
    // The tree may lie in a repository, which would be the project.
    if !pyproject.contains("[tool.analyzer]") && !path.join("analyzer.toml").exists() {
        fs::write(path.join("analyzer.toml"), "").context("cannot write analyzer.toml")?;
    }
    Ok(Ok(Tree { name, path, files: copy.files }))
}

struct Copy {
    /// Python files so far.
    files: usize,
    /// Where to stop.
    most: usize,
    /// Appended to each Python file, so that no two copies have the same hash.
    last_line: String,
}

impl Copy {
    fn tree(&mut self, from: &Path, to: &Path) -> anyhow::Result<()> {
        let mut folders = vec![(from.to_owned(), to.to_owned())];
        while let Some((from, to)) = folders.pop() {
            fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
            let entries = fs::read_dir(&from).with_context(|| format!("cannot list {}", from.display()))?;
            let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let (source, target) = (entry.path(), to.join(entry.file_name()));
                if entry.file_type()?.is_dir() {
                    if !["__pycache__", ".analyzer_cache"].iter().any(|name| entry.file_name() == *name) {
                        folders.push((source, target));
                    }
                } else {
                    self.file(&source, &target)
                        .with_context(|| format!("cannot copy {}", source.display()))?;
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, source: &Path, target: &Path) -> anyhow::Result<()> {
        let python = source.extension().is_some_and(|extension| extension == "py");
        if !python {
            fs::copy(source, target)?;
        } else if self.files < self.most {
            self.files += 1;
            let mut bytes = fs::read(source)?;
            bytes.extend_from_slice(self.last_line.as_bytes());
            fs::write(target, bytes)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_the_large_tree_differ() {
        let folder = tempfile::tempdir().unwrap();
        let corpora = folder.path().join("tools/corpora");
        for name in ["django", "sqlalchemy", "apache_airflow_core"] {
            fs::create_dir_all(corpora.join(name).join("p")).unwrap();
            fs::write(corpora.join(name).join("p/a.py"), "x = 1\n").unwrap();
        }
        let tree = prepare("large", folder.path(), &folder.path().join("tools"), folder.path(), 5).unwrap();
        let tree = tree.unwrap_or_else(|reason| panic!("{reason}"));
        assert_eq!(tree.files, 5);
        let read =
            |round: usize| fs::read_to_string(tree.path.join(format!("copy_{round}/django/p/a.py"))).unwrap();
        assert_eq!(read(0), "x = 1\n# copy 0\n");
        assert_eq!(read(1), "x = 1\n# copy 1\n");
    }

    #[test]
    fn what_is_missing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let absent = prepare("django", folder.path(), folder.path(), folder.path(), LARGE).unwrap();
        assert!(absent.is_err_and(|reason| reason.contains("django")));
    }
}
