//! Markdown for a terminal: paragraphs and list entries broken to its width, all else as it stands.
//! It must not know whose text it is.

use analyzer_report::hanging;

/// Columns in which prose still reads well.
const WIDEST: usize = 100;

/// The lines of a text, with whether each is a heading. Without a width they stay as they are.
pub(crate) fn lines(text: &str, width: Option<usize>) -> Vec<(bool, String)> {
    let mut out = Vec::new();
    let mut open = String::new();
    let mut fenced = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        let heading = !fenced && line.starts_with('#');
        let verbatim = fenced || fence || width.is_none() || heading || line.trim().is_empty();
        fenced ^= fence;
        if verbatim {
            flush(&mut open, width, &mut out);
            out.push((heading, line.to_owned()));
        } else if starts_block(line) || open.is_empty() {
            flush(&mut open, width, &mut out);
            line.clone_into(&mut open);
        } else {
            open.push(' ');
            open.push_str(line.trim_start());
        }
    }
    flush(&mut open, width, &mut out);
    out
}

/// Whether a line begins something new without an empty line before it: an entry of a list, a row of a table, code.
fn starts_block(line: &str) -> bool {
    line.starts_with("- ")
        || line.starts_with('|')
        || line.starts_with("    ")
        || line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(". ")
}

fn flush(open: &mut String, width: Option<usize>, out: &mut Vec<(bool, String)>) {
    if open.is_empty() {
        return;
    }
    // Further lines stand below the text behind the mark.
    let mark = match open.split_once(' ') {
        Some((mark, _)) if starts_block(open) && !mark.is_empty() => mark.len() + 1,
        _ => 0,
    };
    let (head, body) = open.split_at(mark);
    let broken = if open.starts_with("    ") {
        open.clone()
    } else {
        format!("{head}{}", hanging(body, mark, width.map(|width| width.min(WIDEST))))
    };
    out.extend(broken.lines().map(|line| (false, line.to_owned())));
    open.clear();
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
