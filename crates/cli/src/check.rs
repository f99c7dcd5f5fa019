//! `analyzer check`. It must not know how findings are made or rendered.

use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use analyzer_diagnostics::{Finding, Report, RuleInfo, Severity};
use analyzer_engine::{Engine, Fixed, LineMoves, Options, lies_in, recount, weigh};
use analyzer_facts::FactSet;
use analyzer_rules::facts_read;
use camino::Utf8Path;

use crate::args::{CheckArgs, Level, OutputFormat, RunArgs, When};
use crate::baseline::Known;
use crate::cache;
use crate::changed::Changes;
use crate::churn::Churn;
use crate::failure::{Failure, code};
use crate::fix::{self, Outcome};
use crate::named;
use crate::output::Place;
use crate::render::{Shown, format, render, render_options};
use crate::setup::{Setup, choose_rules, confirm_settings, in_pool, rules_with, setup};
use crate::suppress;
use crate::terminal;
use crate::verbose::{self, Clock};

/// Analyses, reports, and returns the exit code.
pub(crate) fn check(args: &CheckArgs, colour: When) -> Result<u8, Failure> {
    let mut clock = Clock::start();
    let cancel = terminal::cancel_on_interrupt();
    let mut project = setup(&args.paths, &args.run.project)?;
    configure(args, &mut project)?;
    let fail_on = project.settings.fail_on;
    // Statistics count what no rule need ask for.
    let counts = args.statistics || format(args) == Some(OutputFormat::Json);
    let enabled = || project.settings.enabled.iter().map(|name| name.as_str());
    let facts = if counts { FactSet::ALL } else { facts_read(enabled()) };
    let options = Options { facts, once: true, ..options(&project, &args.run, format(args)) };
    let Setup { root, settings, only, custom } = project;
    let place = root.clone();
    let verbose = args.verbose.then(|| settings.clone());
    let baseline = Known::read(args, &root, &settings, checked(args, &only))?;
    let known = baseline.is_some();
    let changes = args.changed.as_deref().map(|since| Changes::since(since, &root)).transpose()?;
    let rules = rules_with(&custom);
    let held = |findings: &[Finding]| {
        baseline.as_ref().map(|baseline| baseline.known(&rules, findings)).unwrap_or_default()
    };
    // Fixed is what would be reported.
    let wanted = |findings: &[Finding], moves: &LineMoves| {
        let known = held(findings);
        let reported = |(index, finding): (usize, &Finding)| {
            !known.get(index).is_some_and(|known| *known)
                && args.severity.is_none_or(|level| finding.severity >= severity(level))
                && concerns(finding, &only)
                && changes.as_ref().is_none_or(|changes| changes.touch(finding, moves))
        };
        findings.iter().enumerate().map(reported).collect::<Vec<bool>>()
    };
    let ranks = settings.churn && settings.enabled.contains("complex-function");
    let churn = if ranks { Churn::ask(&place) } else { None };
    let (engine, outcome, cache) = in_pool(args.run.threads, || {
        let mut engine = Engine::open(root, settings, options).map_err(|_| Failure::Interrupted)?;
        clock.ends("reading");
        confirm_settings(&engine, &place, &args.run.project)?;
        let show = |fixed: &Fixed| {
            fix::show(
                fixed,
                Place::of(args.output.as_deref(), &place),
                &render_options(args, code::FINDINGS, colour),
            )
        };
        let outcome = fix::check(&mut engine, checked(args, &only), &args.fix, &wanted, &held, show)?;
        clock.ends("checking");
        let cache = engine.save_cache();
        Ok::<_, Failure>((engine, outcome, cache))
    })??;
    // The program ends when this is done: taking apart what the engine holds would only keep its user waiting.
    let engine = ManuallyDrop::new(engine);
    // Without a cache the next run is slower, nothing else.
    if let Err(error) = cache {
        tell!("warning: the cache was not saved: {error}");
    }
    let analysed = named::tell(&engine, &only);
    let mut report = match outcome {
        Outcome::Report(report) => *report,
        Outcome::Shown(exit) => return Ok(if args.exit_zero { code::CLEAN } else { exit }),
    };
    if let Some(counts) = churn.and_then(Churn::counts) {
        weigh(&mut report, |path| counts.get(path).copied().unwrap_or(0));
        recount(&mut report);
    }
    // Clean for want of anything to check: true, and rarely what was meant.
    if report.summary.files + report.summary.skipped_files == 0 {
        tell!("warning: there are no Python files in {place}");
    }
    let reported = keep_concerning(args, &only, &mut report);
    let baseline = baseline.map(|known| known.reporting_on(reported));
    // Fixes move lines.
    let unmoved = changes.as_ref().filter(|_| !args.fix.fix);
    narrow(args, baseline, unmoved, (&place, &only), &rules, &mut report)?;
    if args.statistics {
        report.summary.inventory = Some(engine.inventory());
    }
    if args.add_suppressions {
        suppress::add(&engine, &mut report);
    }
    // A hook names whatever a commit changes, and nobody named the current folder.
    let exit = if analysed || args.changed.is_some() || args.paths.is_empty() {
        verdict(args, fail_on, &report)
    } else {
        tell!("error: nothing that was named is analysed");
        code::USAGE
    };
    if cancel.load(std::sync::atomic::Ordering::SeqCst) {
        return Err(Failure::Interrupted);
    }
    let shown = Shown { root: &place, rules: &rules, report: &report, exit, baseline: known };
    render(args, &shown, colour)?;
    if let Some(settings) = verbose {
        clock.ends("printing");
        verbose::tell(args, &place, &settings, &report, &clock);
    }
    Ok(exit)
}

