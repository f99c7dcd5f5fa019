//! Types that are written in quotes or comments: the names in them are read, although no expression holds them.
//! It must not know what the names stand for.

use analyzer_syntax::Node;
use analyzer_syntax::kind;

use super::names::hash;
use super::{ImportCollector, literals};
use crate::Position;
use crate::walk::Context;

/// Generic types whose arguments can be types in quotes, at any place.
pub(super) const QUOTING_GENERICS: [&str; 27] = [
    "Annotated",
    "AsyncGenerator",
    "AsyncIterable",
    "AsyncIterator",
    "Awaitable",
    "Callable",
    "ClassVar",
    "Collection",
    "Coroutine",
    "DefaultDict",
    "Deque",
    "Dict",
    "Final",
    "FrozenSet",
    "Generator",
    "Iterable",
    "Iterator",
    "List",
    "Mapping",
    "MutableMapping",
    "Optional",
    "Sequence",
    "Set",
    "Tuple",
    "Type",
    "TypeAlias",
    "Union",
];

/// Calls that make types, of types in quotes.
pub(super) const QUOTING_CALLS: [&str; 3] = ["NewType", "TypeAliasType", "TypeVar"];

/// Whether a text may quote types after generic types or in calls that make types.
pub(super) fn has_quoted_types(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"typing").is_some()
        || memchr::memmem::find(text.as_bytes(), b"collections.abc").is_some()
}

/// How comments begin that annotate.
const TYPE_COMMENT: &str = "type:";

/// Whether a text may hold comments that annotate.
pub(super) fn has_type_comments(text: &str) -> bool {
    let comments = memchr::memmem::find_iter(text.as_bytes(), TYPE_COMMENT).map(|at| text.split_at(at));
    let annotates = |(before, after): (&str, &str)| {
        let ignored =
            after.get(TYPE_COMMENT.len()..).is_some_and(|rest| rest.trim_start().starts_with("ignore"));
        before.trim_end().ends_with('#') && !ignored
    };
    comments.into_iter().any(annotates)
}

impl ImportCollector {
    /// Quoted annotations, and the first argument of `cast`.
    pub(super) fn string(&mut self, node: &Node, cx: &Context) {
        let annotation = cx.position.has(Position::ANNOTATION);
        if !annotation && cx.parent_kind() != kind::ARGUMENT_LIST {
            return;
        }
        if !annotation {
            let [.., call, list] = cx.ancestors.as_slice() else { return };
            let callee = cx.text.get(call.start..list.start).unwrap_or("");
            let is_cast = callee == "cast" || callee.ends_with(".cast");
            if !is_cast || cx.text.get(list.start + 1..node.start_byte()).is_none_or(|t| !t.trim().is_empty())
            {
                return;
            }
        }
        let Some(text) = literals::plain(cx.slice(node)) else { return };
        self.annotation(text, cx);
    }

    /// Types in quotes, after a generic type or in a call that makes a type, which need not be annotations.
    pub(super) fn quoted_types(&mut self, node: &Node, open: u8, names: &[&str], cx: &Context) {
        if !self.quotes_types {
            return;
        }
        let text = cx.slice(node);
        let Some(at) = memchr::memchr(open, text.as_bytes()) else { return };
        let (callee, mut rest) = text.split_at(at);
        let last = callee.rsplit('.').next().unwrap_or(callee).trim();
        if !names.contains(&last) {
            return;
        }
        while let Some(start) = memchr::memchr2(b'"', b'\'', rest.as_bytes()) {
            let quote = if rest.as_bytes().get(start) == Some(&b'"') { '"' } else { '\'' };
            let Some((quoted, behind)) = rest.get(start + 1..).and_then(|rest| rest.split_once(quote)) else {
                return;
            };
            self.annotation(quoted, cx);
            rest = behind;
        }
    }

    /// `# type: …` annotates the code in front of it.
    pub(super) fn comment(&mut self, node: &Node, cx: &Context) {
        let text = cx.slice(node).trim_start_matches('#').trim_start();
        if let Some(text) = text.strip_prefix(TYPE_COMMENT)
            && !text.trim_start().starts_with("ignore")
        {
            self.annotation(text, cx);
        }
    }

    /// The text of an annotation that is not code: its names are read.
    fn annotation(&mut self, text: &str, cx: &Context) {
        let position = cx.position.with(Position::ANNOTATION);
        let mut behind_dot = false;
        for word in text.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_')) {
            let name = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '_'));
            if !name.is_empty() && !behind_dot {
                self.occurrences.read(hash(name), cx.scope, position);
                self.twins.read(hash(name), name, false);
            }
            behind_dot = word.ends_with('.');
        }
    }
}
