//! Output of `--verbose` on standard error: the project, the files that are left out and why, the cache, and how long
//! each step took. It must not know findings beyond those about files that were skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use analyzer_diagnostics::Report;
use analyzer_project::Settings;
use analyzer_source::{FileKind, WalkOptions, walk};
use camino::Utf8Path;

use crate::args::CheckArgs;
use crate::configuration::config_file;

/// Lines about files that are left out.
const LINES: usize = 100;

/// When each step of a run ended.
pub(crate) struct Clock {
    last: Instant,
    steps: Vec<(&'static str, Duration)>,
}

impl Clock {
    /// Begins now.
    pub(crate) fn start() -> Self {
        Self { last: Instant::now(), steps: Vec::new() }
    }

    /// Ends a step, and begins the next one.
    pub(crate) fn ends(&mut self, step: &'static str) {
        let now = Instant::now();
        self.steps.push((step, now - self.last));
        self.last = now;
    }
}

/// Tells about a run.
pub(crate) fn tell(args: &CheckArgs, root: &Utf8Path, settings: &Settings, report: &Report, clock: &Clock) {
    let mut text = format!("project: {root}\n");
    match config_file(root, &args.run.project).ok().flatten() {
        Some(file) => text.push_str(&format!("configuration: {file}\n")),
        None => text.push_str("configuration: none\n"),
    }
    text.push_str(&left_out_lines(root, settings));
    let summary = &report.summary;
    for finding in report.findings.iter().filter(|finding| finding.rule == "skipped-file") {
        text.push_str(&format!("not analysed: {}, {}\n", finding.location.path, finding.message));
    }
    text.push_str(&format!("analysed: {}\n", files(summary.files)));
    text.push_str(&match args.run.no_cache {
        true => "cache: not used\n".to_owned(),
        false => format!("cache: {} of {}\n", summary.cached_files, files(summary.files)),
    });
    let steps = clock.steps.iter().map(|(step, time)| format!("{step} {:.2} s", time.as_secs_f64()));
    text.push_str(&format!("time: {}\n", steps.collect::<Vec<_>>().join(", ")));
    tell!("{}", text.trim_end());
}

/// Files and folders that are left out and why, one per line.
pub(crate) fn left_out_lines(root: &Utf8Path, settings: &Settings) -> String {
    let left_out = left_out(root, settings);
    let mut text = String::new();
    for (path, (count, reason)) in left_out.iter().take(LINES) {
        let count = if path.ends_with('/') { format!(" ({})", files(*count)) } else { String::new() };
        text.push_str(&format!("left out: {path}{count}, {reason}\n"));
    }
    if left_out.len() > LINES {
        let more = left_out.iter().skip(LINES).map(|(_, (count, _))| count).sum();
        text.push_str(&format!("left out: {} more\n", files(more)));
    }
    text
}

fn files(count: u32) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

/// Files that are left out with the reason; where all files below a folder are, the folder with their number. Of what is left
/// out by default, which holds much that is nobody's, only Python counts.
fn left_out(root: &Utf8Path, settings: &Settings) -> BTreeMap<String, (u32, &'static str)> {
    let found = |options: &WalkOptions, wanted: fn(FileKind) -> bool| -> BTreeSet<String> {
        let found = walk(root, options).files.into_iter();
        found.filter(|file| wanted(file.kind)).map(|file| file.path.into_string()).collect()
    };
    let is_read = |kind| !matches!(kind, FileKind::Backup | FileKind::Compiled);
    let plain = WalkOptions { default_excludes: false, respect_gitignore: false, ..WalkOptions::default() };
    let usual = WalkOptions { default_excludes: true, include: settings.include.clone(), ..plain.clone() };
    let configured = WalkOptions { exclude: settings.exclude.clone(), ..usual.clone() };
    let all = WalkOptions { respect_gitignore: settings.respect_gitignore, ..configured.clone() };
    let read = found(&all, is_read);
    // Each walk leaves out more than the one before, for one reason more.
    let walks = [
        (found(&plain, FileKind::is_python), "left out by default"),
        (found(&usual, is_read), "excluded by the configuration"),
        (found(&configured, is_read), "ignored by .gitignore or .ignore"),
    ];
    let mut reasons: BTreeMap<&str, &'static str> = BTreeMap::new();
    for (found, reason) in &walks {
        reasons.extend(found.iter().map(|path| (path.as_str(), *reason)));
    }
    let kept =
        |folder: &str| read.range(folder.to_owned()..).next().is_some_and(|path| path.starts_with(folder));
    let mut left_out: BTreeMap<String, (u32, &'static str)> = BTreeMap::new();
    for (path, reason) in reasons.into_iter().filter(|(path, _)| !read.contains(*path)) {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..=at));
        let empty = folders.into_iter().find(|folder| !kept(folder));
        left_out.entry(empty.unwrap_or(path).to_owned()).or_insert((0, reason)).0 += 1;
    }
    left_out
}
