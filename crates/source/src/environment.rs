//! The environment of the process: the working folder and variables.
//!
//! It must not decide what a door does with them.

use std::env;

use camino::{Utf8Path, Utf8PathBuf};

use crate::files::FileError;

/// The working folder. Fails if it was deleted, cannot be read, or is not UTF-8.
pub fn current_dir() -> Result<Utf8PathBuf, FileError> {
    let fail = |error| FileError::new("resolve", Utf8Path::new("."), error);
    let path = env::current_dir().map_err(fail)?;
    Utf8PathBuf::from_path_buf(path).map_err(|path| {
        let message = format!("the working folder `{}` has a name that is not UTF-8", path.display());
        fail(std::io::Error::new(std::io::ErrorKind::InvalidData, message))
    })
}

/// The value of an environment variable; unset, empty and non-UTF-8 ones are `None`.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether colour is unwanted: `NO_COLOR` has any value (no-color.org), or the terminal is `dumb`.
pub fn no_color() -> bool {
    colour_is_unwanted(variable("NO_COLOR").as_deref(), variable("TERM").as_deref())
}

/// Whether colour is wanted wherever the output goes: `FORCE_COLOR` (force-color.org) or `CLICOLOR_FORCE` (bixense.com/clicolors)
/// has any value but `0`.
pub fn force_color() -> bool {
    ["FORCE_COLOR", "CLICOLOR_FORCE"].iter().any(|name| colour_is_forced(variable(name).as_deref()))
}

fn colour_is_forced(force_color: Option<&str>) -> bool {
    force_color.is_some_and(|value| value != "0")
}

fn colour_is_unwanted(no_color: Option<&str>, term: Option<&str>) -> bool {
    no_color.is_some() || term == Some("dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_read() {
        assert!(crate::files::is_dir(&current_dir().unwrap()));
        assert_eq!(variable("CARGO_PKG_NAME").as_deref(), Some("analyzer-source"));
        assert_eq!(variable("ANALYZER_NO_SUCH_VARIABLE"), None);
    }

    #[test]
    fn colour_follows_the_convention() {
        assert!(colour_is_unwanted(Some("0"), None));
        assert!(colour_is_unwanted(None, Some("dumb")));
        assert!(!colour_is_unwanted(None, Some("xterm-256color")));
        assert!(colour_is_forced(Some("1")) && colour_is_forced(Some("true")));
        assert!(!colour_is_forced(Some("0")) && !colour_is_forced(None));
        assert_eq!(
            no_color(),
            colour_is_unwanted(variable("NO_COLOR").as_deref(), variable("TERM").as_deref())
        );
    }
}
