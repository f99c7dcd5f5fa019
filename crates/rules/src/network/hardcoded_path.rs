//! `hardcoded-path`: a path that only exists on one machine. It must not know other files.

use analyzer_diagnostics::Diagnostic;

use super::places::is_test;
use crate::Check;

/// Reports each literal.
pub fn hardcoded_path(cx: &Check, out: &mut Vec<Diagnostic>) {
    // There they are what functions of paths are tried with.
    if is_test(cx.path) {
        return;
    }
    for site in &cx.facts.paths {
        let found = cx
            .diagnostic(site.range, format!("this path below `{}` only exists on one machine", site.machine))
            .tier(site.tier)
            .note("on every other machine, in a container and in CI the file is somewhere else")
            .help("read it from the configuration, or build it from `Path(__file__)` or `Path.home()`")
            .property("machine", site.machine.as_str());
        out.push(found);
    }
}
