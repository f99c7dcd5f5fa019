//! The table of import cycles, and the meaning of its words. It must not know how cycles are found.

use std::io::{self, Write};

use analyzer_diagnostics::{CycleSummary, Severity};

use crate::route::route;
use crate::table::{Align, Cell, Table};
use crate::text::{DIM, Painted, hanging, one_line, severity_style, thousands};

/// The words of the first column, with what they mean.
const MEANINGS: [(&str, &str); 5] = [
    ("crash", "importing it fails, whichever module comes first"),
    ("entry-dependent", "importing it fails or works, depending on which module comes first"),
    ("masked", "importing it fails, and a handler hides that"),
    ("tolerated", "importing it works, as the modules are now"),
    ("deferred", "an import inside a function closes it, so importing it works"),
];
/// Columns beside the way around a cycle: margins, gaps and the number of modules.
const BESIDE: usize = 6;

fn word(cycle: &CycleSummary) -> &str {
    if cycle.deferred { "deferred" } else { &cycle.verdict }
}

/// Writes the first cycles with their verdicts, how many more there are, and what the words mean.
pub(super) fn render(
    cycles: &[CycleSummary],
    most: usize,
    width: usize,
    colour: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown = cycles.get(..most).unwrap_or(cycles);
    let words = shown.iter().map(|cycle| word(cycle).len()).max().unwrap_or(0).max("verdict".len());
    let room = width.saturating_sub(words + "modules".len() + BESIDE).max(20);
    let columns = vec![("verdict", Align::Left), ("modules", Align::Right), ("cycle", Align::Left)];
    let mut table = Table::new(columns);
    for cycle in shown {
        let severity = match word(cycle) {
            "crash" => Severity::Error,
            "entry-dependent" | "masked" => Severity::Warning,
            _ => Severity::Note,
        };
        let way = route(&cycle.modules, room);
        table.row(vec![
            Cell::styled(word(cycle), severity_style(severity)),
            thousands(u64::from(cycle.size)).into(),
            one_line(&way).into(),
        ]);
    }
    table.render(width, colour, out)?;
    if cycles.len() > shown.len() {
        writeln!(out, "  and {} more", thousands((cycles.len() - shown.len()) as u64))?;
    }
    for (meant, meaning) in MEANINGS {
        if shown.iter().any(|cycle| word(cycle) == meant) {
            let text = hanging(&format!("{meant}: {meaning}"), 2, Some(width));
            writeln!(out, "  {}", Painted(colour, DIM, text))?;
        }
    }
    writeln!(out)
}
