//! From a report to standard output or a file, in the format that the arguments ask for.
//! It must not know how findings are made or rendered.

use std::io::Write;

use analyzer_diagnostics::{Report, RuleInfo};
use analyzer_engine::without_secret_names;
use analyzer_project::places::{is_aside, is_put_aside, is_test};
use analyzer_report::overview::{self, Guide, Standing};
use analyzer_report::summary::{self, Rows};
use analyzer_report::{
    RenderOptions, advice, concise, full, github, gitlab, grouped, json, junit, markdown, prometheus, sarif,
    statistics,
};
use camino::Utf8Path;

use crate::args::{CheckArgs, OutputFormat, When};
use crate::failure::Failure;
use crate::log::{Syntax, guarded};
use crate::output::{self, Place};
use crate::rerun;
use crate::setup::repository_prefix;
use crate::terminal::{self, Stream};

/// What is shown.
pub(crate) struct Shown<'a> {
    pub(crate) root: &'a Utf8Path,
    pub(crate) rules: &'a [&'a RuleInfo],
    pub(crate) report: &'a Report,
    /// The exit code that the run will end with.
    pub(crate) exit: u8,
    /// Whether there is a baseline.
    pub(crate) baseline: bool,
}

/// The format that the arguments ask for; none where the number of findings decides.
pub(crate) fn format(args: &CheckArgs) -> Option<OutputFormat> {
    if args.sarif {
        return Some(OutputFormat::Sarif);
    }
    // A file has room for everything.
    args.output_format.or_else(|| args.output.as_ref().map(|_| OutputFormat::Full))
}

/// Writes the report to where the arguments ask for it.
pub(crate) fn render(args: &CheckArgs, shown: &Shown<'_>, colour: When) -> Result<(), Failure> {
    let report = &*without_secret_names(shown.report);
    let shown =
        &Shown { root: shown.root, rules: shown.rules, report, exit: shown.exit, baseline: shown.baseline };
    let rules = shown.rules;
    let format = format(args);
    let to_file = args.output.is_some();
    let options = RenderOptions {
        path_prefix: repository_prefix(shown.root),
        ..render_options(args, shown.exit, colour)
    };
    let for_people =
        matches!(format, None | Some(OutputFormat::Full | OutputFormat::Concise | OutputFormat::Grouped));
    let summed_up = matches!(format, None | Some(OutputFormat::Full)) && !to_file && !args.quiet;
    let cut = output::write_as(syntax(format), Place::of(args.output.as_deref(), shown.root), |out| {
        match format {
            _ if for_people && args.statistics => {
                statistics::render(report, rules, &options, out)?;
                if summed_up {
                    writeln!(out)?;
                    summary::totals(&report.summary, &options, out)?;
                }
            }
            None => return by_number(args, shown, &options, out).map(|()| Vec::new()),
            Some(OutputFormat::Full) => {
                full::render(report, rules, &options, out)?;
                if summed_up {
                    summary::render(report, rules, &options, Rows::ALL, out)?;
                }
            }
            Some(OutputFormat::Concise) => concise::render(report, rules, &options, out)?,
            Some(OutputFormat::Grouped) => grouped::render(report, rules, &options, out)?,
            Some(OutputFormat::Json) => json::render(report, rules, &options, out)?,
            Some(OutputFormat::Github) => github::render(report, rules, &options, out)?,
            Some(OutputFormat::Gitlab) => gitlab::render(report, rules, &options, out)?,
            Some(OutputFormat::Junit) => junit::render(report, rules, &options, out)?,
            Some(OutputFormat::Markdown) => markdown::render(report, rules, &options, out)?,
            Some(OutputFormat::Prometheus) => prometheus::render(report, rules, &options, out)?,
            Some(OutputFormat::Sarif) => return Ok(sarif::render(report, rules, &options, out)?.messages()),
        }
        Ok(Vec::new())
    })?;
    for message in cut {
        tell!("warning: {message}");
    }
    if args.max_findings.is_some() && !for_people {
        tell!("warning: `--max-findings` leaves nothing out of a format for programs");
    }
    // Where the results are for programs, or in a file, people still want to know how it went.
    let lines = matches!(format, Some(OutputFormat::Concise | OutputFormat::Grouped));
    if (to_file || lines && terminal::is_terminal(Stream::Stderr)) && !args.quiet {
        let options = RenderOptions {
            colour: terminal::colour(colour, Stream::Stderr),
            width: terminal::width(Stream::Stderr),
            ..options
        };
        let mut err = guarded(std::io::stderr().lock(), Syntax::Text);
        // Nobody may be listening there.
        let _ = summary::totals(&report.summary, &options, &mut err).and_then(|()| err.flush());
    }
    Ok(())
}

fn syntax(format: Option<OutputFormat>) -> Syntax {
    match format {
        Some(OutputFormat::Json | OutputFormat::Sarif | OutputFormat::Gitlab) => Syntax::Json,
        Some(OutputFormat::Junit) => Syntax::Xml,
        Some(OutputFormat::Github) => Syntax::Commands,
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

/// How the report, or the diff, is rendered.
pub(crate) fn render_options(args: &CheckArgs, exit: u8, colour: When) -> RenderOptions {
    let to_file = args.output.is_some();
    let coloured = if to_file { colour == When::Always } else { terminal::colour(colour, Stream::Stdout) };
    RenderOptions {
        colour: coloured,
        hyperlinks: coloured && !to_file && terminal::is_terminal(Stream::Stdout),
        width: if to_file { None } else { terminal::width(Stream::Stdout) },
        category: args.category.clone(),
        include_suppressed: args.include_suppressed,
        exit_code: i32::from(exit),
        max_findings: args.max_findings.map(|most| most as usize),
        ..RenderOptions::default()
    }
}
