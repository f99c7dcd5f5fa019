//! A client of the language server, as plain as it can be: it sends, and waits for what it is told. It must not know
//! what a test expects.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::Project;

/// How long anything may take; the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A session with a server.
pub(crate) struct Client {
    pub(crate) server: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
    /// Messages that came while another was waited for.
    kept: VecDeque<Value>,
    next_id: i64,
}

/// A client that takes published findings and counts in UTF-16.
pub(crate) fn pushed() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": {
                "versionSupport": true,
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "tagSupport": {"valueSet": [1, 2]},
            },
            "codeAction": {"codeActionLiteralSupport": {}},
        },
        "workspace": {"workspaceEdit": {"documentChanges": true}},
    })
}

/// A client that asks for findings and counts in UTF-8.
pub(crate) fn pulling() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "textDocument": {"diagnostic": {"relatedInformation": true}, "codeAction": {"codeActionLiteralSupport": {}}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    })
}

impl Client {
    /// Starts a server; nothing is said yet.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut server = command.spawn().unwrap();
        let mut stdout = BufReader::new(server.stdout.take().unwrap());
        let (sender, output) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut stdout) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Self { input: server.stdin.take(), server, output, kept: VecDeque::new(), next_id: 0 }
    }

    /// A session over a project's folder.
    pub(crate) fn open(project: &Project, capabilities: &Value, options: &Value) -> Self {
        let mut client = Self::spawn(&mut project.command("server"));
        let folder = json!({"uri": uri(project, ""), "name": "project"});
        client.initialize(capabilities, options, &json!([folder]));
        client
    }

    /// Says what the client can do, and that it is ready.
    pub(crate) fn initialize(&mut self, capabilities: &Value, options: &Value, folders: &Value) -> Value {
        let params = json!({
            "processId": std::process::id(),
            "capabilities": capabilities,
            "initializationOptions": options,
            "workspaceFolders": folders,
        });
        let result = self.request("initialize", params);
        self.notify("initialized", json!({}));
        result
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks, and does not wait.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}));
        self.next_id
    }

    /// The answer to a question, whole.
    pub(crate) fn answer(&mut self, id: i64) -> Value {
        self.wait(|message| message.get("method").is_none() && message["id"] == id)
    }

    /// Asks, and returns the result.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let answer = self.answer(id);
        match answer.get("result") {
            Some(result) => result.clone(),
            None => panic!("{method}: {answer}"),
        }
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.send_raw(frame(&message.to_string()).as_bytes());
    }

    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    /// Ends the server's input.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// The next message that `fits`; others are kept.
    pub(crate) fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&fits) {
            return self.kept.remove(at).unwrap();
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(message) if fits(&message) => return message,
                Ok(message) => self.kept.push_back(message),
                Err(RecvTimeoutError::Timeout) => panic!("nothing fits; told: {:#?}", self.kept),
                Err(RecvTimeoutError::Disconnected) => panic!("the server is gone; told: {:#?}", self.kept),
            }
        }
    }

    /// Messages so far, and those that come within a time in which nothing else should happen.
    pub(crate) fn everything(&mut self, within: Duration) -> Vec<Value> {
        let deadline = Instant::now() + within;
        let mut all: Vec<Value> = self.kept.drain(..).collect();
        while let Ok(message) = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            all.push(message);
        }
        all
    }

    /// The next findings that are published for a file and fit.
    pub(crate) fn published(&mut self, uri: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && fits(&message["params"])
        });
        message["params"].clone()
    }

    /// Opens a document.
    pub(crate) fn did_open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Gives a document a new text.
    pub(crate) fn did_change(&mut self, uri: &str, version: i32, text: &str) {
        let params = json!({
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"text": text}],
        });
        self.notify("textDocument/didChange", params);
    }

    pub(crate) fn did_close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// Ends the session as the protocol says.
    pub(crate) fn shut_down(mut self) {
        assert_eq!(self.request("shutdown", Value::Null), Value::Null);
        self.notify("exit", Value::Null);
        assert_eq!(self.ended().code(), Some(0));
    }

    /// Waits for the server's end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.server.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // After a test that failed; otherwise it has ended.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A message with its header.
pub(crate) fn frame(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

/// The address of a file of a project.
pub(crate) fn uri(project: &Project, path: &str) -> String {
    let folder = project.path("").canonicalize().unwrap();
    let folder = folder.to_str().unwrap().trim_end_matches('/').to_owned();
    let path = if path.is_empty() { folder } else { format!("{folder}/{path}") };
    format!("file://{path}")
}

/// Rule and line, from 0, of each finding; hints have a `~` before them.
pub(crate) fn rules(params: &Value) -> Vec<String> {
    let items = params.get("diagnostics").or_else(|| params.get("items")).unwrap().as_array().unwrap();
    let told = items.iter().map(|one| {
        let hint = if one["severity"] == 4 { "~" } else { "" };
        format!("{hint}{}:{}", one["code"].as_str().unwrap(), one["range"]["start"]["line"])
    });
    told.collect()
}

/// The next message; none at the end.
pub(crate) fn read(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().strip_prefix("Content-Length: ") {
            Some(value) => length = value.parse().unwrap(),
            None => break,
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}
