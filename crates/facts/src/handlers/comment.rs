//! Which comments explain, and which only steer tools; and where one has to be placed to be the reason of a handler.
//! It must not know trees.

use analyzer_source::TextRange;

/// Beginning of a handler, as far as a comment may belong to it; offsets of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    /// Where the clause begins, and where its header ends.
    pub(super) start: usize,
    pub(super) header_end: usize,
    /// The first statement.
    pub(super) first: Option<First>,
    /// Where the `try` begins.
    pub(super) block: Option<usize>,
}

/// The first statement of a handler.
#[derive(Debug, Clone, Copy)]
pub(super) struct First {
    pub(super) range: TextRange,
    /// Whether nothing follows it.
    pub(super) only: bool,
    /// Whether it does nothing, or only reports the error: a comment on it is a comment on the handler.
    pub(super) idle: bool,
    /// Whether it is a text.
    pub(super) text: bool,
}

/// Whether the author says why a handler goes on: on the line of its header, directly above it, as the first thing in
/// its body or after the only one; or above the `try`, if that speaks of what may fail.
pub(super) fn gives_reason(text: &str, beginning: &Beginning) -> bool {
    let Beginning { start, header_end, first, block } = *beginning;
    let line_end =
        |at: usize| text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
    let body = first.map_or_else(|| line_end(header_end), |first| first.range.start as usize);
    let before = text.get(header_end..body).unwrap_or("");
    if before.lines().map(str::trim).any(|line| line.starts_with('#') && explains(line)) {
        return true;
    }
    if let Some(first) = first {
        let end = first.range.end as usize;
        if first.text && explains(text.get(body..end).unwrap_or("")) {
            return true;
        }
        let beside = text.get(end..line_end(end)).unwrap_or("").trim();
        let said = beside.starts_with('#') && explains(beside);
        if first.only
            && (said && (first.idle || speaks_of_failure(beside)) || first.idle && below(text, start, end))
        {
            return true;
        }
    }
    if above(text, start).next().is_some_and(explains) {
        return true;
    }
    let said: Vec<&str> = block.map_or_else(Vec::new, |block| above(text, block).collect());
    let said = said.join(" ");
    explains(&said) && speaks_of_failure(&said)
}

/// Whether a block has one line of code, and a comment beside it.
pub(super) fn stands_beside_all(block: &str) -> bool {
    let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(only), None) = (lines.next(), lines.next()) else { return false };
    only.split_once("  #").is_some_and(|(_, comment)| explains(comment))
}

/// Whether a comment beside the header, directly above it or first in the body speaks of what only `BaseException` has.
pub(super) fn speaks_of_interrupts(text: &str, beginning: &Beginning) -> bool {
    const WORDS: [&str; 8] = [
        "baseexception",
        "keyboardinterrupt",
        "ctrl",
        "systemexit",
        "sys.exit",
        "generatorexit",
        "interrupt",
        "cancel",
    ];
    let body = beginning.first.map_or(beginning.header_end, |first| first.range.start as usize);
    let inside = text.get(beginning.header_end..body).unwrap_or("").lines().map(str::trim);
    let inside = inside.filter(|line| line.starts_with('#'));
    above(text, beginning.start).chain(inside).any(|comment| {
        let lower = comment.to_ascii_lowercase();
        explains(comment) && WORDS.iter().any(|word| lower.contains(word))
    })
}

/// The comments directly above a statement, in its column, the nearest first.
fn above(text: &str, start: usize) -> impl Iterator<Item = &str> {
    let before = text.get(..start).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or("");
    let lines = before.get(..line_start.saturating_sub(1)).unwrap_or("").rsplit('\n');
    lines.map_while(move |line| {
        line.strip_prefix(column).filter(|line| line.starts_with('#')).map(str::trim_end)
    })
}

/// Whether a comment in the lines below, deeper than what begins at `start`, explains.
fn below(text: &str, start: usize, end: usize) -> bool {
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let own = text.get(line_start..start).unwrap_or("");
    let indent = own.len() - own.trim_start().len();
    let lines = text.get(end..).unwrap_or("").split('\n').skip(1);
    let mut deeper = lines.take_while(|line| {
        let bare = line.trim_start();
        bare.starts_with('#') && line.len() - bare.len() > indent
    });
    deeper.any(|line| explains(line.trim()))
}

