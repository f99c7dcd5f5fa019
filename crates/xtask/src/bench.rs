//! Times the released binary against the neighbours that it must not be much slower than: ruff with the same families of
//! rules and its import graph, and oboros, which finds import cycles alone; and our own parser against tree-sitter. Runs
//! are interleaved, so that a busy moment of the machine meets all of them. It must not know how the analyser works.

pub(crate) mod bare_parse;
pub(crate) mod lsp;
pub(crate) mod measure;
mod record;
mod trees;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

use measure::{Sample, measure};
use record::{Contender, Record, Row};
use trees::Tree;

/// Medians are over this many runs at least.
const MIN_RUNS: usize = 7;
/// A check by all rules.
const ALL: &[&str] = &["check", "--exit-zero", "--output-format=concise", "--select=ALL"];
/// The rules of ruff that look for the same.
const RUFF: &[&str] =
    &["check", "--isolated", "--exit-zero", "--output-format=concise", "--select=E722,BLE001,S110,S112,C901"];
/// The configuration of oboros, in the folder of each tree.
const OBOROS: &str = "oboros.toml";

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Runs of each program on each tree, after one to warm up; at least 7.
    #[arg(long, value_name = "N", default_value_t = MIN_RUNS)]
    runs: usize,
    /// Only these trees, separated by commas: monorepo, django, sqlalchemy, large.
    #[arg(long, value_name = "TREES", value_delimiter = ',')]
    trees: Vec<String>,
    /// Use this program, and the build of xtask beside it, instead of building both.
    #[arg(long, value_name = "PROGRAM")]
    analyzer: Option<PathBuf>,
    /// Write all times to FILE as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Fail if a limit is exceeded.
    #[arg(long)]
    enforce: bool,
}

