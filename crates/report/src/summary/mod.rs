//! Summary at the end of a run, for a maintainer: where the findings are, in tables, and what was checked.
//! It must not show single findings.

mod counts;
mod cycles;
mod left_out;

use std::collections::BTreeMap;
use std::io::{self, Write};

use analyzer_diagnostics::{Report, RuleInfo, Severity, Summary};

use self::counts::{Counts, by_folder, sorted};
use crate::RenderOptions;
use crate::finding::rule_of;
use crate::table::{Align, Cell, Table};
use crate::text::{
    BAR, BOLD, DIM, GOOD, Painted, counted, duration, one_line, severity_style, thousands, wrapped,
};

/// Rows of each table.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    families: usize,
    folders: usize,
    functions: usize,
    cycles: usize,
}

impl Rows {
    /// After a report that shows everything.
    pub const ALL: Self = Self { families: 20, folders: 10, functions: 10, cycles: 10 };
    /// After a report that fits a screen.
    pub const FEW: Self = Self { families: 9, folders: 6, functions: 5, cycles: 6 };
}

/// Columns of the longest bar.
const BAR_WIDTH: u64 = 24;
/// The severities that have a column each.
const LEVELS: [(Severity, &str); 3] =
    [(Severity::Error, "errors"), (Severity::Warning, "warnings"), (Severity::Note, "notes")];

/// Writes the families and folders with findings, hottest functions and cycles as tables, then the totals.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    rows: Rows,
    out: &mut dyn Write,
) -> io::Result<()> {
    let printer = Printer { colour: options.colour, width: options.columns(), rows };
    let findings = report.findings.iter().filter(|finding| finding.counts());
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for finding in findings {
        let family = rule_of(finding, rules).map_or("custom", |rule| rule.family.as_str());
        counts.entry(family).or_default().add(finding.severity, &finding.rule);
    }
    printer.families(counts, out)?;
    printer.folders(report, out)?;
    printer.hotspots(&report.summary, out)?;
    if !report.summary.cycles.is_empty() {
        printer.heading("Import cycles", out)?;
        cycles::render(&report.summary.cycles, rows.cycles, printer.width, printer.colour, out)?;
    }
    totals(&report.summary, options, out)
}

/// Writes how many findings there are, and what was checked.
///
/// # Errors
/// Those of `out`.
pub fn totals(summary: &Summary, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let printer = Printer { colour: options.colour, width: options.columns(), rows: Rows::FEW };
    printer.counts(summary, out)?;
    printer.checked(summary, out)?;
    left_out::render(summary, printer.width, out)
}

struct Printer {
    colour: bool,
    width: usize,
    rows: Rows,
}

impl Printer {
    fn heading(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", Painted(self.colour, BOLD, text))
    }

    fn table(&self, table: &Table, out: &mut dyn Write) -> io::Result<()> {
        table.render(self.width, self.colour, out)?;
        writeln!(out)
    }

