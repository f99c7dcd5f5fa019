//! Writing, so that a reader never sees half a file and an error leaves the old one as it was.
//!
//! For the cache, for reports and for fixes; it must not know which of them it serves.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};

use camino::{Utf8Component, Utf8Path};

use crate::files::FileError;

mod temporary;

use temporary::Temporary;

/// The guarantee of a write that has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Readers see the old or the new content. A power cut may lose the new one: fit for a cache.
    Atomic,
    /// The bytes also reached the disk before they replaced the old ones: fit for a user's sources.
    Synced,
}

/// Replaces the content of `path`, or creates it, in one step: a temporary file in the same folder is
/// renamed over it. Permission bits are kept; a hard link is separated. A symbolic link is refused: whoever made it
/// chooses what it leads to.
///
/// On any error the old file is untouched and the temporary one is gone. A file without any write bit is
/// refused, although a rename could replace it: its owner said so.
pub fn atomic_write(path: &Utf8Path, bytes: &[u8], durability: Durability) -> Result<(), FileError> {
    replace(path, bytes, durability).map_err(|error| FileError::new("write", path, error))
}

/// As [`atomic_write`], for the file at `path` below the folder `root`. It is refused where a part of the path is a
/// symbolic link, or leads out of the folder.
pub fn atomic_write_in(
    root: &Utf8Path,
    path: &Utf8Path,
    bytes: &[u8],
    durability: Durability,
) -> Result<(), FileError> {
    let place = root.join(path);
    refuse_links(root, path)
        .and_then(|()| replace(&place, bytes, durability))
        .map_err(|error| FileError::new("write", &place, error))
}

/// Creates the folder at `path` below the folder `root`, and its parents; one that exists is fine. It is refused where
/// [`atomic_write_in`] refuses to write.
pub fn create_dir_in(root: &Utf8Path, path: &Utf8Path) -> Result<(), FileError> {
    let place = root.join(path);
    refuse_links(root, path)
        .and_then(|()| fs::create_dir_all(&place))
        .map_err(|error| FileError::new("create", &place, error))
}

fn refuse_links(root: &Utf8Path, path: &Utf8Path) -> io::Result<()> {
    let refused = |message: String| Err(io::Error::new(ErrorKind::InvalidInput, message));
    let mut place = root.to_owned();
    for part in path.components() {
        match part {
            Utf8Component::CurDir => continue,
            Utf8Component::Normal(part) => place.push(part),
            _ => return refused("it lies outside of the project".to_owned()),
        }
        if place.is_symlink() {
            let link = place.strip_prefix(root).unwrap_or(&place);
            return refused(format!("`{link}` is a symbolic link, and nothing is written through one"));
        }
    }
    Ok(())
}

fn replace(path: &Utf8Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    let refused = |message| Err(io::Error::new(ErrorKind::InvalidInput, message));
    let permissions = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        Ok(metadata) if metadata.is_symlink() => {
            return refused("it is a symbolic link, and nothing is written through one");
        }
        Ok(metadata) if !metadata.is_file() => return refused("it is not a regular file"),
        Ok(metadata) if metadata.permissions().readonly() => {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "it is read-only"));
        }
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_str().is_empty() => folder,
        _ => Utf8Path::new("."),
    };
    let mut temporary = Temporary::create(folder)?;
    temporary.file.write_all(bytes)?;
    if let Some(permissions) = permissions {
        temporary.file.set_permissions(permissions)?;
    }
    if durability == Durability::Synced {
        temporary.file.sync_all()?;
    }
    temporary.rename(path)?;
    if durability == Durability::Synced {
        // The new name is in place already; a file system that cannot sync folders is no failure.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

/// Creates a folder and its parents; one that exists is fine.
pub fn create_dir_all(path: &Utf8Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|error| FileError::new("create", path, error))
}

/// Removes a folder with all that is in it, without following links; one that is missing is fine.
pub fn remove_dir_all(path: &Utf8Path) -> Result<(), FileError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(FileError::new("remove", path, error)),
        _ => Ok(()),
    }
}

