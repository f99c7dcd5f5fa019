//! The tracked queries of files that were put aside, and of modules that were copied. It must not know how findings are
//! worded.

use std::collections::BTreeMap;
use std::sync::Arc;

use analyzer_facts::{Shape, TextRange, fingerprints};
use analyzer_project as project;
use analyzer_project::duplicates::{Family, Member, candidates, families, groups, share};
use analyzer_project::places::is_migration;
use analyzer_project::{
    Backup, EdgeFilter, FileId, KindSet, OptionValue, PlacedBackup, PlacedCopy, PlacedFamily, Settings,
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use salsa::plumbing::AsId;

use crate::cycles::import_ranges;
use crate::db::{Database, Db, Subject};
use crate::graph::{edges, file_of, graph};
use crate::inputs::{File, NO_MODULE, Project, Shard};
use crate::load::AT_ONCE;
use crate::mirrors::{live_files, live_shard, live_texts};
use crate::seen::{seen_facts, seen_text};

/// Name of the rule about files that were put aside.
const BACKUP_RULE: &str = "backup-file";
/// Name of the rule about copies.
const COPY_RULE: &str = "duplicate-module";
/// The share from which a module that is called a version of another is one, in percent.
const VERSIONS: u32 = 70;

/// Whether modules are compared with each other.
fn are_compared(db: &dyn Db, project: Project) -> bool {
    let enabled = &project.settings(db).enabled;
    enabled.contains(COPY_RULE) || enabled.contains(BACKUP_RULE)
}

/// The files that were put aside, by path, those in copies left out. Runs again when a file appears or goes, or a copy.
#[salsa::tracked(returns(ref))]
fn backups(db: &dyn Db, project: Project) -> BTreeMap<Arc<str>, Backup> {
    db.ran("backups", Subject::Project);
    let python: FxHashSet<&str> = live_files(db, project).iter().map(|file| &**file.path(db)).collect();
    let parent = |path: &'_ str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let folders: FxHashSet<String> = python.iter().map(|path| parent(path)).collect();
    let exists = |path: &str| python.contains(path) || folders.contains(path);
    let both = live_files(db, project).iter().chain(live_texts(db, project).iter());
    let found = both.filter_map(|file| {
        let path = file.path(db);
        Some((Arc::clone(path), project::backup(path, exists, |folder| folders.contains(folder))?))
    });
    found.collect()
}

/// Who imports the files that were put aside, those among them left out. Runs again when the import graph changes, or
/// the files that were put aside do.
#[salsa::tracked(returns(ref))]
fn backup_importers(db: &dyn Db, project: Project) -> FxHashMap<FileId, Vec<FileId>> {
    db.ran("backup_importers", Subject::Project);
    let put_aside = |id: FileId| {
        file_of(db, project, id).is_some_and(|file| backups(db, project).contains_key(file.path(db)))
    };
    let graph = graph(db, project);
    let every = EdgeFilter { named: KindSet::ALL, implicit: KindSet::NONE };
    let aside: Vec<bool> =
        (0..graph.len() as u32).map(|node| graph.file(node).is_some_and(put_aside)).collect();
    let is_aside = |node: u32| aside.get(node as usize).copied().unwrap_or_default();
    let mut importers: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    for node in (0..graph.len() as u32).filter(|node| !is_aside(*node)) {
        for target in graph.successors(node, every).filter(|target| is_aside(*target)) {
            if let (Some(from), Some(to)) = (graph.file(node), graph.file(target)) {
                importers.entry(to).or_default().push(from);
            }
        }
    }
    importers
}

/// The evidence that a file was put aside, if it was. Not tracked: it is part of the file's check.
pub(crate) fn backup_of(db: &dyn Db, project: Project, file: File) -> Option<PlacedBackup> {
    if !project.settings(db).enabled.contains(BACKUP_RULE) {
        return None;
    }
    let Some(backup) = backups(db, project).get(file.path(db)).cloned() else {
        let Version { original, sign, share } = version_of(db, project, file)?;
        let backup = Backup { sign, folder: false, original: Some(original) };
        return Some(PlacedBackup { backup, importers: Vec::new(), share: Some(share) });
    };
    let number = file.number(db);
    let known = (number != NO_MODULE).then(|| backup_importers(db, project).get(&number)).flatten();
    // Whoever imports both chooses between them.
    let original = backup.original.as_deref().and_then(|path| live_file(db, project, path));
    let chooses = |importer: &FileId| {
        let both = original.zip(file_of(db, project, *importer));
        both.is_some_and(|(original, importer)| {
            edges(db, project, importer).edges.iter().any(|edge| edge.target == original.number(db))
        })
    };
    if known.is_some_and(|importers| importers.iter().all(chooses)) {
        return None;
    }
    let mut importers: Vec<(Arc<str>, TextRange)> =
        known.into_iter().flatten().filter_map(|importer| place(db, project, *importer, number)).collect();
    importers.sort();
    Some(PlacedBackup { backup, importers, share: None })
}

/// A module that its name calls a version of another, which most of it is in.
struct Version {
    /// The path of the other.
    original: String,
    /// The part of its name that says so.
    sign: String,
    /// In percent.
    share: u32,
}

/// The module that this one is a version of, by name and content. Not tracked: it is part of the file's check.
fn version_of(db: &dyn Db, project: Project, file: File) -> Option<Version> {
    let (original, sign) = project::version_of(file.path(db))?;
    let other = live_file(db, project, &original)?;
    let (one, two) = (file.number(db), other.number(db));
    let pair = (one.min(two), one.max(two));
    group_of(db, project, file).as_deref()?.contains(&pair).then_some(())?;
    let share = share(prints(db, file), prints(db, other));
    (share >= VERSIONS).then_some(Version { original, sign, share })
}

/// The Python file at a path, if it is in no copy.
fn live_file(db: &dyn Db, project: Project, path: &str) -> Option<File> {
    let files = live_files(db, project);
    let at = files.binary_search_by(|file| (**file.path(db)).cmp(path)).ok()?;
    files.get(at).copied()
}

/// The first import by which a file leads to another.
fn place(db: &dyn Db, project: Project, importer: FileId, target: FileId) -> Option<(Arc<str>, TextRange)> {
    let file = file_of(db, project, importer)?;
    let edge = edges(db, project, file).edges.iter().find(|edge| edge.target == target && !edge.implicit)?;
    Some((Arc::clone(file.path(db)), *import_ranges(db, file).get(edge.import as usize)?))
}

/// The sketch of a module's fingerprints. Runs again when what others see of the file changes; equal as long as its
/// lowest fingerprints are.
#[salsa::tracked(returns(ref))]
fn sketch(db: &dyn Db, file: File) -> Vec<u32> {
    db.ran("sketch", Subject::File(file.as_id()));
    seen_facts(db, file).map(|facts| facts.shape.lowest.clone()).unwrap_or_default()
}

/// The sketches of a shard's modules. Runs again when one of them changes.
#[salsa::tracked(returns(ref))]
fn shard_sketches(db: &dyn Db, project: Project, shard: Shard) -> Vec<(FileId, Vec<u32>)> {
    db.ran("shard_sketches", Subject::Shard);
    let compared = live_shard(db, project, shard).iter().filter(|file| is_compared(file.path(db)));
    let sketched = compared.map(|file| (file.number(db), sketch(db, *file)));
    sketched.filter(|(_, sketch)| !sketch.is_empty()).map(|(file, sketch)| (file, sketch.clone())).collect()
}

/// Whether a module may be a copy by mistake: stubs repeat their modules, and migrations stay as they were once.
fn is_compared(path: &str) -> bool {
    path.ends_with(".py") && !is_migration(path)
}

/// All fingerprints of a module that looks like another. Runs again when what others see of the file changes.
#[salsa::tracked(returns(ref))]
fn prints(db: &dyn Db, file: File) -> Vec<u32> {
    db.ran("prints", Subject::File(file.as_id()));
    fingerprints(&seen_text(db, file))
}

/// Takes the fingerprints of all modules that look like others, on all threads: the first to need a family would take them
/// alone, while everybody waits.
pub(crate) fn make_prints(db: &Database, project: Project) {
    if are_compared(db, project) {
        let files = live_files(db, project).par_iter().with_max_len(AT_ONCE);
        files.for_each_with(db.clone(), |db, file| {
            if !sketch(db, *file).is_empty() && group_of(db, project, *file).is_some() {
                prints(db, *file);
            }
        });
    }
}

/// `None`: unchanged, or no file is ever compared. `Some(false)`: changed, but no file is compared with this one yet.
/// `Some(true)`: changed and compared.
pub(crate) fn notices_shape(
    db: &dyn Db,
    project: Project,
    file: File,
    was: &Shape,
    is: &Shape,
) -> Option<bool> {
    (was != is && are_compared(db, project))
        .then(|| was.lowest != is.lowest || group_of(db, project, file).is_some())
}

/// Pairs of modules that look alike, those that one leads to from another.
type Group = Arc<[(FileId, FileId)]>;

/// The modules that look like another, each with its group. Runs again when the sketch of a module changes, or the settings.
#[salsa::tracked(returns(ref))]
fn alike(db: &dyn Db, project: Project) -> FxHashMap<FileId, Group> {
    db.ran("alike", Subject::Project);
    let shards = project.shards(db).iter().flat_map(|shard| shard_sketches(db, project, *shard));
    let sketches: Vec<(FileId, &[u32])> = shards.map(|(file, sketch)| (*file, sketch.as_slice())).collect();
    let mut by_file = FxHashMap::default();
    for group in groups(&candidates(&sketches, overlap(project.settings(db)))) {
        let group: Group = group.into();
        by_file.extend(group.iter().flat_map(|pair| [pair.0, pair.1]).map(|file| (file, Arc::clone(&group))));
    }
    by_file
}

/// The group of a module. Runs again when any group changes; equal unless its own does.
#[salsa::tracked(returns(ref))]
fn group_of(db: &dyn Db, project: Project, file: File) -> Option<Group> {
    db.ran("group_of", Subject::File(file.as_id()));
    alike(db, project).get(&file.number(db)).cloned()
}

/// The families of copies among the modules that look alike, of which `first` is the first. Runs again when its group
/// changes, or the content of a module in it.
#[salsa::tracked(returns(ref))]
fn copies(db: &dyn Db, project: Project, first: File) -> Vec<Arc<Family>> {
    db.ran("copies", Subject::File(first.as_id()));
    let least = overlap(project.settings(db));
    let pairs = group_of(db, project, first).as_deref().unwrap_or_default();
    let shared = pairs.iter().filter_map(|&(one, other)| {
        let (a, b) = (file_of(db, project, one)?, file_of(db, project, other)?);
        let share = share(prints(db, a), prints(db, b));
        (share >= least).then_some((one, other, share))
    });
    let shared: Vec<_> = shared.collect();
    let path = |file: FileId| file_of(db, project, file).map(|file| Arc::clone(file.path(db)));
    families(&shared, path).into_iter().map(Arc::new).collect()
}

/// The share from which modules are copies, in percent.
fn overlap(settings: &Settings) -> u32 {
    const OPTION: &str = "overlap";
    let declared = || {
        let rule = analyzer_rules::find(COPY_RULE)?;
        let option = rule.info.options.iter().find(|option| option.name == OPTION)?;
        OptionValue::default_of(option).ok()
    };
    match settings.options.get(COPY_RULE, OPTION).cloned().or_else(declared) {
        Some(OptionValue::Integer(percent)) => u32::try_from(percent).unwrap_or(100).clamp(50, 100),
        _ => 100,
    }
}

/// The family whose first member a file is. Runs again when a family of its group changes; equal unless its own does.
#[salsa::tracked(returns(ref))]
fn anchored_copies(db: &dyn Db, project: Project, file: File) -> Option<Arc<Family>> {
    db.ran("anchored_copies", Subject::File(file.as_id()));
    let number = file.number(db);
    let counts = |member: &&Member| !is_version(db, project, member.file);
    let anchored =
        |family: &&Arc<Family>| family.members.iter().find(counts).is_some_and(|first| first.file == number);
    let first = group_of(db, project, file).as_ref()?.first()?.0;
    copies(db, project, file_of(db, project, first)?).iter().find(anchored).cloned()
}

/// The family whose finding is made in a file. Not tracked: it is part of the file's check.
pub(crate) fn family_of(db: &dyn Db, project: Project, file: File) -> Option<PlacedFamily> {
    if !project.settings(db).enabled.contains(COPY_RULE) || sketch(db, file).is_empty() {
        return None;
    }
    let family = anchored_copies(db, project, file).as_ref()?;
    let path = |file: FileId| Some(Arc::clone(file_of(db, project, file)?.path(db)));
    let members =
        family.members.iter().filter(|member| !is_version(db, project, member.file)).filter_map(|member| {
            Some(PlacedCopy { path: path(member.file)?, nearest: path(member.nearest)?, share: member.share })
        });
    Some(PlacedFamily { members: members.collect() }).filter(|family: &PlacedFamily| family.members.len() > 1)
}

/// Whether a module is reported as a version of another; then it is not reported as its copy.
fn is_version(db: &dyn Db, project: Project, file: FileId) -> bool {
    file_of(db, project, file).is_some_and(|file| version_of(db, project, file).is_some())
}
