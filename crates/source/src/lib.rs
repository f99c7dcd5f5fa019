//! Files and text: finding the files of a repository, reading them, turning their bytes into text and
//! back, and telling lines and columns.
//!
//! It is the only library crate that touches the file system and the environment; it must not know
//! what a syntax tree, a rule or a database is. Paths are UTF-8; offsets are bytes into the decoded text.

mod encoding;
pub mod environment;
mod exclude;
pub mod files;
mod kind;
pub mod line_index;
mod range;
pub mod read;
pub mod text;
pub mod walk;
pub mod write;

pub use encoding::{Encoding, declared_encoding};
pub use exclude::{DEFAULT_EXCLUDES, GlobError, LISTED_ONLY, check_glob, is_downloaded, is_excluded};
pub use files::FileError;
pub use kind::FileKind;
pub use line_index::{ColumnUnit, LineColumn, LineIndex};
pub use range::TextRange;
pub use read::{
    DEFAULT_SIZE_LIMIT, ReadError, SkipReason, content_hash, is_python_script, read_bounded, read_bytes,
    read_unlinked,
};
pub use text::{EncodeError, LineEnding, SourceText, TextProblem, TextProblemKind, decode, decode_piped};
pub use walk::{SourceFile, WalkOptions, WalkProblem, WalkResult, walk, why_left_out};
pub use write::{Durability, atomic_write, atomic_write_in};
