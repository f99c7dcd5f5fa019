//! Measures the language server while a file of a large project is edited, beside ruff's where ruff has the like: how
//! soon the first findings come, how long the whole project takes and what it holds in memory, how long an edit takes to
//! the findings of its version, and what becomes of edits that come faster than that. It must not know how either server
//! works.

mod anywhere;
mod session;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use self::session::{Message, Session};
use super::record::Contender;
use super::trees::{self, Tree};
use super::{Programs, version};

/// Servers and edits to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Edits of each server.
    #[arg(long, value_name = "N", default_value_t = 200)]
    edits: usize,
    /// How often the project is opened, and checked for comparison.
    #[arg(long, value_name = "N", default_value_t = 3)]
    starts: usize,
    /// The tree: monorepo, django, sqlalchemy or large.
    #[arg(long, value_name = "TREE", default_value = "django")]
    tree: String,
    /// The file that is edited, from the tree's folder.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Type or remove one random character anywhere in the file, in place of the other edits.
    #[arg(long)]
    anywhere: bool,
    /// Where those characters are.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Use this program instead of building one.
    #[arg(long, value_name = "PROGRAM")]
    analyzer: Option<PathBuf>,
}

/// The file that is edited unless another is named.
const EDITED: &str = "django/db/models/sql/query.py";
/// How long between two edits: other files are looked at meanwhile.
const PAUSE: Duration = Duration::from_millis(100);
/// Edits of somebody who types without a pause, and the time between two.
const BURST: usize = 300;
const SPACING: Duration = Duration::from_millis(5);
/// Line that is typed: half of its beginnings are no Python.
const TYPED_LINE: &str = "value = self.compile(name, [item for item in rows if item])";
/// After so many edits of a burst a hover is asked for.
const ASKED: usize = 10;

/// Measures and prints.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("xtask lies two folders deep")?;
    let programs = Programs::find(root, args.analyzer.as_deref())?;
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let name = trees::NAMES.into_iter().find(|name| *name == args.tree).context("there is no such tree")?;
    let tree = match trees::prepare(name, root, &programs.tools, folder.path(), trees::LARGE)? {
        Ok(tree) => tree,
        Err(reason) => bail!("{name} cannot be measured: {reason}"),
    };
    let folder = tree.path.canonicalize().context("no such folder")?;
    let prefix = if name == "large" { "copy_0/django" } else { "" };
    let file = args.file.clone().unwrap_or_else(|| Path::new(prefix).join(EDITED));
    let file = folder.join(file);
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    println!("{name}, {} Python files; {}, {} lines", tree.files, file.display(), text.lines().count());
    println!("ruff: {}", version(&programs.ruff)?);
    let mut analyzer = open(args, &programs, &tree, &folder, &file, &text)?;
    let mut ruff = Session::start("ruff", &programs.ruff, &folder, &file, &text)?;
    ruff.published()?;
    print_memory("analyzer", &analyzer);
    // Both have finished their work after opening.
    for session in [&mut analyzer, &mut ruff] {
        session.everything(Duration::from_secs(2))?;
    }
    if args.anywhere {
        return anywhere::run(args, &text, &mut analyzer, &mut ruff);
    }
    edit_alternately("edit", args.edits, |number| edit(&text, number), &mut analyzer, &mut ruff)?;
    let line = TYPED_LINE.len() + 1;
    let count = args.edits.next_multiple_of(line);
    edit_alternately("type", count, |number| typed(&text, number % line), &mut analyzer, &mut ruff)?;
    burst(&text, &mut analyzer)?;
    print_memory("analyzer", &analyzer);
    Ok(ExitCode::SUCCESS)
}

/// Opens the project several times, each after a check of it without a cache, and leaves the last session open.
fn open(
    args: &Args,
    programs: &Programs,
    tree: &Tree,
    folder: &Path,
    file: &Path,
    text: &str,
) -> anyhow::Result<Session> {
    let (mut first, mut whole, mut busy, mut checks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let cache = tree.path.join(".analyzer_cache");
    loop {
        let check = programs.measure(Contender::Cold, &tree.path)?;
        checks.push((check.milliseconds, check.usage.map_or(0.0, |usage| usage.cpu)));
        if cache.exists() {
            std::fs::remove_dir_all(&cache).context("cannot remove the cache")?;
        }
        let mut session = Session::start("analyzer", &programs.analyzer, folder, file, text)?;
        let is_over = |message: &Message| message.body["params"]["value"]["kind"] == "end";
        let mut told = None;
        let uri = session.uri.clone();
        let over = session.wait(|message| {
            if message.publishes(&uri) && told.is_none() {
                told = Some(message.at);
            }
            is_over(message)
        });
        let over = over?.at;
        let told = told.map_or(f64::INFINITY, |told| milliseconds(told - session.begun));
        first.push(told);
        whole.push(milliseconds(over - session.begun));
        busy.push(session.cpu().unwrap_or(0.0));
        if whole.len() >= args.starts.max(1) {
            let (wall, cpu): (Vec<f64>, Vec<f64>) = checks.into_iter().unzip();
            let (check, check_cpu, index, index_cpu) =
                (median(wall), median(cpu), median(whole), median(busy));
            println!("first findings of the open file: {:.0} ms", median(first));
            println!(
                "the whole project: {index:.0} ms, {index_cpu:.0} ms of processor time; a check without cache: \
                 {check:.0} ms, {check_cpu:.0} ms; ratios {:.2} and {:.2}",
                index / check,
                index_cpu / check_cpu
            );
            return Ok(session);
        }
    }
}

/// The same edits for both servers, one after the other.
fn edit_alternately(
    what: &str,
    count: usize,
    edit: impl Fn(usize) -> Value,
    analyzer: &mut Session,
    ruff: &mut Session,
) -> anyhow::Result<()> {
    let mut samples = [Vec::new(), Vec::new()];
    for number in 0..count {
        let edit = edit(number);
        // Whoever is first is not always the same.
        let order = if number % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            let session: &mut Session = if which == 0 { analyzer } else { ruff };
            let begun = Instant::now();
            session.change(&edit)?;
            samples[which].push(milliseconds(session.published()? - begun));
            std::thread::sleep(PAUSE);
        }
    }
    print_edits(what, &mut samples);
    Ok(())
}

