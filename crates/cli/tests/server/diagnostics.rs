//! Findings as they are reported: of a file while it is edited, across files, pushed and pulled.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, pulling, pushed, rules, uri};
use crate::support::Project;

/// For projects whose imports make a graph and nothing else.
const IMPORTS_ARE_USED: &str = "ignore = [\"unused-import\"]\n";
const BARE: &str = "try:\n    f()\nexcept:\n    pass\n";

#[test]
fn findings_follow_the_text_that_is_edited() {
    let project = Project::empty();
    project.write("a.py", "x = 1\n");
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, "x = 1\n");
    let told = client.published(&a, |params| params["version"] == 1);
    assert_eq!(rules(&told), [] as [&str; 0]);
    client.did_change(&a, 2, BARE);
    let told = client.published(&a, |params| params["version"] == 2);
    assert_eq!(rules(&told), ["bare-except:2"]);
    let finding = &told["diagnostics"][0];
    assert_eq!((&finding["severity"], &finding["source"]), (&json!(2), &json!("analyzer")));
    let href = finding["codeDescription"]["href"].as_str();
    assert!(href.is_some_and(|href| href.ends_with("rules/exceptions/bare-except.md")), "{finding}");
    let insertion = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    client.notify(
        "textDocument/didChange",
        json!({
            "textDocument": {"uri": a, "version": 3},
            "contentChanges": [{"range": insertion, "text": "# 🦀\n"}, {"range": insertion, "text": "y = 2\n"}],
        }),
    );
    let told = client.published(&a, |params| params["version"] == 3);
    assert_eq!(rules(&told), ["bare-except:4"]);
    client.did_change(&a, 4, "def f(:\n    try:\n        g()\n    except:\n        pass\n");
    let told = client.published(&a, |params| params["version"] == 4);
    assert_eq!(rules(&told), ["syntax-error:0", "bare-except:3"]);
    client.did_close(&a);
    let told = client.published(&a, |params| params.get("version").is_none());
    assert_eq!(rules(&told), [] as [&str; 0]);
    client.shut_down();
}

#[test]
fn what_stands_beside_a_message_is_told_to_who_takes_it() {
    let project = Project::empty();
    let text = "import os\n";
    project.write("a.py", text);
    let plain = json!({"textDocument": {"publishDiagnostics": {}}});
    for capabilities in [pushed(), plain] {
        let all = capabilities["textDocument"]["publishDiagnostics"]["tagSupport"].is_object();
        let mut client = Client::open(&project, &capabilities, &Value::Null);
        let a = uri(&project, "a.py");
        client.did_open(&a, text);
        let told = client.published(&a, |params| rules(params) == ["unused-import:0"]);
        let finding = &told["diagnostics"][0];
        let unnecessary = if all { json!([1]) } else { Value::Null };
        assert_eq!(finding["tags"], unnecessary, "{finding}");
        assert_eq!(finding["codeDescription"].is_object(), all, "{finding}");
        assert_eq!(told["version"].is_number(), all, "{told}");
        assert!(finding["data"]["fingerprint"].is_string(), "{finding}");
        client.shut_down();
    }
}

#[test]
fn columns_are_told_in_the_agreed_unit() {
    let project = Project::empty();
    project.write("analyzer.toml", IMPORTS_ARE_USED);
    let text = "s = '🦀é'; import a\n";
    project.write("a.py", text);
    for (capabilities, column) in [(pushed(), 18), (utf8_pushed(), 21)] {
        let mut client = Client::open(&project, &capabilities, &Value::Null);
        let a = uri(&project, "a.py");
        client.did_open(&a, text);
        let told = client.published(&a, |params| !rules(params).is_empty());
        assert_eq!(rules(&told), ["self-import:0"]);
        assert_eq!(told["diagnostics"][0]["range"]["start"]["character"], column, "{told}");
        client.shut_down();
    }
}

fn utf8_pushed() -> Value {
    let mut capabilities = pushed();
    capabilities["general"] = json!({"positionEncodings": ["utf-8"]});
    capabilities
}

