//! Entries of configuration: YAML, JSON, TOML, ini, `.env`, Dockerfiles, shell scripts, read line by line around a key, so
//! that damage elsewhere in the file hides nothing. It must not know what a key means.

use std::cell::OnceCell;

use super::lines::comment_of;
use super::stretches::{Stretch, closing, stretches};
use super::{ConfigKind, Dialect};

/// A key and its value, in bytes of the text; without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: (usize, usize),
    pub(crate) value: (usize, usize),
    /// Whether it is in a block of text, which may be code.
    pub(crate) embedded: bool,
    /// Whether it is a part of a longer value: `"host=db password=…"`.
    pub(crate) inner: bool,
    /// Whether it sets a variable of the environment, by its form.
    pub(crate) variable: bool,
}

/// The entries of a text.
pub(crate) struct Entries<'a> {
    text: &'a str,
    kind: ConfigKind,
    dialect: Dialect,
    stretches: OnceCell<Vec<Stretch>>,
}

fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80
}

/// The line that holds `at`, without its end.
fn line_at(text: &str, at: usize) -> (usize, usize) {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |line| at + line);
    (start, end)
}

impl<'a> Entries<'a> {
    /// Reads nothing yet.
    pub(crate) fn new(text: &'a str, kind: ConfigKind) -> Self {
        Self { text, kind, dialect: kind.dialect(), stretches: OnceCell::new() }
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(b'\n')
    }

    fn blanks(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        at
    }

    /// Whether `at` lies in the comment of its line.
    fn is_comment(&self, line: (usize, usize), at: usize) -> bool {
        let written = self.text.get(line.0..line.1).unwrap_or("");
        let trimmed = written.trim_start();
        let first = line.0 + written.len() - trimmed.len();
        if matches!(self.dialect, Dialect::Json) {
            return trimmed.starts_with("//");
        }
        let comment = match self.kind {
            // A semicolon begins no comment there.
            ConfigKind::Env | ConfigKind::Shell => comment_of(trimmed, Dialect::Yaml).0,
            _ => comment_of(trimmed, self.dialect).0,
        };
        comment.is_some_and(|comment| first + comment <= at)
            || self.kind == ConfigKind::Ini && trimmed.starts_with('!')
    }

    /// Whether `at` lies in a comment.
    pub(crate) fn in_comment(&self, at: usize) -> bool {
        self.is_comment(line_at(self.text, at), at)
    }

    /// The value over several lines that holds `at`.
    fn stretch(&self, at: usize) -> Option<&Stretch> {
        let all = self.stretches.get_or_init(|| stretches(self.text, self.kind));
        let after = all.partition_point(|one| one.range.start <= at);
        all.get(after.checked_sub(1)?).filter(|one| one.range.contains(&at))
    }

