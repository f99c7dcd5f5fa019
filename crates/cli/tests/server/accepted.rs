//! Findings that the baseline lists are reported by no door, and those that are new by each.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, pushed, rules, uri};
use crate::support::{Project, run};

const BARE: &str = "try:\n    f()\nexcept:\n    pass\n";

#[test]
fn what_the_baseline_lists_is_not_told() {
    let project = Project::empty();
    project.write("a.py", BARE);
    let written = run(project.check().arg("--write-baseline"));
    assert_eq!(written.code, 0, "{written:?}");
    let mut client = Client::open(&project, &pushed(), &json!({"diagnosticMode": "workspace"}));
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    client.published(&a, |params| params["version"] == 1 && rules(params).is_empty());
    let two = format!("{BARE}\n\n{BARE}").replacen("f()", "g()", 1);
    client.did_change(&a, 2, &two);
    let told = client.published(&a, |params| params["version"] == 2);
    assert_eq!(
        rules(&told),
        ["bare-except:8"],
        "as `check` does, the first of two is the one that was there"
    );
    // The file moves, and its findings with it.
    client.did_close(&a);
    fs::rename(project.path("a.py"), project.path("b.py")).unwrap();
    let b = uri(&project, "b.py");
    client.notify("workspace/didRenameFiles", json!({"files": [{"oldUri": a, "newUri": b}]}));
    client.did_open(&b, BARE);
    client.published(&b, |params| params["version"] == 1 && rules(params).is_empty());
    // Without a baseline everything is reported again.
    fs::remove_file(project.path(".analyzer-baseline.json")).unwrap();
    let gone = json!({"changes": [{"uri": uri(&project, ".analyzer-baseline.json"), "type": 3}]});
    client.notify("workspace/didChangeWatchedFiles", gone);
    client.published(&b, |params| rules(params) == ["bare-except:2"]);
    client.shut_down();
}

#[test]
fn a_baseline_that_cannot_be_read_is_said() {
    let project = Project::empty();
    project.write("a.py", BARE);
    project.write(".analyzer-baseline.json", "{");
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let told = client.wait(|message| message["method"] == "window/showMessage");
    assert!(told["params"]["message"].as_str().is_some_and(|text| text.contains("is no baseline")), "{told}");
    let a = uri(&project, "a.py");
    client.did_open(&a, BARE);
    client.published(&a, |params| rules(params) == ["bare-except:2"]);
    client.shut_down();
}
