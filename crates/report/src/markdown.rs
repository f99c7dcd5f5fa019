//! A summary for people in Markdown, as GitHub shows it on a job's page or in a comment. It must not list everything:
//! such pages are limited to 1 MiB.

use std::collections::BTreeMap;
use std::io::{self, Write};

use analyzer_diagnostics::{CycleSummary, Finding, Report, RuleInfo, Severity};

use crate::RenderOptions;
use crate::finding::{mark, ranked, rule_of};
use crate::graph::escaped as mermaid_escaped;
use crate::text::{counted, one_line, thousands};

/// Findings in the table of the most severe ones.
const TOP: usize = 20;
/// Findings in the table of one family.
const PER_FAMILY: usize = 50;
/// Cycles that are drawn.
const CYCLES: usize = 10;
/// Modules that are drawn of one cycle.
const MODULES: usize = 30;
/// Characters of a cell.
const CELL: usize = 300;

/// Writes a heading with the figures, the most severe findings, one table for each family, the most complex functions,
/// and the import cycles as Mermaid charts.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let ranked = ranked(report, rules, options);
    let printer = Printer { rules, options };
    printer.heading(report, &ranked, out)?;
    if !ranked.is_empty() {
        if ranked.len() > TOP {
            writeln!(out, "\n### The {TOP} most severe\n")?;
        } else {
            writeln!(out, "\n### Findings\n")?;
        }
        printer.table(ranked.get(..TOP).unwrap_or(&ranked), out)?;
        printer.families(&ranked, out)?;
    }
    hotspots(report, out)?;
    cycles(&report.summary.cycles, out)
}

struct Printer<'a> {
    rules: &'a [&'a RuleInfo],
    options: &'a RenderOptions,
}

impl Printer<'_> {
    fn heading(&self, report: &Report, ranked: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        let open: Vec<&&Finding> = ranked.iter().filter(|finding| finding.counts()).collect();
        let summary = &report.summary;
        if open.is_empty() {
            writeln!(out, "## analyzer: no findings\n")?;
        } else {
            let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
                let count = open.iter().filter(|finding| finding.severity == severity).count();
                (count > 0).then(|| counted(count as u64, severity.as_str()))
            });
            let counts = counts.into_iter().flatten().collect::<Vec<_>>().join(", ");
            writeln!(out, "## analyzer: {}\n\n{counts}.", counted(open.len() as u64, "finding"))?;
        }
        write!(
            out,
            "Checked {} with {} and {}",
            counted(summary.files.into(), "file"),
            counted(summary.lines, "line"),
            counted(summary.import_edges.into(), "import"),
        )?;
        let asides = [(summary.broken_files, "with syntax errors"), (summary.skipped_files, "skipped")];
        for (count, what) in asides.into_iter().filter(|(count, _)| *count > 0) {
            write!(out, ", {} {what}", thousands(count.into()))?;
        }
        match summary.suppressed {
            0 => writeln!(out, ".")?,
            count => writeln!(out, "; {} suppressed.", counted(count.into(), "finding"))?,
        }
        if summary.baselined + summary.resolved > 0 {
            let [new, gone, same] =
                [open.len() as u64, summary.resolved.into(), summary.baselined.into()].map(thousands);
            writeln!(out, "\nAgainst the baseline: {new} new, {gone} gone, {same} as before.")?;
        }
        Ok(())
    }

    fn table(&self, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "| Severity | Rule | Where | What |\n|---|---|---|---|")?;
        for finding in findings {
            let place = format!("{}:{}", finding.location.path, finding.location.start.line);
            let mark = mark(finding);
            writeln!(
                out,
                "| {}{mark} | {} | {} | {} |",
                finding.severity.as_str(),
                self.rule(finding),
                code(&place),
                text(&finding.message)
            )?;
        }
        Ok(())
    }

    /// The rule's name, with a link to its page where it has one.
    fn rule(&self, finding: &Finding) -> String {
        let url =
            rule_of(finding, self.rules).and_then(|rule| self.options.rule_url(&rule.family, &rule.name));
        match url {
            Some(url) => format!("[{}]({url})", finding.rule),
            None => finding.rule.to_string(),
        }
    }

    fn families(&self, ranked: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        let mut families: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in ranked {
            let family = rule_of(finding, self.rules).map_or("other", |rule| rule.family.as_str());
            families.entry(family).or_default().push(finding);
        }
        writeln!(out, "\n### By family\n")?;
        writeln!(out, "| Family | Errors | Warnings | Notes |\n|---|--:|--:|--:|")?;
        for (family, findings) in &families {
            let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
            let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note]
                .map(|level| thousands(count(level) as u64));
            writeln!(out, "| {} | {errors} | {warnings} | {notes} |", text(family))?;
        }
        // The first table shows them all already.
        if ranked.len() <= TOP {
            return Ok(());
        }
        for (family, findings) in &families {
            let count = counted(findings.len() as u64, "finding");
            writeln!(out, "\n<details><summary>{}: {count}</summary>\n", text(family))?;
            self.table(findings.get(..PER_FAMILY).unwrap_or(findings), out)?;
            if findings.len() > PER_FAMILY {
                writeln!(out, "\nand {} more", thousands((findings.len() - PER_FAMILY) as u64))?;
            }
            writeln!(out, "\n</details>")?;
        }
        Ok(())
    }
}

