//! The tracked queries of the import graph, from one file's imports to the graph of the project. Each says what makes
//! it run again. It must not know rules, nor hold an offset in any value.

use std::sync::Arc;

use analyzer_diagnostics::{GraphEdge, GraphNode};
use analyzer_facts::{Answers, ConfigKind, FileFacts, ImportsProjection, SearchPath};
use analyzer_project as project;
use analyzer_project::{EdgeFilter, KindSet};
use analyzer_project::{
    FileEdges, FileId, Graph, ImportLookup, ModuleIndex, Resolution, RootContext, Tree, Unresolved,
};
use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use salsa::plumbing::AsId;

use crate::db::{Database, Db, Subject};
use crate::drift::asked;
use crate::inputs::{File, Project, Shard};
use crate::mirrors::{is_folded, live_files, live_projects, live_shard, live_texts};
use crate::queries::{facts, kind_of};
use crate::seen::{is_analysed, is_broken, seen_facts};

/// The file with a number; none for a number that was never given.
pub(crate) fn file_of(db: &dyn Db, project: Project, id: FileId) -> Option<File> {
    project.numbered(db).get(id.0 as usize).copied()
}

/// The imports of a file, as the project sees them: the firewall. Runs again when what others see of the file changes;
/// equal as long as imports, module-level names and the import-time program are.
#[salsa::tracked(returns(ref))]
pub(crate) fn imports(db: &dyn Db, file: File) -> Arc<ImportsProjection> {
    db.ran("imports", Subject::File(file.as_id()));
    Arc::new(seen_facts(db, file).map_or_else(ImportsProjection::default, FileFacts::imports_projection))
}

/// The folders that the files of a shard add to `sys.path`. Runs again when imports of one of them change.
#[salsa::tracked(returns(ref))]
fn search_paths(db: &dyn Db, project: Project, shard: Shard) -> Vec<(CompactString, SearchPath)> {
    db.ran("search_paths", Subject::Shard);
    let mut paths = Vec::new();
    for file in live_shard(db, project, shard) {
        let added = match file.seen_paths(db) {
            Some(added) => added,
            None => &*imports(db, *file).names.search_paths,
        };
        paths.extend(added.iter().map(|path| (CompactString::from(&**file.path(db)), path.clone())));
    }
    paths
}

