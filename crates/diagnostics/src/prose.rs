//! Markdown by its blocks: what is broken over lines in the file, in one piece, so that each reader may break it anew.
//! It must not know whose text it is, nor how wide a line is.

/// The kind of a piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A heading.
    Heading,
    /// A paragraph, an entry of a list, or a row of a table, in one line.
    Prose,
    /// A line of code, or an empty one: unchanged.
    Verbatim,
}

/// The pieces of a text, in order.
#[must_use]
pub fn pieces(text: &str) -> Vec<(Piece, String)> {
    let mut out: Vec<(Piece, String)> = Vec::new();
    let (mut fenced, mut open) = (false, false);
    for line in text.lines() {
        let fence = line.starts_with("```");
        let kind = if !fenced && line.starts_with('#') {
            Piece::Heading
        } else if fenced || fence || line.trim().is_empty() || line.starts_with("    ") {
            Piece::Verbatim
        } else {
            Piece::Prose
        };
        fenced ^= fence;
        match out.last_mut() {
            Some((_, last)) if open && kind == Piece::Prose && !starts_entry(line) => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => out.push((kind, line.to_owned())),
        }
        open = kind == Piece::Prose;
    }
    out
}

/// Whether a line begins something new without an empty line before it: an entry of a list, a row of a table.
#[must_use]
pub fn starts_entry(line: &str) -> bool {
    line.starts_with("- ")
        || line.starts_with('|')
        || line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_entries_are_one_piece_each() {
        let text = "# a\n\nOne two\nthree.\n- an entry\n  and more\n1. b\n\n```python\nx = 1\ny\n```\nAfter\nit.\n| a |\n| b |";
        let found = pieces(text);
        let prose: Vec<&str> =
            found.iter().filter(|(piece, _)| *piece == Piece::Prose).map(|(_, text)| text.as_str()).collect();
        assert_eq!(prose, ["One two three.", "- an entry and more", "1. b", "After it.", "| a |", "| b |"]);
        let verbatim = found.iter().filter(|(piece, _)| *piece == Piece::Verbatim).count();
        assert_eq!((verbatim, found.first().map(|one| one.0)), (6, Some(Piece::Heading)));
    }

    #[test]
    fn indented_code_stays() {
        assert_eq!(
            pieces("text\n\n    a b\n    c"),
            [
                (Piece::Prose, "text".to_owned()),
                (Piece::Verbatim, String::new()),
                (Piece::Verbatim, "    a b".to_owned()),
                (Piece::Verbatim, "    c".to_owned()),
            ]
        );
    }
}
