//! Events that must neither end a session nor spoil the next answer.

use std::fs;
use std::io::{BufReader, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, frame, pulling, pushed, read, rules, uri};
use crate::support::Project;

const BARE: &str = "try:\n    f()\nexcept:\n    pass\n";

/// Whether the server still finds what there is.
fn serves(client: &mut Client, project: &Project) {
    let path = uri(project, "probe.py");
    client.did_open(&path, BARE);
    let told = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": path}}));
    assert_eq!(rules(&told), ["bare-except:2"]);
    client.did_close(&path);
}

#[test]
fn messages_that_are_none_are_answered_and_the_session_goes_on() {
    let project = Project::empty();
    let mut client = Client::open(&project, &pulling(), &Value::Null);
    for (bytes, code) in [
        (frame("{").into_bytes(), -32700),
        (frame("[1, 2]").into_bytes(), -32600),
        (frame("nonsense").into_bytes(), -32700),
        (frame(&"[".repeat(100_000)).into_bytes(), -32700),
        (frame("{\"jsonrpc\": \"1.0\", \"method\": \"x\"}").into_bytes(), -32600),
        (b"Content-Length: 3\r\n\r\n\xff\xfe\xfd".to_vec(), -32700),
        (b"Nothing: here\r\n\r\n".to_vec(), -32700),
        (b"Content-Length: many\r\n\r\n".to_vec(), -32700),
    ] {
        client.send_raw(&bytes);
        let answer = client.wait(|message| message.get("error").is_some());
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(code)), "{answer}");
        serves(&mut client, &project);
    }
    client.send_raw(frame("{\"id\": 77, \"method\": 3}").as_bytes());
    assert_eq!(client.answer(77)["error"]["code"], -32600);
    serves(&mut client, &project);
    client.shut_down();
}

#[test]
fn half_a_pair_of_surrogates_is_no_reason_to_stop() {
    let project = Project::empty();
    let mut client = Client::open(&project, &pulling(), &Value::Null);
    let a = uri(&project, "a.py");
    let text = BARE.replace('\n', "\\n");
    let open = format!(
        "{{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{{\"textDocument\":{{\"uri\":\"{a}\",\
         \"languageId\":\"python\",\"version\":1,\"text\":\"x = '\\ud83e'\\n{text}\"}}}}}}"
    );
    client.send_raw(frame(&open).as_bytes());
    let told = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": a}}));
    assert_eq!(rules(&told), ["bare-except:3"]);
    client.shut_down();
}

