//! Which comments explain, and which only steer tools. It must not know trees.

/// Whether a comment, `#` included, says something to a reader: two words besides what it says to tools.
pub(super) fn explains(comment: &str) -> bool {
    let mut text = comment.trim_start_matches('#').trim();
    let lower = text.to_ascii_lowercase();
    let directive = [
        "noqa",
        "nosec",
        "pragma",
        "pylint:",
        "type:",
        "pyright:",
        "mypy:",
        "ruff:",
        "flake8:",
        "isort:",
        "fmt:",
        "analyzer:",
        "todo",
        "fixme",
        "xxx",
    ]
    .iter()
    .any(|name| lower.starts_with(name));
    if directive {
        // A reason may follow the directive, behind a dash, a second `#` or a closing bracket.
        let separators = [" - ", " -- ", " — ", " # ", "] "];
        let Some(at) = separators.iter().filter_map(|s| text.find(s).map(|at| at + s.len())).min() else {
            return false;
        };
        text = text.get(at..).unwrap_or("");
    }
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    text.split_whitespace().filter(is_word).count() >= 2
}

/// Whether a comment stands behind `end` on its line, in the deeper-indented comment lines below, or alone on the
/// line above `start` at the same indentation.
pub(super) fn surrounds(text: &str, start: usize, end: usize) -> bool {
    let after = text.get(end..).unwrap_or("");
    let mut lines = after.split('\n');
    let rest = lines.next().unwrap_or("").trim_start_matches([')', ':', ',', ' ', '\t']);
    if rest.starts_with('#') && explains(rest) {
        return true;
    }
    let before = text.get(..start).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let own = before.get(line_start..).unwrap_or("");
    let indent = own.len() - own.trim_start().len();
    for line in lines {
        let bare = line.trim_start();
        if !bare.starts_with('#') || line.len() - bare.len() <= indent {
            break;
        }
        if explains(bare.trim_end()) {
            return true;
        }
    }
    let above = before.get(..line_start.saturating_sub(1)).unwrap_or("");
    let above = above.rsplit('\n').next().unwrap_or("");
    let bare = above.trim_start();
    bare.starts_with('#') && above.len() - bare.len() == indent && explains(bare.trim_end())
}

#[cfg(test)]
mod tests {
    use super::explains;

    #[test]
    fn directives_explain_nothing_unless_a_reason_follows() {
        assert!(explains("# the socket may be closed already"));
        assert!(!explains("# noqa: BLE001"));
        assert!(explains("# noqa: BLE001 - plugins may raise anything"));
        assert!(!explains("# pragma: no cover"));
        assert!(!explains("# ---"));
    }
}
