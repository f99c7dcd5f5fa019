//! From arguments to a project: its root, its configuration, the paths to report on, and the threads.
//! It must not know commands.

use std::num::NonZeroUsize;
use std::sync::Arc;

use analyzer_diagnostics::RuleInfo;
use analyzer_engine::Given;
use analyzer_project::Settings;
use analyzer_project::config::Catalogue;
use analyzer_rules::custom::CustomRules;
use analyzer_source::{environment, files};
use camino::{Utf8Path, Utf8PathBuf};

use crate::args::ProjectArgs;
use crate::configuration::read_settings;
use crate::failure::Failure;
use crate::own_rules;
use crate::root::{Root, root_of, root_of_all};

/// A project to analyse.
#[derive(Debug)]
pub(crate) struct Setup {
    /// Its folder, absolute.
    pub(crate) root: Utf8PathBuf,
    /// Its configuration.
    pub(crate) settings: Settings,
    /// Paths to report on, relative to the root; empty: everything.
    pub(crate) only: Vec<String>,
    /// The rules that the project wrote itself.
    pub(crate) custom: Arc<CustomRules>,
    /// A text in place of a file's.
    pub(crate) given: Option<Given>,
    /// Whether that text is all there is.
    pub(crate) alone: bool,
}

/// Every rule, for checking names.
pub(crate) fn all_rules() -> Vec<&'static RuleInfo> {
    analyzer_rules::all().iter().map(|rule| &rule.info).collect()
}

/// Every rule, built-in or the project's own, sorted by name.
pub(crate) fn rules_with(custom: &CustomRules) -> Vec<&RuleInfo> {
    let mut rules = all_rules();
    rules.extend(custom.all().iter().map(|rule| &rule.info));
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    rules
}

/// Finds the project that `paths` belong to and reads its configuration.
pub(crate) fn setup(paths: &[Utf8PathBuf], args: &ProjectArgs) -> Result<Setup, Failure> {
    let here = [args.project.clone().unwrap_or_else(|| Utf8PathBuf::from("."))];
    let paths = if paths.is_empty() { &here } else { paths };
    let around = project_root(args)?;
    let mut targets = Vec::new();
    for path in paths {
        if !files::exists(path) {
            return Err(Failure::with_help(
                format!("there is no file or folder `{path}`"),
                format!("paths are relative to `{}`", environment::current_dir()?),
            ));
        }
        let target = files::canonicalize(path)?;
        if let Some(root) = &around
            && !target.starts_with(&root.folder)
        {
            return Err(Failure::new(format!("`{path}` lies outside of the project `{}`", root.folder)));
        }
        targets.push(target);
    }
    let root = match around {
        Some(root) => root,
        None => root_of_all(&targets)?,
    };
    let root = root.folder;
    let only = targets.iter().map(|target| relative(target, &root)).collect();
    open(root.clone(), if targets.contains(&root) { Vec::new() } else { only }, args)
}

/// The root of the project that `--project` names; none where it does not.
pub(crate) fn project_root(args: &ProjectArgs) -> Result<Option<Root>, Failure> {
    let Some(folder) = &args.project else { return Ok(None) };
    if !files::is_dir(folder) {
        return Err(Failure::new(format!("there is no folder `{folder}`, which `--project` names")));
    }
    root_of(folder).map(Some)
}

/// Reads the configuration of the project in the folder `root`.
pub(crate) fn open(root: Utf8PathBuf, only: Vec<String>, args: &ProjectArgs) -> Result<Setup, Failure> {
    let custom = if args.isolated { Arc::default() } else { own_rules::load(&root)? };
    let settings = read_settings(&root, args, &custom)?;
    Ok(Setup { root, settings, only, custom, given: None, alone: false })
}

/// The project's folder as its git repository names it, with a slash at the end; empty where it is the repository's own.
pub(crate) fn repository_prefix(root: &Utf8Path) -> String {
    let repository = root.ancestors().find(|folder| files::exists(&folder.join(".git")));
    let prefix = repository.map(|folder| relative(root, folder)).unwrap_or_default();
    if prefix.is_empty() { prefix } else { prefix + "/" }
}

/// A path from the root, with forward slashes; as it is where it lies elsewhere.
pub(crate) fn relative(path: &Utf8Path, root: &Utf8Path) -> String {
    path.strip_prefix(root).unwrap_or(path).as_str().replace('\\', "/")
}

/// Applies `--select`, `--extend-select` and `--ignore`.
pub(crate) fn choose_rules(
    settings: &mut Settings,
    custom: &CustomRules,
    (select, extend): (&[String], &[String]),
    ignore: &[String],
) -> Result<(), Failure> {
    let rules = rules_with(custom);
    let catalogue = Catalogue(&rules);
    let expand = |words: &[String]| {
        let mut chosen = std::collections::BTreeSet::new();
        for word in words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
            chosen.extend(catalogue.expand(word).map_err(|unknown| {
                let help = unknown.hint.clone();
                let help = help.unwrap_or_else(|| "`analyzer rules` lists them all".to_owned());
                Failure::with_help(unknown.to_string(), help)
            })?);
        }
        Ok::<_, Failure>(chosen)
    };
    if !select.is_empty() {
        settings.enabled = expand(select)?;
    }
    settings.enabled.extend(expand(extend)?);
    let ignored = expand(ignore)?;
    settings.enabled.retain(|rule| !ignored.contains(rule));
    Ok(())
}

/// Addresses that a run of one thread needs, in bytes: reserved, not used.
const FIRST_THREAD: u64 = 416 << 20;
/// Addresses that each further thread needs: its stack, and what its allocators reserve.
const EACH_THREAD: u64 = 160 << 20;

/// Runs `work` in a pool of this many threads; one for each core if none is given, and fewer where the system allows no
/// more.
pub(crate) fn in_pool<T: Send>(threads: Option<u16>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let fit = address_space().map(|limit| limit.saturating_sub(FIRST_THREAD) / EACH_THREAD + 1);
    let fit = usize::try_from(fit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = threads.filter(|threads| *threads > 0).map_or_else(cores, usize::from);
    let mut count = wanted.min(fit);
    let pool = loop {
        let builder = rayon::ThreadPoolBuilder::new()
            .num_threads(count)
            // Deep trees are dropped without recursion, but C code of the grammar may still want room.
            .stack_size(8 << 20);
        match builder.build() {
            Ok(pool) => break pool,
            Err(_) if count > 1 => count /= 2,
            Err(error) => break alone(&error)?,
        }
    };
    if threads.is_some_and(|threads| usize::from(threads) > count) {
        tell!("warning: the system allows {count} of {wanted} threads");
    }
    Ok(pool.install(work))
}

/// Limit of the process's address space, in bytes; none where it is unlimited.
#[cfg(unix)]
fn address_space() -> Option<u64> {
    use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};
    let (limit, _) = getrlimit(Resource::RLIMIT_AS).ok()?;
    (limit != RLIM_INFINITY).then_some(limit)
}

#[cfg(not(unix))]
const fn address_space() -> Option<u64> {
    None
}

/// A pool of the current thread, where the system starts no other.
fn alone(error: &rayon::ThreadPoolBuildError) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().map_err(|_| {
        Failure::with_help(format!("no thread can be started: {error}"), "allow more of them: `ulimit -u`")
    })
}
