//! Text as XML 1.0 takes it. It must not know what it says.

use std::fmt::Write as _;

use crate::inert::is_obeyed;

/// Text between tags.
pub(crate) fn content(text: &str) -> String {
    escaped(text, false)
}

/// Text between quotes; line ends survive a parser's normalisation as references.
pub(crate) fn attribute(text: &str) -> String {
    escaped(text, true)
}

/// Escapes what XML 1.0 reserves, and replaces what it forbids or discourages: control characters and noncharacters.
fn escaped(text: &str, quoted: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if quoted => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' if quoted => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            '\n' | '\t' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            c if is_obeyed(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}
