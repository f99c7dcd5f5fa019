//! YAML to a tree with places: documents, anchors, aliases and merge keys. Text before a mistake is kept.
//! It must not know what a file is for.

use analyzer_source::TextRange;
use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, options};
use rustc_hash::FxHashSet;

use crate::SyntaxProblem;

/// A node of a [`Yaml`].
pub(crate) type NodeId = usize;

/// How many events are read; a file beyond that is data, and nobody's configuration.
const MOST_EVENTS: usize = 200_000;

/// Content of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// A text; whether it is without quotes, so that it may be a number.
    Scalar(String, bool),
    Sequence(Vec<NodeId>),
    /// Keys with values, in order.
    Mapping(Vec<(NodeId, NodeId)>),
}

#[derive(Debug, Clone)]
struct Node {
    range: TextRange,
    content: Content,
}

/// The documents of a text.
#[derive(Debug, Default)]
pub(crate) struct Yaml {
    nodes: Vec<Node>,
    /// The top node of each document.
    pub(crate) documents: Vec<NodeId>,
    /// Where the text is no YAML, or says one thing twice, in order. Text before the first mistake of syntax is read.
    pub(crate) problems: Vec<SyntaxProblem>,
}

impl Yaml {
    /// Reads a text.
    pub(crate) fn parse(text: &str) -> Self {
        let mut builder = Builder::default();
        let options = options! { emit_unresolved_aliases: true };
        for (count, event) in Parser::new_from_str_with_options(text, options).enumerate() {
            match event {
                Ok((event, span)) if count < MOST_EVENTS => builder.event(event, range(span)),
                Ok(_) => break,
                Err(error) => {
                    let at = offset(*error.marker()).min(text.len() as u32);
                    let message = format!("invalid YAML: {}", readable(&error.info()));
                    builder.problem(TextRange::new(at, at), message);
                    break;
                }
            }
        }
        builder.finish()
    }

    /// The place of a node.
    pub(crate) fn range(&self, node: NodeId) -> TextRange {
        self.nodes.get(node).map(|node| node.range).unwrap_or_default()
    }

