//! The modules that one program can load: those that some module reaches when it runs. It must not know names or places.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::edges::{EdgeKind, KindSet};
use crate::graph::{EdgeFilter, Graph};
use crate::modules::{FileId, ModuleIndex, parent};
use crate::places::is_test;
use crate::simulate::reach::Reach;

const RUN_TIME: EdgeFilter = EdgeFilter::kinds(KindSet::AT_RUN_TIME);
const AS_SCRIPT: EdgeFilter = EdgeFilter::kinds(KindSet::NONE.with(EdgeKind::MainGuard));

/// The ways on which modules are loaded.
pub struct Programs<'a> {
    index: &'a ModuleIndex,
    graph: &'a Graph,
    reach: Reach,
    nodes: FxHashMap<FileId, u32>,
}

impl<'a> Programs<'a> {
    /// Those of a graph.
    #[must_use]
    pub fn new(graph: &'a Graph, index: &'a ModuleIndex) -> Self {
        let nodes = (0..graph.len() as u32).filter_map(|node| Some((graph.file(node)?, node))).collect();
        Self { index, graph, reach: Reach::new(graph, RUN_TIME), nodes }
    }

    /// Whether one program can load a module of each list: one that some module leads to both, or that runs the tests of a folder.
    #[must_use]
    pub fn meet(&self, one: &[FileId], other: &[FileId]) -> bool {
        let (one, other) = (self.entries(one), self.entries(other));
        let both = one.iter().zip(&other).any(|(one, other)| *one && *other);
        both || !self.test_folders(&one).is_disjoint(&self.test_folders(&other))
    }

    /// By node, whether a program that begins there loads one of the files.
    fn entries(&self, files: &[FileId]) -> Vec<bool> {
        let nodes: Vec<u32> = files.iter().filter_map(|file| self.nodes.get(file).copied()).collect();
        let mut leads = self.reach.leads_to(&nodes);
        let scripts: Vec<u32> = (0..self.graph.len() as u32)
            .filter(|node| {
                let mut targets = self.graph.successors(*node, AS_SCRIPT);
                targets.any(|target| leads.get(target as usize) == Some(&true))
            })
            .collect();
        for script in scripts {
            if let Some(leads) = leads.get_mut(script as usize) {
                *leads = true;
            }
        }
        leads
    }

    /// The folders of tests among the entries: a test runner loads all of one.
    fn test_folders(&self, entries: &[bool]) -> FxHashSet<&str> {
        let files =
            (0..).zip(entries).filter(|(_, leads)| **leads).filter_map(|(node, _)| self.graph.file(node));
        files.map(|file| self.index.path(file)).filter(|path| is_test(path)).map(parent).collect()
    }
}
