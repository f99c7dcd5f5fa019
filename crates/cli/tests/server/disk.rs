//! Files that change outside the editor, configuration, folders, and documents that are no files.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, pulling, pushed, rules, uri};
use crate::support::Project;

const BARE: &str = "try:\n    f()\nexcept:\n    pass\n";

fn changed(client: &mut Client, uri: &str, kind: u8) {
    let params = json!({"changes": [{"uri": uri, "type": kind}]});
    client.notify("workspace/didChangeWatchedFiles", params);
}

fn whole() -> Value {
    json!({"diagnosticMode": "workspace"})
}

#[test]
fn files_that_come_change_and_go_are_noticed() {
    let project = Project::empty();
    project.write("a.py", BARE);
    let mut client = Client::open(&project, &pushed(), &whole());
    let [a, b] = ["a.py", "folder/b.py"].map(|path| uri(&project, path));
    client.published(&a, |params| rules(params) == ["bare-except:2"]);
    project.write("a.py", &format!("\n{BARE}"));
    changed(&mut client, &a, 2);
    client.published(&a, |params| rules(params) == ["bare-except:3"]);
    project.write("folder/b.py", BARE);
    changed(&mut client, &b, 1);
    client.published(&b, |params| rules(params) == ["bare-except:2"]);
    fs::remove_dir_all(project.path("folder")).unwrap();
    // Some clients report the folder only.
    changed(&mut client, &uri(&project, "folder"), 3);
    client.published(&b, |params| rules(params).is_empty());
    fs::rename(project.path("a.py"), project.path("c.py")).unwrap();
    let renamed = json!({"files": [{"oldUri": a, "newUri": uri(&project, "c.py")}]});
    client.notify("workspace/didRenameFiles", renamed);
    client.published(&a, |params| rules(params).is_empty());
    client.published(&uri(&project, "c.py"), |params| rules(params) == ["bare-except:3"]);
    client.shut_down();
}

#[test]
fn a_text_that_is_open_counts_and_not_its_file() {
    let project = Project::empty();
    project.write("a.py", "x = 1\n");
    let mut client = Client::open(&project, &pushed(), &whole());
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    client.published(&a, |params| rules(params) == ["bare-except:2"]);
    project.write("a.py", &BARE.repeat(2));
    changed(&mut client, &a, 2);
    fs::remove_file(project.path("a.py")).unwrap();
    changed(&mut client, &a, 3);
    client.did_change(&a, 2, &format!("\n{BARE}"));
    client.published(&a, |params| params["version"] == 2 && rules(params) == ["bare-except:3"]);
    client.did_close(&a);
    client.published(&a, |params| rules(params).is_empty());
    client.shut_down();
}

#[test]
fn the_configuration_is_read_again_when_it_changes() {
    let project = Project::empty();
    project.write("a.py", BARE);
    let mut client = Client::open(&project, &pushed(), &whole());
    let [a, configuration] = ["a.py", "analyzer.toml"].map(|path| uri(&project, path));
    client.did_open(&a, BARE);
    client.published(&a, |params| rules(params) == ["bare-except:2"]);
    project.write("analyzer.toml", "ignore = [\"bare-except\"]\n");
    changed(&mut client, &configuration, 2);
    client.published(&a, |params| rules(params).is_empty());
    project.write("analyzer.toml", "ignore = [\"bare-exept\"]\n");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": configuration}}));
    let told = client.published(&configuration, |params| params["diagnostics"][0]["severity"] == 1);
    assert_eq!(told["diagnostics"][0]["range"]["start"]["line"], 0, "{told}");
    client.wait(|message| message["method"] == "window/showMessage");
    project.write("analyzer.toml", "");
    changed(&mut client, &configuration, 2);
    client.published(&configuration, |params| params["diagnostics"] == json!([]));
    client.published(&a, |params| rules(params) == ["bare-except:2"]);
    client.shut_down();
}

