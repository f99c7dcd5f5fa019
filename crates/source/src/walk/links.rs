//! Following symbolic links after the folders themselves were listed: each file once, under its own path if it
//! has one in the walk, and no circle entered. Nothing outside of the root is listed: who wrote the link chose what would
//! be read.
//!
//! Links are rare, so that a repository without any pays nothing here.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use super::{SourceFile, Tree, WalkProblem, WalkResult, Walker, downloaded};
use crate::files::{list_dir, reason};
use crate::kind::FileKind;

/// Moves what the walk of `root` found into `result`, with what its links lead to.
pub(super) fn resolve(walker: &Walker<'_>, root: &Utf8Path, tree: Tree, result: &mut WalkResult) {
    result.problems.extend(tree.problems);
    result.downloaded = tree.downloaded;
    result.files = tree.files;
    result.ignore_lists = tree.ignore_lists;
    if !walker.options.follow_links || tree.links.is_empty() {
        return;
    }
    let mut seen = Seen {
        files: result.files.iter().map(|file| root.join(&file.path)).collect(),
        folders: tree.folders.iter().map(|folder| root.join(folder)).collect(),
    };
    seen.folders.insert(root.to_owned());
    // Listed path and path on disk, taken in order: of two links to one file the same one always wins.
    let mut pending: BTreeSet<_> =
        tree.links.into_iter().map(|link| (link.clone(), root.join(link))).collect();
    while let Some((link, disk)) = pending.pop_first() {
        match follow(walker, root, &disk, &link, &mut seen) {
            Ok(Target::Nothing) => {}
            Ok(Target::File(mut file)) => {
                let listed =
                    downloaded::kind(&walker.excludes, &file.path, file.kind, &mut result.downloaded);
                if let Some(kind) = listed {
                    file.kind = kind;
                    result.files.push(file);
                }
            }
            Ok(Target::Folder(real, tree)) => {
                result.problems.extend(tree.problems);
                result.downloaded.extend(tree.downloaded);
                let on_disk = |listed: &Utf8Path| match listed.strip_prefix(&link) {
                    Ok(rest) => real.join(rest),
                    Err(_) => real.clone(),
                };
                seen.folders.extend(tree.folders.iter().map(|folder| on_disk(folder)));
                let mut files = tree.files;
                files.sort_unstable_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
                files.retain(|file| seen.files.insert(on_disk(&file.path)));
                result.files.append(&mut files);
                pending.extend(tree.links.into_iter().map(|inner| (inner.clone(), on_disk(&inner))));
            }
            Err(message) => result.problems.push(WalkProblem { path: link, message }),
        }
    }
}

/// Why a link is not followed that leaves the root.
const OUTSIDE: &str = "the symbolic link leads out of the project; not followed";

/// Canonical paths of what is listed already.
struct Seen {
    files: FxHashSet<Utf8PathBuf>,
    folders: FxHashSet<Utf8PathBuf>,
}

/// Whether a folder that is not entered would be missed: of one with data alone nobody wants to hear.
fn holds_python(folder: &Utf8Path) -> bool {
    let names = list_dir(folder).unwrap_or_default();
    names.iter().any(|name| FileKind::of(Utf8Path::new(name)).is_some_and(FileKind::is_python))
}

enum Target {
    Nothing,
    File(SourceFile),
    Folder(Utf8PathBuf, Tree),
}

fn follow(
    walker: &Walker<'_>,
    root: &Utf8Path,
    disk: &Utf8Path,
    link: &Utf8Path,
    seen: &mut Seen,
) -> Result<Target, String> {
    let kind = FileKind::of(link);
    let real = match disk.canonicalize_utf8() {
        Ok(real) => real,
        // A broken link to something that would be of no interest is of none either.
        Err(_) if kind.is_none() && link.file_name().is_none_or(|name| name.contains('.')) => {
            return Ok(Target::Nothing);
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err("the symbolic link points to nothing".to_owned());
        }
        Err(error) => return Err(format!("the symbolic link cannot be followed: {}", reason(&error))),
    };
    let metadata = real
        .metadata()
        .map_err(|error| format!("the symbolic link cannot be followed: {}", reason(&error)))?;
    if metadata.is_dir() {
        if root.starts_with(&real) || disk.parent().is_some_and(|folder| folder.starts_with(&real)) {
            return Err("the symbolic link leads back to a folder that it lies in; not followed".to_owned());
        }
        if real.file_name().is_some_and(|name| walker.excludes.is_default(name, || Some(link.to_string()))) {
            return Ok(Target::Nothing);
        }
        if !real.starts_with(root) {
            return if holds_python(&real) { Err(OUTSIDE.to_owned()) } else { Ok(Target::Nothing) };
        }
        if !seen.folders.insert(real.clone()) {
            return Ok(Target::Nothing);
        }
        let tree = walker.tree(&real, link);
        return Ok(Target::Folder(real, tree));
    }
    let Some(kind) = kind else { return Ok(Target::Nothing) };
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    if !real.starts_with(root) {
        return Err(OUTSIDE.to_owned());
    }
    if !seen.files.insert(real) {
        return Ok(Target::Nothing);
    }
    Ok(Target::File(SourceFile { path: link.to_owned(), kind, size: metadata.len() }))
}
