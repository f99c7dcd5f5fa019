//! Where the names of imports are used, and where imports can be put, found on a walk of its own.
//! It must not know what becomes of them.

use std::collections::BTreeMap;

use analyzer_source::TextRange;
use analyzer_syntax::kind::{self, Kind, field};
use analyzer_syntax::{Node, Tier};

use super::{TextEdit, annotations};
use crate::extract::{Limits, with_tree};
use crate::imports::names::{Role, path_end, role};
use crate::walk::{Context, Visit, walk};
use crate::{Position, ScopeId, ScopeKind};

/// When a use needs the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// While the module is imported, or run as a script.
    OnImport,
    /// When a function is called.
    Called,
    /// Never at run time: an annotation.
    Never,
}

/// One use of a watched name.
#[derive(Debug)]
pub(super) struct Site {
    /// The name.
    pub(super) name: String,
    /// Its place: of the first part only.
    pub(super) range: TextRange,
    /// The name with the attributes after it; empty inside a string.
    path: String,
    /// The innermost scope around it.
    pub(super) scope: ScopeId,
    position: Position,
    /// Whether it is inside a string.
    pub(super) quoted: bool,
}

impl Site {
    /// Whether it uses what `path` names, not a sibling of it.
    pub(super) fn leads_to(&self, path: &str) -> bool {
        let below = self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.quoted || below
    }

    /// When it needs the name.
    pub(super) fn when(&self, lazy: bool) -> When {
        let annotation = self.position.has(Position::ANNOTATION);
        if self.position.has(Position::TYPING) || annotation && (lazy || self.quoted) {
            When::Never
        } else if self.position.has(Position::DEFERRED) {
            When::Called
        } else {
            When::OnImport
        }
    }
}

/// The beginning of a block, where a statement can be put.
#[derive(Debug)]
pub(super) struct Place {
    at: u32,
    indent: String,
    /// Whether the block's statements are on the line of its header.
    pub(super) inline: bool,
    /// Whether a blank line sets what is put there off: other code than imports follows at once.
    set_off: bool,
}

impl Place {
    /// Puts statements there, the first one with a comment after it.
    pub(super) fn insert(&self, statements: &[String], comment: Option<&str>, newline: &str) -> TextEdit {
        let mut content = String::new();
        for (at, statement) in statements.iter().enumerate() {
            if self.inline {
                content.push_str(&format!("{statement}; "));
            } else {
                let comment = comment.filter(|_| at == 0).map(|c| format!("  {c}")).unwrap_or_default();
                content.push_str(&format!("{}{statement}{comment}{newline}", self.indent));
            }
        }
        if self.set_off {
            content.push_str(newline);
        }
        TextEdit { range: TextRange::new(self.at, self.at), content }
    }
}

/// Findings of the walk.
#[derive(Default)]
pub(super) struct Found {
    /// Uses in the order of the text.
    pub(super) sites: Vec<Site>,
    /// Whether a watched name is bound, deleted or declared anywhere but by imports.
    pub(super) rebound: bool,
    /// Whether an annotation that uses a name belongs to something that may read it.
    pub(super) observed: bool,
    /// Where the bodies of functions begin, after their docstrings.
    pub(super) bodies: BTreeMap<ScopeId, Place>,
    /// Where the module's first `if TYPE_CHECKING:` begins.
    pub(super) typing_block: Option<Place>,
    /// All comments.
    pub(super) comments: Vec<TextRange>,
}

/// Finds the uses of `watched` in a text that parses.
pub(super) fn find(text: &str, watched: &[&str]) -> Option<Found> {
    let mut finder = Finder { watched, found: Found::default() };
    with_tree(text, Limits::default(), |tree| {
        walk(tree, &mut Context::new(text, Tier::A), &mut finder);
    })?;
    Some(finder.found)
}

struct Finder<'w> {
    watched: &'w [&'w str],
    found: Found,
}

impl Visit<'_> for Finder<'_> {
    fn enter(&mut self, node: &Node, node_kind: Kind, cx: &mut Context) {
        match node_kind {
            kind::COMMENT => self.found.comments.push(cx.range(node)),
            kind::IDENTIFIER => self.identifier(node, cx),
            kind::DOTTED_NAME => self.pattern(node, cx),
            kind::STRING => self.string(node, cx),
            kind::FUNCTION_DEFINITION => {
                // The walk has just opened its scope.
                let scope = (cx.scopes.len() - 1) as ScopeId;
                if let Some(place) = block_of(node, field::BODY, true, cx) {
                    self.found.bodies.insert(scope, place);
                }
            }
            kind::IF_STATEMENT if cx.ancestors.len() == 1 && self.found.typing_block.is_none() => {
                let condition = node.child_by_field_id(field::CONDITION).map_or("", |c| cx.slice(&c));
                if condition == "TYPE_CHECKING" || condition == "typing.TYPE_CHECKING" {
                    self.found.typing_block = block_of(node, field::CONSEQUENCE, false, cx);
                }
            }
            _ => {}
        }
    }
}

