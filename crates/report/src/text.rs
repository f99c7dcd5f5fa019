//! Small tools of the text formats: counts, tables' widths, wrapping, colour. It must not know findings' fields
//! beyond their severity.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use analyzer_diagnostics::Severity;
use annotate_snippets::renderer::{AnsiColor, Effects, Style};

use crate::inert::inert;

pub(crate) const BOLD: Style = Style::new().effects(Effects::BOLD);
pub(crate) const DIM: Style = Style::new().effects(Effects::DIMMED);
pub(crate) const GOOD: Style = AnsiColor::BrightGreen.on_default().effects(Effects::BOLD);
pub(crate) const BAR: Style = AnsiColor::BrightBlue.on_default();

/// The colour that annotate-snippets gives the same severity.
pub(crate) fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::BrightRed.on_default().effects(Effects::BOLD),
        Severity::Warning => AnsiColor::Yellow.on_default().effects(Effects::BOLD),
        Severity::Note => AnsiColor::BrightGreen.on_default().effects(Effects::BOLD),
    }
}

/// Text in a style, or bare where there is no colour.
pub(crate) struct Painted<T>(pub(crate) bool, pub(crate) Style, pub(crate) T);

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(colour, style, text) = self;
        if *colour { write!(out, "{style}{text}{style:#}") } else { write!(out, "{text}") }
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 file`, `2,000 files`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// A duration for people: `0.21 s`, `12.3 s`, `2 min 5 s`.
pub(crate) fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 0.01 {
        format!("{seconds:.3} s")
    } else if seconds < 9.995 {
        format!("{seconds:.2} s")
    } else if seconds < 59.95 {
        format!("{seconds:.1} s")
    } else {
        let whole = elapsed.as_secs();
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

/// Text on one line, with the numbers of characters that a terminal would obey.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let blank = |c: char| matches!(c, '\n' | '\r' | '\t');
    if text.contains(blank) { Cow::Owned(inert(&text.replace(blank, " ")).into_owned()) } else { inert(text) }
}

/// Breaks text at blanks so that no line is longer than `width` characters, save for longer words. Line ends in
/// the text stay; other characters that a terminal would obey are shown as their numbers.
pub(crate) fn wrapped(text: &str, width: Option<usize>) -> String {
    let width = width.map_or(usize::MAX, |width| width.max(20));
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let line = one_line(line);
        let mut used = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > width {
                out.push('\n');
                used = 0;
            } else if used > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += length;
        }
    }
    out
}

/// Text after `indent` columns of something else: broken at blanks, with the further lines below its beginning.
#[must_use]
pub fn hanging(text: &str, indent: usize, width: Option<usize>) -> String {
    let room = width.map(|width| width.saturating_sub(indent));
    wrapped(text, room).replace('\n', &format!("\n{:indent$}", ""))
}

/// The text in backticks.
pub(crate) fn code(text: &str) -> String {
    format!("`{}`", one_line(text))
}

/// Text that a terminal links to an address, where there is one.
pub(crate) fn linked(text: &dyn fmt::Display, url: Option<&str>) -> String {
    match url {
        Some(url) => format!("\u{1b}]8;;{}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\", one_line(url)),
        None => text.to_string(),
    }
}

/// The beginning of the text, with an ellipsis where it has more than `width` characters.
pub(crate) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.chars().nth(width).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// The text cut to `width` characters, with an ellipsis for what is missing in its middle.
pub(crate) fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= width {
        return Cow::Borrowed(text);
    }
    let head = width.saturating_sub(1) / 2;
    let tail = width.saturating_sub(1) - head;
    let start = text.chars().take(head);
    Cow::Owned(start.chain(['…']).chain(text.chars().skip(length - tail)).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{counted, cut, duration, hanging, one_line, shortened, thousands, wrapped};

    #[test]
    fn numbers_read_well() {
        let shown = [0, 999, 1000, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!((counted(1, "file"), counted(0, "file")), ("1 file".to_owned(), "0 files".to_owned()));
    }

    #[test]
    fn durations_read_well() {
        let shown = [3, 214, 12_345, 125_000].map(|ms| duration(Duration::from_millis(ms)));
        assert_eq!(shown, ["0.003 s", "0.21 s", "12.3 s", "2 min 5 s"]);
    }

    #[test]
    fn terminals_are_not_commanded() {
        assert_eq!(one_line("a\nb\u{1b}[31m"), "a b\\u{1b}[31m");
    }

    #[test]
    fn lines_break_at_blanks() {
        let text = "one two three four five six seven";
        assert_eq!(wrapped(text, Some(20)), "one two three four\nfive six seven");
        assert_eq!(wrapped(text, None), text);
        assert_eq!(hanging(text, 4, Some(24)), "one two three four\n    five six seven");
    }

    #[test]
    fn the_middle_goes_first() {
        assert_eq!(shortened("abcdefghij", 5), "ab…ij");
        assert_eq!(shortened("abc", 3), "abc");
    }

    #[test]
    fn the_end_goes_where_the_beginning_tells_most() {
        assert_eq!(
            (cut("abc def", 5), cut("abc", 3), cut("日本語", 2)),
            ("abc…".into(), "abc".into(), "日…".into())
        );
    }
}
