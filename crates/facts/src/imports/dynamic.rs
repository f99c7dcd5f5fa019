//! Imports that are calls, and calls that extend `sys.path`.
//! It must not cost anything in files that name neither.

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, field};
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::{literals, names, statements};
use crate::model::import::{Import, ImportKind};
use crate::model::projection::{SearchPath, SearchPathBase};
use crate::walk::Context;

/// Names that such calls use, as far as they are known.
#[derive(Default)]
pub(super) struct Dynamic {
    /// Whether the text names a function that imports.
    pub(super) imports: bool,
    /// Whether the text names `sys.path`.
    pub(super) paths: bool,
    /// Variables that stand for one of these functions; none where they are assigned twice.
    functions: FxHashMap<CompactString, Option<CompactString>>,
    /// Variables whose value is a foldable path; none where they are assigned twice.
    folders: FxHashMap<CompactString, Option<SearchPath>>,
}

impl Dynamic {
    /// Looks whether there is anything to find in a text.
    pub(super) fn begin_tree(&mut self, text: &str) {
        self.imports = names_imports(text);
        self.paths = names_paths(text);
    }

    /// Whether there is anything to find in a text.
    pub(super) fn concerns(text: &str) -> bool {
        names_imports(text) || names_paths(text)
    }

    /// Remembers variables that stand for a function that imports, or for a folder.
    pub(super) fn assignment(&mut self, node: &Node, imports: &[Import], cx: &Context) {
        let Some(left) = node.child_by_field_id(field::LEFT) else { return };
        let Some(right) = node.child_by_field_id(field::RIGHT) else { return };
        if left.kind_id() != kind::IDENTIFIER {
            return;
        }
        let name = CompactString::new(cx.slice(&left));
        let function = match right.kind_id() {
            kind::IDENTIFIER | kind::ATTRIBUTE => self.function(cx.slice(&right), imports),
            _ => None,
        };
        let folder = literals::search_path(right, cx, |name| self.folders.get(name).cloned().flatten());
        // A second assignment makes the value unknown.
        let first = !self.functions.contains_key(&name);
        self.functions.insert(name.clone(), function.filter(|_| first));
        let first = !self.folders.contains_key(&name);
        self.folders.insert(name, folder.filter(|_| first));
    }