    /// A table of counts; `last` is the heading and the content of its last column.
    fn counted<'a>(
        &self,
        name: &'static str,
        rows: &[(&'a str, Counts<'a>)],
        last: (&'static str, &dyn Fn(&Counts<'a>) -> Cell),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let occurs = |level: &Severity| rows.iter().any(|(_, counts)| counts.levels.contains_key(level));
        let levels: Vec<_> = LEVELS.into_iter().filter(|(level, _)| occurs(level)).collect();
        let mut columns = vec![(name, Align::Left)];
        columns.extend(levels.iter().map(|(_, heading)| (*heading, Align::Right)));
        columns.push(("all", Align::Right));
        columns.push((last.0, Align::Left));
        let mut table = Table::new(columns);
        for (name, counts) in rows {
            let mut cells: Vec<Cell> = vec![one_line(name).into()];
            cells.extend(levels.iter().map(|(level, _)| match counts.levels.get(level) {
                Some(count) => Cell::styled(thousands(*count), severity_style(*level)),
                None => Cell::default(),
            }));
            cells.push(thousands(counts.all()).into());
            cells.push(last.1(counts));
            table.row(cells);
        }
        self.table(&table, out)
    }

    fn families(&self, counts: BTreeMap<&str, Counts<'_>>, out: &mut dyn Write) -> io::Result<()> {
        if counts.is_empty() {
            return Ok(());
        }
        let rows = sorted(counts, self.rows.families, "others");
        let most = rows.iter().map(|(_, counts)| counts.all()).max().unwrap_or(1);
        let bar = |counts: &Counts<'_>| {
            Cell::styled("█".repeat((counts.all() * BAR_WIDTH).div_ceil(most) as usize), BAR)
        };
        self.heading("Findings by family", out)?;
        self.counted("family", &rows, ("", &bar), out)
    }

    fn folders(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let counts = by_folder(report);
        if counts.len() < 2 {
            return Ok(());
        }
        let rows = sorted(counts, self.rows.folders, "elsewhere");
        self.heading("Findings by folder", out)?;
        self.counted("folder", &rows, ("most often", &|counts| counts.most().into()), out)
    }

    fn hotspots(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if summary.hotspots.is_empty() {
            return Ok(());
        }
        self.heading("Hottest functions", out)?;
        let columns = vec![("complexity", Align::Right), ("function", Align::Left), ("place", Align::Left)];
        let mut table = Table::new(columns);
        for hot in summary.hotspots.iter().take(self.rows.functions) {
            table.row(vec![
                thousands(u64::from(hot.complexity)).into(),
                one_line(&hot.function).into(),
                Cell::styled(format!("{}:{}", one_line(&hot.path), hot.line), DIM),
            ]);
        }
        self.table(&table, out)
    }

    fn counts(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let total: u64 = summary.by_severity.values().map(|count| u64::from(*count)).sum();
        if total == 0 {
            write!(out, "{}", Painted(self.colour, GOOD, "No findings"))?;
        } else {
            write!(out, "{}", Painted(self.colour, BOLD, counted(total, "finding")))?;
            let mut mark = ": ";
            for severity in [Severity::Error, Severity::Warning, Severity::Note] {
                let count = u64::from(summary.by_severity.get(severity.as_str()).copied().unwrap_or(0));
                if count > 0 {
                    let text = counted(count, severity.as_str());
                    write!(out, "{mark}{}", Painted(self.colour, severity_style(severity), text))?;
                    mark = ", ";
                }
            }
        }
        let hidden = [(summary.suppressed, "suppressed"), (summary.baselined, "in the baseline")];
        let hidden: Vec<String> = hidden
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{} {what}", thousands(u64::from(count))))
            .collect();
        if !hidden.is_empty() {
            write!(out, " ({})", hidden.join(", "))?;
        }
        writeln!(out)?;
        if summary.resolved > 0 {
            let gone = counted(u64::from(summary.resolved), "finding");
            let text = format!("Gone from the baseline: {gone}; `--prune-baseline` removes what is gone");
            writeln!(out, "{}", wrapped(&text, Some(self.width)))?;
        }
        Ok(())
    }

    fn checked(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let asides: Vec<String> = [
            (summary.broken_files, "with syntax errors"),
            (summary.skipped_files, "skipped"),
            (summary.cached_files, "from the cache"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", thousands(u64::from(count))))
        .collect();
        let asides = if asides.is_empty() { String::new() } else { format!(" ({})", asides.join(", ")) };
        let text = format!(
            "Checked {}{asides}, {}, {} in {}",
            counted(u64::from(summary.files), "file"),
            counted(summary.lines, "line"),
            counted(u64::from(summary.import_edges), "import"),
            // The unit stays beside its number.
            duration(summary.elapsed).replace(' ', "\u{a0}"),
        );
        writeln!(out, "{}", wrapped(&text, Some(self.width)).replace('\u{a0}', " "))
    }
}
