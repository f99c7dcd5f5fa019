//! `analyzer check --show-files`: the files that a check would look at. It must not know how they are found.

use analyzer_engine::{files_read, lies_in, why_not_read};
use analyzer_report::inert;

use crate::args::CheckArgs;
use crate::check;
use crate::failure::{Failure, code};
use crate::output;
use crate::setup::{Setup, setup};
use crate::verbose;

/// Prints them, one per line and relative to the project's root; with `--verbose` also the files that are left out.
pub(crate) fn show(args: &CheckArgs) -> Result<u8, Failure> {
    let mut project = setup(&args.paths, &args.run.project)?;
    check::configure(args, &mut project)?;
    let Setup { root, settings, only, .. } = project;
    let read = files_read(&root, &settings, &only);
    let asked = |path: &&String| only.is_empty() || only.iter().any(|target| lies_in(path, target));
    let shown: Vec<&String> = read.iter().filter(asked).collect();
    output::write(None, |out| shown.iter().try_for_each(|path| writeln!(out, "{}", inert(path))))?;
    if args.verbose {
        tell!("project: {root}\n{}", verbose::left_out_lines(&root, &settings).trim_end());
    }
    let mut missed = 0;
    for target in only.iter().filter(|target| !shown.iter().any(|path| lies_in(path, target))) {
        missed += 1;
        if let Some(why) = why_not_read(&root, &settings, target) {
            tell!("warning: {target} is not analysed: {why}");
        }
    }
    Ok(if missed > 0 && missed == only.len() { code::USAGE } else { code::CLEAN })
}
