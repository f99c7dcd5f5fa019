//! Messages of a run besides its results, and a guard that keeps both from being orders to their reader: a CI system may
//! take a line of the log for a command, and a terminal obeys control characters. It must not know what is said.

use std::io::{self, Write};

use analyzer_engine::masked_text;
use analyzer_report::inert;
use analyzer_source::environment;

/// Says something on standard error, as `eprintln!` does. What is said is made harmless, and nobody need listen.
macro_rules! tell {
    ($($said:tt)*) => { $crate::log::tell(&format!($($said)*)) };
}

/// As the macro of that name.
pub(crate) fn tell(said: &str) {
    write_err(&inert(&masked_text(said)));
}

/// Says what a renderer has made harmless; it may be coloured.
pub(crate) fn tell_rendered(said: &str) {
    write_err(said);
}

fn write_err(said: &str) {
    let mut err = guarded(io::stderr().lock(), Syntax::Text);
    // Nobody may be listening there.
    let _ = writeln!(err, "{said}").and_then(|()| err.flush());
}

/// How a character is written that must not stand as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Text for people.
    Text,
    /// JSON, or JSON in a page.
    Json,
    /// XML.
    Xml,
    /// Commands of GitHub's workflows: they are meant.
    Commands,
    /// Commands of Azure's pipelines: they are meant.
    Azure,
}

/// Passes on what goes to the log of a run. In a workflow of GitHub, whose runner obeys `::command::` where a line begins and
/// `##[command]` anywhere in it, both are broken; in a pipeline of Azure, `##vso[command]` is too.
pub(crate) fn guarded<W: Write>(out: W, syntax: Syntax) -> Guarded<W> {
    let listens = environment::variable("GITHUB_ACTIONS").is_some() && syntax != Syntax::Commands
        || environment::variable("TF_BUILD").is_some() && syntax != Syntax::Azure;
    Guarded { out, syntax, listens, line: Line::default() }
}

/// See [`guarded`].
pub(crate) struct Guarded<W> {
    out: W,
    syntax: Syntax,
    /// Whether anybody would obey.
    listens: bool,
    line: Line,
}

/// State of a line that is being written.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    /// Whether it holds something that the runner does not trim away. Blanks may be any of Unicode's.
    begun: bool,
    /// Whether it ends in a colon, the first one.
    colon: bool,
    /// The `#` that it ends in.
    hashes: u8,
}

impl Line {
    /// Goes on with a byte; true for one that completes the beginning of a command.
    fn goes_on(&mut self, byte: u8) -> bool {
        let Self { begun, colon, hashes } = *self;
        *self = match byte {
            b'\n' | b'\r' => Self::default(),
            b'#' => Self { begun: true, colon: false, hashes: (hashes + 1).min(2) },
            b':' => Self { begun: begun || colon, colon: !begun && !colon, hashes: 0 },
            _ => Self { begun: begun || colon || byte > b' ' && byte < 0x80, colon: false, hashes: 0 },
        };
        byte == b':' && colon || matches!(byte, b'[' | b'v' | b'V') && hashes > 1
    }
}

impl<W: Write> Write for Guarded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.listens {
            return self.out.write(bytes);
        }
        let mut done = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            if self.line.goes_on(byte) {
                self.out.write_all(&bytes[done..at])?;
                match self.syntax {
                    Syntax::Json => write!(self.out, "\\u{byte:04x}")?,
                    Syntax::Xml => write!(self.out, "&#{byte};")?,
                    Syntax::Text | Syntax::Commands | Syntax::Azure => write!(self.out, "\\u{{{byte:x}}}")?,
                }
                done = at + 1;
            }
        }
        self.out.write_all(&bytes[done..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(parts: &[&str], syntax: Syntax) -> String {
        let mut out = Guarded { out: Vec::new(), syntax, listens: true, line: Line::default() };
        parts.iter().for_each(|part| out.write_all(part.as_bytes()).unwrap());
        String::from_utf8(out.out).unwrap()
    }

    #[test]
    fn no_line_is_a_command() {
        let broken = [
            ("::error::x", ":\\u{3a}error::x"),
            ("a\n \t::error::x", "a\n \t:\\u{3a}error::x"),
            ("a\r\u{a0}::error::x", "a\r\u{a0}:\\u{3a}error::x"),
            (":::x", ":\\u{3a}:x"),
            ("a ##[group]x ###[end]", "a ##\\u{5b}group]x ###\\u{5b}end]"),
            ("a ##vso[task.x]##Vso[y]", "a ##\\u{76}so[task.x]##\\u{56}so[y]"),
        ];
        for (text, shown) in broken {
            assert_eq!(logged(&[text], Syntax::Text), shown);
            let bytes: Vec<&str> = text.split_inclusive(|c: char| c.is_ascii()).collect();
            assert_eq!(logged(&bytes, Syntax::Text), shown, "in pieces");
        }
        for text in ["a::b", "x ::y", "#[x]", "# #[x]", ": :", "a:\n:b"] {
            assert_eq!(logged(&[text], Syntax::Text), text);
        }
    }

    #[test]
    fn each_syntax_has_its_escape() {
        assert_eq!(logged(&["\"##[x\""], Syntax::Json), "\"##\\u005bx\"");
        assert_eq!(logged(&["<a>##[x</a>"], Syntax::Xml), "<a>##&#91;x</a>");
    }
}