#[test]
fn a_flood_of_requests_that_are_cancelled_is_survived() {
    let project = Project::empty();
    let mut client = Client::open(&project, &pulling(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    let mut asked = Vec::new();
    for version in 2..1002 {
        if version % 10 == 0 {
            client.did_change(&a, version, &format!("# {version}\n{BARE}"));
        }
        let method =
            ["textDocument/diagnostic", "textDocument/codeLens", "textDocument/hover"][version as usize % 3];
        let params = json!({"textDocument": {"uri": a}, "position": {"line": 3, "character": 1}});
        let id = client.ask(method, params);
        client.notify("$/cancelRequest", json!({"id": id}));
        asked.push(id);
    }
    // Each is answered once, in whatever way.
    for id in asked {
        client.answer(id);
    }
    serves(&mut client, &project);
    let held = client.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    client.notify("$/cancelRequest", json!({"id": held}));
    assert_eq!(client.answer(held)["error"]["code"], -32800);
    client.shut_down();
}

#[test]
fn a_client_that_stops_reading_blocks_nothing() {
    let project = Project::empty();
    let noisy = "try:\n    f()\nexcept:\n    pass\n".repeat(300);
    for number in 0..40 {
        project.write(&format!("f{number}.py"), &noisy);
    }
    let mut server = project.command("server");
    let mut server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = server.stdin.take().unwrap();
    let send = |input: &mut std::process::ChildStdin, message: Value| {
        input.write_all(frame(&message.to_string()).as_bytes()).unwrap();
    };
    let folders = json!([{"uri": uri(&project, ""), "name": "x"}]);
    let params = json!({"capabilities": pushed(), "workspaceFolders": folders, "initializationOptions": {"diagnosticMode": "workspace"}});
    send(&mut input, json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}));
    send(&mut input, json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
    // Far more than a pipe holds is published now, and nobody reads it. Edits must still be taken.
    let a = uri(&project, "f0.py");
    let document = json!({"uri": a, "languageId": "python", "version": 1, "text": noisy});
    send(
        &mut input,
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}),
    );
    for version in 2..200 {
        let params = json!({
            "textDocument": {"uri": a, "version": version},
            "contentChanges": [{"text": format!("# {version}\n{noisy}")}],
        });
        send(&mut input, json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}));
    }
    let hover = |id: i64| {
        let params = json!({"textDocument": {"uri": a}, "position": {"line": 3, "character": 1}});
        json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": params})
    };
    send(&mut input, hover(2));
    // Once it reads again, it is told all that counts: the answer, and the findings of the last text alone.
    let mut stdout = BufReader::new(server.stdout.take().unwrap());
    let (mut answered, mut last) = (false, Value::Null);
    while !answered || last != 199 {
        let message = read(&mut stdout).unwrap();
        // Whether anything was known by then is a matter of time.
        answered |= message["id"] == 2;
        if message["params"]["uri"] == a.as_str() {
            last = message["params"]["version"].clone();
            assert!(last.is_null() || rules(&message["params"]).len() >= 300, "{last}");
        }
    }
    send(&mut input, hover(3));
    let now = loop {
        let message = read(&mut stdout).unwrap();
        if message["id"] == 3 {
            break message;
        }
    };
    assert!(now["result"]["contents"].is_object(), "{now}");
    send(&mut input, json!({"jsonrpc": "2.0", "id": 4, "method": "shutdown", "params": null}));
    send(&mut input, json!({"jsonrpc": "2.0", "method": "exit", "params": null}));
    while read(&mut stdout).is_some() {}
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[test]
fn a_client_that_dies_while_it_is_told_things_ends_the_server() {
    let project = Project::empty();
    for number in 0..40 {
        project.write(&format!("f{number}.py"), &BARE.repeat(300));
    }
    // Messages to it have nowhere to go any more, and then nothing more comes.
    for reads in [false, true] {
        let mut server = project.command("server");
        let server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut server = server.spawn().unwrap();
        let mut input = server.stdin.take().unwrap();
        let folders = json!([{"uri": uri(&project, ""), "name": "x"}]);
        let options = json!({"diagnosticMode": "workspace"});
        let params =
            json!({"capabilities": pushed(), "workspaceFolders": folders, "initializationOptions": options});
        let first = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
        let second = json!({"jsonrpc": "2.0", "method": "initialized", "params": {}});
        for message in [first, second] {
            input.write_all(frame(&message.to_string()).as_bytes()).unwrap();
        }
        let mut stdout = BufReader::new(server.stdout.take().unwrap());
        if reads {
            while read(&mut stdout).unwrap()["method"] != "textDocument/publishDiagnostics" {}
        }
        drop(stdout);
        drop(input);
        let output = server.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!errors.contains("panicked"), "{errors}");
    }
}

#[test]
fn a_buffer_of_ten_megabytes_is_skipped_and_others_are_served() {
    let project = Project::empty();
    let mut client = Client::open(&project, &pulling(), &Value::Null);
    let a = uri(&project, "a.py");
    let text = "x = [1, 2, 3]\n".repeat(10 * 1024 * 1024 / 14);
    client.did_open(&a, &text);
    let told = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": a}}));
    assert_eq!(rules(&told), ["skipped-file:0"]);
    let at = json!({"line": 0, "character": 0});
    for version in 2..20 {
        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": {"uri": a, "version": version},
                "contentChanges": [{"range": {"start": at, "end": at}, "text": "y"}],
            }),
        );
    }
    serves(&mut client, &project);
    client.did_close(&a);
    client.shut_down();
}

#[test]
fn files_that_vanish_while_they_are_read_are_no_reason_to_stop() {
    let project = Project::empty();
    for number in 0..300 {
        project.write(&format!("p/f{number}.py"), BARE);
    }
    let mut client = Client::open(&project, &pulling(), &json!({"diagnosticMode": "workspace"}));
    fs::remove_dir_all(project.path("p")).unwrap();
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": uri(&project, "p"), "type": 3}]}),
    );
    serves(&mut client, &project);
    client.shut_down();
}

#[test]
fn a_cache_that_cannot_be_written_is_said_in_the_log_only() {
    let project = Project::empty();
    project.write("a.py", BARE);
    project.write(".analyzer_cache", "a file where the folder should be");
    let mut client = Client::open(&project, &pulling(), &json!({"diagnosticMode": "workspace"}));
    client.wait(|message| {
        message["method"] == "window/logMessage"
            && message["params"]["message"].as_str().is_some_and(|text| text.contains("cache"))
    });
    serves(&mut client, &project);
    client.shut_down();
}

