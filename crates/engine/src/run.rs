//! The engine as its callers see it: open a project, change files, check.
//! It must not know how findings are shown.

mod listing;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use analyzer_diagnostics::{Finding, GraphEdge, GraphView, Inventory, Report, RuleInfo, Summary};
use analyzer_facts::{FactSet, FileFacts, Limits, TextRange};
use analyzer_project::config::ConfigProblem;
use analyzer_project::places::{is_generated, is_template};
use analyzer_project::{EdgeFilter, FileId, KindSet, Settings};
use analyzer_rules::custom::CustomRules;
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use salsa::plumbing::AsId;
use salsa::{Durability, Setter};

use crate::cache::Cache;
use crate::contracts::contract_problems;
use crate::copies::make_prints;
use crate::db::{Database, QueryLog, Subject};
use crate::finish::Finisher;
use crate::graph::{graph, make_edges, shown_edges, shown_nodes};
use crate::inputs::{Content, File, NO_MODULE, Project, Shard};
use crate::inventory::inventory;
use crate::live::{Snapshot, cacheable_facts};
use crate::load::{AT_ONCE, Asked, CancelFlag, Loaded, Progress, load};
use crate::locate::LocatedText;
use crate::mirrors::{is_folded, live_files};
use crate::queries::{config_kind, facts, is_listed, text_of};
use crate::secrets;
use crate::store::FactsStore;
use crate::summary::recount;
use crate::suppress::{self, Added};
use crate::view::{FileView, ReadyTexts};
use listing::{package_folders, shards_of};

/// How to analyse a project.
#[derive(Clone, Default)]
pub struct Options {
    /// Folder of the cache; none: nothing is read from or written to disk.
    pub cache: Option<Utf8PathBuf>,
    /// Told of progress while files are loaded.
    pub progress: Option<Arc<dyn Progress>>,
    /// Stops the run when set.
    pub cancel: CancelFlag,
    /// The groups of facts that are gathered; see [`analyzer_rules::facts_read`].
    pub facts: FactSet,
    /// Bounds on the work for one file.
    pub limits: Limits,
    /// Whether executed queries are noted; for tests.
    pub log_queries: bool,
    /// Rules that the repository wrote.
    pub custom_rules: Arc<CustomRules>,
    /// Whether findings carry code scanning's hash of their line.
    pub line_hashes: bool,
    /// Called with the name of each rule before it runs on a file; for tests of what a defect in one does.
    pub probe: Option<fn(&str)>,
    /// Whether the project is checked once, so that nothing need be kept to check it again sooner.
    pub once: bool,
    /// Files and folders that somebody named, relative to the root: a script among them is analysed although its name does
    /// not say that it is Python.
    pub named: Vec<String>,
    /// A text in place of what one file holds on disk, where it is there at all.
    pub given: Option<Given>,
    /// Identity that the key of the fingerprints of secrets is made from; see [`crate::fingerprint_identity`].
    pub fingerprint_identity: String,
}

/// A file whose text somebody holds: no disk is asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Relative to the root. Where the name does not say what the file is, it is taken for Python.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
}

/// The run was cancelled before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// A project under analysis. Parallel work runs in the rayon pool that the caller is in.
pub struct Engine {
    db: Database,
    log: Option<QueryLog>,
    store: Arc<FactsStore>,
    settings: Arc<Settings>,
    project: Project,
    files: Arc<FxHashMap<Arc<str>, File>>,
    /// Texts that an editor holds and whose names do not say what they are, by path.
    offered: FxHashMap<Arc<str>, Arc<str>>,
    /// Texts that findings of other files point to.
    ready: Arc<ReadyTexts>,
    /// Paths of `pyproject.toml` and `setup.cfg` files, sorted.
    markers: Vec<String>,
    /// Folders of downloaded code that were left out when the project was opened.
    downloaded: Vec<String>,
    root: Utf8PathBuf,
    options: Options,
    started: Instant,
    cached: u32,
}

