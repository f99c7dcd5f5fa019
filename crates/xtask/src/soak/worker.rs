//! Checks inputs in this process, which first bounds its own memory. It must not know how inputs are made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use analyzer_diagnostics::Finding;
use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use analyzer_project::config::{Catalogue, ConfigSource, parse};

use super::case::{Case, make, sources};
use super::{Args, Figures};
use crate::damage::Random;

/// Processor time of one input, in milliseconds; a build without optimisation needs a hundredth of it.
const LONGEST: u64 = 20_000;
/// An input that uses no processor time is waited for so long.
const STUCK: Duration = Duration::from_secs(600);
/// The exit code of a process that gave up an input.
const HANGS: i32 = 3;

pub(super) fn run(args: &Args, file: &Path) -> anyhow::Result<ExitCode> {
    limit_memory(args.memory << 20)?;
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let number = Arc::new(AtomicU64::new(0));
    watch(Arc::clone(&number));
    let mut figures = Figures::default();
    if let Ok(text) = std::fs::read_to_string(file) {
        look(&serde_json::from_str(&text)?, &mut figures)?;
    } else {
        let sources = sources(&args.folder)?;
        let mut random = Random(args.seed | 1);
        while figures.files < args.files && figures.differences == 0 {
            let case = make(&sources, &mut random);
            std::fs::write(file, serde_json::to_string(&case)?)?;
            number.fetch_add(1, Ordering::Relaxed);
            let before = used().0;
            look(&case, &mut figures)?;
            figures.slowest = figures.slowest.max(used().0 - before);
        }
    }
    figures.peak = used().1;
    println!("{}", serde_json::to_string(&figures)?);
    Ok(ExitCode::SUCCESS)
}

/// Ends the process where one input takes too long.
fn watch(number: Arc<AtomicU64>) {
    std::thread::spawn(move || {
        let (mut seen, mut since, mut started) = (0, 0, Instant::now());
        loop {
            std::thread::sleep(Duration::from_millis(200));
            let now = number.load(Ordering::Relaxed);
            if now != seen {
                (seen, since, started) = (now, used().0, Instant::now());
            } else if used().0 - since > LONGEST || started.elapsed() > STUCK {
                eprintln!("an input takes too long");
                std::process::exit(HANGS);
            }
        }
    });
}

/// Checks an input, and after each edit compares the findings with those of a cold check.
fn look(case: &Case, figures: &mut Figures) -> anyhow::Result<()> {
    let settings = settings(&case.settings)?;
    let mut texts = case.texts.clone();
    figures.files += texts.len() as u64;
    let mut engine = open(&texts, &settings);
    check(&engine)?;
    for (path, text) in &case.edits {
        // An editor keeps what helps with the next version; the others see the text at once.
        engine.edit_file(path, text.as_str().into());
        engine.set_file(path, Some(text));
        texts.insert(path.clone(), text.clone());
        let (warm, cold) = (check(&engine)?, check(&open(&texts, &settings))?);
        figures.files += 1;
        figures.edits += 1;
        if warm != cold {
            let other = warm.iter().zip(&cold).find(|(one, two)| one != two);
            eprintln!("{path}: {} findings, {} of a cold check; {other:?}", warm.len(), cold.len());
            figures.differences += 1;
            return Ok(());
        }
    }
    Ok(())
}

/// The settings of a configuration, or the usual ones where it has mistakes, each of which has a place in the text.
fn settings(text: &str) -> anyhow::Result<Settings> {
    let rules: Vec<_> = analyzer_rules::all().iter().map(|rule| &rule.info).collect();
    match parse(text, ConfigSource::Analyzer, Catalogue(&rules)) {
        Ok(settings) => Ok(settings),
        Err(problems) => {
            for problem in problems {
                let range = problem.range.start as usize..problem.range.end as usize;
                anyhow::ensure!(text.get(range).is_some(), "{problem:?} has no place");
            }
            let names: BTreeSet<_> = rules.iter().map(|rule| rule.name.as_str().into()).collect();
            Ok(Settings::with_rules(names))
        }
    }
}

fn open(texts: &BTreeMap<String, String>, settings: &Settings) -> Engine {
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Engine::in_memory(&files, settings.clone(), Options { line_hashes: true, ..Options::default() })
}

fn check(engine: &Engine) -> anyhow::Result<Vec<Finding>> {
    let report = engine.check(&[]).map_err(|_| anyhow::anyhow!("a check was cancelled"))?;
    if let Some(failed) = report.findings.iter().find(|finding| finding.rule == "internal-error") {
        anyhow::bail!("{}: {}", failed.location.path, failed.message);
    }
    Ok(report.findings)
}

/// Processor time so far in milliseconds, and peak memory in bytes.
#[cfg(unix)]
fn used() -> (u64, u64) {
    let Ok(usage) = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_SELF) else {
        return (0, 0);
    };
    let time = |time: nix::sys::time::TimeVal| time.tv_sec() as u64 * 1000 + time.tv_usec() as u64 / 1000;
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    (time(usage.user_time()) + time(usage.system_time()), usage.max_rss() as u64 * unit)
}

#[cfg(unix)]
fn limit_memory(bytes: u64) -> anyhow::Result<()> {
    use nix::sys::resource::{Resource, setrlimit};
    Ok(setrlimit(Resource::RLIMIT_AS, bytes, bytes)?)
}

#[cfg(not(unix))]
fn used() -> (u64, u64) {
    (0, 0)
}

#[cfg(not(unix))]
fn limit_memory(_: u64) -> anyhow::Result<()> {
    Ok(())
}
