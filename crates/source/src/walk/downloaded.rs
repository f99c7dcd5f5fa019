//! Folders of downloaded code: which were left out, and what of the others is listed.
//! It must not know why a project has them.

use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use ignore::DirEntry;

use super::Naming;
use crate::exclude::{Excludes, is_downloaded};
use crate::kind::FileKind;

/// Notes a folder that is left out, if it is one of downloaded code.
pub(super) fn note(entry: &DirEntry, naming: &Naming, left_out: &Mutex<Vec<Utf8PathBuf>>) {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if is_folder
        && entry.file_name().to_str().is_some_and(is_downloaded)
        && let Ok(path) = naming.listed(entry.path())
    {
        left_out.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    }
}

/// The kind that a file counts as: its own, or where it is downloaded a module whose text is not read; none if it is not
/// listed at all. Notes the folder that decides it.
pub(super) fn kind(
    excludes: &Excludes,
    path: &Utf8Path,
    kind: FileKind,
    downloaded: &mut Vec<Utf8PathBuf>,
) -> Option<FileKind> {
    let Some(folder) = path.parent().and_then(|folder| excludes.listed_only(folder.as_str())) else {
        return Some(kind);
    };
    if !kind.is_python() && kind != FileKind::Compiled {
        return None;
    }
    if downloaded.last().is_none_or(|last| last != folder) {
        downloaded.push(folder.into());
    }
    Some(FileKind::Compiled)
}

/// Sorts folders, and drops those that lie in another.
pub(super) fn outermost(folders: &mut Vec<Utf8PathBuf>) {
    folders.sort_unstable();
    folders.dedup_by(|inner, outer| inner.starts_with(outer));
}