/// The times of both servers, in milliseconds, and their ratios.
fn print_edits(what: &str, samples: &mut [Vec<f64>; 2]) {
    for (name, samples) in ["analyzer", "ruff"].into_iter().zip(&mut *samples) {
        samples.sort_by(f64::total_cmp);
        println!(
            "{name:9} {what}: median {:5.2} ms, p95 {:5.2} ms, fastest {:5.2} ms",
            at(samples, 0.5),
            at(samples, 0.95),
            at(samples, 0.0)
        );
    }
    let ratio = |share: f64| at(&samples[0], share) / at(&samples[1], share);
    println!("ratios    {what}: median {:5.2}, p95 {:5.2}", ratio(0.5), ratio(0.95));
}

/// Edits without a pause, and a hover now and then.
fn burst(text: &str, session: &mut Session) -> anyhow::Result<()> {
    let (uri, first) = (session.uri.clone(), session.version);
    let line = text.lines().count() / 2;
    let mut asked = Vec::new();
    for number in 0..BURST {
        session.change(&edit(text, number))?;
        if number % ASKED == 0 {
            let position = json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": 8}});
            asked.push((session.ask("textDocument/hover", &position)?, Instant::now()));
        }
        std::thread::sleep(SPACING);
    }
    let all = session.everything(Duration::from_secs(1))?;
    let mut hovers: Vec<f64> = asked
        .iter()
        .filter_map(|(id, asked)| {
            let answer = all.iter().find(|one| one.body.get("method").is_none() && one.body["id"] == *id)?;
            Some(milliseconds(answer.at - *asked))
        })
        .collect();
    hovers.sort_by(f64::total_cmp);
    let published: Vec<i64> = all
        .iter()
        .filter(|message| message.publishes(&uri))
        .filter_map(|message| message.body["params"]["version"].as_i64())
        .filter(|version| *version > first)
        .collect();
    let checked = all.iter().filter(|message| is_check(message)).count();
    println!(
        "{BURST} edits, {} ms apart: {checked} checked, {} published, the last one {} the last text; {} of {} hovers \
         answered, median {:.2} ms",
        SPACING.as_millis(),
        published.len(),
        if published.last() == Some(&session.version) { "of" } else { "NOT of" },
        hovers.len(),
        asked.len(),
        at(&hovers, 0.5)
    );
    Ok(())
}

/// Whether a message traces a check of an open text.
fn is_check(message: &Message) -> bool {
    message.body["method"] == "$/logTrace"
        && message.body["params"]["message"].as_str().is_some_and(|text| text.starts_with("checked "))
}

/// The edits that are made in the middle of the file, each taken back by the next: comments and a blank
/// line.
fn edit(text: &str, number: usize) -> Value {
    const TYPED: [&str; 4] = ["# typed\n", "\n", "# typed 2\n", "# typed 3\n"];
    let line = text.lines().count() / 2;
    let at = json!({"line": line, "character": 0});
    let next = json!({"line": line + 1, "character": 0});
    if number.is_multiple_of(2) {
        json!({"range": {"start": at, "end": at}, "text": TYPED[number / 2 % TYPED.len()]})
    } else {
        json!({"range": {"start": at, "end": next}, "text": ""})
    }
}

/// A line that is typed in the middle of the file, character by character, and deleted when it is complete.
fn typed(text: &str, number: usize) -> Value {
    let line = text.lines().count() / 2;
    let before = text.lines().nth(line).unwrap_or("");
    let indentation = &before[..before.len() - before.trim_start().len()];
    let at = |line: usize, character: usize| json!({"line": line, "character": character});
    let (from, to, text) = match TYPED_LINE.get(number..=number) {
        Some(first) if number == 0 => (at(line, 0), at(line, 0), format!("{indentation}{first}\n")),
        Some(next) => {
            let end = at(line, indentation.len() + number);
            (end.clone(), end, next.to_owned())
        }
        None => (at(line, 0), at(line + 1, 0), String::new()),
    };
    json!({"range": {"start": from, "end": to}, "text": text})
}

fn print_memory(name: &str, session: &Session) {
    if let Some((now, most)) = session.memory() {
        println!("{name:9} resident memory: {now} MB, {most} MB at the most");
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    at(&samples, 0.5)
}

/// The sample at this part of sorted ones.
fn at(sorted: &[f64], part: f64) -> f64 {
    let index = (sorted.len() as f64 * part) as usize;
    sorted.get(index).or(sorted.last()).copied().unwrap_or(f64::NAN)
}