impl Finder<'_> {
    fn identifier(&mut self, node: &Node, cx: &Context) {
        let name = cx.slice(node);
        if !self.watched.contains(&name) {
            return;
        }
        let (start, end) = (node.start_byte(), node.end_byte());
        match role(start, cx) {
            Role::Read => {
                let end = path_end(start, end, &cx.ancestors);
                let path = cx.text.get(start..end).unwrap_or("").split_whitespace().collect();
                self.site(node, name, path, cx.position, false, cx);
            }
            Role::Other => {
                let harmless = matches!(
                    cx.parent_kind(),
                    kind::ATTRIBUTE | kind::KEYWORD_ARGUMENT | kind::KEYWORD_PATTERN | kind::ALIASED_IMPORT
                );
                self.found.rebound |= !harmless;
            }
            _ => self.found.rebound = true,
        }
    }

    /// A dotted name outside imports: in a `case`.
    fn pattern(&mut self, node: &Node, cx: &Context) {
        if !matches!(cx.parent_kind(), kind::CASE_PATTERN | kind::CLASS_PATTERN) {
            return;
        }
        let path: String = cx.slice(node).split_whitespace().collect();
        let first = path.split('.').next().unwrap_or("").to_owned();
        if !self.watched.contains(&first.as_str()) {
            return;
        }
        if first == path && cx.parent_kind() == kind::CASE_PATTERN {
            self.found.rebound = true;
        } else {
            self.site(node, &first, path, cx.position, false, cx);
        }
    }

    /// Quoted annotations, and the first argument of `cast`.
    fn string(&mut self, node: &Node, cx: &Context) {
        let annotation = cx.position.has(Position::ANNOTATION);
        let cast = || {
            let [.., call, list] = cx.ancestors.as_slice() else { return false };
            let callee = cx.text.get(call.start..list.start).unwrap_or("");
            list.kind == kind::ARGUMENT_LIST && (callee == "cast" || callee.ends_with(".cast"))
        };
        if !annotation && !cast() {
            return;
        }
        let text = cx.slice(node);
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let mentioned: Vec<&str> = words.filter(|word| self.watched.contains(word)).collect();
        for word in mentioned {
            let position = cx.position.with(Position::ANNOTATION);
            self.site(node, word, String::new(), position, true, cx);
        }
    }

    fn site(
        &mut self,
        node: &Node,
        name: &str,
        path: String,
        position: Position,
        quoted: bool,
        cx: &Context,
    ) {
        let start = node.start_byte() as u32;
        if position.has(Position::ANNOTATION) {
            self.found.observed |= is_observed(cx);
        }
        self.found.sites.push(Site {
            name: name.to_owned(),
            range: TextRange::new(start, start + name.len() as u32),
            path,
            scope: cx.scope,
            position,
            quoted,
        });
    }
}

/// Whether the annotation that the walk is in belongs to something that may read it.
fn is_observed(cx: &Context) -> bool {
    let in_class = cx.scopes.get(cx.scope as usize).is_some_and(|scope| scope.kind == ScopeKind::Class);
    let innermost_class = cx.ancestors.iter().rev().find(|frame| frame.kind == kind::CLASS_DEFINITION);
    let bases = innermost_class.and_then(|class| cx.text.get(class.start..class.end));
    let decorated = cx.ancestors.windows(2).any(|pair| {
        let [outer, inner] = pair else { return false };
        outer.kind == kind::DECORATED_DEFINITION
            && cx.text.get(outer.start..inner.start).is_some_and(annotations::decorators_read)
    });
    decorated || in_class && bases.is_some_and(annotations::bases_read)
}

/// Where a statement can be put at the beginning of a block.
fn block_of(node: &Node, body: u16, docstring: bool, cx: &Context) -> Option<Place> {
    let block = node.child_by_field_id(body)?;
    let mut cursor = node.walk();
    let colons = node.children(&mut cursor).filter(|c| c.kind_id() == kind::COLON);
    let colon = colons.filter(|colon| colon.end_byte() <= block.start_byte()).last()?;
    let mut cursor = block.walk();
    let mut statements = block.named_children(&mut cursor).filter(|child| child.kind_id() != kind::COMMENT);
    let mut first = statements.next()?;
    let mut end = colon.end_byte();
    let is_docstring = |statement: &Node| {
        statement.kind_id() == kind::EXPRESSION_STATEMENT
            && statement.named_child_count() == 1
            && statement.named_child(0).is_some_and(|value| value.kind_id() == kind::STRING)
    };
    if docstring && is_docstring(&first) {
        end = first.end_byte();
        first = statements.next()?;
    }
    let rest = cx.text.get(end..)?;
    let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let tail = rest.get(..line)?.trim();
    let start = first.start_byte();
    if !(tail.is_empty() || tail.starts_with('#')) {
        return Some(Place { at: start as u32, indent: String::new(), inline: true, set_off: false });
    }
    let line_start = cx.text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let indent = cx.text.get(line_start..start)?;
    let blank = indent.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    let follows_blank = rest.get(line..)?.lines().next().is_some_and(|next| next.trim().is_empty());
    let import = matches!(first.kind_id(), kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT);
    blank.then(|| Place {
        at: (end + line) as u32,
        indent: indent.to_owned(),
        inline: false,
        set_off: !import && !follows_blank,
    })
}

/// One step of indentation, as the text's first indented line has it.
pub(super) fn indent_unit(text: &str) -> String {
    let mut lines = text.lines();
    let mut opened = false;
    let unit = lines.find_map(|line| {
        let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        if opened && !indent.is_empty() && !line.trim().is_empty() {
            return Some(indent);
        }
        opened = !line.starts_with([' ', '\t', '#']) && line.trim_end().ends_with(':');
        None
    });
    unit.unwrap_or_else(|| "    ".to_owned())
}
