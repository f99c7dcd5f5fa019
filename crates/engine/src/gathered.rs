//! The tracked queries of causes that show in many places: modules that are missing, and comments that stand in the same words
//! in many files. Each is one finding. It must not know how findings are worded.

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_facts::{FileFacts, TextRange};
use analyzer_project::places::{is_aside, is_test};
use analyzer_project::{Gathered, PlacedMarker, PlacedUnresolved};
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use salsa::plumbing::AsId;

use crate::cycles::import_ranges;
use crate::db::{Db, Subject};
use crate::graph::{imports, module_index, unresolved};
use crate::inputs::{File, Project, Shard};
use crate::mirrors::live_shard;
use crate::queries::facts;
use crate::seen::seen_facts;

/// A place of a cause: the file, and the index of an import or of a comment there.
type Place = (File, u32);
/// The places of the causes of a shard, or of all causes that have several.
type Places = BTreeMap<CompactString, Vec<Place>>;

/// The module that an import names, as an absolute name; none where that is not known.
fn full_name(db: &dyn Db, project: Project, file: File, import: u32) -> Option<CompactString> {
    let import = imports(db, file).imports.get(import as usize)?;
    if import.level == 0 {
        return Some(import.module.clone());
    }
    let index = module_index(db, project);
    let path = file.path(db);
    let inside = usize::from(!(path.ends_with("/__init__.py") || path.ends_with("/__init__.pyi")));
    let mut parts: Vec<&str> = index.name(file.number(db)).split('.').collect();
    let above = usize::from(import.level) - 1 + inside;
    parts.truncate(parts.len().checked_sub(above)?);
    parts.extend(Some(import.module.as_str()).filter(|module| !module.is_empty()));
    Some(parts.join(".").into())
}

/// The imports of a shard whose module is missing. Runs again when an import of one of its files fails or works again.
#[salsa::tracked(returns(ref))]
fn shard_missing(db: &dyn Db, project: Project, shard: Shard) -> Places {
    db.ran("shard_missing", Subject::Shard);
    let mut found = Places::new();
    for file in live_shard(db, project, shard) {
        let missing = unresolved(db, project, *file).iter().filter(|one| one.name.is_none());
        for import in missing.map(|one| one.import) {
            if let Some(name) = full_name(db, project, *file, import) {
                found.entry(name).or_default().push((*file, import));
            }
        }
    }
    found
}

/// The modules that are missing in several places. Runs again when the imports of a shard do that fail.
#[salsa::tracked(returns(ref))]
fn missing(db: &dyn Db, project: Project) -> Places {
    db.ran("missing", Subject::Project);
    let shards = project.shards(db).iter().map(|shard| shard_missing(db, project, *shard));
    several(db, shards)
}

/// The imports of a file that fail, each with the others of the same module. Runs again when such imports change anywhere;
/// equal as long as those of its modules stay.
#[salsa::tracked(returns(ref))]
fn missing_of(db: &dyn Db, project: Project, file: File) -> BTreeMap<u32, Vec<Place>> {
    db.ran("missing_of", Subject::File(file.as_id()));
    let own = unresolved(db, project, file).iter().filter(|one| one.name.is_none());
    let known = own.filter_map(|one| {
        let places = missing(db, project).get(&full_name(db, project, file, one.import)?)?;
        Some((one.import, places.clone()))
    });
    known.collect()
}

/// The imports of a file that certainly fail. Not tracked: it is part of the file's check.
pub(crate) fn unresolved_of(db: &dyn Db, project: Project, file: File) -> Vec<PlacedUnresolved> {
    let own = unresolved(db, project, file);
    let place = |(file, import): &Place| {
        Some((Arc::clone(file.path(db)), *import_ranges(db, *file).get(*import as usize)?))
    };
    let placed = own.iter().map(|one| {
        let places = match one.name {
            None => missing_of(db, project, file).get(&one.import).map(Vec::as_slice).unwrap_or_default(),
            Some(_) => &[],
        };
        PlacedUnresolved {
            import: one.import,
            name: one.name,
            module: full_name(db, project, file, one.import).unwrap_or_default(),
            others: gathered((file, one.import), places, place),
        }
    });
    placed.collect()
}

