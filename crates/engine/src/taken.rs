//! The tracked queries of what files take from each other: names, and modules under one name or another.
//! They go by shards, so that one edit touches few of them. It must not know rules, nor hold an offset in any value.

use std::cell::OnceCell;
use std::sync::Arc;

use analyzer_facts::{AttributeUse, FileFacts, ImportKind, UNKNOWN};
use analyzer_project as project;
use analyzer_project::{FileId, NameUse, Programs, TwoNames};
use compact_str::CompactString;
use salsa::plumbing::AsId;

use crate::db::{Db, Subject};
use crate::graph::{edges, graph, imports, module_index};
use crate::inputs::{File, Project, Shard};
use crate::mirrors::live_shard;
use crate::seen::seen_facts;

/// The attributes that a file reads from names which its imports bind. Runs again when what others see of the file
/// changes; equal as long as the attributes are.
#[salsa::tracked(returns(ref))]
fn attributes(db: &dyn Db, file: File) -> Arc<[AttributeUse]> {
    db.ran("attributes", Subject::File(file.as_id()));
    seen_facts(db, file).map_or_else(Arc::default, |facts: &FileFacts| facts.attributes.as_slice().into())
}

/// The dotted names by which texts of a file reach names of other modules. Runs again when what others see of the file
/// changes; equal as long as these names are.
#[salsa::tracked(returns(ref))]
fn mentions(db: &dyn Db, file: File) -> Arc<[CompactString]> {
    db.ran("mentions", Subject::File(file.as_id()));
    seen_facts(db, file).map_or_else(Arc::default, |facts: &FileFacts| facts.mentioned.as_slice().into())
}

/// The names that the files of a shard take from other files, sorted; `*` for a star import, and with `?` in front where they may be
/// taken. Runs again when imports, edges, attributes or mentions of one of them change.
#[salsa::tracked(returns(ref))]
fn shard_taken(db: &dyn Db, project: Project, shard: Shard) -> Vec<(FileId, CompactString)> {
    db.ran("shard_taken", Subject::Shard);
    let mut taken = Vec::new();
    for file in live_shard(db, project, shard) {
        let imports = imports(db, *file);
        let number = file.number(db);
        for edge in edges(db, project, *file).edges.iter().filter(|edge| edge.target != number) {
            let Some(import) = imports.imports.get(edge.import as usize) else { continue };
            if import.kind == ImportKind::Dynamic {
                // What becomes of the module is not followed.
                taken.push((edge.target, CompactString::const_new(project::ANY)));
            } else if import.star {
                if !edge.implicit {
                    taken.push((edge.target, CompactString::const_new("*")));
                }
            } else if edge.attributes {
                let names = edge.names.iter().filter_map(|&name| import.names.get(usize::from(name)));
                taken.extend(names.map(|name| (edge.target, name.name.clone())));
            } else if import.kind == ImportKind::Plain || !edge.names.is_empty() {
                let of = |read: &&AttributeUse| {
                    read.import == edge.import && read.name.is_none_or(|name| edge.names.contains(&name))
                };
                let read = attributes(db, *file).iter().filter(of);
                taken.extend(read.map(|read| (edge.target, looked_up(&read.attribute))));
            }
        }
        let mentions = mentions(db, *file);
        if !mentions.is_empty() {
            let index = module_index(db, project);
            let context = index.context(number, imports);
            let names = mentions.iter().flat_map(|dotted| project::mentioned(index, dotted, &context));
            taken.extend(names);
        }
    }
    taken.sort_unstable();
    taken.dedup();
    taken
}

/// The name that an attribute takes from a module.
fn looked_up(attribute: &CompactString) -> CompactString {
    match attribute.as_str() {
        UNKNOWN | "__dict__" => CompactString::const_new(project::ANY),
        _ => attribute.clone(),
    }
}

/// The names that other files take from a file, sorted; `*` for a star import. Runs again when what any shard takes
/// changes; equal unless names of this file are concerned. Of names that may be taken from any file, those that this one
/// binds are listed.
#[salsa::tracked(returns(ref))]
pub(crate) fn taken_names(db: &dyn Db, project: Project, file: File) -> Vec<CompactString> {
    db.ran("taken_names", Subject::File(file.as_id()));
    let number = file.number(db);
    let mut taken = Vec::new();
    for shard in project.shards(db).iter() {
        let all = shard_taken(db, project, *shard);
        let from = all.partition_point(|(target, _)| *target < number);
        let of_file = all.iter().skip(from).take_while(|(target, _)| *target == number);
        taken.extend(of_file.map(|(_, name)| name.clone()));
        let from = all.partition_point(|(target, _)| *target < project::EVERYWHERE);
        let own = &imports(db, file).names.bindings;
        let binds = |name: &str| own.binary_search_by(|binding| binding.as_str().cmp(name)).is_ok();
        let anywhere = all.iter().skip(from).map(|(_, name)| name);
        taken.extend(anywhere.filter(|name| name.strip_prefix(project::DOUBT).is_some_and(binds)).cloned());
    }
    taken.sort_unstable();
    taken.dedup();
    taken
}

/// Under which names the files of a shard import others. Runs again when imports or edges of one of them change.
#[salsa::tracked(returns(ref))]
fn shard_names(db: &dyn Db, project: Project, shard: Shard) -> Vec<NameUse> {
    db.ran("shard_names", Subject::Shard);
    let files = live_shard(db, project, shard).iter();
    project::name_uses(
        module_index(db, project),
        files.map(|file| {
            (file.number(db), &**file.path(db), &**imports(db, *file), &**edges(db, project, *file))
        }),
    )
}

/// The files that one program imports under two names. Runs again when the names that a shard uses change; where a file has two,
/// also when the graph does.
#[salsa::tracked(returns(ref))]
pub(crate) fn two_names(db: &dyn Db, project: Project) -> Vec<TwoNames> {
    db.ran("two_names", Subject::Project);
    let shards = project.shards(db).iter().map(|shard| shard_names(db, project, *shard).as_slice());
    let index = module_index(db, project);
    let programs = OnceCell::new();
    let meet = |one: &[FileId], other: &[FileId]| {
        programs.get_or_init(|| Programs::new(graph(db, project), index)).meet(one, other)
    };
    project::two_names(shards, index, &meet)
}
