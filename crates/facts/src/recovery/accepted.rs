//! Code that the grammar accepts and Python does not: missing bodies, indentation that does not fit, statements of
//! Python 2. Collected on the walk. It must not know other collectors.

use analyzer_source::TextRange;
use analyzer_syntax::kind::{self, Kind};
use analyzer_syntax::{Node, logical_line_end};

use crate::model::file::SyntaxProblem;
use crate::walk::{Context, Frame};

/// A block on the way.
#[derive(Default)]
struct OpenBlock {
    /// The blanks before its first statement that starts a line.
    indentation: Option<(usize, usize)>,
    /// Whether it has a statement.
    filled: bool,
}

/// Finds the first such place of a file.
#[derive(Default)]
pub(crate) struct AcceptedCollector {
    /// The first problem, by offset.
    pub(crate) problem: Option<SyntaxProblem>,
    /// Whether there is one besides statements of Python 2.
    beyond_python2: bool,
    blocks: Vec<OpenBlock>,
}

impl AcceptedCollector {
    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node, kind: Kind, cx: &mut Context) {
        let parent = cx.parent_kind();
        if matches!(parent, kind::BLOCK | kind::MODULE) && node.is_named() && kind != kind::COMMENT {
            self.statement(node, cx);
        }
        if kind == kind::BLOCK || kind == kind::DECORATOR {
            self.header(node, kind, cx);
        }
        match kind {
            kind::BLOCK | kind::MODULE => self.blocks.push(OpenBlock::default()),
            kind::EXCEPT_CLAUSE | kind::ELSE_CLAUSE | kind::ELIF_CLAUSE | kind::FINALLY_CLAUSE => {
                self.clause(node, cx);
            }
            // `print >> f, x` is a tuple of Python 3.
            kind::PRINT_STATEMENT if node.child(1).is_none_or(|second| second.kind_id() != kind::CHEVRON) => {
                self.report_first(cx.range(node), "Python 2 print statement");
            }
            kind::TRY_STATEMENT => {
                let mut cursor = node.walk();
                let is_handler =
                    |child: Node| matches!(child.kind_id(), kind::EXCEPT_CLAUSE | kind::FINALLY_CLAUSE);
                if !node.children(&mut cursor).any(is_handler) {
                    self.report(cx.range(node), NO_HANDLER);
                }
            }
            kind::EXEC_STATEMENT => self.report_first(cx.range(node), "Python 2 exec statement"),
            _ => {}
        }
    }

    /// Sees a node after its children.
    #[inline]
    pub(crate) fn leave(&mut self, frame: &Frame, cx: &mut Context) {
        if !matches!(frame.kind, kind::BLOCK | kind::MODULE) {
            return;
        }
        let Some(block) = self.blocks.pop() else { return };
        if frame.kind == kind::MODULE || block.filled {
            return;
        }
        let Some(header) = cx.ancestors.last() else { return };
        let text = cx.text.get(header.start..header.end).unwrap_or("");
        let word = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let line = text.find('\n').unwrap_or(text.len());
        let range = cx.file_range(header.start, header.start + line);
        let message = format!("expected an indented block after `{}`", &text[..word]);
        self.report(range, &message);
    }

    fn statement(&mut self, node: &Node, cx: &Context) {
        let start = node.start_byte();
        let text = cx.slice(node);
        if !is_compound(node.kind_id()) && memchr::memchr(b'\n', text.as_bytes()).is_some() {
            let text = text.trim_end();
            let end = logical_line_end(text);
            if end < text.len() {
                self.report(cx.file_range(start + end, start + end), LINE_END);
                return;
            }
        }
        let Some(block) = self.blocks.last_mut() else { return };
        let is_first = !std::mem::replace(&mut block.filled, true);
        let Some(line) = start_of_blanks(cx.text, start) else { return };
        let blanks = cx.text.get(line..start).unwrap_or("");
        match block.indentation {
            None => block.indentation = Some((line, start)),
            Some((from, to)) => {
                let expected = cx.text.get(from..to).unwrap_or("");
                if blanks != expected && !same_indentation(blanks, expected) {
                    self.report(cx.range(node), message(width(blanks) > width(expected)));
                }
                return;
            }
        }
        let at_module = is_first && cx.parent_kind() == kind::MODULE;
        if at_module && !same_indentation(blanks.trim_start_matches('\u{feff}'), "") {
            self.report(cx.range(node), message(true));
        }
    }

    /// A header ends with its line.
    fn header(&mut self, node: &Node, kind: Kind, cx: &Context) {
        let (start, end) = match cx.ancestors.last() {
            Some(parent) if kind == kind::BLOCK => (parent.start, node.start_byte()),
            _ => (node.start_byte(), node.end_byte()),
        };
        let text = cx.text.get(start..end).unwrap_or("").trim_end();
        if memchr::memchr(b'\n', text.as_bytes()).is_none() {
            return;
        }
        let line = logical_line_end(text);
        let is_over = kind == kind::BLOCK && code_end(&text[..line]) == Some(b':');
        if line < text.len() && !is_over {
            self.report(cx.file_range(start + line, start + line), LINE_END);
        }
    }

    /// A clause is below the keyword that it continues.
    fn clause(&mut self, node: &Node, cx: &Context) {
        let Some(parent) = cx.ancestors.last() else { return };
        let start = node.start_byte();
        let Some(line) = start_of_blanks(cx.text, start) else { return };
        let blanks = cx.text.get(line..start).unwrap_or("");
        let Some(parent_line) = start_of_blanks(cx.text, parent.start) else { return };
        let expected = cx.text.get(parent_line..parent.start).unwrap_or("");
        if blanks != expected && !same_indentation(blanks, expected) {
            self.report(cx.range(node), message(width(blanks) > width(expected)));
        }
    }

    /// Whether statements of Python 2 are all that was found.
    pub(crate) const fn only_python2(&self) -> bool {
        !self.beyond_python2
    }

    fn report(&mut self, range: TextRange, message: &str) {
        self.beyond_python2 = true;
        self.report_first(range, message);
    }

    fn report_first(&mut self, range: TextRange, message: &str) {
        if self.problem.as_ref().is_none_or(|first| range.start < first.range.start) {
            self.problem = Some(SyntaxProblem { range, message: message.to_owned() });
        }
    }
}

