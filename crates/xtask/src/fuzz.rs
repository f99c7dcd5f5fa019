//! Fuzzing without a fuzzer: random damage to real files, for as long as is asked. After each damage nothing may fail, take
//! long, or be found otherwise than by an engine that never knew the text before. It must not know what rules find.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use analyzer_diagnostics::Finding;
use analyzer_engine::{Engine, Options};
use analyzer_project::Settings;
use analyzer_source::{WalkOptions, decode, walk};
use anyhow::Context;
use camino::Utf8PathBuf;

use crate::damage::{Random, damaged};

/// Arguments of `cargo xtask fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder with the files to damage.
    folder: Utf8PathBuf,
    /// How long to go on.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the random numbers begin; by default another place each time.
    #[arg(long)]
    seed: Option<u64>,
    /// Where the files are left that something is wrong with.
    #[arg(long, default_value = "target/fuzz")]
    out: PathBuf,
}

/// Files that are looked at together.
const TOGETHER: usize = 4;
/// Damages to them, one after the other.
const DAMAGES: usize = 6;
/// Time limit of a check of them; a build for debugging on a busy machine needs a second.
const LONGEST: Duration = Duration::from_secs(20);
/// Bytes of a file that is taken.
const LARGEST: usize = 60_000;
type Texts = BTreeMap<String, String>;

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let files = texts(args)?;
    let seed = args.seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |now| now.as_nanos() as u64)
    });
    let mut random = Random(seed | 1);
    let (start, mut checks) = (Instant::now(), 0_u64);
    while start.elapsed() < Duration::from_secs(args.seconds) {
        let mut texts = Texts::new();
        for _ in 0..TOGETHER {
            let (path, text) = &files[random.below(files.len())];
            texts.insert(path.clone(), text.clone());
        }
        let mut engine = open(&texts);
        for _ in 0..DAMAGES {
            let path = texts.keys().nth(random.below(texts.len())).cloned().unwrap_or_default();
            let text = damaged(texts.get(&path).map_or("", String::as_str), &mut random);
            engine.set_file(&path, Some(&text));
            texts.insert(path, text);
            checks += 1;
            if let Some(fault) = fault(&engine, &texts)? {
                let folder = args.out.join(format!("{seed}-{checks}"));
                for (path, text) in &texts {
                    let path = folder.join(path);
                    std::fs::create_dir_all(path.parent().context("a file has a folder")?)?;
                    std::fs::write(path, text)?;
                }
                eprintln!("{fault}; the files are in {}", folder.display());
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    println!("{checks} damages in {} s, seed {seed}: nothing failed", start.elapsed().as_secs());
    Ok(ExitCode::SUCCESS)
}

/// The files of the folder, with their paths in it.
fn texts(args: &Args) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for file in walk(&args.folder, &WalkOptions::default()).files {
        let bytes = std::fs::read(args.folder.join(&*file.path))?;
        if bytes.len() <= LARGEST
            && let Ok(source) = decode(bytes)
        {
            files.push((file.path.to_string(), source.text));
        }
    }
    anyhow::ensure!(!files.is_empty(), "there are no files in {}", args.folder);
    Ok(files)
}

/// The first fault, if there is one.
fn fault(engine: &Engine, texts: &Texts) -> anyhow::Result<Option<String>> {
    let start = Instant::now();
    let found = check(engine)?;
    if start.elapsed() > LONGEST {
        return Ok(Some(format!("a check took {} s", start.elapsed().as_secs())));
    }
    if let Some(failed) = found.iter().find(|finding| finding.rule == "internal-error") {
        return Ok(Some(format!("{}: {}", failed.location.path, failed.message)));
    }
    let fresh = check(&open(texts))?;
    let other = found.iter().zip(&fresh).find(|(one, two)| one != two);
    Ok(match other {
        Some((one, two)) => Some(format!("found {one:?}, and by a new engine {two:?}")),
        None if found.len() != fresh.len() => {
            Some(format!("{} findings, and {} by a new engine", found.len(), fresh.len()))
        }
        None => None,
    })
}

fn open(texts: &Texts) -> Engine {
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let names: BTreeSet<_> =
        analyzer_rules::all().iter().map(|rule| rule.info.name.as_str().into()).collect();
    Engine::in_memory(
        &files,
        Settings::with_rules(names),
        Options { line_hashes: true, ..Options::default() },
    )
}

fn check(engine: &Engine) -> anyhow::Result<Vec<Finding>> {
    let report =
        engine.check(&[]).map_err(|_| anyhow::anyhow!("a check was cancelled, and nobody asked for it"))?;
    Ok(report.findings)
}