fn hotspots(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.summary.hotspots.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Hottest functions\n\n| Complexity | Function | Where |\n|--:|---|---|")?;
    for hot in &report.summary.hotspots {
        let place = format!("{}:{}", hot.path, hot.line);
        let complexity = thousands(hot.complexity.into());
        writeln!(out, "| {complexity} | {} | {} |", code(&hot.function), code(&place))?;
    }
    Ok(())
}

fn cycles(cycles: &[CycleSummary], out: &mut dyn Write) -> io::Result<()> {
    if cycles.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Import cycles")?;
    for cycle in cycles.iter().take(CYCLES) {
        let deferred = if cycle.deferred { ", closed by deferred imports only" } else { "" };
        let size = counted(cycle.size.into(), "module");
        let part = if cycle.size as usize > cycle.modules.len() { "; its shortest way round" } else { "" };
        writeln!(out, "\n{size}, {}{deferred}{part}:\n\n```mermaid\nflowchart LR", text(&cycle.verdict))?;
        let shown = cycle.modules.get(..MODULES).unwrap_or(&cycle.modules);
        for (index, module) in shown.iter().enumerate() {
            writeln!(out, "  n{index}[\"{}\"]", mermaid_escaped(module))?;
        }
        let arrow = if cycle.deferred { "-.->" } else { "-->" };
        for index in 1..shown.len() {
            writeln!(out, "  n{} {arrow} n{index}", index - 1)?;
        }
        if let Some(last) = shown.len().checked_sub(1) {
            let left_out = cycle.modules.len() - shown.len();
            if left_out > 0 {
                writeln!(out, "  rest[\"{} more\"]", thousands(left_out as u64))?;
                writeln!(out, "  n{last} {arrow} rest\n  rest {arrow} n0")?;
            } else {
                writeln!(out, "  n{last} {arrow} n0")?;
            }
        }
        writeln!(out, "```")?;
    }
    if cycles.len() > CYCLES {
        writeln!(out, "\nand {} more", thousands((cycles.len() - CYCLES) as u64))?;
    }
    Ok(())
}

/// Text in a cell: messages are written with code in backticks, which stay; everything else that Markdown or HTML
/// would obey is escaped.
fn text(text: &str) -> String {
    let line = one_line(text);
    let mut out = String::new();
    let parts: Vec<&str> = line.split('`').collect();
    for (index, part) in parts.iter().enumerate() {
        // An odd part lies between two backticks, unless the second one is missing.
        if index % 2 == 1 && index + 1 < parts.len() {
            out.push_str(&code(part));
            continue;
        }
        if index % 2 == 1 {
            out.push_str("\\`");
        }
        for c in part.chars().take(CELL) {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                // Backslashes do not keep GitHub from making a mention, an issue's link or a formula.
                '@' => out.push_str("&#64;"),
                '#' => out.push_str("&#35;"),
                '$' => out.push_str("&#36;"),
                '\\' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => out.extend(['\\', c]),
                c => out.push(c),
            }
        }
    }
    out
}

/// A code span in a cell. A table splits at `|` even inside one, unless it is escaped.
fn code(text: &str) -> String {
    let line = one_line(text);
    if line.is_empty() {
        return String::new();
    }
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", line.replace('|', "\\|"))
}
