//! Advice after a first run with many findings. It must not know the disk or how a project is set up: the caller says
//! what is missing.

use std::collections::BTreeMap;
use std::io::{self, Write};

use analyzer_diagnostics::{Applicability, Report};

use crate::RenderOptions;
use crate::overview::{Guide, Standing};
use crate::text::{BOLD, DIM, Painted, counted, one_line, wrapped};

/// Folders that are proposed to be left out.
const FOLDERS: usize = 3;
/// Columns of the commands; what a longer one does is on the next line.
const COMMAND: usize = 46;

/// Writes what to do next, with the name of the worst rule: read, mend, leave copies out, and take what there is as a baseline if there is none.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    options: &RenderOptions,
    guide: &Guide<'_>,
    worst: &str,
    baseline: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "\n{}", Painted(options.colour, BOLD, "What next"))?;
    let mut steps: Vec<(String, String)> = Vec::new();
    let (folders, aside) = aside(report, options, guide);
    if !folders.is_empty() {
        let folders: Vec<String> = folders.iter().map(|folder| format!("\"{folder}**\"")).collect();
        let what = format!("in analyzer.toml: leaves out {} in copies", counted(aside, "finding"));
        steps.push((format!("exclude = [{}]", folders.join(", ")), what));
    }
    let fixable = options.reported(report).filter(|one| one.fix_for(Applicability::Safe).is_some()).count();
    if fixable > 0 {
        let what = format!("mends {} without changing behaviour", counted(fixable as u64, "finding"));
        steps.push(("analyzer check --fix".to_owned(), what));
    }
    if !baseline {
        let what = "makes a baseline: only new findings are reported";
        steps.push(("analyzer init".to_owned(), what.to_owned()));
    }
    let what = "what a rule finds, why it matters, and how to fix it";
    steps.push((format!("analyzer explain {worst}"), what.to_owned()));
    steps.push(((guide.command)(None), "every finding, with its source".to_owned()));
    let column = steps.iter().map(|step| step.0.chars().count()).filter(|width| *width <= COMMAND).max();
    let column = column.unwrap_or(0);
    for (command, what) in steps {
        let command = one_line(&command).into_owned();
        let length = command.chars().count();
        write!(out, "  {command}")?;
        if length > column {
            write!(out, "\n  {:column$}  ", "")?;
        } else {
            write!(out, "{:1$}", "", column - length + 2)?;
        }
        let room = options.columns().saturating_sub(column + 4);
        let what = wrapped(&what, Some(room)).replace('\n', &format!("\n{:1$}", "", column + 4));
        writeln!(out, "{}", Painted(options.colour, DIM, what))?;
    }
    Ok(())
}

/// The folders of files that were put aside, those with most findings first, and how many findings are in them.
fn aside(report: &Report, options: &RenderOptions, guide: &Guide<'_>) -> (Vec<String>, u64) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in options.reported(report) {
        let path = &*finding.location.path;
        // The outermost folder that says so by its name.
        let ends = path.match_indices('/').map(|(at, _)| at + 1);
        let mut folders = ends.filter_map(|end| path.get(..end));
        if let Some(folder) = folders.find(|folder| (guide.standing)(folder) == Standing::Aside) {
            *counts.entry(folder).or_default() += 1;
        }
    }
    let mut rows: Vec<(&str, u64)> = counts.into_iter().collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    rows.truncate(FOLDERS);
    let all = rows.iter().map(|row| row.1).sum();
    (rows.into_iter().map(|(folder, _)| folder.to_owned()).collect(), all)
}
