//! A report that fits a screen: the rules that found something, the worst first, with the first places of each.
//! It must not know how findings are chosen or counted elsewhere, nor the paths of a project: the caller says which
//! files are in use.

mod groups;
mod guide;
mod layout;
mod rows;

use std::io::{self, Write};

use analyzer_diagnostics::{Finding, Report, RuleInfo};

use crate::RenderOptions;
use crate::table::{Align, Cell, Table};
use crate::text::{BOLD, DIM, Painted, code, counted, linked, severity_style, thousands};
pub use guide::{Guide, Standing};

use groups::{Group, groups, in_reading_order};
use layout::{LISTED, Wish, share};
use rows::{heading, line_count, row};

/// Findings up to which all of them are shown in full.
pub const FULL_UP_TO: usize = 50;
/// Lines of the overview: with those of the summary after it, fewer than 200.
pub const LINES: usize = 140;

/// Whether a report has so many findings that an overview serves better than the full list.
#[must_use]
pub fn is_better(report: &Report, options: &RenderOptions) -> bool {
    let shown = options.reported(report).count();
    options.max_findings.map_or(shown, |most| most.min(shown)) > FULL_UP_TO
}

/// Writes at most [`LINES`] lines, and returns the name of the worst rule.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    rules: &[&RuleInfo],
    options: &RenderOptions,
    guide: &Guide<'_>,
    out: &mut dyn Write,
) -> io::Result<String> {
    let all: Vec<&Finding> = options.reported(report).collect();
    let (shown, _) = options.limited(report);
    let groups = groups(&all, &shown, rules, guide.standing);
    let width = options.columns();
    let wishes: Vec<Wish> = groups.iter().map(|group| wish(group, width)).collect();
    let places = share(&wishes, LINES);
    for (group, count) in groups.iter().zip(&places) {
        section(group, *count, options, guide, out)?;
    }
    tail(groups.get(places.len()..).unwrap_or_default(), options, guide, out)?;
    Ok(groups.first().map_or_else(String::new, |group| group.rule.to_owned()))
}

fn wish(group: &Group<'_>, width: usize) -> Wish {
    let places: Vec<usize> = group.places.iter().map(|place| line_count(group, place, width)).collect();
    let shown: usize = group.places.iter().map(|place| rows::shown(group, place, width)).sum();
    Wish {
        severity: group.severity,
        heading: heading(group, width).lines().count(),
        urgent: group.urgent,
        more: shown < group.count,
        places,
    }
}

fn section(
    group: &Group<'_>,
    count: usize,
    options: &RenderOptions,
    guide: &Guide<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = options.columns();
    let text = heading(group, width);
    let name = format!("{}[{}]", group.severity.as_str(), group.rule);
    let rest = text.strip_prefix(&name).unwrap_or(&text);
    let url = group.info.and_then(|info| options.rule_url(&info.family, &info.name));
    let name = Painted(options.colour, severity_style(group.severity), name);
    let name = linked(&name, url.filter(|_| options.hyperlinks).as_deref());
    writeln!(out, "{name}{}", Painted(options.colour, BOLD, rest))?;
    let places = in_reading_order(group, count);
    let longest = places.iter().map(|place| rows::place_width(place)).max().unwrap_or(0);
    for place in &places {
        row(group, place, longest, options, out)?;
    }
    let shown: usize = places.iter().map(|place| rows::shown(group, place, width)).sum();
    if shown < group.count {
        let more = thousands((group.count - shown) as u64);
        writeln!(out, "  … and {more} more: {}", code(&(guide.command)(Some(group.rule))))?;
    }
    writeln!(out)
}

/// The rules that have no section, one per line.
fn tail(
    groups: &[Group<'_>],
    options: &RenderOptions,
    guide: &Guide<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let title = format!("And {}", counted(groups.len() as u64, "more rule"));
    writeln!(out, "{}", Painted(options.colour, BOLD, title))?;
    let mut table = Table::new(vec![
        ("findings", Align::Right),
        ("severity", Align::Left),
        ("rule", Align::Left),
        ("for example", Align::Left),
    ]);
    for group in groups.iter().take(LISTED) {
        let place = group.places.first().and_then(|place| place.first());
        table.row(vec![
            thousands(group.count as u64).into(),
            Cell::styled(group.severity.as_str(), severity_style(group.severity)),
            group.rule.into(),
            place.map(rows::place_of).unwrap_or_default().into(),
        ]);
    }
    table.render(options.columns(), options.colour, out)?;
    if groups.len() > LISTED {
        writeln!(out, "  and {}", counted((groups.len() - LISTED) as u64, "more rule"))?;
    }
    let command = code(&(guide.command)(Some("RULE")));
    writeln!(out, "{}", Painted(options.colour, DIM, format_args!("  {command} shows those of one rule")))?;
    writeln!(out)
}
