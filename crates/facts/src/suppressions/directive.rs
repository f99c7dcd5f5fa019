//! One comment to the requests for silence in it. It must not know the place of the comment.

use std::ops::Range;

use crate::{SuppressionForm, SuppressionOrigin};

/// A request for silence; all ranges are bytes of the comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) origin: SuppressionOrigin,
    pub(super) form: SuppressionForm,
    pub(super) names: Vec<Range<usize>>,
    /// From its `#` to the end of its reason.
    pub(super) range: Range<usize>,
    /// Whether it ends what one without it would begin: `pylint: enable=`.
    pub(super) enables: bool,
    /// Whether its tool reads only the first of several in one comment.
    once: bool,
}

/// The place of a comment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// Whether it is a logical line of its own.
    pub(super) alone: bool,
    /// Whether nothing is before it on its line; inside brackets it is not alone for all that.
    pub(super) first: bool,
    /// How far it is indented.
    pub(super) column: u32,
}

/// The requests in a comment, in order.
pub(super) fn directives(comment: &str, place: Place) -> Vec<Directive> {
    let starts = part_starts(comment);
    let ends = starts.iter().skip(1).copied().chain([comment.len()]);
    let parts = starts.iter().copied().zip(ends);
    let mut found: Vec<Directive> = Vec::new();
    for one in parts.filter_map(|(start, end)| directive(comment, start, end, place)) {
        // Of two their tools read the first.
        let once = one.once
            && found.iter().any(|other| other.once && (other.origin, other.form) == (one.origin, one.form));
        if !once {
            found.push(one);
        }
    }
    found
}

/// Where the parts of a comment begin: `# type: ignore  # noqa` has two, `# see #123` one.
fn part_starts(comment: &str) -> Vec<usize> {
    let bytes = comment.as_bytes();
    let begins = |at: usize| {
        let after = bytes.get(at + 1).copied().unwrap_or(b' ');
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        before.is_none_or(|before| before.is_ascii_whitespace())
            && (after.is_ascii_whitespace() || after.is_ascii_alphabetic())
    };
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(b'#', bytes).filter(|&at| at > 0 && begins(at)));
    starts
}

fn directive(comment: &str, start: usize, end: usize, place: Place) -> Option<Directive> {
    let part = comment.get(start..end)?.trim_end();
    let end = start + part.len();
    let text = part.trim_start_matches(['#', ';']).trim_start();
    let mut reader = Reader { comment, at: end - text.len(), end, once: false };
    let found = reader.read(place).or_else(|| {
        // pylint looks for its word anywhere in the comment.
        let at =
            text.find("pylint:").filter(|&at| at > 0 && text.get(..at).is_some_and(|t| t.ends_with(' ')))?;
        reader.at = end - text.len() + at + "pylint:".len();
        reader.pylint(place.alone)
    });
    let (origin, form, names, enables) = found?;
    Some(Directive { origin, form, names, range: start..end, enables, once: reader.once })
}

struct Reader<'a> {
    comment: &'a str,
    at: usize,
    end: usize,
    once: bool,
}

