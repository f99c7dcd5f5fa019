//! Files that are imported under two names, so that Python makes two modules of each.
//! It must not know places or messages.

use analyzer_facts::ImportsProjection;
use compact_str::CompactString;

use crate::edges::{EdgeKind, FileEdges};
use crate::modules::{FileId, ModuleIndex};

/// The imports of some files that bring one file under one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameUse {
    /// The imported file.
    pub target: FileId,
    /// The folder at which the name starts.
    pub root: CompactString,
    /// The path of the importer that comes first by it: numbers depend on the order in which files appeared.
    pub path: CompactString,
    /// The importer.
    pub importer: FileId,
    /// Index of the import among the importer's.
    pub import: u32,
    /// How many imports there are.
    pub count: u32,
    /// All importers, sorted.
    pub importers: Vec<FileId>,
}

/// A file that is imported under several names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TwoNames {
    /// By name the imports that use it: the name that fewest imports use first, and the shorter of equals.
    pub names: Vec<(CompactString, NameUse)>,
}

/// Under which names the files of a shard import others; sorted, one entry for each imported file and root.
///
/// Only absolute imports say a name, only those that run load a module, and only what a root proves counts.
#[must_use]
pub fn name_uses<'a>(
    index: &ModuleIndex,
    files: impl IntoIterator<Item = (FileId, &'a str, &'a ImportsProjection, &'a FileEdges)>,
) -> Vec<NameUse> {
    let mut found: Vec<NameUse> = Vec::new();
    for (importer, path, imports, edges) in files {
        for edge in &edges.edges {
            let absolute = imports.imports.get(edge.import as usize).is_some_and(|import| import.level == 0);
            // What the importer itself adds to `sys.path` is as good as a root.
            let proven = || edge.confident || index.context(importer, imports).own.contains(&edge.root);
            if absolute && proven() && edge.kind != EdgeKind::Typing && edge.target != importer {
                let (target, root, import) = (edge.target, edge.root.clone(), edge.import);
                let importers = vec![importer];
                found.push(NameUse {
                    target,
                    root,
                    path: path.into(),
                    importer,
                    import,
                    count: 1,
                    importers,
                });
            }
        }
    }
    merged(found)
}

/// The files that are imported under more than one name, by number; `meet` says whether one program can load modules of both
/// lists, so that it has both.
#[must_use]
pub fn two_names<'a>(
    shards: impl IntoIterator<Item = &'a [NameUse]>,
    index: &ModuleIndex,
    meet: &dyn Fn(&[FileId], &[FileId]) -> bool,
) -> Vec<TwoNames> {
    let all = merged(shards.into_iter().flatten().cloned().collect());
    let mut found = Vec::new();
    for group in all.chunk_by(|a, b| a.target == b.target).filter(|group| group.len() > 1) {
        let named = group.iter().map(|one| (index.name_under(one.target, &one.root), one.clone()));
        let mut names: Vec<(CompactString, NameUse)> = named.filter(|(name, _)| !name.is_empty()).collect();
        names.sort_by(|(a, x), (b, y)| (x.count, a.len(), a).cmp(&(y.count, b.len(), b)));
        names.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1.importers.append(&mut next.1.importers);
            }
            same
        });
        let mut pairs = (1..).zip(&names).flat_map(|(after, (_, one))| {
            names.iter().skip(after).map(move |(_, other)| (&*one.importers, &*other.importers))
        });
        if pairs.any(|(one, other)| meet(one, other)) {
            found.push(TwoNames { names });
        }
    }
    found
}

fn merged(mut all: Vec<NameUse>) -> Vec<NameUse> {
    all.sort_unstable();
    all.dedup_by(|next, kept| {
        let same = next.target == kept.target && next.root == kept.root;
        if same {
            kept.count += next.count;
            kept.importers.append(&mut next.importers);
            kept.importers.sort_unstable();
            kept.importers.dedup();
        }
        same
    });
    all
}