/// Measures and prints.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("xtask lies two folders deep")?;
    let programs = Programs::find(root, args.analyzer.as_deref())?;
    if !programs.xtask.is_file() {
        bail!("{} is missing: it parses and nothing else", programs.xtask.display());
    }
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let mut record = Record::new(args.runs.max(MIN_RUNS), version(&programs.ruff)?);
    for name in trees::NAMES {
        if !args.trees.is_empty() && !args.trees.iter().any(|wanted| wanted == name) {
            continue;
        }
        match trees::prepare(name, root, &programs.tools, folder.path(), trees::LARGE)? {
            Ok(tree) => {
                eprintln!("bench: {name}, {} Python files", tree.files);
                record.rows.push(race(&tree, &programs, record.runs)?);
            }
            Err(reason) => eprintln!("bench: {name} is left out: {reason}"),
        }
    }
    print!("{record}");
    if let Some(file) = &args.json {
        let json = serde_json::to_string_pretty(&record)?;
        std::fs::write(file, json + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(if args.enforce && record.exceeded() > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Programs to run.
struct Programs {
    tools: PathBuf,
    ruff: PathBuf,
    analyzer: PathBuf,
    /// Program that parses and does nothing else: this one, built in the same way.
    xtask: PathBuf,
    /// Program that starts each command: this one, or the build that has taken its place since it was started.
    own: PathBuf,
}

impl Programs {
    /// The tools that are installed, and this analyzer; one that is built where none is named.
    fn find(root: &Path, analyzer: Option<&Path>) -> anyhow::Result<Self> {
        match analyzer {
            Some(analyzer) => Self::with(root, analyzer),
            None => Self::build(root),
        }
    }

    /// The tools that are installed, and this analyzer.
    fn with(root: &Path, analyzer: &Path) -> anyhow::Result<Self> {
        let tools =
            std::env::var_os("ANALYZER_TEST_TOOLS").map_or_else(|| root.join(".tools"), PathBuf::from);
        let ruff = tools.join("venv/bin/ruff");
        if !ruff.is_file() {
            bail!("{} is missing: run scripts/install-test-tools first", ruff.display());
        }
        // It runs in other folders than this one.
        let analyzer =
            analyzer.canonicalize().with_context(|| format!("there is no program {}", analyzer.display()))?;
        let xtask = analyzer.with_file_name("xtask");
        let own = std::env::current_exe().ok().filter(|own| own.is_file()).unwrap_or_else(|| xtask.clone());
        Ok(Self { tools, ruff, analyzer, xtask, own })
    }

    fn build(root: &Path) -> anyhow::Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--profile=dist", "--locked", "--package", "analyzer-cli", "--package", "xtask"])
            .current_dir(root)
            .status()
            .context("cannot run cargo")?;
        if !status.success() {
            bail!("the build failed");
        }
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Self::with(root, &target.join("dist/analyzer"))
    }

    fn measure(&self, contender: Contender, tree: &Path) -> anyhow::Result<Sample> {
        measure(&self.own, &self.command(contender, tree))
    }

    /// One run on one thread, which reports itself how long it parsed.
    fn parse(&self, contender: Contender, tree: &Path) -> anyhow::Result<Sample> {
        let output = self.command(contender, tree).output().context("cannot run xtask")?;
        let parsed: bare_parse::Parsed =
            serde_json::from_slice(&output.stdout).context("xtask bare-parse printed no figures")?;
        Ok(Sample { milliseconds: parsed.milliseconds, usage: None })
    }

    fn command(&self, contender: Contender, tree: &Path) -> Command {
        let oboros = self.tools.join("venv/bin/oboros");
        let program = match contender {
            Contender::Cold | Contender::Cycles | Contender::First | Contender::Warm => &self.analyzer,
            Contender::OwnParse | Contender::Parse => &self.xtask,
            Contender::RuffCheck | Contender::RuffWarm | Contender::RuffGraph => &self.ruff,
            Contender::Oboros => &oboros,
        };
        let mut command = Command::new(program);
        command.current_dir(tree).args(match contender {
            Contender::Cold => [ALL, &["--no-cache"]].concat(),
            Contender::First | Contender::Warm => ALL.to_vec(),
            Contender::Cycles => {
                vec!["check", "--exit-zero", "--output-format=concise", "--select=import-cycle", "--no-cache"]
            }
            Contender::OwnParse => vec!["bare-parse", "--alone", "--own", "."],
            Contender::Parse => vec!["bare-parse", "--alone", "."],
            Contender::RuffCheck => [RUFF, &["--no-cache"]].concat(),
            Contender::RuffWarm => RUFF.to_vec(),
            Contender::RuffGraph => vec!["analyze", "graph", "--isolated"],
            Contender::Oboros => vec!["--config", OBOROS],
        });
        command
    }
}

/// Runs all contenders on one tree, one after the other, `runs` times.
fn race(tree: &Tree, programs: &Programs, runs: usize) -> anyhow::Result<Row> {
    let mut row = Row::new(tree);
    let cache = tree.path.join(".analyzer_cache");
    std::fs::write(tree.path.join(OBOROS), "source-roots = [\".\"]\n").context("cannot write oboros.toml")?;
    for round in 0..=runs {
        let mut order = Contender::ALL.to_vec();
        // Whoever runs first in a round is not always the same.
        if round % 2 == 1 {
            order.reverse();
        }
        for contender in order {
            if contender == Contender::First && cache.exists() {
                std::fs::remove_dir_all(&cache).context("cannot remove the cache")?;
            }
            if contender == Contender::Warm && !cache.exists() {
                programs.measure(Contender::First, &tree.path)?;
            }
            if contender == Contender::Oboros && !programs.tools.join("venv/bin/oboros").is_file() {
                continue;
            }
            let sample = match contender {
                Contender::OwnParse | Contender::Parse => programs.parse(contender, &tree.path)?,
                _ => programs.measure(contender, &tree.path)?,
            };
            // The first round warms up the file system's cache.
            if round > 0 {
                row.add(contender, sample);
            }
        }
    }
    Ok(row)
}

fn version(program: &Path) -> anyhow::Result<String> {
    let output = Command::new(program).arg("--version").output().context("cannot run ruff")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
