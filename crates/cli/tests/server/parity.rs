//! The server finds what `check` finds in the same bytes, whatever was edited before.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::{Client, pulling, uri};
use crate::support::{Project, run};

/// Files of a small project in which much can go wrong.
const FILES: [(&str, &str); 4] = [
    ("p/__init__.py", ""),
    (
        "p/a.py",
        "from p.b import g\n\n\ndef f(host, port=7125):\n    try:\n        g()\n    except:\n        pass\n",
    ),
    ("p/b.py", "import subprocess\n\n\ndef g(cmd):\n    subprocess.run(cmd + ' x', shell=True)\n"),
    (
        "p/c.py",
        "import os, p.a\nimport p.missing\nPASSWORD = 'q8#Lk2!vZp0w'  # analyzer: ignore[bare-except]\n",
    ),
];

/// Insertions: statements that make or mend findings, and text that breaks everything.
const PIECES: [&str; 22] = [
    "import p.a\n",
    "import p.b\n",
    "import p.c\n",
    "lazy import p.a\n",
    "lazy ",
    "from p.a import f\n",
    "    import p.c\n",
    "try:\n    x()\nexcept Exception:\n    pass\n",
    "é🦀",
    "(",
    "'''",
    "\"",
    "\n",
    "    ",
    ":",
    "\\\n",
    "\t",
    "sock.bind(('0.0.0.0', 7125))\n",
    "# analyzer: ignore[bare-except, import-cycle]\n",
    "# noqa\r\n",
    "def h(:\n",
    "from p import *\n",
];

/// A place in a file, as two fractions, and what to put there.
#[derive(Debug, Clone)]
struct Edit {
    file: usize,
    start: u16,
    length: u16,
    text: &'static str,
}

fn edit() -> impl Strategy<Value = Edit> {
    let text = prop_oneof![3 => prop::sample::select(&PIECES[..]), 1 => Just("")];
    (0..FILES.len(), any::<u16>(), 0_u16..30, text).prop_map(|(file, start, length, text)| Edit {
        file,
        start,
        length,
        text,
    })
}

impl Edit {
    /// The edit as the protocol writes it, in UTF-8, and the text with it.
    fn apply(&self, text: &str) -> (Value, String) {
        let start =
            text.floor_char_boundary(usize::from(self.start) * text.len() / usize::from(u16::MAX).max(1));
        let length = if self.text.is_empty() { usize::from(self.length) } else { 0 };
        let mut end = text.floor_char_boundary((start + length).min(text.len()));
        let mut start = start.min(end);
        // No position lies inside a CR LF.
        if text[..start].ends_with('\r') {
            start -= 1;
        }
        if text[..end].ends_with('\r') {
            end -= 1;
        }
        let end = end.max(start);
        let position = |at: usize| {
            let line = text[..at].matches('\n').count();
            json!({"line": line, "character": at - text[..at].rfind('\n').map_or(0, |at| at + 1)})
        };
        let change = json!({"range": {"start": position(start), "end": position(end)}, "text": self.text});
        (change, format!("{}{}{}", &text[..start], self.text, &text[end..]))
    }
}

/// Rule, range from 0 and first line of the message of each finding, without hints.
fn told(report: &Value) -> BTreeSet<String> {
    let items = report["items"].as_array().unwrap().iter().filter(|one| one["severity"] != 4);
    let line = |one: &Value| {
        let (start, end) = (&one["range"]["start"], &one["range"]["end"]);
        let message = one["message"].as_str().unwrap().lines().next().unwrap_or_default();
        format!("{} {start} {end} {message} {}", one["code"].as_str().unwrap(), related(one))
    };
    items.map(line).collect()
}

fn related(one: &Value) -> String {
    let related = one["relatedInformation"].as_array().into_iter().flatten();
    let related = related.map(|one| {
        let name = one["location"]["uri"].as_str().unwrap().rsplit('/').next().unwrap();
        format!("{name}:{}", one["location"]["range"]["start"]["line"])
    });
    related.collect::<Vec<_>>().join(",")
}

/// The same of `analyzer check`, by path.
fn checked(project: &Project) -> BTreeMap<String, BTreeSet<String>> {
    let out = run(project.json().arg("--no-cache").arg("--no-baseline")).stdout;
    let report: Value = serde_json::from_str(&out).unwrap();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let path = finding["path"].as_str().unwrap();
        let text = fs::read_to_string(project.path(path)).unwrap();
        // Columns in characters to bytes.
        let position = |at: &Value| {
            let (line, column) =
                (at["line"].as_u64().unwrap() - 1, at["column"].as_u64().unwrap() as usize - 1);
            let content = text.split('\n').nth(line as usize).unwrap_or_default();
            let bytes: usize = content.chars().take(column).map(char::len_utf8).sum();
            json!({"line": line, "character": bytes})
        };
        let related = finding["related"].as_array().into_iter().flatten().map(|one| {
            let name = one["path"].as_str().unwrap().rsplit('/').next().unwrap();
            format!("{name}:{}", one["range"]["start"]["line"].as_u64().unwrap() - 1)
        });
        let related = related.collect::<Vec<_>>().join(",");
        let line = format!(
            "{} {} {} {} {related}",
            finding["rule"].as_str().unwrap(),
            position(&finding["range"]["start"]),
            position(&finding["range"]["end"]),
            finding["message"].as_str().unwrap(),
        );
        all.entry(path.to_owned()).or_default().insert(line);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_server_finds_what_check_finds(edits in prop::collection::vec(edit(), 1..25)) {
        let project = Project::empty();
        let mut texts: Vec<String> = FILES.iter().map(|(_, text)| (*text).to_owned()).collect();
        for (path, text) in FILES {
            project.write(path, text);
        }
        let mut client = Client::open(&project, &pulling(), &Value::Null);
        let uris = FILES.map(|(path, _)| uri(&project, path));
        for (uri, text) in uris.iter().zip(&texts) {
            client.did_open(uri, text);
        }
        for (version, edit) in (2..).zip(&edits) {
            let (change, text) = edit.apply(&texts[edit.file]);
            texts[edit.file] = text;
            let document = json!({"uri": uris[edit.file], "version": version});
            client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
            if version % 4 == 0 {
                client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uris[edit.file]}}));
            }
        }
        for ((path, _), text) in FILES.iter().zip(&texts) {
            project.write(path, text);
        }
        let expected = checked(&project);
        let nothing = BTreeSet::new();
        // Changes for other files come a moment later.
        let mut differs = String::new();
        for _ in 0..100 {
            differs.clear();
            for ((path, _), uri) in FILES.iter().zip(&uris) {
                let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
                let (found, wanted) = (told(&report), expected.get(*path).unwrap_or(&nothing));
                if found != *wanted {
                    differs = format!("{path}: server {found:#?}\ncheck {wanted:#?}");
                }
            }
            if differs.is_empty() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        prop_assert!(differs.is_empty(), "{differs}\ntexts {texts:#?}");
        client.shut_down();
    }
}