impl Engine {
    /// Opens the project in the folder `root`: finds, reads and analyses its files.
    ///
    /// # Errors
    /// [`Cancelled`] when the options' flag was set meanwhile.
    pub fn open(root: Utf8PathBuf, settings: Settings, options: Options) -> Result<Self, Cancelled> {
        let started = Instant::now();
        let store =
            Arc::new(FactsStore::new(options.cache.clone().map(Cache::open), options.facts, options.limits));
        let progress = options.progress.as_deref();
        let asked = Asked { settings: &settings, named: &options.named, given: options.given.as_ref() };
        let loaded = load(&root, &asked, &store, progress, &options.cancel).ok_or(Cancelled)?;
        if let Some(cache) = store.cache() {
            cache.release();
        }
        let mut engine = Self::with_files(root, settings, options, store, loaded, started);
        engine.follow_lists(|_| None);
        make_edges(&engine.db, engine.project);
        Ok(engine)
    }

    /// A project of texts in memory, without cache.
    #[must_use]
    pub fn in_memory(files: &[(&str, &str)], settings: Settings, options: Options) -> Self {
        let store = Arc::new(FactsStore::new(None, options.facts, options.limits));
        let mut loaded = Loaded::default();
        for (path, text) in files {
            loaded.add(path, settings.max_file_size, text);
        }
        if let Some(given) = &options.given {
            loaded.give(given, settings.max_file_size);
        }
        loaded.files.sort_by(|a, b| a.0.cmp(&b.0));
        loaded.texts.sort_by(|a, b| a.0.cmp(&b.0));
        let limit = settings.max_file_size;
        let mut engine =
            Self::with_files(Utf8PathBuf::new(), settings, options, store, loaded, Instant::now());
        engine.follow_lists(|path| {
            let (_, text) = files.iter().find(|(known, _)| *known == path)?;
            Some(Content::of_text((*text).into(), limit))
        });
        engine
    }

    fn with_files(
        root: Utf8PathBuf,
        settings: Settings,
        options: Options,
        store: Arc<FactsStore>,
        loaded: Loaded,
        started: Instant,
    ) -> Self {
        let log = options.log_queries.then(QueryLog::default);
        let key = secrets::key_of(&options.fingerprint_identity);
        let custom = Arc::clone(&options.custom_rules);
        let probe = options.probe;
        let db = Database::new(root.clone(), Arc::clone(&store), custom, key, log.clone()).probed(probe);
        let db = if options.once { db.once() } else { db };
        let settings = Arc::new(settings);
        let mut listing = loaded.listing;
        listing.markers.sort_unstable();
        let mut files = FxHashMap::default();
        let mut sorted = Vec::with_capacity(loaded.files.len());
        for (number, (path, content)) in (0..).zip(loaded.files) {
            let file = File::builder(FileId(number), Arc::clone(&path), content, false);
            let file = file.durability(Durability::HIGH).new(&db);
            sorted.push(file);
            files.insert(path, file);
        }
        let mut texts = Vec::with_capacity(loaded.texts.len());
        for (path, content) in loaded.texts {
            let file = File::builder(NO_MODULE, Arc::clone(&path), content, false);
            let file = file.durability(Durability::HIGH).new(&db);
            texts.push(file);
            files.insert(path, file);
        }
        let shards: Vec<Shard> = shards_of(&db, &sorted)
            .into_iter()
            .map(|files| Shard::builder(files).durability(Durability::HIGH).new(&db))
            .collect();
        let project = Project::builder(
            Arc::clone(&settings),
            sorted.clone().into(),
            texts.into(),
            sorted.into(),
            shards.into(),
            listing.compiled.into(),
            listing.ignored.into(),
            package_folders(files.keys(), &listing.markers).into(),
        )
        .durability(Durability::HIGH)
        .new(&db);
        let (markers, cached, files) = (listing.markers, loaded.cached, Arc::new(files));
        let downloaded = listing.downloaded;
        let (offered, ready) = (FxHashMap::default(), Arc::default());
        Self {
            db,
            log,
            store,
            settings,
            project,
            files,
            offered,
            ready,
            markers,
            downloaded,
            root,
            options,
            started,
            cached,
        }
    }

