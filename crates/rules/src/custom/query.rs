//! A rule's query: compiled, its predicates checked, with the filter that spares parsing.
//! It must not know files or findings.

use analyzer_facts::FileFacts;
use analyzer_syntax::query::{CaptureQuantifier, Query, QueryError, QueryErrorKind, QueryMatch};

use super::names::resolved;
use super::prefilter::{Need, Predicate, Prefilter, predicates};
use super::shape::too_many_ways;

/// Predicates that tree-sitter's library decides, and ours.
const KNOWN: [&str; 12] = [
    "eq?",
    "not-eq?",
    "any-eq?",
    "any-not-eq?",
    "match?",
    "not-match?",
    "any-match?",
    "any-not-match?",
    "any-of?",
    "not-any-of?",
    "resolves-to?",
    "not-resolves-to?",
];

/// Bytes of a query; compiling takes more than linear time.
const MAX_QUERY: usize = 16 * 1024;

/// A compiled query.
#[derive(Debug)]
pub(super) struct Matcher {
    pub(super) query: Query,
    prefilter: Prefilter,
    /// `#resolves-to?` and its negation, by pattern.
    resolve: Vec<Vec<Resolve>>,
    /// The capture that is reported.
    pub(super) finding: u32,
}

#[derive(Debug)]
struct Resolve {
    capture: u32,
    names: Vec<String>,
    wanted: bool,
}

/// A mistake in a query: bytes of its text, what is wrong, what to do.
pub(super) type QueryProblem = (std::ops::Range<usize>, String, String);

impl Matcher {
    pub(super) fn compile(text: &str) -> Result<Self, QueryProblem> {
        if text.len() > MAX_QUERY {
            let message = format!("the query is longer than {MAX_QUERY} bytes");
            return Err((0..text.len(), message, "split it into several rules".to_owned()));
        }
        let written = predicates(text);
        if let Some(unknown) = written.iter().find(|predicate| !KNOWN.contains(&predicate.name.as_str())) {
            let known = KNOWN.map(|name| format!("#{name}")).join(", ");
            let message = format!("there is no predicate `#{}`", unknown.name);
            return Err((unknown.range.clone(), message, format!("there are {known}")));
        }
        let query = analyzer_syntax::query::compile(text);
        // The library's errors on arguments have no place: ours come first.
        if query.as_ref().err().is_none_or(|error| error.kind == QueryErrorKind::Predicate)
            && let Some(problem) = written.iter().find_map(wrong_arguments)
        {
            return Err(problem);
        }
        let query = query.map_err(|error| told(text, &error))?;
        if let Some((range, parts, captures)) = too_many_ways(text) {
            let line = text.get(range.clone()).and_then(|pattern| pattern.lines().next()).map_or(0, str::len);
            let message = format!(
                "this pattern has too many ways to match: what is optional or repeated in it counts {parts}, and it has \
                 {captures} captures"
            );
            let help = "leave out captures and optional parts that the rule does not need, or split it into several rules";
            return Err((range.start..range.start + line, message, help.to_owned()));
        }
        let names = query.capture_names();
        if names.is_empty() {
            let help = "put `@finding` behind the node to report".to_owned();
            let start = text.len() - text.trim_start().len();
            let end = start + text.trim().lines().next().map_or(0, str::len);
            return Err((start..end, "the query captures nothing".to_owned(), help));
        }
        let finding = query.capture_index_for_name("finding").unwrap_or(0);
        let mut matcher = Self { prefilter: Prefilter::default(), resolve: Vec::new(), finding, query };
        for pattern in 0..matcher.query.pattern_count() {
            matcher.add_pattern(pattern, text, &written)?;
        }
        Ok(matcher)
    }

    fn add_pattern(&mut self, pattern: usize, text: &str, written: &[Predicate]) -> Result<(), QueryProblem> {
        let range = self.query.start_byte_for_pattern(pattern)..self.query.end_byte_for_pattern(pattern);
        let quantifiers = self.query.capture_quantifiers(pattern);
        let always = |capture: u32| {
            let quantifier = quantifiers.get(capture as usize);
            quantifier.is_some_and(|q| matches!(q, CaptureQuantifier::One | CaptureQuantifier::OneOrMore))
        };
        if !always(self.finding) {
            let name = self.query.capture_names().get(self.finding as usize).copied().unwrap_or_default();
            let part = text.get(range.clone()).unwrap_or_default();
            let end = range.start + part.trim_end().len();
            if part.starts_with("(#") {
                let message = "a predicate must stand inside the brackets of its pattern".to_owned();
                let help = "write `((node) @finding (#eq? @finding \"text\"))`".to_owned();
                return Err((range.start..end, message, help));
            }
            return Err((
                range.start..end,
                format!("this pattern does not always capture `@{name}`, which is reported"),
                "put `@finding` behind the node to report, in every pattern".to_owned(),
            ));
        }
        let mut needs = Vec::new();
        let mut resolve = Vec::new();
        for predicate in written.iter().filter(|predicate| range.contains(&predicate.range.start)) {
            let capture = predicate.capture.as_ref().and_then(|name| self.query.capture_index_for_name(name));
            let ours = predicate.name.ends_with("resolves-to?");
            let strings = predicate.strings.clone();
            match capture {
                Some(capture) if ours && !strings.is_empty() && !predicate.compares_captures => {
                    let wanted = predicate.name == "resolves-to?";
                    if wanted && always(capture) {
                        needs.push(Need::Name(strings.clone()));
                    }
                    resolve.push(Resolve { capture, names: strings, wanted });
                }
                _ if ours => {
                    let help = "write `(#resolves-to? @capture \"module.name\")`".to_owned();
                    let message = format!("`#{}` takes a capture and dotted names in quotes", predicate.name);
                    return Err((predicate.range.clone(), message, help));
                }
                Some(capture) => {
                    let need = match predicate.name.as_str() {
                        "eq?" | "any-eq?" | "any-of?" => Some(Need::Text(strings)),
                        "match?" | "any-match?" => strings.first().and_then(|regex| Need::of_regex(regex)),
                        _ => None,
                    };
                    needs.extend(need.filter(|_| always(capture) && !predicate.compares_captures));
                }
                None => {}
            }
        }
        self.prefilter.0.push(needs);
        self.resolve.push(resolve);
        Ok(())
    }

