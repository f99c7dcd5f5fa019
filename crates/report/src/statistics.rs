//! Findings counted by rule and by the outermost folder, and what is imported most, for `--statistics`.
//! It must not show single findings.

use std::collections::BTreeMap;
use std::io::{self, Write};

use analyzer_diagnostics::{Applicability, ImportedPackage, Origin, Report, RuleInfo, Severity};

use crate::RenderOptions;
use crate::figures::ports;
use crate::text::{Painted, counted, hanging, severity_style, thousands};

/// Counts of one rule at one severity.
#[derive(Default)]
struct Count {
    all: u64,
    safe: u64,
    opt_in: u64,
    /// By the outermost folder; empty for files that are in none.
    folders: BTreeMap<String, u64>,
}

/// Folders that a row names at most.
const FOLDERS: usize = 6;
/// Ports that are listed.
const PORTS: usize = 12;
/// Packages of each kind that are listed as the most imported ones.
const PACKAGES: usize = 10;
/// Modules that are named of each.
const MODULES: usize = 8;

/// Writes a line for each rule and severity: count, severity, rule, a mark where fixes are at hand, and the counts by the
/// outermost folder where there are several. Most frequent first, then by name. Then the most imported packages.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    _rules: &[&RuleInfo],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut counts: BTreeMap<(&str, Severity), Count> = BTreeMap::new();
    for finding in options.reported(report) {
        let count = counts.entry((&finding.rule, finding.severity)).or_default();
        count.all += 1;
        let folder = finding.location.path.split_once('/').map_or("", |(folder, _)| folder);
        *count.folders.entry(folder.to_owned()).or_default() += 1;
        if finding.fix_for(Applicability::Safe).is_some() {
            count.safe += 1;
        } else if finding.fix_for(Applicability::Unsafe).is_some() {
            count.opt_in += 1;
        }
    }
    if counts.is_empty() {
        writeln!(out, "No findings")?;
        return figures(report, options, out);
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|(a, x), (b, y)| y.all.cmp(&x.all).then(a.0.cmp(b.0)).then(b.1.cmp(&a.1)));

    let digits = rows.first().map_or(0, |(_, count)| thousands(count.all).len());
    let names = rows.iter().map(|((rule, _), _)| rule.len()).max().unwrap_or(0);
    let (mut safe, mut opt_in) = (0, 0);
    for ((rule, severity), count) in &rows {
        let mark = match (count.safe, count.opt_in) {
            (0, 0) => "",
            (0, _) => "  [-]",
            _ => "  [*]",
        };
        let level = Painted(options.colour, severity_style(*severity), format!("{:<7}", severity.as_str()));
        // Two blanks separate the columns, and the mark takes five.
        let folders = hanging(&folders(count), digits + names + 18, options.width);
        let count_of_all = thousands(count.all);
        let line = format!("{count_of_all:>digits$}  {level}  {rule:<names$}{mark:<5}  {folders}");
        writeln!(out, "{}", line.trim_end())?;
        safe += count.safe;
        opt_in += count.opt_in;
    }
    if safe > 0 {
        writeln!(out, "[*] {} fixable with --fix", counted(safe, "finding"))?;
    }
    if opt_in > 0 {
        writeln!(out, "[-] {} fixable with --fix --unsafe-fixes", counted(opt_in, "finding"))?;
    }
    figures(report, options, out)
}

/// Writes what was counted and is no fault.
fn figures(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let summary = &report.summary;
    let modules = summary.gpu_modules.len();
    if modules > 0 {
        writeln!(out, "gpu modules: {}", thousands(modules as u64))?;
    }
    let ports = ports(report, options);
    if !ports.is_empty() {
        let shown =
            ports.iter().take(PORTS).map(|(port, count)| format!("{port} ×{}", thousands((*count).into())));
        let more = if ports.len() > PORTS { ", …" } else { "" };
        let text = format!("ports in code: {}{more}", shown.collect::<Vec<_>>().join(", "));
        writeln!(out, "{}", hanging(&text, 0, options.width))?;
    }
    let Some(inventory) = &summary.inventory else { return Ok(()) };
    if inventory.endpoints > 0 {
        let [all, literal] = [inventory.endpoints, inventory.literal_endpoints].map(u64::from);
        let variable = thousands(all - literal);
        writeln!(out, "calls that bind or connect: {}, of which {variable} name no number", thousands(all))?;
    }
    for (what, counts) in [("test files", &inventory.tests), ("started programs", &inventory.started)] {
        let all: u32 = counts.values().sum();
        if all > 0 {
            let counts: Vec<_> =
                counts.iter().map(|(name, count)| (name.as_str(), u64::from(*count))).collect();
            let text = format!("{what}: {}, {}", thousands(all.into()), largest(counts));
            writeln!(out, "{}", hanging(&text, 0, options.width))?;
        }
    }
    writeln!(out, "import edges: {}", thousands(summary.import_edges.into()))?;
    for (origin, title) in [
        (Origin::Project, "Most imported, in statements:"),
        (Origin::Installed, "Most imported of other packages:"),
        (Origin::StandardLibrary, "Most imported of the standard library:"),
    ] {
        let packages = inventory.imported.iter().filter(|one| one.origin == origin);
        imported(title, &packages.collect::<Vec<_>>(), options, out)?;
    }
    Ok(())
}

/// The counts by folder, the largest first; nothing where all are in one.
fn folders(count: &Count) -> String {
    if count.folders.len() < 2 {
        return String::new();
    }
    largest(count.folders.iter().map(|(folder, count)| (folder.as_str(), *count)).collect())
}

/// Names with their counts, the largest first.
fn largest(mut sorted: Vec<(&str, u64)>) -> String {
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let shown = sorted.iter().take(FOLDERS).map(|(folder, count)| {
        let folder = if folder.is_empty() { "." } else { folder };
        format!("{folder} {}", thousands(*count))
    });
    let mut shown: Vec<String> = shown.collect();
    let left: u64 = sorted.iter().skip(FOLDERS).map(|(_, count)| *count).sum();
    if left > 0 {
        shown.push(format!("elsewhere {}", thousands(left)));
    }
    shown.join(", ")
}

/// The most imported packages, each with the modules that are named most often.
fn imported(
    title: &str,
    packages: &[&ImportedPackage],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    let shown = || packages.iter().take(PACKAGES);
    let digits = shown().map(|one| thousands(one.statements.into()).len()).max().unwrap_or(0);
    let names = shown().map(|one| one.package.len()).max().unwrap_or(0);
    for one in shown() {
        let modules = one.modules.iter().take(MODULES).map(|(module, count)| {
            let last = module.rsplit('.').next().unwrap_or(module);
            format!("{last} {}", thousands(u64::from(*count)))
        });
        let modules: Vec<String> = modules.collect();
        let more = if one.modules.len() > MODULES { ", …" } else { "" };
        let count = thousands(u64::from(one.statements));
        let modules = format!("{}{more}", modules.join(", "));
        let modules = hanging(&modules, digits + names + 4, options.width);
        let line = format!("{count:>digits$}  {:<names$}  {modules}", one.package);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