/// The words of the comments in these facts that name no ticket, without place; empty for those without.
pub(crate) fn said_in(facts: &FileFacts) -> Vec<CompactString> {
    facts.markers.iter().map(|marker| marker.said().unwrap_or_default()).collect()
}

/// Words of a file's comments that name no ticket. Runs again when what others see of the file changes; equal as long as
/// the comments are.
#[salsa::tracked(returns(ref))]
pub(crate) fn said(db: &dyn Db, file: File) -> Vec<CompactString> {
    db.ran("said", Subject::File(file.as_id()));
    seen_facts(db, file).map(said_in).unwrap_or_default()
}

/// The comments of a shard. Runs again when those of one of its files change.
#[salsa::tracked(returns(ref))]
fn shard_said(db: &dyn Db, project: Project, shard: Shard) -> Places {
    db.ran("shard_said", Subject::Shard);
    let mut found = Places::new();
    for file in live_shard(db, project, shard) {
        for (index, said) in (0..).zip(said(db, *file)).filter(|(_, said)| !said.is_empty()) {
            found.entry(said.clone()).or_default().push((*file, index));
        }
    }
    found
}

/// The comments that are in several places. Runs again when those of a shard change.
#[salsa::tracked(returns(ref))]
fn repeated(db: &dyn Db, project: Project) -> Places {
    db.ran("same_comments", Subject::Project);
    several(db, project.shards(db).iter().map(|shard| shard_said(db, project, *shard)))
}

/// The comments of a file that are in several places. Runs again when any do; equal as long as its own stay.
#[salsa::tracked(returns(ref))]
fn repeated_of(db: &dyn Db, project: Project, file: File) -> BTreeMap<u32, Vec<Place>> {
    db.ran("same_comments_of", Subject::File(file.as_id()));
    let own = (0..).zip(said(db, file)).filter(|(_, said)| !said.is_empty());
    own.filter_map(|(index, said)| Some((index, repeated(db, project).get(said)?.clone()))).collect()
}

/// The comments of a file that are in several places, placed. Not tracked: it is part of the file's check.
pub(crate) fn markers_of(db: &dyn Db, project: Project, file: File) -> Vec<PlacedMarker> {
    if facts(db, file).is_none_or(|facts| facts.markers.is_empty()) {
        return Vec::new();
    }
    let place = |(file, index): &Place| {
        Some((Arc::clone(file.path(db)), facts(db, *file)?.markers.get(*index as usize)?.range))
    };
    let own = repeated_of(db, project, file).iter();
    own.map(|(index, places)| PlacedMarker { index: *index, others: gathered((file, *index), places, place) })
        .collect()
}

/// The causes of all shards that have several places: those in use first, then by path.
fn several<'s>(db: &dyn Db, shards: impl Iterator<Item = &'s Places>) -> Places {
    let mut all: FxHashMap<&CompactString, Vec<Place>> = FxHashMap::default();
    for shard in shards {
        for (cause, places) in shard {
            all.entry(cause).or_default().extend(places);
        }
    }
    all.retain(|_, places| places.len() > 1);
    let sorted = all.into_iter().map(|(cause, mut places)| {
        places.sort_by_cached_key(|(file, index)| {
            let path = file.path(db);
            (is_test(path), is_aside(path), Arc::clone(path), *index)
        });
        (cause.clone(), places)
    });
    sorted.collect()
}

/// The part of the place `own` among all places of its cause.
fn gathered(
    own: Place,
    places: &[Place],
    placed: impl Fn(&Place) -> Option<(Arc<str>, TextRange)>,
) -> Gathered {
    match places {
        [] => Gathered::Alone,
        [first, others @ ..] if *first == own => Gathered::Here(others.iter().filter_map(placed).collect()),
        _ => Gathered::Elsewhere,
    }
}