#[test]
fn the_mode_can_be_changed_while_the_server_runs() {
    let project = Project::empty();
    project.write("a.py", BARE);
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "a.py");
    for _ in 0..2 {
        let settings = json!({"settings": {"analyzer": {"diagnosticMode": "workspace"}}});
        client.notify("workspace/didChangeConfiguration", settings);
        client.published(&a, |params| rules(params) == ["bare-except:2"]);
        let settings = json!({"settings": {"analyzer": {"diagnosticMode": "openFiles"}}});
        client.notify("workspace/didChangeConfiguration", settings);
        client.published(&a, |params| rules(params).is_empty());
    }
    client.shut_down();
}

#[test]
fn who_can_be_asked_is_asked_for_settings_watching_and_progress() {
    let project = Project::empty();
    project.write("a.py", BARE);
    let mut capabilities = pushed();
    capabilities["workspace"]["configuration"] = json!(true);
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({"dynamicRegistration": true});
    capabilities["window"] = json!({"workDoneProgress": true});
    let mut client = Client::open(&project, &capabilities, &Value::Null);
    let asked = client.wait(|message| message["method"] == "client/registerCapability");
    let watchers = &asked["params"]["registrations"][0]["registerOptions"]["watchers"];
    assert!(watchers.as_array().is_some_and(|all| all.len() > 3), "{asked}");
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
    let asked = client.wait(|message| message["method"] == "workspace/configuration");
    let settings = json!([{"diagnosticMode": "workspace"}]);
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": settings}));
    client.published(&uri(&project, "a.py"), |params| rules(params) == ["bare-except:2"]);
    // Nothing is shown before the client agrees, and reading anew is shown anew.
    let asked = client.wait(|message| message["method"] == "window/workDoneProgress/create");
    client.shut_down();
    // A project that takes a moment to read.
    let body = "def f(a):\n    if a:\n        return [x for x in a]\n".repeat(200);
    (0..60).for_each(|number| project.write(&format!("p/f{number}.py"), &body));
    let mut client = Client::open(&project, &capabilities, &Value::Null);
    let again = client.wait(|message| message["method"] == "window/workDoneProgress/create");
    assert_eq!(again["params"]["token"], asked["params"]["token"], "tokens count within a session");
    client.send(&json!({"jsonrpc": "2.0", "id": again["id"], "result": null}));
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    let progress = |kind: &'static str| {
        let token = again["params"]["token"].clone();
        move |message: &Value| {
            message["method"] == "$/progress"
                && message["params"]["token"] == token
                && message["params"]["value"]["kind"] == kind
        }
    };
    client.wait(progress("begin"));
    // The file that is open is reported before the others were looked at.
    let mut told = false;
    let is_over = progress("end");
    loop {
        let message = client.wait(|_| true);
        let params = &message["params"];
        told |= params["uri"] == a.as_str() && rules(params) == ["bare-except:2"];
        if is_over(&message) {
            break;
        }
    }
    assert!(told, "nothing of the open file came before the end");
    client.shut_down();
}

#[test]
fn several_folders_are_several_projects() {
    let [one, two] = [Project::empty(), Project::empty()];
    for project in [&one, &two] {
        project.write("a.py", BARE);
    }
    two.write("analyzer.toml", "ignore = [\"bare-except\"]\n");
    let mut client = Client::spawn(&mut one.command("server"));
    let folder = |project: &Project| json!({"uri": uri(project, ""), "name": "x"});
    client.initialize(&pushed(), &whole(), &json!([folder(&one), folder(&two)]));
    let [first, second] = [&one, &two].map(|project| uri(project, "a.py"));
    client.did_open(&second, BARE);
    client.published(&first, |params| rules(params) == ["bare-except:2"]);
    client.published(&second, |params| rules(params).is_empty());
    // A file of a folder that is gone belongs to no project.
    let event = json!({"event": {"added": [], "removed": [folder(&one), folder(&two)]}});
    client.notify("workspace/didChangeWorkspaceFolders", event);
    client.published(&first, |params| rules(params).is_empty());
    client.published(&second, |params| rules(params) == ["bare-except:2"]);
    let event = json!({"event": {"added": [folder(&two)], "removed": []}});
    client.notify("workspace/didChangeWorkspaceFolders", event);
    client.published(&second, |params| rules(params).is_empty());
    client.shut_down();
}

