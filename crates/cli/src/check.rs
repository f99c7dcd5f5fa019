//! `analyzer check`. It must not know how findings are made or rendered.

use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use analyzer_diagnostics::{Finding, Report, RuleInfo, Severity};
use analyzer_engine::{Engine, Fixed, LineMoves, Options, lies_in, recount, weigh};
use analyzer_facts::{Builder, FactSet, Limits};
use analyzer_rules::facts_read;
use analyzer_source::check_glob;
use camino::Utf8Path;

use crate::args::{CheckArgs, Level, OutputFormat, ParserChoice, RunArgs, When};
use crate::baseline::Known;
use crate::cache;
use crate::changed::Changes;
use crate::churn::Churn;
use crate::configuration::confirm_settings;
use crate::failure::{Failure, code};
use crate::fix::{self, Outcome};
use crate::given::Piped;
use crate::named;
use crate::output::Place;
use crate::outputs::Outputs;
use crate::render::{Shown, render, render_options};
use crate::setup::{Setup, choose_rules, in_pool, rules_with, setup};
use crate::suppress;
use crate::terminal::{self, Stream};
use crate::verbose::{self, Clock};

/// Analyses, reports, and returns the exit code.
pub(crate) fn check(args: &CheckArgs, colour: When) -> Result<u8, Failure> {
    let mut clock = Clock::start();
    let cancel = terminal::cancel_on_interrupt();
    let outputs = Outputs::of(args)?;
    let piped = Piped::read(args)?;
    let mut project = match &piped {
        Some(piped) => piped.setup(args)?,
        None => setup(&args.paths, &args.run.project)?,
    };
    configure(args, &mut project)?;
    let fail_on = project.settings.fail_on;
    // Statistics count what no rule need ask for.
    let counts = args.statistics || outputs.any(OutputFormat::Json);
    let enabled = || project.settings.enabled.iter().map(|name| name.as_str());
    let facts = if counts { FactSet::ALL } else { facts_read(enabled()) };
    let hashes = outputs.any(OutputFormat::Sarif);
    let options = Options { facts, once: true, ..options(&project, &args.run, hashes)? };
    let Setup { root, settings, only, custom, alone, .. } = project;
    let place = root.clone();
    let verbose = args.verbose.then(|| settings.clone());
    let baseline = Known::read(args, &root, &settings, checked(args, &only))?;
    let known = baseline.is_some();
    let changes = args.changed.as_deref().map(|since| Changes::since(since, &root)).transpose()?;
    let rules = rules_with(&custom);
    let held = |findings: &[Finding]| {
        baseline.as_ref().map(|baseline| baseline.known(&rules, findings)).unwrap_or_default()
    };
    let whole = piped.as_ref().is_none_or(Piped::can_be_fixed);
    // Fixed is what would be reported.
    let wanted = |findings: &[Finding], moves: &LineMoves| {
        let known = held(findings);
        let reported = |(index, finding): (usize, &Finding)| {
            whole
                && !known.get(index).is_some_and(|known| *known)
                && args.severity.is_none_or(|level| finding.severity >= severity(level))
                && concerns(finding, &only)
                && changes.as_ref().is_none_or(|changes| changes.touch(finding, moves))
        };
        findings.iter().enumerate().map(reported).collect::<Vec<bool>>()
    };
    let ranks = settings.churn && settings.enabled.contains("complex-function") && !alone;
    let churn = if ranks { Churn::ask(&place) } else { None };
    let (engine, outcome, cache) = in_pool(args.run.threads, || {
        let mut engine = if alone {
            Engine::in_memory(&[], settings, options)
        } else {
            Engine::open(root, settings, options).map_err(|_| Failure::Interrupted)?
        };
        clock.ends("reading");
        confirm_settings(&engine, &place, &args.run.project)?;
        let show = |fixed: &Fixed| {
            let options = render_options(args, outputs.file(), Stream::Stdout, code::FINDINGS, colour);
            fix::show(fixed, Place::of(outputs.file(), &place), &options)
        };
        let request = fix::Wish { only: checked(args, &only), args: &args.fix, piped: piped.is_some() };
        let outcome = fix::check(&mut engine, &request, &wanted, &held, show)?;
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
    let (mut report, mended) = match outcome {
        Outcome::Report(report, mended) => (*report, mended),
        Outcome::Shown(exit) => return Ok(if args.exit_zero { code::CLEAN } else { exit }),
    };
    if let Some(counts) = churn.and_then(Churn::counts) {
        weigh(&mut report, |path| counts.get(path).copied().unwrap_or(0));
        recount(&mut report);
    }
    // Clean for want of anything to check: true, and rarely what was meant.
    let empty = report.summary.files + report.summary.skipped_files == 0 && report.findings.is_empty();
    if empty && piped.is_none() {
        tell!("warning: there are no Python files in {place}");
    }
    let reported = keep_concerning(args, &only, &mut report);
    let baseline = baseline.map(|known| known.reporting_on(reported));
    // Fixes move lines.
    let unmoved = changes.as_ref().filter(|_| !args.fix.applies());
    narrow(args, baseline, unmoved, (&place, &only), &rules, &mut report)?;
    if args.statistics {
        report.summary.inventory = Some(engine.inventory());
    }
    if args.fix.add_suppressions {
        suppress::add(&engine, &mut report);
    }
    // A hook names whatever a commit changes, an editor pipes whatever it shows, and nobody named the current folder.
    let exit = if analysed || args.changed.is_some() || args.paths.is_empty() || piped.is_some() {
        let fixed = args.exit_non_zero_on_fix && mended.count > 0 && !args.exit_zero;
        if fixed { code::FINDINGS } else { verdict(args, fail_on, &report) }
    } else {
        tell!("error: nothing that was named is analysed");
        code::USAGE
    };
    if cancel.load(std::sync::atomic::Ordering::SeqCst) {
        return Err(Failure::Interrupted);
    }
    let stream = match &piped {
        Some(piped) if args.fix.applies() => {
            piped.write(mended.text.as_deref())?;
            Stream::Stderr
        }
        _ => Stream::Stdout,
    };
    if !args.fix.fix_only {
        let shown = Shown { root: &place, rules: &rules, report: &report, exit, baseline: known };
        render(args, &outputs, &shown, (colour, stream))?;
    }
    if let Some(settings) = verbose {
        clock.ends("printing");
        verbose::tell(args, &place, &settings, &report, &clock);
    }
    Ok(exit)
}

/// Lets the arguments have their say over the configuration.
pub(crate) fn configure(args: &CheckArgs, project: &mut Setup) -> Result<(), Failure> {
    let chosen = (&*args.select, &*args.extend_select);
    choose_rules(&mut project.settings, &project.custom, chosen, &args.ignore)?;
    for glob in args.exclude.iter().flat_map(|globs| apart(globs)) {
        check_glob(glob).map_err(|error| Failure::new(format!("`--exclude`: {error}")))?;
        project.settings.exclude.push(glob.to_owned());
    }
    if let Some(version) = args.target_version {
        project.settings.target_version = version;
    }
    if let Some(level) = args.fail_on {
        project.settings.fail_on = severity(level);
    }
    Ok(())
}

/// Globs that are listed with commas between them; a comma in braces belongs to its glob.
pub(crate) fn apart(globs: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let parts = globs.split(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|glob| !glob.is_empty()).collect()
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
pub(crate) fn options(project: &Setup, args: &RunArgs, line_hashes: bool) -> Result<Options, Failure> {
    let uncached = args.no_cache || project.alone;
    let folder = || cache::folder(&project.root, args.cache.cache_dir.as_deref());
    Ok(Options {
        cache: if uncached { None } else { folder()? },
        progress: terminal::progress(),
        cancel: terminal::cancel_on_interrupt(),
        custom_rules: Arc::clone(&project.custom),
        named: project.only.clone(),
        given: project.given.clone(),
        line_hashes,
        fingerprint_identity: analyzer_engine::fingerprint_identity(&project.root),
        limits: Limits {
            builder: match args.parser {
                ParserChoice::Own => Builder::Own,
                ParserChoice::TreeSitter => Builder::TreeSitter,
            },
            ..Limits::default()
        },
        ..Options::default()
    })
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
    if args.fix.fix_only {
        return code::CLEAN;
    }
    let failed = report.findings.iter().any(|finding| finding.counts() && finding.severity >= fail_on);
    if failed && !args.exit_zero { code::FINDINGS } else { code::CLEAN }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Note => Severity::Note,
        Level::Warning => Severity::Warning,
        Level::Error => Severity::Error,
    }
}
