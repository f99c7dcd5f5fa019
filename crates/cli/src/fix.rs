//! `analyzer check` with `--fix`, `--unsafe-fixes` and `--diff`. It must not know how fixes are made or applied.

use analyzer_diagnostics::{Applicability, Finding, Report};
use analyzer_engine::{Engine, FixRequest, Fixed, LeftAlone, LineMoves, Wanted, masked_text};
use analyzer_report::{RenderOptions, diff};

use crate::args::FixArgs;
use crate::failure::{Failure, code};
use crate::output;

/// Result of fixing.
pub(crate) enum Outcome {
    /// The remaining findings, reported as ever, and the fixes that were made.
    Report(Box<Report>, Mended),
    /// The changes were shown instead; the run ends with this exit code.
    Shown(u8),
}

/// Fixes that were made.
#[derive(Debug, Default)]
pub(crate) struct Mended {
    /// Number of findings.
    pub(crate) count: u32,
    /// The text that standard input is to be replaced by.
    pub(crate) text: Option<String>,
}

/// Request to fix.
pub(crate) struct Wish<'a> {
    /// Files and folders to check.
    pub(crate) only: &'a [String],
    pub(crate) args: &'a FixArgs,
    /// Whether the text came through standard input, so that no file is written.
    pub(crate) piped: bool,
}

/// Checks, and fixes or shows what the arguments ask for. `wanted` tells which findings are fixed, `held` which the
/// baseline keeps from it.
pub(crate) fn check(
    engine: &mut Engine,
    wish: &Wish<'_>,
    wanted: &Wanted,
    held: &dyn Fn(&[Finding]) -> Vec<bool>,
    show: impl FnOnce(&Fixed) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let Wish { only, args, piped } = *wish;
    if !args.applies() && !args.diff {
        let report = engine.check(only).map_err(|_| Failure::Interrupted)?;
        if args.unsafe_fixes {
            tell_what_could_be_fixed(&report, wanted);
        }
        return Ok(Outcome::Report(Box::new(report), Mended::default()));
    }
    let applicability = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let request = FixRequest { only, applicability, wanted };
    let fixed = engine.fix(&request).map_err(|_| Failure::Interrupted)?;
    let held = count_held(&fixed.report, applicability, held);
    if args.diff {
        show(&fixed)?;
        tell_left_alone(&fixed.left_alone);
        tell!(
            "Would fix {} in {}{}",
            findings(fixed.count()),
            files(fixed.files.len() as u32),
            more(fixed.unsafe_left)
        );
        tell_held(held);
        return Ok(Outcome::Shown(if fixed.files.is_empty() { code::CLEAN } else { code::FINDINGS }));
    }
    if piped {
        tell_left_alone(&fixed.left_alone);
        let count = fixed.count();
        tell!("Fixed {}{}", findings(count), more(fixed.unsafe_left));
        tell_held(held);
        let text = fixed.files.into_iter().next().map(|file| file.after);
        return Ok(Outcome::Report(Box::new(fixed.report), Mended { count, text }));
    }
    let all = fixed.files.len() as u32;
    let written = engine.write_fixes(fixed, &request).map_err(|_| Failure::Interrupted)?;
    tell_left_alone(&written.left_alone);
    let unsafe_left = more(written.unsafe_left);
    tell!("Fixed {} in {}{unsafe_left}", findings(written.fixed), files(written.files));
    tell_held(held);
    if written.cancelled {
        tell!("{} of {} were written; the others are as they were", written.files, files(all));
        return Err(Failure::Interrupted);
    }
    let mended = Mended { count: written.fixed, text: None };
    Ok(Outcome::Report(Box::new(written.report), mended))
}

/// How many findings could be fixed and are not, since the baseline holds them.
fn count_held(report: &Report, applicability: Applicability, held: &dyn Fn(&[Finding]) -> Vec<bool>) -> u32 {
    let held = held(&report.findings);
    let fixable = |finding: &Finding| !finding.suppressed && finding.fix_for(applicability).is_some();
    report.findings.iter().zip(held).filter(|(finding, held)| *held && fixable(finding)).count() as u32
}

fn tell_held(count: u32) {
    if count > 0 {
        tell!(
            "Left {} alone that could be fixed: the baseline holds {}; `--no-baseline` fixes {} too",
            findings(count),
            if count == 1 { "it" } else { "them" },
            if count == 1 { "it" } else { "them" },
        );
    }
}

/// Writes all changes as one unified diff.
pub(crate) fn show(
    fixed: &Fixed,
    file: Option<output::Place<'_>>,
    options: &RenderOptions,
) -> Result<(), Failure> {
    let exact = file.is_some();
    output::write(file, |out| {
        fixed.files.iter().try_for_each(|file| {
            let (before, after) = file.shown();
            diff::render(&masked_text(&file.path), &before, &after, options, exact, out)
        })
    })
}

fn tell_what_could_be_fixed(report: &Report, wanted: &Wanted) {
    let chosen = wanted(&report.findings, &LineMoves::default());
    let count = |least| {
        let found =
            report.findings.iter().zip(&chosen).filter(|(finding, chosen)| {
                finding.fix_for(least).is_some() && !finding.suppressed && **chosen
            });
        found.count() as u32
    };
    let safe = count(Applicability::Safe);
    tell!(
        "{} can be fixed with --fix, {} more with --fix --unsafe-fixes",
        findings(safe),
        count(Applicability::Unsafe) - safe
    );
}

fn tell_left_alone(left_alone: &[LeftAlone]) {
    for LeftAlone { path, reason } in left_alone {
        tell!("warning: {path} was left as it is: {reason}");
    }
}

fn findings(count: u32) -> String {
    format!("{count} finding{}", if count == 1 { "" } else { "s" })
}

fn files(count: u32) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

fn more(count: u32) -> String {
    if count == 0 { String::new() } else { format!("; {count} more with --unsafe-fixes") }
}
