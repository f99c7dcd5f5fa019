//! Markdown as clients show it: each paragraph in one line, since some keep the ends of lines; and without its marks,
//! for those that show none. It must not know what it says.

use analyzer_diagnostics::pieces;

/// The text with each paragraph, and each entry of a list, in one line.
pub(crate) fn unbroken(text: &str) -> String {
    let lines: Vec<String> = pieces(text).into_iter().map(|(_, line)| line).collect();
    lines.join("\n")
}

/// The text without emphasis, marks of code, addresses of links and the frames of tables.
pub(crate) fn plain(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("|--") && !line.starts_with("|:--"));
    let lines = lines.map(|line| {
        let line = match line.strip_prefix('|').and_then(|row| row.strip_suffix('|')) {
            Some(row) => row.replace("\\|", "\u{0}").split('|').map(str::trim).collect::<Vec<_>>().join("  "),
            None => line.to_owned(),
        };
        without_links(&line.replace('\u{0}', "|")).replace("**", "").replace('`', "")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Each `[text](address)` as its text.
fn without_links(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some((before, behind)) = rest.split_once('[') {
        let link = behind.split_once("](").and_then(|(text, behind)| Some((text, behind.split_once(')')?.1)));
        out.push_str(before);
        match link.filter(|(text, _)| !text.contains('[')) {
            Some((text, behind)) => {
                out.push_str(text);
                rest = behind;
            }
            None => {
                out.push('[');
                rest = behind;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_what_they_mark_stays() {
        assert_eq!(plain("**a** · `b`\n\nsee [c](https://d.e/f) and x[0]"), "a · b\n\nsee c and x[0]");
        assert_eq!(
            plain("| line | adds | |\n|---:|---:|---|\n| 2 | +1 | `if a \\| b:` |"),
            "line  adds  \n2  +1  if a | b:"
        );
    }

    #[test]
    fn paragraphs_are_one_line_each() {
        assert_eq!(unbroken("a\nb\n\n- c\n  d\n- e"), "a b\n\n- c d\n- e");
    }
}
