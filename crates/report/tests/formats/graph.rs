//! The import graph in its formats.

use crate::common::written;
use analyzer_report::graph::{self, GraphEdge, GraphNode, GraphView};
use serde_json::{Value, json};

fn view() -> GraphView {
    let node = |path: &str, cycle| GraphNode {
        path: path.to_owned(),
        module: path.trim_end_matches(".py").replace('/', "."),
        cycle,
    };
    let edge = |from: &str, to: &str, kind: &str, line, implicit| GraphEdge {
        from: from.to_owned(),
        to: to.to_owned(),
        kind: kind.to_owned(),
        line,
        implicit,
    };
    GraphView {
        nodes: vec![node("p/a.py", Some(0)), node("p/b.py", Some(0)), node("q\"</script>.py", None)],
        edges: vec![
            edge("p/a.py", "p/b.py", "eager", 1, false),
            edge("p/a.py", "p/b.py", "deferred", 7, false),
            edge("p/b.py", "p/a.py", "deferred", 2, true),
            edge("p/b.py", "elsewhere.py", "eager", 3, false),
            edge("q\"</script>.py", "p/a.py", "typing", 3, false),
        ],
    }
}

#[test]
fn json_has_every_statement() {
    let graph: Value = serde_json::from_str(&written(|out| graph::json(&view(), out))).unwrap();
    assert_eq!(graph["nodes"][0], json!({"path": "p/a.py", "module": "p.a", "cycle": 0}));
    assert_eq!(graph["nodes"][2].get("cycle"), None);
    assert_eq!(graph["edges"].as_array().unwrap().len(), 5);
    assert_eq!(
        graph["edges"][2],
        json!({"from": "p/b.py", "to": "p/a.py", "kind": "deferred", "line": 2, "implicit": true})
    );
    let empty: Value = serde_json::from_str(&written(|out| graph::json(&GraphView::default(), out))).unwrap();
    assert_eq!(empty, json!({"nodes": [], "edges": []}));
}

#[test]
fn dot_is_a_digraph() {
    insta::assert_snapshot!("dot", written(|out| graph::dot(&view(), out)));
}

#[test]
fn mermaid_is_a_flow_chart() {
    insta::assert_snapshot!("mermaid", written(|out| graph::mermaid(&view(), out)));
}

#[test]
fn html_holds_its_data_and_loads_nothing() {
    let page = written(|out| graph::html(&view(), out));
    let data = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["nodes"][2], json!(["q\"<.script>", "q\"</script>.py", null]));
    assert_eq!(data["links"], json!([[0, 1, 1], [1, 0, 0], [2, 0, 0]]));
    assert!(!page.contains("http") && !page.contains(" src="), "the page must need no network");
    assert!(!page.contains("GRAPH DATA"));
}