#[test]
fn documents_that_are_no_files_are_checked_on_their_own() {
    let project = Project::empty();
    for capabilities in [pushed(), pulling()] {
        let pulls = !capabilities["textDocument"]["diagnostic"].is_null();
        let mut client = Client::open(&project, &capabilities, &Value::Null);
        client.did_open("untitled:Untitled-1", BARE);
        let told = if pulls {
            let params = json!({"textDocument": {"uri": "untitled:Untitled-1"}});
            client.request("textDocument/diagnostic", params)
        } else {
            client.published("untitled:Untitled-1", |params| params["version"] == 1)
        };
        assert_eq!(rules(&told), ["bare-except:2"]);
        client.did_close("untitled:Untitled-1");
        client.shut_down();
    }
}

#[test]
fn a_folder_without_a_project_is_not_read() {
    let project = Project::empty();
    fs::remove_file(project.path("analyzer.toml")).unwrap();
    project.write("secret/b.py", BARE);
    project.write("a.py", BARE);
    let mut client = Client::open(&project, &pushed(), &whole());
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    client.published(&a, |params| rules(params) == ["bare-except:2"]);
    let told = client.everything(Duration::from_millis(300));
    assert!(told.iter().all(|message| message["method"] != "textDocument/publishDiagnostics"), "{told:#?}");
    client.shut_down();
    // Nor is a home folder, whatever lies in it by accident.
    project.write("pyproject.toml", "");
    let mut client = Client::spawn(project.command("server").env("HOME", project.path("")));
    let folder = json!({"uri": uri(&project, ""), "name": "home"});
    client.initialize(&pushed(), &whole(), &json!([folder]));
    client.did_open(&a, BARE);
    client.published(&a, |params| rules(params) == ["bare-except:2"]);
    let told = client.everything(Duration::from_millis(300));
    assert!(told.iter().all(|message| message["method"] != "textDocument/publishDiagnostics"), "{told:#?}");
    assert!(!project.path(".analyzer_cache").exists());
    client.shut_down();
}

#[test]
fn texts_of_configuration_and_copies_that_were_put_aside_are_noticed() {
    let project = Project::empty();
    project.write("p/a.py", "x = 1\n");
    project.write("c/app.yaml", "nothing: here\n");
    let mut client = Client::open(&project, &pushed(), &whole());
    let a = uri(&project, "p/a.py");
    client.did_open(&a, "x = 1\n");
    client.published(&a, |params| params["version"] == 1);
    let backup = uri(&project, "p/a.py.bak");
    let secret = "password: q8Lk2vZp0wXr5\n";
    let told = |client: &mut Client, uri: &str, rule: &str| {
        client.published(uri, |params| rules(params).iter().any(|told| told.starts_with(rule)));
    };
    // For a new folder, only the folder itself is reported.
    project.write("p/a.py.bak", "x = 0\n");
    project.write("d/e/other.yaml", secret);
    changed(&mut client, &backup, 1);
    changed(&mut client, &uri(&project, "d"), 1);
    told(&mut client, &backup, "backup-file");
    told(&mut client, &uri(&project, "d/e/other.yaml"), "hardcoded-credential");
    // One in which there was nothing.
    project.write("c/app.yaml", secret);
    changed(&mut client, &uri(&project, "c/app.yaml"), 2);
    told(&mut client, &uri(&project, "c/app.yaml"), "hardcoded-credential");
    fs::remove_file(project.path("p/a.py.bak")).unwrap();
    changed(&mut client, &backup, 3);
    client.published(&backup, |params| rules(params).is_empty());
    client.shut_down();
}