type Found = (SuppressionOrigin, SuppressionForm, Vec<Range<usize>>, bool);

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.comment.get(self.at..self.end).unwrap_or("")
    }

    fn blanks(&mut self) {
        self.at = self.end - self.rest().trim_start().len();
    }

    /// Reads `word`, whatever its case if `any_case`.
    fn word(&mut self, word: &str, any_case: bool) -> bool {
        let found = self
            .rest()
            .get(..word.len())
            .is_some_and(|text| if any_case { text.eq_ignore_ascii_case(word) } else { text == word });
        if found {
            self.at += word.len();
        }
        found
    }

    /// Whether a word ends here.
    fn at_boundary(&self) -> bool {
        !self.rest().starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-')
    }

    fn read(&mut self, place: Place) -> Option<Found> {
        use SuppressionForm::{Line, NextLine};
        use SuppressionOrigin::{AllowlistSecret, Gitleaks, Noqa, Nosec, Nosemgrep, Nosonar};
        let alone = place.alone;
        if self.word("analyzer:", false) {
            return Some(self.own());
        }
        if self.word("noqa", true) && self.at_boundary() {
            self.once = true;
            return Some((Noqa, Line, self.codes_of_noqa(), false));
        }
        if self.word("ruff:", false) {
            return self.ruff(place);
        }
        if self.word("flake8:", true) {
            self.blanks();
            return self.file_noqa(place);
        }
        if self.word("nosec", false) && self.at_boundary() {
            self.once = true;
            return Some((Nosec, Line, self.tests_of_bandit(), false));
        }
        if self.word("pylint:", false) {
            return self.pylint(alone);
        }
        if self.word("nosemgrep", false) && self.at_boundary() {
            let ids = self.codes_behind_colon(|word| word.contains(['.', '-', '_']));
            return Some((Nosemgrep, if alone { NextLine } else { Line }, ids, false));
        }
        if self.word("NOSONAR", false) && self.at_boundary() {
            self.word("(", false);
            return Some((
                Nosonar,
                Line,
                self.list(|word| is_code(word.trim_start_matches("python:"))),
                false,
            ));
        }
        if self.word("gitleaks:allow", false) && self.at_boundary() {
            return Some((Gitleaks, Line, Vec::new(), false));
        }
        if self.word("pragma:", false) {
            self.blanks();
            if !(self.word("allowlist", false) || self.word("whitelist", false)) {
                return None;
            }
            self.blanks();
            let form = if self.word("nextline", false) { NextLine } else { Line };
            self.blanks();
            let found = self.word("secret", false) && self.at_boundary();
            return found.then_some((AllowlistSecret, form, Vec::new(), false));
        }
        None
    }

    /// Reads what follows `analyzer:`.
    fn own(&mut self) -> Found {
        use SuppressionForm::{End, File, Line, Malformed, NextLine, Start};
        let origin = SuppressionOrigin::Own;
        self.blanks();
        let forms = [
            ("ignore-next-line", NextLine),
            ("ignore-file", File),
            ("ignore-start", Start),
            ("ignore-end", End),
            ("ignore", Line),
        ];
        let malformed = (origin, Malformed, Vec::new(), false);
        let Some((_, form)) = forms.into_iter().find(|(word, _)| self.word(word, false)) else {
            return malformed;
        };
        if !self.at_boundary() {
            return malformed;
        }
        let before = self.at;
        self.blanks();
        if !self.word("[", false) {
            self.at = before;
            return (origin, form, Vec::new(), false);
        }
        let Some(length) = self.rest().find(']') else { return malformed };
        let close = self.at + length;
        let mut names = Vec::new();
        while self.at < close {
            let inner = self.comment.get(self.at..close).unwrap_or("");
            let length = inner.find(',').unwrap_or(inner.len());
            let name = inner.get(..length).unwrap_or("");
            let start = self.at + name.len() - name.trim_start().len();
            if !name.trim().is_empty() {
                names.push(start..start + name.trim().len());
            }
            self.at += length + 1;
        }
        (origin, form, names, false)
    }

    /// Reads `noqa` for a file, which counts only on a line of its own.
    fn file_noqa(&mut self, place: Place) -> Option<Found> {
        self.once = true;
        let found = self.word("noqa", true) && self.at_boundary() && place.first;
        found.then(|| (SuppressionOrigin::Noqa, SuppressionForm::File, self.codes_of_noqa(), false))
    }

    /// Reads what follows `ruff:`.
    fn ruff(&mut self, place: Place) -> Option<Found> {
        use SuppressionForm::{End, File, Line, NextLine, Start};
        self.blanks();
        if self.rest().get(..4).is_some_and(|word| word.eq_ignore_ascii_case("noqa")) {
            return self.file_noqa(place);
        }
        let (form, fits) = if self.word("file-ignore", false) {
            (File, place.alone && place.column == 0)
        } else if self.word("ignore", false) {
            (if place.first { NextLine } else { Line }, true)
        } else if self.word("disable", false) {
            (Start, place.alone)
        } else if self.word("enable", false) {
            (End, place.alone)
        } else {
            return None;
        };
        self.blanks();
        let names = if self.word("[", false) { self.list(is_code_of_ruff) } else { Vec::new() };
        self.blanks();
        let closed = self.word("]", false);
        (fits && closed).then_some((SuppressionOrigin::Noqa, form, names, form == End))
    }

    /// Reads what follows `pylint:`.
    fn pylint(&mut self, alone: bool) -> Option<Found> {
        use SuppressionForm::{End, File, Line, NextLine, Start};
        self.blanks();
        if self.rest().starts_with("skip-file") {
            let name = self.at..self.at + "skip-file".len();
            self.at = name.end;
            return self.at_boundary().then(|| (SuppressionOrigin::Pylint, File, vec![name], false));
        }
        let (form, enables) = if self.word("disable-next", false) {
            (NextLine, false)
        } else if self.word("disable-msg", false) || self.word("disable", false) {
            (if alone { Start } else { Line }, false)
        } else if self.word("enable", false) {
            (End, true)
        } else {
            return None;
        };
        self.blanks();
        if !self.word("=", false) {
            return None;
        }
        let names = self.list(|word| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        Some((SuppressionOrigin::Pylint, form, names, enables))
    }

    /// The codes after `noqa`: capitals and digits, with commas or blanks between them. What begins like one and goes on
    /// otherwise ends the list.
    fn codes_of_noqa(&mut self) -> Vec<Range<usize>> {
        self.codes_behind_colon(is_code)
    }

    /// The tests after `nosec`: codes and names, whatever is between them.
    fn tests_of_bandit(&mut self) -> Vec<Range<usize>> {
        let (start, rest) = (self.at, self.rest());
        let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = rest.split(|c| !in_word(c)).filter(|word| is_code(word) || word.contains('_'));
        let place = |word: &str| start + (word.as_ptr() as usize - rest.as_ptr() as usize);
        let found: Vec<Range<usize>> = words.map(|word| place(word)..place(word) + word.len()).collect();
        self.at = self.end;
        found
    }

    fn codes_behind_colon(&mut self, accept: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
        self.blanks();
        if self.word(":", false) { self.list(accept) } else { Vec::new() }
    }

    /// Words between commas or blanks, up to the first that is none of the wanted.
    fn list(&mut self, accept: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        loop {
            self.at =
                self.end - self.rest().trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
            let rest = self.rest();
            let length = rest
                .find(|c: char| c.is_whitespace() || matches!(c, ',' | ')' | ';' | ']'))
                .unwrap_or(rest.len());
            let word = rest.get(..length).unwrap_or("");
            if word.is_empty() || !accept(word) {
                return found;
            }
            found.push(self.at..self.at + length);
            self.at += length;
        }
    }
}

