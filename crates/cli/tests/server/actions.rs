//! Code actions on findings.

use serde_json::{Value, json};

use crate::client::{Client, pushed, rules, uri};
use crate::support::Project;

fn actions(client: &mut Client, uri: &str, line: u32, only: Option<&str>) -> Vec<Value> {
    let at = |character: u32| json!({"line": line, "character": character});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params =
        json!({"textDocument": {"uri": uri}, "range": {"start": at(6), "end": at(8)}, "context": context});
    let told = client.request("textDocument/codeAction", params);
    told.as_array().cloned().unwrap_or_default()
}

/// The text with the edit of an action applied; all ASCII up to the edit.
fn applied(text: &str, action: &Value) -> String {
    let edit = &action["edit"]["documentChanges"][0]["edits"][0];
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap_or(0) as usize;
        let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        before + position["character"].as_u64().unwrap_or(0) as usize
    };
    let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
    format!("{}{}{}", &text[..start], edit["newText"].as_str().unwrap_or_default(), &text[end..])
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().filter_map(|action| action["title"].as_str()).collect()
}

/// Imports that nothing needs, which can go without a doubt.
const IDLE: &str = "import json\nimport os\nimport re\n\n\ndef f():\n    return re\n";

/// Only some paths raise again: whether Ctrl-C is meant is for its author to say.
const BARE: &str = "def f():\n    try:\n        g()\n    except:\n        if h():\n            raise\n";

