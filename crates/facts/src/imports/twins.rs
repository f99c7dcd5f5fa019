//! Submodules of one package that are imported whole: `import a.b` and `import a.c` bind the same name, and code shows by the path
//! after it which of the two it uses. It must not know what the paths lead to.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::names::hash;
use crate::model::import::{Import, ImportKind, Uses};

/// Names that plain imports with dots bind, as far as they are known.
#[derive(Default)]
pub(super) struct Twins {
    /// Their hashes.
    names: FxHashSet<u64>,
    /// Those of them that are read alone, or in a way that shows no path.
    whole: FxHashSet<u64>,
    /// The paths that are read.
    paths: FxHashSet<CompactString>,
}

impl Twins {
    /// An import; `known`: whether its name was read before.
    pub(super) fn import(&mut self, import: &Import, known: impl Fn(u64) -> bool) {
        if import.kind == ImportKind::Plain && import.alias.is_none() && import.module.contains('.') {
            let name = hash(first(&import.module));
            if self.names.insert(name) && known(name) {
                self.whole.insert(name);
            }
        }
    }

    /// A name is read, as the first part of a path if that has dots.
    #[inline]
    pub(super) fn read(&mut self, name: u64, path: &str, dotted: bool) {
        if self.names.is_empty() || !self.names.contains(&name) {
            return;
        }
        if dotted {
            self.paths.insert(path.chars().filter(|c| !c.is_whitespace()).collect());
        } else {
            self.whole.insert(name);
        }
    }

    /// Takes the uses away from imports of which no path says anything, where others bind the same name in the same scope.
    pub(super) fn part(self, imports: &mut [Import]) {
        let mut groups: BTreeMap<(u32, CompactString), Vec<usize>> = BTreeMap::new();
        for (at, import) in imports.iter().enumerate() {
            if import.kind == ImportKind::Plain && import.alias.is_none() {
                groups.entry((import.scope, first(&import.module).into())).or_default().push(at);
            }
        }
        for ((_, name), group) in groups {
            if group.len() < 2 || self.whole.contains(&hash(&name)) || !self.names.contains(&hash(&name)) {
                continue;
            }
            let mut paths = self.paths.iter().filter(|path| first(path) == name.as_str());
            // A comment between the parts hides the path.
            if paths.any(|path| path.contains('#')) {
                continue;
            }
            let meant = |module: &str| {
                let of = |path: &&CompactString| first(path) == name.as_str();
                self.paths
                    .iter()
                    .filter(of)
                    .any(|path| module.split('.').zip(path.split('.')).all(|(one, other)| one == other))
            };
            for at in group {
                let Some(import) = imports.get_mut(at) else { continue };
                let plain = !import.uses.exported && !import.uses.quoted;
                if plain && import.uses.any() && !meant(&import.module) {
                    import.uses = Uses { global: import.uses.global, ..Uses::default() };
                }
            }
        }
    }
}

fn first(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}
