//! The lines of one rule's section. It must not know how many of them there may be.

use std::io::{self, Write};

use analyzer_diagnostics::Finding;
use serde_json::Value;

use super::groups::{Group, Place};
use crate::RenderOptions;
use crate::finding::mark;
use crate::route::route;
use crate::text::{Painted, counted, cut, hanging, one_line, severity_style, thousands};

/// Columns before a row, and between a place and its message.
const GAP: usize = 2;
/// Columns of `warning`, the longest severity, and what is between it and the place.
const LEVEL: usize = 9;
/// A message needs this much room beside its place; with less it has a line of its own.
const LEAST: usize = 32;
/// Lines are listed beside the path of a file while there is room for this much more: ` and 1,234 more`.
const AND_MORE: usize = 16;

/// `severity[rule] 12 findings in 3 files`, or with the message where all have the same.
pub(super) fn heading(group: &Group<'_>, width: usize) -> String {
    let name = format!("{}[{}]", group.severity.as_str(), group.rule);
    let count = counted(group.count as u64, "finding");
    let count = if group.levels.len() > 1 { format!("{count}: {}", levels(group)) } else { count };
    let text = match group.message {
        Some(message) => format!("{name} {count}: {}", one_line(message)),
        None if group.files > 1 => format!("{name} {count} in {}", counted(group.files as u64, "file")),
        None => format!("{name} {count}"),
    };
    hanging(&text, 4, Some(width))
}

/// The counts by severity: `4 errors, 1 warning`.
fn levels(group: &Group<'_>) -> String {
    let levels: Vec<String> =
        group.levels.iter().map(|(level, count)| counted(*count as u64, level.as_str())).collect();
    levels.join(", ")
}

/// `path:line`.
pub(super) fn place_of(finding: &Finding) -> String {
    format!("{}:{}", one_line(&finding.location.path), finding.location.start.line)
}

/// Columns of `path:line`.
pub(super) fn place_width(place: &Place<'_>) -> usize {
    place.first().map_or(0, |finding| place_of(finding).chars().count())
}

fn indent(group: &Group<'_>) -> usize {
    if group.levels.len() > 1 { GAP + LEVEL } else { GAP }
}

/// Whether the message has a line of its own, for want of room beside the place.
fn is_tall(group: &Group<'_>, place: &Place<'_>, width: usize) -> bool {
    // The way around a cycle is long.
    let is_cycle = place.first().is_some_and(|finding| finding.properties.contains_key("cycle"));
    group.message.is_none() && (is_cycle || indent(group) + place_width(place) + GAP + LEAST > width)
}

/// Lines that a place takes.
pub(super) fn line_count(group: &Group<'_>, place: &Place<'_>, width: usize) -> usize {
    1 + usize::from(is_tall(group, place, width))
}

/// Findings that a place shows.
pub(super) fn shown(group: &Group<'_>, place: &Place<'_>, width: usize) -> usize {
    if group.message.is_some() { lines_of(place, width).1 } else { place.findings.len() }
}

/// Writes a place; `longest` is the width of the longest one in the section.
pub(super) fn row(
    group: &Group<'_>,
    place: &Place<'_>,
    longest: usize,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = options.columns();
    let Some(finding) = place.first() else { return Ok(()) };
    if group.message.is_some() {
        return writeln!(out, "  {}", lines_of(place, width).0);
    }
    write!(out, "  ")?;
    if group.levels.len() > 1 {
        let level = format!("{:<7}", finding.severity.as_str());
        write!(out, "{}  ", Painted(options.colour, severity_style(finding.severity), level))?;
    }
    let before = indent(group);
    let suppressed = mark(finding);
    let message = |room| format!("{}{suppressed}", message(finding, room));
    let at = place_of(finding);
    if is_tall(group, place, width) {
        let room = width.saturating_sub(before + GAP);
        return writeln!(out, "{at}\n{:1$}{2}", "", before + GAP, cut(&message(room), room));
    }
    // Places that leave room for a message are aligned with each other.
    let column = longest.min(width.saturating_sub(before + GAP + LEAST)).max(at.chars().count());
    let room = width.saturating_sub(before + column + GAP);
    let missing = column - at.chars().count();
    writeln!(out, "{at}{:1$}{2}", "", missing + GAP, cut(&message(room), room))
}

/// The message; of an import cycle the verdict and the way around, which fit more often.
fn message(finding: &Finding, room: usize) -> String {
    let property = |key: &str| finding.properties.get(key);
    let cycle = property("cycle").and_then(Value::as_array);
    let verdict = property("verdict").and_then(Value::as_str);
    let (Some(cycle), Some(verdict)) = (cycle, verdict) else {
        return one_line(&finding.message).into_owned();
    };
    let modules: Vec<String> = cycle.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    let room = room.saturating_sub(verdict.len() + 2);
    one_line(&format!("{verdict}: {}", route(&modules, room))).into_owned()
}

/// `path:3, 17, 20 and 4 more` as it fits, and how many lines it names.
fn lines_of(place: &Place<'_>, width: usize) -> (String, usize) {
    let Some(first) = place.first() else { return (String::new(), 0) };
    let mut text = place_of(first);
    let mut length = GAP + text.chars().count();
    let mut named = 1;
    let mut line = first.location.start.line;
    for finding in place.findings.iter().skip(1) {
        // Several on one line are one place.
        let same = std::mem::replace(&mut line, finding.location.start.line) == line;
        let next = if same { String::new() } else { format!(", {line}") };
        let last = named + 1 == place.findings.len();
        if length + next.len() + if last { 0 } else { AND_MORE } > width {
            break;
        }
        length += next.len();
        text.push_str(&next);
        named += 1;
    }
    let left = place.findings.len() - named;
    if left > 0 && length + AND_MORE <= width {
        text.push_str(&format!(" and {} more", thousands(left as u64)));
    }
    (text, named)
}