#[test]
fn a_full_disk_is_said_in_the_log_only() {
    let project = Project::empty();
    project.write("a.py", BARE);
    // No file may grow: what is written fails as on a disk without room.
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" server", env!("CARGO_BIN_EXE_analyzer")]);
    let mut client = Client::spawn(command.current_dir(project.path("")));
    let folder = json!({"uri": uri(&project, ""), "name": "project"});
    client.initialize(&pulling(), &json!({"diagnosticMode": "workspace"}), &json!([folder]));
    client.wait(|message| {
        message["method"] == "window/logMessage"
            && message["params"]["message"].as_str().is_some_and(|text| text.contains("cache"))
    });
    serves(&mut client, &project);
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    assert_eq!(rules(&report["items"][0]), ["bare-except:2"]);
    client.shut_down();
}

#[test]
fn a_defect_in_a_rule_is_a_finding_and_the_others_are_told() {
    let project = Project::empty();
    let text = format!("import os\n{BARE}");
    project.write("b.py", &text);
    // One rule that looks at a file alone, and one that looks at the project.
    for (rule, told) in [("bare-except", "unused-import:0"), ("unused-import", "bare-except:3")] {
        let mut client = Client::spawn(project.command("server").env("ANALYZER_TEST_DEFECT", rule));
        let folder = json!({"uri": uri(&project, ""), "name": "project"});
        client.initialize(&pushed(), &Value::Null, &json!([folder]));
        let b = uri(&project, "b.py");
        client.did_open(&b, &text);
        let both = ["internal-error:0", told];
        client.published(&b, |params| params["version"] == 1 && rules(params) == both);
        for version in 2..5 {
            client.did_change(&b, version, &format!("{text}# {version}\n"));
            let told = client.published(&b, |params| params["version"] == version);
            assert_eq!(rules(&told), both);
        }
        serves_others(&mut client, &project, rule);
        client.shut_down();
    }
}

/// Whether a hover on a suppression describes the rule that it names.
fn serves_others(client: &mut Client, project: &Project, rule: &str) {
    let path = uri(project, "probe.py");
    client.did_open(&path, &format!("x = 1  # analyzer: ignore[{rule}]\n"));
    client.published(&path, |params| params["version"] == 1);
    let position = json!({"line": 0, "character": 28});
    let told =
        client.request("textDocument/hover", json!({"textDocument": {"uri": path}, "position": position}));
    assert!(told["contents"]["value"].as_str().is_some_and(|text| text.contains(rule)), "{told}");
}

#[test]
fn files_of_other_kinds_cost_little() {
    let project = Project::empty();
    for folder in 0..100 {
        let folder = project.path(&format!("data/{folder}"));
        fs::create_dir_all(&folder).unwrap();
        for file in 0..1000 {
            fs::write(folder.join(format!("{file}.txt")), "").unwrap();
        }
    }
    project.write("a.py", BARE);
    let mut client = Client::open(&project, &pulling(), &json!({"diagnosticMode": "workspace"}));
    serves(&mut client, &project);
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    assert_eq!(report["items"].as_array().map(Vec::len), Some(1), "{report}");
    client.shut_down();
}

