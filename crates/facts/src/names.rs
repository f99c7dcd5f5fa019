//! Targets of imported names, the scopes that a scope sees, and the parameters of a function.
//! It must not know what any collector does with names.

use std::borrow::Cow;

use analyzer_syntax::Node;
use analyzer_syntax::kind::{self, Kind, field};
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use crate::walk::Context;
use crate::{Scope, ScopeId, ScopeKind};

/// Longest dotted path that is resolved, in bytes.
pub(crate) const LONGEST_PATH: usize = 200;

/// A name that an import binds.
pub(crate) struct Imported<'a> {
    /// The name.
    pub(crate) bound: &'a str,
    /// The full dotted target; relative imports keep their leading dots.
    pub(crate) target: CompactString,
}

/// The targets of the names that a file's imports bind.
#[derive(Default)]
pub(crate) struct ImportNames {
    by_name: FxHashMap<CompactString, Vec<(ScopeId, CompactString)>>,
    /// Modules whose names all are imported.
    stars: Vec<CompactString>,
}

impl ImportNames {
    /// Records an import statement; each name that it binds is shown to `seen`.
    pub(crate) fn record<'a>(
        &mut self,
        node: &Node,
        node_kind: Kind,
        scope: ScopeId,
        cx: &Context<'a>,
        mut seen: impl FnMut(&Imported<'a>),
    ) {
        let module_node = node.child_by_field_id(field::MODULE_NAME);
        let module = module_node.map_or("", |module| cx.slice(&module));
        if node_kind == kind::IMPORT_FROM_STATEMENT && module.is_empty() {
            return;
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind_id() == kind::WILDCARD_IMPORT {
                self.stars.push(module.into());
                continue;
            }
            let is_name = matches!(child.kind_id(), kind::DOTTED_NAME | kind::ALIASED_IMPORT);
            if !is_name || module_node.is_some_and(|module| module == child) {
                continue;
            }
            let (name, alias) = if child.kind_id() == kind::ALIASED_IMPORT {
                let (Some(name), Some(alias)) =
                    (child.child_by_field_id(field::NAME), child.child_by_field_id(field::ALIAS))
                else {
                    continue;
                };
                (cx.slice(&name), Some(cx.slice(&alias)))
            } else {
                (cx.slice(&child), None)
            };
            let (bound, target) = if module.is_empty() {
                let root = name.split('.').next().unwrap_or(name);
                alias.map_or((root, CompactString::new(root)), |alias| (alias, CompactString::new(name)))
            } else {
                (alias.unwrap_or(name), format_compact!("{module}.{name}"))
            };
            let imported = Imported { bound, target };
            seen(&imported);
            self.by_name.entry(bound.into()).or_default().push((scope, imported.target));
        }
    }

    /// Import target of a name, wherever in the file; the last import wins.
    pub(crate) fn target(&self, name: &str) -> Option<&str> {
        self.by_name.get(name)?.last().map(|(_, target)| target.as_str())
    }

    /// Target of the import of `name` by `scope` itself.
    pub(crate) fn target_in(&self, name: &str, scope: ScopeId) -> Option<&str> {
        let found = self.by_name.get(name)?.iter().rev().find(|(at, _)| *at == scope);
        found.map(|(_, target)| target.as_str())
    }

    /// Modules whose names all are imported, in the order of the text.
    pub(crate) fn stars(&self) -> &[CompactString] {
        &self.stars
    }

    /// A dotted path with its first name replaced by what it was imported as.
    pub(crate) fn resolve<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if path.len() > LONGEST_PATH {
            return path.into();
        }
        let (root, rest) = path.split_once('.').unwrap_or((path, ""));
        match self.target(root) {
            Some(target) if target != root && rest.is_empty() => target.to_string().into(),
            Some(target) if target != root => format!("{target}.{rest}").into(),
            _ => path.into(),
        }
    }
}

/// The scopes whose names code in `scope` sees, innermost first; classes only see themselves.
pub(crate) fn visible(scope: ScopeId, scopes: &[Scope]) -> Vec<ScopeId> {
    let mut out = vec![scope];
    let mut at = scope;
    while at != 0 {
        let Some(found) = scopes.get(at as usize) else { break };
        at = found.parent;
        let is_class = scopes.get(at as usize).is_some_and(|s| s.kind == ScopeKind::Class);
        if !is_class {
            out.push(at);
        }
    }
    out
}
