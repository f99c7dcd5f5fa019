//! Where a module's imports end, for code that has to be added after them: seen on the walk.
//! It must not know what is added, nor other collectors.

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind};

use crate::ImportSite;
use crate::walk::Context;

/// The beginning of a file: its docstring and its first run of imports.
#[derive(Default)]
pub(crate) struct HeadCollector {
    /// End of the docstring or of the last import of the first run of imports.
    end: u32,
    /// Whether something else was seen.
    ended: bool,
    statements: u32,
    /// The modules that `import x` names in the run, as far as it has no alias.
    plain: Vec<TextRange>,
}

impl HeadCollector {
    /// Sees a node before its children.
    #[inline]
    pub(crate) fn enter(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        if !self.ended && cx.ancestors.len() == 1 && node_kind != kind::COMMENT {
            self.top_level(node, node_kind, cx);
        }
    }

    fn top_level(&mut self, node: &Node, node_kind: Kind, cx: &Context) {
        let docstring = self.statements == 0
            && node_kind == kind::EXPRESSION_STATEMENT
            && node.named_child(0).is_some_and(|value| value.kind_id() == kind::STRING);
        let import = matches!(
            node_kind,
            kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT | kind::FUTURE_IMPORT_STATEMENT
        );
        self.statements += 1;
        if !docstring && !import {
            self.ended = true;
            return;
        }
        self.end = cx.range(node).end;
        if node_kind == kind::IMPORT_STATEMENT {
            let mut cursor = node.walk();
            let modules =
                node.named_children(&mut cursor).filter(|child| child.kind_id() == kind::DOTTED_NAME);
            self.plain.extend(modules.map(|child| cx.range(&child)));
        }
    }

    /// Whether the run has `import module`.
    pub(crate) fn imports(&self, module: &str, text: &str) -> bool {
        self.plain.iter().any(|range| range.slice(text) == module)
    }

    /// Where lines may be added; none where the run's last line goes on with something else.
    pub(crate) fn site(&self, text: &str) -> Option<ImportSite> {
        let rest = text.get(self.end as usize..)?;
        let at = if self.end == 0 {
            // Behind the leading comments: `#!`, the encoding, a licence.
            let comments = rest.split_inclusive('\n').take_while(|line| line.starts_with('#'));
            let length = comments.map(str::len).sum::<usize>();
            if length > 0 && !rest[..length].ends_with('\n') {
                return None;
            }
            length
        } else {
            let line = rest.find('\n')? + 1;
            // A second statement on the line of the last import would be torn from it.
            let tail = rest.get(..line)?.trim();
            if !(tail.is_empty() || tail.starts_with('#')) {
                return None;
            }
            self.end as usize + line
        };
        let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
        let blank = text.get(at..)?.trim_start_matches('\r').starts_with('\n');
        Some(ImportSite { at: at as u32, blank, crlf })
    }
}
