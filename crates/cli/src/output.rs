//! Where results go: standard output, or a file that is replaced as a whole.
//! It must not know what is written.

use std::io::{self, BufWriter, Write};

use analyzer_source::{Durability, atomic_write, atomic_write_in, environment, files};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::failure::Failure;
use crate::log::{Syntax, guarded};

/// A file that results go to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// As it was named.
    pub(crate) path: &'a Utf8Path,
    /// The project's folder, in which links are somebody else's.
    pub(crate) root: &'a Utf8Path,
}

impl<'a> Place<'a> {
    /// The place that an argument names, if it does.
    pub(crate) fn of(path: Option<&'a Utf8Path>, root: &'a Utf8Path) -> Option<Self> {
        path.map(|path| Self { path, root })
    }

    /// The way to it from a folder that the user named, if that is the project or lies in it. On it no link is followed.
    fn inside(&self) -> Result<Option<(Utf8PathBuf, Utf8PathBuf)>, Failure> {
        let path = plain(&environment::current_dir()?.join(self.path));
        // From the outside in: the user's own links may lead to the project.
        let mut outer: Vec<&Utf8Path> = path.ancestors().skip(1).collect();
        outer.reverse();
        for folder in outer {
            let real = files::canonicalize(folder).ok().filter(|real| real.starts_with(self.root));
            if let (Some(real), Ok(rest)) = (real, path.strip_prefix(folder)) {
                return Ok(Some((real, rest.to_owned())));
            }
        }
        Ok(None)
    }
}

/// A path without `.` and `..`.
pub(crate) fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut plain = Utf8PathBuf::new();
    for part in path.components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// Writes text to `file`, or to standard output without one. A reader that has gone away, as with `| head`,
/// is no failure.
pub(crate) fn write<T: Default>(
    file: Option<Place<'_>>,
    render: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> Result<T, Failure> {
    write_as(Syntax::Text, file, render)
}

/// Fails if the folder that a file is to be written to is not there.
pub(crate) fn confirm_folder(path: &Utf8Path) -> Result<(), Failure> {
    match path.parent().filter(|folder| !folder.as_str().is_empty() && !files::is_dir(folder)) {
        None => Ok(()),
        Some(folder) => Err(Failure::with_help(
            format!("cannot write `{path}`: there is no folder `{folder}`"),
            "make the folder first",
        )),
    }
}

/// Writes bytes to standard output as they are.
pub(crate) fn write_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::output("to standard output", &error))
        }
        _ => Ok(()),
    }
}

/// Writes a result beside another one that has standard output: to standard error, where nobody may be listening.
pub(crate) fn write_aside<T: Default>(
    syntax: Syntax,
    render: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> T {
    let mut err = guarded(BufWriter::with_capacity(1 << 16, io::stderr().lock()), syntax);
    let written = render(&mut err).and_then(|value| err.flush().map(|()| value));
    written.unwrap_or_default()
}

/// As [`write`], of a result in another syntax.
pub(crate) fn write_as<T: Default>(
    syntax: Syntax,
    file: Option<Place<'_>>,
    render: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> Result<T, Failure> {
    let Some(place) = file else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let mut log = guarded(&mut out, syntax);
        let written = render(&mut log).and_then(|value| log.flush().map(|()| value));
        return match written {
            Ok(value) => Ok(value),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // The rest of the buffer has no reader either.
                let _ = out.into_parts();
                Ok(T::default())
            }
            Err(error) => Err(Failure::output("to standard output", &error)),
        };
    };
    let path = place.path;
    let inside = place.inside()?;
    if inside.is_none() && files::exists(path) && !files::is_file(path) && !files::is_dir(path) {
        // A device or a pipe, such as /dev/stdout, cannot be replaced.
        let told = |error: io::Error| Failure::output(&format!("`{path}`"), &error);
        let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(path).map_err(told)?);
        return render(&mut out).and_then(|value| out.flush().map(|()| value)).map_err(told);
    }
    let mut bytes = Vec::new();
    let value = render(&mut bytes).map_err(|error| Failure::output(&format!("`{path}`"), &error))?;
    confirm_folder(path)?;
    match inside {
        Some((folder, rest)) => atomic_write_in(&folder, &rest, &bytes, Durability::Synced)?,
        // A link outside of the project is the user's own.
        None if files::is_link(path) => {
            atomic_write(&files::canonicalize(path)?, &bytes, Durability::Synced)?
        }
        None => atomic_write(path, &bytes, Durability::Synced)?,
    }
    Ok(value)
}
