//! A long run over mutated projects. Each batch is checked in a process of its own with bounded memory and time, so that
//! an abort or a hang ends the batch alone, and its input is kept under the corpus folder and tried first next time.
//! It must not know how inputs are made, nor what is wrong with one.

mod case;
mod worker;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

/// Inputs of one process.
const BATCH: u64 = 100;

/// The options of `cargo xtask soak`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder with files to mutate.
    #[arg(default_value = "fixtures/monorepo")]
    folder: Utf8PathBuf,
    /// How long to go on.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Stop after so many mutated files.
    #[arg(long, default_value_t = u64::MAX)]
    files: u64,
    /// Stop after so many edits.
    #[arg(long, default_value_t = u64::MAX)]
    edits: u64,
    /// The first random number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Memory of one process, in megabytes.
    #[arg(long, default_value_t = 1500)]
    memory: u64,
    /// Where inputs that failed are kept.
    #[arg(long, default_value = "target/soak")]
    corpus: PathBuf,
    /// Check one batch, or one kept input, in this process.
    #[arg(long, hide = true)]
    worker: Option<PathBuf>,
}

/// Figures of one process, or of all of them.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Figures {
    /// Texts that were mutated and checked.
    files: u64,
    /// Edits after which the findings were compared with those of a cold check.
    edits: u64,
    /// Processor time of the slowest input, in milliseconds.
    slowest: u64,
    /// Peak resident memory, in bytes.
    peak: u64,
    /// Inputs with findings that a cold check does not have, or the other way round.
    differences: u64,
    /// Processes that ended otherwise than they should.
    failures: u64,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.edits += other.edits;
        self.slowest = self.slowest.max(other.slowest);
        self.peak = self.peak.max(other.peak);
        self.differences += other.differences;
        self.failures += other.failures;
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.worker {
        return worker::run(args, file);
    }
    let kept = args.corpus.join("kept");
    std::fs::create_dir_all(&kept)?;
    let started = Instant::now();
    let mut total = Figures::default();
    let mut again: Vec<PathBuf> =
        std::fs::read_dir(&kept)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    again.sort();
    for file in again {
        batch(args, args.seed, &file, &mut total)?;
    }
    let current = args.corpus.join(format!("current-{}.json", args.seed));
    let over = |total: &Figures| {
        started.elapsed() >= Duration::from_secs(args.seconds)
            || total.files >= args.files && total.edits >= args.edits
            || total.files >= args.files && args.edits == u64::MAX
            || total.edits >= args.edits && args.files == u64::MAX
    };
    let mut seed = args.seed;
    while !over(&total) {
        // The worker makes its own inputs where this file is not there.
        let _ = std::fs::remove_file(&current);
        if let Some(failed) = batch(args, seed, &current, &mut total)? {
            let name = format!("{seed}-{failed}.json");
            std::fs::rename(&current, kept.join(&name))
                .or_else(|_| std::fs::write(kept.join(&name), "{}"))?;
            eprintln!("kept {}", kept.join(name).display());
        }
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    }
    let _ = std::fs::remove_file(&current);
    println!(
        "{} files, {} edits in {} s: {} failures, {} differences, slowest {} ms, peak {} MB",
        total.files,
        total.edits,
        started.elapsed().as_secs(),
        total.failures,
        total.differences,
        total.slowest,
        total.peak >> 20,
    );
    let sound = total.failures == 0 && total.differences == 0;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks a batch in a process of its own; returns how it failed.
fn batch(args: &Args, seed: u64, file: &Path, total: &mut Figures) -> anyhow::Result<Option<String>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["soak", args.folder.as_str(), "--seed", &seed.to_string()]);
    command.args(["--files", &BATCH.to_string(), "--memory", &args.memory.to_string()]);
    command.arg("--worker").arg(file).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().context("cannot start a worker")?;
    let told: Option<Figures> = serde_json::from_slice(&output.stdout).ok();
    if let Some(figures) = &told {
        total.add(figures);
    }
    if told.is_some_and(|figures| figures.differences == 0) && output.status.success() {
        return Ok(None);
    }
    let ended = output.status.code().map_or("signal".to_owned(), |code| format!("code-{code}"));
    if !output.status.success() {
        total.failures += 1;
    }
    eprintln!("seed {seed}: {} ({})", file.display(), output.status);
    Ok(Some(ended))
}