#[test]
fn a_list_that_is_only_known_by_being_named_is_read_from_the_editor() {
    let project = Project::empty();
    project.write("analyzer.toml", "select = [\"dependency-drift\"]\n");
    project.write("one/requirements.txt", "requests==2.0\n");
    project.write("two/requirements.txt", "-r extra.lst\n");
    project.write("two/extra.lst", "requests==2.0\n");
    let mut client = Client::open(&project, &pushed(), &json!({"diagnosticMode": "workspace"}));
    let [one, two, extra] =
        ["one/requirements.txt", "two/requirements.txt", "two/extra.lst"].map(|path| uri(&project, path));
    let about = |params: &Value| rules(params).iter().any(|rule| rule.contains("dependency-drift"));
    let open = |client: &mut Client, uri: &str, text: &str| {
        let document = json!({"uri": uri, "languageId": "plaintext", "version": 1, "text": text});
        client.notify("textDocument/didOpen", json!({"textDocument": document}));
    };
    open(&mut client, &one, "requests==2.0\n");
    open(&mut client, &two, "-r extra.lst\n");
    client.published(&two, |params| params["version"] == 1 && !about(params));
    // The report before the project is read equals the one afterwards.
    client.everything(Duration::from_secs(1));
    open(&mut client, &extra, "requests==2.1\n");
    let told = client.published(&extra, |params| params["version"] == 1);
    let elsewhere = client.published(&one, about);
    assert!(about(&told) || about(&elsewhere), "{told} {elsewhere}");
    client.did_change(&extra, 2, "requests==2.0\n");
    client.published(&one, |params| !about(params));
    client.did_change(&extra, 3, "requests==2.2\n");
    client.published(&one, about);
    // Nobody names it any more, then somebody does again.
    client.did_change(&two, 2, "# nothing\n");
    client.published(&one, |params| !about(params));
    client.did_change(&two, 3, "-r extra.lst\n");
    client.published(&one, about);
    // The file on disk counts again.
    client.did_close(&extra);
    client.published(&one, |params| !about(params));
    client.shut_down();
}

#[test]
fn a_list_that_the_configuration_leaves_out_says_nothing_in_an_editor_either() {
    let project = Project::empty();
    project.write("analyzer.toml", "select = [\"dependency-drift\"]\nexclude = [\"*.lst\"]\n");
    project.write("one/requirements.txt", "requests==2.0\n");
    project.write("two/requirements.txt", "-r extra.lst\n");
    project.write("two/extra.lst", "requests==2.1\n");
    let mut client = Client::open(&project, &pushed(), &whole());
    let [one, extra] = ["one/requirements.txt", "two/extra.lst"].map(|path| uri(&project, path));
    for (uri, text) in [(&extra, "requests==2.2\n"), (&one, "requests==2.0\n")] {
        let document = json!({"uri": uri, "languageId": "plaintext", "version": 1, "text": text});
        client.notify("textDocument/didOpen", json!({"textDocument": document}));
    }
    client.published(&one, |params| params["version"] == 1);
    client.did_change(&extra, 2, "requests==2.3\n");
    let told = client.everything(Duration::from_millis(400));
    let told: Vec<_> =
        told.iter().filter(|message| message["method"] == "textDocument/publishDiagnostics").collect();
    assert!(told.iter().all(|message| rules(&message["params"]).is_empty()), "{told:?}");
    client.shut_down();
}

