//! Reading the bytes of a file within bounds, recognising text, and hashing them.
//!
//! It must not know how bytes become text.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use crate::files::FileError;

/// The size in bytes above which a file is not parsed unless the configuration says so: 1 MiB. Written by
/// hand, a Python file is far below; above are tables and generated code, at 80 bytes of syntax tree a byte.
pub const DEFAULT_SIZE_LIMIT: u64 = 1 << 20;

/// Why a file is not analysed although it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
pub enum SkipReason {
    /// Larger than the limit; both in bytes.
    #[error("the file has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// The size of the file.
        size: u64,
        /// The limit that applied.
        limit: u64,
    },
    /// More control characters than any text has.
    #[error("the file is binary, not text")]
    Binary,
}

/// Why there are no bytes.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system did not give them.
    #[error(transparent)]
    File(#[from] FileError),
    /// They were not wanted.
    #[error(transparent)]
    Skip(#[from] SkipReason),
}

/// The whole content of a regular file, of any size.
pub fn read_bytes(path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
    read_bounded(path, u64::MAX)
}

/// The content of a regular file of at most `limit` bytes. The size is asked first, so that nothing of a
/// larger file is read, and a file that grows meanwhile is still refused.
pub fn read_bounded(path: &Utf8Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    // Asked by path: opening a pipe would wait for a writer.
    read_known(path, limit, fs::metadata(path))
}

/// As [`read_bounded`], but a symbolic link is no regular file.
pub fn read_unlinked(path: &Utf8Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    read_known(path, limit, fs::symlink_metadata(path))
}

fn read_known(path: &Utf8Path, limit: u64, metadata: io::Result<Metadata>) -> Result<Vec<u8>, ReadError> {
    let fail = |error| FileError::new("read", path, error);
    let metadata = metadata.map_err(fail)?;
    if metadata.is_dir() {
        return Err(fail(ErrorKind::IsADirectory.into()).into());
    }
    if !metadata.is_file() {
        return Err(fail(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file")).into());
    }
    let size = metadata.len();
    if size > limit {
        return Err(SkipReason::TooLarge { size, limit }.into());
    }
    // One byte more than announced, so that the end is seen without the buffer growing.
    let mut bytes = Vec::new();
    let wanted = usize::try_from(size.saturating_add(1)).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(wanted).map_err(|_| fail(ErrorKind::OutOfMemory.into()))?;
    let mut file = File::open(path).map_err(fail)?.take(limit.saturating_add(1));
    file.read_to_end(&mut bytes).map_err(fail)?;
    let size = bytes.len() as u64;
    if size > limit {
        return Err(SkipReason::TooLarge { size, limit }.into());
    }
    Ok(bytes)
}

/// True if the first line of a file says that Python runs it: `#!/usr/bin/env python3`, `#!/opt/bin/python -u`,
/// `#!/usr/bin/env -S uv run --script`.
#[must_use]
pub fn is_python_script(path: &Utf8Path) -> bool {
    let mut start = Vec::new();
    if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    let read = File::open(path).and_then(|file| file.take(256).read_to_end(&mut start));
    let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    read.is_ok() && std::str::from_utf8(first).is_ok_and(names_python)
}

fn names_python(line: &str) -> bool {
    let Some(command) = line.strip_prefix("#!") else { return false };
    let mut words = command.split(|c: char| c == '/' || c.is_whitespace()).peekable();
    while let Some(word) = words.next() {
        let version = ["python", "pypy"].iter().find_map(|name| word.strip_prefix(name));
        if version.is_some_and(|version| version.bytes().all(|b| b.is_ascii_digit() || b".wt".contains(&b)))
            || word == "uv" && words.peek() == Some(&"run")
        {
            return true;
        }
    }
    false
}

/// The hash of a content: XXH3, 128 bits, seed 0.
pub fn content_hash(bytes: &[u8]) -> u128 {
    xxhash_rust::xxh3::xxh3_128(bytes)
}

/// Whether more than one byte in twenty, and at least eight, are control characters that text does not
/// have (all but tab, line ends, form feed, vertical tab and escape). Random bytes have twice that share.
pub(crate) fn looks_binary(bytes: &[u8]) -> bool {
    let odd = |byte: u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    // Chunks whose count fits a byte let the compiler use vector instructions.
    let count: usize = bytes
        .chunks(255)
        .map(|chunk| usize::from(chunk.iter().fold(0_u8, |sum, &byte| sum + u8::from(odd(byte)))))
        .sum();
    count >= 8 && count * 20 > bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8PathBuf;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    #[test]
    fn a_first_line_names_python_or_something_else() {
        for line in [
            "#!/usr/bin/python",
            "#!/usr/bin/env python3",
            "#! /usr/bin/env -S python3.12 -u",
            "#!/opt/pypy3/bin/pypy3",
            "#!pythonw\r",
            "#!/usr/bin/env -S uv run --script",
        ] {
            assert!(names_python(line), "{line}");
        }
        for line in
            ["", "python", "# python", "#!/bin/sh", "#!/opt/python-tools/run", "#!/usr/bin/env uv pip"]
        {
            assert!(!names_python(line), "{line}");
        }
    }

    #[test]
    fn bytes_come_within_the_limit() {
        let (_guard, root) = folder();
        let path = root.join("a.py");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read_bytes(&path).unwrap(), b"12345");
        assert_eq!(read_bounded(&path, 5).unwrap(), b"12345");
        let error = read_bounded(&path, 4).unwrap_err();
        assert_eq!(error.to_string(), "the file has 5 bytes, more than the limit of 4");
        assert!(matches!(error, ReadError::Skip(SkipReason::TooLarge { size: 5, limit: 4 })));
        fs::write(&path, b"").unwrap();
        assert_eq!(read_bounded(&path, 0).unwrap(), b"");
    }

    #[test]
    fn a_large_file_is_refused_by_its_size_alone() {
        let (_guard, root) = folder();
        let path = root.join("huge.py");
        // A sparse file: reading its terabyte would not end.
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(
            read_bounded(&path, DEFAULT_SIZE_LIMIT).unwrap_err(),
            ReadError::Skip(SkipReason::TooLarge { size: 0x100_0000_0000, limit: 0x10_0000 })
        ));
    }

    #[test]
    fn what_is_no_file_is_an_error() {
        let (_guard, root) = folder();
        fs::create_dir(root.join("x.py")).unwrap();
        let error = read_bytes(&root.join("x.py")).unwrap_err().to_string();
        assert!(error.ends_with("x.py: it is a folder"), "{error}");
        let error = read_bytes(&root.join("none.py")).unwrap_err().to_string();
        assert!(error.ends_with("none.py: it does not exist; check the path"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn sockets_and_broken_links_do_not_hang() {
        let (_guard, root) = folder();
        let socket = root.join("s.py");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let error = read_bytes(&socket).unwrap_err().to_string();
        assert!(error.ends_with("s.py: it is not a regular file"), "{error}");
        std::os::unix::fs::symlink("gone", root.join("l.py")).unwrap();
        let ReadError::File(error) = read_bytes(&root.join("l.py")).unwrap_err() else {
            panic!("not an error of the file system")
        };
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_read_only_where_links_are_followed() {
        let (_guard, root) = folder();
        fs::write(root.join("a.py"), b"x").unwrap();
        std::os::unix::fs::symlink("a.py", root.join("l.py")).unwrap();
        assert_eq!(read_bounded(&root.join("l.py"), 9).unwrap(), b"x");
        let error = read_unlinked(&root.join("l.py"), 9).unwrap_err().to_string();
        assert!(error.ends_with("l.py: it is not a regular file"), "{error}");
        assert_eq!(read_unlinked(&root.join("a.py"), 9).unwrap(), b"x");
    }

    #[test]
    fn the_hash_is_xxh3() {
        // The vector of the empty input in the reference implementation.
        assert_eq!(content_hash(b""), 0x99aa_06d3_0147_98d8_6001_c324_468d_497f);
        assert_ne!(content_hash(b"a"), content_hash(b"b"));
    }

    #[test]
    fn text_with_odd_bytes_is_still_text() {
        assert!(!looks_binary(b"x\0"));
        assert!(!looks_binary(&[b"\x1b[31m\x0c\x0b\r\n\t".as_slice(), &[7; 7]].concat()));
        assert!(looks_binary(&[7; 8]));
        let mut mostly_text = vec![b'x'; 153];
        mostly_text.extend([0; 8]);
        assert!(!looks_binary(&mostly_text[1..]), "8 of 160 is the share that is allowed");
        assert!(looks_binary(&mostly_text[2..]));
        let every: Vec<u8> = (0..=255).collect();
        assert!(looks_binary(&every.repeat(10)));
    }
}
