//! The import graph as one HTML page that needs no network. It must not know how the page draws.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::{GraphView, links};
use crate::text::one_line;

/// The page, with a marker in the place of the data.
const PAGE: &str = include_str!("page.html");
/// Marker that the data replaces.
const MARKER: &str = "\"GRAPH DATA\"";

#[derive(Serialize)]
struct Data<'a> {
    /// Module, path, and number of the cycle or null.
    nodes: Vec<(Cow<'a, str>, Cow<'a, str>, Option<u32>)>,
    /// Indices of importer and imported, and 1 for an import at module level.
    links: Vec<(usize, usize, u8)>,
}

/// Writes the page: modules as dots, cycles in colour, with search; usable at some thousand modules.
///
/// # Errors
/// Those of `out`.
pub fn render(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    let data = Data {
        nodes: view
            .nodes
            .iter()
            .map(|node| (one_line(&node.module), one_line(&node.path), node.cycle))
            .collect(),
        links: links(view).into_iter().map(|link| (link.from, link.to, u8::from(link.eager))).collect(),
    };
    // `</script>` and `<!--` in a path must not end the script.
    let data = serde_json::to_string(&data)?.replace('<', "\\u003c");
    let (before, after) = PAGE.split_once(MARKER).unwrap_or((PAGE, ""));
    out.write_all(before.as_bytes())?;
    out.write_all(data.as_bytes())?;
    out.write_all(after.as_bytes())
}
