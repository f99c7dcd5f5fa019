//! Times the language server beside ruff's while a file of a large project is edited: from a change to the findings of
//! that version, the same edits for both, one after the other. It must not know how either server works.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::trees;
use super::{Programs, version};

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Edits of each server.
    #[arg(long, value_name = "N", default_value_t = 200)]
    edits: usize,
    /// The tree: monorepo, django, sqlalchemy or large.
    #[arg(long, value_name = "TREE", default_value = "django")]
    tree: String,
    /// The file that is edited, from the tree's folder.
    #[arg(long, value_name = "FILE", default_value = "django/db/models/sql/query.py")]
    file: PathBuf,
    /// Use this program instead of building one.
    #[arg(long, value_name = "PROGRAM")]
    analyzer: Option<PathBuf>,
}

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long between two edits: other files are looked at meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// Measures and prints.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("xtask lies two folders deep")?;
    let programs = match &args.analyzer {
        Some(analyzer) => Programs::with(root, analyzer)?,
        None => Programs::build(root)?,
    };
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let name = trees::NAMES.into_iter().find(|name| *name == args.tree).context("there is no such tree")?;
    let tree = match trees::prepare(name, root, &programs.tools, folder.path(), trees::LARGE)? {
        Ok(tree) => tree,
        Err(reason) => bail!("{name} cannot be measured: {reason}"),
    };
    let folder = tree.path.canonicalize().context("no such folder")?;
    let file = folder.join(&args.file);
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    println!("{name}, {} Python files; {}, {} lines", tree.files, args.file.display(), text.lines().count());
    println!("ruff: {}", version(&programs.ruff)?);
    let mut sessions = [
        Session::start("analyzer", &programs.analyzer, &folder, &file, &text)?,
        Session::start("ruff", &programs.ruff, &folder, &file, &text)?,
    ];
    let edits: Vec<Value> = (0..args.edits).map(|number| edit(&text, number)).collect();
    for (number, edit) in edits.iter().enumerate() {
        let mut order: Vec<&mut Session> = sessions.iter_mut().collect();
        // Whoever is first is not always the same.
        if number % 2 == 1 {
            order.reverse();
        }
        for session in order {
            session.change(edit)?;
            std::thread::sleep(PAUSE);
        }
    }
    for session in &mut sessions {
        session.print();
    }
    Ok(ExitCode::SUCCESS)
}

/// The edits that are made in the middle of the file, each taken back by the next: comments and a
/// blank line.
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

/// A session with one server.
struct Session {
    name: &'static str,
    server: Child,
    input: ChildStdin,
    output: Receiver<Value>,
    uri: String,
    version: i64,
    opened: Duration,
    samples: Vec<Duration>,
}

impl Session {
    fn start(
        name: &'static str,
        program: &Path,
        folder: &Path,
        file: &Path,
        text: &str,
    ) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let mut server = Command::new(program)
            .arg("server")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let input = server.stdin.take().context("no input")?;
        let stdout = BufReader::new(server.stdout.take().context("no output")?);
        let (sender, output) = channel();
        std::thread::spawn(move || read(stdout, &sender));
        let uri = format!("file://{}", file.display());
        let mut session = Self {
            name,
            server,
            input,
            output,
            uri,
            version: 1,
            opened: Duration::ZERO,
            samples: Vec::new(),
        };
        let folder = json!([{"uri": format!("file://{}", folder.display()), "name": "tree"}]);
        let capabilities = json!({
            "textDocument": {"publishDiagnostics": {"versionSupport": true, "relatedInformation": true}},
        });
        let params = json!({"processId": null, "capabilities": capabilities, "workspaceFolders": folder});
        session.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))?;
        session.wait(|message| message["id"] == 1)?;
        session.send(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}))?;
        let document = json!({"uri": session.uri, "languageId": "python", "version": 1, "text": text});
        let params = json!({"textDocument": document});
        session.send(&json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params}))?;
        session.published()?;
        session.opened = begun.elapsed();
        // The index of the project is complete some time later.
        std::thread::sleep(Duration::from_secs(10));
        while session.output.try_recv().is_ok() {}
        Ok(session)
    }

    fn change(&mut self, edit: &Value) -> anyhow::Result<()> {
        self.version += 1;
        let document = json!({"uri": self.uri, "version": self.version});
        let params = json!({"textDocument": document, "contentChanges": [edit]});
        let begun = Instant::now();
        self.send(&json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}))?;
        self.published()?;
        self.samples.push(begun.elapsed());
        Ok(())
    }

    /// Waits for the findings of the version that is open.
    fn published(&mut self) -> anyhow::Result<()> {
        let (uri, version) = (self.uri.clone(), self.version);
        self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri.as_str()
                && message["params"]["version"] == version
        })
    }

    fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> anyhow::Result<()> {
        loop {
            let message =
                self.output.recv_timeout(PATIENCE).with_context(|| format!("{} is silent", self.name))?;
            if fits(&message) {
                return Ok(());
            }
        }
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).context("the server is gone")?;
        self.input.flush().context("the server is gone")
    }

    fn print(&mut self) {
        self.samples.sort();
        let at = |part: f64| {
            let index = (self.samples.len() as f64 * part) as usize;
            self.samples.get(index).map_or(0.0, |sample| sample.as_secs_f64() * 1000.0)
        };
        println!(
            "{:9} opened {:6.0} ms, edit: median {:5.2} ms, p95 {:5.2} ms",
            self.name,
            self.opened.as_secs_f64() * 1000.0,
            at(0.5),
            at(0.95)
        );
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Nothing depends on how it ends.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(mut stdout: impl BufRead, messages: &std::sync::mpsc::Sender<Value>) {
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if !stdout.read_line(&mut line).is_ok_and(|read| read > 0) {
                return;
            }
            match line.trim().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().unwrap_or(0),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        if stdout.read_exact(&mut body).is_err() {
            return;
        }
        if let Ok(message) = serde_json::from_slice(&body)
            && messages.send(message).is_err()
        {
            return;
        }
    }
}
