//! The lists of ignored files that a walk may read: regular ones, no larger than a person writes. A device or a pipe would never
//! end, and a list of a million patterns takes minutes.
//!
//! It must not know what the lists say.

use std::fs;
use std::io::ErrorKind;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::read_bounded;

/// The largest list that is read, in bytes.
const LARGEST: u64 = 128 << 10;
/// The largest file of git that leads to another one.
const POINTER: u64 = 1 << 12;

/// The kinds of lists that are read in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lists {
    /// `.gitignore`.
    pub(super) git: bool,
    /// `.ignore`.
    pub(super) plain: bool,
    /// `.git/info/exclude`.
    pub(super) exclude: bool,
    /// Whether one of the `.gitignore` has braces, which the walker would misread.
    pub(super) braces: bool,
}

impl Lists {
    pub(super) const fn all(read: bool) -> Self {
        Self { git: read, plain: read, exclude: read, braces: false }
    }

    /// Without the kinds of which a folder has one that must not be read; each of those goes to `fault`.
    pub(super) fn fit_for(self, folder: &Utf8Path, fault: &mut dyn FnMut(&str, String)) -> Self {
        // Git does not follow a link there either.
        self.fit(folder, false, fault)
    }

    fn fit(mut self, folder: &Utf8Path, links: bool, fault: &mut dyn FnMut(&str, String)) -> Self {
        for (name, read) in [(".gitignore", &mut self.git), (".ignore", &mut self.plain)] {
            if *read && let Some(message) = unfit(&folder.join(name), links) {
                *read = false;
                fault(name, message);
            }
        }
        self.braces |= self.git && has_braces(&folder.join(".gitignore"));
        if self.exclude
            && let Some(message) = unfit_exclude(folder)
        {
            self.exclude = false;
            fault(".git", message);
        }
        self
    }

    /// Without the kinds of which a folder above has one that must not be read: they would be read with those below. Links
    /// there may be the user's own, such as one in the home folder.
    pub(super) fn fit_below(self, folder: &Utf8Path) -> Self {
        folder.ancestors().skip(1).fold(self, |lists, above| lists.fit(above, true, &mut |_, _| {}))
    }
}

/// Whether a list of a folder in the project may be read.
pub(super) fn is_fit(path: &Utf8Path) -> bool {
    unfit(path, false).is_none()
}

fn has_braces(path: &Utf8Path) -> bool {
    read_bounded(path, LARGEST).is_ok_and(|bytes| memchr::memchr(b'{', &bytes).is_some())
}

/// The folder of the repository that holds a folder: the nearest one with `.git` in it.
pub(super) fn repository(folder: &Utf8Path) -> Option<&Utf8Path> {
    folder.ancestors().find(|above| above.join(".git").exists())
}

/// Why a list is not read; none for one that may be, or is not there.
fn unfit(path: &Utf8Path, links: bool) -> Option<String> {
    let metadata = if links { fs::metadata(path) } else { fs::symlink_metadata(path) };
    let metadata = metadata.ok()?;
    let why = if metadata.is_symlink() {
        "it is a symbolic link".to_owned()
    } else if !metadata.is_file() {
        "it is not a regular file".to_owned()
    } else if metadata.len() > LARGEST {
        format!("it has {} bytes, more than the limit of {LARGEST}", metadata.len())
    } else {
        return None;
    };
    Some(format!("its list of ignored files is not read: {why}"))
}

/// Why the list in a folder's repository is not read.
fn unfit_exclude(folder: &Utf8Path) -> Option<String> {
    let git = folder.join(".git");
    let list = git.join("info/exclude");
    match fs::metadata(&list) {
        Err(error) if error.kind() == ErrorKind::NotADirectory => {}
        _ => return unfit(&list, true),
    }
    // In a worktree `.git` is a file, which leads to the repository.
    let pointer = |path: &Utf8Path| {
        let bytes = read_bounded(path, POINTER).ok()?;
        Some(Utf8PathBuf::from(String::from_utf8(bytes).ok()?.trim_end()))
    };
    let unread = || Some("its list of ignored files is not read: `.git` leads to no repository".to_owned());
    let Some(target) = pointer(&git) else { return unread() };
    let target = target.as_str().strip_prefix("gitdir: ")?;
    let common = Utf8Path::new(target).join("commondir");
    if fs::metadata(&common).is_err() {
        return None;
    }
    let Some(shared) = pointer(&common) else { return unread() };
    unfit(&Utf8Path::new(target).join(shared).join("info/exclude"), true)
}