    /// The entry whose key holds the bytes from `start` to `end`; none if they are no part of a key, or the value is no
    /// scalar.
    pub(crate) fn at(&self, start: usize, end: usize) -> Option<Entry> {
        let (text, bytes) = (self.text, self.text.as_bytes());
        let key_start = start - bytes.get(..start)?.iter().rev().take_while(|&&b| in_key(b)).count();
        let key_end = end + bytes.get(end..)?.iter().take_while(|&&b| in_key(b)).count();
        // A list's dash is no part of a key.
        let key_start = key_start + bytes.get(key_start..key_end)?.iter().take_while(|&&b| b == b'-').count();
        let quote = key_start.checked_sub(1).map_or(0, |before| self.byte(before));
        let quoted_key = matches!(quote, b'"' | b'\'') && self.byte(key_end) == quote;
        let behind = self.blanks(key_end + usize::from(quoted_key));
        let separator = self.byte(behind);
        // `ENV KEY value`
        let docker = self.dialect == Dialect::Line && is_docker_line(text, key_start);
        let spaced = docker && behind > key_end;
        if !matches!(separator, b':' | b'=') && !spaced {
            return None;
        }
        let tight = !matches!(self.byte(behind + 1), b' ' | b'\t' | b'\n' | b'\r');
        if separator == b':' && self.dialect == Dialect::Yaml && tight && !quoted_key {
            return None;
        }
        let line = line_at(text, key_start);
        let before = text.get(line.0..key_start)?;
        if self.kind == ConfigKind::Shell && !is_assignment(before, separator, behind == key_end && tight) {
            return None;
        }
        if self.is_comment(line, key_start) {
            return None;
        }
        let stretch = self.stretch(key_start);
        if stretch.is_some() && self.dialect != Dialect::Yaml {
            return None;
        }
        let mut at = behind;
        if matches!(separator, b':' | b'=') {
            at = self.blanks(behind + 1);
        }
        let first = before.trim_start_matches([' ', '\t', '-', '"', '\'']).trim_start();
        let list = self.kind == ConfigKind::Ini && is_list_of_variables(before);
        // `note: "the password: …"`
        let told = self.dialect == Dialect::Yaml
            && separator == b':'
            && !quoted_key
            && !(first.is_empty() || first.contains(['{', '[']) || first == "? ");
        let inner = told
            || separator == b'='
                && !quoted_key
                && !matches!(self.byte(at), b'"' | b'\'')
                && !(first.is_empty()
                    || docker
                    || list
                    || self.kind == ConfigKind::Shell
                    || first == "export ");
        let value = if self.kind == ConfigKind::Shell && separator == b':' {
            let rest = text.get(at..line.1)?;
            (at, at + rest.find(['"', '\'']).unwrap_or(rest.len()))
        } else if inner {
            self.part(at, line.1)
        } else {
            self.scalar(at, key_start, docker, list)?
        };
        let variable = matches!(self.kind, ConfigKind::Env | ConfigKind::Shell) && !inner || docker || list;
        let value = unwrapped_default(value, text.get(value.0..value.1)?);
        let embedded = stretch.is_some_and(|stretch| !stretch.config);
        (value.1 > value.0).then_some(Entry { key: (key_start, key_end), value, embedded, inner, variable })
    }

    /// The value that begins at `at`.
    fn scalar(&self, at: usize, key: usize, docker: bool, list: bool) -> Option<(usize, usize)> {
        let text = self.text;
        let at = if self.dialect == Dialect::Yaml { self.behind_properties(at)? } else { at };
        let line_end = line_at(text, at).1;
        let opening = self.byte(at);
        if matches!(opening, b'"' | b'\'') {
            return self.quoted(at, line_end);
        }
        let over = matches!(opening, b'\n' | b'\r') || at >= text.len();
        match self.dialect {
            Dialect::Json if over => {
                let next = at + text.get(at..)?.find(|c: char| !c.is_whitespace())?;
                return matches!(self.byte(next), b'"').then(|| self.quoted(next, line_at(text, next).1))?;
            }
            Dialect::Quoted | Dialect::Json => return None,
            Dialect::Yaml if over => return self.next_line(line_end, key),
            Dialect::Yaml if matches!(opening, b'|' | b'>') => {
                let header = text.get(at + 1..line_end)?.trim();
                let plain = header.bytes().all(|byte| byte.is_ascii_digit() || b"+-".contains(&byte));
                return plain.then(|| self.next_line(line_end, key))?;
            }
            Dialect::Yaml
                if matches!(opening, b'&' | b'*' | b'[' | b'{' | b'!' | b'#' | b'%' | b'@' | b'`') =>
            {
                return None;
            }
            _ => {}
        }
        let mut value = text.get(at..line_end)?.trim_end();
        for comment in [" #", "\t#", " ;"] {
            let ends = comment != " ;" || self.dialect == Dialect::Line && self.kind != ConfigKind::Env;
            value = if ends { value.split(comment).next().unwrap_or(value).trim_end() } else { value };
        }
        if self.dialect == Dialect::Yaml {
            // Inside `{…}` on one line.
            let line_start = line_at(text, key).0;
            if text.get(line_start..key)?.contains('{') {
                value = value.split([',', '}']).next().unwrap_or(value).trim_end();
            }
            // `- KEY=value` may be quoted as a whole.
            value = value.strip_suffix(['"', '\'']).unwrap_or(value);
        } else if docker {
            value = value.split_whitespace().next().unwrap_or(value);
        } else if self.kind == ConfigKind::Shell {
            value = value.split([' ', '\t', ';', '&', '|', ')']).next().unwrap_or(value);
        } else if list
            || self.kind == ConfigKind::Ini && self.byte(line_at(text, key).0).is_ascii_whitespace()
        {
            // `environment=A=b,C=d` and its further lines.
            let end = if list { value.find(',') } else { value.ends_with(',').then_some(value.len() - 1) };
            value = value.get(..end.unwrap_or(value.len())).unwrap_or(value);
        }
        Some((at, at + value.len()))
    }