/// Lets the arguments have their say over the configuration.
pub(crate) fn configure(args: &CheckArgs, project: &mut Setup) -> Result<(), Failure> {
    choose_rules(&mut project.settings, &project.custom, &args.select, &args.ignore)?;
    if let Some(level) = args.fail_on {
        project.settings.fail_on = severity(level);
    }
    Ok(())
}

/// The files and folders to check, of those that are reported on: with `--changed` everything, since a change in one file
/// may break another.
pub(crate) fn checked<'a>(args: &CheckArgs, only: &'a [String]) -> &'a [String] {
    if args.changed.is_some() { &[] } else { only }
}

/// True for a finding about these files and folders: it is made there, or points there. No paths stand for all.
fn concerns(finding: &Finding, only: &[String]) -> bool {
    let inside = |path: &str| only.iter().any(|target| lies_in(path, target));
    only.is_empty()
        || inside(&finding.location.path)
        || finding.related.iter().any(|related| inside(&related.location.path))
}

/// With `--changed`, leaves out the files that have nothing to do with those that are named; returns the files and folders
/// that are left to report on.
pub(crate) fn keep_concerning(args: &CheckArgs, only: &[String], report: &mut Report) -> Vec<String> {
    let mut kept = only.to_vec();
    if only.is_empty() || args.changed.is_none() {
        return kept;
    }
    let elsewhere = report.findings.iter().filter(|finding| concerns(finding, only));
    let elsewhere: BTreeSet<String> = elsewhere.map(|finding| finding.location.path.to_string()).collect();
    kept.extend(elsewhere);
    report.findings.retain(|finding| kept.iter().any(|target| lies_in(&finding.location.path, target)));
    kept
}

/// How to run the engine on a project.
pub(crate) fn options(project: &Setup, args: &RunArgs, format: Option<OutputFormat>) -> Options {
    Options {
        cache: if args.no_cache { None } else { cache::folder(&project.root) },
        progress: terminal::progress(),
        cancel: terminal::cancel_on_interrupt(),
        custom_rules: Arc::clone(&project.custom),
        named: project.only.clone(),
        line_hashes: format == Some(OutputFormat::Sarif),
        fingerprint_identity: analyzer_engine::fingerprint_identity(&project.root),
        ..Options::default()
    }
}

/// Leaves only the findings that the arguments ask for; `changes` is what git said, if it would still say the same.
pub(crate) fn narrow(
    args: &CheckArgs,
    baseline: Option<Known>,
    changes: Option<&Changes>,
    (root, only): (&Utf8Path, &[String]),
    rules: &[&RuleInfo],
    report: &mut Report,
) -> Result<(), Failure> {
    if let Some(baseline) = baseline {
        baseline.apply(args, rules, report)?;
    }
    if let Some(level) = args.severity {
        report.findings.retain(|finding| finding.severity >= severity(level));
        recount(report);
    }
    if let Some(reference) = &args.changed {
        let changes = match changes {
            Some(changes) => changes,
            None => &Changes::since(reference, root)?,
        };
        report
            .findings
            .retain(|finding| concerns(finding, only) && changes.touch(finding, &LineMoves::default()));
        recount(report);
    }
    Ok(())
}

/// The exit code that a report asks for.
pub(crate) fn verdict(args: &CheckArgs, fail_on: Severity, report: &Report) -> u8 {
    let failed = report.findings.iter().any(|finding| !finding.suppressed && finding.severity >= fail_on);
    if failed && !args.exit_zero { code::FINDINGS } else { code::CLEAN }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Note => Severity::Note,
        Level::Warning => Severity::Warning,
        Level::Error => Severity::Error,
    }
}
