//! The import graph as a Mermaid flow chart. It must not lay anything out.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::{GraphView, links};
use crate::text::one_line;

/// Fills of the cycles, in turn.
const FILLS: [&str; 6] = ["#f4a6a6", "#f6cf8e", "#a9d6f5", "#c8e6a0", "#d9b8f0", "#f3b6dc"];

/// Writes a `flowchart`: cycles filled, deferred and typing-only imports dotted, imports on a cycle thick.
///
/// # Errors
/// Those of `out`.
pub fn render(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (index, node) in view.nodes.iter().enumerate() {
        let class =
            node.cycle.map_or(String::new(), |cycle| format!(":::cycle{}", cycle as usize % FILLS.len()));
        writeln!(out, "  n{index}[\"{}\"]{class}", escaped(&node.module))?;
    }
    for link in links(view) {
        let arrow = match (link.eager, link.cycle) {
            (true, Some(_)) => "==>",
            (true, None) => "-->",
            (false, _) => "-.->",
        };
        writeln!(out, "  n{} {arrow} n{}", link.from, link.to)?;
    }
    let used: BTreeSet<usize> =
        view.nodes.iter().filter_map(|node| node.cycle).map(|cycle| cycle as usize % FILLS.len()).collect();
    for class in used {
        writeln!(out, "  classDef cycle{class} fill:{},stroke:#c0392b,color:#222", FILLS[class])?;
    }
    Ok(())
}

/// Mermaid knows no backslash escapes, only its own entities.
pub(crate) fn escaped(text: &str) -> String {
    one_line(text).replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;")
}
