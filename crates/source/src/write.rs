//! Writing, so that a reader never sees half a file and an error leaves the old one as it was.
//!
//! For the cache, for reports and for fixes; it must not know which of them it serves.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicU32, Ordering};

use camino::{Utf8Path, Utf8PathBuf};

use crate::files::FileError;

/// What must be true once a write has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Readers see the old or the new content. A power cut may lose the new one: fit for a cache.
    Atomic,
    /// The bytes also reached the disk before they replaced the old ones: fit for a user's sources.
    Synced,
}

/// Replaces the content of `path`, or creates it, in one step: a temporary file in the same folder is
/// renamed over it. Permission bits are kept and links are written through; a hard link is separated.
///
/// On any error the old file is untouched and the temporary one is gone. A file without any write bit is
/// refused, although a rename could replace it: its owner said so.
pub fn atomic_write(path: &Utf8Path, bytes: &[u8], durability: Durability) -> Result<(), FileError> {
    replace(path, bytes, durability).map_err(|error| FileError::new("write", path, error))
}

fn replace(path: &Utf8Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    let target = match path.canonicalize_utf8() {
        Ok(target) => target,
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => path.to_owned(),
        Err(error) => return Err(error),
    };
    let permissions = match fs::metadata(&target) {
        Ok(metadata) if metadata.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() => {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
        }
        Ok(metadata) if metadata.permissions().readonly() => {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "it is read-only"));
        }
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = match target.parent() {
        Some(folder) if !folder.as_str().is_empty() => folder,
        _ => Utf8Path::new("."),
    };
    let (mut temporary, mut file) = Temporary::create(folder)?;
    file.write_all(bytes)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    if durability == Durability::Synced {
        file.sync_all()?;
    }
    drop(file);
    fs::rename(&temporary.path, &target)?;
    temporary.renamed = true;
    if durability == Durability::Synced {
        // The new name is in place already; a file system that cannot sync folders is no failure.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

/// A temporary file that removes itself unless it was renamed.
struct Temporary {
    path: Utf8PathBuf,
    renamed: bool,
}

impl Temporary {
    fn create(folder: &Utf8Path) -> io::Result<(Self, File)> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mut tries = 0;
        loop {
            // A fixed short stem: the target's own name may already have the longest length there is.
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!(".analyzer-{}-{number}.tmp", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((Self { path, renamed: false }, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < 100 => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // Nothing better can be done with a second failure; the first one is being reported.
            let _ = fs::remove_file(&self.path);
        }
    }
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
        let (temporary, file) = Temporary::create(&root).unwrap();
        assert_eq!(list_dir(&root).unwrap().len(), 1);
        drop(file);
        drop(temporary);
        assert_eq!(list_dir(&root).unwrap(), [] as [&str; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn permission_bits_and_links_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (_guard, root) = folder();
        let path = root.join("run.py");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
        symlink("run.py", root.join("link.py")).unwrap();
        atomic_write(&root.join("link.py"), b"new", Durability::Atomic).unwrap();
        assert!(root.join("link.py").is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o751);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let error = atomic_write(&path, b"newer", Durability::Atomic).unwrap_err().to_string();
        assert!(error.ends_with("it is read-only; check its permissions"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"new");

        symlink("missing.py", root.join("broken.py")).unwrap();
        atomic_write(&root.join("broken.py"), b"x", Durability::Atomic).unwrap_err();
        assert!(root.join("broken.py").is_symlink());
        assert_eq!(list_dir(&root).unwrap(), ["broken.py", "link.py", "run.py"]);
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
