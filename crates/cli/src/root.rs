//! The root of a project: the folder that its paths start from, whose configuration, baseline and cache hold for all of it.
//! It must not know what a configuration says.

use std::collections::BTreeSet;

use analyzer_project::config::configures_analyzer;
use analyzer_source::{environment, files};
use camino::{Utf8Path, Utf8PathBuf};

use crate::failure::Failure;

/// Files that mark a folder as a Python project; the outermost one counts, since services have files of their own.
const PROJECT_FILES: [&str; 3] = ["pyproject.toml", "setup.cfg", "setup.py"];

/// Why a folder is a root; the first is the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// It configures the analyser.
    Configuration,
    /// It is the top of a git repository.
    Repository,
    /// It is the outermost folder with a file of [`PROJECT_FILES`].
    Project,
    /// Nothing marks it: it was given.
    Nothing,
}

/// A folder that is a project's root, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    pub(crate) folder: Utf8PathBuf,
    pub(crate) mark: Mark,
}

/// The root of the project that a file or folder belongs to.
pub(crate) fn root_of(path: &Utf8Path) -> Result<Root, Failure> {
    Ok(search(&folder_of(&files::canonicalize(path)?), home().as_deref()))
}

/// The root of the project that all of these belong to, given as absolute paths without links.
pub(crate) fn root_of_all(paths: &[Utf8PathBuf]) -> Result<Root, Failure> {
    let folders: BTreeSet<Utf8PathBuf> = paths.iter().map(|path| folder_of(path)).collect();
    let home = home();
    let shared =
        folders.iter().skip(1).fold(folders.first().cloned().unwrap_or_default(), |shared, folder| {
            let shared = shared.ancestors().find(|ancestor| folder.starts_with(ancestor));
            shared.unwrap_or(Utf8Path::new("")).to_owned()
        });
    let root = search(&shared, home.as_deref());
    if folders.len() < 2 || root.mark == Mark::Configuration {
        return Ok(root);
    }
    // A part that is marked more clearly than the whole is a project of its own.
    let parts = folders.iter().map(|folder| search(folder, home.as_deref()));
    let mut parts: Vec<Root> = parts.filter(|part| part.folder != root.folder).collect();
    parts.sort_by_key(|part| part.mark);
    let apart = parts.first().filter(|part| part.mark < root.mark);
    let everything = root.mark == Mark::Nothing && is_accidental(&root.folder, home.as_deref());
    if apart.is_none() && !everything {
        return Ok(root);
    }
    let one = apart.map_or(&root.folder, |part| &part.folder);
    let outside = paths.iter().find(|path| !path.starts_with(one)).map(|path| folder_of(path));
    let other = outside.map_or_else(|| root.folder.clone(), |folder| search(&folder, home.as_deref()).folder);
    Err(Failure::with_help(
        format!("the paths belong to two projects: `{one}` and `{other}`"),
        "run the analyser once for each, or configure the folder around both with an analyzer.toml",
    ))
}

/// True for folders that nobody makes a project of by intention: the home folder, and the top of the file system.
pub(crate) fn is_nobodys(folder: &Utf8Path) -> bool {
    is_accidental(folder, home().as_deref())
}

fn is_accidental(folder: &Utf8Path, home: Option<&Utf8Path>) -> bool {
    home == Some(folder) || folder.parent().is_none()
}

fn home() -> Option<Utf8PathBuf> {
    files::canonicalize(Utf8Path::new(&environment::variable("HOME")?)).ok()
}

fn folder_of(path: &Utf8Path) -> Utf8PathBuf {
    if files::is_dir(path) { path.to_owned() } else { path.parent().unwrap_or(path).to_owned() }
}

/// The root around a folder. Neither the top of a repository nor the home folder is passed on the way up; the home
/// folder counts only when it was named itself.
fn search(folder: &Utf8Path, home: Option<&Utf8Path>) -> Root {
    let mut around = Vec::new();
    let mut repository = None;
    for ancestor in folder.ancestors() {
        if Some(ancestor) == home && ancestor != folder {
            break;
        }
        // Git would obey a bare repository, whose configuration came with the files.
        if files::is_git_folder(ancestor) {
            continue;
        }
        around.push(ancestor);
        if files::exists(&ancestor.join(".git")) {
            repository = Some(ancestor);
            break;
        }
    }
    let holds = |folder: &Utf8Path, name: &str| files::is_file(&folder.join(name));
    let configured = around.iter().copied().find(|folder| is_configured(folder));
    let project = || {
        let marked = |folder: &&Utf8Path| PROJECT_FILES.iter().any(|name| holds(folder, name));
        around.iter().rev().copied().find(marked).map(|folder| (folder, Mark::Project))
    };
    let found = configured
        .map(|folder| (folder, Mark::Configuration))
        .or_else(|| repository.map(|folder| (folder, Mark::Repository)))
        .or_else(project);
    let (root, mark) = found.unwrap_or((folder, Mark::Nothing));
    Root { folder: root.to_owned(), mark }
}

/// True if a folder configures the analyser. A file that cannot be read counts as silent here, and is reported later.
fn is_configured(folder: &Utf8Path) -> bool {
    files::exists(&folder.join("analyzer.toml")) || {
        let pyproject = folder.join("pyproject.toml");
        files::is_file(&pyproject)
            && files::read_to_string(&pyproject).is_ok_and(|text| configures_analyzer(&text))
    }
}