/// The distributions that lists of requirements ask for, sorted. Runs again when such a list changes; equal as long as the names
/// in all of them are.
#[salsa::tracked(returns(ref))]
fn installed(db: &dyn Db, project: Project) -> Vec<CompactString> {
    db.ran("installed", Subject::Project);
    let is_list = |file: &&File| {
        matches!(
            kind_of(db, **file),
            Some(ConfigKind::Requirements | ConfigKind::Pyproject | ConfigKind::SetupCfg | ConfigKind::Conda)
        )
    };
    let lists = live_texts(db, project).iter().filter(is_list);
    let mut names: Vec<CompactString> =
        lists.flat_map(|file| asked(db, *file).asked.iter().map(|one| one.name.clone())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The top folders without `__init__` from which the files of a shard import by their names. Runs again when edges of one of them
/// change.
#[salsa::tracked(returns(ref))]
fn shard_namespaces(db: &dyn Db, project: Project, shard: Shard) -> Vec<CompactString> {
    db.ran("shard_namespaces", Subject::Shard);
    let index = module_index(db, project);
    let files = live_shard(db, project, shard).iter();
    let names = files.flat_map(|file| {
        project::namespaces(imports(db, *file), edges(db, project, *file), index, file.number(db))
    });
    let mut names: Vec<CompactString> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// All modules under their names. Runs again when a file appears or goes, when roots are configured, when a file
/// adds to `sys.path`, or when the names of requirements change.
#[salsa::tracked(returns(ref), no_eq)]
pub(crate) fn module_index(db: &dyn Db, project: Project) -> Arc<ModuleIndex> {
    db.ran("module_index", Subject::Project);
    let compact = |path: &String| CompactString::from(path.as_str());
    let named = |file: &File| (file.number(db), CompactString::from(&**file.path(db)));
    let shards = project.shards(db).iter();
    Arc::new(ModuleIndex::new(&Tree {
        python: live_files(db, project).iter().map(named).collect(),
        compiled: project.compiled(db).iter().map(compact).collect(),
        project_folders: live_projects(db, project).map(compact).collect(),
        configured_roots: project.settings(db).roots.iter().map(compact).collect(),
        search_paths: shards.flat_map(|shard| search_paths(db, project, *shard).clone()).collect(),
        installed: installed(db, project).clone(),
        ignored: project.ignored(db).iter().map(compact).collect(),
    }))
}

/// The names that a file's `__getattr__` answers by itself. Runs again when its imports change.
#[salsa::tracked(returns(ref))]
fn answers(db: &dyn Db, file: File) -> Answers {
    project::answers(imports(db, file))
}

/// Names resolved through the module index; star imports see the other file's `__all__`.
pub(crate) struct Lookup<'db> {
    pub(crate) db: &'db dyn Db,
    pub(crate) project: Project,
    pub(crate) index: &'db ModuleIndex,
}

impl ImportLookup for Lookup<'_> {
    fn resolve(&self, name: &str, context: &RootContext) -> Resolution {
        self.index.resolve(name, context)
    }

    fn exports(&self, file: FileId) -> Option<Vec<CompactString>> {
        imports(self.db, file_of(self.db, self.project, file)?).exports.clone()
    }

    fn answers(&self, package: FileId, name: &str) -> bool {
        file_of(self.db, self.project, package).is_some_and(|file| answers(self.db, file).has(name))
    }
}

/// The edges of one file. Runs again when its imports, the module index, the `__all__` of a package that it
/// imports with a star, or what a package answers from which it takes a submodule change.
#[salsa::tracked(returns(ref))]
pub(crate) fn edges(db: &dyn Db, project: Project, file: File) -> Arc<FileEdges> {
    db.ran("edges", Subject::File(file.as_id()));
    if is_folded(db, project, file) {
        return Arc::default();
    }
    let index = module_index(db, project);
    Arc::new(project::edges(file.number(db), imports(db, file), index, &Lookup { db, project, index }))
}

/// Computes all edges in parallel; otherwise the first caller of `graph` computes them alone while the others block.
pub(crate) fn make_edges(db: &Database, project: Project) {
    live_files(db, project).par_iter().for_each_with(db.clone(), |db, file| {
        edges(db, project, *file);
    });
}

/// The edges of a shard's files, merged. Runs again when edges of one of them change.
#[salsa::tracked(returns(ref))]
fn shard_graph(db: &dyn Db, project: Project, shard: Shard) -> Arc<project::Shard> {
    db.ran("shard_graph", Subject::Shard);
    let files = live_shard(db, project, shard).iter();
    Arc::new(project::shard(files.map(|file| (file.number(db), &**edges(db, project, *file)))))
}

/// The import graph. Runs again when the graph of a shard or the module index changes.
#[salsa::tracked(returns(ref))]
pub(crate) fn graph(db: &dyn Db, project: Project) -> Arc<Graph> {
    db.ran("graph", Subject::Project);
    let shards = project.shards(db).iter().map(|shard| &**shard_graph(db, project, *shard));
    Arc::new(Graph::new(module_index(db, project).order(), shards))
}

/// The modules as they are shown, sorted by path, each with the number of the import cycle that it lies on.
pub(crate) fn shown_nodes(db: &dyn Db, project: Project) -> Vec<GraphNode> {
    let index = module_index(db, project);
    let graph = graph(db, project);
    let mut cycle_of = FxHashMap::default();
    let cyclic = project::components(graph, EdgeFilter::kinds(KindSet::ON_IMPORT)).cyclic;
    for (cycle, members) in (0..).zip(&cyclic) {
        cycle_of.extend(members.iter().filter_map(|node| Some((graph.file(*node)?, cycle))));
    }
    let node = |file: &File| GraphNode {
        path: file.path(db).to_string(),
        module: index.name(file.number(db)).to_owned(),
        cycle: cycle_of.get(&file.number(db)).copied(),
    };
    live_files(db, project).iter().map(node).collect()
}

/// The edges of a file as they are shown. `line_of` gives the line, from 1, of an offset in the file.
pub(crate) fn shown_edges(
    db: &dyn Db,
    project: Project,
    file: File,
    line_of: impl Fn(u32) -> u32,
) -> Vec<GraphEdge> {
    let Some(facts) = facts(db, file) else { return Vec::new() };
    let shown = edges(db, project, file).edges.iter().filter_map(|edge| {
        Some(GraphEdge {
            from: file.path(db).to_string(),
            to: file_of(db, project, edge.target)?.path(db).to_string(),
            kind: edge.kind.name().to_owned(),
            line: line_of(facts.imports.get(edge.import as usize)?.range.start),
            implicit: edge.implicit,
        })
    });
    let mut shown: Vec<GraphEdge> = shown.collect();
    shown.sort_by(|a, b| (a.line, &a.to, &a.kind, a.implicit).cmp(&(b.line, &b.to, &b.kind, b.implicit)));
    shown.dedup();
    shown
}

/// The imports of a file that certainly fail. Runs again when its imports or edges, or imports of a module that it
/// names, change, or whether such a module is broken where that counts; where the top folder of a missing module has no
/// `__init__`, also when the project imports from it or does not any more.
#[salsa::tracked(returns(ref))]
pub(crate) fn unresolved(db: &dyn Db, project: Project, file: File) -> Vec<Unresolved> {
    db.ran("unresolved", Subject::File(file.as_id()));
    let imports_of = |id: FileId| {
        let file = file_of(db, project, id)?;
        is_analysed(db, file).then(|| &**imports(db, file))
    };
    let is_broken = |id: FileId| file_of(db, project, id).is_some_and(|file| *is_broken(db, file));
    let edges_of = |id: FileId| file_of(db, project, id).map(|file| &**edges(db, project, file));
    let is_imported = |folder: &str| {
        let holds = |shard: &Shard| {
            shard_namespaces(db, project, *shard).binary_search_by(|name| name.as_str().cmp(folder)).is_ok()
        };
        project.shards(db).iter().any(holds)
    };
    let others = project::Others {
        imports_of: &imports_of,
        edges_of: &edges_of,
        is_broken: &is_broken,
        is_imported: &is_imported,
    };
    project::unresolved(imports(db, file), edges(db, project, file), module_index(db, project), &others)
}
