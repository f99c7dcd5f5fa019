//! The temporary files of writes: each is locked while its writer lives, so that the next one that writes in the same
//! folder knows those that a killed process left, and removes them. It must not know what is written.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

/// A temporary file that removes itself unless it was renamed.
pub(super) struct Temporary {
    pub(super) file: File,
    path: Utf8PathBuf,
    renamed: bool,
}

impl Temporary {
    /// Makes one in a folder, after removing what killed processes left there.
    pub(super) fn create(folder: &Utf8Path) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        sweep_once(folder);
        let mut tries = 0;
        loop {
            // A fixed short stem: the target's own name may already have the longest length there is.
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!(".analyzer-{}-{number}.tmp", std::process::id()));
            let file = match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < 100 => {
                    tries += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            // Where files cannot be locked nobody else takes it for left over either.
            let _ = file.lock();
            // Another process may have taken it for left over before it was locked.
            if fs::symlink_metadata(&path).is_ok() || tries >= 100 {
                return Ok(Self { file, path, renamed: false });
            }
            tries += 1;
        }
    }

    /// Puts it in the place of `target`. The lock ends with it.
    pub(super) fn rename(mut self, target: &Utf8Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.renamed = true;
        Ok(())
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

/// Removes what killed processes left in a folder, once for each folder that this process writes in.
fn sweep_once(folder: &Utf8Path) {
    static SWEPT: Mutex<BTreeSet<Utf8PathBuf>> = Mutex::new(BTreeSet::new());
    if !SWEPT.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned()) {
        return;
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_str().is_some_and(is_temporary);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // It stays where it cannot be opened, locked or removed: it is in nobody's way.
            let Ok(file) = OpenOptions::new().write(true).open(entry.path()) else { continue };
            if file.try_lock().is_ok() {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether a name is that of a temporary file: `.analyzer-PROCESS-NUMBER.tmp`.
fn is_temporary(name: &str) -> bool {
    let numbers = name.strip_prefix(".analyzer-").and_then(|rest| rest.strip_suffix(".tmp"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numbers.and_then(|rest| rest.split_once('-')).is_some_and(|(a, b)| is_number(a) && is_number(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_programs_are_not_ours() {
        assert!(is_temporary(".analyzer-99999999-0.tmp") && is_temporary(".analyzer-1-12.tmp"));
        for name in
            [".analyzer-1.tmp", ".analyzer-x-1.tmp", ".editor-1-2.tmp", ".analyzer-1-2.tmp~", "notes.tmp"]
        {
            assert!(!is_temporary(name), "{name}");
        }
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_another_writes_stays() {
        let guard = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(guard.path()).unwrap();
        let left = folder.join(".analyzer-99999999-0.tmp");
        let busy = folder.join(".analyzer-99999999-1.tmp");
        fs::write(&left, "x").unwrap();
        fs::write(folder.join("notes.tmp"), "x").unwrap();
        let writer = File::create(&busy).unwrap();
        writer.lock().unwrap();
        let temporary = Temporary::create(folder).unwrap();
        assert!(!left.exists() && busy.exists() && folder.join("notes.tmp").exists());
        temporary.rename(&folder.join("a.py")).unwrap();
        drop(writer);
        assert!(folder.join("a.py").exists());
    }
}