    /// A scalar's text.
    pub(crate) fn text(&self, node: NodeId) -> Option<&str> {
        match &self.nodes.get(node)?.content {
            Content::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// A scalar that is a whole number without quotes, or one in quotes.
    pub(crate) fn number(&self, node: NodeId) -> Option<u64> {
        self.text(node)?.trim().parse().ok()
    }

    /// The items of a sequence; none of anything else.
    pub(crate) fn items(&self, node: NodeId) -> &[NodeId] {
        match self.nodes.get(node).map(|node| &node.content) {
            Some(Content::Sequence(items)) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping, those that merge keys bring included; none of anything else.
    pub(crate) fn entries(&self, node: NodeId) -> Vec<(&str, NodeId, NodeId)> {
        let mut entries: Vec<(&str, NodeId, NodeId)> = Vec::new();
        let (mut seen, mut names) = (FxHashSet::default(), FxHashSet::default());
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            let Some(Content::Mapping(pairs)) = self.nodes.get(node).map(|node| &node.content) else {
                continue;
            };
            if !seen.insert(node) {
                continue;
            }
            for &(key, value) in pairs {
                let Some(name) = self.text(key) else { continue };
                if name == "<<" {
                    // Of several the first one that has a key wins.
                    let many = self.items(value);
                    let merged = if many.is_empty() { std::slice::from_ref(&value) } else { many };
                    open.extend(merged.iter().rev());
                } else if names.insert(name) {
                    entries.push((name, key, value));
                }
            }
        }
        entries
    }

    /// The value of a key of a mapping.
    pub(crate) fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        self.entries(node).into_iter().find(|(name, ..)| *name == key).map(|(.., value)| value)
    }

    /// Whether a node is a mapping.
    pub(crate) fn is_mapping(&self, node: NodeId) -> bool {
        matches!(self.nodes.get(node).map(|node| &node.content), Some(Content::Mapping(_)))
    }
}

/// The keys at the top of a YAML text, with the texts of a list, or the only one, after each; none after anything else.
#[must_use]
pub fn yaml_lists(text: &str) -> Vec<(String, Vec<String>)> {
    let yaml = Yaml::parse(text);
    let Some(&document) = yaml.documents.first() else { return Vec::new() };
    let entries = yaml.entries(document).into_iter().map(|(key, _, value)| {
        let single = yaml.text(value).filter(|text| !text.is_empty()).map(str::to_owned);
        let items = yaml.items(value).iter().filter_map(|item| yaml.text(*item).map(str::to_owned));
        (key.to_owned(), items.chain(single).collect())
    });
    entries.collect()
}

/// Number of items of the list `key` at the top of a YAML text; `None` where there is no such list.
///
/// # Errors
/// The first mistake of a text that is no YAML.
pub fn yaml_list_len(text: &str, key: &str) -> Result<Option<usize>, SyntaxProblem> {
    let yaml = Yaml::parse(text);
    if let Some(problem) = yaml.problems.first() {
        return Err(problem.clone());
    }
    let list = yaml.documents.first().and_then(|top| yaml.get(*top, key));
    let items = list.and_then(|list| match &yaml.nodes.get(list)?.content {
        Content::Sequence(items) => Some(items.len()),
        _ => None,
    });
    Ok(items)
}

/// Collection that is being read: a sequence, or a mapping with the key whose value comes next.
struct Open {
    node: NodeId,
    key: Option<NodeId>,
}

#[derive(Default)]
struct Builder {
    yaml: Yaml,
    open: Vec<Open>,
    anchors: Vec<(usize, NodeId)>,
}

impl Builder {
    fn event(&mut self, event: Event, range: TextRange) {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let node = self.node(Content::Scalar(text.into_owned(), plain), range, anchor);
                self.place(node);
            }
            Event::SequenceStart(_, anchor, _) => {
                let node = self.node(Content::Sequence(Vec::new()), range, anchor);
                self.place(node);
                self.open.push(Open { node, key: None });
            }
            Event::MappingStart(_, anchor, _) => {
                let node = self.node(Content::Mapping(Vec::new()), range, anchor);
                self.place(node);
                self.open.push(Open { node, key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            Event::Alias(anchor) => {
                let known = self.anchors.iter().rev().find(|(id, _)| *id == anchor).map(|(_, node)| *node);
                match known {
                    Some(node) => self.place(node),
                    None => self.nothing(range),
                }
            }
            Event::UnresolvedAlias(name) => {
                self.problem(range, format!("there is no anchor `{name}` before this alias"));
                self.nothing(range);
            }
            Event::DocumentStart(..) => self.anchors.clear(),
            _ => {}
        }
    }

    fn nothing(&mut self, range: TextRange) {
        let node = self.node(Content::Scalar(String::new(), true), range, 0);
        self.place(node);
    }

    fn node(&mut self, content: Content, range: TextRange, anchor: usize) -> NodeId {
        let id = self.yaml.nodes.len();
        self.yaml.nodes.push(Node { range, content });
        if anchor != 0 {
            self.anchors.push((anchor, id));
        }
        id
    }

    /// Puts a node into what is open.
    fn place(&mut self, node: NodeId) {
        let Some(open) = self.open.last_mut() else {
            self.yaml.documents.push(node);
            return;
        };
        match self.yaml.nodes.get_mut(open.node).map(|node| &mut node.content) {
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping(pairs)) => match open.key.take() {
                Some(key) => pairs.push((key, node)),
                None => open.key = Some(node),
            },
            _ => {}
        }
    }

    fn close(&mut self, end: u32) {
        let Some(Open { node, .. }) = self.open.pop() else { return };
        let Some(found) = self.yaml.nodes.get_mut(node) else { return };
        found.range = TextRange::new(found.range.start, end.max(found.range.start));
        self.duplicates(node);
    }

    /// A key that a mapping has twice: which value counts depends on the program that reads it.
    fn duplicates(&mut self, node: NodeId) {
        let Some(Content::Mapping(pairs)) = self.yaml.nodes.get(node).map(|node| &node.content) else {
            return;
        };
        let mut seen = FxHashSet::default();
        let mut repeated = Vec::new();
        for (key, _) in pairs {
            if let Some(name) = self.yaml.text(*key)
                && name != "<<"
                && !seen.insert(name)
            {
                repeated.push((self.yaml.range(*key), format!("the key `{name}` stands here twice")));
            }
        }
        for (range, message) in repeated {
            self.problem(range, message);
        }
    }

    fn problem(&mut self, range: TextRange, message: String) {
        self.yaml.problems.push(SyntaxProblem { range, message });
    }

    fn finish(mut self) -> Yaml {
        // Nodes that are open at a mistake were read up to there.
        let end = self.yaml.nodes.last().map_or(0, |node| node.range.end);
        while !self.open.is_empty() {
            self.close(end);
        }
        self.yaml.problems.sort_by_key(|problem| problem.range.start);
        self.yaml
    }
}

fn offset(marker: Marker) -> u32 {
    marker.byte_offset().unwrap_or(0) as u32
}

fn range(span: Span) -> TextRange {
    TextRange::new(offset(span.start), offset(span.end).max(offset(span.start)))
}

/// A parser's message without the part about its current work.
fn readable(message: &str) -> &str {
    match message.split_once(", ") {
        Some((doing, what)) if doing.starts_with("while ") => what,
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&str, String)> {
        let yaml = Yaml::parse(text);
        let problems = yaml.problems.iter();
        problems.map(|one| (&text[one.range.start as usize..], one.message.clone())).collect()
    }

    #[test]
    fn aliases_and_merge_keys_lead_to_their_values() {
        let text = "base: &base {port: 1, host: a}\nx:\n  <<: *base\n  port: 2\ny:\n  - *base\n";
        let yaml = Yaml::parse(text);
        let top = yaml.documents[0];
        let x = yaml.get(top, "x").unwrap();
        let values: Vec<(&str, &str)> =
            yaml.entries(x).into_iter().map(|(key, _, value)| (key, yaml.text(value).unwrap())).collect();
        assert_eq!(values, [("port", "2"), ("host", "a")]);
        let first = yaml.items(yaml.get(top, "y").unwrap())[0];
        assert_eq!(yaml.get(first, "port").and_then(|port| yaml.number(port)), Some(1));
        let port = yaml.get(first, "port").unwrap();
        assert_eq!(yaml.range(port).slice(text), "1");
        assert!(yaml.problems.is_empty() && yaml.is_mapping(first) && !yaml.is_mapping(port));
    }

    #[test]
    fn documents_are_read_one_by_one() {
        let yaml = Yaml::parse("a: 1\n---\na: 2\n--- \n- é: 3\n");
        assert_eq!(yaml.documents.len(), 3);
        assert_eq!(yaml.get(yaml.documents[1], "a").and_then(|a| yaml.number(a)), Some(2));
        assert!(yaml.problems.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(told("a: 1\nb: 2\na: 3\n"), [("a: 3\n", "the key `a` stands here twice".to_owned())]);
        assert_eq!(told("a: *x\nb: 1\n")[0].1, "there is no anchor `x` before this alias");
        let unclosed = told("a: [1, 2\nb: 3\n");
        assert_eq!(unclosed.len(), 1, "{unclosed:?}");
        assert!(unclosed[0].1.starts_with("invalid YAML: "), "{unclosed:?}");
        assert_eq!(told("é: 1\n\tb: 2\n").len(), 1);
    }

    #[test]
    fn what_stands_before_a_mistake_is_kept() {
        let yaml = Yaml::parse("a: {port: 1}\nb: [\n");
        assert_eq!(yaml.problems.len(), 1);
        assert_eq!(
            yaml.get(yaml.documents[0], "a").and_then(|a| yaml.get(a, "port")).and_then(|p| yaml.number(p)),
            Some(1)
        );
    }

    #[test]
    fn hostile_texts_end() {
        for text in [
            "[".repeat(100_000),
            "- ".repeat(100_000),
            "a: &a [*a]\n".to_owned(),
            "&a {<<: *a, b: *a}\n".to_owned(),
            "x: 1\n".repeat(300_000),
        ] {
            let yaml = Yaml::parse(&text);
            for document in &yaml.documents {
                yaml.entries(*document);
            }
        }
        let mut bomb = String::from("a0: &a0 {x: 1}\n");
        for level in 1..40 {
            bomb.push_str(&format!("a{level}: &a{level} {{<<: [*a{0}, *a{0}]}}\n", level - 1));
        }
        let yaml = Yaml::parse(&bomb);
        let last = yaml.get(yaml.documents[0], "a39").unwrap();
        assert_eq!(yaml.entries(last).len(), 1);
    }
}
