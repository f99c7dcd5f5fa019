//! Information about code besides findings: hover, lenses, links, the import graph.

use serde_json::{Value, json};

use crate::client::{Client, pushed, rules, uri};
use crate::support::Project;

fn hover(client: &mut Client, uri: &str, line: u32, character: u32) -> String {
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}});
    let told = client.request("textDocument/hover", params);
    told["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_hover_tells_of_findings_suppressions_and_functions() {
    let project = Project::empty();
    let text = "\
def f(a):
    if a and b:
        return 1
    for x in a:  # analyzer: ignore[bare-except]
        pass
    try:
        g()
    except:
        pass
";
    project.write("a.py", text);
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, text);
    client.published(&a, |params| params["version"] == 1);
    let told = hover(&mut client, &a, 7, 6);
    assert!(told.contains("**bare-except**") && told.contains("**How to fix**"), "{told}");
    let told = hover(&mut client, &a, 3, 40);
    assert!(told.contains("**bare-except**"), "{told}");
    let told = hover(&mut client, &a, 0, 4);
    assert!(told.contains("cyclomatic complexity of **4**"), "{told}");
    assert!(told.contains("| 2 | +1 | `if a and b:` |") && told.contains("| 8 | +1 | `except:` |"), "{told}");
    assert_eq!(hover(&mut client, &a, 2, 10), "");
    assert_eq!(hover(&mut client, &a, 99, 99), "");
    // For a text that was not checked yet, the previous facts are reported at their present places.
    client.did_change(&a, 2, &format!("\n\n{text}"));
    let told = hover(&mut client, &a, 9, 6);
    assert!(told.contains("**bare-except**"), "{told}");
    client.shut_down();
}

#[test]
fn a_hover_is_plain_where_no_markdown_is_shown() {
    let project = Project::empty();
    let text = "def f(a):\n    if a:\n        return a\n    try:\n        g()\n    except:\n        pass\n";
    project.write("a.py", text);
    let mut capabilities = pushed();
    capabilities["textDocument"]["hover"] = json!({"contentFormat": ["plaintext"]});
    let mut client = Client::open(&project, &capabilities, &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, text);
    client.published(&a, |params| params["version"] == 1);
    for (line, wanted) in
        [(5, "Why it matters\n\n"), (0, "f has a cyclomatic complexity of 3"), (0, "2  +1  if a:")]
    {
        let params = json!({"textDocument": {"uri": a}, "position": {"line": line, "character": 4}});
        let told = client.request("textDocument/hover", params);
        assert_eq!(told["contents"]["kind"], "plaintext");
        let value = told["contents"]["value"].as_str().unwrap_or_default();
        assert!(value.contains(wanted) && !value.contains("**") && !value.contains('`'), "{value}");
    }
    client.shut_down();
}

#[test]
fn a_hover_on_an_import_tells_of_the_module_and_its_neighbours() {
    let project = Project::empty();
    project.write("p/__init__.py", "");
    project.write("p/a.py", "import p.b\n");
    project.write("p/b.py", "import p.c\nimport os\n");
    project.write("p/c.py", "import p.b\n");
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let [a, b] = ["p/a.py", "p/b.py"].map(|path| uri(&project, path));
    client.did_open(&a, "import p.b\n");
    client.did_open(&b, "import p.c\nimport os\n");
    client.published(&b, |params| rules(params).iter().any(|rule| rule.contains("import-cycle")));
    let told = hover(&mut client, &a, 0, 8);
    for part in ["module `p.b`", "imports `p.c`", "imported by `p.a`, `p.c`", "cycle of 2 modules"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // A name that is a module is reported as one; the part before it is another.
    client.did_change(&a, 2, "from p import b, c as d\n");
    client.published(&a, |params| params["version"] == 2);
    for (character, module) in [(14, "p.b"), (17, "p.c"), (22, "p.c")] {
        let told = hover(&mut client, &a, 0, character);
        assert!(told.contains(&format!("module `{module}`")), "{character}: {told}");
        assert_eq!(told.matches("module `").count(), 1, "{told}");
    }
    client.shut_down();
}

#[test]
fn lenses_tell_of_complexity_and_cycles() {
    let project = Project::empty();
    project.write("p/__init__.py", "");
    project.write("p/a.py", "import p.b\n");
    let text = "import p.a\n\n\ndef f(a):\n    if a: pass\n    if a: pass\n    if a: pass\n    if a: pass\n\n\ndef g(): pass\n";
    project.write("p/b.py", text);
    let options = json!({"clientCommands": ["analyzer.showCycle"]});
    let mut client = Client::open(&project, &pushed(), &options);
    let b = uri(&project, "p/b.py");
    client.did_open(&b, text);
    client.published(&b, |params| rules(params).iter().any(|rule| rule.contains("import-cycle")));
    let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": b}}));
    let told: Vec<_> = lenses
        .as_array()
        .into_iter()
        .flatten()
        .map(|lens| {
            (
                lens["range"]["start"]["line"].as_u64(),
                lens["command"]["title"].as_str(),
                lens["command"]["command"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some(3), Some("complexity 5 · cognitive 4"), Some("")),
            (Some(0), Some("on an import cycle of 2 modules"), Some("analyzer.showCycle")),
        ]
    );
    client.shut_down();
}

#[test]
fn names_of_ports_link_to_their_registry() {
    let project = Project::empty();
    project.write("ports.yaml", "ports:\n  # the one\n  ROUTER: {port: 7122}\n  OTHER: {port: 7123}\n");
    let text = "port = get_port('ROUTER')\nx = 'NOBODY'\ny = \"é\" + \"OTHER\"\n";
    project.write("a.py", text);
    let mut client = Client::open(&project, &pushed(), &Value::Null);
    let a = uri(&project, "a.py");
    client.did_open(&a, text);
    let links = client.request("textDocument/documentLink", json!({"textDocument": {"uri": a}}));
    let targets: Vec<_> = links
        .as_array()
        .into_iter()
        .flatten()
        .map(|link| link["target"].as_str().unwrap_or_default())
        .collect();
    let registry = uri(&project, "ports.yaml");
    assert_eq!(targets, [format!("{registry}#L3"), format!("{registry}#L4")]);
    assert_eq!(links[1]["range"]["start"], json!({"line": 2, "character": 11}));
    client.shut_down();
}

#[test]
fn the_import_graph_is_that_of_the_command_line() {
    let project = Project::small();
    let mut client = Client::open(&project, &pushed(), &json!({"diagnosticMode": "workspace"}));
    client.published(&uri(&project, "app/one.py"), |params| !rules(params).is_empty());
    let params = json!({"command": "analyzer.importGraph", "arguments": [uri(&project, "app/one.py")]});
    let graph = client.request("workspace/executeCommand", params);
    let out = crate::support::run(project.command("graph").arg("--no-cache")).stdout;
    let printed: Value = serde_json::from_str(&out).unwrap_or_default();
    assert_eq!((&graph["nodes"], &graph["edges"]), (&printed["nodes"], &printed["edges"]));
    assert_eq!(graph["root"].as_str(), Some(uri(&project, "").as_str()));
    let id = client.ask("workspace/executeCommand", json!({"command": "analyzer.unheardOf"}));
    assert_eq!(client.answer(id)["error"]["code"], -32602);
    client.shut_down();
}
