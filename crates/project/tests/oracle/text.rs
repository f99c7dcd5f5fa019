//! From a case's text through facts and resolution to the simulator's program: the way of the product.
//! It must not use what the case says beyond its text.

use std::collections::BTreeMap;

use analyzer_facts::{FileFacts, ImportsProjection, Limits, extract};
use analyzer_project::simulate::gather::{Gathered, gather};
use analyzer_project::simulate::program::{ModuleId, Step};
use analyzer_project::simulate::trace::Site;
use analyzer_project::{FileId, ImportLookup, ModuleIndex, Resolution, RootContext, Tree};

/// Files with their facts.
pub(crate) struct Project {
    pub(crate) names: Vec<String>,
    texts: Vec<String>,
    facts: Vec<FileFacts>,
    imports: Vec<ImportsProjection>,
    index: ModuleIndex,
}

impl ImportLookup for Project {
    fn resolve(&self, name: &str, context: &RootContext) -> Resolution {
        self.index.resolve(name, context)
    }

    fn exports(&self, file: FileId) -> Option<Vec<compact_str::CompactString>> {
        self.imports[file.0 as usize].exports.clone()
    }

    fn answers(&self, package: FileId, name: &str) -> bool {
        analyzer_project::answers(&self.imports[package.0 as usize]).has(name)
    }
}

impl Project {
    /// Modules by name, whether they are packages, and text. A package of empty text is a folder without `__init__`,
    /// if there is anything in it.
    pub(crate) fn new(modules: &[(String, bool, String)]) -> Self {
        let has_children =
            |name: &str| modules.iter().any(|(other, _, _)| other.starts_with(&format!("{name}.")));
        let files: Vec<_> = modules
            .iter()
            .filter(|(name, package, text)| !(*package && text.is_empty() && has_children(name)))
            .collect();
        let path = |name: &str, package: bool| {
            let path = name.replace('.', "/");
            if package { format!("{path}/__init__.py") } else { format!("{path}.py") }
        };
        let python = files.iter().zip(0..);
        let tree = Tree {
            python: python
                .map(|((name, package, _), id)| (FileId(id), path(name, *package).into()))
                .collect(),
            ..Tree::default()
        };
        let facts: Vec<FileFacts> =
            files.iter().map(|(_, _, text)| extract(text, Limits::default()).unwrap()).collect();
        Self {
            names: files.iter().map(|(name, _, _)| name.clone()).collect(),
            texts: files.iter().map(|(_, _, text)| text.clone()).collect(),
            imports: facts.iter().map(FileFacts::imports_projection).collect(),
            facts,
            index: ModuleIndex::new(&tree),
        }
    }

    /// The program of all files.
    pub(crate) fn gather(&self) -> Gathered {
        let members: Vec<FileId> = (0..self.names.len() as u32).map(FileId).collect();
        gather(&members, &self.index, self, &|file| self.imports.get(file.0 as usize), &|_| true)
    }

    /// The line of a step, from 1; none for steps that are no imports.
    pub(crate) fn line(&self, gathered: &Gathered, site: Site) -> Option<u64> {
        let file = gathered.file(site.module)?.0 as usize;
        let range = self.facts[file].imports[gathered.import(site)? as usize].range;
        Some(1 + self.texts[file][..range.start as usize].matches('\n').count() as u64)
    }
}

/// The module of that name.
pub(crate) fn module(gathered: &Gathered, name: &str) -> ModuleId {
    let modules = gathered.program.modules();
    modules.iter().position(|module| module.name == name).unwrap_or_else(|| panic!("{name} is missing"))
        as ModuleId
}

/// The choices of the branches, from those of each module in the order of the text.
pub(crate) fn branches(gathered: &Gathered, choices: impl Fn(&str) -> Vec<u32>) -> BTreeMap<Site, u32> {
    let mut found = BTreeMap::new();
    for (id, module) in (0..).zip(gathered.program.modules()) {
        let steps = module.steps.iter().zip(0..).filter(|(step, _)| **step == Step::Branch);
        let sites = steps.map(|(_, step)| Site { module: id, step });
        found.extend(sites.zip(choices(&module.name)));
    }
    found
}
