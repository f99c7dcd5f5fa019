//! A project made of texts: facts, index and edges of small trees of files, as the engine would compute them.

use analyzer_facts::{ImportsProjection, Limits, extract};
use analyzer_project::{
    Edge, EdgeFilter, FileEdges, FileId, Graph, ImportLookup, KindSet, ModuleIndex, Others, Resolution,
    RootContext, Shard, Tree, components, edges, ignored_modules, namespaces, shard, shortest_cycle,
    unresolved,
};
use compact_str::CompactString;

/// All that is known of a project.
pub(crate) struct Project {
    pub(crate) index: ModuleIndex,
    pub(crate) imports: Vec<ImportsProjection>,
    /// The files with a syntax error.
    pub(crate) broken: Vec<FileId>,
    pub(crate) edges: Vec<FileEdges>,
}

/// The answers that the engine's queries give in a real run.
struct Lookup<'a>(&'a ModuleIndex, &'a [ImportsProjection]);

impl ImportLookup for Lookup<'_> {
    fn resolve(&self, name: &str, context: &RootContext) -> Resolution {
        self.0.resolve(name, context)
    }

    fn exports(&self, file: FileId) -> Option<Vec<CompactString>> {
        self.1[file.0 as usize].exports.clone()
    }

    fn answers(&self, package: FileId, name: &str) -> bool {
        analyzer_project::answers(&self.1[package.0 as usize]).has(name)
    }
}

impl Project {
    /// The project of these paths and texts; paths that do not end in `.py` or `.pyi` are other files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::with_roots(files, &[])
    }

    /// The same with configured roots.
    pub(crate) fn with_roots(files: &[(&str, &str)], configured: &[&str]) -> Self {
        let mut tree =
            Tree { configured_roots: configured.iter().map(|r| (*r).into()).collect(), ..Tree::default() };
        let (mut imports, mut broken) = (Vec::new(), Vec::new());
        for (path, text) in files {
            let path = CompactString::new(path);
            if path.ends_with(".py") || path.ends_with(".pyi") {
                let facts = extract(text, Limits::default()).unwrap();
                broken.extend(facts.syntax.is_some().then_some(FileId(imports.len() as u32)));
                let found = facts.imports_projection();
                let hints = found.names.search_paths.iter().map(|hint| (path.clone(), hint.clone()));
                tree.search_paths.extend(hints);
                tree.python.push((FileId(imports.len() as u32), path));
                imports.push(found);
            } else if path.ends_with(".so") {
                tree.compiled.push(path);
            } else if path.ends_with("requirements.txt") {
                tree.installed.extend(text.lines().map(CompactString::from));
            } else if path == ".gitignore" {
                tree.ignored.extend(ignored_modules("", text).into_iter().map(CompactString::from));
            } else {
                tree.project_folders.push(path.rsplit_once('/').map_or("", |(folder, _)| folder).into());
            }
        }
        let index = ModuleIndex::new(&tree);
        let lookup = Lookup(&index, &imports);
        let found = (0u32..).zip(&imports).map(|(id, i)| edges(FileId(id), i, &index, &lookup)).collect();
        Self { edges: found, imports, broken, index }
    }

    /// The file with this path.
    pub(crate) fn file(&self, path: &str) -> FileId {
        *self.index.order().iter().find(|file| self.index.path(**file) == path).unwrap()
    }

    /// A file's edges.
    pub(crate) fn edges_of(&self, path: &str) -> &[Edge] {
        &self.edges[self.file(path).0 as usize].edges
    }

    /// A file's edges, each as `LETTERS path`, implicit ones in parentheses, unsure ones with a question mark.
    pub(crate) fn shown(&self, path: &str) -> Vec<String> {
        let show = |edge: &Edge| {
            let unsure = if edge.confident { "" } else { "?" };
            let shown = format!("{} {}{unsure}", edge.letters(), self.index.path(edge.target));
            if edge.implicit { format!("({shown})") } else { shown }
        };
        self.edges_of(path).iter().map(show).collect()
    }

    /// The imports of a file that certainly fail, as `module` or `module:name`.
    pub(crate) fn unresolved(&self, path: &str) -> Vec<String> {
        let file = self.file(path).0 as usize;
        let imports = &self.imports[file];
        let imports_of = |id: FileId| self.imports.get(id.0 as usize);
        let is_broken = |id| self.broken.contains(&id);
        let of = |id: usize| namespaces(&self.imports[id], &self.edges[id], &self.index, FileId(id as u32));
        let others = Others {
            imports_of: &imports_of,
            edges_of: &|id: FileId| self.edges.get(id.0 as usize),
            is_broken: &is_broken,
            is_imported: &|folder: &str| {
                (0..self.imports.len()).any(|id| of(id).iter().any(|one| one == folder))
            },
        };
        let found = unresolved(imports, &self.edges[file], &self.index, &others);
        let show = |u: &analyzer_project::Unresolved| {
            let import = &imports.imports[u.import as usize];
            let module = ".".repeat(import.level.into()) + &import.module;
            u.name.map_or(module.clone(), |at| format!("{module}:{}", import.names[at as usize].name))
        };
        found.iter().map(show).collect()
    }

    /// The graph, built from shards of `size` files.
    pub(crate) fn graph(&self, size: usize) -> Graph {
        let ids: Vec<u32> = (0..self.edges.len() as u32).collect();
        let shards: Vec<Shard> = ids
            .chunks(size)
            .map(|ids| shard(ids.iter().map(|id| (FileId(*id), &self.edges[*id as usize]))))
            .collect();
        Graph::new(self.index.order(), &shards)
    }

    /// The shortest cycle of each component over edges of these kinds, with the component's size.
    pub(crate) fn cycles(&self, kinds: KindSet) -> Vec<(usize, String)> {
        let graph = self.graph(128);
        let filter = EdgeFilter::kinds(kinds);
        let found = components(&graph, filter);
        let name = |node: &u32| self.index.name(graph.file(*node).unwrap());
        let cycle = |members: &Vec<u32>| {
            let cycle = shortest_cycle(&graph, filter, members);
            (members.len(), cycle.iter().map(name).collect::<Vec<_>>().join(" > "))
        };
        found.cyclic.iter().map(cycle).collect()
    }
}