#[test]
fn a_cycle_that_is_closed_marks_every_file_on_it_and_one_that_is_opened_none() {
    let project = Project::empty();
    project.write("analyzer.toml", IMPORTS_ARE_USED);
    project.write("p/__init__.py", "");
    project.write("p/a.py", "import p.b\n");
    project.write("p/b.py", "import p.c\n");
    project.write("p/c.py", "x = 1\n");
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let [a, b, c] = ["p/a.py", "p/b.py", "p/c.py"].map(|path| uri(&project, path));
    client.did_open(&a, "import p.b\n");
    client.did_open(&b, "import p.c\n");
    client.did_open(&c, "x = 1\n");
    for file in [&a, &b, &c] {
        client.published(file, |params| params["version"] == 1);
    }
    // The whole project is known once a file that is not open is.
    client.did_change(&c, 2, "import p.a\nx = 1\n");
    let marked = |params: &Value| rules(params).iter().any(|rule| rule.contains("import-cycle"));
    let told = [&a, &b, &c].map(|file| client.published(file, marked));
    let all: Vec<String> = told.iter().flat_map(rules).collect();
    let hints = all.iter().filter(|rule| *rule == "~import-cycle:0").count();
    let findings = all.iter().filter(|rule| *rule == "import-cycle:0").count();
    assert_eq!((findings, hints), (1, 2), "{all:?}");
    let finding = told.iter().flat_map(|params| params["diagnostics"].as_array().into_iter().flatten());
    let finding: Vec<&Value> = finding.filter(|one| one["severity"] != 4).collect();
    assert_eq!(finding[0]["relatedInformation"].as_array().map(Vec::len), Some(3), "{finding:?}");
    client.did_change(&c, 3, "x = 1\n");
    for file in [&a, &b, &c] {
        client.published(file, |params| rules(params).is_empty());
    }
    client.shut_down();
}

#[test]
fn only_files_whose_findings_changed_are_published() {
    let project = Project::small();
    let mut client = Client::open(&project, &pushed(), &json!({"diagnosticMode": "workspace"}));
    let [one, two] = ["app/one.py", "app/two.py"].map(|path| uri(&project, path));
    client.published(&one, |params| !rules(params).is_empty());
    client.published(&two, |params| !rules(params).is_empty());
    client.did_open(&one, "x = 1\n");
    client.published(&one, |params| params["version"] == 1 && rules(params).is_empty());
    for version in 2..6 {
        client.did_change(&one, version, &format!("x = {version}\n"));
    }
    let told = client.everything(Duration::from_millis(400));
    let others = told.iter().filter(|message| message["params"]["uri"] == two.as_str()).count();
    assert_eq!(others, 0, "{told:#?}");
    // A closed document is as it is on disk.
    client.did_close(&one);
    client.published(&one, |params| rules(params) == ["bare-except:6"]);
    client.shut_down();
}

#[test]
fn findings_are_pulled_with_results_that_stay_known() {
    let project = Project::empty();
    project.write("a.py", BARE);
    let mut client = Client::open(&project, &pulling(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    let document = json!({"textDocument": {"uri": a}});
    let first = client.request("textDocument/diagnostic", document.clone());
    assert_eq!((&first["kind"], rules(&first)), (&json!("full"), vec!["bare-except:2".to_owned()]));
    let again = json!({"textDocument": {"uri": a}, "previousResultId": first["resultId"]});
    let again = client.request("textDocument/diagnostic", again);
    assert_eq!(again, json!({"kind": "unchanged", "resultId": first["resultId"]}));
    client.did_change(&a, 2, "x = 1\n");
    let now = client.request("textDocument/diagnostic", document);
    assert_eq!(rules(&now), [] as [&str; 0]);
    let told = client.everything(Duration::from_millis(100));
    assert!(told.iter().all(|message| message["method"] != "textDocument/publishDiagnostics"), "{told:#?}");
    client.shut_down();
}

#[test]
fn who_pulls_is_told_when_other_files_are_concerned() {
    let project = Project::empty();
    project.write("analyzer.toml", IMPORTS_ARE_USED);
    project.write("p/__init__.py", "");
    project.write("p/a.py", "import p.b\n");
    project.write("p/b.py", "x = 1\n");
    let mut client = Client::open(&project, &pulling(), &json!({"diagnosticMode": "workspace"}));
    let [a, b] = ["p/a.py", "p/b.py"].map(|path| uri(&project, path));
    client.did_open(&a, "import p.b\n");
    client.did_open(&b, "x = 1\n");
    let pull = |client: &mut Client, uri: &str| {
        client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}))
    };
    // Held until the project is known and there is something to report.
    let held = client.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    assert_eq!(rules(&pull(&mut client, &a)), [] as [&str; 0]);
    client.did_change(&b, 2, "import p.a\n");
    let refresh = client.wait(|message| message["method"] == "workspace/diagnostic/refresh");
    client.send(&json!({"jsonrpc": "2.0", "id": refresh["id"], "result": null}));
    let told = [pull(&mut client, &a), pull(&mut client, &b)];
    let mut all: Vec<String> = told.iter().flat_map(rules).collect();
    all.sort();
    assert_eq!(all, ["import-cycle:0", "~import-cycle:0"]);
    // Nothing was found in files that are not open, so it is held still.
    client.notify("$/cancelRequest", json!({"id": held}));
    assert_eq!(client.answer(held)["error"]["code"], -32800);
    client.shut_down();
}