#[test]
fn an_open_file_that_a_check_leaves_out_has_no_findings() {
    let project = Project::empty();
    project.write("analyzer.toml", "exclude = [\"gen\"]\n");
    project.write(".gitignore", "local/\n");
    project.write("m.py", "import os\n");
    let left_out = ["vendor/a.py", "node_modules/b.py", "gen/c.py", "local/d.py", ".venv/e.py"];
    for path in left_out {
        project.write(path, BARE);
    }
    let mut client = Client::open(&project, &pulling(), &Value::Null);
    let ask = |client: &mut Client, path: &str| {
        let params = json!({"textDocument": {"uri": uri(&project, path)}});
        client.request("textDocument/diagnostic", params)["items"].as_array().map_or(0, Vec::len)
    };
    // Some are open before the project is known, the others after it.
    client.did_open(&uri(&project, left_out[0]), BARE);
    client.did_open(&uri(&project, "m.py"), "import os\n");
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while ask(&mut client, "m.py") == 0 {
        assert!(std::time::Instant::now() < deadline, "the project is not read");
        std::thread::sleep(Duration::from_millis(20));
    }
    for path in left_out {
        client.did_open(&uri(&project, path), BARE);
        assert_eq!(ask(&mut client, path), 0, "{path}");
        client.did_change(&uri(&project, path), 2, &BARE.repeat(2));
        assert_eq!(ask(&mut client, path), 0, "{path}");
        client.did_close(&uri(&project, path));
        assert_eq!(ask(&mut client, path), 0, "{path}");
    }
    // A file that is new takes part at once.
    client.did_open(&uri(&project, "new.py"), BARE);
    assert!(ask(&mut client, "new.py") > 0);
    client.shut_down();
}

/// Tells of several files at once, as when a branch is switched: 1 is new, 2 changed, 3 gone.
fn switched(client: &mut Client, files: &[(&str, u8)]) {
    let changes: Vec<Value> = files.iter().map(|(uri, kind)| json!({"uri": uri, "type": kind})).collect();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
}

#[test]
fn findings_go_with_their_files_though_the_configuration_changes_too() {
    let project = Project::empty();
    for path in ["a.py", "old/b.py", "old/c.py"] {
        project.write(path, BARE);
    }
    let mut client = Client::open(&project, &pushed(), &whole());
    let [a, b, c, configuration, toml] =
        ["a.py", "old/b.py", "old/c.py", "analyzer.toml", "pyproject.toml"].map(|path| uri(&project, path));
    for file in [&a, &b, &c] {
        client.published(file, |params| rules(params) == ["bare-except:2"]);
    }
    fs::remove_file(project.path("old/b.py")).unwrap();
    project.write("analyzer.toml", "exclude = [\"other\"]\n");
    switched(&mut client, &[(&configuration, 2), (&b, 3)]);
    client.published(&b, |params| rules(params).is_empty());
    // One that cannot be used is no reason to keep what is gone.
    fs::remove_file(project.path("old/c.py")).unwrap();
    project.write("analyzer.toml", "exclude = 3\n");
    switched(&mut client, &[(&c, 3), (&configuration, 2)]);
    client.published(&c, |params| rules(params).is_empty());
    project.write("analyzer.toml", "");
    project.write("a.py", &format!("\n{BARE}"));
    switched(&mut client, &[(&configuration, 2), (&a, 2)]);
    client.published(&a, |params| rules(params) == ["bare-except:3"]);
    // Nor is a finding in a file that decides what the project is.
    project.write("pyproject.toml", "[project\n");
    switched(&mut client, &[(&toml, 1)]);
    client.published(&toml, |params| !rules(params).is_empty());
    fs::remove_file(project.path("pyproject.toml")).unwrap();
    fs::rename(project.path("a.py"), project.path("d.py")).unwrap();
    let d = uri(&project, "d.py");
    switched(&mut client, &[(&toml, 3), (&a, 3), (&d, 1)]);
    client.published(&toml, |params| rules(params).is_empty());
    client.published(&a, |params| rules(params).is_empty());
    client.published(&d, |params| rules(params) == ["bare-except:3"]);
    client.shut_down();
}
