//! Questions to the file system, with errors that name the path and say what to do.
//!
//! Small wrappers, so that other crates need no `std::fs`. They must not know what a file is for.

use std::fs;
use std::io::{self, ErrorKind};
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::{ReadError, read_bounded};

/// A file-system operation that failed. The message is one line: what failed, on which path, why, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {reason}{help}", shown(path), reason = reason(source), help = help(source))]
pub struct FileError {
    /// The action that failed, as a verb: "read", "write", "list" …
    pub action: &'static str,
    /// The path as it was given.
    pub path: Utf8PathBuf,
    /// The answer of the operating system.
    pub source: io::Error,
}

impl FileError {
    pub(crate) fn new(action: &'static str, path: &Utf8Path, source: io::Error) -> Self {
        Self { action, path: path.to_owned(), source }
    }

    /// The operating system's kind of error, to tell "missing" from "forbidden" or "disk full".
    pub fn kind(&self) -> ErrorKind {
        self.source.kind()
    }
}

fn shown(path: &Utf8Path) -> &str {
    if path.as_str().is_empty() { "." } else { path.as_str() }
}

/// The reason of an error in words, without the operating system's number.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "it does not exist".to_owned(),
        ErrorKind::PermissionDenied if error.get_ref().is_none() => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotADirectory => "a part of the path is not a folder".to_owned(),
        ErrorKind::AlreadyExists => "it exists already".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        _ => {
            let text = error.to_string();
            match text.find(" (os error") {
                Some(end) => text[..end].to_lowercase(),
                None => text,
            }
        }
    }
}

fn help(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "; check the path",
        ErrorKind::PermissionDenied => "; check its permissions",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "; free some space or choose another folder",
        ErrorKind::ReadOnlyFilesystem => "; choose a folder that can be written",
        _ => "",
    }
}

/// Whether `path` is a regular file, links followed. A path that cannot be looked at is not one.
pub fn is_file(path: &Utf8Path) -> bool {
    path.as_std_path().is_file()
}

/// Whether `path` is a folder, links followed. A path that cannot be looked at is not one.
pub fn is_dir(path: &Utf8Path) -> bool {
    path.as_std_path().is_dir()
}

/// Whether anything is there, links followed.
pub fn exists(path: &Utf8Path) -> bool {
    path.as_std_path().exists()
}

/// Whether `path` itself is a symbolic link.
pub fn is_link(path: &Utf8Path) -> bool {
    path.is_symlink()
}

/// Whether `path`, all links followed, lies in the folder `root`. What cannot be looked at does not.
pub fn is_inside(root: &Utf8Path, path: &Utf8Path) -> bool {
    match (root.canonicalize_utf8(), path.canonicalize_utf8()) {
        (Ok(root), Ok(path)) => path.starts_with(root),
        _ => false,
    }
}

/// Whether a folder is the inside of a git repository, as a bare one is: git takes it for one wherever it lies, and obeys
/// the configuration in it.
pub fn is_git_folder(folder: &Utf8Path) -> bool {
    // A branch that does not exist yet may make HEAD a link that leads nowhere.
    let head = folder.join("HEAD");
    (is_file(&head) || is_link(&head)) && is_dir(&folder.join("objects")) && is_dir(&folder.join("refs"))
}

/// The absolute path without links and dots. Fails if nothing is there.
pub fn canonicalize(path: &Utf8Path) -> Result<Utf8PathBuf, FileError> {
    path.canonicalize_utf8().map_err(|error| FileError::new("resolve", path, error))
}

/// The size in bytes above which no configuration is read: a hundred times what people write.
const LARGEST_CONFIG: u64 = 4 << 20;

/// The whole file as UTF-8, a byte-order mark stripped: for configuration, not for Python sources
/// (those go through [`crate::decode`]). It is a regular file of at most 4 MiB.
pub fn read_to_string(path: &Utf8Path) -> Result<String, FileError> {
    read_text(path, LARGEST_CONFIG)
}

/// As [`read_to_string`], for a file of at most `limit` bytes.
pub fn read_text(path: &Utf8Path, limit: u64) -> Result<String, FileError> {
    let fail = |kind, message: String| FileError::new("read", path, io::Error::new(kind, message));
    let bytes = read_bounded(path, limit).map_err(|error| match error {
        ReadError::File(error) => error,
        ReadError::Skip(reason) => fail(ErrorKind::FileTooLarge, reason.to_string()),
    })?;
    let not_text = |_| fail(ErrorKind::InvalidData, "it is not UTF-8 text".to_owned());
    let mut text = String::from_utf8(bytes).map_err(not_text)?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// The names in a folder, sorted by bytes. Names that are not UTF-8 are given lossily.
pub fn list_dir(path: &Utf8Path) -> Result<Vec<String>, FileError> {
    let fail = |error| FileError::new("list", path, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        names.push(entry.map_err(fail)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

/// When the file was last written. Not a cache key: it is for showing and for noticing that a file
/// changed while it was worked on.
pub fn modified(path: &Utf8Path) -> Result<SystemTime, FileError> {
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .map_err(|error| FileError::new("look at", path, error))
}

/// The size of the file in bytes, links followed.
pub fn size(path: &Utf8Path) -> Result<u64, FileError> {
    fs::metadata(path).map(|metadata| metadata.len()).map_err(|error| FileError::new("look at", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_path_the_reason_and_what_to_do() {
        let missing = Utf8Path::new("no/such/file.toml");
        let error = read_to_string(missing).unwrap_err();
        assert_eq!(error.to_string(), "cannot read no/such/file.toml: it does not exist; check the path");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(
            list_dir(missing).unwrap_err().to_string(),
            "cannot list no/such/file.toml: it does not exist; check the path"
        );
        let full = FileError::new("write", Utf8Path::new("r.json"), ErrorKind::StorageFull.into());
        assert_eq!(
            full.to_string(),
            "cannot write r.json: the disk is full; free some space or choose another folder"
        );
        let odd = FileError::new("read", Utf8Path::new(""), io::Error::from_raw_os_error(5));
        assert_eq!(odd.to_string(), "cannot read .: input/output error");
    }

    #[test]
    fn queries_see_files_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let file = root.join("b.toml");
        fs::write(&file, "\u{feff}a = 1\n").unwrap();
        fs::write(root.join("a.bin"), [0xff, 0xfe]).unwrap();

        assert!(is_file(&file) && !is_dir(&file) && exists(&file));
        assert!(is_dir(root) && !is_file(root) && !exists(&root.join("none")));
        assert_eq!(read_to_string(&file).unwrap(), "a = 1\n");
        assert_eq!(list_dir(root).unwrap(), ["a.bin", "b.toml"]);
        assert_eq!(size(&file).unwrap(), 9);
        assert!(modified(&file).unwrap() <= SystemTime::now() + std::time::Duration::from_secs(5));
        assert_eq!(
            canonicalize(&root.join("x/../b.toml")).unwrap_err().action,
            "resolve",
            "a missing step fails"
        );
        assert_eq!(canonicalize(&root.join("./b.toml")).unwrap(), canonicalize(root).unwrap().join("b.toml"));
        let error = read_to_string(&root.join("a.bin")).unwrap_err().to_string();
        assert!(error.ends_with("a.bin: it is not UTF-8 text"), "{error}");
        assert!(read_to_string(root).unwrap_err().to_string().ends_with("it is a folder"));
    }
}
