//! The import graph as JSON, every statement an edge. It must not leave anything out.

use std::io::{self, Write};

use serde::Serialize;

use super::{GraphEdge, GraphView};
use crate::inert::Json;

#[derive(Serialize)]
struct Node<'a> {
    path: &'a str,
    module: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cycle: Option<u32>,
}

#[derive(Serialize)]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'a str,
    line: u32,
    implicit: bool,
}

/// Writes `{"nodes": […], "edges": […]}` with one entry per line; a node on a cycle has the cycle's number.
///
/// # Errors
/// Those of `out`.
pub fn render(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    let out = &mut Json(out);
    out.write_all(b"{\"nodes\": [")?;
    for (index, node) in view.nodes.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let node = Node { path: &node.path, module: &node.module, cycle: node.cycle };
        serde_json::to_writer(&mut *out, &node)?;
    }
    out.write_all(b"\n], \"edges\": [")?;
    for (index, edge) in view.edges.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let GraphEdge { from, to, kind, line, implicit } = edge;
        let edge = Edge { from, to, kind, line: *line, implicit: *implicit };
        serde_json::to_writer(&mut *out, &edge)?;
    }
    out.write_all(b"\n]}\n")
}