    /// The import that a call is, if it is one with a literal name.
    pub(super) fn import(&self, call: &Node, imports: &[Import], cx: &Context) -> Option<Import> {
        let function = call.child_by_field_id(field::FUNCTION)?;
        if !matches!(function.kind_id(), kind::IDENTIFIER | kind::ATTRIBUTE) {
            return None;
        }
        let target = self.function(cx.slice(&function), imports)?;
        let arguments = literals::arguments(call, cx);
        let argument = |at: usize, keyword: &str| {
            let named = arguments.keywords.iter().find(|(name, _)| name == keyword).map(|(_, value)| *value);
            named.or_else(|| arguments.positional.get(at).copied())
        };
        let name_node = argument(0, "name")?;
        let name = literals::string(&name_node, cx)?;
        let bare = name.trim_start_matches('.');
        let mut level = u8::try_from(name.len() - bare.len()).ok()?;
        let mut module = CompactString::new(bare);
        if target == "__import__" {
            if let Some(given) = argument(4, "level") {
                level = cx.slice(&given).parse().ok()?;
            }
        } else if level > 0 {
            // Relative names are anchored at the package that is given.
            let package = argument(1, "package")?;
            match literals::string(&package, cx) {
                Some(anchor) => {
                    module = absolute(&anchor, level, bare)?;
                    level = 0;
                }
                None if !matches!(cx.slice(&package), "__package__" | "__name__" | "__spec__.parent") => {
                    return None;
                }
                None => {}
            }
        }
        let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c == '_' || c.is_alphanumeric());
        let anchor_only = module.is_empty() && level > 0;
        if !anchor_only && !module.split('.').all(is_name) {
            return None;
        }
        let mut import = statements::empty(call, ImportKind::Dynamic, cx);
        import.module = module;
        import.level = level;
        import.module_range = cx.range(&name_node);
        Some(import)
    }

    /// The folders that a call adds to `sys.path`.
    pub(super) fn search_paths(&self, call: &Node, cx: &Context) -> Vec<SearchPath> {
        let Some(function) = call.child_by_field_id(field::FUNCTION) else { return Vec::new() };
        let at = match cx.slice(&function) {
            "sys.path.append" | "sys.path.extend" | "site.addsitedir" => 0,
            "sys.path.insert" => 1,
            _ => return Vec::new(),
        };
        let argument = literals::arguments(call, cx).positional.get(at).copied();
        argument.map(|argument| self.folders_of(argument, cx)).unwrap_or_default()
    }

    /// The folders that an assignment adds to `sys.path`, such as `sys.path[:0] = […]`.
    pub(super) fn assigned_paths(&self, node: &Node, cx: &Context) -> Vec<SearchPath> {
        let left = node.child_by_field_id(field::LEFT).map_or("", |left| cx.slice(&left));
        let adds = left == "sys.path" || left.starts_with("sys.path[") && left.contains(':');
        let right = node.child_by_field_id(field::RIGHT).filter(|_| adds);
        right.map(|right| self.folders_of(right, cx)).unwrap_or_default()
    }

    /// The folders that an expression names: one, or those of a list, or of a sum of lists.
    fn folders_of(&self, node: Node, cx: &Context) -> Vec<SearchPath> {
        let (mut found, mut open) = (Vec::new(), vec![node]);
        while let Some(node) = open.pop() {
            let folder = literals::search_path(node, cx, |name| self.folders.get(name).cloned().flatten());
            let sides = [node.child_by_field_id(field::RIGHT), node.child_by_field_id(field::LEFT)];
            match node.kind_id() {
                kind::LIST | kind::TUPLE => {
                    let mut cursor = node.walk();
                    let children: Vec<Node> = node.named_children(&mut cursor).collect();
                    open.extend(children.into_iter().rev());
                }
                kind::BINARY_OPERATOR if folder.is_none() => open.extend(sides.into_iter().flatten()),
                _ => found.extend(folder),
            }
        }
        found.retain(|path| path.base == SearchPathBase::FileFolder || !path.path.is_empty());
        found
    }

    /// Which function that imports an expression stands for: `import_module` or `__import__`.
    fn function(&self, expression: &str, imports: &[Import]) -> Option<CompactString> {
        if let Some(known) = self.functions.get(expression) {
            return known.clone();
        }
        let (first, rest) = match expression.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (expression, None),
        };
        let mut full = None;
        for import in imports.iter().rev().filter(|import| import.level == 0) {
            match import.kind {
                ImportKind::Plain if names::plain_binding(import) == first => {
                    full = Some(import.alias.as_ref().map_or(first, |_| import.module.as_str()).to_owned());
                }
                ImportKind::From => {
                    let name = import.names.iter().find(|n| n.alias.as_ref().unwrap_or(&n.name) == first);
                    full = name.map(|name| format!("{}.{}", import.module, name.name));
                }
                _ => {}
            }
            if full.is_some() {
                break;
            }
        }
        let path = match (full, rest) {
            (Some(full), Some(rest)) => format!("{full}.{rest}"),
            (Some(full), None) => full,
            (None, _) => expression.to_owned(),
        };
        match path.as_str() {
            "importlib.import_module" => Some(CompactString::const_new("import_module")),
            "__import__" | "builtins.__import__" | "importlib.__import__" => {
                Some(CompactString::const_new("__import__"))
            }
            _ => None,
        }
    }
}

fn names_imports(text: &str) -> bool {
    has(text, "import_module") || has(text, "__import__")
}

fn names_paths(text: &str) -> bool {
    has(text, "sys.path") || has(text, "site.addsitedir")
}

fn has(text: &str, word: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// The absolute name of a relative one, seen from a package.
fn absolute(package: &str, level: u8, name: &str) -> Option<CompactString> {
    let mut anchor = package;
    for _ in 1..level {
        anchor = anchor.rsplit_once('.')?.0;
    }
    if name.is_empty() { Some(anchor.into()) } else { Some(format_compact!("{anchor}.{name}")) }
}
