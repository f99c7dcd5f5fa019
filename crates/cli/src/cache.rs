//! Where the cache of a project lies, and when there is none: what a repository brought could hide findings or lead writes
//! elsewhere. It must not know what is in it.

use analyzer_engine::CACHE_FOLDER;
use analyzer_source::{environment, files};
use camino::{Utf8Path, Utf8PathBuf};

use crate::failure::Failure;
use crate::git;

/// The variable that names the folder where no argument does.
pub(crate) const VARIABLE: &str = "ANALYZER_CACHE_DIR";

/// The folder of the cache of a project, and who named it; none, with a warning, where it is not the user's own.
pub(crate) fn folder(root: &Utf8Path, argument: Option<&Utf8Path>) -> Result<Option<Utf8PathBuf>, Failure> {
    let (folder, _) = place(root, argument)?;
    let inside = folder.strip_prefix(root).ok().filter(|inside| !inside.as_str().is_empty());
    let Some(inside) = inside else { return Ok(Some(folder)) };
    let why = if inside.ancestors().any(|part| !part.as_str().is_empty() && files::is_link(&root.join(part)))
    {
        "it is a symbolic link"
    } else if files::is_dir(&folder) && git::tracks(root, inside.as_str()) {
        "git tracks it, so others can write it; remove it with `git rm -r --cached`"
    } else {
        return Ok(Some(folder));
    };
    tell!("warning: the cache {inside} is not used: {why}");
    Ok(None)
}

/// The folder of the cache of a project, whether it may be used or not, and who named it.
pub(crate) fn place(
    root: &Utf8Path,
    argument: Option<&Utf8Path>,
) -> Result<(Utf8PathBuf, &'static str), Failure> {
    let variable = environment::variable(VARIABLE).map(Utf8PathBuf::from);
    let named = match (argument, &variable) {
        (Some(folder), _) => Some((folder, "--cache-dir")),
        (None, Some(folder)) => Some((folder.as_path(), VARIABLE)),
        (None, None) => None,
    };
    let Some((named, by)) = named else { return Ok((root.join(CACHE_FOLDER), "default")) };
    let folder = crate::output::plain(&environment::current_dir()?.join(named));
    if files::exists(&folder) && !files::is_dir(&folder) {
        return Err(Failure::new(format!("`{named}`, which {by} names, is no folder")));
    }
    // The files written there keep git and backups away from everything in it, and `clean` removes it.
    let tagged = files::is_file(&folder.join("CACHEDIR.TAG"));
    if files::is_dir(&folder) && !tagged && !files::list_dir(&folder)?.is_empty() {
        return Err(Failure::with_help(
            format!("`{named}`, which {by} names, holds other files and is no cache"),
            "name a folder that is empty, or not there yet",
        ));
    }
    Ok((folder, by))
}
