//! From a report to standard output and files, in the formats that the arguments ask for.
//! It must not know how findings are made or rendered.

use std::io::Write;

use analyzer_diagnostics::{Report, RuleInfo};
use analyzer_engine::without_secret_names;
use analyzer_project::places::{is_aside, is_put_aside, is_test};
use analyzer_report::overview::{self, Guide, Standing};
use analyzer_report::summary::{self, Rows};
use analyzer_report::{
    RenderOptions, RunInfo, advice, azure, checkstyle, concise, csv, full, github, gitlab, grouped, json,
    json_lines, junit, markdown, prometheus, pylint, rdjson, sarif, sonarqube, statistics,
};
use camino::Utf8Path;

use crate::args::{CheckArgs, OutputFormat, When};
use crate::failure::Failure;
use crate::log::{Syntax, guarded};
use crate::output::{self, Place};
use crate::outputs::{Outputs, Target};
use crate::provenance;
use crate::rerun;
use crate::setup::repository_prefix;
use crate::terminal::{self, Stream};

/// Report to show, and its context.
pub(crate) struct Shown<'a> {
    pub(crate) root: &'a Utf8Path,
    pub(crate) rules: &'a [&'a RuleInfo],
    pub(crate) report: &'a Report,
    /// The exit code that the run will end with.
    pub(crate) exit: u8,
    /// Whether there is a baseline.
    pub(crate) baseline: bool,
}

/// Writes the reports to where the arguments ask for them; what would go to standard output goes to this stream.
pub(crate) fn render(
    args: &CheckArgs,
    outputs: &Outputs,
    shown: &Shown<'_>,
    (colour, stream): (When, Stream),
) -> Result<(), Failure> {
    let report = &*without_secret_names(shown.report);
    let shown =
        &Shown { root: shown.root, rules: shown.rules, report, exit: shown.exit, baseline: shown.baseline };
    let lines = outputs.any(OutputFormat::JsonLines);
    let run = if lines { provenance::of(shown.root) } else { RunInfo::default() };
    let path_prefix = repository_prefix(shown.root);
    for target in outputs.targets() {
        let options = RenderOptions {
            path_prefix: path_prefix.clone(),
            baseline: args.show_baselined && shown.baseline,
            run: run.clone(),
            ..render_options(args, target.file.as_deref(), stream, shown.exit, colour)
        };
        let syntax = syntax(target.format);
        let write = |out: &mut dyn Write| write(args, target, shown, &options, out);
        let cut = match (&target.file, stream) {
            (None, Stream::Stderr) => output::write_aside(syntax, write),
            (file, _) => output::write_as(syntax, Place::of(file.as_deref(), shown.root), write)?,
        };
        for message in cut {
            tell!("warning: {message}");
        }
    }
    if args.max_findings.is_some() && outputs.targets().iter().any(|target| !target.is_for_people()) {
        tell!("warning: `--max-findings` leaves nothing out of a format for programs");
    }
    // Where the results are for programs, or in a file, people still want to know how it went.
    let lines = |target: &Target| {
        matches!(target.format, Some(OutputFormat::Concise | OutputFormat::Grouped))
            && terminal::is_terminal(Stream::Stderr)
    };
    if outputs.on_stdout().is_none_or(lines) && !args.quiet {
        let options = RenderOptions {
            colour: terminal::colour(colour, Stream::Stderr),
            width: terminal::width(Stream::Stderr),
            ..render_options(args, None, Stream::Stderr, shown.exit, colour)
        };
        let mut err = guarded(std::io::stderr().lock(), Syntax::Text);
        // Nobody may be listening there.
        let _ = summary::totals(&report.summary, &options, &mut err).and_then(|()| err.flush());
    }
    Ok(())
}

