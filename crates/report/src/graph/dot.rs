//! The import graph for Graphviz. It must not lay anything out.

use std::io::{self, Write};

use super::{GraphView, links};
use crate::text::one_line;

/// Fills of the cycles, in turn.
const FILLS: [&str; 6] = ["#f4a6a6", "#f6cf8e", "#a9d6f5", "#c8e6a0", "#d9b8f0", "#f3b6dc"];

/// Writes a `digraph`: cycles filled, deferred and typing-only imports dashed, several statements one arrow.
///
/// # Errors
/// Those of `out`.
pub fn render(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "digraph imports {{\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fillcolor=white];"
    )?;
    for (index, node) in view.nodes.iter().enumerate() {
        let fill = node.cycle.map_or(String::new(), |cycle| {
            format!(", fillcolor=\"{}\"", FILLS[cycle as usize % FILLS.len()])
        });
        let (module, path) = (quoted(&node.module), quoted(&node.path));
        writeln!(out, "  n{index} [label={module}, tooltip={path}{fill}];")?;
    }
    for link in links(view) {
        let mut attributes = Vec::new();
        if !link.eager {
            attributes.push("style=dashed");
        }
        if link.cycle.is_some() {
            attributes.push("color=\"#c0392b\", penwidth=2");
        }
        let attributes =
            if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
        writeln!(out, "  n{} -> n{}{attributes};", link.from, link.to)?;
    }
    writeln!(out, "}}")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}