/// Removes a file; one that is missing is fine.
pub fn remove_file(path: &Utf8Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(FileError::new("remove", path, error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::files::list_dir;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_is_created_and_replaced() {
        let (_guard, root) = folder();
        let path = root.join("a.py");
        atomic_write(&path, b"one", Durability::Atomic).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        atomic_write(&path, b"two", Durability::Synced).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(list_dir(&root).unwrap(), ["a.py"]);
    }

    #[test]
    fn an_error_leaves_everything_as_it_was() {
        let (_guard, root) = folder();
        fs::create_dir_all(root.join("x.py/inner")).unwrap();
        let error = atomic_write(&root.join("x.py"), b"new", Durability::Atomic).unwrap_err();
        assert!(error.to_string().ends_with("x.py: it is a folder"), "{error}");
        assert_eq!(list_dir(&root).unwrap(), ["x.py"]);
        assert_eq!(list_dir(&root.join("x.py")).unwrap(), ["inner"]);

        let error = atomic_write(&root.join("none/y.py"), b"new", Durability::Atomic).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(list_dir(&root).unwrap(), ["x.py"]);
    }

    #[test]
    fn the_temporary_file_goes_when_the_rename_does_not_happen() {
        let (_guard, root) = folder();
        let temporary = Temporary::create(&root).unwrap();
        assert_eq!(list_dir(&root).unwrap().len(), 1);
        drop(temporary);
        assert_eq!(list_dir(&root).unwrap(), [] as [&str; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn permission_bits_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let (_guard, root) = folder();
        let path = root.join("run.py");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
        atomic_write(&path, b"new", Durability::Atomic).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o751);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let error = atomic_write(&path, b"newer", Durability::Atomic).unwrap_err().to_string();
        assert!(error.ends_with("it is read-only; check its permissions"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        use std::os::unix::fs::symlink;
        let (_guard, root) = folder();
        fs::create_dir_all(root.join("outside")).unwrap();
        fs::create_dir_all(root.join("project/real")).unwrap();
        fs::write(root.join("outside/victim"), "precious").unwrap();
        let project = root.join("project");
        symlink("../outside/victim", project.join("to_file")).unwrap();
        symlink("../outside/new", project.join("to_nothing")).unwrap();
        symlink("../outside", project.join("to_folder")).unwrap();
        symlink("real", project.join("alias")).unwrap();
        for path in ["to_file", "to_nothing", "to_folder/victim", "to_folder/new", "alias/x"] {
            let error = atomic_write_in(&project, path.into(), b"x", Durability::Atomic).unwrap_err();
            let link = path.split('/').next().unwrap();
            let end = format!("`{link}` is a symbolic link, and nothing is written through one");
            assert!(error.to_string().ends_with(&end), "{error}");
        }
        for path in ["../outside/victim", "real/../../outside/victim", "/victim"] {
            let error = atomic_write_in(&project, path.into(), b"x", Durability::Atomic).unwrap_err();
            assert!(error.to_string().ends_with("it lies outside of the project"), "{error}");
        }
        atomic_write(&project.join("to_file"), b"x", Durability::Atomic).unwrap_err();
        create_dir_in(&project, "to_folder/new".into()).unwrap_err();
        assert_eq!(fs::read(root.join("outside/victim")).unwrap(), b"precious");
        assert_eq!(list_dir(&root.join("outside")).unwrap(), ["victim"]);
        create_dir_in(&project, "./real/deep".into()).unwrap();
        atomic_write_in(&project, "./real/deep/x".into(), b"x", Durability::Atomic).unwrap();
        assert_eq!(fs::read(project.join("real/deep/x")).unwrap(), b"x");
    }

    #[test]
    fn folders_come_and_go() {
        let (_guard, root) = folder();
        let deep = root.join("a/b/c");
        create_dir_all(&deep).unwrap();
        create_dir_all(&deep).unwrap();
        fs::write(deep.join("f"), "x").unwrap();
        let error = create_dir_all(&deep.join("f/g")).unwrap_err();
        assert_eq!(error.action, "create");
        remove_file(&deep.join("f")).unwrap();
        remove_file(&deep.join("f")).unwrap();
        remove_file(&deep).unwrap_err();
        remove_dir_all(&root.join("a")).unwrap();
        remove_dir_all(&root.join("a")).unwrap();
        assert_eq!(list_dir(&root).unwrap(), [] as [&str; 0]);
    }
}