/// Writes one report; what a format had to leave out comes back.
fn write(
    args: &CheckArgs,
    target: &Target,
    shown: &Shown<'_>,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> std::io::Result<Vec<String>> {
    let Shown { rules, report, .. } = *shown;
    let whole = matches!(target.format, None | Some(OutputFormat::Full));
    let summed_up = whole && target.file.is_none() && !args.quiet;
    if target.is_for_people() && args.statistics {
        statistics::render(report, rules, options, out)?;
        if summed_up {
            writeln!(out)?;
            summary::totals(&report.summary, options, out)?;
        }
        return Ok(Vec::new());
    }
    let Some(format) = target.format else {
        return by_number(args, shown, options, out).map(|()| Vec::new());
    };
    let render = match format {
        OutputFormat::Sarif => return Ok(sarif::render(report, rules, options, out)?.messages()),
        OutputFormat::Full => full::render,
        OutputFormat::Concise => concise::render,
        OutputFormat::Grouped => grouped::render,
        OutputFormat::Json => json::render,
        OutputFormat::JsonLines => json_lines::render,
        OutputFormat::Github => github::render,
        OutputFormat::Gitlab => gitlab::render,
        OutputFormat::Azure => azure::render,
        OutputFormat::Junit => junit::render,
        OutputFormat::Checkstyle => checkstyle::render,
        OutputFormat::Pylint => pylint::render,
        OutputFormat::Rdjson => rdjson::render,
        OutputFormat::Sonarqube => sonarqube::render,
        OutputFormat::Csv => csv::render,
        OutputFormat::Markdown => markdown::render,
        OutputFormat::Prometheus => prometheus::render,
    };
    render(report, rules, options, out)?;
    if summed_up {
        summary::render(report, rules, options, Rows::ALL, out)?;
    }
    Ok(Vec::new())
}

fn syntax(format: Option<OutputFormat>) -> Syntax {
    match format {
        Some(
            OutputFormat::Json
            | OutputFormat::JsonLines
            | OutputFormat::Sarif
            | OutputFormat::Gitlab
            | OutputFormat::Rdjson
            | OutputFormat::Sonarqube,
        ) => Syntax::Json,
        Some(OutputFormat::Junit | OutputFormat::Checkstyle) => Syntax::Xml,
        Some(OutputFormat::Github) => Syntax::Commands,
        Some(OutputFormat::Azure) => Syntax::Azure,
        _ => Syntax::Text,
    }
}

/// Few findings are shown in full; many by rule, so that they fit a screen.
fn by_number(
    args: &CheckArgs,
    shown: &Shown<'_>,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let Shown { rules, report, baseline, .. } = *shown;
    if !overview::is_better(report, options) {
        full::render(report, rules, options, out)?;
        if !args.quiet {
            summary::render(report, rules, options, Rows::ALL, out)?;
        }
        return Ok(());
    }
    let command = |rule: Option<&str>| rerun::command(args, rule);
    let guide = Guide { standing: &standing, command: &command };
    let worst = overview::render(report, rules, options, &guide, out)?;
    if args.quiet {
        return Ok(());
    }
    summary::render(report, rules, options, Rows::FEW, out)?;
    advice::render(report, options, &guide, &worst, baseline || args.no_baseline, out)
}

/// A file's part in the project, by its path.
fn standing(path: &str) -> Standing {
    if is_put_aside(path) {
        Standing::Aside
    } else if is_test(path) || is_aside(path) {
        Standing::Beside
    } else {
        Standing::InUse
    }
}

/// How a report, or the diff, is rendered that goes to a file or else to this stream.
pub(crate) fn render_options(
    args: &CheckArgs,
    file: Option<&Utf8Path>,
    stream: Stream,
    exit: u8,
    colour: When,
) -> RenderOptions {
    let to_file = file.is_some();
    let coloured = if to_file { colour == When::Always } else { terminal::colour(colour, stream) };
    RenderOptions {
        colour: coloured,
        hyperlinks: coloured && !to_file && terminal::is_terminal(stream),
        width: if to_file { None } else { terminal::width(stream) },
        category: args.category.clone(),
        include_suppressed: args.include_suppressed,
        exit_code: i32::from(exit),
        max_findings: args.max_findings.map(|most| most as usize),
        ..RenderOptions::default()
    }
}
