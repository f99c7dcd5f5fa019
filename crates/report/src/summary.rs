//! What a maintainer wants to see at the end of a run. It must not know single findings.

use std::io::{self, Write};

use analyzer_diagnostics::{Severity, Summary};

use crate::RenderOptions;
use crate::text::{
    BAR, BOLD, DIM, GOOD, Painted, counted, duration, one_line, severity_style, shortened, thousands, wrapped,
};

/// Cycles that are listed; the rest is counted.
const MAX_CYCLES: usize = 10;
/// Characters of the longest bar.
const BAR_WIDTH: u64 = 24;
/// Width that is assumed where none is known.
const DEFAULT_WIDTH: usize = 120;

/// Writes the families, hottest functions, cycles, counts and time of a run as text.
///
/// # Errors
/// Those of `out`.
pub fn render(summary: &Summary, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let printer = Printer { colour: options.colour, width: options.width.unwrap_or(DEFAULT_WIDTH).max(40) };
    printer.families(summary, out)?;
    printer.hotspots(summary, out)?;
    printer.cycles(summary, out)?;
    printer.counts(summary, out)?;
    printer.checked(summary, out)?;
    printer.left_out(summary, out)
}

struct Printer {
    colour: bool,
    width: usize,
}

impl Printer {
    fn heading(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", Painted(self.colour, BOLD, text))
    }

    fn families(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if summary.by_family.is_empty() {
            return Ok(());
        }
        let mut families: Vec<(&str, u64)> =
            summary.by_family.iter().map(|(name, count)| (name.as_str(), u64::from(*count))).collect();
        families.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let most = families.first().map_or(1, |family| family.1.max(1));
        let names = families.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let digits = thousands(most).len();
        self.heading("Findings by family", out)?;
        for (name, count) in families {
            let bar = "█".repeat((count * BAR_WIDTH).div_ceil(most) as usize);
            let bar = Painted(self.colour, BAR, bar);
            writeln!(out, "  {name:<names$}  {:>digits$}  {bar}", thousands(count))?;
        }
        writeln!(out)
    }

    fn hotspots(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if summary.hotspots.is_empty() {
            return Ok(());
        }
        self.heading("Hottest functions", out)?;
        let values: Vec<String> =
            summary.hotspots.iter().map(|hot| thousands(u64::from(hot.complexity))).collect();
        let digits = values.iter().map(String::len).max().unwrap_or(0);
        let names = summary.hotspots.iter().map(|hot| hot.function.chars().count()).max().unwrap_or(0);
        let names = names.min(self.width / 3);
        let paths = self.width.saturating_sub(digits + names + 6).max(20);
        for (hot, value) in summary.hotspots.iter().zip(values) {
            let name = one_line(&hot.function);
            let name = shortened(&name, names);
            let path = format!("{}:{}", one_line(&hot.path), hot.line);
            let path = Painted(self.colour, DIM, shortened(&path, paths));
            writeln!(out, "  {value:>digits$}  {name:<names$}  {path}")?;
        }
        writeln!(out)
    }

    fn cycles(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if summary.cycles.is_empty() {
            return Ok(());
        }
        self.heading("Import cycles", out)?;
        let shown = summary.cycles.get(..MAX_CYCLES).unwrap_or(&summary.cycles);
        let rows: Vec<(String, String)> = shown
            .iter()
            .map(|cycle| {
                let deferred = if cycle.deferred { ", deferred" } else { "" };
                (format!("{}{deferred}", cycle.verdict), counted(u64::from(cycle.size), "module"))
            })
            .collect();
        let verdicts = rows.iter().map(|row| row.0.len()).max().unwrap_or(0);
        let sizes = rows.iter().map(|row| row.1.len()).max().unwrap_or(0);
        let room = self.width.saturating_sub(verdicts + sizes + 6).max(20);
        for (cycle, (verdict, size)) in shown.iter().zip(&rows) {
            let severity = match cycle.verdict.as_str() {
                "crash" => Severity::Error,
                "entry-dependent" | "masked" => Severity::Warning,
                _ => Severity::Note,
            };
            let verdict = Painted(self.colour, severity_style(severity), format!("{verdict:<verdicts$}"));
            let path = route(&cycle.modules, room);
            let path = shortened(&path, room);
            writeln!(out, "  {verdict}  {size:>sizes$}  {path}")?;
        }
        if summary.cycles.len() > shown.len() {
            writeln!(out, "  and {} more", thousands((summary.cycles.len() - shown.len()) as u64))?;
        }
        writeln!(out)
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

/// Folders that are named; the rest is counted.
const MAX_FOLDERS: usize = 3;

impl Printer {
    /// A line on folders that were not read, and one on files in which a rule is silent.
    fn left_out(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let folders = &summary.downloaded;
        let mut lines = Vec::new();
        if !folders.is_empty() {
            let named: Vec<String> =
                folders.iter().take(MAX_FOLDERS).map(|name| one_line(name).into()).collect();
            let more = folders.len().saturating_sub(MAX_FOLDERS);
            let more =
                if more == 0 { String::new() } else { format!(" and {} more", thousands(more as u64)) };
            lines.push(format!(
                "Left out {} of downloaded code ({}{more}); `include` takes them in",
                counted(folders.len() as u64, "folder"),
                named.join(", "),
            ));
        }
        let silent = [
            (summary.templates, "syntax errors of", "code template"),
            (summary.generated_files, "unused imports of", "generated file"),
        ];
        let silent: Vec<String> = silent
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, what, of)| format!("{what} {}", counted(u64::from(count), of)))
            .collect();
        if !silent.is_empty() {
            lines.push(format!("Not reported: {}", silent.join(", ")));
        }
        lines.iter().try_for_each(|line| writeln!(out, "{}", wrapped(line, Some(self.width))))
    }
}

/// `a → b → a`; where that is too long, without the package that all share, then with as many modules before the last left
/// out as are needed.
fn route(modules: &[String], room: usize) -> String {
    let mut stops: Vec<&str> = modules.iter().map(String::as_str).collect();
    stops.extend(modules.first().map(String::as_str));
    let length = |stops: &[&str]| stops.iter().map(|stop| stop.chars().count() + 3).sum::<usize>();
    if length(&stops) <= room + 3 {
        return stops.join(" → ");
    }
    let shared = shared_package(modules);
    stops = stops.into_iter().map(|stop| stop.get(shared..).unwrap_or(stop)).collect();
    if let [a, b, _] = stops.as_slice() {
        return format!("{a} ↔ {b}");
    }
    if length(&stops) <= room + 3 {
        return stops.join(" → ");
    }
    let last = stops.pop().unwrap_or("");
    let whole = stops.len();
    // The marker, `… 1,234 more`, and the last stop need room too.
    while stops.len() > 1 && length(&stops) + last.chars().count() + 15 > room {
        stops.pop();
    }
    format!("{} → … {} more → {last}", stops.join(" → "), thousands((whole - stops.len()) as u64))
}

/// Length of the packages that all modules begin with, the dot behind them included.
fn shared_package(modules: &[String]) -> usize {
    let Some(first) = modules.first() else { return 0 };
    let ends = first.match_indices('.').map(|(at, _)| at + 1);
    let shared = |end: &usize| {
        first.get(..*end).is_some_and(|package| modules.iter().all(|module| module.starts_with(package)))
    };
    ends.rev().find(shared).unwrap_or(0)
}
