//! Characters that a terminal or an editor obeys in place of showing them: control characters, those that turn the direction
//! of text, and those that end a line for some programs only. They are shown as their number. It must not know what a
//! text says.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Fix, SourceLines};
use analyzer_source::TextRange;

/// Whether a character is obeyed and not shown.
#[must_use]
pub fn is_obeyed(c: char) -> bool {
    c.is_control() || c > '\u{600}' && turns(c)
}

fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with the number of each character that is obeyed, such as `\u{202e}`; line ends and tabs stay.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    shown(text, |c| is_obeyed(c) && !matches!(c, '\n' | '\t'))
}

pub(crate) fn shown(text: &str, number: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&number) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if number(c) {
            push(c, &mut out);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn push(c: char, out: &mut String) {
    let _ = write!(out, "{}", c.escape_unicode());
}

/// The finding with source lines that are inert, and its places moved with them. The renderer of snippets shows ASCII control
/// characters by pictures of its own.
pub(crate) fn finding(finding: &Finding) -> Cow<'_, Finding> {
    let related = finding.related.iter().map(|related| &related.source);
    let mut sources = std::iter::once(&finding.source).chain(related);
    let edits = [&finding.fix, &finding.safe_fix].into_iter().flatten().flat_map(|fix| &fix.edits);
    if !sources.any(|source| source.text.chars().any(is_wide))
        && !edits.into_iter().any(|edit| edit.content.chars().any(is_wide))
    {
        return Cow::Borrowed(finding);
    }
    let mut finding = finding.clone();
    let home = Moved::new(&finding.source);
    finding.location.range = home.range(finding.location.range);
    for related in &mut finding.related {
        let own = Moved::new(&related.source);
        let at_home =
            related.location.path == finding.location.path && home.holds(related.location.range.start);
        related.location.range = if at_home { &home } else { &own }.range(related.location.range);
        related.source.text = own.text;
    }
    for fix in [&mut finding.fix, &mut finding.safe_fix].into_iter().flatten() {
        patch(fix, &home);
    }
    finding.source.text = home.text;
    Cow::Owned(finding)
}

fn patch(fix: &mut Fix, home: &Moved) {
    for edit in &mut fix.edits {
        edit.range = home.range(edit.range);
        edit.content = shown(&edit.content, is_wide).into_owned();
    }
}

fn is_wide(c: char) -> bool {
    !c.is_ascii() && is_obeyed(c)
}

/// Source lines with numbers in place of characters, and the shift of the text after them.
struct Moved {
    text: String,
    offset: u32,
    length: u32,
    /// Ends of replaced characters from the beginning of the lines, and by how much the text has grown there.
    grown: Vec<(u32, u32)>,
}

impl Moved {
    fn new(source: &SourceLines) -> Self {
        let mut text = String::with_capacity(source.text.len());
        let mut grown = Vec::new();
        for (at, c) in source.text.char_indices() {
            if is_wide(c) {
                push(c, &mut text);
                let end = at + c.len_utf8();
                grown.push((end as u32, (text.len() - end) as u32));
            } else {
                text.push(c);
            }
        }
        Self { text, offset: source.offset, length: source.text.len() as u32, grown }
    }

    fn holds(&self, at: u32) -> bool {
        self.length > 0 && at.checked_sub(self.offset).is_some_and(|at| at <= self.length)
    }

    fn range(&self, range: TextRange) -> TextRange {
        let moved = |at: u32| {
            let inside = at.saturating_sub(self.offset);
            let before = self.grown.iter().take_while(|(end, _)| *end <= inside).last();
            at + before.map_or(0, |(_, more)| *more)
        };
        TextRange::new(moved(range.start), moved(range.end))
    }
}

/// Passes JSON on, with escapes for what is obeyed: it means the same. What is written at once ends between characters.
pub(crate) struct Json<'a>(pub(crate) &'a mut dyn Write);

impl Write for Json<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The first bytes of all such characters; JSON itself escapes those below a blank.
        if !bytes.iter().any(|byte| matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2)) {
            self.0.write_all(bytes)?;
            return Ok(bytes.len());
        }
        let text =
            std::str::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let mut done = 0;
        for (at, c) in text.char_indices() {
            if is_obeyed(c) && c > ' ' {
                self.0.write_all(&bytes[done..at])?;
                write!(self.0, "\\u{:04x}", u32::from(c))?;
                done = at + c.len_utf8();
            }
        }
        self.0.write_all(&bytes[done..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_obeyed_is_shown_as_its_number() {
        assert_eq!(
            inert("a\u{202e}b\u{1b}[31m\u{9b}c\u{2028}\r"),
            "a\\u{202e}b\\u{1b}[31m\\u{9b}c\\u{2028}\\u{d}"
        );
        for text in ["größe_名 שלום مرحبا", "👩\u{200d}🔬 a\tb\nc"] {
            assert!(matches!(inert(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn places_move_with_their_lines() {
        let source = SourceLines { first_line: 3, offset: 100, text: "a\u{202e}bc\u{85}d".to_owned() };
        let moved = Moved::new(&source);
        assert_eq!(moved.text, "a\\u{202e}bc\\u{85}d");
        let text = |start, end| {
            let range = moved.range(TextRange::new(start, end));
            moved.text[range.start as usize - 100..range.end as usize - 100].to_owned()
        };
        assert_eq!((text(100, 101), text(104, 106), text(108, 109)), ("a".into(), "bc".into(), "d".into()));
        assert_eq!(moved.range(TextRange::new(7, 8)), TextRange::new(7, 8));
    }

    #[test]
    fn json_means_the_same() {
        let value = "a\u{202e}\u{7f}\u{9b}é名 \u{2069}";
        let mut bytes = Vec::new();
        serde_json::to_writer(Json(&mut bytes), &value).unwrap();
        assert_eq!(bytes, "\"a\\u202e\\u007f\\u009bé名 \\u2069\"".as_bytes());
        assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), value);
    }
}
