//! Where the cache of a project lies, and when there is none: what a repository brought could hide findings or lead writes
//! elsewhere. It must not know what is in it.

use analyzer_engine::CACHE_FOLDER;
use analyzer_source::files;
use camino::{Utf8Path, Utf8PathBuf};

use crate::git;

/// The folder of the cache of a project; none, with a warning, where it is not the user's own.
pub(crate) fn folder(root: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = root.join(CACHE_FOLDER);
    let why = if files::is_link(&folder) {
        "it is a symbolic link"
    } else if files::is_dir(&folder) && git::tracks(root, CACHE_FOLDER) {
        "git tracks it, so others can write it; remove it with `git rm -r --cached`"
    } else {
        return Some(folder);
    };
    tell!("warning: the cache {CACHE_FOLDER} is not used: {why}");
    None
}