/// Whether a comment is after `end` on its line, in the deeper-indented comment lines below, or alone on the
/// line above `start` at the same indentation.
pub(super) fn surrounds(text: &str, start: usize, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or("").split('\n').next().unwrap_or("");
    let rest = rest.trim_start_matches([')', ':', ',', ' ', '\t']);
    rest.starts_with('#') && explains(rest)
        || below(text, start, end)
        || above_line(text, start).is_some_and(explains)
}

/// The comment above the line of `start`, in the column where that line begins.
fn above_line(text: &str, start: usize) -> Option<&str> {
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let own = text.get(line_start..)?;
    let column = own.len() - own.trim_start_matches([' ', '\t']).len();
    above(text, line_start + column).next()
}

/// Whether a text speaks of what may go wrong, or of what must not.
fn speaks_of_failure(text: &str) -> bool {
    const WORDS: [&str; 35] = [
        "because",
        "since ",
        "so that",
        "fail",
        "exception",
        "rais",
        "ignor",
        "best effort",
        "best-effort",
        "safe",
        "optional",
        "in case",
        "crash",
        "swallow",
        "never",
        "must not",
        "should not",
        "don't care",
        "do not care",
        "critical",
        "even if",
        "regardless",
        "might ",
        "may ",
        "tolera",
        "anyway",
        "fatal",
        "whatever",
        "robust",
        "defensive",
        "available",
        "unreliable",
        "any error",
        "errors",
        "expected",
    ];
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// Whether a function's docstring says that errors do not leave it; `behind` is the text after the function's name.
pub(super) fn promises(behind: &str) -> bool {
    const HEADER: usize = 1_500;
    const DOCSTRING: usize = 1_500;
    const PROMISES: [&str; 14] = [
        "never raise",
        "never fail",
        "best effort",
        "best-effort",
        "must not raise",
        "must never raise",
        "does not raise",
        "doesn't raise",
        "not raise any",
        "silently",
        "swallow",
        "errors are ignored",
        "exceptions are ignored",
        "ignore errors",
    ];
    let behind = behind.get(..behind.floor_char_boundary(HEADER + DOCSTRING)).unwrap_or("");
    let mut at = 0;
    for line in behind.split_inclusive('\n') {
        at += line.len();
        if line.split(" #").next().unwrap_or(line).trim_end().ends_with(':') || at > HEADER {
            break;
        }
    }
    let body = behind.get(at..).unwrap_or("").trim_start().trim_start_matches(['r', 'R', 'u', 'U']);
    let docstring = ["\"\"\"", "'''", "\""].iter().find_map(|mark| {
        let inside = body.strip_prefix(*mark)?;
        Some(inside.split_once(*mark).map_or(inside, |(inside, _)| inside))
    });
    let said = docstring.unwrap_or("").to_ascii_lowercase();
    PROMISES.iter().any(|promise| said.contains(promise))
}

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
        // A reason may follow the directive, after a dash, a second `#` or a closing bracket.
        let separators = [" - ", " -- ", " — ", " # ", "] "];
        let Some(at) = separators.iter().filter_map(|s| text.find(s).map(|at| at + s.len())).min() else {
            return false;
        };
        text = text.get(at..).unwrap_or("");
    }
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    text.split_whitespace().filter(is_word).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docstrings_that_promise() {
        assert!(promises("(self):\n    \"\"\"Closes it.\n\n    Never raises.\n    \"\"\"\n    x\n"));
        assert!(!promises("(self):\n    \"\"\"Closes it.\"\"\"\n    never_raise()\n"));
    }

    #[test]
    fn directives_explain_nothing_unless_a_reason_follows() {
        assert!(explains("# the socket may be closed already"));
        assert!(!explains("# noqa: BLE001"));
        assert!(explains("# noqa: BLE001 - plugins may raise anything"));
        assert!(!explains("# pragma: no cover"));
        assert!(!explains("# ---"));
    }
}