#[test]
fn files_that_are_not_open_are_reported_to_who_pulls() {
    let project = Project::small();
    let mut client = Client::open(&project, &pulling(), &json!({"diagnosticMode": "workspace"}));
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let items = report["items"].as_array().into_iter().flatten();
    let told: Vec<_> =
        items.map(|item| (item["uri"].as_str().unwrap_or_default().to_owned(), rules(item))).collect();
    let names: Vec<&str> = told.iter().map(|(uri, _)| uri.rsplit('/').next().unwrap_or_default()).collect();
    assert_eq!(names, ["one.py", "two.py"], "{told:?}");
    client.shut_down();
}

#[test]
fn an_edit_that_no_other_file_sees_has_none_looked_at() {
    let project = Project::empty();
    project.write("analyzer.toml", IMPORTS_ARE_USED);
    let (one, two) = ("import two\n\n\ndef f():\n    return 1\n", "import os\n\n\ndef g():\n    return 2\n");
    project.write("one.py", one);
    project.write("two.py", two);
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let [a, b] = ["one.py", "two.py"].map(|path| uri(&project, path));
    for (file, text) in [(&a, one), (&b, two)] {
        client.did_open(file, text);
        client.published(file, |params| params["version"] == 1);
    }
    client.everything(Duration::from_millis(500));
    client.notify("$/setTrace", json!({"value": "messages"}));
    let looks = |client: &mut Client| {
        let told = client.everything(Duration::from_millis(300));
        let looked = |message: &&Value| {
            let text = message["params"]["message"].as_str();
            text.is_some_and(|text| text.starts_with("looked at other files"))
        };
        told.iter().filter(looked).count()
    };
    client.did_change(&b, 2, &two.replace("return 2", "return 2  # typed"));
    client.did_change(&b, 3, &two.replace("return 2", "for x in ():\n        print(x)\n    return 3"));
    client.published(&b, |params| params["version"] == 3);
    assert_eq!(looks(&mut client), 0);
    // An import that closes a cycle is seen by the other file, at once.
    let closed = two.replace("import os", "import one");
    client.did_change(&b, 4, &closed);
    let told = client.published(&b, |params| params["version"] == 4);
    assert!(rules(&told).iter().any(|rule| rule.contains("import-cycle")), "{told}");
    client.published(&a, |params| rules(params).iter().any(|rule| rule.contains("import-cycle")));
    assert_eq!(looks(&mut client), 1);
    // Nobody sees that it moves but those with findings that point to it.
    client.did_change(&b, 5, &format!("# moved\n{closed}"));
    let line = |params: &Value| {
        let all = params["diagnostics"].as_array().unwrap();
        let cycle = all.iter().find(|one| one["code"] == "import-cycle").unwrap().clone();
        let mut lines = vec![cycle["range"]["start"]["line"].clone()];
        let related = cycle["relatedInformation"].as_array().unwrap();
        lines.extend(related.iter().map(|one| one["location"]["range"]["start"]["line"].clone()));
        lines.iter().filter_map(Value::as_u64).sum::<u64>()
    };
    let told = client.published(&b, |params| params["version"] == 5);
    assert!(line(&told) > 0, "{told}");
    client.published(&a, |params| line(params) > 0);
    client.shut_down();
}
