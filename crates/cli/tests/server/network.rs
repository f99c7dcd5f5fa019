//! Ports that are edited: conflicts between services and the registry of ports, reported in every file that they concern.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, pushed, rules, uri};
use crate::support::Project;

/// A service that listens on a port.
fn service(port: u16) -> String {
    format!("import socket\n\nserver = socket.socket()\nserver.bind((\"127.0.0.1\", {port}))\n")
}

/// Whether a rule is among the findings, or among the hints, where it has a `~`.
fn tells(params: &Value, rule: &str) -> bool {
    rules(params).iter().any(|told| told.starts_with(&format!("{rule}:")))
}

/// Only rules about ports.
const PORTS: &str = "select = [\"port-conflict\", \"port-registry-drift\"]\n";

#[test]
fn a_port_that_is_typed_in_one_service_marks_its_conflict_in_the_other() {
    let project = Project::empty();
    project.write("analyzer.toml", PORTS);
    project.write("one/server.py", &service(5571));
    project.write("two/server.py", &service(5572));
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let [one, two] = ["one/server.py", "two/server.py"].map(|path| uri(&project, path));
    client.did_open(&one, &service(5571));
    client.did_open(&two, &service(5572));
    for file in [&one, &two] {
        client.published(file, |params| params["version"] == 1 && rules(params).is_empty());
    }
    client.did_change(&two, 2, &service(5571));
    let marked = |params: &Value| tells(params, "port-conflict") || tells(params, "~port-conflict");
    let told = [&one, &two].map(|file| client.published(file, marked));
    let made = told.iter().filter(|params| tells(params, "port-conflict")).count();
    assert_eq!(made, 1, "a finding in one, a hint in the other: {told:?}");
    client.did_change(&two, 3, &service(5573));
    for file in [&one, &two] {
        client.published(file, |params| rules(params).is_empty());
    }
    client.shut_down();
}

#[test]
fn an_edit_of_the_registry_reaches_every_user_of_the_name() {
    let project = Project::empty();
    project.write("analyzer.toml", "select = [\"port-registry-drift\"]\n");
    let registry = |port: u16| format!("ports:\n  BUS: {port}\n");
    project.write("ports.yaml", &registry(5580));
    let user = "import os\n\nport = int(os.environ.get(\"BUS_PORT\", \"5580\"))\n";
    let paths = ["one/client.py", "two/client.py"];
    for path in paths {
        project.write(path, user);
    }
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let files = paths.map(|path| uri(&project, path));
    for file in &files {
        client.did_open(file, user);
        client.published(file, |params| params["version"] == 1);
    }
    let yaml = uri(&project, "ports.yaml");
    client.did_open(&yaml, &registry(5580));
    client.published(&yaml, |params| params["version"] == 1);
    client.did_change(&yaml, 2, &registry(5590));
    let drifts =
        |params: &Value| tells(params, "port-registry-drift") || tells(params, "~port-registry-drift");
    for file in &files {
        client.published(file, drifts);
    }
    client.did_change(&yaml, 3, &registry(5580));
    for file in &files {
        client.published(file, |params| rules(params).is_empty());
    }
    // As on disk, where it was closed.
    client.did_close(&yaml);
    fs::write(project.path("ports.yaml"), registry(5591)).unwrap();
    let changed = json!({"changes": [{"uri": yaml, "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changed);
    for file in &files {
        client.published(file, drifts);
    }
    client.shut_down();
}