    /// After an anchor and the tag of a text; none after any other tag.
    fn behind_properties(&self, mut at: usize) -> Option<usize> {
        for _ in 0..2 {
            let word = self.text.get(at..)?.split([' ', '\t', '\n', '\r']).next().unwrap_or("");
            let anchor = word.len() > 1 && word.starts_with('&');
            if !anchor && word != "!!str" {
                break;
            }
            at = self.blanks(at + word.len());
        }
        Some(at)
    }

    /// A value of one line below its key, which is indented further.
    fn next_line(&self, line_end: usize, key: usize) -> Option<(usize, usize)> {
        let column = self.column(key);
        let mut lines = self.text.get(line_end..)?.split_inclusive('\n').skip(1);
        let mut at = line_end + self.text.get(line_end..)?.find('\n')? + 1;
        let line = loop {
            let line = lines.next()?;
            if !line.trim().is_empty() {
                break line;
            }
            at += line.len();
        };
        let value = line.split(" #").next().unwrap_or(line).trim();
        let start = at + line.len() - line.trim_start().len();
        let more = lines.find(|line| !line.trim().is_empty()).is_some_and(|line| indentation(line) > column);
        let collection = value.starts_with(['-', '[', '{', '*', '&', '!', '#', '|', '>', '?', '"', '\''])
            || value.ends_with(':')
            || value.contains(": ");
        let deeper = indentation(line) > column;
        (deeper && !more && !collection).then_some((start, start + value.len()))
    }

    /// How far the line of a key is indented; after the dash of a list, how far the key is.
    fn column(&self, key: usize) -> usize {
        let (start, _) = line_at(self.text, key);
        let before = self.text.get(start..key).unwrap_or("");
        before.len() - before.trim_start_matches([' ', '\t', '-']).len()
    }

    /// A value inside a longer one, to what parts it from the next.
    fn part(&self, at: usize, line_end: usize) -> (usize, usize) {
        let rest = self.text.get(at..line_end).unwrap_or("");
        let end = rest.find(|c: char| c.is_whitespace() || "\"';&,\\".contains(c)).unwrap_or(rest.len());
        (at, at + end)
    }

    /// Range of the content of the quotes that open at `at`.
    fn quoted(&self, at: usize, line_end: usize) -> Option<(usize, usize)> {
        let text = self.text;
        let quote = char::from(self.byte(at));
        let three = text.get(at..at + 3).is_some_and(|open| open.chars().all(|c| c == quote));
        if self.dialect == Dialect::Quoted && three {
            let rest = text.get(at + 3..)?;
            let close = rest.find(text.get(at..at + 3)?)?;
            // A line break right after the opening quotes is no part of it.
            let skipped = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
            return Some((at + 3 + skipped.min(close), at + 3 + close));
        }
        let end = match closing(text, at, quote) {
            Some(end) if end < line_end => end,
            // It goes on over the line.
            Some(_) if self.kind == ConfigKind::Env => return None,
            _ => line_end,
        };
        Some((at + 1, end.max(at + 1)))
    }

