//! A session with one language server, as an editor holds it: requests of the server are answered, and each message is
//! noted with the moment at which it came. It must not know what is measured.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A message, and when it came.
pub(super) struct Message {
    pub(super) at: Instant,
    pub(super) body: Value,
}

impl Message {
    /// Whether it publishes findings of this file.
    pub(super) fn publishes(&self, uri: &str) -> bool {
        self.body["method"] == "textDocument/publishDiagnostics" && self.body["params"]["uri"] == uri
    }
}

/// The server, and what it has said.
pub(super) struct Session {
    name: &'static str,
    server: Child,
    input: ChildStdin,
    output: Receiver<Message>,
    next_id: i64,
    /// The file that is edited.
    pub(super) uri: String,
    pub(super) version: i64,
    /// When the server was started.
    pub(super) begun: Instant,
}

impl Session {
    /// Starts a server on a folder and opens a file in it.
    pub(super) fn start(
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
        let mut session = Self { name, server, input, output, next_id: 0, uri, version: 1, begun };
        let folder = json!([{"uri": format!("file://{}", folder.display()), "name": "tree"}]);
        let capabilities = json!({
            "textDocument": {"publishDiagnostics": {"versionSupport": true, "relatedInformation": true}},
            "window": {"workDoneProgress": true},
        });
        let params = json!({
            "processId": null,
            "capabilities": capabilities,
            "workspaceFolders": folder,
            "trace": "messages",
        });
        let id = session.ask("initialize", &params)?;
        session.answer(id)?;
        session.notify("initialized", &json!({}))?;
        let document = json!({"uri": session.uri, "languageId": "python", "version": 1, "text": text});
        session.notify("textDocument/didOpen", &json!({"textDocument": document}))?;
        Ok(session)
    }

    /// Makes an edit; the next version of the file.
    pub(super) fn change(&mut self, edit: &Value) -> anyhow::Result<()> {
        self.version += 1;
        let document = json!({"uri": self.uri, "version": self.version});
        let params = json!({"textDocument": document, "contentChanges": [edit]});
        self.notify("textDocument/didChange", &params)
    }

    /// Waits for the findings of the version that is open; when they came.
    pub(super) fn published(&mut self) -> anyhow::Result<Instant> {
        let (uri, version) = (self.uri.clone(), self.version);
        let fits =
            |message: &Message| message.publishes(&uri) && message.body["params"]["version"] == version;
        Ok(self.wait(fits)?.at)
    }

    /// Asks, and does not wait; the number of the question.
    pub(super) fn ask(&mut self, method: &str, params: &Value) -> anyhow::Result<i64> {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
        Ok(id)
    }

    /// Waits for the answer to a question.
    pub(super) fn answer(&mut self, id: i64) -> anyhow::Result<Message> {
        self.wait(|message| message.body.get("method").is_none() && message.body["id"] == id)
    }

    fn notify(&mut self, method: &str, params: &Value) -> anyhow::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// The next message that fits; the others are passed over.
    pub(super) fn wait(&mut self, mut fits: impl FnMut(&Message) -> bool) -> anyhow::Result<Message> {
        loop {
            match self.next(PATIENCE)? {
                Some(message) if fits(&message) => return Ok(message),
                Some(_) => {}
                None => bail!("{} is silent", self.name),
            }
        }
    }

    /// All that comes until nothing has come for a while.
    pub(super) fn everything(&mut self, quiet: Duration) -> anyhow::Result<Vec<Message>> {
        let mut all = Vec::new();
        while let Some(message) = self.next(quiet)? {
            all.push(message);
        }
        Ok(all)
    }

    /// The next message, unless none comes within this time. Questions are answered.
    fn next(&mut self, within: Duration) -> anyhow::Result<Option<Message>> {
        match self.output.recv_timeout(within) {
            Ok(message) => {
                if message.body.get("method").is_some()
                    && let Some(id) = message.body.get("id")
                {
                    self.send(&json!({"jsonrpc": "2.0", "id": id, "result": null}))?;
                }
                Ok(Some(message))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => bail!("{} is gone", self.name),
        }
    }

    /// Its resident memory now and at the most, in megabytes; none where the system does not report it.
    pub(super) fn memory(&self) -> Option<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).ok()?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
        };
        Some((field("VmRSS:")?, field("VmHWM:")?))
    }

    /// The time that it has spent on all cores, in milliseconds; none where the system does not report it.
    pub(super) fn cpu(&self) -> Option<f64> {
        /// The unit of the system's table, whatever the machine.
        const TICK: f64 = 10.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.server.id())).ok()?;
        // The second field is a name in brackets, which may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<f64>().ok();
        Some((ticks()? + ticks()?) * TICK)
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).context("the server is gone")?;
        self.input.flush().context("the server is gone")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Nothing depends on how it ends.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(mut stdout: impl BufRead, messages: &Sender<Message>) {
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
        let mut bytes = vec![0; length];
        if stdout.read_exact(&mut bytes).is_err() {
            return;
        }
        let at = Instant::now();
        if let Ok(body) = serde_json::from_slice(&bytes)
            && messages.send(Message { at, body }).is_err()
        {
            return;
        }
    }
}
