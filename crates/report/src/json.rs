//! The JSON report, version 1. It must not hold anything that differs between two runs over the same bytes,
//! such as times or what came from a cache.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use analyzer_diagnostics::{
    CycleSummary, Finding, Hotspot, ImportedPackage, Inventory, Location, Position, Report, RuleInfo,
};
use serde::Serialize;
use serde_json::Value;

use crate::RenderOptions;
use crate::figures::ports;
use crate::inert::Json;
use crate::properties::properties;

/// Writes `{"version": 1, "summary": {…}, "findings": […]}` with one finding per line. Lines and columns count
/// from 1, columns in characters; ends are exclusive.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    _rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let out = &mut Json(out);
    out.write_all(b"{\"version\": 1,\n\"summary\": ")?;
    serde_json::to_writer(&mut *out, &summary(report, options))?;
    out.write_all(b",\n\"findings\": [")?;
    for (index, finding) in options.reported(report).enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        if options.baseline {
            let own = Own { entry: entry(finding, ""), baselined: finding.baselined };
            serde_json::to_writer(&mut *out, &own)?;
        } else {
            serde_json::to_writer(&mut *out, &entry(finding, ""))?;
        }
    }
    out.write_all(b"\n]}\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Figures<'a> {
    files: u32,
    broken_files: u32,
    skipped_files: u32,
    lines: u64,
    import_edges: u32,
    suppressed: u32,
    by_severity: &'a BTreeMap<&'static str, u32>,
    by_family: &'a BTreeMap<String, u32>,
    by_rule: &'a BTreeMap<String, u32>,
    hotspots: Vec<Hot<'a>>,
    cycles: Vec<Cycle<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    gpu_modules: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    inventory: Option<Consists<'a>>,
}

/// Parts of the project, where statistics are asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Consists<'a> {
    imported: Vec<Package<'a>>,
    ports: Vec<Port>,
    tests: &'a BTreeMap<String, u32>,
    started: &'a BTreeMap<String, u32>,
    endpoints: u32,
    literal_endpoints: u32,
}

#[derive(Serialize)]
struct Package<'a> {
    package: &'a str,
    origin: &'static str,
    statements: u32,
    modules: Vec<Module<'a>>,
}

#[derive(Serialize)]
struct Module<'a> {
    module: &'a str,
    statements: u32,
}

#[derive(Serialize)]
struct Port {
    port: u64,
    count: u32,
}

#[derive(Serialize)]
struct Hot<'a> {
    path: &'a str,
    line: u32,
    function: &'a str,
    complexity: u32,
}

#[derive(Serialize)]
struct Cycle<'a> {
    modules: &'a [String],
    size: u32,
    verdict: &'a str,
    deferred: bool,
}

#[derive(Serialize)]
pub(crate) struct Entry<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    path: Cow<'a, str>,
    range: Range,
    related: Vec<Related<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    properties: BTreeMap<&'a str, Value>,
    fix: Option<Change<'a>>,
    fingerprint: &'a str,
    suppressed: bool,
}

/// A finding in a report that shows what the baseline knows too.
#[derive(Serialize)]
struct Own<'a> {
    #[serde(flatten)]
    entry: Entry<'a>,
    baselined: bool,
}

#[derive(Serialize)]
pub(crate) struct Range {
    pub(crate) start: Point,
    pub(crate) end: Point,
}

/// A place in a text, from 1; the format says what a column counts.
#[derive(Serialize)]
pub(crate) struct Point {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

#[derive(Serialize)]
struct Related<'a> {
    path: Cow<'a, str>,
    range: Range,
    message: &'a str,
}

#[derive(Serialize)]
struct Change<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    path: Cow<'a, str>,
    range: Range,
    content: &'a str,
}

fn summary<'a>(report: &'a Report, options: &RenderOptions) -> Figures<'a> {
    let summary = &report.summary;
    Figures {
        files: summary.files,
        broken_files: summary.broken_files,
        skipped_files: summary.skipped_files,
        lines: summary.lines,
        import_edges: summary.import_edges,
        suppressed: summary.suppressed,
        by_severity: &summary.by_severity,
        by_family: &summary.by_family,
        by_rule: &summary.by_rule,
        hotspots: summary.hotspots.iter().map(hotspot).collect(),
        cycles: summary.cycles.iter().map(cycle).collect(),
        gpu_modules: &summary.gpu_modules,
        inventory: summary.inventory.as_ref().map(|inventory| consists(inventory, report, options)),
    }
}

fn consists<'a>(inventory: &'a Inventory, report: &Report, options: &RenderOptions) -> Consists<'a> {
    let modules = |one: &'a ImportedPackage| {
        let modules =
            one.modules.iter().map(|(module, statements)| Module { module, statements: *statements });
        modules.collect()
    };
    let imported = inventory.imported.iter().map(|one| Package {
        package: &one.package,
        origin: one.origin.as_str(),
        statements: one.statements,
        modules: modules(one),
    });
    Consists {
        imported: imported.collect(),
        ports: ports(report, options).into_iter().map(|(port, count)| Port { port, count }).collect(),
        tests: &inventory.tests,
        started: &inventory.started,
        endpoints: inventory.endpoints,
        literal_endpoints: inventory.literal_endpoints,
    }
}

fn hotspot(hot: &Hotspot) -> Hot<'_> {
    Hot { path: &hot.path, line: hot.line, function: &hot.function, complexity: hot.complexity }
}

fn cycle(cycle: &CycleSummary) -> Cycle<'_> {
    Cycle { modules: &cycle.modules, size: cycle.size, verdict: &cycle.verdict, deferred: cycle.deferred }
}

/// A finding with paths from the repository's root.
pub(crate) fn entry_in<'a>(finding: &'a Finding, options: &RenderOptions) -> Entry<'a> {
    entry(finding, &options.path_prefix)
}

fn entry<'a>(finding: &'a Finding, prefix: &str) -> Entry<'a> {
    let place = |path: &'a str| {
        if prefix.is_empty() { Cow::Borrowed(path) } else { Cow::Owned(format!("{prefix}{path}")) }
    };
    let related = finding.related.iter().map(|related| Related {
        path: place(&related.location.path),
        range: range(&related.location),
        message: &related.message,
    });
    let fix = finding.fix.as_ref().map(|fix| Change {
        title: &fix.title,
        applicability: fix.applicability.as_str(),
        edits: fix
            .edits
            .iter()
            .zip(&finding.fix_locations)
            .map(|(edit, at)| Replacement { path: place(&at.path), range: range(at), content: &edit.content })
            .collect(),
    });
    Entry {
        rule: &finding.rule,
        severity: finding.severity.as_str(),
        message: &finding.message,
        path: place(&finding.location.path),
        range: range(&finding.location),
        related: related.collect(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        properties: properties(finding),
        fix,
        fingerprint: &finding.fingerprint,
        suppressed: finding.suppressed,
    }
}

fn range(location: &Location) -> Range {
    Range { start: point(location.start), end: point(location.end) }
}

const fn point(position: Position) -> Point {
    Point { line: position.line, column: position.column }
}