#[test]
fn the_last_findings_are_those_of_the_last_text() {
    let project = Project::empty();
    let body: String =
        (0..600).map(|n| format!("def f{n}(a):\n    return [x for x in a if x > {n}]\n\n\n")).collect();
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, &body);
    client.published(&a, |params| params["version"] == 1);
    client.notify("$/setTrace", json!({"value": "messages"}));
    let at = json!({"line": 1, "character": 4});
    let mut hovers = Vec::new();
    for version in 2..302 {
        let text = if version == 301 {
            "try:\n    f()\nexcept:\n    pass\n".to_owned()
        } else {
            format!("# {version}\n")
        };
        let start = json!({"line": 0, "character": 0});
        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": {"uri": a, "version": version},
                "contentChanges": [{"range": {"start": start, "end": start}, "text": text}],
            }),
        );
        if version % 10 == 0 {
            let asked = Instant::now();
            client.request("textDocument/hover", json!({"textDocument": {"uri": a}, "position": at}));
            hovers.push(asked.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let told = client.published(&a, |params| params["version"] == 301);
    assert!(rules(&told).contains(&"bare-except:2".to_owned()), "{told}");
    let all = client.everything(Duration::from_millis(300));
    let later: Vec<_> = all.iter().filter(|message| message["params"]["version"] == 301).collect();
    assert!(later.is_empty(), "told twice: {later:?}");
    // A check whose result was not sent was in vain.
    let is_check = |message: &&Value| {
        let text = message["params"]["message"].as_str();
        message["method"] == "$/logTrace" && text.is_some_and(|text| text.starts_with("checked a.py"))
    };
    let checks = all.iter().filter(is_check).count();
    let told = 1 + all.iter().filter(|message| message["params"]["version"].is_number()).count();
    assert!(checks > 1 && checks <= told + 2, "{checks} checks, {told} times told");
    hovers.sort();
    eprintln!("hover while typing: median {:?}", hovers[hovers.len() / 2]);
    client.shut_down();
}

#[test]
fn a_defect_in_a_handler_is_an_error_and_the_next_request_is_answered() {
    let project = Project::empty();
    project.write("b.py", "import os\n");
    let b = uri(&project, "b.py");
    let document = json!({"uri": b});
    let at = json!({"line": 0, "character": 7});
    let place = json!({"textDocument": document, "position": at});
    let range = json!({"start": at, "end": at});
    let only = json!({"textDocument": document});
    let command = |name: &str| json!({"command": name, "arguments": [b]});
    for (name, method, params) in [
        ("textDocument/hover", "textDocument/hover", place),
        (
            "textDocument/codeAction",
            "textDocument/codeAction",
            json!({"textDocument": document, "range": range, "context": {"diagnostics": []}}),
        ),
        ("textDocument/codeLens", "textDocument/codeLens", only.clone()),
        ("textDocument/documentLink", "textDocument/documentLink", only.clone()),
        ("textDocument/diagnostic", "textDocument/diagnostic", only),
        ("workspace/diagnostic", "workspace/diagnostic", json!({"previousResultIds": []})),
        ("analyzer.importGraph", "workspace/executeCommand", command("analyzer.importGraph")),
        ("analyzer.fixAll", "workspace/executeCommand", command("analyzer.fixAll")),
    ] {
        let mut client = Client::spawn(project.command("server").env("ANALYZER_TEST_DEFECT", name));
        let folder = json!({"uri": uri(&project, ""), "name": "project"});
        client.initialize(&pulling(), &json!({"diagnosticMode": "workspace"}), &json!([folder]));
        client.did_open(&b, "import os\n");
        let ask = |client: &mut Client| loop {
            let id = client.ask(method, params.clone());
            let answer = client.answer(id);
            // The project is still being read.
            if answer["error"]["code"] != -32801 {
                break answer;
            }
        };
        let failed = ask(&mut client);
        assert_eq!(failed["error"]["code"], -32603, "{name}: {failed}");
        if name != "workspace/diagnostic" {
            let answer = ask(&mut client);
            assert!(answer.get("error").is_none(), "{name}: {answer}");
        }
        serves(&mut client, &project);
        client.shut_down();
    }
}

#[test]
fn a_graph_that_is_being_drawn_can_be_cancelled() {
    let project = Project::empty();
    for number in 0..20 {
        project.write(&format!("f{number}.py"), "import f1\n");
    }
    let mut client =
        Client::spawn(project.command("server").env("ANALYZER_TEST_DELAY", "analyzer.importGraph"));
    let folder = json!({"uri": uri(&project, ""), "name": "project"});
    client.initialize(&pushed(), &json!({"diagnosticMode": "workspace"}), &json!([folder]));
    client.published(&uri(&project, "f3.py"), |params| !rules(params).is_empty());
    let params = json!({"command": "analyzer.importGraph", "arguments": [uri(&project, "f3.py")]});
    let drawn = client.ask("workspace/executeCommand", params.clone());
    std::thread::sleep(Duration::from_millis(300));
    let cancelled = Instant::now();
    client.notify("$/cancelRequest", json!({"id": drawn}));
    assert_eq!(client.answer(drawn)["error"]["code"], -32800);
    assert!(cancelled.elapsed() < Duration::from_millis(1500), "it waited for the graph");
    // It is answered once, and what comes later is right.
    let graph = client.request("workspace/executeCommand", params);
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(20), "{graph}");
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    let told = client.published(&a, |params| params["version"] == 1);
    assert_eq!(rules(&told), ["bare-except:2"]);
    let again = client.everything(Duration::from_millis(200));
    assert!(!again.iter().any(|message| message["id"] == drawn), "{again:?}");
    client.shut_down();
}
