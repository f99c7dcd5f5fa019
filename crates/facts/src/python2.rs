//! Statements of Python 2 that the grammar still reads, with what makes each Python 3. It must not know other collectors.

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use compact_str::{CompactString, format_compact};

use crate::walk::Context;
use crate::{Python2, Python2Form, Rewrite};

/// Collects them on the walk.
#[derive(Default)]
pub(crate) struct Python2Collector {
    /// In the order of the text.
    pub(crate) found: Vec<Python2>,
}

impl Python2Collector {
    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        let found = match node_kind {
            kind::PRINT_STATEMENT => print(node, cx),
            kind::EXEC_STATEMENT => exec(node, cx),
            kind::EXCEPT_CLAUSE => except(node, cx),
            _ => return,
        };
        self.found.extend(found);
    }
}

/// The nodes below a field, in order.
fn all<'t>(node: &Node<'t>, field_id: u16) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_id(field_id, &mut cursor).collect()
}

fn found(
    form: Python2Form,
    range: TextRange,
    rewrites: &[(usize, usize, CompactString)],
    cx: &Context,
) -> Python2 {
    let rewrite = |(start, end, content): &(usize, usize, CompactString)| Rewrite {
        range: cx.file_range(*start, *end),
        content: content.clone(),
    };
    Python2 { form, range, rewrites: rewrites.iter().map(rewrite).collect(), tier: cx.tier() }
}

/// `print a, b` → `print(a, b)`; a comma at the end keeps the line open, `>>f` writes to a file.
fn print(node: &Node, cx: &Context) -> Option<Python2> {
    let word = node.child(0)?.end_byte();
    let arguments = all(node, field::ARGUMENT);
    let chevron = node.child(1).filter(|child| child.kind_id() == kind::CHEVRON);
    let file = chevron.and_then(|chevron| chevron.named_child(0));
    let comma = node.child(node.child_count().checked_sub(1)?)?.kind_id() == kind::COMMA;
    let mut tail = String::new();
    if comma {
        tail.push_str(", end=\" \"");
    }
    if let Some(file) = file {
        let separator = if arguments.is_empty() { "" } else { ", " };
        tail.push_str(&format!("{separator}file={}", cx.slice(&file)));
    }
    tail.push(')');
    let first = arguments.first().map_or(word, Node::start_byte);
    let last = arguments.last().map_or(first, Node::end_byte);
    let open = if arguments.is_empty() { node.end_byte() } else { first };
    let rewrites = if arguments.is_empty() {
        vec![(word, open, format_compact!("({tail}"))]
    } else {
        vec![(word, open, CompactString::const_new("(")), (last, node.end_byte(), CompactString::from(tail))]
    };
    let form = if chevron.is_some() { Python2Form::PrintTo } else { Python2Form::Print };
    Some(found(form, cx.range(node), &rewrites, cx))
}

/// `exec code in names` → `exec(code, names)`.
fn exec(node: &Node, cx: &Context) -> Option<Python2> {
    let word = node.child(0)?.end_byte();
    let code = node.child_by_field_id(field::CODE)?;
    let mut rewrites = vec![(word, code.start_byte(), CompactString::const_new("("))];
    if let Some(names) = node.child(3) {
        rewrites.push((code.end_byte(), names.start_byte(), CompactString::const_new(", ")));
    }
    rewrites.push((node.end_byte(), node.end_byte(), CompactString::const_new(")")));
    Some(found(Python2Form::Exec, cx.range(node), &rewrites, cx))
}

/// `except X, e` → `except X as e`. Since 3.14 `except A, B` catches both; a class begins with a capital letter.
fn except(node: &Node, cx: &Context) -> Option<Python2> {
    let values = all(node, field::VALUE);
    let [class, name] = values.as_slice() else { return None };
    let lower = cx.slice(name).starts_with(|c: char| c == '_' || c.is_lowercase());
    if name.kind_id() != kind::IDENTIFIER
        || !lower
        || cx.slice(class).starts_with(|c: char| c.is_lowercase()) && is_name(class)
    {
        return None;
    }
    let range = TextRange::new(cx.range(node).start, cx.range(name).end);
    let rewrite = (class.end_byte(), name.start_byte(), CompactString::const_new(" as "));
    Some(found(Python2Form::Except, range, &[rewrite], cx))
}

fn is_name(node: &Node) -> bool {
    node.kind_id() == kind::IDENTIFIER
}
