//! Stretches of a configuration that are one value over several lines: blocks of text in YAML, strings in three quotes,
//! quoted values of `.env` files. What looks like a key in them is none. It must not know what a key means.

use std::ops::Range;

use super::lines::{Bodies, lines};
use super::{ConfigKind, Dialect};

/// A value over several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The lines after the first one.
    pub(super) range: Range<usize>,
    /// Whether its key is the name of a file of configuration: `application.properties: |`.
    pub(super) config: bool,
}

/// The stretches of a text, in order.
pub(super) fn stretches(text: &str, kind: ConfigKind) -> Vec<Stretch> {
    match (kind, kind.dialect()) {
        (ConfigKind::Env, _) => quoted(text),
        (_, dialect @ (Dialect::Yaml | Dialect::Quoted)) => {
            let body = |start: usize, end: usize| {
                let first = start + text.get(start..end)?.find('\n')?;
                let config = dialect == Dialect::Yaml && is_config(text.get(start..first)?);
                Some(Stretch { range: first..end, config })
            };
            let lines = lines(text, dialect, Bodies::Joined);
            lines.iter().filter_map(|line| body(line.start, line.end)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the line that opens a block of text has the name of a file of configuration as its key.
fn is_config(line: &str) -> bool {
    let key = line.rsplit_once(':').map_or("", |(key, _)| key.trim_matches([' ', '\t', '-', '"', '\'']));
    let ends = [".yaml", ".yml", ".json", ".properties", ".conf", ".cfg", ".ini", ".toml", ".env"];
    ends.iter().any(|end| key.ends_with(end))
}

/// The values in quotes that go on over the end of their line.
fn quoted(text: &str) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let end = at + rest.find('\n').map_or(rest.len(), |line| line + 1);
        let line = text.get(at..end).unwrap_or("");
        let value = line.split_once('=').filter(|_| !line.trim_start().starts_with('#'));
        let value = value.map_or("", |(_, value)| value.trim_start());
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let open = end - value.len();
        let closed = quote.and_then(|quote| closing(text, open, quote)).filter(|close| *close >= end);
        at = match closed {
            Some(close) => {
                found.push(Stretch { range: end..close, config: false });
                close
                    + text
                        .get(close..)
                        .and_then(|rest| rest.find('\n'))
                        .map_or(text.len() - close, |line| line + 1)
            }
            None => end,
        };
    }
    found
}

/// The quote that closes the one at `open`, on whatever line.
pub(super) fn closing(text: &str, open: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.get(open + 1..)?.char_indices().find_map(|(at, c)| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && !escaped && quote == '"';
        closes.then_some(open + 1 + at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, kind: ConfigKind) -> Vec<(&str, bool)> {
        let shown = |one: Stretch| (text.get(one.range).unwrap().trim(), one.config);
        stretches(text, kind).into_iter().map(shown).collect()
    }

    #[test]
    fn values_over_several_lines() {
        let yaml = "a: |\n  b: 1\n  c\nx.properties: >-\n  d=1\ne: 'x'\n";
        assert_eq!(told(yaml, ConfigKind::Yaml), [("b: 1\n  c", false), ("d=1", true)]);
        assert_eq!(told("a = '''\nb = 1\n'''\nc = '''d'''\n", ConfigKind::Toml), [("b = 1\n'''", false)]);
        let env = "A='x\nB=1\n'\nC=\"\\\"y\"\nD=\"open\nE='e'\n";
        assert_eq!(told(env, ConfigKind::Env), [("B=1", false)]);
    }
}