    /// Gives a file this text, or removes it. Equal text changes nothing.
    pub fn set_file(&mut self, path: &str, text: Option<&str>) {
        let text = text.map(|text| if is_listed(path) { "" } else { text });
        let content =
            text.map_or(Content::Missing, |text| Content::of_text(text.into(), self.settings.max_file_size));
        self.following_lists(path, |engine| {
            engine.set_content(path, content);
        });
    }

    /// Gives a file this content, and other files the sight of it. An equal one changes nothing; returns whether it is
    /// another.
    pub(crate) fn set_content(&mut self, path: &str, content: Content) -> bool {
        // What changes often must not make anything else change often.
        let edited = self.store.is_edited(path);
        let durability = if edited { Durability::LOW } else { Durability::HIGH };
        let changed = self.put_content(path, content, durability);
        if edited && changed {
            self.show_now(path);
        }
        changed
    }

    /// Gives a file this content, whatever other files see of it.
    pub(crate) fn put_content(&mut self, path: &str, content: Content, durability: Durability) -> bool {
        let known = self.files.get(path).copied();
        match known {
            Some(file) => {
                let was = file.content(&self.db);
                if *was == content {
                    return false;
                }
                let appears = *was == Content::Missing || content == Content::Missing;
                let there = content != Content::Missing;
                file.set_content(&mut self.db).with_durability(durability).to(content);
                if appears {
                    self.mark(path, there);
                    self.update_file_set();
                }
            }
            None if content == Content::Missing => return false,
            None => {
                self.mark(path, true);
                let path: Arc<str> = path.into();
                let mut numbered = self.project.numbered(&self.db).to_vec();
                let module = config_kind(&path).is_none() && !is_listed(&path);
                let number = if module { FileId(numbered.len() as u32) } else { NO_MODULE };
                let file = File::builder(number, Arc::clone(&path), content, false);
                let file = file.durability(Durability::HIGH).content_durability(durability).new(&self.db);
                if module {
                    numbered.push(file);
                    self.project.set_numbered(&mut self.db).to(numbered.into());
                }
                self.insert(path, file);
                self.update_file_set();
            }
        }
        true
    }

    /// Checks everything, and reports on the files and folders in `only`, relative to the root; on all if it is empty.
    ///
    /// # Errors
    /// [`Cancelled`] when the options' flag was set meanwhile.
    pub fn check(&self, only: &[String]) -> Result<Report, Cancelled> {
        let rules = rules_with(&self.options.custom_rules);
        let finisher = Finisher::new(&self.settings, &rules, self.options.line_hashes);
        let view = self.view();
        let ready = ReadyTexts::default();
        let cancel = &self.options.cancel;
        make_prints(&self.db, self.project);
        let mut files = [&**self.project.files(&self.db), &**self.project.texts(&self.db)].concat();
        files.sort_by(|a, b| a.path(&self.db).cmp(b.path(&self.db)));
        let checked = files.par_iter().with_max_len(AT_ONCE).map_with(self.db.clone(), |db, file| {
            if cancel.load(Ordering::Relaxed) {
                return None;
            }
            let wanted = only.is_empty() || only.iter().any(|path| lies_in(file.path(db), path));
            Some(if wanted { view.check_file(db, *file, &finisher, &ready) } else { Vec::new() })
        });
        let findings: Vec<Vec<Finding>> = checked.collect::<Option<_>>().ok_or(Cancelled)?;
        self.store.clear();
        let findings: Vec<Finding> = findings.into_iter().flatten().collect();
        let mut report = Report { findings, summary: self.summary() };
        recount(&mut report);
        report.summary.elapsed = self.started.elapsed();
        Ok(report)
    }

