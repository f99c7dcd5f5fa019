//! Entries of configuration: YAML, JSON, TOML, ini, `.env`, Dockerfiles, read line by line around a key, so that damage
//! elsewhere in the file hides nothing. It must not know what a key means.

pub(crate) mod docker;
pub(crate) mod ini;
mod kind;
pub(crate) mod lines;
pub(crate) mod yaml;

pub use kind::ConfigKind;
pub use yaml::{yaml_list_len, yaml_lists};

/// How values are written without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// YAML, compose files included: `key: value # comment`, and `- KEY=value`.
    Yaml,
    /// TOML: values that are strings are quoted.
    Quoted,
    /// JSON: the same, without comments.
    Json,
    /// `key = value` to the end of the line: ini, `.env`, Dockerfiles.
    Line,
}

/// A key and its value, in bytes of the text; without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: (usize, usize),
    pub(crate) value: (usize, usize),
}

fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80
}

/// The entry whose key holds the bytes from `start` to `end`; none if they are no part of a key, or the value is no scalar.
pub(crate) fn entry_at(text: &str, start: usize, end: usize, dialect: Dialect) -> Option<Entry> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b'\n');
    let key_start = start - bytes.get(..start)?.iter().rev().take_while(|&&b| in_key(b)).count();
    let key_end = end + bytes.get(end..)?.iter().take_while(|&&b| in_key(b)).count();
    // A list's dash is no part of a key.
    let key_start = key_start + bytes.get(key_start..key_end)?.iter().take_while(|&&b| b == b'-').count();
    let mut at = key_end;
    let quote = key_start.checked_sub(1).map_or(0, byte);
    let quoted_key = matches!(quote, b'"' | b'\'') && byte(at) == quote;
    at += usize::from(quoted_key);
    let blanks = |mut at: usize| {
        while matches!(byte(at), b' ' | b'\t') {
            at += 1;
        }
        at
    };
    at = blanks(at);
    let separator = byte(at);
    // `ENV KEY value`
    let spaced = dialect == Dialect::Line && at > key_end && is_docker_line(text, key_start);
    if !matches!(separator, b':' | b'=') && !spaced {
        return None;
    }
    if separator == b':' && dialect == Dialect::Yaml && !matches!(byte(at + 1), b' ' | b'\t') && !quoted_key {
        return None;
    }
    if matches!(separator, b':' | b'=') {
        at = blanks(at + 1);
    }
    let line_end = memchr::memchr(b'\n', bytes.get(at..)?).map_or(bytes.len(), |line| at + line);
    let opening = byte(at);
    if matches!(opening, b'"' | b'\'') {
        return quoted(text, at, line_end).map(|value| Entry { key: (key_start, key_end), value });
    }
    if matches!(dialect, Dialect::Quoted | Dialect::Json)
        || matches!(opening, b'|' | b'>' | b'&' | b'*' | b'[' | b'{' | b'!' | b'#')
            && dialect == Dialect::Yaml
    {
        return None;
    }
    let rest = text.get(at..line_end)?;
    let mut value = rest.trim_end();
    for comment in [" #", "\t#", " ;"] {
        let comments = comment != " ;" || dialect == Dialect::Line;
        value = if comments { value.split(comment).next().unwrap_or(value).trim_end() } else { value };
    }
    if dialect == Dialect::Yaml {
        // Inside `{…}` on one line.
        let line_start = text.get(..key_start)?.rfind('\n').map_or(0, |line| line + 1);
        if text.get(line_start..key_start)?.contains('{') {
            value = value.split([',', '}']).next().unwrap_or(value).trim_end();
        }
        // `- KEY=value` may be quoted as a whole.
        value = value.strip_suffix(['"', '\'']).unwrap_or(value);
    } else if spaced || is_docker_line(text, key_start) {
        value = value.split_whitespace().next().unwrap_or(value);
    }
    let value = unwrapped_default((at, at + value.len()), value);
    (value.1 > value.0).then_some(Entry { key: (key_start, key_end), value })
}

/// Whether the line that holds `at` sets variables of an image.
fn is_docker_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let line = before.get(before.rfind('\n').map_or(0, |line| line + 1)..).unwrap_or("").trim_start();
    let command = line.get(..4).unwrap_or("");
    command.eq_ignore_ascii_case("ENV ") || command.eq_ignore_ascii_case("ARG ")
}

/// What stands in the quotes that open at `at`.
fn quoted(text: &str, at: usize, line_end: usize) -> Option<(usize, usize)> {
    let quote = *text.as_bytes().get(at)?;
    let mut end = at + 1;
    while end < line_end {
        match text.as_bytes().get(end) {
            Some(b'\\') if quote == b'"' => end += 1,
            Some(&byte) if byte == quote => break,
            _ => {}
        }
        end += 1;
    }
    let value = text.get(at + 1..end.min(line_end))?;
    Some(unwrapped_default((at + 1, at + 1 + value.len()), value))
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

    fn values(text: &str, dialect: Dialect) -> Vec<(&str, &str)> {
        text.match_indices("pass")
            .filter_map(|(at, part)| {
                let entry = entry_at(text, at, at + part.len(), dialect)?;
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
            ("pass", "broken"),
            ("X_pass", "six"),
        ];
        assert_eq!(values(text, Dialect::Yaml), expected);
    }

    #[test]
    fn quoted_values() {
        let text = "{\"pass\": \"one\", \"db.pass\" : \"two\", \"pass\": null, \"pass\": [\"x\"], \"pass\": \"cut\npass = 'three'";
        let expected = [("pass", "one"), ("db.pass", "two"), ("pass", "cut"), ("pass", "three")];
        assert_eq!(values(text, Dialect::Quoted), expected);
    }

    #[test]
    fn lines() {
        let text = "export DB_pass=one two # c\n pass = th#ree ; c\npass: 'four'\nENV pass five\nARG pass=six x=1\npass =\n#pass\n";
        let expected =
            [("DB_pass", "one two"), ("pass", "th#ree"), ("pass", "four"), ("pass", "five"), ("pass", "six")];
        assert_eq!(values(text, Dialect::Line), expected);
    }
}