    /// Whether the query may match somewhere in the file.
    pub(super) fn may_match(&self, path: &str, text: &str, facts: &FileFacts) -> bool {
        self.prefilter.may_match(path, text, facts)
    }

    /// Whether our own predicates hold for a match.
    pub(super) fn holds(&self, found: &QueryMatch, path: &str, text: &str, facts: &FileFacts) -> bool {
        let Some(rules) = self.resolve.get(found.pattern_index) else { return true };
        rules.iter().all(|rule| {
            let mut nodes = found.nodes_for_capture_index(rule.capture);
            nodes.all(|node| {
                let names = text.get(node.byte_range()).unwrap_or_default();
                let names = resolved(names, node.start_byte() as u32, path, facts);
                rule.names.iter().any(|name| names.contains(name)) == rule.wanted
            })
        })
    }
}

/// A mistake in the arguments of a predicate that the library decides.
fn wrong_arguments(predicate: &Predicate) -> Option<QueryProblem> {
    let name = &predicate.name;
    let kind = name.trim_start_matches("any-").trim_start_matches("not-");
    let problem = |message: String, help: String| Some((predicate.range.clone(), message, help));
    let strings = predicate.strings.len();
    let takes = |what: &str, example: &str| {
        problem(format!("`#{name}` takes {what}"), format!("write `(#{name} {example})`"))
    };
    let first = predicate.capture.is_some();
    match kind {
        "match?" if !first || strings != 1 || predicate.compares_captures => {
            takes("a capture and one regular expression in quotes", "@capture \"^x.*$\"")
        }
        "match?" => {
            let error = regex_syntax::parse(predicate.strings.first()?).err()?;
            let why = match error {
                regex_syntax::Error::Parse(error) => error.kind().to_string(),
                regex_syntax::Error::Translate(error) => error.kind().to_string(),
                _ => return None,
            };
            problem(
                format!("this is no regular expression: {why}"),
                "a backslash is written twice; there is no look-around and no back-reference".to_owned(),
            )
        }
        "of?" if !first || strings == 0 || predicate.compares_captures => {
            takes("a capture and texts in quotes", "@capture \"x\" \"y\"")
        }
        "eq?" if !first || strings + usize::from(predicate.compares_captures) != 1 => {
            takes("a capture, and a text in quotes or another capture", "@capture \"text\"")
        }
        _ => None,
    }
}

/// An error of the library, with its place.
fn told(text: &str, error: &QueryError) -> QueryProblem {
    let line_start = text.split_inclusive('\n').take(error.row).map(str::len).sum::<usize>();
    let line = text[line_start..].split('\n').next().unwrap_or("");
    let mut start = (line_start + error.column).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let word =
        text[start..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@'));
    let length = word.map(char::len_utf8).sum::<usize>();
    let name = &text[start..start + length];
    let range = if length > 0 {
        start..start + length
    } else {
        start..(start + 1).min(line_start + line.len()).max(start)
    };
    let tree = "`tree-sitter parse` and the playground of tree-sitter show the nodes of a text";
    match error.kind {
        QueryErrorKind::NodeType => {
            (range, format!("Python's grammar has no node `{name}`"), tree.to_owned())
        }
        QueryErrorKind::Field => (range, format!("Python's grammar has no field `{name}`"), tree.to_owned()),
        QueryErrorKind::Capture => {
            (range, format!("no node is captured as `{name}`"), format!("put `{name}` behind a node"))
        }
        QueryErrorKind::Structure => {
            (range, "no tree looks like this: the node cannot stand here".to_owned(), tree.to_owned())
        }
        QueryErrorKind::Syntax => {
            let help = "a pattern is `(node field: (node) @capture)`; every bracket and quote must be closed";
            (range, "this is no query".to_owned(), help.to_owned())
        }
        QueryErrorKind::Predicate | QueryErrorKind::Language => {
            let whole = line_start..line_start + line.len();
            (whole, error.message.clone(), "write `(#eq? @capture \"text\")`".to_owned())
        }
    }
}