    /// Mistakes in the configuration that only the project shows: contracts on modules that do not exist.
    #[must_use]
    pub fn config_problems(&self) -> Vec<ConfigProblem> {
        contract_problems(&self.db, self.project)
    }

    /// Writes comments that suppress `findings` into their files, which must still be as they were analysed.
    /// Nothing else changes in a file, and each is replaced as a whole or not at all.
    #[must_use]
    pub fn add_suppressions(&self, findings: &[Finding]) -> Added {
        let mut added = Added::default();
        for group in findings.chunk_by(|a, b| a.location.path == b.location.path) {
            let Some(first) = group.first() else { continue };
            let known = self.files.get(&first.location.path).map(|file| file.content(&self.db));
            let hash = match known {
                Some(Content::Disk(hash)) => Some(*hash),
                _ => None,
            };
            let kind = self.kind_of(&first.location.path);
            suppress::add_to_file(&self.root, (hash, kind), group, self.options.limits, &mut added);
        }
        added
    }

    /// The import graph, as `analyzer graph` prints it.
    #[must_use]
    pub fn graph(&self) -> GraphView {
        drawn(&self.db, self.project, &CancelFlag::default()).unwrap_or_default()
    }

    /// The queries that ran since the last call, as `name(path)`, `name(shard)` or `name`, sorted; nothing unless
    /// [`Options::log_queries`] is set.
    #[must_use]
    pub fn executed_queries(&self) -> Vec<String> {
        let Some(log) = &self.log else { return Vec::new() };
        let ran = log.executed();
        let path = |id| {
            let file = self.project.numbered(&self.db).iter().find(|file| file.as_id() == id);
            file.map_or("?", |file| file.path(&self.db))
        };
        let shown = ran.into_iter().map(|(query, subject)| match subject {
            Subject::File(id) => format!("{query}({})", path(id)),
            Subject::Shard => format!("{query}(shard)"),
            Subject::Project => query.to_owned(),
        });
        let mut shown: Vec<String> = shown.collect();
        shown.sort();
        shown
    }

    /// How many results of queries were computed, or found to be valid still, since the last call; 0 unless
    /// [`Options::log_queries`] is set.
    #[must_use]
    pub fn asked_queries(&self) -> u64 {
        self.log.as_ref().map_or(0, QueryLog::asked)
    }

