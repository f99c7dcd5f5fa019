//! The attributes that are read from names which imports bind: what a file takes from modules that it imports whole.
//! It must not know which of the names are modules.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::names::plain_binding;
use crate::model::import::{AttributeUse, Import, ImportKind};
use crate::walk::Context;

/// Dotted paths that are read; only at the end is it known which begin with an imported name.
#[derive(Default)]
pub(super) struct AttributePaths(FxHashSet<CompactString>);

impl AttributePaths {
    /// A name with attributes is read.
    #[inline]
    pub(super) fn read(&mut self, path: &str, cx: &Context) {
        let name = path.split(['.', ' ', '\t', '\n', '\r', '#']).next().unwrap_or("");
        if cx.interest.as_ref().is_some_and(|interest| !interest.has(name.as_bytes())) {
            return;
        }
        if !self.0.contains(path) {
            self.0.insert(path.into());
        }
    }

    /// A name with attributes is reached in another way than by code that reads it.
    pub(super) fn add(&mut self, path: &str) {
        self.0.insert(path.into());
    }

    /// The attributes by import, sorted.
    pub(super) fn finish(self, imports: &[Import]) -> Vec<AttributeUse> {
        let mut by_root: FxHashMap<CompactString, Vec<CompactString>> = FxHashMap::default();
        let mut paths: Vec<CompactString> = self.0.into_iter().collect();
        paths.sort_unstable();
        for path in paths {
            // Parts can be parted by spaces, line ends and comments, which are no part of a name.
            let mut parts = path.split('.').map(|part| part.split_whitespace().next().unwrap_or(""));
            let root = CompactString::new(parts.next().unwrap_or(""));
            by_root.entry(root).or_default().extend(parts.map(CompactString::new));
        }
        let mut found = Vec::new();
        let mut add = |bound: &str, import: usize, name: Option<usize>| {
            let attributes = by_root.get(bound).into_iter().flatten();
            found.extend(attributes.map(|attribute| AttributeUse {
                import: import as u32,
                name: name.map(|at| at as u16),
                attribute: attribute.clone(),
            }));
        };
        for (index, import) in imports.iter().enumerate() {
            match import.kind {
                ImportKind::Dynamic => {}
                ImportKind::Plain => add(plain_binding(import), index, None),
                ImportKind::From => {
                    for (at, name) in import.names.iter().enumerate() {
                        add(name.alias.as_ref().unwrap_or(&name.name), index, Some(at));
                    }
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