/// Whether a word looks like `E722`, `PLW0718` or `B602`.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = word.len() - digits.len();
    (1..=8).contains(&letters) && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word is a code as ruff writes it.
fn is_code_of_ruff(word: &str) -> bool {
    is_code(word) && word.bytes().all(|byte| !byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(comment: &str) -> Vec<String> {
        let shown = |directive: Directive| {
            let names: Vec<&str> = directive.names.iter().map(|range| &comment[range.clone()]).collect();
            let (origin, form) = (directive.origin, directive.form);
            format!("{origin:?} {form:?} {names:?} {:?}", &comment[directive.range])
        };
        let place = Place { alone: false, first: true, column: 0 };
        directives(comment, place).into_iter().map(shown).collect()
    }

    #[test]
    fn our_own_forms_are_read() {
        let one = |comment: &str, form: &str, names: &str| {
            assert_eq!(read(comment), [format!("Own {form} {names} {comment:?}")]);
        };
        one("# analyzer: ignore[bare-except] plugins may raise", "Line", r#"["bare-except"]"#);
        one("#analyzer:ignore[ a , b ]", "Line", r#"["a", "b"]"#);
        one("# analyzer: ignore [a] see #123", "Line", r#"["a"]"#);
        one("# analyzer: ignore-next-line[imports]", "NextLine", r#"["imports"]"#);
        one("# analyzer: ignore-file[a,]", "File", r#"["a"]"#);
        one("# analyzer: ignore-start[a]", "Start", r#"["a"]"#);
        one("# analyzer: ignore-end", "End", "[]");
        one("# analyzer: ignore", "Line", "[]");
        one("# analyzer: ignore[]", "Line", "[]");
        one("# analyzer: ignore because", "Line", "[]");
        one("# analyzer: ignore[a", "Malformed", "[]");
        one("# analyzer: ignored[a]", "Malformed", "[]");
        one("# analyzer: ignore-lines[a]", "Malformed", "[]");
        one("# analyzer: disable=a", "Malformed", "[]");
    }

    #[test]
    fn other_tools_are_read() {
        let one = |comment: &str, shown: &str| assert_eq!(read(comment), [format!("{shown} {comment:?}")]);
        one("# noqa: E722,W291 E501 - reason", r#"Noqa Line ["E722", "W291", "E501"]"#);
        one("# NoQA:BLE001", r#"Noqa Line ["BLE001"]"#);
        one("# noqa", "Noqa Line []");
        one("# ruff: noqa: S110", r#"Noqa File ["S110"]"#);
        one("# nosec B602, B607", r#"Nosec Line ["B602", "B607"]"#);
        one("# nosec: B110", r#"Nosec Line ["B110"]"#);
        one("# nosec because it is safe", "Nosec Line []");
        one("# nosec B602;B607/exec_used - why", r#"Nosec Line ["B602", "B607", "exec_used"]"#);
        one("# ruff: ignore[E722]", r#"Noqa NextLine ["E722"]"#);
        one("# ruff:ignore [E722, BLE001] why", r#"Noqa NextLine ["E722", "BLE001"]"#);
        one("# pylint: skip-file", r#"Pylint File ["skip-file"]"#);
        one("# why, pylint: disable=bare-except", r#"Pylint Line ["bare-except"]"#);
        one("# pylint: disable=bare-except, W0718", r#"Pylint Line ["bare-except", "W0718"]"#);
        one("# pylint: disable-next=W0702", r#"Pylint NextLine ["W0702"]"#);
        one("# pylint: enable=W0702", r#"Pylint End ["W0702"]"#);
        one("# nosemgrep: python.lang.x, y-z", r#"Nosemgrep Line ["python.lang.x", "y-z"]"#);
        one("# NOSONAR", "Nosonar Line []");
        one("# NOSONAR(python:S5754)", r#"Nosonar Line ["python:S5754"]"#);
        one("# gitleaks:allow", "Gitleaks Line []");
        one("# pragma: allowlist secret", "AllowlistSecret Line []");
        one("# pragma: allowlist nextline secret", "AllowlistSecret NextLine []");
    }

    #[test]
    fn prose_and_other_directives_ask_for_nothing() {
        for comment in [
            "# the analyzer: ignore it",
            "# see noqa",
            "# noqanything",
            "# nosecret",
            "# pragma: no cover",
            "# pylint: skip-files",
            "# pylint of all: disable=x",
            "# ruff: isort: skip",
            "# ruff: ignore",
            "# ruff: ignore[E722",
            "# RUFF: ignore[E722]",
            "# ruff: file-ignore[E722]",
            "# ruff: disable[E722]",
            "# NOSONARQUBE",
            "# nosonar",
        ] {
            assert_eq!(read(comment), [] as [&str; 0], "{comment}");
        }
    }

    #[test]
    fn of_two_requests_to_one_tool_the_first_counts() {
        assert_eq!(read("# noqa: E501  # noqa: E722"), [r##"Noqa Line ["E501"] "# noqa: E501""##]);
        assert_eq!(read("# nosec B101 # nosec B602"), [r##"Nosec Line ["B101"] "# nosec B101""##]);
        assert_eq!(read("# ruff: ignore[E501] # ruff: ignore[E722]").len(), 2);
    }

    #[test]
    fn one_comment_may_speak_to_several_tools() {
        let found = read("# why  # type: ignore # noqa: E722  # analyzer: ignore[bare-except] #7 is closed");
        assert_eq!(
            found,
            [
                r##"Noqa Line ["E722"] "# noqa: E722""##,
                r##"Own Line ["bare-except"] "# analyzer: ignore[bare-except] #7 is closed""##
            ]
        );
    }
}
