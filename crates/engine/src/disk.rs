//! One analysed file on disk: read again only if it still is what was analysed, and replaced as a whole.
//! It must not know what changes in it.

use analyzer_source::{
    Durability, LineEnding, SourceText, atomic_write_in, content_hash, declared_encoding, decode,
    read_bounded,
};
use camino::Utf8Path;

use crate::queries::config_kind;
use crate::store::config_hash;

/// Why a file that changed after it was analysed is left alone.
const CHANGED: &str = "it changed on disk meanwhile; run the analyser again";

/// A file as it was analysed.
#[derive(Debug)]
pub(crate) struct DiskFile {
    pub(crate) source: SourceText,
    /// Hash of its bytes and of how they are read.
    hash: u128,
}

/// The hash under which the bytes of the file at `path` are known.
pub(crate) fn hash_of(path: &str, bytes: &[u8]) -> u128 {
    let hash = content_hash(bytes);
    config_kind(path).map_or(hash, |kind| config_hash(hash, kind))
}

impl DiskFile {
    /// Reads the file `path` of the project in `root`, which was analysed under the hash `analysed`.
    ///
    /// # Errors
    /// Why it cannot be changed, in one line.
    pub(crate) fn read(root: &Utf8Path, path: &str, analysed: u128) -> Result<Self, String> {
        let bytes = read_bounded(&root.join(path), u64::MAX).map_err(|error| error.to_string())?;
        if hash_of(path, &bytes) != analysed {
            return Err(CHANGED.to_owned());
        }
        let old_macs = bytes.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
        let source = decoded(bytes)?;
        // Which of the new lines are to end in a lone CR is not known.
        if old_macs && source.line_ending == LineEnding::Mixed {
            return Err(
                "its lines end in several ways, lone CRs among them; make them alike first".to_owned()
            );
        }
        Ok(Self { source, hash: analysed })
    }

    /// Replaces it by `text`: same encoding, byte-order mark and line ends.
    ///
    /// # Errors
    /// Why it stays as it is, in one line.
    pub(crate) fn replace(&self, root: &Utf8Path, path: &str, text: &str) -> Result<(), String> {
        if declared_encoding(&self.source.text) != declared_encoding(text) {
            return Err(
                "the line that declares its encoding would no longer count, or another one would".to_owned()
            );
        }
        let place = root.join(path);
        let bytes = self.source.encode(text).map_err(|error| error.to_string())?;
        let on_disk = read_bounded(&place, u64::MAX).map_err(|error| error.to_string())?;
        if self.hash != hash_of(path, &on_disk) {
            return Err(CHANGED.to_owned());
        }
        atomic_write_in(root, Utf8Path::new(path), &bytes, Durability::Synced)
            .map_err(|error| error.to_string())
    }
}

/// The text of bytes that can be written back.
pub(crate) fn decoded(bytes: Vec<u8>) -> Result<SourceText, String> {
    let source = decode(bytes).map_err(|reason| reason.to_string())?;
    if source.lossy {
        return Err("it holds bytes that could not be read as text; repair them first".to_owned());
    }
    Ok(source)
}