/// Message for a `try` that nothing follows.
pub(super) const NO_HANDLER: &str = "expected `except` or `finally` after `try`";
/// Message for a line break inside a statement.
pub(super) const LINE_END: &str = "the statement is not finished at the end of its line";

/// The beginning of the line that holds an offset, if only blanks are between the two. It looks no further than these:
/// a line may be as long as the file.
fn start_of_blanks(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?.trim_end_matches([' ', '\t', '\x0c', '\u{feff}']);
    (before.is_empty() || before.ends_with('\n')).then_some(before.len())
}

/// The last byte of a logical line that belongs to no comment.
fn code_end(line: &str) -> Option<u8> {
    let last = line.rfind('\n').map_or(0, |at| at + 1);
    // A `#` inside a string of the header is taken for a comment as well, so both readings are tried.
    let whole = line.trim_end().bytes().last();
    let without = line[last..].find('#').and_then(|at| line[last..last + at].trim_end().bytes().last());
    if whole == Some(b':') { whole } else { without.or(whole) }
}

fn is_compound(kind: Kind) -> bool {
    matches!(
        kind,
        kind::IF_STATEMENT
            | kind::FOR_STATEMENT
            | kind::WHILE_STATEMENT
            | kind::TRY_STATEMENT
            | kind::WITH_STATEMENT
            | kind::MATCH_STATEMENT
            | kind::FUNCTION_DEFINITION
            | kind::CLASS_DEFINITION
            | kind::DECORATED_DEFINITION
            | kind::CASE_CLAUSE
            | kind::ERROR
    )
}

fn message(deeper: bool) -> &'static str {
    if deeper { "unexpected indent" } else { "unindent does not match any outer indentation level" }
}

/// Columns with tabs as wide as 8, and as wide as 1; Python compares both.
fn width(blanks: &str) -> (usize, usize) {
    blanks.chars().fold((0, 0), |(wide, narrow), c| match c {
        '\t' => ((wide / 8 + 1) * 8, narrow + 1),
        '\x0c' => (0, 0),
        '\u{feff}' => (wide, narrow),
        _ => (wide + 1, narrow + 1),
    })
}

fn same_indentation(one: &str, other: &str) -> bool {
    width(one) == width(other)
}
