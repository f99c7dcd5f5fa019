//! The modules around an import, for who looks at one. It must not know how they are shown.

use crate::Engine;
use crate::cycles::cycles;
use crate::graph::{edges, file_of, module_index};
use crate::mirrors::live_files;
use analyzer_project::FileId;

/// A module, and those that it is tied to by imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbours {
    /// Its dotted name.
    pub name: String,
    /// The modules of the project that it imports, sorted.
    pub imports: Vec<String>,
    /// The modules of the project that import it, sorted.
    pub importers: Vec<String>,
    /// How many modules the cycle has that it lies on while it is imported.
    pub cycle: Option<usize>,
}

impl Engine {
    /// The modules of the project that an import of a file leads to; `import` is its index among the facts.
    #[must_use]
    pub fn imported(&self, path: &str, import: u32) -> Vec<Neighbours> {
        let (db, project) = self.database();
        let Some(file) = self.file(path) else { return Vec::new() };
        let own = edges(db, project, file).of_import(import);
        let targets = own.filter(|edge| !edge.implicit).map(|edge| edge.target);
        let mut targets: Vec<FileId> = targets.collect();
        targets.sort();
        targets.dedup();
        let index = module_index(db, project);
        let name = |id: FileId| index.name(id).to_owned();
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names.dedup();
            names
        };
        let neighbours = |target: FileId| {
            let imports = file_of(db, project, target).map(|file| {
                let named = edges(db, project, file).edges.iter().filter(|edge| !edge.implicit);
                named.map(|edge| name(edge.target)).collect()
            });
            let importers = live_files(db, project).iter().filter(|file| {
                edges(db, project, **file).edges.iter().any(|edge| edge.target == target && !edge.implicit)
            });
            let cycle =
                cycles(db, project).iter().find(|cycle| !cycle.deferred && cycle.members.contains(&target));
            Neighbours {
                name: name(target),
                imports: sorted(imports.unwrap_or_default()),
                importers: sorted(importers.map(|file| name(file.number(db))).collect()),
                cycle: cycle.map(|cycle| cycle.members.len()),
            }
        };
        targets.into_iter().map(neighbours).collect()
    }
}
