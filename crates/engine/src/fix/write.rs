//! Fixed texts to disk, each file as a whole and only if it still is what was analysed.
//! It must not know how fixes were made.

use analyzer_diagnostics::Report;
use analyzer_source::{decode, read_bounded};

use super::{FixRequest, Fixed, FixedFile, LeftAlone};
use crate::{Cancelled, Engine};

/// The outcome of writing.
#[derive(Debug)]
pub struct Written {
    /// Number of files that were replaced.
    pub files: u32,
    /// Number of findings that were fixed in them.
    pub fixed: u32,
    /// Files that were left alone, by path.
    pub left_alone: Vec<LeftAlone>,
    /// The findings that remain in what is on disk now.
    pub report: Report,
    /// Findings among them whose fix is unsafe, where unsafe fixes were not wanted.
    pub unsafe_left: u32,
    /// Whether the run was cancelled before every file was written; those that were are whole.
    pub cancelled: bool,
}

impl Engine {
    /// Replaces the fixed files on disk: same encoding, byte-order mark and line ends. A file that has changed since it was
    /// analysed, or cannot be written, stays as it is, and its findings are reported as they are.
    ///
    /// # Errors
    /// [`Cancelled`] when the options' flag was set while what remains was checked again; the files are written then.
    pub fn write_fixes(&mut self, fixed: Fixed, request: &FixRequest) -> Result<Written, Cancelled> {
        let Fixed { files, mut left_alone, report, unsafe_left } = fixed;
        let mut written =
            Written { files: 0, fixed: 0, left_alone: Vec::new(), report, unsafe_left, cancelled: false };
        let mut failed = false;
        for file in &files {
            if self.is_cancelled() {
                written.cancelled = true;
                break;
            }
            match self.write(file) {
                Ok(()) => {
                    written.files += 1;
                    written.fixed += file.count();
                }
                Err(reason) => {
                    failed = true;
                    left_alone.push(LeftAlone { path: file.path.clone(), reason });
                    self.restore(file);
                }
            }
        }
        left_alone.sort();
        written.left_alone = left_alone;
        if failed && !written.cancelled {
            written.report = self.check(request.only)?;
        }
        Ok(written)
    }

    fn write(&self, file: &FixedFile) -> Result<(), String> {
        let disk = file.disk.as_ref().ok_or("it is no file on disk")?;
        disk.replace(self.root(), &file.path, &file.after)
    }

    /// Takes the fixes out of the analysis again.
    fn restore(&mut self, file: &FixedFile) {
        let bytes = read_bounded(&self.place_of(&file.path), u64::MAX).ok();
        let text = bytes.and_then(|bytes| decode(bytes).ok()).map(|source| source.text);
        self.set_file(&file.path, text.as_deref());
    }
}
