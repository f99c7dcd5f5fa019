//! One hop from coroutines into other files: which plain functions of a module block, and who calls them.
//! It must not know how findings are worded.

use std::sync::Arc;

use analyzer_facts::{Blocking, FileFacts, Helper, ImportsProjection, TextRange};
use analyzer_project::{FileEdges, FileId, PlacedHelper};
use compact_str::CompactString;
use salsa::plumbing::AsId;

use crate::db::{Db, Subject};
use crate::graph::{edges, file_of, imports};
use crate::inputs::{File, Project};
use crate::queries::facts;
use crate::seen::seen_facts;

/// A function that blocks, without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BlockingName {
    name: CompactString,
    callee: CompactString,
    what: Blocking,
}

/// The functions at the top of a module that block. Runs again when what others see of the file changes; equal as long as
/// these functions and what they call first are.
#[salsa::tracked(returns(ref))]
pub(crate) fn blocking_functions(db: &dyn Db, file: File) -> Vec<BlockingName> {
    db.ran("blocking_functions", Subject::File(file.as_id()));
    seen_facts(db, file).map(blocking_in).unwrap_or_default()
}

/// The functions in these facts that block.
pub(crate) fn blocking_in(facts: &FileFacts) -> Vec<BlockingName> {
    let named = facts.asynchrony.functions.iter().map(|function| {
        let scope = facts.scopes.get(function.scope as usize).filter(|scope| scope.parent == 0);
        BlockingName {
            // What is no function of the module has no name under which others reach it.
            name: scope.map(|scope| scope.name.clone()).unwrap_or_default(),
            callee: function.callee.clone(),
            what: function.what,
        }
    });
    named.collect()
}

/// The places of the blocking calls, in the order of [`blocking_functions`]. Runs again when the file's facts change.
#[salsa::tracked(returns(ref))]
fn blocking_places(db: &dyn Db, file: File) -> Vec<TextRange> {
    db.ran("blocking_places", Subject::File(file.as_id()));
    let found = facts(db, file).into_iter().flat_map(|facts| &facts.asynchrony.functions);
    found.map(|function| function.range).collect()
}

/// The file's calls in coroutines of blocking functions in other files. Not tracked: it is part of the file's check.
pub(crate) fn blocking_helpers(db: &dyn Db, project: Project, file: File) -> Vec<PlacedHelper> {
    let Some(facts) = facts(db, file) else { return Vec::new() };
    let mut found = Vec::new();
    for (call, helper) in facts.asynchrony.helpers.iter().enumerate() {
        let Helper::Imported { name, path } = &helper.helper else { continue };
        let Some((target, function)) = defined(imports(db, file), edges(db, project, file), name, path)
        else {
            continue;
        };
        let Some(other) = file_of(db, project, target).filter(|other| *other != file) else { continue };
        let functions = blocking_functions(db, other);
        let Some(index) = functions.iter().position(|one| one.name == function) else { continue };
        let (Some(one), Some(range)) = (functions.get(index), blocking_places(db, other).get(index)) else {
            continue;
        };
        found.push(PlacedHelper {
            call: call as u32,
            path: Arc::clone(other.path(db)),
            range: *range,
            callee: one.callee.clone(),
            what: one.what,
        });
    }
    found
}

/// The file that defines a name bound by an import with the path that follows it, and the name there.
pub(crate) fn defined(
    imports: &ImportsProjection,
    edges: &FileEdges,
    name: &str,
    path: &str,
) -> Option<(FileId, CompactString)> {
    for (number, import) in imports.imports.iter().enumerate() {
        let mut leading = edges.of_import(number as u32).filter(|edge| !edge.implicit);
        if import.names.is_empty() {
            let rest = match &import.alias {
                Some(alias) => (alias == name).then_some(path),
                None => {
                    let below = import.module.strip_prefix(name);
                    let dotted = below.map(|rest| rest.trim_start_matches('.'));
                    dotted.and_then(|rest| path.strip_prefix(rest)).map(|rest| rest.trim_start_matches('.'))
                }
            };
            if let (Some(rest), Some(edge)) = (rest.filter(|rest| !rest.is_empty()), leading.next_back()) {
                return Some((edge.target, rest.into()));
            }
            continue;
        }
        let bound = |one: &analyzer_facts::ProjectedName| one.alias.as_ref().unwrap_or(&one.name) == name;
        let Some(index) = import.names.iter().position(bound) else { continue };
        let edge = leading.find(|edge| edge.names.contains(&(index as u16)))?;
        let own = import.names.get(index)?;
        return match (edge.attributes, path.is_empty()) {
            (true, true) => Some((edge.target, own.name.clone())),
            (false, false) => Some((edge.target, path.into())),
            _ => None,
        };
    }
    None
}
