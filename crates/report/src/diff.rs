//! A change of a file as a unified diff, fit for `git apply` and `patch`.
//! It must not know why the file changes.

use std::borrow::Cow;
use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use crate::RenderOptions;
use crate::inert::{is_obeyed, shown};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Writes the difference between two texts of the file at `path`; nothing if they are equal. `exact` leaves every character
/// as it is, for programs; else those that a terminal would obey are shown as their numbers.
///
/// # Errors
/// When `out` cannot be written.
pub fn render(
    path: &str,
    before: &str,
    after: &str,
    options: &RenderOptions,
    exact: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    // A form feed parts a text into pages, and does no harm.
    fn as_shown(text: &str, exact: bool) -> Cow<'_, str> {
        let obeyed = |c| is_obeyed(c) && !matches!(c, '\t' | '\x0c' | '\r');
        if exact { Cow::Borrowed(text) } else { shown(text, obeyed) }
    }
    let path = &as_shown(path, exact);
    let diff = TextDiff::from_lines(before, after);
    let (bold, red, green, cyan, reset) = if options.colour {
        ("\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m")
    } else {
        ("", "", "", "", "")
    };
    let mut headed = false;
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        if !headed {
            headed = true;
            write!(out, "{bold}--- a/{path}{reset}\n{bold}+++ b/{path}{reset}\n")?;
        }
        writeln!(out, "{cyan}{}{reset}", hunk.header())?;
        for change in hunk.iter_changes() {
            let (sign, colour) = match change.tag() {
                ChangeTag::Equal => (' ', ""),
                ChangeTag::Delete => ('-', red),
                ChangeTag::Insert => ('+', green),
            };
            let end = if colour.is_empty() { "" } else { reset };
            let line = change.value();
            let text = line.strip_suffix('\n').unwrap_or(line);
            writeln!(out, "{colour}{sign}{}{end}", as_shown(text, exact))?;
            if text.len() == line.len() {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> String {
        let mut out = Vec::new();
        render("p/a.py", before, after, &RenderOptions::default(), false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_change_has_headers_context_and_signs() {
        let shown = diff("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n");
        assert_eq!(shown, "--- a/p/a.py\n+++ b/p/a.py\n@@ -1,5 +1,5 @@\n a\n b\n-c\n+X\n d\n e\n");
        assert_eq!(diff("a\n", "a\n"), "");
    }

    #[test]
    fn what_a_terminal_obeys_is_exact_for_programs_alone() {
        assert!(diff("a\x1b[31m\u{202e}\x0c\n", "b\n").contains("\n-a\\u{1b}[31m\\u{202e}\x0c\n"));
        let mut out = Vec::new();
        render("a", "a\x1b\n", "b\n", &RenderOptions::default(), true, &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("\n-a\x1b\n"));
    }

    #[test]
    fn a_missing_last_line_end_is_told() {
        assert!(
            diff("a", "b").ends_with("-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n")
        );
    }
}
