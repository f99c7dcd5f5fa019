//! How sessions begin and end, and what is said before and after.

use serde_json::{Value, json};

use crate::client::{Client, pulling, pushed};
use crate::support::Project;

#[test]
fn a_session_begins_with_what_both_can_do() {
    let project = Project::small();
    let mut client = Client::spawn(&mut project.command("server"));
    let result = client.initialize(&pulling(), &Value::Null, &Value::Null);
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-8");
    assert_eq!(result["capabilities"]["diagnosticProvider"]["interFileDependencies"], true);
    assert_eq!(result["serverInfo"]["name"], "analyzer");
    client.shut_down();
    let mut client = Client::spawn(&mut project.command("server"));
    let result = client.initialize(&pushed(), &Value::Null, &Value::Null);
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(result["capabilities"].get("diagnosticProvider"), None);
    client.shut_down();
}

#[test]
fn requests_out_of_turn_are_refused() {
    let project = Project::small();
    let mut client = Client::spawn(&mut project.command("server"));
    let early = client.ask("textDocument/hover", json!({}));
    assert_eq!(client.answer(early)["error"]["code"], -32002);
    client.initialize(&pushed(), &Value::Null, &Value::Null);
    let again = client.ask("initialize", json!({"capabilities": {}}));
    assert_eq!(client.answer(again)["error"]["code"], -32600);
    let unknown = client.ask("textDocument/unheardOf", json!({}));
    assert_eq!(client.answer(unknown)["error"]["code"], -32601);
    let wrong = client.ask("textDocument/codeAction", json!({"textDocument": 3}));
    assert_eq!(client.answer(wrong)["error"]["code"], -32602);
    client.notify("$/unheardOf", json!({}));
    client.request("shutdown", Value::Null);
    let late = client.ask("textDocument/codeAction", json!({}));
    assert_eq!(client.answer(late)["error"]["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended().code(), Some(0));
}

#[test]
fn an_exit_without_shutdown_and_the_end_of_the_input_are_failures() {
    let project = Project::small();
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended().code(), Some(1));
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    client.close_input();
    assert_eq!(client.ended().code(), Some(1));
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    client.request("shutdown", Value::Null);
    client.close_input();
    assert_eq!(client.ended().code(), Some(0));
}

#[test]
fn the_end_of_the_clients_process_ends_the_server() {
    let project = Project::small();
    let mut editor = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    let mut client = Client::spawn(&mut project.command("server"));
    let params = json!({"processId": editor.id(), "capabilities": {}});
    client.request("initialize", params);
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert_eq!(client.ended().code(), Some(1));
}
