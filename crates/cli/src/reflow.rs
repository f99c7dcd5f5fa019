//! Markdown for a terminal: paragraphs and list entries broken to its width, all else unchanged.
//! It must not know whose text it is.

use analyzer_diagnostics::{Piece, pieces, starts_entry};
use analyzer_report::hanging;

/// Columns in which prose still reads well.
const WIDEST: usize = 100;

/// The lines of a text, with whether each is a heading. Without a width they stay as they are.
pub(crate) fn lines(text: &str, width: Option<usize>) -> Vec<(bool, String)> {
    let Some(width) = width else {
        let mut fenced = false;
        let line = |line: &str| {
            fenced ^= line.starts_with("```");
            (!fenced && line.starts_with('#'), line.to_owned())
        };
        return text.lines().map(line).collect();
    };
    let mut out = Vec::new();
    for (piece, text) in pieces(text) {
        match piece {
            Piece::Heading => out.push((true, text)),
            Piece::Verbatim => out.push((false, text)),
            Piece::Prose => out.extend(broken(&text, width).into_iter().map(|line| (false, line))),
        }
    }
    out
}

/// Further lines are indented to the text after an entry's mark.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mark = match text.split_once(' ') {
        Some((mark, _)) if starts_entry(text) => mark.len() + 1,
        _ => 0,
    };
    let (head, body) = text.split_at(mark);
    let broken = format!("{head}{}", hanging(body, mark, Some(width.min(WIDEST))));
    broken.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn prose_is_broken_and_the_rest_stays() {
        let text = "# a\n\nOne two three four\nfive six.\n\n- an entry that is long\n  and goes on\n- b\n\n```python\nx = 1 + 2 + 3 + 4 + 5 + 6\n```\n";
        let shown: Vec<String> = lines(text, Some(24)).into_iter().map(|(_, line)| line).collect();
        assert_eq!(
            shown,
            [
                "# a",
                "",
                "One two three four five",
                "six.",
                "",
                "- an entry that is long",
                "  and goes on",
                "- b",
                "",
                "```python",
                "x = 1 + 2 + 3 + 4 + 5 + 6",
                "```"
            ]
        );
        let bare: Vec<String> = lines(text, None).into_iter().map(|(_, line)| line).collect();
        assert_eq!(bare.join("\n"), text.trim_end());
    }
}
