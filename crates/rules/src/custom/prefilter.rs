//! Texts and names without which a file cannot match a query, read from the query's predicates.
//! It must not parse Python: it spares that.

use analyzer_facts::FileFacts;
use regex_syntax::hir::literal::Extractor;

use super::names::may_resolve;

/// A predicate of a pattern, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Predicate {
    /// With its mark, such as `eq?`.
    pub(super) name: String,
    /// Bytes of the query's text, from `#` to the end of the name.
    pub(super) range: std::ops::Range<usize>,
    /// Name of the first capture.
    pub(super) capture: Option<String>,
    /// The strings.
    pub(super) strings: Vec<String>,
    /// Whether another argument is a capture as well.
    pub(super) compares_captures: bool,
}

/// Every predicate of a query that compiles, in the order of its text.
pub(super) fn predicates(query: &str) -> Vec<Predicate> {
    let mut found: Vec<Predicate> = Vec::new();
    let mut open = false;
    let mut rest = query.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let word = |rest: &mut std::iter::Peekable<std::str::CharIndices>| {
            let mut end = at + c.len_utf8();
            while let Some((next, c)) = rest.peek().copied() {
                if c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"' | ';') {
                    break;
                }
                end = next + c.len_utf8();
                rest.next();
            }
            end
        };
        match c {
            ';' => while rest.next_if(|(_, c)| *c != '\n').is_some() {},
            '"' => {
                let text = string(&mut rest);
                if let (true, Some(predicate)) = (open, found.last_mut()) {
                    predicate.strings.push(text);
                }
            }
            '#' => {
                let end = word(&mut rest);
                found.push(Predicate {
                    name: query[at + 1..end].to_owned(),
                    range: at..end,
                    capture: None,
                    strings: Vec::new(),
                    compares_captures: false,
                });
                open = true;
            }
            '@' if open => {
                let name = query[at + 1..word(&mut rest)].to_owned();
                if let Some(predicate) = found.last_mut() {
                    predicate.compares_captures |= predicate.capture.is_some();
                    predicate.capture.get_or_insert(name);
                }
            }
            ')' => open = false,
            _ => {}
        }
    }
    found
}

/// The rest of a string whose opening quote was read.
fn string(rest: &mut std::iter::Peekable<std::str::CharIndices>) -> String {
    let mut text = String::new();
    while let Some((_, c)) = rest.next() {
        match c {
            '"' => break,
            '\\' => match rest.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, '0')) => text.push('\0'),
                Some((_, c)) => text.push(c),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

/// Need of a pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// One of these strings in the text.
    Text(Vec<String>),
    /// A name that may resolve to one of these.
    Name(Vec<String>),
}

impl Need {
    /// Need of a regular expression that must match somewhere in the text; none if it cannot be derived.
    pub(super) fn of_regex(regex: &str) -> Option<Self> {
        let prefixes = Extractor::new().extract(&regex_syntax::parse(regex).ok()?);
        let text = |literal: &regex_syntax::hir::literal::Literal| {
            let text = std::str::from_utf8(literal.as_bytes()).ok()?;
            // A single character is nearly everywhere.
            (text.chars().count() > 1).then(|| text.to_owned())
        };
        let texts = prefixes.literals()?.iter().map(text).collect::<Option<Vec<String>>>()?;
        (!texts.is_empty()).then_some(Self::Text(texts))
    }

    fn is_met(&self, path: &str, text: &str, facts: &FileFacts) -> bool {
        let holds = |literal: &str| memchr::memmem::find(text.as_bytes(), literal.as_bytes()).is_some();
        match self {
            Self::Text(texts) => texts.iter().any(|text| holds(text)),
            Self::Name(names) => names.iter().any(|name| {
                let last = name.rsplit('.').next().unwrap_or(name);
                holds(last) && may_resolve(name, path, facts)
            }),
        }
    }
}

/// For each pattern all that it needs.
#[derive(Debug, Default)]
pub(super) struct Prefilter(pub(super) Vec<Vec<Need>>);

impl Prefilter {
    /// Whether any pattern may match somewhere in the file.
    pub(super) fn may_match(&self, path: &str, text: &str, facts: &FileFacts) -> bool {
        self.0.iter().any(|pattern| pattern.iter().all(|need| need.is_met(path, text, facts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_are_read_as_they_are_written() {
        let query = "; (#eq? @no \"no\")\n((call function: (identifier) @f) @call (#eq? @f \"a\\\"b\"))\n\
            ((string) @s (#any-of? @s \"x\" \"y;\") (#eq? @s @t)) \"global\"";
        let shown: Vec<_> = predicates(query)
            .into_iter()
            .map(|p| (p.name, p.capture.unwrap_or_default(), p.strings, p.compares_captures))
            .collect();
        let row = |name: &str, capture: &str, strings: &[&str], two| {
            (name.to_owned(), capture.to_owned(), strings.iter().map(|&s| s.to_owned()).collect(), two)
        };
        assert_eq!(
            shown,
            [
                row("eq?", "f", &["a\"b"], false),
                row("any-of?", "s", &["x", "y;"], false),
                row("eq?", "s", &[], true)
            ]
        );
    }

    #[test]
    fn each_group_needs_one_literal_of_any_pattern() {
        let facts = FileFacts::default();
        let group = |words: &[&str]| Need::Text(words.iter().map(|&word| word.to_owned()).collect());
        let filter = Prefilter(vec![vec![group(&["a1", "b1"]), group(&["c1"])], vec![group(&["d1"])]]);
        let judged = ["b1 c1", "a1 b1", "d1", ""].map(|text| filter.may_match("a.py", text, &facts));
        assert_eq!(judged, [true, false, true, false]);
        assert!(Prefilter(vec![Vec::new()]).may_match("a.py", "", &facts));
    }

    #[test]
    fn what_begins_a_regular_expression_is_needed() {
        let needs = |regex: &str| match Need::of_regex(regex) {
            Some(Need::Text(mut texts)) => {
                texts.sort();
                texts
            }
            _ => Vec::new(),
        };
        assert_eq!(needs("^legacy(\\.|$)"), ["legacy", "legacy."]);
        assert_eq!(needs("^(get|post)_x"), ["get_x", "post_x"]);
        for regex in ["", ".*x", "^x*yy", "\\btimeout|[a-z]", "(", "^a"] {
            assert_eq!(needs(regex), [] as [&str; 0], "{regex}");
        }
    }
}
