//! Import statements to imports: every form, absolute and relative.
//! It must not know what the imported names mean elsewhere.

use analyzer_source::TextRange;
use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use compact_str::CompactString;

use crate::Position;
use crate::model::import::{Import, ImportKind, ImportedName, Uses};
use crate::walk::Context;

/// The imports of a statement: one for each module that it names.
pub(super) fn read(node: &Node, node_kind: Kind, cx: &Context) -> Vec<Import> {
    match node_kind {
        kind::IMPORT_STATEMENT => plain(node, cx),
        kind::FUTURE_IMPORT_STATEMENT => {
            let at = node.start_byte() + cx.slice(node).find("__future__").unwrap_or(0);
            let mut import = empty(node, ImportKind::From, cx);
            import.module = CompactString::const_new("__future__");
            import.module_range = cx.file_range(at, at + "__future__".len());
            import.names = names(node, cx);
            vec![import]
        }
        _ => from(node, cx),
    }
}

/// An import of nothing, at the current place.
pub(super) fn empty(node: &Node, import_kind: ImportKind, cx: &Context) -> Import {
    let range = cx.range(node);
    let position = if cx.is_lazy(range) { cx.position.with(Position::DEFERRED) } else { cx.position };
    Import {
        kind: import_kind,
        module: CompactString::default(),
        level: 0,
        names: Vec::new(),
        star: false,
        alias: None,
        uses: Uses::default(),
        range,
        module_range: range,
        position,
        called: false,
        scope: cx.scope,
        tier: cx.tier(),
    }
}

fn plain(node: &Node, cx: &Context) -> Vec<Import> {
    let mut cursor = node.walk();
    let entries = node.children_by_field_id(field::NAME, &mut cursor).filter_map(|entry| {
        let (name, alias, _) = entry_of(&entry, cx)?;
        let mut import = empty(node, ImportKind::Plain, cx);
        import.module = dotted(&name, cx);
        import.module_range = cx.range(&name);
        import.alias = alias;
        Some(import)
    });
    entries.filter(|import| !import.module.is_empty()).collect()
}

fn from(node: &Node, cx: &Context) -> Vec<Import> {
    let Some(module) = node.child_by_field_id(field::MODULE_NAME) else { return Vec::new() };
    let mut import = empty(node, ImportKind::From, cx);
    import.module_range = cx.range(&module);
    let compact = dotted(&module, cx);
    let name = compact.trim_start_matches('.');
    import.level = u8::try_from(compact.len() - name.len()).unwrap_or(u8::MAX);
    import.module = name.into();
    import.names = names(node, cx);
    if import.names.is_empty() {
        let mut cursor = node.walk();
        import.star = node.children(&mut cursor).any(|child| child.kind_id() == kind::WILDCARD_IMPORT);
    }
    let nothing = import.module.is_empty() && import.level == 0;
    if nothing || (import.names.is_empty() && !import.star && module.is_missing()) {
        return Vec::new();
    }
    vec![import]
}

fn names(node: &Node, cx: &Context) -> Vec<ImportedName> {
    let mut cursor = node.walk();
    let entries = node.children_by_field_id(field::NAME, &mut cursor);
    let entries = entries.filter_map(|entry| {
        let (name, alias, range) = entry_of(&entry, cx)?;
        Some(ImportedName { name: dotted(&name, cx), alias, range, uses: Uses::default() })
    });
    entries.filter(|entry| !entry.name.is_empty()).collect()
}

/// The dotted name, the alias, and the place of one entry of an import statement.
fn entry_of<'t>(entry: &Node<'t>, cx: &Context) -> Option<(Node<'t>, Option<CompactString>, TextRange)> {
    if entry.kind_id() != kind::ALIASED_IMPORT {
        return Some((*entry, None, cx.range(entry)));
    }
    let name = entry.child_by_field_id(field::NAME)?;
    let alias = entry.child_by_field_id(field::ALIAS)?;
    let alias = Some(CompactString::new(cx.slice(&alias))).filter(|alias| !alias.is_empty());
    Some((name, alias, cx.range(entry)))
}

/// The text of a dotted name without the spaces, line ends and comments that may be around its dots.
fn dotted(node: &Node, cx: &Context) -> CompactString {
    let text = cx.slice(node);
    let plain = |byte: u8| byte == b'.' || byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii();
    if text.bytes().all(plain) {
        return text.into();
    }
    text.chars().filter(|c| *c == '.' || *c == '_' || c.is_alphanumeric()).collect()
}