    /// Whether a file of this name is part of the project.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|file| *file.content(&self.db) != Content::Missing)
    }

    /// The project as it is now, for other threads.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let (files, store, ready) =
            (Arc::clone(&self.files), Arc::clone(&self.store), Arc::clone(&self.ready));
        Snapshot::new(self.db.clone(), self.project, files, store, ready)
    }

    /// The files that somebody named, and folders.
    pub(crate) fn named(&self) -> &[String] {
        &self.options.named
    }

    /// The folder that the project lies in.
    pub(crate) fn root(&self) -> &Utf8Path {
        &self.root
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    pub(crate) fn store(&self) -> &FactsStore {
        &self.store
    }

    /// Texts that an editor holds and whose names do not say what they are, by path.
    pub(crate) const fn offered_mut(&mut self) -> &mut FxHashMap<Arc<str>, Arc<str>> {
        &mut self.offered
    }

    /// Paths of all files that exist.
    pub(crate) fn paths(&self) -> impl Iterator<Item = Arc<str>> {
        let files = self.project.files(&self.db).iter().chain(self.project.texts(&self.db).iter());
        files.map(|file| Arc::clone(file.path(&self.db)))
    }

    /// Adds a file; [`Engine::update_file_set`] is to be called for it then.
    pub(crate) fn insert(&mut self, path: Arc<str>, file: File) {
        Arc::make_mut(&mut self.files).insert(path, file);
    }

    pub(crate) const fn db(&self) -> &Database {
        &self.db
    }

    pub(crate) const fn db_mut(&mut self) -> &mut Database {
        &mut self.db
    }

    /// The database and the project, for asking queries.
    pub(crate) fn database(&self) -> (&Database, Project) {
        (&self.db, self.project)
    }

    /// The file at a path, whether it exists or not.
    pub(crate) fn file(&self, path: &str) -> Option<File> {
        self.files.get(path).copied()
    }

    /// The content of a file, as far as it is known.
    pub(crate) fn content_of(&self, path: &str) -> Option<&Content> {
        self.files.get(path).map(|file| file.content(&self.db))
    }

    /// The facts of a file; none where it was not analysed.
    pub(crate) fn facts_of(&self, path: &str) -> Option<&FileFacts> {
        facts(&self.db, *self.files.get(path)?)
    }

    /// Where a file lies on disk.
    pub(crate) fn place_of(&self, path: &str) -> Utf8PathBuf {
        self.root.join(path)
    }

    /// Whether the options' flag was set.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.options.cancel.load(Ordering::SeqCst)
    }

    fn view(&self) -> FileView<'_> {
        FileView { project: self.project, files: &self.files }
    }

    fn summary(&self) -> Summary {
        let downloaded = self.downloaded.clone();
        let mut summary = Summary { cached_files: self.cached, downloaded, ..Summary::default() };
        for file in self.project.files(&self.db).iter() {
            match facts(&self.db, *file) {
                Some(facts) => {
                    summary.files += 1;
                    let path = file.path(&self.db);
                    let template = facts.syntax.is_some() && is_template(path, facts);
                    summary.templates += u32::from(template);
                    summary.generated_files += u32::from(is_generated(path, facts));
                    summary.broken_files += u32::from(facts.syntax.is_some() && !template);
                    summary.lines += u64::from(facts.lines);
                    let folded = is_folded(&self.db, self.project, *file);
                    summary.folded_files += u32::from(folded);
                    if !facts.gpu.uses.is_empty() && !folded {
                        summary.gpu_modules.push(file.path(&self.db).to_string());
                    }
                }
                None => summary.skipped_files += 1,
            }
        }
        let every = EdgeFilter { named: KindSet::ALL, implicit: KindSet::NONE };
        summary.import_edges = graph(&self.db, self.project).edge_count(every) as u32;
        summary
    }

    /// The parts of the project.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        inventory(&self.db, self.project)
    }

    /// Writes new facts to the cache on disk.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be written; findings are not affected.
    pub fn save_cache(&self) -> Result<(), analyzer_source::FileError> {
        let Some(cache) = self.store.cache() else { return Ok(()) };
        let files = self.project.files(&self.db).iter();
        let values = files.filter_map(|file| cacheable_facts(&self.db, *file, &self.store));
        let values: Vec<_> = values.collect();
        cache.save(&values.iter().map(|(hash, analysis)| (*hash, &**analysis)).collect::<Vec<_>>())
    }
}

/// The import graph as it is shown; none once `stop` is set.
pub(crate) fn drawn(db: &Database, project: Project, stop: &CancelFlag) -> Option<GraphView> {
    let edges = live_files(db, project).par_iter().with_max_len(AT_ONCE).map_with(db.clone(), |db, file| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let text = LocatedText::new(Arc::clone(file.path(db)), text_of(db, *file));
        let line_of = |offset| text.location(TextRange::new(offset, offset)).start.line;
        Some(shown_edges(db, project, *file, line_of))
    });
    let edges: Vec<Vec<GraphEdge>> = edges.collect::<Option<_>>()?;
    Some(GraphView { nodes: shown_nodes(db, project), edges: edges.into_iter().flatten().collect() })
}

/// Every rule: the built-in ones and the project's own.
pub(crate) fn rules_with(custom: &CustomRules) -> Vec<&RuleInfo> {
    let custom = custom.all().iter().map(|rule| &rule.info);
    analyzer_rules::all().iter().map(|rule| &rule.info).chain(custom).collect()
}

/// Whether `path` is `target` or lies in the folder `target`.
#[must_use]
pub fn lies_in(path: &str, target: &str) -> bool {
    path.strip_prefix(target).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