    /// The entry that a pair makes whose `name` is the word that holds the bytes from `start` to `end`: of Kubernetes,
    /// `- name: KEY` and `value: …` beside it, in any order.
    pub(crate) fn pair_at(&self, start: usize, end: usize) -> Option<Entry> {
        if !matches!(self.dialect, Dialect::Yaml | Dialect::Json) {
            return None;
        }
        let (text, bytes) = (self.text, self.text.as_bytes());
        let word_start = start - bytes.get(..start)?.iter().rev().take_while(|&&b| in_key(b)).count();
        let word_end = end + bytes.get(end..)?.iter().take_while(|&&b| in_key(b)).count();
        let line = line_at(text, word_start);
        let before = text.get(line.0..word_start)?.trim_end_matches(['"', '\'']).trim_end();
        let before = before.strip_suffix(':')?.trim_end_matches(['"', '\'']);
        let name = ["name", "Name"].iter().find_map(|name| before.strip_suffix(name))?;
        if !name.ends_with([' ', '\t', '-', '"', '\'', '{', ',']) && !name.is_empty()
            || self.is_comment(line, word_start)
        {
            return None;
        }
        let at = if self.dialect == Dialect::Json || name.contains('{') {
            self.value_in_braces(word_start, word_end)?
        } else {
            self.value_beside(line, line.0 + name.trim_end_matches(['"', '\'']).len())?
        };
        let value = self.scalar(self.blanks(at), at, false, false)?;
        let value = unwrapped_default(value, text.get(value.0..value.1)?);
        let embedded = self.stretch(word_start).is_some_and(|stretch| !stretch.config);
        let key = (word_start, word_end);
        (value.1 > value.0).then_some(Entry { key, value, embedded, inner: false, variable: true })
    }

    /// Behind the colon of `value` in the same braces.
    fn value_in_braces(&self, start: usize, end: usize) -> Option<usize> {
        const LONGEST: usize = 400;
        let text = self.text;
        let from = text.floor_char_boundary(start.saturating_sub(LONGEST));
        let to = text.floor_char_boundary((end + LONGEST).min(text.len()));
        let open = from + text.get(from..start)?.rfind('{')?;
        let close = end + text.get(end..to)?.find('}')?;
        let inside = text.get(open..close)?;
        ["value", "Value"].iter().find_map(|name| {
            inside.match_indices(name).find_map(|(at, _)| {
                let before = inside.get(..at)?.ends_with([' ', '"', '\'', '{', ',', '\t', '\n']);
                let rest = inside.get(at + name.len()..)?;
                let behind =
                    rest.trim_start_matches(['"', '\'', ' ']).strip_prefix(':').filter(|_| before)?;
                Some(close - behind.len())
            })
        })
    }

