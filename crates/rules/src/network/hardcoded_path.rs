//! `hardcoded-path`: a path that only exists on one machine. It must not know other files.

use analyzer_diagnostics::Diagnostic;

use super::places::is_test;
use super::tables::{beside, first_of_each, in_table};
use crate::Check;

/// Reports each literal, those of one table at the first of them.
pub fn hardcoded_path(cx: &Check, out: &mut Vec<Diagnostic>) {
    // There they are what functions of paths are tried with.
    if is_test(cx.path) {
        return;
    }
    for group in first_of_each(&cx.facts.paths, |site| site.table) {
        let [site, others @ ..] = group.as_slice() else { continue };
        let found = cx
            .diagnostic(
                site.range,
                format!(
                    "this path below `{}` only exists on one machine{}",
                    site.machine,
                    beside(others.len())
                ),
            )
            .tier(site.tier)
            .note("on every other machine, in a container and in CI the file is somewhere else")
            .help("read it from the configuration, or build it from `Path(__file__)` or `Path.home()`")
            .property("machine", site.machine.as_str());
        out.push(in_table(
            cx,
            found,
            others.iter().map(|other| (other.range, format!("a path below `{}`", other.machine))),
        ));
    }
}
