//! Where results go: standard output, or a file that is replaced as a whole.
//! It must not know what is written.

use std::io::{self, BufWriter, Write};

use analyzer_source::{Durability, atomic_write, files};
use camino::Utf8Path;

use crate::failure::Failure;

/// Writes a result to `file`, or to standard output without one. A reader that has gone away, as behind `| head`,
/// is no failure.
pub(crate) fn write<T: Default>(
    file: Option<&Utf8Path>,
    render: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> Result<T, Failure> {
    let Some(path) = file else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let written = render(&mut out).and_then(|value| out.flush().map(|()| value));
        return match written {
            Ok(value) => Ok(value),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // What is still buffered has no reader either.
                let _ = out.into_parts();
                Ok(T::default())
            }
            Err(error) => Err(Failure::output("to standard output", &error)),
        };
    };
    if files::exists(path) && !files::is_file(path) && !files::is_dir(path) {
        // A device or a pipe, such as /dev/stdout, cannot be replaced.
        let told = |error: io::Error| Failure::output(&format!("`{path}`"), &error);
        let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(path).map_err(told)?);
        return render(&mut out).and_then(|value| out.flush().map(|()| value)).map_err(told);
    }
    let mut bytes = Vec::new();
    let value = render(&mut bytes).map_err(|error| Failure::output(&format!("`{path}`"), &error))?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_str().is_empty() && !files::is_dir(folder))
    {
        return Err(Failure::with_help(
            format!("cannot write `{path}`: there is no folder `{folder}`"),
            "make the folder first",
        ));
    }
    atomic_write(path, &bytes, Durability::Synced)?;
    Ok(value)
}