    /// Behind the colon of `value` in the lines around one, at the same column.
    fn value_beside(&self, line: (usize, usize), key: usize) -> Option<usize> {
        const MOST: usize = 4;
        let text = self.text;
        let column = key - line.0;
        let value = |written: &str, start: usize| {
            let content = written.trim_start_matches([' ', '\t', '-']);
            let quote = content.len() - content.trim_start_matches(['"', '\'']).len();
            let name = content.get(quote..)?.strip_prefix("value")?;
            let rest = name.trim_start_matches(['"', '\'']).strip_prefix(':')?;
            (written.len() - content.len() == column).then_some(start + written.len() - rest.len())
        };
        let dashed = text.get(line.0..key)?.contains('-');
        let mut at = line.1 + 1;
        for below in text.get(at..).unwrap_or("").split_inclusive('\n').take(MOST) {
            if let Some(found) = value(below, at).filter(|_| !below.trim_start().starts_with("- ")) {
                return Some(found);
            }
            if !below.trim().is_empty() && indentation(below) < column {
                break;
            }
            at += below.len();
        }
        let mut end = line.0;
        for above in text.get(..line.0)?.split_inclusive('\n').rev().take(if dashed { 0 } else { MOST }) {
            end -= above.len();
            if let Some(found) = value(above, end) {
                return Some(found);
            }
            if above.trim_start().starts_with("- ") {
                break;
            }
        }
        None
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether the name after `before` is set by a shell, or is an option of a command, or a header.
fn is_assignment(before: &str, separator: u8, tight: bool) -> bool {
    if separator == b':' {
        // `-H "Authorization: Bearer …"`
        return before.ends_with(['"', '\'']);
    }
    let part = before.trim_start();
    tight && (part.is_empty() || before.ends_with([' ', '\t', ';', '&', '|', '(']) || before.ends_with("--"))
}

/// Whether the text in front of a key begins a list of variables: `environment=` of supervisor.
fn is_list_of_variables(before: &str) -> bool {
    let first = before.trim_start();
    first.get(.."environment".len()).is_some_and(|key| key.eq_ignore_ascii_case("environment"))
        && first.contains('=')
}

/// Whether the line that holds `at` sets variables of an image.
fn is_docker_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let line = before.get(before.rfind('\n').map_or(0, |line| line + 1)..).unwrap_or("").trim_start();
    let command = line.get(..4).unwrap_or("");
    command.eq_ignore_ascii_case("ENV ") || command.eq_ignore_ascii_case("ARG ")
}

/// The default of `${NAME:-default}`.
fn unwrapped_default(range: (usize, usize), value: &str) -> (usize, usize) {
    let Some(inner) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else { return range };
    let Some((name, default)) = inner.split_once(":-").or_else(|| inner.split_once('-')) else {
        return range;
    };
    if default.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return range;
    }
    (range.1 - 1 - default.len(), range.1 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, kind: ConfigKind) -> Vec<(&str, &str)> {
        let entries = Entries::new(text, kind);
        text.match_indices("pass")
            .filter_map(|(at, part)| {
                let entry = entries.at(at, at + part.len())?;
                Some((&text[entry.key.0..entry.key.1], &text[entry.value.0..entry.value.1]))
            })
            .collect()
    }

    #[test]
    fn yaml() {
        let text = "a:\n  pass: one # not this\n  - db_pass=two\n  x: {user: y, pass: three, z: 1}\n  pass: ${P:-four}\n\
            \"pass\": \"fi\\\"ve\"\npass: |\n  block\npass:\nother: [pass: broken\n- \"X_pass=six\"\n";
        let expected = [
            ("pass", "one"),
            ("db_pass", "two"),
            ("pass", "three"),
            ("pass", "four"),
            ("pass", "fi\\\"ve"),
            ("pass", "block"),
            ("pass", "broken"),
            ("X_pass", "six"),
        ];
        assert_eq!(values(text, ConfigKind::Yaml), expected);
    }

    #[test]
    fn quoted_values() {
        let text = "{\"pass\": \"one\", \"db.pass\" : \"two\", \"pass\": null, \"pass\": [\"x\"], \"pass\": \"cut\npass = 'three'";
        let expected = [("pass", "one"), ("db.pass", "two"), ("pass", "cut"), ("pass", "three")];
        assert_eq!(values(text, ConfigKind::Toml), expected);
    }

    #[test]
    fn lines() {
        let text = "export DB_pass=one two # c\n pass = th#ree ; c\npass: 'four'\nENV pass five\nARG pass=six x=1\npass =\n#pass\n";
        let expected =
            [("DB_pass", "one two"), ("pass", "th#ree"), ("pass", "four"), ("pass", "five"), ("pass", "six")];
        assert_eq!(values(text, ConfigKind::Docker), expected);
    }
}
