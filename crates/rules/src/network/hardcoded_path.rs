//! `hardcoded-path`: a path that only exists on one machine. It must not know other files.

use analyzer_diagnostics::{Diagnostic, Severity};

use super::places::{excuse, further, is_configuration, is_test};
use super::tables::{beside, first_of_each, in_table};
use crate::Check;
use crate::secrets::is_translation_path;

/// Reports each literal, those of one table at the first of them.
pub fn hardcoded_path(cx: &Check, out: &mut Vec<Diagnostic>) {
    // There they are what functions of paths are tried with.
    if is_test(cx.path) {
        return;
    }
    let configured = is_configuration(cx.path);
    if configured
        && (excuse(cx.path).is_some() || is_translation_path(cx.path) || cx.path.starts_with(".github/"))
    {
        return;
    }
    for group in first_of_each(&cx.facts.paths, |site| site.table) {
        let [site, others @ ..] = group.as_slice() else { continue };
        let mut found = cx
            .diagnostic(
                site.range,
                format!(
                    "this path below `{}` only exists on one machine{}",
                    site.machine,
                    if configured { further(others.len()) } else { beside(others.len()) }
                ),
            )
            .tier(site.tier)
            .note("on every other machine, in a container and in CI the file is somewhere else")
            .help("read it from the configuration, or build it from `Path(__file__)` or `Path.home()`")
            .property("machine", site.machine.as_str());
        if configured {
            found.severity = Severity::Note;
            found.help = Some("give it by the environment, or begin it where the configuration lies".into());
            found = found.property("excuse", "it stands in the configuration");
        }
        out.push(in_table(
            cx,
            found,
            others.iter().map(|other| (other.range, format!("a path below `{}`", other.machine))),
        ));
    }
}