#[test]
fn a_finding_can_be_fixed_or_suppressed() {
    let project = Project::empty();
    project.write("a.py", BARE);
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    let offered = actions(&mut client, &a, 3, None);
    let told = titles(&offered);
    assert!(told.iter().any(|title| title.contains("except Exception:")), "{told:?}");
    assert!(
        told.ends_with(&["Suppress bare-except on this line", "Suppress bare-except in this file"]),
        "{told:?}"
    );
    for action in &offered {
        assert_eq!(action["isPreferred"], false, "{action}");
        assert_eq!(action["diagnostics"][0]["code"], "bare-except");
        assert_eq!(action["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    }
    let line = applied(BARE, &offered[offered.len() - 2]);
    assert_eq!(line, BARE.replace("except:", "except:  # analyzer: ignore[bare-except]"));
    let file = applied(BARE, &offered[offered.len() - 1]);
    assert_eq!(file, format!("# analyzer: ignore-file[bare-except]\n{BARE}"));
    for (version, text) in (2..).zip([line, file]) {
        client.did_change(&a, version, &text);
        let told = client.published(&a, |params| params["version"] == version);
        assert!(!rules(&told).iter().any(|rule| rule.starts_with("bare-except")), "{told}");
    }
    assert!(actions(&mut client, &a, 0, None).is_empty());
    client.shut_down();
}

#[test]
fn every_safe_fix_is_applied_at_once() {
    let project = Project::empty();
    project.write("a.py", IDLE);
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, IDLE);
    client.published(&a, |params| rules(params).contains(&"unused-import:0".to_owned()));
    let offered = actions(&mut client, &a, 0, Some("quickfix"));
    assert_eq!(offered[0]["isPreferred"], true, "{offered:?}");
    for only in ["source", "source.fixAll", "source.fixAll.analyzer"] {
        let offered = actions(&mut client, &a, 0, Some(only));
        assert_eq!(titles(&offered), ["Apply all safe fixes"]);
        let fixed = applied(IDLE, &offered[0]);
        assert_eq!(fixed, IDLE.replace("import json\nimport os\n", ""));
    }
    assert!(actions(&mut client, &a, 3, Some("source.organizeImports")).is_empty());
    // Nothing was changed by asking.
    client.did_change(&a, 2, &format!("{IDLE}\n"));
    let told = client.published(&a, |params| params["version"] == 2);
    assert_eq!(rules(&told), ["unused-import:0", "unused-import:1"]);
    let id = client.ask("workspace/executeCommand", json!({"command": "analyzer.fixAll", "arguments": [a]}));
    let edit = client.wait(|message| message["method"] == "workspace/applyEdit");
    assert_eq!(edit["params"]["edit"]["documentChanges"][0]["textDocument"]["version"], 2);
    assert_eq!(client.answer(id)["result"], Value::Null);
    client.shut_down();
}

#[test]
fn clients_are_told_in_the_forms_that_they_take() {
    let project = Project::empty();
    project.write("a.py", IDLE);
    let mut capabilities = pushed();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let mut client = Client::open(&project, &capabilities, &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, IDLE);
    client.published(&a, |params| rules(params).contains(&"unused-import:0".to_owned()));
    let offered = actions(&mut client, &a, 0, Some("quickfix"));
    assert!(offered[0]["edit"]["changes"][&a].is_array(), "{offered:?}");
    client.shut_down();
    // One that takes commands only.
    capabilities["textDocument"]["codeAction"] = json!({});
    let mut client = Client::open(&project, &capabilities, &Value::Null);
    client.did_open(&a, IDLE);
    client.published(&a, |params| rules(params).contains(&"unused-import:0".to_owned()));
    let offered = actions(&mut client, &a, 0, None);
    assert_eq!(titles(&offered), ["Apply all safe fixes"]);
    let id = client.ask("workspace/executeCommand", offered[0].clone());
    let edit = client.wait(|message| message["method"] == "workspace/applyEdit");
    assert!(edit["params"]["edit"]["changes"][&a].is_array(), "{edit}");
    assert_eq!(client.answer(id)["result"], Value::Null);
    client.shut_down();
}

#[test]
fn a_text_that_does_not_parse_gets_no_fixes() {
    let project = Project::empty();
    let text = format!("{BARE}def broken(:\n");
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, &text);
    let offered = actions(&mut client, &a, 3, None);
    assert!(titles(&offered).iter().all(|title| title.starts_with("Suppress")), "{offered:?}");
    assert!(!offered.is_empty());
    client.shut_down();
}

#[test]
fn a_port_is_added_to_the_registry_and_then_read_from_it() {
    let project = Project::empty();
    let text = "PORT=5557\n";
    let registry = "ports:\n  MEMORY: {port: 5556}\n";
    project.write("ports.yaml", registry);
    project.write("common/ports.py", "def get_port(name):\n    return read()[name]\n");
    project.write("vision.py", text);
    let told = |params: &Value| rules(params).iter().any(|rule| rule.starts_with("hardcoded-port"));
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "vision.py");
    client.did_open(&a, text);
    client.published(&a, told);
    let offered = actions(&mut client, &a, 0, None);
    let wanted = "Add port 5557 to ports.yaml as VISION";
    let action = offered.iter().find(|action| action["title"] == wanted);
    let action = action.unwrap_or_else(|| panic!("{:?}", titles(&offered)));
    let target = &action["edit"]["documentChanges"][0]["textDocument"];
    assert_eq!(target["uri"], uri(&project, "ports.yaml"));
    let extended = applied(registry, action);
    assert_eq!(extended, format!("{registry}  VISION: {{port: 5557}}\n"));
    project.write("ports.yaml", &extended);
    let mut client_after = Client::open(&project, &pushed(), &Value::Null);
    client_after.did_open(&a, text);
    client_after.published(&a, told);
    let offered = actions(&mut client_after, &a, 0, None);
    let read =
        offered.iter().find(|action| titles(std::slice::from_ref(action))[0].starts_with("Read the port"));
    let read = read.unwrap_or_else(|| panic!("{:?}", titles(&offered)));
    assert_eq!(applied(text, read), "from common.ports import get_port\n\nPORT=get_port(\"VISION\")\n");
    client.shut_down();
    client_after.shut_down();
}

#[test]
fn the_fix_of_a_cycle_leaves_nothing_of_it_in_any_file() {
    let project = Project::empty();
    let a = "from p import b\n\n\ndef f():\n    return b.g()\n";
    let b = "import os\nfrom p import a\n\n\ndef g():\n    return a.f(os)\n\n\nLIMIT = 3\n";
    let c = "from p import a\n\nf = a.f\n";
    for (path, text) in [("p/__init__.py", ""), ("p/a.py", a), ("p/b.py", b), ("p/c.py", c)] {
        project.write(path, text);
    }
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let texts = [("p/a.py", a), ("p/b.py", b), ("p/c.py", c)].map(|(path, text)| (uri(&project, path), text));
    for (uri, text) in &texts {
        client.did_open(uri, text);
    }
    // A finding that remains belongs to another rule.
    let is_cycle = |rule: &String| rule.trim_start_matches('~').starts_with("import-cycle:");
    let of_cycle = |params: &Value| rules(params).into_iter().filter(is_cycle).collect::<Vec<_>>();
    let told = [0, 1].map(|at: usize| {
        let (uri, _) = &texts[at];
        of_cycle(&client.published(uri, |params| !of_cycle(params).is_empty()))
    });
    // The finding is in one of the two, a hint in the other.
    let made = told.iter().position(|told| !told[0].starts_with('~')).unwrap();
    assert!(told[1 - made][0].starts_with('~'), "{told:?}");
    let (file, text) = &texts[made];
    let line = told[made][0].rsplit(':').next().and_then(|line| line.parse().ok()).unwrap();
    let offered = actions(&mut client, file, line, Some("quickfix"));
    let action = offered.iter().find(|action| titles(std::slice::from_ref(action))[0].contains("into"));
    let action = action.unwrap_or_else(|| panic!("{:?}", titles(&offered)));
    assert_eq!(action["isPreferred"], false, "{action}");
    let fixed = applied(text, action);
    assert!(fixed.contains("\n    from p import "), "{fixed}");
    client.did_change(file, 2, &fixed);
    let told = client.published(file, |params| params["version"] == 2);
    assert_eq!(of_cycle(&told), [] as [&str; 0]);
    let (other, _) = &texts[1 - made];
    client.published(other, |params| of_cycle(params).is_empty());
    // Nor does any file report it later.
    let later = client.everything(std::time::Duration::from_millis(300));
    let told = later.iter().filter(|message| message["method"] == "textDocument/publishDiagnostics");
    let last: std::collections::BTreeMap<_, _> =
        told.map(|message| (message["params"]["uri"].as_str(), of_cycle(&message["params"]))).collect();
    assert!(last.values().all(Vec::is_empty), "{last:?}");
    project.write(["p/a.py", "p/b.py"][made], &fixed);
    let report = crate::support::run(project.json().arg("--no-cache")).stdout;
    assert!(!report.contains("\"import-cycle\""), "{report}");
    client.shut_down();
}

#[test]
fn a_port_is_added_to_the_registry_that_is_configured() {
    let project = Project::empty();
    let text = "PORT=5557\n";
    project.write("analyzer.toml", "ports = \"config/registry.yaml\"\n");
    project.write("config/registry.yaml", "MEMORY: 5556\n");
    project.write("vision.py", text);
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "vision.py");
    client.did_open(&a, text);
    client.published(&a, |params| rules(params).iter().any(|rule| rule.starts_with("hardcoded-port")));
    let offered = actions(&mut client, &a, 0, None);
    let wanted = "Add port 5557 to config/registry.yaml as VISION";
    let action = offered.iter().find(|action| action["title"] == wanted);
    let action = action.unwrap_or_else(|| panic!("{:?}", titles(&offered)));
    let target = &action["edit"]["documentChanges"][0]["textDocument"]["uri"];
    assert_eq!(*target, uri(&project, "config/registry.yaml"));
    assert_eq!(applied("MEMORY: 5556\n", action), "MEMORY: 5556\nVISION: 5557\n");
    client.shut_down();
}
